"""One form's sheet as it came back: its columns, its rows, its state, and what cannot be placed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from openpyxl.utils import get_column_letter

from kpi.framework.model import Framework
from kpi.intake import layout
from kpi.intake.head import Head, Names, find_head, label_of
from kpi.intake.printed import Printed
from kpi.intake.raw import RawCell, RawForm, RawRow
from kpi.intake.reader import SheetCells
from kpi.intake.words import is_blank, plain
from kpi.language import tr
from kpi.problems import N_, Fault, Place, Problem, Severity
from kpi.quarter import Quarter

NO_COLUMNS = Fault(
    "workbook.no_columns",
    N_("On the sheet “{found}” the columns of “{form}” cannot be found."),
    N_("Copy your entries into a new template without changing its first rows."),
)

COLUMN_MISSING = Fault(
    "workbook.column_missing",
    N_("The column “{column}” is missing."),
    N_("It must be there: download a new template and copy your entries into it."),
)

OPTIONAL_COLUMN_MISSING = Fault(
    "workbook.optional_column_missing",
    N_("The column “{column}” is missing; it counts as empty."),
    N_("If you have something to report there, use a new template."),
    Severity.WARNING,
)

COLUMN_TWICE = Fault(
    "workbook.column_twice",
    N_("The column “{column}” is there more than once, in {found}, with values in each."),
    N_("Keep one of them."),
)

RETIRED_COLUMN = Fault(
    "workbook.retired_column",
    N_("The column “{found}” is no longer asked for, and it is filled in."),
    N_("Download a new template and copy your entries into it."),
)

UNKNOWN_COLUMN = Fault(
    "workbook.unknown_column",
    N_("The column {letter} (“{found}”) is none of this form's; what stands in it is not read."),
    N_("If it matters, put it into one of the columns of the template."),
    Severity.WARNING,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the sheets of one workbook are read with; problems are gathered as they are found."""

    framework: Framework
    quarter: Quarter
    is_old: bool
    problems: list[Problem] = field(default_factory=list)
    _names: dict[str, Names] = field(default_factory=dict)

    def names(self, form: str) -> Names:
        """Give the names under which a form's fields may be found."""
        if form not in self._names:
            self._names[form] = Names.of(self.framework, form, self.quarter)
        return self._names[form]

    def head(self, form: str, sheet: SheetCells) -> Head | None:
        """Find a form's columns on a sheet."""
        return find_head(sheet, self.names(form))

    def tell(self, fault: Fault, place: Place, **values: object) -> None:
        """Note a problem."""
        self.problems.append(fault.at(place, **values))


def read_form(reading: Reading, key: str, sheet: SheetCells, *, is_asked: bool) -> RawForm | None:
    """Read one form's sheet; none where its columns cannot be found."""
    form, head = reading.framework.forms[key], reading.head(key, sheet)
    place = Place(sheet=sheet.title, form=key)
    if head is None:
        reading.tell(NO_COLUMNS, place, found=sheet.title, form=form.label)
        return None
    columns = _one_each(reading, key, sheet, head)
    if is_asked:
        _missing(reading, key, sheet, columns)
    printed = Printed.of(reading.framework, form, reading.quarter)
    _strays(reading, key, sheet, head, printed.label_columns(sheet, head))
    rows: list[RawRow] = []
    for number, category in printed.rows(sheet, head):
        cells = {
            one: RawCell(sheet.rows[number].get(column), _at(sheet, number, column, key, len(rows) + 1, one))
            for one, column in columns.items()
        }
        faulty = {one: mark for one, column in columns.items() if (mark := sheet.marks.get((number, column)))}
        if not faulty and all(is_blank(cell.value) for cell in cells.values()):
            continue
        for one, mark in faulty.items():
            reading.problems.append(replace(mark, place=cells[one].place))
            cells[one] = RawCell(None, cells[one].place)
        rows.append(
            RawRow(len(rows) + 1, cells, category, _at(sheet, number, min(columns.values()), key, len(rows) + 1))
        )
    return RawForm(_state(reading, sheet, key, head), rows, place)


def is_filled(reading: Reading, key: str, sheet: SheetCells) -> bool:
    """Tell whether any of a form's cells on a sheet holds something."""
    head = reading.head(key, sheet)
    return head is not None and any(_has_values(sheet, head, column) for column in head.columns.values())


def _at(sheet: SheetCells, row: int, column: int, form: str, position: int, of: str | None = None) -> Place:  # noqa: PLR0913, PLR0917 (the parts of a place)
    return Place(sheet=sheet.title, cell=f"{get_column_letter(column)}{row}", form=form, row=position, field=of)


