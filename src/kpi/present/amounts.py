"""Amounts one by one: as they were reported, what they are in the programme's currency, and what proves them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial

from kpi.amounts import Amount, StoredEvidence
from kpi.framework.model import Column, ColumnType, FormTime, Framework, FundingPage
from kpi.language import day, number, pick, quarter_short, whole
from kpi.language import money as money_of
from kpi.measure.disaggregation import category_of
from kpi.measure.facts import parts_of
from kpi.present.html import Html, el, join
from kpi.present.html import table as html_table
from kpi.present.table import Cell, Number, Table
from kpi.present.words import NOTHING, currency_of
from kpi.present.written import as_written
from kpi.problems import N_
from kpi.records import is_not_applicable

_SAFE = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Listed:
    """What amounts are shown within; `reviews`: whether returns may be opened."""

    framework: Framework
    page: FundingPage
    language: str
    reviews: bool = False

    @property
    def form(self) -> str:
        """The form in which the amounts stand."""
        return parts_of(self.framework, self.page.attracted)[0].form

    @property
    def columns(self) -> Mapping[str, Column]:
        """Its columns."""
        return self.framework.forms[self.form].columns

    def say(self, text: str, **values: object) -> str:
        """Say one of the program's own texts."""
        return whole(text, self.language, **values)

    def capital(self, one: Amount) -> str:
        """Give the kind of capital that an amount is."""
        return category_of(self.framework, self.page.capital, one.coordinates)

    def text(self, one: Amount, key: str) -> str:
        """Write what a row says in a column: text, choice, date or the name of the row pointed to."""
        column, said = self.columns[key], one.row.cells.get(key)
        if said is None or is_not_applicable(said):
            return ""
        if key in one.pointed:
            return one.pointed[key]
        if column.type is ColumnType.DATE:
            return day(date.fromisoformat(str(said)), self.language)
        if column.type is ColumnType.CHOICE and column.dimension is not None:
            known = self.framework.dimensions[column.dimension].categories
            return pick(known[said].label, self.language) if said in known else str(said)
        return said if isinstance(said, str) else ""

    def whose(self, one: Amount) -> str:
        """Name the organisation that reported an amount."""
        return pick(one.row.name, self.language)

    def main(self, value: Decimal | Fraction) -> str:
        """Write an amount in the programme's currency, to the cent."""
        return money_of(value, currency_of(self.framework), self.language, cents=True)


def table(listed: Listed, found: Sequence[Amount]) -> Html:
    """Show the amounts, a row each: what, when, from whom, for what, how much, and what proves it."""
    funder = listed.columns[listed.page.funder] if listed.page.funder else None
    heads = [
        pick(listed.columns[_first(listed)].label, listed.language),
        listed.say(N_("Date")),
        pick(funder.label, listed.language) if funder else listed.say(N_("Source")),
        listed.say(N_("What for")),
        listed.say(N_("Amount")),
        listed.say(N_("Evidence")),
    ]
    top = [
        el("th", head, scope="col", class_="k-right" if index == _MONEY else None) for index, head in enumerate(heads)
    ]
    return html_table(
        listed.say(N_("Amounts one by one")),
        el("thead", el("tr", *top)),
        el("tbody", *(_row(listed, one, heads) for one in found)),
        class_="k-table k-returns k-amounts",
    )


#: Where the amount stands in a row.
_MONEY = 4


def _first(listed: Listed) -> str:
    """Give the column that names a row: the form's key, else its first text."""
    form = listed.framework.forms[listed.form]
    texts = (key for key, column in form.columns.items() if column.type is ColumnType.TEXT)
    return form.key or next(texts, next(iter(form.columns)))


def _row(listed: Listed, one: Amount, heads: Sequence[str]) -> Html:
    page, form = listed.page, listed.framework.forms[listed.form]
    choices = [key for key, column in listed.columns.items() if column.type is ColumnType.CHOICE]
    sources = [key for key in choices if _is_source(listed, key)]
    others = [key for key in (*choices, *one.pointed) if key not in sources]
    source = " · ".join(text for key in sources if (text := listed.text(one, key)))
    funder = listed.text(one, page.funder) if page.funder else ""
    own = partial(as_written, language=listed.language, framework=listed.framework)
    from_whom = join(own(funder) or source, el("small", source, class_="k-beneath") if funder and source else None)
    purpose = " · ".join(text for key in others if (text := listed.text(one, key)))
    cells: list[Html | str] = [
        el("span", day(one.day, listed.language), class_="k-day"),
        from_whom,
        el("span", purpose or NOTHING, class_="k-purpose"),
        _money(listed, one),
        evidence(one, form.evidence) or NOTHING,
    ]
    return el(
        "tr",
        el(
            "th",
            own(listed.text(one, _first(listed)) or NOTHING),
            el("small", _reported(listed, one), class_="k-beneath"),
            scope="row",
        ),
        *(
            el("td", cell, data_label=head, class_="k-right" if index == _MONEY else None)
            for index, (head, cell) in enumerate(zip(heads[1:], cells, strict=True), start=1)
        ),
    )


