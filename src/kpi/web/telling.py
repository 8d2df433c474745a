"""What is said beside a form: what is wrong with it, or that it was done."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from kpi.language import message, said
from kpi.present.html import el
from kpi.problems import Problem, SaidError
from kpi.web.person import language

_DONE = "telling.done"
#: So much that is wrong in a file is said at once.
_MOST = 100


def wrong(fault: SaidError | Problem, at: DeltaGenerator | None = None) -> None:
    """Say what is wrong, here or in a place kept for it."""
    text = message(fault, language()) if isinstance(fault, Problem) else said(fault, language())
    (at or st).html(el("p", text, class_="k-wrong", role="alert"))


def each_wrong(faults: Sequence[SaidError], at: DeltaGenerator) -> None:
    """Say several things that are wrong, in a place kept for them."""
    at.html(el("div", *(el("p", said(one, language())) for one in faults), class_="k-wrong", role="alert"))


def all_wrong(problems: Sequence[Problem]) -> None:
    """Say all that is wrong in a file, each with its cell."""
    lines = [
        el("li", el("code", problem.place.cell or str(problem.place.line or "")), " ", message(problem, language()))
        for problem in problems[:_MOST]
    ]
    more = el("li", "…") if len(problems) > _MOST else None
    st.html(el("ul", *lines, more, class_="k-wrong", role="alert"))


def done(area: str, text: str) -> None:
    """Keep a sentence for the page as it is drawn next, and draw it again."""
    will_say(area, text)
    st.rerun()


def will_say(area: str, text: str) -> None:
    """Keep a sentence for the page as it is drawn next: for callbacks, after which it is drawn anyway."""
    st.session_state[_DONE] = (area, text)


def whether_done(area: str) -> None:
    """Say what was just done in this part of the page."""
    if st.session_state.get(_DONE, ("",))[0] == area:
        _, text = st.session_state.pop(_DONE)
        st.html(el("p", text, class_="k-done", role="status"))
