"""What is due: the cards of the quarters that are open, with what can be done; the others in a table."""

from collections.abc import Callable

import streamlit as st

from kpi import drafts
from kpi.audit import history_of
from kpi.calendar import Asked, Standing
from kpi.installation import Installation
from kpi.language import quarter_name, tr, whole
from kpi.locks import list_locks
from kpi.present import due
from kpi.present.due import Card
from kpi.present.html import el
from kpi.present.returned import when_by
from kpi.present.reviewed import history
from kpi.problems import N_, SaidError, Severity, errors
from kpi.quarter import Quarter
from kpi.web import telling
from kpi.web.opened import moment, today
from kpi.web.person import held, installation, language
from kpi.web.remarked import remarked
from kpi.web.reporting import Reporting, link

_OPEN = frozenset({Standing.DRAFT, Standing.SUBMITTED, Standing.RETURNED})
_MOST_LATE = 3
_AREA, _FAULT = "due", "due.fault"


def cards(found: Reporting) -> None:
    """Show what is open, the most pressing first, and what can be done about it."""
    telling.whether_done(_AREA)
    fault = st.session_state.pop(_FAULT, None)
    if fault is not None:
        telling.wrong(fault)
    on_top, rest = parted(found)
    locked = {one.quarter: one.reason for one in list_locks(installation()) if one.reopened_at is None}
    to_do = [one for one in on_top if one.standing in due.TO_DO and one.quarter not in locked]
    st.html(due.findings(sorted(to_do, key=_pressing), language()))
    for one in on_top:
        leads = one is next(iter(to_do), None)
        with st.container(border=True, key=f"due.{found.organisation.code}.{one.quarter}"):
            st.html(due.card(installation().framework, _card(one, locked, leads=leads), language()))
            remarked(list(one.revisions))
            _history(one)
            if one.quarter not in locked:
                _buttons(one)
    if rest:
        st.html(el("h2", tr(N_("Other quarters"), language())))
        st.html(due.older([_card(one, locked, look=False) for one in rest], language()))


def _history(one: Asked) -> None:
    """Show what was done with a return, and by whom, to those who report it."""
    if one.revisions:
        here, said = installation(), language()
        links = history_of(here, return_id=one.revisions[0].id)
        with st.expander(whole(N_("What was done, and by whom (events: {count})"), said, count=len(links))):
            st.html(history(here.framework, links, said))


def parted(found: Reporting) -> tuple[list[Asked], list[Asked]]:
    """Part the quarters into those that are shown whole, the most pressing first, and the others."""
    asked = [one for one in found.quarters if one.forms or one.revisions]
    named = st.query_params.get("quarter")
    late = [one for one in asked if one.is_late and one.standing not in _OPEN][:_MOST_LATE]
    last = Quarter.of(today()) + -1
    on_top = [
        one for one in asked if one.standing in _OPEN or one in late or one.quarter >= last or str(one.quarter) == named
    ]
    by_need = sorted(on_top, key=_pressing)
    return sorted(by_need, key=lambda one: str(one.quarter) != named), [one for one in asked if one not in on_top]


_WAITS = {Standing.RETURNED: 0, Standing.SUBMITTED: 3, Standing.APPROVED: 4}


def _pressing(one: Asked) -> tuple[int, int]:
    """Order: what was sent back, what is over and to be done, what still runs, what waits, what is done.

    Of each, what is due nearest to today comes first: it is asked for now, and the older ones have waited already.
    """
    return _WAITS.get(one.standing, 2 if one.is_running else 1), abs(one.days_left)


def _card(one: Asked, locked: dict[Quarter, str], *, look: bool = True, leads: bool = False) -> Card:
    to = _to(one)
    is_draft = look and one.standing is Standing.DRAFT
    return Card(one, to, locked.get(one.quarter), _how_far(one) if is_draft else None, leads)


def _to(one: Asked) -> Callable[[str], str]:
    return lambda path: link(path, one.organisation, one.quarter)


def _how_far(one: Asked) -> due.Draft | None:
    draft = drafts.draft_of(installation(), organisation=one.organisation, quarter=one.quarter)
    if draft is None:
        return None
    problems = drafts.look(installation(), draft).problems
    faults = len(errors(problems))
    warnings = sum(each.severity is Severity.WARNING for each in problems)
    return due.Draft(when_by(draft.touched_at, draft.touched_by, language()), faults, warnings)


def _buttons(one: Asked) -> None:
    said, newest = language(), one.newest
    if newest is None or one.standing not in {Standing.SUBMITTED, Standing.DRAFT}:
        return
    is_draft = one.standing is Standing.DRAFT
    text, ask = (N_("Discard the draft …"), _discard) if is_draft else (N_("Withdraw …"), _withdraw)
    if st.button(tr(text, said), key=f"take_back.{newest.id}", type="tertiary"):
        ask(one, newest.id)


def _withdraw(one: Asked, return_id: int) -> None:
    said = language()

    def shown() -> None:
        st.write(tr(N_("It becomes a draft again, as it was. Nobody reviews it until you submit it again."), said))
        _confirmed(
            tr(N_("Withdraw"), said),
            lambda found: drafts.withdraw(found, return_id=return_id, at=moment()),
            whole(N_("The return for {quarter} is a draft again."), said, quarter=quarter_name(one.quarter, said)),
        )

    st.dialog(whole(N_("Withdraw the return for {quarter}?"), said, quarter=quarter_name(one.quarter, said)))(shown)()


def _discard(one: Asked, draft_id: int) -> None:
    said, draft = language(), drafts.draft_of(installation(), organisation=one.organisation, quarter=one.quarter)
    seen = draft.touched_at if draft else None

    def shown() -> None:
        if draft is not None:
            when = when_by(draft.touched_at, draft.touched_by, said)
            st.html(el("p", whole(N_("Last saved {when}."), said, when=when), class_="k-note"))
        text = N_("What was typed since the last submission is lost, for everybody who reports for this organisation.")
        st.write(tr(text, said))
        _confirmed(
            tr(N_("Discard"), said),
            lambda found: drafts.give_up(found, draft_id=draft_id, seen=seen, at=moment()),
            whole(N_("The draft for {quarter} is discarded."), said, quarter=quarter_name(one.quarter, said)),
        )

    st.dialog(whole(N_("Discard the draft for {quarter}?"), said, quarter=quarter_name(one.quarter, said)))(shown)()


def _confirmed(text: str, do: Callable[[Installation], object], told: str) -> None:
    def confirmed() -> None:
        found = held()
        if found is None:
            return
        try:
            do(found)
        except SaidError as fault:
            st.session_state[_FAULT] = fault
        else:
            telling.will_say(_AREA, told)

    if st.button(text, type="primary", key="due.confirmed", on_click=confirmed):
        st.rerun()
