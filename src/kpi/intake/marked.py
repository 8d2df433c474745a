"""The marked copy: our template with the values that came in, faulty cells in red with what is wrong as a note.

Its second sheet lists all problems, errors before warnings, each with a link to its cell. The corrected copy can be
uploaded as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from kpi.framework.model import Framework
from kpi.intake import layout
from kpi.intake.layout import Sheets
from kpi.intake.orientation import NO_ORIENTATION
from kpi.intake.raw import RawReturn
from kpi.intake.template import Contents, build, saved, sheet_rows
from kpi.intake.template_guide import link
from kpi.intake.workbook_style import FAULT, lines, merge, page, protect, put, recolour, tall, width
from kpi.language import message
from kpi.measure.model import Organisation
from kpi.problems import N_, Place, Problem, Severity
from kpi.quarter import Quarter

#: So many cells get a note, and so many problems a line; a file with more is mended from the top.
_MOST_NOTES, _MOST_LISTED = 3_000, 5_000
_LONGEST_NOTE = 900
_WIDTHS = (2.0, 26.0, 10.0, 30.0, 90.0, 24.0)
_SHEET, _CELL, _COLUMN, _MESSAGE, _CAME_FROM = range(2, 7)


@dataclass(frozen=True, slots=True)
class _Spot:
    """A cell of the copy."""

    sheet: str
    row: int
    column: int

    @property
    def cell(self) -> str:
        """Its name: ``C9``."""
        return f"{get_column_letter(self.column)}{self.row}"


@dataclass(slots=True)
class _Marks:
    """The problems of each cell of the copy, and each problem's first cell."""

    cells: dict[_Spot, list[Problem]] = field(default_factory=dict)
    spots: list[_Spot | None] = field(default_factory=list)


def marked_copy(  # noqa: PLR0913, PLR0917 (a template's five and what is wrong)
    framework: Framework,
    organisation: Organisation,
    quarter: Quarter,
    language: str,
    raw: RawReturn,
    problems: Sequence[Problem],
) -> bytes:
    """Make the .xlsx file that shows a person, in their language, what is wrong where in what they sent."""
    sheets = Sheets.plan(framework, organisation, quarter, language)
    book = build(sheets, Contents({}, NO_ORIENTATION, raw))
    ordered = sorted(problems, key=lambda problem: problem.severity is not Severity.ERROR)
    marks = _placed(sheets, raw, ordered)
    for spot, found in list(marks.cells.items())[:_MOST_NOTES]:
        _mark(book[spot.sheet], spot, found, sheets)
    listing = book.create_sheet(sheets.tr(layout.CORRECT_SHEET), 1)
    _list(listing, sheets, ordered, marks)
    book.active = 1
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet is listing
    return saved(book)


def _placed(sheets: Sheets, raw: RawReturn, problems: Sequence[Problem]) -> _Marks:
    rows = {
        key: {row.position: number for row, number in zip(form.rows, sheet_rows(sheets, key, form.rows), strict=True)}
        for key, form in raw.forms.items()
        if key in sheets.titles
    }
    columns = {key: layout.field_columns(sheets.framework, form, sheets.quarter) for key, form in sheets.forms.items()}
    marks = _Marks()
    for problem in problems:
        spots = _spots(sheets, rows, columns, problem.place)
        marks.spots.append(spots[0] if spots else None)
        for spot in spots:
            marks.cells.setdefault(spot, []).append(problem)
    return marks


def _spots(
    sheets: Sheets,
    rows: dict[str, dict[int, int | None]],
    columns: dict[str, dict[str, int]],
    place: Place,
) -> list[_Spot]:
    """Give the cells of the copy that a place means: a cell, a spread column's cells, a row's first, or the state."""
    if place.form is None or place.form not in sheets.titles:
        return []
    title, here = sheets.titles[place.form], columns[place.form]
    key = place.field or ""
    wanted = [number for name, number in here.items() if name == key or name.startswith(f"{key}.")] if key else []
    if place.row is None:
        if wanted:
            return [_Spot(title, layout.GROUPS, wanted[0])]
        return [_Spot(title, layout.STATE, layout.ROW_LABELS + 1)]
    row = rows.get(place.form, {}).get(place.row)
    if row is None:
        return []
    exact = [here[key]] if key in here else wanted
    return [_Spot(title, row, number) for number in exact or [min(here.values())]]


