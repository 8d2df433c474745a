"""Which returns count, which are expected, what is carried."""

from datetime import date
from itertools import count

import pytest

from kpi.measure.model import Coverage, FormReport
from kpi.measure.selection import coverage, lasting, narrow, select
from kpi.quarter import Window
from kpi.records import FormState
from measuring import ABC, BASE, column, form, framework, indicator, organisation, q, ytd

IDS = count(1)


def report(code, quarter, form_key="training", state=FormState.REPORTED, **more):
    return FormReport(code, q(quarter), form_key, state, more.get("number", next(IDS)), more.get("attributes", {}))


def chosen(window, reports, *, form_key="training", made=None, organisations=ABC, **more):
    asked = Window.quarter(q(window)) if isinstance(window, str) else window
    return select(made or framework(), form_key, asked, organisations=organisations, reports=reports, **more)


def whose(selection):
    return {(each.organisation, str(each.quarter)) for each in selection.reports}


def test_a_flow_takes_every_quarter_of_the_window():
    reports = [report("A", quarter) for quarter in ("2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3")]
    found = chosen(ytd("2025-Q2"), reports)
    assert whose(found) == {("A", "2025-Q1"), ("A", "2025-Q2")}
    assert len(found.expected) == 6
    assert set(found.reporting) == {("A", q("2025-Q1")), ("A", q("2025-Q2"))}
    assert found.carried == {}


def test_a_stock_takes_the_latest_of_each_organisation():
    reports = [report("A", "2025-Q1", "sites"), report("A", "2025-Q2", "sites"), report("B", "2025-Q1", "sites")]
    found = chosen(ytd("2025-Q2"), reports, form_key="sites")
    assert whose(found) == {("A", "2025-Q2"), ("B", "2025-Q1")}
    assert found.carried == {"B": q("2025-Q1")}
    assert found.expected == {(code, q("2025-Q2")) for code in "ABC"}
    assert set(found.reporting) == {("A", q("2025-Q2"))}


@pytest.mark.parametrize(("end", "counts"), [("2025-Q4", True), ("2026-Q1", True), ("2026-Q2", False)])
def test_a_stock_is_carried_four_quarters(end, counts):
    assert bool(chosen(end, [report("A", "2025-Q1", "sites")], form_key="sites").reports) is counts


def test_a_later_report_does_not_count_for_an_earlier_end():
    assert chosen("2025-Q1", [report("A", "2025-Q2", "sites")], form_key="sites").reports == ()


def test_a_missing_form_is_no_report_and_does_not_end_carrying():
    reports = [report("A", "2025-Q1", "sites"), report("A", "2025-Q2", "sites", FormState.MISSING)]
    assert whose(chosen("2025-Q2", reports, form_key="sites")) == {("A", "2025-Q1")}
    assert chosen("2025-Q2", [report("A", "2025-Q2", state=FormState.MISSING)]).reporting == {}


@pytest.mark.parametrize("state", [FormState.NOTHING, FormState.NOT_APPLICABLE])
def test_nothing_to_report_and_not_applicable_end_carrying(state):
    reports = [report("A", "2025-Q1", "sites"), report("A", "2025-Q2", "sites", state)]
    found = chosen("2025-Q2", reports, form_key="sites")
    assert whose(found) == {("A", "2025-Q2")}
    assert set(found.reporting) == {("A", q("2025-Q2"))}


def test_an_organisation_counts_and_is_expected_while_it_is_active():
    some = [organisation("A", since="2025-Q2"), organisation("B", until="2025-Q2"), organisation("C")]
    expected = chosen(Window.year(2025), [], organisations=some).expected
    assert {code: sum(key[0] == code for key in expected) for code in "ABC"} == {"A": 3, "B": 2, "C": 4}
    reports = [report("B", "2025-Q2", "sites"), report("C", "2025-Q2", "sites")]
    found = chosen("2025-Q3", reports, form_key="sites", organisations=some)
    assert whose(found) == {("C", "2025-Q2")}
    assert {code for code, _ in found.expected} == {"A", "C"}


