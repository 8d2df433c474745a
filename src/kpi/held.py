"""Returns, and all that is kept beside them, held against what the log says of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from kpi import replay
from kpi.problems import N_, Fault, Own, Problem
from kpi.quarter import Quarter
from kpi.records import ReturnContent
from kpi.replay import Life
from kpi.store import chain
from kpi.store import kept as things
from kpi.store.beside import Beside, beside
from kpi.store.kept import Kind
from kpi.store.model import ReturnState, StoredEvent
from kpi.store.rows import formless, revisions

NOT_LOGGED = Fault("audit.return_not_logged", N_("{which}: the log knows nothing of it."))
GONE = Fault("audit.return_gone", N_("{which}: the log knows of it, and it is not in the store."))
RECORDS = Fault("audit.records_changed", N_("{which}: its records are not what was handed in; somebody changed them."))
FORMLESS = Fault(
    "audit.records_of_no_form",
    N_("{which}: there are records of the form “{form}”, of which it says nothing; somebody slipped them in."),
)
SEALED = Fault("audit.content_hash", N_("{which}: its hash is not the one that the log holds."))
STATE = Fault("audit.state_changed", N_("{which}: it is “{found}”, and by the log it should be “{wanted}”."))
PERSON = Fault(
    "audit.person_changed", N_("{which}: who handed it in or approved it, or when, is not what the log says.")
)
COUNTS = Fault("audit.counting_changed", N_("{which}: by the log another revision should count."))
FILE_OF = Fault("audit.file_exchanged", N_("{which}: its file is not the one that was handed in."))
BESIDE = Fault("audit.beside_changed", N_("{which}: {part} is not what the log says."))
KEPT = Fault("audit.kept_changed", N_("{which}: {columns} is not what the log says."))
KEPT_GONE = Fault("audit.kept_gone", N_("{which}: the log knows of it, and it is not in the store."))
KEPT_NOT_LOGGED = Fault("audit.kept_not_logged", N_("{which}: the log knows nothing of it."))

#: The actions that seal what a return says, and the columns that they sign.
_SEALING = ("return.submitted", "return.approved")
_SIGNED = ("submitted_at", "submitted_by", "approved_at", "approved_by")
_STATE_NAMES = {
    "draft": N_("draft"),
    "submitted": N_("submitted"),
    "approved": N_("approved"),
    "returned": N_("returned for correction"),
}
#: What stands beside a return's records, as the log seals it part by part; its file has words of its own.
_PARTS = {
    "attributes": N_("what it holds of the organisation"),
    "evidence": N_("its evidence"),
    "explanations": N_("its explanations"),
    "framework": N_("the framework it was checked by"),
    "notes": N_("its notes"),
    "origin": N_("how it came in"),
    "typed": N_("what was typed"),
    "reasons": N_("why it was sent back"),
    "version": N_("how often its state changed"),
}
_KINDS = {
    Kind.ORGANISATION: N_("Organisation {name}"),
    Kind.ACCOUNT: N_("Account {name}"),
    Kind.LOCK: N_("Lock of {name}"),
    Kind.EXTENSION: N_("Extension for {name}"),
    Kind.REMARK: N_("Remark on {name}"),
    Kind.ANSWER: N_("What was said of the data of {name}"),
    Kind.ACTION: N_("Action {name}"),
    Kind.NOTE: N_("Note {name} on an indicator"),
}


@dataclass(frozen=True, slots=True)
class Head:
    """A revision as it lies in the database, whatever somebody left there."""

    id: int
    organisation: str
    quarter: Quarter
    row: Mapping[str, Any]

    @property
    def subject(self) -> str:
        """What the log calls it."""
        return f"return/{self.organisation}/{self.quarter}/{self.row['revision']}"

    @property
    def handed_in(self) -> bool:
        """Whether its records are fixed."""
        return bool(self.row["state"] != ReturnState.DRAFT)

    @property
    def which(self) -> Own:
        """Name it for people."""
        return which(self.subject)


def which(subject: str) -> Own:
    """Name a revision for people by what the log calls it."""
    organisation, quarter, revision = [*subject.split("/")[1:], "?", "?", "?"][:3]
    words = N_("{organisation} {quarter}, revision {revision}")
    return Own(words, organisation=organisation, quarter=quarter, revision=revision)


def heads(session: Session) -> list[Head]:
    """Give all revisions, by organisation, quarter and revision."""
    found = [
        Head(row["id"], row["organisation"], Quarter.from_ordinal(row["quarter"]), row) for row in revisions(session)
    ]
    return sorted(found, key=lambda one: (one.organisation, one.quarter, one.row["revision"]))


def returns_apart(session: Session, all_heads: Sequence[Head]) -> Iterator[Problem]:
    """Tell where the life of a return is another than the log's; `all_heads` are all there are."""
    lives = replay.lives(chain.of(session, actions=replay.OF_RETURNS))
    for one in all_heads:
        life = lives.get(one.subject)
        if life is None:
            yield NOT_LOGGED.at(which=one.which)
        else:
            yield from _life_apart(one, life)
    for subject in lives.keys() - {one.subject for one in all_heads}:
        yield GONE.at(which=which(subject))


