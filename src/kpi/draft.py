"""A draft: a return that is being filled in, as it stands, and as it was checked."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session

from kpi import recall
from kpi.access import Deed, allow
from kpi.framework.model import Form, Framework
from kpi.installation import Installation
from kpi.intake import typed as typing
from kpi.intake.raw import RawReturn
from kpi.intake.typed import Typed, TypedForm
from kpi.language import message
from kpi.locks import not_locked
from kpi.measure.model import Organisation
from kpi.participation import known
from kpi.problems import N_, Own, Problem, SaidError
from kpi.quarter import Quarter
from kpi.records import ReturnContent
from kpi.store import drafts as kept
from kpi.store import returns as stored
from kpi.store.model import ReturnState, StoredReturn


class DraftGoneError(SaidError):
    """The draft was handed in or given up meanwhile."""

    text = N_("This draft is no longer open: it was submitted or discarded meanwhile. Load the page again.")


class ChangedMeanwhileError(SaidError):
    """Somebody typed into what a person was about to replace or to take away."""

    text = N_(
        "{person} changed this meanwhile; nothing was replaced or taken away. Look at it again before you decide."
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """A return that is being filled in.

    `forms` are those the organisation is asked for, in order; `typed` holds every one of them. `reasons` say why the
    revision before was sent back, by form, and under none as a whole; `explanations` are the words given to remarks so
    far, by their names (`Looked.name_of`).
    """

    head: StoredReturn
    organisation: Organisation
    forms: Mapping[str, Form]
    typed: Typed
    note: str = ""
    touched_at: datetime | None = None
    touched_by: str | None = None
    reasons: Mapping[str | None, str] = field(default_factory=dict)
    explanations: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The revision's id."""
        return self.head.id

    @property
    def quarter(self) -> Quarter:
        """The quarter it is for."""
        return self.head.quarter

    @property
    def raw(self) -> RawReturn:
        """What is checked."""
        return typing.raw(self.organisation.code, self.quarter, self.head.language, self.typed)


@dataclass(frozen=True, slots=True)
class Looked:
    """A draft as it was checked: what was understood of it, and all that is wrong or odd."""

    draft: Draft
    content: ReturnContent
    problems: tuple[Problem, ...]

    def of(self, form: str, row: str | None = None, field_key: str | None = None) -> list[Problem]:
        """Give the problems of a form; of one of its rows (by id); of one of its fields, with a spread's as a whole."""
        position = {one.id: number for number, one in enumerate(self.draft.typed[form].rows, 1)}.get(row or "")
        return [
            problem
            for problem in self.problems
            if problem.place.form == form
            and (row is None or problem.place.row == position)
            and (field_key is None or problem.place.field in {field_key, field_key.partition(".")[0]})
        ]

    def about(self, problem: Problem) -> dict[str, str]:
        """Say what a warning is about: its code, form, row (by id) and field, and what was found there, in English.

        So an explanation goes with its row, and explains nothing else: not another row, nor another value.
        """
        place, rows = problem.place, self.draft.typed.get(problem.place.form or "", TypedForm()).rows
        return {
            "code": problem.code,
            "form": place.form or "",
            "row": rows[place.row - 1].id if place.row is not None and place.row <= len(rows) else "",
            "field": place.field or "",
            "found": message(problem, "en"),
        }

    def name_of(self, problem: Problem) -> str:
        """Name a warning, so that an explanation finds it again."""
        return explained(self.about(problem))


def read_draft(session: Session, framework: Framework, draft_id: int) -> Draft:
    """Give a draft as it stands; a `KeyError` where there is none."""
    head = stored.get(session, return_id=draft_id)
    asked = known(session, framework, head.organisation)
    written = recall.typed(session, framework, return_id=draft_id)
    forms = framework.asked_forms(asked.attributes, head.quarter)
    typed = {
        key: typing.from_json(written[key]) if key in written else typing.blank(framework, key, head.quarter)
        for key in dict.fromkeys([*forms, *written])
    }
    told = recall.said(session, framework, return_id=draft_id)
    return Draft(
        head,
        asked,
        forms,
        typed,
        told.notes.get(None, ""),
        told.drafted_at,
        told.drafted_by,
        _reasons(session, framework, head),
        {explained(one): str(one["explanation"]) for one in told.explanations},
    )


