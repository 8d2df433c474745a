"""A draft before it is handed in: what it says, what is wrong, what is odd and why; and handing it in."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from kpi import drafts, submission
from kpi.calendar import Asked, Standing
from kpi.draft import Draft, Looked
from kpi.installation import Installation
from kpi.language import tr, whole
from kpi.present import faults, file, preview
from kpi.present.due import button
from kpi.present.html import Html, el
from kpi.present.returned import forms_in_brief, forms_table, standing_badge, when_by
from kpi.preview import preview_of
from kpi.problems import N_, Place, Problem, SaidError, errors
from kpi.records import FormState
from kpi.returns import StoredReturn
from kpi.web import telling
from kpi.web.form_aside import noted
from kpi.web.form_open import keep, meanwhile, others, tell
from kpi.web.opened import moment
from kpi.web.person import held, installation, language
from kpi.web.reporting import Reporting, link
from kpi.web.shown import anew, kept, showing, widget

_AREA = "submit"
#: What was shown of a draft when it was drawn last: only that is handed in.
_SEEN = "submit.seen"
_FAULT = "submit.fault"
#: What is said of forms of which nothing is reported.
_SILENT = frozenset({FormState.NOTHING, FormState.NOT_APPLICABLE})


def draft_of(found: Reporting) -> Draft | None:
    """Give the draft that is to be handed in; where there is none, say what there is instead."""
    draft = drafts.draft_of(installation(), organisation=found.organisation.code, quarter=found.quarter)
    if draft is None:
        _no_draft(found.asked)
    return draft


def _no_draft(asked: Asked) -> None:
    said, newest = language(), asked.newest
    telling.whether_done(_AREA)
    st.html(el("p", standing_badge(asked.standing, said)))
    if newest is not None and asked.standing in {Standing.SUBMITTED, Standing.APPROVED}:
        _handed_in(asked, newest)
        return
    st.html(el("p", tr(N_("There is no draft of this return: nothing is filled in yet."), said)))
    st.html(el("p", _to(asked, N_("What is due"), "/my_returns"), class_="k-actions"))


def _handed_in(asked: Asked, newest: StoredReturn) -> None:
    said = language()
    text = N_("Revision {revision}, submitted {when}.")
    when = when_by(newest.submitted_at, newest.submitted_by, said)
    st.html(el("p", whole(text, said, revision=str(newest.revision), when=when)))
    if asked.standing is Standing.SUBMITTED:
        st.html(el("p", tr(N_("The core team looks at it now. You need do nothing more."), said)))
    links = [
        _to(asked, N_("Receipt"), f"/receipt/{newest.id}", first=True),
        _to(asked, N_("What is due"), "/my_returns"),
    ]
    st.html(el("p", *links, class_="k-actions"))


def _to(asked: Asked, text: str, path: str, *, first: bool = False) -> Html:
    return button(tr(text, language()), link(path, asked.organisation, asked.quarter), first=first)


def contents(found: Reporting, looked: Looked) -> None:
    """Show who filled it in, its forms, and its figures."""
    framework, said, draft = installation().framework, language(), looked.draft
    saved = whole(N_("Last saved {when}."), said, when=when_by(draft.touched_at, draft.touched_by, said))
    st.html(el("p", saved, class_="k-note"))
    st.html(el("h2", tr(N_("What it says"), said)))
    there = {key: looked.content.forms[key] for key in draft.forms if key in looked.content.forms}
    silent = {key: form for key, form in there.items() if form.state in _SILENT and not looked.of(key)}
    told = {key: form for key, form in there.items() if key not in silent}
    if told:
        st.html(forms_table(framework, told, said, beside={key: _state_of(found, looked, key) for key in told}))
    brief = forms_in_brief(framework, silent, said, to=lambda key: _to_form(found, key))
    if brief is not None:
        st.html(brief)
    st.html(el("h2", tr(N_("In figures"), said)))
    figures = preview_of(
        installation(), organisation=found.organisation.code, quarter=found.quarter, content=looked.content
    )
    st.html(preview.preview_table(framework, figures, found.quarter, said))


def _to_form(found: Reporting, form: str) -> str:
    return link("/form", found.organisation.code, found.quarter, form=form)


def _state_of(found: Reporting, looked: Looked, form: str) -> Html:
    said, problems = language(), looked.of(form)
    to = _to_form(found, form)
    if not problems:
        return el("a", tr(N_("open"), said), href=to, target="_self")
    worst = next(iter(errors(problems)), problems[0])
    return el("a", faults.severity_badge(worst, said), f" {len(problems)}", href=to, target="_self")


def mistakes(found: Reporting, looked: Looked) -> Sequence[Problem]:
    """Show what has to be corrected, each with a link to where that is done."""
    said, wrong = language(), errors(looked.problems)
    st.html(file.verdict(looked.problems, said))
    if wrong:
        st.html(el("h2", tr(N_("To be corrected first"), said)))
        where = _where(found, looked.draft)
        st.html(faults.faults(installation().framework, found.quarter, wrong, said, where=where))
        copy = link("/download/marked", found.organisation.code, found.quarter)
        text = tr(N_("Download it as a workbook with the mistakes marked"), said)
        st.html(el("p", button(text, copy), class_="k-actions"))
    return wrong


def _where(found: Reporting, draft: Draft) -> faults.Where:
    def address(place: Place) -> str | None:
        if place.form is None:
            return None
        rows = draft.typed[place.form].rows if place.form in draft.typed else ()
        row = {"row": rows[place.row - 1].id} if place.row and place.row <= len(rows) else {}
        return link("/form", found.organisation.code, found.quarter, form=place.form, **row)

    return address


def remarks(found: Reporting, looked: Looked) -> dict[str, str]:
    """Ask for a word of explanation to everything odd; give what was said, by the remark's name."""
    said, asked, framework = language(), submission.warnings(looked), installation().framework
    if not asked:
        return {}
    st.html(el("h2", tr(N_("To be explained"), said)))
    text = N_("These are no mistakes for sure. Correct them, or say in a few words why they are right.")
    st.html(el("p", tr(text, said), class_="k-note"))
    _same_for_all(looked, asked)
    for number, problem in enumerate(asked, 1):
        shown = faults.faults(framework, found.quarter, [problem], said, where=_where(found, looked.draft))
        st.html(shown)
        name = looked.name_of(problem)
        label = whole(N_("Explanation {number}"), said, number=str(number))
        place, stored = _place(looked.draft.id, name), looked.draft.explanations.get(name, "")
        key = widget(place, stored, stored, said)
        st.text_input(
            label, showing(key).text, key=key, max_chars=_LONGEST, on_change=_explain, args=(looked, name, key)
        )
        tell(place)
        meanwhile(place, stored, stored)
    return {name: looked.draft.explanations.get(name, "") for name in map(looked.name_of, asked)}


