"""Records become facts: every kind of measure, every way of saying nothing, renamed keys."""

from fractions import Fraction

import pytest

from kpi.measure.facts import Origin, Part, Role, Source, facts_of, of_row, origins, parts, parts_of
from kpi.measure.model import NOT_APPLICABLE, Fact
from kpi.measure.rows import NoRateError, UnknownCategoryError
from kpi.records import NOT_APPLICABLE as NA
from kpi.records import FormState, Record, ReportedForm, ReturnContent
from measuring import (
    NOT_FOR_US,
    NOTHING,
    SCALE,
    column,
    dimension,
    form,
    framework,
    indicator,
    label,
    q,
    reported,
)


def facts(made, key, quarter="2025-Q2", **forms):
    """Give an indicator's facts by part role: coordinates → (total, n, not applicable)."""
    found = facts_of(made, q(quarter), ReturnContent(forms))
    return {
        role.value: {
            tuple(sorted(f.coordinates.items())): (f.total, f.n, f.not_applicable)
            for f in found
            if f.part == f"{key}.{role}"
        }
        for role in Role
    }


def numerator(made, key, quarter="2025-Q2", **forms):
    return facts(made, key, quarter, **forms)["numerator"]


def only(columns, measure, *, kind="register", dimensions=None, **more):
    """Build a framework with one more form, “new”, and the indicator “new” on it."""
    rows = more.pop("rows", None)
    extra = {"rows": rows} if rows else {}
    return framework(
        forms={"new": form(kind, "flow", columns, **extra)},
        indicators={"new": indicator(measure, **more)},
        dimensions=dimensions or {},
    )


def test_parts_of_every_measure():
    made = framework()
    assert [part.key for part in parts_of(made, "trained")] == ["trained.numerator"]
    assert [part.key for part in parts_of(made, "satisfaction")] == [
        "satisfaction.numerator",
        "satisfaction.denominator",
    ]
    assert [part.form for part in parts_of(made, "leverage")] == ["funding", "own_support"]
    found = parts(made)
    assert isinstance(found["funding.numerator"], Part)
    scales = {
        key: found[key].scale for key in ("trained.numerator", "satisfaction.numerator", "satisfaction.denominator")
    }
    assert scales == {"trained.numerator": 0, "satisfaction.numerator": 2, "satisfaction.denominator": 0}
    assert found["funding.numerator"].scale == 2


def test_a_sum_is_kept_by_spread_and_by_column():
    made = framework()
    rows = reported(
        {"theme": "poverty", "successful": {"women": 2, "men": 1}},
        {"theme": "poverty", "successful": {"women": 3, "men": 0}},
        {"theme": "health", "successful": {"women": 5, "men": 4}},
    )
    assert numerator(made, "trained", training=rows) == {
        (("gender", "women"), ("theme", "poverty")): (5, 2, 0),
        (("gender", "men"), ("theme", "poverty")): (1, 2, 0),
        (("gender", "women"), ("theme", "health")): (5, 1, 0),
        (("gender", "men"), ("theme", "health")): (4, 1, 0),
    }


def test_what_the_indicator_is_not_broken_down_by_is_summed():
    made = only({"people": column("count", spread="gender")}, {"sum": "new.people"})
    assert numerator(made, "new", new=reported({"people": {"women": 2, "men": 1}})) == {(): (3, 2, 0)}


def test_a_row_that_does_not_say_its_category_has_no_such_coordinate():
    made = framework()
    rows = reported({"successful": {"women": 2}}, {"theme": NA, "successful": {"women": 1}})
    assert numerator(made, "trained", training=rows) == {(("gender", "women"),): (3, 2, 0)}


def test_a_grid_is_kept_by_its_rows():
    made = framework()
    rows = reported({"people": {"women": 7}}, {"people": {"women": 2}}, keys=["client", "community"])
    assert numerator(made, "access", access=rows) == {
        (("gender", "women"), ("group", "client")): (7, 1, 0),
        (("gender", "women"), ("group", "community")): (2, 1, 0),
    }


def test_a_breakdown_above_the_collected_dimension_is_rolled_up_at_once():
    made = framework(indicators={"sites": indicator({"count": "sites"}, by=["region"])})
    rows = reported({"district": "BG411"}, {"district": "BG412"}, {"district": "BG421"})
    assert numerator(made, "sites", sites=rows) == {(("region", "BG41"),): (2, 2, 0), (("region", "BG42"),): (1, 1, 0)}


