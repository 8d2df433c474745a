"""The list of indicators: what of it is shown, and in which order, as its address says it.

===========  ======================================================
parameter    value
===========  ======================================================
sort         `kpi.present.indicators.Sort`; backwards with ``-``
level        a level of the framework
status       `kpi.present.status.Group`
supporting   ``0``: without those that support another one
===========  ======================================================
"""

from collections.abc import Mapping

import streamlit as st

from kpi.language import pick, tr
from kpi.present.indicators import SORTS, Order, Sort
from kpi.present.status import GROUPS, Group
from kpi.present.words import title
from kpi.problems import N_, Problem
from kpi.web import address
from kpi.web.person import installation, language
from kpi.web.pickers import choice
from kpi.web.view import NOT_KNOWN, View

_ALL = ""


def chosen(problems: list[Problem]) -> Order:
    """Read what the address says of the list; what is not known is told."""
    there = address.params()
    text = there.get("sort", Sort.LEVEL.value)
    sort = _among(set(Sort), text.removeprefix("-"), problems)
    level = _among(set(installation().framework.levels), there.get("level"), problems)
    group = _among(set(Group), there.get("status"), problems)
    supporting = _among({"0", "1"}, there.get("supporting"), problems)
    return Order(
        Sort(sort) if sort else Sort.LEVEL,
        sort is not None and text.startswith("-"),
        level,
        Group(group) if group else None,
        supporting != "0",
    )


def _among(known: set[str], text: str | None, problems: list[Problem]) -> str | None:
    if not text or text in known:
        return text or None
    problems.append(NOT_KNOWN.at(found=text))
    return None


def keep(looking: View, order: Order) -> Mapping[str, str]:
    """Put the view and the list's order into the address; give what its links carry on."""
    params = {**looking.params(language()), **order.params()}
    address.write(params)
    return params


def pickers(order: Order) -> None:
    """Let the reader choose the level, the status, and the order."""
    said, levels = language(), installation().framework.levels
    every = tr(N_("All"), said)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="listing"):
        choice(
            "level",
            tr(N_("Level"), said),
            [_ALL, *levels],
            order.level or _ALL,
            lambda key: pick(levels[key].label, said) if key else every,
            width=220,
        )
        choice(
            "status",
            tr(N_("Status"), said),
            [_ALL, *(group.value for group in Group)],
            order.group.value if order.group else _ALL,
            lambda key: title(tr(GROUPS[Group(key)][0], said)) if key else every,
            width=220,
        )
        names = {f"{'-' * backwards}{sort.value}": SORTS[sort][backwards] for sort in Sort for backwards in (0, 1)}
        choice(
            "sort",
            tr(N_("Order"), said),
            list(names),
            f"{'-' * order.backwards}{order.sort.value}",
            lambda key: tr(names[key], said),
            width=280,
        )
        st.session_state["pick.supporting"] = order.supporting
        st.toggle(tr(N_("Supporting ones, too"), said), key="pick.supporting", on_change=_switched)


def _switched() -> None:
    address.choose("supporting", None if st.session_state["pick.supporting"] else "0")
