"""What stands at a quarter's end: innovations with their ratings, constraints, places, norms and findings."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from kpi.framework.model import Framework
from kpi.quarter import Quarter
from world import plan
from world.chronicle import reports
from world.members import ALL, Member, text
from world.rows import Row, Rows

_GOLDEN = 0.618034
_RATED = {
    "features": ("needs", "goals", "impact", "approach", "novelty"),
    "mobilised": ("participation", "resources"),
    "management": ("",),
    "adaptation": ("",),
}
_HIGHEST = 4
_THEMES_CHANGED = Quarter(2024, 1)
_FINDINGS_A_HALF_YEAR = 6
_HARD = 4
_DELAY = 12


def write(rows: Rows, members: Mapping[str, Member], framework: Framework) -> None:
    """Write the stock registers of every return."""
    number = 0
    for member in members.values():
        for innovation in member.innovations:
            _write_innovation(rows, member, innovation, number)
            number += 1
    _norms(rows, members)
    _findings(rows, members, framework)


def known(innovation: Mapping[str, Any], quarter: Quarter) -> bool:
    """Tell whether an innovation has begun."""
    return Quarter.parse(innovation["from"]) <= quarter


def operating(innovation: Mapping[str, Any], quarter: Quarter) -> bool:
    """Tell whether an innovation is at work at a quarter's end."""
    until = innovation.get("until")
    return known(innovation, quarter) and (until is None or quarter <= Quarter.parse(until))


def _write_innovation(rows: Rows, member: Member, innovation: Mapping[str, Any], number: int) -> None:
    for quarter in ALL:
        if not known(innovation, quarter) or not reports(member, quarter):
            continue
        rows.add(member.code, quarter, "innovations", _innovation(innovation, quarter, number))
        for one in innovation.get("constraints", ()):
            solved = quarter - Quarter.parse(innovation["from"]) >= 2  # noqa: PLR2004 (half a year)
            row = {"innovation": innovation["name"], "challenge": one["challenge"], "approach": one["approach"]}
            rows.add(member.code, quarter, "constraints", row | ({"solution": one.get("solution")} if solved else {}))
        for name, district, implementer, *times in innovation.get("sites", ()):
            first, last = Quarter.parse(times[0]), Quarter.parse(times[1]) if len(times) > 1 else ALL.last
            if first <= quarter <= last:
                row = {"name": name, "innovation": innovation["name"], "implementer": implementer, "district": district}
                rows.add(member.code, quarter, "sites", row)
    for nth, (change, reason) in enumerate(innovation.get("changes", ())):
        quarter = Quarter.parse(innovation["from"]) + 2 + 3 * nth + number % 3
        if quarter in ALL and operating(innovation, quarter) and reports(member, quarter):
            row = {"innovation": innovation["name"], "change": change, "reason": reason}
            rows.add(member.code, quarter, "adaptations", row)


def _innovation(innovation: Mapping[str, Any], quarter: Quarter, number: int) -> Row:
    theme = innovation.get("theme_2023", innovation["theme"]) if quarter < _THEMES_CHANGED else innovation["theme"]
    paid = [payer for since, payer in innovation.get("budget", {}).items() if Quarter.parse(since) <= quarter]
    ended = date.fromisoformat(str(innovation["ended"])) if "ended" in innovation else None
    return {
        "name": innovation["name"],
        "challenge": innovation["challenge"],
        "approach": innovation["approach"],
        "theme": theme,
        "district": innovation["district"],
        "scaling": innovation["scaling"] if known(innovation, quarter + -1) else "not_assessed",
        "budget_funding": paid[-1] if paid else "no_budget",
        "support_ended": ended if ended and ended <= quarter.ends else None,
        "operating": operating(innovation, quarter),
        **dict(_ratings(innovation, quarter, number)),
    }


def _ratings(innovation: Mapping[str, Any], quarter: Quarter, number: int) -> Iterator[tuple[str, int]]:
    """Rate an innovation, from its second quarter on; ratings rise with the programme and never fall."""
    if quarter == Quarter.parse(innovation["from"]) and quarter != ALL.first:
        return
    for salt, (kind, parts) in enumerate(_RATED.items()):
        mean = plan.rating(kind, quarter)
        for place, part in enumerate(parts):
            threshold = (number * _GOLDEN + place * 0.37 + salt * 0.23) % 1
            rated = min(_HIGHEST, int(mean + threshold))
            yield (f"{kind}.{part}" if part else kind), rated


def _norms(rows: Rows, members: Mapping[str, Member]) -> None:
    for norm in text("texts.yaml")["incorporations"]:
        for quarter in ALL:
            if quarter.number % 2 or not reports(members[norm["org"]], quarter):
                continue
            stages = {"proposed": "proposed", "adopted": "adopted", "practice": "in_practice"}
            reached = [stage for name, stage in stages.items() if name in norm and Quarter.parse(norm[name]) <= quarter]
            if reached:
                row = {name: norm[name] for name in ("title", "level", "evidence")} | {"stage": reached[-1]}
                link = f"https://example.org/{norm['org'].lower()}/norms"
                rows.add(norm["org"], quarter, "incorporations", row | {"link": link})


def _findings(rows: Rows, members: Mapping[str, Member], framework: Framework) -> None:
    """Write findings: six new ones a half-year; the share acted upon grows, and the hard ones take longest."""
    texts = text("texts.yaml")["findings"]
    begun: list[tuple[int, Member, Quarter]] = []
    done: set[int] = set()
    for quarter in (one for one in ALL if one.number % 2 == 0):
        asked = [one for one in members.values() if one.asked(framework, "findings", quarter) and reports(one, quarter)]
        for _ in range(_FINDINGS_A_HALF_YEAR + (4 if not begun else 0)):
            number = len(begun)
            begun.append((number, asked[number * 5 % len(asked)], quarter))
        share = plan.ACTED_UPON[quarter]
        easiest = sorted((number + (_DELAY if number % _HARD == _HARD - 1 else 0), number) for number, _, _ in begun)
        for _, number in easiest:
            if len(done) < round(share * len(begun)):
                done.add(number)
        for number, member, since in begun:
            if not reports(member, quarter):
                continue
            said, language = texts[number % len(texts)], member.language
            row = {
                "number": f"{since.year}-{number + 1:02}",
                "finding": said[language],
                "adjustment": said[f"adjustment_{language}"] if number in done else None,
                "acted_upon": number in done,
            }
            rows.add(member.code, quarter, "findings", row)
