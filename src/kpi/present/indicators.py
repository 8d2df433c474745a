"""All indicators in one list: each with value, status, achievement, expectation, target, coverage and trend; sorted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from urllib.parse import urlencode

from kpi.language import pick, tr
from kpi.measure.model import Measurement
from kpi.measure.plan import Aim, Plan
from kpi.present import arithmetic, judged, moved, restated, status
from kpi.present.beside import changed
from kpi.present.cards import Shown, spark, value
from kpi.present.html import Html, beneath, el, table
from kpi.present.levels import coverage, in_order, indicator_name, kept_up, level_caption, planned
from kpi.present.scene import Scene
from kpi.present.status import Group
from kpi.present.table import Cell, Number, Table
from kpi.present.words import NOTHING, achieved, of, period, state, unit
from kpi.problems import N_


class Sort(StrEnum):
    """By what the list is sorted."""

    LEVEL = "level"
    NAME = "name"
    STATUS = "status"
    ACHIEVEMENT = "achievement"
    CHANGE = "change"
    COVERAGE = "coverage"


#: What is seen first in each order; backwards, what is seen last.
SORTS: Mapping[Sort, tuple[str, str]] = {
    Sort.LEVEL: (N_("Level and key"), N_("Level and key, backwards")),
    Sort.NAME: (N_("Name, from A"), N_("Name, to A")),
    Sort.STATUS: (N_("Status, the worst first"), N_("Status, the best first")),
    Sort.ACHIEVEMENT: (N_("Achievement, the least first"), N_("Achievement, the greatest first")),
    Sort.CHANGE: (N_("Achievement, what fell most first"), N_("Achievement, what rose most first")),
    Sort.COVERAGE: (N_("Returns, the fewest first"), N_("Returns, the most first")),
}


@dataclass(frozen=True, slots=True)
class Order:
    """Which indicators are listed, in which order."""

    sort: Sort = Sort.LEVEL
    backwards: bool = False
    level: str | None = None
    group: Group | None = None
    supporting: bool = True

    def params(self) -> dict[str, str]:
        """Write it as parameters of an address; what is usual is left out."""
        found = {}
        if self.sort is not Sort.LEVEL or self.backwards:
            found["sort"] = f"{'-' if self.backwards else ''}{self.sort.value}"
        if self.level is not None:
            found["level"] = self.level
        if self.group is not None:
            found["status"] = self.group.value
        if not self.supporting:
            found["supporting"] = "0"
        return found


def arranged(scene: Scene, shown: Mapping[str, Shown], order: Order) -> list[str]:
    """Give the keys of the indicators that are listed, in their order; those without a number come last."""
    indicators = scene.framework.indicators
    every = [key for level in scene.framework.levels for key, _ in in_order(scene.framework, level) if key in shown]
    keys = [
        key
        for key in every
        if order.level in {None, indicators[key].level}
        and order.group in {None, status.group(shown[key].now.standing.status)}
        and (order.supporting or indicators[key].supports is None)
    ]
    if order.sort is Sort.LEVEL:
        return keys[::-1] if order.backwards else keys
    ranked = [(rank, key) for key in keys if (rank := _rank(scene, shown[key], order.sort)) is not None]
    ranked.sort(key=lambda one: one[0], reverse=order.backwards)
    known = [key for _, key in ranked]
    return [*known, *(key for key in keys if key not in known)]


_WORST = (Group.OFF_TRACK, Group.AT_RISK, Group.NONE, Group.WELL)


def _rank(scene: Scene, one: Shown, sort: Sort) -> tuple[Fraction, str] | None:
    """Give what an indicator is sorted by; none where it has no such thing."""
    number: Fraction | Decimal | int | None = None
    match sort:
        case Sort.NAME:
            return Fraction(0), pick(scene.framework.indicators[one.now.indicator].label, scene.language).casefold()
        case Sort.STATUS:
            number = _WORST.index(status.group(one.now.standing.status))
        case Sort.ACHIEVEMENT:
            number = one.now.standing.achievement
        case Sort.CHANGE:
            number = _gained(scene, one)
        case Sort.COVERAGE:
            number = one.now.coverage.share
    return None if number is None else (Fraction(number), "")


def _gained(scene: Scene, one: Shown) -> Decimal | None:
    before = moved.compared(one)
    return None if before is None else moved.Moved(one.now, before).points(scene.framework)


#: The columns, each with what it is sorted by.
_HEADS: Sequence[tuple[str, Sort | None]] = (
    (N_("Indicator"), Sort.NAME),
    (N_("Value"), None),
    (N_("Change"), None),
    (N_("Status"), Sort.STATUS),
    (N_("Achievement"), Sort.ACHIEVEMENT),
    (N_("Expected by now"), None),
    (N_("Target"), None),
    (N_("Returns"), Sort.COVERAGE),
    (N_("Trend"), None),
)
_RIGHT = frozenset({1, 2, 4, 5, 6, 7})

Aims = Mapping[str, tuple[Aim, Plan]]


def listing(  # noqa: PLR0913 (a list is just these)
    scene: Scene,
    keys: Sequence[str],
    shown: Mapping[str, Shown],
    aims: Aims,
    *,
    order: Order,
    level: str | None = None,
) -> Html:
    """Show indicators as a table, under their level's name where they are of one. The heads sort by their column."""
    caption = (
        level_caption(scene.framework, level, scene.language)
        if level is not None
        else el("caption", el("span", tr(SORTS[order.sort][order.backwards], scene.language), class_="k-level-help"))
    )
    rows = [_row(scene, shown[key], aims[key]) for key in keys]
    heads = [_head(scene, order, at) for at in range(len(_HEADS))]
    return table(caption, el("thead", el("tr", *heads)), el("tbody", *rows), class_="k-table k-indicators")


