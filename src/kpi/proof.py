"""Whether the store still says what was sealed in the log.

The log is a chain of hashes, and says of every return what it held when it was handed in and when it was approved. So
whoever goes round the program and changes a link, a record, a fact or a file leaves something that does not fit. Only
the end of the log can be cut off unseen: against that, heads are printed and kept elsewhere.

A store of many years is looked through a few returns at a time.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session

from kpi.access import Deed, allow
from kpi.installation import FrameworkChangedError, Installation, adopted
from kpi.measure.facts import facts_of
from kpi.problems import N_, Fault, Own, Problem, SaidError
from kpi.records import ReturnContent
from kpi.returns import subject_of
from kpi.store import chain, facts, files, frameworks
from kpi.store import returns as stored
from kpi.store.chain import Break
from kpi.store.engine import reading
from kpi.store.facts import Derived
from kpi.store.model import ReturnState, StoredEvent, StoredReturn

CHANGED = Fault(
    "audit.link_changed", N_("The log is broken at link {number} ({action}, {at}): it does not say what was sealed.")
)
MOVED = Fault(
    "audit.link_moved",
    N_("The log is broken at link {number} ({action}, {at}): it does not follow from the link before it."),
    N_("A link before it was changed, taken out or slipped in."),
)
CUT = Fault(
    "audit.head_missing",
    N_("The hash {head} is not in the log."),
    N_("If it was printed by this installation, the log's end was cut off or the log was written anew."),
)
NOT_LOGGED = Fault("audit.return_not_logged", N_("{which}: the log knows nothing of it."))
GONE = Fault("audit.return_gone", N_("{which}: the log knows of it, and it is not in the store."))
RECORDS = Fault("audit.records_changed", N_("{which}: its records are not what was handed in; somebody changed them."))
SEALED = Fault("audit.content_hash", N_("{which}: its hash is not the one that the log holds."))
STATE = Fault("audit.state_changed", N_("{which}: it is “{found}”, and by the log it should be “{wanted}”."))
PERSON = Fault(
    "audit.person_changed", N_("{which}: who handed it in or approved it, or when, is not what the log says.")
)
COUNTS = Fault("audit.counting_changed", N_("{which}: by the log another revision should count."))
FILE_OF = Fault("audit.file_exchanged", N_("{which}: its file is not the one that was handed in."))
FILE = Fault("audit.file_changed", N_("The file “{name}” (number {number}) is not what was uploaded."))
FILE_GONE = Fault("audit.file_gone", N_("The file “{name}” (number {number}) is gone, and the log does not say why."))
FRAMEWORK = Fault(
    "audit.framework_changed", N_("The framework {sha256} is not as it was when returns were checked by it.")
)
FACTS = Fault(
    "audit.facts_changed",
    N_("{which}: {count} of its stored sums differ from what its records give, the first is {part} {slice}."),
    N_("“kpi rebuild” derives them again."),
)
FACTS_OF_NOTHING = Fault("audit.facts_of_nothing", N_("There are sums of {which}, which was never handed in."))

#: What the log calls it when a return comes into a state.
_STATES: Mapping[str, ReturnState] = {
    "return.submitted": ReturnState.SUBMITTED,
    "return.approved": ReturnState.APPROVED,
    "return.returned": ReturnState.RETURNED,
}
_STATE_NAMES = {
    ReturnState.SUBMITTED: N_("submitted"),
    ReturnState.APPROVED: N_("approved"),
    ReturnState.RETURNED: N_("returned for correction"),
}
_HANDED_IN = tuple(_STATE_NAMES)
#: How many returns, and records, are held in memory at once.
_MOST_RETURNS, _MOST_RECORDS = 200, 20_000


class NotAHashError(SaidError):
    """What was given as the log's head is no hash."""

    text = N_("“{found}” is no hash of the log: 64 digits and letters from a to f.")

    def __init__(self, found: str) -> None:
        super().__init__(found=found)


@dataclass(frozen=True, slots=True)
class Proof:
    """What was looked at, and all that does not fit; `after` counts the links after the printed head."""

    links: int
    head: str
    after: int | None
    returns: int
    files: int
    problems: Sequence[Problem]


