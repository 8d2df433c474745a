"""The pages' charts on paper: the same figures, drawn as vectors or pixels without a browser."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import matplotlib as mpl
import plotly.graph_objects as go
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from kpi.framework.model import Framework
from kpi.present import charts
from kpi.present.drawn import Drawn
from kpi.report.content import Course, Map

#: The size of a chart on paper, in inches.
WIDTH, HEIGHT = 6.5, 1.75
_PIXELS_AN_INCH = 220
_DASHES = {"solid": "-", "dot": (0, (1.2, 1.6))}
_MARKERS = {"circle": "o", "diamond": "D", "square": "s"}
#: Where a mark's text stands: how far off, and which of its sides is there.
_PLACES = {
    "middle right": ((7, 0), "left", "center"),
    "top left": ((-4, 4), "right", "baseline"),
    "top right": ((4, 4), "left", "baseline"),
    "top center": ((0, 6), "center", "baseline"),
    "bottom left": ((-4, -4), "right", "top"),
    "bottom right": ((4, -4), "left", "top"),
    "bottom center": ((0, -6), "center", "top"),
}
_OPEN = "-open"
_SMALLER = 0.62
_LABEL = {"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 0.8}
_SHADES = mpl.colormaps["Blues"]
_INK, _LINE = "#3a444c", "#c9d1d6"
_DARKER = 0.75
#: Texts stay texts; the file is the same whenever it is drawn of the same figures.
_LOOKS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "kpi",
    "font.size": 7.5,
    "font.family": "DejaVu Sans",
    "hatch.linewidth": 0.8,
}


def chart_of(framework: Framework, language: str, course: Course) -> go.Figure:
    """Give the chart of a course as pages show it."""
    drawn = Drawn(framework, language, course.provisional)
    return (charts.progress if course.judged else charts.by_period)(drawn, course.found)


def as_svg(chart: go.Figure) -> str:
    """Draw a chart as vectors."""
    return _saved(lambda: drawn(chart), "svg").decode()


def as_png(chart: go.Figure) -> bytes:
    """Draw a chart as pixels, for programs that show no vectors."""
    return _saved(lambda: drawn(chart), "png")


def map_as_svg(found: Map) -> str:
    """Draw a map as vectors."""
    return _saved(lambda: mapped(found), "svg").decode()


def map_as_png(found: Map) -> bytes:
    """Draw a map as pixels."""
    return _saved(lambda: mapped(found), "png")


def _saved(draw: Callable[[], Figure], form: str) -> bytes:
    buffer = io.BytesIO()
    with mpl.rc_context(_LOOKS):
        metadata = {"Date": None} if form == "svg" else {"Software": None}
        draw().savefig(
            buffer, format=form, dpi=_PIXELS_AN_INCH, metadata=metadata, bbox_inches="tight", pad_inches=0.02
        )
    return buffer.getvalue()


def drawn(chart: go.Figure) -> Figure:
    """Draw what a chart holds: lines with gaps, points, bars, texts at their places, axes as they are labelled."""
    figure = Figure(figsize=(WIDTH, HEIGHT))
    axes = figure.add_subplot()
    _axes(axes, chart)
    for trace in chart.data:
        if trace.type == "bar":
            _bars(axes, trace)
        elif "lines" in trace.mode:
            axes.plot(
                trace.x,
                _numbers(trace.y),
                color=trace.line.color,
                linewidth=trace.line.width * _SMALLER,
                linestyle=_DASHES[trace.line.dash],
                solid_capstyle="round",
            )
        else:
            _points(axes, trace)
    for note in chart.layout.annotations:
        axes.annotate(
            note.text.removeprefix("<b>").removesuffix("</b>"),
            (note.x, note.y),
            ((note.xshift or 0) * _SMALLER, (note.yshift or 0) * _SMALLER),
            textcoords="offset points",
            color=_inked(note.font.color),
            fontweight="bold",
            ha=note.xanchor,
            va="center",
            bbox=_LABEL,
        )
    return figure


def mapped(found: Map) -> Figure:
    """Draw a map: each area the darker the more, with what is written of it; white where there is no number."""
    figure = Figure(figsize=(WIDTH / 2, HEIGHT * 1.2))
    axes = figure.add_axes((0, 0, 1, 1))
    for key, area in found.areas.areas.items():
        part = found.parts.get(key)
        fill = "white" if part is None else _SHADES(0.12 + 0.5 * part)
        for polygon in area.polygons:
            corners = [corner for ring in polygon for corner in ring]
            codes = [code for ring in polygon for code in (Path.MOVETO, *[Path.LINETO] * (len(ring) - 1))]
            axes.add_patch(PathPatch(Path(corners, codes), facecolor=fill, edgecolor=_INK, linewidth=0.5))
        x, y = area.middle
        text = found.written.get(key, "")
        axes.text(x, y, text, ha="center", va="center", fontsize=8, fontweight="bold", bbox=_LABEL)
    axes.set_aspect(found.areas.stretch)
    axes.autoscale_view()
    axes.axis("off")
    return figure


def _axes(axes: Axes, chart: go.Figure) -> None:
    across, up = chart.layout.xaxis, chart.layout.yaxis
    axes.set_xlim(*across.range)
    axes.set_ylim(*up.range)
    axes.set_xticks(across.tickvals, across.ticktext)
    axes.set_yticks(up.tickvals, up.ticktext)
    axes.tick_params(length=0, colors=_INK, pad=3)
    axes.grid(axis="y", color=_LINE, linewidth=0.5)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_INK)
    axes.spines["bottom"].set_linewidth(0.6)
    for shape in chart.layout.shapes:
        axes.axvline(shape.x0, color=_LINE, linewidth=0.5, zorder=0)


def _inked(colour: str) -> tuple[float, ...]:
    """Give a text's colour darker than that of what it names: small letters on paper need it."""
    return tuple(_DARKER * part for part in to_rgb(colour))


def _numbers(values: Sequence[float | None]) -> list[float]:
    return [float("nan") if value is None else value for value in values]


def _bars(axes: Axes, trace: go.Bar) -> None:
    hatched = trace.marker.pattern.shape
    for x, y, width, shape in zip(trace.x, trace.y, trace.width, hatched, strict=True):
        if y is not None:
            colour = trace.marker.color
            fill = "white" if shape else colour
            axes.bar(x, y, width, color=fill, edgecolor=colour, hatch="/////" if shape else None, linewidth=0.7)


def _points(axes: Axes, trace: go.Scatter) -> None:
    symbols = trace.marker.symbol
    several = [symbols] * len(trace.x) if isinstance(symbols, str) else symbols
    alike: dict[str, list[tuple[float, float | None]]] = {}
    for x, y, symbol in zip(trace.x, trace.y, several, strict=True):
        alike.setdefault(symbol, []).append((x, y))
    for symbol, points in alike.items():
        colour = trace.marker.color
        axes.plot(
            [x for x, _ in points],
            _numbers([y for _, y in points]),
            marker=_MARKERS[symbol.removesuffix(_OPEN)],
            markersize=trace.marker.size * _SMALLER * 0.85,
            markerfacecolor="white" if symbol.endswith(_OPEN) else colour,
            markeredgecolor=colour,
            markeredgewidth=1.1,
            linestyle="none",
            clip_on=False,
            zorder=3,
        )
    if "text" not in trace.mode:
        return
    for x, y, text, place in zip(trace.x, trace.y, trace.text, trace.textposition, strict=True):
        where, ha, va = _PLACES[place]
        ink = _inked(trace.textfont.color)
        axes.annotate(text, (x, y), where, textcoords="offset points", color=ink, ha=ha, va=va)
