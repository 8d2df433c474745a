"""What is odd in the returns that stand, and what was said of it: open questions, and those that are answered.

Looked at are the returns that somebody answers for, submitted or approved. An answer belongs to an oddity with its very
values: where these change, it is asked again. What is said to be fixed stays open for as long as it is still found.
"""

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from kpi import recall
from kpi.access import Deed, Person, allow, may
from kpi.answered import OUTCOMES, Odd, Outcome, Quality
from kpi.installation import Installation
from kpi.locks import reason_of
from kpi.measure.model import Organisation
from kpi.measure.odd import KINDS, LIKELY_TWICE, LIKELY_TWICE_ELSEWHERE, Alike, Beside, Oddity
from kpi.measure.oddities import history_needed, oddities
from kpi.measure.told import Brief, Told, brief, told
from kpi.problems import N_, SaidError
from kpi.quarter import Quarter, Window
from kpi.store import desk, events, facts
from kpi.store import returns as stored
from kpi.store.desk import StoredResolution
from kpi.store.engine import reading, writing
from kpi.store.model import ReturnState, StoredReturn

__all__ = [
    "KINDS",
    "OUTCOMES",
    "Odd",
    "Oddity",
    "OddityGoneError",
    "Outcome",
    "Quality",
    "StoredResolution",
    "of_return",
    "quality",
    "resolve",
]

#: How many returns are held in brief; what they say never changes.
_HELD = 4_000
_held: OrderedDict[tuple[str, Quarter, str], Brief] = OrderedDict()
_lock = threading.Lock()

_ANSWERED_FOR = (ReturnState.SUBMITTED, ReturnState.APPROVED)


class OddityGoneError(SaidError):
    """What somebody wants to answer is no longer found."""

    text = N_("This is no longer found: the return was corrected meanwhile. Load the page again.")


def quality(installation: Installation, window: Window, *, organisation: str | None = None) -> Quality:
    """Look at the returns of a window, of one organisation or of all that whoever asks may see.

    The core team sees all, whoever reports those of their own organisations.
    """
    whose = _visible(installation.who, organisation)
    with reading(installation.engine) as session:
        heads = [
            head
            for (code, quarter), head in _standing(session, window).items()
            if quarter in window and (whose is None or code in whose)
        ]
        found = _looked_at(session, installation, heads)
        words = [
            one for one in desk.resolutions(session, quarters=window) if (whose is None or one.organisation in whose)
        ]
    odd = [Odd(oddity, head, _said(words, head, oddity)) for head, several in found for oddity in several]
    there = {(one.head.organisation, one.head.quarter, one.oddity.name) for one in odd}
    gone = [one for one in words if (one.organisation, one.quarter, one.oddity) not in there]
    odd.sort(key=lambda one: (-one.head.quarter.ordinal, one.head.organisation))
    return Quality(odd, gone, len(heads))


def of_return(installation: Installation, return_id: int) -> list[Odd]:
    """Give what is odd in one return, of whatever revision, beside the returns that stand.

    A `KeyError` where there is no such return.
    """
    with reading(installation.engine) as session:
        head = stored.get(session, return_id=return_id)
        _visible(installation.who, head.organisation)
        ((_, found),) = _looked_at(session, installation, [head])
        words = desk.resolutions(session, quarters=[head.quarter])
    return [Odd(oddity, head, _said(words, head, oddity)) for oddity in found]


def resolve(  # noqa: PLR0913 (of what, how, why, when)
    installation: Installation,
    *,
    organisation: str,
    quarter: Quarter,
    oddity: str,
    outcome: Outcome,
    text: str,
    at: datetime,
) -> None:
    """Say what became of an oddity; earlier words stay. `oddity` is its name.

    Raises `kpi.locks.ReasonMissingError` where the text says nothing, and `OddityGoneError`.
    """
    allow(installation.who, Deed.FOLLOW_UP)
    why = reason_of(text)
    there = quality(installation, Window.quarter(quarter), organisation=organisation)
    if all(one.oddity.name != oddity for one in there.odd):
        raise OddityGoneError
    with writing(installation.engine) as session:
        by = installation.who.signature
        desk.resolve(
            session,
            organisation=organisation,
            quarter=quarter,
            oddity=oddity,
            outcome=outcome.value,
            text=why,
            by=by,
            at=at,
        )
        after = {"oddity": oddity, "outcome": outcome.value, "text": why}
        subject = f"return/{organisation}/{quarter}"
        events.append(session, at=at, actor=by, action="oddity.resolved", subject=subject, after=after)


def _visible(who: Person, organisation: str | None) -> Collection[str] | None:
    """Give whose returns somebody may look at here: none stands for everybody's. Others are refused."""
    everything = may(who, Deed.REVIEW) or may(who, Deed.FOLLOW_UP)
    if organisation is not None:
        if not everything:
            allow(who, Deed.REPORT, organisation=organisation)
        return {organisation}
    if everything:
        return None
    if not who.organisations:
        allow(who, Deed.REVIEW)
    return {code for code in who.organisations if may(who, Deed.REPORT, organisation=code)}


