"""Days as people type them: read where there is one reading, asked about where there are two."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache

from kpi.intake import limits
from kpi.intake.numbers import shown, tidy
from kpi.intake.raw import Scalar
from kpi.intake.words import plain
from kpi.language import locale
from kpi.problems import N_, NOWHERE, Fault, Place, Problem
from kpi.quarter import Quarter

NOT_A_DATE = Fault(
    "cell.not_a_date",
    N_("“{found}” is not a date."),
    N_("Write the day, the month and the year, such as 31.12.2025."),
)
AMBIGUOUS_DATE = Fault(
    "cell.ambiguous_date",
    N_("“{found}” can be read as {first} or as {second}."),
    N_("Write it as {written} or as {otherwise}."),
)
SHORT_YEAR = Fault(
    "cell.short_year",
    N_("“{found}” has a year of two digits."),
    N_("Write the year in full, such as 31.12.2025."),
)
NUMBER_FOR_DATE = Fault(
    "cell.number_for_date",
    N_("There is a number here, {found}, where a date belongs."),
    N_("Format the cell as a date, or write the date, such as 31.12.2025."),
)
DATE_OUT_OF_RANGE = Fault(
    "cell.date_out_of_range",
    N_("The date {found} can hardly be right."),
    N_("Write a date between {first} and {last}."),
)

_LONGEST = 40
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})(?: ?г\.?| ?year)?", re.IGNORECASE)
_TWO_DIGITS = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2}(?: ?г\.?)?")
_MONTH_NAMED = re.compile(r"([0-9]{1,2})\.? ([^\W\d_]+)\.?,? ([0-9]{4})(?: ?г\.?)?", re.IGNORECASE)


def read(value: Scalar, quarter: Quarter, place: Place = NOWHERE, languages: Iterable[str] = ()) -> date | Problem:
    """Read a date's cell; the names of months may be English, Bulgarian or of the `languages`.

    What lies outside `limits.days` is taken for a slip.
    """
    match value:
        case datetime():
            return _sensible(value.date(), quarter, place)
        case date():
            return _sensible(value, quarter, place)
        case str() if len(value) <= _LONGEST:
            day = _typed(tidy(value), value, place, frozenset(languages))
            return day if isinstance(day, Problem) else _sensible(day, quarter, place)
        case bool() | str() | None:
            return NOT_A_DATE.at(place, found=shown(value))
        case _:
            return NUMBER_FOR_DATE.at(place, found=shown(value))


@lru_cache(maxsize=32)
def _months(languages: frozenset[str]) -> Mapping[str, int]:
    """Give the months by name, in full and shortened; a name of two different months is none."""
    names: dict[str, set[int]] = {}
    for language in {"en", "bg"} | languages:
        for width in ("wide", "abbreviated"):
            for number, name in locale(language).months["format"][width].items():
                names.setdefault(plain(name), set()).add(number)
    return {name: next(iter(numbers)) for name, numbers in names.items() if len(numbers) == 1}


def _typed(text: str, typed: str, place: Place, languages: frozenset[str]) -> date | Problem:
    if found := _MONTH_NAMED.fullmatch(text):
        month = _months(languages).get(plain(found[2]))
        day = _day(int(found[3]), month, int(found[1])) if month else None
        return day or NOT_A_DATE.at(place, found=shown(typed))
    if found := _YEAR_FIRST.fullmatch(text):
        day = _day(int(found[1]), int(found[3]), int(found[4]))
        return day or NOT_A_DATE.at(place, found=shown(typed))
    if found := _YEAR_LAST.fullmatch(text):
        one, two, year = int(found[1]), int(found[3]), int(found[4])
        day_first, month_first = _day(year, two, one), _day(year, one, two)
        if found[2] == "." or month_first is None or day_first == month_first:
            return day_first or NOT_A_DATE.at(place, found=shown(typed))
        if day_first is None:
            return month_first
        return AMBIGUOUS_DATE.at(
            place,
            found=shown(typed),
            first=day_first,
            second=month_first,
            written=f"{day_first:%d.%m.%Y}",
            otherwise=f"{month_first:%d.%m.%Y}",
        )
    return (SHORT_YEAR if _TWO_DIGITS.fullmatch(text) else NOT_A_DATE).at(place, found=shown(typed))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _sensible(day: date, quarter: Quarter, place: Place) -> date | Problem:
    first, last = limits.days(quarter)
    if first <= day <= last:
        return day
    return DATE_OUT_OF_RANGE.at(place, found=day.isoformat(), first=first, last=last)
