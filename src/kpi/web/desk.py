"""The reviewer's desk: its address, and what waits for a decision.

==========  ==========================================================
parameter   value
==========  ==========================================================
part        what of the desk is shown: ``waiting``, ``board``, ``settle``
last        the last quarter of the board
quarters    how many quarters the board has
standing    what at least one square of an organisation has to say
return      the return that is looked at
against     the revision that it is compared with
==========  ==========================================================
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from kpi.language import said as worded
from kpi.language import tr, whole
from kpi.present.desk import queue_table, waiting_name
from kpi.present.html import el
from kpi.problems import N_, SaidError
from kpi.returns import StoredReturn, approve
from kpi.review import Waiting, queue
from kpi.web import states, telling
from kpi.web.opened import moment, today
from kpi.web.person import installation, language
from kpi.web.view import NOT_KNOWN

#: The looks of these pages.
STYLE = Path(__file__).with_name("desk.css")
_PARAMETERS = ("lang", "part", "last", "quarters", "standing", "return", "against")
_AREA, _TOLD = "desk", "desk.told"


def params() -> dict[str, str]:
    """Give what the address says of these pages."""
    return {name: text for name, text in st.query_params.to_dict().items() if name in _PARAMETERS}


def go(**changed: str | None) -> None:
    """Change parameters of the address; none takes one out."""
    wanted = {**params(), "lang": language(), **changed}
    written = {name: text for name in _PARAMETERS if (text := wanted.get(name))}
    if st.query_params.to_dict() != written:
        st.query_params.from_dict(written)


def link(head: StoredReturn) -> str:
    """Give the address of a return's review."""
    return f"/review?{urlencode({'lang': language(), 'return': head.id})}"


def waiting() -> None:
    """Show what waits for a decision, and let several be approved at once."""
    said, found = language(), queue(installation(), today=today())
    _told()
    if not found:
        st.html(el("p", tr(N_("Nothing waits for a decision."), said), class_="k-nothing", role="status"))
        return
    st.html(queue_table(installation().framework, found, said, to=link))
    _several([one for one in found if not (one.own or one.by_oneself)])


def _several(found: Sequence[Waiting]) -> None:
    """Let several returns be approved at once: those that need no second look at who decides."""
    said = language()
    if not found:
        return
    with st.expander(tr(N_("Approve several at once"), said)):
        names = {one.head.id: waiting_name(one, said) for one in found}
        st.html(
            el(
                "p",
                tr(
                    N_("For returns that you have looked at. Those with a mark of who decides are decided singly."),
                    said,
                ),
                class_="k-note",
            )
        )
        chosen = st.multiselect(
            tr(N_("Returns"), said),
            list(names),
            format_func=lambda number: names.get(number, str(number)),
            placeholder=tr(N_("Choose returns"), said),
            key="desk.several",
            select_all=False,
        )
        text = whole(N_("Approve {count} returns"), said, count=len(chosen))
        if st.button(text, type="primary", disabled=not chosen, key="desk.approve"):
            st.session_state[_TOLD] = [_approved(number, names[number]) for number in chosen if number in names]
            st.session_state.pop("desk.several", None)
            st.rerun()


def _approved(return_id: int, name: str) -> tuple[bool, str]:
    """Approve one of several, in a transaction of its own; say what came of it."""
    here, said = installation(), language()
    try:
        approve(here, return_id=return_id, by=here.who.signature, at=moment())
    except SaidError as fault:
        return False, f"{name}: {worded(fault, said)}"
    done = tr(N_("approved"), said)
    return True, f"{name}: {done}"


def _told() -> None:
    """Say what came of each of several, once."""
    telling.whether_done(_AREA)
    for done, text in st.session_state.pop(_TOLD, ()):
        st.html(el("p", text, class_="k-done" if done else "k-wrong", role="status" if done else "alert"))


def part(offered: Collection[str], names: Mapping[str, str]) -> str:
    """Let the reader choose a part of the desk; it stands in the address."""
    asked = params().get("part", "")
    now = asked if asked in offered else next(iter(offered))
    st.session_state["desk.part"] = now
    st.segmented_control(
        tr(N_("Part"), language()),
        list(offered),
        format_func=lambda one: names[one],
        key="desk.part",
        label_visibility="collapsed",
        required=True,
        on_change=_parted,
    )
    if asked and asked != now:
        states.not_known([NOT_KNOWN.at(found=asked)])
    return now


def _parted() -> None:
    go(part=st.session_state["desk.part"], **{"return": None, "against": None})
