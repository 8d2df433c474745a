"""One cell: what was typed, understood as what its column holds, or a problem that says how to mend it."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from kpi.framework.model import Column, ColumnType, Framework
from kpi.framework.spreadsheet import length
from kpi.intake import amounts, days, limits, numbers
from kpi.intake.amounts import Amount
from kpi.intake.choices import Choices, Hints
from kpi.intake.fields import Field
from kpi.intake.numbers import shown
from kpi.intake.raw import RawCell, Scalar
from kpi.intake.words import is_blank, is_dash, is_not_applicable_word, yes_or_no
from kpi.problems import N_, Fault, Problem
from kpi.quarter import Quarter
from kpi.records import NOT_APPLICABLE, text_key

DASH = Fault(
    "cell.dash",
    N_("A dash can mean nothing, not applicable or not known."),
    N_("Write 0 for none, n/a for not applicable, or leave the cell empty where it is not known."),
)
FORMULA = Fault(
    "cell.formula",
    N_("There is a formula here without a usable result ({found})."),
    N_("Open the file in Excel, mend the formula or type the value itself, and save."),
)
NOT_WHOLE = Fault("cell.not_whole", N_("“{found}” is not a whole number."), N_("Write a whole number, such as 12."))
TOO_MANY_DECIMALS = Fault(
    "cell.too_many_decimals",
    N_("“{found}” has too many decimals."),
    N_("Write at most {decimals} decimals."),
)
BELOW_MINIMUM = Fault("cell.below_minimum", N_("“{found}” is too small."), N_("Write {limit} or more."))
ABOVE_MAXIMUM = Fault("cell.above_maximum", N_("“{found}” is too large."), N_("Write {limit} or less."))
UNKNOWN_CHOICE = Fault(
    "cell.unknown_choice", N_("“{found}” is not on the list."), N_("Choose one of these: {choices}.")
)
MISSPELT_CHOICE = Fault(
    "cell.unknown_choice",
    N_("“{found}” is not on the list."),
    N_("Did you mean “{suggestion}”? Choose one of these: {choices}."),
)
AMBIGUOUS_CHOICE = Fault(
    "cell.ambiguous_choice",
    N_("“{found}” is the name of more than one entry of the list."),
    N_("Write the entry's code instead: {keys}."),
)
NOT_IN_QUARTER = Fault(
    "cell.category_not_in_quarter",
    N_("“{found}” cannot be chosen for {quarter}."),
    N_("Choose one of these: {choices}."),
)
NOT_YES_OR_NO = Fault("cell.not_yes_or_no", N_("“{found}” is neither yes nor no."), N_("Write yes or no."))
UNKNOWN_REF = Fault(
    "cell.unknown_ref",
    N_("“{found}” is not in “{form}” of this return."),
    N_("Write it exactly as it stands there, or add it there first."),
)
MISSPELT_REF = Fault(
    "cell.unknown_ref",
    N_("“{found}” is not in “{form}” of this return."),
    N_("Did you mean “{suggestion}”? Write it exactly as it stands there, or add it there first."),
)
NOT_TEXT = Fault("cell.not_text", N_("There is “{found}” where words belong."), N_("Write it in words."))
TOO_LONG = Fault(
    "cell.too_long", N_("The text has {length} characters."), N_("Shorten it to at most {limit} characters.")
)
CONTROL_CHARACTERS = Fault(
    "cell.control_characters",
    N_("The text “{found}” holds characters that cannot be printed."),
    N_("Type it again, or paste it as plain text."),
)
NOT_A_LINK = Fault(
    "cell.not_a_link",
    N_("“{found}” is not the address of a web page."),
    N_("Write the whole address, beginning with https:// or http://."),
)

_LONGEST_WORD = 60
_KEYS_FOR_HINTS = 500
_INVISIBLE = "\ufeff\u200b\u200e\u200f\u2060"
_NO_CHARACTERS = "\ufffe\uffff"
_EXCEL_ERROR = re.compile(r"#(?:REF|N/A|DIV/0|VALUE|NAME|NUM|NULL|SPILL|CALC|FIELD|BLOCKED|UNKNOWN|GETTING_DATA)[!?]?")

#: What a cell says: a value as `kpi.records` describes it, an `Amount` still without its currency's
#: cell, or None for an empty cell.
CellValue = str | int | bool | Mapping[str, Any] | Amount | None


@dataclass(frozen=True, slots=True)
class Scope:
    """What a cell is read against.

    `registers` gives, for each register of this return that a ref may point to, its rows: key → as
    written. A register that is absent is not part of this return, and what points to it is taken on trust.
    """

    framework: Framework
    quarter: Quarter
    choices: Mapping[str, Choices]
    registers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    hints: Hints = field(default_factory=Hints)


def parse(scope: Scope, cell_field: Field, cell: RawCell) -> CellValue | Problem:
    """Understand one cell; an empty one is None, one that does not apply `NOT_APPLICABLE`."""
    value = cell.value
    if is_blank(value):
        return None
    if isinstance(value, str) and len(value) <= _LONGEST_WORD:
        if _EXCEL_ERROR.fullmatch(value.strip().upper()):
            return FORMULA.at(cell.place, found=shown(value))
        if is_not_applicable_word(value, scope.framework.languages) and not _is_listed(scope, cell_field, value):
            return NOT_APPLICABLE
        if is_dash(value):
            return DASH.at(cell.place, found=shown(value))
    if isinstance(value, str) and value.lstrip().startswith("=") and cell_field.column.type is not ColumnType.TEXT:
        return FORMULA.at(cell.place, found=shown(value))
    if cell_field.is_currency:
        return amounts.currency(scope.framework, value, cell.place)
    return _READERS[cell_field.column.type](scope, cell_field, cell)


def text_of(value: Scalar) -> str:
    """Give a cell's value as a text: composed (NFC), without spaces around it, its lines ended by a line feed."""
    match value:
        case str():
            lines = value.replace("\r\n", "\n").replace("\r", "\n")
            return unicodedata.normalize("NFC", lines).strip().strip(_INVISIBLE).strip()
        case datetime():
            return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
        case date():
            return value.isoformat()
        case bool() | None:
            return ""
        case int() | float() | Decimal():
            number = numbers.exact(value)
            return "" if number is None else numbers.written(number)


