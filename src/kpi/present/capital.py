"""What was attracted, as tables: by source and other dimensions, by year, beside what has arrived."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpi import breakdowns
from kpi.framework.model import Category, Framework
from kpi.language import pick, quarter_short, quarter_within, share, whole
from kpi.leveraged import Sums
from kpi.measure.disaggregation import silent_categories
from kpi.measure.model import WITHHELD, Measurement, State
from kpi.present.html import Html, el, table
from kpi.present.profile import category
from kpi.present.table import Cell, Number, Table
from kpi.present.words import NOTHING, dimension, of, period, state, title, window_kind_within
from kpi.problems import N_
from kpi.quarter import Window, WindowKind

#: From so many rows on, those with nothing are left out.
_LONG = 10


@dataclass(frozen=True, slots=True)
class Money:
    """What the tables are made within: the windows that are shown, the first of them with bars and shares."""

    framework: Framework
    language: str
    columns: Sequence[Window]

    def say(self, text: str, **values: object) -> str:
        """Say one of the program's own texts."""
        return whole(text, self.language, **values)

    def plain(self, found: Measurement | None) -> str:
        """Write a value, or why there is none."""
        if found is None:
            return NOTHING
        if found.value is None:
            return state(found, self.framework, self.language)
        return of(self.framework, found.indicator, found.value, self.language)

    def when(self, window: Window) -> str:
        """Name a window."""
        return title(period(window, self.language))

    def head(self, window: Window) -> str:
        """Name a window as short as the head of a column needs it."""
        if window.kind is WindowKind.YEAR_TO_DATE:
            last = quarter_within(window.last, self.language)
            return self.say(N_("{year}, to {quarter}"), year=str(window.last.year), quarter=last)
        if window.kind is WindowKind.SINCE_START:
            return title(window_kind_within(window, self.language))
        if window.kind is WindowKind.QUARTER:
            return quarter_short(window.last, self.language)
        return self.when(window)

    def label(self, key: str) -> str:
        """Name an indicator."""
        return pick(self.framework.indicators[key].label, self.language)


@dataclass(frozen=True, slots=True)
class Row:
    """A category in every window; `above` is the one that it belongs to, where it is shown beneath it."""

    key: str
    name: str
    found: Mapping[Window, Measurement]
    is_above: bool = False
    within: str | None = None


def rows(money: Money, sums: Sums, by: str, above: str | None = None) -> list[Row]:
    """Give the categories of a dimension that say something; beneath those of `above`, where that is given."""
    known = breakdowns.categories(money.framework, sums.key, by)
    flat = _category_rows(money, sums, by, known)
    if above is None:
        return _without_nothing(money, flat)
    tops = _category_rows(money, sums, above, breakdowns.categories(money.framework, sums.key, above), is_above=True)
    found: list[Row] = []
    for top in tops:
        beneath = [
            Row(row.key, row.name, row.found, within=top.key)
            for row in flat
            if row.key in known and money.framework.roll_up(by, row.key, above) == top.key
        ]
        if not _is_nothing(money, top):
            found += [top, *(row for row in beneath if not _is_nothing(money, row))]
    return found


def _category_rows(
    money: Money, sums: Sums, by: str, known: Mapping[str, Category], *, is_above: bool = False
) -> list[Row]:
    windows = sums.by.get(by, {})
    met = dict.fromkeys([*known, *(key for window in money.columns for key in windows.get(window, {}))])
    return [
        Row(
            key,
            category(known, key, money.language),
            {window: windows[window][key] for window in money.columns if key in windows.get(window, {})},
            is_above=is_above,
        )
        for key in met
    ]


def _without_nothing(money: Money, found: Sequence[Row]) -> list[Row]:
    """Leave out what says nothing at all, and of long lists what is nothing in every window."""
    told = [row for row in found if any(each.state is not State.NOT_PUBLISHED for each in row.found.values())]
    return [row for row in told if not _is_nothing(money, row)] if len(told) > _LONG else told


