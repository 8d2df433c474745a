"""What a return says, whole or in brief: all that it and others are asked about by; the content alone is behind it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from kpi.framework.model import Check, Framework, Indicator, Measure, Term
from kpi.framework.once import once
from kpi.measure.disaggregation import silent_categories, slices
from kpi.measure.facts import facts_of, parts_of
from kpi.measure.likeness import likeness, position_of
from kpi.measure.model import NOT_APPLICABLE, Cell, Fact
from kpi.measure.values import Value, value_of
from kpi.quarter import Quarter, Window
from kpi.records import FormState, ReportedForm, ReturnContent
from kpi.renamed import renamed

#: Of a check across forms: its key, and the dimension and category, none for the whole.
Place = tuple[str, tuple[str, str] | None]
#: Facts by the part that they belong to.
_Cells = Mapping[str, list[Cell]]
_OF, _AT_MOST = "of", "at_most"


@dataclass(frozen=True, slots=True)
class ToldForm:
    """What is said of a form.

    `position` is the same where a stock says the same, none where it says nothing that could stand still. `unproved`
    are the rows (from 1) that leave the column for their evidence empty.
    """

    state: FormState
    rows: int
    position: str | None = None
    unproved: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Unstated:
    """How many of those whom a figure counts have not said where in a dimension they belong."""

    indicator: str
    dimension: str
    silent: Fraction
    everybody: Fraction


@dataclass(frozen=True, slots=True)
class Brief:
    """A return in brief: what others are looked at beside.

    `values` are the totals of the indicators that it says anything of; `likenesses` names rows of registers by what
    they say, each with its form and position: rows of two returns with one name are probably the same thing.
    """

    quarter: Quarter
    values: Mapping[str, Value]
    forms: Mapping[str, ToldForm]
    likenesses: Mapping[str, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Told(Brief):
    """A return with all that it is asked about itself.

    `sides` are the two numbers of each check across forms, where both are said.
    """

    unstated: tuple[Unstated, ...]
    sides: Mapping[Place, tuple[Fraction, Fraction]]


def told(
    framework: Framework, quarter: Quarter, content: ReturnContent, *, derived: Iterable[Fact] | None = None
) -> Told:
    """Tell a return of a quarter; what it says under former keys, under the present ones.

    `derived` are its facts, where they are at hand.
    """
    content = renamed(framework).content(content)
    cells = _cells(facts_of(framework, quarter, content) if derived is None else derived)
    return Told(
        quarter,
        _values(framework, quarter, cells),
        _forms(framework, quarter, content),
        _likenesses(framework, quarter, content),
        tuple(_silent(framework, cells)),
        dict(_sides(framework, quarter, content)),
    )


def brief(framework: Framework, quarter: Quarter, content: ReturnContent, *, derived: Iterable[Fact]) -> Brief:
    """Tell a return in brief, as `told` does; of its facts, the totals of the parts suffice."""
    content = renamed(framework).content(content)
    return Brief(
        quarter,
        _values(framework, quarter, _cells(derived)),
        _forms(framework, quarter, content),
        _likenesses(framework, quarter, content),
    )


def _cells(facts: Iterable[Fact]) -> _Cells:
    found: dict[str, list[Cell]] = {}
    for fact in facts:
        cell = Cell(fact.part, fact.coordinates, fact.total, fact.n, fact.not_applicable)
        found.setdefault(fact.part, []).append(cell)
    return found


def _own(framework: Framework, indicator: str, cells: _Cells) -> list[Cell]:
    return [cell for part in parts_of(framework, indicator) for cell in cells.get(part.key, ())]


def _values(framework: Framework, quarter: Quarter, cells: _Cells) -> dict[str, Value]:
    window = Window.quarter(quarter)
    said = {key: _own(framework, key, cells) for key in framework.indicators}
    return {key: value_of(framework, key, own, reported=False, window=window) for key, own in said.items() if own}


def _forms(framework: Framework, quarter: Quarter, content: ReturnContent) -> dict[str, ToldForm]:
    return {key: _form(framework, key, one, quarter) for key, one in content.forms.items() if key in framework.forms}


def _likenesses(framework: Framework, quarter: Quarter, content: ReturnContent) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for key, reported in content.forms.items():
        for record in reported.records if key in framework.forms else ():
            name = likeness(key, framework.forms[key], record, quarter)
            if name is not None:
                found.setdefault(name, (key, record.position))
    return found


def _form(framework: Framework, key: str, reported: ReportedForm, quarter: Quarter) -> ToldForm:
    form = framework.forms[key]
    proof = form.columns.get(form.evidence or "")
    unproved: tuple[int, ...] = ()
    if proof is not None and proof.valid_in(quarter):
        empty = (None, "")
        unproved = tuple(one.position for one in reported.records if one.cells.get(form.evidence or "") in empty)
    return ToldForm(reported.state, len(reported.records), position_of(form, reported), unproved)


def _silent(framework: Framework, cells: _Cells) -> Iterator[Unstated]:
    """Count the silent by every dimension that has a category for them; of a share or mean, among all that it is of.

    Only people can be silent: what is not stated of a thing, the form asks for.
    """
    for key, indicator in framework.indicators.items():
        if not framework.units[indicator.unit].people:
            continue
        part = parts_of(framework, key)[-1]
        counted = cells.get(part.key, [])
        everybody = sum(cell.total for cell in counted)
        for dimension in indicator.by if everybody > 0 else ():
            if any(one.not_stated for one in framework.dimensions[dimension].categories.values()):
                by = slices(framework, key, dimension, counted)
                silent = sum(cell.total for one in silent_categories(framework, dimension) for cell in by.get(one, ()))
                scale = 10**part.scale
                yield Unstated(key, dimension, Fraction(silent, scale), Fraction(everybody, scale))


def _sides(
    framework: Framework, quarter: Quarter, content: ReturnContent
) -> Iterator[tuple[Place, tuple[Fraction, Fraction]]]:
    """Measure both numbers of every check, as indicators are measured."""
    held = {key: check for key, check in framework.checks.items() if check.valid_in(quarter)}
    forms = {key: one for key, one in content.forms.items() if one.state is not FormState.MISSING}
    if not any({check.of.form, check.at_most.form} <= forms.keys() for check in held.values()):
        return
    measured = _as_measured(framework, tuple(held))
    cells = _cells(facts_of(measured, quarter, content))
    for key, check in held.items():
        whole = {side: _own(measured, f"{key}.{side}", cells) for side in (_OF, _AT_MOST)}
        one, other = (_number(measured, f"{key}.{side}", whole[side]) for side in (_OF, _AT_MOST))
        if one is None or other is None:
            continue
        yield (key, None), (one, other)
        for dimension in check.by:
            parted = {side: slices(measured, f"{key}.{side}", dimension, whole[side]) for side in (_OF, _AT_MOST)}
            numbers = {
                side: {
                    category: _number(measured, f"{key}.{side}", held) or Fraction(0) for category, held in by.items()
                }
                for side, by in parted.items()
            }
            silent = silent_categories(framework, dimension)
            # Whoever said it in the one form may have kept it to themselves in the other.
            unsaid = sum((number for one, number in numbers[_AT_MOST].items() if one in silent), Fraction(0))
            for category, number in numbers[_OF].items():
                if category not in silent:
                    yield (key, (dimension, category)), (number, numbers[_AT_MOST].get(category, Fraction(0)) + unsaid)


def _number(framework: Framework, key: str, cells: list[Cell]) -> Fraction | None:
    counted = [cell.total for cell in cells if NOT_APPLICABLE not in cell.coordinates]
    return Fraction(sum(counted), 10 ** parts_of(framework, key)[0].scale) if counted else None


@once
def _as_measured(framework: Framework, checks: tuple[str, ...]) -> Framework:
    """Give the framework with both sides of these checks in the place of its indicators."""
    held = {key: framework.checks[key] for key in checks}
    return framework.model_copy(update={"indicators": _as_indicators(framework, held)})


def _as_indicators(framework: Framework, checks: Mapping[str, Check]) -> dict[str, Indicator]:
    level, unit = next(iter(framework.levels)), next(iter(framework.units))
    return {
        f"{key}.{side}": Indicator.model_construct(
            label=check.label,
            level=level,
            definition=check.label,
            measure=_measure(term),
            by=check.by,
            unit=unit,
            collected=check.label,
            responsible=check.label,
            source=check.label,
        )
        for key, check in checks.items()
        for side, term in ((_OF, check.of), (_AT_MOST, check.at_most))
    }


def _measure(term: Term) -> Measure:
    return Measure(count=term.count, sum=term.sum, where=term.where)
