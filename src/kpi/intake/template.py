"""The workbook that an organisation fills in for a quarter, made from the framework alone.

One sheet for each form that is asked, *Start here*, *Definitions*, and a hidden sheet that says what the workbook
is made for. `build` gives the open workbook, `template` the finished file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook

from kpi.framework.model import FormKind, Framework
from kpi.intake import layout
from kpi.intake.fields import fields
from kpi.intake.layout import FIRST, Sheets
from kpi.intake.orientation import NO_ORIENTATION, Orientation
from kpi.intake.raw import RawForm, RawReturn, RawRow, Scalar
from kpi.intake.shown import recorded
from kpi.intake.template_beside import write_beside
from kpi.intake.template_form import Entered, FormSheet, write_form
from kpi.intake.template_guide import write_definitions, write_hidden, write_start
from kpi.intake.workbook_style import ACCENT, add_styles
from kpi.language import quarter_name
from kpi.measure.model import Organisation
from kpi.problems import N_
from kpi.quarter import Quarter
from kpi.records import Record

_NOTHING_KNOWN: Mapping[str, Sequence[Record]] = {}


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into the forms: what a return says, else the records that a stock register begins with."""

    prefill: Mapping[str, Sequence[Record]]
    orientation: Orientation
    fill: RawReturn | None


def template(  # noqa: PLR0913 (what a workbook is made for, and what goes into it)
    framework: Framework,
    *,
    organisation: Organisation,
    quarter: Quarter,
    language: str,
    prefill: Mapping[str, Sequence[Record]] = _NOTHING_KNOWN,
    orientation: Orientation = NO_ORIENTATION,
    fill: RawReturn | None = None,
) -> bytes:
    """Make the .xlsx file that an organisation fills in for a quarter, in one of the framework's languages.

    `prefill` are a stock register's last approved records, by form; `orientation` what stands beside grids; `fill`
    a return whose values are written in as they came, whatever they are.
    """
    sheets = Sheets.plan(framework, organisation, quarter, language)
    return saved(build(sheets, Contents(prefill, orientation, fill)))


def build(sheets: Sheets, contents: Contents) -> Workbook:
    """Make the workbook and leave it open."""
    book = Workbook()
    add_styles(book)
    _properties(book, sheets)
    start = book.worksheets[0]
    start.title = sheets.tr(layout.START_SHEET)
    forms = {key: book.create_sheet(title) for key, title in sheets.titles.items()}
    definitions = book.create_sheet(sheets.tr(layout.DEFINITIONS_SHEET))
    lists = write_hidden(book, sheets)
    write_start(start, sheets)
    write_definitions(definitions, sheets)
    start.sheet_properties.tabColor = definitions.sheet_properties.tabColor = ACCENT
    for key, sheet in forms.items():
        at = FormSheet(sheets, key, sheet, lists)
        write_form(at, _entered(sheets, key, contents))
        write_beside(at, contents.orientation)
    return book


def saved(book: Workbook) -> bytes:
    """Give the workbook's file."""
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _properties(book: Workbook, sheets: Sheets) -> None:
    programme = sheets.pick(sheets.framework.programme.name)
    name = sheets.pick(sheets.organisation.name)
    book.properties.title = f"{programme}: {name}, {quarter_name(sheets.quarter, sheets.language)}"
    book.properties.subject = sheets.tr(
        N_("Return for {quarter}"), quarter=quarter_name(sheets.quarter, sheets.language)
    )
    book.properties.creator = programme
    book.properties.language = sheets.language


def _entered(sheets: Sheets, key: str, contents: Contents) -> Entered:
    if contents.fill is not None:
        form = contents.fill.forms.get(key)
        return Entered(form.state.value, _filled(sheets, key, form)) if form else Entered()
    records = contents.prefill.get(key, ())
    if sheets.framework.forms[key].kind is not FormKind.REGISTER:
        return Entered()
    laid_out = list(fields(sheets.framework, sheets.framework.forms[key], sheets.quarter))
    return Entered(
        rows={
            row: {
                one.key: recorded(sheets.framework, one, record.cells, sheets.language, others=contents.prefill)
                for one in laid_out
            }
            for row, record in enumerate(records, FIRST)
        }
    )


def _filled(sheets: Sheets, key: str, form: RawForm) -> dict[int, dict[str, Scalar]]:
    return {
        number: {field: cell.value for field, cell in row.cells.items()}
        for row, number in zip(form.rows, sheet_rows(sheets, key, form.rows), strict=True)
        if number is not None
    }


def sheet_rows(sheets: Sheets, key: str, rows: Sequence[RawRow]) -> list[int | None]:
    """Give the sheet's row in which the template puts each row of a form; none for an unknown row of a grid."""
    printed = layout.rows(sheets.framework, sheets.framework.forms[key], sheets.quarter)
    if not printed:
        return list(range(FIRST, FIRST + len(rows)))
    at = {category: row for row, category in enumerate(printed, FIRST)}
    return [at.get(row.key or layout.SINGLE) for row in rows]
