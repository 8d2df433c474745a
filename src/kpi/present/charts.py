"""Charts as plotly figures: pure, in the reader's language, labelled where the eye is.

Colours are of the Okabe–Ito kind and mean the same everywhere: blue is what was measured, grey what was expected,
orange the targets. What is provisional is hollow or hatched, so that no meaning rests on colour alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import plotly.graph_objects as go

from kpi import breakdowns
from kpi.framework.model import Framework, Indicator
from kpi.language import quarter_name, tr
from kpi.measure.model import Measurement
from kpi.measure.plan import plan_at
from kpi.present.axis import end_of, middle_of, value_axis, year_axis, year_lines
from kpi.present.words import of, period, separators, short, tick, title
from kpi.problems import N_
from kpi.quarter import QUARTERS_A_YEAR, Quarter, Window, WindowKind

MEASURED, EXPECTED, TARGET = "#3b82c4", "#8a8f98", "#d98200"

#: The label of a target that is ahead or just reached stands beside it, out of the way of the last value's.
_ABOVE, _BESIDE = "top left", "middle right"
_MARGIN, _SIGN = 16, 8
#: Where the label of the last value stands.
_OVER = {"yshift": 16, "xanchor": "right", "xshift": 6}
_UNDER = {"yshift": -16, "xanchor": "left", "xshift": -4}
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
    indicator = drawn.framework.indicators[key]
    quarters = [each.window.last for each in found]
    chart = go.Figure()
    path = [each.standing.expected for each in found]
    actual = [each.standing.actual for each in found]
    yearly = _begins_every_year(found)
    windows = [each.window for each in found]
    starts = drawn.framework.programme.starts
    ahead = _rest_of_year(found[-1])
    _line(
        chart,
        [*_run(windows, path, yearly=yearly, starts=starts), *ahead],
        name=drawn.say(N_("expected")),
        color=EXPECTED,
        dash="dot",
    )
    _line(chart, _run(windows, actual, yearly=yearly, starts=starts), name=drawn.say(N_("measured")), color=MEASURED)
    _points(drawn, chart, found)
    inside = [quarter for window in windows for quarter in window if starts <= quarter] or quarters
    _lay_out(drawn, chart, [*inside, _year_end(found)])
    targets = _targets(drawn, chart, indicator, key, found)
    numbers = [value for value in [*path, *actual, *targets] if value is not None]
    place = _UNDER if _missed_at_the_end(indicator, found) else _OVER
    _label_last(drawn, chart, key, [end_of(quarter) for quarter in quarters], actual, place)
    chart.update_yaxes(drawn.axis(key, numbers))
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


def _targets(
    drawn: Drawn, chart: go.Figure, indicator: Indicator, key: str, found: Sequence[Measurement]
) -> list[Fraction]:
    """Mark baseline and targets at the ends of their years; a target that was revised stays, hollow and struck."""
    shown: list[Fraction] = []
    quarters = [each.window.last for each in found]
    reached = max((each.window.last for each in found if each.standing.actual is not None), default=min(quarters))

    def mark(points: Mapping[int, Decimal], *, symbol: str, name: str, labelled: bool) -> None:
        inside = {
            year: value
            for year, value in points.items()
            if min(quarters) + -1 <= Quarter(year, QUARTERS_A_YEAR) <= _year_end(found)
        }
        shown.extend(Fraction(value) for value in inside.values())
        texts = [drawn.of(key, value) for value in inside.values()]
        ahead = {year for year in inside if Quarter(year, QUARTERS_A_YEAR) >= reached}
        if labelled and ahead:
            widest = max(len(drawn.short(key, inside[year])) for year in ahead)
            chart.update_layout(margin_r=_MARGIN + _SIGN * widest)
        chart.add_scatter(
            x=[year + 1 for year in inside],
            y=[float(value) for value in inside.values()],
            mode="markers+text" if labelled else "markers",
            name=name,
            text=[drawn.short(key, value) for value in inside.values()] if labelled else None,
            textposition=[_BESIDE if year in ahead else _ABOVE for year in inside],
            textfont={"color": TARGET},
            cliponaxis=False,
            marker={"color": TARGET, "size": 11, "symbol": symbol, "line": {"width": 2, "color": TARGET}},
            customdata=[f"{name} {year}: {text}" for year, text in zip(inside, texts, strict=True)],
            hovertemplate="%{customdata}<extra></extra>",
        )

    now = plan_at(indicator, date.max).targets
    former = {year: value for year, value in indicator.targets.items() if now[year] != value}
    if former:
        mark(former, symbol="diamond-open", name=drawn.say(N_("former target")), labelled=False)
    mark(now, symbol="diamond", name=drawn.say(N_("target")), labelled=True)
    if indicator.baseline is not None:
        start = {indicator.baseline.year: indicator.baseline.value}
        mark(start, symbol="square-open", name=drawn.say(N_("baseline")), labelled=True)
    return shown


def _missed_at_the_end(indicator: Indicator, found: Sequence[Measurement]) -> bool:
    """Tell whether the last measured point lies right under the mark of its year's target."""
    measured = [(each.window.last, each.standing.actual) for each in found if each.standing.actual is not None]
    targets = plan_at(indicator, date.max).targets
    if not measured or measured[-1][0].number != QUARTERS_A_YEAR or measured[-1][0].year not in targets:
        return False
    return measured[-1][1] < targets[measured[-1][0].year]


def _label_last(  # noqa: PLR0913, PLR0917 (a label and its place)
    drawn: Drawn,
    chart: go.Figure,
    key: str,
    places: Sequence[float],
    values: Sequence[Fraction | None],
    place: Mapping[str, object],
) -> None:
    """Write the last value at its point: over or under a line's, or beside a bar."""
    known = [index for index, value in enumerate(values) if value is not None]
    if not known:
        return
    last = known[-1]
    value = values[last] or Fraction(0)
    chart.add_annotation(
        x=places[last],
        y=float(value),
        text=f"<b>{drawn.short(key, value)}</b>",
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
    _label_last(drawn, chart, key, ends, [each.value for each in found], _AT_BAR)
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
