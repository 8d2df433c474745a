"""The world's values in the words of a workbook, in the language and with the habits of whoever fills it in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from kpi.framework.model import ColumnType, Framework
from kpi.intake.fields import Field, fields
from kpi.intake.raw import Scalar
from kpi.intake.words import NO_LABEL, NOT_APPLICABLE_LABEL, STATE_LABELS, YES_LABEL
from kpi.language import pick, tr
from kpi.quarter import Quarter
from kpi.records import FormState
from world.rows import NOT_APPLICABLE, Row

_LARGE = 1000


@dataclass(frozen=True)
class Words:
    """What values are worded for. `habit` is one of typed_dates, typed_amounts, english_numbers, or none."""

    framework: Framework
    quarter: Quarter
    language: str
    habit: str = ""

    @cached_property
    def _fields(self) -> Mapping[str, Mapping[str, Field]]:
        return {
            key: {one.key: one for one in fields(self.framework, form, self.quarter)}
            for key, form in self.framework.forms.items()
        }

    def state(self, state: FormState) -> str:
        """Word a form's state."""
        return tr(STATE_LABELS[state], self.language)

    def row(self, form: str, row: Row) -> dict[str, Scalar]:
        """Word a row; empty values are left out."""
        return {key: self.value(self._fields[form][key], value, row) for key, value in row.items() if value is not None}

    def value(self, field: Field, value: object, row: Row) -> Scalar:
        """Word one value."""
        if value is NOT_APPLICABLE:
            return tr(NOT_APPLICABLE_LABEL, self.language)
        match value:
            case bool():
                return tr(YES_LABEL if value else NO_LABEL, self.language)
            case Decimal():
                return self._number(field, value, row)
            case date():
                return f"{value:%d.%m.%Y}" if self.habit == "typed_dates" else value
            case int() if field.column.type is ColumnType.RATING:
                scale = self.framework.dimensions[field.column.scale_of(field.category_key) or ""]
                return pick(scale.categories[str(value)].numbered, self.language)
            case int():
                return value
            case _:
                return self._text(field, str(value))

    def _text(self, field: Field, value: str) -> str:
        if field.column.type is ColumnType.CHOICE and field.column.dimension:
            return pick(self.framework.dimensions[field.column.dimension].categories[value].label, self.language)
        return value

    def _number(self, field: Field, value: Decimal, row: Row) -> Scalar:
        if field.column.type is not ColumnType.MONEY or value < _LARGE:
            return value
        english = f"{value:,.2f}"
        if self.habit == "english_numbers":
            return english
        if self.habit == "typed_amounts":
            unit = {"BGN": "лв.", "EUR": "евро"}[str(row[f"{field.key}.currency"])]
            return f"{english.replace(',', ' ').replace('.', ',')} {unit}"
        return value
