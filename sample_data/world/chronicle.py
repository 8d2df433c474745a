"""When returns come in: on time, late, corrected, not yet approved, never."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from kpi.quarter import Quarter
from world.chance import dice
from world.members import ALL, Member

#: Returns that never came.
MISSING = frozenset(
    {
        ("SAS", Quarter(2024, 3)),
        ("KUH", Quarter(2025, 1)),
        ("BLK", Quarter(2025, 3)),
        ("SAS", Quarter(2026, 2)),
        ("ROD", Quarter(2026, 3)),
    }
)
#: Returns that came so many days after they were due.
LATE = {
    ("RSE", Quarter(2024, 1)): 47,
    ("NIS", Quarter(2024, 4)): 23,
    ("ISK", Quarter(2025, 2)): 38,
    ("PVL", Quarter(2026, 1)): 35,
    ("TRS", Quarter(2026, 3)): 4,
}
#: Returns that were corrected by a second revision, so many days after they were due.
CORRECTED = {("BGS", Quarter(2024, 2)): 65, ("OTV", Quarter(2025, 4)): 52}
#: Returns that are submitted and still wait for approval.
WAITING = frozenset({("KOL", Quarter(2026, 3))})

_DUE_DAYS = 30
_WEEKEND = 5


@dataclass(frozen=True)
class Arrival:
    """One revision of a return: when it was submitted, and when approved, if it was."""

    organisation: str
    quarter: Quarter
    revision: int
    submitted: datetime
    approved: datetime | None

    @property
    def file(self) -> str:
        """The name of its workbook."""
        return f"{self.quarter}_{self.organisation}{'' if self.revision == 1 else f'_{self.revision}'}.xlsx"


def reports(member: Member, quarter: Quarter) -> bool:
    """Tell whether an organisation hands in a return for a quarter at all."""
    return member.organisation.active_in(quarter) and (member.code, quarter) not in MISSING


def arrivals(members: dict[str, Member]) -> list[Arrival]:
    """Give every revision of every return, in the order in which they were submitted."""
    found = [
        one
        for quarter in ALL
        for member in members.values()
        if reports(member, quarter)
        for one in _of(member, quarter)
    ]
    return sorted(found, key=lambda one: (one.submitted, one.organisation))


def _of(member: Member, quarter: Quarter) -> list[Arrival]:
    whose, one = (member.code, quarter), dice("arrival", member.code, quarter)
    days = LATE.get(whose, one.choice((-14, -11, -9, -8, -6, -5, -4, -3, -2, -2, -1, -1, 0, 0, 1, 3)))
    submitted = _moment(quarter, days, one.randrange(8 * 60))
    approved = None if whose in WAITING else _later(submitted, one.randrange(2, 9), one.randrange(8 * 60))
    first = Arrival(*whose, 1, submitted, approved)
    if whose not in CORRECTED:
        return [first]
    again = _moment(quarter, CORRECTED[whose], one.randrange(8 * 60))
    return [first, Arrival(*whose, 2, again, _later(again, 3, one.randrange(8 * 60)))]


def _moment(quarter: Quarter, days: int, minutes: int) -> datetime:
    day = quarter.due(_DUE_DAYS) + timedelta(days=days)
    while day.weekday() >= _WEEKEND:
        day -= timedelta(days=1)
    return datetime.combine(day, time(7), UTC) + timedelta(minutes=minutes)


def _later(moment: datetime, days: int, minutes: int) -> datetime:
    day = moment.date() + timedelta(days=days)
    while day.weekday() >= _WEEKEND:
        day += timedelta(days=1)
    return datetime.combine(day, time(7), UTC) + timedelta(minutes=minutes)
