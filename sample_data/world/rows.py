"""A return before it is put into words: forms, their rows, and values in the framework's own terms.

A choice is its category's key, a rating a whole number, yes or no a bool, money a `Decimal` with its currency beside
it. `NOT_APPLICABLE` says that a cell does not apply.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from kpi.quarter import Quarter

NOT_APPLICABLE = object()
#: A row's values by the framework's field.
Row = Mapping[str, object]


@dataclass(frozen=True)
class Rows:
    """The rows of every return, by organisation, quarter and form. A grid's row stands under its category's key."""

    _rows: dict[tuple[str, Quarter, str], list[tuple[str | None, Row]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, organisation: str, quarter: Quarter, form: str, row: Row, key: str | None = None) -> None:
        """Add a row."""
        self._rows[organisation, quarter, form].append((key, row))

    def of(self, organisation: str, quarter: Quarter, form: str) -> list[tuple[str | None, Row]]:
        """Give a form's rows in a return, with the keys of a grid's."""
        return self._rows.get((organisation, quarter, form), [])
