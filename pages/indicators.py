"""How does each indicator stand? All of them in one list, sorted and narrowed down by the address."""

import streamlit as st

from kpi.language import tr, whole
from kpi.present import indicators as present
from kpi.present.cards import ends_open
from kpi.present.html import el, join
from kpi.present.scene import Scene
from kpi.present.sheet import assumed
from kpi.present.words import period, title
from kpi.problems import N_
from kpi.web import asked, frame, indicators, overview, paper, sections, states
from kpi.web.looking import view
from kpi.web.person import installation, language
from kpi.web.pickers import filter_bar

looking, problems = view()
order = indicators.chosen(problems)
framework, said = installation().framework, language()
scene = Scene(framework, said, indicators.keep(looking, order))
plain = Scene(framework, said, looking.params(said))
st.html(overview.STYLE)
st.html(paper.BROAD)
st.html(el("h1", tr(N_("How does each indicator stand?"), said), class_="k-title"))
filter_bar(looking)
indicators.pickers(order)
states.begun(problems)

shown = asked.shown(looking)
keys = present.arranged(plain, shown, order)
when = title(period(looking.window, said))
st.html(el("p", when, class_="k-period"))
sections.provisional_note(looking)
if any(one.now.value is not None for one in shown.values()):
    overview.findings_of(plain, looking, shown)
else:
    states.nothing_reported(one.now for one in shown.values())

if not keys:
    st.html(el("p", tr(N_("No indicator is like that in this period."), said), class_="k-nothing", role="status"))
    st.stop()
aims = asked.aims(keys, looking.window.last)
levels = dict.fromkeys(framework.indicators[key].level for key in keys) if order.sort is present.Sort.LEVEL else [None]
lists = [
    present.listing(
        plain,
        [key for key in keys if level in {None, framework.indicators[key].level}],
        shown,
        aims,
        order=order,
        level=level,
    )
    for level in levels
]
windows = [each.window for key in keys for each in shown[key].trend]
notes = [
    *frame.trends(windows, there=any(ends_open(scene, shown[key]) for key in keys)),
    f"* {assumed(framework, said)}",
]
name = whole(N_("Indicators, {window}"), said, window=period(looking.window, said))
frame.beneath(
    present.as_table(scene, keys, shown, name), key="indicators", computed=(), drawing=join(*lists), notes=notes
)
st.html(el("p", whole(N_("Shown: {count} of {all}."), said, count=len(keys), all=len(shown)), class_="k-note"))
