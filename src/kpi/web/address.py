"""What the address of a page says, and what it said before the page was changed."""

from collections.abc import Mapping

import streamlit as st

_KEPT = "view.params"
_DIGITS = 9
#: What only the pages know on which an organisation reports, or on which returns are reviewed.
_OF_RETURNS = frozenset({"org", "form", "row", "part", "last", "quarters", "standing", "return"})


def params() -> Mapping[str, str]:
    """Give the view's parameters: from the address or, after a change of page, as they were."""
    there = st.query_params.to_dict()
    return there or st.session_state.get(_KEPT, {})


def number(text: str | None) -> int:
    """Read a number that an address holds; 0 for what is none, and for one that nothing here goes up to."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0


def write(written: Mapping[str, str]) -> None:
    """Put parameters into the address, and keep them for the next page."""
    if st.query_params.to_dict() != written:
        st.query_params.from_dict(written)
    if _OF_RETURNS & written.keys():
        kept = {**st.session_state.get(_KEPT, {}), **{name: text for name, text in written.items() if name == "lang"}}
    else:
        kept = dict(written)
    st.session_state[_KEPT] = kept


def choose(parameter: str, value: str | None) -> None:
    """Change one parameter."""
    write({name: text for name, text in {**params(), parameter: value}.items() if text})
