"""Reading `indicators.yaml`: safe, with the line of everything, all problems at once.

YAML is read as text, numbers, booleans, lists and mappings only. Keys are always text (so a category may be
called ``no`` or ``0``), decimals stay exact, a key written twice is a problem, and anchors are refused: a
few of them can unfold into gigabytes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path as FilePath
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from kpi.framework.checks import cross_check
from kpi.framework.found import Path
from kpi.framework.model import Framework
from kpi.problems import N_, Fault, Place, Problem

_LARGEST = 4 * 1024 * 1024
_DEEPEST = 40

TOO_LARGE = Fault(
    "framework.too_large", N_("The file is too large: {found} bytes."), N_("At most {largest} are expected.")
)
UNREADABLE = Fault("framework.unreadable", N_("The file cannot be read: {found}."))
NOT_YAML = Fault(
    "framework.not_yaml", N_("This is not valid YAML: {found}."), N_("Check the indentation, colons and quotes here.")
)
ANCHOR = Fault(
    "framework.anchor", N_("YAML anchors, aliases and tags are not read."), N_("Write the text out in full.")
)
TWICE = Fault("framework.key_twice", N_("The key “{found}” is written twice."), N_("The first stands in line {first}."))
NOT_A_KEY = Fault("framework.not_a_key", N_("A key must be a plain text."))
NOT_A_MAPPING = Fault(
    "framework.not_a_mapping",
    N_("The file does not hold a framework."),
    N_("At the top, these are expected: {allowed}."),
)
UNKNOWN_KEY = Fault("framework.unknown_key", N_("“{found}” is not known here."), N_("Allowed: {allowed}."))
MISTYPED_KEY = Fault("framework.unknown_key", N_("“{found}” is not known here."), N_("Did you mean “{meant}”?"))
MISSING_KEY = Fault("framework.missing_key", N_("“{found}” is missing here."))
BAD_VALUE = Fault("framework.bad_value", N_("“{found}” does not fit “{key}”."), N_("Expected: {expected_words}."))
NOT_ALLOWED = Fault(
    "framework.not_allowed", N_("“{found}” does not fit “{key}”."), N_("One of these is expected: {allowed}.")
)
INCONSISTENT = Fault("framework.inconsistent", N_("“{key}” does not hold together: {found}."))

_WORDS = {
    "bool": N_("true or false"),
    "int": N_("a whole number"),
    "decimal": N_("a number"),
    "string": N_("a text"),
    "date": N_("a date like 2026-02-01"),
    "mapping": N_("keys with values below it"),
    "dict": N_("keys with values below it"),
    "model": N_("keys with values below it"),
    "tuple": N_("a list"),
    "list": N_("a list"),
    "greater": N_("a larger number"),
    "less": N_("a smaller number"),
    "too": N_("another number of entries"),
}
_TEXTS = frozenset(
    {
        "label",
        "name",
        "help",
        "definition",
        "description",
        "collected",
        "responsible",
        "source",
        "reason",
        "assumptions",
    }
)

_RESOLVER: Any = yaml.resolver.Resolver()
Lines = Mapping[Path, int]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file holds: a framework where there are no errors, the problems, and the text it was read from."""

    framework: Framework | None
    problems: tuple[Problem, ...]
    yaml: str = ""


@dataclass(slots=True)
class _Reading:
    """One pass over the YAML tree: plain data, the line of every path, problems."""

    file: str
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def at(self, node: yaml.Node) -> Place:
        return Place(file=self.file, line=node.start_mark.line + 1)

    def data(self, node: yaml.Node, path: Path) -> Any:  # noqa: ANN401 (a YAML file may hold anything)
        self.lines.setdefault(path, node.start_mark.line + 1)
        if len(path) > _DEEPEST:
            self.problems.append(NOT_YAML.at(self.at(node), found="nested too deep"))
            return None
        match node:
            case yaml.ScalarNode():
                return _scalar(node)
            case yaml.SequenceNode():
                return [self.data(child, (*path, index)) for index, child in enumerate(node.value)]
            case yaml.MappingNode():
                return self.mapping(node, path)
        return None

    def mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(NOT_A_KEY.at(self.at(key_node)))
                continue
            key = str(key_node.value)
            if key in result:
                self.problems.append(TWICE.at(self.at(key_node), found=key, first=str(self.lines[(*path, key)])))
                continue
            self.lines[(*path, key)] = key_node.start_mark.line + 1
            result[key] = self.data(value_node, (*path, key))
        return result


def _scalar(node: yaml.ScalarNode) -> Any:  # noqa: ANN401 (text, number, truth or nothing)
    text = node.value
    if node.style is not None:
        return text
    tag = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False))
    match tag.rpartition(":")[2]:
        case "null":
            return None
        case "bool" if text.lower() in ("true", "false"):
            return text.lower() == "true"
        case "int" if text.lstrip("+-").isdecimal():
            return int(text)
        case "float" if text.lstrip("+-").replace(".", "", 1).isdecimal():
            return Decimal(text)
    return text


