"""One indicator closely, on the page on gender: over time, and in every other dimension."""

from dataclasses import replace

import streamlit as st

from kpi import breakdowns, figures
from kpi.access import Deed
from kpi.language import pick, tr, whole
from kpi.measure.model import RATING, State
from kpi.measure.needs import Question
from kpi.present import split_across, split_course, split_said
from kpi.present.html import el
from kpi.present.profile import by_itself
from kpi.present.scene import Scene
from kpi.present.split import BOUNDED, Told
from kpi.present.words import dimension, listed, title
from kpi.problems import N_
from kpi.splits import Split, adds_up, crossed, split, told
from kpi.web import asked, frame, gendered
from kpi.web.looking import view
from kpi.web.person import allowed, installation, language
from kpi.web.pickers import indicator_picker
from kpi.web.view import View


@st.fragment
def closely() -> None:
    """Show one indicator by gender over time and in every other dimension; the address says which."""
    looking, _ = view()
    framework, on, said = installation().framework, gendered.page(), language()
    counts, rates, _ = told(framework, on, looking.window.last)
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
    name = dimension(framework, gendered.page().dimension, said)
    return whole(text, said, indicator=pick(framework.indicators[key].label, said), dimension=name)


def _course(scene: Scene, looking: View, key: str) -> None:
    framework, within, said = scene.framework, gendered.told(scene), scene.language
    steps = asked.course(looking)
    questions = [Question(key, step, by=(within.page.dimension,), where=looking.where) for step in steps]
    answers = asked.measured(questions, provisional=looking.provisional)
    told_of = [(step, split(framework, within.page, each)) for step, each in zip(steps, answers, strict=True)]
    course = [
        (step, one) for step, one in told_of if one.whole is None or one.whole.coverage.expected or one.says_something
    ]
    if not any(one.says_something for _, one in course):
        lacking = next((one.whole for _, one in told_of if one.whole and one.whole.state is State.NOT_COLLECTED), None)
        text = tr(N_("No values in this time."), said) if lacking is None else title(within.plain(lacking))
        st.html(el("p", text, class_="k-note"))
        return
    provisional = {step for step, one in course if one.whole and figures.is_provisional(framework, one.whole)}
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
    legend = frame.hollow((one.whole for _, one in course if one.whole), {step.last for step in provisional})
    if any(one.least is not None for _, one in course):
        legend.append(tr(BOUNDED, said))
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
    framework, within, said = scene.framework, gendered.told(scene), scene.language
    others = _others(looking, key)
    questions = [
        Question(key, looking.window, by=by, where=looking.where)
        for each in others
        for by in ((within.page.dimension, each), (each,))
    ]
    answers = iter(asked.measured(questions, provisional=looking.provisional))
    found = {each: crossed(framework, within.page, each, next(answers), next(answers)[1:]) for each in others}
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
        if each not in {gendered.page().dimension, RATING} and each not in looking.where
    ]
    filters = framework.programme.filters
    return sorted(there, key=lambda each: filters.index(each) if each in filters else len(filters))


def _is_secret(splits: dict[str, Split]) -> bool:
    if allowed(Deed.SEE_UNDISCLOSED):
        return False
    return all(each.state is State.NOT_PUBLISHED for one in splits.values() for each in one.parts.values())
