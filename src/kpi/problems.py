"""Faults in data: what can be wrong, where it was found, with which values.

A `Fault` is declared once, beside the check that finds it, with a stable code and English
sentences marked by `N_` for the catalogues. A `Problem` is a fault at a place with its values; its
text is made when it is shown, in the reader's language (`kpi.language.message`). Checks return
problems, all of them; exceptions are for what stops us.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


def N_(text: str) -> str:  # noqa: N802 (gettext's own name for "translate later")
    """Mark a text for the catalogues; it is translated when shown."""
    return text


class Own(str):
    """One of the program's own words as a value of a problem, as in ``Own(N_("column"))``.

    It is translated when shown; any other text is quoted as it is.
    """

    __slots__ = ()


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
