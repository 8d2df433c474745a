"""The questions that returns raise: narrowed down by the address, answered in a dialog.

============  ==================================================
parameter     value
============  ==================================================
organisation  the code of an organisation
kind          a kind of question, ``odd.jump``
about         an indicator whose figure may be touched
============  ==================================================
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from kpi import quality
from kpi.access import Deed
from kpi.language import pick, tr, whole
from kpi.measure.model import Organisation
from kpi.present import questions as present
from kpi.present.html import el
from kpi.problems import N_, Fault, Problem, SaidError
from kpi.quality import KINDS, OUTCOMES, Odd, Outcome, Quality
from kpi.quarter import Window
from kpi.web import address, asked, telling
from kpi.web.desk import link
from kpi.web.opened import moment
from kpi.web.person import allowed, installation, language, now
from kpi.web.view import View

AREA = "quality"
_ASKED = "questions.asked"
_AT_ONCE = 20
_ALL = ""

NOT_KNOWN = Fault(
    "questions.not_known",
    N_("The address asks for “{found}”, which is not known here."),
    N_("All questions are shown instead."),
)


def found_in(window: Window) -> Quality:
    """Look at the returns of a window that whoever looks may see, from memory where nothing has changed."""
    here = installation()
    whose = ", ".join(sorted(here.who.organisations))
    provisional = True  # what waits for approval is looked at, too
    return asked.kept(f"quality {window} {whose}", provisional, lambda: quality.quality(here, window))


def chosen(problems: list[Problem]) -> dict[str, str]:
    """Give what the address narrows the questions down to; what is not known is told."""
    there, found = address.params(), {}
    offered: Mapping[str, Mapping[str, object]] = {
        "organisation": _offered(),
        "kind": KINDS,
        "about": installation().framework.indicators,
    }
    for name, among in offered.items():
        wanted = there.get(name)
        if wanted and wanted in among:
            found[name] = wanted
        elif wanted:
            problems.append(NOT_KNOWN.at(found=wanted))
    return found


def keep(looking: View, to: Mapping[str, str]) -> Mapping[str, str]:
    """Put what is looked at into the address; give what its links carry on."""
    params = looking.params(language())
    address.write({**params, **to})
    return params


def narrowed(found: Quality, to: Mapping[str, str]) -> Quality:
    """Keep the questions of one organisation, of one kind, about one indicator."""
    odd = [
        one
        for one in found.odd
        if to.get("organisation") in {None, one.head.organisation}
        and to.get("kind") in {None, one.oddity.code}
        and ("about" not in to or to["about"] in one.oddity.indicators)
    ]
    gone = [
        one
        for one in found.gone
        if to.get("organisation") in {None, one.organisation}
        and ("kind" not in to or one.oddity.startswith(f"{to['kind']}/"))
        and "about" not in to
    ]
    return replace(found, odd=odd, gone=gone)


def pickers(to: Mapping[str, str]) -> None:
    """Let the reader narrow the questions down."""
    said, names, indicators = language(), _offered(), installation().framework.indicators
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="narrow"):
        _select("organisation", tr(N_("Organisation"), said), {c: pick(one.name, said) for c, one in names.items()}, to)
        _select("kind", tr(N_("Kind"), said), {code: tr(text, said) for code, text in KINDS.items()}, to)
        about = {key: f"{key} – {pick(one.label, said)}" for key, one in indicators.items()}
        _select("about", tr(N_("Indicator"), said), about, to)


def _select(parameter: str, label: str, offered: Mapping[str, str], to: Mapping[str, str]) -> None:
    key, every = f"narrow.{parameter}", tr(N_("All"), language())
    st.session_state[key] = to.get(parameter, _ALL)
    st.selectbox(
        label,
        [_ALL, *offered],
        key=key,
        format_func=lambda one: offered[one] if one else every,
        on_change=_narrow,
        args=(parameter,),
        width=300,
    )


def _narrow(parameter: str) -> None:
    address.choose(parameter, st.session_state[f"narrow.{parameter}"] or None)


def listed(found: Quality) -> None:
    """Show what is open, then folded what was answered, and what is no longer found."""
    framework, said, names = installation().framework, language(), _names()
    telling.whether_done(AREA)
    st.html(el("h2", tr(N_("Open questions"), said)))
    if found.open:
        _several(found.open, "open")
    else:
        st.html(el("p", tr(N_("Nothing is open here."), said), class_="k-nothing", role="status"))
    if found.answered:
        with st.expander(whole(N_("Answered: {count}"), said, count=len(found.answered))):
            _several(found.answered, "answered")
    if found.gone:
        with st.expander(whole(N_("Answered, and no longer found: {count}"), said, count=len(found.gone))):
            st.html(present.gone(framework, found.gone, names, said))


def _several(odd: Sequence[Odd], which: str) -> None:
    framework, said = installation().framework, language()
    names, to = _names(), link if allowed(Deed.REVIEW) else None
    shown = st.session_state.get(f"questions.{which}", _AT_ONCE)
    for one in odd[:shown]:
        with st.container(horizontal=True, vertical_alignment="top", gap="small"):
            st.html(present.question(framework, one, names, said, to=to), width="stretch")
            if allowed(Deed.FOLLOW_UP):
                label = N_("Answer") if one.is_open else N_("Answer anew")
                key = f"answer.{one.head.organisation}.{one.head.quarter}.{one.oddity.name}"
                st.button(tr(label, said), key=key, on_click=_ask, args=(one,))
    if len(odd) > shown:
        more = whole(N_("Show more ({count} in all)"), said, count=len(odd))
        st.button(more, key=f"questions.more.{which}", on_click=_more, args=(which, shown))


def _more(which: str, shown: int) -> None:
    st.session_state[f"questions.{which}"] = shown + _AT_ONCE


def _ask(one: Odd) -> None:
    st.session_state[_ASKED] = one


def _put_away() -> None:
    st.session_state.pop(_ASKED, None)


def dialog() -> None:
    """Let the reader answer the question whose button was pressed, until they do or put it away."""
    one = st.session_state.get(_ASKED)
    if isinstance(one, Odd):
        title = tr(N_("Answer the question"), language())
        st.dialog(title, width="medium", on_dismiss=_put_away)(_answer)(one)


def _answer(one: Odd) -> None:
    said = language()
    st.html(present.question(installation().framework, one, _names(), said))
    outcome = st.radio(
        tr(N_("What became of it"), said),
        list(OUTCOMES),
        format_func=lambda each: tr(OUTCOMES[each], said),
        horizontal=True,
        key="answer.outcome",
    )
    if outcome is Outcome.FIXED:
        st.html(present.until_corrected(said))
    text = st.text_area(tr(N_("In a sentence"), said), key="answer.text", max_chars=2000)
    wrong = st.empty()
    if not st.button(tr(N_("Keep the answer"), said), type="primary", key="answer.keep"):
        return
    try:
        quality.resolve(
            installation(),
            organisation=one.head.organisation,
            quarter=one.head.quarter,
            oddity=one.oddity.name,
            outcome=Outcome(outcome),
            text=text,
            at=moment(),
        )
    except SaidError as fault:
        telling.wrong(fault, wrong)
        return
    _put_away()
    telling.done(AREA, whole(N_("Answered: {what}."), said, what=present.short(one, _names(), said)))


def beside_figure(looking: View, key: str) -> None:
    """Say beside an indicator's figure what is open about it, to whoever may answer."""
    if not allowed(Deed.REVIEW):
        return
    found = found_in(looking.window).of_indicator(key)
    if found.odd:
        to = urlencode({**looking.params(language()), "about": key})
        st.html(present.beside(found, f"quality?{to}", language()))


def _names() -> dict[str, Organisation]:
    return {one.code: one for one in now().organisations}


def _offered() -> dict[str, Organisation]:
    """Give the organisations whose returns whoever looks may see here."""
    every = allowed(Deed.REVIEW)
    return {code: one for code, one in _names().items() if every or allowed(Deed.REPORT, organisation=code)}
