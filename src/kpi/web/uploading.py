"""Uploads: each file read, told of, and kept as a draft where the person says so."""

import json
from collections.abc import Iterator, Sequence
from threading import Lock
from typing import TYPE_CHECKING

import streamlit as st

from kpi import incoming
from kpi.incoming import Incoming
from kpi.intake.guard import MAX_BYTES, MEGABYTE
from kpi.intake.reader import Reader
from kpi.language import quarter_name, tr, whole
from kpi.present import faults, file, preview
from kpi.present.html import el
from kpi.preview import Preview, preview_of
from kpi.problems import N_, errors
from kpi.quarter import NotAQuarterError, Quarter
from kpi.returns import ReturnState
from kpi.web.label import escaped
from kpi.web.opened import today
from kpi.web.person import installation, language, now
from kpi.web.taking import take

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_LIMIT = MAX_BYTES // MEGABYTE
_READ = "upload.read"


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
        take(file_id, found, waits=_waits(figures))
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
