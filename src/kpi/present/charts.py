"""Charts as plotly figures: pure, in the reader's language, labelled where the eye is.

Colours are of the Okabe–Ito kind and mean the same everywhere: blue is what was measured, grey what was expected,
orange the targets. What is provisional is hollow or hatched, so that no meaning rests on colour alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction

import plotly.graph_objects as go

from kpi import breakdowns
from kpi.framework.model import Framework
from kpi.language import quarter_name, tr
from kpi.measure.model import Measurement
from kpi.measure.plan import plan_at
from kpi.present.axis import end_of, middle_of, value_axis, year_axis, year_lines
from kpi.present.labels import Place, Room
from kpi.present.words import of, period, separators, short, tick, title
from kpi.problems import N_
from kpi.quarter import QUARTERS_A_YEAR, Quarter, Window, WindowKind

MEASURED, EXPECTED, TARGET = "#3b82c4", "#8a8f98", "#d98200"

#: Where the label of a target may stand; of one that is ahead or just reached only beside it, with a space between.
_BESIDE = Place(9, 0, {"textposition": "middle right"})
_AT_TARGET = (
    Place(6, 13, {"textposition": "top left"}, leftward=True),
    Place(6, -13, {"textposition": "bottom right"}),
    Place(0, 15, {"textposition": "top center"}, centred=True),
    Place(0, -15, {"textposition": "bottom center"}, centred=True),
    Place(6, 13, {"textposition": "top right"}),
    Place(6, -13, {"textposition": "bottom left"}, leftward=True),
)
_SPACE = "\u00a0"
_MARGIN, _SIGN = 16, 8
#: Where the label of the last value may stand.
_AT_LAST = (
    Place(-6, 16, {"yshift": 16, "xanchor": "right", "xshift": 6}, leftward=True),
    Place(-4, -16, {"yshift": -16, "xanchor": "left", "xshift": -4}),
    Place(-6, -16, {"yshift": -16, "xanchor": "right", "xshift": 6}, leftward=True),
    Place(-4, 16, {"yshift": 16, "xanchor": "left", "xshift": -4}),
    Place(10, 0, {"yshift": 0, "xanchor": "left", "xshift": 10}),
    Place(-6, 30, {"yshift": 30, "xanchor": "right", "xshift": 6}, leftward=True),
    Place(-4, -30, {"yshift": -30, "xanchor": "left", "xshift": -4}),
)
#: How wide a letter is and how high a line, of a target's label and of the last value's.
_SMALL, _LARGE = (6.5, 13), (8.5, 17)
_AT_BAR = {"yshift": 0, "xanchor": "left", "xshift": 4}
_HALF_BAR = 0.1


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a chart is drawn within; `provisional` are the quarters whose figures are not final."""

    framework: Framework
    language: str
    provisional: frozenset[Quarter] = frozenset()

    def say(self, text: str) -> str:
        """Say one of the program's own texts."""
        return tr(text, self.language)

    def of(self, key: str, value: Fraction | Decimal | None) -> str:
        """Write a value in full."""
        return of(self.framework, key, value, self.language)

    def when(self, window: Window) -> str:
        """Name a quarter, or the longer time that a value is of."""
        return quarter_name(window.last, self.language) if len(window) == 1 else title(period(window, self.language))

    def short(self, key: str, value: Fraction | Decimal) -> str:
        """Write a value as short as it may be."""
        return short(self.framework, key, value, self.language)

    def axis(self, key: str, values: Sequence[Fraction]) -> dict[str, object]:
        """Give the axis of an indicator's values."""
        scale = breakdowns.scale(self.framework, key)
        return value_axis(values, lambda value: tick(self.framework, key, value, self.language), scale=scale)


def progress(drawn: Drawn, found: Sequence[Measurement]) -> go.Figure:
    """Draw an indicator's judged value at each quarter's end against its expected path, baseline and targets.

    `found` holds a measurement for each quarter, oldest first, those of the future too; they have no value, only the
    path. Quarters without a value are gaps in the line. Where years are published and not quarters, one for each year;
    the path goes on to the target at the last year's end all the same.
    """
    key = found[0].indicator
    quarters = [each.window.last for each in found]
    chart = go.Figure()
    path = [each.standing.expected for each in found]
    actual = [each.standing.actual for each in found]
    yearly = _begins_every_year(found)
    windows = [each.window for each in found]
    starts = drawn.framework.programme.starts
    path_line = [*_run(windows, path, yearly=yearly, starts=starts), *_rest_of_year(found[-1])]
    line = _run(windows, actual, yearly=yearly, starts=starts)
    _line(chart, path_line, name=drawn.say(N_("expected")), color=EXPECTED, dash="dot")
    _line(chart, line, name=drawn.say(N_("measured")), color=MEASURED)
    _points(drawn, chart, found)
    inside = [quarter for window in windows for quarter in window if starts <= quarter] or quarters
    _lay_out(drawn, chart, [*inside, _year_end(found)])
    aims = marked(drawn.framework, found)
    targets = [Fraction(value) for points in aims.values() for value in points.values()]
    chart.update_yaxes(drawn.axis(key, [value for value in [*path, *actual, *targets] if value is not None]))
    room = Room(chart.layout.xaxis.range, chart.layout.yaxis.range)
    room.line(path_line)
    room.line(line)
    for points in aims.values():
        for year, value in points.items():
            room.mark(year + 1, float(value))
    _label_last(drawn, chart, key, [end_of(quarter) for quarter in quarters], actual, room)
    reached = max((each.window.last for each in found if each.standing.actual is not None), default=min(quarters))
    for mark, points in aims.items():
        _mark(drawn, chart, key, mark, points, room, reached)
    return chart


