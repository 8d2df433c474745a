"""In which currencies amounts were reported, each with the rates at which they were converted."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from kpi.amounts import Amount
from kpi.language import money as money_of
from kpi.language import number, share
from kpi.present.amounts import Listed
from kpi.present.table import Cell, Number, Table
from kpi.present.words import NOTHING, currency_of
from kpi.problems import N_


def currencies(listed: Listed, found: Sequence[Amount]) -> Table | None:
    """Give the sums by the currency in which they were reported; nothing where all were in the programme's own."""
    main = currency_of(listed.framework)
    if all(one.currency == main for one in found):
        return None
    total = sum((one.value for one in found), Decimal(0))
    rows: list[list[Cell]] = []
    for code in dict.fromkeys([main, *(one.currency for one in found)]):
        of_it = [one for one in found if one.currency == code]
        if not of_it:
            continue
        original, value = (
            sum((one.original for one in of_it), Decimal(0)),
            sum((one.value for one in of_it), Decimal(0)),
        )
        rates = dict.fromkeys(one.rate for one in of_it if one.rate is not None and code != main)
        part = Fraction(value) / Fraction(total) if total else Fraction(0)
        rows.append(
            [
                code,
                Number(number(len(of_it), listed.language), len(of_it)),
                Number(money_of(original, code, listed.language, cents=True), original),
                "; ".join(
                    f"÷ {number(rate, listed.language, max(0, -int(rate.as_tuple().exponent)))}" for rate in rates
                )
                or NOTHING,
                Number(listed.main(value), value),
                Number(share(part, listed.language), part),
            ]
        )
    heads = [
        listed.say(N_("Currency")),
        listed.say(N_("Amounts")),
        listed.say(N_("As reported")),
        listed.say(N_("Rate")),
        main,
        listed.say(N_("Share")),
    ]
    return Table(listed.say(N_("In which currency it was reported")), heads, rows)
