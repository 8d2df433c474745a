"""Choosing rows by thousands of ids, as one value of the statement whatever their number."""

import json
from collections.abc import Collection

from sqlalchemy import ARRAY, Integer, Select, bindparam, func, select, type_coerce
from sqlmodel import Session


def among(session: Session, ids: Collection[int]) -> Select[tuple[int]]:
    """Give the ids as rows, for ``column.in_(…)`` or a join."""
    if session.get_bind().dialect.name == "sqlite":
        rows = func.json_each(json.dumps(sorted(ids))).table_valued("value")
        return select(type_coerce(rows.c.value, Integer).label("id"))
    return select(func.unnest(bindparam("ids", sorted(ids), ARRAY(Integer), unique=True)))