def verify(installation: Installation, *, head: str | None = None) -> Proof:
    """Prove the log, and that returns, files and frameworks are what it says; `head` is a hash that was printed once.

    Raises `NotAHashError`.
    """
    allow(installation.who, Deed.READ_LOG)
    printed = None if head is None else _a_hash(head)
    with reading(installation.engine) as session:
        walked = chain.follow(session, head=printed)
        problems = list(_of_the_chain(walked, printed))
        heads = stored.find(session)
        handed_in = [one for one in heads if one.state is not ReturnState.DRAFT]
        problems += _of_the_returns(session, handed_in)
        problems += _vanished(session, heads)
        problems += _not_counting(handed_in)
        count = Counter[str]()
        problems += _of_the_files(session, count)
        problems += _of_the_frameworks(session)
    return Proof(walked.links, walked.head, walked.after, len(handed_in), count["files"], problems)


def compare_facts(installation: Installation) -> list[Problem]:
    """Tell where the stored sums are not what the records give under the framework in force; nothing is written.

    Raises `FrameworkChangedError` where the framework is not the one under which they were derived.
    """
    allow(installation.who, Deed.READ_LOG)
    problems: list[Problem] = []
    with reading(installation.engine) as session:
        if adopted(session) != installation.sha256:
            raise FrameworkChangedError
        handed_in = stored.find(session, states=_HANDED_IN)
        for some in _batches(session, handed_in):
            said = _contents(session, some)
            there = facts.derived(session, return_ids=[one.id for one in some])
            for one in some:
                content = said[one.id]
                if content is None or not _is_as_sealed(one, content):
                    problems.append(RECORDS.at(which=_which(one)))
                    continue
                wanted = Counter(facts.as_derived(one.quarter, facts_of(installation.framework, one.quarter, content)))
                differ = sorted({(each.part, each.coordinates) for each in _apart(wanted, Counter(there[one.id]))})
                if differ:
                    part, place = differ[0]
                    problems.append(FACTS.at(which=_which(one), count=len(differ), part=part, slice=place))
        others = facts.returns_with_any(session) - {one.id for one in handed_in}
        problems += [FACTS_OF_NOTHING.at(which=_which(stored.get(session, return_id=one))) for one in sorted(others)]
    return problems


def _a_hash(text: str) -> str:
    found = "".join(text.split()).casefold()
    if len(found) != hashlib.sha256().digest_size * 2 or set(found) - set("0123456789abcdef"):
        raise NotAHashError(text.strip()[:80])
    return found


def _of_the_chain(walked: chain.Chain, printed: str | None) -> Iterator[Problem]:
    if walked.broken is not None:
        fault = CHANGED if walked.how is Break.SEAL else MOVED
        yield fault.at(number=str(walked.broken.id), action=walked.broken.action, at=_written(walked.broken.at))
    if printed is not None and walked.after is None:
        yield CUT.at(head=printed)


def _of_the_returns(session: Session, handed_in: Sequence[StoredReturn]) -> Iterator[Problem]:
    for some in _batches(session, handed_in):
        told = chain.about(session, subjects=[subject_of(one) for one in some])
        said = _contents(session, some)
        hashes = files.hashes(session, file_ids={one.file_id for one in some if one.file_id is not None})
        for one in some:
            if not _is_as_sealed(one, said[one.id]):
                yield RECORDS.at(which=_which(one))
            yield from _of_one(one, told[subject_of(one)], hashes)