def _said(words: Iterable[StoredResolution], head: StoredReturn, oddity: Oddity) -> tuple[StoredResolution, ...]:
    place = (head.organisation, head.quarter, oddity.name)
    return tuple(one for one in words if (one.organisation, one.quarter, one.oddity) == place)


def _standing(session: Session, window: Window) -> dict[tuple[str, Quarter], StoredReturn]:
    """Give the newest return that somebody answers for, of every organisation and quarter of a window."""
    return {
        (head.organisation, head.quarter): head
        for quarter in window
        for head in stored.find(session, quarter=quarter, states=_ANSWERED_FOR, standing=True)
    }


def _looked_at(
    session: Session, installation: Installation, heads: Sequence[StoredReturn]
) -> list[tuple[StoredReturn, list[Oddity]]]:
    """Look at returns beside their own organisations' and all others of these quarters and the few before."""
    if not heads:
        return []
    framework, who = installation.framework, installation.who
    first, last = min(head.quarter for head in heads), max(head.quarter for head in heads)
    standing = _standing(session, Window.range(first + -history_needed(framework), last))
    everything = {head.id: head for head in (*standing.values(), *heads)}.values()
    said = _tell(session, installation, everything, asked={head.id for head in heads})
    asked = {return_id: one for return_id, one in said.items() if isinstance(one, Told)}
    named = {one.code: one for one in recall.organisations(session, framework)}
    alike: dict[str, list[tuple[StoredReturn, int]]] = {}
    for other in standing.values():
        for name, (_, position) in said[other.id].likenesses.items():
            alike.setdefault(name, []).append((other, position))
    history: dict[str, list[Brief]] = {}
    for (code, _), other in standing.items():
        history.setdefault(code, []).append(said[other.id])
    proved: dict[int, set[tuple[str, int]]] = {}
    for one in recall.evidence(session, framework, returns=[head.id for head in heads]):
        proved.setdefault(one.return_id, set()).add((one.form, one.position))
    found = []
    for head in heads:
        now = asked[head.id]
        beside = Beside(
            now,
            history.get(head.organisation, ()),
            proved.get(head.id, set()),
            {name: rows for name in now.likenesses if (rows := _others(head, alike.get(name, ()), named))},
        )
        found.append((head, [_discreet(who, one) for one in oddities(framework, beside)]))
    return found


def _others(
    head: StoredReturn, rows: Iterable[tuple[StoredReturn, int]], named: Mapping[str, Organisation]
) -> list[Alike]:
    """Give the rows of other returns: of an earlier quarter or the same one, so that the later return is asked."""
    return [
        Alike(other.organisation, named[other.organisation].name, other.quarter, position)
        for other, position in rows
        if (other.organisation, other.quarter) != (head.organisation, head.quarter) and other.quarter <= head.quarter
    ]


def _discreet(who: Person, oddity: Oddity) -> Oddity:
    """Leave out who else reported a row, for those who may see their own organisations' returns only."""
    values = oddity.problem.values
    if oddity.problem.fault is not LIKELY_TWICE or may(who, Deed.REVIEW) or values["code"] in who.organisations:
        return oddity
    told_less = {name: value for name, value in values.items() if name in {"form", "rows", "quarter"}}
    return replace(oddity, problem=LIKELY_TWICE_ELSEWHERE.at(oddity.problem.place, **told_less))


def _tell(
    session: Session, installation: Installation, heads: Collection[StoredReturn], *, asked: Collection[int]
) -> dict[int, Brief]:
    """Tell returns by id, those `asked` about whole, all others in brief; what was read before is in memory."""
    framework = installation.framework
    keys = {head.id: (installation.sha256, head.quarter, head.content_sha256) for head in heads}
    with _lock:
        found = {return_id: _held[key] for return_id, key in keys.items() if key in _held}
    wanted = [head for head in heads if not isinstance(found.get(head.id), Told if head.id in asked else Brief)]
    for begin in range(0, len(wanted), _AT_ONCE):
        some = wanted[begin : begin + _AT_ONCE]
        contents = stored.contents(session, return_ids=[head.id for head in some])
        # A draft has no facts yet; whoever looks at one asks about it.
        whole = [head.id for head in some if head.id in asked and head.state is not ReturnState.DRAFT]
        derived = facts.of_returns(session, return_ids=whole)
        totals = facts.totals(session, return_ids=[head.id for head in some if head.id not in asked])
        for head in some:
            content = contents[head.id]
            if head.id in asked:
                found[head.id] = told(framework, head.quarter, content, derived=derived.get(head.id))
            else:
                found[head.id] = brief(framework, head.quarter, content, derived=totals[head.id])
    with _lock:
        for return_id, key in keys.items():
            _held[key] = found[return_id]
            _held.move_to_end(key)
        while len(_held) > _HELD:
            _held.popitem(last=False)
    return found


#: How many returns' records are held in memory at once.
_AT_ONCE = 200
