"""How the workbook looks: one accent colour, quiet greys, pale yellow where something is to be filled in."""

import re
from copy import copy
from datetime import date, datetime
from decimal import Decimal
from math import ceil, isfinite
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from kpi.framework.model import ColumnType
from kpi.intake.fields import Field
from kpi.intake.limits import LONGEST_TEXT
from kpi.intake.raw import Scalar

ACCENT, ACCENT_PALE, INK, QUIET, LINE = "1F5673", "E4EDF2", "1E2A32", "5F6B73", "C9D1D6"
ENTRY, NEEDED, LOCKED, FAULT, FAULT_INK, CAUTION = "FFFCEB", "FFF3C4", "F4F6F7", "FFC7CE", "9C0006", "FFE3B3"
FONT = "Calibri"

_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LARGEST_EXACT = 10**15
_FIRST_DAY = date(1900, 3, 1)
_POINTS_A_LINE = 15.5
_TALLEST = 400.0
_WIDEST_ON_A4 = 220


def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", start_color=colour, end_color=colour)


_THIN = Side(style="thin", color=LINE)
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_TOP = Alignment(vertical="top", wrap_text=True)
_MIDDLE = Alignment(vertical="center", wrap_text=True)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)

_LEFT = "kpi left"
#: Where nothing but an entry cell's number format differs, its style has the format's name added.
FORMATS = {"text": "@", "whole": "#,##0", "amount": "#,##0.00", "day": "dd.mm.yyyy", "number": "#,##0.######"}


def add_styles(book: Workbook) -> None:
    """Give the workbook its named styles; cells refer to them by name."""
    ink, bold = Font(name=FONT, size=11, color=INK), Font(name=FONT, size=11, bold=True, color=INK)
    quiet = Font(name=FONT, size=10, color=QUIET)
    white = Font(name=FONT, size=11, bold=True, color="FFFFFF")
    looks: dict[str, dict[str, Any]] = {
        "kpi title": {"font": Font(name=FONT, size=18, bold=True, color=ACCENT), "alignment": _MIDDLE},
        "kpi heading": {"font": Font(name=FONT, size=13, bold=True, color=ACCENT), "alignment": _MIDDLE},
        "kpi text": {"font": ink, "alignment": _TOP},
        "kpi legend": {
            "font": ink,
            "alignment": Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1),
        },
        "kpi quiet": {"font": quiet, "alignment": _TOP},
        "kpi label": {"font": bold, "alignment": _TOP},
        "kpi link": {"font": Font(name=FONT, size=11, color=ACCENT, underline="single"), "alignment": _TOP},
        "kpi head": {"font": white, "fill": _fill(ACCENT), "alignment": _CENTRE, "border": _BOX},
        "kpi subhead": {"font": bold, "fill": _fill(ACCENT_PALE), "alignment": _CENTRE, "border": _BOX},
        "kpi hint": {"font": quiet, "fill": _fill(LOCKED), "alignment": _CENTRE, "border": _BOX},
        "kpi row": {"font": ink, "fill": _fill(LOCKED), "alignment": _MIDDLE, "border": _BOX},
        "kpi aside": {"font": quiet, "fill": _fill(LOCKED), "alignment": _CENTRE, "border": _BOX},
        "kpi cell": {"font": ink, "alignment": _TOP, "border": _BOX},
        "kpi cell link": {
            "font": Font(name=FONT, size=11, color=ACCENT, underline="single"),
            "alignment": _TOP,
            "border": _BOX,
        },
        "kpi fault": {
            "font": Font(name=FONT, size=11, color=FAULT_INK),
            "fill": _fill(FAULT),
            "alignment": _TOP,
            "border": _BOX,
        },
        "kpi caution": {"font": ink, "fill": _fill(CAUTION), "alignment": _TOP, "border": _BOX},
    }
    for name, colour in (("kpi entry", ENTRY), ("kpi needed", NEEDED), (_LEFT, LOCKED)):
        for ending, number_format in (("", "General"), *FORMATS.items()):
            looks[f"{name} {ending}".rstrip()] = {
                "font": quiet if name == _LEFT else ink,
                "fill": _fill(colour),
                "alignment": _TOP,
                "border": _BOX,
                "protection": Protection(locked=name == _LEFT),
                "number_format": number_format,
            }
    for name, look in looks.items():
        book.add_named_style(NamedStyle(name=name, **look))


def entry_style(field: Field, *, left: bool = False) -> str:
    """Give the style of a field's entry cells: what must be filled in stands out, what is left to others is locked."""
    name = _LEFT if left else "kpi needed" if field.column.required else "kpi entry"
    if field.is_currency:
        return f"{name} text"
    match field.column.type:
        case ColumnType.COUNT:
            return f"{name} whole"
        case ColumnType.MONEY:
            return f"{name} amount"
        case ColumnType.DECIMAL:
            return f"{name} number"
        case ColumnType.DATE:
            return f"{name} day"
        case _:
            return f"{name} text"


