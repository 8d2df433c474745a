"""Calendar quarters and windows of quarters.

A window is closed at both ends: ``Window(2026-Q1, 2026-Q3)`` holds three quarters. Every other
interval of quarters in the project (``from``/``until``, ``active_from``/``active_until``) follows
the same convention: both ends belong to it.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Self

QUARTERS_A_YEAR = 4
_WRITTEN = re.compile(r"(\d{4})-?[QТT]([1-4])", re.IGNORECASE)
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


class NotAQuarterError(ValueError):
    """The text does not name a calendar quarter."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"“{text}” is not a quarter; write it like 2026-Q3")


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """One calendar quarter: ``Quarter(2026, 3)`` is July to September 2026."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if self.number not in range(1, 5) or not _FIRST_YEAR <= self.year <= _LAST_YEAR:
            raise NotAQuarterError(f"{self.year:04}-Q{self.number}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2026-Q3``; raise `NotAQuarterError` for anything else."""
        found = _WRITTEN.fullmatch(text.strip())
        if found is None:
            raise NotAQuarterError(text)
        return cls(int(found[1]), int(found[2]))

    @classmethod
    @lru_cache(maxsize=1024)
    def from_ordinal(cls, ordinal: int) -> Self:
        """Undo `ordinal`."""
        return cls(ordinal // QUARTERS_A_YEAR, ordinal % QUARTERS_A_YEAR + 1)

    @classmethod
    def of(cls, day: date) -> Self:
        """Give the quarter in which a day lies."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    def __hash__(self) -> int:
        """Agree with equality; as cheap as can be, for quarters are what thousands of returns are looked up by."""
        return self.year * QUARTERS_A_YEAR + self.number

    @property
    def ordinal(self) -> int:
        """The quarter as one whole number, ``year * 4 + number - 1``, as the store keeps it."""
        return self.year * QUARTERS_A_YEAR + self.number - 1

    @property
    def starts(self) -> date:
        """The first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def ends(self) -> date:
        """The last day."""
        month = 3 * self.number
        return date(self.year, month, monthrange(self.year, month)[1])

    def due(self, days: int) -> date:
        """Give the last day on which a return may come that is due `days` after the quarter's end."""
        return self.ends + timedelta(days=days)

    def __add__(self, quarters: int) -> "Quarter":
        """Give the quarter so many quarters later."""
        return Quarter.from_ordinal(self.ordinal + quarters)

    def __sub__(self, other: "Quarter") -> int:
        """Give by how many quarters this one is later than the other."""
        return self.ordinal - other.ordinal

    def __str__(self) -> str:
        """Write it as `parse` reads it."""
        return f"{self.year}-Q{self.number}"


class WindowKind(StrEnum):
    """What a person asked for; two windows of the same quarters may be of different kinds."""

    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    YEAR_TO_DATE = "year_to_date"
    SINCE_START = "since_start"
    RANGE = "range"


@dataclass(frozen=True, slots=True)
class Window:
    """The quarters from `first` to `last`, both included."""

    first: Quarter
    last: Quarter
    kind: WindowKind

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise NotAQuarterError(f"{self.first}/{self.last}")

    @classmethod
    def quarter(cls, quarter: Quarter) -> Self:
        """One quarter."""
        return cls(quarter, quarter, WindowKind.QUARTER)

    @classmethod
    def half_year(cls, quarter: Quarter) -> Self:
        """The half of the calendar year in which the quarter lies."""
        first = Quarter(quarter.year, 1 if quarter.number <= 2 else 3)  # noqa: PLR2004 (halves of a year)
        return cls(first, first + 1, WindowKind.HALF_YEAR)

    @classmethod
    def year(cls, year: int) -> Self:
        """A calendar year."""
        return cls(Quarter(year, 1), Quarter(year, 4), WindowKind.YEAR)

    @classmethod
    def year_to_date(cls, quarter: Quarter) -> Self:
        """The quarter's calendar year up to its end."""
        return cls(Quarter(quarter.year, 1), quarter, WindowKind.YEAR_TO_DATE)

    @classmethod
    def since(cls, start: Quarter, until: Quarter) -> Self:
        """Everything from the programme's start to a quarter's end."""
        return cls(start, until, WindowKind.SINCE_START)

    @classmethod
    def range(cls, first: Quarter, last: Quarter) -> Self:
        """Any quarters from–until."""
        return cls(first, last, WindowKind.RANGE)

    @classmethod
    def spanning(cls, first: Quarter, last: Quarter, start: Quarter) -> Self:
        """Any quarters from–until, called what they are: a year, a year to date, since the start."""
        if first <= start and first < last:
            return cls.since(first, last)
        if first == last:
            return cls.quarter(first)
        if first.number == 1 and first.year == last.year:
            return cls.year(first.year) if last.number == QUARTERS_A_YEAR else cls.year_to_date(last)
        return cls.range(first, last)

    @property
    def before(self) -> "Window | None":
        """The window to compare with: the one just before; of a year to date, the same part of the year before."""
        match self.kind:
            case WindowKind.SINCE_START:
                return None
            case WindowKind.YEAR_TO_DATE:
                return Window.year_to_date(self.last + -QUARTERS_A_YEAR)
            case _:
                return Window(self.first + -len(self), self.last + -len(self), self.kind)

    @property
    def unfinished(self) -> bool:
        """Whether it is a year of which only a part has passed."""
        return self.kind is WindowKind.YEAR_TO_DATE and self.last.number < QUARTERS_A_YEAR

    def is_running(self, today: date, due_days: int) -> bool:
        """Tell whether returns of it may still come in on a day: they are due so many days after a quarter's end."""
        return today <= self.last.due(due_days)

    def __iter__(self) -> Iterator[Quarter]:
        """Give the quarters in order."""
        return (Quarter.from_ordinal(o) for o in range(self.first.ordinal, self.last.ordinal + 1))

    def __contains__(self, quarter: object) -> bool:
        """Tell whether a quarter lies in the window."""
        return isinstance(quarter, Quarter) and self.first <= quarter <= self.last

    def __len__(self) -> int:
        """Count the quarters."""
        return self.last - self.first + 1

    def __str__(self) -> str:
        """Write it for machines: ``2026-Q3``, ``2026``, or ``2026-Q1/2026-Q3``."""
        if self.first == self.last:
            return str(self.first)
        if self.kind is WindowKind.YEAR:
            return str(self.first.year)
        return f"{self.first}/{self.last}"
