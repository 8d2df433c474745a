"""What an indicator's page is called, what it answers, and where the indicator stands among the others."""

from collections.abc import Iterator
from urllib.parse import urlencode

from kpi.framework.model import Framework
from kpi.language import pick, tr
from kpi.present.html import Html, el, join
from kpi.present.levels import indicator_name
from kpi.present.scene import Scene
from kpi.problems import N_


def title(framework: Framework, key: str, language: str) -> Html:
    """Name an indicator, ask what its page answers, and say why it is followed."""
    one = framework.indicators[key]
    aimed = bool(one.targets) or any(each.targets for each in one.revisions)
    question = (
        N_("Is it on track, and what is it made of?") if aimed else N_("How does it change, and what is it made of?")
    )
    return join(
        el(
            "h1",
            el("span", key, class_="k-key"),
            pick(one.label, language),
            el("span", tr(question, language), class_="k-asks"),
            class_="k-title",
        ),
        el("p", pick(one.why, language), class_="k-why") if one.why else None,
    )


def place(scene: Scene, key: str) -> Html:
    """Lead from an indicator to the list of all, to its level there, and to those that it supports or rests on."""
    one, said = scene.framework.indicators[key], scene.language
    view = {name: text for name, text in scene.params.items() if name != "indicator"}
    every = el("a", tr(N_("All indicators"), said), href=f"indicators?{urlencode(view)}")
    level = pick(scene.framework.levels[one.level].label, said)
    of_level = el("a", level, href=f"indicators?{urlencode({**view, 'level': one.level})}")
    return el(
        "nav",
        el("span", every, el("span", " › ", aria_hidden="true"), of_level),
        *(el("span", tr(name, said), " ", *names) for name, names in _related(scene, key)),
        class_="k-place",
        aria_label=tr(N_("Indicators around this one"), said),
    )


def _related(scene: Scene, key: str) -> Iterator[tuple[str, list[str]]]:
    """Give what an indicator supports and what supports it, each under its name."""
    indicators = scene.framework.indicators
    main, supporting = indicators[key].supports, [other for other, one in indicators.items() if one.supports == key]
    if main is not None:
        yield N_("Supports:"), _named(scene, [main])
    if supporting:
        yield N_("Supporting:"), _named(scene, supporting)


def _named(scene: Scene, keys: list[str]) -> list[str]:
    links = [join(*indicator_name(scene, key)) for key in keys]
    return [part for link in links for part in (", ", link)][1:]
