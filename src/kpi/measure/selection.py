"""Which returns count for a form in a window, which were expected, and how complete that is."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from kpi.framework.model import FormTime, Framework, Lasting
from kpi.measure.model import Coverage, FormReport, Organisation, Selection
from kpi.quarter import QUARTERS_A_YEAR, Quarter, Window
from kpi.records import FormState

Kind = TypeVar("Kind", bound=Hashable)

#: Tells whether an organisation with these attributes is meant.
Keep = Callable[[str, Mapping[str, str]], bool]

EMPTY = Selection((), frozenset(), {}, {})


class Selections:
    """Which reports count, form by form and window by window, among the same ones: each is worked out once.

    `reports` are those that may count at all (approved and current), under present keys; of other organisations than
    the given ones, none does. Those of other forms, and those in which the form is missing, tell what their
    organisations were then. A quarter that has not ended by `today` is not yet expected.
    """

    def __init__(
        self,
        framework: Framework,
        *,
        organisations: Iterable[Organisation],
        reports: Iterable[FormReport],
        today: date | None = None,
    ) -> None:
        self.known = {organisation.code: organisation for organisation in organisations}
        self._framework, self._today = framework, today
        self._then: dict[tuple[str, Quarter], Mapping[str, str]] = {}
        self._said: dict[str, dict[Quarter, list[FormReport]]] = defaultdict(lambda: defaultdict(list))
        for report in reports:
            if report.attributes:
                self._then[report.organisation, report.quarter] = report.attributes
            if report.organisation in self.known and report.state is not FormState.MISSING:
                of_then = report.attributes or self.known[report.organisation].attributes
                told = report if report.attributes else replace(report, attributes=of_then)
                self._said[report.form][report.quarter].append(told)
        self._active: dict[Quarter, Sequence[tuple[tuple[str, Quarter], Mapping[str, str]]]] = {}
        self._expected: dict[tuple[str, Quarter], frozenset[tuple[str, Quarter]]] = {}
        self._found: dict[tuple[str, Window], Selection] = {}
        self._by_kind: dict[tuple[str, Window, tuple[str, ...]], Mapping[Any, Selection]] = {}

    def of(self, form_key: str, window: Window) -> Selection:
        """Give the reports of a form that count in a window.

        Of a flow, those of every quarter of the window. Of a stock, per organisation that is active at the window's
        end, the latest one at most `carried_quarters` old.
        """
        if (form_key, window) not in self._found:
            form = self._framework.forms[form_key]
            found = self._stock(form_key, window.last) if form.time is FormTime.STOCK else self._flow(form_key, window)
            self._found[form_key, window] = found
        return self._found[form_key, window]

    def by_kind(
        self, form_key: str, window: Window, dimensions: tuple[str, ...], kind: Callable[[str, Mapping[str, str]], Kind]
    ) -> Mapping[Kind, Selection]:
        """Part the reports that count by what their organisations are: by `kind`, the same for the same dimensions."""
        asked = form_key, window, dimensions
        if asked not in self._by_kind:
            self._by_kind[asked] = parted(self.of(form_key, window), self.known, kind)
        return self._by_kind[asked]

    def _flow(self, form: str, window: Window) -> Selection:
        if len(window) > 1:  # many windows hold a quarter: it is looked through once
            return joined([self.of(form, Window.quarter(quarter)) for quarter in window])
        quarter = window.last
        counted = self._told(form, quarter)
        expected = (
            self._expected_of(form, quarter) if _is_due(self._framework, form, quarter, self._today) else frozenset()
        )
        answered = {report.organisation: report.return_id for report in counted}
        reporting = {key: answered[key[0]] for key in expected if key[0] in answered}
        return Selection(tuple(counted), expected, reporting, {}, self._kinds(expected))

    def _stock(self, form: str, end: Quarter) -> Selection:
        if not self._framework.forms[form].valid_in(end):
            return EMPTY
        latest: dict[str, FormReport] = {}
        for back in range(self._framework.rules.carried_quarters, -1, -1):
            for report in self._told(form, end + -back):
                held = latest.get(report.organisation)
                if self.known[report.organisation].active_in(end) and (held is None or held.quarter < report.quarter):
                    latest[report.organisation] = report
        due = _last_due(self._framework, form, end, self._today)
        of_then = self._expected_of(form, due) if due is not None else frozenset()
        expected = frozenset(key for key in of_then if self.known[key[0]].active_in(end))
        return Selection(
            reports=tuple(latest.values()),
            expected=expected,
            reporting={
                key: latest[key[0]].return_id
                for key in expected
                if key[0] in latest and latest[key[0]].quarter >= key[1]
            },
            carried={code: report.quarter for code, report in latest.items() if report.quarter < end},
            kinds=self._kinds(expected),
        )

    def _told(self, form: str, quarter: Quarter) -> Sequence[FormReport]:
        """Give what was said of a form for a quarter."""
        return self._said[form].get(quarter, ())

    def _expected_of(self, form_key: str, quarter: Quarter) -> frozenset[tuple[str, Quarter]]:
        """Give the returns expected for a quarter in which a form is due.

        What an organisation was then, its return of the quarter tells; where none came, what it is now.
        """
        if (form_key, quarter) not in self._expected:
            form = self._framework.forms[form_key]
            self._expected[form_key, quarter] = frozenset(
                key for key, attributes in self._active_in(quarter) if form.is_asked_of(attributes)
            )
        return self._expected[form_key, quarter]

    def _active_in(self, quarter: Quarter) -> Sequence[tuple[tuple[str, Quarter], Mapping[str, str]]]:
        """Give who takes part in a quarter, with what they were then."""
        if quarter not in self._active:
            self._active[quarter] = [
                (key, self._then.get(key, each.attributes))
                for key, each in (((each.code, quarter), each) for each in self.known.values())
                if each.active_in(quarter)
            ]
        return self._active[quarter]

    def _kinds(self, expected: Iterable[tuple[str, Quarter]]) -> dict[tuple[str, Quarter], Mapping[str, str]]:
        """Give what the organisations of expected returns were then, as far as returns tell."""
        return {key: self._then[key] for key in expected if key in self._then}


def rests_on(framework: Framework, quarter: Quarter) -> frozenset[Quarter]:
    """Give the quarters whose returns a quarter's figures expect: its own, and those in which positions were due."""
    stocks = [key for key, form in framework.forms.items() if form.time is FormTime.STOCK]
    due = (_last_due(framework, key, quarter, None) for key in stocks)
    return frozenset({quarter, *(one for one in due if one is not None)})


