"""The portfolio: the list of what is in it, one of them by itself, and two beside each other."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from kpi import portfolio, registers
from kpi.framework.model import ColumnType, PortfolioPage
from kpi.language import pick, tr
from kpi.measure.needs import Question
from kpi.portfolio import Thing
from kpi.present import arithmetic, profile, rubric
from kpi.present import portfolio as present
from kpi.present import thing as own
from kpi.present.entries import label, name_of
from kpi.present.html import el, join
from kpi.present.scene import Scene
from kpi.present.words import dimension
from kpi.problems import N_, Problem
from kpi.registers import Entry, Listed
from kpi.script import alphabetical
from kpi.web import address, asked, frame, narrowing, states
from kpi.web.person import installation, language
from kpi.web.view import ONLY, View

_PAIR = "pick.pair"
STYLE = Path(__file__).with_name("practice.css")


def listed(looking: View, form: str, where: Mapping[str, str]) -> Listed:
    """Give the rows of a register that count in what is looked at, from memory where nothing has changed."""
    here, basis = installation(), asked.counting(looking)
    own_ones = ", ".join(sorted(here.who.organisations))
    return asked.kept(
        f"rows {form} {looking.window} {sorted(where.items())} {own_ones}",
        looking.provisional,
        lambda: registers.entries(here, form, looking.window, where=where, basis=basis),
    )


def found(entries: Sequence[Entry], wanted: str | None) -> Entry | None:
    """Give the row that an address names."""
    return next((one for one in entries if wanted and present.address_of(one) == wanted), None)


def unknown(asked_for: Mapping[str, Entry | None]) -> list[Problem]:
    """Tell which rows the address names that are not among those that whoever looks may see."""
    params = st.query_params
    return [narrowing.NOT_KNOWN.at(found=params[name]) for name, one in asked_for.items() if name in params and not one]


def nothing(looking: View, lacks: str | None, *, any_: bool, fits: bool) -> bool:
    """Say why nothing is listed, where nothing is: a filter that the rows do not know, no rows, none that fit."""
    framework, said = installation().framework, language()
    if lacks is not None:
        states.not_listed(dimension(framework, lacks, said))
    elif not any_ and not looking.where:
        states.nothing_reported()
    elif not fits:
        states.none_fits()
    return not fits


def told(looking: View, entry: Entry) -> Thing:
    """Give all that is known of a row."""
    here, basis = installation(), asked.counting(looking)
    return asked.kept(
        f"thing {present.address_of(entry)} {looking.window}",
        looking.provisional,
        lambda: portfolio.thing(here, entry, looking.window, basis=basis),
    )


def average(looking: View, page: PortfolioPage, scene: Scene) -> str | None:
    """Show the mean of each part of the rubric as it is measured; give what is highest and lowest in a sentence."""
    framework, said = scene.framework, scene.language
    by = framework.forms[page.form].columns[page.profile].spread
    measured = f"{page.form}.{page.profile}"
    key = next((one for one, each in framework.indicators.items() if each.measure.mean == measured), None)
    if by is None or key is None:
        return None
    question = Question(key, looking.window, by=(by,), where=looking.where)
    total, *slices = asked.measured([question], provisional=looking.provisional)[0]
    drawn = profile.breakdown(framework, key, by, slices, said)
    if drawn is not None:
        frame.beneath(
            present.averages(framework, slices, by, said),
            key="portfolio-averages",
            computed=arithmetic.measured(framework, total, said),
            drawing=drawn,
            subject=frame.of_indicator(key),
        )
    return present.strongest(framework, slices, by, said)


def kinds(page: PortfolioPage, entries: Sequence[Entry], scene: Scene) -> None:
    """Show how the rows part by the choices that pages are not filtered by."""
    columns = scene.framework.forms[page.form].columns
    names = [
        name
        for name, one in columns.items()
        if one.type is ColumnType.CHOICE and f"{ONLY}{name}" in narrowing.offered([page.form])
    ]
    block = present.kinds(scene.framework, page.form, entries, names, scene.language)
    if block is not None:
        st.html(block)


def one(looking: View, entry: Entry, scene: Scene) -> None:
    """Show one row of the portfolio: texts, ratings, what refers to it, how it came here."""
    framework, said = scene.framework, scene.language
    thing = told(looking, entry)
    st.html(own.facts(framework, entry, said))
    way = own.way(framework, entry, said)
    if way is not None:
        st.html(way)
    _ratings(thing, scene)
    for form in thing.referring:
        st.html(el("h2", pick(framework.forms[form].label, said)))
        st.html(el("p", " ".join(own.summed(framework, thing, form, said)), class_="k-note"))
        st.html(own.rows_html(framework, thing, form, said))
        frame.beneath(own.pointing(framework, thing, form, said), key=f"thing-{form}", computed=())
    st.html(el("h2", tr(N_("What changed, quarter by quarter"), said)))
    course = own.changes(framework, thing.history, said)
    nothing = el("p", tr(N_("Nothing has been approved of it yet."), said), class_="k-note")
    st.html(course if course is not None else nothing)
    behind = own.evidence(framework, thing, said)
    if behind is not None:
        st.html(el("h2", tr(N_("Evidence"), said)))
        st.html(behind)


def _ratings(thing: Thing, scene: Scene) -> None:
    framework, said, form = scene.framework, scene.language, thing.now.form
    columns = rubric.rating_columns(framework, form)
    page = framework.pages.portfolio
    first = [name for name in columns if page is not None and name == page.profile]
    beside = [name for name in columns if name not in first]
    st.html(el("h2", tr(N_("How it is rated"), said)))
    profiles = [
        rubric.profile(title, rated, said)
        for names, title in (
            (first, label(framework, form, first[0], said) if first else ""),
            (beside, tr(N_("Other ratings"), said)),
        )
        if (rated := list(rubric.rated(framework, thing.now, names, said, thing.history)))
    ]
    every = list(rubric.rated(framework, thing.now, columns, said, thing.history))
    how = tr(N_("Each rating is as it was last reported and approved; nothing is averaged here."), said)
    table = rubric.as_table(tr(N_("How it is rated"), said), every, said)
    frame.beneath(
        table,
        key="thing-ratings",
        computed=[how],
        drawing=join(*profiles),
        subject=name_of(framework, thing.now, said),
    )


def _named(entries: Sequence[Entry], scene: Scene) -> dict[str, str]:
    """Name rows, each with whose it is, in the order of their names."""
    said = scene.language
    rows = sorted(entries, key=lambda one: alphabetical(name_of(scene.framework, one, said), said))
    return {present.address_of(one): f"{name_of(scene.framework, one, said)} · {pick(one.name, said)}" for one in rows}


def pair(entries: Sequence[Entry], scene: Scene) -> None:
    """Let the reader choose two rows of the list, to be shown beside each other."""
    names = _named(entries, scene)
    if len(names) > 1:
        st.multiselect(
            tr(N_("Put two beside each other"), scene.language),
            list(names),
            format_func=names.__getitem__,
            placeholder=tr(N_("Choose two"), scene.language),
            key=_PAIR,
            on_change=_paired,
            max_selections=2,
            select_all=False,
        )


def _paired() -> None:
    chosen = st.session_state[_PAIR]
    if len(chosen) > 1:
        address.write({**address.params(), "thing": chosen[0], "beside": chosen[1]})


def other(entries: Sequence[Entry], entry: Entry, beside: Entry | None, scene: Scene) -> None:
    """Let the reader choose what the row is shown beside."""
    said = scene.language
    names = _named([each for each in entries if each != entry], scene)
    st.session_state["pick.beside"] = present.address_of(beside) if beside else ""
    st.selectbox(
        tr(N_("Put it beside another one"), said),
        ["", *names],
        key="pick.beside",
        format_func=lambda one: names.get(one) or tr(N_("Nothing"), said),
        on_change=_choose,
        width=420,
    )


def _choose() -> None:
    address.choose("beside", st.session_state["pick.beside"] or None)


def two(looking: View, both: tuple[Entry, Entry], scene: Scene) -> None:
    """Show two rows beside each other."""
    framework, said = scene.framework, scene.language
    names = tuple(name_of(framework, each, said) for each in both)
    columns = rubric.rating_columns(framework, both[0].form)
    first, second = (list(rubric.rated(framework, each, columns, said)) for each in both)
    st.html(el("h2", tr(N_("How they are rated"), said)))
    st.html(rubric.both(first, second, (names[0], names[1]), said))
    st.html(el("h2", tr(N_("What is said of them"), said)))
    st.html(own.beside(framework, both, (names[0], names[1]), said))
    counted = own.counted(framework, (told(looking, both[0]), told(looking, both[1])), (names[0], names[1]), said)
    if counted is not None:
        st.html(el("h2", tr(N_("What refers to them"), said)))
        st.html(counted)


def back(scene: Scene) -> None:
    """Lead back to the whole list."""
    name, to = tr(N_("← The whole portfolio"), scene.language), f"portfolio?{urlencode(scene.params)}"
    st.html(el("p", el("a", name, href=to, target="_self", class_="k-back")))
