"""Axes whose texts are in the reader's language: nice round values, and years over quarters."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from kpi.quarter import QUARTERS_A_YEAR, Quarter

_STEPS = (1, 2, 2.5, 5, 10)
_WANTED = 4
#: So much room is left above the highest value, for its mark.
_ROOM = 0.02
#: So much of a year is left before and after the time that is shown.
_LEAD = 0.12
#: Of a year its name stands beneath so much of it, or so large a part of the axis.
_NAMED, _PARTS = 0.5, 6
#: So near to the end of the axis stands the name of a year that is not whole.
_EDGE = 0.0625


def rounded_steps(highest: float, *, lowest: float = 0.0) -> list[float]:
    """Give about five round values from zero (or below the lowest) to above the highest."""
    span = max(highest, 0.0) - min(lowest, 0.0) or 1.0
    size = 10.0 ** (len(str(int(span / _WANTED))) - 1) if span >= _WANTED else 10.0 ** -_zeros(span / _WANTED)
    step = next(each * size for each in _STEPS if each * size * _WANTED >= span * 0.999)
    first = -int(-min(lowest, 0.0) / step + 0.999) if lowest < 0 else 0
    last = int(max(highest, 0.0) / step + 0.999)
    return [round(index * step, 10) for index in range(first, max(last, first + 1) + 1)]


def _zeros(small: float) -> int:
    count = 0
    while small < 1:
        small *= 10
        count += 1
    return count


def value_axis(
    values: Sequence[Fraction],
    written: Callable[[Fraction], str],
    *,
    scale: tuple[Fraction, Fraction] | None = None,
) -> dict[str, object]:
    """Give a value axis from zero, or from one end of a `scale` to the other, its texts written as the unit is."""
    highest, lowest = float(max(values, default=Fraction(1))), float(min(values, default=Fraction(0)))
    if scale is None:
        steps = rounded_steps(highest, lowest=lowest)
    else:
        lowest, highest = (float(end) for end in scale)
        steps = [lowest + step for step in rounded_steps(highest - lowest) if lowest + step <= highest]
    return {
        "tickvals": steps,
        "ticktext": [written(Fraction(str(step))) for step in steps],
        "range": [steps[0], max(steps[-1], highest + (highest - steps[0]) * _ROOM)],
        "gridcolor": "rgba(128,128,128,0.18)",
        "zeroline": True,
        "zerolinecolor": "rgba(128,128,128,0.55)",
        "fixedrange": True,
        "title": None,
    }


def end_of(quarter: Quarter) -> float:
    """Place a quarter's end on the axis of years: the end of 2026 is 2027.0."""
    return (quarter.ordinal + 1) / QUARTERS_A_YEAR


def middle_of(first: Quarter, last: Quarter | None = None) -> float:
    """Place the middle of a quarter, or of the time from it to a later one, on the axis of years."""
    return (first.ordinal + (last or first).ordinal + 1) / 2 / QUARTERS_A_YEAR


def year_axis(quarters: Sequence[Quarter], *, told: Mapping[int, str] | None = None) -> dict[str, object]:
    """Give an axis of time that names each year under the middle of what is shown of it, on a phone, too.

    By what is `told` of a year, where that is more; a year of which there is too little for its name is not named. A
    first or last year that is not whole is named near that end of the axis, so that no name touches the next one.
    """
    first, last = min(quarters), max(quarters)
    start, end = first.ordinal / QUARTERS_A_YEAR, end_of(last)
    parts = {year: (max(year, start), min(year + 1, end)) for year in range(first.year, last.year + 1)}
    least = min(_NAMED, (end - start) / _PARTS)
    shown = {year: (begins + ends) / 2 for year, (begins, ends) in parts.items() if ends - begins >= least}
    if len(shown) > 1:
        shown |= {year: start + _EDGE for year in shown if year < start}
        shown |= {year: end - _EDGE for year in shown if year + 1 > end}
    return {
        "tickvals": list(shown.values()),
        "ticktext": [(told or {}).get(year, str(year)) for year in shown],
        "tickangle": 0,
        "range": [start - _LEAD, end_of(last) + _LEAD],
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
        "fixedrange": True,
        "title": None,
    }


def year_lines(quarters: Sequence[Quarter]) -> list[dict[str, object]]:
    """Draw a faint line where a year ends."""
    first, last = min(quarters), max(quarters)
    return [
        {
            "type": "line",
            "x0": year,
            "x1": year,
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "layer": "below",
            "line": {"color": "rgba(128,128,128,0.22)", "width": 1},
        }
        for year in range(first.year, last.year + 2)
        if first.ordinal / QUARTERS_A_YEAR <= year <= end_of(last)
    ]
