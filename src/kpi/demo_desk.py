"""What people do in the sample beside handing workbooks in: locks, remarks, answers, actions, notes, a correction.

The file ``desk.yaml`` of the sample tells of it, deed by deed, each at a moment of its own. Every deed goes the way of
the pages: by a person of the role that may do it, through the function that they ask.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml

from kpi import cast
from kpi.access import Deed, Person, Role, allow
from kpi.draft import Draft
from kpi.drafts import begin, look
from kpi.evidence import keep, link
from kpi.follow_up import actions, add_note, close_action, open_action
from kpi.framework.model import Framework
from kpi.installation import Installation
from kpi.locks import extend, lock, reopen
from kpi.quality import Outcome, quality, resolve
from kpi.quarter import Quarter, Window
from kpi.remarks import comment
from kpi.returns import SUBMITTED, send_back
from kpi.store import chain
from kpi.store import returns as stored
from kpi.store.engine import reading
from kpi.store.model import StoredReturn
from kpi.submission import submit_draft, warnings
from kpi.typing_in import type_cell

FILE = "desk.yaml"


def team(framework: Framework) -> Person:
    """Give who decides in the sample."""
    return Person(cast.name(framework, Role.MANAGER), Role.MANAGER)


def reporter(framework: Framework, organisation: str) -> Person:
    """Give who reports for an organisation of the sample."""
    name = f"{cast.name(framework, Role.REPORTER)} ({organisation})"
    return Person(name, Role.REPORTER, organisations=frozenset({organisation}))


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that somebody did: when, what, with which words; `by` is an organisation, else the core team."""

    at: datetime
    deed: str
    by: str | None = None
    words: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Doing:
    """A deed about to be done: `here` is the installation of its person, `folder` holds the files of the sample."""

    here: Installation
    at: datetime
    folder: Path

    def newest(self, organisation: str, quarter: str) -> StoredReturn:
        """Give the newest return that was handed in."""
        with reading(self.here.engine) as session:
            found = stored.find(session, organisation=organisation, quarter=Quarter.parse(quarter))
        return [one for one in found if one.submitted_at is not None][-1]


def deeds(folder: Path) -> list[Told]:
    """Read what the sample tells, in its order; nothing where it tells nothing."""
    file = folder / FILE
    told = yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else ()
    return [Told(one.pop("at").replace(tzinfo=UTC), one.pop("deed"), one.pop("by", None), one) for one in told]


def do(installation: Installation, deed: Told, *, folder: Path) -> None:
    """Do what is told, unless the log says that it was done; whatever does not fit is raised."""
    allow(installation.who, Deed.RUN_STORE)
    framework = installation.framework
    who = team(framework) if deed.by is None else reporter(framework, deed.by)
    action, function = _DEEDS[deed.deed]
    with reading(installation.engine) as session:
        if any(one.at == deed.at for one in chain.of(session, actions=[action])):
            return
    function(_Doing(replace(installation, who=who), deed.at, folder), **deed.words)


def _lock(doing: _Doing, *, quarter: str, reason: str) -> None:
    lock(doing.here, quarter=Quarter.parse(quarter), reason=reason, at=doing.at)


def _reopen(doing: _Doing, *, quarter: str, reason: str) -> None:
    reopen(doing.here, quarter=Quarter.parse(quarter), reason=reason, at=doing.at)


def _extend(doing: _Doing, *, organisation: str, quarter: str, until: date, reason: str) -> None:
    where = Quarter.parse(quarter)
    extend(doing.here, organisation=organisation, quarter=where, until=until, reason=reason, at=doing.at)


def _remark(  # noqa: PLR0913 (what the file says)
    doing: _Doing, *, organisation: str, quarter: str, text: str, form: str | None = None, row: int | None = None
) -> None:
    number = doing.newest(organisation, quarter).id
    comment(doing.here, return_id=number, text=text, form=form, position=row, at=doing.at)


