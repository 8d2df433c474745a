"""Dated notes on a chart of time: a number in a box at its day, whose text is listed below."""

from collections.abc import Sequence
from datetime import date

import plotly.graph_objects as go

from kpi.follow_up import StoredNote
from kpi.language import day as day_name
from kpi.quarter import Quarter

_LINE = "rgba(128,128,128,0.45)"
#: Notes so close together (in years) stand one over the other.
_CLOSE = 0.08
_STEP = 20
_WIDEST = 60


def place_of(day: date) -> float:
    """Place a day on the axis of years: 1 January 2026 is 2026.0."""
    first, after = date(day.year, 1, 1), date(day.year + 1, 1, 1)
    return day.year + (day - first).days / (after - first).days


def mark(chart: go.Figure, found: Sequence[StoredNote], quarters: Sequence[Quarter], language: str) -> None:
    """Mark notes by their number in the list, as far as their days lie within the chart's quarters."""
    first, last = min(quarters).starts, max(quarters).ends
    level, before = 0, float("-inf")
    for number, note in enumerate(found, start=1):
        if not first <= note.day <= last:
            continue
        place = place_of(note.day)
        level = level + 1 if place - before < _CLOSE else 0
        before = place
        chart.add_shape(
            type="line",
            x0=place,
            x1=place,
            yref="paper",
            y0=0,
            y1=1,
            layer="below",
            line={"color": _LINE, "width": 1, "dash": "dash"},
        )
        chart.add_annotation(
            x=place,
            yref="paper",
            y=1,
            yshift=-level * _STEP,
            yanchor="top",
            text=f"<b>{number}</b>",
            showarrow=False,
            bgcolor="rgba(128,128,128,0.28)",
            bordercolor=_LINE,
            borderpad=2,
            font={"size": 11},
            hovertext=_hover(note, language),
        )


def _hover(note: StoredNote, language: str) -> str:
    text = note.text if len(note.text) <= _WIDEST else note.text[: _WIDEST - 1] + "…"
    safe = text.replace("&", "&amp;").replace("<", "&lt;")
    return f"{day_name(note.day, language)}: {safe}"
