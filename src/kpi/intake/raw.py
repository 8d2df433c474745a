"""A return as it came in, before anything is understood: from a workbook or from a web form.

A *field* is one cell of a form's row, named as `kpi.intake.fields` lays a form out: ``course``,
``enrolled.women`` (a spread column's category), ``amount`` and ``amount.currency`` (money).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from kpi.problems import NOWHERE, Place
from kpi.quarter import Quarter

#: What a cell can hold as read. An empty cell is None.
Scalar = str | int | float | Decimal | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class RawCell:
    """A value as read and where it stands."""

    value: Scalar
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of a form. `position` counts from 1; `key` is the category of a grid's pre-printed row."""

    position: int
    cells: Mapping[str, RawCell]
    key: str | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class RawForm:
    """One form: what its state cell says (None: empty), and its rows, blank ones left out."""

    state: RawCell
    rows: Sequence[RawRow] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class RawReturn:
    """A whole return as it came in. `language` is the one its texts and numbers were typed in."""

    organisation: str
    quarter: Quarter
    language: str
    forms: Mapping[str, RawForm] = field(default_factory=dict)
