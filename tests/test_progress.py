"""Plans, expected paths and verdicts beyond the golden cases, computed by hand."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kpi.framework.model import Baseline, Better, Rules, UnitKind
from kpi.measure.disaggregation import share_of_stated
from kpi.measure.model import Coverage, Status
from kpi.measure.plan import (
    Accumulation,
    Aim,
    Plan,
    accumulation,
    aim_of,
    basis_window,
    expected,
    plan_at,
    target_at,
    window_expected,
)
from kpi.measure.progress import share_standing, standing
from kpi.measure.remaining import Remaining, remaining
from kpi.quarter import Window
from measuring import framework, indicator, label, q, ytd

FULL = Coverage(4, 4)
F = Fraction


def aim(how="flow", better="higher", unit="count", **more):
    return Aim(Accumulation(how), Better(better), UnitKind(unit), Rules(), q("2023-Q3"), judge_from=20, **more)


def plan(baseline=None, **targets):
    """Build a plan: ``plan((2023, 1000), y2025=2000)``."""
    start = Baseline(year=baseline[0], value=Decimal(str(baseline[1]))) if baseline else None
    return Plan(start, {int(year[1:]): Decimal(str(value)) for year, value in targets.items()})


def judged(an_aim, a_plan, quarter, actual, **more):
    number = None if actual is None else Fraction(str(actual))
    more.setdefault("coverages", [FULL])
    return standing(an_aim, a_plan, ytd(quarter), actual=number, n=Fraction(more.pop("n", 1000)), **more)


# What is still to come


@pytest.mark.parametrize(
    ("how", "targets", "window", "actual", "found"),
    [
        # 400 are aimed at by the year's end, 302 were there after three quarters: 98 in one; 302 / 3 a quarter.
        ("flow", {"y2026": 400}, ytd("2026-Q3"), 302, (98, 1, F(302, 3))),
        ("flow", {"y2026": 400}, ytd("2026-Q1"), 0, (400, 3, 0)),
        # The programme began in the third quarter: of this year, one quarter has passed.
        ("flow", {"y2023": 100}, ytd("2023-Q3"), 30, (70, 1, 30)),
        # Running totals: 2 million by the end of 2026, 1.6 million in the twelve quarters since the start.
        (
            "cumulative",
            {"y2026": 2_000_000},
            Window.since(q("2023-Q3"), q("2026-Q2")),
            1_600_000,
            (400_000, 2, F(400_000, 3)),
        ),
        ("flow", {"y2026": 400}, ytd("2026-Q3"), 400, None),  # it is reached
        ("flow", {"y2026": 400}, ytd("2026-Q4"), 302, None),  # the year is over
        ("flow", {"y2025": 400}, ytd("2026-Q3"), 302, None),  # the year has no target
        ("cumulative", {"y2027": 400}, Window.since(q("2023-Q3"), q("2026-Q3")), 302, None),
        ("flow", {"y2026": 400}, ytd("2026-Q3"), None, None),
        ("stock", {"y2026": 400}, Window.quarter(q("2026-Q3")), 302, None),
        ("mean", {"y2026": 4}, ytd("2026-Q3"), 3, None),
        ("ratio", {"y2026": 1}, ytd("2026-Q3"), F(1, 2), None),
    ],
)
def test_what_is_still_to_come_of_a_years_target(how, targets, window, actual, found):
    there = None if actual is None else F(actual)
    here = standing(aim(how), plan(**targets), window, actual=there, n=F(1000), coverages=[FULL])
    assert remaining(aim(how), plan(**targets), here) == (Remaining(*found) if found else None)


def test_nothing_is_to_come_where_less_is_better_nor_of_a_provisional_figure():
    less = judged(aim(better="lower"), plan(y2026=400), "2026-Q3", 302)
    assert remaining(aim(better="lower"), plan(y2026=400), less) is None
    waiting = judged(aim(), plan(y2026=400), "2026-Q3", 302, coverages=[Coverage(1, 4)])
    assert waiting.status is Status.PROVISIONAL
    assert remaining(aim(), plan(y2026=400), waiting) is None
    early = judged(aim(), plan(y2026=400), "2026-Q3", 302, today=date(2026, 10, 1))
    assert remaining(aim(), plan(y2026=400), early) is None


@given(
    target=some.decimals(1, 10**9, places=2),
    actual=some.fractions(0, 10**9),
    number=some.integers(1, 4),
    year=some.integers(2024, 2030),
)
def test_what_is_there_and_what_is_to_come_are_the_target(target, actual, number, year):
    a_plan, window = Plan(None, {year: target}), ytd(f"{year}-Q{number}")
    found = remaining(aim(), a_plan, standing(aim(), a_plan, window, actual=actual, n=None, coverages=[FULL]))
    if number == 4 or actual >= target:
        assert found is None
    else:
        assert found.rest > 0
        assert found.rest + actual == F(target)
        assert found.quarters + len(window) == 4
        assert found.mean * len(window) == actual


# The plan in force


REVISED = indicator(
    {"sum": "training.successful"},
    baseline={"year": 2023, "value": 100},
    targets={2025: 320, 2026: 400},
    revisions=[
        {"on": "2026-02-01", "reason": label(), "targets": {2026: 360}, "baseline": {"year": 2023, "value": 110}},
        {"on": "2025-06-30", "reason": label(), "targets": {2025: 300, 2026: 380}},
    ],
)


@pytest.mark.parametrize(
    ("day", "baseline", "targets"),
    [
        (date(2025, 6, 29), 100, {2025: 320, 2026: 400}),
        (date(2025, 6, 30), 100, {2025: 300, 2026: 380}),
        (date(2026, 3, 31), 110, {2025: 300, 2026: 360}),
    ],
)
def test_a_revision_holds_from_its_day_whatever_its_place_in_the_file(day, baseline, targets):
    found = plan_at(framework(indicators={"trained": REVISED}).indicators["trained"], day)
    assert (found.baseline.value, dict(found.targets)) == (baseline, targets)


@pytest.mark.parametrize(
    ("key", "how"),
    [
        ("trained", "flow"),
        ("sites", "stock"),
        ("satisfaction", "mean"),
        ("impact", "mean"),
        ("success", "ratio"),
        ("total", "cumulative"),
    ],
)
def test_accumulation(key, how):
    made = framework(indicators={"total": indicator({"sum": "funding.amount"}, unit="eur", target_basis="cumulative")})
    assert accumulation(made, key) is Accumulation(how)


def test_what_is_judged_at_a_quarters_end():
    made = framework(indicators={"total": indicator({"sum": "funding.amount"}, unit="eur", target_basis="cumulative")})
    assert basis_window(made, "trained", q("2025-Q3")) == ytd("2025-Q3")
    assert basis_window(made, "satisfaction", q("2025-Q3")) == ytd("2025-Q3")
    assert basis_window(made, "impact", q("2025-Q3")) == Window.quarter(q("2025-Q3"))
    assert basis_window(made, "total", q("2025-Q3")) == Window.since(q("2023-Q1"), q("2025-Q3"))


def test_the_aim_takes_the_indicators_own_threshold_else_the_rules():
    made = framework(indicators={"own": indicator({"mean": "innovations.impact"}, unit="rating", judge_from=0)})
    assert (aim_of(made, "own").judge_from, aim_of(made, "impact").judge_from) == (0, 20)


# What is expected


@pytest.mark.parametrize(("quarter", "due"), [("2025-Q1", 0), ("2025-Q2", 1), ("2025-Q3", 2), ("2025-Q4", 3)])
def test_a_count_is_rounded_down(quarter, due):
    assert expected(aim(), plan(y2025=3), q(quarter)) == due


def test_a_quarters_own_expectation_is_the_difference_of_two():
    own = [window_expected(aim(), plan(y2025=3), Window.quarter(q(f"2025-Q{n}"))) for n in (1, 2, 3, 4)]
    assert own == [0, 1, 1, 1]


def test_expected_of_a_flows_windows():
    a_plan = plan(y2024=40, y2025=80, y2026=100)
    assert window_expected(aim(), a_plan, Window.year(2025)) == 80
    assert window_expected(aim(), a_plan, Window.half_year(q("2025-Q3"))) == 40
    assert window_expected(aim(), a_plan, Window.range(q("2024-Q4"), q("2025-Q1"))) == 10 + 20
    assert window_expected(aim(), a_plan, Window.range(q("2024-Q2"), q("2026-Q1"))) == 30 + 80 + 25
    assert window_expected(aim(), a_plan, Window.since(q("2023-Q3"), q("2026-Q2"))) == 40 + 80 + 50
    assert window_expected(aim(), a_plan, Window.range(q("2023-Q4"), q("2024-Q1"))) is None
    assert window_expected(aim(), a_plan, Window.since(q("2023-Q3"), q("2027-Q1"))) is None


def test_expected_with_phasing():
    phased = aim(phasing=tuple(map(Decimal, ("0.1", "0.35", "0.6", "1"))))
    assert window_expected(phased, plan(y2025=200), Window.quarter(q("2025-Q2"))) == 50


def test_a_stocks_path_is_straight_between_year_ends():
    a_plan = plan((2023, 1000), y2024=1400, y2025=2000)
    quarters = ("2023-Q3", "2023-Q4", "2024-Q1", "2024-Q4", "2025-Q1", "2025-Q4", "2026-Q1")
    found = [expected(aim("stock"), a_plan, q(quarter)) for quarter in quarters]
    assert found == [None, 1000, 1100, 1400, 1550, 2000, None]
    assert window_expected(aim("stock"), a_plan, Window.year(2024)) == 1400


def test_before_the_first_target_a_path_without_baseline_is_that_target():
    a_plan = plan(y2024=1400, y2025=2000)
    assert [expected(aim("stock"), a_plan, q(quarter)) for quarter in ("2023-Q1", "2024-Q4", "2025-Q2")] == [
        1400,
        1400,
        1700,
    ]


def test_a_baseline_alone_is_no_target():
    assert expected(aim("stock"), plan((2023, 1000)), q("2024-Q1")) is None
    assert expected(aim(), plan((2023, 1000)), q("2024-Q1")) is None


def test_a_baseline_is_no_target_of_its_own_year_even_where_one_was_written():
    assert expected(aim("stock"), plan((2023, 1000), y2023=900, y2024=1400), q("2023-Q4")) == 1000


def test_a_cumulative_path_starts_at_nothing_when_the_programme_does():
    cumulative, a_plan = aim("cumulative", unit="money"), plan(y2024=600)
    assert [expected(cumulative, a_plan, q(quarter)) for quarter in ("2023-Q3", "2023-Q4", "2024-Q4")] == [
        100,
        200,
        600,
    ]
    assert window_expected(cumulative, a_plan, Window.quarter(q("2024-Q2"))) == 100
    assert window_expected(cumulative, a_plan, Window.quarter(q("2023-Q3"))) == 100
    assert window_expected(cumulative, a_plan, Window.since(q("2023-Q3"), q("2024-Q2"))) == 400


def test_the_target_aimed_at():
    a_plan = plan(y2024=1, y2026=2)
    flow = [target_at(aim(), a_plan, q(quarter)) for quarter in ("2024-Q1", "2025-Q1")]
    stock = [target_at(aim("stock"), a_plan, q(quarter)) for quarter in ("2024-Q1", "2025-Q1", "2027-Q1")]
    assert (flow, stock) == ([1, None], [1, 2, None])


# The order of the reasons for no verdict


def test_no_data_comes_before_no_target():
    assert judged(aim(), plan(), "2025-Q1", None).status is Status.NO_DATA


def test_no_target_comes_before_provisional():
    assert judged(aim(), plan(), "2025-Q1", 1, coverages=[Coverage(0, 4)]).status is Status.NO_TARGET


@pytest.mark.parametrize(("reported", "status"), [(79, "provisional"), (80, "on_track")])
def test_below_the_rule_of_coverage_a_figure_is_provisional(reported, status):
    found = judged(aim(), plan(y2025=320), "2025-Q1", 80, coverages=[FULL, Coverage(reported, 100)])
    assert found.status is Status(status)
    assert (found.actual, found.expected, found.target) == (80, 80, 320)


def test_where_nothing_is_expected_coverage_says_nothing():
    assert judged(aim(), plan(y2025=320), "2025-Q1", 80, coverages=[Coverage(0, 0)]).status is Status.ON_TRACK


@pytest.mark.parametrize(("today", "status"), [(date(2025, 4, 30), "provisional"), (date(2025, 5, 1), "on_track")])
def test_up_to_its_due_date_a_figure_is_provisional(today, status):
    assert judged(aim(), plan(y2025=320), "2025-Q1", 80, today=today).status is Status(status)


def test_provisional_comes_before_too_few():
    found = judged(aim("mean"), plan((2023, 2), y2025=4), "2025-Q1", 3, n=1, coverages=[Coverage(1, 4)])
    assert found.status is Status.PROVISIONAL


@pytest.mark.parametrize(("n", "status"), [(19, "too_few"), (20, "on_track")])
def test_a_ratio_is_judged_from_twenty(n, status):
    assert judged(aim("ratio"), plan((2023, "0.5"), y2025="0.7"), "2024-Q4", "0.6", n=n).status is Status(status)


@pytest.mark.parametrize("how", ["flow", "stock", "cumulative"])
def test_what_adds_up_is_judged_however_small(how):
    assert judged(aim(how), plan((2024, 0), y2025=4), "2025-Q2", 2, n=2).status is Status.ON_TRACK


# The verdict


def test_a_year_without_its_own_target_between_two_has_none_for_a_flow():
    assert judged(aim(), plan(y2024=10, y2026=10), "2025-Q4", 10).status is Status.NO_TARGET


@pytest.mark.parametrize(
    ("actual", "status", "achievement"),
    [(0, "nothing_due", None), (1, "on_track", None), (3, "achieved", None)],
)
def test_where_nothing_is_due_yet(actual, status, achievement):
    found = judged(aim(), plan(y2025=3), "2025-Q1", actual)
    assert (found.status, found.achievement) == (Status(status), achievement)


@pytest.mark.parametrize(("actual", "status"), [(0, "nothing_due"), (1, "off_track")])
def test_where_none_may_come_one_is_too_many(actual, status):
    assert judged(aim(better="lower"), plan(y2025=0), "2025-Q4", actual).status is Status(status)


@pytest.mark.parametrize(("quarter", "status"), [("2025-Q3", "on_track"), ("2025-Q4", "achieved")])
def test_none_of_what_should_be_few_is_the_best(quarter, status):
    found = judged(aim(better="lower"), plan(y2025=12), quarter, 0)
    assert (found.status, found.achievement, found.above_plan) == (Status(status), None, False)


def test_a_target_of_zero_is_never_achieved_by_doing_something():
    assert judged(aim(), plan(y2025=0), "2025-Q4", 5).status is Status.ON_TRACK


@pytest.mark.parametrize(
    ("actual", "status", "above"),
    [(115, "on_track", False), (116, "on_track", True), (60, "at_risk", False), (59, "off_track", False)],
)
def test_the_cuts_are_exact(actual, status, above):
    found = judged(aim(), plan(y2025=400), "2025-Q1", actual)
    assert (found.status, found.above_plan) == (Status(status), above)


def test_cuts_are_those_of_the_rules():
    rules = Rules(cuts={"on_track": "0.9", "at_risk": "0.5", "above_plan": "1.05"})
    eager = Aim(Accumulation.FLOW, Better.HIGHER, UnitKind.COUNT, rules, q("2023-Q3"))
    found = [judged(eager, plan(y2025=400), "2025-Q1", actual) for actual in (106, 90, 50, 49)]
    assert [each.status.value for each in found] == ["on_track", "on_track", "at_risk", "off_track"]
    assert found[0].above_plan


def test_a_stock_at_its_target_in_a_year_without_one_is_not_achieved():
    assert judged(aim("stock"), plan((2023, 0), y2025=100), "2024-Q4", 100).status is Status.ON_TRACK


def test_a_decreasing_stock_better_than_planned():
    found = judged(aim("stock", "lower"), plan((2023, 40), y2025=30), "2024-Q4", 33)
    assert (found.status, found.achievement, found.above_plan) == (Status.ON_TRACK, Fraction(7, 5), True)


def test_a_decreasing_stock_down_to_zero():
    assert judged(aim("stock", "lower"), plan((2023, 40), y2025=0), "2025-Q4", 0).status is Status.ACHIEVED
    found = judged(aim("stock", "lower"), plan((2023, 40), y2025=0), "2025-Q4", 10)
    assert (found.status, found.achievement) == (Status.AT_RISK, Fraction(3, 4))


@pytest.mark.parametrize(("actual", "status"), [(20, "on_track"), (25, "at_risk"), (40, "off_track"), (10, "on_track")])
def test_a_decreasing_stock_without_baseline(actual, status):
    found = judged(aim("stock", "lower"), plan(y2025=20), "2025-Q2", actual)
    assert (found.status, found.baseline) == (Status(status), None)


def test_target_equal_to_baseline_without_tolerance_must_be_held():
    a_plan = plan((2023, 500), y2025=500)
    found = [judged(aim("stock"), a_plan, "2025-Q2", actual) for actual in (500, 499)]
    assert [(each.status, each.maintained) for each in found] == [(Status.ON_TRACK, True), (Status.OFF_TRACK, True)]
    assert judged(aim("stock"), a_plan, "2025-Q4", 500).status is Status.ACHIEVED


def test_the_maintain_test_of_a_decreasing_stock():
    kept = aim("stock", "lower", tolerance=Decimal(10))
    found = [judged(kept, plan((2023, 500), y2025=500), "2025-Q2", actual).status for actual in (490, 510, 520, 521)]
    assert found == [Status.ON_TRACK, Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK]


def test_a_planned_worsening_is_never_achieved_or_above_plan():
    found = judged(aim("stock", tolerance=Decimal(10)), plan((2023, 500), y2025=400), "2025-Q4", 480)
    assert (found.status, found.achievement, found.above_plan) == (Status.ON_TRACK, None, False)


def test_a_planned_worsening_without_tolerance():
    a_plan = plan((2023, 30), y2025=40)
    found = [judged(aim("stock", "lower"), a_plan, "2024-Q4", actual).status for actual in (31, 35, 36)]
    assert found == [Status.ON_TRACK, Status.ON_TRACK, Status.OFF_TRACK]


def test_cumulative_costs_are_kept_down_until_the_year_ends():
    low = aim("cumulative", "lower", "money")
    a_plan = plan((2022, 0), y2024=800)
    assert judged(low, a_plan, "2024-Q2", 300).status is Status.ON_TRACK
    assert judged(low, a_plan, "2024-Q4", 800).status is Status.ACHIEVED


def test_a_cumulative_target_of_a_past_year_is_no_longer_the_aim():
    found = judged(aim("cumulative", unit="money"), plan((2022, 0), y2024=500, y2026=1500), "2025-Q1", 600)
    assert (found.status, found.target, found.expected) == (Status.ON_TRACK, 1500, 625)


# Shares


def shares(women, men, not_stated, quarter="2025-Q4", **more):
    targets = {"gender": {"women": {2024: "0.4", 2025: "0.5"}}}
    made = framework(indicators={"trained": indicator({"sum": "training.successful"}, share_targets=targets)})
    numbers = {"women": Fraction(women), "men": Fraction(men), "not_stated": Fraction(not_stated)}
    share = share_of_stated(made, "gender", "women", numbers)
    return share_standing(
        made, "trained", "gender", more.pop("category", "women"), share=share, basis=ytd(quarter), **more
    )


@pytest.mark.parametrize(
    ("people", "status"),
    [
        ((50, 50, 0), "achieved"),
        ((48, 52, 0), "on_track"),
        ((40, 60, 0), "at_risk"),
        ((20, 80, 0), "off_track"),
        ((50, 50, 11), "achieved"),
        ((45, 45, 10), "achieved"),
        ((45, 44, 11), "too_few"),
        ((9, 9, 0), "too_few"),
        ((0, 0, 0), "no_data"),
    ],
)
def test_a_share_against_its_target(people, status):
    assert shares(*people).status is Status(status)


def test_a_shares_path_and_its_coverage():
    found = shares(45, 55, 0, "2025-Q2")
    assert (found.expected, found.achievement, found.status) == (Fraction("0.45"), 1, Status.ON_TRACK)
    assert shares(45, 55, 0, "2025-Q2", coverages=[Coverage(1, 2)]).status is Status.PROVISIONAL


def test_a_share_without_a_target():
    assert shares(45, 55, 0, category="men").status is Status.NO_TARGET


def test_a_share_of_nobody():
    found = share_of_stated(framework(), "gender", "women", {"women": Fraction(0), "not_stated": Fraction(3)})
    assert (found.share, found.not_stated_share, found.judged) == (None, 1, False)