def put(sheet: Worksheet, row: int, column: int, value: Scalar, style: str | None = None) -> None:
    """Write a value as what it is: a text never becomes a formula, and nothing is written that cannot be read."""
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        return
    if style is not None:
        cell.style = style
    _write(cell, value)


def _write(cell: Cell, value: Scalar) -> None:
    match value:
        case None | bool():
            cell.value = value
        case int() | float() | Decimal() if _fits(value):
            cell.value = value
        case date() if getattr(value, "tzinfo", None) is None and _day(value) >= _FIRST_DAY:
            number_format = cell.number_format
            cell.value = value
            cell.number_format = number_format if number_format == FORMATS["day"] else "yyyy-mm-dd"
        case _:
            text = _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", str(value))[:LONGEST_TEXT]
            cell.value = text
            cell.data_type = "s"
            cell.quotePrefix = text.startswith(("=", "+", "-", "@"))


def _fits(value: float | Decimal) -> bool:
    """Tell whether a spreadsheet keeps the number as it is."""
    if isinstance(value, Decimal):
        return value.is_finite() and abs(value) < _LARGEST_EXACT
    return (isinstance(value, int) or isfinite(value)) and abs(value) < _LARGEST_EXACT


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def band(sheet: Worksheet, row: int, first: int, last: int, style: str) -> None:
    """Give a run of cells one style, so that all of them are locked and drawn."""
    for column in range(first, last + 1):
        sheet.cell(row, column).style = style


def whole_column(sheet: Worksheet, row: int, column: int) -> None:
    """Give a whole column the look and the unlocking of one of its cells; cells that are written keep their own."""
    like, dimension = sheet.cell(row, column), sheet.column_dimensions[get_column_letter(column)]
    for part in ("font", "fill", "border", "alignment", "protection", "number_format"):
        setattr(dimension, part, copy(getattr(like, part)))


def merge(sheet: Worksheet, rows: tuple[int, int], columns: tuple[int, int]) -> None:
    """Merge a block of cells, where it is more than one; the cells behind keep the first one's look."""
    if rows[0] == rows[1] and columns[0] == columns[1]:
        return
    name = sheet.cell(rows[0], columns[0]).style
    sheet.merge_cells(start_row=rows[0], end_row=rows[1], start_column=columns[0], end_column=columns[1])
    for row in range(rows[0], rows[1] + 1):
        band(sheet, row, columns[0], columns[1], name)


def width(sheet: Worksheet, column: int, characters: float) -> None:
    """Set a column's width in characters."""
    sheet.column_dimensions[get_column_letter(column)].width = characters


def lines(text: str, characters: float) -> int:
    """Estimate how many lines a text takes, words kept whole; Cyrillic letters are wider than Latin ones."""
    room = max(characters - 1, 1)
    total = 0
    for paragraph in text.split("\n"):
        used, count = 0.0, 1
        for word in paragraph.split(" "):
            size = sum(1.12 if ord(letter) > 0x2FF else 1.0 for letter in word)  # noqa: PLR2004 (where Latin ends)
            if used and used + 1 + size > room:
                count, used = count + 1, 0.0
            count += ceil(size / room) - 1 if size > room else 0
            used += size + (1 if used else 0)
        total += count
    return total


def tall(sheet: Worksheet, row: int, count: int, *, at_least: float = 0.0) -> None:
    """Make a row high enough for so many lines; merged cells do not grow by themselves."""
    sheet.row_dimensions[row].height = min(max(count * _POINTS_A_LINE + 3, at_least), _TALLEST)


class _Growing(RowDimension):
    """A row of a height that the spreadsheet program fits anew whenever a text in the row changes."""

    @property
    def customHeight(self) -> bool:  # noqa: N802 (the library's name)
        return False


def grow(sheet: Worksheet, row: int, count: int) -> None:
    """Make a row high enough for so many lines for now: LibreOffice does not fit a row by itself when it opens one."""
    if count > 1:
        sheet.row_dimensions[row] = _Growing(sheet, index=row, ht=min(count * _POINTS_A_LINE + 3, _TALLEST))


def recolour(cell: Cell | MergedCell, *, is_error: bool) -> None:
    """Make a cell stand out as faulty, or as one to look at again; its format and its lock stay."""
    cell.fill = _fill(FAULT if is_error else CAUTION)
    cell.font = Font(name=FONT, size=11, color=FAULT_INK if is_error else INK)


def page(sheet: Worksheet, *, landscape: bool = True, repeat: str | None = None) -> None:
    """Set the sheet up for printing, one page wide, with the head repeated: on A4, a wide one on A3."""
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    wide = sum(one.width for one in sheet.column_dimensions.values() if not one.hidden) > _WIDEST_ON_A4
    sheet.page_setup.paperSize = 8 if wide else 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top = sheet.page_margins.bottom = 0.6
    footer = sheet.oddFooter
    if footer is not None and footer.left is not None and footer.right is not None:
        footer.left.text, footer.right.text = "&A", "&P / &N"
    if repeat:
        sheet.print_title_rows = repeat


def protect(sheet: Worksheet) -> None:
    """Lock what is not unlocked, without a password; widths, heights and filters stay free."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False
    sheet.protection.selectLockedCells = False
