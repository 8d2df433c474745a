"""Where a figure comes from: the returns behind it, the rows of one of them, and all rows that it is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from kpi import breakdowns
from kpi.access import Deed
from kpi.figures import Contribution, StoredReturn
from kpi.harmless import harmless
from kpi.language import number, pick, quarter_name, tr, whole
from kpi.measure.facts import Part, parts_of
from kpi.measure.model import Organisation
from kpi.present.html import el, join
from kpi.present.sources import all_rows, in_order, organisation, returns_table, rows_table
from kpi.present.table import Table
from kpi.problems import N_
from kpi.web import asked, frame
from kpi.web.person import allowed, installation, language, may_see_rows, now
from kpi.web.view import View


@st.fragment
def sources(view: View, key: str) -> None:
    """Show the returns behind the figure, and the rows of a chosen one."""
    framework, said = installation().framework, language()
    found, files = asked.sources(view, key)
    if allowed(Deed.READ_LOG):
        text = tr(N_("What was done behind this figure, and by whom"), said)
        way = urlencode(replace(view, indicator=key).params(said))
        st.html(el("p", el("a", text, href=f"log?{way}"), class_="k-note"))
    if not found:
        st.html(el("p", tr(N_("No return adds to this figure."), said), class_="k-note"))
        return
    names = _names()
    counted = whole(N_("Returns that this figure is made of: {count}"), said, count=len(found))
    with st.expander(counted, expanded=len(found) <= _FEW):
        st.html(returns_table(framework, key, found, names=names, files=files, language=said))
    open_to = [one for one in in_order(found, names, said) if may_see_rows(one.source.organisation)]
    if not open_to:
        return
    _all_rows(view, key)
    chosen = st.selectbox(
        tr(N_("Show the rows of a return"), said),
        open_to,
        index=None,
        format_func=lambda one: _return_name(names, one, said),
        placeholder=tr(N_("Choose a return"), said),
        key="pick.return",
    )
    if chosen is not None:
        _rows(view, key, chosen)


#: So few returns are shown at once.
_FEW = 12


def _all_rows(view: View, key: str) -> None:
    """Offer all rows behind the figure: to be taken away, and to be looked at where somebody asks for them."""
    framework, said, names = installation().framework, language(), _names()
    make = asked.behind(view, key)
    parts = parts_of(framework, key)
    every = allowed(Deed.SEE_ROWS)
    title = tr(N_("All rows that this figure is made of") if every else N_("Your rows in this figure"), said)

    def table(index: int) -> Table:
        return all_rows(framework, make()[index], names, _titled(title, parts, index), said)

    shown = st.toggle(title, key="pick.all_rows")
    found = make() if shown else []
    for index, part in enumerate(parts):
        name = _titled(title, parts, index)
        if found:
            count = number(len(found[index].rows), said)
            st.html(el("p", f"{name}: {count}", class_="k-chart-title"))
            rows = all_rows(framework, found[index], names, name, said)
            st.dataframe(_framed(rows), hide_index=True, width="stretch")
        with st.container(horizontal=True, gap="small", key=f"tools.{key}-rows-{part.role}"):
            frame.made_later(partial(table, index), key=f"{key}-rows-{part.role}", name=name)


def _titled(title: str, parts: Sequence[Part], index: int) -> str:
    """Name the rows of a part: by its form and, where a figure is divided, by where they stand in it."""
    framework, said = installation().framework, language()
    form = pick(framework.forms[parts[index].form].label, said)
    if len(parts) == 1:
        return f"{title}: {form}"
    role = tr(N_("numerator") if index == 0 else N_("denominator"), said)
    return f"{title}: {form} ({role})"


def _framed(table: Table) -> pd.DataFrame:
    columns = zip(*table.rows, strict=True) if table.rows else [()] * len(table.heads)
    texts = [[harmless(cell if isinstance(cell, str) else cell.written) for cell in column] for column in columns]
    return pd.DataFrame(dict(zip(table.heads, texts, strict=True)))


def _rows(view: View, key: str, chosen: Contribution) -> None:
    framework, said = installation().framework, language()
    source = chosen.source
    _behind(source)
    there = asked.rows(view, source.organisation, source.quarter)
    for form in breakdowns.forms(framework, key):
        columns = rows_table(framework, form, source.quarter, there, said)
        st.html(el("h3", pick(framework.forms[form].label, said)))
        if not any(columns.values()):
            st.html(el("p", tr(N_("This return has no rows in this form."), said), class_="k-note"))
            continue
        st.dataframe(pd.DataFrame(columns), hide_index=True, width="stretch")


def _behind(source: StoredReturn) -> None:
    """Lead to what was done to a return, and to its review: whoever may see these."""
    said = language()
    whose = {"lang": said, "org": source.organisation, "quarter": str(source.quarter)}
    ways = []
    if allowed(Deed.REVIEW):
        ways.append(
            el("a", tr(N_("The return as it was reviewed"), said), href=f"review?return={source.id}&lang={said}")
        )
    if allowed(Deed.READ_LOG):
        ways.append(el("a", tr(N_("What was done to it, and by whom"), said), href=f"log?{urlencode(whose)}"))
    if ways:
        st.html(el("p", join(*(join(way, " ") for way in ways)), class_="k-note"))


def _return_name(names: Mapping[str, Organisation], one: Contribution, said: str) -> str:
    return f"{quarter_name(one.source.quarter, said)} · {organisation(names, one.source.organisation, said)}"


def _names() -> dict[str, Organisation]:
    return {one.code: one for one in now().organisations}
