"""How a report looks in Excel: heads that stay and filter, columns as wide as what they hold, pages for print."""

from collections.abc import Sequence
from textwrap import wrap

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from kpi.report.typography import printable

Value = str | int | float | None

FONT = "Calibri"
_LONGEST = 32_767
_LONGEST_TITLE = 31
_HEAD = PatternFill("solid", fgColor="1F3A5F")
_TEXT, _NUMBER = Alignment(wrap_text=True, vertical="top"), Alignment(vertical="top")
#: No column is wider than so many letters; a line is so many points high.
_WIDEST, _LINE = 48, 15
_UNFIT = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def titled(text: str) -> str:
    """Give a name that a sheet may have."""
    return text.translate(_UNFIT)[:_LONGEST_TITLE]


def ruled(
    book: Workbook, name: str, heads: Sequence[str], rows: Sequence[Sequence[Value]], formats: Sequence[Sequence[str]]
) -> None:
    """Add a sheet: heads that stay in sight and filter, then the rows; `formats` gives each cell's number format."""
    sheet = book.create_sheet(titled(name))
    for column, head in enumerate(heads, 1):
        put(sheet, 1, column, head)
        cell = sheet.cell(1, column)
        cell.font, cell.fill = Font(name=FONT, bold=True, color="FFFFFF"), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    widths = [
        _width(head, [(row[column], written_as[column]) for row, written_as in zip(rows, formats, strict=True)])
        for column, head in enumerate(heads)
    ]
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.row_dimensions[1].height = _height(heads, widths)
    for number, (row, written_as) in enumerate(zip(rows, formats, strict=True), 2):
        sheet.row_dimensions[number].height = _height(row, widths)
        for column, (value, form) in enumerate(zip(row, written_as, strict=True), 1):
            put(sheet, number, column, value)
            if value is None:
                continue
            if form and not isinstance(value, str):
                sheet.cell(number, column).number_format = form
            sheet.cell(number, column).alignment = _TEXT if isinstance(value, str) else _NUMBER
    for_print(sheet)
    sheet.print_title_rows = "1:1"
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{len(rows) + 1}"


def _width(head: str, cells: Sequence[tuple[Value, str]]) -> int:
    """Give a column room for the longest word of its head beside the sign of its filter, its numbers, and its texts.

    Texts that are long go on in further lines.
    """
    word = max(map(len, head.split()), default=0) + 3
    return max(word, min(max((_letters(*cell) for cell in cells), default=0) + 2, _WIDEST))


def _letters(value: Value, form: str) -> int:
    """Tell how long a value is as it is shown."""
    if value is None or isinstance(value, str):
        return len(value or "")
    digits, _, unit = form.partition(" ")
    return len(f"{value:,.{len(digits.partition('.')[2].rstrip('%'))}f}" if form else str(value)) + len(unit)


def _height(row: Sequence[Value], widths: Sequence[int]) -> int:
    """Give a row as many lines as its longest text takes: some programs do not see to that."""
    texts = zip(row, widths, strict=True)
    return _LINE * max(
        (len(wrap(value, round(width * 1.1))) for value, width in texts if isinstance(value, str)), default=1
    )


def for_print(sheet: Worksheet) -> None:
    """Let all columns stand side by side on paper, and every page say which it is."""
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.75, footer=0.35)
    footer = sheet.oddFooter
    if footer is not None:
        footer.left.text, footer.right.text = "&A", "&P / &N"


def put(sheet: Worksheet, row: int, column: int, value: Value) -> None:
    """Put a value into a cell; a text stays one, whatever it begins with."""
    if value is None or value == "":
        return
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = printable(value)[:_LONGEST]
        cell.data_type = "s"
    else:
        cell.value = value
