"""Forms: what is collected, in typed columns."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Discriminator, Field, Tag

from kpi.framework.base import Key, Lasting, Number
from kpi.quarter import Quarter


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


def _scale_kind(value: object) -> str:
    return "<one>" if isinstance(value, str) else "<many>"


Scale = Annotated[
    Annotated[str, Tag("<one>")] | Annotated[Mapping[str, str], Tag("<many>")], Discriminator(_scale_kind)
]

Who = Mapping[str, tuple[str, ...]]
"""Organisations: by attribute, the categories of which they have one; by no attribute at all everybody."""


def _is_one_of(attributes: Mapping[str, str], who: Who) -> bool:
    """Tell whether an organisation with these attributes is among them."""
    for name, categories in who.items():  # noqa: SIM110 (asked for every form, organisation and quarter)
        if attributes.get(name) not in categories:
            return False
    return True


class Column(Lasting):
    """One typed column of a form."""

    type: ColumnType
    """What its cells may hold."""
    required: bool = False
    """Whether every row must fill it in."""
    dimension: str | None = None
    """The dimension that a choice chooses from."""
    scale: Scale | None = None
    """The dimension whose categories are a rating's steps, or one for each category of `spread`."""
    spread: str | None = None
    """The small dimension over which the column is laid out, one cell a category."""
    at_most: str | None = None
    """The column of the same row that this one may not exceed: each category that of the same name, or, where that
    column is not spread, all categories together."""
    minimum: Number | None = None
    """The least that is accepted."""
    maximum: Number | None = None
    """The most that is accepted."""
    decimals: Annotated[int, Field(ge=0, le=6)] = 2
    """How many decimals a decimal keeps. Money always keeps two."""
    weight: str | None = None
    """The column that weighs this one in a mean."""
    dated: str | None = None
    """The date column that says when an amount of money fell; without it, the end of the quarter."""
    happened: bool = False
    """Whether a date is the day on which what the row reports happened: it never lies after the quarter's end and, in a
    flow, belongs into the time reported. What dates a flow's money does so anyway."""
    form: str | None = None
    """The register that a ref points to."""
    given_by: Who = Field(default_factory=dict)
    """Who fills it in: by attribute of the organisation, the categories; absent: everybody who is asked for the form.
    For all others its cells are locked, and what they change in them is a warning."""

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
    """What is collected on one sheet, or one web form."""

    kind: FormKind
    """A grid has pre-printed rows; a register as many rows as there are things to record."""
    time: FormTime
    """flow: what happened in the quarter; stock: the whole position at its end."""
    due: Due = Due.QUARTERLY
    """How often it is asked for."""
    asked_of: Who = Field(default_factory=dict)
    """Who is asked: by attribute of the organisation, the categories; absent: everybody."""
    rows: str | None = None
    """The dimension whose categories are a grid's rows; absent: a single row."""
    key: str | None = None
    """The text column whose value is unique in a return and names a register's row across quarters."""
    evidence: str | None = None
    """The text or link column that leads to what proves a register's row: a row is asked about where it is empty and no
    file is attached either."""
    stale_quarters: Annotated[int, Field(ge=0, le=40)] | None = None
    """For how many quarters its position may say exactly the same; absent: the rule of the programme, 0: for ever."""
    columns: Annotated[dict[Key, Column], Field(min_length=1)]
    """Its columns by key, in the order in which they are shown."""

    @property
    def goes_on(self) -> bool:
        """Tell whether its rows are still there in the next quarter: a stock register's are."""
        return self.time is FormTime.STOCK and self.kind is FormKind.REGISTER

    def current(self, quarter: Quarter) -> dict[str, Column]:
        """Give the columns that may be filled in for a quarter, in their order."""
        return {key: column for key, column in self.columns.items() if column.valid_in(quarter)}

    def says_when(self, key: str) -> bool:
        """Tell whether a column says when what its row reports happened."""
        dates_money = any(column.dated == key for column in self.columns.values())
        return self.columns[key].happened or (dates_money and self.time is FormTime.FLOW)

    def due_in(self, quarter: Quarter) -> bool:
        """Tell whether it is there in a quarter and asked for then, of whomever."""
        return self.valid_in(quarter) and self.due.in_quarter(quarter)

    def is_asked_of(self, attributes: Mapping[str, str]) -> bool:
        """Tell whether an organisation with these attributes is asked for the form."""
        return _is_one_of(attributes, self.asked_of)

    def left_to_others(self, attributes: Mapping[str, str], quarter: Quarter) -> frozenset[str]:
        """Give the columns that an organisation with these attributes does not fill in: others do."""
        current = self.current(quarter).items()
        return frozenset(key for key, column in current if not _is_one_of(attributes, column.given_by))
