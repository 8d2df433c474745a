"""The map: areas in shades of one colour with their values in them; grey where that is 0, dotted where none is shown.

Drawn as outlines on plain axes: nothing is fetched, and what is not shown can be dotted or crossed rather than left
pale; hatched would mean provisional.
"""

from collections.abc import Sequence
from fractions import Fraction

import plotly.graph_objects as go

from kpi.areas import Areas, Ring
from kpi.measure.model import WITHHELD
from kpi.present.places import Place, Places, adds

Shade = tuple[float, ...]

#: From few to many: one hue, so that it reads the same to whoever sees colours otherwise, and in grey.
_SHADES = ((222, 235, 247), (158, 202, 225), (59, 130, 196), (16, 66, 122))
_DARK, _LIGHT = "#000000", "#ffffff"
_EDGE, _HATCH, _NONE, _CHOSEN = "#c9d3dd", "#8a8f98", "rgba(138,143,152,0.16)", "#d98200"
#: The ink on a dotted or grey area, on a light and on a dark page.
_PLAIN = {False: "#3d4753", True: "#c3ccd6"}
#: Where a letter's seam is drawn.
_AROUND = ((1, 1), (-1, 1), (1, -1), (-1, -1))
#: With so many areas there is room for their names too.
_FEW = 12
_HEIGHT = 370


def drawn(areas: Areas, found: Places, *, dark: bool = False) -> go.Figure:
    """Draw an indicator by area; on a `dark` ground the shades go from dark to light."""
    shades = _SHADES[::-1] if dark else _SHADES
    chart = go.Figure()
    there = {one.key: one for one in found.areas}
    # The chosen ones last, so that their edges lie above the others'.
    for key in sorted(there.keys() & areas.areas.keys(), key=lambda key: (key in found.chosen, key)):
        rings = [ring for polygon in areas.areas[key].polygons for ring in polygon]
        _area(chart, rings, there[key], found, shades)
    _labels(chart, areas, found, shades, dark=dark)
    chart.update_layout(
        height=_HEIGHT,
        margin={"l": 0, "r": 0, "t": 30, "b": 0},
        showlegend=False,
        hovermode="closest",
        dragmode=False,
        plot_bgcolor="rgba(0,0,0,0)",
    )
    plain = {"visible": False, "fixedrange": True, "constrain": "domain"}
    chart.update_xaxes(plain)
    chart.update_yaxes({**plain, "scaleanchor": "x", "scaleratio": areas.stretch, "constraintoward": "top"})
    return chart


def _area(chart: go.Figure, rings: Sequence[Ring], one: Place, found: Places, shades: Sequence[Shade]) -> None:
    places: list[tuple[float | None, float | None]] = []
    for ring in rings:
        places += [*ring, (None, None)]
    fill: dict[str, object] = {"fillcolor": _written(_shade(found, one, shades)) if _is_shaded(found, one) else _NONE}
    if one.value is None:
        hidden = one.found.state in WITHHELD
        fill["fillpattern"] = {"shape": "x" if hidden else ".", "size": 9, "solidity": 0.14, "fgcolor": _HATCH}
    is_chosen = one.key in found.chosen
    chart.add_scatter(
        x=[x for x, _ in places],
        y=[y for _, y in places],
        mode="lines",
        fill="toself",
        line={"color": _CHOSEN if is_chosen else _EDGE, "width": 3 if is_chosen else 1},
        name=one.key,
        text=f"{one.name}: {found.said(one)}",
        hoveron="fills",
        hoverinfo="text",
        **fill,
    )


def _labels(chart: go.Figure, areas: Areas, found: Places, shades: Sequence[Shade], *, dark: bool) -> None:
    """Write each value into its area, with a seam of its shade where it runs over the edge."""
    shown = [one for one in found.areas if one.key in areas.areas]
    named = len(shown) <= _FEW
    for inked in (True, False):
        those = [one for one in shown if _is_shaded(found, one) is inked]
        texts = []
        for one in those:
            value = found.short(one.value) if one.value is not None else found.silence(one)
            name = one.name.replace(" ", "<br>")
            texts.append(f"{name}<br><b>{value}</b>" if named else value if one.value is not None else "")
        chart.add_scatter(
            x=[areas.areas[one.key].middle[0] for one in those],
            y=[areas.areas[one.key].middle[1] for one in those],
            mode="text",
            text=texts,
            name="labels",
            textfont={"size": 10.5, **(_inks(found, those, shades) if inked else {"color": _PLAIN[dark]})},
            hoverinfo="skip",
            cliponaxis=False,
        )


def _inks(found: Places, those: Sequence[Place], shades: Sequence[Shade]) -> dict[str, object]:
    grounds = [_shade(found, one, shades) for one in those]
    seams = [" ".join(f"{x}px {y}px 2px {_written(ground)}," for x, y in _AROUND)[:-1] for ground in grounds]
    return {"color": [_readable(ground) for ground in grounds], "shadow": seams}


def _is_shaded(found: Places, one: Place) -> bool:
    """Tell whether an area has a shade: there is something in it. What adds up to 0 stays pale."""
    return bool(one.value) or (one.value is not None and not adds(found.framework, found.indicator))


def _shade(found: Places, one: Place, shades: Sequence[Shade] = _SHADES) -> Shade:
    """Give the shade of a value: of what adds up from 0, of shares and means from the least, to the greatest."""
    values = [each.value for each in found.areas if each.value is not None]
    high = max(values)
    low = min([*values, Fraction(0)] if adds(found.framework, found.indicator) else values)
    if one.value is None or high == low:
        return shades[2]
    place = float((one.value - low) / (high - low)) * (len(shades) - 1)
    at = min(int(place), len(shades) - 2)
    return tuple(a + (b - a) * (place - at) for a, b in zip(shades[at], shades[at + 1], strict=True))


def _written(shade: Shade) -> str:
    return f"rgb({','.join(str(round(part)) for part in shade)})"


def _readable(shade: Shade) -> str:
    """Give the ink that stands out more on a shade, by the contrast of WCAG."""
    light = _brightness(shade)
    dark_ink, light_ink = (_brightness(tuple(bytes.fromhex(ink[1:]))) for ink in (_DARK, _LIGHT))
    on_dark = (light_ink + 0.05) / (light + 0.05)
    on_light = (light + 0.05) / (dark_ink + 0.05)
    return _LIGHT if on_dark > on_light else _DARK


def _brightness(shade: Shade) -> float:
    linear = [
        part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 (of WCAG)
        for part in shade
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
