"""Whether the store still says what was sealed in the log.

The log is a chain of hashes, and says of every return what it held when it was handed in and when it was approved. So
whoever goes round the program and changes a link, a record, a fact or a file leaves something that does not fit. Only
the end of the log can be cut off unseen: against that, heads are printed and kept elsewhere.

A store of many years is looked through a few returns at a time.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session

from kpi.access import Deed, allow
from kpi.framework.model import Framework
from kpi.held import RECORDS, Head, contents_apart, formless_apart, heads, is_as_sealed, kept_apart, returns_apart
from kpi.installation import ADOPTED, FrameworkChangedError, Installation, adopted
from kpi.measure.facts import facts_of
from kpi.problems import N_, Fault, Own, Problem, SaidError
from kpi.records import ReturnContent
from kpi.store import chain, editions, facts, files, frameworks
from kpi.store import returns as stored
from kpi.store.chain import Break
from kpi.store.engine import reading
from kpi.store.facts import Derived
from kpi.store.rows import UnreadableError, readable, row_counts

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
FILE = Fault("audit.file_changed", N_("The file “{name}” (number {number}) is not what was uploaded."))
EDITION_FILE = Fault("audit.edition_file_changed", N_("The file “{name}” (number {number}) is not what was published."))
FILE_GONE = Fault("audit.file_gone", N_("The file “{name}” (number {number}) is gone, and the log does not say why."))
FRAMEWORK = Fault(
    "audit.framework_changed", N_("The framework {sha256} is not as it was when returns were checked by it.")
)
FRAMEWORK_GONE = Fault(
    "audit.framework_gone", N_("The framework {sha256} was in force by the log, and it is not in the store.")
)
EDITION = Fault("audit.edition_changed", N_("The published report {name} is not what was published."))
EDITION_GONE = Fault("audit.edition_gone", N_("The published report {name} is in the log, and not in the store."))
EDITION_NOT_LOGGED = Fault(
    "audit.edition_not_logged", N_("The published report {name}: the log knows nothing of its publication.")
)
NOT_READABLE = Fault(
    "audit.not_readable",
    N_("{part} cannot even be read: it holds what this program never writes there. Somebody changed it."),
)
FACTS = Fault(
    "audit.facts_changed",
    N_("{which}: {count} of its stored sums differ from what its records give, the first is {part} {slice}."),
    N_("“kpi rebuild” derives them again."),
)
FACTS_OF_NOTHING = Fault("audit.facts_of_nothing", N_("There are sums of {which}, which was never handed in."))

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
    problems: list[Problem] = []
    with reading(installation.engine) as session:
        try:
            with readable():
                walked = chain.follow(session, head=printed)
            problems += _of_the_chain(walked, printed)
        except UnreadableError:
            walked = chain.Chain(0, "", None, None, None)
            problems.append(NOT_READABLE.at(part=Own(N_("A link of the log"))))
        count = Counter[str]()
        for part, found in {
            N_("A return"): _of_the_returns(session, count),
            N_("What is kept beside returns"): kept_apart(session),
            N_("A file"): _of_the_files(session, count),
            N_("A framework"): _of_the_frameworks(session),
            N_("A published report"): _of_the_editions(session),
        }.items():
            problems += _as_far_as_can_be_read(part, found)
    return Proof(walked.links, walked.head, walked.after, count["returns"], count["files"], problems)


def _as_far_as_can_be_read(part: str, found: Iterator[Problem]) -> Iterator[Problem]:
    """Give what does not fit in a part of the store; where what lies there is of no kind that it can be, say that."""
    try:
        with readable():
            yield from found
    except UnreadableError:
        yield NOT_READABLE.at(part=Own(part))


def _of_the_returns(session: Session, count: Counter[str]) -> Iterator[Problem]:
    all_heads = heads(session)
    handed_in = [one for one in all_heads if one.handed_in]
    count["returns"] = len(handed_in)
    yield from returns_apart(session, all_heads)
    yield from formless_apart(session, all_heads)
    for some in _batches(session, handed_in):
        yield from contents_apart(session, some, _contents(session, some))


def compare_facts(installation: Installation) -> list[Problem]:
    """Tell where the stored sums are not what the records give under the framework in force; nothing is written.

    Raises `FrameworkChangedError` where the framework is not the one under which they were derived.
    """
    allow(installation.who, Deed.READ_LOG)
    with reading(installation.engine) as session:
        if adopted(session) != installation.sha256:
            raise FrameworkChangedError
        return list(_as_far_as_can_be_read(N_("A return"), _facts_apart(session, installation.framework)))


def _facts_apart(session: Session, framework: Framework) -> Iterator[Problem]:
    all_heads = heads(session)
    yield from formless_apart(session, all_heads)
    for some in _batches(session, [one for one in all_heads if one.handed_in]):
        said = _contents(session, some)
        there = facts.derived(session, return_ids=[one.id for one in some])
        for one in some:
            content = said[one.id]
            if content is None or not is_as_sealed(one, content):
                yield RECORDS.at(which=one.which)
                continue
            wanted = Counter(facts.as_derived(one.quarter, facts_of(framework, one.quarter, content)))
            differ = sorted({(each.part, each.coordinates) for each in _apart(wanted, Counter(there[one.id]))}, key=str)
            if differ:
                part, place = differ[0]
                yield FACTS.at(which=one.which, count=len(differ), part=part, slice=place)
    others = facts.returns_with_any(session)
    yield from (FACTS_OF_NOTHING.at(which=one.which) for one in all_heads if one.id in others and not one.handed_in)


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


def _of_the_files(session: Session, count: Counter[str]) -> Iterator[Problem]:
    published = editions.published_files(session)
    for file_id in files.kept(session):
        file = files.get(session, file_id=file_id)
        count["files"] += 1
        if hashlib.sha256(file.content).hexdigest() != file.sha256:
            yield (EDITION_FILE if file_id in published else FILE).at(name=file.name, number=str(file.id))
    removed = {f"file/{file_id}": one for file_id, one in files.removed(session).items()}
    for subject, links in chain.about(session, subjects=removed).items():
        name, at = removed[subject]
        if [link.at for link in links if link.action == "file.removed"][-1:] != [at]:
            yield FILE_GONE.at(name=name, number=subject.partition("/")[2])


def _of_the_frameworks(session: Session) -> Iterator[Problem]:
    there = frameworks.all(session)
    for one in there:
        if hashlib.sha256(one.yaml.encode()).hexdigest() != one.sha256:
            yield FRAMEWORK.at(sha256=one.sha256)
    in_force = [link.after for link in chain.of(session, actions=[ADOPTED]) if isinstance(link.after, dict)]
    gone = {str(after.get("sha256")) for after in in_force} - {one.sha256 for one in there}
    for sha256 in sorted(gone):
        yield FRAMEWORK_GONE.at(sha256=sha256)


def _of_the_editions(session: Session) -> Iterator[Problem]:
    """Hold every published report, its figures and the hashes of its files against its seal in the log."""
    seals = editions.seals(session)
    told = {link.subject: link.after for link in chain.of(session, actions=[editions.PUBLISHED])}
    for subject, one in seals.items():
        logged = told.get(subject)
        if not isinstance(logged, dict):
            yield EDITION_NOT_LOGGED.at(name=one.name)
        elif {one.bears, one.gives} != {logged.get("sha256")}:
            yield EDITION.at(name=one.name)
    for subject in sorted(told.keys() - seals.keys()):
        yield EDITION_GONE.at(name=subject)


def _batches(session: Session, revisions: Sequence[Head]) -> Iterator[list[Head]]:
    """Give returns so many at a time that their records fit into memory; one by itself may be larger."""
    counts = row_counts(session)
    some: list[Head] = []
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


def _contents(session: Session, some: Sequence[Head]) -> dict[int, ReturnContent | None]:
    """Give what these returns say; none for one whose rows cannot even be read any more."""
    try:
        return dict(stored.contents(session, return_ids=[one.id for one in some]))
    except (TypeError, ValueError):
        if len(some) == 1:
            return {some[0].id: None}
    return {key: value for one in some for key, value in _contents(session, [one]).items()}


def _apart(one: Counter[Derived], other: Counter[Derived]) -> Counter[Derived]:
    return (one - other) + (other - one)


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
