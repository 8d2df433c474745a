"""What people see where there is nothing to show: what is missing, and what to do about it."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

import streamlit as st

from kpi import figures
from kpi.access import Deed
from kpi.figures import default_quarter
from kpi.language import message, said, tr, whole
from kpi.measure.model import Measurement, State
from kpi.present.html import Html, el
from kpi.problems import N_, Problem, SaidError
from kpi.quarter import Quarter, Window
from kpi.web.address import params
from kpi.web.looking import AHEAD
from kpi.web.opened import today
from kpi.web.person import allowed, installation, language, who

_MOST = 20
NOT_OPEN = N_("This page is not open to you")
SEE_TO_IT = N_("Whoever runs this installation has to see to it; then load this page again.")


def _state(title: str, *said: Html) -> None:
    st.html(el("section", el("h1", title), *said, class_="k-state"))


def framework_faulty(problems: Sequence[Problem]) -> None:
    """Say that the framework has errors, each with its line."""
    in_ = language()
    lines = [
        el("li", el("code", f"{problem.place.file}:{problem.place.line or 1}"), " ", message(problem, in_))
        for problem in problems[:_MOST]
    ]
    more = tr(N_("And {count} more."), in_, count=len(problems) - _MOST) if len(problems) > _MOST else ""
    _state(
        tr(N_("The framework has errors"), in_),
        el("p", tr(N_("No figures are shown until they are corrected. “kpi check” lists them all."), in_)),
        el("ul", *lines),
        el("p", more),
    )


def unusable(fault: SaidError) -> None:
    """Say why the store cannot be used."""
    in_ = language()
    _state(
        tr(N_("The data cannot be opened"), in_),
        el("p", said(fault, in_)),
        el("p", tr(SEE_TO_IT, in_)),
    )


def out_of_reach(why: str) -> None:
    """Say that the store cannot be used just now, to whoever was at work."""
    in_ = language()
    kept = tr(
        N_("What you saved before is still there. What you just did may not be: look when the page is back."), in_
    )
    _state(tr(N_("The data cannot be opened"), in_), el("p", why), el("p", tr(SEE_TO_IT, in_)), el("p", kept))


def stopped(title: str, *why: str) -> None:
    """Say that a page cannot be shown, and why."""
    _state(title, *(el("p", one) for one in why))


def not_open() -> None:
    """Say that a page is for others, and nothing of what stands on it."""
    in_ = language()
    what_to_do = N_("If your work needs it, ask whoever manages the accounts here to change what you may open.")
    _state(
        tr(NOT_OPEN, in_),
        el("p", tr(N_("It is for people with another role."), in_), " ", tr(what_to_do, in_)),
        el("p", el("a", tr(N_("To your first page"), in_), href="/", target="_self")),
    )


def nobody_reports() -> None:
    """Say that the list of organisations is empty."""
    in_ = language()
    if not (allowed(Deed.LIST_ORGANISATIONS) or allowed(Deed.MANAGE_PEOPLE) or allowed(Deed.REVIEW)):
        text = N_(
            "The list of organisations that report is still empty. Figures stand here once it is filled and returns "
            "are in."
        )
        _state(tr(N_("Nobody reports here yet"), in_), el("p", tr(text, in_)))
        return
    here = tr(N_("Or bring it in on the administration page."), in_)
    link = (
        el("p", el("a", here, href="/administration", target="_self")) if allowed(Deed.LIST_ORGANISATIONS) else Html("")
    )
    _state(
        tr(N_("Nobody reports here yet"), in_),
        el("p", tr(N_("The store is ready and empty. First bring in the list of reporting organisations:"), in_)),
        el("p", el("code", "kpi organisations import organisations.xlsx")),
        link,
        el("p", tr(N_("To look around with invented data instead, fill the empty store with the sample:"), in_)),
        el("p", el("code", "kpi demo --load")),
    )


def nothing_reported(asked: Iterable[Measurement | None] = ()) -> None:
    """Say that no return counts in this window; before the first one was approved, what comes next.

    Where figures that were `asked` are not published, that is said: there may be some.
    """
    in_ = language()
    if any(one is not None and one.state is State.NOT_PUBLISHED for one in asked):
        first = tr(N_("What is chosen here is not published."), in_)
        then: Html | str = tr(N_("Take a filter away: figures are published by one dimension at a time."), in_)
    elif anything():
        first = tr(N_("Nothing is reported for this period yet."), in_)
        then = tr(N_("Choose another period, or wait until returns have been approved."), in_)
    else:
        first = tr(N_("No return has been approved yet."), in_)
        then = _next()
    st.html(el("div", el("strong", first), " ", then, class_="k-nothing", role="status"))


def anything() -> bool:
    """Tell whether any return was approved since the programme's start."""
    now, starts = Quarter.of(today()), installation().framework.programme.starts
    return figures.returns_in(installation(), Window.since(min(starts, now), now)) > 0


def _next() -> Html:
    """Lead whoever looks to what they can do until there are figures."""
    in_ = language()
    if allowed(Deed.REVIEW):
        to, file = N_("Returns: who has reported, what waits"), "returns"
    elif any(allowed(Deed.REPORT, organisation=one) for one in who().organisations):
        to, file = N_("What is due"), "my_returns"
    else:
        to, file = N_("What do the figures mean?"), "about"
    link = el("a", tr(to, in_), href=f"{file}?lang={in_}", target="_self")
    return el("span", tr(N_("Figures stand here once returns are approved."), in_), " ", link)


def not_listed(dimension: str) -> None:
    """Say that rows do not tell a dimension by which they are to be limited."""
    text = whole(
        N_("Not collected by {dimension}: what is listed here does not tell it."), language(), dimension=dimension
    )
    st.html(el("div", text, class_="k-nothing", role="status"))


def none_fits() -> None:
    """Say that a search or a choice leaves nothing."""
    first = el("strong", tr(N_("Nothing fits what you search for."), language()))
    then = tr(N_("Try fewer words, or choose “All” in the lists above."), language())
    st.html(el("div", first, " ", then, class_="k-nothing", role="status"))


def begun(problems: Sequence[Problem]) -> None:
    """Say what an address asks for that there is not; of a period that has not begun there is nothing more to say."""
    not_known(problems)
    if any(one.fault is AHEAD for one in problems):
        last = default_quarter(installation().framework, today())
        there = {**params(), "quarter": str(last), "lang": language()}
        link = el("a", whole(N_("Show {quarter}"), language(), quarter=last), href=f"?{urlencode(there)}")
        st.html(el("p", link, class_="k-note"))
        st.stop()


def not_known(problems: Sequence[Problem]) -> None:
    """Say what an address asks for that there is not."""
    for problem in problems:
        st.html(el("div", message(problem, language()), class_="k-nothing", role="status"))
