"""The sheets around the forms: *Start here*, *Definitions*, and the hidden one that says what the workbook is."""

from collections.abc import Iterator

from openpyxl import Workbook
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from kpi.framework.model import Dimension, FormTime, Indicator
from kpi.intake import layout
from kpi.intake.layout import Sheets
from kpi.intake.shown import offered
from kpi.intake.validations import Spot, hint
from kpi.intake.words import NOT_APPLICABLE_LABEL, STATE_LABELS
from kpi.intake.workbook_style import lines, merge, page, protect, put, tall, width
from kpi.language import day, quarter_name
from kpi.problems import N_
from kpi.records import FormState

_STEPS = (
    N_("Go through the sheets one after the other; the list below leads to each."),
    N_("On each sheet, first say at the top whether the form is “{reported}”, “{nothing}” or “{not_applicable}”."),
    N_("Fill in the yellow cells only. A column marked with * must be filled in for every row."),
    N_("Where a cell offers a list, choose from it. Point at a cell to see what is expected there."),
    N_("Write 0 where there was nobody or nothing, “{na}” where a cell does not apply. An empty cell means that the "
       "value is not known."),
    N_("Write numbers in digits, without units, and amounts with their currency beside them. Never write totals."),
    N_("Do not rename the columns. You may leave rows empty, and paste rows from another table."),
    N_("Save the file as .xlsx and upload it. If something is wrong you will be told what and in which cell."),
)  # fmt: skip
_LEGEND = (
    ("kpi needed", N_("To be filled in: must not stay empty")),
    ("kpi entry", N_("To be filled in, where you know it")),
    ("kpi row", N_("Printed, for orientation or filled in by others: locked")),
    ("kpi fault", N_("In a copy returned to you: to be corrected; the note says what is wrong")),
    ("kpi caution", N_("In a copy returned to you: please look again")),
)
_START_WIDTHS = (2.0, 30.0, 26.0, 64.0)
_DEFINITION_WIDTHS = (2.0, 34.0, 38.0, 74.0)
_LABEL, _VALUE, _MORE = 2, 3, 4


def write_start(sheet: Worksheet, sheets: Sheets) -> None:
    """Write *Start here*: whose return this is, how to fill it in, the colours, the sheets, whom to ask."""
    for column, characters in enumerate(_START_WIDTHS, 1):
        width(sheet, column, characters)
    programme = sheets.framework.programme
    row = _title(sheet, 1, sheets.pick(programme.name), sum(_START_WIDTHS[1:]))
    row = _heading(sheet, row - 1, sheets.tr(N_("Return for {quarter}"), quarter=_quarter(sheets)))
    due = sheets.quarter.due(sheets.framework.rules.due_days)
    facts = (
        (N_("Organisation"), sheets.pick(sheets.organisation.name)),
        (layout.ORGANISATION_LABEL, sheets.organisation.code),
        (N_("Period"), f"{day(sheets.quarter.starts, sheets.language)} – {day(sheets.quarter.ends, sheets.language)}"),
        (layout.QUARTER_LABEL, str(sheets.quarter)),
        (N_("Due by"), day(due, sheets.language)),
    )
    for label, value in facts:
        put(sheet, row, _LABEL, sheets.tr(label), "kpi label")
        row = _long(sheet, row, (_VALUE, _MORE), value, "kpi text", sum(_START_WIDTHS[2:]))
    row = _heading(sheet, row, sheets.tr(N_("How to fill it in")))
    said = {
        "reported": sheets.tr(STATE_LABELS[FormState.REPORTED]),
        "nothing": sheets.tr(STATE_LABELS[FormState.NOTHING]),
        "not_applicable": sheets.tr(STATE_LABELS[FormState.NOT_APPLICABLE]),
        "na": sheets.tr(NOT_APPLICABLE_LABEL),
    }
    for number, step in enumerate(_STEPS, 1):
        text = f"{number}. {sheets.tr(step, **said)}"
        row = _long(sheet, row, (_LABEL, _MORE), text, "kpi text", sum(_START_WIDTHS[1:]))
    row = _heading(sheet, row, sheets.tr(N_("Colours")))
    for name, meaning in _LEGEND:
        put(sheet, row, _LABEL, None, name)
        row = _long(sheet, row, (_VALUE, _MORE), sheets.tr(meaning), "kpi legend", sum(_START_WIDTHS[2:]))
    row = _heading(sheet, row, sheets.tr(N_("Sheets")))
    row = _contents(sheet, row, sheets)
    row = _heading(sheet, row, sheets.tr(N_("Questions")))
    for contact in (sheets.pick(programme.contact.name), programme.contact.email, programme.contact.phone):
        if contact:
            row = _long(sheet, row, (_LABEL, _MORE), contact, "kpi text", sum(_START_WIDTHS[1:]))
    sheet.sheet_view.showGridLines = False
    page(sheet, landscape=False)
    protect(sheet)


