"""Ratios and means by gender: beside each other, each with what it rests on."""

from collections.abc import Sequence

from kpi import breakdowns
from kpi.language import number as number_of
from kpi.measure.model import WITHHELD, Measurement
from kpi.present.html import Html, el
from kpi.present.split import INDICATOR, Line, Told, label, line_row, lines_table, numbered
from kpi.present.table import Cell, Number, Table
from kpi.present.words import NOTHING, change, inside, unit
from kpi.problems import N_
from kpi.splits import against


def rates(told: Told, lines: Sequence[Line]) -> Html:
    """Show ratios and means by category beside each other, each with what it rests on, and the difference."""
    left_out = empty(told, lines)
    categories = [key for key in told.categories([line.split for line in lines]) if key not in left_out]
    heads = [
        told.say(INDICATOR),
        told.say(N_("All")),
        *(told.name(key) for key in categories),
        told.say(N_("Difference: {category}"), category=inside(told.name(told.page.share_of))),
    ]
    rows = []
    for line in lines:
        shown = [line.split.whole, *(line.split.parts.get(key) for key in categories)]
        cells: list[Html | str] = [rate(told, each) for each in shown]
        rows.append(line_row(told, line.key, [*cells, difference(told, line)], heads, right=len(cells)))
    name = told.say(N_("Success, satisfaction and other rates"))
    return lines_table(name, heads, rows, right=range(1, len(categories) + 2))


def empty(told: Told, lines: Sequence[Line]) -> list[str]:
    """Give the categories of which none of the rates has a value, or a hidden one."""
    splits = [line.split for line in lines]
    return [
        key
        for key in told.categories(splits)
        if not any(
            key in one.parts and (one.parts[key].value is not None or one.parts[key].state in WITHHELD)
            for one in splits
        )
    ]


def rate(told: Told, found: Measurement | None) -> Html:
    """Write a rate and, beneath, on how many it rests."""
    rests = rests_on(told, found)
    return el("span", told.plain(found), el("small", rests, class_="k-beneath") if rests else None)


def rests_on(told: Told, found: Measurement | None) -> str:
    """Say on how many a ratio or mean rests; nothing where there is no value."""
    if found is None or found.value is None or found.n is None:
        return ""
    return told.say(N_("n = {count}"), count=number_of(found.n, told.scene.language))


def difference(told: Told, line: Line) -> str:
    """Write by how much the watched category's rate differs from the largest other one's, where both rest on enough."""
    found = line.split
    other = against(told.framework, told.page, found)
    mine = found.parts.get(told.page.share_of)
    theirs = found.parts.get(other) if other else None
    if mine is None or theirs is None or mine.value is None or theirs.value is None:
        return NOTHING
    if is_few(told, mine) or is_few(told, theirs):
        return told.say(N_("too few to compare"))
    if told.plain(mine) == told.plain(theirs):
        return told.say(N_("practically the same"))
    written = change(told.framework, line.key, mine.value, theirs.value, told.scene.language)
    return told.say(N_("{difference} against {category}"), difference=written, category=told.name(other or ""))


def is_few(told: Told, found: Measurement) -> bool:
    """Tell whether a rate rests on fewer than an indicator is judged from."""
    aim, _ = breakdowns.aim(told.framework, found.indicator, found.window.last)
    return (found.n or 0) < aim.judge_from


def rates_data(told: Told, name: str, lines: Sequence[Line]) -> Table:
    """Give `rates` as a table of numbers."""
    categories = told.categories([line.split for line in lines])
    heads = [told.say(INDICATOR), told.say(N_("Unit"))]
    for named in (told.say(N_("All")), *(told.name(key) for key in categories)):
        heads += [named, told.say(N_("n: {category}"), category=named)]
    rows = []
    for line in lines:
        cells: list[Cell] = [label(told, line.key), unit(told.framework, line.key, told.scene.language)]
        for found in (line.split.whole, *(line.split.parts.get(key) for key in categories)):
            rests = found.n if found is not None and found.value is not None else None
            said = NOTHING if rests is None else number_of(rests, told.scene.language)
            cells += [numbered(told, found), Number(said, rests)]
        rows.append(cells)
    return Table(name, heads, rows)
