"""The gender page's figures: asked, and shown part by part."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from kpi import breakdowns, figures
from kpi.access import Deed
from kpi.framework.model import GenderPage
from kpi.language import pick, tr, whole
from kpi.measure.model import RATING, WITHHELD, State
from kpi.measure.needs import Question
from kpi.present import arithmetic, split, split_across, split_course, split_rates, split_said, words
from kpi.present.html import el
from kpi.present.profile import by_itself, withheld
from kpi.present.scene import Scene
from kpi.present.split import Line, Told
from kpi.present.words import dimension, listed, title
from kpi.problems import N_
from kpi.splits import Split, adds_up
from kpi.splits import crossed as crossed_splits
from kpi.splits import split as split_of
from kpi.splits import told as told_by
from kpi.web import asked, frame
from kpi.web.looking import view
from kpi.web.opened import today
from kpi.web.person import allowed, installation, language
from kpi.web.pickers import indicator_picker
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
    bounded = N_("A hollow triangle in a trend: the share was at least so high; what it was is not shown.")
    windows = [window for line in lines for window, _ in line.course]
    return [
        *frame.ring(there=any(split.ends_open(within, line) for line in lines)),
        *words.begun(within.framework, windows, language()),
        *([tr(bounded, language())] if any(map(split.is_bounded, lines)) else []),
    ]


def _hidden(lines: Sequence[Line]) -> list[str]:
    is_hidden = any(each.state in WITHHELD for line in lines for each in line.split.parts.values())
    return [withheld(installation().framework, language())] if is_hidden else []


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


@st.fragment
def closely() -> None:
    """Show one indicator by gender over time and in every other dimension; the address says which."""
    looking, _ = view()
    framework, on, said = installation().framework, page(), language()
    counts, rates, _ = told_by(framework, on, looking.window.last)
    keys = [*counts, *rates]
    if not keys:
        return
    aimed = [key for key in counts if on.dimension in framework.indicators[key].share_targets]
    chosen = looking.indicator if looking.indicator in keys else (aimed or keys)[0]
    if looking.indicator is not None and looking.indicator not in keys:
        st.html(el("p", _not_collected(looking.indicator), class_="k-legend"))
    narrowed = replace(looking, indicator=chosen)
    indicator_picker(narrowed, keys)
    scene = Scene(framework, said, narrowed.params(said))
    _course(scene, narrowed, chosen)
    _across(scene, narrowed, chosen)


def _not_collected(key: str) -> str:
    framework, said = installation().framework, language()
    text = N_("“{indicator}” is not collected by {dimension}; another one is shown.")
    name = dimension(framework, page().dimension, said)
    return whole(text, said, indicator=pick(framework.indicators[key].label, said), dimension=name)


def _course(scene: Scene, looking: View, key: str) -> None:
    framework, within, said = scene.framework, told(scene), scene.language
    steps = asked.course(looking)
    questions = [Question(key, step, by=(within.page.dimension,), where=looking.where) for step in steps]
    answers = asked.measured(questions, provisional=looking.provisional)
    told_of = [(step, split_of(framework, within.page, each)) for step, each in zip(steps, answers, strict=True)]
    course = [
        (step, one) for step, one in told_of if one.whole is None or one.whole.coverage.expected or one.says_something
    ]
    if not any(one.says_something for _, one in course):
        lacking = next((one.whole for _, one in told_of if one.whole and one.whole.state is State.NOT_COLLECTED), None)
        text = tr(N_("No values in this time."), said) if lacking is None else title(within.plain(lacking))
        st.html(el("p", text, class_="k-note"))
        return
    provisional = {step for step, one in course if one.whole and figures.is_provisional(framework, one.whole, today())}
    categories = within.categories([one for _, one in course])
    if adds_up(framework, key):
        name = whole(N_("{share}, of those stated"), said, share=within.watched)
        targets = (
            {}
            if looking.where
            else dict(
                framework.indicators[key].share_targets.get(within.page.dimension, {}).get(within.page.share_of, {})
            )
        )
        chart = split_course.share_course(within, course, targets, provisional)
    else:
        name = pick(framework.indicators[key].label, said)
        silent = {
            each for each in categories if framework.dimensions[within.page.dimension].categories[each].not_stated
        }
        chart = split_course.rate_course(
            within, key, [each for each in categories if each not in silent], course, provisional
        )
    legend = [frame.hollow()] if provisional else []
    frame.chart(
        chart,
        split_course.course_data(within, name, course, provisional),
        key=f"{key}-gender-course",
        alt=split_course.summary(within, course, categories),
        computed=_how(within, key),
        subject=frame.of_indicator(key),
        notes=legend,
    )
    frame.legend(legend)


def _across(scene: Scene, looking: View, key: str) -> None:
    """Show the indicator in the categories of every other dimension by which it can be broken down."""
    framework, within, said = scene.framework, told(scene), scene.language
    others = _others(looking, key)
    questions = [
        Question(key, looking.window, by=by, where=looking.where)
        for each in others
        for by in ((within.page.dimension, each), (each,))
    ]
    answers = iter(asked.measured(questions, provisional=looking.provisional))
    found = {each: crossed_splits(framework, within.page, each, next(answers), next(answers)[1:]) for each in others}
    secret = [each for each, splits in found.items() if _is_secret(splits)]
    shown = [each for each in others if each not in secret]
    columns = st.columns(2, gap="large")
    drawn = 0
    for each in shown:
        labels = {k: pick(c.numbered, said) for k, c in breakdowns.categories(framework, key, each).items()}
        name = title(dimension(framework, each, said))
        table = split_across.crossed(within, name, labels, found[each])
        if table is None:
            continue
        with columns[drawn % 2]:
            frame.beneath(
                split_across.crossed_data(within, name, labels, found[each]),
                key=f"{key}-gender-{each}",
                computed=_how(within, key),
                drawing=table,
                subject=frame.of_indicator(key),
            )
        drawn += 1
    if not drawn and not secret and any(found.values()):
        st.html(el("p", tr(N_("There is nothing to break down in this period."), said), class_="k-note"))
    if secret:
        names = listed([dimension(framework, each, said) for each in secret], said)
        text = N_("By {dimension} and, at the same time, by {names}: not published.")
        st.html(
            el(
                "p",
                whole(text, said, dimension=dimension(framework, within.page.dimension, said), names=names),
                class_="k-legend",
            )
        )


def _how(within: Told, key: str) -> list[str]:
    """Say how shares are made and judged; of ratios and means, how those of a category are."""
    if adds_up(within.framework, key):
        return list(split_said.explained(within))
    return [by_itself(within.framework, key, within.scene.language)]


def _others(looking: View, key: str) -> list[str]:
    """Give the other dimensions, those that pages can be limited to first; not the one that the page is limited to."""
    framework = installation().framework
    there = [
        each
        for each in breakdowns.dimensions(framework, key)
        if each not in {page().dimension, RATING} and each not in looking.where
    ]
    filters = framework.programme.filters
    return sorted(there, key=lambda each: filters.index(each) if each in filters else len(filters))


def _is_secret(splits: dict[str, Split]) -> bool:
    if allowed(Deed.SEE_UNDISCLOSED):
        return False
    return all(each.state is State.NOT_PUBLISHED for one in splits.values() for each in one.parts.values())
