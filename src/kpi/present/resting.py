"""The indicators that rest on a register, beside the list of its rows: the same rows make both."""

from collections.abc import Mapping, Sequence

from kpi.framework.model import Framework
from kpi.language import pick, whole
from kpi.measure.model import Measurement
from kpi.present.beside import said
from kpi.present.cards import value
from kpi.present.formula import formula
from kpi.present.html import Html, el
from kpi.present.judged import stands
from kpi.present.link import indicator_link
from kpi.present.scene import Scene
from kpi.problems import N_


def resting_on(framework: Framework, forms: Sequence[str]) -> list[str]:
    """Give the indicators that are made from these registers alone, in their order."""
    return [key for key, one in framework.indicators.items() if set(one.forms) <= set(forms)]


def uncounted(framework: Framework, keys: Sequence[str], language: str) -> list[str]:
    """Say of which indicators not every row that is listed counts, and which ones do."""
    indicators = framework.indicators
    text = N_("Not every row that is listed counts for “{indicator}”. {formula}")
    return [
        whole(
            text, language, indicator=pick(indicators[key].label, language), formula=formula(framework, key, language)
        )
        for key in keys
        if indicators[key].measure.where
    ]


def facts(
    scene: Scene, found: Sequence[Measurement], *, judged: bool = True, before: Mapping[str, Measurement] | None = None
) -> Html | None:
    """Show what the indicators say, how they stand where they are `judged`, and what they said `before`.

    Each leads to its page.
    """
    blocks = [_fact(scene, one, (before or {}).get(one.indicator), judged=judged) for one in found]
    return el("dl", *blocks, class_="k-facts k-resting") if blocks else None


def _fact(scene: Scene, found: Measurement, before: Measurement | None, *, judged: bool) -> Html:
    framework, language = scene.framework, scene.language
    name = pick(framework.indicators[found.indicator].label, language)
    link = el("a", name, href=indicator_link(found.indicator, scene.params), target="_self")
    small = (said(framework, found, before, language), stands(scene, found) if judged else None)
    beneath = [el("small", one) for one in small if one is not None]
    return el("div", el("dt", link), el("dd", value(framework, found, language), *beneath))
