"""Workbooks spoiled as files are: overtyped, cut off, deleted from, saved as something else."""

import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO

from openpyxl import Workbook, load_workbook

from kpi.intake import layout
from kpi.intake.template import saved
from kpi.quarter import Quarter
from world.workbooks import settled

QUARTER = Quarter(2026, 2)
_MOMENT = "2026-06-30T12:00:00Z"


def _edited(content: bytes, edit: Callable[[Workbook], None]) -> bytes:
    book = load_workbook(BytesIO(content))
    edit(book)
    return settled(saved(book), _MOMENT)


def _hidden(name: str, value: str) -> Callable[[bytes], bytes]:
    """Overtype a line of the hidden sheet, and of the first one where it shows the same."""

    def edit(book: Workbook) -> None:
        sheet = book[layout.HIDDEN_SHEET]
        line = next(row for row in sheet.iter_rows(max_col=2) if row[0].value == name)
        old, line[1].value = line[1].value, value
        for row in book.worksheets[0].iter_rows():
            for cell in row:
                if cell.value == old and name in {"organisation", "quarter"}:
                    cell.value = value

    return lambda content: _edited(content, edit)


def _sheet_of(book: Workbook, form: str) -> str:
    rows = book[layout.HIDDEN_SHEET].iter_rows(max_col=2, values_only=True)
    return str(next(title for name, title in rows if name == f"sheet:{form}"))


def _without_sheet(content: bytes) -> bytes:
    return _edited(content, lambda book: book.remove(book[_sheet_of(book, "stories")]))


def old_without_column(content: bytes) -> bytes:
    """Take a column out, and say that the template is an older one."""

    def edit(book: Workbook) -> None:
        sheet = book[_sheet_of(book, "stories")]
        column = next(cell.column for cell in sheet[layout.KEYS] if cell.value == "consent")
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
        sheet.delete_cols(column)
        hidden = book[layout.HIDDEN_SHEET]
        line = next(row for row in hidden.iter_rows(max_col=2) if row[0].value == "version")
        line[1].value = "2025.1"

    return _edited(content, edit)


def _column_copied(content: bytes) -> bytes:
    def edit(book: Workbook) -> None:
        sheet = book[_sheet_of(book, "training")]
        column = next(cell.column for cell in sheet[layout.KEYS] if cell.value == "enrolled.men")
        last = sheet.max_column + 1
        for row in range(layout.KEYS, sheet.max_row + 1):
            sheet.cell(row, last, sheet.cell(row, column).value)

    return _edited(content, edit)


def _formula(content: bytes) -> bytes:
    def edit(book: Workbook) -> None:
        sheet = book[_sheet_of(book, "satisfaction")]
        column = next(cell.column for cell in sheet[layout.KEYS] if cell.value == "asked")
        sheet.cell(layout.FIRST, column).value = "=30+12"

    return _edited(content, edit)


def _overtyped(content: bytes) -> bytes:
    def edit(book: Workbook) -> None:
        for row in book.worksheets[0].iter_rows():
            for cell in row:
                if cell.value == str(QUARTER):
                    cell.value = str(QUARTER + 1)

    return _edited(content, edit)


def _table(_content: bytes) -> bytes:
    book = Workbook()
    for line in (("Обучение", "Жени", "Мъже"), ("Достъпна сцена", 9, 5)):
        book.worksheets[0].append(line)
    return settled(saved(book), _MOMENT)


def _macros(content: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), old.read(name), zipfile.ZIP_DEFLATED)
        new.writestr(zipfile.ZipInfo("xl/vbaProject.bin"), b'Attribute VB_Name = "Module1"\r\n')
    return settled(out.getvalue(), _MOMENT)


def _locked(_content: bytes) -> bytes:
    """Give the head of the container in which Excel puts an encrypted workbook."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
    return (
        head + "EncryptionInfo".encode("utf-16-le") + b"\0" * 100 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 900
    )


_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c626001000000ffff03000006000557bfabd40000000049454e44ae426082"
)
#: The ways of spoiling a template, by the name of the file.
EDITS: Mapping[str, Callable[[bytes], bytes]] = {
    "formula-never-calculated": _formula,
    "sheet-deleted": _without_sheet,
    "column-copied": _column_copied,
    "first-sheet-overtyped": _overtyped,
    "organisation-unknown": _hidden("organisation", "XYZ"),
    "quarter-that-is-none": _hidden("quarter", "2026-Q5"),
    "programme-of-somebody-else": _hidden("framework", "clean-rivers"),
    "table-that-is-no-return": _table,
    "empty-file": lambda _: b"",
    "cut-off-while-sending": lambda content: content[: len(content) // 2],
    "password-protected": _locked,
    "with-macros": _macros,
    "picture-named-xlsx": lambda _: _PIXEL,
    "web-page-named-xlsx": lambda _: "<!DOCTYPE html><html><body><p>Сесията е изтекла.</p></body></html>".encode(),
    "pdf-named-xlsx": lambda _: b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n%%EOF\n",
    "csv-named-xlsx": lambda _: "обучение;жени;мъже\nДостъпна сцена;9;5\n".encode(),
}
