"""What waits on the reviewer's desk, and how quarters were locked and extended."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from kpi.framework.model import Framework
from kpi.language import day, pick, quarter_name, quarter_short, tr, whole
from kpi.locks import StoredExtension, StoredLock
from kpi.measure.model import Organisation
from kpi.present.html import Html, el, table
from kpi.present.returned import signed
from kpi.present.words import NOTHING
from kpi.present.written import as_written
from kpi.problems import N_
from kpi.returns import StoredReturn
from kpi.review import Waiting


def flag(sign: str, text: str, tone: str = "none") -> Html:
    """Mark something by a sign and words."""
    return el("span", el("span", sign, class_="k-sign", aria_hidden="true"), text, class_=f"k-flag k-{tone}")


def flags(one: Waiting, language: str) -> list[Html]:
    """Say what to know of a waiting return before it is opened."""
    told = []
    if one.locked:
        told.append(flag("▣", tr(N_("the quarter is locked: nothing is decided until it is reopened"), language)))
    if one.was_sent_back:
        told.append(flag("↩", tr(N_("corrected after it was sent back"), language)))
    if one.is_correction:
        told.append(flag("↻", tr(N_("corrects an approved return"), language)))
    if one.explanations:
        told.append(flag("✎", whole(N_("explanations: {count}"), language, count=one.explanations)))
    if one.by_oneself:
        told.append(flag("⚑", by_oneself(language), "bad"))
    if one.own:
        told.append(flag("⌂", own(language), "risk"))
    return told


def by_oneself(language: str) -> str:
    """Say that whoever looks handed a return in."""
    return tr(N_("you handed it in: somebody else has to decide"), language)


def own(language: str) -> str:
    """Say that whoever looks belongs to the return's organisation."""
    return tr(N_("your own organisation"), language)


def queue_table(
    framework: Framework, waiting: Sequence[Waiting], language: str, *, to: Callable[[StoredReturn], str]
) -> Html:
    """List what waits for a decision; `to` gives a return's address."""
    heads = [
        tr(head, language) for head in (N_("Organisation"), N_("Quarter"), N_("Handed in"), N_("Days"), N_("To know"))
    ]
    rows = [
        el(
            "tr",
            el("th", el("a", pick(one.organisation.name, language), href=to(one.head), target="_self"), scope="row"),
            el("td", quarter_short(one.head.quarter, language), data_label=heads[1]),
            el("td", signed(one.head.submitted_at, one.head.submitted_by, language, framework), data_label=heads[2]),
            el("td", str(one.days), data_label=heads[3], class_="k-right"),
            el("td", *(flags(one, language) or (NOTHING,)), data_label=heads[4]),
        )
        for one in waiting
    ]
    top = [el("th", head, scope="col", class_="k-right" if head == heads[3] else None) for head in heads]
    name = tr(N_("To decide"), language)
    return table(name, el("thead", el("tr", *top)), el("tbody", *rows), class_="k-table k-returns k-queue")


def waiting_name(one: Waiting, language: str) -> str:
    """Name a waiting return in a list to choose from."""
    return f"{pick(one.organisation.name, language)} · {quarter_short(one.head.quarter, language)}"


def locks_table(framework: Framework, locks: Iterable[StoredLock], language: str) -> Html:
    """List every lock there was, the newest first: when, by whom, why, and how it ended."""
    heads = [tr(head, language) for head in (N_("Quarter"), N_("State"), N_("Locked"), N_("Reopened"))]
    locks = sorted(locks, key=lambda one: one.locked_at, reverse=True)
    newest = {one.quarter: one for one in reversed(locks)}
    rows = [
        el(
            "tr",
            el("th", quarter_name(one.quarter, language), scope="row"),
            el("td", _state(one, language, stands=newest[one.quarter] == one), data_label=heads[1]),
            el("td", *_decision(framework, (one.locked_at, one.locked_by), one.reason, language), data_label=heads[2]),
            el(
                "td",
                *(
                    _decision(framework, (one.reopened_at, one.reopened_by or ""), one.reopened_reason or "", language)
                    if one.reopened_at is not None
                    else [NOTHING]
                ),
                data_label=heads[3],
            ),
        )
        for one in locks
    ]
    return _table(tr(N_("Locked quarters"), language), heads, rows)


def _state(one: StoredLock, language: str, *, stands: bool) -> Html:
    if not stands:
        return flag("·", tr(N_("an earlier lock"), language))
    if one.reopened_at is None:
        return flag("▣", tr(N_("locked"), language))
    return flag("○", tr(N_("reopened"), language), "risk")


def _decision(framework: Framework, who: tuple[datetime | None, str], why: str, language: str) -> list[Html]:
    at, by = who
    when = el("span", signed(at, by, language, framework), class_="k-small")
    return [el("span", as_written(why, language, framework), class_="k-said"), when]


def extensions_table(
    framework: Framework, extensions: Iterable[StoredExtension], names: Mapping[str, Organisation], language: str
) -> Html:
    """List the extensions, the latest day first."""
    heads = [tr(head, language) for head in (N_("Organisation"), N_("Quarter"), N_("Until"), N_("Why"))]
    rows = [
        el(
            "tr",
            el("th", pick(names[one.organisation].name, language) if one.organisation in names else one.organisation),
            el("td", quarter_short(one.quarter, language), data_label=heads[1]),
            el("td", day(one.until, language), data_label=heads[2]),
            el(
                "td", *_decision(framework, (one.granted_at, one.granted_by), one.reason, language), data_label=heads[3]
            ),
        )
        for one in sorted(extensions, key=lambda one: one.until, reverse=True)
    ]
    return _table(tr(N_("Extensions"), language), heads, rows)


def _table(name: str, heads: Sequence[str], rows: Iterable[Html]) -> Html:
    top = el("thead", el("tr", *(el("th", head, scope="col") for head in heads)))
    return table(name, top, el("tbody", *rows), class_="k-table k-returns")
