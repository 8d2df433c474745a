"""What is reported: forms in a state, and their records of typed cells.

A record's cells are JSON, as `docs/data.md` describes it:

=========  =====================================================================
column     value
=========  =====================================================================
text, link text
count      whole number
decimal    text of the exact decimal, ``"4.25"``
money      ``{"amount": "1000.00", "currency": "BGN"}``
choice     the category's key
rating     the step's key in its scale
date       ``"2026-09-30"``
yes_no     ``true`` or ``false``
ref        the key of the record pointed to
=========  =====================================================================

A spread column holds an object, category → value. An empty cell is left out: it is missing. A cell
that does not apply holds ``{"not_applicable": true}``.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Cells = Mapping[str, Any]

NOT_APPLICABLE: Mapping[str, bool] = {"not_applicable": True}


def is_not_applicable(value: object) -> bool:
    """Tell whether a cell says that it does not apply."""
    return value == NOT_APPLICABLE


class FormState(StrEnum):
    """What a return says of a whole form."""

    REPORTED = "reported"
    NOTHING = "nothing_to_report"
    NOT_APPLICABLE = "not_applicable"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a form, as reported.

    `position` counts the form's records from 1; `key` is the category of a grid's row, or the value of a
    register's key column (`text_key`), none where there is neither.
    """

    position: int
    key: str | None
    cells: Cells


def text_key(text: str) -> str:
    """Give the form of a register's key under which rows are the same: case and spaces do not matter."""
    return " ".join(text.split()).casefold()


@dataclass(frozen=True, slots=True)
class ReportedForm:
    """One form of a return: its state and, where it was reported, its records."""

    state: FormState
    records: Sequence[Record] = ()


@dataclass(frozen=True, slots=True)
class ReturnContent:
    """All that one return says, form by form."""

    forms: Mapping[str, ReportedForm] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Count the records."""
        return sum(len(form.records) for form in self.forms.values())

    def canonical(self) -> str:
        """Write the content as JSON in one way only: the same content gives the same text."""
        return json.dumps(
            {
                key: {
                    "state": form.state.value,
                    "records": [[record.position, record.key, record.cells] for record in form.records],
                }
                for key, form in self.forms.items()
            },
            ensure_ascii=False,
            separators=(",", ":"),
            sort_keys=True,
        )

    @property
    def sha256(self) -> str:
        """The SHA-256 of `canonical`, in hexadecimal."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()