def _of_one(one: StoredReturn, links: Sequence[StoredEvent], hashes: Mapping[int, str]) -> Iterator[Problem]:
    by_action = {link.action: link for link in links if link.action in _STATES}
    if "return.submitted" not in by_action:
        yield NOT_LOGGED.at(which=_which(one))
        return
    state = _STATES[next(link.action for link in reversed(links) if link.action in _STATES)]
    if state is not one.state:
        found, wanted = Own(_STATE_NAMES[one.state]), Own(_STATE_NAMES[state])
        yield STATE.at(which=_which(one), found=found, wanted=wanted)
    said = [link.after for link in by_action.values() if isinstance(link.after, dict)]
    if any(after.get("content_sha256", one.content_sha256) != one.content_sha256 for after in said):
        yield SEALED.at(which=_which(one))
    sealed_file = next((after["file_sha256"] for after in said if after.get("file_sha256")), None)
    if sealed_file is not None and hashes.get(one.file_id or 0) != sealed_file:
        yield FILE_OF.at(which=_which(one))
    approved = by_action.get("return.approved")
    signed = [(by_action["return.submitted"], one.submitted_by, one.submitted_at)]
    if approved is not None and one.state is ReturnState.APPROVED:
        signed.append((approved, one.approved_by, one.approved_at))
    if any((link.actor, link.at) != (by, at) for link, by, at in signed):
        yield PERSON.at(which=_which(one))


def _vanished(session: Session, heads: Sequence[StoredReturn]) -> Iterator[Problem]:
    there = {subject_of(one) for one in heads}
    for subject in chain.subjects(session, action="return.submitted"):
        if subject.startswith("return/") and subject not in there:
            yield GONE.at(which=" ".join(subject.split("/")[1:]))


def _not_counting(handed_in: Sequence[StoredReturn]) -> Iterator[Problem]:
    """Tell where another revision counts than the one approved last."""
    newest: dict[tuple[str, object], StoredReturn] = {}
    for one in handed_in:
        key = (one.organisation, one.quarter)
        if one.approved_at and (key not in newest or _approval(newest[key]) < _approval(one)):
            newest[key] = one
    for one in handed_in:
        if one.state is ReturnState.APPROVED and one.current is not (newest[one.organisation, one.quarter] is one):
            yield COUNTS.at(which=_which(one))


def _approval(one: StoredReturn) -> tuple[datetime | None, int]:
    return one.approved_at, one.revision


def _of_the_files(session: Session, count: Counter[str]) -> Iterator[Problem]:
    for file_id in files.kept(session):
        file = files.get(session, file_id=file_id)
        count["files"] += 1
        if hashlib.sha256(file.content).hexdigest() != file.sha256:
            yield FILE.at(name=file.name, number=str(file.id))
    removed = {f"file/{file_id}": name for file_id, name in files.removed(session).items()}
    for subject, links in chain.about(session, subjects=removed).items():
        if not any(link.action == "file.removed" for link in links):
            yield FILE_GONE.at(name=removed[subject], number=subject.partition("/")[2])


def _of_the_frameworks(session: Session) -> Iterator[Problem]:
    for one in frameworks.all(session):
        if hashlib.sha256(one.yaml.encode()).hexdigest() != one.sha256:
            yield FRAMEWORK.at(sha256=one.sha256)


def _batches(session: Session, revisions: Sequence[StoredReturn]) -> Iterator[list[StoredReturn]]:
    """Give returns so many at a time that their records fit into memory; one by itself may be larger."""
    counts = stored.row_counts(session)
    some: list[StoredReturn] = []
    rows = 0
    for one in revisions:
        more = counts.get(one.id, 0)
        if some and (rows + more > _MOST_RECORDS or len(some) == _MOST_RETURNS):
            yield some
            some, rows = [], 0
        some.append(one)
        rows += more
    if some:
        yield some


def _contents(session: Session, some: Sequence[StoredReturn]) -> dict[int, ReturnContent | None]:
    """Give what these returns say; none for one whose rows cannot even be read any more."""
    try:
        return dict(stored.contents(session, return_ids=[one.id for one in some]))
    except (TypeError, ValueError):
        if len(some) == 1:
            return {some[0].id: None}
    return {key: value for one in some for key, value in _contents(session, [one]).items()}


def _is_as_sealed(one: StoredReturn, content: ReturnContent | None) -> bool:
    return content is not None and content.sha256 == one.content_sha256


def _apart(one: Counter[Derived], other: Counter[Derived]) -> Counter[Derived]:
    return (one - other) + (other - one)


def _which(one: StoredReturn) -> Own:
    return Own(
        N_("{organisation} {quarter}, revision {revision}"),
        organisation=one.organisation,
        quarter=str(one.quarter),
        revision=str(one.revision),
    )


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
