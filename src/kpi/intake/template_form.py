"""One form's sheet of the workbook: its head, its entry cells with their validations, its state."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from kpi.framework.model import Category, ColumnType, Form, FormKind, FormTime
from kpi.intake import layout
from kpi.intake.fields import Field
from kpi.intake.layout import FIRST, LAST, Group, Sheets
from kpi.intake.raw import Scalar
from kpi.intake.validations import Spot, hint, shortened, validation
from kpi.intake.words import STATE_LABELS
from kpi.intake.workbook_style import (
    band,
    entry_style,
    grow,
    lines,
    merge,
    page,
    protect,
    put,
    tall,
    whole_column,
    width,
)
from kpi.language import quarter_name
from kpi.problems import N_

#: How many of a register's rows are drawn, so that a printed sheet looks like one; all below are as good.
_DRAWN = 30
_STATE_COLUMNS = 3
_TEXT_WIDTH, _CHOICE_WIDTH, _OTHER_WIDTH, _ROW_LABEL_WIDTH = 30.0, 26.0, 14.0, 36.0
_ROOM_FOR_HELP = 95.0
_PROMPT_TITLE = 32


@dataclass(frozen=True, slots=True)
class Entered:
    """What already stands in a form: its state in words, and values by the sheet's row and the field's key."""

    state: Scalar = None
    rows: Mapping[int, Mapping[str, Scalar]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormSheet:
    """One form's sheet while it is written. `lists` are the ranges of the dropdowns, by form and field."""

    sheets: Sheets
    key: str
    sheet: Worksheet
    lists: Mapping[tuple[str, str], str]

    @property
    def form(self) -> Form:
        """The form."""
        return self.sheets.framework.forms[self.key]

    @property
    def groups(self) -> list[Group]:
        """The form's columns with their cells."""
        return list(layout.groups(self.sheets.framework, self.form, self.sheets.quarter))

    @property
    def columns(self) -> dict[str, int]:
        """The sheet's column of each field."""
        return layout.field_columns(self.sheets.framework, self.form, self.sheets.quarter)

    @property
    def rows(self) -> dict[str, Category | None]:
        """A grid's pre-printed rows."""
        return layout.rows(self.sheets.framework, self.form, self.sheets.quarter)

    @property
    def last_row(self) -> int:
        """The last row that takes entries."""
        return FIRST + len(self.rows) - 1 if self.form.kind is FormKind.GRID else LAST

    def spot(self, of: Field) -> Spot:
        """Give what the validation of a field rests on."""
        return Spot(self.sheets, self.key, of, self.lists)


def write_form(at: FormSheet, entered: Entered) -> None:
    """Write the whole sheet but for what stands beside a grid."""
    _head(at)
    _columns(at)
    _state(at, entered.state)
    if at.form.kind is FormKind.GRID:
        _grid_rows(at)
    _entries(at, entered.rows)
    _validations(at)
    sheet = at.sheet
    sheet.freeze_panes = f"{get_column_letter(layout.ROW_LABELS + 1)}{FIRST}"
    sheet.sheet_view.showGridLines = False
    sheet.column_dimensions[get_column_letter(layout.MARKS)].hidden = True
    sheet.row_dimensions[layout.KEYS].hidden = True
    page(sheet, repeat=f"{layout.GROUPS}:{layout.HINTS}")
    protect(sheet)


def _head(at: FormSheet) -> None:
    sheets, sheet = at.sheets, at.sheet
    last = max(at.columns.values())
    for row in range(1, FIRST):
        band(sheet, row, layout.MARKS, last, "kpi text")
    put(sheet, layout.TITLE, layout.MARKS, layout.FORM_MARK + at.key)
    put(sheet, layout.TITLE, layout.ROW_LABELS, sheets.pick(at.form.label), "kpi title")
    tall(sheet, layout.TITLE, 1, at_least=28)
    period = (
        N_("What happened in {quarter}.")
        if at.form.time is FormTime.FLOW
        else N_("The position at the end of {quarter}.")
    )
    told = sheets.tr(period, quarter=quarter_name(sheets.quarter, sheets.language))
    if at.form.help:
        told = f"{told} {sheets.pick(at.form.help)}"
    put(sheet, layout.HELP, layout.ROW_LABELS, told, "kpi text")
    note = N_("Rows below: choose “{reported}”. Nothing this time: choose “{nothing}”, which counts as 0. "
              "Not for you: choose “{not_applicable}”.")  # fmt: skip
    words = {state.value: sheets.tr(label) for state, label in STATE_LABELS.items()}
    said = sheets.tr(
        note, reported=words["reported"], nothing=words["nothing_to_report"], not_applicable=words["not_applicable"]
    )
    put(sheet, layout.NOTE, layout.ROW_LABELS, said, "kpi quiet")


