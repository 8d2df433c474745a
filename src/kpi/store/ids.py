"""Choosing rows by thousands of ids or texts, as one value of the statement whatever their number."""

import json
from collections.abc import Collection

from sqlalchemy import ARRAY, Integer, Select, Text, bindparam, func, select, type_coerce
from sqlmodel import Session


def among(session: Session, ids: Collection[int]) -> Select[tuple[int]]:
    """Give the ids as rows, for ``column.in_(…)`` or a join."""
    if session.get_bind().dialect.name == "sqlite":
        rows = func.json_each(json.dumps(sorted(ids))).table_valued("value")
        return select(type_coerce(rows.c.value, Integer).label("id"))
    return select(func.unnest(bindparam("ids", sorted(ids), ARRAY(Integer), unique=True)))


def among_texts(session: Session, texts: Collection[str]) -> Select[tuple[str]]:
    """Give the texts as rows, for ``column.in_(…)``."""
    if session.get_bind().dialect.name == "sqlite":
        rows = func.json_each(json.dumps(sorted(texts))).table_valued("value")
        return select(type_coerce(rows.c.value, Text).label("text"))
    return select(func.unnest(bindparam("texts", sorted(texts), ARRAY(Text), unique=True)))
