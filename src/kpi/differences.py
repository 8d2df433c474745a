"""What two revisions of a return say differently, row by row; pure."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kpi.records import FormState, Record, ReportedForm, ReturnContent


class Kind(StrEnum):
    """What happened to a row."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that is only in one of two revisions, or says something else.

    `before` and `after` are the whole rows; `columns` those that differ.
    """

    kind: Kind
    before: Record | None
    after: Record | None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormChange:
    """What is different in a form: what is said of it as a whole, and its rows."""

    before: FormState
    after: FormState
    rows: tuple[RowChange, ...]


_ABSENT = ReportedForm(FormState.MISSING)
#: A nameless row is taken for a changed one from this share of equal columns on; not where it would be long in finding.
_LIKE, _MOST_PAIRS = 0.5, 100_000


def differences(before: ReturnContent, after: ReturnContent) -> dict[str, FormChange]:
    """Give what is different, form by form; forms that say the same are left out.

    A row with a key is the same row in both; rows without one are the same where they say the same.
    """
    found = {}
    for key in dict.fromkeys([*after.forms, *before.forms]):
        old, new = before.forms.get(key, _ABSENT), after.forms.get(key, _ABSENT)
        rows = tuple(_rows(old.records, new.records))
        if rows or old.state is not new.state:
            found[key] = FormChange(old.state, new.state, rows)
    return found


def _rows(before: Sequence[Record], after: Sequence[Record]) -> Iterator[RowChange]:
    known = {record.key: record for record in before if record.key is not None}
    strange: list[Record] = []
    nameless = Counter(_said(record.cells) for record in before if record.key is None)
    for record in after:
        if record.key is None:
            said = _said(record.cells)
            if nameless[said]:
                nameless[said] -= 1
            else:
                strange.append(record)
        elif (old := known.pop(record.key, None)) is None:
            yield RowChange(Kind.ADDED, None, record)
        elif columns := _columns(old.cells, record.cells):
            yield RowChange(Kind.CHANGED, old, record, columns)
    yield from (RowChange(Kind.REMOVED, record, None) for record in known.values())
    gone = []
    for record in before:
        said = _said(record.cells)
        if record.key is None and nameless[said]:
            nameless[said] -= 1
            gone.append(record)
    yield from _paired(gone, strange)


def _paired(gone: list[Record], new: Sequence[Record]) -> Iterator[RowChange]:
    """Take a nameless row for a changed one where most of it says what one did that is gone; the likest goes first."""
    few = len(gone) * len(new) <= _MOST_PAIRS
    for record in new:
        likest = max(gone, key=lambda old: _likeness(old, record), default=None) if few else None
        if likest is not None and _likeness(likest, record) > _LIKE:
            gone.remove(likest)
            yield RowChange(Kind.CHANGED, likest, record, _columns(likest.cells, record.cells))
        else:
            yield RowChange(Kind.ADDED, None, record)
    yield from (RowChange(Kind.REMOVED, record, None) for record in gone)


def _likeness(before: Record, after: Record) -> float:
    """Give the share of columns in which two rows say the same."""
    columns = before.cells.keys() | after.cells.keys()
    return 1 - len(_columns(before.cells, after.cells)) / len(columns) if columns else 1


def _columns(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(key for key in dict.fromkeys([*after, *before]) if before.get(key) != after.get(key))


def _said(cells: Mapping[str, Any]) -> str:
    """Give what a row says as a text: mappings cannot be counted."""
    return json.dumps(cells, sort_keys=True)
