"""Which returns count for a form in a window, which were expected, and how complete that is."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kpi.framework.model import Form, FormTime, Framework, Lasting
from kpi.measure.model import Coverage, FormReport, Organisation, Selection
from kpi.quarter import QUARTERS_A_YEAR, Quarter, Window
from kpi.records import FormState

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
        """Give the returns expected for a quarter in which the form is due."""
        return frozenset(
            (each.code, quarter)
            for each in self.known.values()
            if each.active_in(quarter) and self.form.is_asked_of(each.attributes)
        )


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
    current); of other organisations than the given ones, none does. A quarter that has not ended by `today` is not
    yet expected.
    """
    form = framework.forms[form_key]
    known = {organisation.code: organisation for organisation in organisations}
    said = [
        report if report.attributes else replace(report, attributes=known[report.organisation].attributes)
        for report in reports
        if report.form in {form_key, *form.was}
        and report.organisation in known
        and report.state is not FormState.MISSING
    ]
    asked = _Asked(framework, form, known, said, today)
    return _stock(asked, window.last) if form.time is FormTime.STOCK else _flow(asked, window)


def _flow(asked: _Asked, window: Window) -> Selection:
    counted = tuple(report for report in asked.said if report.quarter in window)
    expected = frozenset(key for quarter in window if asked.is_due(quarter) for key in asked.of(quarter))
    answered = {(report.organisation, report.quarter): report.return_id for report in counted}
    return Selection(counted, expected, {key: answered[key] for key in expected if key in answered}, {})


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
    )


def narrow(selection: Selection, organisations: Mapping[str, Organisation], keep: Keep) -> Selection:
    """Keep what belongs to the organisations meant.

    They are known by their attributes as of each report, and as of now where none came.
    """
    reports = tuple(report for report in selection.reports if keep(report.organisation, report.attributes))
    ids = {report.return_id for report in reports}
    expected = frozenset(
        key
        for key in selection.expected
        if (
            selection.reporting[key] in ids
            if key in selection.reporting
            else keep(key[0], organisations[key[0]].attributes)
        )
    )
    staying = {report.organisation for report in reports}
    return Selection(
        reports=reports,
        expected=expected,
        reporting={key: value for key, value in selection.reporting.items() if key in expected},
        carried={code: quarter for code, quarter in selection.carried.items() if code in staying},
    )


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
