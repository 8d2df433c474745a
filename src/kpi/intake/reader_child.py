"""The process that opens uploaded workbooks, so that a hostile one harms nothing else.

The reader starts it without the environment's packages (``-I -S``): it and the modules it imports are standard library
alone. It sets its own limits where the system has them; the reader holds wall time, memory and the answer's size.

Asked on standard input, over and over: eight bytes of length (big-endian), then the file. Answered on standard output
by one line of JSON each: ``{"sheets": [{"title", "hidden", "rows": [[row, [column, value, …]], …]}], "problems":
[{"code", "sheet"?, "cell"?, …}]}``; `kpi.intake.sheet` says what a value is.
"""

import gc
import json
import os
import sys
import time
from collections.abc import Iterator
from typing import BinaryIO

from kpi.intake.package import DAMAGE, Book, Parts, Refused
from kpi.intake.sheet import Cells, Room

try:
    import resource
except ImportError:  # Windows has none; there the reader's watch alone holds the limits.
    resource = None  # type: ignore[assignment]  # the module's absence is a value like any other

MAX_SHEETS, MAX_TITLE = 60, 255
MAX_MEMORY, MAX_CPU_SECONDS = 420 * 1024 * 1024, 5

Json = dict[str, object]


def main() -> None:
    """Answer files until standard input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    confine()
    # The cells make no cycles; looking for some after every few hundred of them is half the time.
    gc.disable()
    while (length := sys.stdin.buffer.read(8)) and len(length) == 8:  # noqa: PLR2004 (the length's own length)
        allow_time()
        answer, done = _encoded(sys.stdin.buffer, int.from_bytes(length, "big"))
        answers.write(answer + b"\n")
        answers.flush()
        if done:
            return
        gc.collect()


def _encoded(source: BinaryIO, length: int) -> tuple[bytes, bool]:
    """Give the answer to the next file, and whether this process is used up."""
    try:
        return json.dumps(read(source.read(length)), ensure_ascii=False, separators=(",", ":")).encode(), False
    except MemoryError:
        return b'{"problems":[{"code":"file.too_much_memory"}]}', True


def confine() -> None:
    """Take from this process what reading a file does not need."""
    if resource is None:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))


def allow_time() -> None:
    """Grant the processor time of one more file; the system ends a process that takes more."""
    if resource is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + MAX_CPU_SECONDS, hard))


def read(content: bytes) -> Json:
    """Give a workbook's sheets and what is wrong with it, as the module says."""
    problems: list[Json] = []
    sheets: list[Json] = []
    try:
        sheets.extend(_sheets(content, problems))
    except Refused as refusal:
        problems.append(refusal.problem)
    except DAMAGE:
        problems.append({"code": "file.damaged"})
    return {"sheets": sheets, "problems": problems}


def _sheets(content: bytes, problems: list[Json]) -> Iterator[Json]:
    parts, room = Parts(content), Room()
    book = Book(parts)
    if len(book.sheets) > MAX_SHEETS:
        raise Refused("file.too_many_sheets", found=len(book.sheets), limit=MAX_SHEETS)
    titles = set[str]()
    for title, hidden, relation in book.sheets:
        kind, target = book.relations.get(relation, ("worksheet", ""))
        # What old macros leave behind is listed among the sheets but points nowhere.
        if kind != "worksheet" or not relation:
            continue
        if not title or len(title) > MAX_TITLE or title.casefold() in titles:
            raise Refused("file.sheet_titles", found=title[:MAX_TITLE])
        titles.add(title.casefold())
        cells = Cells(book, room)
        try:
            parts.parse(target, cells.start, cells.end, cells.characters)
        except Refused as refusal:
            # What is wrong with the file ends the reading; what is wrong with a sheet leaves the others.
            if str(refusal).startswith("file."):
                raise
            problems.append({"sheet": title, **refusal.problem})
        except DAMAGE:
            problems.append({"code": "sheet.damaged", "sheet": title})
        problems.extend({"sheet": title, **problem} for problem in cells.problems)
        rows = [[row, [item for cell in cells.rows[row].items() for item in cell]] for row in sorted(cells.rows)]
        yield {"title": title, "hidden": hidden, "rows": rows}
    if not titles:
        raise Refused("file.no_sheets")
