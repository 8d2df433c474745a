"""Bring a store's tables up to date.

Every change to `kpi.store.tables` has a script in `versions`. They run inside one writing transaction:
a migration that fails, or is killed, leaves the store as it was.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlmodel import Session

from kpi.store.engine import StoreMissingError, StoreNewerError, StoreOutdatedError, reading, where, writing


def migrate(engine: Engine) -> bool:
    """Bring the store to this program's version, making its tables where there are none.

    Returns whether anything had to be done.

    Raises:
        StoreNewerError: the store is of a newer version than the program.
        StoreError: another of its kinds, where the database refuses.
    """
    with writing(engine) as session:
        before = _revision(session)
        if before == _head():
            return False
        _known(engine, before)
        config = _config()
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "head")
        return True


def require_current(engine: Engine) -> None:
    """Refuse a store that this program cannot work with.

    Raises:
        StoreMissingError: there are no tables.
        StoreOutdatedError: they are of an older version.
        StoreNewerError: they are of a newer version.
        StoreUnavailableError: the store cannot be reached.
    """
    with reading(engine) as session:
        revision = _revision(session)
    if revision is None:
        raise StoreMissingError(where(engine.url))
    _known(engine, revision)
    if revision != _head():
        raise StoreOutdatedError(where(engine.url))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _head() -> str | None:
    return _scripts().get_current_head()


def _revision(session: Session) -> str | None:
    return MigrationContext.configure(session.connection()).get_current_revision()


def _known(engine: Engine, revision: str | None) -> None:
    known = {script.revision for script in _scripts().walk_revisions()}
    if revision is not None and revision not in known:
        raise StoreNewerError(where(engine.url))
