"""What the store should hold by the log: the life of every return, and all that is kept beside returns.

Pure: links in their order go in. A link that somebody tampered with is found by its seal; here it is understood as far
as possible.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kpi.quarter import NotAQuarterError, Quarter
from kpi.store.kept import Kept, Kind, numbered, sign_in_sha256
from kpi.store.model import ReturnState, StoredEvent
from kpi.store.retention import anonymous

#: The actions by which a return lives.
OF_RETURNS = (
    "return.draft_begun",
    "return.submitted",
    "return.approved",
    "return.returned",
    "return.draft_discarded",
)


@dataclass(slots=True)
class Life:
    """How far a revision has come: the columns of its row that change in its life."""

    state: ReturnState
    submitted_at: datetime | None = None
    submitted_by: str | None = None
    approved_at: datetime | None = None
    approved_by: str | None = None
    superseded_at: datetime | None = None
    version: int = 1

    @property
    def current(self) -> bool:
        """Whether it counts."""
        return self.state is ReturnState.APPROVED and self.superseded_at is None

    def put_aside(self, at: datetime) -> None:
        """Let it stand no more."""
        if self.superseded_at is None:
            self.superseded_at, self.version = at, self.version + 1


def lives(links: Iterable[StoredEvent]) -> dict[str, Life]:
    """Tell from the links of `OF_RETURNS` how far each revision has come, by its subject."""
    found: dict[str, Life] = {}
    open_one: dict[str, Life] = {}
    counting: dict[str, Life] = {}
    for link in links:
        if not link.subject.startswith("return/"):
            continue
        place = link.subject.rpartition("/")[0]
        life = found.get(link.subject)
        if life is None:
            begun = link.action == "return.draft_begun"
            life = Life(ReturnState.DRAFT) if begun else Life(ReturnState.SUBMITTED, link.at, link.actor)
            if place in open_one:
                open_one[place].put_aside(link.at)
            found[link.subject] = open_one[place] = life
            continue
        match link.action:
            case "return.submitted":
                life.state, life.submitted_at, life.submitted_by = ReturnState.SUBMITTED, link.at, link.actor
                life.version += 1
            case "return.approved":
                if place in counting:
                    counting[place].put_aside(link.at)
                life.state, life.approved_at, life.approved_by = ReturnState.APPROVED, link.at, link.actor
                life.version += 1
                counting[place] = life
                open_one.pop(place, None)
            case "return.returned":
                life.state = ReturnState.RETURNED
                life.put_aside(link.at)
            case "return.draft_discarded":
                life.put_aside(link.at)
    return found


def kept(links: Iterable[StoredEvent]) -> Kept:
    """Tell from the links of `OF_WORDS` what should be kept beside returns; of each thing what the log tells of it."""
    found: dict[Kind, dict[str, dict[str, Any]]] = {kind: {} for kind in Kind}
    several: dict[Kind, list[tuple[str, dict[str, Any]]]] = {kind: [] for kind in Kind}
    for link in links:
        _ACTIONS[link.action](link, _fields(link), found, several)
    for kind in (Kind.LOCK, Kind.REMARK, Kind.ANSWER):
        found[kind] = {name: dict(says) for name, says in numbered(several[kind]).items()}
    return found


_Found = dict[Kind, dict[str, dict[str, Any]]]
_Several = dict[Kind, list[tuple[str, dict[str, Any]]]]


def _organisation(link: StoredEvent, says: Mapping[str, Any], found: _Found, _: _Several) -> None:
    found[Kind.ORGANISATION][_after(link)] = {
        "name": says.get("name"),
        "attributes": says.get("attributes"),
        "active_from": _ordinal(says.get("active_from")),
        "active_until": _ordinal(says.get("active_until")),
    }


def _account(link: StoredEvent, says: Mapping[str, Any], found: _Found, _: _Several) -> None:
    name = _after(link)
    account = found[Kind.ACCOUNT].setdefault(name, {"created_at": link.at, "disabled_at": None, "anonymised_at": None})
    account |= {one: says.get(one) for one in ("name", "email", "role", "language", "organisations")}
    if "sign_in_sha256" in says:
        account["sign_in_sha256"] = says["sign_in_sha256"]
    account["disabled_at"] = None if says.get("enabled") else account["disabled_at"] or link.at


def _anonymised(link: StoredEvent, _says: Mapping[str, Any], found: _Found, _: _Several) -> None:
    name = _after(link)
    account = found[Kind.ACCOUNT].setdefault(name, {})
    account |= {**anonymous(name), "organisations": [], "anonymised_at": link.at}
    account["sign_in_sha256"] = sign_in_sha256(None, None, None)


def _locked(link: StoredEvent, says: Mapping[str, Any], _: _Found, several: _Several) -> None:
    reopened = {"reopened_at": None, "reopened_by": None, "reopened_reason": None}
    lock = {"locked_at": link.at, "locked_by": link.actor, "reason": says.get("reason"), **reopened}
    several[Kind.LOCK].append((_after(link), lock))


def _reopened(link: StoredEvent, says: Mapping[str, Any], _: _Found, several: _Several) -> None:
    mine = [lock for quarter, lock in several[Kind.LOCK] if quarter == _after(link)]
    for lock in mine[-1:]:
        lock |= {"reopened_at": link.at, "reopened_by": link.actor, "reopened_reason": says.get("reason")}


def _extended(link: StoredEvent, says: Mapping[str, Any], found: _Found, _: _Several) -> None:
    granted = {"granted_by": link.actor, "granted_at": link.at}
    found[Kind.EXTENSION][_after(link)] = {"until": says.get("until"), "reason": says.get("reason"), **granted}


def _remark(link: StoredEvent, says: Mapping[str, Any], _: _Found, several: _Several) -> None:
    said = {one: says.get(one) for one in ("form", "position", "text")}
    several[Kind.REMARK].append((_after(link), {**said, "by": link.actor, "at": link.at}))


def _answer(link: StoredEvent, says: Mapping[str, Any], _: _Found, several: _Several) -> None:
    said = {one: says.get(one) for one in ("oddity", "outcome", "text")}
    several[Kind.ANSWER].append((_after(link), {**said, "by": link.actor, "at": link.at}))


def _opened(link: StoredEvent, says: Mapping[str, Any], found: _Found, _: _Several) -> None:
    found[Kind.ACTION][str(says.get("id"))] = {
        "indicator": _after(link),
        "quarter": _ordinal(says.get("quarter")),
        **{one: says.get(one) for one in ("explanation", "action", "owner", "due")},
        "opened_at": link.at,
        "opened_by": link.actor,
        "closed_at": None,
        "closed_by": None,
        "outcome": None,
    }


def _closed(link: StoredEvent, says: Mapping[str, Any], found: _Found, _: _Several) -> None:
    action = found[Kind.ACTION].setdefault(str(says.get("id")), {})
    action |= {"closed_at": link.at, "closed_by": link.actor, "outcome": says.get("outcome")}


def _note(link: StoredEvent, says: Mapping[str, Any], found: _Found, _: _Several) -> None:
    said = {"indicator": _after(link), "day": says.get("day"), "text": says.get("text")}
    found[Kind.NOTE][str(says.get("id"))] = {**said, "by": link.actor, "at": link.at, "removed_at": None}


def _note_removed(link: StoredEvent, _says: Mapping[str, Any], found: _Found, _: _Several) -> None:
    before = link.before if isinstance(link.before, dict) else {}
    found[Kind.NOTE].setdefault(str(before.get("id")), {})["removed_at"] = link.at


_ACTIONS: Mapping[str, Callable[[StoredEvent, Mapping[str, Any], _Found, _Several], None]] = {
    "organisation.added": _organisation,
    "organisation.changed": _organisation,
    "person.invited": _account,
    "person.changed": _account,
    "person.link_given": _account,
    "person.password_chosen": _account,
    "person.known_elsewhere": _account,
    "person.anonymised": _anonymised,
    "quarter.locked": _locked,
    "quarter.reopened": _reopened,
    "return.extended": _extended,
    "return.commented": _remark,
    "oddity.resolved": _answer,
    "action.opened": _opened,
    "action.closed": _closed,
    "note.added": _note,
    "note.removed": _note_removed,
}
#: The actions that tell of what is kept beside returns.
OF_WORDS = tuple(_ACTIONS)


def _fields(link: StoredEvent) -> Mapping[str, Any]:
    return link.after if isinstance(link.after, dict) else {}


def _after(link: StoredEvent) -> str:
    """Give what a link is about without what kind of thing it is: “A 2026-Q1 2” for ``return/A/2026-Q1/2``."""
    return " ".join(link.subject.split("/")[1:])


def _ordinal(text: object) -> object:
    try:
        return Quarter.parse(text).ordinal if isinstance(text, str) else text
    except NotAQuarterError:
        return text
