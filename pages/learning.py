"""What was learned, and what was changed because of it: open findings first."""

import streamlit as st

from kpi.language import pick, tr, whole
from kpi.present import findings
from kpi.present import learning as present
from kpi.present.html import el
from kpi.present.scene import Scene
from kpi.present.words import period, title
from kpi.problems import N_
from kpi.web import frame, narrowing, practice, resting, sections, states, things
from kpi.web.looking import view
from kpi.web.person import installation, language
from kpi.web.pickers import filter_bar

looking, problems = view(by_organisation=True)
framework, said = installation().framework, language()
page = framework.pages.learning
if page is None:
    st.stop()
st.html(things.STYLE)
there = {"organisation": narrowing.organisations(), **narrowing.offered([page.form])}
to = narrowing.chosen(there, problems)
scene = Scene(framework, said, looking.params(said))
narrowing.keep(looking, to)
st.html(el("h1", tr(N_("What was learned, and what was changed because of it?"), said), class_="k-title"))
filter_bar(looking)
narrowing.pickers(there, to)
states.begun(problems)
sections.provisional_note(looking)

learned = practice.learned(looking)
found = [one for one in learned.findings if narrowing.fits(one.entry, to)]
st.html(el("p", title(period(looking.window, said)), class_="k-period"))
if things.nothing(looking, learned.lacks, any_=bool(learned.findings), fits=bool(found)):
    st.stop()
then = practice.then(looking)
before = None
if then is not None:
    before = then.window, [one for one in practice.learned(then).findings if narrowing.fits(one.entry, to)]
st.html(findings.lines(present.sentence(found, said, before=before)))
practice.whose_rows()
resting.shown(scene, looking, [page.form])
for done, name in ((False, N_("Open: {count}")), (True, N_("Acted upon: {count}"))):
    some = [one for one in found if one.done is done]
    if some:
        st.html(el("h2", whole(name, said, count=len(some))))
        st.html(present.listed(framework, page, narrowing.some(some, f"learning-{done}"), said))
        narrowing.more(some, f"learning-{done}")
frame.beneath(present.as_table(framework, page, found, said), key="learning", computed=())
st.html(el("h2", tr(N_("By organisation"), said)))
table = present.by_organisation(found, said)
how = [present.counted(said)]
frame.beneath(
    table,
    key="learning-organisations",
    computed=how,
    drawing=table.html(),
    is_table=True,
    subject=pick(framework.forms[page.form].label, said),
)