def _one_each(reading: Reading, key: str, sheet: SheetCells, head: Head) -> dict[str, int]:
    """Give each field one column; of a copied one, the column that holds something."""
    columns = dict(head.columns)
    for field_key, several in head.columns_twice.items():
        filled = [column for column in several if _has_values(sheet, head, column)]
        if len(filled) > 1:
            letters = [get_column_letter(column) for column in filled]
            place = Place(sheet=sheet.title, cell=f"{letters[-1]}{head.first_row}", form=key, field=field_key)
            reading.tell(COLUMN_TWICE, place, column=_label(reading, key, field_key), found=letters)
        columns[field_key] = (filled or list(several))[0]
    return {field_key: columns[field_key] for field_key in reading.names(key).fields if field_key in columns}


def _has_values(sheet: SheetCells, head: Head, column: int) -> bool:
    return any(not is_blank(cells.get(column)) for row, cells in sheet.rows.items() if row >= head.first_row)


def _label(reading: Reading, key: str, field_key: str) -> Mapping[str, str]:
    one = reading.names(key).fields[field_key]
    return {language: one.label(language) for language in reading.framework.languages}


def _missing(reading: Reading, key: str, sheet: SheetCells, columns: Mapping[str, int]) -> None:
    """Say which columns are not there."""
    for field_key, one in reading.names(key).fields.items():
        if field_key not in columns:
            fault = COLUMN_MISSING if one.column.required else OPTIONAL_COLUMN_MISSING
            place = Place(sheet=sheet.title, form=key, field=field_key)
            reading.tell(fault, place, column=_label(reading, key, field_key))


def _strays(reading: Reading, key: str, sheet: SheetCells, head: Head, row_labels: frozenset[int]) -> None:
    """Say which columns hold something that is not read."""
    twice = (column for several in head.columns_twice.values() for column in several)
    known = {*head.columns.values(), *twice, *head.beside, *row_labels}
    others: dict[int, int] = {}
    for row in sorted(sheet.rows):
        if row >= head.first_row:
            for column, value in sheet.rows[row].items():
                if column not in known and not is_blank(value) and not str(value).startswith(layout.MARK):
                    others.setdefault(column, row)
    for column, row in sorted(others.items()):
        letter = get_column_letter(column)
        place = Place(sheet=sheet.title, cell=f"{letter}{row}", form=key)
        if column in head.unknown and reading.is_old:
            reading.tell(RETIRED_COLUMN, place, found=head.unknown[column])
        elif not _is_index(sheet, head, column):
            above = (sheet.rows.get(one, {}).get(column) for one in range(head.first_row - 1, 0, -1))
            name = next((str(value) for value in above if not is_blank(value)), "")
            reading.tell(UNKNOWN_COLUMN, place, letter=letter, found=head.unknown.get(column, name))


def _is_index(sheet: SheetCells, head: Head, column: int) -> bool:
    """Tell whether a column only numbers the rows, as programs that write tables like to add one in front."""
    values = [sheet.rows[row][column] for row in sorted(sheet.rows) if column in sheet.rows[row]]
    numbers = [value for value in values if isinstance(value, int) and not isinstance(value, bool)]
    return (
        column < min(head.columns.values())
        and len(numbers) == len(values)
        and all(later - earlier == 1 for earlier, later in pairwise(numbers))
    )


def _state(reading: Reading, sheet: SheetCells, key: str, head: Head) -> RawCell:
    """Find the cell beside the words that ask for the form's state, or in the row marked so."""
    asks = {plain(tr(layout.STATE_LABEL, language)) for language in layout.spoken(reading.framework)}
    for row in sorted(sheet.rows):
        if row >= head.first_row:
            break
        cells = sheet.rows[row]
        label = next((column for column in sorted(cells) if label_of(cells[column]) in asks), None)
        mark = next((column for column in sorted(cells) if cells[column] == layout.STATE_MARK), None)
        if label is None and mark is None:
            continue
        after = label if label is not None else (mark or 0) + 1
        beside = [column for column in sorted(cells) if column > after and not is_blank(cells[column])]
        column = beside[0] if beside else after + 1
        value = cells[column] if beside else None
        place = Place(sheet=sheet.title, cell=f"{get_column_letter(column)}{row}", form=key)
        if mark_there := sheet.marks.get((row, column)):
            reading.problems.append(replace(mark_there, place=place))
        return RawCell(value, place)
    return RawCell(None, Place(sheet=sheet.title, form=key))
