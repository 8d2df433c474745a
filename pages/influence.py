"""Where others were moved to act, when, and what proves it: a line through time."""

import streamlit as st

from kpi.language import pick, tr
from kpi.present import findings
from kpi.present import influence as present
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
page = framework.pages.influence
if page is None:
    st.stop()
st.html(things.STYLE)
registers = {form: pick(framework.forms[form].label, said) for form in page.forms}
there = {
    "register": (tr(N_("Register"), said), registers),
    "organisation": narrowing.organisations(),
    **narrowing.offered(page.forms),
}
to = narrowing.chosen(there, problems)
scene = Scene(framework, said, looking.params(said))
narrowing.keep(looking, to)
st.html(el("h1", tr(N_("Where were policies and norms influenced, and what proves it?"), said), class_="k-title"))
filter_bar(looking)
narrowing.pickers(there, to)
states.begun(problems)
sections.provisional_note(looking)

acts = practice.acts(looking)
found = [one for one in acts.acts if narrowing.fits(one.entry, to) and to.get("register") in {None, one.entry.form}]
st.html(el("p", title(period(looking.window, said)), class_="k-period"))
for form, lacking in acts.lacks.items():
    practice.left_out(form, lacking)
if set(page.forms) <= acts.lacks.keys() or things.nothing(looking, None, any_=bool(acts.acts), fits=bool(found)):
    st.stop()
then = practice.then(looking)
compared = None if then is None else then.window
running = practice.running(looking)
sentences = present.sentence(framework, found, looking.window, said, then=compared, running=running)
st.html(findings.lines(sentences))
practice.whose_rows()
resting.over_time(scene, looking, page.forms)
st.html(el("h2", tr(N_("Act by act"), said)))
st.html(present.timeline(framework, narrowing.some(found, "influence"), looking.window, said))
narrowing.more(found, "influence")
frame.beneath(present.as_table(framework, found, said), key="influence", computed=())
