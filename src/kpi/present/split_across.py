"""Figures by gender and something else: year by year, and in each category of another dimension."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from kpi.language import number as number_of
from kpi.language import tr
from kpi.present.html import Html, el, table
from kpi.present.split import INDICATOR, Line, Told, label, line_row, lines_table, numbered, share_bar, shared
from kpi.present.split_rates import rate
from kpi.present.table import Cell, Number, Table
from kpi.present.words import NOTHING, period, title, unstated
from kpi.problems import N_
from kpi.splits import Split


def years(told: Told, name: str, lines: Sequence[Line]) -> Table:
    """Give the watched share year by year: of how many stated, where that is shown."""
    windows = list(dict.fromkeys(window for line in lines for window, _ in line.course))
    heads = [told.say(INDICATOR), *(title(period(window, told.scene.language)) for window in windows)]
    rows: list[list[Cell]] = []
    for line in lines:
        by = dict(line.course)
        rows.append([label(told, line.key), *(in_numbers(told, by.get(window)) for window in windows)])
    return Table(name, heads, rows)


def years_table(told: Told, lines: Sequence[Line]) -> Html:
    """Show `years` for a page: the share, and beneath it of how many."""
    windows = list(dict.fromkeys(window for line in lines for window, _ in line.course))
    heads = [told.say(INDICATOR), *(title(period(window, told.scene.language)) for window in windows)]
    rows = []
    for line in lines:
        by = dict(line.course)
        rows.append(
            line_row(told, line.key, [_year(told, by.get(window)) for window in windows], heads, right=len(windows))
        )
    return lines_table(told.say(N_("The share year by year")), heads, rows, right=range(1, len(heads)))


def _year(told: Told, found: Split | None) -> Html | str:
    if found is None or not found.parts:
        return NOTHING
    watched = found.parts.get(told.page.share_of)
    beneath = (
        told.say(N_("{part} of {all}"), part=told.plain(watched), all=_stated(told, found)) if found.share else None
    )
    return el("span", told.share_of(found), el("small", beneath, class_="k-beneath") if beneath else None)


def in_numbers(told: Told, found: Split | None) -> Number:
    """Write the watched share, and of how many stated, where that is shown."""
    if found is None or not found.parts:
        return Number(NOTHING)
    written, watched = told.share_of(found), found.parts.get(told.page.share_of)
    if found.share is None or found.share.share is None or watched is None:
        return Number(written)
    text = told.say(
        N_("{share} ({part} of {stated})"), share=written, part=told.plain(watched), stated=_stated(told, found)
    )
    return Number(text, found.share.share)


def _stated(told: Told, found: Split) -> str:
    return number_of(found.share.stated if found.share else Fraction(0), told.scene.language)


def crossed(told: Told, name: str, labels: Mapping[str, str], found: Mapping[str, Split]) -> Html | None:
    """Show the watched share, or the rates, in each category of another dimension; nothing where none says anything."""
    there = {key: one for key, one in found.items() if one.says_something}
    if not there:
        return None
    counted = any(one.share or one.least for one in there.values())
    shown = _shares_across(told, labels, there) if counted else _numbers_across(told, labels, there)
    caption = el("caption", el("span", name, class_="k-bars-title"))
    return table(caption, *shown, class_="k-table k-bars k-across")


def _shares_across(told: Told, labels: Mapping[str, str], there: Mapping[str, Split]) -> list[Html]:
    heads = (tr(N_("Category"), told.scene.language), told.watched, told.say(N_("Of those stated")))
    top = [
        el("th", head, scope="col", class_="k-right" if index == len(heads) - 1 else None)
        for index, head in enumerate(heads)
    ]
    rows = []
    for key, one in there.items():
        watched = told.plain(one.parts.get(told.page.share_of))
        of_them = (
            told.say(N_("{part} of {all}"), part=watched, all=_stated(told, one))
            if one.share
            else f"{told.name(told.page.share_of)}: {watched}"
        )
        cells = [el("td", share_bar(told, one)), el("td", of_them, _lacking(told, one), class_="k-right")]
        rows.append(el("tr", el("th", labels.get(key, key), scope="row"), *cells))
    return [el("thead", el("tr", *top)), el("tbody", *rows)]


def _lacking(told: Told, one: Split) -> Html | None:
    """Mark where too many are not stated for the share to say much."""
    if one.share is None or one.share.judged or not one.share.not_stated:
        return None
    lacking = unstated(told.framework, one.share.not_stated_share, told.scene.language)
    return el("small", told.say(N_("▲ not stated: {share}"), share=lacking), class_="k-beneath k-risk")


def _numbers_across(told: Told, labels: Mapping[str, str], there: Mapping[str, Split]) -> list[Html]:
    categories = [
        key
        for key in told.categories(list(there.values()))
        if any(one.parts[key].value is not None for one in there.values() if key in one.parts)
    ]
    heads = [tr(N_("Category"), told.scene.language), *(told.name(key) for key in categories)]
    top = [el("th", head, scope="col", class_="k-right" if index else None) for index, head in enumerate(heads)]
    rows = [
        el(
            "tr",
            el("th", labels.get(key, key), scope="row"),
            *(el("td", rate(told, one.parts.get(each)), class_="k-right") for each in categories),
        )
        for key, one in there.items()
    ]
    return [el("thead", el("tr", *top)), el("tbody", *rows)]


def crossed_data(told: Told, name: str, labels: Mapping[str, str], found: Mapping[str, Split]) -> Table:
    """Give `crossed` as a table of numbers."""
    categories = told.categories(list(found.values()))
    counted = any(one.share for one in found.values())
    heads = [tr(N_("Category"), told.scene.language), *(told.name(key) for key in categories)]
    rows: list[list[Cell]] = [
        [labels.get(key, key), *(numbered(told, one.parts.get(each)) for each in categories)]
        for key, one in found.items()
        if one.says_something
    ]
    if counted:
        heads.append(told.watched)
        for row, one in zip(rows, (one for one in found.values() if one.says_something), strict=True):
            row.append(shared(told, one))
    return Table(name, heads, rows)