def _send_back(doing: _Doing, *, organisation: str, quarter: str, by_form: Mapping[str, str], reason: str = "") -> None:
    number, by = doing.newest(organisation, quarter).id, doing.here.who.signature
    send_back(doing.here, return_id=number, reason=reason, by_form=by_form, by=by, at=doing.at)


def _correct(  # noqa: PLR0913 (what the file says)
    doing: _Doing,
    *,
    organisation: str,
    quarter: str,
    explanation: str,
    cells: Sequence[Mapping[str, Any]],
    evidence: Sequence[Mapping[str, Any]],
) -> None:
    """Correct a return that was sent back, put evidence behind its rows, and hand it in again.

    `explanation` is the word for every remark that is made on it.
    """
    here, at, before = doing.here, doing.at, doing.newest(organisation, quarter)
    draft = begin(
        here,
        organisation=organisation,
        quarter=before.quarter,
        language=before.language,
        today=at.date(),
        at=at,
    )
    for one in cells:
        form, key, text = one["form"], one["field"], str(one["text"])
        row = draft.typed[form].rows[one["row"] - 1]
        seen = str(row.cells[key])
        draft = type_cell(here, draft_id=draft.id, form=form, row=row.id, field_key=key, seen=seen, text=text, at=at)
    for one in evidence:
        form, row = one["form"], draft.typed[one["form"]].rows[one["row"] - 1]
        if not row.evidence:
            draft = _attached(doing, draft, form, row.id, one)
    looked = look(here, draft)
    submit_draft(
        here,
        draft_id=draft.id,
        version=draft.head.version,
        touched_at=draft.touched_at,
        explanations={looked.name_of(one): explanation for one in warnings(looked)},
        at=at,
    )


def _attached(doing: _Doing, draft: Draft, form: str, row: str, told: Mapping[str, str]) -> Draft:
    here, at = doing.here, doing.at
    if "link" in told:
        return link(here, draft_id=draft.id, form=form, row=row, address=told["link"], at=at)
    name = told["file"]
    content = (doing.folder / "evidence" / name).read_bytes()
    return keep(here, draft_id=draft.id, form=form, row=row, name=name, content=content, at=at)


def _answer(  # noqa: PLR0913 (what the file says)
    doing: _Doing, *, organisation: str, quarter: str, kind: str, about: str, outcome: str, text: str
) -> None:
    where = Quarter.parse(quarter)
    odd = quality(doing.here, Window.quarter(where), organisation=organisation).odd
    name = next(one.oddity.name for one in odd if (one.oddity.code, one.oddity.subject) == (kind, about))
    resolve(
        doing.here,
        organisation=organisation,
        quarter=where,
        oddity=name,
        outcome=Outcome(outcome),
        text=text,
        at=doing.at,
    )


def _act(  # noqa: PLR0913 (what the file says)
    doing: _Doing, *, indicator: str, quarter: str, explanation: str, action: str, owner: str, due: date
) -> None:
    open_action(
        doing.here,
        indicator=indicator,
        quarter=Quarter.parse(quarter),
        explanation=explanation,
        action=action,
        owner=owner,
        due=due,
        at=doing.at,
    )


def _close(doing: _Doing, *, indicator: str, outcome: str) -> None:
    opened = actions(doing.here, indicator=indicator, only_open=True)[0]
    close_action(doing.here, action_id=opened.id, outcome=outcome, at=doing.at)


def _note(doing: _Doing, *, indicator: str, day: date, text: str) -> None:
    add_note(doing.here, indicator=indicator, day=day, text=text, at=doing.at)


#: What can be told: with which link of the log it is done, and how.
_DEEDS: Mapping[str, tuple[str, Callable[..., None]]] = {
    "lock": ("quarter.locked", _lock),
    "reopen": ("quarter.reopened", _reopen),
    "extend": ("return.extended", _extend),
    "remark": ("return.commented", _remark),
    "send back": ("return.returned", _send_back),
    "correct": (SUBMITTED, _correct),
    "answer": ("oddity.resolved", _answer),
    "act": ("action.opened", _act),
    "close": ("action.closed", _close),
    "note": ("note.added", _note),
}
