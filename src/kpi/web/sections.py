"""The parts of an indicator's page that are more than one drawing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

import streamlit as st

from kpi import breakdowns, review
from kpi.access import Deed
from kpi.follow_up import StoredNote
from kpi.language import number, tr, whole
from kpi.measure.model import ORGANISATION, RATING, Measurement, Organisation
from kpi.measure.needs import Question
from kpi.present import arithmetic, charts, charts_said, come_from, course, profile, spread, words
from kpi.present.drawn import Drawn
from kpi.present.html import el
from kpi.present.marks import mark
from kpi.present.profile import Parted
from kpi.present.words import PRELIMINARY, change, is_due, of, period
from kpi.problems import N_
from kpi.web import asked, courses, frame, only
from kpi.web.opened import today
from kpi.web.person import allowed, installation, language, now
from kpi.web.view import View

Written = Callable[[Fraction], str]


#: The parts of the page, by what their addresses end with.
_PARTS = {
    "course": N_("Over time"),
    "done": N_("What is done about it"),
    "parts": N_("Broken down"),
    "computed": N_("How this is computed"),
    "sources": N_("Where it comes from"),
    "definition": N_("Definition"),
}


def ways() -> None:
    """Lead to the parts of the page."""
    said = language()
    links = (el("a", tr(text, said), href=f"#{name}") for name, text in _PARTS.items())
    st.html(el("nav", *links, class_="k-ways", aria_label=tr(N_("On this page"), said)))


def head(name: str) -> None:
    """Begin a part of the page."""
    st.html(el("h2", tr(_PARTS[name], language()), id=name))


def provisional_note(view: View) -> None:
    """Mark the page where returns count that nobody has approved, and say how many of them there are."""
    if not view.provisional:
        return
    here, day, said, last = installation(), today(), language(), view.window.last
    quarters = asked.kept(
        "waiting", provisional=True, answer=lambda: [one.head.quarter for one in review.queue(here, today=day)]
    )
    there = sum(quarter <= last for quarter in quarters)
    many = whole(N_("Up to {quarter} these are: {count}."), said, quarter=last, count=there)
    st.html(el("div", tr(PRELIMINARY, said), " ", many, class_="k-provisional", role="note"))


def over_time(found: asked.Profile, notes: Sequence[StoredNote] = ()) -> None:
    """Show the standing at each quarter's end and, where that is another thing, each quarter's or year's own value.

    Notes are marked on the first chart by their numbers.
    """
    framework, said = installation().framework, language()
    past = [each for each in found.trend if each.window.last <= found.now.window.last and is_due(each)]
    drawn = Drawn(framework, said, found.provisional)
    judged = any(each.standing.expected is not None or each.standing.actual is not None for each in found.trend)
    own = any(each.value is not None for each in past)
    differs = any(each.value is not None and each.value != each.standing.actual for each in past)
    if not judged and not own:
        st.html(el("p", tr(N_("No values in this time."), said), class_="k-note"))
        return
    begun = words.begun(framework, [each.standing.basis for each in past], said)
    legend = [*begun, *frame.hollow(past, found.provisional)]
    if judged:
        title = charts_said.progress_title(drawn, found.trend)
        chart = charts.progress(drawn, found.trend)
        mark(chart, notes, [each.window.last for each in found.trend], said)
        frame.chart(
            chart,
            course.judged(drawn, title, found.trend),
            key=f"{found.now.indicator}-progress",
            alt=charts_said.summary(drawn, past, judged=True),
            computed=_steps(found),
            subject=frame.of_indicator(found.now.indicator),
            notes=[*charts_said.marks_said(drawn, found.trend), *legend],
        )
    if own and differs:
        title = charts_said.own_title(drawn, past)
        chart = charts.by_period(drawn, past)
        if not judged:
            mark(chart, notes, [each.window.last for each in past], said)
        frame.chart(
            chart,
            course.own(drawn, title, past),
            key=f"{found.now.indicator}-quarters",
            alt=charts_said.summary(drawn, past, judged=False),
            computed=_steps(found),
            subject=frame.of_indicator(found.now.indicator),
            notes=legend,
        )
    frame.legend([*(charts_said.marks_said(drawn, found.trend) if judged else []), *legend])


def like_for_like(view: View, key: str) -> None:
    """Say how a position changed among the organisations that stand in it both times."""
    framework, said = installation().framework, language()
    earlier, compared = asked.like_for_like(view, key)
    if earlier is None or compared is None:
        return
    text = whole(
        N_("Among the same organisations ({count}): {change} against {window}."),
        said,
        count=compared.organisations,
        change=change(framework, key, compared.after, compared.before, said),
        window=period(earlier, said),
    )
    st.html(el("p", text, class_="k-note"))


@st.fragment
def broken_down(view: View, now: Measurement) -> None:
    """Show the indicator by every dimension that says something, by rating and by organisation."""
    framework, said, key = installation().framework, language(), now.indicator
    slices = asked.slices(view, key)
    _came_from(view, now, slices[ORGANISATION])
    parts = list(_parts(view, key, slices))
    if not parts:
        st.html(el("p", tr(N_("There is nothing to break down in this period."), said), class_="k-note"))
    offered = {
        ORGANISATION if name == _RANKING else name: part.title for name, part, _ in parts if name not in _SPREADS
    }
    if offered and (by := courses.chosen(key, offered)) is not None:
        courses.of_indicator(view, key, by, _names())
    for first in range(0, len(parts), 2):
        for column, (name, part, written) in zip(st.columns(2, gap="large"), parts[first : first + 2], strict=False):
            with column:
                frame.beneath(
                    profile.as_table(part, written, said),
                    key=f"{key}-{name}",
                    computed=[spread.counted(said)] if name in _SPREADS else profile.how(framework, now, said),
                    drawing=profile.drawn(part, written, said),
                    subject=frame.of_indicator(key),
                )
    if parts and spread.means_only(framework, key):
        st.html(el("p", spread.unknown(said), class_="k-note"))
    if framework.indicators[key].double_counting:
        text = N_("The same person can be counted more than once: these are participations, not different people.")
        st.html(el("p", tr(text, said), class_="k-note"))


#: The breakdowns that count how often a rating was given, or a mean lies somewhere.
_SPREADS = _RATINGS, _MEANS = "rating", "means"
_RANKING = "organisation"


def _parts(view: View, key: str, slices: Mapping[str, Sequence[Measurement]]) -> Iterator[tuple[str, Parted, Written]]:
    """Give the breakdowns that say something: what each is called in an address, its rows, how a value is written."""
    framework, said, to = installation().framework, language(), only.organisation(view)

    def written(value: Fraction) -> str:
        return of(framework, key, value, said)

    for dimension, found in slices.items():
        if dimension == RATING:
            if (given := spread.ratings(framework, key, found, said)) is not None:
                yield _RATINGS, given, lambda count: number(count, said)
        elif dimension == ORGANISATION:
            if (means := spread.means(framework, key, found, said)) is not None:
                yield _MEANS, means, lambda count: number(count, said)
            if (ranking := profile.organisations(framework, key, found, _names(), said, to=to)) is not None:
                yield _RANKING, ranking, written
        elif (part := profile.parted(framework, key, dimension, found, said, to=only.category(dimension))) is not None:
            yield dimension, part, written


def _came_from(view: View, now: Measurement, parts: Sequence[Measurement]) -> None:
    """Say which organisations made most of what changed since the window that is compared with."""
    earlier = view.earlier
    if earlier is None or not allowed(Deed.SEE_UNDISCLOSED):
        return
    question = Question(now.indicator, earlier, by=(ORGANISATION,), where=view.where)
    before, *then = asked.measured([question], provisional=view.provisional)[0]
    text = come_from.sentence(
        installation().framework, now, before, parts=parts, earlier=then, names=_names(), language=language()
    )
    if text is not None:
        st.html(el("p", text, class_="k-said"))


def computed(found: asked.Profile) -> None:
    """Show the arithmetic in words."""
    st.html(el("ol", *(el("li", step) for step in _steps(found)), class_="k-computed"))


def _steps(found: asked.Profile) -> list[str]:
    framework, said = installation().framework, language()
    aim, plan = breakdowns.aim(framework, found.now.indicator, found.now.window.last)
    return [
        *arithmetic.measured(framework, found.now, said),
        *arithmetic.judged(framework, found.now, aim, plan, said),
    ]


def _names() -> dict[str, Organisation]:
    return {one.code: one for one in now().organisations}
