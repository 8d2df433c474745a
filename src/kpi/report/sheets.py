"""A report as an Excel workbook: every figure in one tidy sheet, a sheet a level, the definitions. Nothing computes."""

import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from kpi import breakdowns
from kpi.language import pick, tr
from kpi.measure.model import Measurement
from kpi.present.levels import in_order
from kpi.present.profile import category
from kpi.present.sheet import definition
from kpi.present.spreadsheet import number_format
from kpi.present.status import word
from kpi.present.words import dimension, period, state, title
from kpi.problems import N_
from kpi.report import editions
from kpi.report.content import Audience, Changed, Content, Figure
from kpi.report.progress import Progress, silent
from kpi.report.sheets_style import FONT, Value, for_print, put, ruled, titled

_DECIMALS = 6
#: How much of the work is done where the figures are in their sheet, and where all sheets are.
_FIGURES, _SHEETS = 0.5, 0.6


def written(content: Content, progress: Progress = silent) -> bytes:
    """Write the workbook."""
    writing = N_("The file is being written …")
    book = Workbook()
    framework, said = content.framework, content.language
    first = book.active
    if isinstance(first, Worksheet):
        first.title = titled(tr(N_("Report"), said))
        _about(first, content)
    ruled(book, tr(N_("All figures"), said), *_tidy(content))
    progress(writing, _FIGURES)
    for level, entry in framework.levels.items():
        heads, rows, formats = _level(content, level)
        if rows:
            ruled(book, pick(entry.label, said), heads, rows, formats)
    if content.changed:
        ruled(book, tr(N_("Changed"), said), *_changed(content, content.changed))
    ruled(book, tr(N_("Definitions"), said), *_definitions(content))
    progress(writing, _SHEETS)
    book.properties.title = f"{content.title}: {content.window}"
    book.properties.creator = content.programme
    book.properties.language = said
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _about(sheet: Worksheet, content: Content) -> None:
    """Say what the workbook is, when and of what it was made."""
    lines: list[tuple[str, str | int]] = [
        (content.title, content.window),
        (tr(N_("Programme"), content.language), content.programme),
        *((tr(N_("Limited to"), content.language), limit) for limit in content.limits),
        *content.about,
    ]
    paid = content.framework.programme.cofunding
    if paid:
        lines.append(("", pick(paid, content.language)))
    lines += [("", mark) for mark in content.marks]
    for number, (name, text) in enumerate(lines, 1):
        put(sheet, number, 1, name)
        put(sheet, number, 2, text)
        sheet.cell(number, 1).font = Font(name=FONT, bold=True)
        for column in (1, 2):
            sheet.cell(number, column).alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
    for column in (1, 2):
        sheet.cell(1, column).font = Font(name=FONT, bold=True, size=16)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 36, 78
    sheet.sheet_view.showGridLines = False
    for_print(sheet)


def _number(value: Fraction | Decimal | int | None) -> int | float | None:
    if value is None:
        return None
    exact = Fraction(value)
    return exact.numerator if exact.denominator == 1 else round(float(exact), _DECIMALS)


def _tidy(content: Content) -> tuple[list[str], list[list[Value]], list[list[str]]]:
    """Give one row an indicator, window and slice."""
    framework, said = content.framework, content.language
    heads = [
        tr(head, said)
        for head in (
            N_("Indicator"), N_("Name"), N_("Level"), N_("Unit"), N_("Window"), N_("Period"), N_("Breakdown"),
            N_("Category"), N_("Value"), N_("Where there is no value"), N_("Numerator"), N_("Denominator"),
            N_("Cases"), N_("Returns approved"), N_("Returns expected"), N_("Carried forward"), N_("Expected value"),
            N_("Judged over"), N_("Judged value"), N_("Expected then"), N_("Target"), N_("Achievement"), N_("Status"),
        )
    ]  # fmt: skip
    rows, formats = [], []
    for found in content.figures:
        key, whole_only = found.indicator, not found.slice
        one, form = framework.indicators[key], number_format(framework, key)
        by, categories = _slice(content, found)
        top = "" if found.denominator is not None else form
        standing = found.standing
        judged = whole_only and not (standing.expected is None and standing.target is None)
        rows.append(
            [
                key, pick(one.label, said), pick(framework.levels[one.level].label, said),
                pick(framework.units[one.unit].label, said), str(found.window), title(period(found.window, said)),
                by, categories, _number(found.value),
                state(found, framework, said) if found.value is None else None,
                _number(found.numerator), _number(found.denominator), _number(found.n),
                found.coverage.reported, found.coverage.expected, found.coverage.carried,
                _number(found.expected), title(period(standing.basis, said)) if judged else None,
                _number(standing.judged) if judged else None, _number(standing.expected), _number(standing.target),
                _number(standing.achievement), word(standing.status, said) if whole_only else None,
            ]
        )  # fmt: skip
        formats.append([*[""] * 8, form, "", top, *[""] * 5, form, "", form, form, form, "0.0%", ""])
    return heads, rows, formats


