"""Figures for pages, kept until the store, the framework or the day changes.

The key holds who may see them (the basis) and everything the answer depends on; the values are frozen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar, cast

import streamlit as st

from kpi import breakdowns, comparison, figures
from kpi import restated as restatements
from kpi.access import Deed, may
from kpi.behind import Behind
from kpi.behind import behind as rows_behind_figure
from kpi.comparison import LikeForLike
from kpi.figures import APPROVED, PROVISIONAL, Basis, Contribution, ShareStanding, StoredRecord
from kpi.framework.model import FormTime, Framework
from kpi.language import tr
from kpi.measure.model import ORGANISATION, Measurement
from kpi.measure.needs import Question
from kpi.measure.plan import Aim, Plan
from kpi.present.cards import Shown
from kpi.problems import N_
from kpi.quarter import QUARTERS_A_YEAR, Quarter, Window
from kpi.restated import Restated
from kpi.web.opened import today
from kpi.web.person import installation, language, now
from kpi.web.view import View

_TREND = 8
#: So many answers are kept of one state of the store.
_MOST = 5000

Answers = Sequence[Sequence[Measurement]]
_Asked = tuple[str, Window, tuple[str, ...], tuple[tuple[str, str], ...], str | None]
T = TypeVar("T")


def measured(questions: Sequence[Question], *, provisional: bool) -> Answers:
    """Answer questions, each from memory where nothing has changed; what is new to it is worked out together."""
    found, day, basis = installation(), today(), _basis(provisional=provisional)
    known = _known(_version(_last(provisional=provisional), provisional=provisional))
    asked = {_asked(question): question for question in questions}
    # Each is taken out at once: other people's pages add to what is known, and clear it, meanwhile.
    there = {key: answer for key in asked if (answer := known.get(key)) is not None}
    new = {key: question for key, question in asked.items() if key not in there}
    if new:
        with st.spinner(tr(N_("The figures are being added up …"), language())):
            answers = figures.measured(found, list(new.values()), today=day, basis=basis)
        there |= dict(zip(new, answers, strict=True))
        if len(known) > _MOST:
            known.clear()
        known |= {key: there[key] for key in new}
    return [there[_asked(question)] for question in questions]


def _asked(question: Question) -> _Asked:
    where = tuple(sorted(question.where.items()))
    return question.indicator, question.window, question.by, where, question.organisation


# One for each role, with and without what waits: former states of the store go first.
@st.cache_resource(show_spinner=False, max_entries=8)
def _known(version: tuple[str, ...]) -> dict[_Asked, Sequence[Measurement]]:  # noqa: ARG001 (the key)
    return {}


def counting(view: View) -> Basis:
    """Say which returns count in what is looked at."""
    return _basis(provisional=view.provisional)


def _basis(*, provisional: bool) -> Basis:
    return PROVISIONAL if provisional else APPROVED


def kept(asked: str, provisional: bool, answer: Callable[[], T]) -> T:  # noqa: FBT001 (a part of the key)
    """Give an answer from memory, or work it out; `asked` says all that it depends on beside the store and the day."""
    with st.spinner(tr(N_("The figures are being added up …"), language())):
        return cast("T", _kept(_version(now().last_change, provisional=provisional), asked, answer))


def _of_figures(asked: str, provisional: bool, answer: Callable[[], T]) -> T:  # noqa: FBT001 (a part of the key)
    """Give an answer that rests on figures and nothing else, from memory or worked out."""
    with st.spinner(tr(N_("The figures are being added up …"), language())):
        return cast("T", _kept(_version(_last(provisional=provisional), provisional=provisional), asked, answer))


def _last(*, provisional: bool) -> str:
    """Give the last change after which figures may be others: what people begin or remark changes no approved one."""
    return now().last_change if provisional else now().last_of_figures


def _version(last: str, *, provisional: bool) -> tuple[str, ...]:
    """Say what answers depend on beside what is asked: the framework, the `last` change, the day, and who asks."""
    found = installation()
    return (
        found.sha256,
        last,
        str(found.engine.url),
        today().isoformat(),
        str(provisional),
        found.who.role.value,
    )


@st.cache_resource(show_spinner=False, max_entries=400)
def _kept(version: tuple[str, ...], asked: str, _answer: Callable[[], object]) -> object:  # noqa: ARG001 (the key)
    return _answer()


def shown(view: View) -> Mapping[str, Shown]:
    """Gather what an overview shows of every indicator that is in force."""
    framework = installation().framework
    keys = [key for key, one in framework.indicators.items() if one.valid_in(view.window.last)]
    earlier = view.earlier
    windows = [view.window, *([earlier] if earlier else []), *steps(framework, view)]
    questions = [Question(key, window, where=view.where) for key in keys for window in windows]
    answers = [found[0] for found in measured(questions, provisional=view.provisional)]
    gathered = {}
    for index, key in enumerate(keys):
        now_, *rest = answers[index * len(windows) : (index + 1) * len(windows)]
        gathered[key] = Shown(now_, rest[0] if earlier else None, tuple(rest[1:] if earlier else rest))
    former = restated([Question(key, view.window, where=view.where) for key in keys], view)
    return {key: replace(one, restated=_of(one.now, former)) for key, one in gathered.items()}


def restated(questions: Sequence[Question], view: View) -> Sequence[Restated]:
    """Give the whole figures that are others than when they were settled; none while returns count that wait."""
    if view.provisional:
        return ()
    found, day = installation(), today()
    answers = _of_figures(
        f"restated {questions!r}", view.provisional, lambda: restatements.restated(found, questions, today=day)
    )
    return [one for answer in answers for one in answer if not one.now.slice]


def _of(found: Measurement, former: Sequence[Restated]) -> Restated | None:
    """Give what a figure was, if it was another."""
    same = (one for one in former if (one.now.indicator, one.now.window) == (found.indicator, found.window))
    return next(same, None)


def steps(framework: Framework, view: View) -> list[Window]:
    """Give the windows of a trend up to the view's end: quarters, or for whoever sees no quarters what is published."""
    last = view.window.last
    if not may(installation().who, Deed.SEE_UNDISCLOSED):
        return [window for window in figures.published_windows(framework, today()) if window.last <= last]
    first = max(last + -(_TREND - 1), min(framework.programme.starts, last))
    return [Window.quarter(quarter) for quarter in Window.range(first, last)]


