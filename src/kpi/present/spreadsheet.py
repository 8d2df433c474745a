"""A table as an Excel workbook: numbers are numbers in their unit's format, texts are texts; nothing computes."""

import io
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from kpi.framework.model import Framework, UnitKind
from kpi.present.table import Cell, Table, in_words
from kpi.present.words import currency_of, kind_of

_LONGEST = 32_767
_LONGEST_TITLE = 31
_DECIMALS = 6
_WIDEST, _NARROWEST = 46, 12
_UNFIT = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def number_format(framework: Framework, indicator: str) -> str:
    """Give how a spreadsheet writes values of an indicator."""
    match kind_of(framework, indicator):
        case UnitKind.COUNT:
            return "#,##0"
        case UnitKind.MONEY:
            return f'#,##0.00 "{currency_of(framework)}"'
        case UnitKind.SHARE:
            return "0.0%"
        case UnitKind.RATING | UnitKind.NUMBER:
            return "0.00"


def workbook(table: Table, formats: Sequence[str], *, language: str, frozen: str) -> bytes:
    """Write a table as a workbook of one sheet; `formats` are the number formats of its rows."""
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):  # a new workbook has one
        raise TypeError
    sheet.title = table.title.translate(_UNFIT)[:_LONGEST_TITLE].strip() or "1"
    for column, head in enumerate(table.heads, 1):
        _put(sheet, 1, column, head)
        sheet.cell(1, column).font = Font(bold=True)
        sheet.cell(1, column).alignment = Alignment(wrap_text=True, vertical="bottom")
        longest = max((len(_text(row[column - 1])) for row in table.rows), default=0)
        sheet.column_dimensions[get_column_letter(column)].width = min(max(longest + 2, _NARROWEST), _WIDEST)
    for number, (row, form) in enumerate(zip(table.rows, formats, strict=True), 2):
        for column, cell in enumerate(row, 1):
            value = _value(cell)
            _put(sheet, number, column, value)
            if not isinstance(value, str):
                sheet.cell(number, column).number_format = form
    sheet.freeze_panes = frozen
    book.properties.title, book.properties.language = table.title, language
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cell.written


def _value(cell: Cell) -> str | int | float:
    """Give a number exactly where it is whole, else to six decimals; a text, or why there is no number."""
    if isinstance(cell, str) or cell.value is None:
        return in_words(cell)
    exact = Fraction(cell.value)
    if exact.denominator == 1:
        return exact.numerator
    return float(round(Decimal(exact.numerator) / Decimal(exact.denominator), _DECIMALS))


def _put(sheet: Worksheet, row: int, column: int, value: str | float) -> None:
    """Put a value into a cell; a text stays one, whatever it begins with."""
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST]
        cell.data_type = "s"
    else:
        cell.value = value
