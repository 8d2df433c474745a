"""`kpi audit`: whether the store still says what was sealed, and who did what."""

import json
import sys
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kpi.access import OPERATOR
from kpi.audit import Event, Sought, every, subjects
from kpi.cli.as_csv import write_csv
from kpi.cli.common import FAULTY, a_format, a_quarter, out, say, settings, speak, spoken
from kpi.cli.help import SpokenCommand, SpokenGroup
from kpi.installation import Installation, open_installation
from kpi.language import message
from kpi.problems import N_, Problem
from kpi.proof import verify

audit = typer.Typer(
    cls=SpokenGroup,
    help=N_("The log of who did what, and the proof that nothing was changed behind it."),
    no_args_is_help=True,
    rich_markup_mode=None,
)

_FIELDS = ("id", "at", "actor", "action", "subject", "before", "after", "hash")
_WIDE = 200


@audit.command("verify", cls=SpokenCommand)
def prove(
    head: Annotated[str | None, typer.Option("--head", help=N_("A hash of the log that was printed once."))] = None,
) -> None:
    """Prove that the log, the returns and the files are as they were sealed; say the first that is not."""
    proof = verify(_opened(), head=head)
    told(proof.problems)
    looked = N_("{links} links of the log, {returns} returns and {files} files were looked at.")
    say(speak(looked, links=proof.links, returns=proof.returns, files=proof.files))
    if proof.after is not None:
        say(speak(N_("{count} links were added since that hash was printed."), count=proof.after))
    if proof.problems:
        raise typer.Exit(FAULTY)
    say(speak(N_("Whether the stored sums are what the returns give, “kpi rebuild --check” tells.")))
    say(speak(N_("All is as it was sealed. The log's hash, to print and keep elsewhere:")))
    out(proof.head)


@audit.command("log", cls=SpokenCommand)
def log(  # noqa: PLR0913 (each narrows the list)
    *,
    form: Annotated[str, typer.Option("--format", help=N_("table, json or csv"))] = "table",
    actor: Annotated[
        str | None, typer.Option("--actor", help=N_("Only what this person did, as the log names them."))
    ] = None,
    action: Annotated[str | None, typer.Option("--action", help=N_("Only this, as the log names it."))] = None,
    org: Annotated[str | None, typer.Option("--org", help=N_("Only this organisation."))] = None,
    quarter: Annotated[str | None, typer.Option("--quarter", help=N_("Only this quarter."))] = None,
    since: Annotated[
        datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help=N_("From this day on."))
    ] = None,
    until: Annotated[datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help=N_("Up to this day."))] = None,
) -> None:
    """Show the log: who did what to what, and when."""
    a_format(form, ("table", "json", "csv"))
    opened, when = _opened(), a_quarter(quarter) if quarter else None
    behind = subjects(opened, returns=[(org, when)]) if org and when else None  # with the locks of its quarter
    parts = () if behind else filter(None, (org, str(when) if when else None))
    sought = Sought(
        actor=actor,
        action=action,
        parts=tuple(parts),
        subjects=behind,
        since=_begins(since.date()) if since else None,
        until=_begins(until.date() + timedelta(days=1)) if until else None,
    )
    found = every(opened, sought=sought)
    if form == "table":
        _table(found)
    elif form == "csv":
        write_csv(_FIELDS, ({**plain(one), **_in_cells(one)} for one in found))
    else:
        _json(found)


def told(problems: Iterable[Problem]) -> None:
    """Say what is not as it should be, a line each."""
    for problem in problems:
        say(message(problem, spoken()))


def _opened() -> Installation:
    """Open the installation also where the framework changed meanwhile: the log does not rest on it."""
    return open_installation(settings(), who=OPERATOR, changed=True)


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min).astimezone()


def plain(one: Event) -> dict[str, object]:
    """Give a link of the log for other programs."""
    return {
        "id": one.id,
        "at": one.at.isoformat(timespec="microseconds"),
        "actor": one.actor,
        "action": one.action,
        "subject": one.subject,
        "before": one.before,
        "after": one.after,
        "hash": one.hash,
    }


def _in_cells(one: Event) -> dict[str, object]:
    values = {"before": one.before, "after": one.after}
    return {name: "" if value is None else json.dumps(value, ensure_ascii=False) for name, value in values.items()}


def _json(found: Iterable[Event]) -> None:
    """Write a list link by link: it may be long."""
    before = "[\n"
    for one in found:
        sys.stdout.write(before + json.dumps(plain(one), ensure_ascii=False, indent=2))
        before = ",\n"
    out("[]" if before == "[\n" else "\n]")


def _table(found: Iterable[Event]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in (N_("Number"), N_("When"), N_("Who"), N_("What"), N_("To what")):
        table.add_column(speak(heading))
    for one in found:
        at = one.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        table.add_row(*map(Text, (str(one.id), at, one.actor, one.action, one.subject)))
    Console(file=sys.stdout, width=None if sys.stdout.isatty() else _WIDE).print(table)
