"""What changed for people, in their organisations' words: success stories, for everybody those with consent."""

import streamlit as st

from kpi.access import Deed
from kpi.language import tr
from kpi.present import findings
from kpi.present import stories as present
from kpi.present.html import el
from kpi.present.scene import Scene
from kpi.present.words import period, title
from kpi.problems import N_
from kpi.web import frame, narrowing, practice, resting, run_by, sections, states, things
from kpi.web.looking import view
from kpi.web.person import allowed, installation, language
from kpi.web.pickers import filter_bar

looking, problems = view(by_organisation=True)
framework, said = installation().framework, language()
page = framework.pages.stories
if page is None:
    st.stop()
st.html(things.STYLE)
offered = narrowing.offered([page.form], besides=() if allowed(Deed.SEE_ROWS) else [page.consent])
there = {"organisation": narrowing.organisations(every=True), **offered}
to = narrowing.chosen(there, problems)
scene = Scene(framework, said, looking.params(said))
narrowing.keep(looking, to)
st.html(el("h1", tr(N_("What changed for people?"), said), class_="k-title"))
filter_bar(looking)
narrowing.pickers(there, to)
states.begun(problems)

every = practice.stories(looking)
found = [one for one in every.stories if narrowing.fits(one.entry, to)]
st.html(el("p", title(period(looking.window, said)), class_="k-period"))
if not things.nothing(looking, every.lacks, any_=bool(every.stories), fits=bool(found)):
    hides = not allowed(Deed.SEE_ROWS)
    counted = practice.counted(
        looking, page.form, len(found), lambda then: [one.entry for one in practice.stories(then).stories], to
    )
    st.html(findings.lines(present.sentence(found, said, hides=hides, counted=counted)))
    shown = narrowing.some(found, "stories")
    st.html(present.cards(framework, page, shown, said, beside=run_by.ways(looking, scene)))
    narrowing.more(found, "stories")
    frame.beneath(present.as_table(framework, page, found, said), key="stories", computed=())
practice.since_start(looking, scene, "stories")
sections.provisional_note(looking)
resting.shown(scene, looking, [page.form])
