"""Amounts of money as people type them: a number, often with its currency in front or behind."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from kpi.framework.model import Framework
from kpi.intake import numbers
from kpi.intake.numbers import shown
from kpi.intake.raw import Scalar
from kpi.intake.words import plain
from kpi.problems import N_, NOWHERE, Fault, Place, Problem

UNKNOWN_CURRENCY = Fault(
    "cell.unknown_currency",
    N_("“{found}” is not a currency that can be reported here."),
    N_("Write one of these: {currencies}."),
)

_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("€", "eur", "euro", "euros", "евро"), "EUR"),
    **dict.fromkeys(("лв", "лев", "лева", "lv", "lev", "leva", "bgn"), "BGN"),
    **dict.fromkeys(("£", "gbp"), "GBP"),
    **dict.fromkeys(("$", "us$", "usd"), "USD"),
}
_AMOUNT = re.compile(
    r"(?P<before>[^\W\d_]+\.?|[€$£¥])?\s*(?P<number>[-+]?[0-9](?:[0-9 '.,]*[0-9])?)\s*(?P<after>[^\W\d_]+\.?|[€$£¥])?"
)
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Amount:
    """What an amount's cell says: how much, and of which currency where it says that too."""

    number: Decimal
    currency: str | None = None


def code_of(framework: Framework, word: str) -> str | None:
    """Give the code of the currency that a word names; none where it names none."""
    typed = plain(word)
    accepted = {code.casefold(): code for code in (framework.money.currencies if framework.money else ())}
    if typed in accepted:
        return accepted[typed]
    stripped = word.strip()
    return _WORDS.get(typed) or (stripped if re.fullmatch("[A-Z]{3}", stripped) else None)


def currency(framework: Framework, value: Scalar, place: Place = NOWHERE) -> str | Problem:
    """Read a currency's cell: a code, a sign or a word for a currency of the framework."""
    accepted = framework.money.currencies if framework.money else ()
    code = code_of(framework, value) if isinstance(value, str) else None
    if code is None or code not in accepted:
        return UNKNOWN_CURRENCY.at(place, found=shown(value), currencies=accepted)
    return code


def amount(framework: Framework, value: Scalar, place: Place = NOWHERE) -> Amount | Problem:
    """Read an amount's cell; its currency may stand before or after the number."""
    if not isinstance(value, str) or len(value) > _LONGEST:
        number = numbers.read(value, place)
        return number if isinstance(number, Problem) else Amount(number)
    parts = _AMOUNT.fullmatch(numbers.tidy(value))
    words = [word for word in (parts["before"], parts["after"]) if word] if parts else []
    codes = {code_of(framework, word) for word in words}
    if parts is None or len(codes) > 1 or None in codes:
        number = numbers.read_text(value, place, units=False)
        return number if isinstance(number, Problem) else Amount(number)
    for word in words:
        code = currency(framework, word, place)
        if isinstance(code, Problem):
            return code
    number = numbers.read_text(parts["number"], place, quoting=value, units=False)
    return number if isinstance(number, Problem) else Amount(number, next(iter(codes), None))
