"""The coverage board, with what it can be limited to."""

import streamlit as st

from kpi.figures import default_quarter
from kpi.language import quarter_short, tr
from kpi.present.board import Cover, board_table, choice, counted, legend, limited
from kpi.present.html import el
from kpi.problems import N_, Problem
from kpi.quarter import NotAQuarterError, Quarter, Window
from kpi.review import board
from kpi.web import only, states
from kpi.web.desk import go, link, params
from kpi.web.opened import today
from kpi.web.person import installation, language
from kpi.web.view import NOT_KNOWN

_LENGTHS = ("4", "8", "12")
_ALL = ""


def coverage() -> None:
    """Show how far every organisation is, quarter by quarter."""
    said, problems = language(), list[Problem]()
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="filters"):
        last, count = _last(problems), _length(problems)
        found = board(installation(), last=last, count=count, today=today())
        counts = counted(found)
        one = _cover(problems)
        offered = [_ALL, *(each.value for each in Cover if counts[each] or each is one)]
        _select(
            "standing",
            tr(N_("Show"), said),
            {each: choice(Cover(each), counts[Cover(each)], said) if each else tr(N_("All"), said) for each in offered},
            one.value if one else _ALL,
        )
    states.not_known(problems)
    shown = limited(found, one)
    if not shown:
        st.html(
            el("p", tr(N_("No organisation is so far in these quarters."), said), class_="k-nothing", role="status")
        )
        return
    st.html(board_table(found, shown, said, to=link, alone=only.organisation()))
    st.html(legend(said))


def _last(problems: list[Problem]) -> Quarter:
    said, framework = language(), installation().framework
    now = Quarter.of(today())
    offered = list(reversed(list(Window.range(min(framework.programme.starts, now), now))))
    usual = max(default_quarter(framework, today()), min(now + -1, now))
    chosen, text = usual, params().get("last")
    if text:
        try:
            chosen = Quarter.parse(text)
        except NotAQuarterError:
            problems.append(NOT_KNOWN.at(found=text))
    if chosen not in offered:
        problems.append(NOT_KNOWN.at(found=str(chosen)))
        chosen = usual
    names = {str(one): quarter_short(one, said) for one in offered}
    _select("last", tr(N_("To the end of"), said), names, str(chosen))
    return chosen


def _length(problems: list[Problem]) -> int:
    text = params().get("quarters", _LENGTHS[0])
    if text not in _LENGTHS:
        problems.append(NOT_KNOWN.at(found=text))
        text = _LENGTHS[0]
    _select("quarters", tr(N_("Quarters"), language()), {one: one for one in _LENGTHS}, text, width=110)
    return int(text)


def _cover(problems: list[Problem]) -> Cover | None:
    text = params().get("standing", _ALL)
    if text and text not in set(Cover):
        problems.append(NOT_KNOWN.at(found=text))
        return None
    return Cover(text) if text else None


def _select(parameter: str, label: str, offered: dict[str, str], now: str, *, width: int = 250) -> None:
    key = f"desk.{parameter}"
    st.session_state[key] = now
    st.selectbox(
        label,
        list(offered),
        key=key,
        format_func=lambda one: offered.get(one, one),
        on_change=_chosen,
        args=(parameter,),
        width=width,
    )


def _chosen(parameter: str) -> None:
    go(**{parameter: st.session_state[f"desk.{parameter}"] or None})