def aims(keys: Sequence[str], quarter: Quarter) -> Mapping[str, tuple[Aim, Plan]]:
    """Give how indicators are judged at a quarter's end."""
    framework = installation().framework
    return {key: breakdowns.aim(framework, key, quarter) for key in keys}


@dataclass(frozen=True, slots=True)
class Profile:
    """The figures at the top of one indicator's page.

    `trend` goes from the start to the end of the window's year; quarters yet to come have only their path. `restated`
    is what the figure was when it was settled, `restatements` the same of the trend's; `before` is that of the window
    which is compared with.
    """

    now: Measurement
    trend: Sequence[Measurement]
    provisional: frozenset[Quarter]
    restated: Restated | None = None
    restatements: Sequence[Restated] = ()
    before: Measurement | None = None


def profile(view: View, key: str) -> Profile:
    """Gather the figures at the top of an indicator's page."""
    framework = installation().framework
    steps, then = _whole_course(framework, view), view.then(framework.programme.starts)
    windows = [view.window, *steps, *([then.window] if then is not None else [])]
    questions = [Question(key, window, where=view.where) for window in windows]
    total, *rest = measured(questions, provisional=view.provisional)
    trend = [_known_by(found[0], view.window.last) for found in rest[: len(steps)]]
    former = restated([Question(key, step, where=view.where) for step in steps], view)
    return Profile(
        total[0],
        trend,
        frozenset(each.window.last for each in trend if figures.is_provisional(framework, each)),
        _of(total[0], restated([Question(key, view.window, where=view.where)], view)),
        [one for each in trend if each.value is not None and (one := _of(each, former)) is not None],
        rest[-1][0] if then is not None else None,
    )


def slices(view: View, key: str, window: Window | None = None) -> Mapping[str, Sequence[Measurement]]:
    """Break an indicator down by every dimension that it knows, and by organisation."""
    dimensions = [*breakdowns.dimensions(installation().framework, key), ORGANISATION]
    questions = [Question(key, window or view.window, by=(each,), where=view.where) for each in dimensions]
    answers = measured(questions, provisional=view.provisional)
    return {each: found[1:] for each, found in zip(dimensions, answers, strict=True)}


