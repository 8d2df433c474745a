"""The receipt of a return: what was handed in, by whom, when, and by which seals it can be known again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from kpi import recall
from kpi.access import Deed, NotPermittedError, allow, may
from kpi.framework.model import Framework
from kpi.installation import Installation
from kpi.measure.model import Organisation
from kpi.measure.single import values_of
from kpi.measure.values import Value
from kpi.problems import N_, SaidError
from kpi.records import ReportedForm, ReturnContent
from kpi.returns import SUBMITTED, subject_of
from kpi.store import events, files
from kpi.store import returns as stored
from kpi.store.engine import reading
from kpi.store.model import Channel, ReturnState, StoredEvent, StoredFile, StoredReturn


class NotHandedInError(SaidError):
    """A draft has no receipt."""

    text = N_("This return is not submitted yet; there is a receipt once it is.")


@dataclass(frozen=True, slots=True)
class Behind:
    """A file or a link behind a row: the row's form and position, from 1. A link has no SHA-256; its name is itself."""

    form: str
    position: int
    name: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """One revision as it was handed in.

    `figures` are the totals of every indicator that it says something of; `file` is the name and the SHA-256 of the
    workbook it was read from, `evidence` what stands behind its rows, in their order. `event` is the log's link that
    tells of the submission, none for returns from before there was one.
    """

    revision: StoredReturn
    organisation: Organisation
    content: ReturnContent
    figures: Mapping[str, Value]
    note: str
    explanations: Sequence[Mapping[str, object]]
    file: tuple[str, str] | None
    evidence: Sequence[Behind]
    event: StoredEvent | None

    @property
    def forms(self) -> Mapping[str, ReportedForm]:
        """The forms, as they were reported."""
        return self.content.forms

    @property
    def begun_from(self) -> str | None:
        """The name of the workbook that the draft began from, where what was handed in was typed on the web after it.

        Such a file proves nothing of what was handed in.
        """
        return self.file[0] if self.file and self.revision.channel is Channel.FORM else None

    @property
    def proof(self) -> tuple[str, str] | None:
        """The name and the SHA-256 of the workbook that says what was handed in, where one does."""
        return None if self.begun_from else self.file

    @property
    def on_behalf(self) -> bool:
        """Tell whether somebody handed it in who does not report for the organisation."""
        return self.event is not None and was_on_behalf(self.event)


def receipt(installation: Installation, *, return_id: int) -> Receipt:
    """Give the receipt of a revision that was handed in.

    Raises `NotPermittedError`, `NotHandedInError`; a `KeyError` where there is no such return.
    """
    with reading(installation.engine) as session:
        head = stored.get(session, return_id=return_id)
        _allow_reading(installation, head)
        if head.state is ReturnState.DRAFT:
            raise NotHandedInError
        found = recall.organisation(session, installation.framework, code=head.organisation)
        if found is None:
            raise KeyError(head.organisation)
        content = recall.content(session, installation.framework, return_id=return_id)
        told = recall.said(session, installation.framework, return_id=return_id)
        file = files.get(session, file_id=head.file_id) if head.file_id is not None else None
        behind = _behind(session, installation.framework, return_id)
        links = [one for one in events.history(session, subject=subject_of(head)) if one.action == SUBMITTED]
    values = values_of(installation.framework, head.quarter, content)
    return Receipt(
        head,
        found,
        content,
        {indicator: value for (indicator, part), value in values.items() if part is None and _says(value)},
        told.notes.get(None, ""),
        told.explanations,
        (file.name, file.sha256) if file else None,
        behind,
        links[-1] if links else None,
    )


def _behind(session: Session, framework: Framework, return_id: int) -> list[Behind]:
    found = recall.evidence(session, framework, returns=[return_id])
    known = files.hashes(session, file_ids={one.file_id for one in found if one.file_id is not None})
    return [
        Behind(one.form, one.position, one.link or one.name, None if one.file_id is None else known[one.file_id])
        for one in found
    ]


def file_of(installation: Installation, *, return_id: int) -> StoredFile:
    """Give the workbook that a revision was read from; a `KeyError` where there is none."""
    with reading(installation.engine) as session:
        head = stored.get(session, return_id=return_id)
        if not may(installation.who, Deed.SEE_ROWS):
            allow(installation.who, Deed.REPORT, organisation=head.organisation)
        if head.file_id is None:
            raise KeyError(return_id)
        return files.content(session, file_id=head.file_id)


def was_on_behalf(submission: StoredEvent) -> bool:
    """Tell whether whoever handed a return in does not report for its organisation; `submission` is the log's link."""
    after = submission.after
    return isinstance(after, Mapping) and after.get("on_behalf") is True


def _allow_reading(installation: Installation, head: StoredReturn) -> None:
    who = installation.who
    if may(who, Deed.REPORT, organisation=head.organisation):
        return
    if not (may(who, Deed.SEE_ROWS) or may(who, Deed.REVIEW)):
        raise NotPermittedError(who, Deed.REPORT)


def _says(value: Value) -> bool:
    return value.value is not None or value.state.value == "not_applicable"
