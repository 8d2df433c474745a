"""What whoever looks sees: read from the address, and written back to it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import streamlit as st

from kpi.access import Deed
from kpi.figures import default_quarter, published_windows
from kpi.framework.model import Framework
from kpi.problems import N_, Fault, Problem
from kpi.quarter import Quarter, WindowKind
from kpi.web import address
from kpi.web.opened import today
from kpi.web.person import allowed, installation, language
from kpi.web.view import View, read

#: Kinds of windows that end ahead of their last report while they go on.
_GOING_ON = frozenset({WindowKind.YEAR, WindowKind.HALF_YEAR})

NOT_OPEN = Fault(
    "view.not_open",
    N_("What waits for approval is not open to you."),
    N_("Only approved figures are shown."),
)

NOT_PUBLISHED = Fault(
    "view.not_published",
    N_("Figures are published by year and, for the present year, up to the last quarter that was due."),
    N_("What is shown instead is named above."),
)

NOT_LIMITED = Fault(
    "view.not_limited",
    N_("This page is not limited to one organisation ({found})."),
    N_("All of them are shown."),
)

AHEAD = Fault(
    "view.ahead",
    N_("{found} has not begun."),
    N_("No organisation reports for it yet."),
)


def view(*, by_organisation: bool = False) -> tuple[View, list[Problem]]:
    """Give what the reader looks at, and what the address asks for that is not known or not open to them.

    `by_organisation`: the page can be limited to the organisation that the address names.
    """
    framework = installation().framework
    day = today()
    found, problems = read(address.params(), framework, default_quarter(framework, day), day)
    if not by_organisation and (named := st.query_params.get("organisation")):
        problems.append(NOT_LIMITED.at(found=named))
    if found.provisional and not allowed(Deed.SEE_WAITING):
        found = replace(found, provisional=False)
        problems.append(NOT_OPEN.at())
    if not allowed(Deed.SEE_UNDISCLOSED):
        found = _published(found, framework, day, problems)
    now = Quarter.of(day)
    if found.window.last > now and (found.window.first > now or found.window.kind not in _GOING_ON):
        problems.append(AHEAD.at(found=found.window.last))
    return found, problems


def _published(found: View, framework: Framework, day: date, problems: list[Problem]) -> View:
    """Look at the published window of the same year, else at the last one there is; say so where another was asked."""
    windows = published_windows(framework, day)
    if not windows:
        return replace(found, published=())
    window = next((each for each in windows if each.last.year == found.window.last.year), windows[-1])
    alike = (
        found.window.kind in {WindowKind.YEAR, WindowKind.YEAR_TO_DATE} and window.last.year == found.window.last.year
    )
    if not alike and "window" in address.params():
        problems.append(NOT_PUBLISHED.at())
    return replace(found, window=window, published=[each for each in windows if each.last < window.last])


def keep(found: View) -> Mapping[str, str]:
    """Put the view into the address, and keep it for the next page."""
    written = found.params(language())
    address.write(written)
    return written
