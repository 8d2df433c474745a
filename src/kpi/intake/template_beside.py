"""What stands beside a grid, locked: the last values, the baseline, the target."""

from decimal import Decimal

from kpi.framework.model import FormKind, Indicator, UnitKind
from kpi.intake import layout
from kpi.intake.layout import FIRST
from kpi.intake.orientation import INDICATOR, Beside, Orientation
from kpi.intake.raw import Scalar
from kpi.intake.template_form import FormSheet
from kpi.intake.workbook_style import band, lines, merge, put, tall, width
from kpi.language import pick, quarter_short, share
from kpi.problems import N_

_WIDTH, _WIDTH_OF_INDICATOR, _GAP = 14.0, 26.0, 3.0


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
    tall(sheet, layout.GROUPS, lines(label, sum(map(_width, shown))), at_least=height)
    merge(sheet, (layout.GROUPS, layout.GROUPS), (first, last))
    put(sheet, layout.HINTS, first, ending)
    merge(sheet, (layout.HINTS, layout.HINTS), (first, last))
    printed = list(at.rows)
    for column, key in enumerate(shown, first):
        name = _name(at, key)
        put(sheet, layout.KEYS, column, layout.ORIENTATION_MARK)
        put(sheet, layout.LABELS, column, name)
        width(sheet, column, _width(key))
        height = at.sheet.row_dimensions[layout.LABELS].height or 0
        tall(sheet, layout.LABELS, lines(name, _width(key)), at_least=height)
        for row, category in enumerate([*printed, None], FIRST):
            value = _written(at, key, values.get((None if category == layout.SINGLE else category, key)))
            if category is not None or (value is not None and layout.SINGLE not in printed):
                put(sheet, row, column, Decimal(value) if isinstance(value, int) else value, "kpi aside")
                sheet.cell(row, column).number_format = "#,##0.##" if isinstance(value, Decimal) else "#,##0"
    return last + 1


def _indicator(at: FormSheet, key: str) -> Indicator | None:
    """Give the indicator that a key stands for, where it stands for one."""
    named = key.removeprefix(INDICATOR)
    return None if named == key else at.sheets.framework.indicators[named]


def _width(key: str) -> float:
    return _WIDTH_OF_INDICATOR if key.startswith(INDICATOR) else _WIDTH


def _written(at: FormSheet, key: str, value: Scalar) -> Scalar:
    """Write an indicator's share as a percentage, in the workbook's language and exactly; any other value as it is."""
    indicator = _indicator(at, key)
    if indicator is None or not isinstance(value, Decimal):
        return value
    if at.sheets.framework.units[indicator.unit].kind is not UnitKind.SHARE:
        return value
    return share(value, at.sheets.language, max(0, -2 - int(value.normalize().as_tuple().exponent)))


def _name(at: FormSheet, key: str) -> str:
    """Name a field, a whole column, or an indicator with the columns that it is made of."""
    indicator = _indicator(at, key)
    if indicator is not None:
        unit = at.sheets.pick(at.sheets.framework.units[indicator.unit].label)
        columns = [at.form.columns[term.column] for term in indicator.terms if term.column and not term.where]
        of = " ÷ ".join(at.sheets.pick(column.label) for column in columns) if len(columns) > 1 else ""
        return (
            f"{at.sheets.pick(indicator.label)}\n{unit}: {of}" if of else f"{at.sheets.pick(indicator.label)}, {unit}"
        )
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
