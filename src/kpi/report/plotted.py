"""A chart of the pages as vectors, drawn from the very figure that the browser draws: its axes, traces, texts, marks.

What these charts are made of is drawn, and no more: lines with gaps, points, stacked bars, filled outlines, texts.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import plotly.graph_objects as go

from kpi.present.html import Html, el

_WIDTH, _HEIGHT = 740, 340
_TOP, _BOTTOM, _LETTER = 26, 34, 6.6
_INK, _QUIET, _LINE = "#1d2733", "#56616d", "#d9dee4"
_SIZE, _LEADING, _RISE = 10.5, 1.25, 0.36
_DASHES = {"dot": "1.5 4", "dash": "7 4"}
_ANCHORS = {"left": "start", "right": "end", "center": "middle"}
_PLACES = {
    "middle right": ("left", 9, 0),
    "top left": ("right", -6, -9),
    "top right": ("left", 6, -9),
    "top center": ("center", 0, -12),
    "bottom left": ("right", -6, 9),
    "bottom right": ("left", 6, 9),
    "bottom center": ("center", 0, 12),
}
_BREAK = re.compile(r"<br\s*/?>")


@dataclass(frozen=True, slots=True)
class _Area:
    """Where a panel of a chart lies, and which values its edges stand for."""

    left: float
    top: float
    width: float
    height: float
    across: tuple[float, float]
    up: tuple[float, float]

    def x(self, value: float) -> float:
        return self.left + (value - self.across[0]) / (self.across[1] - self.across[0]) * self.width

    def y(self, value: float) -> float:
        return self.top + self.height - (value - self.up[0]) / (self.up[1] - self.up[0]) * self.height

    def at(self, place: float, *, paper: bool, across: bool) -> float:
        if not paper:
            return self.x(place) if across else self.y(place)
        return self.left + place * self.width if across else self.top + (1 - place) * self.height


def as_svg(chart: go.Figure) -> str:
    """Draw a chart."""
    height = chart.layout.height or _HEIGHT
    whole = _whole(chart, height)
    areas = {trace.yaxis or "y": _area(chart, trace, whole) for trace in chart.data}
    hatches: dict[str, Html] = {}
    drawn = [part for key, area in areas.items() for part in _axes(chart, key, area)]
    drawn += [_shape(shape, whole, areas) for shape in chart.layout.shapes]
    stacked: dict[tuple[str, float], float] = {}
    for trace in chart.data:
        key = trace.yaxis or "y"
        if trace.type == "bar":
            drawn.append(_clipped(key, _bars(trace, areas[key], hatches, stacked)))
        else:
            drawn.append(_clipped(key, _lines(trace, areas[key], hatches)))
            drawn += _points(trace, areas[key])
    drawn += [_note(note, whole, areas) for note in chart.layout.annotations]
    return el(
        "svg",
        el("defs", *hatches.values(), *(_clip(key, area) for key, area in areas.items())),
        *drawn,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_WIDTH} {height}",
        font_family="DejaVu Sans",
    )


def _clip(key: str, area: _Area) -> Html:
    size = {"x": area.left - 2, "y": area.top - 2, "width": area.width + 4, "height": area.height + 3}
    return el("clipPath", el("rect", **{name: f"{value:.1f}" for name, value in size.items()}), id=f"within-{key}")


def _clipped(key: str, parts: Iterator[Html]) -> Html:
    """Leave out what lies beyond the axes: of a scale that does not begin at 0, the foot of a bar."""
    return el("g", *parts, clip_path=f"url(#within-{key})")


def _whole(chart: go.Figure, height: float) -> _Area:
    """Give what lies within the margins, with the values of the first panel's axes."""
    axis, across = chart.layout.yaxis, chart.layout.xaxis
    labels = [] if axis.visible is False else list(axis.ticktext or ())
    left = max((len(label) for label in labels), default=0) * _LETTER + (10 if labels else 0)
    right = max(chart.layout.margin.r or 0, 10)
    area = _Area(
        left, _TOP, _WIDTH - left - right, height - _TOP - _BOTTOM, across.range or (0, 1), axis.range or (0, 1)
    )
    return area if axis.range else _fitted(chart, area)


def _fitted(chart: go.Figure, area: _Area) -> _Area:
    """Give the panel of a map the shape of what it shows."""
    xs = [x for trace in chart.data for x in trace.x if x is not None]
    ys = [y for trace in chart.data for y in trace.y if y is not None]
    stretch = chart.layout.yaxis.scaleratio or 1
    wide, tall = max(xs) - min(xs), (max(ys) - min(ys)) * stretch
    scale = min(area.width / wide, area.height / tall)
    left = area.left + (area.width - wide * scale) / 2
    return _Area(left, area.top, wide * scale, tall * scale, (min(xs), max(xs)), (min(ys), max(ys)))


