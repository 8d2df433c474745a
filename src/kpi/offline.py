"""A draft as a workbook: taken from one that was filled in, made to go on with offline, with its faults marked.

The draft is the same as on the web (`kpi.drafts`).
"""

from dataclasses import replace
from datetime import date, datetime

from kpi.access import Deed, allow
from kpi.draft import ChangedMeanwhileError, Draft, basis_of, open_draft, read_draft, said_before
from kpi.drafts import WHATEVER, begin, beside, draft_of, look
from kpi.incoming import Incoming
from kpi.installation import Installation
from kpi.intake import taken
from kpi.intake import typed as typing
from kpi.intake.marked import marked_copy
from kpi.intake.raw import RawReturn
from kpi.intake.template import template
from kpi.quarter import Quarter
from kpi.store import drafts as kept
from kpi.store import files
from kpi.store.engine import reading, writing
from kpi.store.model import Channel


def take_workbook(
    installation: Installation, incoming: Incoming, *, today: date, at: datetime, seen: datetime | None = WHATEVER
) -> Draft:
    """Make what a workbook says the draft of its organisation's quarter, valid or not.

    Notes are kept, and the evidence of every row that the file has, corrected or moved; `kpi.evidence.left_behind`
    tells the others.

    `seen` is when the draft that is to be replaced was last typed into, as the person saw it; none where there was
    none.

    Raises `WaitsError`, `NotReportingError`, `NotBegunError`, `ChangedMeanwhileError`; a `ValueError` for a file that
    is no return.
    """
    if incoming.raw is None:
        raise ValueError("a file that is no return is no draft")
    raw = incoming.raw
    allow(installation.who, Deed.REPORT, organisation=raw.organisation)
    draft = begin(
        installation,
        organisation=raw.organisation,
        quarter=raw.quarter,
        language=raw.language or installation.framework.languages[0],
        today=today,
        at=at,
    )
    with writing(installation.engine) as session:
        head = open_draft(session, installation, draft.id)
        now = read_draft(session, installation.framework, draft.id)
        if seen != WHATEVER and now.touched_at not in {seen or at, at}:
            raise ChangedMeanwhileError(person=now.touched_by)
        for key, form in taken.of_raw(installation.framework, raw, now.typed).items():
            kept.write_form(session, return_id=draft.id, form=key, typed=typing.to_json(form))
        file_id = files.keep(session, name=incoming.name, content=incoming.file)
        kept.came_with(session, return_id=draft.id, file_id=file_id, language=raw.language or head.language)
        kept.touch(session, return_id=draft.id, by=installation.who.signature, at=at, channel=Channel.WORKBOOK)
        return read_draft(session, installation.framework, draft.id)


def workbook_of(installation: Installation, *, organisation: str, quarter: Quarter, language: str) -> bytes | None:
    """Make the workbook of what an organisation has said of a quarter so far, to go on with offline.

    That is what its draft says, else the last revision that was handed in; none where nothing was said yet.
    """
    draft = draft_of(installation, organisation=organisation, quarter=quarter)
    if draft is not None:
        return workbook(installation, draft, language=language)
    with reading(installation.engine) as session:
        basis = basis_of(session, organisation, quarter)
        if basis is None:
            return None
        there = read_draft(session, installation.framework, basis.id)
        typed = said_before(session, installation.framework, basis, quarter, language)
    return workbook(installation, replace(there, typed=typed), language=language)


def marked(installation: Installation, draft: Draft, *, language: str) -> bytes:
    """Make the workbook of a draft in which every faulty cell is marked, with what is wrong as a note."""
    looked = look(installation, draft)
    return marked_copy(
        installation.framework,
        draft.organisation,
        draft.quarter,
        language,
        _in_words(draft, language),
        looked.problems,
    )


def workbook(installation: Installation, draft: Draft, *, language: str) -> bytes:
    """Make the workbook of a draft: the template with what was typed, to go on with offline."""
    around = beside(installation, draft)
    return template(
        installation.framework,
        organisation=draft.organisation,
        quarter=draft.quarter,
        language=language,
        orientation=around,
        fill=_in_words(draft, language),
    )


def _in_words(draft: Draft, language: str) -> RawReturn:
    """Give the draft for a workbook; what was typed in another language stays as it was typed."""
    return typing.raw(draft.organisation.code, draft.quarter, language, draft.typed)
