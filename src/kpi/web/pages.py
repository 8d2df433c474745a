"""Which pages there are for whom: the list is built for the person's role.

What is not in it cannot be reached: at its address stands that the page is not open to the reader, and nothing of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Deed, Person, may
from kpi.language import tr
from kpi.problems import N_
from kpi.web import states
from kpi.web.opened import opened

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

FOLDER = Path(__file__).resolve().parents[3] / "pages"


@dataclass(frozen=True, slots=True)
class Entry:
    """A page: its file, its title, and the deeds of which its reader may do one. None: whoever is led in.

    `first` pages are there before there is anything to show: while no organisation reports yet. `aside` ones are
    reached by links only; the navigation does not name them. One that tells of a `subject` is there only where the
    framework has an entry for it under ``pages``.
    """

    file: str
    title: str
    deeds: tuple[Deed, ...] = ()
    first: bool = False
    aside: bool = False
    subject: str | None = None


_REPORTING = (Deed.REPORT, Deed.REPORT_FOR_ANY)
_ROWS = (Deed.SEE_ROWS, Deed.REPORT)

#: Group by group, in their order in the navigation; the group of somebody's first page comes first.
PAGES: Mapping[str, Sequence[Entry]] = {
    N_("Figures"): (
        Entry("overview", N_("Overview")),
        Entry("indicators", N_("All indicators"), (Deed.SEE_FIGURES,)),
        Entry("indicator", N_("Indicator"), (Deed.SEE_FIGURES,)),
        Entry("gender", N_("Gender"), (Deed.SEE_FIGURES,), subject="gender"),
        Entry("funding", N_("Funding leveraged"), (Deed.SEE_FIGURES,), subject="funding"),
        Entry("regions", N_("Regions"), (Deed.SEE_FIGURES,), subject="regions"),
        Entry("compare", N_("Compare"), (Deed.SEE_FIGURES,)),
    ),
    N_("Practice"): (
        Entry("portfolio", N_("Portfolio"), _ROWS, subject="portfolio"),
        Entry("learning", N_("Learning from findings"), _ROWS, subject="learning"),
        Entry("stories", N_("Stories"), (Deed.SEE_FIGURES,), subject="stories"),
        Entry("influence", N_("Policy influence"), _ROWS, subject="influence"),
    ),
    N_("My returns"): (
        Entry("my_returns", N_("What is due"), _REPORTING),
        Entry("form", N_("Fill in on the web"), _REPORTING),
        Entry("upload", N_("Upload"), _REPORTING),
        Entry("submit", N_("Check and submit"), _REPORTING, aside=True),
    ),
    N_("Review"): (
        Entry("returns", N_("Returns"), (Deed.REVIEW,)),
        Entry("review", N_("Review of a return"), (Deed.REVIEW,), aside=True),
        Entry("quality", N_("Data quality"), (Deed.REVIEW, *_REPORTING)),
        Entry("actions", N_("What is done"), (Deed.SEE_FIGURES,)),
    ),
    N_("Reports"): (
        Entry("reports", N_("Make a report"), (Deed.SEE_FIGURES,)),
        Entry("open_data", N_("Open data"), (Deed.SEE_FIGURES,)),
        Entry("about", N_("About the figures"), (Deed.SEE_FIGURES,)),
        Entry("guide", N_("Guide"), first=True),
    ),
    N_("Administration"): (
        Entry(
            "administration", N_("People and organisations"), (Deed.MANAGE_PEOPLE, Deed.LIST_ORGANISATIONS), first=True
        ),
        Entry("log", N_("Log"), (Deed.READ_LOG,), first=True),
    ),
}


#: The pages that are somebody's first one.
HOMES = ("overview", "my_returns")


def home(looks: Person) -> str:
    """Give the file of somebody's first page: whoever reports for their own organisations begins with what is due."""
    if may(looks, Deed.REPORT_FOR_ANY):
        return HOMES[0]
    return HOMES[1] if any(may(looks, Deed.REPORT, organisation=code) for code in looks.organisations) else HOMES[0]


def listed(looks: Person) -> list[tuple[str, Entry]]:
    """Give the pages that somebody may open, each with its group; the overview is open to whoever is led in."""
    told = _subjects()
    found = [
        (group, entry)
        for group, entries in PAGES.items()
        for entry in entries
        if (entry.subject is None or entry.subject in told)
        and (not entry.deeds or any(_may(looks, deed) for deed in entry.deeds))
    ]
    first = next((group for group, entry in found if entry.file == home(looks)), None)
    return sorted(found, key=lambda one: one[0] != first)


def closed(looks: Person) -> list[str]:
    """Give the files of the pages that are not open to somebody."""
    there = {entry.file for _, entry in listed(looks)}
    return [entry.file for entries in PAGES.values() for entry in entries if entry.file not in there]


def _subjects() -> frozenset[str]:
    """Give the subjects for which the framework has an entry under ``pages``."""
    found = opened().installation
    if found is None:
        return frozenset()
    told = found.framework.pages
    return frozenset(name for name in type(told).model_fields if getattr(told, name) is not None)


def told_by(subject: str, looks: Person) -> str | None:
    """Give the file of the page that tells of a subject; none where somebody has no such page."""
    return next((entry.file for _, entry in listed(looks) if entry.subject == subject), None)


def needs_no_data(page: "StreamlitPage") -> bool:
    """Tell whether a page is there while no organisation reports yet."""
    return any(entry.first and entry.file == page.url_path for entries in PAGES.values() for entry in entries)


def _may(looks: Person, deed: Deed) -> bool:
    return any(may(looks, deed, organisation=code) for code in (None, *looks.organisations))


def pages(looks: Person, said: str) -> dict[str, list["StreamlitPage"]]:
    """Give the navigation for somebody, in a language."""
    found: dict[str, list[StreamlitPage]] = {}
    for group, entry in listed(looks):
        page = st.Page(
            FOLDER / f"{entry.file}.py",
            title=tr(entry.title, said),
            url_path=entry.file,
            default=entry.file == home(looks),
            visibility="hidden" if entry.aside else "visible",
        )
        found.setdefault(tr(group, said), []).append(page)
    here = tr(states.NOT_OPEN, said)
    # Among those of the first group: the group of a closed page would be named in the navigation otherwise.
    found[next(iter(found))] += [
        st.Page(states.not_open, title=here, url_path=file, visibility="hidden") for file in closed(looks)
    ]
    return found
