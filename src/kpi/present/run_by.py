"""Results of the organisation that runs a thing of the portfolio, as figures of that organisation."""

from collections.abc import Sequence

from kpi.framework.model import Framework
from kpi.language import pick, tr, whole
from kpi.measure.model import Measurement
from kpi.present.cards import value
from kpi.present.html import Html, el, table
from kpi.present.levels import indicator_name
from kpi.present.scene import Scene
from kpi.present.table import Cell, Number, Table
from kpi.present.words import NOTHING, of, state, unit
from kpi.problems import N_
from kpi.quarter import Quarter


def results(framework: Framework, last: Quarter) -> list[str]:
    """Give the main indicators in force of the last level, which says what changed."""
    level = list(framework.levels)[-1]
    return [
        key
        for key, one in framework.indicators.items()
        if one.level == level and one.supports is None and one.valid_in(last)
    ]


def listed(scene: Scene, found: Sequence[Measurement], name: str) -> Html:
    """Show figures of an organisation, each leading to its indicator; an older position says of when it is."""
    heads = [el("th", tr(head, scene.language), scope="col") for head in (N_("Indicator"), N_("Value"))]
    rows = [
        el(
            "tr",
            el("th", *indicator_name(scene, one.indicator), scope="row"),
            el("td", value(scene.framework, one, scene.language), _carried(one, scene.language), class_="k-right"),
        )
        for one in found
    ]
    unseen = el("thead", el("tr", *heads), class_="k-unseen")
    return table(name, unseen, el("tbody", *rows), class_="k-table k-results")


def _carried(found: Measurement, language: str) -> Html | None:
    quarter = max(found.carried.values(), default=None)
    if quarter is None:
        return None
    return el("small", whole(N_("as of {quarter}"), language, quarter=quarter), class_="k-beneath")


def as_table(framework: Framework, found: Sequence[Measurement], title: str, language: str) -> Table:
    """Give the same as a table."""
    heads = [tr(head, language) for head in (N_("Key"), N_("Indicator"), N_("Value"), N_("Unit"))]
    rows: list[list[Cell]] = []
    for one in found:
        key = one.indicator
        written = state(one, framework, language) if one.value is None else of(framework, key, one.value, language)
        name, measured = pick(framework.indicators[key].label, language), Number(written, one.value)
        rows.append([key, name, measured, unit(framework, key, language) or NOTHING])
    return Table(title, heads, rows)
