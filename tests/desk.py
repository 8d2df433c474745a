"""A small programme at work: two organisations that report, people who review, what they do in one line each.

`tests/data/frameworks/small.yaml` is its framework. A return says how many women (and, of projects, which) there were;
the days are those of 2026, in which nobody has to wait.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

from kpi import drafts, typing_in
from kpi.access import OPERATOR, Person, Role
from kpi.adoption import adopt
from kpi.draft import Draft
from kpi.framework.load import load_file
from kpi.installation import Installation
from kpi.measure.model import Organisation
from kpi.organisations import list_organisations
from kpi.quarter import Quarter
from kpi.returns import StoredReturn, approve
from kpi.submission import submit_draft, warnings
from typed import type_row

SMALL = Path(__file__).parent / "data" / "frameworks" / "small.yaml"
Q1, Q2, Q3 = (Quarter(2026, number) for number in (1, 2, 3))
TODAY = date(2026, 10, 1)
BEGIN = datetime(2026, 10, 1, 8, tzinfo=UTC)

ANN = Person("Ann", Role.REPORTER, "ann@a.example", 1, frozenset({"A"}))
BOB = Person("Bob", Role.REPORTER, "bob@b.example", 2, frozenset({"B"}))
MIA = Person("Mia", Role.MANAGER, "mia@core.example", 3)
MAX = Person("Max", Role.MANAGER, "max@core.example", 4)
ADA = Person("Ada", Role.ADMINISTRATOR, "ada@core.example", 6)
EVE = Person("Eve", Role.VIEWER, "eve@fund.example", 5)

A = Organisation("A", {"en": "Alpha", "bg": "Алфа"}, {"type": "ngo"}, Quarter(2024, 1))
B = Organisation("B", {"en": "Beta", "bg": "Бета"}, {"type": "town"}, Quarter(2024, 1))

_minutes = count(1)


def moment() -> datetime:
    """The next minute: no two things happen at once."""
    return BEGIN + timedelta(minutes=next(_minutes))


def at_work(engine) -> Installation:
    """An installation with both organisations, as its operator sees it."""
    loaded = load_file(SMALL)
    found = Installation(loaded.framework, loaded.yaml, engine, OPERATOR)
    adopt(found, by="kpi", at=moment())
    list_organisations(found, [A, B], by="kpi", at=moment())
    return found


def begun(here: Installation, code: str, quarter: Quarter) -> Draft:
    return drafts.begin(here, organisation=code, quarter=quarter, language="en", today=TODAY, at=moment())


def typed(here: Installation, draft: Draft, women: int, *, course="First aid", project: str | None = None) -> Draft:
    """One course that all passed; nothing else but, where it is named, a project."""
    row = draft.typed["training"].rows[0].id if draft.typed["training"].rows else "r1"
    cells = {"course": course, "district": "Vidin"}
    cells |= {
        f"{column}.{one}": str(women if one == "women" else 0)
        for column in ("enrolled", "successful")
        for one in ("women", "men", "unknown")
    }
    draft = _row(here, draft, "training", row, cells)
    if project is not None:
        there = draft.typed["projects"].rows
        draft = _row(here, draft, "projects", there[0].id if there else "p1", {"name": project, "quality": "4 – High"})
    for one in draft.typed["projects"].rows if project is None else ():
        draft = typing_in.remove_row(here, draft_id=draft.id, form="projects", row=one.id, at=moment())
    empty = ["funding", "opinion"] if project is not None else ["funding", "opinion", "projects"]
    for form in empty:
        draft = _say(here, draft, form, "nothing")
    for form in {"training", "funding", "opinion", "projects"} - set(empty):
        draft = _say(here, draft, form, "reported")
    return draft


def _row(here, draft, form, row, cells):
    there = draft.typed[form].row(row)
    seen = {key: typing_in.typing.shown(there.cells.get(key), "en") for key in cells} if there else None
    return type_row(here, draft, form, row, cells, seen=seen, at=moment())


def _say(here, draft, form, state):
    seen = draft.typed[form].state
    return typing_in.say_state(here, draft_id=draft.id, form=form, seen=seen, state=state, at=moment())


def handed_in(here: Installation, draft: Draft) -> StoredReturn:
    looked = drafts.look(here, draft)
    return submit_draft(
        here,
        draft_id=draft.id,
        version=draft.head.version,
        touched_at=draft.touched_at,
        explanations={looked.name_of(one): "It is so." for one in warnings(looked)},
        at=moment(),
    )


def reported(here: Installation, who: Person, code: str, quarter: Quarter, women: int, **more) -> StoredReturn:
    """Somebody reports so many women, from the draft to its submission."""
    theirs = here.asked_by(who)
    return handed_in(theirs, typed(theirs, begun(theirs, code, quarter), women, **more))


def approved(here: Installation, waiting: StoredReturn, by: Person = MIA) -> StoredReturn:
    return approve(here.asked_by(by), return_id=waiting.id, by=by.signature, at=moment())


def settled(here: Installation, who: Person, code: str, quarter: Quarter, women: int, **more) -> StoredReturn:
    """A return that is reported and approved."""
    return approved(here, reported(here, who, code, quarter, women, **more))


def renamed(person: Person, name: str) -> Person:
    return replace(person, name=name)
