"""Who gave money: amounts grouped by the names under which they were reported."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kpi.amounts import Amount
from kpi.language import money as money_of
from kpi.language import pick
from kpi.present.amounts import Listed
from kpi.present.bars import Bar, bars
from kpi.present.html import Html
from kpi.present.table import Cell, Number, Table
from kpi.present.words import currency_of
from kpi.problems import N_

#: So many of those who gave are drawn.
_MOST = 15
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Giver:
    """Somebody who gave money, under the name that stands most often: how much, how often, of which capital."""

    name: str
    value: Decimal
    times: int
    capital: str


def name_key(name: str) -> str:
    """Give the form in which names are the same: their words; case, spaces, quotation marks and dots do not matter."""
    return " ".join(_WORDS.findall(name.casefold())) or name.strip()


def grouped(listed: Listed) -> list[str]:
    """Say which names are taken for one."""
    text = N_(
        "Amounts are added up by who gave them, as written in the returns: names that differ only in capitals, spaces, "
        "quotation marks or other punctuation are one, under the spelling that stands most often. Any other difference "
        "makes two."
    )
    return [listed.say(text)]


def givers(listed: Listed, found: Iterable[Amount]) -> list[Giver]:
    """Group amounts by who gave them, the greatest sum first; their names as in `name_key`."""
    by: dict[str, list[Amount]] = {}
    column = listed.page.funder
    for one in found:
        said = one.row.cells.get(column) if column else None
        if isinstance(said, str):
            by.setdefault(name_key(said), []).append(one)
    made = [
        Giver(
            Counter(str(one.row.cells[column or ""]).strip() for one in several).most_common(1)[0][0],
            sum((one.value for one in several), Decimal(0)),
            len(several),
            Counter(listed.capital(one) for one in several).most_common(1)[0][0],
        )
        for several in by.values()
    ]
    return sorted(made, key=lambda one: (-one.value, one.name))


def givers_table(listed: Listed, name: str, found: Sequence[Giver]) -> Html:
    """Show who gave how much, as bars."""
    total = sum((one.value for one in found), Decimal(0))
    rows = [
        Bar(
            f"{one.name} ({one.times})" if one.times > 1 else one.name,
            Fraction(one.value),
            Fraction(one.value) / Fraction(total) if total else None,
        )
        for one in found[:_MOST]
    ]
    note = listed.say(N_("In brackets: how many amounts, where there are several."))
    if len(found) > _MOST:
        more = N_("The {count} who gave most, of {all}; the table beneath names all.")
        note = f"{note} {listed.say(more, count=_MOST, all=len(found))}"
    currency = currency_of(listed.framework)
    return bars(name, rows, lambda value: money_of(value, currency, listed.language), listed.language, note)


def givers_data(listed: Listed, name: str, found: Sequence[Giver]) -> Table:
    """Give who gave how much as a table."""
    known = listed.framework.dimensions[listed.page.capital].categories
    heads = [
        listed.say(N_("Funder")),
        pick(listed.framework.dimensions[listed.page.capital].label, listed.language),
        listed.say(N_("Amounts")),
        currency_of(listed.framework),
    ]
    rows: list[list[Cell]] = [
        [
            one.name,
            pick(known[one.capital].label, listed.language) if one.capital in known else one.capital,
            Number(str(one.times), one.times),
            Number(listed.main(one.value), one.value),
        ]
        for one in found
    ]
    return Table(name, heads, rows)
