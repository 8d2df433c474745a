"""Returns as workbooks: the template filled in, or a plain copy as a spreadsheet program without its looks saves it.

The returns that are kept as files are the template, filled in. The older ones are plain copies: the same sheets, hidden
marks and values, without colours, lists and explanations, because they are made anew for every demonstration.
"""

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from kpi.intake import layout
from kpi.intake.layout import FIRST, Sheets
from kpi.intake.orientation import NO_ORIENTATION
from kpi.intake.raw import RawForm, RawReturn, Scalar
from kpi.intake.template import Contents, build, saved, sheet_rows
from kpi.measure.model import Organisation
from world.build import World, told
from world.chronicle import Arrival

SAMPLE = {
    "en": "SAMPLE DATA: the organisation and everything in this return are invented.",
    "bg": "ПРИМЕРНИ ДАННИ: организацията и всичко в този отчет са измислени.",
}
#: What the Centre and the municipalities are told instead: they exist, but none of this is theirs.
SAMPLE_REAL = {
    "en": "SAMPLE DATA: everything in this return is invented; it is no report of this organisation.",
    "bg": "ПРИМЕРНИ ДАННИ: всичко в този отчет е измислено; това не е отчет на организацията.",
}
_EXISTING = frozenset({"SDA", "SOF", "RSE", "BGS", "VRC"})
_NOTE_COLUMN = 2
_FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")


def filled(made: World, arrival: Arrival) -> bytes:
    """Give a return as its organisation's template, filled in; the same bytes every time."""
    member = made.members[arrival.organisation]
    return template_of(made, member.organisation, told(made, arrival))


def template_of(made: World, organisation: Organisation, raw: RawReturn) -> bytes:
    """Give an organisation's template with a return's values."""
    sheets = Sheets.plan(made.framework, organisation, raw.quarter, raw.language)
    book = build(sheets, Contents({}, NO_ORIENTATION, raw))
    _mark(book, organisation.code, raw.language)
    return settled(saved(book), f"{raw.quarter.ends}T12:00:00Z")


def _mark(book: Workbook, code: str, language: str) -> None:
    """Say on the first sheet that this is a sample: in short beside its title, in full below everything."""
    sheet = book.worksheets[0]
    sheet["B1"].value = f"{sheet['B1'].value} – {note(code, language).partition(':')[0]}"
    cell = sheet.cell(sheet.max_row + 2, _NOTE_COLUMN, note(code, language))
    cell.font, cell.alignment = Font(bold=True, color="9C0006"), Alignment(vertical="top")
    book.properties.keywords, book.properties.description = "sample data", note(code, language)


def note(code: str, language: str) -> str:
    """Give the sentence that marks a sample."""
    return (SAMPLE_REAL if code in _EXISTING else SAMPLE)[language]


def settled(content: bytes, moment: str) -> bytes:
    """Take the clock out of a workbook: its own moments, and those of its zip."""
    told_by = rb"\g<1>" + moment.encode() + rb"\g<3>"
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = _STAMP.sub(told_by, part)
            new.writestr(zipfile.ZipInfo(name, _FIRST_MOMENT), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def plain(made: World, arrival: Arrival) -> bytes:
    """Give a return as a plain copy."""
    raw, organisation = told(made, arrival), made.members[arrival.organisation].organisation
    sheets = Sheets.plan(made.framework, organisation, arrival.quarter, raw.language)
    book = Workbook()
    start = book.worksheets[0]
    start.title = sheets.tr(layout.START_SHEET)
    for line in (
        (sheets.tr(layout.ORGANISATION_LABEL), organisation.code),
        (sheets.tr(layout.QUARTER_LABEL), str(arrival.quarter)),
        (note(organisation.code, raw.language),),
    ):
        start.append(line)
    for key, title in sheets.titles.items():
        _plain_form(book.create_sheet(title), sheets, key, raw.forms[key])
    _identity(book.create_sheet(layout.HIDDEN_SHEET), sheets)
    return saved(book)


def _identity(sheet: Worksheet, sheets: Sheets) -> None:
    sheet.sheet_state = "hidden"
    for line in (
        (layout.IDENTITY_MARK, "1"),
        ("template", sheets.template_id),
        ("framework", sheets.framework.programme.key),
        ("version", sheets.framework.programme.version),
        ("organisation", sheets.organisation.code),
        ("quarter", str(sheets.quarter)),
        ("language", sheets.language),
        *((f"sheet:{key}", title) for key, title in sheets.titles.items()),
    ):
        sheet.append(line)


def _plain_form(sheet: Worksheet, sheets: Sheets, key: str, form: RawForm) -> None:
    framework, quarter = sheets.framework, sheets.quarter
    columns = layout.field_columns(framework, framework.forms[key], quarter)
    labels = {
        one.key: layout.sub_label(one, sheets.language) if len(group.fields) > 1 else ""
        for group in layout.groups(framework, framework.forms[key], quarter)
        for one in group.fields
    }
    heads = {
        group.fields[0].key: sheets.pick(group.column.label)
        for group in layout.groups(framework, framework.forms[key], quarter)
    }
    _write(sheet, layout.TITLE, {1: layout.FORM_MARK + key, 2: sheets.pick(framework.forms[key].label)})
    _write(sheet, layout.STATE, {1: layout.STATE_MARK, 2: sheets.tr(layout.STATE_LABEL), 3: form.state.value})
    _write(sheet, layout.KEYS, {1: layout.KEYS_MARK} | {column: field for field, column in columns.items()})
    _write(sheet, layout.GROUPS, {columns[field]: text for field, text in heads.items()})
    _write(sheet, layout.LABELS, {column: labels[field] or None for field, column in columns.items()})
    _write(sheet, layout.HINTS, {1: layout.LAST_HEAD_MARK})
    printed = layout.rows(framework, framework.forms[key], quarter)
    for number, (category, words) in enumerate(printed.items(), FIRST):
        _write(sheet, number, {1: layout.ROW_MARK + category, 2: sheets.pick(words.label) if words else None})
    for row, place in zip(form.rows, sheet_rows(sheets, key, form.rows), strict=True):
        if place is not None:
            _write(sheet, place, {columns[field]: cell.value for field, cell in row.cells.items()})


def _write(sheet: Worksheet, row: int, values: Mapping[int, Scalar]) -> None:
    for column, value in values.items():
        if value is not None:
            sheet.cell(row, column, value)