def _life_apart(one: Head, life: Life) -> Iterator[Problem]:
    row = one.row
    if row["state"] != life.state:
        found, wanted = Own(_STATE_NAMES[row["state"]]), Own(_STATE_NAMES[life.state])
        yield STATE.at(which=one.which, found=found, wanted=wanted)
        return
    if any(row[name] != getattr(life, name) for name in _SIGNED):
        yield PERSON.at(which=one.which)
    if (row["current"], row["superseded_at"]) != (life.current, life.superseded_at):
        yield COUNTS.at(which=one.which)
    elif row["version"] != life.version:
        yield BESIDE.at(which=one.which, part=Own(_PARTS["version"]))


def formless_apart(session: Session, all_heads: Sequence[Head]) -> Iterator[Problem]:
    """Tell where records lie that are no part of what their return says, so that no hash of it tells of them."""
    known = {one.id: one.which for one in all_heads}
    for return_id, form in formless(session):
        yield FORMLESS.at(which=known.get(return_id, Own(N_("A return"))), form=form)


def contents_apart(
    session: Session, some: Sequence[Head], said: Mapping[int, ReturnContent | None]
) -> Iterator[Problem]:
    """Tell where returns that were handed in do not say what was sealed: their records, and what stands beside them."""
    told = chain.about(session, subjects=[one.subject for one in some])
    around = beside(session, return_ids=[one.id for one in some])
    for one in some:
        if not is_as_sealed(one, said[one.id]):
            yield RECORDS.at(which=one.which)
        yield from _sealed_apart(one, around[one.id], told[one.subject])


def is_as_sealed(one: Head, content: ReturnContent | None) -> bool:
    """Tell whether a return's records are those of its hash."""
    return content is not None and content.sha256 == one.row["content_sha256"]


def _sealed_apart(one: Head, around: Beside, links: Sequence[StoredEvent]) -> Iterator[Problem]:
    said = [link.after for link in links if link.action in _SEALING and isinstance(link.after, dict)]
    if any(after.get("content_sha256", one.row["content_sha256"]) != one.row["content_sha256"] for after in said):
        yield SEALED.at(which=one.which)
    now = around.seals
    # Links written before these parts were sealed say nothing of them.
    sealed = [after["seals"] for after in said if isinstance(after.get("seals"), dict)]
    apart = {name for seals in sealed for name, seal in seals.items() if now.get(name) != seal}
    file = (around.parts["file"] or [None])[0]
    if "file" in apart or any(after["file_sha256"] != file for after in said if after.get("file_sha256")):
        yield FILE_OF.at(which=one.which)
    sent_back = next((link.after for link in links if link.action == "return.returned"), None)
    if around.reasons != _reasons(sent_back):
        apart.add("reasons")
    for name in sorted(apart & _PARTS.keys()):
        yield BESIDE.at(which=one.which, part=Own(_PARTS[name]))


def _reasons(after: object) -> dict[str | None, str]:
    if not isinstance(after, dict):
        return {}
    by_form = after.get("by_form")
    said = {None: after.get("reason"), **(by_form if isinstance(by_form, dict) else {})}
    return {form: reason for form, reason in said.items() if reason is not None}


def kept_apart(session: Session) -> Iterator[Problem]:
    """Tell where what is kept beside returns is not what the log says of it."""
    there, wanted = things.kept(session), replay.kept(chain.of(session, actions=replay.OF_WORDS))
    for kind, named in _KINDS.items():
        for name in sorted({*there[kind], *wanted[kind]}):
            thing = Own(named, name=name)
            if name not in there[kind]:
                yield KEPT_GONE.at(which=thing)
            elif name not in wanted[kind]:
                yield KEPT_NOT_LOGGED.at(which=thing)
            elif columns := _columns_apart(there[kind][name], wanted[kind][name]):
                yield KEPT.at(which=thing, columns=", ".join(columns))


def _columns_apart(there: Mapping[str, Any], wanted: Mapping[str, Any]) -> Collection[str]:
    """Name what differs; of what the log does not tell, nothing is known."""
    return [name for name, value in wanted.items() if there.get(name) != value]
