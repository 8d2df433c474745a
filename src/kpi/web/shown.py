"""What a widget shows: what comes from it is held against what it showed itself, whatever is drawn by now.

A widget stays the same one, with what stands in it, however often the page is drawn anew; only what is done to it
itself makes it another one. So no drawing puts a former text under the hands of somebody who types, and what the
browser sends of a widget that was replaced meanwhile is still known for what it is.
"""

from collections.abc import Hashable
from dataclasses import dataclass

import streamlit as st

_SHOWN, _NAMES, _TIMES = "shown", "shown.names", "shown.times"


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands in a widget; what was kept then; what else it was made of."""

    text: str
    stored: str
    made_of: Hashable = None


def widget(place: str, text: str, stored: str, made_of: Hashable = None) -> str:
    """Give the name of the widget at a place: the one that is there, else a new one that shows a text.

    One that is no longer on the page, or is `made_of` something else, is not there.
    """
    names: dict[str, str] = st.session_state.setdefault(_NAMES, {})
    name = names.get(place)
    if name is None or name not in st.session_state or showing(name).made_of != made_of:
        times: dict[str, int] = st.session_state.setdefault(_TIMES, {})
        name = f"{place}.{times[place]}" if place in times else place
        times[place] = times.get(place, 0) + 1
        names[place] = name
        _all()[name] = Shown(text, stored, made_of)
    return name


def widget_at(place: str) -> str:
    """Give the name of the widget that was drawn last at a place."""
    names: dict[str, str] = st.session_state[_NAMES]
    return names.get(place, place)


def showing(name: str) -> Shown:
    """Give what a widget shows."""
    return _all()[name]


def kept(name: str, text: str, stored: str | None = None) -> None:
    """Remember that what was typed into a widget is kept: as it is, or as `stored`."""
    _all()[name] = Shown(text, text if stored is None else stored, showing(name).made_of)


def anew(*places: str) -> None:
    """Let the widgets at places, or within them, be made anew when they are drawn next."""
    names: dict[str, str] = st.session_state.setdefault(_NAMES, {})
    for one in [one for one in names if any(one == place or one.startswith(f"{place}.") for place in places)]:
        del names[one]


def _all() -> dict[str, Shown]:
    found: dict[str, Shown] = st.session_state.setdefault(_SHOWN, {})
    return found