def _columns(at: FormSheet) -> None:
    """Write the hidden keys, the two rows of labels and the row of hints, and set the widths."""
    sheet, say = at.sheet, at.sheets
    put(sheet, layout.KEYS, layout.MARKS, layout.KEYS_MARK)
    put(sheet, layout.HINTS, layout.MARKS, layout.LAST_HEAD_MARK)
    if at.form.kind is FormKind.GRID:
        dimension = say.framework.dimensions[at.form.rows].label if at.form.rows else None
        band(sheet, layout.LABELS, layout.ROW_LABELS, layout.ROW_LABELS, "kpi head")
        put(sheet, layout.GROUPS, layout.ROW_LABELS, say.pick(dimension) or say.tr(N_("Period")), "kpi head")
        merge(sheet, (layout.GROUPS, layout.LABELS), (layout.ROW_LABELS, layout.ROW_LABELS))
        put(sheet, layout.HINTS, layout.ROW_LABELS, None, "kpi hint")
        width(sheet, layout.ROW_LABELS, _ROW_LABEL_WIDTH)
    deepest, left = [1, 1, 1], say.left(at.key)
    for group in at.groups:
        numbers = [at.columns[one.key] for one in group.fields]
        label = say.pick(group.column.label) + (" *" if group.column.required else "")
        widths = [_width(at, group, one) for one in group.fields]
        if len(numbers) == 1:
            widths = [max(widths[0], 8.0 + max(len(word) for word in label.split()))]
        deepest[0] = max(deepest[0], lines(label, sum(widths)))
        band(sheet, layout.GROUPS, numbers[0], numbers[-1], "kpi head")
        put(sheet, layout.GROUPS, numbers[0], label, "kpi head")
        if len(numbers) == 1:
            band(sheet, layout.LABELS, numbers[0], numbers[0], "kpi head")
            merge(sheet, (layout.GROUPS, layout.LABELS), (numbers[0], numbers[0]))
        else:
            merge(sheet, (layout.GROUPS, layout.GROUPS), (numbers[0], numbers[-1]))
        for one, number, wide in zip(group.fields, numbers, widths, strict=True):
            put(sheet, layout.KEYS, number, one.key)
            width(sheet, number, wide)
            if len(numbers) > 1:
                sub = layout.sub_label(one, say.language)
                put(sheet, layout.LABELS, number, sub, "kpi subhead")
                deepest[1] = max(deepest[1], lines(sub, wide))
            words = hint(at.spot(one))
            put(sheet, layout.HINTS, number, words, "kpi hint")
            deepest[2] = max(deepest[2], lines(words, sum(widths) if group.column_key in left else wide))
        if group.column_key in left:
            merge(sheet, (layout.HINTS, layout.HINTS), (numbers[0], numbers[-1]))
    for row, count in zip((layout.GROUPS, layout.LABELS, layout.HINTS), deepest, strict=True):
        tall(sheet, row, count, at_least=20)
    _wide_texts(at)


def _width(at: FormSheet, group: Group, one: Field) -> float:
    """Give a cell's column the room for what it holds and for its longest word."""
    if len(group.fields) > 1:
        words = layout.sub_label(one, at.sheets.language).split()
        room = 20.0 if group.column.type is ColumnType.RATING else 12.0
        return max(room, 3.0 + 1.15 * max((len(word) for word in words), default=1))
    match group.column.type:
        case ColumnType.TEXT | ColumnType.LINK:
            return _TEXT_WIDTH
        case ColumnType.CHOICE | ColumnType.RATING | ColumnType.REF:
            return _CHOICE_WIDTH
        case _:
            return _OTHER_WIDTH


