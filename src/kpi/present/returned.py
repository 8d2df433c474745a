"""What a return is, in words: how far it is, how it came in, what it says of each form."""

from collections.abc import Callable, Mapping
from datetime import datetime

from kpi.calendar import STANDINGS, Standing
from kpi.framework.model import Framework
from kpi.intake.words import STATE_LABELS
from kpi.language import moment, pick, tr, whole
from kpi.present.html import Html, el, join, table
from kpi.present.words import NOTHING
from kpi.present.written import within
from kpi.problems import N_
from kpi.records import FormState, ReportedForm
from kpi.returns import Channel, ReturnState, StoredReturn

CHANNELS = {
    Channel.WORKBOOK: N_("Excel workbook"),
    Channel.FORM: N_("filled in on the web"),
    Channel.IMPORT: N_("brought in by the core team"),
}
_SIGNS = {
    Standing.NOT_BEGUN: "○",
    Standing.DRAFT: "✎",
    Standing.SUBMITTED: "◔",
    Standing.RETURNED: "↩",
    Standing.APPROVED: "✓",
}
_TONES = {Standing.RETURNED: "bad", Standing.DRAFT: "risk", Standing.APPROVED: "good"}
#: A form that nobody has answered yet.
_NOT_FILLED_IN = N_("not filled in yet")


def standing_badge(standing: Standing, language: str) -> Html:
    """Show how far a quarter's return is: a sign and a word."""
    sign = el("span", _SIGNS[standing], class_="k-sign", aria_hidden="true")
    return el("span", sign, tr(STANDINGS[standing], language), class_=f"k-badge k-{_TONES.get(standing, 'none')}")


def form_state(state: FormState, language: str) -> str:
    """Say what a return says of a whole form."""
    return tr(STATE_LABELS.get(state, _NOT_FILLED_IN), language)


def became(revision: StoredReturn, language: str) -> str:
    """Say what became of a revision."""
    stands = revision.superseded_at is None
    match revision.state:
        case ReturnState.DRAFT:
            return tr(N_("draft") if stands else N_("draft, given up"), language)
        case ReturnState.SUBMITTED:
            return tr(N_("submitted, waits for approval") if stands else N_("withdrawn or replaced"), language)
        case ReturnState.RETURNED:
            return tr(N_("returned for correction"), language)
        case ReturnState.APPROVED:
            return tr(N_("approved") if stands else N_("approved, replaced since"), language)


def came_in_as(revision: StoredReturn, language: str, *, on_behalf: bool) -> str:
    """Say how a revision came in, and whether somebody else than its organisation handed it in."""
    channel = tr(CHANNELS[revision.channel], language)
    if not on_behalf or revision.channel is Channel.IMPORT:  # an import says so anyway
        return channel
    return whole(N_("{channel}, on behalf of the organisation"), language, channel=channel)


def when_by(at: datetime | None, by: str | None, language: str) -> str:
    """Say when something was done, and by whom."""
    if at is None:
        return NOTHING
    local = at.astimezone()
    return moment(local, language) if not by else whole(N_("{at} by {by}"), language, at=moment(local, language), by=by)


def signed(at: datetime | None, by: str | None, language: str, framework: Framework) -> Html | str:
    """Say the same for a page: a name in another language than the page's is marked."""
    said = when_by(at, by, language)
    return within(said, by, language, framework) if at is not None and by else said


def forms_in_brief(
    framework: Framework, forms: Mapping[str, ReportedForm], language: str, *, to: Callable[[str], str]
) -> Html | None:
    """Name the forms of which nothing is reported, by what they say; none where all report. `to` leads to each."""
    lines = []
    for state in (FormState.NOTHING, FormState.NOT_APPLICABLE):
        names = [
            el("a", pick(framework.forms[key].label, language), href=to(key), target="_self")
            for key in framework.forms
            if key in forms and forms[key].state is state
        ]
        if names:
            said = form_state(state, language)
            head = el("strong", f"{said[:1].upper()}{said[1:]} ({len(names)}): ")
            lines.append(el("p", head, names[0], *(join(", ", name) for name in names[1:]), class_="k-brief"))
    return join(*lines) if lines else None


def forms_table(
    framework: Framework,
    forms: Mapping[str, ReportedForm],
    language: str,
    *,
    beside: Mapping[str, Html] | None = None,
    class_: str = "k-table k-forms",
) -> Html:
    """List a return's forms: what each says and in how many rows; `beside` gives a last cell of each."""
    heads = [tr(N_("Sheet"), language), tr(N_("Says"), language), tr(N_("Rows"), language)]
    top = [el("th", head, scope="col", class_="k-right right" if head == heads[2] else None) for head in heads] + (
        [el("th", el("span", tr(N_("To look at"), language), class_="k-unseen"), scope="col")] if beside else []
    )
    rows = [
        el(
            "tr",
            el("th", pick(framework.forms[key].label, language), scope="row"),
            el("td", form_state(form.state, language), class_="k-none" if form.state is FormState.MISSING else None),
            el("td", str(len(form.records)) if form.records else NOTHING, class_="k-right right"),
            el("td", beside.get(key)) if beside else None,
        )
        for key, form in ((key, forms[key]) for key in framework.forms if key in forms)
    ]
    return table(tr(N_("Sheets"), language), el("thead", el("tr", *top)), el("tbody", *rows), class_=class_)