def _is_nothing(money: Money, row: Row) -> bool:
    shown = [row.found[window] for window in money.columns if window in row.found]
    return not any(each.value or each.state in WITHHELD - {State.NOT_PUBLISHED} for each in shown)


def says_something(money: Money, found: Sequence[Row]) -> bool:
    """Tell whether any row has a value, or one that is hidden."""
    return any(not _is_nothing(money, row) for row in found)


def shares(money: Money, sums: Sums, by: str, found: Sequence[Row]) -> dict[str, Fraction | None]:
    """Give each row's share of the whole in the first window; none where a part of it is not shown."""
    first = money.columns[0]
    total = sums.whole[first].value
    silent = silent_categories(money.framework, by)
    return {
        row.key: row.found[first].value / total  # type: ignore[operator]
        if total and first in row.found and row.found[first].value is not None and row.key not in silent
        else None
        for row in found
    }


def spread(money: Money, sums: Sums, by: str, found: Sequence[Row], *, wide: bool) -> Html:
    """Show a dimension: with a bar and a share in the first window, and its values in the others."""
    parts, name = shares(money, sums, by, found), title(dimension(money.framework, by, money.language))
    longest = max((_value(row.found.get(money.columns[0])) for row in found if not row.is_above), default=Fraction(0))
    heads = [name, money.head(money.columns[0]), money.say(N_("Share")), *map(money.head, money.columns[1:])]
    body = [_spread_row(money, row, parts.get(row.key), longest, heads) for row in found]
    top = [
        el("th", heads[0], scope="col"),
        el("th", el("span", heads[1], class_="k-unseen"), scope="col", class_="k-bar-cell"),
        el("th", heads[1], scope="col", class_="k-right"),
        el("th", heads[2], scope="col", class_="k-right"),
        *(el("th", head, scope="col", class_="k-right") for head in heads[3:]),
    ]
    caption = name if wide else el("caption", el("span", name, class_="k-bars-title"))
    looks = "k-table k-returns k-money k-wide" if wide else "k-table k-bars k-money"
    return table(caption, el("thead", el("tr", *top)), el("tbody", *body), class_=looks)


def _value(found: Measurement | None) -> Fraction:
    return Fraction(0) if found is None or found.value is None else abs(found.value)


def _spread_row(money: Money, row: Row, part: Fraction | None, longest: Fraction, heads: Sequence[str]) -> Html:
    first = money.columns[0]
    now = row.found.get(first)
    long = float(_value(now) / longest * 100) if longest and not row.is_above else 0.0
    bar = el("span", el("span", "", class_="k-bar", style=f"width:{long:.1f}%"), class_="k-track", aria_hidden="true")
    written = NOTHING if part is None else share(part, money.language)
    cells = [
        el("td", None if row.is_above or not long else bar, class_="k-bar-cell"),
        el("td", money.plain(now), data_label=heads[1], class_="k-right k-first"),
        el("td", written, data_label=heads[2], class_="k-right"),
        *(
            el("td", money.plain(row.found.get(window)), data_label=head, class_="k-right")
            for window, head in zip(money.columns[1:], heads[3:], strict=True)
        ),
    ]
    looks = "k-over" if row.is_above else "k-within" if row.within else None
    return el("tr", el("th", row.name, scope="row"), *cells, class_=looks)


def spread_data(money: Money, name: str, parts: Sequence[tuple[Sums, str, Sequence[Row]]]) -> Table:
    """Give one or several dimensions as a table of numbers."""
    heads = [money.say(N_("Broken down by")), money.say(N_("Category")), *map(money.when, money.columns)]
    made: list[Sequence[Cell]] = []
    for sums, by, found in parts:
        named = title(dimension(money.framework, by, money.language))
        made.append([money.say(N_("All")), "", *(number(money, sums.whole.get(window)) for window in money.columns)])
        made += [
            [named, row.name, *(number(money, row.found.get(window)) for window in money.columns)] for row in found
        ]
    return Table(name, heads, list(dict.fromkeys(map(tuple, made))))


def number(money: Money, found: Measurement | None) -> Number:
    """Give a value for a table."""
    return Number(money.plain(found), None if found is None else found.value)
