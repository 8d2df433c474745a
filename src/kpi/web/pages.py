"""Which pages there are for whom: the list is built for the person's role, and what is not in it cannot be reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from kpi.access import Deed, Person, may
from kpi.language import tr
from kpi.problems import N_

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

FOLDER = Path(__file__).resolve().parents[3] / "pages"


@dataclass(frozen=True, slots=True)
class Entry:
    """A page: its file, its title, and the deeds of which its reader may do one. None: whoever is led in.

    `first` pages are there before there is anything to show: while no organisation reports yet.
    """

    file: str
    title: str
    deeds: tuple[Deed, ...] = ()
    first: bool = False


#: Group by group, in their order in the navigation.
PAGES: Mapping[str, Sequence[Entry]] = {
    N_("Figures"): (
        Entry("overview", N_("Overview")),
        Entry("indicator", N_("Indicator"), (Deed.SEE_FIGURES,)),
    ),
    N_("Administration"): (
        Entry(
            "administration", N_("People and organisations"), (Deed.MANAGE_PEOPLE, Deed.LIST_ORGANISATIONS), first=True
        ),
    ),
}


def listed(looks: Person) -> list[tuple[str, Entry]]:
    """Give the pages that somebody may open, each with its group; the first page is open to whoever is led in."""
    return [
        (group, entry)
        for group, entries in PAGES.items()
        for entry in entries
        if not entry.deeds or any(_may(looks, deed) for deed in entry.deeds)
    ]


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
            default=entry.file == "overview",
        )
        found.setdefault(tr(group, said), []).append(page)
    return found
