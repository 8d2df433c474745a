"""Who looks, and in which language: asked by functions at each use, for reruns of fragments never run the shell."""

from collections.abc import Mapping, Sequence

import streamlit as st
from babel import Locale

from kpi.figures import default_quarter
from kpi.language import LOCALES
from kpi.problems import Problem
from kpi.web.opened import installation, opened, today
from kpi.web.view import View, read

_KEPT = "view.params"


def language() -> str:
    """Give the reader's language: the one chosen, else the browser's, else the framework's first."""
    offered = languages()
    chosen = params().get("lang") or (st.context.locale or "").partition("-")[0].lower()
    return chosen if chosen in offered else offered[0]


def languages() -> Sequence[str]:
    """Give the languages to choose from; without a framework, those of the program."""
    found = opened().installation
    if found is not None:
        return found.framework.languages
    return ["en", *sorted(folder.name for folder in LOCALES.iterdir() if folder.is_dir())]


def own_name(code: str) -> str:
    """Name a language in its own words."""
    name = Locale.parse(code).get_language_name(code) or code
    return name[:1].upper() + name[1:]


def params() -> Mapping[str, str]:
    """Give the view's parameters: from the address or, after a change of page, as they were."""
    there = st.query_params.to_dict()
    return there or st.session_state.get(_KEPT, {})


def view() -> tuple[View, list[Problem]]:
    """Give what the reader looks at, and what the address asks for that is not known."""
    framework = installation().framework
    day = today()
    return read(params(), framework, default_quarter(framework, day), day)


def keep(found: View) -> Mapping[str, str]:
    """Put the view into the address, and keep it for the next page."""
    written = found.params(language())
    if st.query_params.to_dict() != written:
        st.query_params.from_dict(written)
    st.session_state[_KEPT] = written
    return written


def choose(parameter: str, value: str | None) -> None:
    """Change one parameter of the view."""
    changed = {name: text for name, text in {**params(), parameter: value}.items() if text}
    st.query_params.from_dict(changed)
    st.session_state[_KEPT] = changed