def years(view: View) -> list[Window]:
    """Give the calendar years up to the view's end, the running one to date: windows that funders see, too."""
    last = view.window.last
    first = min(installation().framework.programme.starts, last).year
    running = Window.year(last.year) if last.number == QUARTERS_A_YEAR else Window.year_to_date(last)
    return [*(Window.year(year) for year in range(first, last.year)), running]


def course(view: View) -> list[Window]:
    """Give the windows of a course from the start to the view's end: quarters, or what is published."""
    last = view.window.last
    return [each for each in _whole_course(installation().framework, view) if each.last <= last]


def trend(view: View, key: str) -> list[Measurement]:
    """Give an indicator's course from the start to the window's year's end; what is yet to come has only a path."""
    steps = _whole_course(installation().framework, view)
    answers = measured([Question(key, step, where=view.where) for step in steps], provisional=view.provisional)
    return [_known_by(found[0], view.window.last) for found in answers]


def _whole_course(framework: Framework, view: View) -> list[Window]:
    if not may(installation().who, Deed.SEE_UNDISCLOSED):
        return steps(framework, view) or [view.window]
    first = min(framework.programme.starts, view.window.last)
    return [Window.quarter(quarter) for quarter in Window.range(first, Quarter(view.window.last.year, 4))]


def _known_by(found: Measurement, last: Quarter) -> Measurement:
    """Keep only the path of a quarter after the one that is looked at."""
    if found.window.last <= last:
        return found
    return replace(found, value=None, standing=replace(found.standing, actual=None))


def share_standings(view: View, key: str) -> Sequence[ShareStanding]:
    """Judge the shares that an indicator has targets for; targets hold for the whole programme only."""
    if view.where:
        return ()
    found, day, basis, last = installation(), today(), _basis(provisional=view.provisional), view.window.last
    return _of_figures(
        f"shares {key} {last}",
        view.provisional,
        lambda: figures.share_standings(found, key, last, today=day, basis=basis),
    )


def like_for_like(view: View, key: str) -> tuple[Window | None, LikeForLike | None]:
    """Compare a position with the window before, over the same organisations; none for what is no position."""
    found, day, basis, earlier = installation(), today(), _basis(provisional=view.provisional), view.earlier
    stocks = {found.framework.forms[form].time is FormTime.STOCK for form in found.framework.indicators[key].forms}
    if earlier is None or stocks != {True}:
        return None, None
    compared = _of_figures(
        f"like for like {key} {earlier} {view.window} {sorted(view.where.items())}",
        view.provisional,
        lambda: comparison.like_for_like(found, key, earlier, view.window, today=day, where=view.where, basis=basis),
    )
    return earlier, compared


def sources(view: View, key: str) -> tuple[Sequence[Contribution], Mapping[int, str]]:
    """Give the returns behind an indicator's figure, and the names of their files."""
    question = Question(key, view.window, where=view.where)
    found, day, basis = installation(), today(), _basis(provisional=view.provisional)

    def answer() -> tuple[Sequence[Contribution], Mapping[int, str]]:
        returns = figures.contributions(found, question, today=day, basis=basis)
        files = figures.file_names(found, [one.source for one in returns]) if may(found.who, Deed.SEE_ROWS) else {}
        return returns, files

    return kept(f"sources {question!r}", view.provisional, answer)


def rows(view: View, organisation: str, quarter: Quarter) -> Sequence[StoredRecord]:
    """Give all rows of the return that counts for an organisation and quarter."""
    basis = _basis(provisional=view.provisional)
    return figures.rows_behind(installation(), organisation=organisation, quarter=quarter, basis=basis)


def behind(view: View, key: str) -> Callable[[], Sequence[Behind]]:
    """Give the rows that an indicator's figure is made of, when they are asked for: also at a click, out of a page."""
    found, day, basis = installation(), today(), _basis(provisional=view.provisional)
    question = Question(key, view.window, where=view.where)
    return lambda: rows_behind_figure(found, question, today=day, basis=basis)
