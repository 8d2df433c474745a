"""What an indicator's page is called, and what it answers."""

from kpi.framework.model import Framework
from kpi.language import pick, tr
from kpi.present.html import Html, el, join
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
