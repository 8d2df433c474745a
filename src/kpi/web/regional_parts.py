"""The parts of the page on regions: the map and the ranking, and the course of each region."""

from dataclasses import replace
from functools import partial

import streamlit as st

from kpi import breakdowns
from kpi.figures import is_provisional
from kpi.framework.model import Framework
from kpi.language import pick, said, tr, whole
from kpi.measure.model import WITHHELD, Measurement
from kpi.present import area_map, arithmetic, gaps, multiples, places
from kpi.present.bars import bars
from kpi.present.html import el
from kpi.present.places import Places
from kpi.present.profile import category
from kpi.present.withheld import withheld
from kpi.present.words import period, title
from kpi.problems import N_
from kpi.web import asked, frame
from kpi.web import courses as drawn_courses
from kpi.web.person import installation, language
from kpi.web.regional import Looked, answers, within


def shown(look: Looked, whole_: Measurement, found: Places) -> None:
    """Show the map and the ranking, with the ways out beneath them."""
    framework, spoken = installation().framework, language()
    name = pick(framework.indicators[look.indicator].label, spoken)
    heading = f"{name}, {period(look.view.window, spoken)}"
    table = places.table(found, heading)
    computed = [*arithmetic.measured(framework, whole_, spoken), *gaps.steps(found)]
    hidden = withheld(framework, (one.found for one in (*found.areas, *found.beside)), spoken)
    notes = [*_covered(whole_), *gaps.unsaid(found), *hidden]
    ranking = places.ranking(found, partial(within, look))
    folded = places.with_nothing(found, ranking)
    rows = [one for one in ranking if one not in folded]
    ranked = bars(tr(N_("Ranking"), spoken), rows, found.number, spoken, title(found.unit), folded=folded)
    noted = el("ul", *(el("li", note) for note in notes), class_="k-notes")
    if look.map is None:
        frame.beneath(table, key=f"{look.indicator}-areas", computed=computed, drawing=ranked, notes=notes)
    else:
        on_the_left, on_the_right = st.columns([3, 2], gap="large")
        with on_the_left:
            alt = " ".join([heading, *gaps.findings(found)])
            drawing = area_map.drawn(look.map, found, dark=_on_dark())
            frame.chart(
                drawing,
                table,
                key=f"{look.indicator}-areas",
                alt=alt,
                computed=computed,
                title=False,
                picture=[area_map.drawn(look.map, found), ranked],  # on white, whatever the theme
                notes=[_legend(look, found, dark=False), *notes],
            )
            st.html(el("p", _legend(look, found, dark=_on_dark()), class_="k-legend"))
            st.html(noted)
        with on_the_right:
            st.html(ranked)


def _covered(whole_: Measurement) -> list[str]:
    """Say how many of the expected returns are in, and whether more may come."""
    framework, spoken = installation().framework, language()
    if not whole_.coverage.expected:
        return []
    told = arithmetic.returns(framework, whole_, spoken)
    provisional = title(tr(N_("provisional"), spoken))
    return [f"{provisional}. {told}" if is_provisional(framework, whole_) else told]


def _legend(look: Looked, found: Places, *, dark: bool) -> str:
    spoken = language()
    shades = N_("The lighter, the higher the figure.") if dark else N_("The darker, the higher the figure.")
    said_ = [tr(shades, spoken)]
    if any(one.value == 0 for one in found.areas) and places.adds(found.framework, found.indicator):
        said_.append(tr(N_("Grey: 0."), spoken))
    if any(one.value is None for one in found.areas):
        said_.append(tr(N_("Dotted: no figure; crossed: hidden."), spoken))
    if look.map is not None and look.map.attribution:
        said_.append(whole(N_("Map: {attribution}."), spoken, attribution=look.map.attribution))
    if look.per and look.page.inhabitants_source is not None:
        source = pick(look.page.inhabitants_source, spoken)
        said_.append(whole(N_("Inhabitants: {source}."), spoken, source=source))
    return " ".join(said_)


def _on_dark() -> bool:
    """Tell whether the reader's theme is a dark one."""
    return st.context.theme.type == "dark"


def over_time(look: Looked) -> None:
    """Show the course of each area on one scale; of the smaller areas, where a larger one is chosen, those in it."""
    framework, spoken, by = installation().framework, language(), look.dimension
    views = [replace(look.view, window=window) for window in asked.steps(framework, look.view)]
    if len(views) < 2:  # noqa: PLR2004 (one point is no course)
        return
    found = answers(look, views, [look.indicator], by)
    known, inside = breakdowns.categories(framework, look.indicator, by), look.within
    areas = look.map.areas if look.map is not None else ()
    slices = multiples.gathered(found, by)
    courses = [
        multiples.Course(category(known, key, spoken), slices[key], marked=inside is None and key in look.chosen)
        for key in known
        if (inside is None or key in inside) and any(_is_said(each, key in areas) for each in slices.get(key, ()))
    ]
    if not any(one.value for course in courses for one in course.found):
        return
    st.html(el("h2", tr(N_("Over time"), spoken)))
    if look.per:
        st.html(el("p", tr(N_("As counted, not per inhabitant."), spoken), class_="k-note"))
    how = tr(N_("Each figure is of its own period and area, by the indicator's definition."), spoken)
    heading = _heading(framework, look, inside is not None)
    named = drawn_courses.Named(heading, f"{look.indicator}-areas-over-time", [how])
    drawn_courses.shown(named, courses, [each[0] for each in found])


def _heading(framework: Framework, look: Looked, is_part: bool) -> str:  # noqa: FBT001 (of which of the two it is)
    spoken = language()
    name = pick(framework.indicators[look.indicator].label, spoken)
    if not is_part:
        return whole(N_("{indicator}: each area, all on one scale"), spoken, indicator=name)
    larger = framework.dimensions[look.page.dimension].categories[look.view.where[look.page.dimension]]
    text = N_("{indicator}: each area in “{name}”, all on one scale")
    return whole(text, spoken, indicator=name, name=pick(larger.label, spoken))


def _is_said(found: Measurement, is_area: bool) -> bool:  # noqa: FBT001 (of which of the two it is)
    """Tell whether there is a figure, shown or hidden; of an area, 0 is one: nothing has happened there."""
    return bool(found.value) or found.state in WITHHELD or (is_area and found.value is not None)


def unusable(look: Looked) -> None:
    """Say which files cannot be used; all figures are there without them."""
    for fault in look.unusable:
        st.html(el("div", said(fault, language()), class_="k-nothing", role="status"))


def chosen(look: Looked) -> None:
    """Say that a filter by area only marks it: all areas are compared."""
    framework, spoken = installation().framework, language()
    for by in (look.page.dimension, look.page.finer):
        key = look.view.where.get(by) if by else None
        if by and key:
            name = pick(framework.dimensions[by].categories[key].label, spoken)
            text = N_("All areas are compared here, not only {name}.")
            if by == look.dimension:
                text = N_("All areas are compared here; {name} is marked.")
            elif look.within:
                text = N_("All areas are compared here; those in {name} are marked.")
            st.html(el("p", whole(text, spoken, name=name), class_="k-note"))
