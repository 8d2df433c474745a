"""The list of reporting organisations, and who is asked for what.

What an organisation is asked for follows from its attributes and the framework (`asked_of`, `due`): nobody keeps
that by hand.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kpi import recall
from kpi.access import Deed, allow, sign
from kpi.installation import Installation
from kpi.measure.model import Organisation
from kpi.problems import N_, SaidError
from kpi.quarter import Quarter
from kpi.store import events
from kpi.store import organisations as listed
from kpi.store.engine import reading, writing
from kpi.store.organisations import Upserted

__all__ = [
    "Asked",
    "CodeTakenError",
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
    """Take in a list of organisations: new ones are added, known ones changed, none removed."""
    return _take_in(installation, organisations, by=by, at=at, new=False)


def add_organisation(installation: Installation, organisation: Organisation, *, by: str, at: datetime) -> None:
    """Add one organisation that is new; raise `CodeTakenError` where there is one with its code."""
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
