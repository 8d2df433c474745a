"""What happened in a quarter: support, training, acts of support, stories, policies, partnerships, knowledge."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from kpi.framework.model import Framework
from kpi.language import pick
from kpi.quarter import Quarter
from world import plan
from world.chance import by_gender, dealt, dice, picked, shared
from world.chronicle import reports
from world.members import ALL, Member, text
from world.rows import NOT_APPLICABLE, Rows
from world.steady import operating

_SUPPORT = {"mentoring": 4, "learning_programme": 3, "networking": 1, "publicity": 1, "transnational": 1, "finance": 1}
#: How often an organisation supports innovators, beside the others; those left out do not.
_SUPPORTERS = {"SDA": 10, "USP": 2, "SFF": 2, "MST": 2, "KOD": 2, "SOF": 2, "BGS": 1, "RSE": 1}
_PROGRAMMES = {"SFF": "corporate_programme"} | dict.fromkeys(("SOF", "BGS", "RSE"), "municipal_programme")
_WEEKEND = 5
_V = ("В", "Ф")


@dataclass(frozen=True)
class Stage:
    """Where a quarter's activities are written: the world's rows, and who could take part."""

    rows: Rows
    members: Mapping[str, Member]
    framework: Framework
    texts: Mapping[str, Any] = field(default_factory=lambda: text("texts.yaml"))
    used: Counter[object] = field(default_factory=Counter)

    def reporting(
        self, form: str, quarter: Quarter, weights: Mapping[str, float], other: float = 1
    ) -> dict[str, float]:
        """Give those who report a form in a quarter by their weight, `other` where none is given."""
        return {
            code: weights.get(code, other)
            for code, one in self.members.items()
            if reports(one, quarter)
            and one.asked(self.framework, form, quarter)
            and form not in one.not_applicable
            and weights.get(code, other)
        }

    def next(self, pool: str, language: str) -> tuple[Mapping[str, Any], int]:
        """Give the next text of a pool for a language, and how often it was used before, plus one."""
        self.used[pool, language] += 1
        return dealt(self.texts[pool], self.used[pool, language] - 1)

    def worded(self, template: str, member: Member, quarter: Quarter, number: int) -> str:
        """Put the place, the year and a number into a text."""
        place = self.place(member)
        inside = f"{'във' if place[:1] in _V else 'в'} {place}"
        return template.format(place=place, in_place=inside, year=quarter.year, number=number)

    def place(self, member: Member, language: str | None = None) -> str:
        """Name the town of an organisation's seat, in its own language where no other is asked for."""
        label = pick(self.framework.dimensions["district"].categories[member.seat].label, language or member.language)
        return label.partition(" (")[0]


def write(rows: Rows, members: Mapping[str, Member], framework: Framework) -> None:
    """Write the flow registers of every return, but for those of money."""
    stage = Stage(rows, members, framework)
    told: set[str] = set()
    for quarter in ALL:
        _training(stage, quarter)
        _each(
            stage,
            quarter,
            "support",
            plan.SUPPORTED[quarter],
            _support,
            _SUPPORTERS,
            0,
        )
        _each(stage, quarter, "political_support", plan.ACTS[quarter], _act, {"SDA": 2}, 1)
        _each(stage, quarter, "policy", plan.POLICIES[quarter], _policy, {"SDA": 2, "SOF": 2}, 1)
        _each(stage, quarter, "partnerships", plan.PARTNERS[quarter], _partner, {"SDA": 3}, 1)
        _each(stage, quarter, "knowledge", plan.KNOWLEDGE[quarter], _knowledge, {"SDA": 6, "USP": 4, "MST": 2}, 0.6)
        _stories(stage, quarter, told)


_Writer = Callable[[Stage, Member, Quarter, random.Random], dict[str, object]]


def _each(  # noqa: PLR0913, PLR0917 (one kind of activity: how much, how told, by whom)
    stage: Stage, quarter: Quarter, form: str, count: int, tell: _Writer, weights: Mapping[str, float], other: float
) -> None:
    who = stage.reporting(form, quarter, weights, other)
    for number in range(count):
        one = dice(form, quarter, number)
        member = stage.members[picked(one, who)]
        stage.rows.add(member.code, quarter, form, tell(stage, member, quarter, one))


def day(quarter: Quarter, one: random.Random) -> date:
    """Give a working day of a quarter."""
    found = quarter.starts + timedelta(days=one.randrange(2, 88))
    while found.weekday() >= _WEEKEND:
        found -= timedelta(days=1)
    return max(found, quarter.starts)


def _support(stage: Stage, member: Member, quarter: Quarter, one: random.Random) -> dict[str, object]:
    supported, _ = stage.next("supported", member.language)
    usual = picked(one, {"human_resources": 4, "easi": 2, "own_resources": 3, "foundation_programme": 1})
    return {
        "supported": supported[member.language],
        "began_on": day(quarter, one),
        "stage": picked(one, {"start_up": 65, "scale_up": 35}),
        "support_kind": "finance" if member.code == "SFF" else picked(one, _SUPPORT),
        "theme": supported["theme"],
        "district": supported["district"],
        "programme": _PROGRAMMES.get(member.code, usual),
    }


