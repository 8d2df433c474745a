"""Handing a draft in: what is asked before, and what becomes of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from kpi import recall
from kpi.adoption import derive
from kpi.draft import Draft, Looked, explained, open_draft, read_draft, typed_last
from kpi.framework.model import FormKind
from kpi.incoming import approved_rows
from kpi.installation import Installation
from kpi.intake.check import check
from kpi.language import message
from kpi.problems import N_, Problem, SaidError, Severity, errors
from kpi.records import ReturnContent
from kpi.returns import SUBMITTED, AlreadyStoredError, subject_of, under_its_framework
from kpi.revisions import says, standing
from kpi.store import drafts as kept
from kpi.store import events, frameworks
from kpi.store.beside import seals
from kpi.store.engine import writing
from kpi.store.model import ReturnChangedError, ReturnState, StoredReturn
from kpi.typing_in import TypedMeanwhileError

_LONGEST = 2_000


class FaultyError(SaidError):
    """A draft has errors; it cannot be handed in before they are mended."""

    text = N_("{count} things have to be corrected before this return can be submitted.")

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(count=len(self.problems))


class UnexplainedError(SaidError):
    """Warnings stand without a word of explanation."""

    text = N_("{count} remarks still need a word of explanation.")

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(count=len(self.problems))


def warnings(looked: Looked) -> list[Problem]:
    """Give what a word of explanation is asked for."""
    return [problem for problem in looked.problems if problem.severity is Severity.WARNING]


def _where(problem: Problem) -> dict[str, object]:
    place = problem.place
    return {"code": problem.code, "form": place.form, "row": place.row, "field": place.field}


def explain(
    installation: Installation, looked: Looked, words: Mapping[str, str], *, seen: Mapping[str, str], at: datetime
) -> None:
    """Keep words of explanation, by `Looked.name_of`, before the draft is handed in; what is empty is taken away.

    `seen` are the words that the person saw in their place; what others explained meanwhile stays.

    Raises `kpi.typing_in.TypedMeanwhileError`, `kpi.draft.DraftGoneError`.
    """
    draft_id, asked = looked.draft.id, {looked.name_of(problem): problem for problem in warnings(looked)}
    with writing(installation.engine) as session:
        open_draft(session, installation, draft_id)
        said = recall.said(session, installation.framework, return_id=draft_id).explanations
        there = {explained(one): one for one in said}
        for name, text in words.items():
            found = str(there[name]["explanation"]) if name in there else ""
            if found not in {seen.get(name, ""), text.strip()}:
                raise TypedMeanwhileError(typed_last(session, installation, draft_id), found)
        stays = {
            name: one
            for name, one in there.items()
            if name not in words and (name in asked or name not in looked.draft.explanations)
        }
        given = {
            name: {**looked.about(problem), "explanation": words[name].strip()[:_LONGEST]}
            for name, problem in asked.items()
            if words.get(name, "").strip()
        }
        kept.write_explanations(session, return_id=draft_id, explanations=list({**stays, **given}.values()))
        kept.touch(session, return_id=draft_id, by=installation.who.signature, at=at)


def submit_draft(  # noqa: PLR0913 (where, what and when)
    installation: Installation,
    *,
    draft_id: int,
    version: int,
    touched_at: datetime | None,
    explanations: Mapping[str, str],
    at: datetime,
) -> StoredReturn:
    """Hand a draft in as it was seen: its rows become records, once and for all; all of it or nothing.

    Args:
        installation: as whoever hands in sees it.
        draft_id: the draft.
        version: its version as it was confirmed.
        touched_at: when it was last typed into, as it was confirmed.
        explanations: a word for every warning, by `Looked.name_of`.
        at: now.

    Raises:
        FaultyError: there are errors.
        UnexplainedError: a warning has no explanation.
        ReturnChangedError: somebody typed meanwhile; what would be handed in is not what was confirmed.
        AlreadyStoredError: the return that stands says the same.
        kpi.draft.DraftGoneError: it is no open draft any more.
    """
    with writing(installation.engine) as session:
        under_its_framework(session, installation)
        head = open_draft(session, installation, draft_id)
        draft = read_draft(session, installation.framework, draft_id)
        if head.version != version or draft.touched_at != touched_at:
            raise ReturnChangedError(head, ReturnState.SUBMITTED)
        approved = approved_rows(installation, draft.organisation, draft.quarter)
        found = check(installation.framework, draft.raw, attributes=draft.organisation.attributes, approved=approved)
        looked = Looked(draft, found.content, found.problems)
        if errors(looked.problems):
            raise FaultyError(errors(looked.problems))
        explained = list(_explained(looked, explanations))
        before = standing(session, head.organisation, head.quarter)
        if before is not None and says(session, installation.framework, before, looked.content):
            raise AlreadyStoredError(before)
        revision = kept.hand_in(
            session,
            return_id=draft_id,
            content=looked.content,
            notes={key: form.note for key, form in draft.typed.items()},
            evidence=list(_evidence(installation, draft, looked.content)),
            explanations=explained,
            framework_id=frameworks.remember(session, yaml=installation.yaml),
            attributes=draft.organisation.attributes,
            by=installation.who.signature,
            at=at,
        )
        derive(session, installation.framework, revision, looked.content)
        events.append(
            session,
            at=at,
            actor=installation.who.signature,
            action=SUBMITTED,
            subject=subject_of(revision),
            after={
                "content_sha256": revision.content_sha256,
                "rows": looked.content.rows,
                "channel": revision.channel.value,
                "on_behalf": head.organisation not in installation.who.organisations,
                "seals": seals(session, return_id=revision.id),
            },
        )
        return revision


def _explained(looked: Looked, explanations: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Give every warning with its explanation, as it is kept; the sentence is in the return's language."""
    asked = warnings(looked)
    lacking = [one for one in asked if not explanations.get(looked.name_of(one), "").strip()]
    if lacking:
        raise UnexplainedError(lacking)
    for problem in asked:
        yield {
            **_where(problem),
            "said": message(problem, looked.draft.head.language),
            "explanation": explanations[looked.name_of(problem)].strip()[:_LONGEST],
        }


def _evidence(installation: Installation, draft: Draft, content: ReturnContent) -> Iterator[kept.StoredEvidence]:
    """Give the evidence of the draft's rows, under the positions of their records."""
    for key, form in draft.typed.items():
        if key not in content.forms:
            continue
        is_grid = installation.framework.forms[key].kind is FormKind.GRID
        by_key = {record.key: record.position for record in content.forms[key].records}
        filled = [row for row in form.rows if not row.is_blank]
        for number, row in enumerate(filled, 1):
            position = by_key.get(row.key) if is_grid else number
            if position is None:
                continue
            for one in row.evidence:
                yield kept.StoredEvidence(draft.id, key, position, one.name, one.file, one.link)
