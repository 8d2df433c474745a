"""Figures by gender as tables: how many of each, the watched category's share, rates beside each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpi.figures import ShareStanding
from kpi.framework.model import Framework, GenderPage
from kpi.language import decimal, pick, share, tr, whole
from kpi.language import number as number_of
from kpi.measure.model import WITHHELD, Measurement
from kpi.present.html import Html, el, join, table
from kpi.present.link import indicator_link
from kpi.present.profile import category
from kpi.present.scene import Scene
from kpi.present.sparkline import sparkline
from kpi.present.status import badge
from kpi.present.table import Cell, Number, Table
from kpi.present.words import NOTHING, inside, of, period, short_share, state, title, unit, unstated
from kpi.problems import N_
from kpi.quarter import Window
from kpi.splits import Split

#: The head of the column that names indicators.
INDICATOR = N_("Indicator")
#: What a mark in the course of a share means where only what it was at least is known.
BOUNDED = N_("A hollow triangle: the share was at least so high; what it was is not shown.")


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator by gender: in the window and in the one compared with, its verdict, and the share's course."""

    key: str
    split: Split
    standing: ShareStanding | None = None
    course: Sequence[tuple[Window, Split]] = ()
    before: Split | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What the tables are made within; `page` says which dimension, and whose share."""

    scene: Scene
    page: GenderPage

    @property
    def framework(self) -> Framework:
        """The framework."""
        return self.scene.framework

    def say(self, text: str, **values: object) -> str:
        """Say one of the program's own texts."""
        return whole(text, self.scene.language, **values)

    def name(self, key: str) -> str:
        """Name a category of the page's dimension."""
        known = self.framework.dimensions[self.page.dimension].categories
        return category(known, key, self.scene.language)

    @property
    def watched(self) -> str:
        """Name the share that is watched."""
        return self.say(N_("Share: {category}"), category=inside(self.name(self.page.share_of)))

    def categories(self, splits: Sequence[Split]) -> list[str]:
        """Give the categories that are shown, in their order: those in force, and whatever else there is."""
        known = list(self.framework.dimensions[self.page.dimension].categories)
        there = dict.fromkeys(key for one in splits for key in one.parts)
        return sorted(there, key=lambda key: known.index(key) if key in known else len(known))

    def plain(self, found: Measurement | None) -> str:
        """Write a value without its unit, or why there is none."""
        if found is None:
            return NOTHING
        if found.value is None:
            return state(found, self.framework, self.scene.language)
        return of(self.framework, found.indicator, found.value, self.scene.language)

    def share_of(self, found: Split) -> str:
        """Write the watched share, or what it is at least, or why there is none."""
        if found.least is not None:
            return f"≥ {share(found.least, self.scene.language)}"
        if any(each.state in WITHHELD for each in found.parts.values()):
            return tr(N_("hidden"), self.scene.language)
        if found.share is None or found.share.share is None:
            return NOTHING
        return share(found.share.share, self.scene.language)


def counts(told: Told, lines: Sequence[Line]) -> Html:
    """Show how many there are of each, the watched share as a bar with its target, the verdict and the course."""
    categories = told.categories([line.split for line in lines])
    heads = [
        told.say(INDICATOR),
        *(told.name(key) for key in categories),
        told.watched,
        told.say(N_("Against the target")),
        told.say(N_("Trend of the share")),
    ]
    rows = [_counted(told, line, categories, heads) for line in lines]
    name = told.say(N_("How many, and which share"))
    return lines_table(name, heads, rows, right=range(1, len(categories) + 1))


def _counted(told: Told, line: Line, categories: Sequence[str], heads: Sequence[str]) -> Html:
    numbers = [el("span", told.plain(line.split.parts.get(key)), _of_all(told, line.split, key)) for key in categories]
    shown = join(share_bar(told, line.split, line.standing), _changed(told, line))
    cells = [*numbers, shown, _judged(told, line), _spark(told, line) or NOTHING]
    return line_row(told, line.key, cells, heads, right=len(categories))


def _changed(told: Told, line: Line) -> Html | None:
    """Say beneath the share by how many percentage points it is another than before."""
    now, before = line.split.share, line.before.share if line.before else None
    if now is None or before is None or now.share is None or before.share is None or line.before is None:
        return None
    said, window = told.scene.language, line.before.whole.window if line.before.whole else None
    apart = abs(decimal(now.share, 3) - decimal(before.share, 3)) * 100
    points = number_of(apart, said, 1)
    sign = "±" if not apart else "+" if now.share > before.share else "−"
    text = N_("{points} percentage points against {window}")
    named = "" if window is None else period(window, said)
    return el("small", told.say(text, points=f"{sign}{points}", window=named), class_="k-beneath")


def _of_all(told: Told, found: Split, key: str) -> Html | None:
    """Say beneath “not stated” how large a part of all that is, and what follows where it is too large."""
    known = told.framework.dimensions[told.page.dimension].categories
    if found.share is None or key not in known or not known[key].not_stated or not found.share.not_stated:
        return None
    said = unstated(told.framework, found.share.not_stated_share or Fraction(0), told.scene.language)
    if found.share.judged:
        return el("small", said, class_="k-beneath")
    return el("small", el("span", "▲ ", aria_hidden="true"), said, class_="k-beneath k-risk")