def _area(chart: go.Figure, trace: Any, whole: _Area) -> _Area:  # noqa: ANN401 (any trace)
    across, up = (_axis(chart, name) for name in (trace.xaxis or "x", trace.yaxis or "y"))
    if not up.range:
        return whole
    (left, right), (low, high) = across.domain or (0, 1), up.domain or (0, 1)
    return _Area(
        whole.left + left * whole.width,
        whole.top + (1 - high) * whole.height,
        (right - left) * whole.width,
        (high - low) * whole.height,
        across.range,
        up.range,
    )


def _axis(chart: go.Figure, name: str) -> Any:  # noqa: ANN401 (an axis of either kind)
    return chart.layout[f"{name[0]}axis{name[1:]}"]


def _axes(chart: go.Figure, key: str, area: _Area) -> Iterator[Html]:
    up, across = _axis(chart, key), _axis(chart, f"x{key[1:]}")
    if up.visible is False:
        return
    for value, text in zip(up.tickvals, up.ticktext, strict=True):
        y = area.y(value)
        yield _line((area.left, y), (area.left + area.width, y), _QUIET if value == 0 else _LINE, 0.75)
        if up.showticklabels is not False:
            yield _text(text, area.left - 6, y, anchor="right", fill=_QUIET)
    if across.showticklabels is not False:
        for value, text in zip(across.tickvals, across.ticktext, strict=True):
            below = area.top + area.height + _SIZE * 1.3
            lines = len(_BREAK.split(text)) - 1
            yield _text(text, area.x(value), below + lines * _SIZE * _LEADING / 2, anchor="center", fill=_QUIET)


