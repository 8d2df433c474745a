"""YAML text as plain data with the line of everything.

YAML is read as text, truth, nothing, lists and mappings only. Keys are always text (so a category may be called
``no`` or ``0``), numbers stay text until the grammar says what they are, a key written twice is a
problem, and anchors are refused: a few of them can unfold into gigabytes. The text is read event by event, so
that neither depth nor size can hurt.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from kpi.framework.found import Path
from kpi.problems import N_, Fault, Own, Place, Problem

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 30
_MOST_NODES = 100_000
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}

NOT_YAML = Fault(
    "framework.not_yaml",
    N_("This is no valid YAML from here on: {found}."),
    N_("Check the indentation, colons and quotes in this line and the one above."),
)
STRANGE_CHARACTER = Fault(
    "framework.strange_character",
    N_("The file holds a character that no text has ({found})."),
    N_("Save it again as plain text in UTF-8."),
)
TOO_DEEP = Fault("framework.too_deep", N_("The entries are nested too deep here."), N_("Check the indentation."))
TOO_MANY = Fault("framework.too_many", N_("The file holds too many entries."), N_("At most {largest} are expected."))
ANCHOR = Fault(
    "framework.anchor",
    N_("YAML anchors, aliases and tags (&, * and ! before a value) are not read."),
    N_("Write the text out in full; put quotes around it if it begins with one of these signs."),
)
SECOND_DOCUMENT = Fault(
    "framework.second_document",
    N_("A second document begins here."),
    N_("A framework is one document: take out the line “---”."),
)
TWICE = Fault(
    "framework.key_twice",
    N_("The key “{found}” is written twice."),
    N_("The first stands in line {first}; keep one of them."),
)
NOT_A_KEY = Fault("framework.not_a_key", N_("What stands here cannot be a key."), N_("A key is a plain word."))


@dataclass(slots=True)
class Tree:
    """What a text holds. `lines` gives the line (from 1) of every key and list entry by its path.

    `data` is None where the text cannot be read; then `problems` says why.
    """

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class _Unreadable(Exception):  # noqa: N818 (no error of the program: it carries what the file's reader is told)
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been read yet; without a key its entries are read and left out."""

    path: Path
    holds: list[Any] | dict[str, Any]
    key: str | None = None
    awaits_key: bool = True


