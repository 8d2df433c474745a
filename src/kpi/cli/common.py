"""What the commands share: the installation, the clock, how things are said."""

import io
import os
import re
import sys
from collections.abc import Collection
from datetime import UTC, date, datetime
from difflib import get_close_matches
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, ProgressColumn

from kpi.access import OPERATOR
from kpi.framework.model import Framework
from kpi.installation import Installation, open_installation
from kpi.intake.guard import MAX_BYTES
from kpi.language import catalogue, message, whole
from kpi.problems import N_, Own, Problem, SaidError
from kpi.quarter import Quarter
from kpi.report.content import Audience
from kpi.settings import Settings

FAULTY, USAGE = 1, 2
_PUBLIC = "public"
_YEARS = range(1990, 2100)
ENGLISH = "en"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?![A-Za-z])")


class CalledWronglyError(SaidError):
    """The command was called with words that do not fit together: a marked text, and the values for its braces."""

    def __init__(self, text: str, **values: object) -> None:
        self.text = text
        super().__init__(**values)


def settings() -> Settings:
    """Read the settings of this run."""
    return Settings.from_environment(os.environ)


def installation() -> Installation:
    """Open the installation that the environment names."""
    return open_installation(settings(), who=OPERATOR)


def now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


def today() -> date:
    """Tell the day, where the program runs."""
    return datetime.now().astimezone().date()


def spoken() -> str:
    """Name the language of the command's own sentences: KPI_LANG's, else the locale's, else English.

    As usual LC_ALL goes before LC_MESSAGES, and that before LANG; a language without a catalogue is not spoken.
    """
    named = (os.environ.get(name, "").strip() for name in ("KPI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))
    found = _LANGUAGE.match(next(filter(None, named), ""))
    language = found[0].lower() if found else ENGLISH
    return language if language != ENGLISH and catalogue(language) else ENGLISH


def speak(text: str, **values: object) -> str:
    """Say one of the program's own texts in the language of the command's sentences."""
    return whole(text, spoken(), **values)


def say(text: str) -> None:
    """Say something beside the results: on standard error."""
    print(text, file=sys.stderr)  # noqa: T201 (a command line speaks by printing)


def out(text: str) -> None:
    """Give a result: on standard output."""
    print(text)  # noqa: T201 (a command line speaks by printing)


def bar(*columns: str | ProgressColumn) -> Progress:
    """Give a bar that tells how far something is, on a terminal; elsewhere nothing is written for it."""
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())


def in_utf8() -> None:
    """Write UTF-8 wherever the output goes, whatever the system would have chosen; a terminal keeps its own."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def no_more_output() -> None:
    """Let go of the output, whose reader has gone, so that closing it at the end says nothing either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def sentence(fault: OSError) -> str:
    """Say what the system refused, without its numbers."""
    why = fault.strerror or type(fault).__name__
    return f"{fault.filename}: {why}" if fault.filename else f"{why}"


def in_file(problem: Problem, language: str) -> str:
    """Write a problem of a text file as ``file:line: message``; where it names no file, it is the framework's."""
    file = problem.place.file or settings().framework
    return f"{file}:{problem.place.line or 1}: {message(problem, language)}"


def content_of(path: Path) -> bytes:
    """Read a file that somebody names; of one that is too large only so much as to see that it is.

    Raises `CalledWronglyError` where there is none, or it cannot be read.
    """
    check_file(path)
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as fault:
        raise CalledWronglyError(
            N_("{path} cannot be read: {reason}"), path=str(path), reason=fault.strerror
        ) from fault


def check_file(path: Path) -> None:
    """Raise `CalledWronglyError` where there is no such file."""
    try:
        is_file, exists = path.is_file(), path.exists()
    except (OSError, ValueError) as fault:
        raise CalledWronglyError(N_("{path} cannot be read"), path=str(path)) from fault
    if not is_file:
        raise CalledWronglyError(
            N_("{path} is not a file") if exists else N_("there is no file {path}"), path=str(path)
        )


def write_file(path: Path, content: bytes) -> None:
    """Write a file where the caller wants it; raise `CalledWronglyError` where that is not possible."""
    try:
        path.write_bytes(content)
    except OSError as fault:
        text = N_("{path} cannot be written: {reason}")
        raise CalledWronglyError(text, path=str(path), reason=fault.strerror) from fault


def a_folder(path: Path) -> None:
    """Make a folder where there is none; raise `CalledWronglyError` where that is not possible."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        text = N_("{path} is no folder and cannot be made one: {reason}")
        raise CalledWronglyError(text, path=str(path), reason=fault.strerror) from fault


def a_language(framework: Framework, language: str | None) -> str:
    """Give the language asked for, or the framework's first one."""
    return _one_of(framework.languages, language or framework.languages[0])


def a_language_to_read(framework: Framework, language: str | None) -> str:
    """Give a language for messages: one of the framework's, or English, which the program always speaks.

    Where none is asked for, it is that of the command's own sentences, if the framework has it, else its first one.
    """
    usual = spoken() if spoken() in framework.languages else framework.languages[0]
    return _one_of((*framework.languages, ENGLISH), language or usual)


def _one_of(languages: tuple[str, ...], language: str) -> str:
    for one in languages:
        if one.casefold() == language.casefold():
            return one
    text = N_("“{found}” is not spoken here; choose: {allowed}")
    raise CalledWronglyError(text, found=language, allowed=tuple(dict.fromkeys(languages)))


def an_audience(found: str) -> Audience:
    """Give the audience asked for; funders and the public are told the same."""
    name = Audience.FUNDER.value if found.casefold() == _PUBLIC else found.casefold()
    if name not in set(Audience):
        allowed = (*(one.value for one in Audience), _PUBLIC)
        raise CalledWronglyError(N_("“{found}” is no audience; choose: {allowed}"), found=found, allowed=allowed)
    return Audience(name)


def a_format(found: str, among: Collection[str]) -> str:
    """Give the format asked for; raise `CalledWronglyError` where it is none of those there are."""
    if found not in among:
        raise CalledWronglyError(N_("“{found}” is no format; choose: {allowed}"), found=found, allowed=tuple(among))
    return found


def a_known(what: str, key: str, among: Collection[str]) -> None:
    """Raise `CalledWronglyError`, with what may have been meant, for a key that is none of those there are.

    `what` is a marked text: what kind of thing the key names.
    """
    if key in among:
        return
    kind = what if isinstance(what, Own) else Own(what)
    if close := get_close_matches(key, among, 1):
        text = N_("there is no {what} “{found}”; did you mean “{meant}”?")
        raise CalledWronglyError(text, what=kind, found=key, meant=close[0])
    if among:
        text = N_("there is no {what} “{found}”; expected: {allowed}")
        raise CalledWronglyError(text, what=kind, found=key, allowed=tuple(among))
    raise CalledWronglyError(N_("there is no {what} “{found}”; there are none at all"), what=kind, found=key)


def a_quarter(text: str) -> Quarter:
    """Read a quarter as it is written on the command line, of years that anybody can mean."""
    quarter = Quarter.parse(text)
    return Quarter(a_year(quarter.year), quarter.number)


def a_year(year: int) -> int:
    """Refuse a year that nobody can mean; raise `CalledWronglyError`."""
    if year not in _YEARS:
        text = N_("{year} is no year of a programme; from {first} to {last} is")
        raise CalledWronglyError(text, year=str(year), first=str(_YEARS[0]), last=str(_YEARS[-1]))
    return year
