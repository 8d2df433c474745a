"""The log on its page: filters, links with what was before and after, the head to keep elsewhere."""

from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

import streamlit as st

from kpi.audit import Page, Sought, read_log, subjects
from kpi.language import pick, quarter_short, tr, whole, window_name
from kpi.present.html import el
from kpi.present.log import NAMES, log_table
from kpi.problems import N_
from kpi.quarter import Quarter
from kpi.web import asked, states
from kpi.web.looking import view
from kpi.web.opened import today
from kpi.web.person import installation, language, organisations
from kpi.web.view import NOT_KNOWN

#: So many links are shown, and so many more at each asking.
_SOME, _MORE = 50, "log.more"


def log() -> None:
    """Show the links that are looked for, the newest first."""
    here, said = installation(), language()
    first = read_log(here, sought=Sought(), most=1)
    scope = _behind()
    sought = _filters(first, scope)
    most = _SOME * (1 + st.session_state.get(_MORE, 0))
    found = read_log(here, sought=sought, most=most)
    kept = N_("The newest entry's hash. Print it and keep it elsewhere: it shows if anything was removed from the log.")
    st.html(el("p", tr(kept, said)))
    st.code(found.head, language=None, wrap_lines=True)
    if not found.events:
        st.html(el("p", tr(N_("The log holds nothing of the kind."), said), class_="k-nothing", role="status"))
        return
    st.html(log_table(found.events, here.framework, said))
    if found.more:
        text = N_("Only the newest {count} are shown; narrow the period, or use “kpi audit log”.")
        st.html(el("p", tr(text, said, count=most), class_="k-note"))
        st.button(tr(N_("Show older ones"), said), key="log.older", on_click=_show_more)


def _show_more() -> None:
    st.session_state[_MORE] = st.session_state.get(_MORE, 0) + 1


def _behind() -> set[str] | None:
    """Say and give what lies behind the figure that the address names; nothing where it names none."""
    if "indicator" not in st.query_params:
        return None
    here, said = installation(), language()
    looking, problems = view()
    states.not_known(problems)
    if looking.indicator is None:
        return None
    sources, _ = asked.sources(looking, looking.indicator)
    returns = {(one.source.organisation, one.source.quarter) for one in sources}
    figure = f"{looking.indicator} – {pick(here.framework.indicators[looking.indicator].label, said)}"
    limits = [
        pick(here.framework.dimensions[dimension].categories[category].label, said)
        for dimension, category in looking.where.items()
    ]
    name = ", ".join([figure, window_name(looking.window, said), *limits])
    back = el("a", tr(N_("← The figure"), said), href=f"indicator?{urlencode(looking.params(said))}", target="_self")
    every = el("a", tr(N_("The whole log"), said), href=f"log?lang={said}", target="_self")
    only = el("strong", whole(N_("Only what lies behind {figure}"), said, figure=name))
    text = N_(
        "Its returns with every revision, remark and answer; locks of their quarters; the list of organisations; "
        "what is done and noted."
    )
    st.html(el("p", only, el("br"), tr(text, said), " ", back, " · ", every, class_="k-note k-scope"))
    return subjects(here, returns=returns, quarters=looking.window, indicator=looking.indicator)


def _filters(there: Page, scope: set[str] | None) -> Sought:
    said = language()
    names = {one.code: pick(one.name, said) for one in organisations()}
    every = tr(N_("All"), said)
    given = st.query_params if scope is None else {}
    with st.container(horizontal=True, gap="small"):
        actor = st.selectbox(
            tr(N_("Who"), said), ["", *there.actors], format_func=lambda one: one or every, key="log.actor"
        )
        action = st.selectbox(
            tr(N_("What"), said),
            ["", *there.actions],
            format_func=lambda one: tr(NAMES.get(one, one), said) if one else every,
            key="log.action",
        )
        codes, whose = ["", *names], given.get("org", "")
        organisation = st.selectbox(
            tr(N_("Organisation"), said),
            codes,
            index=codes.index(whose) if whose in codes else 0,
            format_func=lambda code: f"{names[code]} ({code})" if code else every,
            key="log.organisation",
        )
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        quarter = _quarter(given.get("quarter") or "", every)
        since = st.date_input(tr(N_("From"), said), value=None, key="log.since", format="DD.MM.YYYY")
        until = st.date_input(tr(N_("To"), said), value=None, key="log.until", format="DD.MM.YYYY")
    parts = [*filter(None, (organisation, str(quarter or "")))]
    if organisation and quarter and scope is None:  # the return with the locks of its quarter
        parts, scope = [], subjects(installation(), returns=[(organisation, quarter)])
    return Sought(
        actor=actor or None,
        action=action or None,
        parts=tuple(parts),
        subjects=scope,
        since=_begins(since) if isinstance(since, date) else None,
        until=_begins(until + timedelta(days=1)) if isinstance(until, date) else None,
    )


def _quarter(asked_for: str, every: str) -> Quarter | None:
    """Let the reader choose a quarter; one that the address asks for in vain is said to be none."""
    said, now = language(), Quarter.of(today())
    there = [str(now + -ago) for ago in range(now - min(installation().framework.programme.starts, now) + 1)]
    if asked_for and asked_for not in there:
        states.not_known([NOT_KNOWN.at(found=asked_for)])
    chosen = st.selectbox(
        tr(N_("Quarter"), said),
        ["", *there],
        index=there.index(asked_for) + 1 if asked_for in there else 0,
        format_func=lambda one: quarter_short(Quarter.parse(one), said) if one else every,
        key="log.quarter",
    )
    return Quarter.parse(chosen) if chosen else None


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min).astimezone(UTC)
