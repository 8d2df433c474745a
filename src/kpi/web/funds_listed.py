"""The amounts one by one, for whoever may see rows: who gave them, and the list; narrowed down by the address.

============  ==================================================
parameter     value
============  ==================================================
capital       a kind of capital
span          ``period``: only those of the period looked at
order         ``largest``: the greatest first, not the newest
amounts       which part of a long list, from 1
============  ==================================================
"""

from collections.abc import Mapping, Sequence

import streamlit as st

from kpi import amounts as service
from kpi import figures
from kpi.access import Deed
from kpi.amounts import Amount
from kpi.language import pick, tr, whole
from kpi.leveraged import since_start
from kpi.present import amounts as present
from kpi.present import givers
from kpi.present.amounts import Listed
from kpi.present.currencies import currencies
from kpi.present.html import el
from kpi.present.words import period, title
from kpi.problems import N_, Problem
from kpi.web import address, asked, frame
from kpi.web.funds import page
from kpi.web.looking import view
from kpi.web.person import allowed, installation, language
from kpi.web.view import NOT_KNOWN, View

_ALL, _AT_ONCE = "", 10
_SPANS = {"": N_("Since the start"), "period": N_("Only in the period above")}
_ORDERS = {"": N_("Newest first"), "largest": N_("Largest first")}


def may_be_seen() -> bool:
    """Tell whether whoever looks may see anybody's rows."""
    who = installation().who
    return allowed(Deed.SEE_ROWS) or any(allowed(Deed.REPORT, organisation=one) for one in who.organisations)


def chosen(problems: list[Problem]) -> dict[str, str]:
    """Give what the address narrows the list down to; what is not known is told."""
    there, found = address.params(), {}
    known = installation().framework.dimensions[page().capital].categories
    offered: Mapping[str, Mapping[str, object]] = {"capital": known, "span": _SPANS, "order": _ORDERS}
    for name, among in offered.items():
        wanted = there.get(name)
        if wanted and wanted in among:
            found[name] = wanted
        elif wanted:
            problems.append(NOT_KNOWN.at(found=wanted))
    if part := address.number(there.get("amounts")):
        found["amounts"] = str(part)
    return found


def keep(looking: View, to: Mapping[str, str]) -> Mapping[str, str]:
    """Put what is looked at into the address; give what its links carry on."""
    params = looking.params(language())
    address.write({**params, **to})
    return params


@st.fragment
def one_by_one() -> None:
    """Show who gave how much, and every amount with what proves it."""
    looking, _ = view()
    said, to = language(), chosen([])
    within = _listed()
    _pickers(looking, to)
    found = _narrowed(looking, to)
    if not found:
        st.html(el("p", tr(N_("No amount was reported here."), said), class_="k-note"))
        return
    if page().funder is not None:
        _from_whom(within, found)
    table = currencies(within, found)
    if table is not None:
        st.html(el("h3", table.title))
        how = tr(N_("Each amount is converted by itself, at the rate of its own day, and rounded to the cent."), said)
        frame.beneath(table, key="funding-currencies", computed=[how], drawing=table.html(), is_table=True)
    st.html(el("h3", whole(N_("Amounts one by one: {count}"), said, count=len(found))))
    _pages(within, found, to)


def _listed() -> Listed:
    return Listed(installation().framework, page(), language(), reviews=allowed(Deed.REVIEW))


def _narrowed(looking: View, to: Mapping[str, str]) -> Sequence[Amount]:
    """Give the amounts that are looked at, in their order."""
    here, on = installation(), page()
    within = _listed()
    window = looking.window
    if present.is_flow(within) and to.get("span") != "period":
        window = since_start(here.framework, looking.window.last)
    basis = figures.PROVISIONAL if looking.provisional else figures.APPROVED
    whose = ", ".join(sorted(here.who.organisations))
    found = asked.kept(
        f"amounts {window} {sorted(looking.where.items())} {whose}",
        looking.provisional,
        lambda: service.amounts(here, on.attracted, window, where=looking.where, basis=basis),
    )
    found = [one for one in found if to.get("capital") in {None, within.capital(one)}]
    return sorted(found, key=lambda one: one.value, reverse=True) if to.get("order") == "largest" else found


def _pickers(looking: View, to: Mapping[str, str]) -> None:
    framework, said, on = installation().framework, language(), page()
    kinds = framework.dimensions[on.capital]
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="narrow"):
        labels = {_ALL: tr(N_("All"), said), **{key: pick(one.label, said) for key, one in kinds.categories.items()}}
        _select("capital", title(pick(kinds.label, said)), labels, to)
        if present.is_flow(_listed()):
            spans = {key: tr(text, said) for key, text in _SPANS.items()}
            spans["period"] = title(period(looking.window, said))
            _select("span", tr(N_("Which amounts"), said), spans, to)
        _select("order", tr(N_("Order"), said), {key: tr(text, said) for key, text in _ORDERS.items()}, to)


def _select(name: str, label: str, offered: Mapping[str, str], to: Mapping[str, str]) -> None:
    key = f"amounts.{name}"
    st.session_state[key] = to.get(name, _ALL)
    st.selectbox(
        label, list(offered), key=key, format_func=offered.__getitem__, on_change=_changed, args=(name,), width=220
    )


def _changed(name: str) -> None:
    if name != "amounts":
        address.choose("amounts", None)
    address.choose(name, st.session_state[f"amounts.{name}"] or None)


def _from_whom(within: Listed, found: Sequence[Amount]) -> None:
    by_name = givers.givers(within, found)
    name = tr(N_("From whom"), language())
    drawing = el("div", givers.givers_table(within, name, by_name), class_="k-givers")
    table = givers.givers_data(within, name, by_name)
    subject = pick(installation().framework.indicators[page().attracted].label, language())
    frame.beneath(table, key="funding-from-whom", computed=givers.grouped(within), drawing=drawing, subject=subject)


def _pages(within: Listed, found: Sequence[Amount], to: Mapping[str, str]) -> None:
    """Show a part of the list; all of it goes out as CSV."""
    last = -(-len(found) // _AT_ONCE)
    part = min(max(address.number(to.get("amounts")), 1), last)
    st.html(present.table(within, found[(part - 1) * _AT_ONCE : part * _AT_ONCE]))
    if last > 1:
        labels = {str(one): _span(one, len(found)) for one in range(1, last + 1)}
        _select("amounts", tr(N_("Amounts"), language()), labels, {"amounts": str(part)})
    frame.download(present.data(within, found), key="funding-amounts")


def _span(one: int, count: int) -> str:
    first, last = (one - 1) * _AT_ONCE + 1, min(count, one * _AT_ONCE)
    return whole(N_("{first}–{last} of {all}"), language(), first=first, last=last, all=count)
