"""Amounts of money one by one, as they were reported and in the programme's currency: what a sum of them is made of.

They are made by the very function that makes the facts, so that together they are the figure, to the cent.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlmodel import Session

from kpi import recall
from kpi.figures import APPROVED, Basis
from kpi.framework.model import ColumnType, FormKind, Framework
from kpi.installation import Installation
from kpi.measure.facts import Part, of_row, parts_of
from kpi.measure.model import NOT_APPLICABLE, Coordinates
from kpi.measure.rows import Rows, day_of
from kpi.quarter import Window
from kpi.records import Record
from kpi.registers import Entry, entries
from kpi.store.drafts import StoredEvidence
from kpi.store.engine import reading

__all__ = ["Amount", "Entry", "StoredEvidence", "amounts"]


@dataclass(frozen=True, slots=True)
class Amount:
    """A row with an amount of money.

    `original` is in `currency`, of which `rate` make one of the programme's; `value` is what it is there, to the cent.
    `coordinates` are where it belongs, `pointed` the names of the rows that its refs point to, `evidence` the files
    and links behind it.
    """

    row: Entry
    day: date
    original: Decimal
    currency: str
    rate: Decimal | None
    value: Decimal
    coordinates: Coordinates
    pointed: Mapping[str, str]
    evidence: Sequence[StoredEvidence] = ()


def amounts(
    installation: Installation,
    indicator: str,
    window: Window,
    *,
    where: Mapping[str, str] | None = None,
    basis: Basis = APPROVED,
) -> list[Amount]:
    """Give the amounts that a sum of money is made of, the newest first, of those whose rows whoever asks may see.

    None where the indicator adds up no money of a register. Raises what `kpi.registers.entries` raises.
    """
    framework, part = installation.framework, parts_of(installation.framework, indicator)[0]
    rows = entries(installation, part.form, window, where=where, basis=basis).entries
    if not _lists_money(framework, part):
        return []
    returns = {row.return_id for row in rows}
    with reading(installation.engine) as session:
        names = _names(session, framework, part, returns)
        behind: dict[tuple[int, str, int], list[StoredEvidence]] = defaultdict(list)
        for each in recall.evidence(session, framework, returns=returns):
            behind[each.return_id, each.form, each.position].append(each)
    made = [one for row in rows if (one := _amount(framework, part, row, names, behind))]
    return sorted(made, key=lambda one: (one.day, one.row.organisation, one.row.position), reverse=True)


def _lists_money(framework: Framework, part: Part) -> bool:
    form = framework.forms[part.form]
    if part.column is None or form.kind is not FormKind.REGISTER:
        return False
    return form.columns[part.column].type is ColumnType.MONEY


def _names(
    session: Session, framework: Framework, part: Part, returns: Collection[int]
) -> dict[tuple[int, str, str], str]:
    """Give what the rows that refs point to are called: by return, form and key."""
    found: dict[tuple[int, str, str], str] = {}
    for form in {each.form for each in framework.forms[part.form].columns.values() if each.form is not None}:
        named_by = framework.forms[form].key
        for row in recall.rows(session, framework, form=form, returns=returns):
            if row.key is not None and named_by is not None and named_by in row.cells:
                found[row.return_id, form, row.key] = str(row.cells[named_by])
    return found


def _amount(
    framework: Framework,
    part: Part,
    row: Entry,
    names: Mapping[tuple[int, str, str], str],
    behind: Mapping[tuple[int, str, int], Sequence[StoredEvidence]],
) -> Amount | None:
    """Give what a row adds to the sum; nothing where it adds nothing."""
    record = Record(row.position, row.key, row.cells)
    facts = [each for each in of_row(framework, part, row.quarter, record) if NOT_APPLICABLE not in each.coordinates]
    original = _original(framework, part, row, record)
    if not facts or original is None:
        return None
    columns = framework.forms[part.form].columns
    day, (amount, currency) = day_of(columns[part.column or ""], record, row.quarter), original
    pointed = {
        key: names.get((row.return_id, each.form, str(row.cells[key])), str(row.cells[key]))
        for key, each in columns.items()
        if each.form is not None and isinstance(row.cells.get(key), str)
    }
    return Amount(
        row,
        day,
        amount,
        currency,
        framework.money.rate(currency, day) if framework.money else None,
        Decimal(sum(each.total for each in facts)).scaleb(-part.scale),
        facts[0].coordinates,
        pointed,
        behind.get((row.return_id, row.form, row.position), ()),
    )


def _original(framework: Framework, part: Part, row: Entry, record: Record) -> tuple[Decimal, str] | None:
    """Give what a row says was paid, and in which currency; the parts of one amount are in one currency."""
    rows = Rows(framework, framework.forms[part.form], row.quarter)
    said = [each for each in rows.values(record, part.column or "").values() if "currency" in each]
    if not said:
        return None
    return sum((Decimal(each["amount"]) for each in said), Decimal(0)), str(said[0]["currency"])
