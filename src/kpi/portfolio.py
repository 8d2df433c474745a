"""The things that the programme is about, one by one: what is said of each now, was said before, and refers to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi import recall
from kpi.figures import APPROVED, Basis
from kpi.framework.model import ColumnType, FormTime, Framework
from kpi.installation import Installation
from kpi.quarter import Quarter, Window
from kpi.records import text_key
from kpi.registers import Entry, entries, histories
from kpi.store.drafts import StoredEvidence
from kpi.store.engine import reading

__all__ = ["StoredEvidence", "Thing", "referring", "thing"]


@dataclass(frozen=True, slots=True)
class Thing:
    """One row of the portfolio.

    `history` is what approved returns up to the window's end said of it, the oldest first; `referring` gives, form by
    form, the rows that point to it: of a stock those of the window's end, of a flow all since the programme's start.
    `evidence` is what was put behind any of these rows, each thing once, the latest first.
    """

    now: Entry
    history: Sequence[Entry]
    referring: Mapping[str, Sequence[Entry]]
    evidence: Sequence[tuple[Quarter, StoredEvidence]]


def referring(framework: Framework, form: str) -> Mapping[str, str]:
    """Give the forms with a column that points to a register, in their order: form → column."""
    return {
        key: name
        for key, one in framework.forms.items()
        for name, column in one.columns.items()
        if column.type is ColumnType.REF and column.form == form
    }


def thing(installation: Installation, now: Entry, window: Window, *, basis: Basis = APPROVED) -> Thing:
    """Give all that is known of a row of the portfolio at a window's end, to whoever may see its rows."""
    framework = installation.framework
    said = histories(installation, now.form, organisation=now.organisation).get((now.organisation, now.key or ""), ())
    since = Window.since(min(framework.programme.starts, window.last), window.last)
    pointing = {}
    for form, column in referring(framework, now.form).items():
        over = window if framework.forms[form].time is FormTime.STOCK else since
        rows = [
            one
            for one in entries(installation, form, over, basis=basis, organisation=now.organisation).entries
            if _points_to(one, column, now)
        ]
        if rows:
            pointing[form] = rows
    history = [one for one in said if one.quarter <= window.last]
    rows = [*history, now, *(one for each in pointing.values() for one in each)]
    return Thing(now, history, pointing, _behind(installation, rows))


def _behind(installation: Installation, rows: Sequence[Entry]) -> list[tuple[Quarter, StoredEvidence]]:
    """Give the evidence behind rows; what is there again, as it was last."""
    quarters = {(one.return_id, one.form, one.position): one.quarter for one in rows}
    returns = {one.return_id for one in rows}
    with reading(installation.engine) as session:
        every = recall.evidence(session, installation.framework, returns=returns)
    found = [(quarters[place], one) for one in every if (place := (one.return_id, one.form, one.position)) in quarters]
    found.sort(key=lambda each: each[0])
    last = {(one.file_id, one.link): (quarter, one) for quarter, one in found}
    return sorted(last.values(), key=lambda each: -each[0].ordinal)


def _points_to(one: Entry, column: str, now: Entry) -> bool:
    cell = one.cells.get(column)
    return isinstance(cell, str) and text_key(cell) == now.key
