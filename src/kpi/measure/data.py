"""The totals that a question needs, in hand: summed from facts, and parted as it asks."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product

from kpi.framework.model import Framework
from kpi.measure.disaggregation import categories, slices
from kpi.measure.facts import Part
from kpi.measure.model import ORGANISATION, Cell, Coordinates, Coverage, Selection
from kpi.measure.needs import Fetch, Need, Question, Scope, belongs
from kpi.measure.selection import EMPTY, coverage, parted
from kpi.quarter import Quarter, Window


@dataclass(frozen=True)
class Data:
    """The cells of some returns, and which of these they are."""

    window: Window
    cells: Sequence[Cell]
    selections: Mapping[str, Selection]
    reporting: Mapping[str, frozenset[int]]
    _covered: dict[tuple[str, ...], Coverage] = field(default_factory=dict, init=False, repr=False, compare=False)

    def coverage(self, parts: Sequence[Part]) -> Coverage:
        """Count returns; where several parts rest on one form, a return must have given all of them."""
        asked = tuple(part.key for part in parts)
        if asked not in self._covered:  # every slice of the same returns asks again
            by_form: dict[str, tuple[Selection, frozenset[int]]] = {}
            for part in parts:
                selection, reporting = by_form.get(part.form, (self.selections[part.key], self.reporting[part.key]))
                by_form[part.form] = (selection, reporting & self.reporting[part.key])
            self._covered[asked] = coverage(list(by_form.values()))
        return self._covered[asked]

    @cached_property
    def carried(self) -> dict[str, Quarter]:
        """The quarters of what was carried into the window's end."""
        return {
            report.organisation: report.quarter
            for part, selection in self.selections.items()
            if selection.carried
            for report in selection.reports
            if report.organisation in selection.carried and report.return_id in self.reporting[part]
        }


def gathered(scope: Scope, fetch: Fetch) -> Data:
    """Fetch all that a scope needs."""
    answers = {part: fetch(scope.request(part)) for part in scope.selections}
    return Data(
        scope.window,
        [cell for answer in answers.values() for cell in answer.cells],
        scope.selections,
        {part: answer.reporting for part, answer in answers.items()},
    )


def split(
    framework: Framework, need: Need, data: Data, dimensions: Sequence[str], fetch: Fetch
) -> Iterator[tuple[dict[str, str], Data]]:
    """Part the returns by what their organisations are, or were at each return's time."""
    if not dimensions:
        yield {}, data
        return
    theirs = _by_each(framework, need, data, dimensions) if ORGANISATION in dimensions else None
    for chosen in product(*(_kinds(framework, need, data, dimension) for dimension in dimensions)):
        if theirs is not None:
            found = theirs(chosen)
        elif chosen in need.parted:
            found = gathered(need.parted[chosen], fetch)
        else:
            found = replace(data, cells=[], selections=dict.fromkeys(data.selections, EMPTY))
        yield dict(zip(dimensions, chosen, strict=True)), found


def _by_each(
    framework: Framework, need: Need, data: Data, dimensions: Sequence[str]
) -> Callable[[tuple[str, ...]], Data]:
    """Give how to look up the part of one organisation each: their cells are told apart already."""
    then = {
        (report.organisation, report.quarter): report.attributes
        for selection in data.selections.values()
        for report in selection.reports
    }

    def kind(code: str, values: Coordinates) -> tuple[str, ...]:
        return tuple(code if each == ORGANISATION else belongs(framework, each, values) for each in dimensions)

    cells: dict[tuple[str, ...], list[Cell]] = defaultdict(list)
    for cell in data.cells:
        code = cell.organisation or ""
        now = need.organisations[code].attributes if code in need.organisations else {}
        cells[kind(code, then.get((code, cell.quarter), now) if cell.quarter else now)].append(cell)
    selections = {key: parted(each, need.organisations, kind) for key, each in data.selections.items()}

    def found(chosen: tuple[str, ...]) -> Data:
        theirs = {key: each.get(chosen, EMPTY) for key, each in selections.items()}
        return replace(data, cells=cells.get(chosen, []), selections=theirs)

    return found


def _kinds(framework: Framework, need: Need, data: Data, dimension: str) -> list[str]:
    """Give the organisations, or the categories of an attribute, that slices are to be made for."""
    met = {report.organisation: report for each in data.selections.values() for report in each.reports}
    asked = {code for each in data.selections.values() for code, _ in each.expected} | set(met)
    if dimension == ORGANISATION:
        return [code for code in need.organisations if code in asked]
    listed = list(categories(framework, need.question.indicator, dimension, data.window.last))
    said = {id(report.attributes): report.attributes for each in data.selections.values() for report in each.reports}
    said |= {id(kind): kind for each in data.selections.values() for kind in each.kinds.values()}
    now = [need.organisations[code].attributes for code in asked]
    met_in = {belongs(framework, dimension, values) for values in (*said.values(), *now)}
    return list(dict.fromkeys([*listed, *sorted(met_in)]))


def crossed(
    framework: Framework, question: Question, dimensions: Sequence[str], cells: Sequence[Cell]
) -> Iterator[tuple[dict[str, str], Sequence[Cell]]]:
    """Part cells by several dimensions at once; of two that roll up, only the pairs that go together."""
    if not dimensions:
        yield {}, cells
        return
    *coarser, last = dimensions
    every = categories(framework, question.indicator, last, question.window.last)
    for found, within in crossed(framework, question, coarser, cells):
        for category, those in slices(framework, question.indicator, last, within, every).items():
            if all(_goes_with(framework, last, category, other, found[other]) for other in found):
                yield found | {last: category}, those


def _goes_with(framework: Framework, dimension: str, category: str, other: str, its: str) -> bool:
    for (finer, fine), (coarser, coarse) in (
        ((dimension, category), (other, its)),
        ((other, its), (dimension, category)),
    ):
        if finer in framework.dimensions and coarser in framework.above(finer):
            known = fine in framework.dimensions[finer].categories
            return not known or framework.roll_up(finer, fine, coarser) in {coarse, None}
    return True
