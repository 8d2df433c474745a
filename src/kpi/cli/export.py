"""`kpi export`: what is published, as open data."""

from pathlib import Path
from typing import Annotated

import typer

from kpi.areas import maps_of
from kpi.cli.common import (
    CalledWronglyError,
    a_folder,
    a_format,
    a_language,
    installation,
    now,
    out,
    settings,
    today,
    write_file,
)
from kpi.cli.figures import asked_window
from kpi.open_data.dataset import Dataset, gather
from kpi.open_data.files import FORMATS, formats, written
from kpi.open_data.package import package
from kpi.problems import N_

_PACKAGE, _ARCHIVE = "datapackage", ".zip"


def export(  # noqa: PLR0913, PLR0917 (these are the command's options)
    form: Annotated[str, typer.Option("--format", help=N_("datapackage, iati, csv or json"))],
    target: Annotated[Path, typer.Option("--out", help=N_("The file; a package goes into a folder or a .zip."))],
    quarter: Annotated[str | None, typer.Option("--quarter", help=N_("One quarter, like 2026-Q3."))] = None,
    year: Annotated[int | None, typer.Option("--year", help=N_("A calendar year."))] = None,
    ytd: Annotated[str | None, typer.Option("--ytd", help=N_("The year to the end of a quarter."))] = None,
    since: Annotated[str | None, typer.Option("--since", help=N_("The first of several quarters."))] = None,
    until: Annotated[str | None, typer.Option("--until", help=N_("The last of several quarters."))] = None,
    *,
    lang: Annotated[str | None, typer.Option("--lang", help=N_("The language of its texts."))] = None,
) -> None:
    """Write what funders and the public see as open data; by default all windows that are published."""
    a_format(form, FORMATS)
    opened, day = installation(), today()
    language = a_language(opened.framework, lang)
    named = any(way is not None for way in (quarter, year, ytd, since, until))
    asked = asked_window(quarter=quarter, year=year, ytd=ytd, since=since, until=until)
    within = asked(opened.framework, day) if named else None
    if form not in formats(opened.framework):
        raise CalledWronglyError(N_("the framework does not say how the programme appears in IATI (open_data: iati:)"))
    dataset = gather(opened, today=day, at=now(), within=within, maps=maps_of(opened.framework, settings().framework))
    if form == _PACKAGE and target.suffix.lower() != _ARCHIVE:
        _into_folder(dataset, target, language)
    else:
        write_file(target, written(dataset, form, language))
    out(str(target))


def _into_folder(dataset: Dataset, folder: Path, language: str) -> None:
    """Write a package's files into a folder, its description last: then all that it names is there."""
    described, *files = package(dataset, language).items()
    for path, content in (*files, described):
        a_folder((folder / path).parent)
        write_file(folder / path, content)
