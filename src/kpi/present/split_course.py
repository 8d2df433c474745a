"""The course of a share, or of the rates by category, as a chart with its table."""

import itertools
import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import plotly.graph_objects as go

from kpi.language import number
from kpi.present.axis import middle_of, value_axis, year_axis, year_lines
from kpi.present.drawn import MEASURED, TARGET, Drawn
from kpi.present.split import Told, numbered, shared
from kpi.present.split_rates import rests_on
from kpi.present.table import Cell, Table
from kpi.present.words import period, separators, short, short_share, title
from kpi.problems import N_
from kpi.quarter import Window
from kpi.splits import Split

Course = Sequence[tuple[Window, Split]]
Values = Sequence[tuple[Window, Fraction | None]]
#: The colours and signs of lines beside each other: told apart by their labels and signs, too.
_LOOKS = ((MEASURED, "circle"), ("#009e73", "square"), ("#cc79a7", "diamond"), ("#8a8f98", "cross"), ("#56b4e9", "x"))
_HEIGHT = 340
#: How far apart labels stand, as a part of the axis.
_GAP = 0.07
#: How wide a letter of a label is, about.
_LETTER = 8


def share_course(
    told: Told, course: Course, targets: Mapping[int, Decimal], provisional: Collection[Window]
) -> go.Figure:
    """Draw the watched share of each window from 0 to 100 %, with the target of each year as a line across it.

    Where only what the share is at least is known, a hollow triangle stands at it.
    """
    chart = go.Figure()
    said = told.scene.language
    aimed = {year: float(targets[year]) for year in sorted({window.last.year for window, _ in course} & targets.keys())}
    points = [[(year, each), (year + 1, each), (year + 1, None)] for year, each in aimed.items()]
    chart.add_scatter(
        x=[x for point in points for x, _ in point],
        y=[y for point in points for _, y in point],
        mode="lines",
        line={"color": TARGET, "width": 2, "dash": "dot"},
        hoverinfo="skip",
        name=told.say(N_("target")),
    )
    values = [(window, found.share.share if found.share else None) for window, found in course]
    texts = [_hover(told, window, [_share_said(told, found)], provisional) for window, found in course]
    _line(chart, values, texts, told.watched, 0, provisional)
    least = [(window, found.least) for window, found in course]
    _bounds(chart, least, texts)
    ends = [
        (low if value is None else value, told.share_of(found))
        for (_, value), (_, low), (_, found) in zip(values, least, course, strict=True)
    ]
    labels = [(value, f"<b>{text}</b>", _LOOKS[0][0]) for value, text in ends if value is not None][-1:]
    if aimed:
        year = max(aimed)
        text = told.say(N_("target {share}"), share=short_share(targets[year], said))
        labels.append((Fraction(targets[year]), text, TARGET))
    _lay_out(told, chart, course, value_axis([Fraction(1)], lambda value: short_share(value, said)), labels)
    return chart


def rate_course(
    told: Told, key: str, categories: Sequence[str], course: Course, provisional: Collection[Window]
) -> go.Figure:
    """Draw a ratio or mean of each category as a line of its own, named at its end."""
    chart, numbers, labels = go.Figure(), [Fraction(0)], []
    said = told.scene.language
    for index, category in enumerate(categories[: len(_LOOKS)]):
        values = [(window, _value(found, category)) for window, found in course]
        known = [value for _, value in values if value is not None]
        if not known:
            continue
        numbers += known
        name = told.name(category)
        texts = [_hover(told, window, [_rate_said(told, found, category)], provisional) for window, found in course]
        _line(chart, values, texts, name, index, provisional)
        labels += [
            (each, f"{name} <b>{short(told.framework, key, each, said)}</b>", _LOOKS[index][0])
            for each in _last(values)
        ]
    _lay_out(told, chart, course, Drawn(told.framework, said).axis(key, numbers), labels)
    return chart


def _value(found: Split, category: str) -> Fraction | None:
    return found.parts[category].value if category in found.parts else None


def _last(values: Values) -> list[Fraction]:
    """Give the last value there is, as a list; an empty one where there is none."""
    return [value for _, value in values if value is not None][-1:]


def _line(  # noqa: PLR0913, PLR0917 (a line and how it looks)
    chart: go.Figure,
    values: Values,
    texts: Sequence[str],
    name: str,
    index: int,
    provisional: Collection[Window],
) -> None:
    color, symbol = _LOOKS[index]
    chart.add_scatter(
        x=[middle_of(window.first, window.last) for window, _ in values],
        y=[None if value is None else float(value) for _, value in values],
        mode="lines+markers",
        name=name,
        connectgaps=False,
        line={"color": color, "width": 2.5},
        marker={
            "size": 9,
            "color": color,
            "symbol": [f"{symbol}-open" if window in provisional else symbol for window, _ in values],
            "line": {"width": 2, "color": color},
        },
        text=texts,
        hovertemplate="%{text}<extra></extra>",
    )


