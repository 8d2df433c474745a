"""A receipt, to print or to keep."""

from collections.abc import Mapping

from kpi.framework.model import Framework
from kpi.language import pick, quarter_name, tr, whole
from kpi.measure.model import State
from kpi.measure.values import Value
from kpi.present.compared import row_of
from kpi.present.html import Html, el, join, table
from kpi.present.returned import became, came_in_as, forms_table, when_by
from kpi.present.words import NOTHING, with_unit
from kpi.problems import N_
from kpi.receipts import Receipt
from kpi.returns import ReturnState


def receipt_page(framework: Framework, told: Receipt, written_in: str, language: str) -> tuple[str, Html]:
    """Give the title of a receipt and all that it says; `written_in` names the return's language."""
    revision = told.revision
    title = tr(N_("Receipt"), language)
    sealed = tr(N_("By these numbers it can be shown that nothing was changed afterwards."), language)
    how = tr(N_("To print or save it as PDF, use your browser's print command."), language)
    about = whole(
        N_("{organisation}, {quarter}, revision {revision}"),
        language,
        organisation=pick(told.organisation.name, language),
        quarter=quarter_name(revision.quarter, language),
        revision=str(revision.revision),
    )
    return f"{title}: {about}", join(
        el("h1", title),
        el("p", about),
        el("p", became(revision, language), class_="stamp"),
        _facts(told, written_in, language),
        _beginning(told, language),
        el("h2", tr(N_("Sheets"), language)),
        forms_table(framework, told.forms, language, class_=""),
        *_figures(framework, told.figures, language),
        *_evidence(framework, told, language),
        *_said(told, language),
        el("h2", tr(N_("Seals"), language)),
        el("p", sealed, class_="note"),
        _seals(told, language),
        el("p", how, class_="note screen"),
    )


def _facts(told: Receipt, written_in: str, language: str) -> Html:
    revision = told.revision
    rows = [
        (N_("Organisation"), f"{pick(told.organisation.name, language)} ({told.organisation.code})"),
        (N_("Quarter"), quarter_name(revision.quarter, language)),
        (N_("Revision"), str(revision.revision)),
        (N_("Submitted"), when_by(revision.submitted_at, revision.submitted_by, language)),
        (N_("Came in as"), came_in_as(revision, language, on_behalf=told.on_behalf)),
        (N_("Language"), written_in),
        (N_("Rows"), str(told.content.rows)),
    ]
    if told.proof:
        rows.append((N_("File"), told.proof[0]))
    if revision.state is ReturnState.APPROVED:
        rows.append((N_("Approved"), when_by(revision.approved_at, revision.approved_by, language)))
    return _listed(rows, language)


def _beginning(told: Receipt, language: str) -> Html | None:
    """Say which file a draft began from that was typed into on the web."""
    if told.begun_from is None:
        return None
    text = N_(
        "Begun from the file “{name}”, then filled in on the web. What was handed in is what stands here, "
        "not what the file says."
    )
    return el("p", whole(text, language, name=told.begun_from), class_="note")


def _evidence(framework: Framework, told: Receipt, language: str) -> list[Html]:
    """List what stands behind the rows, form by form."""
    rows = [
        el(
            "tr",
            el("th", pick(framework.forms[one.form].label, language), scope="row"),
            el("td", row_of(framework, told.revision.quarter, told.content, (one.form, one.position), language)),
            el("td", one.name),
            el("td", el("code", one.sha256) if one.sha256 else tr(N_("a link"), language)),
        )
        for key in framework.forms
        if key in told.forms
        for one in told.evidence
        if one.form == key
    ]
    if not rows:
        return []
    heads = (N_("Sheet"), N_("Row"), N_("File or link"), N_("SHA-256"))
    top = [el("th", tr(head, language), scope="col") for head in heads]
    name = tr(N_("Evidence"), language)
    return [
        el("h2", name),
        table(name, el("thead", el("tr", *top)), el("tbody", *rows), class_="evidence"),
    ]


def _figures(framework: Framework, figures: Mapping[str, Value], language: str) -> list[Html]:
    if not figures:
        return []
    rows = [
        el(
            "tr",
            el("th", f"{key} ", pick(framework.indicators[key].label, language), scope="row"),
            el("td", _written(framework, key, value, language), class_="right"),
        )
        for key, value in figures.items()
    ]
    heads = (N_("Indicator"), N_("This return"))
    top = [el("th", tr(head, language), scope="col", class_="right" if head == heads[1] else None) for head in heads]
    name = tr(N_("What it says in figures"), language)
    return [
        el("h2", name),
        table(name, el("thead", el("tr", *top)), el("tbody", *rows)),
    ]


def _written(framework: Framework, indicator: str, value: Value, language: str) -> str:
    if value.state is State.NOT_APPLICABLE:
        return tr(N_("not applicable"), language)
    return with_unit(framework, indicator, value.value, language)


def _said(told: Receipt, language: str) -> list[Html]:
    """Give the note to the return, and each remark with its explanation."""
    found = []
    if told.note:
        found += [el("h2", tr(N_("Note"), language)), el("p", told.note)]
    if told.explanations:
        lines = [el("li", str(one["said"]), " — ", el("em", str(one["explanation"]))) for one in told.explanations]
        found += [el("h2", tr(N_("Remarks and explanations"), language)), el("ul", *lines)]
    return found


def _seals(told: Receipt, language: str) -> Html:
    rows: list[tuple[str, str]] = [(N_("Content (SHA-256)"), el("code", told.revision.content_sha256))]
    if told.proof:
        rows.append((N_("File (SHA-256)"), el("code", told.proof[1])))
    rows.append((N_("Link of the log"), el("code", told.event.hash) if told.event else NOTHING))
    return _listed(rows, language)


def _listed(rows: list[tuple[str, str]], language: str) -> Html:
    return el("dl", *(join(el("dt", tr(term, language)), el("dd", said)) for term, said in rows))
