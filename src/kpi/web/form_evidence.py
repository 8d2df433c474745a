"""Evidence behind a row on the page: files and links, put there and taken away."""

from functools import partial

import streamlit as st

from kpi.evidence import LARGEST, keep, link
from kpi.installation import Installation
from kpi.intake.typed import Attached, TypedRow
from kpi.kinds import KINDS
from kpi.present.html import Html, el
from kpi.problems import N_
from kpi.typing_in import detach
from kpi.web.form_open import Open, tell
from kpi.web.form_open import keep as doing
from kpi.web.label import escaped
from kpi.web.opened import moment

_TIMES = "form.uploads"
_MEGABYTE = 1024 * 1024


def evidence(at: Open, row: TypedRow) -> None:
    """Draw what stands behind a row, and let more be put there."""
    place = f"evidence.{at.draft.id}.{at.key}.{row.id}"
    count = len(row.evidence)
    label = at.tr(N_("Evidence: {count}"), count=count) if count else at.tr(N_("Evidence (files, links)"))
    with st.expander(escaped(label), icon=":material/attach_file:", expanded=bool(count)):
        if at.typed.row(row.id) is None or row.is_blank:
            st.html(el("p", at.tr(N_("Fill in the row first; then evidence can be added to it.")), class_="k-note"))
            return
        for number, one in enumerate(row.evidence):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.html(_shown(at, one), width="content")
                st.button(
                    escaped(at.tr(N_("Remove"))),
                    key=f"{place}.remove.{number}",
                    type="tertiary",
                    on_click=_taken,
                    args=(place, at.draft.id, at.key, row.id, one),
                )
        _more(at, row, place)
        tell(place)


def _more(at: Open, row: TypedRow, place: str) -> None:
    times = st.session_state.get(_TIMES, 0)
    # No limits here: the widget would refuse in English, while `kpi.evidence` says what is wrong in any language.
    st.file_uploader(
        escaped(at.tr(N_("Add a file"))),
        key=f"{place}.file.{times}",
        on_change=_put,
        args=(place, f"{place}.file.{times}", at.draft.id, at.key, row.id),
    )
    kinds = ", ".join(one.ending.upper() for one in KINDS)
    told = N_("{kinds}; at most {most} MB. No documents with personal data of participants, please.")
    st.html(el("p", at.tr(told, kinds=kinds, most=LARGEST // _MEGABYTE), class_="k-note"))
    st.text_input(
        escaped(at.tr(N_("Or a link"))),
        key=f"{place}.link",
        placeholder="https://",
        autocomplete="off",
        on_change=_linked,
        args=(place, at.draft.id, at.key, row.id),
    )


def _shown(at: Open, one: Attached) -> Html:
    if one.link is not None:
        return el("a", one.name, href=one.link, target="_blank", rel="noopener noreferrer nofollow")
    return el("a", one.name, href=f"/evidence/{at.draft.id}/{one.file}", target="_self", download=one.name)


def _put(place: str, key: str, draft_id: int, form: str, row: str) -> None:
    found = st.session_state.get(key)
    # What was wrong with the file before is not said beneath another one.
    doing(place, "", _nothing)
    if found is None:
        return
    add = partial(keep, draft_id=draft_id, form=form, row=row, name=found.name, content=found.getvalue(), at=moment())
    doing(place, "", add)
    # The next uploader is another one, and empty.
    st.session_state[_TIMES] = st.session_state.get(_TIMES, 0) + 1


def _nothing(_: Installation) -> None:
    """Do nothing, which is always kept."""


def _linked(place: str, draft_id: int, form: str, row: str) -> None:
    address = str(st.session_state[f"{place}.link"] or "").strip()
    add = partial(link, draft_id=draft_id, form=form, row=row, address=address, at=moment())
    if address and doing(place, "", add):
        st.session_state[f"{place}.link"] = ""


def _taken(place: str, draft_id: int, form: str, row: str, one: Attached) -> None:
    doing(place, "", partial(detach, draft_id=draft_id, form=form, row=row, attached=one, at=moment()))