def _bounds(chart: go.Figure, least: Values, texts: Sequence[str]) -> None:
    """Mark what a share was at least, which begins no line: what it was is not shown."""
    if any(value is not None for _, value in least):
        chart.add_scatter(
            x=[middle_of(window.first, window.last) for window, _ in least],
            y=[None if value is None else float(value) for _, value in least],
            mode="markers",
            name="≥",
            marker={"size": 10, "color": _LOOKS[0][0], "symbol": "triangle-up-open", "line": {"width": 2}},
            text=texts,
            hovertemplate="%{text}<extra></extra>",
        )


def _hover(told: Told, window: Window, lines: Sequence[str], provisional: Collection[Window]) -> str:
    said = [f"<b>{title(period(window, told.scene.language))}</b>", *lines]
    if window in provisional:
        said.append(told.say(N_("provisional")))
    return "<br>".join(said)


def _share_said(told: Told, found: Split) -> str:
    watched = found.parts.get(told.page.share_of)
    if found.share is None or watched is None:
        return told.share_of(found)
    stated = number(found.share.stated, told.scene.language)
    return told.say(
        N_("{share} ({part} of {stated})"), share=told.share_of(found), part=told.plain(watched), stated=stated
    )


def _rate_said(told: Told, found: Split, category: str) -> str:
    part = found.parts.get(category)
    rests = rests_on(told, part)
    return f"{told.name(category)}: {told.plain(part)}" + (f" ({rests})" if rests else "")


def _lay_out(
    told: Told,
    chart: go.Figure,
    course: Course,
    axis: Mapping[str, object],
    labels: Sequence[tuple[Fraction, str, str]],
) -> None:
    quarters = [quarter for window, _ in course for quarter in window]
    chart.update_layout(
        height=_HEIGHT,
        margin={
            "l": 8,
            "r": 16 + _LETTER * max((len(re.sub("<[^>]+>", "", text)) for _, text, _ in labels), default=0),
            "t": 24,
            "b": 8,
        },
        showlegend=False,
        separators=separators(told.scene.language),
        hovermode="closest",
        dragmode=False,
        shapes=year_lines(quarters),
    )
    chart.update_xaxes(year_axis(quarters))
    chart.update_yaxes(dict(axis), automargin=True)
    ends = chart.layout.yaxis.range
    for (_, text, color), place in zip(
        labels, _apart([float(one[0]) for one in labels], (ends[1] - ends[0]) * _GAP), strict=True
    ):
        chart.add_annotation(
            x=1,
            xref="paper",
            y=place,
            text=text,
            showarrow=False,
            xanchor="left",
            xshift=6,
            font={"color": color, "size": 13},
        )


def _apart(values: Sequence[float], gap: float) -> list[float]:
    """Move labels up so far that each is readable beside the one below it."""
    places = list(values)
    order = sorted(range(len(values)), key=lambda index: values[index])
    for below, above in itertools.pairwise(order):
        places[above] = max(places[above], places[below] + gap)
    return places


def summary(told: Told, course: Course, categories: Sequence[str]) -> str:
    """Say what the chart shows, for whoever cannot see it."""
    shared_ = any(found.share for _, found in course)
    said = []
    for window, found in course:
        lines = [_share_said(told, found)] if shared_ else [_rate_said(told, found, each) for each in categories]
        if found.says_something:
            said.append(f"{title(period(window, told.scene.language))}: {', '.join(lines)}")
    return "; ".join(said) or told.say(N_("No values in this time."))


def course_data(told: Told, name: str, course: Course, provisional: Collection[Window]) -> Table:
    """Give what the chart shows as a table: each category's value and, of counts, the watched share."""
    categories = told.categories([found for _, found in course])
    counted = any(found.share or found.least for _, found in course)
    heads = [told.say(N_("Period")), *(told.name(key) for key in categories)]
    heads += [told.watched] if counted else []
    rows: list[list[Cell]] = []
    mark = told.say(N_("provisional"))
    for window, found in course:
        named = title(period(window, told.scene.language))
        row: list[Cell] = [f"{named} ({mark})" if window in provisional else named]
        row += [numbered(told, found.parts.get(key)) for key in categories]
        rows.append([*row, shared(told, found)] if counted else row)
    return Table(name, heads, rows)
