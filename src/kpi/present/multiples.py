"""Small courses side by side on one scale: one for each area."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from html import escape
from textwrap import wrap

import plotly.graph_objects as go

from kpi.language import tr
from kpi.measure.model import ORGANISATION, WITHHELD, Coverage, Measurement, State
from kpi.present.drawn import EXPECTED as QUIET
from kpi.present.drawn import MEASURED, Drawn
from kpi.present.table import Cell, Number, Table
from kpi.present.words import period, state, title
from kpi.problems import N_
from kpi.quarter import Window

_COLUMNS = 2
#: Of a row in points: its names' first line with the figures beneath, each further line, the drawing, the years.
_HEAD, _LINE, _PLOT, _FOOT = 41, 15, 64, 23
#: So many letters of a name stand on a line, on a phone, too; and so many lines.
_LETTERS, _LINES = 24, 3
_MOST_YEARS = 3
#: Stands before the name of what is chosen.
_MARK = "▸ "
#: Of more areas than these not all are drawn.
_MANY = 10


@dataclass(frozen=True, slots=True)
class Course:
    """A small course: its name, a figure for each window, the earliest first, and whether it is the one chosen."""

    name: str
    found: Sequence[Measurement]
    marked: bool = False


def gathered(found: Sequence[Sequence[Measurement]], by: str) -> dict[str, list[Measurement]]:
    """Give the course of each slice by a dimension, or of each organisation, in windows that begin with their whole.

    In a window that lacks it, it is not reported; an organisation was not asked there.
    """
    slices = [{one.organisation or one.slice[by]: one for one in rest} for _, *rest in found]
    lacking = [replace(whole, value=None, state=State.MISSING) for whole, *_ in found]
    if by == ORGANISATION:
        lacking = [replace(one, coverage=Coverage(0, 0)) for one in lacking]
    keys = dict.fromkeys(key for each in slices for key in each)
    return {key: [each.get(key, none) for each, none in zip(slices, lacking, strict=True)] for key in keys}


def apart(courses: Sequence[Course]) -> tuple[list[Course], list[Course]]:
    """Give the courses that are drawn and, of many, those in which there is never anything: to be named."""
    if len(courses) <= _MANY:
        return [*courses], []
    empty = [one for one in courses if not any(each.value or each.state in WITHHELD for each in one.found)]
    return [one for one in courses if one not in empty], empty


def drawn(on: Drawn, courses: Sequence[Course]) -> go.Figure:
    """Draw the courses, all on the scale of the greatest; windows without a value are gaps."""
    key = courses[0].found[0].indicator
    values = [one.value for course in courses for one in course.found if one.value is not None]
    axis = on.axis(key, [*values, Fraction(0)])
    ends, texts = axis["tickvals"], axis["ticktext"]
    if isinstance(ends, list) and isinstance(texts, list):
        axis |= {"tickvals": [ends[0], ends[-1]], "ticktext": [texts[0], texts[-1]]}
    rows = -(-len(courses) // _COLUMNS)
    head = _HEAD + _LINE * (max(len(_lines(course)) for course in courses) - 1)
    names = _years([one.window for one in courses[0].found])
    layout: dict[str, object] = {
        "height": rows * (head + _PLOT + _FOOT) + 30,
        "margin": {"l": 8, "r": 8, "t": 30, "b": 8},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "annotations": [_name(on, course, _left(index), _top(index, rows)) for index, course in enumerate(courses)],
    }
    for index in range(len(courses)):
        layout |= _axes(index, len(courses), names, axis, head)
    on_mark = any(one.marked for one in courses)
    # Made at once: a figure that grows piece by piece is checked anew at each.
    return go.Figure([_line(on, course, index, on_mark=on_mark) for index, course in enumerate(courses)], layout)


def _left(index: int) -> float:
    return index % _COLUMNS / _COLUMNS + 0.07


def _top(index: int, rows: int) -> float:
    return 1 - index // _COLUMNS / rows


def _number(index: int) -> str:
    """Give the number by which the drawing library knows a panel's axes; the first has none."""
    return str(index + 1) if index else ""


