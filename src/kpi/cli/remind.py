"""`kpi remind`: letters to whoever has a return to hand in, from cron or a timer."""

from typing import Annotated

import typer

from kpi.access import OPERATOR
from kpi.cli.common import FAULTY, now, out, say, settings, speak, spoken, today
from kpi.installation import Installation, open_installation
from kpi.language import pick
from kpi.mail import server_of
from kpi.problems import N_, Own
from kpi.reminders import STAGE_NAMES, Reminder, due, send


def remind(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=N_("Only say what would be sent."))] = False,
) -> None:
    """Remind those who report of what is due, late or returned, by e-mail; once for each."""
    chosen = settings()
    if dry_run:
        opened = open_installation(chosen, who=OPERATOR)
        for one in due(opened, today=today(), at=now()):
            out(_line(opened, one))
        return
    server = server_of(chosen)
    opened = open_installation(chosen, who=OPERATOR)
    for one in due(opened, today=today(), at=now()):
        if one.account is None:
            say(_line(opened, one))
    done = send(opened, server, today=today(), clock=now, address=chosen.public_url)
    for one in done.refused:
        say(speak(N_("not taken by the mail server – {line}"), line=_line(opened, one)))
    out(speak(N_("{count} reminder(s) sent."), count=len(done.sent)))
    if done.refused:
        raise typer.Exit(FAULTY)


def _line(opened: Installation, one: Reminder) -> str:
    languages = opened.framework.languages
    name = pick(one.organisation.name, spoken() if spoken() in languages else languages[0])
    whom = one.account.email if one.account else Own(N_("nobody to remind has an account"))
    text = N_("{organisation}, {quarter}: {stage}, due on {day} → {whom}")
    stage = Own(STAGE_NAMES[one.stage])
    return speak(text, organisation=name, quarter=str(one.quarter), stage=stage, day=one.asked.due, whom=whom)
