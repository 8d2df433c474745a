"""The rows that a figure is made of, all at once, with what each adds to it.

They are read by the very function that makes the facts, so that together they are the figure. Whoever may see the rows
of every organisation gets all of them; whoever reports gets those of their own; others none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kpi import recall
from kpi.access import Deed, allow
from kpi.answers import selections
from kpi.figures import APPROVED, Basis
from kpi.framework.model import Framework
from kpi.installation import Installation
from kpi.measure.facts import Part, of_row, parts_of
from kpi.measure.measure import limited
from kpi.measure.model import NOT_APPLICABLE, Cell
from kpi.measure.needs import Question, needs
from kpi.records import Record
from kpi.registers import whose
from kpi.store.engine import reading
from kpi.store.model import StoredRecord

__all__ = ["Behind", "behind"]


@dataclass(frozen=True, slots=True)
class Behind:
    """The rows of a form that one part of a figure is made of: its numerator, or its denominator.

    `adds` is what each adds to it, in the order of the rows; `carried` are the returns that stand in for later ones,
    `others` the rows of the same returns that their columns may point to.
    """

    part: Part
    rows: Sequence[StoredRecord]
    adds: Sequence[Fraction]
    carried: frozenset[int]
    others: Sequence[StoredRecord]


def behind(installation: Installation, question: Question, *, today: date, basis: Basis = APPROVED) -> list[Behind]:
    """Give the rows that a figure is made of, for each of its parts, of those that whoever asks may see."""
    own = whose(installation.who)
    if basis.provisional:
        allow(installation.who, Deed.SEE_WAITING)
    framework = installation.framework
    found = []
    with reading(installation.engine) as session:
        need = needs(framework, question, selections(session, framework, [question], today=today, basis=basis))
        if need.lacks is not None:
            return []
        for part in parts_of(framework, question.indicator):
            selection = need.scope.selections[part.key]
            there = recall.rows(session, framework, returns=selection.returns)
            mine = [row for row in there if own is None or row.organisation in own]
            counted = [(row, adds) for row in mine if (adds := _adds(framework, question, part, row)) is not None]
            carried = frozenset(row.return_id for row in mine if row.organisation in selection.carried)
            others = [row for row in mine if row.form in _pointed(framework, part)]
            found.append(Behind(part, [row for row, _ in counted], [adds for _, adds in counted], carried, others))
    return found


def _adds(framework: Framework, question: Question, part: Part, row: StoredRecord) -> Fraction | None:
    """Give what a row adds to a part; none where it does not count for it, or not under the filter."""
    if row.form != part.form:
        return None
    facts = of_row(framework, part, row.quarter, Record(row.position, row.key, row.cells))
    cells = [
        Cell(one.part, one.coordinates, one.total, one.n) for one in facts if NOT_APPLICABLE not in one.coordinates
    ]
    kept = limited(framework, question, cells)
    return Fraction(sum(cell.total for cell in kept), 10**part.scale) if kept else None


def _pointed(framework: Framework, part: Part) -> set[str]:
    """Give the forms that a part's columns point to, and its own."""
    columns = framework.forms[part.form].columns.values()
    return {part.form, *(column.form for column in columns if column.form is not None)}
