"""Uploads: each file read, told of, and kept as a draft where the person says so."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

import streamlit as st

from kpi import drafts, evidence, incoming
from kpi.draft import Draft
from kpi.incoming import LOCKED, Incoming
from kpi.intake.guard import MAX_BYTES, MEGABYTE
from kpi.intake.reader import Reader
from kpi.language import quarter_name, tr, whole
from kpi.participation import NOT_BEGUN, NOT_REPORTING
from kpi.present import faults, file, preview
from kpi.present.due import button
from kpi.present.html import Html, el
from kpi.present.returned import CHANNELS, when_by
from kpi.preview import Preview, preview_of
from kpi.problems import N_, SaidError, errors
from kpi.quarter import NotAQuarterError, Quarter
from kpi.returns import ReturnState
from kpi.web import telling
from kpi.web.label import escaped
from kpi.web.opened import moment, today
from kpi.web.pages import FOLDER
from kpi.web.person import held, installation, language, now, theirs
from kpi.web.reporting import link

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_LIMIT = MAX_BYTES // MEGABYTE
_READ, _SAVED, _FAULT = "upload.read", "upload.saved", "upload.fault"
#: A return of these cannot even be a draft.
_NO_DRAFT = frozenset({NOT_BEGUN.code, NOT_REPORTING.code, LOCKED.code})
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def uploader() -> Sequence["UploadedFile"]:
    """Let the person choose files, or drop them."""
    said = language()
    _in_own_words()
    return st.file_uploader(
        tr(N_("Filled-in workbooks, one or several"), said),
        accept_multiple_files=True,
        key="upload_files",
    )


def _in_own_words() -> None:
    """Put the person's language in the place of the words that the server's own widget says in English."""
    said = language()
    own = {
        "--k-choose": tr(N_("Choose files"), said),
        "--k-limit": tr(N_("or drop them here; Excel (.xlsx), at most {limit} MB each"), said, limit=_LIMIT),
    }
    written = " ".join(f"{name}: {json.dumps(text, ensure_ascii=False)};" for name, text in own.items())
    st.html(f"<style>.st-key-upload_files {{ {written} }}</style>")


def read_all(files: Sequence["UploadedFile"]) -> dict[str, Incoming]:
    """Read files, by their ids; those that were read before, in this very state of things, are not read again."""
    known: dict[tuple[object, ...], Incoming] = st.session_state.get(_READ, {})
    state = (installation().sha256, now().last_change, installation().who, today())
    wanted = {one.file_id: (one.file_id, *state) for one in files}
    lacking = [one for one in files if wanted[one.file_id] not in known]
    found = {key: known[key] for key in wanted.values() if key in known}
    if lacking:
        bar = st.progress(0.0)
        for number, one in enumerate(lacking):
            text = whole(N_("Reading “{name}” …"), language(), name=one.name)
            bar.progress(number / len(lacking), escaped(text))
            found[wanted[one.file_id]] = _read(one)
        bar.empty()
    st.session_state[_READ] = found
    return {file_id: found[key] for file_id, key in wanted.items()}


def _read(one: "UploadedFile") -> Incoming:
    reader, alone = _reader()
    with alone:
        return incoming.read(installation(), name=one.name, file=one.getvalue(), reader=reader, today=today())


@st.cache_resource(show_spinner=False)
def _reader() -> tuple[Reader, Lock]:
    """Give the one reader of all sessions, and what lets one of them use it at a time."""
    return Reader(), Lock()


def report(file_id: str, found: Incoming) -> None:
    """Tell of a file: what it is, what can be done with it, all that is wrong, what would change."""
    framework, said = installation().framework, language()
    with st.container(border=True, key=f"upload.{file_id}"):
        figures = _figures(found)
        st.html(file.summary(found, said, waits=_waits(figures)))
        for told in _whether_meant(found, figures):
            st.html(el("p", told, class_="k-also", role="status"))
        _keep(file_id, found, waits=_waits(figures))
        if found.problems:
            st.html(faults.faults(framework, found.quarter, found.problems, said, where=lambda _: None))
        forms = file.forms(framework, found, said)
        if forms is not None:
            st.html(forms)
        if figures is not None and found.quarter is not None:
            is_open = None if errors(found.problems) else ""
            head = el("summary", tr(N_("What it says in figures, and what would change"), said))
            table = preview.preview_table(framework, figures, found.quarter, said)
            st.html(el("details", head, table, class_="k-fold", open=is_open))


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


def _figures(found: Incoming) -> Preview | None:
    if found.content is None or found.organisation is None or found.quarter is None:
        return None
    return preview_of(
        installation(), organisation=found.organisation.code, quarter=found.quarter, content=found.content
    )


def _whether_meant(found: Incoming, figures: Preview | None) -> Iterator[str]:
    """Say what a person may not have meant: another quarter than they came for, one that is handed in already."""
    if found.quarter is None or figures is None:
        return
    said, quarter = language(), quarter_name(found.quarter, language())
    came_for = _came_for()
    if came_for not in {None, found.quarter}:
        text = N_("You came here for {wanted}, but this file is the return for {quarter}. Is it the right file?")
        yield whole(text, said, wanted=came_for, quarter=found.quarter)
    stands = figures.revision
    if stands is None or found.known is not None:
        return
    if stands.state is ReturnState.APPROVED:
        text = N_("{quarter} is approved already (revision {revision}): what you submit now is a correction of it.")
        yield whole(text, said, quarter=quarter, revision=str(stands.revision))
    elif _waits(figures):
        text = N_(
            "The return for {quarter} is submitted already and waits for approval. To put this file in its place, "
            "withdraw it first under “What is due”, then upload the file again."
        )
        yield whole(text, said, quarter=quarter)


def _waits(figures: Preview | None) -> bool:
    """Tell whether what stands waits for approval: before it is withdrawn nothing takes its place."""
    stands = figures.revision if figures else None
    return stands is not None and stands.state is ReturnState.SUBMITTED


def _came_for() -> Quarter | None:
    """Give the quarter that the address names, as the cards of what is due do."""
    try:
        return Quarter.parse(st.query_params.get("quarter", ""))
    except NotAQuarterError:
        return None


def _keep(file_id: str, found: Incoming, *, waits: bool) -> None:
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
        draft = drafts.take_workbook(opened, found, today=today(), at=moment(), seen=seen)
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