def test_of_two_breakdowns_from_one_column_the_finer_is_kept():
    made = framework(indicators={"sites": indicator({"count": "sites"}, by=["region", "district"])})
    (part,) = parts_of(made, "sites")
    assert origins(made, part) == {"district": Origin("district", Source.COLUMN, "district")}
    assert numerator(made, "sites", sites=reported({"district": "BG421"})) == {(("district", "BG421"),): (1, 1, 0)}


def test_a_ratio_lacks_the_coordinate_that_only_the_other_term_has():
    made = framework()
    support = reported({"amount": {"amount": "5", "currency": "EUR"}})
    assert facts(made, "leverage", own_support=support)["denominator"] == {(): (500, 1, 0)}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (NOTHING, {(): (0, 0, 0)}),
        (NOT_FOR_US, {((NOT_APPLICABLE, "yes"),): (0, 0, 1)}),
        (ReportedForm(FormState.MISSING), {}),
        (reported({"course": "Sewing"}), {}),
        (reported({"successful": NA}), {((NOT_APPLICABLE, "yes"),): (0, 0, 1)}),
        (
            reported({"successful": {"women": 0, "men": 0}}),
            {(("gender", "women"),): (0, 1, 0), (("gender", "men"),): (0, 1, 0)},
        ),
    ],
    ids=["nothing", "not applicable", "missing", "column empty", "cell not applicable", "zero"],
)
def test_the_ways_of_saying_nothing_differ(said, expected):
    assert numerator(framework(), "trained", training=said) == expected


def test_nothing_to_report_is_a_zero_in_both_terms_of_a_mean():
    found = facts(framework(), "satisfaction", satisfaction=NOTHING)
    assert found == {"numerator": {(): (0, 0, 0)}, "denominator": {(): (0, 0, 0)}}


def test_a_return_without_the_form_gives_no_facts():
    assert facts_of(framework(), q("2025-Q1"), ReturnContent()) == []


def test_where_no_row_meets_the_conditions_there_is_a_zero():
    rows = reported({"acted_upon": False}, {})
    found = facts(framework(), "acted", findings=rows)
    assert found == {"numerator": {(): (0, 0, 0)}, "denominator": {(): (2, 2, 0)}}


def test_a_value_and_one_that_does_not_apply_stand_apart():
    rows = reported({"successful": {"women": 4, "men": NA}}, {"successful": NA})
    assert numerator(framework(), "trained", training=rows) == {
        (("gender", "women"),): (4, 1, 0),
        ((NOT_APPLICABLE, "yes"), ("gender", "men")): (0, 0, 1),
        ((NOT_APPLICABLE, "yes"),): (0, 0, 1),
    }


def test_a_mean_counts_only_values_with_their_weight():
    rows = reported(
        {"score": "4.25", "answered": 8},
        {"score": "3.5"},
        {"answered": 5},
        {"score": NA, "answered": 3},
        keys=["client", "community", "client", "client"],
    )
    assert facts(framework(), "satisfaction", satisfaction=rows) == {
        "numerator": {(("group", "client"),): (3400, 1, 0), ((NOT_APPLICABLE, "yes"), ("group", "client")): (0, 0, 1)},
        "denominator": {(("group", "client"),): (8, 1, 0), ((NOT_APPLICABLE, "yes"), ("group", "client")): (0, 0, 1)},
    }


def test_a_mean_pairs_spread_values_with_spread_weights():
    made = only(
        {
            "asked": column("count", spread="gender"),
            "score": column("decimal", spread="gender", decimals=1, weight="asked"),
        },
        {"mean": "new.score"},
        by=["gender"],
    )
    rows = reported({"score": {"women": "4.5", "men": "3"}, "asked": {"women": 2, "men": 10, "not_stated": 1}})
    assert facts(made, "new", new=rows) == {
        "numerator": {(("gender", "women"),): (90, 1, 0), (("gender", "men"),): (300, 1, 0)},
        "denominator": {(("gender", "women"),): (2, 1, 0), (("gender", "men"),): (10, 1, 0)},
    }


def test_one_weight_weighs_every_value_of_a_spread_and_spread_weights_add_up_for_one_value():
    many = only(
        {"asked": column("count"), "score": column("count", spread="gender", weight="asked")}, {"mean": "new.score"}
    )
    rows = reported({"score": {"women": 4, "men": 2}, "asked": 3})
    assert facts(many, "new", new=rows) == {"numerator": {(): (18, 2, 0)}, "denominator": {(): (6, 2, 0)}}
    one = only(
        {"asked": column("count", spread="gender"), "score": column("count", weight="asked")}, {"mean": "new.score"}
    )
    rows = reported({"score": 4, "asked": {"women": 2, "men": 1}})
    assert facts(one, "new", new=rows) == {"numerator": {(): (12, 1, 0)}, "denominator": {(): (3, 1, 0)}}