def _quarter(sheets: Sheets) -> str:
    return quarter_name(sheets.quarter, sheets.language)


def _title(sheet: Worksheet, row: int, text: str, room: float) -> int:
    put(sheet, row, _LABEL, text, "kpi title")
    merge(sheet, (row, row), (_LABEL, _MORE))
    tall(sheet, row, 2 * lines(text, room / 1.7), at_least=30)
    return row + 1


def _heading(sheet: Worksheet, row: int, text: str) -> int:
    put(sheet, row + 1, _LABEL, text, "kpi heading")
    merge(sheet, (row + 1, row + 1), (_LABEL, _MORE))
    tall(sheet, row + 1, 1, at_least=22)
    return row + 2


def _long(sheet: Worksheet, row: int, columns: tuple[int, int], text: str, name: str, room: float) -> int:  # noqa: PLR0913, PLR0917 (one line of a page)
    put(sheet, row, columns[0], text, name)
    merge(sheet, (row, row), columns)
    tall(sheet, row, lines(text, room))
    return row + 1


def _contents(sheet: Worksheet, row: int, sheets: Sheets) -> int:
    """List the sheets, each with a link to it."""
    for column, text in zip((_LABEL, _VALUE, _MORE), (N_("Sheet"), N_("What it holds"), N_("About it")), strict=True):
        put(sheet, row, column, sheets.tr(text), "kpi subhead")
    row += 1
    entries = [
        (title, sheets.tr(N_("what happened in the quarter") if form.time is FormTime.FLOW
                          else N_("the position at the quarter's end")), sheets.pick(form.help))
        for title, form in zip(sheets.titles.values(), sheets.forms.values(), strict=True)
    ]  # fmt: skip
    entries.append((sheets.tr(layout.DEFINITIONS_SHEET), "", sheets.tr(N_("What every column and choice means"))))
    for title, kind, about in entries:
        put(sheet, row, _LABEL, title, "kpi link")
        link(sheet, row, _LABEL, title)
        put(sheet, row, _VALUE, kind, "kpi text")
        put(sheet, row, _MORE, about, "kpi text")
        deepest = zip((title, kind, about), _START_WIDTHS[1:], strict=True)
        tall(sheet, row, max(lines(text, room) for text, room in deepest))
        row += 1
    return row


def link(sheet: Worksheet, row: int, column: int, title: str, cell: str = "A1", style: str = "kpi link") -> None:  # noqa: PLR0913, PLR0917 (from where, to where)
    """Let a cell lead to a place in the workbook."""
    where = sheet.cell(row, column)
    where.hyperlink = Hyperlink(ref=where.coordinate, location=f"{quote_sheetname(title)}!{cell}", display=title)
    where.style = style


def write_definitions(sheet: Worksheet, sheets: Sheets) -> None:
    """Write *Definitions*: every column, every choice with its meaning, the indicators that rest on the forms."""
    for column, characters in enumerate(_DEFINITION_WIDTHS, 1):
        width(sheet, column, characters)
    row = _title(sheet, 1, sheets.tr(layout.DEFINITIONS_SHEET), sum(_DEFINITION_WIDTHS[1:]))
    for key, form in sheets.forms.items():
        row = _heading(sheet, row, sheets.pick(form.label))
        if form.help:
            text = sheets.pick(form.help)
            row = _long(sheet, row, (_LABEL, _MORE), text, "kpi text", sum(_DEFINITION_WIDTHS[1:]))
        row = _table(
            sheet, row, sheets, (N_("Column"), N_("What it takes"), N_("What to write")), _column_rows(sheets, key)
        )
    for dimension in _dimensions(sheets):
        row = _heading(sheet, row, sheets.pick(dimension.label))
        if dimension.help:
            text = sheets.pick(dimension.help)
            row = _long(sheet, row, (_LABEL, _MORE), text, "kpi text", sum(_DEFINITION_WIDTHS[1:]))
        row = _table(
            sheet, row, sheets, (N_("Choice"), N_("Value"), N_("What it means")), _category_rows(sheets, dimension)
        )
    row = _heading(sheet, row, sheets.tr(N_("Indicators that rest on this return")))
    _table(sheet, row, sheets, (N_("Indicator"), N_("Sheets"), N_("Definition")), _indicator_rows(sheets))
    sheet.sheet_view.showGridLines = False
    page(sheet)
    protect(sheet)


def _table(
    sheet: Worksheet, row: int, sheets: Sheets, head: tuple[str, str, str], rows: Iterator[tuple[str, str, str]]
) -> int:
    for column, text in enumerate(head, _LABEL):
        put(sheet, row, column, sheets.tr(text), "kpi subhead")
    row += 1
    for texts in rows:
        for column, text in enumerate(texts, _LABEL):
            put(sheet, row, column, text, "kpi cell")
        tall(sheet, row, max(lines(text, room) for text, room in zip(texts, _DEFINITION_WIDTHS[1:], strict=True)))
        row += 1
    return row