def _head(scene: Scene, order: Order, at: int) -> Html:
    text, sort = _HEADS[at]
    name = tr(text, scene.language)
    if sort is None:
        return el("th", name, scope="col", class_=_column(at))
    here = sort is order.sort
    other = replace(order, sort=sort, backwards=here and not order.backwards)
    arrow = el("span", " ↓" if order.backwards else " ↑", aria_hidden="true") if here else None
    link = el(
        "a",
        name,
        arrow,
        href=f"indicators?{urlencode({**_without(scene), **other.params()})}",
        title=tr(SORTS[sort][other.backwards], scene.language),
    )
    sorted_ = ("descending" if order.backwards else "ascending") if here else None
    return el("th", link, scope="col", class_=_column(at), aria_sort=sorted_)


def _without(scene: Scene) -> dict[str, str]:
    """Give the view's parameters without those of the list."""
    return {name: text for name, text in scene.params.items() if name not in {"sort", "level", "status", "supporting"}}


def _column(at: int) -> str | None:
    return "k-right" if at in _RIGHT else None


def _row(scene: Scene, one: Shown, aim: tuple[Aim, Plan]) -> Html:
    framework, language = scene.framework, scene.language
    found, key = one.now, one.now.indicator
    name = el("th", *indicator_name(scene, key), scope="row")
    number = [value(framework, found, language), restated.mark(framework, one.restated, language)]
    cells = (
        el("span", *number),
        _changed(scene, one),
        _judged(scene, found, aim),
        _achieved(scene, one),
        _due(scene, found),
        _target(scene, found),
        coverage(framework, found, language),
        spark(scene, one) or NOTHING,
    )
    rest = (
        el("td", cell, data_label=tr(_HEADS[at][0], language), class_=_column(at))
        for at, cell in enumerate(cells, start=1)
    )
    supporting = framework.indicators[key].supports is not None
    return el("tr", name, *rest, class_="k-supporting" if supporting else None)


def _judged(scene: Scene, found: Measurement, aim: tuple[Aim, Plan]) -> Html:
    """Show the status; the arithmetic in words opens under it."""
    basis = judged.basis(found, scene.language)
    said = [
        *arithmetic.measured(scene.framework, found, scene.language),
        *arithmetic.judged(scene.framework, found, *aim, scene.language),
    ]
    return el(
        "details",
        el(
            "summary",
            beneath(
                status.verdict(found, scene.language, preliminary=scene.preliminary)
                or state(found, scene.framework, scene.language),
                el("small", basis, class_="k-basis") if basis else None,
            ),
            title=tr(N_("How is this computed?"), scene.language),
        ),
        el("ul", *(el("li", sentence) for sentence in said), class_="k-steps"),
        class_="k-how",
    )


def _due(scene: Scene, found: Measurement) -> Html:
    """Show what was expected where the figure was judged and, where that is not the figure itself, what was there."""
    compared = judged.against(scene.framework, found, scene.language)
    due = judged.due(scene.framework, found, scene.language)
    return el("span", beneath(due, el("small", compared) if compared else None))


def _achieved(scene: Scene, one: Shown) -> Html | str:
    """Say how much of what was expected is there, and how many percentage points more or less it is than before."""
    part = one.now.standing.achievement
    if part is None:
        return kept_up(one.now.standing, scene.language) or NOTHING
    gained = moved.points(_gained(scene, one), scene.language)
    return el("span", achieved(scene.framework, part, scene.language), el("small", gained) if gained else None)


def _changed(scene: Scene, one: Shown) -> str:
    """Say how the value has changed; of what does not compare, what it was."""
    found = changed(scene.framework, one.now, one.before, scene.language, brief=True)
    return NOTHING if found is None else found[0] or found[1]


def _target(scene: Scene, found: Measurement) -> Html | str:
    target = found.standing.target
    if target is None:
        return NOTHING
    return planned(
        scene.framework, found.indicator, of(scene.framework, found.indicator, target, scene.language), scene.language
    )


def as_table(scene: Scene, keys: Sequence[str], shown: Mapping[str, Shown], title: str) -> Table:
    """Give the same as a table, every number by itself."""
    heads = (
        N_("Key"),
        N_("Indicator"),
        N_("Level"),
        N_("Supports"),
        N_("Value"),
        N_("Unit"),
        N_("Status"),
        N_("Achievement"),
        N_("Judged on"),
        N_("Measured, as judged"),
        N_("Expected by now"),
        N_("Target"),
        N_("Returns approved"),
        N_("Returns expected"),
    )
    return Table(title, [tr(head, scene.language) for head in heads], [_cells(scene, shown[key].now) for key in keys])


def _cells(scene: Scene, found: Measurement) -> list[Cell]:
    framework, language, key = scene.framework, scene.language, found.indicator
    one, standing = framework.indicators[key], found.standing
    actual, due = judged.compared(framework, found)
    written = state(found, framework, language) if found.value is None else of(framework, key, found.value, language)
    return [
        key,
        pick(one.label, language),
        pick(framework.levels[one.level].label, language),
        one.supports or "",
        Number(written, found.value),
        unit(framework, key, language) or pick(framework.units[one.unit].label, language),
        written if found.state in status.SILENT else status.word(standing.status, language),
        Number(achieved(framework, standing.achievement, language), standing.achievement),
        period(standing.basis, language),
        Number(of(framework, key, actual, language), actual),
        Number(of(framework, key, due, language), due),
        Number(of(framework, key, standing.target, language), standing.target),
        Number(str(found.coverage.reported), found.coverage.reported),
        Number(str(found.coverage.expected), found.coverage.expected),
    ]
