"""What the commands share: the installation, the clock, how things are said."""

import os
import sys
from datetime import UTC, date, datetime

from kpi.framework.model import Framework
from kpi.installation import Installation, open_installation
from kpi.language import message
from kpi.problems import Problem
from kpi.quarter import Quarter
from kpi.settings import Settings

OK, FAULTY, USAGE = 0, 1, 2


class CalledWronglyError(Exception):
    """The command was called with words that do not fit together."""


def settings() -> Settings:
    """Read the settings of this run."""
    return Settings.from_environment(os.environ)


def installation() -> Installation:
    """Open the installation that the environment names."""
    return open_installation(settings())


def now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


def today() -> date:
    """Tell the day, where the program runs."""
    return datetime.now().astimezone().date()


def say(text: str) -> None:
    """Say something beside the results: on standard error."""
    print(text, file=sys.stderr)  # noqa: T201 (a command line speaks by printing)


def out(text: str) -> None:
    """Give a result: on standard output."""
    print(text)  # noqa: T201 (a command line speaks by printing)


def in_file(problem: Problem, language: str) -> str:
    """Write a problem of a text file as ``file:line: message``."""
    return f"{problem.place.file}:{problem.place.line or 1}: {message(problem, language)}"


def a_language(framework: Framework, language: str | None) -> str:
    """Give the language asked for, or the framework's first one."""
    if language is None:
        return framework.languages[0]
    if language not in framework.languages:
        raise CalledWronglyError(f"the framework has no “{language}”; it speaks {', '.join(framework.languages)}")
    return language


def a_quarter(text: str) -> Quarter:
    """Read a quarter as it is written on the command line."""
    return Quarter.parse(text)
