"""Around a form's rows on the page: what it says as a whole, last quarter's answers, notes."""

from functools import partial

import streamlit as st

from kpi.framework.model import FormKind, FormTime
from kpi.intake.words import STATE_LABELS
from kpi.language import pick, quarter_name
from kpi.present.html import el
from kpi.problems import N_
from kpi.quarter import Quarter
from kpi.records import FormState
from kpi.typing_in import copy_last, say_state, write_note
from kpi.web.form_evidence import evidence
from kpi.web.form_grid import name_of
from kpi.web.form_open import Open, keep, meanwhile, tell
from kpi.web.label import escaped
from kpi.web.opened import moment
from kpi.web.shown import anew, kept, showing, widget


def told(at: Open) -> str:
    """Say what the form is about."""
    text = (
        N_("What happened in {quarter}.")
        if at.form.time is FormTime.FLOW
        else N_("The position at the end of {quarter}.")
    )
    period = at.tr(text, quarter=quarter_name(at.draft.quarter, at.language))
    needed = any(of.column.required for of in at.groups)
    star = at.tr(N_("What is marked with * must be filled in.")) if needed else ""
    return " ".join(one for one in (period, pick(at.form.help, at.language) if at.form.help else "", star) if one)


def state(at: Open) -> None:
    """Ask whether there is something to report at all."""
    place = f"state.{at.draft.id}.{at.key}"
    labels = {one.value: at.tr(label) for one, label in STATE_LABELS.items()}
    # Rows alone say it too: lists that go on are filled in before anybody answers here.
    implied = FormState.REPORTED.value if any(not row.is_blank for row in at.typed.rows) else ""
    said = at.typed.state or implied
    name = widget(place, said if said in labels else "", at.typed.state, at.language)
    st.radio(
        at.tr(N_("This form is")),
        list(labels),
        format_func=lambda one: escaped(labels[one]),
        index=list(labels).index(showing(name).text) if showing(name).text else None,
        horizontal=True,
        key=name,
        on_change=_stated,
        args=(place, name, at.draft.id, at.key),
    )
    tell(place)
    meanwhile(place, at.typed.state, labels.get(at.typed.state, at.typed.state))


def _stated(place: str, name: str, draft_id: int, form: str) -> None:
    wanted, before = str(st.session_state[name] or ""), showing(name)
    if wanted == before.text:
        return
    if keep(place, "", partial(say_state, draft_id=draft_id, form=form, seen=before.stored, state=wanted, at=moment())):
        kept(name, wanted)
    else:
        anew(place)


def copying(at: Open, quarter: Quarter, *, is_blank: bool) -> None:
    """Offer to begin with what was last approved."""
    key = f"copy.{at.draft.id}.{at.key}"
    label = escaped(at.tr(N_("Copy from {quarter}"), quarter=quarter_name(quarter, at.language)))
    tell(key)
    if is_blank:
        st.button(label, key=key, icon=":material/content_copy:", on_click=_copied, args=(key, at))
        return
    if at.form.kind is FormKind.REGISTER:
        return
    with st.popover(label, icon=":material/content_copy:", type="tertiary"):
        st.html(el("p", at.tr(N_("What is typed in this form now is replaced, with its evidence."))))
        st.button(escaped(at.tr(N_("Yes, replace it"))), key=key, on_click=_copied, args=(key, at))


def _copied(key: str, at: Open) -> None:
    draft_id, form = at.draft.id, at.key
    if keep(key, "", partial(copy_last, draft_id=draft_id, form=form, seen=at.typed, at=moment())):
        anew(f"cell.{draft_id}.{form}", f"state.{draft_id}.{form}")


def notes(at: Open) -> None:
    """Take notes to the form and to the whole return, and the evidence of a grid's rows."""
    if at.form.kind is FormKind.GRID:
        _evidence_of_grid(at)
    _note(at, f"note.{at.draft.id}.{at.key}", at.key, at.typed.note, at.tr(N_("Note to this form")))
    _note(at, f"note.{at.draft.id}", None, at.draft.note, at.tr(N_("Note to the whole return")))


def _note(at: Open, place: str, form: str | None, stored: str, label: str) -> None:
    with st.expander(escaped(label), icon=":material/notes:", expanded=bool(stored), key=f"{place}.fold"):
        name = widget(place, stored, stored, at.language)
        st.text_area(
            escaped(label), showing(name).text, key=name, label_visibility="collapsed", height="content",
            placeholder=at.tr(N_("What the reader of these figures should know")),
            on_change=noted, args=(place, name, at.draft.id, form),
        )  # fmt: skip
        tell(place)
        meanwhile(place, stored, stored)


def noted(place: str, name: str, draft_id: int, form: str | None) -> None:
    """Keep a note as it was typed into its widget."""
    text, before = str(st.session_state[name] or ""), showing(name)
    if text == before.text:
        return
    write = partial(write_note, draft_id=draft_id, form=form, note=text, seen=before.stored, at=moment())
    if keep(place, text, write):
        kept(name, text, text.strip())
    else:
        anew(place)


def _evidence_of_grid(at: Open) -> None:
    """Let evidence be put behind one of the filled rows."""
    rows = {row.id: row for row in at.typed.rows if not row.is_blank}
    key = f"behind.{at.draft.id}.{at.key}"
    if rows and st.session_state.get(key) not in rows:
        st.session_state[key] = next((one for one, row in rows.items() if row.evidence), next(iter(rows)))
    with st.container():  # one place, whether there is something to choose or not
        if len(rows) > 1:
            st.selectbox(
                escaped(at.tr(N_("Evidence for the row"))), list(rows), key=key, filter_mode=None, width=380,
                format_func=lambda one: f"{name_of(at, rows[one])} ({len(rows[one].evidence)})",
            )  # fmt: skip
    with st.container():
        if rows:
            evidence(at, rows[st.session_state[key]])