def test_what_an_organisation_reported_before_it_stopped_still_happened():
    found = chosen(Window.year(2025), [report("B", "2025-Q1")], organisations=[organisation("B", until="2025-Q1")])
    assert whose(found) == {("B", "2025-Q1")}
    assert len(found.expected) == 1


def test_other_organisations_do_not_count():
    assert chosen("2025-Q1", [report("X", "2025-Q1")]).reports == ()


def test_only_who_is_asked_is_expected():
    some = [organisation("A"), organisation("K", role="centre")]
    found = chosen("2025-Q1", [], form_key="own_support", organisations=some)
    assert found.expected == {("K", q("2025-Q1"))}


def test_nothing_is_expected_before_the_programme_starts():
    assert chosen("2022-Q4", [], organisations=[organisation("A", since="2022-Q1")]).expected == frozenset()


def due(how, time="flow"):
    return framework(forms={"rare": form("register", time, {"x": column("text")}, due=how)})


@pytest.mark.parametrize(("how", "number"), [("quarterly", 4), ("half_yearly", 2), ("yearly", 1)])
def test_a_flow_is_expected_as_often_as_it_is_due(how, number):
    found = chosen(Window.year(2025), [], form_key="rare", made=due(how), organisations=ABC[:1])
    assert len(found.expected) == number


def test_a_yearly_stock_is_expected_for_the_latest_due_quarter():
    reports = [report("A", "2024-Q4", "rare"), report("B", "2024-Q3", "rare"), report("C", "2025-Q1", "rare")]
    found = chosen("2025-Q2", reports, form_key="rare", made=due("yearly", "stock"))
    assert found.expected == {(code, q("2024-Q4")) for code in "ABC"}
    assert {code for code, _ in found.reporting} == {"A", "C"}
    assert found.carried == {"A": q("2024-Q4"), "B": q("2024-Q3"), "C": q("2025-Q1")}
    everybody = frozenset(each.return_id for each in reports)
    assert coverage([(found, everybody)]) == Coverage(2, 3, carried=1)


def test_an_organisation_that_came_after_the_due_quarter_is_not_expected_to_have_reported_then():
    found = chosen(
        "2025-Q2",
        [],
        form_key="rare",
        made=due("yearly", "stock"),
        organisations=[organisation("A", since="2025-Q1"), organisation("B")],
    )
    assert found.expected == {("B", q("2024-Q4"))}


@pytest.mark.parametrize(("today", "number"), [(date(2025, 9, 30), 2), (date(2025, 10, 1), 3), (date(2026, 1, 1), 4)])
def test_a_quarter_that_has_not_ended_is_not_expected(today, number):
    assert len(chosen(Window.year(2025), [], organisations=ABC[:1], today=today).expected) == number


def test_a_stocks_running_quarter_looks_back_to_the_one_that_ended():
    found = chosen("2025-Q4", [report("A", "2025-Q3", "sites")], form_key="sites", today=date(2025, 11, 20))
    assert found.expected == {(code, q("2025-Q3")) for code in "ABC"}
    assert coverage([(found, found.returns)]) == Coverage(1, 3)


def test_a_retired_form_is_neither_expected_nor_carried():
    made = framework(forms={"rare": form("register", "stock", {"x": column("text")}, until="2025-Q1")})
    reports = [report("A", "2025-Q1", "rare")]
    assert whose(chosen("2025-Q1", reports, form_key="rare", made=made)) == {("A", "2025-Q1")}
    later = chosen("2025-Q2", reports, form_key="rare", made=made)
    assert (later.reports, later.expected) == ((), frozenset())


