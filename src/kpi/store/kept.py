"""What is kept beside returns, thing by thing, to be held against what the log says of it.

A thing has a name that the log can tell as well: the number of an account or an action, the place of a remark among
those on the same return. What it says stands under the names of its table's columns, quarters as ordinals.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from kpi.quarter import Quarter
from kpi.store import tables
from kpi.store.rows import plain


class Kind(StrEnum):
    """What is kept."""

    ORGANISATION = "organisation"
    ACCOUNT = "person"
    LOCK = "quarter_lock"
    EXTENSION = "extension"
    REMARK = "comment"
    ANSWER = "resolution"
    ACTION = "action"
    NOTE = "indicator_note"


#: What things say, by kind and name.
Kept = Mapping[Kind, Mapping[str, Mapping[str, Any]]]


def kept(session: Session) -> Kept:
    """Give all that is kept beside returns."""
    codes = {row["id"]: row["code"] for row in plain(session, tables.Organisation)}
    return {
        Kind.ORGANISATION: {row["code"]: _without(row, "id", "code") for row in plain(session, tables.Organisation)},
        Kind.ACCOUNT: dict(_accounts(session, codes)),
        Kind.LOCK: numbered(
            (_quarter(row["quarter"]), _without(row, "id", "quarter")) for row in plain(session, tables.Lock)
        ),
        Kind.EXTENSION: {
            f"{codes.get(row['organisation_id'])} {_quarter(row['quarter'])}": _without(
                row, "organisation_id", "quarter"
            )
            for row in plain(session, tables.Extension)
        },
        Kind.REMARK: _remarks(session, codes),
        Kind.ANSWER: numbered(
            (_place(codes, row), _without(row, "id", "organisation_id", "quarter"))
            for row in plain(session, tables.Resolution)
        ),
        Kind.ACTION: {str(row["id"]): _without(row, "id") for row in plain(session, tables.Action)},
        Kind.NOTE: {str(row["id"]): _without(row, "id") for row in plain(session, tables.IndicatorNote)},
    }


def numbered(things: Iterable[tuple[Hashable, Mapping[str, Any]]]) -> dict[str, Mapping[str, Any]]:
    """Name things by where they belong and the how-manieth they are there."""
    count = Counter[Hashable]()
    found = {}
    for place, says in things:
        count[place] += 1
        found[f"{place} ({count[place]})"] = says
    return found


def sign_in_sha256(password: str | None, issuer: str | None, subject: str | None) -> str:
    """Seal by what an account is signed in to: nothing can be learned from it, and a change shows."""
    return hashlib.sha256(json.dumps([password, issuer, subject]).encode()).hexdigest()


def _accounts(session: Session, codes: Mapping[int, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    reports_for: dict[int, list[str]] = {}
    for row in plain(session, tables.PersonOrganisation):
        reports_for.setdefault(row["person_id"], []).append(codes.get(row["organisation_id"], "?"))
    for row in plain(session, tables.Person):
        says = _without(row, "id", "password", "issuer", "subject")
        says["organisations"] = sorted(reports_for.get(row["id"], []))
        says["sign_in_sha256"] = sign_in_sha256(row["password"], row["issuer"], row["subject"])
        yield str(row["id"]), says


def _remarks(session: Session, codes: Mapping[int, str]) -> dict[str, Mapping[str, Any]]:
    remarks = list(plain(session, tables.Comment))
    on = {
        row["id"]: f"{_place(codes, row)} {row['revision']}"
        for row in plain(session, tables.Returns, column="id", among_ids={row["return_id"] for row in remarks})
    }
    return numbered((on.get(row["return_id"], "?"), _without(row, "id", "return_id")) for row in remarks)


def _without(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def _place(codes: Mapping[int, str], row: Mapping[str, Any]) -> str:
    return f"{codes.get(row['organisation_id'])} {_quarter(row['quarter'])}"


def _quarter(ordinal: int) -> str:
    return str(Quarter.from_ordinal(ordinal))