def _last_due(framework: Framework, form_key: str, end: Quarter, today: date | None) -> Quarter | None:
    """Give the last quarter within a year in which a form was due; none where it was not."""
    lately = (end + -back for back in range(QUARTERS_A_YEAR + 1))
    return next((quarter for quarter in lately if _is_due(framework, form_key, quarter, today)), None)


def _is_due(framework: Framework, form_key: str, quarter: Quarter, today: date | None) -> bool:
    """Tell whether a form is due for a quarter, of whomever."""
    form = framework.forms[form_key]
    return quarter >= framework.programme.starts and form.due_in(quarter) and (today is None or quarter.ends < today)


def joined(several: Sequence[Selection]) -> Selection:
    """Put together what counts in the quarters of a window; nothing of it is carried."""
    reporting: dict[tuple[str, Quarter], int] = {}
    kinds: dict[tuple[str, Quarter], Mapping[str, str]] = {}
    for one in several:
        reporting.update(one.reporting)
        kinds.update(one.kinds)
    reports = tuple(report for one in several for report in one.reports)
    return Selection(reports, frozenset().union(*(one.expected for one in several)), reporting, {}, kinds)


def select(  # noqa: PLR0913 (all that a selection depends on)
    framework: Framework,
    form_key: str,
    window: Window,
    *,
    organisations: Iterable[Organisation],
    reports: Iterable[FormReport],
    today: date | None = None,
) -> Selection:
    """Give the reports of one form that count in one window: see `Selections`."""
    return Selections(framework, organisations=organisations, reports=reports, today=today).of(form_key, window)


def narrow(selection: Selection, organisations: Mapping[str, Organisation], keep: Keep) -> Selection:
    """Keep what belongs to the organisations meant.

    They are known by their attributes as of each report, then as of the return of the quarter, else as of now.
    """
    return parted(selection, organisations, keep).get(True, EMPTY)


def parted(
    selection: Selection, organisations: Mapping[str, Organisation], kind: Callable[[str, Mapping[str, str]], Kind]
) -> dict[Kind, Selection]:
    """Part a selection by what its organisations are, as of each report.

    Where the form was not reported, their attributes as of the return of the quarter tell; where none came, of now.
    """
    reports: dict[Kind, list[FormReport]] = defaultdict(list)
    expected: dict[Kind, set[tuple[str, Quarter]]] = defaultdict(set)
    of_return: dict[int, Kind] = {}
    for report in selection.reports:
        of_return[report.return_id] = kind(report.organisation, report.attributes)
        reports[of_return[report.return_id]].append(report)
    for key in selection.expected:
        if key in selection.reporting:
            expected[of_return[selection.reporting[key]]].add(key)
        else:
            expected[kind(key[0], selection.kinds.get(key, organisations[key[0]].attributes))].add(key)
    answered, carried, kinds = selection.reporting, selection.carried, selection.kinds
    return {
        each: Selection(
            reports=tuple(reports[each]),
            expected=frozenset(expected[each]),
            reporting={key: answered[key] for key in expected[each] if key in answered},
            carried={
                one.organisation: carried[one.organisation] for one in reports[each] if one.organisation in carried
            },
            kinds={key: kinds[key] for key in expected[each] if key in kinds},
        )
        for each in reports.keys() | expected.keys()
    }


def lasting(selection: Selection, thing: Lasting) -> Selection:
    """Expect nothing for quarters in which an indicator was not (or no longer) there."""
    if thing.since is None and thing.until is None:
        return selection
    expected = frozenset(key for key in selection.expected if thing.valid_in(key[1]))
    reporting = {key: value for key, value in selection.reporting.items() if key in expected}
    return replace(selection, expected=expected, reporting=reporting)


def coverage(sides: Sequence[tuple[Selection, frozenset[int]]]) -> Coverage:
    """Count what was reported of what was expected; each side is a form's, with the returns that have a fact there.

    Of an indicator made from several forms a return counts when all that it was asked for is there.
    """
    if len(sides) == 1:  # nearly always, and there are thousands of them
        selection, reporting = sides[0]
        expected_of, there = len(selection.expected), sum(map(reporting.__contains__, selection.reporting.values()))
    else:
        expected = frozenset[tuple[str, Quarter]]().union(*(selection.expected for selection, _ in sides))
        lacking = {
            key
            for selection, reporting in sides
            for key in selection.expected
            if selection.reporting.get(key) not in reporting
        }
        expected_of, there = len(expected), len(expected) - len(lacking)
    carried: set[str] = set()
    for selection, reporting in sides:
        if selection.carried:
            standing_in = reporting.difference(selection.reporting.values())
            carried |= {
                report.organisation
                for report in selection.reports
                if report.organisation in selection.carried and report.return_id in standing_in
            }
    return Coverage(there, expected_of, len(carried))