def _act(stage: Stage, member: Member, quarter: Quarter, one: random.Random) -> dict[str, object]:
    act, _ = stage.next("acts", member.language)
    number = one.randrange(100, 900)
    return {
        "act": stage.worded(act[member.language], member, quarter, number),
        "date": day(quarter, one),
        "act_kind": act["kind"],
        "level": act["level"],
        "evidence": stage.worded(act[f"evidence_{member.language}"], member, quarter, number),
        "link": f"https://example.org/{member.code.lower()}/{quarter.year}/{number}",
    }


def _policy(stage: Stage, member: Member, quarter: Quarter, one: random.Random) -> dict[str, object]:
    policy, _ = stage.next("policies", "any")
    number, evidence = one.randrange(100, 900), policy["evidence" if member.language == "bg" else "evidence_en"]
    return {
        "title": stage.worded(policy[member.language], member, quarter, number),
        "date": day(quarter, one),
        "policy_kind": policy["kind"],
        "level": policy["level"],
        "theme": policy["theme"],
        "evidence": stage.worded(evidence, member, quarter, number),
        "link": f"https://example.org/{member.code.lower()}/policy/{number}",
    }


def _partner(stage: Stage, member: Member, quarter: Quarter, one: random.Random) -> dict[str, object]:
    partner, _ = stage.next("partners", member.language)
    return {
        "partner": stage.worded(partner[member.language], member, quarter, 0),
        "agreed_on": day(quarter, one),
        "level": partner["level"],
        "purpose": partner[f"purpose_{member.language}"],
    }


def _knowledge(stage: Stage, member: Member, quarter: Quarter, one: random.Random) -> dict[str, object]:
    made, number = stage.next("knowledge", member.language)
    participants: object = None
    if made["kind"] in {"event", "exchange"}:
        participants = one.randrange(18, 140) if made["kind"] == "event" else one.randrange(6, 16)
    elif made["kind"] == "media":
        participants = NOT_APPLICABLE
    return {
        "title": stage.worded(made[member.language], member, quarter, number),
        "date": day(quarter, one),
        "knowledge_kind": made["kind"],
        "theme": made["theme"],
        "participants": participants,
        "link": f"https://example.org/{member.code.lower()}/knowledge/{quarter}-{one.randrange(10, 99)}",
    }


def _training(stage: Stage, quarter: Quarter) -> None:
    who = stage.reporting("training", quarter, {"SDA": 5, "USP": 3, "MST": 2, "KOD": 2})
    count = plan.COURSES[quarter]
    sizes = {number: dice("course", quarter, number).uniform(0.7, 1.4) for number in range(count)}
    for number, successful in shared(plan.SUCCESSFUL[quarter], sizes).items():
        one = dice("training", quarter, number)
        member = stage.members[picked(one, who)]
        course, group = stage.next("courses", member.language)
        enrolled = by_gender(round(successful / plan.SUCCESS_RATE[quarter]), 0.62, "course", quarter, number)
        completed = shared(successful, enrolled)
        kept = {"bg": "{}, {}-а група", "en": "{}, group {}"}[member.language]
        name = course[member.language]
        row: dict[str, object] = {
            "course": name if group == 1 else kept.format(name, group),
            "ended_on": day(quarter, one),
            "course_kind": course["kind"],
            "theme": course["theme"],
            "district": "online" if course["kind"] == "online" else member.seat,
            "programme": picked(one, {"human_resources": 5, "easi": 2, "own_resources": 2, "municipal_programme": 1}),
        }
        row |= {f"enrolled.{gender}": people for gender, people in enrolled.items()}
        row |= {f"successful.{gender}": people for gender, people in completed.items()}
        stage.rows.add(member.code, quarter, "training", row)


def _stories(stage: Stage, quarter: Quarter, told: set[str]) -> None:
    """Tell first of innovations that have worked for three quarters, then of others."""
    own = [
        (member, innovation)
        for member in stage.members.values()
        for innovation in member.innovations
        if "story" in innovation
        and innovation["story"][0] not in told
        and reports(member, quarter)
        and operating(innovation, quarter)
        and quarter - Quarter.parse(innovation["from"]) >= 2  # noqa: PLR2004 (three quarters)
    ]
    dice("stories", quarter).shuffle(own)
    for number in range(plan.STORIES[quarter]):
        one = dice("story", quarter, number)
        if own and (number % 2 == 0 or quarter == ALL.last):
            member, innovation = own.pop()
            (title, summary), theme = innovation["story"], innovation["theme"]
        else:
            member = stage.members[picked(one, stage.reporting("stories", quarter, {"SDA": 3, "TRS": 0, "SFF": 0.5}))]
            language = member.language
            left = [each for each in stage.texts["stories"] if language in each and each[language][0] not in told]
            if not left:
                continue
            (title, summary), theme = left[0][language], left[0]["theme"]
        told.add(title)
        row = {
            "title": title,
            "summary": summary,
            "theme": theme,
            "link": f"https://example.org/{member.code.lower()}/stories/{len(told)}",
            "consent": one.random() < 0.85,  # noqa: PLR2004 (most people agree)
        }
        stage.rows.add(member.code, quarter, "stories", row)
