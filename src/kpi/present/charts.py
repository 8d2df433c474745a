"""Charts as plotly figures: pure, in the reader's language, labelled where the eye is.

What is provisional is hollow or hatched, so that no meaning rests on colour alone.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import plotly.graph_objects as go

from kpi.language import tr
from kpi.measure.model import Measurement
from kpi.present.aims import MARGIN, mark, marked, year_end
from kpi.present.axis import end_of, middle_of, year_axis, year_lines
from kpi.present.drawn import EXPECTED, MEASURED, Drawn
from kpi.present.labels import Place, Room
from kpi.present.words import separators
from kpi.problems import N_
from kpi.quarter import QUARTERS_A_YEAR, Quarter, Window, WindowKind

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
#: How wide a letter of that label is, and how high its line.
_LARGE = (8.5, 17)
_AT_BAR = {"yshift": 0, "xanchor": "left", "xshift": 4}
_HALF_BAR = 0.1


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
    _lay_out(drawn, chart, [*inside, year_end(found)])
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
    for kind, points in aims.items():
        mark(drawn, chart, key, kind, points, room, reached)
    return chart


def _rest_of_year(last: Measurement) -> list[tuple[float, float]]:
    """Give where the path leads from the `last` measurement to: the target, at its year's end."""
    target, end = last.standing.target, year_end([last])
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
        margin={"l": 8, "r": MARGIN, "t": 24, "b": 8},
        showlegend=False,
        separators=separators(drawn.language),
        hovermode="closest",
        dragmode=False,
        shapes=year_lines(quarters),
        bargap=0,
    )
    chart.update_xaxes(year_axis(quarters))
    chart.update_yaxes(automargin=True)
