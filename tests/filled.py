"""Workbooks for tests: a template opened, filled in by field keys, saved; and what was understood of it."""

from io import BytesIO
from pathlib import Path

from openpyxl import Workbook, load_workbook

from kpi.framework.load import load_file
from kpi.framework.model import Framework
from kpi.intake import layout
from kpi.intake.reader import Reader
from kpi.intake.workbook import understand
from kpi.measure.model import Organisation
from kpi.quarter import Quarter

HERE = Path(__file__).parent
SECOND = HERE / "data" / "frameworks" / "second.yaml"
CENTRE = HERE.parent / "indicators.yaml"
Q2 = Quarter(2026, 2)


def framework(path=SECOND) -> Framework:
    loaded = load_file(path)
    assert loaded.framework is not None, loaded.problems
    return loaded.framework


def organisation(of: Framework, code="C1", **attributes) -> Organisation:
    """An organisation that is asked for every form it can be: the first category of each attribute."""
    first = {name: next(iter(of.dimensions[one.dimension].categories)) for name, one in of.organisation.items()}
    return Organisation(code, dict.fromkeys(of.languages, f"Club {code}"), first | attributes, of.programme.starts)


def opened(content: bytes) -> Workbook:
    return load_workbook(BytesIO(content))


def closed(book: Workbook) -> bytes:
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def sheet_of(book: Workbook, form: str):
    return next(one for one in book.worksheets if one.cell(layout.TITLE, 1).value == layout.FORM_MARK + form)


def columns(sheet) -> dict[str, int]:
    return {cell.value: cell.column for cell in sheet[layout.KEYS] if cell.value}


def enter(book: Workbook, form: str, *rows, state=None) -> None:
    """Type rows (by field key) into a form, from its first row on; a row of None stays blank."""
    sheet = sheet_of(book, form)
    where = columns(sheet)
    for number, row in enumerate(rows, layout.FIRST):
        for key, value in (row or {}).items():
            cell = sheet.cell(number, where[key])
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    if state is not None:
        sheet.cell(layout.STATE, layout.ROW_LABELS + 1).value = state


def taken(of: Framework, content: bytes, *, codes=("C1",), **expected):
    """Read and understand a file as an upload is."""
    with Reader() as reader:
        book, problems = reader.read(content, "return.xlsx")
    assert book is not None, problems
    raw, told = understand(of, book, organisations={code: organisation(of, code) for code in codes}, **expected)
    return raw, [*problems, *told]


def codes(problems) -> list[str]:
    return [problem.code for problem in problems]


def values(raw, form: str) -> list[dict]:
    """What stands in a form's rows, empty cells left out."""
    return [
        {key: cell.value for key, cell in row.cells.items() if cell.value is not None} for row in raw.forms[form].rows
    ]