def _wide_texts(at: FormSheet) -> None:
    """Merge the explaining lines over as many columns as are read at a glance, and make them high enough."""
    sheet, first, room, last = at.sheet, layout.ROW_LABELS, 0.0, layout.ROW_LABELS
    for column in range(first, max(at.columns.values()) + 1):
        last, room = column, room + (sheet.column_dimensions[get_column_letter(column)].width or 0)
        if room >= _ROOM_FOR_HELP:
            break
    for row in (layout.TITLE, layout.HELP, layout.NOTE):
        if last > first:
            merge(sheet, (row, row), (first, last))
        if row != layout.TITLE:
            tall(sheet, row, lines(str(sheet.cell(row, first).value), room))


def _state(at: FormSheet, state: Scalar) -> None:
    """Write the cell that says what the whole form says."""
    sheet, say, row = at.sheet, at.sheets, layout.STATE
    put(sheet, row, layout.MARKS, layout.STATE_MARK)
    put(sheet, row, layout.ROW_LABELS, say.tr(layout.STATE_LABEL), "kpi label")
    first, last = layout.ROW_LABELS + 1, layout.ROW_LABELS + _STATE_COLUMNS
    band(sheet, row, first, last, "kpi needed text")
    put(sheet, row, first, state)
    merge(sheet, (row, row), (first, last))
    tall(sheet, row, 1, at_least=21)
    made = DataValidation("list", formula1=at.lists["", layout.STATE_MARK], allow_blank=True)
    made.promptTitle = made.errorTitle = shortened(say.tr(layout.STATE_LABEL), _PROMPT_TITLE)
    made.prompt = say.tr(N_("Say with one choice what the whole form says."))
    made.error = say.tr(N_("Please choose from the list."))
    made.showInputMessage = made.showErrorMessage = True
    made.add(sheet.cell(row, first).coordinate)
    sheet.add_data_validation(made)


def _grid_rows(at: FormSheet) -> None:
    """Print the labels of a grid's rows, with their marks."""
    for row, (key, category) in enumerate(at.rows.items(), FIRST):
        label = at.sheets.pick(category.label) if category else single_row_label(at.sheets, at.form)
        put(at.sheet, row, layout.MARKS, layout.ROW_MARK + key, "kpi text")
        put(at.sheet, row, layout.ROW_LABELS, label, "kpi row")
        tall(at.sheet, row, lines(label, _ROW_LABEL_WIDTH), at_least=20)


def single_row_label(sheets: Sheets, form: Form) -> str:
    """Name the only row of a grid without a dimension, on its sheet."""
    return sheets.tr(single_row_name(form))


def single_row_name(form: Form) -> str:
    """Name the only row of a grid without a dimension."""
    return N_("In the quarter") if form.time is FormTime.FLOW else N_("At the quarter's end")


def _entries(at: FormSheet, rows: Mapping[int, Mapping[str, Scalar]]) -> None:
    """Unlock the entry cells that the organisation fills in, and write the values.

    A register's whole columns are unlocked, so that thousands of rows cost nothing.
    """
    sheet, left = at.sheet, at.sheets.left(at.key)
    all_fields = [one for group in at.groups for one in group.fields]
    drawn = at.last_row if at.form.kind is FormKind.GRID else max(FIRST + _DRAWN - 1, *rows, FIRST)
    for one in all_fields:
        number, name = at.columns[one.key], entry_style(one, left=one.column_key in left)
        for row in range(FIRST, drawn + 1):
            put(sheet, row, number, rows.get(row, {}).get(one.key), name)
        if at.form.kind is FormKind.REGISTER:
            whole_column(sheet, FIRST, number)
    if at.form.kind is FormKind.REGISTER:
        rooms = {one.key: sheet.column_dimensions[get_column_letter(at.columns[one.key])].width for one in all_fields}
        for row, entered in rows.items():
            grow(sheet, row, max((lines(str(text or ""), rooms[key]) for key, text in entered.items()), default=1))


def _validations(at: FormSheet) -> None:
    for group in at.groups:
        for one in group.fields:
            made, letter = validation(at.spot(one)), get_column_letter(at.columns[one.key])
            made.add(f"{letter}{FIRST}:{letter}{at.last_row}")
            at.sheet.add_data_validation(made)
