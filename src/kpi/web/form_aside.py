"""Around a form's rows on the page: what it says as a whole, last quarter's answers, notes."""

from functools import partial

import streamlit as st

from kpi.framework.model import FormKind, FormTime
from kpi.intake.words import STATE_LABELS
from kpi.language import pick, quarter_name
from kpi.present.html import el
from kpi.problems import N_
from kpi.quarter import Quarter
from kpi.typing_in import copy_last, say_state, write_note
from kpi.web.form_evidence import evidence
from kpi.web.form_grid import name_of
from kpi.web.form_open import Open, escaped, keep, tell
from kpi.web.opened import moment

_SEEN = "form.seen.aside"


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
    key = f"state.{at.draft.id}.{at.key}"
    labels = {one.value: at.tr(label) for one, label in STATE_LABELS.items()}
    _show(key, at.typed.state, at.typed.state if at.typed.state in labels else None)
    st.radio(
        at.tr(N_("This form is")),
        list(labels),
        format_func=lambda one: escaped(labels[one]),
        index=None,
        horizontal=True,
        key=key,
        on_change=_stated,
        args=(key, at.draft.id, at.key),
    )
    tell(key)


def _stated(key: str, draft_id: int, form: str) -> None:
    wanted, seen = str(st.session_state[key] or ""), _seen(key)
    say = partial(say_state, draft_id=draft_id, form=form, seen=seen, state=wanted, at=moment())
    if keep(key, "", say):
        st.session_state[_SEEN][key] = wanted


def copying(at: Open, quarter: Quarter, *, is_blank: bool) -> None:
    """Offer to begin with what was last approved."""
    key = f"copy.{at.draft.id}.{at.key}"
    label = escaped(at.tr(N_("Copy from {quarter}"), quarter=quarter_name(quarter, at.language)))
    tell(key)
    if is_blank:
        st.button(label, key=key, icon=":material/content_copy:", on_click=_copied, args=(key, at.draft.id, at.key))
        return
    if at.form.kind is FormKind.REGISTER:
        return
    with st.popover(label, icon=":material/content_copy:", type="tertiary"):
        st.html(el("p", at.tr(N_("What is typed in this form now is replaced, with its evidence."))))
        st.button(escaped(at.tr(N_("Yes, replace it"))), key=key, on_click=_copied, args=(key, at.draft.id, at.key))


def _copied(key: str, draft_id: int, form: str) -> None:
    keep(key, "", partial(copy_last, draft_id=draft_id, form=form, at=moment()))


def notes(at: Open) -> None:
    """Take notes to the form and to the whole return, and the evidence of a grid's rows."""
    if at.form.kind is FormKind.GRID:
        _evidence_of_grid(at)
    _note(at, f"note.{at.draft.id}.{at.key}", at.key, at.typed.note, at.tr(N_("Note to this form")))
    _note(at, f"note.{at.draft.id}", None, at.draft.note, at.tr(N_("Note to the whole return")))


def _note(at: Open, key: str, form: str | None, stored: str, label: str) -> None:
    with st.expander(escaped(label), icon=":material/notes:", expanded=bool(stored), key=f"{key}.fold"):
        _show(key, stored, stored)
        st.text_area(
            escaped(label), key=key, label_visibility="collapsed", height="content",
            placeholder=at.tr(N_("What the reader of these figures should know")),
            on_change=_noted, args=(key, at.draft.id, form),
        )  # fmt: skip
        tell(key)


def _noted(key: str, draft_id: int, form: str | None) -> None:
    text = str(st.session_state[key] or "")
    write = partial(write_note, draft_id=draft_id, form=form, note=text, seen=_seen(key), at=moment())
    if keep(key, text, write):
        st.session_state[_SEEN][key] = text.strip()


def _evidence_of_grid(at: Open) -> None:
    """Let evidence be put behind one of the filled rows."""
    rows = {row.id: row for row in at.typed.rows if not row.is_blank}
    if not rows:
        return
    key = f"behind.{at.draft.id}.{at.key}"
    if st.session_state.get(key) not in rows:
        st.session_state[key] = next((one for one, row in rows.items() if row.evidence), next(iter(rows)))
    if len(rows) > 1:
        st.selectbox(
            escaped(at.tr(N_("Evidence for the row"))), list(rows), key=key, filter_mode=None, width=380,
            format_func=lambda one: f"{name_of(at, rows[one])} ({len(rows[one].evidence)})",
        )  # fmt: skip
    evidence(at, rows[st.session_state[key]])


def _show(key: str, seen: str, value: str | None) -> None:
    """Let a widget show what is kept, and remember that it was seen."""
    st.session_state.setdefault(_SEEN, {})[key] = seen
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def _seen(key: str) -> str:
    return str(st.session_state.get(_SEEN, {}).get(key, ""))
