"""`kpi editions`: reports that are published for good."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kpi.access import OPERATOR
from kpi.areas import maps_of
from kpi.cli.common import (
    CalledWronglyError,
    a_format,
    a_known,
    a_language,
    an_audience,
    bar,
    installation,
    now,
    out,
    say,
    settings,
    speak,
    spoken,
    today,
    write_file,
)
from kpi.cli.figures import asked_window
from kpi.cli.help import SpokenCommand, SpokenGroup
from kpi.cli.report import a_grant
from kpi.cli.store import person
from kpi.editions import Edition, file_of
from kpi.editions import editions as every
from kpi.editions import publish as publish_for_good
from kpi.language import moment, tr
from kpi.problems import N_
from kpi.report.content import AUDIENCES, Audience, Request

editions = typer.Typer(
    cls=SpokenGroup,
    help=N_("Reports that are published: frozen, listed, never changed."),
    no_args_is_help=True,
    rich_markup_mode=None,
)
_WIDE = 200
_WRITERS = ("table", "json")


@editions.command("publish", cls=SpokenCommand)
def publish(  # noqa: PLR0913, PLR0917 (these are the command's options)
    quarter: Annotated[str | None, typer.Option("--quarter", help=N_("One quarter, like 2026-Q3."))] = None,
    year: Annotated[int | None, typer.Option("--year", help=N_("A calendar year."))] = None,
    ytd: Annotated[str | None, typer.Option("--ytd", help=N_("The year to the end of a quarter."))] = None,
    since: Annotated[str | None, typer.Option("--since", help=N_("The first of several quarters."))] = None,
    until: Annotated[str | None, typer.Option("--until", help=N_("The last of several quarters."))] = None,
    programme: Annotated[str | None, typer.Option("--programme", help=N_("Only what rests on this grant."))] = None,
    *,
    audience: Annotated[
        str, typer.Option("--audience", help=N_("management, or funder: the same as public"))
    ] = Audience.FUNDER.value,
) -> None:
    """Publish a report in every language and format; it is kept as it is from then on."""
    reader = an_audience(audience)
    asked = asked_window(quarter=quarter, year=year, ytd=ytd, since=since, until=until)
    day = today()
    opened = installation().asked_by(replace(OPERATOR, name=person()))
    window = asked(opened.framework, day)
    limits = {} if programme is None else a_grant(opened.framework, programme)
    request = Request(window, opened.framework.languages[0], reader, limits)
    with bar() as shown:
        task = shown.add_task("", total=1.0)
        made = publish_for_good(
            opened,
            request,
            today=day,
            at=now(),
            maps=maps_of(opened.framework, settings().framework),
            progress=lambda text, done: shown.update(task, description=speak(text), completed=done),
        )
    say(speak(N_("Edition {number} is published."), number=made.number))
    out(made.sha256)


@editions.command("list", cls=SpokenCommand)
def listed(*, form: Annotated[str, typer.Option("--format", help=N_("table or json"))] = "table") -> None:
    """List the published reports, the latest first."""
    a_format(form, _WRITERS)
    found = every(installation(), today=today())
    if form == "json":
        out(json.dumps([_plain(one) for one in found], ensure_ascii=False, indent=2))
        return
    table = Table(box=None, pad_edge=False)
    for heading in (N_("id"), N_("period"), N_("for whom"), N_("edition"), N_("published"), N_("by"), N_("SHA-256")):
        table.add_column(tr(heading, spoken()))
    for one in found:
        edition = one.stored
        cells = (
            str(edition.id),
            " ".join([str(edition.window), *(f"{key}={value}" for key, value in edition.limits.items())]),
            tr(AUDIENCES[Audience(edition.audience)], spoken()),
            str(edition.number),
            moment(edition.published_at.astimezone(), spoken()),
            edition.published_by,
            edition.sha256,
        )
        table.add_row(*map(Text, cells))
    Console(file=sys.stdout, width=None if sys.stdout.isatty() else _WIDE).print(table)


def _plain(one: Edition) -> dict[str, object]:
    edition = one.stored
    return {
        "id": edition.id,
        "window": str(edition.window),
        "limits": dict(edition.limits),
        "audience": edition.audience,
        "number": edition.number,
        "replaced_by": one.replaced_by,
        "framework": edition.framework_version,
        "returns": edition.returns,
        "log_head": edition.log_head,
        "published_at": edition.published_at.isoformat(),
        "published_by": edition.published_by,
        "sha256": edition.sha256,
        "files": [
            {"language": file.language, "format": file.format, "name": file.name, "sha256": file.sha256}
            for file in edition.files
        ],
    }


@editions.command("get", cls=SpokenCommand)
def get(
    number: Annotated[int, typer.Argument(metavar=N_("ID"), help=N_("The edition's id, as “list” gives it."))],
    target: Annotated[Path, typer.Option("--out", help=N_("Where to write the file; its ending names the format."))],
    *,
    lang: Annotated[str | None, typer.Option("--lang", help=N_("The language of its texts."))] = None,
) -> None:
    """Write a file of a published report, byte for byte."""
    opened = installation()
    found = {str(one.stored.id): one.stored for one in every(opened, today=today())}
    a_known(N_("edition"), str(number), found)
    language, form = a_language(opened.framework, lang), target.suffix.lower().removeprefix(".")
    there = [one.format for one in found[str(number)].files if one.language == language]
    if form not in there:
        raise CalledWronglyError(N_("“{found}” is no format; choose: {allowed}"), found=form, allowed=there)
    write_file(target, file_of(opened, edition_id=number, language=language, form=form, today=today()).content)
    out(str(target))
