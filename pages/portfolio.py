"""What is in the portfolio, how far each is, and how two of them compare: the rows behind the figures, one by one."""

import streamlit as st

from kpi.access import Deed
from kpi.language import pick, tr, whole
from kpi.present import findings
from kpi.present import portfolio as present
from kpi.present.entries import name_of
from kpi.present.html import el, join
from kpi.present.scene import Scene
from kpi.present.words import period, title
from kpi.problems import N_
from kpi.web import frame, narrowing, ordering, practice, resting, run_by, sections, states, tab, things
from kpi.web.looking import view
from kpi.web.person import allowed, installation, language
from kpi.web.pickers import filter_bar

#: So many cards are shown at first.
_CARDS = 12

looking, problems = view(by_organisation=True)
framework, said = installation().framework, language()
page = framework.pages.portfolio
if page is None:
    st.stop()
st.html(things.STYLE)
there = {"organisation": narrowing.organisations(), **narrowing.offered([page.form]), **ordering.offered(page)}
to = narrowing.chosen(there, problems)
every = things.listed(looking, page.form, {}).entries
entry, beside = (things.found(every, st.query_params.get(name)) for name in ("thing", "beside"))
problems += things.unknown({"thing": entry, "beside": beside})
chosen = {name: present.address_of(one) for name, one in (("thing", entry), ("beside", beside)) if one}
kept = narrowing.keep(looking, {**to, **chosen})
scene = Scene(framework, said, {name: text for name, text in kept.items() if name not in chosen})

if entry is not None:
    things.back(scene)
    names = [name_of(framework, one, said) for one in (entry, beside) if one is not None]
    tab.name(*names)
    st.html(el("h1", " · ".join(names), class_="k-title"))
    st.html(el("p", title(period(looking.window, said)), class_="k-period"))
    states.begun(problems)
    sections.provisional_note(looking)
    things.other(every, entry, beside, scene)
    if beside is None:
        things.one(looking, entry, scene)
        run_by.shown(looking, entry, scene)
    else:
        things.two(looking, (entry, beside), scene)
    st.stop()

heading, form = N_("{form}: which are there, and how far are they?"), pick(framework.forms[page.form].label, said)
st.html(el("h1", whole(heading, said, form=form), class_="k-title"))
filter_bar(looking)
narrowing.pickers(there, to)
states.begun(problems)
sections.provisional_note(looking)
listed = things.listed(looking, page.form, looking.where)
found = ordering.ordered(looking, page, [one for one in listed.entries if narrowing.fits(one, to)], to)
st.html(el("p", title(period(looking.window, said)), class_="k-period"))
if things.nothing(looking, listed.lacks, any_=bool(listed.entries), fits=bool(found)):
    st.stop()
words, register = st.empty(), page.form
counted = practice.counted(
    looking, register, len(found), lambda then: things.listed(then, register, then.where).entries, to
)
sentences = list(present.findings(framework, page, found, said, counted=counted))
words.html(findings.lines(sentences))
practice.whose_rows()
things.pair(found, scene)
legend = el("p", present.legend(framework, page, said), class_="k-legend")
drawing = join(legend, present.cards(scene, page, narrowing.some(found, "portfolio", _CARDS)))
frame.beneath(present.as_table(framework, page, found, said), key="portfolio", computed=(), drawing=drawing)
narrowing.more(found, "portfolio", _CARDS)
st.html(el("h2", tr(N_("At a glance"), said)))
things.kinds(page, found, scene)
if (strongest := things.average(looking, page, scene)) and not to.keys() - {ordering.ORDER} and allowed(Deed.SEE_ROWS):
    words.html(findings.lines([*sentences, strongest]))
resting.shown(scene, looking, [page.form])
