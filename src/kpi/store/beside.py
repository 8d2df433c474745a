"""What a return rests on beside its records, and the hashes that seal it in the log.

The records have a hash of their own (`kpi.records.ReturnContent.sha256`). Everything else that is fixed when a return
is handed in is sealed part by part, so that the proof can name the part that does not fit.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from kpi.store import tables
from kpi.store.ids import among
from kpi.store.rows import plain


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a return's records, as plain values: what is sealed, part by part, and why it was sent back.

    `reasons` are by form, the return's as a whole under none; the log says them in full.
    """

    parts: Mapping[str, Any]
    reasons: Mapping[str | None, str] = field(default_factory=dict)

    @property
    def seals(self) -> dict[str, str]:
        """The SHA-256 of each part, as JSON in one way only."""
        return {name: _sha256(value) for name, value in self.parts.items()}


def seals(session: Session, *, return_id: int) -> dict[str, str]:
    """Give the hashes that seal what stands beside a return's records."""
    return beside(session, return_ids=[return_id])[return_id].seals


def beside(session: Session, *, return_ids: Collection[int]) -> dict[int, Beside]:
    """Give what stands beside the records of returns, by their ids."""
    forms: dict[int, list[dict[str, Any]]] = {return_id: [] for return_id in return_ids}
    for row in plain(session, tables.ReturnForm, column="return_id", among_ids=return_ids):
        forms[row["return_id"]].append(row)
    evidence: dict[int, list[dict[str, Any]]] = {return_id: [] for return_id in return_ids}
    for row in plain(session, tables.Evidence, column="return_id", among_ids=return_ids):
        evidence[row["return_id"]].append(row)
    heads = list(plain(session, tables.Returns, column="id", among_ids=return_ids))
    files = _files(session, {row["file_id"] for row in (*heads, *(one for each in evidence.values() for one in each))})
    checked_by = _frameworks(session, {row["framework_id"] for row in heads})
    return {
        head["id"]: _beside(head, forms[head["id"]], evidence[head["id"]], files, checked_by.get(head["framework_id"]))
        for head in heads
    }


def _beside(
    head: Mapping[str, Any],
    forms: Sequence[Mapping[str, Any]],
    evidence: Sequence[Mapping[str, Any]],
    files: Mapping[int | None, list[str]],
    framework: str | None,
) -> Beside:
    proofs = [
        [one["form"], one["position"], one["number"], one["name"], files.get(one["file_id"]), one["link"]]
        for one in evidence
    ]
    parts = {
        "attributes": head["attributes"],
        "evidence": sorted(proofs, key=lambda one: one[:3]),
        "explanations": head["explanations"],
        "file": files.get(head["file_id"]),
        "framework": framework,
        "notes": {"": head["note"], **{row["form"]: row["note"] for row in forms}},
        "origin": [head["channel"], head["language"], head["drafted_by"], _written(head["drafted_at"])],
        "typed": {row["form"]: row["typed"] for row in forms},
    }
    reasons = [(None, head["reason"]), *((row["form"], row["reason"]) for row in forms)]
    return Beside(parts, {form: reason for form, reason in reasons if reason is not None})


def _files(session: Session, ids: Collection[int | None]) -> dict[int | None, list[str]]:
    """Give of files what never changes, by their ids: hash, name and kind."""
    file = tables.File
    wanted = select(file.id, file.sha256, file.name, file.media_type).where(
        col(file.id).in_(among(session, {one for one in ids if one is not None}))
    )
    return {file_id: [sha256, name, kind] for file_id, sha256, name, kind in session.exec(wanted)}


def _frameworks(session: Session, ids: Collection[int]) -> dict[int | None, str]:
    wanted = select(tables.Framework.id, tables.Framework.sha256).where(
        col(tables.Framework.id).in_(among(session, ids))
    )
    return dict(session.exec(wanted).all())


def _written(at: object) -> object:
    return at.isoformat(timespec="microseconds") if isinstance(at, datetime) else at


def _sha256(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
