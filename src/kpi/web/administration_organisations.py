"""The reporting organisations: listed, added, changed, taken in from a list; and who is asked for what."""

from dataclasses import replace

import streamlit as st

from kpi.framework.model import Attribute, Framework
from kpi.installation import Installation
from kpi.intake.organisations import organisation_of, organisations_from
from kpi.language import pick, quarter_short, tr
from kpi.organisations import Organisation, add_organisation, all_organisations, asked_for, list_organisations
from kpi.present.html import el
from kpi.present.listing import asked_table, not_due, organisations_table
from kpi.present.sources import by_name
from kpi.problems import N_, Problem, SaidError, errors
from kpi.quarter import Quarter, Window
from kpi.web import telling
from kpi.web.opened import moment, today
from kpi.web.person import installation, language, own_name

_AREA, _ROUND = "organisations", "administration.organisations.round"
_NEW, _OPEN = "", ""
#: How far ahead it can be said when an organisation begins or ends to take part.
_AHEAD = 12


def organisations() -> None:
    """Show the organisations, and let the reader add, change and bring them in."""
    here, said = installation(), language()
    known = {one.code: one for one in by_name(all_organisations(here), said)}
    telling.whether_done(_AREA)
    if known:
        st.html(organisations_table(here.framework, known.values(), said))
    else:
        nobody = N_("There are no organisations yet. Add the first one, or bring in a list, below.")
        st.html(el("p", tr(nobody, said), class_="k-nothing"))
    st.html(el("h2", tr(N_("Add or change an organisation"), said)))
    chosen = st.selectbox(
        tr(N_("Organisation"), said),
        [_NEW, *known],
        format_func=lambda code: f"{pick(known[code].name, said)} ({code})" if code else tr(N_("A new one"), said),
        key=f"organisation.{_round()}",
    )
    _one(here, known.get(chosen))
    st.html(el("h2", tr(N_("Bring in a list"), said)))
    _bring_in(here)


def _one(here: Installation, before: Organisation | None) -> None:
    said, framework = language(), here.framework
    key = f"organisation.{_round()}.{before.code if before else _NEW}"
    texts: dict[str, str] = {"code": before.code if before else ""}
    places = {}
    if before is None:
        texts["code"] = st.text_input(tr(N_("Code"), said), key=f"{key}.code", max_chars=40)
        places["code"] = st.empty()
    for code in framework.languages:
        name = f"name.{code}"
        label = tr(N_("Name ({language})"), said, language=own_name(code))
        now = before.name.get(code, "") if before else ""
        texts[name] = st.text_input(label, value=now, key=f"{key}.{name}", max_chars=300)
    places["name"] = st.empty()
    with st.container(horizontal=True, gap="small"):
        for name, attribute in framework.organisation.items():
            with st.container():
                texts[name] = _attribute(framework, name, attribute, before, f"{key}.{name}")
                places[name] = st.empty()
    with st.container(horizontal=True, gap="small"):
        first = before.active_from if before else max(Quarter.of(today()), framework.programme.starts)
        texts["active_from"] = _quarter(framework, N_("Takes part from"), first, f"{key}.from", open_=False)
        last = before.active_until if before else None
        texts["active_until"] = _quarter(framework, N_("Takes part to the end of"), last, f"{key}.until", open_=True)
    places["active_until"] = st.empty()
    if not st.button(tr(N_("Save"), said), type="primary", key="organisation.save"):
        return
    typed, problems = organisation_of(framework, texts)
    for problem in problems:
        field = problem.place.field or ""
        telling.wrong(_named(framework, problem), places.get(field, places["active_until"]))
    if typed is None:
        return
    try:
        if before is None:
            add_organisation(here, typed, by=here.who.signature, at=moment())
        else:
            list_organisations(here, [typed], by=here.who.signature, at=moment())
    except SaidError as fault:
        telling.wrong(fault, places.get("code", places["active_until"]))
        return
    st.session_state[_ROUND] = _round() + 1
    telling.done(_AREA, tr(N_("{name} is saved."), said, name=pick(typed.name, said)))


def _named(framework: Framework, problem: Problem) -> Problem:
    """Name a field as the page does, where a problem quotes its column."""
    said, column = language(), problem.place.field
    names = {"code": tr(N_("Code"), said), "name": tr(N_("Name"), said)}
    names |= {key: pick(attribute.label, said) for key, attribute in framework.organisation.items()}
    if column not in names or problem.values.get("found") != column:
        return problem
    return replace(problem, values={**problem.values, "found": names[column]})


