"""A report's content gathered: the rights of its readers, the answers, and the chapters made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from kpi import figures
from kpi.areas import Areas
from kpi.framework.model import Framework
from kpi.installation import Installation
from kpi.language import day, pick, tr
from kpi.measure.model import Measurement, State
from kpi.present.words import period, title
from kpi.problems import N_
from kpi.report import annex, done, funding, gender, learned, portfolio, regions, sections, standing, summary
from kpi.report.answers import Answers, as_audience, ask
from kpi.report.content import AUDIENCES, Content, Made, Request
from kpi.report.progress import Progress, silent
from kpi.report.window import reportable

_CHAPTERS = (
    summary.chapters,
    standing.chapters,
    sections.chapters,
    gender.chapters,
    funding.chapters,
    regions.chapters,
    portfolio.chapters,
    learned.chapters,
    done.chapters,
    annex.chapters,
)


def gather(  # noqa: PLR0913 (a report is just these)
    installation: Installation,
    request: Request,
    *,
    today: date,
    at: datetime,
    maps: Mapping[str, Areas] | None = None,
    progress: Progress = silent,
) -> Content:
    """Gather a report by the rights of its audience, whoever makes it; a funder's is the same for everybody.

    `at` is the time that it says it was made, `maps` are those of the framework (`kpi.areas.maps_of`). Raises
    `kpi.access.NotPermittedError` where whoever asks may see less than the audience, and what
    `kpi.report.window.reportable` raises.
    """
    languages = [request.language]
    return gather_in(installation, request, languages, today=today, at=at, maps=maps, progress=progress)[0]


def gather_in(  # noqa: PLR0913 (a report is just these)
    installation: Installation,
    request: Request,
    languages: Sequence[str],
    *,
    today: date,
    at: datetime,
    maps: Mapping[str, Areas] | None = None,
    progress: Progress = silent,
) -> list[Content]:
    """Gather a report once, as `gather` does, and say it in several languages."""
    seen, framework = as_audience(installation, request.audience), installation.framework
    request = reportable(framework, request, today)
    overview = figures.overview(seen)
    answers = ask(seen, request, today=today, maps=maps or {}, progress=progress)
    made = Made(
        at=at,
        framework_version=framework.programme.version,
        framework_sha256=installation.sha256,
        returns=figures.returns_in(seen, request.window),
        log_head=overview.last_change,
    )
    marks = [N_("Sample data.")] if overview.is_sample else []
    told = [replace(answers, request=replace(request, language=language)) for language in languages]
    progress(N_("The chapters are being put together …"), 0.9)
    return [_content(each, made, marks) for each in told]


def _content(answers: Answers, made: Made, marks: Sequence[str]) -> Content:
    framework, request, said = answers.framework, answers.request, answers.language
    return Content(
        framework=framework,
        request=request,
        title=tr(N_("Monitoring report"), said),
        programme=pick(framework.programme.name, said),
        window=title(period(request.window, said)),
        limits=_limits(framework, request),
        marks=[tr(mark, said) for mark in marks],
        made=made,
        about=_about(made, request),
        chapters=[chapter for chapters in _CHAPTERS for chapter in chapters(answers)],
        figures=_figures(answers),
        now=list(answers.now.values()),
    )


def _limits(framework: Framework, request: Request) -> list[str]:
    """Name the filters."""
    found = []
    for dimension, category in request.where.items():
        entry = framework.dimensions[dimension]
        label = pick(entry.categories[category].label, request.language)
        found.append(f"{pick(entry.label, request.language)}: {label}")
    return found


def _about(made: Made, request: Request) -> list[tuple[str, str | int]]:
    said, local = request.language, made.at.astimezone()
    return [
        (tr(N_("Audience"), said), tr(AUDIENCES[request.audience], said)),
        (tr(N_("Made on"), said), f"{day(local.date(), said)}, {local:%H:%M}"),
        (tr(N_("Version of the framework"), said), f"{made.framework_version} ({made.framework_sha256[:12]})"),
        (tr(N_("Approved returns of this period"), said), made.returns),
        (tr(N_("Last entry of the log"), said), made.log_head),
    ]


_UNTOLD = {State.NOT_PUBLISHED}


def _figures(answers: Answers) -> Sequence[Measurement]:
    """Give every figure once: by indicator the total, the breakdowns, and its course up to the window's end.

    A breakdown of which nothing is published for the report's readers is left out.
    """
    found = []
    for key, now in answers.now.items():
        found.append(now)
        parted = (*answers.by[key].values(), answers.split_by_region.get(key, ())[1:])
        told = (several for several in parted if {each.state for each in several} != _UNTOLD)
        found += [each for several in told for each in several]
        found += [
            each
            for each in answers.course[key]
            if each.window.last <= answers.window.last and each.window != answers.window
        ]
    return found
