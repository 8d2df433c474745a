"""The command `kpi`: everything that the pages can do, for other programs and for the night.

Exit codes: 0 all is well, 1 something was found wrong (and said), 2 the command was called wrongly.
"""

import sys
from collections.abc import Callable

import typer
from typer.exceptions import TyperException

from kpi.areas import MapUnusableError
from kpi.cli import audit, editions, export, figures, framework, remind, report, returns, serve, store, tidy, users
from kpi.cli.common import (
    FAULTY,
    USAGE,
    CalledWronglyError,
    in_file,
    in_utf8,
    no_more_output,
    say,
    sentence,
    speak,
    spoken,
)
from kpi.cli.help import SpokenCommand, SpokenGroup
from kpi.cli.usage import leftover
from kpi.editions import ChangedMeanwhileError, NothingApprovedError
from kpi.installation import FrameworkRefusedError, StoreError
from kpi.language import said
from kpi.mail import LetterNotTakenError, MailNotSetUpError, MailServerError, MailWronglySetUpError
from kpi.measure.needs import NotACategoryError
from kpi.open_data.dataset import NothingPublishedError
from kpi.organisations import LockedFiguresError
from kpi.participation import NotBegunError, NotReportingError, UnknownOrganisationError
from kpi.people import (
    AccountDisabledError,
    EmailTakenError,
    LastAdministratorError,
    NotAnAccountError,
    NotAnEmailError,
)
from kpi.problems import N_
from kpi.proof import NotAHashError
from kpi.quarter import NotAQuarterError
from kpi.report.files import UnknownFormatError
from kpi.report.window import BeforeProgrammeError, WindowNotBegunError, WindowNotPublishedError
from kpi.retention import NoNumberError
from kpi.returns import ReturnChangedError, SamePersonError

app = typer.Typer(
    name="kpi",
    cls=SpokenGroup,
    help=N_("Monitor the key performance indicators of a programme: declare, collect, measure, show."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
_COMMANDS: dict[str, Callable[..., None]] = {
    "check": framework.check,
    "schema": framework.schema,
    "indicators": framework.indicators,
    "init": store.init,
    "migrate": store.migrate,
    "rebuild": store.rebuild_facts,
    "template": returns.template,
    "import": returns.import_returns,
    "records": returns.records,
    "measure": figures.measure,
    "report": report.report,
    "export": export.export,
    "demo": serve.demo,
    "serve": serve.serve,
    "remind": remind.remind,
    "tidy": tidy.tidy_up,
}
for _name, _run in _COMMANDS.items():
    app.command(_name, cls=SpokenCommand)(_run)
app.add_typer(store.organisations, name="organisations")
app.add_typer(users.user, name="user")
app.add_typer(audit.audit, name="audit")
app.add_typer(editions.editions, name="editions")

#: What stops a command: the caller's mistake, or something that is wrong here.
_CALLED_WRONGLY = (
    CalledWronglyError,
    NotAQuarterError,
    NotACategoryError,
    NothingPublishedError,
    NotBegunError,
    NotReportingError,
    UnknownOrganisationError,
    SamePersonError,
    EmailTakenError,
    NotAnEmailError,
    NotAnAccountError,
    LastAdministratorError,
    AccountDisabledError,
    NotAHashError,
    MailNotSetUpError,
    MailWronglySetUpError,
    NoNumberError,
    UnknownFormatError,
    BeforeProgrammeError,
    WindowNotBegunError,
    WindowNotPublishedError,
    NothingApprovedError,
)
_WRONG_HERE = (
    MapUnusableError,
    StoreError,
    ChangedMeanwhileError,
    ReturnChangedError,
    LockedFiguresError,
    MailServerError,
    LetterNotTakenError,
)


def main() -> None:
    """Run the command; whatever happens is said in a sentence, and the exit code tells."""
    in_utf8()
    try:
        code = app(prog_name="kpi", standalone_mode=False)
        sys.stdout.flush()  # here, where a reader who has gone is met with a sentence's grace
    except (typer.Abort, KeyboardInterrupt):
        say(speak(N_("Stopped.")))
        code = FAULTY
    except TyperException as fault:
        say(leftover(fault))
        code = fault.exit_code
    except FrameworkRefusedError as fault:
        for problem in fault.problems:
            say(in_file(problem, spoken()))
        code = FAULTY
    except _CALLED_WRONGLY as fault:
        say(f"kpi: {said(fault, spoken())}")
        code = USAGE
    except _WRONG_HERE as fault:
        say(f"kpi: {said(fault, spoken())}")
        code = FAULTY
    except BrokenPipeError:
        no_more_output()
        code = FAULTY
    except OSError as fault:
        say(f"kpi: {sentence(fault)}")
        code = FAULTY
    except Exception as fault:  # noqa: BLE001 (the last resort: a sentence instead of a traceback, which may hold data)
        unexpected = N_("kpi: something unexpected went wrong ({kind}). Nothing half-done was stored.")
        say(speak(unexpected, kind=type(fault).__name__))
        code = FAULTY
    sys.exit(code if isinstance(code, int) else 0)
