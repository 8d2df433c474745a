"""Facts: what figures are summed from, derived from the records and rebuilt from them at will."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import ColumnElement, collate, delete, func, insert
from sqlmodel import Session, col, select

from kpi.measure.model import NOT_APPLICABLE, Cell, Coordinates, Fact
from kpi.quarter import Quarter
from kpi.store import tables
from kpi.store.ids import among


class StoredFact(NamedTuple):
    """A fact in words of its own, free of the ids of one database."""

    organisation: str
    quarter: Quarter
    revision: int
    part: str
    coordinates: str
    total: int
    n: int
    not_applicable: int


#: What stands in the place of a part or slice that is not there any more.
_GONE = "?"


class Derived(NamedTuple):
    """A fact of one return, as it is compared with what its records give. `quarter` is an ordinal."""

    quarter: int
    part: str
    coordinates: str
    total: int
    n: int
    not_applicable: int


def replace(session: Session, *, return_id: int, quarter: Quarter, facts: Iterable[Fact]) -> None:
    """Put these facts in the place of a return's.

    A part and slice may come once. Slices and parts are interned, so `session` must be a writing one, which is alone.
    """
    facts = list(facts)
    fact = tables.table(tables.Fact)
    session.execute(delete(fact).where(fact.c.return_id == return_id))
    if not facts:
        return
    parts = _intern(session, tables.Part, "key", {one.part for one in facts})
    slices = _intern(session, tables.Slice, "coordinates", {_written(one.coordinates) for one in facts})
    session.execute(
        insert(fact),
        [
            {
                "part_id": parts[one.part],
                "quarter": quarter.ordinal,
                "return_id": return_id,
                "slice_id": slices[_written(one.coordinates)],
                "total": one.total,
                "n": one.n,
                "not_applicable": one.not_applicable,
            }
            for one in facts
        ],
    )


def cells(
    session: Session,
    *,
    parts: Collection[str],
    returns: Collection[int],
    by_organisation: bool = False,
    by_quarter: bool = False,
) -> list[Cell]:
    """Sum these parts over these returns, by slice, and by organisation and quarter where asked.

    Exact whole numbers up to 2⁶³, ordered by part, coordinates, organisation and quarter.
    """
    fact, head, who = tables.Fact, tables.Returns, tables.Organisation
    keys = [col(fact.part_id), col(fact.slice_id)]
    if by_organisation:
        keys.append(col(head.organisation_id))
    if by_quarter:
        keys.append(col(fact.quarter))
    sums = (func.sum(fact.total), func.sum(fact.n), func.sum(fact.not_applicable))
    query = sa.select(*keys, *sums).where(*_of(session, parts, returns)).group_by(*keys)
    if by_organisation:
        query = query.join(head, col(head.id) == col(fact.return_id))
    rows = session.execute(query).all()
    if not rows:
        return []
    names = dict(session.exec(select(tables.Part.id, tables.Part.key)).all())
    written = _coordinates(session, {row[1] for row in rows})
    places = {slice_id: json.loads(text) for slice_id, text in written.items()}
    codes = dict(session.exec(select(who.id, who.code)).all()) if by_organisation else {}
    quarters = {ordinal: Quarter.from_ordinal(ordinal) for ordinal in {row[-4] for row in rows}} if by_quarter else {}
    found = []
    for row in rows:
        part_id, slice_id, *more, total, n, not_applicable = row
        organisation = codes[more[0]] if by_organisation else None
        ordinal = more[-1] if by_quarter else 0
        order = (names[part_id], written[slice_id], organisation or "", ordinal)
        # PostgreSQL's SUM of big whole numbers is a Decimal; it is a whole one.
        numbers = (int(total), int(n), int(not_applicable))
        found.append((order, Cell(names[part_id], places[slice_id], *numbers, organisation, quarters.get(ordinal))))
    return [cell for _, cell in sorted(found, key=itemgetter(0))]


def reporting(session: Session, *, parts: Collection[str], returns: Collection[int]) -> Mapping[str, frozenset[int]]:
    """Give, for each part, which of these returns say anything of it (zero and “not applicable” included)."""
    fact, part = tables.table(tables.Fact), tables.Part
    names = dict(session.exec(select(part.id, part.key)).all())
    found: dict[str, set[int]] = {key: set() for key in parts}
    query = sa.select(fact.c.part_id, fact.c.return_id).where(*_of(session, parts, returns)).distinct()
    for part_id, return_id in session.execute(query.execution_options(yield_per=5000)):
        found[names[part_id]].add(return_id)
    return {key: frozenset(ids) for key, ids in found.items()}


def all(session: Session) -> Iterator[StoredFact]:  # noqa: A001 (called as facts.all, it reads as what it is)
    """Give every fact in an order that is the same on every database."""
    fact, head, who, part, place = tables.Fact, tables.Returns, tables.Organisation, tables.Part, tables.Slice
    plain = "BINARY" if session.get_bind().dialect.name == "sqlite" else "C"
    rows = session.execute(
        sa.select(
            col(who.code),
            col(fact.quarter),
            col(head.revision),
            col(part.key),
            col(place.coordinates),
            col(fact.total),
            col(fact.n),
            col(fact.not_applicable),
        )
        .join(head, col(head.id) == col(fact.return_id))
        .join(who, col(who.id) == col(head.organisation_id))
        .join(part, col(part.id) == col(fact.part_id))
        .join(place, col(place.id) == col(fact.slice_id))
        .order_by(
            collate(col(who.code), plain),
            col(fact.quarter),
            col(head.revision),
            collate(col(part.key), plain),
            collate(col(place.coordinates), plain),
        )
        .execution_options(yield_per=5000)
    )
    return (StoredFact(code, Quarter.from_ordinal(quarter), *rest) for code, quarter, *rest in rows)


def derived(session: Session, *, return_ids: Collection[int]) -> dict[int, list[Derived]]:
    """Give the stored facts of several returns, by id; those whose part or slice is gone say so."""
    fact, part, place = tables.Fact, tables.Part, tables.Slice
    found: dict[int, list[Derived]] = {return_id: [] for return_id in return_ids}
    rows = session.execute(
        sa.select(
            col(fact.return_id),
            col(fact.quarter),
            sa.func.coalesce(col(part.key), _GONE),
            sa.func.coalesce(col(place.coordinates), _GONE),
            col(fact.total),
            col(fact.n),
            col(fact.not_applicable),
        )
        .outerjoin(part, col(part.id) == col(fact.part_id))
        .outerjoin(place, col(place.id) == col(fact.slice_id))
        .where(col(fact.return_id).in_(among(session, return_ids)))
    )
    for return_id, *rest in rows:
        found[return_id].append(Derived(*rest))
    return found


def of_returns(session: Session, *, return_ids: Collection[int]) -> dict[int, list[Fact]]:
    """Give the facts of several returns, by id."""
    places: dict[str, Mapping[str, str]] = {}
    found: dict[int, list[Fact]] = {}
    for return_id, several in derived(session, return_ids=return_ids).items():
        for one in several:
            if one.coordinates not in places:
                places[one.coordinates] = json.loads(one.coordinates)
        found[return_id] = [
            Fact(one.part, places[one.coordinates], one.total, one.n, one.not_applicable) for one in several
        ]
    return found


def totals(session: Session, *, return_ids: Collection[int]) -> dict[int, list[Fact]]:
    """Give the totals of several returns, by id: of each part what was said, apart from what does not apply."""
    fact, part = tables.Fact, tables.Part
    found: dict[int, list[Fact]] = {return_id: [] for return_id in return_ids}
    does_not = (col(fact.not_applicable) > 0).label("does_not_apply")
    sums = (func.sum(fact.total), func.sum(fact.n), func.sum(fact.not_applicable))
    rows = session.execute(
        sa.select(col(fact.return_id), col(part.key), does_not, *sums)
        .join(part, col(part.id) == col(fact.part_id))
        .where(col(fact.return_id).in_(among(session, return_ids)))
        .group_by(col(fact.return_id), col(part.key), does_not)
    )
    for return_id, key, apart, *numbers in rows:
        # PostgreSQL's SUM of big whole numbers is a Decimal; it is a whole one.
        found[return_id].append(Fact(key, {NOT_APPLICABLE: "yes"} if apart else {}, *map(int, numbers)))
    return found


def as_derived(quarter: Quarter, facts: Iterable[Fact]) -> Iterator[Derived]:
    """Give facts as they are stored for a quarter."""
    return (
        Derived(quarter.ordinal, one.part, _written(one.coordinates), one.total, one.n, one.not_applicable)
        for one in facts
    )


def returns_with_any(session: Session) -> set[int]:
    """Give the returns of which there are facts."""
    return set(session.exec(select(tables.Fact.return_id).distinct()))


def digest(session: Session) -> str:
    """Give the SHA-256 of all facts in `all`'s order: the same before and after they are rebuilt."""
    running = hashlib.sha256()
    for one in all(session):
        running.update(json.dumps([str(value) for value in one], ensure_ascii=False).encode())
    return running.hexdigest()


