"""`kpi user`: who may sign in, and as what."""

import json
import sys
from dataclasses import replace
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kpi.access import OPERATOR, ROLE_NAMES, ROLES, Role
from kpi.cli.common import a_format, a_known, installation, now, out, say, settings, speak
from kpi.cli.help import SpokenCommand, SpokenGroup
from kpi.cli.store import person
from kpi.installation import Installation
from kpi.organisations import all_organisations
from kpi.people import STATE_NAMES, Account, a_email, change, invite, link_address, list_people, reset, state_of
from kpi.problems import N_
from kpi.settings import PORT

user = typer.Typer(cls=SpokenGroup, help=N_("The people who may sign in."), no_args_is_help=True, rich_markup_mode=None)

_Email = Annotated[str, typer.Argument(metavar=N_("EMAIL"), help=N_("The person's e-mail address."))]
#: The width of a table that goes into a file or another program.
_WIDE = 200


@user.command("add", cls=SpokenCommand)
def add(
    email: _Email,
    *,
    name: Annotated[str, typer.Option("--name", help=N_("The person's name."))],
    role: Annotated[str, typer.Option("--role", help=N_("manager, reporter, viewer or administrator"))],
    org: Annotated[
        list[str] | None,
        typer.Option("--org", help=N_("The code of an organisation that a reporter reports for; may be repeated.")),
    ] = None,
    lang: Annotated[str | None, typer.Option("--lang", help=N_("The language in which the person reads."))] = None,
) -> None:
    """Add an account and print the link by which its holder comes in: it serves once, and for a day."""
    opened = _opened()
    a_known(N_("role"), role, [one.value for one in ROLES])
    codes = [one.code for one in all_organisations(opened)]
    for code in org or ():
        a_known(N_("organisation"), code, codes)
    if lang is not None:
        a_known(N_("language"), lang, opened.framework.languages)
    account, token = invite(
        opened, email=email, name=name, role=Role(role), organisations=org or (), language=lang, at=now()
    )
    _give(account, token)


@user.command("list", cls=SpokenCommand)
def show(form: Annotated[str, typer.Option("--format", help=N_("table or json"))] = "table") -> None:
    """List the people who may sign in."""
    a_format(form, ("table", "json"))
    found = list_people(_opened())
    if form == "json":
        out(json.dumps([_plain(one) for one in found], ensure_ascii=False, indent=2))
    else:
        _table(found)


@user.command("disable", cls=SpokenCommand)
def disable(email: _Email) -> None:
    """Let somebody in no more: their sessions end, their links no longer serve."""
    _let(email, enabled=False)
    out(speak(N_("{email} can no longer sign in."), email=a_email(email)))


@user.command("enable", cls=SpokenCommand)
def enable(email: _Email) -> None:
    """Let somebody in again who was disabled."""
    _let(email, enabled=True)
    out(speak(N_("{email} can sign in again."), email=a_email(email)))


@user.command("reset", cls=SpokenCommand)
def new_link(email: _Email) -> None:
    """Print a new link to choose a password by: it serves once, and for a day; the links before it do not."""
    opened = _opened()
    account = _found(opened, email)
    _give(account, reset(opened, person_id=account.id, at=now()))


def _opened() -> Installation:
    """Open the installation as whoever runs the command; the log names them by their account on this machine."""
    return installation().asked_by(replace(OPERATOR, name=person()))


def _found(opened: Installation, email: str) -> Account:
    known = {one.email: one for one in list_people(opened)}
    a_known(N_("account"), a_email(email), known)
    return known[a_email(email)]


def _let(email: str, *, enabled: bool) -> None:
    opened = _opened()
    held = _found(opened, email)
    change(
        opened,
        person_id=held.id,
        name=held.name,
        role=Role(held.role),
        organisations=held.organisations,
        language=held.language,
        enabled=enabled,
        at=now(),
    )


def _give(account: Account, token: str) -> None:
    """Print a link by itself, for other programs; what it is for, beside it."""
    say(speak(N_("For {email} alone; the link serves once, and for a day:"), email=account.email))
    asked = settings()
    out(link_address(asked.address, token))
    if asked.public_url is None:
        say(
            speak(
                N_(
                    "This link holds for a server on port {port} of this machine. Where people reach the pages under "
                    "another address, set KPI_PUBLIC_URL to it and ask for a new link."
                ),
                port=str(PORT),
            )
        )


def _plain(account: Account) -> dict[str, object]:
    return {
        "email": account.email,
        "name": account.name,
        "role": account.role,
        "organisations": sorted(account.organisations),
        "language": account.language,
        "state": state_of(account).value,
    }


def _table(found: list[Account]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in (N_("E-mail address"), N_("Name"), N_("Role"), N_("Organisations"), N_("Language"), N_("State")):
        table.add_column(speak(heading))
    for one in found:
        role, state = ROLE_NAMES[Role(one.role)], STATE_NAMES[state_of(one)]
        cells = (one.email, one.name, speak(role), ", ".join(sorted(one.organisations)), one.language or "")
        table.add_row(*map(Text, (*cells, speak(state))))
    Console(file=sys.stdout, width=None if sys.stdout.isatty() else _WIDE).print(table)
