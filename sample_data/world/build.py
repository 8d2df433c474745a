"""The whole world, and single returns of it."""

from dataclasses import dataclass

from kpi.framework.model import Framework
from kpi.intake.raw import RawCell, RawForm, RawReturn, RawRow
from kpi.records import FormState
from world import activity, money, people, steady, wording
from world.chronicle import CORRECTED, Arrival, arrivals
from world.members import Member, members
from world.rows import Row, Rows


@dataclass(frozen=True)
class World:
    """The organisations, what they have to tell, and when they tell it."""

    framework: Framework
    members: dict[str, Member]
    rows: Rows
    arrivals: list[Arrival]


def world(framework: Framework) -> World:
    """Make the world; the same one every time."""
    everybody, rows = members(), Rows()
    steady.write(rows, everybody, framework)
    people.write(rows, everybody, framework)
    activity.write(rows, everybody, framework)
    money.write(rows, everybody, framework)
    return World(framework, everybody, rows, arrivals(everybody))


def told(made: World, arrival: Arrival) -> RawReturn:
    """Give one return as its organisation types it."""
    member = made.members[arrival.organisation]
    words = wording.Words(made.framework, arrival.quarter, member.language, member.habit)
    asked = made.framework.asked_forms(member.organisation.attributes, arrival.quarter)
    forms = {}
    for key in asked:
        rows = made.rows.of(member.code, arrival.quarter, key)
        if rows and key == "access" and arrival.revision == 1 and (member.code, arrival.quarter) in CORRECTED:
            rows = [(rows[0][0], _mistyped(rows[0][1])), *rows[1:]]
        state = FormState.NOT_APPLICABLE if key in member.not_applicable else FormState.NOTHING
        forms[key] = RawForm(
            RawCell(words.state(FormState.REPORTED if rows else state)),
            [
                RawRow(position, {field: RawCell(value) for field, value in words.row(key, row).items()}, category)
                for position, (category, row) in enumerate(rows, 1)
            ],
        )
    return RawReturn(member.code, arrival.quarter, member.language, forms)


def _mistyped(row: Row) -> Row:
    """Type a digit twice, as the first revision of a corrected return does."""
    women = row["people.women"]
    return {**row, "people.women": int(f"{str(women)[0]}{women}")}
