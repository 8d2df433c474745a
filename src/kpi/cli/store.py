"""`kpi init`, `kpi migrate`, `kpi rebuild`, `kpi organisations import`."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from kpi.access import OPERATOR
from kpi.adoption import adopt, rebuild
from kpi.cli.common import FAULTY, a_language_to_read, content_of, installation, now, out, say, settings, speak, spoken
from kpi.cli.help import SpokenCommand, SpokenGroup
from kpi.installation import create_store, migrate_store, open_installation
from kpi.intake.organisations import organisations_from
from kpi.language import message
from kpi.organisations import list_organisations
from kpi.problems import N_, errors
from kpi.proof import compare_facts

organisations = typer.Typer(
    cls=SpokenGroup, help=N_("The list of reporting organisations."), no_args_is_help=True, rich_markup_mode=None
)


def person() -> str:
    """Name whoever runs the command, by their account on this machine."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):  # a machine that does not know its own users
        return "unknown"


def init() -> None:
    """Create the store that KPI_DATABASE_URL names and bring it up to date; nothing in it is lost."""
    chosen = settings()
    create_store(chosen)
    adopt(open_installation(chosen, who=OPERATOR, changed=True), by=person(), at=now())
    out(speak(N_("The store is ready.")))


def migrate() -> None:
    """Bring an existing store up to date with this version of the program."""
    migrate_store(settings())
    out(speak(N_("The store is up to date.")))


def rebuild_facts(
    *,
    check: Annotated[
        bool, typer.Option("--check", help=N_("Only compare what is stored with what the records give."))
    ] = False,
) -> None:
    """Derive all figures again from the returns' records, under the framework in force."""
    if check:
        _compare()
        return
    count = rebuild(open_installation(settings(), who=OPERATOR, changed=True), by=person(), at=now())
    out(speak(N_("The figures of {count} return(s) were derived again."), count=count))


def _compare() -> None:
    problems = compare_facts(installation())
    for problem in problems:
        say(message(problem, spoken()))
    if problems:
        raise typer.Exit(FAULTY)
    out(speak(N_("All stored figures are what the records give.")))


@organisations.command("import", cls=SpokenCommand)
def import_organisations(
    file: Annotated[Path, typer.Argument(metavar=N_("FILE"), help=N_("A list as CSV or Excel."))],
    *,
    lang: Annotated[str | None, typer.Option("--lang", help=N_("The language of the messages."))] = None,
) -> None:
    """Take in a list of organisations: new ones are added, known ones changed, none removed."""
    content = content_of(file)
    opened = installation()
    language = a_language_to_read(opened.framework, lang)
    listed, problems = organisations_from(opened.framework, file.name, content)
    for problem in problems:
        place = problem.place
        sheet = f" {place.sheet}" if place.sheet else ""
        say(f"{file}{sheet}:{place.cell or place.line or 1}: {message(problem, language)}")
    if errors(problems):
        say(speak(N_("Nothing was stored.")))
        raise typer.Exit(FAULTY)
    taken = list_organisations(opened, listed, by=person(), at=now())
    summary = speak(
        N_("{added} organisation(s) added, {changed} changed, {all} in the list."),
        added=len(taken.added),
        changed=len(taken.changed),
        all=len(listed),
    )
    out(summary)
