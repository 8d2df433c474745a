"""Reading `indicators.yaml`: safe, with the line of everything, all problems at once.

The way: bytes → text → tree (`tree`) → grammar (`repair`, `misfits`) → cross-checks (`checks`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path as FilePath

from kpi.framework.checks import cross_check
from kpi.framework.found import Lines, Path, line_of
from kpi.framework.grammar import names
from kpi.framework.model import Framework
from kpi.framework.repair import Repaired, validated
from kpi.framework.tree import read_tree
from kpi.problems import N_, Fault, Own, Place, Problem, errors

_LARGEST = 4 * 1024 * 1024
_MOST_PROBLEMS = 500

TOO_LARGE = Fault(
    "framework.too_large",
    N_("The file is too large for a framework: {found} bytes."),
    N_("At most {largest} are expected."),
)
UNREADABLE = Fault("framework.unreadable", N_("The file cannot be read: {found}."))
NOT_UTF8 = Fault(
    "framework.not_utf8", N_("The file is no text in UTF-8."), N_("Save it in a text editor with the encoding UTF-8.")
)
NOT_A_FRAMEWORK = Fault(
    "framework.not_a_framework",
    N_("The file holds no framework."),
    N_("These entries are expected in it: {allowed}."),
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file holds: a framework where there are no errors, the problems, and the text it was read from.

    `lines` gives the line of every key and list entry by its path.
    """

    framework: Framework | None
    problems: tuple[Problem, ...]
    yaml: str = ""
    lines: Lines = field(default_factory=dict, repr=False)


def load_file(path: FilePath) -> Loaded:
    """Read a framework from a file; what stops us becomes a problem too."""
    here = Place(file=str(path), line=1)
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
            size = max(len(content), path.stat().st_size)
    except OSError as fault:
        return Loaded(None, (UNREADABLE.at(here, found=fault.strerror or type(fault).__name__),))
    except ValueError:
        return Loaded(None, (UNREADABLE.at(here, found=Own(N_("this is no name of a file"))),))
    if len(content) > _LARGEST:
        return Loaded(None, (TOO_LARGE.at(here, found=size, largest=_LARGEST),))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        return Loaded(None, (NOT_UTF8.at(Place(file=str(path), line=line)),))
    return load_text(text, str(path))


def load_text(text: str, file: str = "indicators.yaml") -> Loaded:
    """Read a framework from YAML text; every problem names its line."""
    if len(text) > _LARGEST:
        return Loaded(None, (TOO_LARGE.at(Place(file=file, line=1), found=len(text), largest=_LARGEST),), text)
    tree = read_tree(text, file)
    if not isinstance(tree.data, dict):
        if not tree.problems:
            tree.problems.append(NOT_A_FRAMEWORK.at(Place(file=file, line=1), allowed=list(names(Framework))))
        return Loaded(None, _in_order(tree.problems), text)
    repaired = validated(tree.data, tree.lines)
    problems = [*tree.problems, *_told(repaired, tree.lines, file)]
    kept = repaired.framework if not errors(problems) else None
    return Loaded(kept, _in_order(problems), text, tree.lines)


def _told(repaired: Repaired, lines: Lines, file: str) -> Iterator[Problem]:
    """Give what is wrong with the grammar and, as far as it can be read, with the meaning."""

    def place(path: Path) -> Place:
        return Place(file=file, line=line_of(lines, repaired.in_file(path)))

    for misfit in islice(repaired.misfits, _MOST_PROBLEMS):
        yield misfit.fault.at(place(misfit.path), **misfit.values)
    if repaired.framework is not None:
        news = (found for found in cross_check(repaired.framework) if repaired.is_news(found))
        for found in islice(news, _MOST_PROBLEMS):
            yield found.fault.at(place(found.path), **found.values)


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    once = {(problem.place, problem.code, str(problem.values)): problem for problem in problems}
    return tuple(sorted(once.values(), key=lambda problem: problem.place.line or 0)[:_MOST_PROBLEMS])
