"""The figures beside a list of rows: the same rows make both."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from kpi.access import Deed
from kpi.framework.model import FormTime
from kpi.language import tr
from kpi.measure.model import Measurement
from kpi.measure.needs import Question
from kpi.present import resting as present
from kpi.present.html import el
from kpi.present.scene import Scene
from kpi.present.words import period, title
from kpi.problems import N_
from kpi.quarter import Window, WindowKind
from kpi.web import asked
from kpi.web.person import allowed, installation
from kpi.web.view import View


def figures(looking: View, forms: Sequence[str]) -> Mapping[str, Measurement]:
    """Give what the indicators made from these registers say of what is looked at."""
    framework = installation().framework
    keys = [
        key for key in present.resting_on(framework, forms) if framework.indicators[key].valid_in(looking.window.last)
    ]
    questions = [Question(key, looking.window, where=looking.where) for key in keys]
    answers = asked.measured(questions, provisional=looking.provisional)
    return {key: answer[0] for key, answer in zip(keys, answers, strict=True)}


def over_time(scene: Scene, looking: View, forms: Sequence[str]) -> None:
    """Show the indicators that rest on what is listed: in the window, and since the start where that may be seen."""
    shown(scene, looking, forms)
    if not allowed(Deed.SEE_UNDISCLOSED) or looking.window.kind is WindowKind.SINCE_START:
        return
    starts = scene.framework.programme.starts
    window = Window.since(min(starts, looking.window.last), looking.window.last)
    flows = [form for form in forms if scene.framework.forms[form].time is FormTime.FLOW]
    since = replace(scene, params={**scene.params, "window": window.kind.value})
    block = present.facts(since, list(figures(replace(looking, window=window), flows).values()), judged=False)
    if block is not None:
        st.html(el("h3", title(period(window, scene.language))))
        st.html(block)


def shown(scene: Scene, looking: View, forms: Sequence[str]) -> None:
    """Show the indicators that rest on what is listed, beside what they were in the window that is compared with."""
    then = looking.then(scene.framework.programme.starts)
    found = figures(looking, forms)
    block = present.facts(scene, list(found.values()), before=figures(then, forms) if then is not None else None)
    if block is not None:
        st.html(el("h2", tr(N_("In figures"), scene.language)))
        st.html(block)
        for sentence in present.uncounted(scene.framework, list(found), scene.language):
            st.html(el("p", sentence, class_="k-note"))