class _Builder:
    """Builds the tree from events; `opened` are the lists and mappings around the present place."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.tree = Tree()
        self.opened: list[_Open] = []
        self.nodes = 0
        self.documents = 0

    def take(self, event: yaml.Event) -> None:
        """Take the next event; raise `_Unreadable` where it makes no sense to go on."""
        match event:
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    raise _Unreadable(SECOND_DOCUMENT.at(self._place(event)))
            case yaml.NodeEvent():
                self._count(event)
                self._node(event)
            case yaml.CollectionEndEvent():
                self._put(self.opened.pop())

    def _place(self, event: yaml.Event) -> Place:
        return Place(file=self.file, line=_line(event))

    def _count(self, event: yaml.NodeEvent) -> None:
        self.nodes += 1
        if self.nodes > _MOST_NODES:
            raise _Unreadable(TOO_MANY.at(self._place(event), largest=_MOST_NODES))
        if event.anchor is not None or getattr(event, "tag", None) is not None:
            self.tree.problems.append(ANCHOR.at(self._place(event)))

    def _node(self, event: yaml.NodeEvent) -> None:
        inside = self.opened[-1] if self.opened else None
        if inside is not None and isinstance(inside.holds, dict) and inside.awaits_key:
            if isinstance(event, yaml.ScalarEvent):
                self._key(inside, event)
                return
            self.tree.problems.append(NOT_A_KEY.at(self._place(event)))
        path = self._path(inside)
        if not isinstance(inside.holds if inside else None, dict):
            self.tree.lines.setdefault(path, _line(event))
        match event:
            case yaml.ScalarEvent():
                self._put(_scalar(event))
            case yaml.CollectionStartEvent():
                if len(self.opened) >= _DEEPEST:
                    raise _Unreadable(TOO_DEEP.at(self._place(event)))
                self.opened.append(_Open(path, {} if isinstance(event, yaml.MappingStartEvent) else []))
            case _:
                self._put(None)

    def _key(self, inside: _Open, event: yaml.ScalarEvent) -> None:
        key, path = event.value, (*inside.path, event.value)
        inside.awaits_key = False
        if key in inside.holds:
            first = str(self.tree.lines[path])
            self.tree.problems.append(TWICE.at(self._place(event), found=key, first=first))
            return
        self.tree.lines[path] = _line(event)
        inside.key = key

    @staticmethod
    def _path(inside: _Open | None) -> Path:
        if inside is None:
            return ()
        step = len(inside.holds) if isinstance(inside.holds, list) else inside.key
        return (*inside.path, "" if step is None else step)

    def _put(self, value: Any) -> None:  # noqa: ANN401 (a YAML file may hold anything)
        """Put a finished value where it belongs."""
        if isinstance(value, _Open):
            value = value.holds
        if not self.opened:
            self.tree.data = value
            return
        inside = self.opened[-1]
        if isinstance(inside.holds, list):
            inside.holds.append(value)
        elif inside.awaits_key:
            inside.awaits_key = False
        else:
            if inside.key is not None:
                inside.holds[inside.key] = value
            inside.key, inside.awaits_key = None, True


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _scalar(event: yaml.ScalarEvent) -> str | bool | None:
    text = str(event.value)
    if event.style:
        return text
    return None if text in _NOTHING else _TRUTHS.get(text, text)


def read_tree(text: str, file: str) -> Tree:
    """Read YAML text; never raises, whatever the text is."""
    strange = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if strange is not None:
        place = Place(file=file, line=_line_at(text, strange.start()))
        return Tree(problems=[STRANGE_CHARACTER.at(place, found=f"U+{ord(strange.group()):04X}")])
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except _Unreadable as stop:
        builder.tree.problems.append(stop.problem)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        last = text.count("\n") + (not text.endswith("\n"))
        place = Place(file=file, line=min(mark.line + 1, last) if mark else None)
        builder.tree.problems.append(NOT_YAML.at(place, found=_reason(str(fault.problem))))
    except yaml.YAMLError as fault:
        builder.tree.problems.append(NOT_YAML.at(Place(file=file, line=1), found=_reason(type(fault).__name__)))
    else:
        return builder.tree if not _stops(builder.tree.problems) else Tree(problems=builder.tree.problems)
    return Tree(problems=builder.tree.problems)


def _line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _stops(problems: list[Problem]) -> bool:
    """Tell whether what was left out would only lead to further, misleading problems."""
    return any(problem.fault is ANCHOR for problem in problems)


#: The YAML library's commonest complaints, in words that help; the rest are quoted.
_REASONS: Mapping[str, str] = {
    "mapping values are not allowed": N_(
        "a colon within a value (put the value in quotes), or the line above lacks one"
    ),
    "could not find expected ':'": N_("a key without a colon"),
    "did not find expected key": N_("a line is indented differently from its neighbours, or a quote is not closed"),
    "did not find expected '-' indicator": N_("a line of a list is indented differently from its neighbours"),
    "did not find expected ',' or '}'": N_("a brace { is not closed, or a comma is missing"),
    "did not find expected ',' or ']'": N_("a bracket [ is not closed, or a comma is missing"),
    "found character that cannot start any token": N_("a tab, or one of the signs % @ `; indent with spaces"),
    "found unexpected end of stream": N_("a quote is not closed"),
    "found undefined tag handle": N_("a sign ! before a value; put the value in quotes"),
}


def _reason(said: str) -> str:
    return next((Own(reason) for start, reason in _REASONS.items() if said.startswith(start)), said)
