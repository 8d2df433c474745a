"""What a return would say in figures, before it is handed in: beside the last revision, and the quarter before.

Nothing here changes the store.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from kpi import recall
from kpi.access import Deed, allow
from kpi.framework.model import Framework
from kpi.installation import Installation
from kpi.measure.model import State
from kpi.measure.single import Key, values_of
from kpi.measure.values import Value
from kpi.quarter import QUARTERS_A_YEAR, Quarter
from kpi.records import ReturnContent
from kpi.revisions import standing
from kpi.store.engine import reading
from kpi.store.model import StoredReturn

_NOTHING = Value(State.MISSING)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of one organisation's quarter; of the whole (`slice` none), or of a dimension's category.

    `now` is what the return says, `revised` what the revision said that stands now, `before` what was last said of it,
    in `before_in`: the quarter before or, where the form is due more rarely, the last one in which it was.
    """

    indicator: str
    slice: tuple[str, str] | None
    now: Value
    revised: Value
    before: Value
    before_in: Quarter

    @property
    def is_changed(self) -> bool:
        """Tell whether it would be another figure than the one that stands now."""
        return self.now != self.revised


@dataclass(frozen=True, slots=True)
class Preview:
    """All figures of a return that say something.

    `revision` is the one they stand beside, where there is one: the one that stands now or, of a return that was handed
    in, an earlier one.
    """

    revision: StoredReturn | None
    figures: Sequence[Figure]

    @property
    def totals(self) -> list[Figure]:
        """Keep the figures of the whole."""
        return [one for one in self.figures if one.slice is None]


def preview_of(installation: Installation, *, organisation: str, quarter: Quarter, content: ReturnContent) -> Preview:
    """Say an organisation's figures for a quarter as they would be, beside those that stand and those before.

    Of every indicator its total and its slices by each of its dimensions, in that order.
    """
    allow(installation.who, Deed.REPORT, organisation=organisation)
    with reading(installation.engine) as session:
        newest = standing(session, organisation, quarter)
        return compared(
            session,
            installation.framework,
            organisation=organisation,
            quarter=quarter,
            content=content,
            revision=newest,
        )


def compared(  # noqa: PLR0913 (what is compared with what)
    session: Session,
    framework: Framework,
    *,
    organisation: str,
    quarter: Quarter,
    content: ReturnContent,
    revision: StoredReturn | None,
) -> Preview:
    """Say an organisation's figures beside those of a revision, and those of the quarter before."""
    said = recall.content(session, framework, return_id=revision.id) if revision else ReturnContent()
    when = {key: _last_due(framework, key, quarter) for key in framework.indicators}
    earlier = {one: _values(session, framework, organisation, one) for one in set(when.values())}
    now, revised = values_of(framework, quarter, content), values_of(framework, quarter, said)
    places = dict.fromkeys([*now, *revised])
    told = [
        Figure(
            *place,
            now.get(place, _NOTHING),
            revised.get(place, _NOTHING),
            earlier[when[place[0]]].get(place, _NOTHING),
            when[place[0]],
        )
        for place in places
    ]
    return Preview(revision, [one for one in told if any(map(says, (one.now, one.revised, one.before)))])


def says(value: Value) -> bool:
    """Tell whether a value says something: a number, or that there can be none."""
    return value.value is not None or value.state is State.NOT_APPLICABLE


def _last_due(framework: Framework, indicator: str, quarter: Quarter) -> Quarter:
    """Give the last quarter before this one in which all of an indicator's forms were due; else the one before."""
    forms = [framework.forms[key] for key in framework.indicators[indicator].forms]
    for back in range(1, QUARTERS_A_YEAR + 1):
        if all(form.due.in_quarter(quarter + -back) for form in forms):
            return quarter + -back
    return quarter + -1


def _values(session: Session, framework: Framework, organisation: str, quarter: Quarter) -> Mapping[Key, Value]:
    found = standing(session, organisation, quarter)
    if found is None:
        return {}
    return values_of(framework, quarter, recall.content(session, framework, return_id=found.id))
