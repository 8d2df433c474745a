"""An uploaded file is taken: kept as a draft, or led on to where it is handed in; what is faulty comes back marked."""

from datetime import datetime

import streamlit as st

from kpi import drafts, evidence, incoming, offline
from kpi.draft import Draft
from kpi.incoming import LOCKED, Incoming
from kpi.language import quarter_name, tr, whole
from kpi.participation import NOT_BEGUN, NOT_REPORTING
from kpi.present import file
from kpi.present.due import button
from kpi.present.html import Html, el
from kpi.present.returned import CHANNELS, when_by
from kpi.problems import N_, SaidError, errors
from kpi.quarter import Quarter
from kpi.web import telling
from kpi.web.opened import moment, today
from kpi.web.pages import FOLDER
from kpi.web.person import held, installation, language, theirs
from kpi.web.reporting import link

_SAVED, _FAULT = "upload.saved", "upload.fault"
#: A return of these cannot even be a draft.
_NO_DRAFT = frozenset({NOT_BEGUN.code, NOT_REPORTING.code, LOCKED.code})
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def take(file_id: str, found: Incoming, *, waits: bool) -> None:
    """Let the person keep a file as a draft, or go on to submit it; where a return `waits`, lead to it."""
    said = language()
    if found.organisation is None or found.quarter is None or found.content is None:
        return
    code, quarter, is_faulty = found.organisation.code, found.quarter, bool(errors(found.problems))
    if st.session_state.get(_SAVED, {}).get(file_id) == (code, quarter):
        _saved(code, found)
        if is_faulty:
            _marked(file_id, found)
        return
    if found.known is not None or _NO_DRAFT & {one.code for one in found.problems}:
        if is_faulty:
            _marked(file_id, found)
        return
    _not_taken(file_id)
    if waits:  # it is withdrawn there
        onto = button(tr(N_("What is due"), said), link("/my_returns", code, quarter), first=True)
        st.html(el("p", onto, class_="k-actions"))
        return
    _choose(file_id, found, code, quarter)


def _marked(file_id: str, found: Incoming) -> None:
    """Offer the marked copy; it is made when it is asked for."""
    if found.content is None or found.organisation is None or found.quarter is None:
        return
    said, opened = language(), installation()
    st.download_button(
        tr(N_("Download the marked copy"), said),
        data=theirs(lambda: incoming.marked(opened, found, language=said) or b""),
        file_name=f"{found.organisation.code}_{found.quarter}_{said}_marked.xlsx",
        mime=_WORKBOOK,
        on_click="ignore",
        type="primary",
        key=f"upload.marked.{file_id}",
    )


def _choose(file_id: str, found: Incoming, code: str, quarter: Quarter) -> None:
    """Let the person choose: the marked copy, a draft, or on to where it is submitted."""
    said, is_faulty, without = language(), bool(errors(found.problems)), _left_behind(found, quarter)
    if without is not None:
        st.html(without)
    with st.container(horizontal=True, key=f"upload.keep.{file_id}"):
        if is_faulty:
            _marked(file_id, found)
        submits = not is_faulty and st.button(
            tr(N_("Check and submit"), said), type="primary", key=f"upload.submit.{file_id}"
        )
        saves = st.button(tr(N_("Save as draft"), said), key=f"upload.save.{file_id}")
    if is_faulty:
        text = N_(
            "Correct it in the marked copy (red cells, each with a note) and upload that; "
            "or save it as a draft and correct it on the web."
        )
        st.html(el("p", tr(text, said), class_="k-note"))
    if submits or saves:
        there = drafts.draft_of(installation(), organisation=code, quarter=quarter)
        if there is None:
            _take(file_id, found, None)
            _go_on(file_id, go_on=submits)
        else:
            _ask(file_id, found, there, go_on=submits)


def _left_behind(found: Incoming, quarter: Quarter) -> Html | None:
    """Say which evidence would go, because the file has no row for it."""
    rows, framework = evidence.left_behind(installation(), found), installation().framework
    return file.left_behind(framework, quarter, rows, language()) if rows else None


def _not_taken(file_id: str) -> None:
    """Say why a file was not kept when the person asked for it."""
    if st.session_state.get(_FAULT, ("",))[0] == file_id:
        telling.wrong(st.session_state.pop(_FAULT)[1])


def _saved(code: str, found: Incoming) -> None:
    said = language()
    if found.quarter is None:
        return
    st.html(el("p", tr(N_("Saved as a draft."), said), class_="k-done", role="status"))
    links = [button(tr(N_("Go on on the web"), said), link("/form", code, found.quarter))]
    if not errors(found.problems):
        links.insert(0, button(tr(N_("Check and submit"), said), link("/submit", code, found.quarter), first=True))
    links.append(button(tr(N_("What is due"), said), link("/my_returns", code, found.quarter)))
    st.html(el("p", *links, class_="k-actions"))


def _ask(file_id: str, found: Incoming, there: Draft, *, go_on: bool) -> None:
    """Ask before a draft is written over."""
    said = language()

    def shown() -> None:
        rows = sum(not row.is_blank for form in there.typed.values() for row in form.rows)
        text = whole(
            N_("It was last saved {when} ({channel}) and has {rows} rows. What this file says takes their place."),
            said,
            when=when_by(there.touched_at, there.touched_by, said),
            channel=tr(CHANNELS[there.head.channel], said),
            rows=rows,
        )
        st.html(el("p", text))
        text = N_("Notes stay, and so does the evidence of every row that the file has, corrected or moved too.")
        st.html(el("p", tr(text, said)))
        if (without := _left_behind(found, there.quarter)) is not None:
            st.html(without)
        with st.container(horizontal=True):
            text = tr(N_("Replace the draft"), said)
            if st.button(
                text, type="primary", key="upload.replace", on_click=_take, args=(file_id, found, there.touched_at)
            ):
                _go_on(file_id, go_on=go_on)
            if st.button(tr(N_("Keep the draft as it is"), said), key="upload.leave"):
                st.rerun()

    title = N_("There is a draft for {quarter} already")
    st.dialog(whole(title, said, quarter=quarter_name(there.quarter, said)))(shown)()


def _take(file_id: str, found: Incoming, seen: datetime | None) -> None:
    opened = held()
    if opened is None:
        return
    try:
        draft = offline.take_workbook(opened, found, today=today(), at=moment(), seen=seen)
    except SaidError as fault:
        st.session_state[_FAULT] = (file_id, fault)
    else:
        st.session_state.setdefault(_SAVED, {})[file_id] = (draft.organisation.code, draft.quarter)


def _go_on(file_id: str, *, go_on: bool) -> None:
    """Lead on to where the draft is handed in, or draw the page again with what became of the file."""
    saved = st.session_state.get(_SAVED, {}).get(file_id)
    if go_on and saved is not None:
        code, quarter = saved
        asked = {"lang": language(), "org": code, "quarter": str(quarter)}
        st.switch_page(str(FOLDER / "submit.py"), query_params=asked)
    st.rerun()
