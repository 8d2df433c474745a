"""Money by year: attracted and its parts, received, and the leverage ratio with both its terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from kpi import breakdowns
from kpi.language import money as money_of
from kpi.language import share
from kpi.leveraged import Sums
from kpi.measure.model import Measurement, State
from kpi.present.capital import Money, number
from kpi.present.html import Html, el, table
from kpi.present.profile import category
from kpi.present.table import Cell, Number, Table
from kpi.present.words import NOTHING, currency_of, of
from kpi.problems import N_
from kpi.quarter import Window


@dataclass(frozen=True, slots=True)
class Yearly:
    """The figures of the table, by what they are: none of what the framework does not name."""

    attracted: Sums
    capital: str
    received: Sums | None = None
    leverage: Mapping[Window, Measurement] | None = None


def years(money: Money, found: Yearly, leverage: str | None) -> Html:
    """Show a row a year, the last one since the start."""
    heads = _heads(money, found, leverage)
    top = [el("th", head, scope="col", class_="k-right" if index else None) for index, head in enumerate(heads)]
    rows = []
    for window in money.columns:
        cells: list[Html | str] = [each.written for each in _sums(money, found, window)]
        if leverage is not None and found.leverage is not None:
            cells.append(_ratio(money, leverage, found.leverage.get(window)))
        shown = [el("td", cell, data_label=head, class_="k-right") for head, cell in zip(heads[1:], cells, strict=True)]
        over = "k-over" if window == money.columns[-1] else None
        rows.append(el("tr", el("th", money.head(window), scope="row"), *shown, class_=over))
    looks = "k-table k-returns k-money k-years"
    return table(money.say(N_("By year")), el("thead", el("tr", *top)), el("tbody", *rows), class_=looks)


def _heads(money: Money, found: Yearly, leverage: str | None) -> list[str]:
    known = breakdowns.categories(money.framework, found.attracted.key, found.capital)
    heads = [money.say(N_("Period")), money.label(found.attracted.key)]
    heads += [category(known, key, money.language) for key in _parts(money, found)]
    heads += [money.label(found.received.key)] if found.received else []
    return [*heads, money.label(leverage)] if leverage else heads


def _parts(money: Money, found: Yearly) -> list[str]:
    there = found.attracted.by.get(found.capital, {})
    known = breakdowns.categories(money.framework, found.attracted.key, found.capital)
    met = dict.fromkeys(
        key
        for window in money.columns
        for key, each in there.get(window, {}).items()
        if each.state is not State.NOT_PUBLISHED
    )
    return [*(key for key in known if key in met), *(key for key in met if key not in known)]


def _sums(money: Money, found: Yearly, window: Window) -> list[Number]:
    cells = [number(money, found.attracted.whole.get(window))]
    cells += [number(money, found.attracted.part(found.capital, key, window)) for key in _parts(money, found)]
    return [*cells, number(money, found.received.whole.get(window))] if found.received else cells


def _ratio(money: Money, key: str, found: Measurement | None) -> Html | str:
    """Write the ratio and, beneath, the division that it is."""
    if found is None or found.value is None:
        return el("span", money.plain(found), class_="k-none-said")
    written = of(money.framework, key, found.value, money.language)
    terms = terms_of(money, found)
    return el("span", written, el("small", terms, class_="k-beneath") if terms else None)


def terms_of(money: Money, found: Measurement) -> str:
    """Write both terms of a ratio of amounts; nothing where they are not known."""
    if found.numerator is None or found.denominator is None:
        return ""
    both = [amount(money, each) for each in (found.numerator, found.denominator)]
    return " ÷ ".join(both)


def amount(money: Money, value: Fraction) -> str:
    """Write an amount in the currency of all totals."""
    return money_of(value, currency_of(money.framework), money.language)


def years_data(money: Money, found: Yearly, leverage: str | None, name: str) -> Table:
    """Give `years` as a table of numbers, the ratio's terms in columns of their own."""
    heads, rows = _heads(money, found, leverage), []
    if leverage is not None:
        heads += [money.say(N_("Numerator")), money.say(N_("Denominator"))]
    for window in money.columns:
        row: list[Cell] = [money.when(window), *_sums(money, found, window)]
        if leverage is not None:
            ratio = found.leverage.get(window) if found.leverage else None
            row.append(number(money, ratio))
            terms = (ratio.numerator, ratio.denominator) if ratio else (None, None)
            row += [Number(NOTHING if term is None else amount(money, term), term) for term in terms]
        rows.append(row)
    return Table(name, heads, rows)


def beside(money: Money, contracted: Sums, received: Sums, by: str) -> tuple[Html, Table] | None:
    """Show what was contracted beside what has arrived of it, by a dimension; nothing where neither is."""
    since = money.columns[0]
    known = breakdowns.categories(money.framework, contracted.key, by)
    heads = [
        money.say(N_("Category")),
        money.label(contracted.key),
        money.label(received.key),
        money.say(N_("Received, of what was contracted")),
    ]
    body: list[Html] = []
    data: list[list[Cell]] = []
    pairs: list[tuple[str | None, Measurement | None, Measurement | None]] = [
        (None, contracted.whole.get(since), received.whole.get(since))
    ]
    pairs += [(key, contracted.part(by, key, since), received.part(by, key, since)) for key in known]
    for key, here, there in pairs:
        if not any(each is not None and (each.value or each.state is State.HIDDEN) for each in (here, there)):
            continue
        name = money.say(N_("All")) if key is None else category(known, key, money.language)
        arrived = _part(here, there)
        written = NOTHING if arrived is None else share(arrived, money.language)
        bar = None if arrived is None else _bar(min(float(arrived), 1.0) * 100)
        cells = [
            el("td", money.plain(here), data_label=heads[1], class_="k-right"),
            el("td", money.plain(there), data_label=heads[2], class_="k-right"),
            el(
                "td", el("span", bar, el("span", written, class_="k-share-said"), class_="k-share"), data_label=heads[3]
            ),
        ]
        body.append(el("tr", el("th", name, scope="row"), *cells, class_="k-over" if key is None else None))
        data.append([name, number(money, here), number(money, there), Number(written, arrived)])
    if not body:
        return None
    top = [
        el("th", head, scope="col", class_="k-right" if index in {1, 2} else None) for index, head in enumerate(heads)
    ]
    title = money.say(N_("Contracted, and received of it"))
    drawn = table(title, el("thead", el("tr", *top)), el("tbody", *body), class_="k-table k-returns k-money")
    return drawn, Table(title, heads, data)


def _bar(long: float) -> Html:
    return el(
        "span", el("span", "", class_="k-bar", style=f"width:{long:.1f}%"), class_="k-share-track", aria_hidden="true"
    )


def _part(here: Measurement | None, there: Measurement | None) -> Fraction | None:
    if here is None or there is None or not here.value or there.value is None:
        return None
    return there.value / here.value