def _column_rows(sheets: Sheets, key: str) -> Iterator[tuple[str, str, str]]:
    for group in layout.groups(sheets.framework, sheets.framework.forms[key], sheets.quarter):
        first = group.fields[0]
        takes = [hint(Spot(sheets, key, first, {}))]
        if group.column.required:
            takes.append(sheets.tr(N_("must be filled in")))
        if len(group.fields) > 1:
            takes.append(", ".join(layout.sub_label(one, sheets.language) for one in group.fields))
        dimension = group.column.dimension or group.column.spread
        more = sheets.pick(group.column.help)
        if dimension:
            see = sheets.tr(N_("See “{dimension}” below."), dimension=sheets.framework.dimensions[dimension].label)
            more = f"{more.rstrip('.')}. {see}" if more else see
        yield sheets.pick(group.column.label), "; ".join(takes), more


def _dimensions(sheets: Sheets) -> Iterator[Dimension]:
    """Give every dimension that the forms choose from, once, in the order of the framework."""
    used: set[str] = set()
    for form in sheets.forms.values():
        used |= {form.rows} if form.rows else set()
        for column in form.current(sheets.quarter).values():
            scales = [column.scale] if isinstance(column.scale, str) else list((column.scale or {}).values())
            used |= {name for name in (column.dimension, column.spread, *scales) if name}
    return (dimension for key, dimension in sheets.framework.dimensions.items() if key in used)


def _category_rows(sheets: Sheets, dimension: Dimension) -> Iterator[tuple[str, str, str]]:
    for category in dimension.current(sheets.quarter).values():
        meaning = [sheets.pick(text) for text in (category.description, category.help) if text]
        meaning += [f"• {sheets.pick(text)}" for text in category.guidance]
        value = f"{category.value.normalize():f}" if category.value is not None else ""
        yield sheets.pick(category.label), value, "\n".join(meaning)


def _forms_of(indicator: Indicator) -> list[str]:
    measure = indicator.measure
    if measure.ratio is not None:
        return [measure.ratio.of.form, measure.ratio.to.form]
    return [(measure.count or measure.sum or measure.mean or "").partition(".")[0]]


def _indicator_rows(sheets: Sheets) -> Iterator[tuple[str, str, str]]:
    for key, indicator in sheets.framework.indicators.items():
        resting = [sheets.titles[form] for form in dict.fromkeys(_forms_of(indicator)) if form in sheets.titles]
        if resting and indicator.valid_in(sheets.quarter):
            yield f"{key}. {sheets.pick(indicator.label)}", ", ".join(resting), sheets.pick(indicator.definition)


def write_hidden(book: Workbook, sheets: Sheets) -> dict[tuple[str, str], str]:
    """Write the hidden sheet: what the workbook is made for, and the lists of the dropdowns.

    Returns the range of each list by form and field; the states stand under (``""``, their mark).
    """
    sheet = book.create_sheet(layout.HIDDEN_SHEET)
    sheet.sheet_state = "veryHidden"
    facts = {
        layout.IDENTITY_MARK: "1",
        "template": sheets.template_id,
        "framework": sheets.framework.programme.key,
        "version": sheets.framework.programme.version,
        "organisation": sheets.organisation.code,
        "quarter": str(sheets.quarter),
        "language": sheets.language,
        **{f"sheet:{key}": title for key, title in sheets.titles.items()},
    }
    for row, (name, value) in enumerate(facts.items(), 1):
        put(sheet, row, 1, name)
        put(sheet, row, 2, value)
    states = tuple(sheets.tr(label) for label in STATE_LABELS.values())
    wanted: dict[tuple[str, str], tuple[str, ...]] = {("", layout.STATE_MARK): states}
    for key, form in sheets.forms.items():
        for group in layout.groups(sheets.framework, form, sheets.quarter):
            for one in group.fields:
                if layout.has_choices(one):
                    wanted[key, one.key] = offered(sheets.framework, one, sheets.quarter, sheets.language)
    columns = {texts: number for number, texts in enumerate(dict.fromkeys(wanted.values()), 4)}
    for texts, number in columns.items():
        for row, text in enumerate(texts, 1):
            put(sheet, row, number, text)
    protect(sheet)
    return {of: _range(columns[texts], len(texts)) for of, texts in wanted.items()}


def _range(column: int, length: int) -> str:
    letter = get_column_letter(column)
    return f"{quote_sheetname(layout.HIDDEN_SHEET)}!${letter}$1:${letter}${max(length, 1)}"
