"""The gender page's figures: asked, and shown part by part."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from kpi.framework.model import GenderPage
from kpi.language import tr, whole
from kpi.measure.model import State
from kpi.measure.needs import Question
from kpi.present import arithmetic, split, split_across, split_rates, split_said, words
from kpi.present.html import el
from kpi.present.scene import Scene
from kpi.present.split import Line, Told
from kpi.present.withheld import withheld
from kpi.present.words import dimension, listed
from kpi.problems import N_
from kpi.splits import split as split_of
from kpi.splits import told as told_by
from kpi.web import asked, frame
from kpi.web.person import installation, language
from kpi.web.view import View


@dataclass(frozen=True, slots=True)
class Found:
    """The figures by gender: of what adds up, of ratios and means; and what is not collected by it."""

    counts: Sequence[Line]
    rates: Sequence[Line]
    without: Sequence[str]

    @property
    def lines(self) -> Sequence[Line]:
        """All of them."""
        return (*self.counts, *self.rates)

    @property
    def says_something(self) -> bool:
        """Tell whether there is anything to show, in the window or in a year, or why there is not, by a filter."""
        every = [one for line in self.lines for one in (line.split, *(each for _, each in line.course))]
        filtered = (State.NOT_COLLECTED, State.NOT_PUBLISHED)
        return any(one.is_shown or (one.whole is not None and one.whole.state in filtered) for one in every)


def page() -> GenderPage:
    """Give what the page rests on; nobody comes here without."""
    found = installation().framework.pages.gender
    if found is None:
        st.stop()
    return found


def gathered(looking: View) -> Found:
    """Ask for every indicator by gender, in the window and year by year."""
    framework, on = installation().framework, page()
    counts, rates, without = told_by(framework, on, looking.window.last)
    keys = [*counts, *rates]
    years, earlier = asked.years(looking), looking.earlier
    windows = [looking.window, *years, *([earlier] if earlier else [])]
    questions = [Question(key, window, by=(on.dimension,), where=looking.where) for key in keys for window in windows]
    answers = iter(asked.measured(questions, provisional=looking.provisional))
    lines: dict[str, Line] = {}
    for key in keys:
        now, *course = [split_of(framework, on, next(answers)) for _ in windows]
        before = course.pop() if earlier else None
        standings = asked.share_standings(looking, key)
        standing = next(
            (one for one in standings if (one.dimension, one.category) == (on.dimension, on.share_of)), None
        )
        lines[key] = Line(key, now, standing, tuple(zip(years, course, strict=True)), before)
    return Found([lines[key] for key in counts], [lines[key] for key in rates], without)


def told(scene: Scene) -> Told:
    """Give what the tables are made within."""
    return Told(scene, page())


def of_counts(scene: Scene, found: Found) -> None:
    """Show how many there are of each, and the watched share against its target."""
    within = told(scene)
    shown = [line for line in found.counts if line.split.is_shown]
    if not found.says_something or not found.counts:
        return
    st.html(el("h2", tr(N_("How many, and which share"), scene.language)))
    if shown:
        frame.beneath(
            split.counts_data(within, _by(scene, N_("Figures by {dimension}")), shown),
            key="gender-counts",
            computed=list(split_said.explained(within)),
            drawing=split.counts(within, shown),
            notes=[*_trends(within, shown), *_hidden(shown)],
        )
    _silent(within, found.counts)


def _by(scene: Scene, text: str) -> str:
    name = dimension(scene.framework, page().dimension, scene.language)
    return whole(text, scene.language, dimension=name)


def _trends(within: Told, lines: Sequence[Line]) -> list[str]:
    """Say what the signs in the trends of shares mean, and from when on the first year counts."""
    windows = [window for line in lines for window, _ in line.course]
    return [
        *frame.ring(there=any(split.ends_open(within, line) for line in lines)),
        *words.begun(within.framework, windows, language()),
        *([tr(split.BOUNDED, language())] if any(map(split.is_bounded, lines)) else []),
    ]


def _hidden(lines: Sequence[Line]) -> list[str]:
    parts = (each for line in lines for each in line.split.parts.values())
    return withheld(installation().framework, parts, language())


def _silent(within: Told, lines: Sequence[Line]) -> None:
    """Name together the indicators of which there is nothing to show, by why that is."""
    for sentence in split_said.silent(within, lines):
        st.html(el("p", sentence, class_="k-legend"))


def of_rates(scene: Scene, found: Found) -> None:
    """Show ratios and means by gender beside each other."""
    within = told(scene)
    shown = [line for line in found.rates if line.split.is_shown]
    if not found.says_something or not found.rates:
        return
    st.html(el("h2", tr(N_("Success, satisfaction and other rates"), scene.language)))
    if shown:
        st.html(el("p", " ".join(split_said.differences(within, shown)), class_="k-said"))
        steps = [
            f"{split.label(within, line.key)}. {sentence}"
            for line in shown
            if line.split.whole is not None
            for sentence in arithmetic.measured(scene.framework, line.split.whole, scene.language)[:1]
        ]
        frame.beneath(
            split_rates.rates_data(within, _by(scene, N_("Rates by {dimension}")), shown),
            key="gender-rates",
            computed=steps,
            drawing=split_rates.rates(within, shown),
            notes=[*_without_any(within, shown), *_hidden(shown)],
        )
    _silent(within, found.rates)


def _without_any(within: Told, lines: Sequence[Line]) -> list[str]:
    """Name the categories that the table of rates leaves out."""
    names = [within.name(key) for key in split_rates.empty(within, lines)]
    return [within.say(N_("No value of: {names}."), names=listed(names, within.scene.language))] if names else []


def by_year(scene: Scene, found: Found) -> None:
    """Show the watched share of every year."""
    within = told(scene)
    shown = [line for line in found.counts if any(one.is_shown for _, one in line.course)]
    if shown:
        st.html(el("h2", tr(N_("The share year by year"), scene.language)))
        at_least = any(one.least is not None for line in shown for _, one in line.course)
        frame.beneath(
            split_across.years(within, tr(N_("The share year by year"), scene.language), shown),
            key="gender-years",
            computed=list(split_said.explained(within)),
            drawing=split_across.years_table(within, shown),
            notes=[
                *words.begun(scene.framework, [window for line in shown for window, _ in line.course], scene.language),
                *([tr(split_said.AT_LEAST, scene.language)] if at_least else []),
            ],
            subject=within.watched,
        )
