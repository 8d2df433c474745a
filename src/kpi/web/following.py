"""What is done about indicators: planned, closed, noted on their course; written by the core team, read by all."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from kpi import follow_up
from kpi.access import Deed
from kpi.follow_up import StoredAction, StoredNote
from kpi.framework.model import Framework
from kpi.language import day, pick, tr, whole
from kpi.language import said as said_of
from kpi.present import following as present
from kpi.present.html import el
from kpi.present.scene import Scene
from kpi.problems import N_, SaidError
from kpi.quarter import Quarter
from kpi.web import asked, telling
from kpi.web.label import escaped
from kpi.web.opened import moment, today
from kpi.web.person import allowed, installation, language

STYLE = Path(__file__).with_name("follow.css")
AREA, NOTES = "following", "notes"
_ROUND, _CLOSING = "following.round", "following.closing"
_MONTH = 30
_DAYS = "DD.MM.YYYY"
_FEW = 5


def actions() -> Sequence[StoredAction]:
    """Give all actions, the earliest due first."""
    here = installation()
    return asked.kept("actions", False, lambda: follow_up.actions(here))  # noqa: FBT003 (they are the same either way)


def notes(key: str) -> Sequence[StoredNote]:
    """Give the notes on an indicator, by day."""
    here = installation()
    return asked.kept(f"notes {key}", False, lambda: follow_up.notes(here, indicator=key))  # noqa: FBT003 (as above)


def of_indicator(scene: Scene, key: str, quarter: Quarter) -> None:
    """Show what is done about an indicator and let the core team plan more; `quarter` is what it is said as of."""
    open_ones(scene, [one for one in actions() if one.indicator == key and one.closed_at is None], named=False)
    plan([key], quarter)


def open_ones(scene: Scene, found: Sequence[StoredAction], *, named: bool) -> None:
    """Show open actions, and let the core team close them."""
    if found:
        _open(scene, found, named=named)
    else:
        st.html(el("p", tr(N_("Nothing is planned."), language()), class_="k-note"))


def plan(keys: Sequence[str], quarter: Quarter) -> None:
    """Let the core team plan what is done about one of these indicators."""
    if not allowed(Deed.FOLLOW_UP):
        return
    said, indicators = language(), installation().framework.indicators
    with st.expander(tr(N_("Plan what to do"), said)):
        key = keys[0]
        if len(keys) > 1:
            key = st.selectbox(
                tr(N_("Indicator"), said),
                keys,
                format_func=lambda one: f"{one} – {pick(indicators[one].label, said)}",
                key=f"plan.indicator.{_round()}",
            )
        _plan(key, quarter)


def closed(scene: Scene, found: Sequence[StoredAction], *, named: bool = True) -> None:
    """Show closed actions by quarter."""
    if found:
        st.html(present.closed_by_quarter(scene, found, today(), named=named))


def _open(scene: Scene, found: Sequence[StoredAction], *, named: bool) -> None:
    said = language()
    if not allowed(Deed.FOLLOW_UP):
        st.html(present.actions_table(scene, found, today(), name=tr(N_("Open actions"), said), named=named))
        return
    close = tr(N_("Close"), said)
    for one in found:
        with st.container(horizontal=True, vertical_alignment="top", gap="small"):
            st.html(present.action(scene, one, today(), named=named), width="stretch")
            # Which action is read out only: whoever sees has it beside the button.
            label = f"{close} *{escaped(_cut(one.action))}*"
            st.button(label, key=f"close.{one.id}", on_click=_ask, args=(one,))


def _cut(text: str, longest: int = 40) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _ask(one: StoredAction) -> None:
    st.session_state[_CLOSING] = one


def _put_away() -> None:
    st.session_state.pop(_CLOSING, None)


def dialog() -> None:
    """Let the reader say what came of the action whose button was pressed, until they do or put it away."""
    one = st.session_state.get(_CLOSING)
    if isinstance(one, StoredAction):
        title = tr(N_("Close the action"), language())
        st.dialog(title, width="medium", on_dismiss=_put_away)(_close)(one)


def _close(one: StoredAction) -> None:
    said = language()
    st.html(el("p", present.short(one)))
    outcome = st.text_area(tr(N_("What came of it"), said), key="closing.outcome", max_chars=2000)
    wrong = st.empty()
    if not st.button(tr(N_("Close the action"), said), type="primary", key="closing.keep"):
        return
    try:
        follow_up.close_action(installation(), action_id=one.id, outcome=outcome, at=moment())
    except SaidError as fault:
        telling.wrong(fault, wrong)
        return
    _put_away()
    telling.done(AREA, whole(N_("Closed: {action}."), said, action=_cut(one.action)))


def _plan(key: str, quarter: Quarter) -> None:
    said, name = language(), f"plan.{_round()}"
    explanation = st.text_area(tr(N_("Why it is not on track"), said), key=f"{name}.explanation", max_chars=2000)
    action = st.text_area(tr(N_("What is done about it"), said), key=f"{name}.action", max_chars=2000)
    with st.container(horizontal=True, gap="small"):
        owner = st.text_input(tr(N_("Who does it"), said), key=f"{name}.owner", max_chars=200)
        first = today() + timedelta(days=_MONTH)
        due = st.date_input(tr(N_("Until"), said), value=first, format=_DAYS, key=f"{name}.due", width=200)
    wrong = st.empty()
    if not st.button(tr(N_("Keep the plan"), said), type="primary", key="plan.keep"):
        return
    try:
        follow_up.open_action(
            installation(),
            indicator=key,
            quarter=quarter,
            explanation=explanation,
            action=action,
            owner=owner,
            due=due,
            at=moment(),
        )
    except SaidError as fault:
        telling.wrong(fault, wrong)
        return
    _next_round()
    telling.done(AREA, whole(N_("Planned for {key}: {action}."), said, key=key, action=_cut(action)))


def _round() -> int:
    """Count what was kept: the fields are new ones after each."""
    return int(st.session_state.get(_ROUND, 0))


def _next_round() -> None:
    st.session_state[_ROUND] = _round() + 1


def noted(key: str, found: Sequence[StoredNote]) -> None:
    """List an indicator's notes under their numbers, and let the core team add and remove some."""
    said = language()
    telling.whether_done(NOTES)
    if found:
        st.html(
            el(
                "p",
                tr(N_("The numbers on the chart stand for these notes; others lie outside its time."), said),
                class_="k-legend",
            )
        )
        st.html(present.notes_list(installation().framework, found, said))
    if not allowed(Deed.FOLLOW_UP):
        return
    with st.expander(tr(N_("Notes on its course"), said)):
        name = f"note.{key}.{_round()}"
        with st.container(horizontal=True, gap="small"):
            when = st.date_input(tr(N_("Day"), said), value=today(), format=_DAYS, key=f"{name}.day", width=200)
            text = st.text_input(tr(N_("What happened"), said), key=f"{name}.text", max_chars=2000)
        wrong = st.empty()
        with st.container(horizontal=True, gap="small"):
            added = st.button(tr(N_("Add the note"), said), type="primary", key=f"note.{key}")
            for number, one in enumerate(found, start=1):
                label = whole(N_("Remove note {number}"), said, number=number)
                st.button(label, key=f"note.remove.{one.id}", on_click=_remove, args=(one, number))
        if not added:
            return
        try:
            follow_up.add_note(installation(), indicator=key, day=when, text=text, at=moment())
        except SaidError as fault:
            telling.wrong(fault, wrong)
            return
        _next_round()
        telling.done(NOTES, whole(N_("Noted on {day}."), said, day=day(when, said)))


