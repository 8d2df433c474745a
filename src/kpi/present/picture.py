"""How many indicators stand how, level by level: counts and keys, each with its sign and word."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from kpi.language import pick, tr, whole
from kpi.measure.model import Measurement
from kpi.present import status
from kpi.present.arithmetic import ACHIEVEMENT
from kpi.present.cards import Shown
from kpi.present.html import Html, el, table
from kpi.present.link import indicator_link
from kpi.present.scene import Scene
from kpi.present.status import Group
from kpi.present.table import Cell, Number, Table
from kpi.present.words import percent, title
from kpi.problems import N_

#: The main indicators of a level, group by group.
Standings = Mapping[str, Mapping[Group, Sequence[Measurement]]]


def standings(scene: Scene, shown: Mapping[str, Shown]) -> Standings:
    """Part the main indicators that are in `shown` by level and by how they stand; levels without any are left out."""
    parted: dict[str, dict[Group, list[Measurement]]] = {level: {} for level in scene.framework.levels}
    for key, one in shown.items():
        indicator = scene.framework.indicators[key]
        if indicator.supports is None:
            parted[indicator.level].setdefault(status.group(one.now.standing.status), []).append(one.now)
    return {level: groups for level, groups in parted.items() if groups}


def picture(scene: Scene, found: Standings) -> Html:
    """Show the counts as a table; each leads to its list, each key to its indicator."""
    language = scene.language
    heads = [el("th", tr(N_("Level"), language), scope="col")]
    heads += [el("th", _head(group, language), scope="col") for group in Group]
    rows = [
        el(
            "tr",
            el("th", pick(scene.framework.levels[level].label, language), scope="row"),
            *(_cell(scene, level, group, groups.get(group, ())) for group in Group),
        )
        for level, groups in found.items()
    ]
    name = tr(N_("How many indicators stand how, by level"), language)
    return table(name, el("thead", el("tr", *heads)), el("tbody", *rows), class_="k-table k-returns k-picture")


def _head(group: Group, language: str) -> Html:
    word, sign, tone = status.GROUPS[group]
    shown = el("span", sign, class_="k-sign", aria_hidden="true")
    return el("span", shown, title(tr(word, language)), class_=f"k-badge k-{tone}")


def _cell(scene: Scene, level: str, group: Group, there: Sequence[Measurement]) -> Html:
    word, sign, tone = status.GROUPS[group]
    label = f"{sign} {title(tr(word, scene.language))}"
    if not there:
        return el("td", el("span", "0", class_="k-many k-none"), data_label=label)
    where = {**scene.params, "level": level, "status": group.value, "supporting": "0"}
    counted = whole(N_("{count}: show the list"), scene.language, count=len(there))
    many = el(
        "a", str(len(there)), href=f"indicators?{urlencode(where)}", class_=f"k-many k-{tone}", aria_label=counted
    )
    keys = (el("li", _key(scene, one)) for one in there)
    return el("td", many, el("ul", *keys, class_="k-keys"), data_label=label)


def _key(scene: Scene, one: Measurement) -> Html:
    name = pick(scene.framework.indicators[one.indicator].label, scene.language)
    said = f"{one.indicator} {name}: {status.word(one.standing.status, scene.language)}"
    return el(
        "a",
        status.sign(one.standing.status),
        one.indicator,
        href=indicator_link(one.indicator, scene.params),
        title=said,
        aria_label=said,
        class_=f"k-chip k-{status.TONES.get(one.standing.status, 'none')}",
    )


def how(scene: Scene) -> list[str]:
    """Say what is counted, and how an indicator comes to stand where it does."""
    cuts, language = scene.framework.rules.cuts, scene.language
    judged = N_(
        "On track is what has at least {on_track} of what is expected by now, at risk what has at least {at_risk}, off "
        "track what has less. Not judged is what has no value or target, too few cases, or too few returns."
    )
    return [
        tr(N_("Counted are the main indicators of each level, not those that support another one."), language),
        whole(judged, language, on_track=percent(cuts.on_track, language), at_risk=percent(cuts.at_risk, language)),
        tr(ACHIEVEMENT, language),
    ]


def as_table(scene: Scene, found: Standings) -> Table:
    """Give the counts as a table."""
    language = scene.language
    heads = [tr(N_("Level"), language), *(title(tr(status.GROUPS[group][0], language)) for group in Group)]
    rows: list[list[Cell]] = [
        [pick(scene.framework.levels[level].label, language), *(_number(groups.get(group, ())) for group in Group)]
        for level, groups in found.items()
    ]
    return Table(tr(N_("How many indicators stand how, by level"), language), heads, rows)


def _number(there: Sequence[Measurement]) -> Number:
    return Number(str(len(there)), len(there))