def test_a_rating_is_kept_by_its_step_and_its_spread():
    halves = {
        "label": label(),
        "categories": {"low": {"label": label(), "value": "0.5"}, "high": {"label": label(), "value": 2}},
    }
    made = only(
        {"mark": column("rating", spread="group", scale={"client": "halves", "community": "steps"})},
        {"mean": "new.mark"},
        by=["group"],
        dimensions={"halves": halves},
    )
    rows = reported({"mark": {"client": "low", "community": "4"}}, {"mark": {"client": "high"}})
    assert parts_of(made, "new")[0].scale == 1
    assert facts(made, "new", new=rows)["numerator"] == {
        (("group", "client"), ("rating", "low")): (5, 1, 0),
        (("group", "client"), ("rating", "high")): (20, 1, 0),
        (("group", "community"), ("rating", "4")): (40, 1, 0),
    }


def test_a_row_that_leaves_one_sum_of_a_ratio_empty_enters_neither():
    rows = reported(
        {"successful": {"women": 3, "men": 1}, "enrolled": {"women": 4, "men": 2}},
        {"enrolled": {"women": 10, "men": 10}},
        {"successful": {"women": 1, "men": 1}, "enrolled": NA},
    )
    assert facts(framework(), "success", training=rows) == {
        "numerator": {
            (("gender", "women"),): (3, 1, 0),
            (("gender", "men"),): (1, 1, 0),
            ((NOT_APPLICABLE, "yes"), ("gender", "women")): (0, 0, 1),
            ((NOT_APPLICABLE, "yes"), ("gender", "men")): (0, 0, 1),
        },
        "denominator": {
            (("gender", "women"),): (4, 1, 0),
            (("gender", "men"),): (2, 1, 0),
            ((NOT_APPLICABLE, "yes"),): (0, 0, 1),
        },
    }


def test_a_ratio_of_a_spread_sum_to_a_plain_one_adds_the_spread_up():
    made = only(
        {"asked": column("count"), "answered": column("count", spread="gender")},
        {"ratio": {"of": {"sum": "new.answered"}, "to": {"sum": "new.asked"}}},
        unit="share",
    )
    rows = reported({"asked": 10, "answered": {"women": 3, "men": 2}}, {"asked": 7})
    assert facts(made, "new", new=rows) == {"numerator": {(): (5, 2, 0)}, "denominator": {(): (10, 1, 0)}}


def test_rows_outside_the_numerators_condition_still_count_below():
    made = only(
        {"done": column("yes_no"), "people": column("count"), "asked": column("count")},
        {"ratio": {"of": {"sum": "new.people", "where": {"done": True}}, "to": {"sum": "new.asked"}}},
        unit="share",
    )
    rows = reported({"done": True, "people": 3, "asked": 4}, {"done": False, "asked": 6})
    assert facts(made, "new", new=rows) == {"numerator": {(): (3, 1, 0)}, "denominator": {(): (10, 2, 0)}}


@pytest.mark.parametrize(
    ("amount", "currency", "day", "cents"),
    [
        ("1000.00", "BGN", "2025-11-30", 51129),
        ("0.30", "BGN", "2025-12-31", 15),
        ("1.95583", "BGN", "2025-12-31", 100),
        ("0.01", "BGN", "2025-12-31", 1),  # 0.0051 EUR
        ("9999999999.99", "EUR", "2026-02-01", 999999999999),
        ("9999999999.99", "BGN", None, 511291881196),
    ],
)
def test_money_becomes_cents(amount, currency, day, cents):
    row = {"kind": "money", "source": "esf", "amount": {"amount": amount, "currency": currency}}
    if day:
        row["signed"] = day
    found = numerator(framework(), "funding", "2025-Q4", funding=reported(row))
    assert found == {(("source", "esf"),): (cents, 1, 0)}


def test_half_a_cent_is_rounded_up():
    twice = {"currency": "EUR", "rates": {"XXX": [{"per_unit": "2", "source": label()}]}}
    row = {"kind": "money", "amount": {"amount": "0.05", "currency": "XXX"}}
    assert numerator(framework(money=twice), "funding", funding=reported(row)) == {(): (3, 1, 0)}


def test_an_amount_without_a_date_takes_the_rate_of_the_quarters_last_day():
    row = {"kind": "money", "amount": {"amount": "500", "currency": "BGN"}}
    with pytest.raises(NoRateError, match="BGN on 2026-03-31"):
        facts_of(framework(), q("2026-Q1"), ReturnContent({"funding": reported(row)}))


