"""For whom and for which quarter somebody reports: what the pages on which one reports say in their address.

=========  ==================================================
parameter  value
=========  ==================================================
org        the code of an organisation
quarter    the quarter reported for
form       the form that is open, of the page with the forms
row        the row of a register that is open
=========  ==================================================
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from kpi.access import Deed, may
from kpi.calendar import STANDINGS, Asked, Standing, asked_of
from kpi.language import pick, quarter_name, tr
from kpi.measure.model import Organisation
from kpi.present.html import el
from kpi.problems import N_
from kpi.quarter import NotAQuarterError, Quarter
from kpi.web import person
from kpi.web.opened import today
from kpi.web.person import installation, language

#: The looks of these pages.
STYLE = Path(__file__).with_name("reporting.css")

_KEPT = "reporting.params"
_OPEN = frozenset({Standing.NOT_BEGUN, Standing.DRAFT, Standing.RETURNED})


@dataclass(frozen=True, slots=True)
class Reporting:
    """An organisation's quarter, as the address says, and all the quarters that it is asked for, newest first."""

    organisation: Organisation
    asked: Asked
    quarters: Sequence[Asked]

    @property
    def quarter(self) -> Quarter:
        """The quarter."""
        return self.asked.quarter


def params() -> dict[str, str]:
    """Give what the address says of these pages or, after a change of page, what it said."""
    there = st.query_params.to_dict()
    kept: dict[str, str] = st.session_state.get(_KEPT, {})
    return there if "org" in there or "quarter" in there else {**kept, **there}


def go(**changed: str | None) -> None:
    """Change parameters of the address; none takes one out."""
    wanted = {**params(), "lang": language(), **changed}
    known = {name: wanted[name] for name in ("lang", "org", "quarter", "form", "row") if wanted.get(name)}
    written = {name: text for name, text in known.items() if text is not None}
    if st.query_params.to_dict() != written:
        st.query_params.from_dict(written)
    st.session_state[_KEPT] = {name: written[name] for name in ("org", "quarter") if name in written}


def link(path: str, organisation: str, quarter: Quarter, **more: str) -> str:
    """Give the address of a page, or of a file, of an organisation's quarter."""
    return f"{path}?{urlencode({'lang': language(), 'org': organisation, 'quarter': str(quarter), **more})}"


def organisations() -> list[Organisation]:
    """Give the organisations that whoever looks may report for."""
    looks = installation().who
    return [one for one in person.organisations() if may(looks, Deed.REPORT, organisation=one.code)]


def chosen() -> Reporting | None:
    """Give the organisation's quarter that the address names, or the one that is most likely meant where it does not.

    Nothing, and says why, where it names what there is not.
    """
    offered = {one.code: one for one in organisations()}
    wanted = params().get("org") or next(iter(offered), None)
    if wanted is None:
        _cannot(N_("No organisation is yours to report for yet. Ask the administrator of this installation."))
        return None
    if wanted not in offered:
        _cannot(N_("You do not report for an organisation with the code “{code}”."), code=wanted)
        return None
    quarters = asked_of(installation(), organisation=wanted, today=today())
    asked = _asked(quarters)
    return None if asked is None else Reporting(offered[wanted], asked, quarters)


def _asked(quarters: Sequence[Asked]) -> Asked | None:
    if not quarters:
        _cannot(N_("This organisation is not asked for any quarter yet."))
        return None
    wanted = params().get("quarter")
    if not wanted:
        return usual(quarters)
    try:
        quarter = Quarter.parse(wanted)
    except NotAQuarterError:
        quarter = None
    found = next((one for one in quarters if one.quarter == quarter), None)
    if found is None:
        _cannot(N_("“{found}” is no quarter for which this organisation reports."), found=wanted)
    return found


def usual(quarters: Sequence[Asked]) -> Asked:
    """Give the quarter that is most likely worked on: the oldest of the last four that have ended and are open still.

    Where none is, the newest one.
    """
    ended = [one for one in quarters if one.quarter.ends < today()][:4]
    return next((one for one in reversed(ended) if one.standing in _OPEN), quarters[0])


def organisation_picker(found: Reporting) -> None:
    """Let whoever reports for several choose the organisation."""
    said, offered = language(), {one.code: one for one in organisations()}
    if len(offered) > 1:
        names = {code: pick(one.name, said) for code, one in offered.items()}
        _select("org", tr(N_("Organisation"), said), names, found.organisation.code)


def picker(found: Reporting) -> None:
    """Let whoever reports for several choose the organisation, and everybody the quarter."""
    said = language()
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="reporting"):
        organisation_picker(found)
        _select(
            "quarter",
            tr(N_("Quarter"), said),
            {
                str(one.quarter): f"{quarter_name(one.quarter, said)} · {tr(STANDINGS[one.standing], said)}"
                for one in found.quarters
            },
            str(found.quarter),
        )


def _select(parameter: str, label: str, offered: dict[str, str], now_: str) -> None:
    key = f"reporting.{parameter}"
    st.session_state[key] = now_  # the address rules; and the words beside the names change
    st.selectbox(
        label, list(offered), key=key, format_func=lambda one: offered[one], on_change=_picked,
        args=(parameter, tuple(offered)),
        width=330,
    )  # fmt: skip


def _picked(parameter: str, offered: Collection[str]) -> None:
    wanted = st.session_state[f"reporting.{parameter}"]
    if wanted in offered:  # a box whose words have just changed gives its former words
        go(**{"form": None, "row": None, parameter: wanted})


def _cannot(text: str, **values: object) -> None:
    st.html(el("div", tr(text, language(), **values), class_="k-nothing", role="status"))
