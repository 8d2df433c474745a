"""The installation that the pages show, opened once, and what people read where it cannot be."""

import gc
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import streamlit as st

from kpi.figures import Overview, overview
from kpi.installation import FrameworkRefusedError, Installation, open_installation
from kpi.problems import Problem, SaidError
from kpi.settings import Settings

_NOW = "store.now"


@dataclass(frozen=True, slots=True)
class Opened:
    """The installation as it is now; where it cannot be opened, why not."""

    installation: Installation | None = None
    problems: Sequence[Problem] = ()
    fault: SaidError | None = None


def opened() -> Opened:
    """Open the installation; the framework again whenever its file has changed."""
    settings = Settings.from_environment(os.environ)
    changed = settings.framework.stat().st_mtime_ns if settings.framework.is_file() else 0
    try:
        return Opened(_open(settings.database_url, str(settings.framework), changed))
    except FrameworkRefusedError as fault:
        return Opened(problems=fault.problems)
    except SaidError as fault:
        return Opened(fault=fault)


@st.cache_resource(show_spinner=False, max_entries=4)
def _open(database_url: str, framework: str, changed: int) -> Installation:  # noqa: ARG001 (they are the cache's key)
    found = open_installation(Settings.from_environment(os.environ))
    # What is loaded by now stays: the collector need not look at it again after every rerun.
    gc.collect()
    gc.freeze()
    return found


def installation() -> Installation:
    """Give the open installation to a page; the shell shows no page where there is none."""
    found = opened().installation
    if found is None:
        st.stop()
    return found


def now(*, afresh: bool = False) -> Overview:
    """Tell who reports, and what the last change of the store was; the shell asks `afresh`, once a rerun."""
    if afresh or _NOW not in st.session_state:
        st.session_state[_NOW] = overview(installation())
    found: Overview = st.session_state[_NOW]
    return found


def today() -> date:
    """Tell the day, where the program runs."""
    return datetime.now().astimezone().date()
