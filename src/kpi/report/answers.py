"""All that a report is made of, asked of the read services by the rights of its audience."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from kpi import breakdowns, figures, follow_up, influence, portfolio, registers, splits
from kpi import restated as restatements
from kpi import stories as told
from kpi.access import Deed, Role, allow, may
from kpi.answered import Quality
from kpi.areas import Areas
from kpi.figures import ShareStanding, StoredRecord
from kpi.follow_up import StoredAction, StoredNote
from kpi.framework.model import Framework
from kpi.influence import Act
from kpi.installation import Installation
from kpi.measure.model import Measurement, Organisation, State
from kpi.measure.needs import Question
from kpi.problems import N_
from kpi.quality import quality
from kpi.quarter import QUARTERS_A_YEAR, Quarter, Window
from kpi.registers import Entry
from kpi.report.content import Audience, Request
from kpi.report.progress import Progress
from kpi.restated import Restated
from kpi.stories import Story

Kind = TypeVar("Kind", bound=Hashable)
_NONE: dict[str, Sequence[Measurement]] = {}


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered: each mapping by indicator, of those in force at the window's end.

    Those that the report's filters do not apply to are `left_out`: nothing can be told of them.
    `course` goes quarter by quarter from the start to the end of the window's year (for funders, by what is
    published); what is yet to come has only its path. `years` are the amounts of the funding chapter by year and since
    the start; `split` is what adds up, by gender in every year, `split_by_region` the same by region in the window. For
    whoever may see rows, `findings` are those behind what was learned, `things` those of the portfolio, `pointing` by
    form those that point to them, and `acts` those up to the window's end. `maps` are by dimension. `quality` is what
    is asked about the returns of the window, for whoever follows that up; none under a filter.
    """

    framework: Framework
    request: Request
    today: date
    names: Mapping[str, Organisation]
    now: Mapping[str, Measurement]
    left_out: Sequence[str]
    before: Mapping[str, Measurement]
    by: Mapping[str, Mapping[str, Sequence[Measurement]]]
    course: Mapping[str, Sequence[Measurement]]
    provisional: Mapping[str, frozenset[Quarter]]
    years: Mapping[Window, Mapping[str, Sequence[Measurement]]]
    split: Mapping[Window, Mapping[str, Sequence[Measurement]]]
    split_by_region: Mapping[str, Sequence[Measurement]]
    shares: Mapping[str, Sequence[ShareStanding]]
    restated: Mapping[str, Restated]
    actions: Sequence[StoredAction]
    notes: Sequence[StoredNote]
    stories: Sequence[Story]
    findings: Sequence[StoredRecord]
    things: Sequence[Entry]
    pointing: Mapping[str, Sequence[Entry]]
    acts: Sequence[Act]
    maps: Mapping[str, Areas]
    quality: Quality | None

    @property
    def language(self) -> str:
        """The language that is asked for."""
        return self.request.language

    @property
    def window(self) -> Window:
        """The window that is asked for."""
        return self.request.window


def as_audience(installation: Installation, audience: Audience) -> Installation:
    """Give the installation as a report's readers may see it, whoever makes the report.

    Refuses whoever may see less than they would be told.
    """
    allow(installation.who, Deed.SEE_FIGURES)
    if audience is Audience.MANAGEMENT:
        allow(installation.who, Deed.SEE_UNDISCLOSED)
        return installation
    return installation.asked_by(replace(installation.who, role=Role.VIEWER, organisations=frozenset()))