def _slice(content: Content, found: Measurement) -> tuple[str, str]:
    """Name what a figure is limited to: its dimensions, and the category of each."""
    framework, said = content.framework, content.language
    names = [title(dimension(framework, each, said)) for each in found.slice]
    categories = [
        category(breakdowns.categories(framework, found.indicator, each), one, said)
        for each, one in found.slice.items()
    ]
    if found.lacks is not None and found.lacks not in found.slice:
        names.append(title(dimension(framework, found.lacks, said)))
    return "; ".join(names), "; ".join(categories)


def _level(content: Content, level: str) -> tuple[list[str], list[list[Value]], list[list[str]]]:
    """Give the indicators of a level as they stand."""
    framework, said = content.framework, content.language
    heads = [
        tr(head, said)
        for head in (
            N_("Indicator"), N_("Name"), N_("Supports"), N_("Unit"), N_("Value"), N_("Where there is no value"),
            N_("Status"), N_("Judged over"), N_("Judged value"), N_("Expected then"), N_("Achievement"), N_("Target"),
            N_("Returns approved"), N_("Returns expected"), N_("Carried forward"),
        )
    ]  # fmt: skip
    now = {one.indicator: one for one in content.now}
    rows, formats = [], []
    for key, _ in in_order(framework, level):
        if key not in now:
            continue
        found, one, form = now[key], framework.indicators[key], number_format(framework, key)
        standing = found.standing
        rows.append(
            [
                key, pick(one.label, said), one.supports, pick(framework.units[one.unit].label, said),
                _number(found.value), state(found, framework, said) if found.value is None else None,
                word(standing.status, said), title(period(standing.basis, said)), _number(standing.judged),
                _number(standing.expected), _number(standing.achievement), _number(standing.target),
                found.coverage.reported, found.coverage.expected, found.coverage.carried,
            ]
        )  # fmt: skip
        formats.append(["", "", "", "", form, "", "", "", form, form, "0.0%", form, "", "", ""])
    return heads, rows, formats


def _changed(content: Content, changed: Sequence[Changed]) -> tuple[list[str], list[list[Value]], list[list[str]]]:
    """Give what reads differently than in the edition before; what it was, to the core team alone."""
    framework, said, former = content.framework, content.language, content.request.audience is Audience.MANAGEMENT

    def seen(figure: Figure | None) -> Value:
        if figure is None:
            return None
        known = figure["value"]
        return editions.value(framework, figure, said) if known is None else _number(Fraction(known))

    rows, formats = [], []
    for one in changed:
        values = [one.before, one.after] if former else [one.after]
        form = number_format(framework, one.indicator) if one.indicator in framework.indicators else ""
        rows.append([*editions.place(framework, one, said), *map(seen, values)])
        formats.append(["", "", "", *[form] * len(values)])
    return editions.heads(said, former=former), rows, formats


def _definitions(content: Content) -> tuple[list[str], list[list[Value]], list[list[str]]]:
    said = content.language
    named = [tr(head, said) for head in (N_("Indicator"), N_("Name"), N_("Term"), N_("What it says"), N_("Note"))]
    assumed = tr(N_("an assumption, to be confirmed"), said)
    rows = [list(row) for row in _terms(content, assumed)]
    return named, rows, [["", "", "", number_format(content.framework, str(row[0])), ""] for row in rows]


def _terms(content: Content, assumed: str) -> Iterator[tuple[Value, ...]]:
    framework, said = content.framework, content.language
    for one in content.now:
        key = one.indicator
        name = pick(framework.indicators[key].label, said)
        for entry in definition(framework, key, breakdowns.dimensions(framework, key), said):
            said_of = entry.text if entry.number is None else _number(entry.number)
            yield key, name, entry.name, said_of, assumed if entry.assumed else None
