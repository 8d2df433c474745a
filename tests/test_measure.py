"""Whole answers: totals, slices, crossings, filters, organisations, standings."""

from datetime import date
from fractions import Fraction

import pytest

from kpi.measure.disaggregation import available, categories
from kpi.measure.measure import measurements
from kpi.measure.model import ORGANISATION, UNSTATED, Coverage, State, Status
from kpi.measure.needs import NotACategoryError, Question, Request, needs
from kpi.measure.selection import Selections
from kpi.quarter import Window
from measuring import (
    ABC,
    BASE,
    NOT_FOR_US,
    NOTHING,
    World,
    framework,
    indicator,
    organisation,
    q,
    reported,
    summed,
    ytd,
)

FIRST = "2025-Q1"


def row(women=0, men=0, theme="poverty"):
    return {"theme": theme, "successful": {"women": women, "men": men}}


@pytest.fixture
def world():
    """Three organisations: poverty 6 women 2 men, health 1 woman 4 men, and a course without theme, 3 men."""
    made = World(framework())
    made.add("A", FIRST, training=reported(row(5, 2), row(1, 4, "health")))
    made.add("B", FIRST, training=reported(row(1, 0)))
    made.add("C", FIRST, training=reported({"successful": {"men": 3}}))
    return made


def test_available_breakdowns():
    made = framework()
    assert available(made, "trained") == ("gender", "theme", "region")
    assert available(made, "sites") == ("district", "region")
    assert available(made, "funding") == ("source", "capital", "region")
    assert available(made, "impact") == ("rating", "region")
    assert list(categories(made, "impact", "rating", q(FIRST))) == ["0", "1", "2", "3", "4"]


def test_the_total_comes_first_and_slices_add_up_to_it(world):
    total, *found = world.ask("trained", FIRST, by=("theme",))
    assert (total.slice, total.value, total.n) == ({}, 16, 7)
    assert {m.slice["theme"]: m.value for m in found} == {"poverty": 8, "health": 5, UNSTATED: 3}
    assert {m.coverage for m in found} == {Coverage(3, 3)}
    assert {m.standing.status for m in found} == {Status.NO_TARGET}


def test_two_dimensions_are_crossed(world):
    found = world.by("trained", FIRST, "theme", "gender")
    told = {key: value for key, value in found.items() if value}
    assert told == {
        ("poverty", "women"): 6,
        ("poverty", "men"): 2,
        ("health", "women"): 1,
        ("health", "men"): 4,
        (UNSTATED, "men"): 3,
    }
    assert found["health", "non_binary"] == 0


def test_of_two_that_roll_up_only_pairs_that_go_together_are_crossed():
    made = World(framework())
    made.add("A", FIRST, sites=reported({"district": "BG411"}, {"district": "BG421"}))
    assert made.by("sites", FIRST, "region", "district") == {
        ("BG41", "BG411"): 1,
        ("BG41", "BG412"): 0,
        ("BG42", "BG421"): 1,
    }


def test_a_filter_and_a_breakdown_together(world):
    total, *found = world.ask("trained", FIRST, where={"theme": "poverty"}, by=("gender",))
    assert (total.slice, total.value) == ({"theme": "poverty"}, 8)
    assert {m.slice["gender"]: m.value for m in found} == {"women": 6, "men": 2, "non_binary": 0, "not_stated": 0}
    assert found[0].slice == {"theme": "poverty", "gender": "women"}
    assert total.standing.status is Status.NO_TARGET
    assert total.expected is None


def test_a_filter_on_a_roll_up():
    made = World(framework())
    made.add("A", FIRST, sites=reported({"district": "BG411"}, {"district": "BG412"}, {"district": "BG421"}))
    assert made.total("sites", FIRST, where={"region": "BG41"}).value == 2


def test_a_place_that_was_reported_goes_before_the_organisations_own():
    made = World(framework())
    made.add("A", FIRST, sites=reported({"district": "BG421"}))
    found = made.total("sites", FIRST, where={"region": "BG41"})
    assert (found.value, found.coverage) == (0, Coverage(1, 3))


def test_slices_by_what_the_organisations_are(world):
    found = world.ask("trained", FIRST, by=("region",))[1:]
    assert [(m.slice["region"], m.value, m.coverage) for m in found] == [
        ("BG41", 13, Coverage(2, 2)),
        ("BG42", 3, Coverage(1, 1)),
    ]


def test_what_organisations_are_is_crossed_with_what_they_report(world):
    found = world.by("trained", FIRST, "gender", "region")
    assert {key: value for key, value in found.items() if value} == {
        ("women", "BG41"): 7,
        ("men", "BG41"): 6,
        ("men", "BG42"): 3,
    }