def _line(start: tuple[float, float], end: tuple[float, float], colour: str, width: float, dash: str = "") -> Html:
    (x1, y1), (x2, y2) = ((f"{x:.1f}", f"{y:.1f}") for x, y in (start, end))
    dashes = _DASHES.get(dash)
    return el("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=colour, stroke_width=str(width), stroke_dasharray=dashes)


def _text(  # noqa: PLR0913 (a text and its place)
    text: str, x: float, y: float, *, anchor: str = "center", fill: str = _INK, size: float = _SIZE, bold: bool = False
) -> Html:
    """Write lines around a place; what stands between ``<b>`` is bold."""
    lines = _BREAK.split(text)
    first = y - (len(lines) - 1) / 2 * size * _LEADING + size * _RISE
    spans = []
    for at, line in enumerate(lines):
        is_bold = False
        parts = []
        for piece in re.split(r"(</?b>)", line):
            if piece in {"<b>", "</b>"}:
                is_bold = piece == "<b>"
            elif piece:
                parts.append(
                    el("tspan", piece.replace("&lt;", "<").replace("&amp;", "&"), font_weight=_weight(is_bold, bold))
                )
        spans.append(el("tspan", *parts, x=f"{x:.1f}", y=f"{first + at * size * _LEADING:.1f}"))
    return el("text", *spans, fill=fill, font_size=f"{size:g}", text_anchor=_ANCHORS.get(anchor, "middle"))


def _weight(*bold: bool) -> str | None:
    return "bold" if any(bold) else None


def _shape(shape: Any, whole: _Area, areas: dict[str, _Area]) -> Html:  # noqa: ANN401 (a line over a chart)
    area = areas.get(shape.yref or "y", whole)
    paper = shape.yref == "paper"
    ends = [(area.x(x), area.at(y, paper=paper, across=False)) for x, y in ((shape.x0, shape.y0), (shape.x1, shape.y1))]
    return _line(ends[0], ends[1], shape.line.color, shape.line.width or 1, shape.line.dash or "")


def _note(note: Any, whole: _Area, areas: dict[str, _Area]) -> Html:  # noqa: ANN401 (an annotation)
    area = areas.get(note.yref or "y", whole)
    x = (whole if note.xref == "paper" else area).at(note.x, paper=note.xref == "paper", across=True)
    y = (whole if note.yref == "paper" else area).at(note.y, paper=note.yref == "paper", across=False)
    size = _SIZE if (note.font.size or 0) < 13 else 11.5  # noqa: PLR2004 (the size that stands out on a page)
    lines = len(_BREAK.split(note.text))
    drop = {"top": 1, "bottom": -1}.get(note.yanchor or "", 0) * lines * size * _LEADING / 2
    place = x + (note.xshift or 0), y - (note.yshift or 0) + drop
    said = _text(note.text, *place, anchor=note.xanchor or "center", fill=note.font.color or _INK, size=size)
    if not note.bgcolor:
        return said
    box = {"x": place[0] - 8, "y": place[1] - 8, "width": 16, "height": 16}
    under = el("rect", fill="#e6e9ed", stroke=_LINE, **{name: f"{value:.1f}" for name, value in box.items()})
    return el("g", under, said)


def _bars(trace: Any, area: _Area, hatches: dict[str, Html], stacked: dict[tuple[str, float], float]) -> Iterator[Html]:  # noqa: ANN401
    colour = trace.marker.color
    for x, y, wide, shape in zip(trace.x, trace.y, trace.width, trace.marker.pattern.shape, strict=True):
        if y is None:
            continue
        below = stacked.get((trace.yaxis or "y", x), 0.0)
        stacked[trace.yaxis or "y", x] = below + y
        low, high = sorted((area.y(below), area.y(below + y)))
        left, right = area.x(x - wide / 2), area.x(x + wide / 2)
        fill = _hatched(hatches, colour, shape) if shape else colour
        size = {"x": left, "y": low, "width": right - left, "height": high - low}
        yield el("rect", fill=fill, stroke=colour, **{name: f"{value:.1f}" for name, value in size.items()})


def _hatched(hatches: dict[str, Html], colour: str, shape: str) -> str:
    """Give a pattern on white: lines, dots or crosses of a colour."""
    name = (
        f"p{len(hatches)}"
        if (known := hatches.get(f"{colour} {shape}")) is None
        else re.findall('id="(.*?)"', known)[0]
    )
    ways = {"/": "M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2", "x": "M0,0 l6,6 M0,6 l6,-6", ".": "M3,3 l0.1,0"}
    if known is None:
        lines = el("path", d=ways[shape], stroke=colour, stroke_width="1.3", stroke_linecap="round", fill="none")
        under = el("rect", width="6", height="6", fill="white")
        hatches[f"{colour} {shape}"] = el(
            "pattern", under, lines, id=name, width="6", height="6", patternUnits="userSpaceOnUse"
        )
    return f"url(#{name})"


def _lines(trace: Any, area: _Area, hatches: dict[str, Html]) -> Iterator[Html]:  # noqa: ANN401
    points = list(zip(trace.x, trace.y, strict=True))
    if trace.fill == "toself":
        yield _filled(trace, area, points, hatches)
    elif "lines" in trace.mode:
        for run in _runs(points):
            places = " ".join(f"{area.x(x):.1f},{area.y(y):.1f}" for x, y in run)
            yield el(
                "polyline",
                points=places,
                fill="none",
                stroke=trace.line.color,
                stroke_width=str((trace.line.width or 2) * 0.85),
                stroke_dasharray=_DASHES.get(trace.line.dash or ""),
                stroke_linejoin="round",
                stroke_linecap="round",
            )


def _points(trace: Any, area: _Area) -> Iterator[Html]:  # noqa: ANN401
    points = zip(trace.x, trace.y, strict=True)
    several = [(at, x, y) for at, (x, y) in enumerate(points) if x is not None and y is not None]
    if "markers" in trace.mode:
        for at, x, y in several:
            yield _marker(_one(trace.marker.symbol, at) or "circle", area.x(x), area.y(y), trace.marker)
    if "text" in trace.mode:
        for at, x, y in several:
            anchor, right, down = _PLACES.get(_one(trace.textposition, at) or "", ("center", 0, 0))
            colour = _one(trace.textfont.color, at) or _INK
            yield _text(trace.text[at], area.x(x) + right, area.y(y) + down, anchor=anchor, fill=colour, size=9.5)


def _runs(points: Sequence[tuple[Any, Any]]) -> Iterator[list[tuple[float, float]]]:
    """Give the stretches without a gap."""
    for there, run in groupby(points, key=lambda point: point[0] is not None and point[1] is not None):
        if there:
            yield list(run)


def _filled(trace: Any, area: _Area, points: Sequence[tuple[Any, Any]], hatches: dict[str, Html]) -> Html:  # noqa: ANN401
    rings = ["M" + " L".join(f"{area.x(x):.1f},{area.y(y):.1f}" for x, y in run) + " Z" for run in _runs(points)]
    shape = trace.fillpattern.shape
    fill = _hatched(hatches, trace.fillpattern.fgcolor, shape) if shape else trace.fillcolor
    edge = {"stroke": trace.line.color, "stroke_width": str(trace.line.width or 1)}
    return el("path", d=" ".join(rings), fill=fill, fill_rule="evenodd", **edge)


def _one(values: Any, at: int) -> Any:  # noqa: ANN401 (one for all, or one each)
    return values if values is None or isinstance(values, str) else values[at]


def _marker(symbol: str, x: float, y: float, marker: Any) -> Html:  # noqa: ANN401
    kind, _, is_open = symbol.partition("-")
    half = marker.size * 0.42
    looks = {"fill": "white" if is_open else marker.color, "stroke": marker.color, "stroke_width": "1.6"}
    if kind == "circle":
        return el("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=f"{half:.1f}", **looks)
    turned = f"rotate(45 {x:.1f} {y:.1f})" if kind == "diamond" else None
    corner = {"x": f"{x - half:.1f}", "y": f"{y - half:.1f}", "width": f"{half * 2:.1f}", "height": f"{half * 2:.1f}"}
    return el("rect", transform=turned, **corner, **looks)
