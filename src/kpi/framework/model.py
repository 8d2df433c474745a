"""The framework: what may be reported and how it is measured, as `indicators.yaml` declares it.

Frozen values; unknown keys are refused. Cross-checks between entries live in `checks`, reading
with line numbers in `load`. Every `from`/`until` includes both ends.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema, model_validator

from kpi.language import Text
from kpi.quarter import NotAQuarterError, Quarter

KEY_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"
Key = Annotated[str, Field(pattern=KEY_PATTERN, max_length=60)]


def _quarter(value: Any) -> Any:  # noqa: ANN401 (pydantic hands over whatever the YAML holds)
    if not isinstance(value, str):
        return value
    try:
        return Quarter.parse(value)
    except NotAQuarterError as fault:
        raise ValueError(str(fault)) from fault


FrameworkQuarter = Annotated[
    Quarter,
    BeforeValidator(_quarter),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-Q[1-4]$"}),
]


class Frozen(BaseModel):
    """A value: it never changes, and knows no keys but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, arbitrary_types_allowed=True)


class Lasting(Frozen):
    """Something whose key lives for ever, though it may be renamed, begin, end or be replaced."""

    label: Text
    help: Text | None = None
    was: tuple[str, ...] = ()
    since: FrameworkQuarter | None = Field(default=None, alias="from")
    until: FrameworkQuarter | None = None
    replaces: str | None = None

    def valid_in(self, quarter: Quarter) -> bool:
        """Tell whether it may be reported for this quarter."""
        return (self.since is None or self.since <= quarter) and (self.until is None or quarter <= self.until)


class Category(Lasting):
    """One member of a dimension.

    `in_` is the category of the dimension that this one rolls up to; `value` the number a rating
    scale gives it; `not_stated` marks the answer that is no answer, kept out of shares.
    """

    description: Text | None = None
    guidance: tuple[Text, ...] = ()
    in_: str | None = Field(default=None, alias="in")
    value: Decimal | None = None
    not_stated: bool = False


class Dimension(Frozen):
    """A closed list of categories, by which figures may be broken down."""

    label: Text
    help: Text | None = None
    rolls_up_to: str | None = None
    categories: Annotated[dict[Key, Category], Field(min_length=1)]

    @property
    def is_scale(self) -> bool:
        """Tell whether every category carries a number."""
        return all(category.value is not None for category in self.categories.values())

    def current(self, quarter: Quarter) -> dict[str, Category]:
        """Give the categories that may be reported for a quarter, in their order."""
        return {key: category for key, category in self.categories.items() if category.valid_in(quarter)}


class ColumnType(StrEnum):
    """What a cell may hold."""

    TEXT = "text"
    LINK = "link"
    COUNT = "count"
    DECIMAL = "decimal"
    MONEY = "money"
    CHOICE = "choice"
    RATING = "rating"
    DATE = "date"
    YES_NO = "yes_no"
    REF = "ref"


class Column(Lasting):
    """One typed column of a form.

    `dimension` is what a choice chooses from; `scale` the dimension of a rating's steps, or one for
    each category of `spread`; `spread` lays the column out over a small dimension, one cell a
    category; `at_most` names a column of the same row (and the same category) that this one may
    not exceed; `weight` names the column that weighs this one in a mean; `dated` the date column
    that says when a money amount fell; `form` the register that a ref points to; `decimals` how many
    decimals are kept (money always 2).
    """

    type: ColumnType
    required: bool = False
    dimension: str | None = None
    scale: str | Mapping[str, str] | None = None
    spread: str | None = None
    at_most: str | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    decimals: Annotated[int, Field(ge=0, le=6)] = 2
    weight: str | None = None
    dated: str | None = None
    form: str | None = None

    @property
    def scaled_by(self) -> int:
        """Give how many decimals its facts keep: 0 for whole numbers, 2 for cents."""
        match self.type:
            case ColumnType.DECIMAL:
                return self.decimals
            case ColumnType.MONEY:
                return 2
            case _:
                return 0

    def scale_of(self, category: str | None) -> str | None:
        """Give the scale of a rating, for one category of its spread."""
        if self.scale is None or isinstance(self.scale, str):
            return self.scale
        return self.scale.get(category or "")


class FormKind(StrEnum):
    """Pre-printed rows, or as many rows as there are things to record."""

    GRID = "grid"
    REGISTER = "register"


class FormTime(StrEnum):
    """What happened in the quarter, or the whole position at its end."""

    FLOW = "flow"
    STOCK = "stock"


