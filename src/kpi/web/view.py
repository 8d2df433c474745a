"""The view of a page: language, window, filters, as the address says it, so that a link shows the same.

=============  =======================================================
parameter      value
=============  =======================================================
lang           a language of the framework
window         a kind of window: ``quarter``, ``year_to_date`` …
quarter        the last quarter of the window
from           the first quarter, of a window from–until
where.<dim>    a category of a dimension that pages can be limited to
against        what the window is compared with: ``before``, ``year_earlier``, or a year
provisional    ``1``: also what is submitted and not yet approved
indicator      the indicator of its page
organisation   of the page of open questions: whose
kind           of what kind
about          about which indicator
over           of the page of an indicator: by which dimension courses are shown
capital, span, of the list of amounts: of which capital, of which time, in which order, which part of it
order, amounts
areas          of the page on regions: by which dimension of areas
places         in which order the table of what is counted stands
per            ``inhabitant``: for so many inhabitants
across         of the page that compares: along what
page           which part of many columns
sort           of the list of indicators: by what; with ``-`` backwards
level          of which level
status         in which group of statuses
supporting     ``0``: without those that support another one
search         of a list: words that its rows hold
only.<column>  what its rows say in a column
thing, beside  of the portfolio: which row is looked at, and which beside it
audience, format, in  of a report: for whom, written as what, in which language
register       of several registers the one that is shown
=============  =======================================================

The server has a few parameters of its own; any other one is told as not known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from kpi.framework.model import Framework
from kpi.problems import N_, Fault, Problem
from kpi.quarter import QUARTERS_A_YEAR, NotAQuarterError, Quarter, Window, WindowKind

WHERE, ONLY = "where.", "only."

#: The parameters that a page has; a filter's has its dimension after `WHERE`.
_OWN = frozenset(
    {"lang", "window", "quarter", "from", "against", "provisional", "indicator", "organisation", "kind", "about"}
)
#: Those of the page on funding.
_OF_FUNDING = frozenset({"capital", "span", "order", "amounts"})
#: Those of the pages on regions and of the one that compares.
_OF_COMPARISONS = frozenset({"areas", "per", "across", "columns", "page", "places"})
#: Those of the list of indicators, and of the page of one.
_OF_INDICATORS = frozenset({"over", "sort", "level", "status", "supporting"})
#: Those of the pages that list rows.
_OF_LISTS = frozenset({"search", "thing", "beside", "register"})
#: Those of the page on which reports are made.
_OF_REPORTS = frozenset({"audience", "format", "in"})
#: What Streamlit itself reads from an address: how a page stands within another one.
_OF_THE_SERVER = frozenset({"embed", "embed_options"})

#: Quarters that can be looked at: so many before the programme's start, so many after the present one.
_BEFORE, _AHEAD = 8, 4
#: So many digits has a year.
_DIGITS = 4
#: What may be compared with another whole year.
_YEARS = frozenset({WindowKind.YEAR, WindowKind.YEAR_TO_DATE})

BEYOND = Fault(
    "view.beyond",
    N_("There are no figures for {found}: this page goes from {first} to {last}."),
    N_("What is shown instead is named above."),
)

NOT_KNOWN = Fault(
    "view.not_known",
    N_("The address asks for “{found}”, which is not known here."),
    N_("What is shown instead is named above."),
)


class Against(StrEnum):
    """What a window is compared with."""

    BEFORE = "before"
    YEAR_EARLIER = "year_earlier"


@dataclass(frozen=True, slots=True)
class View:
    """What a person looks at.

    `against` may be a calendar year. `published` are the published windows before this one, the earliest first, for
    whoever sees no others and so compares with nothing else.
    """

    window: Window
    where: Mapping[str, str] = field(default_factory=dict)
    provisional: bool = False
    indicator: str | None = None
    against: Against | int = Against.BEFORE
    published: Sequence[Window] | None = None

    def params(self, language: str) -> dict[str, str]:
        """Write the view as parameters of an address."""
        written = {"lang": language, "window": self.window.kind.value, "quarter": str(self.window.last)}
        if self.window.kind is WindowKind.RANGE:
            written["from"] = str(self.window.first)
        written |= {f"{WHERE}{dimension}": category for dimension, category in self.where.items()}
        if self.against is not Against.BEFORE:
            written["against"] = str(self.against)
        if self.provisional:
            written["provisional"] = "1"
        if self.indicator is not None:
            written["indicator"] = self.indicator
        return written

    @property
    def earlier(self) -> Window | None:
        """The window to compare with; none since the start, which has nothing before it."""
        return self.compared(self.against)

    def then(self, starts: Quarter) -> "View | None":
        """Give the same in the window that is compared with; none where that lies before the programme `starts`."""
        earlier = self.earlier
        return None if earlier is None or earlier.last < starts else replace(self, window=earlier)

    def compared(self, against: Against | int) -> Window | None:
        """Give the window that is meant; where this one cannot be compared with that, the one before."""
        if self.published is not None:
            years = [one for one in self.published if one.last.year == against]
            return next(iter((*years, *self.published[-1:])), None)
        if self.window.kind is WindowKind.SINCE_START:
            return None
        if against is Against.YEAR_EARLIER:
            first, last = (one + -QUARTERS_A_YEAR for one in (self.window.first, self.window.last))
            return Window(first, last, self.window.kind)
        if isinstance(against, int) and self.window.kind in _YEARS and against < self.window.first.year:
            return Window.year(against)
        return self.window.before

    def comparable(self, starts: Quarter) -> dict[Against | int, Window]:
        """Give what the window can be compared with, each window once: those nearby first, then whole years.

        Whole years stand beside a year only; none lies before the programme `starts`.
        """
        if self.published is not None:
            return {one.last.year: one for one in reversed(self.published)}
        offered: list[Against | int] = [*Against]
        if self.window.kind in _YEARS:
            offered += range(self.window.first.year - 1, starts.year - 1, -1)
        found: dict[Against | int, Window] = {}
        for against in offered:
            window = self.compared(against)
            if window is not None and window not in found.values():
                found[against] = window
        return found


def read(params: Mapping[str, str], framework: Framework, default: Quarter, today: date) -> tuple[View, list[Problem]]:
    """Read a view from an address; `default` is the quarter where it names none. What is not known is told."""
    problems: list[Problem] = []
    window = _window(params, framework, default, limits(framework, today), problems)
    where = {}
    for dimension in framework.programme.filters:
        category = params.get(f"{WHERE}{dimension}")
        if category in framework.dimensions[dimension].categories:
            where[dimension] = category
        elif category:
            problems.append(NOT_KNOWN.at(found=category))
    indicator = params.get("indicator")
    if indicator is not None and indicator not in framework.indicators:
        problems.append(NOT_KNOWN.at(found=indicator))
        indicator = None
    against = _against(params.get("against"), problems)
    waiting = params.get("provisional", "")
    if waiting not in {"", "0", "1"}:
        problems.append(NOT_KNOWN.at(found=waiting))
    dimensions = {*framework.programme.filters, framework.programme.grants}
    filters = (f"{WHERE}{dimension}" for dimension in dimensions)
    known = _OWN.union(_OF_FUNDING, _OF_COMPARISONS, _OF_INDICATORS, _OF_LISTS, _OF_REPORTS, filters)
    there = (name for name in params if not name.startswith(ONLY))
    strange = [name for name in there if name not in known and name.lower() not in _OF_THE_SERVER]
    problems += [NOT_KNOWN.at(found=name) for name in strange]
    return View(window, where, waiting == "1", indicator, against), problems


def _against(text: str | None, problems: list[Problem]) -> Against | int:
    if not text or text in set(Against):
        return Against(text or Against.BEFORE)
    if text.isascii() and text.isdigit() and len(text) == _DIGITS:
        return int(text)
    problems.append(NOT_KNOWN.at(found=text))
    return Against.BEFORE


def limits(framework: Framework, today: date) -> Window:
    """Give the quarters that can be looked at: the programme's, two years before it, and the year to come."""
    starts, now = framework.programme.starts, Quarter.of(today)
    return Window.range(min(starts, now) + -_BEFORE, max(starts, now) + _AHEAD)


