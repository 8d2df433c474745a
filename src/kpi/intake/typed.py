"""A return while it is filled in: what stands in its cells, understood or not, kept as JSON.

A draft has one content, however it comes in: typed into the web form or read from a workbook. It goes the way of every
return from there: `raw` gives what `kpi.intake.check` reads. What is typed is text; what a workbook or the quarter
before holds keeps its kind, so that a number stays the number it was::

    {"state": "reported", "note": "…", "rows": [{"id": "r1", "key": null, "cells": {"course": "First aid",
     "enrolled.women": 12, "ended_on": {"date": "2026-09-30"}, "amount": {"number": "12.50"}}, "evidence": […]}]}
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kpi.framework.model import FormKind, Framework
from kpi.intake import layout
from kpi.intake.fields import fields
from kpi.intake.numbers import exact, written
from kpi.intake.raw import RawCell, RawForm, RawReturn, RawRow, Scalar
from kpi.intake.shown import recorded
from kpi.intake.words import STATE_LABELS, is_blank
from kpi.language import day, decimal_symbol, tr
from kpi.problems import Place
from kpi.quarter import Quarter
from kpi.records import FormState, Record, ReturnContent


@dataclass(frozen=True, slots=True)
class Attached:
    """What stands behind a row: a kept file (`file`: its id) or a link."""

    name: str
    file: int | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class TypedRow:
    """One row. `id` stays with it while the draft lives; `key` is the category of a grid's pre-printed row."""

    id: str
    cells: Mapping[str, Scalar] = field(default_factory=dict)
    key: str | None = None
    evidence: tuple[Attached, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing stands in it."""
        return all(is_blank(value) for value in self.cells.values())


@dataclass(frozen=True, slots=True)
class TypedForm:
    """One form: what was said of it as a whole (a `FormState`'s value, or what else was typed), and its rows."""

    state: str = ""
    rows: tuple[TypedRow, ...] = ()
    note: str = ""

    def row(self, row_id: str) -> TypedRow | None:
        """Give the row with an id."""
        return next((row for row in self.rows if row.id == row_id), None)

    def with_row(self, changed: TypedRow) -> "TypedForm":
        """Give the form with a row in the place of the one with its id; a new one comes last."""
        if self.row(changed.id) is None:
            return replace(self, rows=(*self.rows, changed))
        return replace(self, rows=tuple(changed if row.id == changed.id else row for row in self.rows))

    def without_row(self, row_id: str) -> "TypedForm":
        """Give the form without a row."""
        return replace(self, rows=tuple(row for row in self.rows if row.id != row_id))


Typed = Mapping[str, TypedForm]


def new_row_id() -> str:
    """Give an id that no other row has."""
    return secrets.token_hex(6)


def blank(framework: Framework, form: str, quarter: Quarter) -> TypedForm:
    """Give an empty form; a grid has its pre-printed rows, each under its category."""
    return TypedForm(rows=tuple(TypedRow(key or "only", {}, key) for key in _printed(framework, form, quarter)))


def _printed(framework: Framework, form: str, quarter: Quarter) -> list[str | None]:
    of = framework.forms[form]
    if of.kind is not FormKind.GRID:
        return []
    return [None if key == layout.SINGLE else key for key in layout.rows(framework, of, quarter)]


def of_records(framework: Framework, quarter: Quarter, content: ReturnContent, language: str) -> Typed:
    """Give what somebody would have typed to report this."""
    others = {key: form.records for key, form in content.forms.items()}
    return {
        key: TypedForm(
            "" if said.state is FormState.MISSING else said.state.value,
            _rows_of(framework, quarter, key, said.records, language, others),
        )
        for key, said in content.forms.items()
        if key in framework.forms
    }


def _rows_of(  # noqa: PLR0913, PLR0917 (what a cell's words depend on)
    framework: Framework,
    quarter: Quarter,
    key: str,
    records: Sequence[Record],
    language: str,
    others: Mapping[str, Sequence[Record]],
) -> tuple[TypedRow, ...]:
    form = framework.forms[key]
    laid_out = list(fields(framework, form, quarter))
    rows = []
    for record in records:
        told = {one.key: recorded(framework, one, record.cells, language, others=others) for one in laid_out}
        cells = {name: value for name, value in told.items() if value is not None}
        row_id, category = (record.key or "only", record.key) if form.kind is FormKind.GRID else (new_row_id(), None)
        rows.append(TypedRow(row_id, cells, category))
    return on_printed(blank(framework, key, quarter).rows, tuple(rows))


def on_printed(printed: Sequence[TypedRow], rows: tuple[TypedRow, ...]) -> tuple[TypedRow, ...]:
    """Put a grid's rows where they are printed; those that are not stay, last."""
    known = {row.id: row for row in rows}
    there = {row.id for row in printed}
    return (*(known.get(row.id, row) for row in printed), *(row for row in rows if row.id not in there))


def raw(organisation: str, quarter: Quarter, language: str, typed: Typed) -> RawReturn:
    """Give the return as it is checked: places name form, row (counted from 1) and field."""
    return RawReturn(
        organisation, quarter, language, {key: _raw_form(key, form, language) for key, form in typed.items()}
    )


def _raw_form(key: str, form: TypedForm, language: str) -> RawForm:
    known = {state.value: label for state, label in STATE_LABELS.items()}
    said = tr(known[form.state], language) if form.state in known else form.state
    rows = [
        RawRow(
            position,
            {name: RawCell(value, Place(form=key, row=position, field=name)) for name, value in row.cells.items()},
            row.key,
            Place(form=key, row=position),
        )
        for position, row in enumerate(form.rows, 1)
    ]
    return RawForm(RawCell(said or None, Place(form=key)), rows, Place(form=key))


def shown(value: Scalar, language: str) -> str:
    """Write what stands in a cell as a person would type it in a language; a text is what it is."""
    match value:
        case None:
            return ""
        case bool():
            return str(value)
        case datetime():
            return day(value.date(), language)
        case date():
            return day(value, language)
        case int() | float() | Decimal():
            found = exact(value)
            return "" if found is None else written(found).replace(".", decimal_symbol(language))
        case _:
            return value


def to_json(form: TypedForm) -> dict[str, Any]:
    """Write a form as it is kept."""
    return {
        "state": form.state,
        "note": form.note,
        "rows": [
            {
                "id": row.id,
                "key": row.key,
                "cells": {name: _to_json(value) for name, value in row.cells.items()},
                "evidence": [{"name": one.name, "file": one.file, "link": one.link} for one in row.evidence],
            }
            for row in form.rows
        ],
    }


def from_json(kept: Mapping[str, Any]) -> TypedForm:
    """Read a form as it is kept."""
    return TypedForm(
        kept.get("state", ""),
        tuple(
            TypedRow(
                row["id"],
                {name: _from_json(value) for name, value in row["cells"].items()},
                row.get("key"),
                tuple(Attached(**one) for one in row.get("evidence", ())),
            )
            for row in kept.get("rows", ())
        ),
        kept.get("note", ""),
    )


def _to_json(value: Scalar) -> object:
    match value:
        case None | bool() | str() | int():
            return value
        case datetime():
            return str(value) if any((value.hour, value.minute, value.second)) else {"date": value.date().isoformat()}
        case date():
            return {"date": value.isoformat()}
        case float():
            return {"number": repr(value)}
        case Decimal():
            return {"number": str(value)}


def _from_json(value: Any) -> Scalar:  # noqa: ANN401 (JSON)
    if isinstance(value, dict):
        return date.fromisoformat(value["date"]) if "date" in value else Decimal(value["number"])
    return value  # type: ignore[no-any-return]  # a text, a whole number, a truth or nothing, as `_to_json` wrote it
