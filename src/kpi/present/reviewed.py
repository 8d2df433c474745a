"""A return as its reviewer sees it: who said it and how, what is different in it, what was said about it."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from kpi.audit import Event
from kpi.framework.model import Framework
from kpi.language import message, moment, pick, tr, whole
from kpi.present.compared import row_name
from kpi.present.desk import by_oneself, flag, own
from kpi.present.html import Html, el, table
from kpi.present.log import name
from kpi.present.logged import changes
from kpi.present.returned import became, came_in_as, signed
from kpi.present.words import NOTHING
from kpi.present.written import as_written
from kpi.problems import N_
from kpi.quality import OUTCOMES, Odd
from kpi.remarks import StoredComment
from kpi.returns import StoredReturn
from kpi.review import Reviewed


def facts(framework: Framework, found: Reviewed, language: str) -> Html:
    """Say who handed the return in, when and how, and what became of it."""
    head = found.head
    entries = [
        (N_("Revision"), f"{head.revision} · {became(head, language)}"),
        (N_("Handed in"), signed(head.submitted_at, head.submitted_by, language, framework)),
        (N_("Came in as"), came_in_as(head, language, on_behalf=found.on_behalf)),
        (N_("Rows"), str(found.content.rows)),
    ]
    if head.approved_at is not None:
        entries.append((N_("Approved"), signed(head.approved_at, head.approved_by, language, framework)))
    if found.file_name is not None:
        entries.append((N_("File"), el("a", found.file_name, href=f"/download/file?return={head.id}", target="_self")))
    return el(
        "dl",
        *(el("div", el("dt", tr(name, language)), el("dd", said)) for name, said in entries),
        class_="k-facts k-head",
    )


def flags(found: Reviewed, language: str) -> Html | None:
    """Say what to know before one decides."""
    told = []
    if found.waits and found.by_oneself:
        told.append(flag("⚑", by_oneself(language), "bad"))
    if found.waits and found.own:
        told.append(flag("⌂", own(language), "risk"))
    if found.on_behalf:
        text = N_("handed in on behalf of the organisation by somebody who does not report for it")
        told.append(flag("⇄", tr(text, language), "risk"))
    if found.lock is not None:
        text = whole(N_("the quarter is locked: {reason}"), language, reason=found.lock.reason)
        told.append(flag("▣", text, "risk"))
    return el("p", *told, class_="k-flags") if told else None


def reasons(
    framework: Framework,
    said: Mapping[str | None, str],
    language: str,
    *,
    head: str = N_("Why it was returned for correction"),
) -> Html | None:
    """Show why a return was sent back."""
    if not said:
        return None
    lines = [
        el("li", el("strong", pick(framework.forms[form].label, language), ": "), as_written(why, language, framework))
        for form, why in said.items()
        if form in framework.forms
    ]
    return el(
        "div",
        el("strong", tr(head, language)),
        el("p", as_written(said[None], language, framework)) if None in said else None,
        el("ul", *lines) if lines else None,
        class_="k-reasons",
        role="note",
    )


def revision_name(one: StoredReturn, language: str) -> str:
    """Name a revision to compare with."""
    return whole(N_("Revision {revision}, {state}"), language, revision=str(one.revision), state=became(one, language))


def explanations(framework: Framework, said: Iterable[Mapping[str, object]], language: str) -> Html:
    """Show what was remarked when the return was handed in, and the words by which it was explained."""
    lines = [
        el(
            "li",
            el("span", _place(framework, one, language), class_="k-cell-name"),
            as_written(str(one.get("said") or ""), language, framework),
            el("blockquote", as_written(str(one.get("explanation") or ""), language, framework)),
        )
        for one in said
    ]
    return el("ul", *lines, class_="k-explained")


def _place(framework: Framework, one: Mapping[str, object], language: str) -> str:
    form, row = str(one.get("form") or ""), one.get("row")
    label = pick(framework.forms[form].label, language) if form in framework.forms else form
    return whole(N_("{form}, row {row}"), language, form=label, row=row) if row else label


def oddities(framework: Framework, found: Sequence[Odd], language: str) -> Html:
    """List what is odd in the return, and what was said of it; open questions come first."""
    lines = []
    for one in sorted(found, key=lambda one: not one.is_open):
        outcome = tr(OUTCOMES[one.outcome], language) if one.outcome else tr(N_("not answered yet"), language)
        words = [
            el(
                "blockquote",
                as_written(each.text, language, framework),
                el("span", signed(each.at, each.by, language, framework), class_="k-small"),
            )
            for each in one.said
        ]
        sign, tone = ("▲", "risk") if one.is_open else ("✓", "none")
        lines.append(el("li", flag(sign, outcome, tone), message(one.oddity.problem, language), *words))
    return el("ul", *lines, class_="k-explained")


def notes(framework: Framework, said: Mapping[str | None, str], language: str) -> Html | None:
    """Show the notes that whoever reports wrote beside the return and its forms."""
    lines = [
        el(
            "li",
            el("strong", pick(framework.forms[form].label, language), ": ") if form in framework.forms else None,
            as_written(text, language, framework),
        )
        for form, text in said.items()
    ]
    return el("ul", *lines, class_="k-explained") if lines else None


def evidence(framework: Framework, found: Reviewed, language: str) -> Html | None:
    """List what stands behind the rows: links, and files to take away."""
    lines = []
    for one in found.evidence:
        if one.form not in framework.forms or one.form not in found.content.forms:
            continue
        to = one.link if one.file_id is None else f"/evidence/{found.head.id}/{one.file_id}"
        shown = el("a", one.name, href=to, target="_blank", rel="noopener noreferrer") if _is_safe(to) else one.name
        label = pick(framework.forms[one.form].label, language)
        name = f"{label}, {row_name(framework, found, one.form, one.position, language)}: "
        lines.append(el("li", el("span", name, class_="k-cell-name"), shown))
    return el("ul", *lines, class_="k-explained") if lines else None


def _is_safe(address: str | None) -> bool:
    """Tell whether an address may be a link: no scheme but the web's own."""
    return address is not None and address.startswith(("https://", "http://", "/evidence/"))


