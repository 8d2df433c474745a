"""Tables of open data: fields with their meaning, rows, and how tables hang together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a field holds, as Table Schema names it."""

    TEXT = "string"
    WHOLE = "integer"
    NUMBER = "number"
    TRUTH = "boolean"
    DAY = "date"


@dataclass(frozen=True, slots=True)
class Field:
    """A column. `meaning` is a marked text; `among` are all values that it can have; `needed`: it is never empty."""

    name: str
    meaning: str
    kind: Kind = Kind.TEXT
    needed: bool = False
    among: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """That fields name a row of a table: of this very one where `table` is empty."""

    fields: tuple[str, ...]
    table: str
    there: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name, its marked title, its fields, its key, what it refers to, and its rows."""

    name: str
    title: str
    fields: Sequence[Field]
    key: tuple[str, ...]
    rows: Sequence[Mapping[str, object]]
    references: Sequence[Reference] = ()

    @property
    def names(self) -> list[str]:
        """The names of its columns."""
        return [field.name for field in self.fields]

    def cells(self) -> list[list[object]]:
        """Give the rows as they stand in a file: an empty cell for what there is not."""
        return [[_cell(row.get(name)) for name in self.names] for row in self.rows]


def _cell(value: object) -> object:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else value