def _compose(text: str, reading: _Reading) -> yaml.Node | None:
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, yaml.AnchorToken | yaml.AliasToken | yaml.TagToken):
                reading.problems.append(ANCHOR.at(Place(file=reading.file, line=token.start_mark.line + 1)))
                return None
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else None
        reading.problems.append(NOT_YAML.at(Place(file=reading.file, line=line), found=str(fault.problem)))
    except (yaml.YAMLError, RecursionError) as fault:
        reading.problems.append(NOT_YAML.at(Place(file=reading.file), found=type(fault).__name__))
    return None


def load_file(path: FilePath) -> Loaded:
    """Read a framework from a file; what stops us becomes a problem too."""
    try:
        content = path.read_bytes()
    except OSError as fault:
        return Loaded(None, (UNREADABLE.at(Place(file=str(path)), found=fault.strerror or type(fault).__name__),))
    if len(content) > _LARGEST:
        place = Place(file=str(path))
        return Loaded(None, (TOO_LARGE.at(place, found=len(content), largest=_LARGEST),))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        return Loaded(None, (UNREADABLE.at(Place(file=str(path), line=line), found="not UTF-8"),))
    return load_text(text, str(path))


def load_text(text: str, file: str = "indicators.yaml") -> Loaded:
    """Read a framework from YAML text; every problem names its line."""
    reading = _Reading(file)
    node = _compose(text, reading)
    if node is None:
        if not reading.problems:
            reading.problems.append(NOT_A_MAPPING.at(Place(file=file, line=1), allowed=_names(Framework)))
        return Loaded(None, tuple(reading.problems), text)
    data = reading.data(node, ())
    if not isinstance(data, dict):
        reading.problems.append(NOT_A_MAPPING.at(Place(file=file, line=1), allowed=_names(Framework)))
        return Loaded(None, tuple(reading.problems), text)
    framework = None
    try:
        framework = Framework.model_validate(_one_language(data))
    except ValidationError as fault:
        reading.problems += _told(fault.errors(include_url=False), reading)
    if framework is not None:
        reading.problems += [
            found.fault.at(Place(file=file, line=_line(reading.lines, found.path)), **found.values)
            for found in cross_check(framework)
        ]
    problems = sorted(reading.problems, key=lambda problem: problem.place.line or 0)
    return Loaded(None if problems else framework, tuple(problems), text)


def _one_language(data: dict[str, Any]) -> dict[str, Any]:
    """Let a framework in one language write its texts bare."""
    programme = data.get("programme")
    languages = programme.get("languages") if isinstance(programme, dict) else None
    if not isinstance(languages, list) or len(languages) != 1:
        return data
    language = str(languages[0])

    def worded(value: Any, key: str, above: str) -> Any:  # noqa: ANN401 (walks whatever the YAML holds)
        if isinstance(value, str) and key in _TEXTS and above != "columns":
            return {language: value}
        if isinstance(value, list):
            return [
                {language: one} if key == "guidance" and isinstance(one, str) else worded(one, "", key) for one in value
            ]
        if isinstance(value, dict):
            return {name: worded(one, name, key) for name, one in value.items()}
        return value

    return {name: worded(value, name, "") for name, value in data.items()}


def _line(lines: Lines, path: Path) -> int:
    """Give the line of a path, or of the nearest thing above it that has one."""
    while path not in lines and path:
        path = path[:-1]
    return lines.get(path, 1)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 (annotations have no common type)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


def _names(model: type[BaseModel]) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items()]


def _model_at(path: Path) -> type[BaseModel]:
    """Give the model that describes what stands at a path."""
    model: type[BaseModel] = Framework
    for step in path:
        for name, info in model.model_fields.items():
            if step in (name, info.alias):
                model = next(_models(info.annotation), model)
                break
    return model


def _told(faults: list[ErrorDetails], reading: _Reading) -> Iterator[Problem]:
    """Put the faults that pydantic found into our words, at their lines."""
    seen = set()
    for fault in faults:
        path: Path = tuple(fault["loc"])
        known = path
        while known and known not in reading.lines:
            known = known[:-1]
        line = reading.lines.get(known, 1)
        problem = _one(fault, path, Place(file=reading.file, line=line), str(known[-1]) if known else "")
        told = (line, problem.code, problem.values.get("found"))
        if told not in seen:
            seen.add(told)
            yield problem


def _one(fault: ErrorDetails, path: Path, place: Place, key: str) -> Problem:
    found = fault["input"] if isinstance(fault["input"], str | int | Decimal | bool) else type(fault["input"]).__name__
    kind = fault["type"]
    if kind == "extra_forbidden":
        name = str(path[-1])
        allowed = _names(_model_at(path[:-1]))
        close = get_close_matches(name, allowed, 1)
        return (
            MISTYPED_KEY.at(place, found=name, meant=close[0])
            if close
            else UNKNOWN_KEY.at(place, found=name, allowed=allowed)
        )
    if kind == "missing":
        return MISSING_KEY.at(place, found=str(path[-1]))
    if kind in ("enum", "literal_error"):
        allowed_words = str(fault.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")
        return NOT_ALLOWED.at(place, found=found, key=key, allowed=allowed_words)
    if kind == "value_error":
        return INCONSISTENT.at(place, key=key, found=str(fault.get("ctx", {}).get("error", fault["msg"])))
    words = next((words for start, words in _WORDS.items() if kind.startswith(start)), fault["msg"])
    return BAD_VALUE.at(place, found=found, key=key, expected_words=words)