def test_who_was_asked_for_a_form_is_told_by_the_return_of_the_quarter():
    partner = organisation("A")
    centre_then = {"region": "BG41", "role": "centre"}
    reports = [
        report("A", "2025-Q1", "own_support", attributes=centre_then),
        report("A", "2025-Q2", "training", attributes=centre_then),  # and nothing of own support
        report("A", "2025-Q3", "training", attributes=partner.attributes),
    ]
    found = chosen(Window.year(2025), reports, form_key="own_support", organisations=[partner])
    assert found.expected == {("A", q("2025-Q1")), ("A", q("2025-Q2"))}
    assert set(found.reporting) == {("A", q("2025-Q1"))}
    today = chosen(Window.year(2025), [], form_key="own_support", organisations=[partner])
    assert today.expected == frozenset()


def test_who_was_asked_for_a_stock_too():
    centre = organisation("A", role="centre")
    made = framework(forms={"sites": {**BASE["forms"]["sites"], "asked_of": {"role": ["partner"]}}})
    reports = [report("A", "2025-Q1", "training", attributes=organisation("A").attributes)]
    asked = {"form_key": "sites", "made": made, "organisations": [centre]}
    assert chosen("2025-Q1", reports, **asked).expected == {("A", q("2025-Q1"))}
    assert chosen("2025-Q2", reports, **asked).expected == frozenset()


def test_a_return_without_the_form_is_narrowed_by_what_its_organisation_was():
    reports = [report("A", "2025-Q1", "sites", attributes={"region": "BG42", "role": "partner"})]
    found = chosen(ytd("2025-Q2"), reports, organisations=ABC[:1])
    kept = narrow(found, {"A": ABC[0]}, lambda _, values: values["region"] == "BG42")
    assert kept.expected == {("A", q("2025-Q1"))}


def test_narrowing_goes_by_the_attributes_of_then_and_where_none_came_of_now():
    known = {each.code: each for each in ABC}
    reports = [report("A", "2025-Q1", attributes={"region": "BG42"}), report("C", "2025-Q1")]
    found = narrow(chosen(ytd("2025-Q2"), reports), known, lambda _, values: values["region"] == "BG42")
    assert whose(found) == {("A", "2025-Q1"), ("C", "2025-Q1")}
    assert found.expected == {("A", q("2025-Q1")), ("C", q("2025-Q1")), ("C", q("2025-Q2"))}
    assert coverage([(found, found.returns)]) == Coverage(2, 3)


def test_coverage_counts_only_who_reported_the_indicator():
    found = chosen("2025-Q1", [report("A", "2025-Q1", number=1), report("B", "2025-Q1", number=2)])
    assert coverage([(found, frozenset({1}))]) == Coverage(1, 3)
    assert coverage([(found, frozenset())]) == Coverage(0, 3)
    assert Coverage(0, 0).share is None


def test_a_report_that_nobody_expected_counts_but_does_not_raise_coverage():
    some = [organisation("A"), organisation("K", role="centre")]
    found = chosen(
        "2025-Q1", [report("A", "2025-Q1", "own_support", number=7)], form_key="own_support", organisations=some
    )
    assert found.returns == {7}
    assert coverage([(found, found.returns)]) == Coverage(0, 1)


def test_of_two_forms_a_return_must_have_given_what_was_asked_of_it():
    some = [organisation("A"), organisation("K", role="centre")]
    reports = [
        report("A", "2025-Q1", "funding", number=1),
        report("K", "2025-Q1", "funding", number=2),
        report("K", "2025-Q2", "own_support", number=3),
    ]
    sides = [
        (each, each.returns)
        for each in (
            chosen(ytd("2025-Q1"), reports, form_key=key, organisations=some) for key in ("funding", "own_support")
        )
    ]
    assert coverage(sides) == Coverage(1, 2)


def test_an_indicator_expects_nothing_while_it_was_not_there():
    made = framework(indicators={"sites": indicator({"count": "sites"}, **{"from": "2025-Q2"})})
    found = lasting(chosen(Window.year(2025), []), made.indicators["sites"])
    assert {quarter.number for _, quarter in found.expected} == {2, 3, 4}
