"""Indicators: how a figure is made from what is collected, and what is aimed at."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from kpi.framework.base import Frozen, Lasting, Number, Words, Year
from kpi.problems import N_


class AgeCondition(Frozen):
    """A date at least so many years before the reported quarter's end."""

    years_ago: Annotated[int, Field(ge=0, le=50)]
    """How many years."""


def _condition_kind(value: object) -> str:
    match value:
        case bool():
            return "<truth>"
        case Mapping() | AgeCondition():
            return "<age>"
        case list() | tuple():
            return "<categories>"
        case _:
            return "<category>"


#: What a column must hold: yes or no, a category, one of several, or a date some years ago.
Condition = Annotated[
    Annotated[bool, Tag("<truth>")]
    | Annotated[str, Tag("<category>")]
    | Annotated[tuple[str, ...], Tag("<categories>")]
    | Annotated[AgeCondition, Tag("<age>")],
    Discriminator(_condition_kind),
]


class Term(Frozen):
    """A number made from one form: how many rows, or what a column adds up to. Exactly one of count and sum."""

    count: str | None = None
    """The form whose rows are counted."""
    sum: str | None = None
    """The column that is added up, as form.column."""
    where: Mapping[str, Condition] = Field(default_factory=dict)
    """Which rows count: by column, what it must hold."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.count is None) == (self.sum is None):
            raise PydanticCustomError("together", N_("write either count: with a form, or sum: with form.column"))
        return self

    @property
    def form(self) -> str:
        """The form's key."""
        return (self.count or self.sum or "").partition(".")[0]

    @property
    def column(self) -> str | None:
        """The key of the column added up, none for a count."""
        return self.sum.partition(".")[2] if self.sum else None


class Ratio(Frozen):
    """Σ numerator / Σ denominator."""

    of: Term
    """The numerator."""
    to: Term
    """The denominator."""


class Measure(Frozen):
    """How a figure is made: exactly one of count, sum, mean, ratio."""

    count: str | None = None
    """The form whose rows are counted."""
    sum: str | None = None
    """The column that is added up, as form.column."""
    mean: str | None = None
    """The column whose mean is taken, as form.column: Σ(value·weight) / Σ weight, with the column's weight, else 1."""
    ratio: Ratio | None = None
    """One term divided by another."""
    where: Mapping[str, Condition] = Field(default_factory=dict)
    """Which rows count: by column, what it must hold."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(way is not None for way in (self.count, self.sum, self.mean, self.ratio)) != 1:
            raise PydanticCustomError("together", N_("write exactly one of count, sum, mean and ratio"))
        if self.ratio is not None and self.where:
            raise PydanticCustomError("together", N_("with a ratio, where: belongs inside of: and to:"))
        return self


class UnitKind(StrEnum):
    """How a unit's numbers are written and judged: only counts are rounded down to whole ones."""

    COUNT = "count"
    MONEY = "money"
    SHARE = "share"
    RATING = "rating"
    NUMBER = "number"


class Unit(Frozen):
    """What a figure is counted in."""

    kind: UnitKind
    """How its numbers are written and judged."""
    label: Words
    """Its name, as it stands after a number."""
    one: Words | None = None
    """Its name after 1, where that is another one."""
    people: bool = False
    """True where people are counted, or a share or mean is one of people: small counts of them are not published."""


class Better(StrEnum):
    """Which way is up."""

    HIGHER = "higher"
    LOWER = "lower"


class TargetBasis(StrEnum):
    """Targets a year, or running totals since the programme's start."""

    YEARLY = "yearly"
    CUMULATIVE = "cumulative"


class Baseline(Frozen):
    """Where an indicator stood at the end of a year."""

    year: Year
    """The year."""
    value: Number
    """The value, in the indicator's unit."""


class Revision(Frozen):
    """A changed baseline or target. What is not named stays."""

    on: date
    """The day from which it holds."""
    reason: Words
    """Why it was changed."""
    baseline: Baseline | None = None
    """The new baseline."""
    targets: Mapping[Year, Number] = Field(default_factory=dict)
    """The new targets, by year."""


class Bounds(Frozen):
    """Between which values, in the indicator's unit, an organisation's own figure is believed without asking."""

    minimum: Number | None = None
    """The least."""
    maximum: Number | None = None
    """The most."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if self.minimum is None and self.maximum is None:
            raise PydanticCustomError("together", N_("write minimum:, maximum:, or both"))
        return self


class Check(Lasting):
    """Two numbers of one return of which the first may not exceed the second, across forms; else it is asked about."""

    of: Term
    """The number that is limited."""
    at_most: Term
    """The number that limits it."""
    by: tuple[str, ...] = ()
    """The dimensions in each of whose categories it holds, too; both forms collect them."""


class Indicator(Lasting):
    """How one figure is made, by what it may be broken down, and what is aimed at."""

    label: Words = Field(alias="name")
    """Its name, as people see it."""
    level: str
    """The level of the results chain to which it belongs."""
    definition: Words
    """What counts, and what does not."""
    why: Words | None = None
    """Why it is followed: what it tells, and what is decided by it."""
    measure: Measure
    """How the figure is made."""
    by: tuple[str, ...] = ()
    """The dimensions by which it is broken down; those above them follow."""
    unit: str
    """What it is counted in."""
    better: Better = Better.HIGHER
    """Which way is up."""
    supports: str | None = None
    """The main indicator that this figure supports."""
    baseline: Baseline | None = None
    """Where it stood before."""
    targets: Mapping[Year, Number] = Field(default_factory=dict)
    """What is aimed at by each year's end, in the unit (a share as a fraction)."""
    target_basis: TargetBasis = TargetBasis.YEARLY
    """Whether targets are for each year or running totals since the programme's start."""
    share_targets: Mapping[str, Mapping[str, Mapping[Year, Number]]] = Field(default_factory=dict)
    """The share of a category that is aimed at: dimension, category, year, fraction."""
    revisions: tuple[Revision, ...] = ()
    """Changes of baseline and targets, the oldest first."""
    confirmed: bool = False
    """False while baseline, targets, tolerance and scale are assumptions."""
    tolerance: Number | None = None
    """How close to the baseline, in the unit, a target is one of keeping what there is."""
    phasing: tuple[Number, Number, Number, Number] | None = None
    """The cumulative share of a year's target by each quarter's end; absent: quarters / 4."""
    judge_from: Annotated[int, Field(ge=0)] | None = None
    """The smallest number of cases on which a ratio or mean is judged; absent: the rule of the programme."""
    bounds: Bounds | None = None
    """Between which values an organisation's own figure is believed without asking."""
    windows: tuple[Literal["quarter", "half_year", "year", "year_to_date", "since_start", "range"], ...] = ()
    """The windows in which the figure means anything; absent: all."""
    double_counting: bool = False
    """Whether the same person can be counted twice."""
    collected: Words
    """How it is collected."""
    responsible: Words
    """The role that answers for it."""
    source: Words
    """Where the indicator comes from."""

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms of its measure: a ratio's two; a mean stands as the sum of its column."""
        measure = self.measure
        if measure.ratio is not None:
            return (measure.ratio.of, measure.ratio.to)
        return (Term(count=measure.count, sum=measure.sum or measure.mean, where=measure.where),)

    @property
    def forms(self) -> tuple[str, ...]:
        """The keys of the forms that it rests on, each once."""
        return tuple(dict.fromkeys(term.form for term in self.terms))
