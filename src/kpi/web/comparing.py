"""The page that compares: along what and which part of it the address asks for, and the table.

=========  ==========================================================================================
parameter  value
=========  ==========================================================================================
across     a dimension that pages can be limited to; or ``@organisation``, ``@quarter``, ``@year``
indicator  the only one that is compared, over time; none means all, in one period
columns    those that stand side by side, with commas between them; none means all
page       which part of many columns, from 1
=========  ==========================================================================================
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from kpi import breakdowns, figures
from kpi.access import Deed
from kpi.framework.model import Framework
from kpi.language import pick, quarter_short, tr, whole
from kpi.measure.model import ORGANISATION, UNSTATED, Measurement, State
from kpi.measure.needs import Question
from kpi.present.matrix import Matrix
from kpi.present.profile import category
from kpi.present.words import period, title
from kpi.problems import N_, Fault, Problem
from kpi.quarter import Quarter, Window
from kpi.script import alphabetical
from kpi.web import address, asked, columns
from kpi.web.opened import today
from kpi.web.person import allowed, installation, language, now
from kpi.web.pickers import choice
from kpi.web.view import NOT_KNOWN, Against, View

#: Beside the dimensions; no framework's key begins with “@”.
QUARTER, YEAR = "@quarter", "@year"
_NAMES = {ORGANISATION: N_("Organisations"), QUARTER: N_("Quarters"), YEAR: N_("Years")}
_QUARTERS = 8

NOT_OPEN = Fault(
    "compare.not_open",
    N_("“{found}” cannot be compared here: your role sees published figures only, and these are not among them."),
    N_("What is shown instead is named above."),
)


@dataclass(frozen=True, slots=True)
class Compared:
    """What is compared, along what, which columns of it (none: all), and which part is in sight (from 1)."""

    view: View
    across: str
    page: int = 1
    only: tuple[str, ...] = ()

    @property
    def one(self) -> str | None:
        """The only indicator that is compared: then periods stand side by side, and beneath each other what it has."""
        is_there = self.view.indicator in over_time(installation().framework, self)
        return self.view.indicator if is_there else None

    @property
    def in_time(self) -> bool:
        """Whether periods stand side by side."""
        return self.across in {QUARTER, YEAR} or self.one is not None

    @property
    def where(self) -> Mapping[str, str]:
        """What the figures are limited to: never by what they are compared along."""
        return {key: one for key, one in self.view.where.items() if key != self.across}


def offered(framework: Framework) -> list[str]:
    """Give along what the reader may compare; organisations and quarters only who may see them one by one."""
    everything = allowed(Deed.SEE_UNDISCLOSED)
    return [
        *([ORGANISATION] if everything else []),
        *framework.programme.filters,
        *([QUARTER] if everything else []),
        YEAR,
    ]


def over_time(framework: Framework, what: Compared) -> list[str]:
    """Give the indicators that can be compared over time by themselves: those that know along what."""
    if what.across in {QUARTER, YEAR}:
        return []
    there = [key for key, one in framework.indicators.items() if one.valid_in(what.view.window.last)]
    if what.across == ORGANISATION:
        return there
    return [key for key in there if what.across in breakdowns.dimensions(framework, key)]


def compared(view: View, problems: list[Problem]) -> Compared:
    """Read from the address what is compared."""
    there, among = address.params(), offered(installation().framework)
    across = there.get("across") or among[0]
    if across not in among:
        known = across in _NAMES
        problems.append(NOT_OPEN.at(found=tr(_NAMES[across], language())) if known else NOT_KNOWN.at(found=across))
        across = among[0]
    only = columns.asked_for(_named_columns(across), problems)
    return Compared(view, across, max(address.number(there.get("page")), 1), only)


def keep(what: Compared) -> Mapping[str, str]:
    """Put what is compared into the address; give what links carry on."""
    params = what.view.params(language())
    first = what.across == offered(installation().framework)[0]
    own = {
        "across": "" if first else what.across,
        "columns": columns.written(what.only),
        "page": str(what.page) if what.page > 1 else "",
    }
    address.write({**params, **{name: text for name, text in own.items() if text}})
    return params


def question(what: Compared) -> str:
    """Ask what the page answers."""
    if what.one is not None:
        name = pick(installation().framework.indicators[what.one].label, language())
        return whole(N_("How do they compare over time? {indicator}"), language(), indicator=name)
    return tr(N_("How do they compare? All indicators side by side"), language())


def picker(what: Compared) -> None:
    """Let the reader choose along what figures are compared, and which of them stand side by side."""
    framework, said = installation().framework, language()
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="beside"):
        choice(
            "across",
            tr(N_("Side by side"), said),
            offered(framework),
            what.across,
            lambda key: called(framework, key, said),
            width=220,
            on_change=columns.of_another,
        )
        if keys := over_time(framework, what):
            names = {key: f"{key} – {pick(framework.indicators[key].label, said)}" for key in keys}
            names = {"": tr(N_("All, in one period"), said), **names}
            choice(
                "indicator",
                tr(N_("Indicator, over time"), said),
                list(names),
                what.one or "",
                names.__getitem__,
                width=320,
            )
        if named := _named_columns(what.across):
            columns.picker(named, what.only)


def _named_columns(across: str) -> dict[str, str]:
    """Name what can be chosen among the columns; of periods all stand there."""
    said = language()
    if across in {QUARTER, YEAR}:
        return {}
    if across == ORGANISATION:
        named = {one.code: pick(one.name, said) for one in now().organisations}
        return dict(sorted(named.items(), key=lambda one: alphabetical(one[1], said)))
    known = installation().framework.dimensions[across].categories
    return {key: category(known, key, said) for key in (*known, UNSTATED)}


def called(framework: Framework, across: str, said: str) -> str:
    """Name what figures are compared along."""
    return tr(_NAMES[across], said) if across in _NAMES else title(pick(framework.dimensions[across].label, said))


def found(what: Compared) -> Matrix:
    """Measure everything that is compared."""
    framework = installation().framework
    keys = [key for key, one in framework.indicators.items() if one.valid_in(what.view.window.last)]
    if what.one is not None:
        return _over_time(what, what.one)
    if what.in_time:
        return _by_period(what, keys)
    then = what.view.then(framework.programme.starts)
    whole_, cells = _measured(what, what.view.window, keys)
    whole_before, before = _measured(what, then.window, keys) if then is not None else ({}, {})
    everything = Matrix(_columns(what.across, cells), whole_, cells, whole_before, before)
    return everything.only(what.only) if what.only else everything


def _measured(
    what: Compared, window: Window, keys: Sequence[str]
) -> tuple[dict[str, Measurement], dict[str, dict[str, Measurement]]]:
    """Give each indicator's figure in a window, and its parts."""
    questions = [Question(key, window, by=(what.across,), where=what.where) for key in keys]
    answers = dict(zip(keys, asked.measured(questions, provisional=what.view.provisional), strict=True))
    return (
        {key: each[0] for key, each in answers.items()},
        {key: dict(_slices(what.across, each)) for key, each in answers.items()},
    )