def _mark(sheet: Worksheet, spot: _Spot, found: Sequence[Problem], sheets: Sheets) -> None:
    """Colour a cell and say in a note what is wrong with it."""
    cell = _first_of_merge(sheet, spot)
    is_error = any(problem.severity is Severity.ERROR for problem in found)
    recolour(cell, is_error=is_error)
    if spot.row >= layout.FIRST:  # also where others fill in: what is wrong can be put right
        cell.protection = Protection(locked=False)
    said = "\n\n".join(dict.fromkeys(message(problem, sheets.language) for problem in found))
    note = Comment(said[:_LONGEST_NOTE], sheets.pick(sheets.framework.programme.name))
    note.width, note.height = 320, 20 * min(lines(said[:_LONGEST_NOTE], 42), 16) + 16
    cell.comment = note


def _first_of_merge(sheet: Worksheet, spot: _Spot) -> Cell | MergedCell:
    """Give the cell; of cells that are merged the first, which alone can hold a note."""
    for merged in sheet.merged_cells.ranges:
        if merged.min_row <= spot.row <= merged.max_row and merged.min_col <= spot.column <= merged.max_col:
            return sheet.cell(merged.min_row, merged.min_col)
    return sheet.cell(spot.row, spot.column)


def _list(sheet: Worksheet, sheets: Sheets, problems: Sequence[Problem], marks: _Marks) -> None:
    """List all problems, errors before warnings, in the order of the forms as they were found."""
    for column, characters in enumerate(_WIDTHS, 1):
        width(sheet, column, characters)
    put(sheet, 1, _SHEET, sheets.tr(layout.CORRECT_SHEET), "kpi title")
    merge(sheet, (1, 1), (_SHEET, _CAME_FROM))
    tall(sheet, 1, 1, at_least=30)
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    said = sheets.tr(
        N_(
            "To be corrected: {errors}. To be looked at: {warnings}. "
            "Correct the red cells, save this file and upload it."
        ),
        errors=errors,
        warnings=len(problems) - errors,
    )
    put(sheet, 2, _SHEET, said, "kpi text")
    merge(sheet, (2, 2), (_SHEET, _CAME_FROM))
    row = 4
    severity = None
    for number, (problem, spot) in enumerate(zip(problems, marks.spots, strict=True)):
        if number == _MOST_LISTED:
            more = sheets.tr(N_("… and {count} more"), count=len(problems) - number)
            put(sheet, row, _SHEET, more, "kpi text")
            break
        if problem.severity is not severity:
            severity = problem.severity
            row = _section(sheet, row, sheets, severity)
        _line(sheet, row, sheets, problem, spot)
        row += 1
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = FAULT
    page(sheet)
    protect(sheet)


def _section(sheet: Worksheet, row: int, sheets: Sheets, severity: Severity) -> int:
    title = N_("To be corrected") if severity is Severity.ERROR else N_("Please look again")
    put(sheet, row, _SHEET, sheets.tr(title), "kpi heading")
    merge(sheet, (row, row), (_SHEET, _CAME_FROM))
    tall(sheet, row, 1, at_least=24)
    heads = (N_("Sheet"), N_("Cell"), N_("Column"), N_("What is wrong"), N_("In your file"))
    for column, text in enumerate(heads, _SHEET):
        put(sheet, row + 1, column, sheets.tr(text), "kpi subhead")
    return row + 2


def _line(sheet: Worksheet, row: int, sheets: Sheets, problem: Problem, spot: _Spot | None) -> None:
    texts = {
        _SHEET: spot.sheet if spot else problem.place.sheet or "",
        _CELL: spot.cell if spot else "",
        _COLUMN: _column(sheets, problem.place),
        _MESSAGE: message(problem, sheets.language),
        _CAME_FROM: f"{problem.place.sheet or ''} {problem.place.cell or ''}".strip(),
    }
    for column, text in texts.items():
        put(sheet, row, column, text, "kpi cell")
    if spot:
        link(sheet, row, _CELL, spot.sheet, spot.cell, "kpi cell link")
    deepest = (lines(text, _WIDTHS[column - 1]) for column, text in texts.items())
    tall(sheet, row, max(deepest))


def _column(sheets: Sheets, place: Place) -> str:
    """Name the column that a place lies in."""
    if place.form is None or place.form not in sheets.titles or not place.field:
        return ""
    for group in layout.groups(sheets.framework, sheets.framework.forms[place.form], sheets.quarter):
        if place.field == group.column_key:
            return sheets.pick(group.column.label)
        for one in group.fields:
            if one.key == place.field:
                return f"{sheets.pick(group.column.label)}: {layout.sub_label(one, sheets.language)}"
    return ""