def explained(said: Mapping[str, object]) -> str:
    """Name what a draft's explanation explains (`Looked.about`)."""
    return "/".join(str(said.get(part) or "") for part in ("code", "form", "row", "field", "found"))


def still_explained(looked: Looked, words: Iterable[Mapping[str, object]]) -> Iterator[dict[str, object]]:
    """Give the explanations of a revision that was handed in, as a draft keeps them: those whose warning still stands.

    The draft is as that revision was typed: its rows stand where they stood.
    """
    parts = ("code", "form", "row", "field", "said")
    told = {tuple(one.get(part) for part in parts): one["explanation"] for one in words}
    for problem in looked.problems:
        place = problem.place
        at = (problem.code, place.form, place.row, place.field, message(problem, looked.draft.head.language))
        if at in told:
            yield {**looked.about(problem), "explanation": told[at]}


def _reasons(session: Session, framework: Framework, head: StoredReturn) -> Mapping[str | None, str]:
    before = stored.find(session, organisation=head.organisation, quarter=head.quarter, states=(ReturnState.RETURNED,))
    earlier = [one for one in before if one.revision < head.revision]
    return recall.said(session, framework, return_id=earlier[-1].id).reasons if earlier else {}


def open_draft(session: Session, installation: Installation, draft_id: int) -> StoredReturn:
    """Give a draft that whoever asks may work on, and that is still open, in a quarter that is not locked."""
    head = stored.get(session, return_id=draft_id)
    allow(installation.who, Deed.REPORT, organisation=head.organisation)
    if head.state is not ReturnState.DRAFT or head.superseded_at is not None:
        raise DraftGoneError
    not_locked(session, head.quarter)
    return head


def not_changed(session: Session, installation: Installation, draft_id: int, *, now: object, seen: object) -> None:
    """Raise `ChangedMeanwhileError` where something in a draft is not as a person saw it, whoever typed last."""
    if now != seen:
        raise ChangedMeanwhileError(person=typed_last(session, installation, draft_id))


def typed_last(session: Session, installation: Installation, draft_id: int) -> object:
    """Name who typed last, where that was somebody else."""
    by = kept.said(session, return_id=draft_id).drafted_by
    return Own(N_("Somebody")) if by in {None, installation.who.signature} else by


def basis_of(session: Session, organisation: str, quarter: Quarter) -> StoredReturn | None:
    """Give the revision that a new draft goes on from: the last one that was ever handed in."""
    done = (ReturnState.SUBMITTED, ReturnState.APPROVED, ReturnState.RETURNED)
    found = stored.find(session, organisation=organisation, quarter=quarter, states=done)
    return found[-1] if found else None


def said_before(session: Session, framework: Framework, basis: StoredReturn, quarter: Quarter, language: str) -> Typed:
    """Give a revision as it was typed; what came in otherwise as somebody would have typed it."""
    written = recall.typed(session, framework, return_id=basis.id)
    if written:
        return {key: typing.from_json(form) for key, form in written.items()}
    begun = typing.of_records(framework, quarter, recall.content(session, framework, return_id=basis.id), language)
    return dict(begun)


def prefilled(session: Session, framework: Framework, asked: Organisation, quarter: Quarter, language: str) -> Typed:
    """Give the stock registers as they were last approved."""
    forms = framework.asked_forms(asked.attributes, quarter)
    before = recall.latest_forms(session, framework, organisation=asked.code, forms=list(forms), before=quarter)
    content = ReturnContent({key: said for key, (_, said) in before.items() if said.records and forms[key].goes_on})
    begun = typing.of_records(framework, quarter, content, language)
    return {key: replace(form, state="") for key, form in begun.items()}
