"""The list of reporting organisations, and who is asked for what.

What an organisation is asked for follows from its attributes and the framework (`asked_of`, `due`): nobody keeps
that by hand. Figures rest on the list too: on who takes part, and on what an organisation is that has not reported. So
what would change a locked quarter's figures is refused until it is reopened.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from kpi import recall
from kpi.access import Deed, allow, sign
from kpi.framework.model import Framework
from kpi.installation import Installation
from kpi.locks import locked_quarters
from kpi.measure.model import Organisation
from kpi.measure.selection import rests_on
from kpi.problems import N_, SaidError
from kpi.quarter import Quarter
from kpi.store import events
from kpi.store import organisations as listed
from kpi.store import returns as stored
from kpi.store.engine import reading, writing
from kpi.store.model import ReturnState
from kpi.store.organisations import Upserted

__all__ = [
    "Asked",
    "CodeTakenError",
    "LockedFiguresError",
    "Organisation",
    "Upserted",
    "add_organisation",
    "all_organisations",
    "asked_for",
    "list_organisations",
]


class CodeTakenError(SaidError):
    """There is an organisation with the code already."""

    text = N_("There is an organisation with the code “{code}” already.")

    def __init__(self, code: str) -> None:
        super().__init__(code=code)


class LockedFiguresError(SaidError):
    """A change of the list would change figures of locked quarters."""

    text = N_(
        "Nothing was stored: what would change about {organisation} bears on figures of locked quarters ({quarters}). "
        "Ask the core team to reopen them first."
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """The forms that an organisation is asked for in a quarter, by their keys."""

    organisation: Organisation
    forms: Sequence[str]


def all_organisations(installation: Installation) -> list[Organisation]:
    """Give every organisation, by code, also those that take no part any more."""
    allow(installation.who, Deed.LIST_ORGANISATIONS)
    with reading(installation.engine) as session:
        return recall.organisations(session, installation.framework)


def asked_for(installation: Installation, quarter: Quarter) -> list[Asked]:
    """Tell what each organisation that takes part in a quarter is asked for, as the list stands now."""
    framework = installation.framework
    return [
        Asked(one, tuple(framework.asked_forms(one.attributes, quarter)))
        for one in all_organisations(installation)
        if one.active_in(quarter)
    ]


def list_organisations(
    installation: Installation, organisations: Iterable[Organisation], *, by: str, at: datetime
) -> Upserted:
    """Take in a list of organisations: new ones are added, known ones changed, none removed.

    All of it or nothing. Raises `LockedFiguresError`.
    """
    return _take_in(installation, organisations, by=by, at=at, new=False)


def add_organisation(installation: Installation, organisation: Organisation, *, by: str, at: datetime) -> None:
    """Add one organisation that is new; raise `CodeTakenError` where there is one with its code.

    Raises `LockedFiguresError`.
    """
    _take_in(installation, [organisation], by=by, at=at, new=True)


def _take_in(
    installation: Installation, organisations: Iterable[Organisation], *, by: str, at: datetime, new: bool
) -> Upserted:
    allow(installation.who, Deed.LIST_ORGANISATIONS)
    sign(installation.who, by, Deed.LIST_ORGANISATIONS)
    after = {one.code: one for one in organisations}
    with writing(installation.engine) as session:
        before = {one.code: one for one in listed.all(session)}
        taken = next((code for code in after if new and code in before), None)
        if taken is not None:
            raise CodeTakenError(taken)
        _not_locked(session, installation.framework, after.values())
        told = listed.upsert(session, organisations=after.values())
        for code in (*told.added, *told.changed):
            events.append(
                session,
                at=at,
                actor=by,
                action="organisation.added" if code in told.added else "organisation.changed",
                subject=f"organisation/{code}",
                before=_plain(before.get(code)),
                after=_plain(after[code]),
            )
        return told


def _not_locked(session: Session, framework: Framework, after: Iterable[Organisation]) -> None:
    """Refuse what would change the figures of a locked quarter; part of the caller's transaction."""
    locked = locked_quarters(session)
    if not locked:
        return
    before = {one.code: one for one in recall.organisations(session, framework)}
    for one in after:
        if one == before.get(one.code):
            continue
        changed = _changed_in(session, before.get(one.code), one)
        concerned = [each for each in locked if any(map(changed, rests_on(framework, each)))]
        if concerned:
            raise LockedFiguresError(organisation=one.name, quarters=concerned)


def _changed_in(session: Session, before: Organisation | None, after: Organisation) -> Callable[[Quarter], bool]:
    """Tell of a quarter whether an organisation begins or ceases to take part, or is another in figures.

    A return that counts holds what its organisation was then: only where none does, the list tells.
    """
    approved = stored.find(session, organisation=after.code, states=(ReturnState.APPROVED,), standing=True)
    told = {one.quarter for one in approved}

    def changed(quarter: Quarter) -> bool:
        then, now = before is not None and before.active_in(quarter), after.active_in(quarter)
        is_another = before is not None and before.attributes != after.attributes
        return then != now or (now and is_another and quarter not in told)

    return changed


def _plain(organisation: Organisation | None) -> dict[str, object] | None:
    if organisation is None:
        return None
    until = organisation.active_until
    return {
        "name": dict(organisation.name),
        "attributes": dict(organisation.attributes),
        "active_from": str(organisation.active_from),
        "active_until": str(until) if until else None,
    }
