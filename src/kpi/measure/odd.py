"""An oddity: what kinds there are, what each says, and what a return is looked at beside. Pure."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from kpi.framework.model import Framework, Text, UnitKind
from kpi.framework.once import once
from kpi.measure.facts import parts_of
from kpi.measure.told import Brief, Told
from kpi.problems import N_, Fault, Own, Place, Problem, Severity
from kpi.quarter import Quarter

JUMP = Fault(
    "odd.jump",
    N_("{indicator}: {found}, where the median of the last {count} values is {median}."),
    N_("Check the figure; if it is right, say what changed."),
    Severity.WARNING,
)
STALE = Fault(
    "odd.stale",
    N_("“{form}” says exactly the same since {since}."),
    N_("Check whether the position was brought up to date; if nothing changed, say so."),
    Severity.WARNING,
)
FORM_GONE = Fault(
    "odd.missing",
    N_("“{form}” says “{found}”, where {since} had rows ({count})."),
    N_("Fill the form in; if there is nothing any more, say why."),
    Severity.WARNING,
)
VALUE_GONE = Fault(
    "odd.missing",
    N_("{indicator} is left empty, where {since} said {before}."),
    N_("Fill it in; if it cannot be said any more, say why."),
    Severity.WARNING,
)
NOT_STATED = Fault(
    "odd.not_stated",
    N_("{indicator}: of {everybody}, {silent} are not stated by {dimension} ({share} %)."),
    N_("More than {limit} % is too many for a verdict: find out what is missing, or say why it cannot be known."),
    Severity.WARNING,
)
NO_EVIDENCE = Fault(
    "odd.evidence",
    N_("“{form}”: {count} of {all} rows have nothing under “{column}” and no file attached (rows {rows})."),
    N_("Add the link or the file, or say where the evidence is kept."),
    Severity.WARNING,
)
LIKELY_TWICE = Fault(
    "odd.duplicate",
    N_("“{form}”: what rows {rows} say also stands in the return of {other} for {quarter} (rows {others})."),
    N_("Only one may report it: take it out of the other return, or say why these are two things."),
    Severity.WARNING,
)
LIKELY_TWICE_ELSEWHERE = Fault(
    "odd.duplicate",
    N_("“{form}”: what rows {rows} say also stands in another organisation's return for {quarter}."),
    N_("Only one may report it: agree with them, or say why these are two things."),
    Severity.WARNING,
)
MORE_THAN = Fault(
    "odd.at_most",
    N_("{check}: {found} is more than {limit}."),
    N_("Check both forms: the one number cannot exceed the other."),
    Severity.WARNING,
)
MORE_THAN_IN = Fault(
    "odd.at_most",
    N_("{check}, {category}: {found} is more than {limit}."),
    N_("Check both forms: the one number cannot exceed the other."),
    Severity.WARNING,
)
TOO_LITTLE = Fault(
    "odd.bounds",
    N_("{indicator}: {found} is less than is believable ({limit})."),
    N_("Check the figure; if it is right, say why."),
    Severity.WARNING,
)
TOO_MUCH = Fault(
    "odd.bounds",
    N_("{indicator}: {found} is more than is believable ({limit})."),
    N_("Check the figure; if it is right, say why."),
    Severity.WARNING,
)

#: What the kinds of oddity are called.
KINDS: Mapping[str, str] = {
    "odd.jump": N_("Unlike its own history"),
    "odd.stale": N_("The same for long"),
    "odd.missing": N_("Missing where there was a value"),
    "odd.not_stated": N_("Too much not stated"),
    "odd.evidence": N_("Evidence missing"),
    "odd.duplicate": N_("Likely reported twice"),
    "odd.at_most": N_("More than it can be"),
    "odd.bounds": N_("Hardly believable"),
}


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something to ask about. `subject` is what it is about: an indicator, a form or a check.

    `indicators` are those whose figures it may touch; `name` is the same as long as the same values are odd.
    """

    problem: Problem
    subject: str
    indicators: tuple[str, ...]
    name: str

    @property
    def code(self) -> str:
        """What kind of oddity it is."""
        return self.problem.code


@dataclass(frozen=True, slots=True)
class Alike:
    """A row of another return that says the same."""

    organisation: str
    name: Text
    quarter: Quarter
    position: int


@dataclass(frozen=True, slots=True)
class Beside:
    """A return with all that it is looked at beside.

    `history` are the organisation's returns of the quarters before, in whatever order; `proved` the rows with a file or
    link attached, by form and position; `alike` the rows of other returns by the name of what they say.
    """

    now: Told
    history: Sequence[Brief] = ()
    proved: Collection[tuple[str, int]] = ()
    alike: Mapping[str, Sequence[Alike]] = field(default_factory=dict)

    def before(self, quarters: int) -> list[Brief]:
        """Give the returns of so many quarters before, the newest first."""
        earlier = [one for one in self.history if 0 < self.now.quarter - one.quarter <= quarters]
        return sorted(earlier, key=lambda one: one.quarter, reverse=True)


def written(framework: Framework, indicator: str, value: Fraction | None) -> Own:
    """Write a value of an indicator with its unit, for a sentence."""
    unit = framework.units[framework.indicators[indicator].unit]
    if unit.kind is UnitKind.SHARE:
        return Own(N_("{number} %"), number=(value or 0) * 100)
    named: object = framework.money.currency if unit.kind is UnitKind.MONEY and framework.money else unit.label
    return Own(N_("{number} {unit}"), number=value or Fraction(0), unit=named)


def of_indicator(framework: Framework, fault: Fault, key: str, values: Mapping[str, object], odd: object) -> Oddity:
    """Give an oddity of an indicator's value; `odd` is what its name rests on."""
    part = parts_of(framework, key)[0]
    problem = fault.at(Place(form=part.form, field=part.column), **values)
    return Oddity(problem, key, (key,), named(problem, key, odd))


def of_form(  # noqa: PLR0913 (an oddity and its place)
    framework: Framework,
    fault: Fault,
    key: str,
    values: Mapping[str, object],
    odd: object,
    *,
    row: int | None = None,
    column: str | None = None,
) -> Oddity:
    """Give an oddity of a form, or of a row and column of it; `odd` is what its name rests on."""
    problem = fault.at(Place(form=key, row=row, field=column), **values)
    return Oddity(problem, key, _resting_on(framework, key), named(problem, key, odd))


@once
def _resting_on(framework: Framework, form: str) -> tuple[str, ...]:
    return tuple(key for key, one in framework.indicators.items() if form in one.forms)


def named(problem: Problem, subject: str, odd: object) -> str:
    """Name an oddity by its kind, what it is about, and what is odd."""
    return f"{problem.code}/{subject}/{hashlib.sha256(repr(odd).encode()).hexdigest()[:12]}"
