"""Quarters locked and reopened, extensions granted; each with its reason, and all that there was before."""

from collections.abc import Callable
from datetime import timedelta

import streamlit as st

from kpi.access import Deed
from kpi.language import day, pick, quarter_name, quarter_short, tr, whole
from kpi.locks import StoredLock, extend, extensions, list_locks, lock, reopen
from kpi.present.board import Cover, counted
from kpi.present.desk import extensions_table, locks_table
from kpi.present.html import el
from kpi.problems import N_, SaidError
from kpi.quarter import Quarter, Window
from kpi.review import board
from kpi.web import telling
from kpi.web.opened import moment, today
from kpi.web.person import allowed, installation, language, now, organisations

_AREA, _ROUND = "settling", "settling.round"
_LONGEST = 2_000


def settling() -> None:
    """Show locks and extensions, and let whoever may settle quarters."""
    said, locks = language(), list_locks(installation())
    telling.whether_done(_AREA)
    st.html(el("h2", tr(N_("Locked quarters"), said)))
    text = N_("Once its figures have been reported onwards, lock a quarter: then nothing of it changes unnoticed.")
    st.html(el("p", tr(text, said), class_="k-note"))
    if locks:
        st.html(locks_table(installation().framework, locks, said))
    else:
        st.html(el("p", tr(N_("No quarter was ever locked."), said), class_="k-nothing"))
    if allowed(Deed.SETTLE):
        _lock([one for one in locks if one.reopened_at is None])
    st.html(el("h2", tr(N_("Extensions"), said)))
    granted, names = extensions(installation()), {one.code: one for one in now().organisations}
    if granted:
        st.html(extensions_table(installation().framework, granted, names, said))
    else:
        st.html(el("p", tr(N_("No extension was granted."), said), class_="k-nothing"))
    if allowed(Deed.SETTLE):
        _extend()


def _begun() -> list[Quarter]:
    """Give the quarters that have begun, the newest first."""
    last = Quarter.of(today())
    return list(reversed(list(Window.range(min(installation().framework.programme.starts, last), last))))


def _lock(standing: list[StoredLock]) -> None:
    said, locked = language(), {one.quarter for one in standing}
    with st.expander(tr(N_("Lock or reopen a quarter"), said)):
        quarters, mark = _begun(), " · " + tr(N_("locked"), said)
        quarter = st.selectbox(
            tr(N_("Quarter"), said),
            quarters,
            index=min(1, len(quarters) - 1),
            format_func=lambda one: quarter_name(one, said) + (mark if one in locked else ""),
            key=f"lock.quarter.{_round()}",
            width=330,
        )
        is_locked = quarter in locked
        if not is_locked:
            _unfinished(quarter)
        reason = st.text_area(
            tr(N_("Reason: why is it reopened?") if is_locked else N_("Reason: why is it locked?"), said),
            max_chars=_LONGEST,
            key=f"lock.reason.{_round()}",
        )
        wrong = st.empty()
        label = N_("Reopen {quarter}") if is_locked else N_("Lock {quarter}")
        name = quarter_name(quarter, said)
        if st.button(tr(label, said, quarter=name), type="primary", key="lock.do"):
            done = N_("{quarter} is reopened.") if is_locked else N_("{quarter} is locked.")
            do = reopen if is_locked else lock
            _do(lambda: do(installation(), quarter=quarter, reason=reason, at=moment()), wrong, done, quarter=name)


def _unfinished(quarter: Quarter) -> None:
    """Say what would stay undone in a quarter that is locked now."""
    said = language()
    counts = counted(board(installation(), last=quarter, count=1, today=today()))
    undone = sum(counts.values()) - counts[Cover.APPROVED]
    if undone:
        text = N_("{count} returns of this quarter are not approved, {waiting} of them wait for a decision. "
                  "They stay as they are until it is reopened.")  # fmt: skip
        told = whole(text, said, count=undone, waiting=counts[Cover.SUBMITTED])
        st.html(el("p", told, class_="k-nothing", role="note"))


def _extend() -> None:
    said = language()
    names = {one.code: pick(one.name, said) for one in organisations()}
    with st.expander(tr(N_("Grant an extension"), said)):
        with st.container(horizontal=True, gap="small"):
            code = st.selectbox(
                tr(N_("Organisation"), said),
                list(names),
                format_func=lambda one: names.get(one, one),
                key=f"extend.organisation.{_round()}",
                width=330,
            )
            quarters = _begun()
            quarter = st.selectbox(
                tr(N_("Quarter"), said),
                quarters,
                index=min(1, len(quarters) - 1),
                format_func=lambda one: quarter_short(one, said),
                key=f"extend.quarter.{_round()}",
            )
            due = quarter.due(installation().framework.rules.due_days)
            until = st.date_input(
                tr(N_("Until"), said),
                value=max(due, today()) + timedelta(days=14),
                min_value=due + timedelta(days=1),
                format="DD.MM.YYYY",
                key=f"extend.until.{_round()}.{quarter}",
            )
        st.html(el("p", whole(N_("Everybody's day is {day}."), said, day=day(due, said)), class_="k-note"))
        reason = st.text_area(tr(N_("Reason"), said), max_chars=_LONGEST, key=f"extend.reason.{_round()}")
        wrong = st.empty()
        if st.button(tr(N_("Grant it"), said), type="primary", key="extend.do"):
            _do(
                lambda: extend(
                    installation(), organisation=code, quarter=quarter, until=until, reason=reason, at=moment()
                ),
                wrong,
                N_("{organisation} has until {day} for {quarter}."),
                organisation=names[code],
                day=day(until, said),
                quarter=quarter_short(quarter, said),
            )


def _do(do: Callable[[], None], wrong: st.delta_generator.DeltaGenerator, done: str, **values: object) -> None:
    try:
        do()
    except SaidError as fault:
        telling.wrong(fault, wrong)
        return
    st.session_state[_ROUND] = _round() + 1
    telling.done(_AREA, whole(done, language(), **values))


def _round() -> int:
    """Count what was done: the fields are new ones after each."""
    return int(st.session_state.get(_ROUND, 0))