def _remove(one: StoredNote, number: int) -> None:
    try:
        follow_up.remove_note(installation(), note_id=one.id, at=moment())
    except SaidError as fault:
        telling.will_say(NOTES, said_of(fault, language()))
        return
    telling.will_say(NOTES, whole(N_("Note {number} was removed."), language(), number=number))


def overview_section(scene: Scene) -> None:
    """Show the open actions that are due first, with the way to all of them; nothing where there are none."""
    said = language()
    found = [one for one in actions() if one.closed_at is None]
    if not found:
        return
    st.html(STYLE)
    st.html(el("h2", tr(N_("What is done about it"), said)))
    st.html(el("p", present.counted(found, today(), said), class_="k-note"))
    st.html(present.actions_table(scene, found[:_FEW], today(), name=tr(N_("What is done about it"), said)))
    to = f"actions?{urlencode(scene.params)}"
    st.html(el("p", el("a", tr(N_("All actions"), said), href=to, target="_self"), class_="k-note"))


def changed(scene: Scene, framework: Framework, keys: Sequence[str], *, named: bool) -> None:
    """Show how targets and baselines were changed."""
    log = present.changes(framework, keys, scene, named=named)
    if log is not None:
        st.html(log)
    else:
        none = N_("No target or baseline was changed.") if named else N_("Its targets and baseline were never changed.")
        st.html(el("p", tr(none, language()), class_="k-note"))
