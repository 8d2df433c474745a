"""How a framework comes into force: what the store's records would lose by it, and every fact derived again.

All of it is one transaction, and an event.
"""

from datetime import datetime

from sqlmodel import Session

from kpi import recall
from kpi.access import Deed, allow
from kpi.framework.change import changes_refused
from kpi.framework.found import Lines
from kpi.framework.load import Loaded, load_text
from kpi.framework.model import Framework
from kpi.installation import ADOPTED, FRAMEWORK, FrameworkRefusedError, Installation, adopted, open_store
from kpi.measure.facts import facts_of
from kpi.problems import Problem
from kpi.records import ReturnContent
from kpi.settings import Settings
from kpi.store import drafts, events, facts, frameworks
from kpi.store import returns as stored
from kpi.store.engine import reading, writing
from kpi.store.model import ReturnState, StoredReturn

#: How many returns' records are held in memory while facts are derived again.
_AT_ONCE = 200


def adopt(installation: Installation, *, by: str, at: datetime) -> int | None:
    """Let a changed framework come into force: derive every fact again; none where it was in force already."""
    allow(installation.who, Deed.RUN_STORE)
    with reading(installation.engine) as session:
        if adopted(session) == installation.sha256:
            return None
    return rebuild(installation, by=by, at=at)


def rebuild(installation: Installation, *, by: str, at: datetime) -> int:
    """Derive every fact again from the records, under the installation's framework; give the number of returns.

    All of them or none. Raises `FrameworkRefusedError` where records in the store do not fit a changed framework.
    """
    allow(installation.who, Deed.RUN_STORE)
    with writing(installation.engine) as session:
        before, in_force = facts.digest(session), adopted(session)
        if in_force != installation.sha256:
            refused = misfits(session, installation.framework)
            if refused:
                raise FrameworkRefusedError(refused)
            frameworks.remember(session, yaml=installation.yaml)
            events.append(
                session,
                at=at,
                actor=by,
                action=ADOPTED,
                subject=FRAMEWORK,
                before=None if in_force is None else {"sha256": in_force},
                after={"sha256": installation.sha256, "version": installation.framework.programme.version},
            )
            for draft in stored.find(session, states=(ReturnState.DRAFT,), standing=True):
                typed = recall.typed(session, installation.framework, return_id=draft.id)
                drafts.retype(session, return_id=draft.id, typed=typed)
        revisions = stored.find(session, states=[state for state in ReturnState if state is not ReturnState.DRAFT])
        for begin in range(0, len(revisions), _AT_ONCE):
            some = revisions[begin : begin + _AT_ONCE]
            said = stored.contents(session, return_ids=[revision.id for revision in some])
            for revision in some:
                derive(session, installation.framework, revision, said[revision.id])
        events.append(
            session,
            at=at,
            actor=by,
            action="facts.rebuilt",
            subject="facts",
            before={"sha256": before},
            after={"sha256": facts.digest(session), "returns": len(revisions)},
        )
        return len(revisions)


def misfits_of(settings: Settings, loaded: Loaded, *, file: str) -> list[Problem]:
    """Give what the records of the store in the settings would lose under another framework, just loaded."""
    if loaded.framework is None:
        return list(loaded.problems)
    with reading(open_store(settings)) as session:
        return misfits(session, loaded.framework, lines=loaded.lines, file=file)


def misfits(
    session: Session, framework: Framework, *, lines: Lines | None = None, file: str | None = None
) -> list[Problem]:
    """Give what the store's records would lose, or change in meaning, under another framework.

    `lines` and `file` are that framework's own, for the problems' places.
    """
    in_force = adopted(session)
    before = next((one.yaml for one in frameworks.all(session) if one.sha256 == in_force), None)
    old = load_text(before).framework if before is not None else None
    if old is None:
        return []
    return changes_refused(old, framework, recall.used(session, old), lines=lines, file=file)


def derive(session: Session, framework: Framework, revision: StoredReturn, content: ReturnContent) -> None:
    """Write the facts of a revision, in the place of those there were."""
    derived = facts_of(framework, revision.quarter, content)
    facts.replace(session, return_id=revision.id, quarter=revision.quarter, facts=derived)
