"""What does not fit the grammar, in words: pydantic's errors at the places of the file."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, get_args, get_origin

from pydantic_core import ErrorDetails

from kpi.framework.base import KEY_PATTERN, LANGUAGE_PATTERN
from kpi.framework.found import OUT_OF_RANGE, Path, near
from kpi.framework.grammar import annotation_at, kinds, models, names
from kpi.framework.programme import CURRENCY_PATTERN
from kpi.problems import N_, Fault, Own

UNKNOWN_KEY = Fault("framework.unknown_key", N_("“{found}” is not known here."), N_("Allowed: {allowed}."))
MISTYPED_KEY = Fault("framework.unknown_key", N_("“{found}” is not known here."), N_("Did you mean “{meant}”?"))
MISSING_KEY = Fault("framework.missing_key", N_("“{found}” is missing here."))
BAD_KEY = Fault(
    "framework.bad_key",
    N_("“{found}” cannot be a key."),
    N_("Letters a–z, digits, - and _ are expected, at most 60, the first a letter or digit."),
)
BAD_VALUE = Fault("framework.bad_value", N_("“{found}” does not fit “{key}”."), N_("Expected: {words}."))
NOT_ALLOWED = Fault(
    "framework.not_allowed", N_("“{found}” does not fit “{key}”."), N_("One of these is expected: {allowed}.")
)
MISTYPED_VALUE = Fault("framework.not_allowed", N_("“{found}” does not fit “{key}”."), N_("Did you mean “{meant}”?"))
BARE_TEXT = Fault(
    "framework.no_text",
    N_("“{key}” is written in no language."),
    N_("Write it in each language of the programme, like {example}."),
)
HOW_MANY = Fault("framework.bad_value", N_("The number of entries in “{key}” is {found}."), N_("Expected: {words}."))
INCONSISTENT = Fault("framework.inconsistent", N_("“{key}” does not hold together: {rule}."))

_WORDS = {
    "bool": N_("true or false"),
    "int": N_("a whole number"),
    "decimal_max": N_("a number of at most 24 digits"),
    "decimal": N_("a number, with a point before its decimals"),
    "finite": N_("a number"),
    "string_too": N_("a shorter text"),
    "string": N_("a text (put it in quotes)"),
    "date": N_("a date like 2026-02-01"),
    "quarter": N_("a quarter like 2026-Q3"),
    "is_instance": N_("a quarter like 2026-Q3"),
    "mapping": N_("entries below it, each with a key"),
    "dict": N_("entries below it, each with a key"),
    "model": N_("entries below it, each with a key"),
    "tuple": N_("a list, like [one, two]"),
}
_CONDITION = N_("true or false by itself, or a list of categories, each in quotes")
_PATTERNS = {
    LANGUAGE_PATTERN: N_("a language by its two letters, like en"),
    CURRENCY_PATTERN: N_("a currency by its three letters, like EUR"),
}
_SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


@dataclass(frozen=True, slots=True)
class Misfit:
    """A fault of the file's form at a path of its data.

    `meant` is the key or word that was probably meant; `missing` is true where the path's last step is not there.
    """

    path: Path
    fault: Fault
    values: Mapping[str, object]
    meant: str | None = None
    missing: bool = False


def misfit(error: ErrorDetails, lines: Collection[Path], data: Mapping[str, Any]) -> Misfit:
    """Put one of pydantic's errors into words.

    `lines` are the paths that the file has; pydantic's own steps (which member of a union, that a key is
    meant) are left out of the path.
    """
    path = _in_file(tuple(error["loc"]), lines)
    key = _called(path, error)
    found, kind, context = _quoted(error["input"]), error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown(path, data)
    if kind == "missing" and isinstance(error["loc"][-1], str):
        name = error["loc"][-1]
        return Misfit((*path, name), MISSING_KEY, {"found": name}, missing=True)
    if kind in ("enum", "literal_error"):
        allowed = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        meant = near(str(found), allowed)
        values = {"found": found, "key": key, "meant": meant, "allowed": allowed}
        return Misfit(path, MISTYPED_VALUE if meant else NOT_ALLOWED, values, meant)
    if kind == "words":
        return Misfit(path, BARE_TEXT, {"key": key, "example": _example(data)})
    if kind == "together":
        return Misfit(path, INCONSISTENT, {"key": key, "rule": Own(error["msg"])})
    if kind in ("missing", "too_short", "too_long"):
        return _how_many(path, key, error)
    if "<categories>" in error["loc"] and kind == "string_type":
        return Misfit(path[:-1], BAD_VALUE, {"found": _quoted([]), "key": key, "words": Own(_CONDITION)})
    bounds = [f"{sign} {context[name]}" for name, sign in _SIGNS.items() if name in context]
    if bounds and kind.startswith(("greater", "less")):
        return Misfit(path, OUT_OF_RANGE, {"found": found, "allowed": bounds})
    is_key = error["loc"][-1:] == ("[key]",) and kind.startswith("string") and "pattern" not in context
    if is_key or context.get("pattern") == KEY_PATTERN:
        return Misfit(path, BAD_KEY, {"found": found})
    known = _PATTERNS.get(context.get("pattern", ""))
    known = known or next((words for start, words in _WORDS.items() if kind.startswith(start)), None)
    return Misfit(path, BAD_VALUE, {"found": found, "key": key, "words": Own(known) if known else error["msg"]})


def _how_many(path: Path, key: str, error: ErrorDetails) -> Misfit:
    """Say how many entries there are, and how many there should be."""
    members = [len(get_args(kind)) for kind in kinds(annotation_at(path)) if get_origin(kind) is tuple]
    context = error.get("ctx", {})
    if error["type"] == "too_short":
        words = Own(N_("at least {count}"), count=context["min_length"])
    elif error["type"] == "too_long" and not members:
        words = Own(N_("at most {count}"), count=context["max_length"])
    else:
        words = Own("{count}", count=members[0])
    return Misfit(path, HOW_MANY, {"found": len(error["input"]), "key": key, "words": words})


def _in_file(steps: Path, lines: Collection[Path]) -> Path:
    path: Path = ()
    for step in steps:
        if (*path, step) in lines:
            path = (*path, step)
    return path


def _called(path: Path, error: ErrorDetails) -> str:
    """Give the key at which an error lies; the one above it where it is the key that does not fit."""
    if error["loc"][-1:] == ("[key]",):
        return str(path[-2]) if len(path) > 1 else ""
    return str(next((step for step in reversed(path) if isinstance(step, str)), ""))


def _unknown(path: Path, data: Mapping[str, Any]) -> Misfit:
    name = str(path[-1])
    above = models(annotation_at(path[:-1]))
    allowed = list(names(above[0])) if above else []
    there = value_at(data, path[:-1])
    meant = near(name, [one for one in allowed if not isinstance(there, Mapping) or one not in there])
    if meant:
        return Misfit(path, MISTYPED_KEY, {"found": name, "meant": meant}, meant)
    return Misfit(path, UNKNOWN_KEY, {"found": name, "allowed": allowed})


def value_at(data: Any, path: Path) -> Any:  # noqa: ANN401 (a file may hold anything)
    """Give what stands at a path; nothing where there is no such place."""
    for step in path:
        in_mapping = isinstance(data, Mapping) and step in data
        in_list = isinstance(data, list) and isinstance(step, int) and step < len(data)
        if not (in_mapping or in_list):
            return None
        data = data[step]
    return data


def languages(data: Mapping[str, Any]) -> list[str]:
    """Give the languages that the data declare, as far as they can be read."""
    declared = value_at(data, ("programme", "languages"))
    return [one for one in declared if isinstance(one, str)] if isinstance(declared, list) else []


def _example(data: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{language}: …" for language in languages(data) or ["en"]) + "}"


def _quoted(value: object) -> object:
    match value:
        case None:
            return Own(N_("nothing"))
        case bool():
            return "true" if value else "false"
        case str() | int() | float() | Decimal() | date():
            return str(value)
        case Mapping():
            return Own(N_("entries by key"))
        case list() | tuple():
            return Own(N_("a list"))
        case _:
            return str(value)