def _attribute(framework: Framework, name: str, attribute: Attribute, before: Organisation | None, key: str) -> str:
    said, categories = language(), framework.dimensions[attribute.dimension].categories
    offered = [_OPEN, *categories]
    now = before.attributes.get(name, _OPEN) if before else _OPEN
    return st.selectbox(
        pick(attribute.label, said),
        offered,
        index=offered.index(now) if now in offered else 0,
        format_func=lambda one: pick(categories[one].label, said) if one else tr(N_("choose"), said),
        key=key,
    )


def _quarter(framework: Framework, label: str, now: Quarter | None, key: str, *, open_: bool) -> str:
    said = language()
    last = max(Quarter.of(today()) + _AHEAD, framework.programme.starts)
    there = {str(one): one for one in Window.range(framework.programme.starts, last)}
    if now is not None:
        there = {str(one): one for one in sorted({*there.values(), now})}
    offered = [*([_OPEN] if open_ else []), *there]
    return st.selectbox(
        tr(label, said),
        offered,
        index=offered.index(str(now)) if now is not None else 0,
        format_func=lambda one: quarter_short(there[one], said) if one else tr(N_("no end"), said),
        key=key,
    )


def _bring_in(here: Installation) -> None:
    said = language()
    columns = ["code", *(f"name.{code}" for code in here.framework.languages), *here.framework.organisation]
    text = N_(
        "A CSV file in UTF-8 or an Excel workbook. Its first row names the columns: {columns}. "
        "Organisations that are new are added, known ones changed, none removed."
    )
    asked = tr(text, said, columns=[*columns, "active_from", "active_until"])
    file = st.file_uploader(
        tr(N_("List of organisations"), said), type=["csv", "xlsx"], key=f"organisations.{_round()}.file"
    )
    st.html(el("p", asked, class_="k-note"))
    if file is None:
        return
    found, problems = organisations_from(here.framework, file.name, file.getvalue())
    if problems:
        telling.all_wrong(problems)
    if errors(problems):
        st.html(el("p", tr(N_("Nothing was stored. Correct the list and upload it again."), said), class_="k-note"))
        return
    counted = tr(N_("{count} organisation(s) read; nothing is stored yet."), said, count=len(found))
    st.html(el("p", counted, role="status"))
    if not st.button(tr(N_("Take in the list"), said), type="primary", key="organisations.take_in"):
        return
    try:
        taken = list_organisations(here, found, by=here.who.signature, at=moment())
    except SaidError as fault:
        telling.wrong(fault)
        return
    st.session_state[_ROUND] = _round() + 1
    summary = N_("{added} organisation(s) added, {changed} changed, {all} in the list.")
    telling.done(_AREA, tr(summary, said, added=len(taken.added), changed=len(taken.changed), all=len(found)))


def asked() -> None:
    """Show who is asked for what in a quarter; nobody keeps that by hand."""
    here, said = installation(), language()
    framework, now = here.framework, Quarter.of(today())
    last = max(now + _AHEAD, framework.programme.starts)
    offered = list(Window.range(framework.programme.starts, last))
    chosen = st.selectbox(
        tr(N_("Quarter"), said),
        offered,
        index=offered.index(now) if now in offered else 0,
        format_func=lambda one: quarter_short(one, said),
        key="asked.quarter",
        width=190,
    )
    rest = not_due(framework, chosen, said)
    if rest:
        st.html(el("p", tr(N_("Not due for this quarter: {forms}."), said, forms=rest), class_="k-note"))
    how = N_(
        "This follows from what the list says of each organisation, and from what indicators.yaml says of each form: "
        "which organisations are asked for it, and in which quarters. To change it, change the organisation here, or "
        "the form in that file."
    )
    st.html(el("p", tr(how, said), class_="k-note"))
    rows = asked_for(here, chosen)
    if rows:
        st.html(asked_table(framework, rows, chosen, said))
    else:
        st.html(el("p", tr(N_("No organisation takes part in this quarter."), said), class_="k-nothing"))


def _round() -> int:
    """Count what was done: the fields are new ones after each."""
    return int(st.session_state.get(_ROUND, 0))
