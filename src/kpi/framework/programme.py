"""The programme: whose framework it is, its rules, its money, what it knows of its organisations."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kpi.framework.base import FrameworkQuarter, Frozen, Key, Language, Number, Words
from kpi.problems import N_

Fraction01 = Annotated[Number, Field(ge=0, le=1)]
CURRENCY_PATTERN = r"^[A-Z]{3}$"
CurrencyCode = Annotated[str, Field(pattern=CURRENCY_PATTERN)]


class Attribute(Frozen):
    """Something that the list of organisations says of each: a category of a dimension."""

    label: Words
    """Its name, as people see it."""
    was: tuple[str, ...] = ()
    """Its former keys: what was said under them counts as said here."""
    dimension: str
    """The dimension that it is a category of."""
    required: bool = True
    """Whether every organisation must have it."""
    breakdown: bool = False
    """Whether every figure may be broken down by it.

    Off where what counts is the place or kind of the thing reported, not of the organisation.
    """


class Rate(Frozen):
    """The irrevocable or declared rate of a currency, in a time that includes both ends."""

    per_unit: Annotated[Number, Field(gt=0)]
    """How many units of it make one of the main currency."""
    since: date | None = Field(default=None, alias="from")
    """The first day on which it holds."""
    until: date | None = None
    """The last day on which it holds."""
    source: Words
    """Who declared it, and where."""


class Money(Frozen):
    """The currency of all totals, and the rates at which other currencies become it."""

    currency: CurrencyCode
    """The main currency, in which totals are given."""
    rates: Mapping[CurrencyCode, tuple[Rate, ...]] = Field(default_factory=dict)
    """The other currencies that are accepted, each with its rates."""

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

    on_track: Annotated[Number, Field(gt=0)] = Decimal("0.95")
    """The least achievement that is on track."""
    at_risk: Annotated[Number, Field(gt=0)] = Decimal("0.60")
    """The least achievement that is at risk; below it is off track."""
    above_plan: Annotated[Number, Field(gt=0)] = Decimal("1.15")
    """What lies above is marked above plan."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.at_risk < self.on_track <= self.above_plan:
            raise PydanticCustomError(
                "together", N_("at_risk must be less than on_track, and that less than above_plan")
            )
        return self


class Jumps(Frozen):
    """When an organisation's figure is unlike its own history, and is asked about.

    A count or amount is, where it is so many times the median of its last values, or the median so many times it; a
    share or rating, where it lies so far from the median.
    """

    quarters: Annotated[int, Field(ge=1, le=40)] = 8
    """How many quarters the history goes back."""
    at_least: Annotated[int, Field(ge=1, le=40)] = 3
    """How many values there must be in it."""
    factor: Annotated[Number, Field(gt=1)] = Decimal(3)
    """How many times as much, or as little, is a jump."""
    smallest: Annotated[Number, Field(gt=0)] = Decimal(10)
    """What a count is taken for that lies below: so that 2 after 0 is no jump."""
    smallest_amount: Annotated[Number, Field(gt=0)] = Decimal(5000)
    """The same for an amount of money; quarters without any are left aside."""
    distance: Annotated[Number, Field(gt=0, le=1)] = Decimal("0.30")
    """How far from the median a share may lie; a rating, as a part of its whole scale."""
    cases: Annotated[int, Field(ge=1)] = 10
    """On how many cases a share or rating must rest to be looked at."""


class Rules(Frozen):
    """The thresholds of the programme, each with the default of the field."""

    cuts: Cuts = Cuts()
    """Where achievement changes its status."""
    coverage: Fraction01 = Decimal("0.80")
    """The share of expected returns below which a figure is provisional."""
    judge_from: Annotated[int, Field(ge=0)] = 20
    """The smallest number of cases on which a ratio or mean is judged."""
    not_stated: Fraction01 = Decimal("0.10")
    """The share of “not stated” above which a share gets no verdict, and a return is asked about it."""
    small_counts_below: Annotated[int, Field(ge=0, le=100)] = 5
    """Counts of people from 1 to below this are hidden from funders and the public."""
    few_amounts_below: Annotated[int, Field(ge=0, le=100)] = 3
    """Sums of money with a single person's in them are hidden from them where fewer amounts than this were added up."""
    carried_quarters: Annotated[int, Field(ge=0, le=40)] = 4
    """For how many quarters the last position of a stock stands in for a missing one."""
    due_days: Annotated[int, Field(ge=0, le=366)] = 30
    """How many days after a quarter's end its returns are due."""
    jumps: Jumps = Jumps()
    """When an organisation's figure is unlike its own history."""
    stale_quarters: Annotated[int, Field(ge=0, le=40)] = 4
    """For how many quarters a position may say exactly the same before it is asked about; 0: for ever.

    A form may have its own.
    """


class Contact(Frozen):
    """Whom a reporter may ask."""

    name: Words
    """The person's role or the unit."""
    email: str | None = None
    """The address."""
    phone: str | None = None
    """The telephone number."""


class Published(Frozen):
    """What funders and the public see beside the totals and the breakdowns by one dimension."""

    crossed: tuple[tuple[str, str], ...] = ()
    """Pairs of dimensions by which figures are broken down together, where an indicator has both."""


class Programme(Frozen):
    """Whose framework this is."""

    key: Key
    """A short key of the programme, which never changes."""
    name: Words
    """Its name, as people see it."""
    version: str
    """The version of the framework, printed in templates and reports."""
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    """The languages in which every text is written, the first one the default."""
    starts: FrameworkQuarter
    """The first quarter for which returns are expected."""
    contact: Contact
    """Whom a reporter may ask."""
    filters: tuple[str, ...] = ()
    """The dimensions by which every page can be filtered, in the order in which they are offered."""
    published: Published = Published()
    """What funders and the public see."""
    grants: str | None = None
    """The dimension of the programmes or grants on whose money a record rests: a funder asks for theirs."""
    description: Words | None = None
    """What the programme is."""
    cofunding: Words | None = None
    """Who pays for the programme, in the words that every report must carry."""
    assumptions: Words | None = None
    """What is assumed and waits to be confirmed."""