def ask(seen: Installation, request: Request, *, today: date, maps: Mapping[str, Areas], progress: Progress) -> Answers:
    """Ask for all that a report tells; `seen` is the installation as its readers may see it.

    All figures are asked together: the returns are looked through once.
    """
    framework, window, where = seen.framework, request.window, request.where
    keys = [key for key, one in framework.indicators.items() if one.valid_in(window.last)]
    steps, earlier = _steps(seen, window, today), window.before
    dimensions = [(key, each) for key in keys for each in breakdowns.dimensions(framework, key) if each not in where]
    progress(N_("The figures are being added up …"), 0.02)
    parts = (
        [Question(key, window, where=where) for key in keys],
        [Question(key, earlier, where=where) for key in keys] if earlier else [],
        [Question(key, window, by=(each,), where=where) for key, each in dimensions],
        [Question(key, step, where=where) for key in keys for step in steps],
        _years(seen, request, today),
        _split(seen, request, today),
        _split_by_region(seen, request),
        _shares(seen, request, keys),
    )
    answered = iter(figures.measured(seen, [question for part in parts for question in part], today=today))
    totals, formers, broken, courses, years, split, by_region, shares = (
        [(one, next(answered)) for one in part] for part in parts
    )
    progress(N_("What was said of them is being gathered …"), 0.6)
    now = {one.indicator: answer[0] for one, answer in totals if answer[0].state is not State.NOT_COLLECTED}
    course: dict[str, list[Measurement]] = {key: [] for key in now}
    for one, answer in courses:
        if one.indicator in now:
            course[one.indicator].append(_known_by(answer[0], window.last))
    former = restatements.restated(seen, parts[0], today=today)
    return Answers(
        framework=framework,
        request=request,
        today=today,
        names={one.code: one for one in figures.overview(seen).organisations},
        now=now,
        left_out=[key for key in keys if key not in now],
        before={one.indicator: answer[0] for one, answer in formers if one.indicator in now},
        by=dict.fromkeys(now, _NONE)
        | _grouped((one.indicator, one.by[0], answer[1:]) for one, answer in broken if one.indicator in now),
        course=course,
        provisional={
            key: frozenset(each.window.last for each in several if figures.is_provisional(framework, each))
            for key, several in course.items()
        },
        years=_grouped((one.window, one.indicator, answer) for one, answer in years),
        split=_grouped((one.window, one.indicator, answer) for one, answer in split if one.indicator in now),
        split_by_region={one.indicator: answer for one, answer in by_region if one.indicator in now},
        shares={
            key: figures.shares_judged(framework, [each for one, each in shares if one.indicator == key], today=today)
            for key in dict.fromkeys(one.indicator for one, _ in shares)
        },
        restated={
            key: one
            for key, several in zip(keys, former, strict=True)
            for one in several
            if not one.now.slice and key in now
        },
        actions=[one for one in follow_up.actions(seen) if one.indicator in now],
        notes=[one for one in follow_up.notes(seen) if one.indicator in now],
        stories=told.stories(seen, window, where=where),
        findings=_findings(seen, request, list(now), today),
        things=_things(seen, request),
        pointing=_pointing(seen, request),
        acts=influence.acts(seen, window.last, where=where).acts if may(seen.who, Deed.SEE_ROWS) else (),
        maps=maps,
        quality=_questions(seen, request, progress),
    )


def _questions(seen: Installation, request: Request, progress: Progress) -> Quality | None:
    """Look at what is odd in the returns of the window."""
    if request.where or not may(seen.who, Deed.FOLLOW_UP):
        return None
    progress(N_("The returns are being looked through for open questions …"), 0.75)
    return quality(seen, request.window)


def _grouped(found: Iterable[tuple[Kind, str, Sequence[Measurement]]]) -> dict[Kind, dict[str, Sequence[Measurement]]]:
    grouped: dict[Kind, dict[str, Sequence[Measurement]]] = {}
    for one, other, answer in found:
        grouped.setdefault(one, {})[other] = answer
    return grouped


def _steps(seen: Installation, window: Window, today: date) -> list[Window]:
    """Give the windows of a course."""
    if not may(seen.who, Deed.SEE_UNDISCLOSED):
        return [each for each in figures.published_windows(seen.framework, today) if each.last <= window.last]
    first = min(seen.framework.programme.starts, window.last)
    return [Window.quarter(quarter) for quarter in Window.range(first, Quarter(window.last.year, QUARTERS_A_YEAR))]


def _known_by(found: Measurement, last: Quarter) -> Measurement:
    """Keep only the path of a quarter after the report's window."""
    if found.window.last <= last:
        return found
    return replace(found, value=None, standing=replace(found.standing, actual=None))


