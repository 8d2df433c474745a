"""When two rows, or two positions, say the same; pure.

A row of a register is named by what tells it from others: its key, or the first of its texts, with its dates and
amounts. Case, spaces and punctuation do not matter.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from kpi.framework.model import Column, ColumnType, Form, FormKind, FormTime
from kpi.quarter import Quarter
from kpi.records import FormState, Record, ReportedForm, is_not_applicable

_LONGEST = 32


def likeness(key: str, form: Form, record: Record, quarter: Quarter) -> str | None:
    """Name a row by what it says; none where it says too little to be known again.

    What has a date is the same thing in whichever quarter it stands. What has none, and all that stands in a position,
    may well come again: it is named for its quarter, so that only other organisations can have said the same. Where
    there is neither date nor amount, the choices that every row makes are compared too.
    """
    name = _name(form, record) if form.kind is FormKind.REGISTER else ""
    if not name:
        return None
    dates = list(_cells(form, record, ColumnType.DATE))
    amounts = list(_cells(form, record, ColumnType.MONEY))
    choices = [] if dates or amounts else list(_cells(form, record, ColumnType.CHOICE, required=True))
    if not dates and not amounts and not choices:
        return None
    recurs = form.time is FormTime.STOCK or not dates
    return _hashed([key, str(quarter) if recurs else None, name, dates, amounts, choices])


def position_of(form: Form, reported: ReportedForm) -> str | None:
    """Name what a stock's form says; none for a flow, and where there is nothing that could stand still."""
    if form.time is not FormTime.STOCK or reported.state is not FormState.REPORTED:
        return None
    if not any(_says_something(value) for record in reported.records for value in record.cells.values()):
        return None
    return _hashed([[record.key, record.cells] for record in reported.records])


def _name(form: Form, record: Record) -> str:
    texts = [key for key, column in form.columns.items() if column.type is ColumnType.TEXT]
    required = [key for key in texts if form.columns[key].required]
    chosen = form.key or next(iter(required or texts), None)
    value = record.cells.get(chosen) if chosen else None
    if not isinstance(value, str):
        return ""
    return "".join(letter for letter in unicodedata.normalize("NFKC", value).casefold() if letter.isalnum())


def _cells(form: Form, record: Record, kind: ColumnType, *, required: bool = False) -> Iterator[tuple[str, Any]]:
    """Give what the cells of a type say, in one way only."""
    for key, column in form.columns.items():
        value = record.cells.get(key)
        is_said = value is not None and not is_not_applicable(value)
        if column.type is kind and is_said and (column.required or not required):
            yield key, _plain(column, value)


def _plain(column: Column, value: Any) -> Any:  # noqa: ANN401 (a cell holds what its column's type says)
    if column.type is not ColumnType.MONEY:
        return value
    if column.spread is not None:
        return sorted((category, _amount(one)) for category, one in value.items() if isinstance(one, dict))
    return _amount(value)


def _amount(value: Any) -> Any:  # noqa: ANN401 (as above)
    return [f"{Decimal(value['amount']):.2f}", value["currency"]] if "amount" in value else value


def _says_something(value: Any) -> bool:  # noqa: ANN401 (as above)
    """Tell whether a cell says more than that there is nothing."""
    if isinstance(value, dict):
        return not is_not_applicable(value) and any(map(_says_something, value.values()))
    return value not in {0, "0", "0.00", "", None}


def _hashed(said: object) -> str:
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:_LONGEST]
