"""The log on its page: filters, links with what was before and after, the head to keep elsewhere."""

from datetime import UTC, date, datetime, time, timedelta

import streamlit as st

from kpi.audit import Page, Sought, read_log
from kpi.language import pick, tr, whole
from kpi.present.html import el
from kpi.present.log import NAMES, log_table
from kpi.problems import N_
from kpi.quarter import NotAQuarterError, Quarter
from kpi.web.address import params
from kpi.web.person import installation, language, organisations

_MOST = 200


def log() -> None:
    """Show the links that are looked for, the newest first."""
    here, said = installation(), language()
    first = read_log(here, sought=Sought(), most=1)
    sought = _filters(first)
    found = read_log(here, sought=sought, most=_MOST)
    st.html(
        el("p", tr(N_("The newest link's hash. Print it and keep it elsewhere: against it a cut log shows."), said))
    )
    st.code(found.head, language=None, wrap_lines=True)
    if not found.events:
        st.html(el("p", tr(N_("The log holds nothing of the kind."), said), class_="k-nothing", role="status"))
        return
    st.html(log_table(found.events, said))
    if found.more:
        more = tr(
            N_("Only the newest {count} are shown; narrow the period, or use “kpi audit log”."), said, count=_MOST
        )
        st.html(el("p", more, class_="k-note"))


def _filters(there: Page) -> Sought:
    said = language()
    names = {one.code: pick(one.name, said) for one in organisations()}
    anybody, anything = tr(N_("anybody"), said), tr(N_("anything"), said)
    asked = params()
    with st.container(horizontal=True, gap="small"):
        actor = st.selectbox(
            tr(N_("Who"), said), [None, *there.actors], format_func=lambda one: one or anybody, key="log.actor"
        )
        action = st.selectbox(
            tr(N_("What"), said),
            [None, *there.actions],
            format_func=lambda one: tr(NAMES.get(one, one), said) if one else anything,
            key="log.action",
        )
        codes = [None, *names]
        organisation = st.selectbox(
            tr(N_("Organisation"), said),
            codes,
            index=codes.index(asked.get("org")) if asked.get("org") in codes else 0,
            format_func=lambda code: f"{names[code]} ({code})" if code else anything,
            key="log.organisation",
        )
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        quarter = st.text_input(
            tr(N_("Quarter, like 2026-Q3"), said), value=asked.get("quarter") or "", key="log.quarter", max_chars=10
        )
        since = st.date_input(tr(N_("From"), said), value=None, key="log.since", format="DD.MM.YYYY")
        until = st.date_input(tr(N_("To"), said), value=None, key="log.until", format="DD.MM.YYYY")
    parts = [organisation] if organisation else []
    if quarter.strip():
        parts.append(_quarter(quarter))
    return Sought(
        actor=actor,
        action=action,
        parts=tuple(parts),
        since=_begins(since) if isinstance(since, date) else None,
        until=_begins(until + timedelta(days=1)) if isinstance(until, date) else None,
    )


def _quarter(text: str) -> str:
    """Give a quarter as subjects name it; what is none is said to be none, and nothing is found for it."""
    try:
        return str(Quarter.parse(text))
    except NotAQuarterError:
        told = whole(N_("“{found}” is not a quarter; write it like 2026-Q3."), language(), found=text.strip())
        st.html(el("p", told, class_="k-wrong", role="alert"))
        return text.strip()


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min).astimezone(UTC)
