"""Which columns of a comparison are in sight: all, or those that are chosen; of many, a part at a time."""

from collections.abc import Iterable, Mapping

import streamlit as st

from kpi.language import tr, whole
from kpi.present.matrix import Matrix
from kpi.problems import N_, Problem
from kpi.web import address
from kpi.web.person import language
from kpi.web.pickers import choice
from kpi.web.view import NOT_KNOWN

#: So many columns stand side by side at most.
WIDE = 10
_TOGETHER, _KEY = ",", "pick.columns"


def asked_for(known: Iterable[str], problems: list[Problem]) -> tuple[str, ...]:
    """Read from the address which columns are chosen; none means all."""
    wanted = list(filter(None, address.params().get("columns", "").split(_TOGETHER)))
    there = set(known)
    problems += [NOT_KNOWN.at(found=one) for one in wanted if one not in there]
    return tuple(one for one in dict.fromkeys(wanted) if one in there)


def written(only: Iterable[str]) -> str:
    """Write chosen columns as the address has them."""
    return _TOGETHER.join(only)


def picker(named: Mapping[str, str], only: Iterable[str]) -> None:
    """Let the reader choose which columns stand side by side."""
    said = language()
    st.session_state[_KEY] = list(only)
    st.multiselect(
        tr(N_("Which of them"), said),
        list(named),
        format_func=lambda key: named.get(key, key),
        placeholder=tr(N_("All"), said),
        key=_KEY,
        on_change=_chosen,
        select_all=False,
    )


def _chosen() -> None:
    address.choose("columns", written(st.session_state[_KEY]) or None)


def of_another(parameter: str) -> None:
    """Compare along something else: what was chosen of the columns is no more."""
    left = {name: text for name, text in address.params().items() if name not in {"columns", "page"}}
    address.write({**left, parameter: st.session_state[f"pick.{parameter}"]})


def part(everything: Matrix, page: int) -> Matrix:
    """Give the columns in sight, and let the reader turn to others where there are many: in parts of about one size."""
    columns = list(everything.columns)
    parts = max(-(-len(columns) // WIDE), 1)
    size = max(-(-len(columns) // parts), 1)
    page = min(page, parts)
    if parts > 1:
        said = language()
        text = N_("{first}–{last} of {all}")
        names = {
            str(number + 1): whole(text, said, first=start + 1, last=min(start + size, len(columns)), all=len(columns))
            for number, start in enumerate(range(0, len(columns), size))
        }
        choice("page", tr(N_("Columns"), said), list(names), str(page), names.__getitem__)
    return everything.part(columns[(page - 1) * size : page * size])
