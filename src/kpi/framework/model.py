"""The framework: what may be reported and how it is measured, as `indicators.yaml` declares it.

The grammar's parts stand in `base`, `dimension`, `form`, `indicator`, `pages` and `programme`; here is the whole,
and the one place from which the rest of the project takes them. Cross-checks between entries
live in `checks`, reading with line numbers in `load`.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property

from pydantic import Field

from kpi.framework.base import KEY_PATTERN, FrameworkQuarter, Frozen, Key, Lasting, Words
from kpi.framework.dimension import Category, Dimension
from kpi.framework.form import Column, ColumnType, Due, Form, FormKind, FormTime, Who
from kpi.framework.indicator import (
    AgeCondition,
    Baseline,
    Better,
    Bounds,
    Check,
    Condition,
    Indicator,
    Measure,
    Ratio,
    Revision,
    TargetBasis,
    Term,
    Unit,
    UnitKind,
)
from kpi.framework.open_data import Iati, Licence, OpenData, ResultType
from kpi.framework.pages import (
    FundingPage,
    GenderPage,
    InfluencePage,
    LearningPage,
    Pages,
    PortfolioPage,
    RegionsPage,
    StoriesPage,
)
from kpi.framework.programme import Attribute, Contact, Cuts, Jumps, Money, Programme, Published, Rate, Rules
from kpi.language import Text
from kpi.quarter import Quarter

__all__ = [
    "KEY_PATTERN",
    "AgeCondition",
    "Attribute",
    "Baseline",
    "Better",
    "Bounds",
    "Category",
    "Check",
    "Column",
    "ColumnType",
    "Condition",
    "Contact",
    "Cuts",
    "Dimension",
    "Due",
    "Form",
    "FormKind",
    "FormTime",
    "Framework",
    "FrameworkQuarter",
    "Frozen",
    "FundingPage",
    "GenderPage",
    "Headline",
    "Iati",
    "Indicator",
    "InfluencePage",
    "Jumps",
    "Key",
    "Lasting",
    "LearningPage",
    "Level",
    "Licence",
    "Measure",
    "Money",
    "OpenData",
    "Pages",
    "PortfolioPage",
    "Programme",
    "Published",
    "Rate",
    "Ratio",
    "RegionsPage",
    "Revision",
    "Rules",
    "StoriesPage",
    "TargetBasis",
    "Term",
    "Text",
    "Unit",
    "UnitKind",
    "Who",
]


class Level(Frozen):
    """A level of the results chain, in the order of the file."""

    label: Words
    """Its name, as people see it."""
    help: Words | None = None
    """What belongs to it."""
    iati: ResultType | None = None
    """What IATI takes it for: 1 output, 2 outcome, 3 impact, 9 other; needed where the programme appears there."""


class Headline(Frozen):
    """A headline KPI and the indicator on which it rests."""

    label: Words = Field(alias="name")
    """Its name, as people see it."""
    indicator: str
    """The indicator whose figure it shows."""


class Framework(Frozen):
    """The whole of a programme's framework: what may be reported and how it is measured."""

    programme: Programme
    """Whose framework this is."""
    rules: Rules = Rules()
    """The thresholds of the programme."""
    money: Money | None = None
    """The currencies; absent where no money is reported."""
    organisation: Mapping[Key, Attribute] = Field(default_factory=dict)
    """What the list of organisations says of each."""
    dimensions: dict[Key, Dimension] = Field(default_factory=dict)
    """The closed lists by which figures are broken down."""
    levels: dict[Key, Level]
    """The levels of the results chain, in their order."""
    units: dict[Key, Unit]
    """What figures are counted in."""
    headlines: dict[Key, Headline] = Field(default_factory=dict)
    """The headline KPIs, in their order."""
    forms: dict[Key, Form]
    """What is collected."""
    indicators: dict[Key, Indicator]
    """How figures are made from it, in their order."""
    checks: dict[Key, Check] = Field(default_factory=dict)
    """What must hold between the forms of one return."""
    pages: Pages = Pages()
    """The subjects that have a page and a chapter of their own."""
    open_data: OpenData | None = None
    """What open data say of themselves; absent: no terms are named, and nothing is written for IATI."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which every text exists, the first one the default."""
        return self.programme.languages

    def asked_forms(self, attributes: Mapping[str, str], quarter: Quarter) -> dict[str, Form]:
        """Give the forms that an organisation with these attributes is asked for in a quarter."""
        return {key: form for key, form in self.forms.items() if form.due_in(quarter) and form.is_asked_of(attributes)}

    def labels_of(self, who: Who) -> list[Text]:
        """Give the labels of the categories that make out who is meant, in their order."""
        dimensions = {name: self.dimensions[self.organisation[name].dimension] for name in who}
        return [dimensions[name].categories[one].label for name, several in who.items() for one in several]

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