def test_a_return_keeps_the_region_that_its_organisation_had_then():
    made = World(framework())
    made.add("A", "2025-Q1", {"region": "BG42", "role": "partner"}, training=reported(row(5)))
    made.add("A", "2025-Q2", training=reported(row(1)))
    assert made.by("trained", ytd("2025-Q2"), "region") == {"BG41": 1, "BG42": 5}
    assert made.total("trained", ytd("2025-Q2"), where={"region": "BG42"}).value == 5


def test_by_organisation(world):
    found = world.ask("trained", FIRST, by=(ORGANISATION,))[1:]
    assert [(m.organisation, m.value, m.slice) for m in found] == [("A", 12, {}), ("B", 1, {}), ("C", 3, {})]


def test_who_has_not_reported_is_missing_among_the_organisations(world):
    found = world.ask("trained", "2025-Q2", by=(ORGANISATION,))[1:]
    assert [(m.organisation, m.state, m.coverage) for m in found] == [
        (code, State.MISSING, Coverage(0, 1)) for code in "ABC"
    ]
    assert {m.standing.status for m in found} == {Status.NO_DATA}


def test_one_organisation_is_measured_alone_and_has_no_target(world):
    found = world.total("trained", FIRST, organisation="A")
    assert (found.value, found.coverage, found.organisation) == (12, Coverage(1, 1), "A")
    assert found.standing.status is Status.NO_TARGET


def test_slices_of_what_is_missing_are_missing(world):
    found = world.ask("trained", "2025-Q2", by=("gender",))
    assert {m.state for m in found} == {State.MISSING}
    assert found[0].standing.status is Status.NO_DATA
    assert (found[0].standing.actual, found[0].standing.achievement) == (16, None)
    assert {m.standing.status for m in found[1:]} == {Status.NO_DATA}


def test_slices_of_what_does_not_apply_do_not_apply():
    made = World(framework())
    made.add("A", FIRST, training=NOT_FOR_US)
    found = made.ask("trained", FIRST, by=("gender",))
    assert {m.state for m in found} == {State.NOT_APPLICABLE}
    assert found[0].coverage == Coverage(1, 3)
    assert made.total("trained", FIRST, where={"gender": "men"}).state is State.NOT_APPLICABLE


def test_nothing_to_report_beside_not_applicable_is_zero():
    made = World(framework())
    made.add("A", FIRST, training=NOT_FOR_US)
    made.add("B", FIRST, training=NOTHING)
    assert made.by("trained", FIRST, "gender") == dict.fromkeys(("women", "men", "non_binary", "not_stated"), 0)


def test_a_slice_of_a_ratio_without_denominator_is_not_available():
    made = World(framework())
    made.add("A", FIRST, improved=reported({"assessed": {"women": 4, "men": 0}, "better": {"women": 1, "men": 0}}))
    found = {m.slice["gender"]: (m.state, m.value) for m in made.ask("improved", FIRST, by=("gender",))[1:]}
    assert found["women"] == (State.VALUE, Fraction(1, 4))
    assert found["men"] == (State.NOT_AVAILABLE, None)


def test_a_site_that_closed_in_one_region_while_another_opened():
    made = World(framework())
    made.add("A", "2025-Q1", sites=reported({"district": "BG411"}))
    made.add("A", "2025-Q2", sites=reported({"district": "BG421"}))
    assert made.by("sites", "2025-Q1", "region") == {"BG41": 1, "BG42": 0}
    assert made.by("sites", "2025-Q2", "region") == {"BG41": 0, "BG42": 1}


def test_a_grid_over_groups_by_group_and_gender():
    made = World(framework())
    rows = reported(
        {"people": {"women": 7, "men": 1}}, {"people": {"women": 2, "men": 3}}, keys=["client", "community"]
    )
    made.add("A", FIRST, access=rows)
    assert made.by("access", FIRST, "group") == {"client": 8, "community": 5}
    assert made.by("access", FIRST, "gender")["women"] == 9


def test_a_retired_category_is_shown_only_where_it_has_data():
    theme = {
        "label": {"en": "x"},
        "categories": {
            "poverty": {"label": {"en": "x"}},
            "old": {"label": {"en": "x"}, "until": "2024-Q4"},
            "older": {"label": {"en": "x"}, "until": "2024-Q4"},
        },
    }
    made = World(framework(dimensions={"theme": theme}))
    made.add("A", "2024-Q4", training=reported(row(2, theme="old")))
    made.add("A", "2025-Q1", training=reported(row(1)))
    assert made.by("trained", Window.range(q("2024-Q4"), q("2025-Q1")), "theme") == {"poverty": 1, "old": 2}