_LONGEST = 500


def _place(draft_id: int, name: str) -> str:
    return f"submit.why.{draft_id}.{name}"


def _explain(looked: Looked, name: str, key: str) -> None:
    """Keep what was said, so that nothing of it is lost before the return is handed in."""
    place, text, before = _place(looked.draft.id, name), str(st.session_state[key] or ""), showing(key)
    if text == before.text:
        return
    seen = {name: before.stored}
    say = partial(submission.explain, looked=looked, words={name: text}, seen=seen, at=moment())
    with _own(looked.draft.id):
        is_kept = keep(place, text, say)
    if is_kept:
        kept(key, text, text.strip())
    else:
        anew(place)


def _same_for_all(looked: Looked, asked: Sequence[Problem]) -> None:
    if len(asked) == 1:
        return
    said, key = language(), f"submit.all.{looked.draft.id}"

    def fill(opened: Installation) -> None:
        there = drafts.draft(opened, draft_id=looked.draft.id).explanations
        names = [name for name in map(looked.name_of, asked) if name not in there]
        words = dict.fromkeys(names, str(st.session_state[key]))
        submission.explain(opened, looked, words, seen={}, at=moment())

    def filled() -> None:
        with _own(looked.draft.id):
            is_kept = keep(key, "", fill)
        if is_kept:
            anew(f"submit.why.{looked.draft.id}")

    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(tr(N_("The same explanation for all that have none yet"), said), key=key, max_chars=_LONGEST)
        st.button(tr(N_("Put it everywhere"), said), on_click=filled, key=f"{key}.do")
    tell(key)


