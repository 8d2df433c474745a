"""Which returns count for a form in a window, which were expected, and how complete that is."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from kpi.framework.model import Form, FormTime, Framework, Lasting
from kpi.measure.model import Coverage, FormReport, Organisation, Selection
from kpi.quarter import QUARTERS_A_YEAR, Quarter, Window
from kpi.records import FormState

Kind = TypeVar("Kind", bound=Hashable)

#: Tells whether an organisation with these attributes is meant.
Keep = Callable[[str, Mapping[str, str]], bool]

EMPTY = Selection((), frozenset(), {}, {})


@dataclass(frozen=True, slots=True)
class _Asked:
    """What `select` was asked: the form, by whom, what they said, and when."""

    framework: Framework
    form: Form
    known: Mapping[str, Organisation]
    said: Sequence[FormReport]
    then: Mapping[tuple[str, Quarter], Mapping[str, str]]
    today: date | None

    def is_due(self, quarter: Quarter) -> bool:
        """Tell whether the form is due for a quarter, of whomever."""
        return (
            quarter >= self.framework.programme.starts
            and self.form.valid_in(quarter)
            and self.form.due.in_quarter(quarter)
            and (self.today is None or quarter.ends < self.today)
        )

    def of(self, quarter: Quarter) -> frozenset[tuple[str, Quarter]]:
        """Give the returns expected for a quarter in which the form is due.

        What an organisation was then, its return of the quarter tells; where none came, what it is now.
        """
        return frozenset(
            (each.code, quarter)
            for each in self.known.values()
            if each.active_in(quarter) and self.form.is_asked_of(self.then.get((each.code, quarter), each.attributes))
        )

    def kinds(self, expected: Iterable[tuple[str, Quarter]]) -> dict[tuple[str, Quarter], Mapping[str, str]]:
        """Give what the organisations of expected returns were then, as far as returns tell."""
        return {key: self.then[key] for key in expected if key in self.then}


def select(  # noqa: PLR0913 (all that a selection depends on)
    framework: Framework,
    form_key: str,
    window: Window,
    *,
    organisations: Iterable[Organisation],
    reports: Iterable[FormReport],
    today: date | None = None,
) -> Selection:
    """Give the reports of a form that count in a window.

    Of a flow, those of every quarter of the window. Of a stock, per organisation that is active at the window's
    end, the latest one at most `carried_quarters` old. `reports` are those that may count at all (approved and
    current), under present keys; of other organisations than the given ones, none does. Those of other forms, and those
    in which the form is missing, tell what their organisations were then. A quarter that has not ended by `today` is
    not yet expected.
    """
    form = framework.forms[form_key]
    known = {organisation.code: organisation for organisation in organisations}
    reports = list(reports)
    then = {(report.organisation, report.quarter): report.attributes for report in reports if report.attributes}
    said = [
        report if report.attributes else replace(report, attributes=known[report.organisation].attributes)
        for report in reports
        if report.form == form_key and report.organisation in known and report.state is not FormState.MISSING
    ]
    asked = _Asked(framework, form, known, said, then, today)
    return _stock(asked, window.last) if form.time is FormTime.STOCK else _flow(asked, window)


def _flow(asked: _Asked, window: Window) -> Selection:
    counted = tuple(report for report in asked.said if report.quarter in window)
    expected = frozenset(key for quarter in window if asked.is_due(quarter) for key in asked.of(quarter))
    answered = {(report.organisation, report.quarter): report.return_id for report in counted}
    reporting = {key: answered[key] for key in expected if key in answered}
    return Selection(counted, expected, reporting, {}, asked.kinds(expected))


def _stock(asked: _Asked, end: Quarter) -> Selection:
    if not asked.form.valid_in(end):
        return EMPTY
    latest: dict[str, FormReport] = {}
    for report in asked.said:
        active = asked.known[report.organisation].active_in(end)
        if active and 0 <= end - report.quarter <= asked.framework.rules.carried_quarters:
            held = latest.get(report.organisation)
            if held is None or held.quarter < report.quarter:
                latest[report.organisation] = report
    lately = (end + -back for back in range(QUARTERS_A_YEAR + 1))
    due = next((quarter for quarter in lately if asked.is_due(quarter)), None)
    of_then = asked.of(due) if due is not None else frozenset()
    expected = frozenset(key for key in of_then if asked.known[key[0]].active_in(end))
    return Selection(
        reports=tuple(latest.values()),
        expected=expected,
        reporting={
            (code, quarter): latest[code].return_id
            for code, quarter in expected
            if code in latest and latest[code].quarter >= quarter
        },
        carried={code: report.quarter for code, report in latest.items() if report.quarter < end},
        kinds=asked.kinds(expected),
    )


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
    expected = frozenset(key for key in selection.expected if thing.valid_in(key[1]))
    reporting = {key: value for key, value in selection.reporting.items() if key in expected}
    return replace(selection, expected=expected, reporting=reporting)


def coverage(selection: Selection, reporting_returns: frozenset[int]) -> Coverage:
    """Count what was reported of what was expected; `reporting_returns` are those with a fact for the indicator."""
    return joint_coverage([(selection, reporting_returns)])


def joint_coverage(sides: Sequence[tuple[Selection, frozenset[int]]]) -> Coverage:
    """Count returns for an indicator made from several forms: one counts when all that it was asked for is there."""
    expected = frozenset(key for selection, _ in sides for key in selection.expected)
    reported = {
        key
        for key in expected
        if all(selection.reporting.get(key) in reporting for selection, reporting in sides if key in selection.expected)
    }
    carried = {
        report.organisation
        for selection, reporting in sides
        for report in selection.reports
        if report.organisation in selection.carried
        and report.return_id in reporting
        and report.return_id not in selection.reporting.values()
    }
    return Coverage(len(reported), len(expected), len(carried))


def same_organisations(earlier: Selection, later: Selection) -> frozenset[str]:
    """Give the organisations that count in both, for a change between two dates that is no change of who reports."""
    return frozenset(r.organisation for r in earlier.reports) & frozenset(r.organisation for r in later.reports)