def _line(on: Drawn, course: Course, index: int, *, on_mark: bool) -> dict[str, object]:
    ink = QUIET if on_mark and not course.marked else MEASURED
    return {
        "type": "scatter",
        "x": list(range(len(course.found))),
        "y": [None if one.value is None else float(one.value) for one in course.found],
        "mode": "lines+markers",
        "name": course.name,
        "line": {"color": ink, "width": 2},
        "marker": {
            "color": ink,
            "size": 6,
            "symbol": ["circle-open" if one.window.last in on.provisional else "circle" for one in course.found],
        },
        "connectgaps": False,
        "customdata": [
            f"{escape(course.name, quote=False)}, {period(one.window, on.language)}: {on.of(one.indicator, one.value)}"
            for one in course.found
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
        "xaxis": f"x{_number(index)}",
        "yaxis": f"y{_number(index)}",
    }


def _name(on: Drawn, course: Course, left: float, top: float) -> dict[str, object]:
    """Name a panel, with its last figure or why there is none."""
    last = course.found[-1]
    said = state(last, on.framework, on.language) if last.value is None else on.short(last.indicator, last.value)
    return {
        "x": left,
        "y": top,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "top",
        "showarrow": False,
        "align": "left",
        "text": "<br>".join([*_lines(course), f"<b>{said}</b>"]),
        "font": {"size": 12},
    }


def _lines(course: Course) -> list[str]:
    """Give the lines of a course's name, as the drawing library reads them: what people wrote is no markup."""
    name = f"{_MARK if course.marked else ''}{course.name}"
    return [escape(line, quote=False) for line in wrap(name, _LETTERS, max_lines=_LINES, placeholder=" …")] or [""]


def _axes(index: int, panels: int, names: Sequence[str], axis: Mapping[str, object], head: int) -> dict[str, object]:
    rows = -(-panels // _COLUMNS)
    top, left, row = _top(index, rows), _left(index), head + _PLOT + _FOOT
    right = left + 1 / _COLUMNS - 0.13
    return {
        f"xaxis{_number(index)}": {
            "domain": [left, right],
            "anchor": f"y{_number(index)}",
            "tickvals": [place for place, name in enumerate(names) if name],
            "ticktext": [name for name in names if name],
            "tickangle": 0,
            "range": [-0.4, len(names) - 0.6],
            "showticklabels": index + _COLUMNS >= panels,
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            "tickfont": {"size": 11},
        },
        f"yaxis{_number(index)}": {
            **axis,
            "domain": [top - (head + _PLOT) / row / rows, top - head / row / rows],
            "anchor": f"x{_number(index)}",
            "showticklabels": index % _COLUMNS == 0,
            "tickfont": {"size": 11},
        },
    }


def table(on: Drawn, courses: Sequence[Course], name: str) -> Table:
    """Give the courses as a table: a row a window, a column a course."""
    rows: list[Sequence[Cell]] = [
        (
            title(period(window, on.language)),
            *(_cell(on, course.found[index]) for course in courses),
        )
        for index, window in enumerate(one.window for one in courses[0].found)
    ]
    return Table(name, [tr(N_("Period"), on.language), *(course.name for course in courses)], rows)


def _cell(on: Drawn, found: Measurement) -> Number:
    if found.value is None:
        return Number(state(found, on.framework, on.language))
    return Number(on.of(found.indicator, found.value), found.value)


def _years(windows: Sequence[Window]) -> list[str]:
    """Name each year where it begins; of many, the first and the last."""
    begins = [place for place, one in enumerate(windows) if one.first.number == 1]
    named = {begins[0], begins[-1]} if len(begins) > _MOST_YEARS else {*begins}
    return [str(one.first.year) if place in named else "" for place, one in enumerate(windows)]