class Due(StrEnum):
    """How often a form is asked for."""

    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"

    def in_quarter(self, quarter: Quarter) -> bool:
        """Tell whether the form is due for this quarter: each, the 2nd and 4th, or the 4th."""
        every = {Due.QUARTERLY: 1, Due.HALF_YEARLY: 2, Due.YEARLY: 4}[self]
        return quarter.number % every == 0


class Form(Lasting):
    """What is collected on one sheet, or one web form.

    `rows` is a grid's dimension (absent: a single row); `key` the column whose value is unique in a
    return and names a register's row across quarters; `asked_of` gives, by attribute of the
    organisation, the categories that are asked (absent: everybody).
    """

    kind: FormKind
    time: FormTime
    due: Due = Due.QUARTERLY
    asked_of: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    rows: str | None = None
    key: str | None = None
    columns: Annotated[dict[Key, Column], Field(min_length=1)]

    def current(self, quarter: Quarter) -> dict[str, Column]:
        """Give the columns that may be filled in for a quarter, in their order."""
        return {key: column for key, column in self.columns.items() if column.valid_in(quarter)}

    def is_asked_of(self, attributes: Mapping[str, str]) -> bool:
        """Tell whether an organisation with these attributes is asked for the form."""
        return all(attributes.get(name) in categories for name, categories in self.asked_of.items())


class AgeCondition(Frozen):
    """A date at least so many years before the reported quarter's end."""

    years_ago: Annotated[int, Field(ge=0, le=50)]


Condition = bool | str | tuple[str, ...] | AgeCondition


class Term(Frozen):
    """A number made from one form: how many rows, or what a column adds up to.

    Exactly one of `count` (a form) and `sum` (``form.column``); `where` limits the rows, by column.
    """

    count: str | None = None
    sum: str | None = None
    where: Mapping[str, Condition] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.count is None) == (self.sum is None):
            raise ValueError("write either count: a form, or sum: form.column")
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
    to: Term


class Measure(Frozen):
    """How a figure is made: exactly one of count, sum, mean, ratio.

    ``mean: form.column`` is Σ(value·weight) / Σ weight, with the column's `weight`, else 1 a value.
    """

    count: str | None = None
    sum: str | None = None
    mean: str | None = None
    ratio: Ratio | None = None
    where: Mapping[str, Condition] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(way is not None for way in (self.count, self.sum, self.mean, self.ratio)) != 1:
            raise ValueError("write exactly one of count, sum, mean, ratio")
        if self.ratio is not None and self.where:
            raise ValueError("a ratio has its where in each of its two terms")
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
    label: Text


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

    year: int
    value: Decimal


class Revision(Frozen):
    """A changed baseline or target: from which day, to what, and why. What is not named stays."""

    on: date
    reason: Text
    baseline: Baseline | None = None
    targets: Mapping[int, Decimal] = Field(default_factory=dict)


class Indicator(Lasting):
    """How one figure is made, by what it may be broken down, and what is aimed at.

    `label` is its name. `targets` stand at year ends, in the indicator's unit (a share as a
    fraction). `share_targets` aims at one category's share: dimension → category → year → fraction.
    `tolerance` is in the unit. `phasing` is the cumulative share of a year's target by each quarter's end.
    `windows` limits the windows in which the figure means anything. `confirmed` is false while
    baseline, targets, tolerance and scale are assumptions.
    """

    label: Text = Field(alias="name")
    level: str
    definition: Text
    measure: Measure
    by: tuple[str, ...] = ()
    unit: str
    better: Better = Better.HIGHER
    supports: str | None = None
    baseline: Baseline | None = None
    targets: Mapping[int, Decimal] = Field(default_factory=dict)
    target_basis: TargetBasis = TargetBasis.YEARLY
    share_targets: Mapping[str, Mapping[str, Mapping[int, Decimal]]] = Field(default_factory=dict)
    revisions: tuple[Revision, ...] = ()
    confirmed: bool = False
    tolerance: Decimal | None = None
    phasing: tuple[Decimal, Decimal, Decimal, Decimal] | None = None
    judge_from: Annotated[int, Field(ge=0)] | None = None
    windows: tuple[Literal["quarter", "half_year", "year", "year_to_date", "since_start", "range"], ...] = ()
    double_counting: bool = False
    collected: Text
    responsible: Text
    source: Text


class Level(Frozen):
    """A level of the results chain, in the order of the file."""

    label: Text
    help: Text | None = None