@pytest.mark.parametrize("key", ["theme", "nonsense"])
def test_a_breakdown_that_an_indicator_lacks_follows_the_total(key):
    made = World(framework())
    people = {"women": 10, "men": 5}
    made.add("A", FIRST, improved=reported({"assessed": people, "better": people}))
    total, lacking = made.ask("improved", FIRST, by=("gender", key))
    assert total.value == 1
    assert (lacking.state, lacking.lacks, lacking.value) == (State.NOT_COLLECTED, key, None)


def test_a_filter_that_is_no_category_is_refused(world):
    with pytest.raises(NotACategoryError, match="wimmen"):
        world.ask("trained", FIRST, where={"gender": "wimmen"})


def test_a_filter_may_ask_for_what_is_not_told(world):
    assert world.total("trained", FIRST, where={"theme": UNSTATED}).value == 3


# The standing of the whole


def test_a_flow_is_judged_on_the_year_to_date():
    made = World(framework(), ABC[:1])
    for quarter, people in (("2025-Q1", 100), ("2025-Q2", 60)):
        made.add("A", quarter, training=reported(row(people)))
    found = made.total("trained", "2025-Q2")
    assert (found.value, found.expected) == (60, 80)
    verdict = found.standing
    assert (verdict.basis, verdict.actual, verdict.expected, verdict.achievement) == (ytd("2025-Q2"), 160, 160, 1)
    assert verdict.status is Status.ON_TRACK


def test_a_hole_in_the_year_to_date_makes_the_verdict_provisional():
    made = World(framework(), ABC[:1])
    made.add("A", "2025-Q2", training=reported(row(160)))
    found = made.total("trained", "2025-Q2")
    assert (found.coverage, found.standing.status) == (Coverage(1, 1), Status.PROVISIONAL)


def test_a_poorly_covered_window_is_provisional_though_the_year_is_not():
    made = World(framework(), ABC[:1])
    for quarter in ("2025-Q1", "2025-Q2", "2025-Q3"):
        made.add("A", quarter, training=reported(row(80)))
    assert made.total("trained", ytd("2025-Q3")).standing.status is Status.ON_TRACK
    made.organisations = [organisation("A"), organisation("B", since="2025-Q3", until="2025-Q3")]
    found = made.total("trained", ytd("2025-Q3"))
    assert (found.coverage, found.standing.status) == (Coverage(3, 4), Status.PROVISIONAL)


def test_a_standing_waits_for_the_due_date():
    made = World(framework(), ABC[:1])
    made.add("A", FIRST, training=reported(row(80)))
    found = [made.total("trained", FIRST, today=date(2025, month, 30)).standing.status for month in (4, 5)]
    assert found == [Status.PROVISIONAL, Status.ON_TRACK]


def test_a_window_is_running_until_its_last_returns_are_due():
    made = World(framework(), ABC[:1])
    made.add("A", FIRST, training=reported(row(80)))
    window = Window.range(q(FIRST), q("2025-Q2"))
    for day, running in ((date(2025, 4, 30), True), (date(2025, 7, 30), True), (date(2025, 7, 31), False)):
        found = made.ask("trained", window, by=("gender",), today=day)
        assert {one.running for one in found} == {running}
    assert not made.total("trained", FIRST).running


@pytest.mark.parametrize(("end", "status"), [("2025-Q2", "on_track"), ("2025-Q3", "provisional")])
def test_between_two_half_yearly_returns_a_flow_is_provisional(end, status):
    half = {**BASE["forms"]["training"], "due": "half_yearly"}
    made = World(framework(forms={"training": half}), ABC[:1])
    made.add("A", "2025-Q2", training=reported(row(160)))
    found = made.total("trained", ytd(end))
    assert (found.value, found.coverage, found.standing.status) == (160, Coverage(1, 1), Status(status))


def test_in_a_window_in_which_it_means_nothing_a_figure_has_no_verdict():
    leverage = {**BASE["indicators"]["leverage"], "targets": {2025: 2}, "judge_from": 0}
    made = World(framework(indicators={"leverage": leverage}), ABC[:1])
    for number in range(1, 5):
        money = {"amount": "300", "currency": "EUR"}
        own = {"amount": "100", "currency": "EUR"}
        made.add("A", f"2025-Q{number}", funding=reported({"kind": "money", "amount": money}))
        made.add("A", f"2025-Q{number}", own_support=reported({"amount": own}))
    whole = made.total("leverage", Window.year(2025))
    assert (whole.value, whole.standing.status, whole.standing.achievement) == (3, Status.ACHIEVED, Fraction(3, 2))
    quarter = made.total("leverage", "2025-Q4")
    assert (quarter.state, quarter.value) == (State.NOT_AVAILABLE, None)
    assert (quarter.standing.status, quarter.standing.achievement) == (Status.NO_DATA, None)
    assert (whole.expected, quarter.expected) == (2, None)
    assert (whole.standing.judged, quarter.standing.judged) == (3, None)


