"""Sparklines: the last quarters or years as a small line, gaps as gaps, the last point marked.

The line begins at its own least value and ends at its greatest: it shows a direction, no size.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from kpi.present.html import Html, image

_WIDTH, _HEIGHT, _PAD = 120, 32, 4
_INK = "#3b82c4"

Numbers = Sequence[Fraction | None]


def values_of(values: Numbers, instead: Numbers) -> Numbers:
    """Give the values, or what stands in for them where there are none at all."""
    return values if any(value is not None for value in values) else instead


def sparkline(values: Numbers, alt: str, *, unfinished: bool = False, least: Numbers = ()) -> Html | None:
    """Draw the values, oldest first, from the least up; nothing where fewer than two are there.

    The last point is hollow where it is of an `unfinished` year, beside whole ones. Where only what a value is at
    `least` is known, a hollow triangle stands at it.
    """
    known = [value for value in values if value is not None]
    if len(known) <= 1:
        return None
    bounds = [one if value is None else None for value, one in zip(values, least or [None] * len(values), strict=True)]
    every = [*known, *(one for one in bounds if one is not None)]
    low, high = min(every), max(every)
    span = (high - low) or Fraction(1)
    step = Fraction(_WIDTH - 2 * _PAD, len(values) - 1)

    def at(index: int, value: Fraction) -> tuple[float, float]:
        up = Fraction(1, 2) if high == low else (value - low) / span
        return round(float(_PAD + index * step), 1), round(float(_HEIGHT - _PAD - up * (_HEIGHT - 2 * _PAD)), 1)

    points = [None if value is None else at(index, value) for index, value in enumerate(values)]
    drawn = [
        f'<polyline points="{" ".join(f"{x},{y}" for x, y in run)}" fill="none" stroke="{_INK}" stroke-width="1.8" '
        f'stroke-linejoin="round" stroke-linecap="round"/>'
        for run in _runs(points)
    ]
    lone = [
        f'<circle cx="{x}" cy="{y}" r="2.4" fill="{_INK}"/>' for run in _runs(points) if len(run) == 1 for x, y in run
    ]
    last = next(point for point in reversed(points) if point is not None)
    drawn += lone
    drawn += [_triangle(at(index, one)) for index, one in enumerate(bounds) if one is not None]
    if unfinished:
        drawn = [_around(last, "".join(drawn))]
    else:
        drawn.append(f'<circle cx="{last[0]}" cy="{last[1]}" r="2.8" fill="{_INK}"/>')
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">{"".join(drawn)}</svg>'
    return image(svg, alt, "k-spark")


def _triangle(point: tuple[float, float]) -> str:
    x, y = point
    corners = f"{x - 3:.1f},{y + 2:.1f} {x:.1f},{y - 3:.1f} {x + 3:.1f},{y + 2:.1f}"
    return f'<polygon points="{corners}" fill="none" stroke="{_INK}" stroke-width="1.4"/>'


def _around(point: tuple[float, float], drawn: str) -> str:
    """Mark a point by a ring, and keep what is drawn out of it."""
    place = f'cx="{point[0]}" cy="{point[1]}"'
    whole = f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>'
    return (
        f'<mask id="out" maskUnits="userSpaceOnUse" x="0" y="0" width="{_WIDTH}" height="{_HEIGHT}">'
        f'{whole}<circle {place} r="2.6" fill="black"/></mask><g mask="url(#out)">{drawn}</g>'
        f'<circle {place} r="2.6" fill="none" stroke="{_INK}" stroke-width="1.6"/>'
    )


def _runs(points: Sequence[tuple[float, float] | None]) -> Iterator[list[tuple[float, float]]]:
    """Give the stretches without a gap."""
    run: list[tuple[float, float]] = []
    for point in points:
        if point is None:
            if run:
                yield run
            run = []
        else:
            run.append(point)
    if run:
        yield run