def _of(session: Session, parts: Collection[str], returns: Collection[int]) -> list[ColumnElement[bool]]:
    """Give the condition for the facts of these parts and returns, for the primary key: part, quarter, return.

    Nearly all returns of a quarter are wanted, so its facts are read in one piece. The sum with 0 keeps SQLite from
    looking up each return in each quarter instead, most of them in vain.
    """
    fact, head, part = tables.Fact, tables.Returns, tables.Part
    chosen = among(session, returns)
    part_ids = session.exec(select(part.id).where(col(part.key).in_(parts))).all()
    quarters = session.exec(select(head.quarter).where(col(head.id).in_(chosen)).distinct()).all()
    return [
        col(fact.part_id).in_(part_ids),
        col(fact.quarter).in_(quarters),
        (col(fact.return_id) + 0).in_(chosen),
    ]


def _written(coordinates: Coordinates) -> str:
    return json.dumps(dict(coordinates), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _intern(
    session: Session, model: type[tables.Part] | type[tables.Slice], name: str, texts: Collection[str]
) -> dict[str, int]:
    """Give the ids of texts that are kept once each, adding those that are new."""
    bare = tables.table(model)
    known = {text: row_id for row_id, text in session.execute(select(bare.c.id, bare.c[name]))}
    new = sorted(set(texts) - known.keys())
    if new:
        session.execute(insert(bare), [{name: text} for text in new])
        known = {text: row_id for row_id, text in session.execute(select(bare.c.id, bare.c[name]))}
    return known


def _coordinates(session: Session, slice_ids: Collection[int]) -> dict[int, str]:
    """Give the coordinates of slices as they are written."""
    place = tables.Slice
    rows = session.exec(select(place.id, place.coordinates).where(col(place.id).in_(among(session, slice_ids))))
    return {slice_id: text for slice_id, text in rows if slice_id is not None}
