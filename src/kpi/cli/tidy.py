"""`kpi tidy`: what has been kept for long enough goes, from cron or a timer."""

from dataclasses import replace
from typing import Annotated

import typer

from kpi.access import OPERATOR
from kpi.cli.common import now, out, settings, speak
from kpi.cli.store import person
from kpi.installation import open_installation
from kpi.problems import N_
from kpi.retention import rules_of, tidy, would_tidy


def tidy_up(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=N_("Only say what would be removed."))] = False,
) -> None:
    """Remove uploads and accounts that were kept for as long as the settings say, and sessions that have ended."""
    chosen = settings()
    rules = rules_of(chosen)
    opened = open_installation(chosen, who=replace(OPERATOR, name=person()), changed=True)
    done = would_tidy(opened, rules, at=now()) if dry_run else tidy(opened, rules, at=now())
    for file in done.files:
        out(speak(N_("file {number}, {size} bytes: {name}"), number=str(file.id), size=file.size, name=file.name))
    for account in done.accounts:
        out(speak(N_("account {number}"), number=str(account)))
    wanted = N_("{files} file(s), {accounts} account(s), {sessions} session(s), {links} link(s), {attempts} attempt(s)")
    counts = speak(
        wanted,
        files=len(done.files),
        accounts=len(done.accounts),
        sessions=done.sessions,
        links=done.links,
        attempts=done.attempts,
    )
    out(speak(N_("Would be removed: {what}.") if dry_run else N_("Removed: {what}."), what=counts))
