"""The page on regions: which indicator by which areas the address asks for, and the parts of the page.

=========  =====================================================
parameter  value
=========  =====================================================
areas      a dimension of areas: the regions', or the finer one
per        ``inhabitant`` where there is a list of inhabitants, or ``counted``; people are given per inhabitant
places     of the table of what is counted: by which indicator it is sorted, or by ``@name``; backwards with ``-``
=========  =====================================================
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import streamlit as st

from kpi import areas, breakdowns
from kpi.areas import Areas, MapUnusableError
from kpi.framework.model import Framework, RegionsPage, UnitKind
from kpi.language import pick, tr, whole
from kpi.measure.model import Measurement
from kpi.measure.needs import Question
from kpi.present import gaps, places
from kpi.present.link import Way
from kpi.present.places import Place, Places
from kpi.present.words import dimension, kind_of, period, title
from kpi.problems import N_, Fault, Problem
from kpi.settings import Settings
from kpi.web import address, asked
from kpi.web.person import installation, language
from kpi.web.pickers import choice
from kpi.web.view import NOT_KNOWN, WHERE, View

_INHABITANT = "inhabitant"
_COUNTED = "counted"
#: Beside the indicators; no key begins with “@”.
NAME = "@name"

NOT_BY_AREA = Fault(
    "regional.not_by_area",
    N_("“{indicator}” is not collected by {dimension}."),
    N_("Another indicator is shown instead."),
)
NOT_SO_FINE = Fault(
    "regional.not_so_fine",
    N_("“{indicator}” is not collected by {dimension}."),
    N_("The larger areas are shown instead."),
)


@dataclass(frozen=True, slots=True)
class Looked:
    """What the page shows: an indicator by a dimension of areas, on their map; by inhabitants or as counted."""

    page: RegionsPage
    view: View
    keys: Sequence[str]
    indicator: str
    dimension: str
    map: Areas | None
    people: Mapping[str, int]
    per: bool
    unusable: Sequence[MapUnusableError] = ()
    order: str = ""

    @property
    def where(self) -> Mapping[str, str]:
        """What the figures are limited to: never to one area, since areas are compared."""
        return {key: one for key, one in self.view.where.items() if key not in (self.page.dimension, self.page.finer)}

    @property
    def within(self) -> frozenset[str] | None:
        """The smaller areas in the larger one that is chosen; none where the larger ones are shown, or all."""
        larger = self.view.where.get(self.page.dimension)
        if larger is None or self.dimension == self.page.dimension:
            return None
        framework = installation().framework
        known = framework.dimensions[self.dimension].categories
        return frozenset(key for key in known if framework.roll_up(self.dimension, key, self.page.dimension) == larger)

    @property
    def chosen(self) -> frozenset[str]:
        """The areas that are marked among all: the one that is chosen, or those in it."""
        one = self.view.where.get(self.dimension)
        return self.within or frozenset([] if one is None else [one])

    def asks(self, key: str, view: View, by: str) -> Question:
        """Ask for an indicator by areas."""
        return Question(key, view.window, by=(by,), where=self.where)


def looked(view: View, page: RegionsPage, problems: list[Problem]) -> Looked | None:
    """Read from the address what is shown; none where no indicator is collected by these areas."""
    framework = installation().framework
    keys = [key for key in framework.indicators if page.dimension in breakdowns.dimensions(framework, key)]
    if not keys:
        return None
    there = address.params()
    first = _first(framework, keys)
    indicator = view.indicator or first
    if indicator not in keys:
        label, areas_ = framework.indicators[indicator].label, dimension(framework, page.dimension, language())
        problems.append(NOT_BY_AREA.at(indicator=pick(label, language()), dimension=areas_))
        indicator = first
    offered = offers(framework, page, indicator)
    by = there.get("areas") or page.dimension
    if by not in offered:
        if by == page.finer:
            name = pick(framework.indicators[indicator].label, language())
            problems.append(NOT_SO_FINE.at(indicator=name, dimension=dimension(framework, by, language())))
        else:
            problems.append(NOT_KNOWN.at(found=by))
        by = page.dimension
    unusable: list[MapUnusableError] = []
    beside = Settings.from_environment(os.environ).framework
    try:
        drawn = areas.areas(framework, beside, by)
    except MapUnusableError as fault:
        drawn = None
        unusable.append(fault)
    try:
        people = areas.inhabitants(framework, beside)
    except MapUnusableError as fault:
        people = {}
        unusable.append(fault)
    can = places.adds(framework, indicator) and kind_of(framework, indicator) is not UnitKind.SHARE
    people = people if can and people.keys() & framework.dimensions[by].categories.keys() else {}
    usual = _usual(framework, indicator)
    wanted = there.get("per", usual)
    if wanted not in {_COUNTED, _INHABITANT}:
        problems.append(NOT_KNOWN.at(found=wanted))
        wanted = usual
    per = wanted == _INHABITANT and bool(people)
    order = _order(page, view, problems)
    return Looked(page, replace(view, indicator=indicator), keys, indicator, by, drawn, people, per, unusable, order)


def _usual(framework: Framework, indicator: str) -> str:
    """Tell how figures are given where nobody chose: people who are served are so of those who live there."""
    return _INHABITANT if _counts_people(framework, indicator) else _COUNTED


def _counts_people(framework: Framework, indicator: str) -> bool:
    unit = framework.units[framework.indicators[indicator].unit]
    return unit.people and unit.kind is UnitKind.COUNT


def _first(framework: Framework, keys: Sequence[str]) -> str:
    """Give what is shown first: a headline that counts people, for it is they who are served; else any headline."""
    headlines = [one.indicator for one in framework.headlines.values() if one.indicator in keys]
    people = [key for key in headlines if _counts_people(framework, key)]
    return next(iter((*people, *headlines, *keys)))


def offers(framework: Framework, page: RegionsPage, indicator: str) -> list[str]:
    """Give the dimensions of areas that an indicator can be shown by."""
    there = breakdowns.dimensions(framework, indicator)
    return [one for one in (page.dimension, page.finer) if one is not None and one in there]


def counted_by(page: RegionsPage, view: View) -> list[str]:
    """Give the indicators that count what has a place of its own in the smaller areas."""
    by = page.finer or page.dimension
    return [
        key
        for key, one in installation().framework.indicators.items()
        if one.measure.count is not None and by in one.by and one.valid_in(view.window.last)
    ]


def _order(page: RegionsPage, view: View, problems: list[Problem]) -> str:
    """Read by what the table of what is counted is sorted."""
    text = address.params().get("places", "")
    if not text or text.removeprefix("-") in {NAME, *counted_by(page, view)}:
        return text
    problems.append(NOT_KNOWN.at(found=text))
    return ""


def keep(look: Looked) -> None:
    """Put what is shown into the address."""
    framework, per = installation().framework, _INHABITANT if look.per else _COUNTED
    own = {
        "areas": look.dimension if look.dimension != look.page.dimension else "",
        "per": per if look.people and per != _usual(framework, look.indicator) else "",
        "places": look.order,
    }
    address.write({**look.view.params(language()), **{name: text for name, text in own.items() if text}})


def pickers(look: Looked) -> None:
    """Let the reader choose the areas and, where inhabitants are known, for how many people figures are given."""
    framework, spoken = installation().framework, language()
    offered = offers(framework, look.page, look.indicator)
    if len(offered) < 2 and not look.people:  # noqa: PLR2004 (nothing to choose between)
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="areas"):
        if len(offered) > 1:
            choice(
                "areas",
                tr(N_("Areas"), spoken),
                offered,
                look.dimension,
                lambda key: title(pick(framework.dimensions[key].label, spoken)),
                width=220,
            )
        if look.people:
            names = {_COUNTED: N_("As counted"), _INHABITANT: N_("Per inhabitant")}
            now = _INHABITANT if look.per else _COUNTED
            choice("per", tr(N_("Values"), spoken), list(names), now, lambda key: tr(names[key], spoken), width=220)


def within(look: Looked, one: Place) -> Way | None:
    """Lead from an area to the smaller ones in it; nowhere from these, and where the indicator is not so fine."""
    finer, at = look.page.finer, look.page.dimension
    known = installation().framework.dimensions[at].categories
    if finer not in offers(installation().framework, look.page, look.indicator) or look.dimension != at:
        return None
    if one.key not in known:
        return None
    to = f"?{urlencode({**address.params(), 'areas': finer, f'{WHERE}{at}': one.key})}"
    return Way(to, whole(N_("Show the areas in {name}"), language(), name=one.name))


def answers(look: Looked, views: Sequence[View], keys: Sequence[str], by: str) -> Sequence[Sequence[Measurement]]:
    """Give indicators by areas, in several windows: for each its whole, then its slices."""
    questions = [look.asks(key, each, by) for key in keys for each in views]
    return asked.measured(questions, provisional=look.view.provisional)


def earlier(look: Looked) -> list[str]:
    """Say how far apart the areas were in the window that is compared with."""
    window = look.view.earlier
    if window is None:
        return []
    slices = answers(look, [replace(look.view, window=window)], [look.indicator], look.dimension)[0][1:]
    told = gaps.before(ordered(look, slices), period(window, language())) if slices else None
    return [told] if told else []


def ordered(look: Looked, slices: Sequence[Measurement]) -> Places:
    """Give the slices as areas in their order."""
    return places.places(
        installation().framework,
        slices,
        look.dimension,
        language(),
        on_map=look.map.areas if look.map is not None else None,
        people=look.people if look.per else None,
        chosen=look.chosen,
    )
