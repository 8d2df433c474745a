"""The reviewer's desk: what waits, who has not reported, and one return beside what was said before.

Approving and sending back are `kpi.returns`; what is odd in the figures is `kpi.quality`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kpi import recall
from kpi.access import Deed, allow
from kpi.calendar import Standing, standing_of
from kpi.differences import FormChange, differences
from kpi.installation import Installation
from kpi.measure.model import Organisation
from kpi.preview import Preview, compared
from kpi.quarter import Quarter, Window
from kpi.receipts import was_on_behalf
from kpi.records import ReturnContent
from kpi.remarks import NoSuchReturnError, handed_in
from kpi.returns import SUBMITTED, is_same_person, subject_of
from kpi.store import desk, events, files
from kpi.store import drafts as kept
from kpi.store import returns as stored
from kpi.store.desk import StoredComment, StoredLock
from kpi.store.drafts import Said, StoredEvidence
from kpi.store.engine import reading
from kpi.store.model import ReturnState, StoredReturn

__all__ = [
    "Board",
    "NoSuchReturnError",
    "Reviewed",
    "Square",
    "Waiting",
    "board",
    "queue",
    "reviewed",
]


_DECIDED = (ReturnState.APPROVED, ReturnState.RETURNED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A submitted return that nobody has decided on.

    `days` it has waited; `is_correction` where an approved revision counts until it is; `was_sent_back` where the last
    decision on an earlier revision was to return it; `own` where whoever asks
    reports for the same organisation: that they may decide on it at all is worth a second look; `locked` where the
    quarter takes no decision until it is reopened.
    """

    head: StoredReturn
    organisation: Organisation
    days: int
    is_correction: bool
    was_sent_back: bool
    explanations: int
    own: bool
    by_oneself: bool
    locked: bool


@dataclass(frozen=True, slots=True)
class Square:
    """One organisation's quarter on the coverage board; `due` counts an extension, `has_ended` is the quarter's.

    `newest` is the newest revision that was handed in; `counts` tells whether an approved one does, as it may also
    while a correction is on its way.
    """

    standing: Standing
    due: date
    has_ended: bool
    is_late: bool
    is_extended: bool
    newest: StoredReturn | None
    counts: bool


