"""The indicators by level, each in a line; and what of them is written alike wherever they are listed."""

from collections.abc import Iterator, Mapping

from kpi import breakdowns
from kpi.framework.model import Framework
from kpi.language import pick, tr, whole
from kpi.measure.model import Coverage, Measurement, Standing
from kpi.present import judged, restated
from kpi.present.cards import Shown, spark, value
from kpi.present.html import Html, beneath, el, table
from kpi.present.link import indicator_link
from kpi.present.scene import Scene
from kpi.present.words import NOTHING, achieved, listed, quoted
from kpi.problems import N_


def in_order(framework: Framework, level: str) -> Iterator[tuple[str, bool]]:
    """Give the indicators of a level: the main ones, each followed by those that support it (marked)."""
    at_level = {key: one for key, one in framework.indicators.items() if one.level == level}
    for key, one in at_level.items():
        if one.supports not in at_level:
            yield key, one.supports is not None
            yield from ((other, True) for other, each in at_level.items() if each.supports == key)


def level_list(scene: Scene, level: str, shown: Mapping[str, Shown]) -> Html | None:
    """Show the main indicators of a level that are in `shown`, each in a line; nothing where there are none."""
    keys = [key for key, supporting in in_order(scene.framework, level) if key in shown and not supporting]
    if not keys:
        return None
    heads = (N_("Indicator"), N_("Value"), N_("Status"), N_("Trend"))
    top = [el("th", tr(head, scene.language), scope="col") for head in heads]
    rows = [_row(scene, shown[key]) for key in keys]
    return table(
        level_caption(scene.framework, level, scene.language),
        el("colgroup", *(el("col") for _ in heads)),
        el("thead", el("tr", *top), class_="k-unseen"),
        el("tbody", *rows),
        class_="k-table k-brief",
    )


def level_caption(framework: Framework, level: str, language: str) -> Html:
    """Name a level, and say what it is."""
    entry = framework.levels[level]
    return el(
        "caption",
        el("span", pick(entry.label, language), class_="k-level"),
        el("span", pick(entry.help, language), class_="k-level-help") if entry.help else None,
    )


def _row(scene: Scene, shown: Shown) -> Html:
    language = scene.language
    return el(
        "tr",
        el("th", *indicator_name(scene, shown.now.indicator), scope="row"),
        el(
            "td",
            value(scene.framework, shown.now, language),
            restated.mark(scene.framework, shown.restated, language),
            class_="k-right",
        ),
        el("td", judged.stands(scene, shown.now)),
        el("td", spark(scene, shown)),
    )


def indicator_name(scene: Scene, key: str) -> tuple[Html, Html]:
    """Give an indicator's key and its name, which leads to its page."""
    name = pick(scene.framework.indicators[key].label, scene.language)
    return el("span", key, class_="k-key"), el("a", name, href=indicator_link(key, scene.params))


def indicator_title(framework: Framework, key: str, language: str) -> str:
    """Name an indicator by its key and its name, where nothing else sets the key apart."""
    return f"{key} – {pick(framework.indicators[key].label, language)}"


def attained(framework: Framework, found: Measurement, language: str) -> str | None:
    """Say how much of what was expected is there and, where the verdict is not on the window itself, on what."""
    standing = found.standing
    if standing.achievement is None:
        return None
    part = achieved(framework, standing.achievement, language)
    basis = judged.basis(found, language)
    return f"{part} · {basis}" if basis else part


def kept_up(standing: Standing, language: str) -> Html | None:
    """Say, in place of an achievement, that a level is to be kept: short of it by how much is what was judged."""
    return el("small", tr(N_("a level to be kept"), language)) if standing.maintained else None


def planned(framework: Framework, indicator: str, written: str, language: str) -> Html:
    """Show a target, with a mark that stays on its line where it is an assumption."""
    mark = None if framework.indicators[indicator].confirmed else assumption_mark(language)
    return el("span", written, mark, class_="k-planned")


def assumption_mark(language: str) -> Html:
    """Mark a value as an assumption."""
    return el("abbr", "*", title=tr(N_("an assumption, to be confirmed"), language), class_="k-assumed")


def coverage(framework: Framework, found: Measurement, language: str) -> Html | str:
    """Show how many of the expected returns are in, of what these are, and how many older ones stand in."""
    if not found.coverage.expected:
        return NOTHING
    told = [covers(framework, found, language), carried_forward(found.coverage, language)]
    more = (el("span", one, class_="k-carried") for one in told if one)
    return el("span", beneath(counted(found.coverage, language), *more))


def covers(framework: Framework, found: Measurement, language: str) -> str:
    """Say that the returns are those of the whole programme though the figure is of a part; nothing where they are not.

    A return has rows of several regions, say: how complete one of them is, nobody knows. By what organisations are,
    returns are limited as the figure is: then it is only said of the rest.
    """
    if not found.slice or found.organisation is not None or not found.coverage.expected:
        return ""
    own = breakdowns.by_organisations(framework, found.indicator, found.slice)
    if len(own) == len(found.slice):
        return ""
    if not own:
        return tr(N_("of the whole programme"), language)
    names = [quoted(_category(framework, one, found.slice[one], language), language) for one in own]
    return whole(N_("of {names} in the whole programme"), language, names=listed(names, language))


def _category(framework: Framework, dimension: str, key: str, language: str) -> str:
    known = framework.dimensions[dimension].categories
    return pick(known[key].label, language) if key in known else tr(N_("not stated"), language)


def counted(found: Coverage, language: str) -> str:
    """Say how many of the expected returns are in."""
    if not found.expected:
        return NOTHING
    return whole(N_("{reported} of {expected}"), language, reported=found.reported, expected=found.expected)


def carried_forward(found: Coverage, language: str) -> str:
    """Say how many older returns stand in; nothing where none does."""
    return whole(N_("{count} carried forward"), language, count=found.carried) if found.carried else ""
