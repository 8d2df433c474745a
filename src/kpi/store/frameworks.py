"""Every framework that a return was checked by, as it was written."""

import hashlib

from sqlmodel import Session, col, select

from kpi.store import tables
from kpi.store.model import StoredFramework


def remember(session: Session, *, yaml: str) -> int:
    """Keep a framework's text, once, and give its id."""
    sha256 = hashlib.sha256(yaml.encode()).hexdigest()
    row = session.exec(select(tables.Framework).where(col(tables.Framework.sha256) == sha256)).first()
    if row is None:
        row = tables.Framework(sha256=sha256, yaml=yaml)
        session.add(row)
        session.flush()
    return tables.id_of(row)


def get(session: Session, *, framework_id: int) -> StoredFramework:
    """Give the framework with an id; a `KeyError` where there is none."""
    row = session.get(tables.Framework, framework_id)
    if row is None:
        raise KeyError(framework_id)
    return _framework(row)


def all(session: Session) -> list[StoredFramework]:  # noqa: A001 (called as frameworks.all, it reads as what it is)
    """Give every framework, oldest first."""
    return [_framework(row) for row in session.exec(select(tables.Framework).order_by(col(tables.Framework.id)))]


def _framework(row: tables.Framework) -> StoredFramework:
    return StoredFramework(id=tables.id_of(row), sha256=row.sha256, yaml=row.yaml)