def _slices(across: str, answer: Sequence[Measurement]) -> list[tuple[str, Measurement]]:
    """Give an answer's slices by what they are of; where there are none for want of the dimension, that."""
    rest = answer[1:] or ([answer[0]] if answer[0].state is State.NOT_COLLECTED else [])
    if across == ORGANISATION:
        return [(one.organisation or "", one) for one in rest]
    return [(one.slice.get(across, ""), one) for one in rest]


def _columns(across: str, cells: Mapping[str, Mapping[str, Measurement]]) -> dict[str, str]:
    met = {key for row in cells.values() for key in row if key}
    named = _named_columns(across)
    return {key: named.get(key, key) for key in (*named, *sorted(met - named.keys())) if key in met}


def _over_time(what: Compared, key: str) -> Matrix:
    """Measure one indicator in every period: a row for each organisation or category."""
    windows = windows_of(what)
    questions = [Question(key, window, by=(what.across,), where=what.where) for window in windows]
    answers = asked.measured(questions, provisional=what.view.provisional)
    each = {str(window): dict(_slices(what.across, one)) for window, one in zip(windows, answers, strict=True)}
    rows = {row: name for row, name in _columns(what.across, each).items() if not what.only or row in what.only}
    return Matrix(
        {str(window): period_name(window) for window in windows},
        {},
        {row: {window: slices[row] for window, slices in each.items() if row in slices} for row in rows},
        rows=rows,
        head=called(installation().framework, what.across, language()),
    )


def _by_period(what: Compared, keys: Sequence[str]) -> Matrix:
    """Measure periods, each beside the one that it is compared with itself."""
    windows, starts = windows_of(what), installation().framework.programme.starts
    then = {one: other.window for one in windows if (other := _at(what, one).then(starts)) is not None}
    if isinstance(along(what), int):
        then = {one: other for one, other in then.items() if other.last.year == along(what)}
    asked_ = list(dict.fromkeys((*windows, *then.values())))
    questions = [Question(key, window, where=what.where) for key in keys for window in asked_]
    answers = iter(asked.measured(questions, provisional=what.view.provisional))
    found = {key: {window: next(answers)[0] for window in asked_} for key in keys}
    return Matrix(
        {str(window): period_name(window) for window in windows},
        {},
        {key: {str(window): each[window] for window in windows} for key, each in found.items()},
        before={key: {str(one): each[other] for one, other in then.items()} for key, each in found.items()},
    )


def _at(what: Compared, window: Window) -> View:
    """Look at another window, which is compared with what lies before it."""
    published = what.view.published
    before = None if published is None else [one for one in published if one.last < window.last]
    return replace(what.view, window=window, published=before, against=along(what))


def along(what: Compared) -> Against | int:
    """Give with what periods are compared: quarters with no whole year."""
    return what.view.against if what.across == YEAR or isinstance(what.view.against, Against) else Against.BEFORE


def windows_of(what: Compared) -> list[Window]:
    """Give the periods that stand side by side: of several quarters that are looked at these, of one those before it.

    Years stand there from the programme's start on; for whoever sees no quarters those that are published.
    """
    framework, last = installation().framework, what.view.window.last
    if not allowed(Deed.SEE_UNDISCLOSED):
        return [one for one in figures.published_windows(framework, today()) if one.last <= last]
    first = min(framework.programme.starts, last)
    if what.across != YEAR:
        since = what.view.window.first if len(what.view.window) > 1 else last + -(_QUARTERS - 1)
        return [Window.quarter(one) for one in Window.range(max(first, since), last)]
    past = [Window.year(year) for year in range(first.year, last.year)]
    whole_year = last == Quarter(last.year, 4)
    return [*past, Window.year(last.year) if whole_year else Window.year_to_date(last)]


def period_name(window: Window) -> str:
    """Name a period as it heads a column."""
    return quarter_short(window.last, language()) if len(window) == 1 else title(period(window, language()))
