"""A row as far as it is understood: what the rules about its cells look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kpi.framework.model import Form
from kpi.intake.cells import Scope
from kpi.intake.fields import CURRENCY, Field
from kpi.intake.raw import RawRow
from kpi.intake.words import is_blank
from kpi.problems import Fault, Place, Problem
from kpi.records import Cells


@dataclass(frozen=True, slots=True)
class Layout:
    """A form and its cells for the quarter, as `kpi.intake.fields` lays them out.

    `left` are the columns that the organisation leaves to others, `approved` what stood in the rows when they were last
    approved, by their key; none where that is not asked.
    """

    key: str
    form: Form
    fields: Sequence[Field]
    columns: Mapping[str, Sequence[Field]]
    left: frozenset[str] = frozenset()
    approved: Mapping[str, Cells] | None = None

    @classmethod
    def of(cls, key: str, form: Form, fields: Sequence[Field]) -> "Layout":
        """Group the cells by column, currencies apart."""
        columns: dict[str, list[Field]] = {}
        for one in fields:
            if not one.is_currency:
                columns.setdefault(one.column_key, []).append(one)
        return cls(key, form, fields, columns)


@dataclass(frozen=True, slots=True)
class Reading:
    """A row as far as it is understood: values by field, an empty cell left out; the faulty fields apart."""

    scope: Scope
    layout: Layout
    row: RawRow
    values: Mapping[str, Any]
    faulty: frozenset[str]

    def at(self, fault: Fault, field: str, **values: object) -> Problem:
        """Give a problem with one of the row's cells."""
        return fault.at(place_in(self.layout.key, self.row, field), **values)

    def about(self, fault: Fault, field: Field, **values: object) -> Problem:
        """Give a problem with a cell that its sentence names."""
        languages = self.scope.framework.languages
        return self.at(fault, field.key, column={one: field.label(one) for one in languages}, **values)


def place_in(form: str, row: RawRow, field: str | None = None) -> Place:
    """Give the place of a row, or of one of its cells."""
    cell = row.cells.get(field) if field else None
    return replace(cell.place if cell else row.place, form=form, row=row.position, field=field)


def is_blank_row(row: RawRow) -> bool:
    """Tell whether a row says nothing; a currency without any amount says nothing."""
    return all(is_blank(cell.value) for key, cell in row.cells.items() if not key.endswith(f".{CURRENCY}"))
