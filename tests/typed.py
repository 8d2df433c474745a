"""Rows typed into drafts, cell by cell, as the form on the web does it."""

from collections.abc import Mapping
from datetime import datetime

from kpi.draft import Draft
from kpi.installation import Installation
from kpi.typing_in import type_cell


def type_row(  # noqa: PLR0913 (where, what, and what was there)
    installation: Installation,
    draft: Draft,
    form: str,
    row: str,
    cells: Mapping[str, str],
    *,
    at: datetime,
    seen: Mapping[str, str] | None = None,
) -> Draft:
    """Type what is new in a row; `seen` is what stood there, by field, where it was not empty."""
    there = seen or {}
    for field, text in cells.items():
        if text != there.get(field):
            draft = type_cell(
                installation,
                draft_id=draft.id,
                form=form,
                row=row,
                field_key=field,
                seen=there.get(field),
                text=text,
                at=at,
            )
    return draft