def comments(
    framework: Framework,
    found: Sequence[StoredComment],
    language: str,
    *,
    where: Callable[[StoredComment], str | None] | None = None,
) -> Html:
    """Show remarks in their order; `where` names the place of one, if the form's name is not all there is to say."""
    lines = []
    for one in found:
        place = where(one) if where else None
        if place is None and one.form in framework.forms:
            place = pick(framework.forms[one.form].label, language)
        lines.append(
            el(
                "li",
                el(
                    "span",
                    " · ".join(part for part in (one.by, moment(one.at.astimezone(), language), place) if part),
                    class_="k-small",
                ),
                el("p", as_written(one.text, language, framework)),
            )
        )
    return el("ul", *lines, class_="k-remarks")


def history(framework: Framework, found: Sequence[Event], language: str) -> Html:
    """List what was done with a return, in all its revisions, and with its quarter."""
    heads = [tr(head, language) for head in (N_("When"), N_("What"), N_("Who"), N_("Before → after"), N_("Log no."))]
    rows = [
        el(
            "tr",
            el("th", moment(one.at.astimezone(), language), scope="row"),
            *(
                el("td", cell, data_label=head)
                for head, cell in zip(
                    heads[1:],
                    (
                        _done(one, language),
                        as_written(one.actor, language, framework),
                        changes(one, framework, language) or NOTHING,
                        str(one.id),
                    ),
                    strict=True,
                )
            ),
        )
        for one in found
    ]
    top = el("thead", el("tr", *(el("th", head, scope="col") for head in heads)))
    return table(
        tr(N_("What was done, and by whom"), language), top, el("tbody", *rows), class_="k-table k-returns k-log"
    )


def _done(one: Event, language: str) -> str:
    """Say what was done, and to which revision."""
    revision = one.subject.split("/")[3:]
    done = name(one.action, language)
    return whole(N_("{what}, revision {revision}"), language, what=done, revision=revision[0]) if revision else done