def _year_end(found: Sequence[Measurement]) -> Quarter:
    """Give the last quarter of the last year that is drawn: its target stands there, whoever looks."""
    return Quarter(max(each.window.last for each in found).year, QUARTERS_A_YEAR)


def _rest_of_year(last: Measurement) -> list[tuple[float, float]]:
    """Give where the path leads from the `last` measurement to: the target, at its year's end."""
    target, end = last.standing.target, _year_end([last])
    if target is None or last.standing.expected is None or last.window.last == end:
        return []
    return [(end_of(end), float(target))]


def _begins_every_year(found: Sequence[Measurement]) -> bool:
    """Tell whether the judged value adds up within a year and begins at zero again in the next."""
    kinds = {each.standing.basis.kind for each in found}
    return WindowKind.YEAR_TO_DATE in kinds and all(each.denominator is None for each in found)


def _run(
    windows: Sequence[Window], values: Sequence[Fraction | None], *, yearly: bool, starts: Quarter
) -> list[tuple[float, float | None]]:
    """Give the points of a line; one that begins every year stops at the year's end and starts at zero again.

    In its first year a programme begins when it `starts`.
    """
    points: list[tuple[float, float | None]] = []
    year = None
    for window, value in zip(windows, values, strict=True):
        if yearly and window.last.year != year:
            start = end_of((starts if starts in window else window.first) + -1)
            points.append((start, None))
            if value is not None:
                points.append((start, 0.0))
        year = window.last.year
        points.append((end_of(window.last), None if value is None else float(value)))
    return points


def _line(
    chart: go.Figure, points: Sequence[tuple[float, float | None]], *, name: str, color: str, dash: str = "solid"
) -> None:
    chart.add_scatter(
        x=[x for x, _ in points],
        y=[y for _, y in points],
        mode="lines",
        name=name,
        line={"color": color, "width": 2.5 if dash == "solid" else 1.8, "dash": dash},
        connectgaps=False,
        hoverinfo="skip",
    )


def _points(drawn: Drawn, chart: go.Figure, found: Sequence[Measurement]) -> None:
    shown = [each for each in found if each.standing.actual is not None]
    chart.add_scatter(
        x=[end_of(each.window.last) for each in shown],
        y=[float(each.standing.actual or 0) for each in shown],
        mode="markers",
        name=drawn.say(N_("measured")),
        marker={
            "color": MEASURED,
            "size": 9,
            "symbol": ["circle-open" if each.window.last in drawn.provisional else "circle" for each in shown],
            "line": {"width": 2, "color": MEASURED},
        },
        text=[_hover(drawn, each, each.standing.actual, each.standing.expected) for each in shown],
        hovertemplate="%{text}<extra></extra>",
    )


def _hover(drawn: Drawn, found: Measurement, value: Fraction | None, expected: Fraction | None) -> str:
    measured = drawn.say(N_("measured"))
    lines = [
        f"<b>{drawn.when(found.window)}</b>",
        f"{measured}: {drawn.of(found.indicator, value)}",
    ]
    if expected is not None:
        due = drawn.say(N_("expected"))
        lines.append(f"{due}: {drawn.of(found.indicator, expected)}")
    if found.window.last in drawn.provisional:
        lines.append(drawn.say(N_("provisional")))
    if found.carried:
        lines.append(tr(N_("{count} carried forward"), drawn.language, count=len(found.carried)))
    return "<br>".join(lines)


class Mark(Enum):
    """What stands at the ends of years: its name, and its sign; a target that was revised stays, hollow."""

    FORMER = N_("former target"), "diamond-open"
    TARGET = N_("target"), "diamond"
    BASELINE = N_("baseline"), "square-open"


def marked(framework: Framework, found: Sequence[Measurement]) -> dict[Mark, dict[int, Decimal]]:
    """Give the baseline and targets that are drawn, by the years at whose ends they stand."""
    indicator = framework.indicators[found[0].indicator]
    now = plan_at(indicator, date.max).targets
    former = {year: value for year, value in indicator.targets.items() if now[year] != value}
    start = indicator.baseline
    every = {
        Mark.FORMER: former,
        Mark.TARGET: now,
        Mark.BASELINE: {} if start is None else {start.year: start.value},
    }
    first, last = min(each.window.last for each in found) + -1, _year_end(found)
    inside = {
        mark: {year: value for year, value in points.items() if first <= Quarter(year, QUARTERS_A_YEAR) <= last}
        for mark, points in every.items()
    }
    return {mark: points for mark, points in inside.items() if points}