def is_link(text: str) -> bool:
    """Tell whether a text is the address of a web page."""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return False
    visible = all(c.isprintable() and c not in ' "<>\\' for c in text)
    return bool(host) and parts.scheme in {"http", "https"} and visible and len(text) <= limits.LONGEST_LINK


def _dimension_of(cell_field: Field) -> str | None:
    column = cell_field.column
    return column.scale_of(cell_field.category_key) if column.type is ColumnType.RATING else column.dimension


def _is_listed(scope: Scope, cell_field: Field, value: str) -> bool:
    choices = scope.choices.get(_dimension_of(cell_field) or "")
    return choices is not None and not cell_field.is_currency and bool(choices.named(value))


def _text(_scope: Scope, _field: Field, cell: RawCell) -> str | Problem:
    text = text_of(cell.value)
    if not text:
        return NOT_TEXT.at(cell.place, found=shown(cell.value))
    if length(text) > limits.LONGEST_TEXT:
        return TOO_LONG.at(cell.place, length=length(text), limit=limits.LONGEST_TEXT)
    if any(c in _NO_CHARACTERS or (unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t") for c in text):
        return CONTROL_CHARACTERS.at(cell.place, found=shown(text))
    return text


def _link(scope: Scope, cell_field: Field, cell: RawCell) -> str | Problem:
    text = _text(scope, cell_field, cell)
    if isinstance(text, Problem):
        return text
    if not is_link(text):
        return NOT_A_LINK.at(cell.place, found=shown(cell.value))
    return text


def _bounded(column: Column, number: Decimal, cell: RawCell) -> Problem | None:
    least, most = limits.bounds(column)
    if number < least:
        return BELOW_MINIMUM.at(cell.place, found=shown(cell.value), limit=least)
    if number > most:
        fault = ABOVE_MAXIMUM if most == column.maximum else numbers.TOO_LARGE
        return fault.at(cell.place, found=shown(cell.value), limit=most)
    return None


def _too_fine(number: Decimal, decimals: int) -> bool:
    return len(numbers.written(number).partition(".")[2]) > decimals


def _count(_scope: Scope, cell_field: Field, cell: RawCell) -> int | Problem:
    number = numbers.read(cell.value, cell.place)
    if isinstance(number, Problem):
        return number
    if number != number.to_integral_value():
        return NOT_WHOLE.at(cell.place, found=shown(cell.value))
    return _bounded(cell_field.column, number, cell) or int(number)


def _decimal(_scope: Scope, cell_field: Field, cell: RawCell) -> str | Problem:
    number = numbers.read(cell.value, cell.place)
    if isinstance(number, Problem):
        return number
    if problem := _bounded(cell_field.column, number, cell):
        return problem
    if _too_fine(number, cell_field.column.decimals):
        return TOO_MANY_DECIMALS.at(cell.place, found=shown(cell.value), decimals=cell_field.column.decimals)
    return numbers.written(number)


def _money(scope: Scope, cell_field: Field, cell: RawCell) -> Amount | Problem:
    amount = amounts.amount(scope.framework, cell.value, cell.place)
    if isinstance(amount, Problem):
        return amount
    if problem := _bounded(cell_field.column, amount.number, cell):
        return problem
    if _too_fine(amount.number, 2):
        return TOO_MANY_DECIMALS.at(cell.place, found=shown(cell.value), decimals=2)
    return amount


def _choice(scope: Scope, cell_field: Field, cell: RawCell) -> str | Problem:
    choices = scope.choices.get(_dimension_of(cell_field) or "")
    if choices is None:
        return UNKNOWN_CHOICE.at(cell.place, found=shown(cell.value), choices=())
    typed = text_of(cell.value)
    if cell_field.column.type is ColumnType.RATING and isinstance(cell.value, str):
        number = numbers.read_text(cell.value)
        typed = typed if isinstance(number, Problem) else numbers.written(number)
    named = choices.named(typed) if typed else frozenset()
    possible = named & choices.current.keys()
    if len(possible) == 1:
        return next(iter(possible))
    if possible:
        return AMBIGUOUS_CHOICE.at(cell.place, found=shown(cell.value), keys=tuple(sorted(possible)))
    values: dict[str, object] = {"found": shown(cell.value), "choices": choices.listed}
    if named:
        return NOT_IN_QUARTER.at(cell.place, **values, quarter=scope.quarter)
    suggestion = choices.nearest(typed, scope.hints)
    if suggestion is None:
        return UNKNOWN_CHOICE.at(cell.place, **values)
    return MISSPELT_CHOICE.at(cell.place, **values, suggestion=suggestion)


def _yes_no(scope: Scope, _field: Field, cell: RawCell) -> bool | Problem:
    if isinstance(cell.value, bool):
        return cell.value
    answer = yes_or_no(text_of(cell.value), scope.framework.languages)
    return NOT_YES_OR_NO.at(cell.place, found=shown(cell.value)) if answer is None else answer


def _ref(scope: Scope, cell_field: Field, cell: RawCell) -> str | Problem:
    text = _text(scope, cell_field, cell)
    if isinstance(text, Problem):
        return text
    form, key = cell_field.column.form or "", text_key(text)
    rows = scope.registers.get(form)
    if rows is None or key in rows:
        return key
    values: dict[str, object] = {"found": shown(cell.value), "form": scope.framework.forms[form].label}
    near = scope.hints.closest(key, rows) if len(rows) <= _KEYS_FOR_HINTS else None
    if near is None:
        return UNKNOWN_REF.at(cell.place, **values)
    return MISSPELT_REF.at(cell.place, **values, suggestion=rows[near])


def _date(scope: Scope, _field: Field, cell: RawCell) -> str | Problem:
    day = days.read(cell.value, scope.quarter, cell.place, scope.framework.languages)
    return day if isinstance(day, Problem) else day.isoformat()


_READERS: Mapping[ColumnType, Callable[[Scope, Field, RawCell], CellValue | Problem]] = {
    ColumnType.TEXT: _text,
    ColumnType.LINK: _link,
    ColumnType.COUNT: _count,
    ColumnType.DECIMAL: _decimal,
    ColumnType.MONEY: _money,
    ColumnType.CHOICE: _choice,
    ColumnType.RATING: _choice,
    ColumnType.DATE: _date,
    ColumnType.YES_NO: _yes_no,
    ColumnType.REF: _ref,
}