def share_bar(told: Told, found: Split, standing: ShareStanding | None = None) -> Html:
    """Draw the watched share from 0 to 100 % and write it; a tick stands where it should be."""
    drawn = found.share.share if found.share else found.least
    written = el("span", told.share_of(found), class_="k-share-said")
    if drawn is None:
        return written
    target = standing.standing.target if standing else None
    tick = el("span", "", class_="k-aim", style=f"left:{float(target) * 100:.1f}%") if target is not None else None
    bar = el(
        "span", "", class_="k-bar" + ("" if found.share else " k-atleast"), style=f"width:{float(drawn) * 100:.1f}%"
    )
    return el("span", el("span", bar, tick, class_="k-share-track", aria_hidden="true"), written, class_="k-share")


def _judged(told: Told, line: Line) -> Html | str:
    standing = line.standing
    if standing is None:
        return NOTHING
    said = told.scene.language
    target = standing.standing.target
    aimed = NOTHING if target is None else short_share(target, said)
    when = title(period(standing.standing.basis, said))
    shown = NOTHING if standing.share.share is None else share(standing.share.share, said)
    note = told.say(N_("{window}: {share}; target {target}"), window=when, share=shown, target=aimed)
    shown_as = badge(standing.standing, said, preliminary=told.scene.preliminary)
    return join(shown_as, el("small", note, class_="k-beneath"))


def ends_open(told: Told, line: Line) -> bool:
    """Tell whether the trend of the share ends within a year that is not over, or with what is preliminary."""
    known = _known(line)
    return len(known) > 1 and (known[-1][0].unfinished or told.scene.preliminary)


def is_bounded(line: Line) -> bool:
    """Tell whether the trend of the share holds periods of which only what it is at least is known."""
    return len(_known(line)) > 1 and any(one.least is not None for _, one in line.course)


def _known(line: Line) -> list[tuple[Window, Fraction]]:
    return [(window, one.share.share) for window, one in line.course if one.share and one.share.share is not None]


def _spark(told: Told, line: Line) -> Html | None:
    known = _known(line)
    if not known:
        return None
    said = told.scene.language
    alt = told.say(
        N_("Trend: {start} ({first}), {end} ({last})"),
        start=share(known[0][1], said),
        first=period(known[0][0], said),
        end=share(known[-1][1], said),
        last=period(known[-1][0], said),
    )
    values = [one.share.share if one.share else None for _, one in line.course]
    least = [one.least for _, one in line.course]
    return sparkline(values, alt, unfinished=known[-1][0].unfinished or told.scene.preliminary, least=least)


def counts_data(told: Told, name: str, lines: Sequence[Line]) -> Table:
    """Give `counts` as a table of numbers."""
    categories = told.categories([line.split for line in lines])
    not_stated = told.say(N_("Not stated, of all"))
    heads = [told.say(INDICATOR), told.say(N_("Unit")), told.say(N_("Total"))]
    heads += [told.name(key) for key in categories] + [told.watched, not_stated]
    rows: list[Sequence[Cell]] = [
        (
            label(told, line.key),
            unit(told.framework, line.key, told.scene.language),
            numbered(told, line.split.whole),
            *(numbered(told, line.split.parts.get(key)) for key in categories),
            shared(told, line.split),
            _silent(told, line.split),
        )
        for line in lines
    ]
    return Table(name, heads, rows)


def numbered(told: Told, found: Measurement | None) -> Number:
    """Give a value for a table."""
    return Number(told.plain(found), None if found is None else found.value)


def shared(told: Told, found: Split) -> Number:
    """Give the watched share for a table."""
    return Number(told.share_of(found), found.share.share if found.share else None)


def _silent(told: Told, found: Split) -> Number:
    lacking = found.share.not_stated_share if found.share else None
    return Number(NOTHING if lacking is None else share(lacking, told.scene.language), lacking)


def label(told: Told, key: str) -> str:
    """Name an indicator, its key first."""
    return f"{key} {pick(told.framework.indicators[key].label, told.scene.language)}"


def without(told: Told, keys: Sequence[str]) -> Html:
    """List the indicators that are not collected by the page's dimension."""
    said = [
        el(
            "li",
            el("span", key, class_="k-key"),
            el(
                "a",
                pick(told.framework.indicators[key].label, told.scene.language),
                href=indicator_link(key, told.scene.params),
            ),
        )
        for key in keys
    ]
    return el("ul", *said, class_="k-plainlist")


def lines_table(name: str, heads: Sequence[str], rows: Sequence[Html], *, right: range) -> Html:
    """Make a table with an indicator a row; it becomes a list on phones."""
    top = [el("th", head, scope="col", class_="k-right" if at in right else None) for at, head in enumerate(heads)]
    return table(name, el("thead", el("tr", *top)), el("tbody", *rows), class_="k-table k-returns k-split")


def line_row(told: Told, key: str, cells: Sequence[Html | str], heads: Sequence[str], *, right: int) -> Html:
    """Make an indicator's row; the first `right` cells hold numbers."""
    name = pick(told.framework.indicators[key].label, told.scene.language)
    named = unit(told.framework, key, told.scene.language)
    return el(
        "tr",
        el(
            "th",
            el("span", key, class_="k-key"),
            el("a", name, href=indicator_link(key, told.scene.params)),
            el("small", named, class_="k-beneath") if named else None,
            scope="row",
        ),
        *(
            el("td", cell, data_label=head, class_="k-right" if at < right else None)
            for at, (head, cell) in enumerate(zip(heads[1:], cells, strict=True))
        ),
    )
