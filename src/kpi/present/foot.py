"""What stands beneath every page: who pays for the programme, and whom to ask."""

from kpi.framework.model import Framework
from kpi.language import pick, tr
from kpi.present.html import Html, el, join
from kpi.problems import N_


def foot(framework: Framework, language: str, *more: Html) -> Html:
    """Write the foot of a page, in the words of the framework; `more` stands at its end."""
    programme = framework.programme
    whom = programme.contact
    written = el("a", whom.email, href=f"mailto:{whom.email}") if whom.email else whom.phone
    return el(
        "footer",
        el("p", pick(programme.cofunding, language)) if programme.cofunding else None,
        el(
            "p",
            tr(N_("Questions about the figures or a return:"), language),
            " ",
            pick(whom.name, language),
            ", " if written else None,
            written,
            *(join(" · ", one) for one in more),
        ),
        class_="k-foot",
    )
