"""One installation: a framework and a store that belong together, opened from the settings.

The store's figures are derived under one framework. When `indicators.yaml` changes, the figures are derived again
(`kpi.adoption.adopt`), all of them or none; until then the store is not opened under the changed one.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Self

from sqlalchemy import Engine
from sqlmodel import Session

from kpi.access import NOBODY, Person
from kpi.framework.load import load_file
from kpi.framework.model import Framework
from kpi.problems import N_, Problem, SaidError, errors
from kpi.settings import Settings
from kpi.store import events, migrations
from kpi.store.engine import (
    StoreError,
    StoreMissingError,
    StoreOutdatedError,
    StoreUnavailableError,
    connect,
    reading,
    where,
)

__all__ = [
    "ADOPTED",
    "FRAMEWORK",
    "FrameworkChangedError",
    "FrameworkRefusedError",
    "Installation",
    "StoreError",
    "StoreUnavailableError",
    "adopted",
    "create_store",
    "framework_of",
    "migrate_store",
    "open_installation",
    "open_store",
]

#: The log's subject and action for the framework in force.
FRAMEWORK, ADOPTED = "framework", "framework.adopted"


class FrameworkRefusedError(SaidError):
    """The framework has errors, or the data in the store do not fit it; nothing may rest on it."""

    text = N_("the framework has {count} problem(s)")

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(count=len(self.problems))


class FrameworkChangedError(StoreError):
    """The framework is not the one under which the store's figures were derived."""

    text = N_(
        "The framework has changed since the figures were derived. "
        "See with “kpi check --store” whether the data still fit, then run “kpi rebuild”."
    )


@dataclass(frozen=True, slots=True)
class Installation:
    """The framework in force, its text, and the store; and who asks: every service function looks at that first."""

    framework: Framework
    yaml: str = field(repr=False)
    engine: Engine
    who: Person = NOBODY

    def asked_by(self, who: Person) -> Self:
        """Give the same installation as somebody else sees it."""
        return replace(self, who=who)

    @property
    def sha256(self) -> str:
        """The SHA-256 of the framework's text."""
        return _sha256(self.yaml)


@lru_cache(maxsize=8)
def _sha256(yaml: str) -> str:
    return hashlib.sha256(yaml.encode()).hexdigest()


def framework_of(settings: Settings) -> tuple[Framework, str]:
    """Read the framework in force and its text; raise `FrameworkRefusedError` where it has errors."""
    loaded = load_file(settings.framework)
    if loaded.framework is None:
        raise FrameworkRefusedError(errors(loaded.problems))
    return loaded.framework, loaded.yaml


def create_store(settings: Settings) -> None:
    """Make the store that the settings name, or bring it up to date; nothing in it is lost.

    Raises `FrameworkRefusedError` before anything is made, or a `StoreError`.
    """
    framework_of(settings)
    migrations.migrate(connect(settings.database_url, create=True))


def migrate_store(settings: Settings) -> None:
    """Bring an existing store up to date with this version of the program; raise a `StoreError` where there is none."""
    engine = connect(settings.database_url)
    try:
        migrations.require_current(engine)
    except StoreOutdatedError:
        migrations.migrate(engine)


def open_store(settings: Settings) -> Engine:
    """Open a store that is up to date, whatever its framework; raise a `StoreError` otherwise."""
    engine = connect(settings.database_url)
    migrations.require_current(engine)
    return engine


def open_installation(settings: Settings, *, who: Person = NOBODY, changed: bool = False) -> Installation:
    """Open the framework and the store for somebody; `changed` lets the framework be another than the store's own.

    Raises `FrameworkRefusedError`, `FrameworkChangedError`, or a `kpi.store.engine.StoreError` that says what to do.
    """
    framework, yaml = framework_of(settings)
    installation = Installation(framework, yaml, open_store(settings), who)
    if not changed:
        with reading(installation.engine) as session:
            in_force = adopted(session)
        if in_force is None:  # what was to make the store was stopped half-way
            raise StoreMissingError(where(installation.engine.url))
        if in_force != installation.sha256:
            raise FrameworkChangedError
    return installation


def adopted(session: Session) -> str | None:
    """Give the SHA-256 of the framework under which the store's figures were derived."""
    history = events.history(session, subject=FRAMEWORK)
    after = history[-1].after if history else None
    return str(after["sha256"]) if isinstance(after, dict) else None
