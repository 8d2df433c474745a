"""What goes into a measurement and what comes out of it: values, nothing else.

Totals are whole numbers, scaled by their part: cents for money, ``10 ** decimals`` for decimals,
plain for counts, so that a sum is exact whatever its order and on every database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from kpi.quarter import Quarter, Window
from kpi.records import FormState

#: Where in the breakdowns a number belongs: dimension → category, at the level at which it was
#: collected. A rating also carries its step under `RATING`; what says “not applicable” carries
#: `NOT_APPLICABLE`, so that it is never summed together with a zero. No framework's key begins with “@”.
Coordinates = Mapping[str, str]
RATING = "rating"
NOT_APPLICABLE = "@not_applicable"

#: The breakdown by reporting organisation, beside those by dimension.
ORGANISATION = "@organisation"

#: The category of what a dimension does not tell, where the dimension has no such category itself.
UNSTATED = "@not_stated"


@dataclass(frozen=True, slots=True)
class Fact:
    """One return's total for one part of an indicator in one slice.

    `n` counts the values added up. `not_applicable` counts cells (or whole forms) that said so; such a
    fact stands alone under the coordinate `NOT_APPLICABLE` and adds nothing, but the return did report.
    """

    part: str
    coordinates: Coordinates
    total: int
    n: int
    not_applicable: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """Facts of several returns, summed; by organisation and quarter where the question asked so."""

    part: str
    coordinates: Coordinates
    total: int
    n: int
    not_applicable: int = 0
    organisation: str | None = None
    quarter: Quarter | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """A reporting organisation, as of now. Without `active_until` it is still active."""

    code: str
    name: Mapping[str, str]
    attributes: Mapping[str, str]
    active_from: Quarter
    active_until: Quarter | None = None

    def active_in(self, quarter: Quarter) -> bool:
        """Tell whether it takes part in a quarter."""
        return self.active_from <= quarter and (self.active_until is None or quarter <= self.active_until)


@dataclass(frozen=True, slots=True)
class FormReport:
    """That a return which counts says something of a form: who, when, in which state.

    `attributes` are the organisation's as of then.
    """

    organisation: str
    quarter: Quarter
    form: str
    state: FormState
    return_id: int
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Selection:
    """Which returns count for one form in one window, and how complete they are.

    `reports` are those that count, `carried` gives the organisations of those that are older than the
    window's end (a stock's), with their quarter. `expected` are the returns expected, as (organisation,
    quarter); `reporting` says which return answers for which expected one, `kinds` what the organisation was then where
    a return of that quarter tells.
    """

    reports: tuple[FormReport, ...]
    expected: frozenset[tuple[str, Quarter]]
    reporting: Mapping[tuple[str, Quarter], int]
    carried: Mapping[str, Quarter]
    kinds: Mapping[tuple[str, Quarter], Coordinates] = field(default_factory=dict)

    @cached_property
    def returns(self) -> frozenset[int]:
        """The ids of the returns to sum over."""
        return frozenset(report.return_id for report in self.reports)


class State(StrEnum):
    """What a measurement is: a number, or one of four kinds of none; or one of three kinds of a number not shown.

    The last three are met only by those who may not see everything (`kpi.measure.disclosure`).
    """

    VALUE = "value"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"
    NOT_AVAILABLE = "not_available"
    NOT_COLLECTED = "not_collected"
    SMALL = "small"
    HIDDEN = "hidden"
    NOT_PUBLISHED = "not_published"


#: States in which there is a number that is not shown.
WITHHELD = frozenset({State.SMALL, State.HIDDEN, State.NOT_PUBLISHED})


class Status(StrEnum):
    """How a value stands against its target."""

    ACHIEVED = "achieved"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    NO_DATA = "no_data"
    NO_TARGET = "no_target"
    PROVISIONAL = "provisional"
    TOO_FEW = "too_few"
    NOTHING_DUE = "nothing_due"


@dataclass(frozen=True, slots=True)
class Standing:
    """A value against its expected path at a quarter's end.

    `actual` is what was judged, over `basis` (the year to date for a flow). `maintained` says that the
    maintain test decided.
    """

    status: Status
    basis: Window
    actual: Fraction | None = None
    expected: Fraction | None = None
    target: Decimal | None = None
    baseline: Decimal | None = None
    achievement: Fraction | None = None
    above_plan: bool = False
    maintained: bool = False

    @property
    def judged(self) -> Fraction | None:
        """What was judged; none where there is no value in the window, whatever `basis` has, for then nothing is."""
        return None if self.status is Status.NO_DATA else self.actual


@dataclass(frozen=True, slots=True)
class Coverage:
    """Returns approved and expected for an indicator's form; `carried` counts older ones still standing in."""

    reported: int
    expected: int
    carried: int = 0

    @property
    def share(self) -> Fraction | None:
        """What was reported / expected; none where none is expected."""
        return Fraction(self.reported, self.expected) if self.expected else None


@dataclass(frozen=True, slots=True)
class Measurement:
    """An indicator's value in a window and slice, with its coverage and its standing.

    `slice` is empty for the total. `value`, `numerator` and `denominator` are exact and in the indicator's
    unit (a share as a fraction); `n` is the number of values a sum rests on, the sum of weights of a mean, the
    denominator of a ratio. `expected` is the window's own. `carried` gives, by organisation, the quarter a stock
    was carried from. `lacks` names the dimension an uncollected figure has no breakdown by. `running`: returns of the
    window may still come in.
    """

    indicator: str
    window: Window
    slice: Coordinates
    state: State
    coverage: Coverage
    standing: Standing
    value: Fraction | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    n: Fraction | None = None
    expected: Fraction | None = None
    organisation: str | None = None
    carried: Mapping[str, Quarter] = field(default_factory=dict)
    lacks: str | None = None
    running: bool = False
