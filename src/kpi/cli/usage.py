"""How a command was called wrongly, in the language of the command's own sentences.

The library that reads the command line says it in English only: what it found is said again here, kind by kind.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from pydantic import ValidationError
from typer._click import Context, Parameter
from typer._click import exceptions as wrong
from typer.core import TyperArgument, TyperOption
from typer.exceptions import TyperException

from kpi.cli.common import ENGLISH, CalledWronglyError, a_known, speak, spoken
from kpi.problems import N_, Own

_HELP_IS_AT = N_("{why} (see “{command} --help”)")
_NOT_SO = N_("this is not how it is called")


@contextmanager
def called_rightly(context: Context) -> Iterator[None]:
    """Raise `CalledWronglyError` for whatever the command line's reader refuses within."""
    try:
        yield
    except wrong.NoArgsIsHelpError:  # no refusal: it holds the help, in the right language already
        raise
    except wrong.UsageError as fault:
        raise _said_again(fault, context) from fault


def refused(context: Context, text: str, **values: object) -> CalledWronglyError:
    """Give the error that says a marked text, and where the help is."""
    return CalledWronglyError(_HELP_IS_AT, why=Own(text, **values), command=context.command_path)


def check_known(context: Context, what: str, found: str, among: Collection[str]) -> None:
    """Raise `CalledWronglyError` for a command or option that is none of those there are."""
    try:
        a_known(what, printable(found), among)
    except CalledWronglyError as fault:
        raise refused(context, fault.text, **fault.values) from fault


def leftover(fault: TyperException) -> str:
    """Say what none of the commands foresaw: the reader's own words are English."""
    if isinstance(fault, wrong.NoArgsIsHelpError):
        return fault.format_message()
    why = fault.format_message().rstrip(".") if spoken() == ENGLISH else speak(_NOT_SO)
    return "kpi: " + speak(_HELP_IS_AT, why=why, command="kpi")


def name_of(parameter: Parameter) -> str:
    """Name an option as it is typed, an argument by what stands for it."""
    if isinstance(parameter, TyperArgument):
        return speak(parameter.metavar or parameter.name)
    return "/".join(parameter.opts)


def printable(text: str) -> str:
    """Write what was typed so that it cannot command a terminal."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


def _said_again(fault: wrong.UsageError, context: Context) -> CalledWronglyError:
    match fault:
        case wrong.NoSuchOption():
            return _unknown_option(context, fault.option_name)
        case wrong.BadOptionUsage():
            named = (one for one in _options(context) if fault.option_name in (*one.opts, *one.secondary_opts))
            is_flag = any(one.is_flag for one in named)
            text = N_("the option {option} takes no value") if is_flag else N_("the option {option} needs a value")
            return refused(context, text, option=fault.option_name)
        case wrong.MissingParameter(param=TyperArgument() as argument):
            return refused(context, N_("{argument} is missing"), argument=name_of(argument))
        case wrong.MissingParameter(param=TyperOption() as option):
            return refused(context, N_("the option {option} is missing"), option=name_of(option))
        case wrong.BadParameter(param=TyperArgument() | TyperOption() as parameter):
            return _unfit(context, parameter, fault.__cause__)
        case _:
            return refused(context, _NOT_SO)


def _options(context: Context) -> list[TyperOption]:
    return [one for one in context.command.get_params(context) if isinstance(one, TyperOption)]


def _unknown_option(context: Context, found: str) -> CalledWronglyError:
    names = [name for one in _options(context) for name in (*one.opts, *one.secondary_opts)]
    try:
        check_known(context, N_("option"), found, names)
    except CalledWronglyError as fault:
        return fault
    return refused(context, _NOT_SO)


def _unfit(context: Context, parameter: TyperArgument | TyperOption, why: BaseException | None) -> CalledWronglyError:
    """Say what a value should have been."""
    name = name_of(parameter)
    if not isinstance(why, ValidationError):
        return refused(context, N_("the value of {option} does not fit"), option=name)
    found = printable(str(why.errors()[0]["input"]))
    wanted = parameter.type_descriptor.annotation
    if wanted is int and parameter.min is not None and parameter.max is not None:
        text = N_("{option}: “{found}” is no whole number from {first} to {last}")
        first, last = str(parameter.min), str(parameter.max)
        return refused(context, text, option=name, found=found, first=first, last=last)
    if wanted is int:
        return refused(context, N_("{option}: “{found}” is no whole number"), option=name, found=found)
    if wanted is datetime:
        text = N_("{option}: “{found}” is no day; write it like 2026-09-30")
        return refused(context, text, option=name, found=found)
    return refused(context, N_("{option} cannot be “{found}”"), option=name, found=found)