def _mark(  # noqa: PLR0913, PLR0917 (marks and their places)
    drawn: Drawn, chart: go.Figure, key: str, mark: Mark, points: Mapping[int, Decimal], room: Room, reached: Quarter
) -> None:
    """Mark values at the ends of their years; those of former targets are told beneath the chart."""
    name, symbol = drawn.say(mark.value[0]), mark.value[1]
    labelled = mark is not Mark.FORMER
    ahead = {year for year in points if Quarter(year, QUARTERS_A_YEAR) >= reached}
    texts = {year: drawn.short(key, value) for year, value in points.items()}
    if labelled and ahead:
        widest = max(len(texts[year]) for year in ahead) + 1
        chart.update_layout(margin_r=_MARGIN + _SIGN * widest)
    wide, high = _SMALL
    places = [
        room.put((year + 1, float(value)), (wide * len(texts[year]), high), [_BESIDE] if year in ahead else _AT_TARGET)
        for year, value in points.items()
        if labelled
    ]
    chart.add_scatter(
        x=[year + 1 for year in points],
        y=[float(value) for value in points.values()],
        mode="markers+text" if labelled else "markers",
        name=name,
        text=[_SPACE * (year in ahead) + text for year, text in texts.items()] if labelled else None,
        textposition=[place.said["textposition"] for place in places] or None,
        textfont={"color": TARGET},
        cliponaxis=False,
        marker={"color": TARGET, "size": 11, "symbol": symbol, "line": {"width": 2, "color": TARGET}},
        customdata=[f"{name} {year}: {drawn.of(key, value)}" for year, value in points.items()],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _label_last(  # noqa: PLR0913, PLR0917 (a label and its place)
    drawn: Drawn,
    chart: go.Figure,
    key: str,
    places: Sequence[float],
    values: Sequence[Fraction | None],
    room: Room | None = None,
) -> None:
    """Write the last value at its point: where there is room in a chart of lines, or beside a bar."""
    known = [index for index, value in enumerate(values) if value is not None]
    if not known:
        return
    last = known[-1]
    value = values[last] or Fraction(0)
    text, (wide, high) = drawn.short(key, value), _LARGE
    place: Mapping[str, object] = _AT_BAR
    if room is not None:
        place = room.put((places[last], float(value)), (wide * len(text), high), _AT_LAST).said
    chart.add_annotation(
        x=places[last],
        y=float(value),
        text=f"<b>{text}</b>",
        showarrow=False,
        **place,
        font={"color": MEASURED, "size": 14},
    )


def by_period(drawn: Drawn, found: Sequence[Measurement]) -> go.Figure:
    """Draw each quarter's (or year's) own value as a bar, with what was expected of it across; gaps stay empty."""
    key = found[0].indicator
    windows = [each.window for each in found]
    chart = go.Figure()
    chart.add_bar(
        x=[middle_of(window.first, window.last) for window in windows],
        y=[None if each.value is None else float(each.value) for each in found],
        width=[2 * _half(window) for window in windows],
        name=drawn.say(N_("measured")),
        marker={
            "color": MEASURED,
            "pattern": {
                "shape": ["/" if window.last in drawn.provisional else "" for window in windows],
                "fillmode": "replace",
                "fgcolor": MEASURED,
            },
            "line": {"width": 1, "color": MEASURED},
        },
        customdata=[_hover(drawn, each, each.value, each.expected) for each in found],
        hovertemplate="%{customdata}<extra></extra>",
    )
    across: list[tuple[float, float | None]] = []
    for each in found:
        if each.expected is not None:
            middle, level, half = (
                middle_of(each.window.first, each.window.last),
                float(each.expected),
                _half(each.window),
            )
            across += [(middle - half, level), (middle + half, level), (middle + half, None)]
    _line(chart, across, name=drawn.say(N_("expected")), color=EXPECTED)
    ends = [middle_of(window.first, window.last) + _half(window) for window in windows]
    _label_last(drawn, chart, key, ends, [each.value for each in found])
    numbers = [value for each in found for value in (each.value, each.expected) if value is not None]
    _lay_out(drawn, chart, [quarter for window in windows for quarter in (window.first, window.last)])
    chart.update_yaxes(drawn.axis(key, numbers))
    # Room for the label beside the last bar.
    chart.update_layout(margin_r=80)
    return chart


def _half(window: Window) -> float:
    """Give half of how wide a window's bar is: the longer, the wider, with room between years."""
    return _HALF_BAR * min(len(window), QUARTERS_A_YEAR - 1)


def _lay_out(drawn: Drawn, chart: go.Figure, quarters: Sequence[Quarter]) -> None:
    chart.update_layout(
        height=340,
        margin={"l": 8, "r": _MARGIN, "t": 24, "b": 8},
        showlegend=False,
        separators=separators(drawn.language),
        hovermode="closest",
        dragmode=False,
        shapes=year_lines(quarters),
        bargap=0,
    )
    chart.update_xaxes(year_axis(quarters))
    chart.update_yaxes(automargin=True)