def note(draft: Draft) -> None:
    """Let the person add a note to the return."""
    place, said = f"submit.note.{draft.id}", language()
    key = widget(place, draft.note, draft.note, said)
    st.text_area(
        tr(N_("Note to the core team (if there is anything to say)"), said),
        showing(key).text,
        key=key,
        on_change=_noted,
        args=(place, key, draft.id),
        max_chars=4000,
    )
    tell(place)
    meanwhile(place, draft.note, draft.note)


def _noted(place: str, key: str, draft_id: int) -> None:
    with _own(draft_id):
        noted(place, key, draft_id, None)


def changed_by_others(draft: Draft, where: DeltaGenerator) -> None:
    """Offer, at the head of the page, to show what others have said meanwhile where one sees what was there before."""
    text = tr(N_("Others changed this return meanwhile."), language())
    others(where, text, str(draft.id), f"submit.why.{draft.id}", f"submit.note.{draft.id}")


@contextmanager
def _own(draft_id: int) -> Iterator[None]:
    """Do something to the draft: one's own change is none that one has not seen."""
    before = _now(draft_id)
    yield
    after = _now(draft_id)
    if after is not None and st.session_state.get(_SEEN) == before:
        st.session_state[_SEEN] = after


def _now(draft_id: int) -> tuple[int, int, datetime | None] | None:
    opened = held()
    try:
        return _as_seen(drafts.draft(opened, draft_id=draft_id)) if opened is not None else None
    except SaidError:
        return None


def _as_seen(draft: Draft) -> tuple[int, int, datetime | None]:
    return draft.id, draft.head.version, draft.touched_at


def hand_in(looked: Looked, told: dict[str, str]) -> None:
    """Let the person hand in what is shown; what was changed since it was drawn is not handed in unseen."""
    said, draft = language(), looked.draft
    fault = st.session_state.pop(_FAULT, None)
    if fault is not None:
        telling.wrong(fault)
    is_faulty = bool(errors(looked.problems))
    lacking = sum(not text.strip() for text in told.values())
    if is_faulty:
        st.html(el("p", tr(N_("It can be submitted once everything is corrected."), said), class_="k-note"))
    elif lacking:
        st.html(el("p", whole(N_("Explanations still missing: {count}."), said, count=lacking), class_="k-note"))
    st.session_state[_SEEN] = _as_seen(draft)
    st.button(
        tr(N_("Submit"), said),
        type="primary",
        disabled=is_faulty,
        on_click=_submit,
        key=f"submit.now.{draft.id}",
    )


def _submit() -> None:
    seen: tuple[int, int, datetime | None] | None = st.session_state.get(_SEEN)
    opened = held()
    if seen is None or opened is None:
        return
    draft_id, version, touched_at = seen
    try:
        submission.submit_draft(
            opened,
            draft_id=draft_id,
            version=version,
            touched_at=touched_at,
            explanations=drafts.draft(opened, draft_id=draft_id).explanations,
            at=moment(),
        )
    except SaidError as fault:
        st.session_state[_FAULT] = fault
    else:
        telling.will_say(_AREA, tr(N_("Your return is submitted. Thank you!"), language()))
