"""A reporter's quarter on the Centre's framework: Ana reports for SDA, Rada for RSE; Mia and Max are the core team."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count

from filled import CENTRE
from filling import fill
from kpi import drafts, incoming, offline
from kpi.access import OPERATOR, Person, Role
from kpi.adoption import adopt
from kpi.draft import Draft
from kpi.framework.load import load_file
from kpi.installation import Installation
from kpi.intake.reader import Reader
from kpi.organisations import list_organisations
from kpi.quarter import Quarter
from kpi.returns import StoredReturn
from kpi.submission import submit_draft, warnings
from showing import RSE, SDA

DAY = date(2025, 11, 3)
Q3, Q4 = Quarter(2025, 3), Quarter(2025, 4)
ANA = Person("Ana", Role.REPORTER, "ana@sda.example", organisations=frozenset({"SDA"}))
RADA = Person("Rada", Role.REPORTER, "rada@rse.example", organisations=frozenset({"RSE"}))
MIA = Person("Mia", Role.MANAGER, "mia@core.example")
MAX = Person("Max", Role.MANAGER, "max@core.example")
EVE = Person("Eve", Role.VIEWER, "eve@fund.example")

COURSE = {
    "course": "Първа помощ",
    "ended_on": date(2025, 10, 15),
    "course_kind": "Онлайн курс",
    "theme": "Борба с бедността",
    "district": "Бургас",
    "programme": "Направление „Заетост и социални иновации“ (ЕСФ+)",
    **{f"enrolled.{one}": number for one, number in (("women", 12), ("men", 3), ("non_binary", 0), ("not_stated", 0))},
    **{
        f"successful.{one}": number for one, number in (("women", 10), ("men", 3), ("non_binary", 0), ("not_stated", 0))
    },
}
#: A course that ended in the quarter before: taken, but a word of explanation is asked for.
ODD = {**COURSE, "ended_on": date(2025, 9, 20)}
FAULTY = {**COURSE, "successful.women": 40, "district": "Бургаз"}

_minutes = count(1)


_loaded = cache(lambda: load_file(CENTRE))


def moment() -> datetime:
    """The next minute: no two things happen at once."""
    return datetime(2025, 11, 3, 8, tzinfo=UTC) + timedelta(minutes=next(_minutes))


def at_work(engine) -> Installation:
    """An installation with both organisations, as its operator sees it."""
    loaded = _loaded()
    found = Installation(loaded.framework, loaded.yaml, engine, OPERATOR)
    adopt(found, by="kpi", at=moment())
    list_organisations(found, [SDA, RSE], by="kpi", at=moment())
    return found


def workbook(here: Installation, *courses, quarter=Q4, organisation="SDA", language="bg") -> bytes:
    """A workbook that reports courses, and nothing else."""
    empty = incoming.template_for(
        here, organisation=organisation, quarter=quarter, language=language, today=quarter.ends
    )
    return fill(empty, {"training": courses} if courses else {})


def read(here: Installation, file: bytes, name="SDA.xlsx"):
    with Reader() as reader:
        return incoming.read(here, name=name, file=file, reader=reader, today=DAY)


def taken(here: Installation, *courses, **more) -> Draft:
    """A workbook as a draft."""
    return offline.take_workbook(here, read(here, workbook(here, *courses, **more)), today=DAY, at=moment())


def handed_in(here: Installation, draft: Draft, **more) -> StoredReturn:
    """A draft handed in as it stands, everything odd explained."""
    looked = drafts.look(here, draft)
    asked = {
        "version": draft.head.version,
        "touched_at": draft.touched_at,
        "explanations": {looked.name_of(one): "Свърши по-рано." for one in warnings(looked)},
        **more,
    }
    return submit_draft(here, draft_id=draft.id, at=moment(), **asked)
