"""Who did what: the log, looked through; from a return or a figure to all that was ever done to it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from kpi.access import Deed, allow, may
from kpi.installation import FRAMEWORK, Installation
from kpi.quarter import Quarter
from kpi.renamed import renamed
from kpi.returns import subject_of
from kpi.store import chain, events
from kpi.store import organisations as listed
from kpi.store import returns as stored
from kpi.store.chain import Sought
from kpi.store.engine import reading
from kpi.store.model import StoredEvent, StoredReturn

__all__ = ["Event", "Page", "Sought", "every", "history_of", "read_log", "subjects"]

Event = StoredEvent
_MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Page:
    """Links of the log, the newest first; whether there are more; the hash of the last of all.

    `actors` and `actions` are all that there are, to choose from.
    """

    events: Sequence[Event]
    more: bool
    head: str
    actors: Sequence[str]
    actions: Sequence[str]


def read_log(installation: Installation, *, sought: Sought, most: int = _MOST_SHOWN) -> Page:
    """Give the newest links of the log that are looked for."""
    allow(installation.who, Deed.READ_LOG)
    with reading(installation.engine) as session:
        found = chain.find(session, sought=sought, most=most + 1)
        return Page(
            found[:most], len(found) > most, events.head(session), chain.actors(session), chain.actions(session)
        )


def every(installation: Installation, *, sought: Sought) -> Iterator[Event]:
    """Give all links of the log that are looked for, in their order, a few at a time."""
    allow(installation.who, Deed.READ_LOG)

    def found() -> Iterator[Event]:
        with reading(installation.engine) as session:
            yield from chain.every(session, sought=sought)

    return found()


def subjects(
    installation: Installation,
    *,
    returns: Collection[tuple[str, Quarter]],
    quarters: Iterable[Quarter] = (),
    indicator: str | None = None,
) -> set[str]:
    """Name all that the log may tell of returns, given by organisation and quarter, and of the indicator they are for.

    That is every revision, the quarter's return as a whole (extensions, answers to what is odd), the quarter's
    locks, and those of more `quarters`; what the list says of the organisations. Of an indicator, whose coverage also
    rests on who did not report, that is every organisation; and its actions and notes, and the frameworks that were in
    force.
    """
    allow(installation.who, Deed.READ_LOG)
    with reading(installation.engine) as session:
        found = _around(session, returns) | {f"quarter/{quarter}" for quarter in quarters}
        behind = {code for code, _ in returns} if indicator is None else {one.code for one in listed.all(session)}
        found |= {f"organisation/{code}" for code in behind}
    if indicator is not None:
        former = renamed(installation.framework).former_indicators(indicator)
        found |= {FRAMEWORK, *(f"indicator/{key}" for key in former)}
    return found


def _around(session: Session, returns: Collection[tuple[str, Quarter]]) -> set[str]:
    revisions = (
        one for quarter in {quarter for _, quarter in returns} for one in stored.find(session, quarter=quarter)
    )
    wanted = set(returns)
    return {
        *(f"quarter/{quarter}" for _, quarter in wanted),
        *(f"return/{code}/{quarter}" for code, quarter in wanted),
        *(subject_of(one) for one in revisions if (one.organisation, one.quarter) in wanted),
    }


def history_of(installation: Installation, *, return_id: int) -> list[Event]:
    """Give all that the log says of a return and the locks of its quarter, in its order.

    Who may read the log may, and who reports for the organisation; a `KeyError` where there is no such return.
    """
    with reading(installation.engine) as session:
        try:
            one: StoredReturn | None = stored.get(session, return_id=return_id)
        except KeyError:
            one = None
        known = one is not None and may(installation.who, Deed.REPORT, organisation=one.organisation)
        if not known:
            allow(installation.who, Deed.READ_LOG)
        if one is None:
            raise KeyError(return_id)
        told = chain.about(session, subjects=_around(session, [(one.organisation, one.quarter)]))
    found = sorted((link for links in told.values() for link in links), key=lambda link: link.id)
    return found if may(installation.who, Deed.READ_LOG) else [_without_names(link) for link in found]


def _without_names(link: Event) -> Event:
    """Leave out what a reporter need not read: e-mail addresses of others stand in their signatures."""
    return replace(link, actor=link.actor.partition(" <")[0])
