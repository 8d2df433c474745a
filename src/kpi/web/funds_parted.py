"""Where the money comes from and what it is for: sums by source and by every other dimension."""

from collections.abc import Sequence

import streamlit as st

from kpi.language import tr, whole
from kpi.leveraged import Sums
from kpi.measure.model import Measurement, State
from kpi.present import capital, capital_said
from kpi.present.capital import Money
from kpi.present.html import el
from kpi.present.withheld import withheld
from kpi.present.words import dimension, listed, period
from kpi.problems import N_
from kpi.web import frame
from kpi.web.funds import Found, is_source, page
from kpi.web.person import installation, language
from kpi.web.view import View


def by_source(found: Found, within: Money) -> None:
    """Show where the money comes from, by source under its kind of capital."""
    on, said = page(), language()
    how = list(capital_said.explained(within, on))
    finer = [each for each in found.attracted.by if is_source(each) and each != on.capital]
    for by in finer or [each for each in found.attracted.by if each == on.capital]:
        above = on.capital if by != on.capital else None
        rows = capital.rows(within, found.attracted, by, above)
        if not capital.says_something(within, rows):
            continue
        name = tr(N_("Where the money comes from"), said)
        frame.beneath(
            capital.spread_data(within, name, [(found.attracted, by, rows)]),
            key=f"funding-{by}",
            computed=how,
            drawing=capital.spread(within, found.attracted, by, rows, wide=True),
            notes=hidden([one for row in rows for one in row.found.values()]),
        )
    _closed(found.attracted, within)


def what_for(looking: View, found: Found, within: Money) -> None:
    """Show the other dimensions: since the start, and in the period looked at."""
    filters = installation().framework.programme.filters
    others = sorted(
        (each for each in found.attracted.by if not is_source(each)),
        key=lambda each: filters.index(each) if each in filters else len(filters),
    )
    _grid(looking, found.attracted, others, within, key="funding-others")


def used(looking: View, found: Found, within: Money) -> None:
    """Show the resources used, apart from all that was attracted."""
    if found.used is not None:
        dimensions = list(found.used.by)
        first = found.used.whole.get(within.columns[0])
        st.html(el("p", _apart(within, found.used.key, first), class_="k-note"))
        _grid(looking, found.used, dimensions, within, key="funding-used")


def _apart(within: Money, key: str, first: Measurement | None) -> str:
    text = N_("{indicator}, {window}: {value}. It stands apart and is never added to what was attracted.")
    when = period(within.columns[0], within.language)
    return whole(text, within.language, indicator=within.label(key), window=when, value=within.plain(first))


def _grid(looking: View, sums: Sums, dimensions: Sequence[str], within: Money, *, key: str) -> None:
    """Show dimensions beside each other: since the start, and in the period looked at."""
    columns = list(dict.fromkeys([within.columns[0], looking.window]))
    narrow = Money(within.framework, within.language, columns)
    shown = [(each, capital.rows(narrow, sums, each)) for each in dimensions]
    there = [(each, rows) for each, rows in shown if capital.says_something(narrow, rows)]
    if there:
        tables = [el("div", capital.spread(narrow, sums, each, rows, wide=False)) for each, rows in there]
        wide = [(sums, each, capital.rows(within, sums, each)) for each, _ in there]
        frame.beneath(
            capital.spread_data(within, within.label(sums.key), wide),
            key=key,
            computed=list(capital_said.explained(within, page())),
            drawing=el("div", *tables, class_="k-grid"),
            notes=hidden([one for _, rows in there for row in rows for one in row.found.values()]),
        )
    _closed(sums, within, among=dimensions)
    lacking(sums, within)


def lacking(sums: Sums, within: Money) -> None:
    """Say that a sum is not collected by what the page is filtered by."""
    found = next((one for one in sums.whole.values() if one.state is State.NOT_COLLECTED), None)
    if found is not None:
        st.html(el("p", f"{within.label(sums.key)}: {within.plain(found)}", class_="k-legend"))


def _closed(sums: Sums, within: Money, among: Sequence[str] | None = None) -> None:
    """Say which breakdowns are not published."""
    secret = [
        each
        for each, windows in sums.by.items()
        if among is None or each in among
        if (met := [one for parts in windows.values() for one in parts.values()])
        and all(one.state is State.NOT_PUBLISHED for one in met)
    ]
    if secret and any(one.state is not State.NOT_PUBLISHED for one in sums.whole.values()):
        names = listed([dimension(within.framework, each, within.language) for each in secret], within.language)
        text = N_("Together with the filter chosen above, these breakdowns are not published: {names}.")
        st.html(el("p", whole(text, within.language, names=names), class_="k-legend"))


def hidden(shown: Sequence[Measurement]) -> list[str]:
    """Say why some of what is shown is hidden, where it is."""
    return withheld(installation().framework, shown, language())
