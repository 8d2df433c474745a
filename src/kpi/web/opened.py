"""The installation that the pages show, opened once, and why it cannot be where it cannot.

It is opened as nobody; `kpi.web.person` gives it as whoever looks may see it.
"""

import gc
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

from kpi.installation import FrameworkRefusedError, Installation, open_installation
from kpi.problems import Problem, SaidError
from kpi.settings import Settings


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


@lru_cache(maxsize=4)
def _open(database_url: str, framework: str, changed: int) -> Installation:  # noqa: ARG001 (they are the cache's key)
    found = open_installation(Settings.from_environment(os.environ))
    # What is loaded by now stays: the collector need not look at it again after every rerun.
    gc.collect()
    gc.freeze()
    return found


def today() -> date:
    """Tell the day, where the program runs."""
    return datetime.now().astimezone().date()


def moment() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)