def _years(seen: Installation, request: Request, today: date) -> list[Question]:
    """Ask for the amounts of the funding chapter by year, and since the start where that is open."""
    framework, page, last = seen.framework, seen.framework.pages.funding, request.window.last
    if page is None:
        return []
    windows = _calendar(seen, last, today)
    if may(seen.who, Deed.SEE_UNDISCLOSED):
        windows.append(Window.since(min(framework.programme.starts, last), last))
    return [
        Question(key, window, by=(page.capital,) if key == page.attracted else (), where=request.where)
        for window in windows
        for key in (page.attracted, page.received, page.leverage, page.used)
        if key is not None
    ]


def _calendar(seen: Installation, last: Quarter, today: date) -> list[Window]:
    """Give the calendar years up to a quarter, its own up to it; of what is published only that."""
    if not may(seen.who, Deed.SEE_UNDISCLOSED):
        return [each for each in figures.published_windows(seen.framework, today) if each.last <= last]
    first = min(seen.framework.programme.starts, last).year
    running = Window.year(last.year) if last.number == QUARTERS_A_YEAR else Window.year_to_date(last)
    return [*(Window.year(year) for year in range(first, last.year)), running]


def _split(seen: Installation, request: Request, today: date) -> list[Question]:
    """Ask for what adds up by gender in every year."""
    framework, page, where = seen.framework, seen.framework.pages.gender, request.where
    if page is None or page.dimension in where:
        return []
    counts, _, _ = splits.told(framework, page, request.window.last)
    windows = _calendar(seen, request.window.last, today)
    return [Question(key, window, by=(page.dimension,), where=where) for window in windows for key in counts]


def _split_by_region(seen: Installation, request: Request) -> list[Question]:
    """Ask for what adds up by gender and region at once."""
    framework, where = seen.framework, request.where
    page, regions = framework.pages.gender, framework.pages.regions
    if page is None or regions is None or where.keys() & {page.dimension, regions.dimension}:
        return []
    counts, _, _ = splits.told(framework, page, request.window.last)
    return [
        Question(key, request.window, by=(page.dimension, regions.dimension), where=where)
        for key in counts
        if regions.dimension in breakdowns.dimensions(framework, key)
    ]


def _shares(seen: Installation, request: Request, keys: Sequence[str]) -> list[Question]:
    """Ask for the shares that have targets: they hold for the whole programme only."""
    if request.where:
        return []
    last = request.window.last
    return [question for key in keys for question in figures.share_questions(seen.framework, key, last)]


def _things(seen: Installation, request: Request) -> Sequence[Entry]:
    """Give the rows of the portfolio that count in the window, to whom rows are open."""
    page = seen.framework.pages.portfolio
    if page is None or not may(seen.who, Deed.SEE_ROWS):
        return ()
    return registers.entries(seen, page.form, request.window, where=request.where).entries


def _pointing(seen: Installation, request: Request) -> dict[str, Sequence[Entry]]:
    """Give the rows that point to the portfolio and count in the window."""
    page = seen.framework.pages.portfolio
    if page is None or not may(seen.who, Deed.SEE_ROWS):
        return {}
    forms = portfolio.referring(seen.framework, page.form)
    return {form: registers.entries(seen, form, request.window).entries for form in forms}


def _findings(seen: Installation, request: Request, keys: Sequence[str], today: date) -> list[StoredRecord]:
    """Give the rows of what was learned in the returns that count, to whom rows are open; none under a filter."""
    page = seen.framework.pages.learning
    resting = [key for key in keys if page is not None and page.form in seen.framework.indicators[key].forms]
    if page is None or request.where or not resting or not may(seen.who, Deed.SEE_ROWS):
        return []
    counted = {
        (one.source.organisation, one.source.quarter)
        for one in figures.contributions(seen, Question(resting[0], request.window), today=today)
    }
    rows = figures.rows_behind(seen, form=page.form)
    found = [row for row in rows if (row.organisation, row.quarter) in counted]
    return sorted(found, key=lambda row: -row.quarter.ordinal)