def test_decimals_are_rounded_half_up_to_those_kept():
    made = only({"hours": column("decimal", decimals=1)}, {"sum": "new.hours"})
    rows = reported({"hours": "1.25"}, {"hours": "0.04"}, {"hours": "-0.05"})
    assert numerator(made, "new", new=rows) == {(): (13 + 0 - 1, 3, 0)}


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ({"theme": "poverty"}, 2),
        ({"theme": ["poverty", "health"]}, 3),
        ({"open": True}, 1),
        ({"open": False}, 2),
        ({"theme": "poverty", "open": False}, 1),
        ({"mark": ["3", "4"]}, 2),
        ({"ended": {"years_ago": 1}}, 2),
        ({"ended": {"years_ago": 0}}, 3),
        ({"ended": {"years_ago": 2}}, 0),
    ],
)
def test_conditions(condition, count):
    made = only(
        {
            "theme": column("choice", dimension="theme"),
            "open": column("yes_no"),
            "mark": column("rating", scale="steps"),
            "ended": column("date"),
        },
        {"count": "new", "where": condition},
    )
    rows = reported(
        {"theme": "poverty", "open": True, "mark": "4", "ended": "2024-06-30"},
        {"theme": "poverty", "open": False, "mark": "2", "ended": "2024-07-01"},
        {"theme": "health", "open": False, "mark": "3", "ended": "2024-03-31"},
        {"theme": NA, "open": NA, "mark": NA, "ended": NA},
        {},
    )
    assert numerator(made, "new", "2025-Q2", new=rows) == {(): (count, count, 0)}


def test_what_was_renamed_is_found_under_its_present_key():
    renamed = dimension("need", "health")
    renamed["categories"]["need"]["was"] = ["poverty"]
    people = dimension("female", "men")
    people["categories"]["female"]["was"] = ["women"]
    made = framework(
        dimensions={"theme": renamed, "sex": people},
        forms={
            "classes": form(
                "register",
                "flow",
                {
                    "subject": column("choice", dimension="theme", was=["theme"]),
                    "passed": column("count", spread="sex", was=["successful"]),
                },
                was=["training"],
            ),
            "training": None,
        },
        indicators={
            "trained": indicator({"sum": "classes.passed", "where": {"subject": "need"}}, by=["sex", "theme"]),
            "success": indicator({"count": "classes"}),
        },
    )
    rows = reported(
        {"theme": "poverty", "successful": {"women": 4, "men": 1}}, {"subject": "need", "passed": {"female": 2}}
    )
    assert numerator(made, "trained", training=rows) == {
        (("sex", "female"), ("theme", "need")): (6, 2, 0),
        (("sex", "men"), ("theme", "need")): (1, 1, 0),
    }


def test_renamed_rows_and_steps():
    scale = {"label": label(), "categories": {"best": {"label": label(), "value": 4, "was": ["4"]}}}
    groups = dimension("customer")
    groups["categories"]["customer"]["was"] = ["client"]
    made = only(
        {"mark": column("rating", scale="steps")},
        {"mean": "new.mark"},
        kind="grid",
        rows="group",
        by=["group"],
        dimensions={"steps": scale, "group": groups},
    )
    found = numerator(made, "new", new=reported({"mark": "4"}, keys=["client"]))
    assert found == {(("group", "customer"), ("rating", "best")): (4, 1, 0)}


def test_a_category_that_never_was_stops_the_work():
    with pytest.raises(UnknownCategoryError, match="witchcraft"):
        numerator(framework(), "trained", training=reported({"theme": "witchcraft", "successful": {"women": 1}}))


def test_an_indicator_has_facts_only_while_it_is_valid():
    made = framework(indicators={"sites": indicator({"count": "sites"}, **{"from": "2025-Q1", "until": "2025-Q2"})})
    rows = reported({"district": "BG411"})
    found = [
        bool(numerator(made, "sites", quarter, sites=rows)) for quarter in ("2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3")
    ]
    assert found == [False, True, True, False]
    (part,) = parts_of(made, "sites")
    row = Record(1, "a", {"site": "a"})
    assert [bool(of_row(made, part, q(quarter), row)) for quarter in ("2024-Q4", "2025-Q1", "2025-Q3")] == [0, 1, 0]


def test_facts_come_in_one_order():
    made = framework()
    rows = [{"theme": theme, "successful": {"women": n, "men": 1}} for n, theme in enumerate(["health", "poverty"])]
    one, other = (
        facts_of(made, q("2025-Q1"), ReturnContent({"training": reported(*each)})) for each in (rows, rows[::-1])
    )
    assert one == other
    assert all(isinstance(fact, Fact) for fact in one)


def test_the_scale_used_above_is_whole():
    assert [Fraction(step["value"]) for step in SCALE["categories"].values()] == [0, 1, 2, 3, 4]
