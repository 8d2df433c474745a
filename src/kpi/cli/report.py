"""`kpi report`: a report as a file, for the core team or for funders."""

from pathlib import Path
from typing import Annotated

import typer

from kpi.areas import maps_of
from kpi.cli.common import (
    CalledWronglyError,
    a_known,
    a_language,
    an_audience,
    bar,
    installation,
    now,
    out,
    settings,
    speak,
    today,
    write_file,
)
from kpi.cli.figures import asked_limits, asked_window
from kpi.framework.model import Framework
from kpi.problems import N_, Own
from kpi.report.content import Audience, Request
from kpi.report.files import begins, format_of, written
from kpi.report.gather import gather
from kpi.report.progress import within


def report(  # noqa: PLR0913, PLR0917 (these are the command's options)
    target: Annotated[Path, typer.Option("--out", help=N_("The file: .pdf, .docx, .xlsx or .html."))],
    audience: Annotated[
        str, typer.Option("--audience", help=N_("management, or funder: the same as public"))
    ] = Audience.MANAGEMENT.value,
    quarter: Annotated[str | None, typer.Option("--quarter", help=N_("One quarter, like 2026-Q3."))] = None,
    year: Annotated[int | None, typer.Option("--year", help=N_("A calendar year."))] = None,
    ytd: Annotated[str | None, typer.Option("--ytd", help=N_("The year to the end of a quarter."))] = None,
    since: Annotated[str | None, typer.Option("--since", help=N_("The first of several quarters."))] = None,
    until: Annotated[str | None, typer.Option("--until", help=N_("The last of several quarters."))] = None,
    programme: Annotated[str | None, typer.Option("--programme", help=N_("Only what rests on this grant."))] = None,
    where: Annotated[list[str] | None, typer.Option("--where", help=N_("Only DIMENSION=CATEGORY."))] = None,
    *,
    lang: Annotated[str | None, typer.Option("--lang", help=N_("The language of its texts."))] = None,
) -> None:
    """Make a report; by default of the last quarter whose due date has passed, for the core team."""
    form = format_of(target.name)
    reader = an_audience(audience)
    asked = asked_window(quarter=quarter, year=year, ytd=ytd, since=since, until=until)
    opened, day = installation(), today()
    framework = opened.framework
    limits = asked_limits(framework, where or [])
    if programme is not None:
        limits |= a_grant(framework, programme)
    request = Request(asked(framework, day), a_language(framework, lang), reader, limits)
    maps = maps_of(framework, settings().framework)
    with bar() as shown:
        task = shown.add_task("", total=1.0)

        def tell(text: str, done: float) -> None:
            shown.update(task, description=speak(text), completed=done)

        gathering, writing = within(tell, 0, begins(form)), within(tell, begins(form), 1)
        content = gather(opened, request, today=day, at=now(), maps=maps, progress=gathering)
        made = written(content, form, writing)
    write_file(target, made)
    out(str(target))


def a_grant(framework: Framework, key: str) -> dict[str, str]:
    """Limit to a category of the dimension that tells whose money a record rests on."""
    dimension = framework.programme.grants
    if dimension is None:
        text = N_("the framework does not say on whose money a record rests (programme: grants:)")
        raise CalledWronglyError(text)
    kind = Own(N_("category of {dimension}"), dimension=dimension)
    a_known(kind, key, framework.dimensions[dimension].categories)
    return {dimension: key}
