"""Charts of money: each period's sum by kind of capital, and what was contracted beside what has arrived."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import plotly.graph_objects as go

from kpi.leveraged import Sums
from kpi.measure.model import Measurement
from kpi.present.axis import end_of, middle_of, year_axis, year_lines
from kpi.present.capital import Money
from kpi.present.drawn import MEASURED, Drawn
from kpi.present.table import Cell, Number, Table
from kpi.present.words import period, separators, short, title
from kpi.problems import N_
from kpi.quarter import QUARTERS_A_YEAR, Window, WindowKind

#: The colours of what is stacked or drawn side by side, from the ground up: told apart by their labels, too.
_COLOURS = (MEASURED, "#009e73", "#cc79a7", "#8a8f98")
#: The only part of what is not parted.
WHOLE = ""
_HEIGHT = 340
#: How wide a letter of a label is, and how much of the height two lines of it take.
_LETTER, _GAP = 8, 0.14


@dataclass(frozen=True, slots=True)
class Stack:
    """What is stacked: a sum's categories of a dimension by name, in each window; which of these are not final."""

    sums: Sums
    by: str
    names: Mapping[str, str]
    windows: Sequence[Window]
    provisional: Collection[Window] = frozenset()


def by_capital(money: Money, stack: Stack) -> go.Figure:
    """Stack each window's parts on each other, each named beside the last column, whether it is in that one or not.

    What is not final is hatched.
    """
    sums, by, windows, provisional = stack.sums, stack.by, stack.windows, stack.provisional
    chart = go.Figure()
    tops = dict.fromkeys(windows, Fraction(0))
    ends: list[tuple[float, str, str]] = []
    for index, (category, name) in enumerate(stack.names.items()):
        colour = _COLOURS[index % len(_COLOURS)]
        values = [_value(sums.part(by, category, window)) for window in windows]
        chart.add_bar(
            x=[middle_of(window.first, window.last) for window in windows],
            y=[None if value is None else float(value) for value in values],
            width=[len(window) / QUARTERS_A_YEAR * 0.72 for window in windows],
            name=name,
            marker={
                "color": colour,
                "pattern": {
                    "shape": ["/" if window in provisional else "" for window in windows],
                    "fillmode": "replace",
                    "fgcolor": colour,
                },
                "line": {"width": 1, "color": colour},
            },
            customdata=[
                _hover(money, window, name, sums.part(by, category, window), provisional) for window in windows
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
        last = values[-1] if values else None
        if any(values):
            written = "" if last is None else f"<br><b>{short(money.framework, sums.key, last, money.language)}</b>"
            ends.append((float(tops[windows[-1]] + (last or 0) / 2), f"{name}{written}", colour))
        for window, value in zip(windows, values, strict=True):
            tops[window] += value or 0
    chart.update_layout(barmode="stack")
    _lay_out(money, chart, windows, sums.key, [Fraction(0), *tops.values()], ends)
    return chart


def cumulative(
    money: Money,
    lines: Mapping[str, Sequence[Measurement]],
    names: Mapping[str, str],
    provisional: Collection[Window],
) -> go.Figure:
    """Draw what has come together since the start by each period's end, a line for each indicator, named at its end."""
    chart, numbers, ends = go.Figure(), [Fraction(0)], []
    windows: list[Window] = []
    key = next(iter(lines))
    for index, (indicator, found) in enumerate(lines.items()):
        colour, name = _COLOURS[index % len(_COLOURS)], names[indicator]
        windows = [each.window for each in found]
        chart.add_scatter(
            x=[end_of(each.window.last) for each in found],
            y=[None if each.standing.actual is None else float(each.standing.actual) for each in found],
            mode="lines+markers",
            name=name,
            connectgaps=False,
            line={"color": colour, "width": 2.5, "dash": "solid" if index == 0 else "dash"},
            marker={
                "size": 8,
                "color": colour,
                "symbol": ["circle-open" if each.window in provisional else "circle" for each in found],
                "line": {"width": 2, "color": colour},
            },
            text=[_reached(money, each, name, provisional) for each in found],
            hovertemplate="%{text}<extra></extra>",
        )
        known = [each.standing.actual for each in found if each.standing.actual is not None]
        numbers += known
        if known:
            written = short(money.framework, indicator, known[-1], money.language)
            ends.append((float(known[-1]), f"{name}<br><b>{written}</b>", colour))
    _lay_out(money, chart, windows, key, numbers, ends)
    return chart


def _value(found: Measurement | None) -> Fraction | None:
    return None if found is None else found.value


def _hover(money: Money, window: Window, name: str, found: Measurement | None, provisional: Collection[Window]) -> str:
    lines = [f"<b>{title(period(window, money.language))}</b>", f"{name}: {money.plain(found)}"]
    return "<br>".join([*lines, money.say(N_("provisional"))] if window in provisional else lines)


def _reached(money: Money, found: Measurement, name: str, provisional: Collection[Window]) -> str:
    actual = found.standing.actual
    said = money.plain(None) if actual is None else short(money.framework, found.indicator, actual, money.language)
    lines = [f"<b>{title(period(found.window, money.language))}</b>", f"{name}: {said}"]
    return "<br>".join([*lines, money.say(N_("provisional"))] if found.window in provisional else lines)


def _lay_out(  # noqa: PLR0913, PLR0917 (a chart and all that it holds)
    money: Money,
    chart: go.Figure,
    windows: Sequence[Window],
    key: str,
    numbers: Sequence[Fraction],
    ends: Sequence[tuple[float, str, str]],
) -> None:
    quarters = [quarter for window in windows for quarter in window]
    lines = [line for _, text, _ in ends for line in text.replace("<b>", "").replace("</b>", "").split("<br>")]
    longest = max((len(line) for line in lines), default=0)
    chart.update_layout(
        height=_HEIGHT,
        margin={"l": 8, "r": 16 + _LETTER * longest, "t": 24, "b": 8},
        showlegend=False,
        separators=separators(money.language),
        hovermode="closest",
        dragmode=False,
        shapes=year_lines(quarters),
    )
    chart.update_xaxes(_years(money, windows))
    axis = Drawn(money.framework, money.language).axis(key, numbers)
    chart.update_yaxes(axis, automargin=True)
    low, high = chart.layout.yaxis.range
    beneath = float("-inf")
    for value, text, colour in sorted(ends):
        beneath = max(value, beneath + (high - low) * _GAP)
        chart.add_annotation(
            x=1,
            xref="paper",
            y=beneath,
            text=text,
            showarrow=False,
            xanchor="left",
            align="left",
            xshift=6,
            font={"color": colour, "size": 13},
        )


def _years(money: Money, windows: Sequence[Window]) -> dict[str, object]:
    """Name the years beneath; beneath one that is not over until when it is told."""
    told = {
        window.last.year: money.head(window).replace(", ", "<br>")
        for window in windows
        if window.kind is WindowKind.YEAR_TO_DATE
    }
    return year_axis([quarter for window in windows for quarter in window], told=told)


def by_capital_data(money: Money, name: str, stack: Stack) -> Table:
    """Give what `by_capital` shows as a table."""
    parts = [each for each in stack.names if each != WHOLE]
    heads = [money.say(N_("Period")), money.label(stack.sums.key), *(stack.names[each] for each in parts)]
    rows: list[list[Cell]] = []
    for window in stack.windows:
        found = [stack.sums.whole.get(window), *(stack.sums.part(stack.by, each, window) for each in parts)]
        row: list[Cell] = [_named(money, window, stack.provisional)]
        rows.append(row + [Number(money.plain(each), _value(each)) for each in found])
    return Table(name, heads, rows)


def cumulative_data(
    money: Money, name: str, lines: Mapping[str, Sequence[Measurement]], provisional: Collection[Window]
) -> Table:
    """Give what `cumulative` shows as a table."""
    heads = [money.say(N_("To the end of")), *(money.label(key) for key in lines)]
    rows: list[list[Cell]] = []
    for together in zip(*lines.values(), strict=True):
        row: list[Cell] = [_named(money, together[0].window, provisional)]
        for each in together:
            actual = each.standing.actual
            written = (
                money.plain(None) if actual is None else short(money.framework, each.indicator, actual, money.language)
            )
            row.append(Number(written, actual))
        rows.append(row)
    return Table(name, heads, rows)


def _named(money: Money, window: Window, provisional: Collection[Window]) -> str:
    name = title(period(window, money.language))
    mark = money.say(N_("provisional"))
    return f"{name} ({mark})" if window in provisional else name


def said(table: Table) -> str:
    """Say what a chart's table says, for whoever cannot see the chart."""
    lines = []
    for row in table.rows:
        cells = zip(table.heads[1:], row[1:], strict=True)
        told = ", ".join(f"{head}: {cell.written if isinstance(cell, Number) else cell}" for head, cell in cells)
        lines.append(f"{row[0]}: {told}")
    return "; ".join(lines)
