"""What stands beside a grid, locked: the last values, the baseline, the target."""

from decimal import Decimal

from kpi.framework.model import FormKind
from kpi.intake import layout
from kpi.intake.layout import FIRST
from kpi.intake.orientation import Beside, Orientation
from kpi.intake.template_form import FormSheet
from kpi.intake.workbook_style import band, lines, merge, put, tall, width
from kpi.language import pick, quarter_short
from kpi.problems import N_

_WIDTH, _GAP = 14.0, 3.0


def write_beside(at: FormSheet, orientation: Orientation) -> None:
    """Write the blocks that have something to say for this form, one after the other."""
    if at.form.kind is not FormKind.GRID:
        return
    last_quarter, year = orientation.last_quarter, orientation.target_year
    blocks = (
        (layout.LAST_VALUE, quarter_short(last_quarter, at.sheets.language) if last_quarter else "", orientation.last),
        (layout.BASELINE, "", orientation.baseline),
        (layout.TARGET, str(year) if year else "", orientation.target),
    )
    column = max(at.columns.values()) + 1
    for label, ending, beside in blocks:
        if values := beside.get(at.key):
            column = _block(at, column, at.sheets.tr(label), ending, values)
    if any((beside.get(at.key) or {}).keys() for _, _, beside in blocks):
        _together(at)


def _block(at: FormSheet, after: int, label: str, ending: str, values: Beside) -> int:
    """Write one block, a narrow gap before it, and give the column after it."""
    sheet = at.sheet
    shown = list(dict.fromkeys(key for _, key in values))
    first, last = after + 1, after + len(shown)
    width(sheet, after, _GAP)
    for row in (layout.GROUPS, layout.LABELS, layout.HINTS):
        band(sheet, row, first, last, "kpi aside")
    put(sheet, layout.GROUPS, first, label)
    height = sheet.row_dimensions[layout.GROUPS].height or 0
    tall(sheet, layout.GROUPS, lines(label, _WIDTH * len(shown)), at_least=height)
    merge(sheet, (layout.GROUPS, layout.GROUPS), (first, last))
    put(sheet, layout.HINTS, first, ending)
    merge(sheet, (layout.HINTS, layout.HINTS), (first, last))
    printed = list(at.rows)
    for column, key in enumerate(shown, first):
        name = _name(at, key)
        put(sheet, layout.KEYS, column, layout.ORIENTATION_MARK)
        put(sheet, layout.LABELS, column, name)
        width(sheet, column, _WIDTH)
        height = at.sheet.row_dimensions[layout.LABELS].height or 0
        tall(sheet, layout.LABELS, lines(name, _WIDTH), at_least=height)
        for row, category in enumerate([*printed, None], FIRST):
            value = values.get((None if category == layout.SINGLE else category, key))
            if category is not None or (value is not None and layout.SINGLE not in printed):
                put(sheet, row, column, Decimal(value) if isinstance(value, int) else value, "kpi aside")
                sheet.cell(row, column).number_format = "#,##0.##" if isinstance(value, Decimal) else "#,##0"
    return last + 1


def _name(at: FormSheet, key: str) -> str:
    """Name a field, or a whole column."""
    for group in at.groups:
        if key == group.column_key:
            return at.sheets.pick(group.column.label)
        for one in group.fields:
            if one.key == key:
                return (
                    layout.sub_label(one, at.sheets.language)
                    if one.category
                    else pick(group.column.label, at.sheets.language)
                )
    return key


def _together(at: FormSheet) -> None:
    """Label the line below a grid that holds what is known only of all its rows together."""
    row = FIRST + len(at.rows)
    if any(at.sheet.cell(row, column).value is not None for column in range(1, at.sheet.max_column + 1)):
        put(at.sheet, row, layout.ROW_LABELS, at.sheets.tr(N_("All together")), "kpi aside")