def _window(
    params: Mapping[str, str], framework: Framework, default: Quarter, there: Window, problems: list[Problem]
) -> Window:
    last = _quarter(params.get("quarter"), default, there, problems)
    asked = params.get("window", WindowKind.QUARTER.value)
    if asked not in set(WindowKind):
        problems.append(NOT_KNOWN.at(found=asked))
        asked = WindowKind.QUARTER.value
    first = _quarter(params.get("from"), max(Quarter(last.year, 1), there.first), there, problems)
    return window_of(WindowKind(asked), min(first, last), last, framework.programme.starts)


def _quarter(text: str | None, default: Quarter, there: Window, problems: list[Problem]) -> Quarter:
    if not text:
        return default
    try:
        asked = Quarter.parse(text)
    except NotAQuarterError:
        problems.append(NOT_KNOWN.at(found=text))
        return default
    if asked not in there:
        problems.append(BEYOND.at(found=asked, first=there.first, last=there.last))
        return default
    return asked


def window_of(kind: WindowKind, first: Quarter, last: Quarter, starts: Quarter) -> Window:
    """Make the window of a kind that ends with (or holds) a quarter."""
    match kind:
        case WindowKind.QUARTER:
            return Window.quarter(last)
        case WindowKind.HALF_YEAR:
            return Window.half_year(last)
        case WindowKind.YEAR:
            return Window.year(last.year)
        case WindowKind.YEAR_TO_DATE:
            return Window.year_to_date(last)
        case WindowKind.SINCE_START:
            return Window.since(min(starts, last), last)
        case WindowKind.RANGE:
            return Window.range(first, last)
