"""The indicators by level: each with its value, status, target, expectation, coverage and trend."""

from collections.abc import Iterator, Mapping

from kpi.framework.model import Framework
from kpi.language import pick, tr, whole
from kpi.measure.model import Coverage, Measurement
from kpi.measure.plan import Aim, Plan
from kpi.present import arithmetic, restated
from kpi.present.cards import Shown, spark, value
from kpi.present.html import Html, el
from kpi.present.link import indicator_link
from kpi.present.scene import Scene
from kpi.present.status import badge
from kpi.present.words import NOTHING, of, percent, window_kind_within
from kpi.problems import N_

_HEADS = (
    N_("Indicator"),
    N_("Value"),
    N_("Status"),
    N_("Expected by now"),
    N_("Target"),
    N_("Returns"),
    N_("Trend"),
)


def in_order(framework: Framework, level: str) -> Iterator[tuple[str, bool]]:
    """Give the indicators of a level: the main ones, each followed by those that support it (marked)."""
    at_level = {key: one for key, one in framework.indicators.items() if one.level == level}
    for key, one in at_level.items():
        if one.supports not in at_level:
            yield key, one.supports is not None
            yield from ((other, True) for other, each in at_level.items() if each.supports == key)


def level_table(
    scene: Scene, level: str, shown: Mapping[str, Shown], aims: Mapping[str, tuple[Aim, Plan]]
) -> Html | None:
    """Show the indicators of a level that are in `shown`; nothing where there are none."""
    framework, language = scene.framework, scene.language
    keys = [(key, supporting) for key, supporting in in_order(framework, level) if key in shown]
    if not keys:
        return None
    entry = framework.levels[level]
    caption = el(
        "caption",
        el("span", pick(entry.label, language), class_="k-level"),
        el("span", pick(entry.help, language), class_="k-level-help") if entry.help else None,
    )
    heads = [el("th", tr(head, language), scope="col", class_=_column(index)) for index, head in enumerate(_HEADS)]
    rows = [_row(scene, shown[key], aims[key], supporting=supporting) for key, supporting in keys]
    return el("table", caption, el("thead", el("tr", *heads)), el("tbody", *rows), class_="k-table k-indicators")


def _column(index: int) -> str | None:
    return "k-right" if index in {1, 3, 4, 5} else None


def _row(scene: Scene, shown: Shown, aim: tuple[Aim, Plan], *, supporting: bool) -> Html:
    framework, language = scene.framework, scene.language
    found, key = shown.now, shown.now.indicator
    cells = (
        _judged(framework, found, aim, language),
        _expected(framework, found, language),
        _target(framework, found, language),
        coverage(found.coverage, language),
        spark(framework, shown, language) or NOTHING,
    )
    return el(
        "tr",
        el(
            "th",
            el("span", key, class_="k-key"),
            el("a", pick(framework.indicators[key].label, language), href=indicator_link(key, scene.params)),
            scope="row",
        ),
        el(
            "td",
            value(framework, found, language),
            restated.mark(framework, shown.restated, language),
            data_label=tr(_HEADS[1], language),
            class_="k-right",
        ),
        *(
            el("td", cell, data_label=tr(head, language), class_=_column(index))
            for index, (head, cell) in enumerate(zip(_HEADS[2:], cells, strict=True), start=2)
        ),
        class_="k-supporting" if supporting else None,
    )


def _judged(framework: Framework, found: Measurement, aim: tuple[Aim, Plan], language: str) -> Html:
    """Show the status; the arithmetic in words opens under it."""
    said = [
        *arithmetic.measured(framework, found, language),
        *arithmetic.judged(framework, found, *aim, language),
    ]
    return el(
        "details",
        el(
            "summary",
            badge(found.standing, language),
            el("span", achieved(found, language), class_="k-achieved"),
            title=tr(N_("How is this computed?"), language),
        ),
        el("ul", *(el("li", sentence) for sentence in said), class_="k-steps"),
        class_="k-how",
    )


def achieved(found: Measurement, language: str) -> str | None:
    """Say how much of what was expected is there and, where the verdict is not on the window itself, on what."""
    standing = found.standing
    if standing.achievement is None:
        return None
    achieved = percent(standing.achievement, language)
    same = (standing.basis.first, standing.basis.last) == (found.window.first, found.window.last)
    return achieved if same else f"{achieved} · {window_kind_within(standing.basis, language)}"


def _expected(framework: Framework, found: Measurement, language: str) -> str:
    return of(framework, found.indicator, found.expected, language)


def _target(framework: Framework, found: Measurement, language: str) -> Html | str:
    target = found.standing.target
    if target is None:
        return NOTHING
    return planned(framework, found.indicator, of(framework, found.indicator, target, language), language)


def planned(framework: Framework, indicator: str, written: str, language: str) -> Html:
    """Show a target, with a mark that stays on its line where it is an assumption."""
    mark = None if framework.indicators[indicator].confirmed else assumption_mark(language)
    return el("span", written, mark, class_="k-planned")


def assumption_mark(language: str) -> Html:
    """Mark a value as an assumption."""
    return el("abbr", "*", title=tr(N_("an assumption, to be confirmed"), language), class_="k-assumed")


def coverage(found: Coverage, language: str) -> Html | str:
    """Show how many of the expected returns are in, and how many older ones stand in."""
    if not found.expected:
        return NOTHING
    carried = carried_forward(found, language)
    return el("span", counted(found, language), el("span", carried, class_="k-carried") if carried else None)


def counted(found: Coverage, language: str) -> str:
    """Say how many of the expected returns are in."""
    if not found.expected:
        return NOTHING
    return whole(N_("{reported} of {expected}"), language, reported=found.reported, expected=found.expected)


def carried_forward(found: Coverage, language: str) -> str:
    """Say how many older returns stand in; nothing where none does."""
    return whole(N_("{count} carried forward"), language, count=found.carried) if found.carried else ""
