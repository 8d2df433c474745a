"""Acts of others that were brought about: when each happened, and how far it has come since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kpi.figures import APPROVED, Basis
from kpi.framework.model import ColumnType, Form, FormTime
from kpi.installation import Installation
from kpi.quarter import Quarter, Window
from kpi.registers import Entry, entries, histories, whose

__all__ = ["Act", "Acts", "acts"]


@dataclass(frozen=True, slots=True)
class Act:
    """An act; `on` is its day where its row tells one, `since` the quarter of the return that first told of it.

    `course` are its former rows and the present one, the oldest first, each where a choice became another one.
    """

    entry: Entry
    on: date | None
    since: Quarter
    course: Sequence[Entry]

    @property
    def when(self) -> date:
        """The day by which acts are put in order: its own, else the end of its quarter."""
        return self.on or self.since.ends


@dataclass(frozen=True, slots=True)
class Acts:
    """The acts that are known at a quarter's end, the latest first.

    `lacks` gives by form the dimension of the filter that its rows do not tell.
    """

    acts: Sequence[Act]
    lacks: Mapping[str, str]


def acts(
    installation: Installation,
    until: Quarter,
    *,
    where: Mapping[str, str] | None = None,
    basis: Basis = APPROVED,
) -> Acts:
    """Give the acts from the programme's start to a quarter's end; of what goes on, those that stand then."""
    whose(installation.who)
    framework, page = installation.framework, installation.framework.pages.influence
    if page is None:
        return Acts((), {})
    window, found, lacks = Window.since(min(framework.programme.starts, until), until), [], {}
    for key in page.forms:
        listed = entries(installation, key, window, where=where, basis=basis)
        if listed.lacks is not None:
            lacks[key] = listed.lacks
        form = framework.forms[key]
        known = histories(installation, key) if form.key and form.time is FormTime.STOCK else {}
        found += [_act(form, one, known.get((one.organisation, one.key or ""), ())) for one in listed.entries]
    return Acts(sorted(found, key=lambda one: (-one.when.toordinal(), one.entry.organisation)), lacks)


def _act(form: Form, entry: Entry, history: Sequence[Entry]) -> Act:
    dates = (
        entry.cells.get(name) for name, one in form.columns.items() if one.type is ColumnType.DATE and one.happened
    )
    on = next((date.fromisoformat(cell) for cell in dates if isinstance(cell, str)), None)
    rows = [*(one for one in history if one.quarter < entry.quarter), entry]
    choices = [name for name, one in form.columns.items() if one.type is ColumnType.CHOICE]
    course = [
        one
        for at, one in enumerate(rows)
        if at == 0 or any(one.cells.get(name) != rows[at - 1].cells.get(name) for name in choices)
    ]
    return Act(entry, on, rows[0].quarter, course)
