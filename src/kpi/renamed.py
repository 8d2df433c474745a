"""What was stored, as it is called now: every former key (`was`) put into its present one.

What is stored never changes, and so keeps the keys of its time. Whoever takes it from the store reads it through here
first; from then on there are present keys only. A key that is neither present nor former stays what it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol, TypeVar

from kpi.framework.model import Column, ColumnType, Form, Framework
from kpi.framework.once import once
from kpi.records import Cells, Record, ReportedForm, ReturnContent, is_not_applicable

#: Former keys with the present one.
_Names = Mapping[str, str]
_NONE: _Names = {}

Value = TypeVar("Value")


class _Named(Protocol):
    @property
    def was(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Renamed:
    """What a framework's entries were called before, and are called now."""

    framework: Framework

    def form(self, key: str) -> str:
        """Give the present key of a form."""
        return self._forms.get(key, key)

    def former_forms(self, keys: Iterable[str]) -> list[str]:
        """Give the keys under which these forms may be stored: the present and all former ones."""
        forms = self.framework.forms
        return [name for key in keys for name in (key, *(forms[key].was if key in forms else ()))]

    def indicator(self, key: str) -> str:
        """Give the present key of an indicator."""
        return self._indicators.get(key, key)

    def former_indicators(self, key: str) -> list[str]:
        """Give the keys under which what is said of an indicator may be stored: the present and all former ones."""
        indicators = self.framework.indicators
        return [key, *(indicators[key].was if key in indicators else ())]

    def attributes(self, values: Mapping[str, str]) -> dict[str, str]:
        """Give an organisation's attributes, attribute → category, under their present keys."""
        own = self.framework.organisation
        return {
            key: self._category(own[key].dimension, category) if key in own else category
            for key, category in _keyed(values, self._attributes).items()
        }

    def coordinates(self, values: Mapping[str, str]) -> dict[str, str]:
        """Give a place in the breakdowns, dimension → category, under present keys."""
        return {dimension: self._category(dimension, category) for dimension, category in values.items()}

    def content(self, content: ReturnContent) -> ReturnContent:
        """Give all that a return says."""
        forms = _keyed(content.forms, self._forms)
        return ReturnContent({key: self.reported(key, form) for key, form in forms.items()})

    def reported(self, form: str, said: ReportedForm) -> ReportedForm:
        """Give what a return says of a form, which is named by its present or a former key."""
        if not self._is_touched(self.form(form)):
            return said
        return replace(said, records=tuple(self.record(form, record) for record in said.records))

    def record(self, form: str, record: Record) -> Record:
        """Give a row of a form, which is named by its present or a former key."""
        key, cells = self.row(form, record.key, record.cells)
        return replace(record, key=key, cells=cells)

    def row(self, form: str, key: str | None, cells: Cells) -> tuple[str | None, Cells]:
        """Give a row's key and cells."""
        now = self.form(form)
        if not self._is_touched(now):
            return key, cells
        entry = self.framework.forms[now]
        if key is not None and entry.rows is not None:
            key = self._category(entry.rows, key)
        named = _keyed(cells, _former(entry.columns))
        return key, {
            name: self._cell(entry.columns[name], value) if name in entry.columns else value
            for name, value in named.items()
        }

    def typed(self, written: Mapping[str, Any]) -> dict[str, Any]:
        """Give what was typed into a return, form by form as it is kept (`kpi.intake.typed`)."""
        return {key: self._typed_form(key, form) for key, form in _keyed(written, self._forms).items()}

    def _typed_form(self, key: str, said: Mapping[str, Any]) -> Mapping[str, Any]:
        if not self._is_touched(key):
            return said
        form = self.framework.forms[key]
        return {**said, "rows": [self._typed_row(form, row) for row in said.get("rows", ())]}

    def _typed_row(self, form: Form, row: Mapping[str, Any]) -> Mapping[str, Any]:
        key = row.get("key")
        now = key if key is None or form.rows is None else self._category(form.rows, key)
        cells = _keyed(row["cells"], {name: self._field(form, name) for name in row["cells"]})
        return {**row, "id": now if row["id"] == key else row["id"], "key": now, "cells": cells}

    def _field(self, form: Form, name: str) -> str:
        """Give the present name of a cell (`kpi.intake.fields`)."""
        former, dot, rest = name.partition(".")
        column = _former(form.columns).get(former, former)
        spread = form.columns[column].spread if column in form.columns else None
        return f"{column}{dot}{rest if spread is None else self._category(spread, rest)}"

    def _cell(self, column: Column, value: Any) -> Any:  # noqa: ANN401 (a cell holds what its column's type says)
        if is_not_applicable(value):
            return value
        if column.spread is None or not isinstance(value, Mapping):
            return self._value(column, None, value)
        spread = _keyed(value, self._categories.get(column.spread, _NONE))
        return {category: self._value(column, category, each) for category, each in spread.items()}

    def _value(self, column: Column, category: str | None, value: Any) -> Any:  # noqa: ANN401 (as above)
        dimension = column.dimension if column.type is ColumnType.CHOICE else column.scale_of(category)
        return self._category(dimension, value) if dimension is not None and isinstance(value, str) else value

    def _category(self, dimension: str, key: str) -> str:
        return self._categories.get(dimension, _NONE).get(key, key)

    @cached_property
    def _forms(self) -> _Names:
        return _former(self.framework.forms)

    @cached_property
    def _indicators(self) -> _Names:
        return _former(self.framework.indicators)

    @cached_property
    def _attributes(self) -> _Names:
        return _former(self.framework.organisation)

    @cached_property
    def _categories(self) -> Mapping[str, _Names]:
        """The former categories of each dimension that has any."""
        found = {key: _former(dimension.categories) for key, dimension in self.framework.dimensions.items()}
        return {key: names for key, names in found.items() if names}

    @cached_property
    def _touched(self) -> frozenset[str]:
        """The forms in whose rows anything has another key now."""
        return frozenset(key for key, form in self.framework.forms.items() if self._has_former(form))

    def _is_touched(self, form: str) -> bool:
        return form in self._touched

    def _has_former(self, form: Form) -> bool:
        columns = form.columns.values()
        scales = {
            scale
            for column in columns
            for scale in (column.scale.values() if isinstance(column.scale, Mapping) else (column.scale,))
        }
        dimensions = {form.rows, *scales, *(each for column in columns for each in (column.dimension, column.spread))}
        return bool(dimensions & set(self._categories)) or any(column.was for column in columns)


#: Give what reads a framework's former keys; the same one each time.
renamed = once(Renamed)


def _former(family: Mapping[str, _Named]) -> _Names:
    """Give every former key with the present one; a key in use is no former one."""
    return {old: key for key, entry in family.items() for old in entry.was if old not in family}


def _keyed(values: Mapping[str, Value], names: _Names) -> dict[str, Value]:
    """Put values under present keys, in their order; what stands under a present key goes before a former one."""
    found = {}
    for key, value in values.items():
        now = names.get(key, key)
        if now == key or now not in values:
            found[now] = value
    return found