@dataclass(frozen=True, slots=True)
class Board:
    """Who has reported: organisation → quarter → how far it is; quarters in which it takes no part are left out."""

    quarters: Sequence[Quarter]
    organisations: Sequence[Organisation]
    squares: Mapping[str, Mapping[Quarter, Square]]
    locked: Collection[Quarter]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A return beside what was said before.

    `changes` are against an earlier revision that was handed in, `against`, one of `earlier`; `figures` beside that
    revision and the quarter before. `asked_for` says why the revision before was sent back, by form, and under
    none as a whole. `revisions` come newest first. `own` and `by_oneself` as in `Waiting`.
    """

    head: StoredReturn
    organisation: Organisation
    content: ReturnContent
    against: StoredReturn | None
    earlier: Sequence[StoredReturn]
    changes: Mapping[str, FormChange]
    figures: Preview
    said: Said
    asked_for: Mapping[str | None, str]
    evidence: Sequence[StoredEvidence]
    comments: Sequence[StoredComment]
    revisions: Sequence[StoredReturn]
    file_name: str | None
    on_behalf: bool
    own: bool
    by_oneself: bool
    lock: StoredLock | None

    @property
    def is_correction(self) -> bool:
        """Tell whether another revision counts until this one is approved."""
        return any(one.current and one.id != self.head.id for one in self.revisions)

    @property
    def waits(self) -> bool:
        """Tell whether somebody has to decide on it."""
        return self.head.state is ReturnState.SUBMITTED and self.head.superseded_at is None


def queue(installation: Installation, *, today: date) -> list[Waiting]:
    """Give what waits for a decision, the longest first."""
    allow(installation.who, Deed.REVIEW)
    with reading(installation.engine) as session:
        known = {one.code: one for one in recall.organisations(session, installation.framework)}
        waiting = stored.find(session, states=(ReturnState.SUBMITTED,), standing=True)
        decided = {
            quarter: stored.find(session, quarter=quarter, states=_DECIDED)
            for quarter in {one.quarter for one in waiting}
        }
        words = kept.explanations(session, return_ids=[one.id for one in waiting])
        locked = {one.quarter for one in desk.locks(session) if one.reopened_at is None}
    found = [
        Waiting(
            head,
            known[head.organisation],
            (today - head.submitted_at.astimezone().date()).days if head.submitted_at else 0,
            any(one.current and one.organisation == head.organisation for one in decided[head.quarter]),
            _was_sent_back(head, decided[head.quarter]) is not None,
            words[head.id],
            head.organisation in installation.who.organisations,
            is_same_person(head.submitted_by or "", installation.who.signature),
            head.quarter in locked,
        )
        for head in waiting
    ]
    return sorted(found, key=lambda one: (-one.days, one.head.organisation, one.head.quarter))


def board(installation: Installation, *, last: Quarter, count: int, today: date) -> Board:
    """Say how far every organisation is, in the `count` quarters up to one."""
    allow(installation.who, Deed.REVIEW)
    framework = installation.framework
    quarters = list(Window.range(max(last + -(count - 1), min(framework.programme.starts, last)), last))
    with reading(installation.engine) as session:
        organisations = recall.organisations(session, framework)
        heads: dict[tuple[str, Quarter], list[StoredReturn]] = {}
        for quarter in quarters:
            for head in stored.find(session, quarter=quarter):
                heads.setdefault((head.organisation, quarter), []).insert(0, head)
        later = {(one.organisation, one.quarter): one.until for one in desk.extensions(session)}
        locked = {one.quarter for one in desk.locks(session) if one.reopened_at is None}
    squares = {
        organisation.code: {
            quarter: _square(
                heads.get((organisation.code, quarter), []),
                quarter,
                quarter.due(framework.rules.due_days),
                later.get((organisation.code, quarter)),
                today,
            )
            for quarter in quarters
            if organisation.active_in(quarter)
        }
        for organisation in organisations
    }
    return Board(quarters, [one for one in organisations if squares[one.code]], squares, locked)


def _square(
    revisions: Sequence[StoredReturn], quarter: Quarter, due: date, extended: date | None, today: date
) -> Square:
    standing = standing_of(revisions)
    day = max(due, extended) if extended else due
    counts = any(one.current for one in revisions)
    done = counts or standing is Standing.SUBMITTED
    newest = next((one for one in revisions if one.submitted_at is not None), None)
    return Square(standing, day, today > quarter.ends, today > day and not done, day > due, newest, counts)


def reviewed(installation: Installation, *, return_id: int, against: int | None = None) -> Reviewed:
    """Give a return that was handed in beside what was said before.

    `against` is the number of an earlier revision; without it, the last one that was approved, else handed in.
    Raises `NoSuchReturnError`.
    """
    allow(installation.who, Deed.REVIEW)
    framework = installation.framework
    with reading(installation.engine) as session:
        head = handed_in(session, return_id)
        organisation = recall.organisation(session, framework, code=head.organisation)
        revisions = stored.find(session, organisation=head.organisation, quarter=head.quarter)
        earlier = [one for one in revisions if one.submitted_at is not None and one.revision < head.revision]
        other = _other(earlier, against)
        content = recall.content(session, framework, return_id=head.id)
        before = recall.content(session, framework, return_id=other.id) if other else ReturnContent()
        figures = compared(
            session,
            framework,
            organisation=head.organisation,
            quarter=head.quarter,
            content=content,
            revision=other,
        )
        said = recall.said(session, framework, return_id=head.id)
        back = _was_sent_back(head, revisions)
        asked_for = recall.said(session, framework, return_id=back.id).reasons if back else {}
        evidence = recall.evidence(session, framework, returns=[head.id])
        comments = recall.comments(session, framework, returns=[one.id for one in revisions])
        links = events.history(session, subject=subject_of(head))
        names = files.names(session, file_ids=[head.file_id]) if head.file_id is not None else {}
        locks = [one for one in desk.locks(session, quarter=head.quarter) if one.reopened_at is None]
    if organisation is None:
        raise NoSuchReturnError(number=return_id)
    return Reviewed(
        head,
        organisation,
        content,
        other,
        earlier,
        differences(before, content) if other else {},
        figures,
        said,
        asked_for,
        evidence,
        comments,
        list(reversed(revisions)),
        names.get(head.file_id or 0),
        any(one.action == SUBMITTED and was_on_behalf(one) for one in links),
        head.organisation in installation.who.organisations,
        is_same_person(head.submitted_by or "", installation.who.signature),
        locks[0] if locks else None,
    )


def _was_sent_back(head: StoredReturn, revisions: Iterable[StoredReturn]) -> StoredReturn | None:
    """Give the earlier revision that was sent back, where that was the last decision before this one."""
    decided = [
        one
        for one in revisions
        if one.organisation == head.organisation and one.revision < head.revision and one.state in _DECIDED
    ]
    return decided[-1] if decided and decided[-1].state is ReturnState.RETURNED else None


def _other(earlier: Sequence[StoredReturn], revision: int | None) -> StoredReturn | None:
    """Give the revision to compare with."""
    chosen = [one for one in earlier if one.revision == revision]
    approved = [one for one in earlier if one.approved_at is not None]
    return next((held[-1] for held in (chosen, approved, earlier) if held), None)
