"""A comparison drawn: each row's colours by its own scale, levels above their rows, marks at what is not plain."""

from collections.abc import Mapping

from kpi.language import pick, tr, whole
from kpi.measure.model import Measurement, Status
from kpi.measure.progress import is_provisional
from kpi.present.beside import changed
from kpi.present.html import Html, el, join
from kpi.present.html import table as html_table
from kpi.present.link import indicator_link
from kpi.present.matrix import Matrix, ordered, scaled, unasked
from kpi.present.scene import Scene
from kpi.present.status import SIGNS, word
from kpi.present.words import of, state, title, unit
from kpi.problems import N_

#: What marks a value that rests on an earlier quarter's position.
_CARRIED = "†"


def drawn(scene: Scene, found: Matrix, shown: Matrix, name: str) -> Html:
    """Draw the columns of `shown`, coloured by the scale of all that is `found`; `name` says what the table is."""
    framework, said = scene.framework, scene.language
    heads = [el("th", shown.head or tr(N_("Indicator"), said), scope="col")]
    if shown.whole:
        heads.append(el("th", tr(N_("All"), said), scope="col", class_="k-right"))
    heads += [el("th", column, scope="col", class_="k-right") for column in shown.columns.values()]
    bodies: dict[str, list[Html]] = {}
    strong = scaled(framework, found)
    for level, key, supporting in ordered(framework, shown):
        row = _row(scene, key, shown, strong[key], supporting=supporting)
        bodies.setdefault(level, _level(scene, level, len(heads))).append(row)
    inner = html_table(
        name,
        el("thead", el("tr", *heads)),
        *(el("tbody", *rows) for rows in bodies.values()),
        class_="k-table k-heat",
    )
    return el("div", inner, class_="k-scroll", tabindex="0", role="region", aria_label=name)


def _level(scene: Scene, level: str, columns: int) -> list[Html]:
    """Name a level above its rows; rows of one indicator have none."""
    if not level:
        return []
    label = el("span", pick(scene.framework.levels[level].label, scene.language), class_="k-heat-level")
    return [el("tr", el("th", label, colspan=str(columns), scope="rowgroup"))]


def _head(scene: Scene, key: str, shown: Matrix) -> Html:
    if shown.rows:
        return el("th", shown.rows[key], scope="row")
    framework, said = scene.framework, scene.language
    named = unit(framework, key, said)
    return el(
        "th",
        el("span", key, class_="k-key"),
        el("a", pick(framework.indicators[key].label, said), href=indicator_link(key, scene.params)),
        el("span", named, class_="k-unit") if named else None,
        scope="row",
    )


def _row(scene: Scene, key: str, shown: Matrix, strong: Mapping[str, int], *, supporting: bool) -> Html:
    head, cells = _head(scene, key, shown), shown.cells[key]
    kind = "k-supporting" if supporting else None
    if (same := _same_word(scene, cells, shown)) is not None:
        why = el("span", title(same))
        word = el("td", why, class_="k-none-said", colspan=str(max(len(shown.columns), 1)))
        return el("tr", head, _whole(scene, key, shown), word, class_=kind)
    before = shown.before.get(key, {})
    drawn_ = [_shown(scene, cells.get(column), strong.get(column), before.get(column)) for column in shown.columns]
    return el("tr", head, _whole(scene, key, shown), *drawn_, class_=kind)


def _same_word(scene: Scene, cells: Mapping[str, Measurement], shown: Matrix) -> str | None:
    """Give the word that stands for every column, where none of them has a figure and all for the same reason."""
    if any(one.value is not None for one in cells.values()):
        return None
    words = {state(one, scene.framework, scene.language) for one in cells.values()}
    everywhere = "" in cells or shown.columns.keys() <= cells.keys()
    return words.pop() if everywhere and len(words) == 1 else None


def _whole(scene: Scene, key: str, shown: Matrix) -> Html | None:
    return _shown(scene, shown.whole[key], None, shown.whole_before.get(key)) if shown.whole else None


def _shown(scene: Scene, found: Measurement | None, strength: int | None, before: Measurement | None) -> Html:
    framework, said = scene.framework, scene.language
    if found is None:
        return el("td", unasked(said), class_="k-right k-none-said")
    if found.value is None:
        return el("td", state(found, framework, said), class_="k-right k-none-said")
    written = of(framework, found.indicator, found.value, said)
    open_ = is_provisional(framework, found)
    nothing = open_ or before is None or not (found.value or before.value)
    difference, _ = (None if nothing else changed(framework, found, before, said, brief=True)) or ("", "")
    moved_ = el("small", difference, class_="k-change") if difference else None
    mark = el("abbr", SIGNS[Status.PROVISIONAL], title=word(Status.PROVISIONAL, said), class_="k-assumed")
    class_ = f"k-right k-heat-{strength}" if strength else "k-right"
    return el("td", written, _carried(found, said), join(" ", mark) if open_ else None, moved_, class_=class_)


def _carried(found: Measurement, language: str) -> Html | None:
    """Mark a value in which an earlier quarter's position stands in for a missing one."""
    if not found.carried:
        return None
    text = whole(N_("as of {quarter}"), language, quarter=max(found.carried.values()))
    if len(found.carried) > 1:
        text = whole(N_("{count} carried forward"), language, count=len(found.carried))
    return el("abbr", _CARRIED, title=text, class_="k-assumed")


def carried(shown: Matrix, language: str) -> list[str]:
    """Say what the mark of an earlier quarter's position means, where any value in sight has it."""
    every = [
        *shown.whole.values(),
        *(cells[key] for cells in shown.cells.values() for key in shown.columns if key in cells),
    ]
    if not any(one.value is not None and one.carried for one in every):
        return []
    text = N_("{mark}: the last reported position stands in for one that is missing.")
    return [whole(text, language, mark=_CARRIED)]
