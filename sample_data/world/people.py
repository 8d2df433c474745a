"""People: those with access, the underserved, volunteers, survey answers, improved status."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from kpi.framework.model import Framework
from kpi.quarter import Quarter
from world import plan
from world.chance import by_gender, dice, shared
from world.chronicle import reports
from world.members import ALL, Member
from world.rows import Rows

_LEAST, _MOST = Decimal(1), Decimal(5)


def write(rows: Rows, members: Mapping[str, Member], framework: Framework) -> None:
    """Write the grids of every return."""
    for quarter in ALL:
        active = [one for one in members.values() if one.organisation.active_in(quarter)]
        _standing(rows, active, framework, quarter)
        _involved(rows, active, framework, quarter)
        _answers(rows, active, framework, quarter)
        _improved(rows, active, framework, quarter)


def _asked(active: list[Member], framework: Framework, form: str, quarter: Quarter) -> dict[str, float]:
    """Give those asked for a form, by code, with their size, a little uneven from quarter to quarter."""
    return {
        one.code: one.people * dice(form, one.code, quarter.year).uniform(0.94, 1.06)
        for one in active
        if one.people and one.asked(framework, form, quarter)
    }


def _standing(rows: Rows, active: list[Member], framework: Framework, quarter: Quarter) -> None:
    """Spread those with access over regions, the underserved over groups."""
    for form, total in (("access", plan.ACCESS[quarter]), ("underserved", plan.UNDERSERVED[quarter])):
        for member, people in shared(total, _asked(active, framework, form, quarter)).items():
            one = next(each for each in active if each.code == member)
            if not reports(one, quarter):
                continue
            weights = one.rows if form == "access" else one.groups
            for key, part in shared(people, weights).items():
                if part:
                    _people(rows, one, quarter, form, key, part)


def _people(rows: Rows, member: Member, quarter: Quarter, form: str, key: str, people: int) -> None:  # noqa: PLR0913, PLR0917 (one row of a grid)
    # The split is drawn once a year: people do not change their gender with the quarter.
    split = by_gender(people, member.women, form, member.code, key, quarter.year)
    rows.add(member.code, quarter, form, {f"people.{gender}": number for gender, number in split.items()}, key)


def _involved(rows: Rows, active: list[Member], framework: Framework, quarter: Quarter) -> None:
    weights = {
        one.code: (one.people + 2) * dice("involved", one.code, quarter).uniform(0.6, 1.4)
        for one in active
        if one.asked(framework, "participation", quarter) and reports(one, quarter)
    }
    for code, people in shared(plan.INVOLVED[quarter], weights).items():
        member = next(one for one in active if one.code == code)
        volunteers = round(people * dice("volunteers", code).uniform(0.3, 0.6))
        for key, number in (("volunteers", volunteers), ("participants", people - volunteers)):
            split = by_gender(number, member.women, "involved", code, key, quarter)
            rows.add(code, quarter, "participation", {f"people.{one}": n for one, n in split.items()}, key)


def _answers(rows: Rows, active: list[Member], framework: Framework, quarter: Quarter) -> None:
    """Write the surveys; clients are a little more content than the community."""
    for member in active:
        if not member.asked(framework, "satisfaction", quarter) or not reports(member, quarter):
            continue
        liking = dice("liking", member.code).uniform(-0.18, 0.18)
        for key, size, more in (("client", 17, 0.06), ("community", 11, -0.09)):
            one = dice("answers", member.code, quarter, key)
            asked = round(size * one.uniform(0.8, 1.3) + member.people)
            answered = round(asked * plan.RESPONSE[quarter] * one.uniform(0.9, 1.1))
            split = by_gender(answered, member.women, "answers", member.code, key, quarter)
            mean = plan.SCORE[quarter] + liking + more
            row: dict[str, object] = {"asked": asked}
            row |= {f"answered.{gender}": number for gender, number in split.items()}
            row |= dict(_scores(mean, split, one.uniform(-0.05, 0.05)))
            rows.add(member.code, quarter, "satisfaction", row, key)


def _scores(mean: float, split: Mapping[str, int], slant: float) -> Iterator[tuple[str, Decimal]]:
    for gender, number in split.items():
        if number:
            score = Decimal(str(mean + (slant if gender == "women" else -slant))).quantize(Decimal("0.01"))
            yield f"score.{gender}", min(_MOST, max(_LEAST, score))


def _improved(rows: Rows, active: list[Member], framework: Framework, quarter: Quarter) -> None:
    weights = {
        one.code: (one.people + 1) * dice("assessed", one.code, quarter).uniform(0.7, 1.3)
        for one in active
        if one.asked(framework, "improved_status", quarter) and reports(one, quarter)
    }
    assessed = shared(plan.ASSESSED[quarter], weights)
    improved = shared(round(plan.ASSESSED[quarter] * plan.IMPROVED[quarter]), assessed)
    for code, people in assessed.items():
        if not people:
            continue
        member = next(one for one in active if one.code == code)
        split = by_gender(people, member.women, "assessed", code, quarter)
        better = shared(improved[code], split)
        row = {f"assessed.{gender}": number for gender, number in split.items()}
        rows.add(code, quarter, "improved_status", row | {f"improved.{gender}": n for gender, n in better.items()})