class Headline(Frozen):
    """A headline KPI and the indicator on which it rests."""

    label: Text = Field(alias="name")
    indicator: str


class Attribute(Frozen):
    """Something that the list of organisations says of each: a category of a dimension.

    `breakdown` lets every figure be filtered and broken down by it; off where what counts is the place or
    kind of the thing reported, not of the organisation.
    """

    label: Text
    dimension: str
    required: bool = True
    breakdown: bool = False


class Rate(Frozen):
    """The irrevocable or declared rate of a currency: how many units make one of the main currency."""

    per_unit: Decimal
    since: date | None = Field(default=None, alias="from")
    until: date | None = None
    source: Text


class Money(Frozen):
    """The currency of all totals, and the rates at which other currencies become it."""

    currency: str
    rates: Mapping[str, tuple[Rate, ...]] = Field(default_factory=dict)

    def rate(self, currency: str, day: date) -> Decimal | None:
        """Give how many units of a currency make one of the main currency on a day; none: not accepted."""
        if currency == self.currency:
            return Decimal(1)
        for rate in self.rates.get(currency, ()):
            if (rate.since is None or rate.since <= day) and (rate.until is None or day <= rate.until):
                return rate.per_unit
        return None

    @property
    def currencies(self) -> tuple[str, ...]:
        """Every currency that is accepted on some day, the main one first."""
        return (self.currency, *self.rates)


class Cuts(Frozen):
    """Where achievement changes its status."""

    on_track: Decimal = Decimal("0.95")
    at_risk: Decimal = Decimal("0.60")
    above_plan: Decimal = Decimal("1.15")


class Rules(Frozen):
    """The thresholds of the programme, each with the default of the field."""

    cuts: Cuts = Cuts()
    coverage: Decimal = Decimal("0.80")
    judge_from: int = 20
    not_stated: Decimal = Decimal("0.10")
    small_counts_below: int = 5
    carried_quarters: int = 4
    due_days: int = 30


class Contact(Frozen):
    """Whom a reporter may ask."""

    name: Text
    email: str | None = None
    phone: str | None = None


class Programme(Frozen):
    """Whose framework this is."""

    key: Key
    name: Text
    version: str
    languages: Annotated[tuple[Annotated[str, Field(pattern=r"^[a-z]{2}$")], ...], Field(min_length=1)]
    starts: FrameworkQuarter
    contact: Contact
    description: Text | None = None
    assumptions: Text | None = None


class Framework(Frozen):
    """The whole of `indicators.yaml`."""

    programme: Programme
    rules: Rules = Rules()
    money: Money | None = None
    organisation: Mapping[str, Attribute] = Field(default_factory=dict)
    dimensions: dict[Key, Dimension] = Field(default_factory=dict)
    levels: dict[Key, Level]
    units: dict[Key, Unit]
    headlines: dict[Key, Headline] = Field(default_factory=dict)
    forms: dict[Key, Form]
    indicators: dict[Key, Indicator]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which every text exists, the first one the default."""
        return self.programme.languages

    def asked_forms(self, attributes: Mapping[str, str], quarter: Quarter) -> dict[str, Form]:
        """Give the forms that an organisation with these attributes is asked for in a quarter."""
        return {
            key: form
            for key, form in self.forms.items()
            if form.valid_in(quarter) and form.due.in_quarter(quarter) and form.is_asked_of(attributes)
        }

    def column(self, path: str) -> Column:
        """Give the column that ``form.column`` names; a `KeyError` where there is none."""
        form, _, column = path.partition(".")
        return self.forms[form].columns[column]

    def roll_up(self, dimension: str, category: str, to: str) -> str | None:
        """Give the category of dimension `to` above a category; none where `to` is not above."""
        while dimension != to:
            above = self.dimensions[dimension].rolls_up_to
            parent = self.dimensions[dimension].categories[category].in_
            if above is None or parent is None:
                return None
            dimension, category = above, parent
        return category

    def above(self, dimension: str) -> Iterator[str]:
        """Give the dimensions that one rolls up to, nearest first."""
        seen = {dimension}
        while (up := self.dimensions[dimension].rolls_up_to) is not None and up not in seen:
            seen.add(up)
            yield up
            dimension = up

    @cached_property
    def breakdown_attributes(self) -> dict[str, str]:
        """The dimensions by which every figure may be broken down: dimension → the organisation's attribute."""
        return {a.dimension: name for name, a in self.organisation.items() if a.breakdown}
