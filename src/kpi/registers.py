"""The rows of registers that count in a window: those of the very returns that its figures are made of.

Whoever may see the rows of every organisation gets all of them; whoever reports gets those of their own.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from kpi import recall
from kpi.access import Deed, NotPermittedError, Person, allow, may
from kpi.figures import APPROVED, Basis
from kpi.framework.model import ColumnType, Framework
from kpi.installation import Installation
from kpi.language import Text
from kpi.measure.disaggregation import attributes, category_of
from kpi.measure.model import FormReport, Organisation
from kpi.measure.needs import belongs
from kpi.measure.selection import select
from kpi.quarter import Quarter, Window
from kpi.records import Cells
from kpi.store.engine import reading
from kpi.store.model import StoredRecord

__all__ = ["Entry", "Listed", "counted", "entries", "histories", "told_by", "whose"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as an organisation reported it; `name` is the organisation's, `quarter` its return's.

    `carried`: it is an older position, which stands in for the end of the window.
    """

    organisation: str
    name: Text
    quarter: Quarter
    form: str
    key: str | None
    position: int
    cells: Cells
    return_id: int
    carried: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows that count, by organisation and as they were reported.

    None where `lacks` names a dimension of the filter that neither the form nor the organisations tell.
    """

    entries: Sequence[Entry]
    lacks: str | None = None


def whose(who: Person) -> Collection[str] | None:
    """Give the organisations whose rows somebody may see, none for all; refuse whoever may see none."""
    if may(who, Deed.SEE_ROWS):
        return None
    own = frozenset(code for code in who.organisations if may(who, Deed.REPORT, organisation=code))
    if not own:
        raise NotPermittedError(who, Deed.SEE_ROWS)
    return own


def entries(  # noqa: PLR0913 (each narrows the list)
    installation: Installation,
    form: str,
    window: Window,
    *,
    where: Mapping[str, str] | None = None,
    basis: Basis = APPROVED,
    organisation: str | None = None,
) -> Listed:
    """Give the rows of a register that count in a window and that whoever asks may see, of one organisation or all."""
    own = whose(installation.who)
    if basis.provisional:
        allow(installation.who, Deed.SEE_WAITING)
    with reading(installation.engine) as session:
        found = counted(
            session, installation.framework, form, window, where=where or {}, basis=basis, organisation=organisation
        )
    if own is None:
        return found
    return Listed([one for one in found.entries if one.organisation in own], found.lacks)


def counted(  # noqa: PLR0913 (each narrows the list)
    session: Session,
    framework: Framework,
    form: str,
    window: Window,
    *,
    where: Mapping[str, str],
    basis: Basis = APPROVED,
    organisation: str | None = None,
) -> Listed:
    """Give the rows of a register that count in a window, of one organisation or all, whoever asks."""
    there = {*told_by(framework, form), *attributes(framework)}
    lacks = next((dimension for dimension in where if dimension not in there), None)
    if lacks is not None:
        return Listed((), lacks)
    known = {one.code: one for one in recall.organisations(session, framework)}
    since = window.first + -framework.rules.carried_quarters
    reports = recall.reports(session, framework, basis=basis, form=form, since=since, until=window.last)
    selection = select(framework, form, window, organisations=known.values(), reports=reports)
    counting = {report.return_id: report for report in selection.reports}
    found = [
        _entry(framework, row, known.get(row.organisation), carried=row.organisation in selection.carried)
        for row in recall.rows(session, framework, form=form, organisation=organisation, returns=counting)
        if _lies_in(framework, row, counting[row.return_id], known, where)
    ]
    return Listed(sorted(found, key=lambda one: (one.organisation, one.quarter, one.position)))


def histories(
    installation: Installation, form: str, *, organisation: str | None = None
) -> Mapping[tuple[str, str], Sequence[Entry]]:
    """Give what approved returns said of each row of a register with a key, by organisation and key, oldest first."""
    own = whose(installation.who)
    if organisation is not None and own is not None and organisation not in own:
        raise NotPermittedError(installation.who, Deed.SEE_ROWS)
    with reading(installation.engine) as session:
        known = {one.code: one for one in recall.organisations(session, installation.framework)}
        rows = recall.rows(session, installation.framework, form=form, organisation=organisation)
    found: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for row in rows:
        if row.key is not None and (own is None or row.organisation in own):
            found[row.organisation, row.key].append(_entry(installation.framework, row, known.get(row.organisation)))
    return found


def told_by(framework: Framework, form: str) -> Mapping[str, str]:
    """Give the dimensions that a register's choices tell, with those above them: → column."""
    found: dict[str, str] = {}
    for name, column in framework.forms[form].columns.items():
        if column.type is ColumnType.CHOICE and column.dimension is not None:
            for dimension in (column.dimension, *framework.above(column.dimension)):
                found.setdefault(dimension, name)
    return found


def _entry(
    framework: Framework, row: StoredRecord, organisation: Organisation | None, *, carried: bool = False
) -> Entry:
    name = organisation.name if organisation else dict.fromkeys(framework.languages, row.organisation)
    return Entry(
        row.organisation, name, row.quarter, row.form, row.key, row.position, row.cells, row.return_id, carried
    )


def _lies_in(
    framework: Framework,
    row: StoredRecord,
    report: FormReport,
    known: Mapping[str, Organisation],
    where: Mapping[str, str],
) -> bool:
    """Tell whether a row lies in the categories meant: as its choices say, else as its organisation was then."""
    columns, own = told_by(framework, row.form), framework.forms[row.form].columns
    told = {str(own[name].dimension): cell for name in columns.values() if isinstance(cell := row.cells.get(name), str)}
    then = report.attributes or (known[row.organisation].attributes if row.organisation in known else {})
    return all(
        category_of(framework, dimension, told) == category
        if dimension in columns
        else belongs(framework, dimension, then) == category
        for dimension, category in where.items()
    )
