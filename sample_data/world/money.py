"""Money: contracts, what came of them, local resources, and the Centre's own support.

Until the end of 2025 most amounts are in leva; from 2026 on all of them are in euro.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from kpi.framework.model import Framework
from kpi.quarter import Quarter
from world import plan
from world.activity import Stage, day
from world.chance import dealt, dice, picked, shared
from world.chronicle import reports
from world.members import ALL, Member
from world.rows import Rows
from world.steady import operating

_PER_EUR = Decimal("1.95583")
_EURO_SINCE = Quarter(2026, 1)
#: Which sources an organisation draws on, by its type.
_SOURCES: Mapping[str, Mapping[str, float]] = {
    "municipality": {"erdf": 3, "esf_plus": 3, "national_budget": 3},
    "public_body": {"national_budget": 3, "local_budget": 3, "esf_plus": 2},
    "social_enterprise": {"foundation": 3, "company": 3, "bank_investor": 2, "esf_plus": 2, "individual": 1},
    "ngo": {"foundation": 4, "esf_plus": 4, "local_budget": 2, "company": 2, "individual": 1},
    "academia": {"research_innovation": 4, "esf_plus": 1},
    "company": {"bank_investor": 2, "research_innovation": 1, "company": 1},
    "bank": {"bank_investor": 3, "foundation": 1},
    "informal_group": {"individual": 2, "local_budget": 2},
}
#: How large a contract of a source is, beside the others.
_SIZES = {
    "erdf": 12,
    "esf_plus": 10,
    "national_budget": 5,
    "research_innovation": 5,
    "bank_investor": 5,
    "local_budget": 3,
    "foundation": 3,
    "company": 2,
    "individual": 0.3,
}
_EUROPEAN = frozenset({"esf_plus", "erdf"})
#: The instalments of a contract: so many quarters after the signature, this share of it.
_INSTALMENTS = ((1, Decimal("0.4")), (3, Decimal("0.3")), (5, Decimal("0.3")))
_IN_ONE = frozenset({"individual", "company"})


@dataclass(frozen=True)
class _Contract:
    member: Member
    quarter: Quarter
    name: str
    source: str
    amount: Decimal
    currency: str


def write(rows: Rows, members: Mapping[str, Member], framework: Framework) -> None:
    """Write the registers of money of every return."""
    stage = Stage(rows, members, framework)
    signed: list[_Contract] = []
    for quarter in ALL:
        signed += _contracts(stage, quarter)
        _grants(stage, quarter)
        _resources(stage, quarter)
    for contract in signed:
        _payments(stage, contract)


def _in(quarter: Quarter, euro: int, *, in_euro: bool = False, step: int = 10) -> tuple[Decimal, str]:
    """Give an amount in the currency of its time, as round as contracts are."""
    if quarter >= _EURO_SINCE or in_euro:
        return Decimal(round(euro / step) * step), "EUR"
    return Decimal(round(euro * float(_PER_EUR) / step) * step), "BGN"


def _contracts(stage: Stage, quarter: Quarter) -> list[_Contract]:
    who = stage.reporting("funding", quarter, {"SDA": 4, "SOF": 2, "MST": 2, "OTV": 2, "SAS": 0.5, "SFF": 0.5})
    drawn: dict[int, tuple[Member, str]] = {}
    for number in range(plan.CONTRACTS[quarter]):
        member = stage.members[picked(dice("contract", quarter, number), who)]
        drawn[number] = member, picked(dice("source", quarter, number), _SOURCES[member.kind])
    sizes = {
        number: _SIZES[source] * dice("size", quarter, number).uniform(0.7, 1.3)
        for number, (_, source) in drawn.items()
    }
    found = []
    for number, euro in shared(plan.CONTRACTS_EUR[quarter], sizes).items():
        member, source = drawn[number]
        one = dice("signed", quarter, number)
        amount, currency = _in(quarter, euro, in_euro=source in _EUROPEAN and one.random() < 0.4)  # noqa: PLR2004 (some European contracts are in euro)
        serial = 100 * quarter.year % 1000 + quarter.number * 10 + number
        name = f"BG05SFPR-{quarter.year % 100}.{serial:04}" if source in _EUROPEAN else f"Д-{serial}/{quarter.year}"
        funder, _ = dealt(stage.texts["funders"][source], quarter.ordinal + number)
        row = {
            "contract": name,
            "signed_on": day(quarter, one),
            "amount": amount,
            "amount.currency": currency,
            "source": source,
            "funder": funder["name"].format(place=stage.place(member, "bg")),
            "instrument": funder["instrument"],
            "district": member.seat,
            "programme": funder["programme"],
            "evidence": f"https://example.org/{member.code.lower()}/contracts/{serial}",
            **_purpose(member, quarter, number),
        }
        stage.rows.add(member.code, quarter, "funding", row)
        found.append(_Contract(member, quarter, name, source, amount, currency))
    return found


def _purpose(member: Member, quarter: Quarter, number: int) -> dict[str, object]:
    """Say for which innovation a contract is, where it is for one, and give its theme."""
    running = [one for one in member.innovations if operating(one, quarter)]
    if not running:
        return {"theme": "poverty"}
    innovation: Mapping[str, Any]
    innovation, _ = dealt(running, quarter.ordinal + number)
    theme = innovation.get("theme_2023", innovation["theme"]) if quarter.year < 2024 else innovation["theme"]  # noqa: PLR2004 (when themes were added)
    return {"theme": theme, "innovation": innovation["name"] if number % 4 else None}


def _payments(stage: Stage, contract: _Contract) -> None:
    """Let the money follow: at once for gifts, in three instalments for the rest, never beyond the last quarter."""
    plan_of = ((0, Decimal(1)),) if contract.source in _IN_ONE else _INSTALMENTS
    for after, share in plan_of:
        quarter = contract.quarter + after
        while quarter in ALL and not reports(contract.member, quarter):
            quarter += 1
            if not contract.member.organisation.active_in(quarter):
                return
        if quarter not in ALL:
            return
        one = dice("payment", contract.name, contract.member.code, after)
        amount, currency = contract.amount * share, contract.currency
        if currency == "BGN" and quarter >= _EURO_SINCE:
            amount, currency = amount / _PER_EUR, "EUR"
        row = {
            "contract": contract.name,
            "received_on": max(day(quarter, one), _signed(stage, contract)) if not after else day(quarter, one),
            "amount": amount.quantize(Decimal("0.01"), ROUND_HALF_UP),
            "amount.currency": currency,
            "source": contract.source,
        }
        stage.rows.add(contract.member.code, quarter, "receipts", row)


def _signed(stage: Stage, contract: _Contract) -> Any:  # noqa: ANN401 (a day, as the row holds it)
    rows = stage.rows.of(contract.member.code, contract.quarter, "funding")
    return next(row["signed_on"] for _, row in rows if row["contract"] == contract.name)


def _grants(stage: Stage, quarter: Quarter) -> None:
    """Write the Centre's own support."""
    centre = next(one for one in stage.members.values() if one.organisation.attributes["role"] == "centre")
    sizes = {number: dice("grant", quarter, number).uniform(0.6, 1.5) for number in range(plan.GRANTS[quarter])}
    for number, euro in shared(plan.GRANTS_EUR[quarter], sizes).items():
        supported, _ = stage.next("supported", centre.language)
        amount, currency = _in(quarter, euro, step=50)
        row = {
            "beneficiary": supported[centre.language],
            "given_on": day(quarter, dice("given", quarter, number)),
            "amount": amount,
            "amount.currency": currency,
        }
        stage.rows.add(centre.code, quarter, "own_support", row)


def _resources(stage: Stage, quarter: Quarter) -> None:
    who = stage.reporting("resources", quarter, {"SOF": 2, "BGS": 2, "RSE": 2})
    chosen: dict[int, tuple[Member, Mapping[str, Any]]] = {}
    for number in range(plan.RESOURCES[quarter]):
        member = stage.members[picked(dice("resource", quarter, number), who)]
        chosen[number] = member, stage.next("resources", member.language)[0]
    sizes = {
        number: used["share"] * dice("worth", quarter, number).uniform(0.7, 1.3) for number, (_, used) in chosen.items()
    }
    for number, euro in shared(plan.RESOURCES_EUR[quarter], sizes).items():
        member, used = chosen[number]
        amount, currency = _in(quarter, euro, step=5)
        row = {
            "resource": used[member.language],
            "used_on": day(quarter, dice("used", quarter, number)) if used["kind"] == "money" else quarter.ends,
            "origin": used["origin"],
            "resource_kind": used["kind"],
            "worth": amount,
            "worth.currency": currency,
            "district": member.seat,
            "innovation": _purpose(member, quarter, number).get("innovation"),
        }
        stage.rows.add(member.code, quarter, "resources", row)
