"""What of a framework the stored records use."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from kpi.framework.model import KEY_PATTERN

_KEY = re.compile(KEY_PATTERN)
_LONGEST_KEY = 60


@dataclass(frozen=True, slots=True)
class UsedColumn:
    """What the cells of a column hold: the keys they may stand for, the categories over which they are spread.

    `values` are the texts that could be keys (of a category or a step); a column of texts has some too.
    """

    values: frozenset[str] = frozenset()
    spread: frozenset[str] = frozenset()
    currencies: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class UsedForm:
    """The columns of a form that records fill in, and the categories that name its rows."""

    columns: Mapping[str, UsedColumn] = field(default_factory=dict)
    rows: frozenset[str] = frozenset()


class Amount(NamedTuple):
    """A currency in which an amount is stored, and the day whose rate it is converted at."""

    currency: str
    day: date


@dataclass(frozen=True, slots=True)
class Used:
    """What the store uses of a framework. All names are as stored: former keys stay as they were.

    `forms` are those of which a return says anything, `attributes` what organisations are or were, by attribute,
    `amounts` the currencies of what is stored with their days.
    """

    forms: Mapping[str, UsedForm] = field(default_factory=dict)
    attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    amounts: frozenset[Amount] = frozenset()


@dataclass(slots=True)
class _Gathered:
    """Used names while they are being gathered: by column, then by kind of name."""

    columns: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    rows: set[str] = field(default_factory=set)

    def finished(self) -> UsedForm:
        columns = {
            key: UsedColumn(**{kind: frozenset(names) for kind, names in kinds.items()})
            for key, kinds in self.columns.items()
        }
        return UsedForm(columns, frozenset(self.rows))


def used_by(records: Iterable[tuple[str, str | None, Mapping[str, Any]]]) -> Used:
    """Gather what records use.

    Args:
        records: of each record its form, its key (the category of a grid's row) and its cells as stored.
    """
    forms: dict[str, _Gathered] = {}
    for form, row, cells in records:
        gathered = forms.setdefault(form, _Gathered())
        if row is not None and _may_be_key(row):
            gathered.rows.add(row)
        for column, value in cells.items():
            kinds = gathered.columns.setdefault(column, {"values": set(), "spread": set(), "currencies": set()})
            _gather(kinds, value, spread=True)
    return Used({key: gathered.finished() for key, gathered in forms.items()})


def _gather(kinds: dict[str, set[str]], value: object, *, spread: bool) -> None:
    if isinstance(value, str) and _may_be_key(value):
        kinds["values"].add(value)
    elif isinstance(value, Mapping) and "currency" in value:
        kinds["currencies"].add(str(value["currency"]))
    elif isinstance(value, Mapping) and spread and value != {"not_applicable": True}:
        for category, inner in value.items():
            kinds["spread"].add(category)
            _gather(kinds, inner, spread=False)


def _may_be_key(text: str) -> bool:
    return len(text) <= _LONGEST_KEY and _KEY.fullmatch(text) is not None
