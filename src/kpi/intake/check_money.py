"""The money of a row: its currency, the day it fell, and whether the one was accepted on the other."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from kpi.framework.model import Column, ColumnType, Rate
from kpi.intake.amounts import Amount
from kpi.intake.fields import CURRENCY, Field
from kpi.intake.limits import largest
from kpi.intake.numbers import TOO_LARGE
from kpi.intake.rows import Reading
from kpi.problems import N_, Fault, Own, Problem, Severity
from kpi.records import is_not_applicable

CURRENCY_MISSING = Fault(
    "row.currency_missing",
    N_("The amount in “{column}” has no currency."),
    N_("Write the currency: one of {currencies}."),
)
CURRENCY_ALONE = Fault(
    "row.currency_alone",
    N_("“{column}” has a currency, {found}, but no amount."),
    N_("Write the amount, or clear the currency."),
    Severity.WARNING,
)
CURRENCY_CONTRADICTED = Fault(
    "row.currency_contradicted",
    N_("The amount in “{column}” says {found}, but its currency cell says {other}."),
    N_("Correct one of the two."),
)
CURRENCY_NOT_ON_DAY = Fault(
    "row.currency_not_on_day",
    N_("An amount dated {day} cannot be in {found}: it is accepted for dates {accepted}."),
    N_("Write the amount in {currencies}, or correct the date."),
)
NO_RATE = Fault(
    "row.currency_without_rate",
    N_("There is no rate for {found} yet, so an amount dated {day} cannot be counted."),
    N_("Write the amount in {currencies}."),
)


def currency_of(reading: Reading, field: Field, amount: Amount) -> str | None:
    """Give an amount's currency, from its own cell or the one beside it; none where it is not stated."""
    beside = reading.values.get(f"{field.column_key}.{CURRENCY}")
    return amount.currency or (beside if isinstance(beside, str) else None)


def kept(reading: Reading, field: Field) -> object:
    """Give a value as it is kept; an amount only with its currency."""
    value = reading.values.get(field.key)
    if not isinstance(value, Amount):
        return value
    code = currency_of(reading, field, value)
    return None if code is None else {"amount": f"{value.number.copy_abs():.2f}", "currency": code}


def _day(reading: Reading, column: Column) -> date | None:
    """Give the day of an amount; none where it is not known because its cell is faulty."""
    if column.dated is None:
        return reading.scope.quarter.ends
    if column.dated in reading.faulty:
        return None
    day = reading.values.get(column.dated)
    return date.fromisoformat(day) if isinstance(day, str) else reading.scope.quarter.ends


def money_rule(reading: Reading) -> Iterator[Problem]:
    """Every amount has one currency, and that currency was accepted on the amount's day."""
    for key, fields in reading.layout.columns.items():
        if fields[0].column.type is not ColumnType.MONEY:
            continue
        beside = reading.values.get(f"{key}.{CURRENCY}")
        amounts = [(f, v) for f in fields if isinstance(v := reading.values.get(f.key), Amount)]
        answered = any(f.key in reading.values or f.key in reading.faulty for f in fields)
        if isinstance(beside, str) and not answered:
            yield reading.at(CURRENCY_ALONE, f"{key}.{CURRENCY}", column=fields[0].column.label, found=beside)
        for field, amount in amounts:
            yield from _currency_problems(reading, field, amount, beside if isinstance(beside, str) else None)


def _currency_problems(reading: Reading, field: Field, amount: Amount, beside: str | None) -> Iterator[Problem]:
    currency_key = f"{field.column_key}.{CURRENCY}"
    money, label = reading.scope.framework.money, field.column.label
    currencies = money.currencies if money else ()
    if amount.currency and beside and amount.currency != beside:
        yield reading.at(CURRENCY_CONTRADICTED, field.key, column=label, found=amount.currency, other=beside)
        return
    code = amount.currency or beside
    if code is None:
        if currency_key not in reading.faulty:
            yield reading.at(CURRENCY_MISSING, currency_key, column=label, currencies=currencies)
        return
    day = _day(reading, field.column)
    if money is None or day is None:
        return
    if rate := money.rate(code, day):
        most = largest(field.column) * rate
        if amount.number > most:
            yield reading.at(TOO_LARGE, field.key, found=f"{amount.number:f} {code}", limit=f"{most:f} {code}")
        return
    accepted = tuple(_span(rate) for rate in money.rates.get(code, ()))
    yield reading.at(
        CURRENCY_NOT_ON_DAY if accepted else NO_RATE,
        currency_key if beside else field.key,
        day=day,
        found=code,
        accepted=accepted,
        currencies=tuple(c for c in currencies if money.rate(c, day) is not None),
    )


def said_of(reading: Reading, field: Field) -> object:
    """Give a cell's value as a message may quote it."""
    value = reading.values[field.key]
    return f"{value.number:.2f} {currency_of(reading, field, value)}" if isinstance(value, Amount) else value


def number_of(reading: Reading, field: Field) -> Decimal | None:
    """Give what a cell can be compared by: its number, or an amount in the main currency."""
    value = reading.values.get(field.key)
    if value is None or is_not_applicable(value):
        return None
    match field.column.type:
        case ColumnType.COUNT | ColumnType.DECIMAL:
            return Decimal(value)
        case ColumnType.MONEY:
            code, day = currency_of(reading, field, value), _day(reading, field.column)
            money = reading.scope.framework.money
            rate = money.rate(code, day) if money and code and day else None
            return value.number / rate if rate else None
        case _:
            return None


def _span(rate: Rate) -> Own:
    """Say for which days a rate holds."""
    if rate.since is None and rate.until is None:
        return Own(N_("of any day"))
    if rate.since is None:
        return Own(N_("up to {until}"), until=rate.until)
    if rate.until is None:
        return Own(N_("from {since}"), since=rate.since)
    return Own(N_("from {since} to {until}"), since=rate.since, until=rate.until)
