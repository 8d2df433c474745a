"""The table of what is counted in each of the smaller areas, on the page on regions, in the order that is chosen."""

from collections.abc import Sequence

import streamlit as st

from kpi.framework.model import Framework
from kpi.language import pick, tr, whole
from kpi.measure.model import UNSTATED, Measurement, State
from kpi.present import arithmetic
from kpi.present.html import el
from kpi.present.indicators import SORTS, Sort
from kpi.present.profile import category
from kpi.present.table import Cell, Number, Table
from kpi.present.words import dimension, of, period, state, title
from kpi.problems import N_
from kpi.web import frame
from kpi.web.person import installation, language
from kpi.web.pickers import choice
from kpi.web.regional import NAME, Looked, answers, counted_by


def counted(look: Looked) -> None:
    """Show what is counted in each of the smaller areas: sites, and whatever else has a place of its own."""
    framework, spoken, by = installation().framework, language(), look.page.finer or look.page.dimension
    keys = counted_by(look.page, look.view)
    if not keys:
        return
    found = answers(look, [look.view], keys, by)
    if all(each[0].state is State.MISSING for each in found):
        return
    slices = {key: {one.slice.get(by, ""): one for one in each[1:]} for key, each in zip(keys, found, strict=True)}
    known, finer = framework.dimensions[by].categories, by == look.page.finer
    rows: list[Sequence[Cell]] = [
        (
            category(known, one, spoken),
            *((_above(framework, by, one, spoken),) if finer else ()),
            *(_cell(framework, slices[key].get(one), spoken) for key in keys),
        )
        for one in (*known, UNSTATED)
        if any(one in each for each in slices.values())
    ]
    if not rows:
        return
    name = whole(N_("How many there are, by {dimension}"), spoken, dimension=dimension(framework, by, spoken))
    st.html(el("h2", name))
    _picker(look, keys)
    names = [pick(framework.indicators[key].label, spoken) for key in keys]
    heading = title(period(look.view.window, spoken))
    by_area = [by, look.page.dimension] if finer else [by]
    table = Table(heading, [*(pick(framework.dimensions[one].label, spoken) for one in by_area), *names], rows)
    if look.order:
        column, backwards = look.order.removeprefix("-"), look.order.startswith("-")
        by_name = column == NAME  # from A; figures begin with the greatest
        at = 0 if by_name else len(by_area) + keys.index(column)
        table = table.arranged(at, spoken, falling=backwards == by_name)
    computed = [step for each in found for step in arithmetic.measured(framework, each[0], spoken)[:1]]
    drawing = table.html(under=1 if finer else None)
    frame.beneath(table, key="by-area", computed=computed, drawing=drawing, is_table=True, subject=name)


def _above(framework: Framework, by: str, key: str, spoken: str) -> str:
    """Name the larger area that an area lies in; nothing for what is in no single place."""
    own = framework.dimensions[by].categories.get(key)
    upper = framework.dimensions[framework.dimensions[by].rolls_up_to or by].categories
    return "" if own is None or own.in_ is None or own.in_ == key else pick(upper[own.in_].label, spoken)


def _cell(framework: Framework, found: Measurement | None, spoken: str) -> Number:
    if found is None:
        return Number("")
    if found.value is None:
        return Number(state(found, framework, spoken))
    return Number(of(framework, found.indicator, found.value, spoken), found.value)


def _picker(look: Looked, keys: Sequence[str]) -> None:
    """Let the reader choose the order: the framework's, which is by the larger areas; by name; or by a figure."""
    framework, spoken = installation().framework, language()
    names = {"": title(dimension(framework, look.page.dimension, spoken))}
    names |= {f"{'-' * back}{NAME}": tr(SORTS[Sort.NAME][back], spoken) for back in (0, 1)}
    for key in keys:
        name = pick(framework.indicators[key].label, spoken)
        names[key] = whole(N_("The most first: {name}"), spoken, name=name)
        names[f"-{key}"] = whole(N_("The fewest first: {name}"), spoken, name=name)
    choice("places", tr(N_("Order"), spoken), list(names), look.order, names.__getitem__, width=420)
