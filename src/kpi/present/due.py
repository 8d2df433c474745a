"""What an organisation has to hand in, as cards: due when, how far, what to do next; and the older quarters."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kpi.calendar import STANDINGS, Asked, Standing
from kpi.framework.model import Framework
from kpi.language import day, pick, quarter_name, tr, whole
from kpi.present.html import Html, el, join, table
from kpi.present.returned import CHANNELS, became, signed, standing_badge, when_by
from kpi.present.reviewed import reasons
from kpi.present.words import NOTHING
from kpi.present.written import within
from kpi.problems import N_
from kpi.returns import ReturnState, StoredReturn

#: Gives the address of a path for the card's quarter.
To = Callable[[str], str]

_SOON = 14
#: Of these something is to be done by the organisation.
TO_DO = frozenset({Standing.NOT_BEGUN, Standing.DRAFT, Standing.RETURNED})
#: So many of the quarters with nothing to do are shown; the earlier ones are folded.
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Draft:
    """How far a draft is: who typed last, and how much is to be corrected and to be explained."""

    touched: str
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class Card:
    """One quarter; `locked` says why it takes nothing, `draft` is there while one is open.

    One card `leads`: what comes next in it stands out.
    """

    asked: Asked
    to: To
    locked: str | None = None
    draft: Draft | None = None
    leads: bool = False


def findings(to_do: Sequence[Asked], language: str) -> Html:
    """Say in a sentence what comes first, and what after it; `to_do` comes in that order."""
    pressing = [one for one in to_do if not one.is_running or one.standing is Standing.RETURNED]
    if pressing:
        first, *later = pressing
        why = STANDINGS[first.standing] if first.standing is Standing.RETURNED else None
        told = whole(
            N_("First of all: {quarter} – {why}."),
            language,
            quarter=quarter_name(first.quarter, language),
            why=tr(why, language) if why else _left(first, language)[2],
        )
        names = ", ".join(quarter_name(one.quarter, language) for one in later)
        after = [whole(N_("After that: {quarters}."), language, quarters=names)] if later else []
        return el("p", " ".join([told, *after]), class_="k-findings")
    running = next(iter(to_do), None)
    if running is None:
        return nothing_due(language)
    text = N_("Nothing is late. {quarter} is still running, until {day}: there is time until {due}.")
    values = {"day": day(running.quarter.ends, language), "due": day(running.due, language)}
    return el(
        "p", whole(text, language, quarter=quarter_name(running.quarter, language), **values), class_="k-findings"
    )


def card(framework: Framework, one: Card, language: str) -> Html:
    """Show a quarter: due when, how far it is, why it was sent back, what can be done."""
    asked = one.asked
    return el(
        "section",
        el(
            "div",
            el("h2", quarter_name(asked.quarter, language)),
            standing_badge(asked.standing, language),
            class_="k-due-head",
        ),
        el("p", *_due(asked, language), class_="k-due-when"),
        _locked(framework, one, language),
        reasons(framework, asked.reasons, language),
        _draft(one.draft, language),
        el("p", *_actions(one, language), class_="k-actions"),
        _forms(framework, asked, language),
        _history(framework, asked.revisions, one.to, language),
        class_="k-due",
    )


def _due(asked: Asked, language: str) -> Iterator[str]:
    text = N_("Due by {day}, extended") if asked.is_extended else N_("Due by {day}")
    yield whole(text, language, day=day(asked.due, language))
    if asked.standing in TO_DO:
        yield " "
        yield left(asked, language)
    if asked.is_running:
        yield " · "
        yield whole(N_("the quarter runs until {day}"), language, day=day(asked.quarter.ends, language))


def left(asked: Asked, language: str) -> Html:
    """Show how many days are left, or since how many it is late."""
    tone, sign, text = _left(asked, language)
    return el("span", el("span", sign, class_="k-sign", aria_hidden="true"), text, class_=f"k-badge k-{tone}")


def _left(asked: Asked, language: str) -> tuple[str, str, str]:
    """Say how many days are left, or since how many it is late: a tone, a sign, and words."""
    days = asked.days_left
    match days:
        case 0:
            sign, text = "▲", tr(N_("due today"), language)
        case 1:
            sign, text = "▲", tr(N_("1 day left"), language)
        case -1:
            sign, text = "▼", tr(N_("1 day late"), language)
        case _ if days > 0:
            sign, text = "▲" if days <= _SOON else "◷", whole(N_("{count} days left"), language, count=days)
        case _:
            sign, text = "▼", whole(N_("{count} days late"), language, count=-days)
    return "bad" if days < 0 else "risk" if days <= _SOON else "none", sign, text


def _locked(framework: Framework, one: Card, language: str) -> Html | None:
    if one.locked is None:
        return None
    text = whole(N_("This quarter is locked: {reason}"), language, reason=one.locked)
    said = within(text, one.locked, language, framework)
    return el("p", el("span", "▣", class_="k-sign", aria_hidden="true"), said, class_="k-nothing")


def _draft(draft: Draft | None, language: str) -> Html | None:
    if draft is None:
        return None
    told = [whole(N_("Last saved {when}."), language, when=draft.touched)]
    if draft.errors:
        told.append(whole(N_("To be corrected: {count}."), language, count=draft.errors))
    if draft.warnings:
        told.append(whole(N_("To be explained: {count}."), language, count=draft.warnings))
    if not draft.errors:
        told.append(tr(N_("Ready to be submitted."), language))
    return el("p", " ".join(told), class_="k-note")


def _actions(one: Card, language: str) -> Iterator[Html]:
    if one.asked.standing in {Standing.SUBMITTED, Standing.APPROVED}:
        newest = next((each for each in one.asked.revisions if each.state is not ReturnState.DRAFT), None)
        if newest is not None:
            yield button(tr(N_("Receipt"), language), one.to(f"/receipt/{newest.id}"))
    if one.locked is not None:
        return
    match one.asked.standing:
        case Standing.NOT_BEGUN:
            yield button(tr(N_("1. Download the workbook"), language), one.to("/download/template"), first=one.leads)
            yield button(tr(N_("2. Upload it filled in"), language), one.to("/upload"))
            yield button(tr(N_("Or fill it in here, on the web"), language), one.to("/form"))
        case Standing.DRAFT:
            ready = one.draft is not None and not one.draft.errors
            yield button(tr(N_("Go on on the web"), language), one.to("/form"), first=one.leads and not ready)
            yield button(tr(N_("Check and submit"), language), one.to("/submit"), first=one.leads and ready)
            yield button(tr(N_("Download it as a workbook"), language), one.to("/download/workbook"))
            yield button(tr(N_("Upload a workbook"), language), one.to("/upload"))
        case Standing.RETURNED:
            yield button(tr(N_("Correct it on the web"), language), one.to("/form"), first=one.leads)
            yield button(tr(N_("Download it as a workbook"), language), one.to("/download/workbook"))
            yield button(tr(N_("Upload the corrected workbook"), language), one.to("/upload"))
        case Standing.APPROVED:
            yield button(tr(N_("Correct it"), language), one.to("/form"))
            yield button(tr(N_("Download it as a workbook"), language), one.to("/download/workbook"))
            yield button(tr(N_("Upload a corrected workbook"), language), one.to("/upload"))
        case Standing.SUBMITTED:
            yield button(tr(N_("Download it as a workbook"), language), one.to("/download/workbook"))


def button(text: str, address: str, *, first: bool = False) -> Html:
    """Make a link that looks like a button."""
    return el("a", text, href=address, target="_self", class_="k-button k-first" if first else "k-button")


def _forms(framework: Framework, asked: Asked, language: str) -> Html:
    labels = [pick(framework.forms[key].label, language) for key in asked.forms]
    return el(
        "details",
        el("summary", whole(N_("What is asked: {count} sheets"), language, count=len(labels))),
        el("ul", *(el("li", label) for label in labels)),
        class_="k-fold",
    )


def _history(framework: Framework, revisions: Sequence[StoredReturn], to: To, language: str) -> Html | None:
    if all(one.state is ReturnState.DRAFT and one.file_id is None for one in revisions):
        return None
    heads = (N_("Revision"), N_("What became of it"), N_("Submitted"), N_("Came in as"), N_("Papers"))
    said = [tr(head, language) for head in heads]
    rows = [
        el(
            "tr",
            el("th", f"{said[0]} {one.revision}", scope="row"),
            el("td", became(one, language), data_label=said[1]),
            el("td", signed(one.submitted_at, one.submitted_by, language, framework), data_label=said[2]),
            el("td", tr(CHANNELS[one.channel], language), data_label=said[3]),
            el("td", *_papers(one, to, language), data_label=said[4]),
        )
        for one in revisions
    ]
    top = el("thead", el("tr", *(el("th", head, scope="col") for head in said)))
    name = whole(N_("History (revisions: {count})"), language, count=len(revisions))
    return el(
        "details",
        el("summary", name),
        table(name, top, el("tbody", *rows), class_="k-table k-returns"),
        class_="k-fold",
    )


def _papers(one: StoredReturn, to: To, language: str) -> list[str]:
    found: list[str] = []
    if one.state is not ReturnState.DRAFT:
        found.append(el("a", tr(N_("Receipt"), language), href=to(f"/receipt/{one.id}"), target="_self"))
    if one.file_id is not None:
        address = to("/download/file") + f"&return={one.id}"
        found += [" · "] * bool(found) + [el("a", tr(N_("File"), language), href=address, target="_self")]
    return found or [NOTHING]


def older(found: Sequence[Card], language: str) -> Html:
    """List the quarters about which there is nothing to do any more, quietly; the earlier ones are folded."""
    earlier = found[_SHOWN:]
    summary = whole(N_("Earlier quarters: {count}"), language, count=len(earlier))
    return join(
        _quarters(tr(N_("Other quarters"), language), found[:_SHOWN], language),
        el("details", el("summary", summary), _quarters(summary, earlier, language), class_="k-fold")
        if earlier
        else None,
    )


def _quarters(name: str, found: Sequence[Card], language: str) -> Html:
    said = [tr(head, language) for head in (N_("Quarter"), N_("Due by"), N_("Standing"), N_("Submitted"), N_("Papers"))]
    rows = [
        el(
            "tr",
            el("th", _opened(one, language), scope="row"),
            el("td", day(one.asked.due, language), data_label=said[1]),
            el("td", standing_badge(one.asked.standing, language), *_late(one.asked, language), data_label=said[2]),
            el("td", _handed_in(one.asked, language), data_label=said[3]),
            el("td", *_of_newest(one, language), data_label=said[4]),
        )
        for one in found
    ]
    top = el("thead", el("tr", *(el("th", head, scope="col") for head in said)))
    return table(name, top, el("tbody", *rows), class_="k-table k-returns")


def _opened(one: Card, language: str) -> Html:
    return el("a", quarter_name(one.asked.quarter, language), href=one.to("/my_returns"), target="_self")


def _late(asked: Asked, language: str) -> list[str]:
    return [" ", left(asked, language)] if asked.is_late else []


def _handed_in(asked: Asked, language: str) -> str:
    newest = _newest(asked)
    return NOTHING if newest is None else when_by(newest.submitted_at, newest.submitted_by, language)


def _of_newest(one: Card, language: str) -> list[str]:
    newest = _newest(one.asked)
    return [NOTHING] if newest is None else _papers(newest, one.to, language)


def _newest(asked: Asked) -> StoredReturn | None:
    return next((one for one in asked.revisions if one.state is not ReturnState.DRAFT), None)


def nothing_due(language: str) -> Html:
    """Say that there is nothing to do now."""
    return el(
        "div",
        el("strong", tr(N_("Nothing is due."), language)),
        " ",
        tr(N_("All that was asked is handed in."), language),
        class_="k-nothing",
        role="status",
    )