def _is_source(listed: Listed, key: str) -> bool:
    dimension, capital = listed.columns[key].dimension or "", listed.page.capital
    return dimension == capital or capital in listed.framework.above(dimension)


def _reported(listed: Listed, one: Amount) -> Html:
    """Say who reported an amount and when, and lead to the return where that may be opened."""
    said = f"{listed.whose(one)} · {quarter_short(one.row.quarter, listed.language)}"
    if not listed.reviews:
        return el("span", said)
    return el("a", said, href=f"review?return={one.row.return_id}&lang={listed.language}")


def _money(listed: Listed, one: Amount) -> Html:
    """Write an amount to the cent and, where it was in another currency, the division by which it became that."""
    original = None
    if one.currency != currency_of(listed.framework) and one.rate is not None:
        was = money_of(one.original, one.currency, listed.language, cents=True)
        rate = number(one.rate, listed.language, max(0, -int(one.rate.as_tuple().exponent)))
        original = el("small", f"{was} ÷ {rate}", class_="k-beneath")
    return el("span", listed.main(one.value), original)


def evidence(one: Amount, column: str | None) -> Html | None:
    """Show what proves an amount: the text of its row, a link, and files to take away."""
    shown: list[Html | str] = []
    said = one.row.cells.get(column) if column else None
    if isinstance(said, str):
        shown.append(_link(_bare(said), said) if said.startswith(_SAFE) else said)
    shown += [_attached(one, each) for each in one.evidence]
    return el("span", *(el("span", each, class_="k-proof") for each in shown)) if shown else None


def _attached(one: Amount, each: StoredEvidence) -> Html | str:
    if each.file_id is not None:
        return _link(each.name, f"/evidence/{one.row.return_id}/{each.file_id}")
    return _link(each.name, each.link) if each.link and each.link.startswith(_SAFE) else each.name


def _bare(address: str) -> str:
    """Write an address as short as it may be: without its scheme."""
    return address.partition("://")[2].rstrip("/")


def _link(text: str, to: str) -> Html:
    return el("a", text, href=to, target="_blank", rel="noopener noreferrer")


def data(listed: Listed, found: Sequence[Amount]) -> Table:
    """Give the amounts as a table of everything that their rows say, the original and the derived sum apart."""
    money = parts_of(listed.framework, listed.page.attracted)[0].column
    shown = [key for key, column in listed.columns.items() if column.type in _TOLD]
    as_reported = listed.say(N_("as reported"))
    heads = [
        listed.say(N_("Organisation")),
        listed.say(N_("Quarter")),
        *(pick(listed.columns[key].label, listed.language) for key in shown),
        f"{pick(listed.columns[money or ''].label, listed.language)} ({as_reported})",
        listed.say(N_("Currency")),
        listed.say(N_("Rate")),
        currency_of(listed.framework),
        listed.say(N_("Attached")),
    ]
    rows: list[list[Cell]] = [
        [
            listed.whose(one),
            str(one.row.quarter),
            *(listed.text(one, key) for key in shown),
            Number(number(one.original, listed.language, 2), one.original),
            one.currency,
            Number(NOTHING if one.rate is None else f"{one.rate:f}", one.rate),
            Number(number(one.value, listed.language, 2), one.value),
            "; ".join(each.name for each in one.evidence),
        ]
        for one in found
    ]
    return Table(listed.say(N_("Amounts one by one")), heads, rows)


_TOLD = frozenset({ColumnType.TEXT, ColumnType.LINK, ColumnType.CHOICE, ColumnType.DATE, ColumnType.REF})


def is_flow(listed: Listed) -> bool:
    """Tell whether the amounts happened in a period, so that a period can be chosen."""
    return listed.framework.forms[listed.form].time is FormTime.FLOW
