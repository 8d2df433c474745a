"""An uploaded workbook's cells, read in a process of its own: whatever the file does, it does not do it here.

The way: `guard` looks at the bytes; a child process opens them (`kpi.intake.reader_child`) and answers in JSON; this
module holds the time, the memory and the size of the answer, and makes a `Book` of it. A file that goes wrong costs
its child process and yields a problem, never an exception.
"""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from kpi.intake.guard import MEGABYTE, guard
from kpi.intake.raw import Scalar
from kpi.intake.sheet import letters
from kpi.intake.unreadable import FAULTS, MARKS, STOPPED, TOO_MUCH_MEMORY, TOOK_TOO_LONG
from kpi.problems import Fault, Place, Problem

__all__ = ["Book", "Reader", "SheetCells", "guard", "read_book"]

MAX_SECONDS = 6.0
MAX_MEMORY = 400 * MEGABYTE
MAX_ANSWER = 120 * MEGABYTE
_LOOK_EVERY = 0.05
_START = "import sys; sys.path.append(sys.argv[1]); from kpi.intake.reader_child import main; main()"
_SOURCES = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class SheetCells:
    """One sheet as read: row → column → value, both from 1, empty cells left out.

    `hidden` covers very hidden sheets too. `marks` holds, by (row, column), what is wrong with a cell whose formula
    failed or was never calculated, or whose date is none: an error only where that cell is asked for. Its value is
    then the text found (``#REF!``, ``=SUM(B2:B9)``), never a number.
    """

    title: str
    hidden: bool
    rows: Mapping[int, Mapping[int, Scalar]]
    marks: Mapping[tuple[int, int], Problem] = field(default_factory=dict)


@dataclass(frozen=True)
class Book:
    """A workbook's sheets, in their order; charts on sheets of their own are left out."""

    sheets: tuple[SheetCells, ...]


def read_book(content: bytes, name: str) -> tuple[Book | None, list[Problem]]:
    """Read one upload; see `Reader.read`."""
    with Reader() as reader:
        return reader.read(content, name)


class Reader:
    """Reads uploads one after the other, with one child process as long as it does well.

    A context manager; not to be shared between threads.
    """

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Begin; the child is started for the first file that needs it."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the child."""
        self._stop()

    def read(self, content: bytes, name: str) -> tuple[Book | None, list[Problem]]:
        """Give the cells of an upload and what is wrong with it.

        Args:
            content: the bytes as uploaded.
            name: the file's name, for the problems' places.

        Returns:
            The book, and problems with single sheets or cells; or no book, and at least one problem with the file.
        """
        if problems := guard(content, name):
            return None, problems
        answer = self._ask(content)
        if isinstance(answer, Fault):
            return None, [answer.at(Place(file=name))]
        try:
            sheets = tuple(_sheet(sheet, name) for sheet in answer.get("sheets", ()))
            problems = [_problem(problem, name) for problem in answer["problems"]]
        except (KeyError, TypeError, ValueError, AttributeError):
            self._stop()
            return None, [STOPPED.at(Place(file=name))]
        if any(problem.code == TOO_MUCH_MEMORY.code for problem in problems):
            self._stop()
        if any(problem.code.startswith("file.") for problem in problems):
            return None, problems
        return Book(sheets), problems

    def _ask(self, content: bytes) -> dict[str, Any] | Fault:
        """Hand a file to the child; give its answer, or what ended it."""
        child = self._running()
        answers: list[bytes] = []
        talk = threading.Thread(target=_exchange, args=(child, content, answers), daemon=True)
        talk.start()
        fault = _watch(child, talk)
        if fault is None and answers and answers[0].endswith(b"\n"):
            with suppress(ValueError, RecursionError):
                answer = json.loads(answers[0])
                if isinstance(answer, dict):
                    return answer
        code = self._stop(patience=0 if fault else _LOOK_EVERY * 4)
        talk.join()
        return fault or (TOOK_TOO_LONG if code == -getattr(signal, "SIGXCPU", 0) else STOPPED)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._stop()
            # The command is this very Python and a constant text; nothing of the upload is in it.
            self._child = subprocess.Popen(  # noqa: S603 (as the line above says)
                [sys.executable, "-I", "-S", "-c", _START, str(_SOURCES)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._child

    def _stop(self, patience: float = 0) -> int | None:
        """End the child, whatever it does; give its exit code. One that is about to end may do so by itself."""
        child, self._child = self._child, None
        if child is None:
            return None
        with suppress(subprocess.TimeoutExpired):
            child.wait(patience)
        child.kill()
        code = child.wait()
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        return code


def _exchange(child: subprocess.Popen[bytes], content: bytes, answers: list[bytes]) -> None:
    """Send one file and take one line; a child that dies meanwhile ends both."""
    if child.stdin is None or child.stdout is None:
        return
    with suppress(OSError, ValueError):
        child.stdin.write(len(content).to_bytes(8, "big") + content)
        child.stdin.flush()
        answers.append(child.stdout.readline(MAX_ANSWER))


def _watch(child: subprocess.Popen[bytes], talk: threading.Thread) -> Fault | None:
    """Wait for the answer; give the limit that was passed, if one was."""
    until = time.monotonic() + MAX_SECONDS
    talk.join(_LOOK_EVERY)
    while talk.is_alive():
        if time.monotonic() > until:
            return TOOK_TOO_LONG
        # A child that has just gone has no memory; its end is seen by the exchange.
        with suppress(psutil.Error):
            if psutil.Process(child.pid).memory_info().rss > MAX_MEMORY:
                return TOO_MUCH_MEMORY
        talk.join(_LOOK_EVERY)
    return None


def _sheet(answer: Mapping[str, Any], name: str) -> SheetCells:
    """Make a sheet of the child's answer."""
    title, rows = str(answer["title"]), {}
    marks: dict[tuple[int, int], Problem] = {}
    for row, cells in answer["rows"]:
        values: dict[int, Scalar] = {}
        for column, value in _pairs(cells):
            values[column] = _value(value)
            if isinstance(value, list) and (fault := MARKS.get(value[0])) is not None:
                place = Place(file=name, sheet=title, cell=f"{letters(column)}{row}")
                marks[row, column] = fault.at(place, found=value[1])
        rows[row] = values
    return SheetCells(title, bool(answer["hidden"]), rows, marks)


def _pairs(cells: list[Any]) -> Iterator[tuple[int, Any]]:
    return zip(cells[::2], cells[1::2], strict=True)


def _value(value: Any) -> Scalar:  # noqa: ANN401 (JSON holds anything; this makes it a Scalar)
    if isinstance(value, str | int | float):
        return value
    kind, text = value
    if kind == "date":
        return date.fromisoformat(text)
    return datetime.fromisoformat(text) if kind == "datetime" else str(text)


def _problem(answer: Mapping[str, Any], name: str) -> Problem:
    """Make a problem of the child's answer; one that it should not know is a failed reading."""
    values = {key: value for key, value in answer.items() if key not in {"code", "sheet", "cell"}}
    return FAULTS[answer["code"]].at(Place(file=name, sheet=answer.get("sheet"), cell=answer.get("cell")), **values)
