"""What a question needs to be answered: which totals of which returns.

Whoever asks fetches them; `kpi.measure.measure` makes the figures.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kpi.framework.model import Framework
from kpi.framework.once import once
from kpi.measure.disaggregation import attributes, category_of, collected, known_categories
from kpi.measure.facts import parts_of
from kpi.measure.model import ORGANISATION, UNSTATED, Cell, Organisation, Selection
from kpi.measure.plan import basis_window
from kpi.measure.selection import EMPTY, Selections, lasting, narrow
from kpi.problems import N_, SaidError
from kpi.quarter import Window


class NotACategoryError(SaidError, LookupError):
    """A question asks for a category that its dimension has not."""

    text = N_("“{category}” is no category of “{dimension}”")

    def __init__(self, dimension: str, category: str) -> None:
        self.dimension, self.category = dimension, category
        super().__init__(dimension=dimension, category=category)


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asks of an indicator.

    `by` names the dimensions to break down by (or `ORGANISATION`), together; `where` limits to one category of each;
    `organisation` to one organisation. Dimensions are the indicator's own, or an attribute's of the organisations.
    """

    indicator: str
    window: Window
    by: tuple[str, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)
    organisation: str | None = None

    @property
    def is_total(self) -> bool:
        """Tell whether the first answer is the programme's whole, the only one that targets hold for."""
        return not self.where and self.organisation is None


@dataclass(frozen=True, slots=True)
class Request:
    """Totals that are needed: a part's facts, summed over returns by coordinates, and by whose they are if asked."""

    part: str
    returns: frozenset[int]
    by_organisation: bool = False
    by_quarter: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The totals of a request, and which of its returns have any fact at all for the part."""

    cells: Sequence[Cell]
    reporting: frozenset[int]


Fetch = Callable[[Request], Answer]


@dataclass(frozen=True, slots=True)
class Scope:
    """A window and, for each part of the indicator, the returns that count in it."""

    window: Window
    selections: Mapping[str, Selection]
    by_organisation: bool = False
    by_quarter: bool = False

    def request(self, part: str) -> Request:
        """Give what is needed of a part."""
        return Request(part, self.selections[part].returns, self.by_organisation, self.by_quarter)


@dataclass(frozen=True, slots=True)
class Need:
    """What a question needs: its own scope, and the one that its standing is judged on, if it is judged.

    `parted` is the own scope parted by what the organisations are, where only that tells of a dimension to break down
    by: by the categories of these dimensions. `lacks` is a dimension of `where` that the indicator has not; there is
    nothing to fetch then.
    """

    question: Question
    scope: Scope
    basis: Scope | None
    organisations: Mapping[str, Organisation]
    parted: Mapping[tuple[str, ...], Scope] = field(default_factory=dict)
    lacks: str | None = None

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """The returns of which something is to be fetched."""
        if self.lacks is not None:
            return ()
        return (self.scope, *([] if self.basis is None else [self.basis]), *self.parted.values())

    @property
    def requests(self) -> tuple[Request, ...]:
        """All that is to be fetched, each once."""
        return tuple(dict.fromkeys(scope.request(part) for scope in self.scopes for part in scope.selections))


def lacking(framework: Framework, question: Question, dimensions: Iterable[str]) -> str | None:
    """Give the first of the dimensions that the indicator cannot be broken down by."""
    own = collected(framework, parts_of(framework, question.indicator)[0])
    known = {*own, *attributes(framework)}
    return next((dimension for dimension in dimensions if dimension not in known), None)


def belongs(framework: Framework, dimension: str, values: Mapping[str, str]) -> str:
    """Give the category of an organisation's attributes, rolled up to a dimension."""
    attribute = attributes(framework)[dimension]
    return _belonging(framework, dimension, attribute, values.get(attribute))


@once
def _belonging(framework: Framework, dimension: str, attribute: str, category: str | None) -> str:
    at = framework.organisation[attribute].dimension
    return category_of(framework, dimension, {} if category is None else {at: category})


def told_by_organisations(framework: Framework, question: Question, dimensions: Iterable[str]) -> list[str]:
    """Keep the dimensions that only the organisations' attributes tell."""
    own = collected(framework, parts_of(framework, question.indicator)[0])
    return [dimension for dimension in dimensions if dimension not in own and dimension != ORGANISATION]


def _check(framework: Framework, question: Question) -> None:
    for dimension, category in question.where.items():
        if category not in {*known_categories(framework, question.indicator, dimension), UNSTATED}:
            raise NotACategoryError(dimension, category)


def needs(framework: Framework, question: Question, selections: Selections) -> Need:
    """Say what is needed to answer a question, of the reports that count.

    Raise `NotACategoryError` for a category in `where` that its dimension has not.
    """
    lacks = lacking(framework, question, question.where)
    if lacks is None:
        _check(framework, question)
    limits = {} if lacks else {d: question.where[d] for d in told_by_organisations(framework, question, question.where)}
    theirs = told_by_organisations(framework, question, [d for d in question.by if d in attributes(framework)])
    by_each = ORGANISATION in question.by

    def keep(code: str, values: Mapping[str, str]) -> bool:
        if question.organisation not in {None, code}:
            return False
        return all(belongs(framework, dimension, values) == wanted for dimension, wanted in limits.items())

    indicator = framework.indicators[question.indicator]
    narrowed = question.organisation is not None or bool(limits)

    def meant(found: Selection) -> Selection:
        return lasting(narrow(found, selections.known, keep) if narrowed else found, indicator)

    def scope(window: Window, *, by_each: bool) -> Scope:
        chosen = {part.key: meant(selections.of(part.form, window)) for part in parts_of(framework, question.indicator)}
        return Scope(window, chosen, by_organisation=by_each, by_quarter=by_each and bool(theirs))

    def parted() -> Iterator[tuple[tuple[str, ...], Scope]]:
        parts = parts_of(framework, question.indicator)
        by_part = {part.key: selections.by_kind(part.form, question.window, tuple(theirs), kind) for part in parts}
        for each in dict.fromkeys(each for found in by_part.values() for each in found):
            chosen = {part: meant(found.get(each, EMPTY)) for part, found in by_part.items()}
            yield each, Scope(question.window, chosen)

    known: dict[int, tuple[str, ...]] = {}  # by the attributes themselves: there are tens of them, of reports thousands

    def kind(_code: str, values: Mapping[str, str]) -> tuple[str, ...]:
        if id(values) not in known:
            known[id(values)] = tuple(belongs(framework, dimension, values) for dimension in theirs)
        return known[id(values)]

    judged = basis_window(framework, question.indicator, question.window.last)
    basis = scope(judged, by_each=False) if question.is_total else None
    own = scope(question.window, by_each=by_each)
    kinds = dict(parted()) if theirs and not by_each else {}
    return Need(question, own, basis, selections.known, kinds, lacks)
