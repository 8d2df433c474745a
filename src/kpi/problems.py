"""Faults in data: what can be wrong, where it was found, with which values.

A `Fault` is declared once, beside the check that finds it, with a stable code and English
sentences marked by `N_` for the catalogues. A `Problem` is a fault at a place with its values; its
text is made when it is shown, in the reader's language (`kpi.language.message`). Checks return
problems, all of them; exceptions are for what stops us, and say it in one sentence (`SaidError`).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self


def N_(text: str) -> str:  # noqa: N802 (gettext's own name for "translate later")
    """Mark a text for the catalogues; it is translated when shown."""
    return text


_BRACES = re.compile(r"\{(\w+)\}")


class Own(str):
    """The program's own words as a value of a problem, as in ``Own(N_("column"))``.

    They are translated when shown, with the `values` of their own braces; any other text is quoted as it is.
    """

    __slots__ = ("values",)
    values: Mapping[str, object]

    def __new__(cls, text: str, **values: object) -> Self:
        """Take the words and what is put into their braces."""
        own = super().__new__(cls, text)
        own.values = values
        return own


class SaidError(Exception):
    """What stops us, as a sentence in any language (`kpi.language.said`); ``str(error)`` is the English one.

    A subclass states its sentence as `text`, marked by `N_`, and gives its constructor's arguments as `values`.
    """

    text: str = ""

    def __init__(self, **values: object) -> None:
        self.values: Mapping[str, object] = values
        super().__init__(_in_english(self.text, values))


def _in_english(text: str, values: Mapping[str, object]) -> str:
    return _BRACES.sub(lambda brace: _quoted(values[brace[1]]) if brace[1] in values else brace[0], text)


def _quoted(value: object) -> str:
    match value:
        case Own():
            return _in_english(value, value.values)
        case list() | tuple():
            return ", ".join(_quoted(one) for one in value)
        case _:
            return str(value)


class Severity(StrEnum):
    """An error keeps a return out; a warning asks for a word of explanation."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault was found; what is not known stays empty.

    `file` and `line` (from 1) name a place in a text file; `sheet` and `cell` (``C7``) one in a
    workbook as the person sees it; `form`, `row` (position in the form, from 1) and `field`
    (``enrolled.women``) the same place in the framework's terms.
    """

    file: str | None = None
    line: int | None = None
    sheet: str | None = None
    cell: str | None = None
    form: str | None = None
    row: int | None = None
    field: str | None = None


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault.

    `text` says what is wrong and quotes what was `{found}`; `expected` says what is expected
    instead or how to mend it. Both are templates over the problem's values.
    """

    code: str
    text: str
    expected: str = ""
    severity: Severity = Severity.ERROR

    def at(self, place: Place = NOWHERE, **values: object) -> "Problem":
        """Give the problem: this fault at a place, with the values its sentences quote."""
        return Problem(self, place, values)


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault at a place. `values` may hold framework texts; they are worded when shown."""

    fault: Fault
    place: Place = NOWHERE
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The fault's stable code."""
        return self.fault.code

    @property
    def severity(self) -> Severity:
        """The fault's severity."""
        return self.fault.severity


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Keep the problems that keep a return (or a framework) out."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]
