"""The baseline and the targets of an indicator on its chart of time: at the ends of their years."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum

import plotly.graph_objects as go

from kpi.framework.model import Framework
from kpi.measure.model import Measurement
from kpi.measure.plan import plan_at
from kpi.present.drawn import TARGET, Drawn
from kpi.present.labels import Place, Room
from kpi.problems import N_
from kpi.quarter import QUARTERS_A_YEAR, Quarter

#: How much room is left at a chart's right edge; more for every letter of a label that stands there.
MARGIN, _SIGN = 16, 8
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
#: How wide a letter of a label is, and how high its line.
_WIDE, _HIGH = 6.5, 13


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
    first, last = min(each.window.last for each in found) + -1, year_end(found)
    inside = {
        mark: {year: value for year, value in points.items() if first <= Quarter(year, QUARTERS_A_YEAR) <= last}
        for mark, points in every.items()
    }
    return {mark: points for mark, points in inside.items() if points}


def mark(  # noqa: PLR0913, PLR0917 (marks and their places)
    drawn: Drawn, chart: go.Figure, key: str, kind: Mark, points: Mapping[int, Decimal], room: Room, reached: Quarter
) -> None:
    """Mark values at the ends of their years; those of former targets are told beneath the chart."""
    name, symbol = drawn.say(kind.value[0]), kind.value[1]
    labelled = kind is not Mark.FORMER
    ahead = {year for year in points if Quarter(year, QUARTERS_A_YEAR) >= reached}
    texts = {year: drawn.short(key, value) for year, value in points.items()}
    if labelled and ahead:
        widest = max(len(texts[year]) for year in ahead) + 1
        chart.update_layout(margin_r=MARGIN + _SIGN * widest)
    places = [
        room.put(
            (year + 1, float(value)), (_WIDE * len(texts[year]), _HIGH), [_BESIDE] if year in ahead else _AT_TARGET
        )
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


def year_end(found: Sequence[Measurement]) -> Quarter:
    """Give the last quarter of the last year that is drawn: its target stands there, whoever looks."""
    return Quarter(max(each.window.last for each in found).year, QUARTERS_A_YEAR)