def test_what_has_no_value_has_no_data_rather_than_no_target(world):
    people = {"women": 0, "men": 0, "non_binary": 0, "not_stated": 0}
    world.add("A", "2025-Q3", improved=reported({"assessed": people, "better": people}))
    assert world.total("trained", "2025-Q2", organisation="A").standing.status is Status.NO_DATA
    assert world.total("trained", "2025-Q2", where={"theme": "poverty"}).standing.status is Status.NO_DATA
    assert world.total("sites", FIRST, where={"theme": "poverty"}).standing.status is Status.NO_DATA
    found = world.ask("improved", "2025-Q3", by=("gender",))
    assert {(m.state, m.standing.status) for m in found} == {(State.NOT_AVAILABLE, Status.NO_DATA)}


def test_a_cumulative_indicator_is_judged_since_the_start():
    total = indicator(
        {"sum": "funding.amount"},
        unit="eur",
        target_basis="cumulative",
        baseline={"year": 2022, "value": 0},
        targets={2024: 800},
    )
    made = World(framework(indicators={"total": total}), ABC[:1])
    for number in range(1, 5):
        amount = {"amount": "100", "currency": "EUR"}
        made.add("A", f"2023-Q{number}", funding=reported({"kind": "money", "amount": amount}))
    found = made.total("total", "2023-Q4")
    assert (found.value, found.expected) == (100, 100)
    assert (found.standing.actual, found.standing.expected, found.standing.target) == (400, 400, 800)
    assert found.standing.status is Status.ON_TRACK


def test_a_stock_is_judged_at_the_end_of_whatever_window():
    sites = indicator({"count": "sites"}, by=["district"], targets={2025: 4}, baseline={"year": 2024, "value": 0})
    made = World(framework(indicators={"sites": sites}), ABC[:1])
    made.add("A", "2025-Q2", sites=reported(*[{"district": "BG411"}] * 2))
    found = made.total("sites", ytd("2025-Q2"))
    assert (found.value, found.expected, found.standing.status) == (2, 2, Status.ON_TRACK)


def test_a_revised_target_holds_from_the_quarter_in_whose_course_it_was_decided():
    trained = indicator(
        {"sum": "training.successful"},
        targets={2025: 400},
        revisions=[{"on": "2025-05-15", "reason": {"en": "fewer"}, "targets": {2025: 200}}],
    )
    made = World(framework(indicators={"trained": trained}), ABC[:1])
    for quarter in ("2025-Q1", "2025-Q2"):
        made.add("A", quarter, training=reported(row(50)))
    found = [made.total("trained", quarter).standing for quarter in ("2025-Q1", "2025-Q2")]
    assert [(each.expected, each.target, each.status) for each in found] == [
        (100, 400, Status.OFF_TRACK),
        (100, 200, Status.ON_TRACK),
    ]


# What is asked of the store


def asked(world, question):
    selections = Selections(world.framework, organisations=world.organisations, reports=world.reports)
    return needs(world.framework, question, selections)


def test_needs_name_the_returns_of_the_window_and_of_the_verdict(world):
    world.add("A", "2025-Q2", training=reported(row(1)))
    need = asked(world, Question("trained", Window.quarter(q("2025-Q2"))))
    assert need.requests == (
        Request("trained.numerator", frozenset({4})),
        Request("trained.numerator", frozenset({1, 2, 3, 4})),
    )
    answers = {request: summed(world.facts, world.reports)(request) for request in need.requests}
    (found,) = measurements(world.framework, need, answers.__getitem__)
    assert (found.value, found.standing.actual) == (1, 17)


def test_the_same_totals_are_asked_once(world):
    need = asked(world, Question("trained", ytd(FIRST)))
    assert len(need.requests) == 1


def test_a_filter_by_organisations_needs_only_their_returns(world):
    question = Question("trained", ytd(FIRST), where={"region": "BG42"})
    need = asked(world, question)
    assert need.requests == (Request("trained.numerator", frozenset({3})),)


def test_an_uncollected_filter_needs_nothing(world):
    question = Question("improved", ytd(FIRST), where={"theme": "poverty"})
    assert asked(world, question).requests == ()
