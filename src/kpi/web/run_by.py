"""What the organisation that runs a thing of the portfolio reports beside it: its results, stories and findings.

No form asks to which thing these belong, so they are shown as the organisation's and attributed to nothing.
"""

from collections import Counter
from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from kpi.language import pick, tr, whole
from kpi.measure.model import WITHHELD
from kpi.measure.needs import Question
from kpi.portfolio import referring
from kpi.present import learning, run_by, stories
from kpi.present.html import Html, el
from kpi.present.scene import Scene
from kpi.present.words import is_due, period, title
from kpi.problems import N_
from kpi.quarter import Window
from kpi.registers import Entry
from kpi.web import asked, frame, practice, things
from kpi.web.pages import told_by
from kpi.web.person import who
from kpi.web.view import WHERE, View

_FEW = 3


def shown(looking: View, entry: Entry, scene: Scene) -> None:
    """Show it; nothing where the organisation reports nothing of the kind, or whoever looks may not see it."""
    looking, scene = replace(looking, where={}), _unfiltered(scene)
    place = st.container()
    parts = [_results(looking, entry, scene), _stories(looking, entry, scene), _learned(looking, entry, scene)]
    if any(parts):
        said, name = scene.language, pick(entry.name, scene.language)
        place.html(el("h2", whole(N_("What {organisation} reports beside it"), said, organisation=name)))
        text = N_(
            "This is of the whole organisation: it does not say to which of its entries in the portfolio it belongs, "
            "so nothing of it is ascribed to this one."
        )
        place.html(el("p", tr(text, said), class_="k-note"))


def ways(looking: View, scene: Scene) -> dict[str, Html]:
    """Lead to what each organisation has in the portfolio, for whoever may see that; of which it tells, nobody says."""
    page, to = scene.framework.pages.portfolio, told_by("portfolio", who())
    if page is None or to is None:
        return {}
    counts = Counter(one.organisation for one in things.listed(looking, page.form, {}).entries)
    name = pick(scene.framework.forms[page.form].label, scene.language)
    return {
        code: _link(
            whole(N_("“{form}” of this organisation: {count}"), scene.language, form=name, count=count),
            f"{to}?{urlencode({**_unfiltered(scene).params, 'organisation': code})}",
        )
        for code, count in counts.items()
    }


def _unfiltered(scene: Scene) -> Scene:
    params = {name: text for name, text in scene.params.items() if not name.startswith(WHERE)}
    return Scene(scene.framework, scene.language, params)


def _results(looking: View, entry: Entry, scene: Scene) -> bool:
    framework, said = scene.framework, scene.language
    keys = run_by.results(framework, looking.window.last)
    questions = [Question(key, looking.window, organisation=entry.organisation) for key in keys]
    answers = [found[0] for found in asked.measured(questions, provisional=looking.provisional)]
    found = [one for one in answers if is_due(one) and one.state not in WITHHELD]
    if not found:
        return False
    name = whole(N_("Results, {window}"), said, window=period(looking.window, said))
    st.html(el("h3", name))
    how = N_("Each figure is the indicator's, of this organisation's approved returns alone.")
    frame.beneath(
        run_by.as_table(framework, found, name, said),
        key="thing-results",
        computed=[tr(how, said)],
        drawing=run_by.listed(scene, found, name),
        subject=pick(entry.name, said),
    )
    return True


def _stories(looking: View, entry: Entry, scene: Scene) -> bool:
    framework, said, page = scene.framework, scene.language, scene.framework.pages.stories
    if page is None or page.form in referring(framework, entry.form):
        return False
    last = looking.window.last
    since = replace(looking, window=Window.since(min(framework.programme.starts, last), last))
    found = [one for one in practice.stories(since).stories if one.organisation == entry.organisation]
    if not found:
        return False
    st.html(el("h3", title(pick(framework.forms[page.form].label, said))))
    st.html(stories.cards(framework, page, found[:_FEW], said))
    _all("stories", len(found), entry, Scene(framework, said, {**scene.params, **_window(since, said)}))
    return True


def _learned(looking: View, entry: Entry, scene: Scene) -> bool:
    framework, said, page = scene.framework, scene.language, scene.framework.pages.learning
    if page is None or page.form in referring(framework, entry.form):
        return False
    found = [one for one in practice.learned(looking).findings if one.entry.organisation == entry.organisation]
    if not found:
        return False
    st.html(el("h3", title(pick(framework.forms[page.form].label, said))))
    st.html(learning.listed(framework, page, found[:_FEW], said))
    _all("learning", len(found), entry, scene)
    return True


def _window(looking: View, said: str) -> dict[str, str]:
    return {name: text for name, text in looking.params(said).items() if name in {"window", "quarter"}}


def _all(subject: str, count: int, entry: Entry, scene: Scene) -> None:
    """Lead to all of the organisation's, on the subject's own page."""
    page = told_by(subject, who())
    if page is not None:
        to = f"{page}?{urlencode({**scene.params, 'organisation': entry.organisation})}"
        text = whole(N_("All of this organisation's: {count}"), scene.language, count=count)
        st.html(el("p", _link(text, to), class_="k-note"))


def _link(text: str, to: str) -> Html:
    return el("a", text, href=to, target="_self", class_="k-back")
