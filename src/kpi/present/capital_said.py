"""What the sums of money say, in sentences, and the facts at the head of their page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpi.framework.model import FundingPage
from kpi.language import money as money_of
from kpi.language import share
from kpi.leveraged import Sums
from kpi.measure.model import Measurement, Standing
from kpi.present import status
from kpi.present.beside import said
from kpi.present.capital import Money, Row
from kpi.present.capital_years import Yearly, terms_of
from kpi.present.html import Html, el
from kpi.present.status import badge
from kpi.present.words import achieved, currency_of, inside, period, title, with_unit
from kpi.problems import N_
from kpi.quarter import Window, WindowKind

Parts = Sequence[tuple[Row, Fraction | None]]


@dataclass(frozen=True, slots=True)
class Head:
    """What stands at the head of the page: the sums since the start and, of the period looked at, the whole.

    `standing` is that of the whole since the start. `parts` are the kinds of capital with their shares since then,
    `ratio` is the leverage, `before` the whole of the period compared with.
    """

    found: Yearly
    since: Window
    now: Measurement
    standing: Standing
    parts: Parts
    ratio: Measurement | None = None
    before: Measurement | None = None


def findings(money: Money, head: Head) -> list[str]:
    """Say how much was attracted and how that stands, of which capital it is, what has arrived, and the ratio.

    What is said “of it” follows the sum that it is a part of; the period looked at comes last.
    """
    found, since = head.found, head.since
    said = [_attracted(money, found.attracted, head.standing, since), _of_which(money, head.parts, since)]
    if found.received is not None:
        said.append(_received(money, found.attracted, found.received, since))
    if head.ratio is not None:
        said.append(_for_each(money, head.ratio))
    if (head.now.window.first, head.now.window.last) != (since.first, since.last):
        said.append(_in_period(money, head))
    return [one for one in said if one]


def _attracted(money: Money, sums: Sums, standing: Standing, since: Window) -> str:
    whole = sums.whole.get(since)
    if whole is None or whole.value is None:
        return ""
    total = money.plain(whole)
    if not _is_judged(standing) or standing.expected is None:
        return money.say(N_("Since the start {total} were attracted."), total=total)
    if standing.achievement is None:
        return money.say(
            N_("Since the start {total} were attracted; {expected} were expected by now – {status}."),
            total=total,
            expected=with_unit(money.framework, sums.key, standing.expected, money.language),
            status=status.word(standing.status, money.language),
        )
    return money.say(
        N_("Since the start {total} were attracted, {part} of the {expected} expected by now – {status}."),
        total=total,
        part=achieved(money.framework, standing.achievement, money.language),
        expected=with_unit(money.framework, sums.key, standing.expected, money.language),
        status=status.word(standing.status, money.language),
    )


def _in_period(money: Money, head: Head) -> str:
    now, before = head.now, head.before
    if now.value is None:
        return ""
    value, when = money.plain(now), title(period(now.window, money.language))
    beside = said(money.framework, now, before, money.language)
    if beside is None:
        return money.say(N_("{window}: {value}."), window=when, value=value)
    return money.say(N_("{window}: {value} ({beside})."), window=when, value=value, beside=beside)


def _of_which(money: Money, parts: Parts, since: Window) -> str:
    known = [(row, part) for row, part in parts if part is not None and row.found[since].value is not None]
    if not known:
        return ""
    named = "; ".join(
        f"{inside(row.name)} {money.plain(row.found[since])} ({share(part or Fraction(0), money.language)})"
        for row, part in known
    )
    return money.say(N_("Of this: {parts}."), parts=named)


def _received(money: Money, contracted: Sums, received: Sums, since: Window) -> str:
    here, there = contracted.whole.get(since), received.whole.get(since)
    if here is None or there is None or not here.value or there.value is None:
        return ""
    arrived = share(there.value / here.value, money.language)
    text = N_("{received} of it have been received so far ({part}).")
    return money.say(text, received=money.plain(there), part=arrived)


def _for_each(money: Money, ratio: Measurement) -> str:
    value = ratio.value
    if value is None:
        value = ratio.standing.actual if ratio.standing.basis.kind is WindowKind.SINCE_START else None
    if value is None:
        return ""
    currency = currency_of(money.framework)
    return money.say(
        N_("{value} for each {one} of own support."),
        value=money_of(value, currency, money.language, cents=True),
        one=money_of(1, currency, money.language),
    )


def facts(money: Money, on: FundingPage, head: Head) -> Html:
    """Show what matters most since the start: the whole with its verdict, its parts, what has arrived, the ratio."""
    found, since, ratio = head.found, head.since, head.ratio
    whole = money.plain(found.attracted.whole.get(since))
    when = period(since, money.language)
    entries = [_fact(money.label(on.attracted), whole, _verdict(head.standing, money), when)]
    for row, part in head.parts:
        written = "" if part is None else share(part, money.language)
        entries.append(_fact(row.name, money.plain(row.found.get(since)), written))
    if found.received is not None and on.received is not None:
        received = found.received.whole.get(since)
        verdict = "" if received is None else _verdict(received.standing, money)
        entries.append(_fact(money.label(on.received), money.plain(received), verdict))
    if ratio is not None and on.leverage is not None:
        value = ratio.standing.actual if ratio.value is None else ratio.value
        shown = money.plain(ratio) if value is None else with_unit(money.framework, on.leverage, value, money.language)
        none = N_("since the start; for the period looked at there is no ratio that could be judged")
        if ratio.window.unfinished:
            none = N_("since the start; it is judged once the year is over")
        unjudged = "" if value is None else money.say(none)
        judged = unjudged if ratio.value is None else badge(ratio.standing, money.language)
        entries.append(_fact(money.label(on.leverage), shown, judged, terms_of(money, ratio)))
    return el("dl", *entries, class_="k-facts")


def _verdict(standing: Standing, money: Money) -> Html | str:
    return badge(standing, money.language) if _is_judged(standing) else ""


def _is_judged(standing: Standing) -> bool:
    """Tell whether what stands at the head is what was judged."""
    return standing.basis.kind is WindowKind.SINCE_START and standing.actual is not None


def _fact(name: str, value: str, *beneath: Html | str) -> Html:
    return el("div", el("dt", name), el("dd", value, *(el("small", each) for each in beneath if each)))


def explained(money: Money, on: FundingPage) -> Iterator[str]:
    """Say what the sums are made of, and what is never added to them."""
    yield money.say(
        N_("“{indicator}” adds up what was contracted, in the quarter of signature; since the start: all quarters."),
        indicator=money.label(on.attracted),
    )
    for code, rates in money.framework.money.rates.items() if money.framework.money else ():
        for rate in rates:
            yield money.say(
                N_("Amounts in {currency} are divided by {rate}, each rounded to the cent."),
                currency=code,
                rate=rate.per_unit,
            )
    if on.received is not None:
        yield money.say(
            N_("Contracted and received are two figures: what is signed in a period may arrive in later ones.")
        )
    if on.used is not None:
        yield money.say(N_("Resources used are shown apart and never added to what was attracted."))
    if on.leverage is not None:
        yield money.say(N_("Leverage is told by calendar year and since the start, never for a quarter."))
