"""The golden cases: 43 standings and 16 worked examples, all computed by hand."""

import csv
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from kpi.framework.model import Baseline, Better, Rules, UnitKind
from kpi.measure.disaggregation import share_of_stated
from kpi.measure.model import Coverage, State, Status
from kpi.measure.plan import Accumulation, Aim, Plan
from kpi.measure.progress import standing
from kpi.quarter import Quarter, Window
from measuring import NOTHING, World, framework, organisation, q, reported, ytd

CASES = list(csv.DictReader((Path(__file__).parent / "data/golden/standing.csv").open(encoding="utf-8")))


def test_all_cases_are_here():
    assert [int(case["case"]) for case in CASES] == list(range(1, 44))


@pytest.mark.parametrize("case", CASES, ids=[f"{case['case']}-{case['status']}" for case in CASES])
def test_standing(case):
    unit = UnitKind(case["unit"])
    aim = Aim(
        Accumulation(case["accumulation"]),
        Better(case["better"]),
        unit,
        Rules(),
        Quarter(2022, 1),
        tolerance=Decimal(case["tolerance"]) if case["tolerance"] else None,
        phasing=tuple(Decimal(part) for part in case["phasing"].split(";")) if case["phasing"] else None,
        judge_from=20,
    )
    baseline = Baseline(year=int(case["baseline_year"]), value=Decimal(case["baseline"])) if case["baseline"] else None
    targets = {int(year): Decimal(value) for year, value in (t.split("=") for t in case["targets"].split(";"))}
    found = standing(
        aim,
        Plan(baseline, targets),
        Window.year_to_date(Quarter(int(case["year"]), int(case["to_quarter"]))),
        actual=Fraction(case["actual"]) if case["actual"] else None,
        n=Fraction(case["n"] or 1000),
        coverages=[Coverage(3, 3)],
    )
    assert found.status is Status(case["status"])
    assert found.expected == (Fraction(case["expected"]) if case["expected"] else None)
    assert found.above_plan is (case["above_plan"] == "yes")
    if case["achievement"]:
        assert abs(found.achievement - Fraction(case["achievement"])) < Fraction(1, 1_000_000)
    else:
        assert found.achievement is None


def course(women=0, men=0, not_stated=0, **more):
    people = {"women": women, "men": men, "non_binary": 0, "not_stated": not_stated}
    return {"course": "Sewing", "successful": people, **more}


@pytest.fixture
def training():
    """Worked example 1."""
    world = World(framework())
    world.add("A", "2025-Q1", training=reported(course(10, 5)))
    world.add("A", "2025-Q2", training=reported(course(0, 0)))
    world.add("B", "2025-Q1", training=reported(course(4, 0)))
    world.add("C", "2025-Q1", training=NOTHING)
    world.add("C", "2025-Q2", training=reported(course(3, 3, 2)))
    return world


def test_example_1_flow(training):
    first, second = training.total("trained", "2025-Q1"), training.total("trained", "2025-Q2")
    both = training.total("trained", ytd("2025-Q2"))
    assert (first.value, second.value, both.value) == (19, 8, 27)
    assert training.by("trained", "2025-Q1", "gender") == {"women": 14, "men": 5, "non_binary": 0, "not_stated": 0}
    assert training.by("trained", "2025-Q2", "gender") == {"women": 3, "men": 3, "non_binary": 0, "not_stated": 2}
    assert second.coverage == Coverage(2, 3)
    assert both.coverage == Coverage(5, 6)
    share = share_of_stated(training.framework, "gender", "women", training.by("trained", ytd("2025-Q2"), "gender"))
    assert (share.share, share.stated, share.not_stated) == (Fraction(17, 25), 25, 2)
    assert share.not_stated_share == Fraction(2, 27)
    assert share.judged


def test_example_2_zero_is_not_missing(training):
    at_a = training.total("trained", "2025-Q2", organisation="A")
    at_b = training.total("trained", "2025-Q2", organisation="B")
    assert (at_a.state, at_a.value, at_a.organisation) == (State.VALUE, 0, "A")
    assert (at_b.state, at_b.value) == (State.MISSING, None)
    region = training.total("trained", "2025-Q2", where={"region": "BG41"})
    assert (region.state, region.value, region.coverage) == (State.VALUE, 0, Coverage(1, 2))


def places(*districts):
    return reported(*({"district": district} for district in districts))


def test_example_3_stock_is_carried_by_form_not_by_slice():
    world = World(framework())
    world.add("A", "2025-Q1", sites=places("BG411", "BG412", "BG421"))
    world.add("A", "2025-Q2", sites=places("BG411", "BG411", "BG412"))
    assert world.total("sites", "2025-Q2", organisation="A").value == 3
    assert world.by("sites", "2025-Q2", "region", organisation="A") == {"BG41": 3, "BG42": 0}


def test_example_4_stock_is_carried_over_a_gap():
    world = World(framework())
    world.add("B", "2025-Q1", sites=places(*["BG411"] * 5))
    for quarter in ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2"):
        world.add("A", quarter, sites=NOTHING)
        world.add("C", quarter, sites=NOTHING)
    third = world.total("sites", "2025-Q3")
    assert third.value == 5
    assert third.coverage == Coverage(2, 3, carried=1)
    assert third.carried == {"B": q("2025-Q1")}
    assert world.total("sites", "2026-Q1").value == 5
    later = world.total("sites", "2026-Q2")
    assert (later.value, later.coverage) == (0, Coverage(2, 3))


def test_example_5_an_organisation_that_stopped():
    stopped = organisation("C", region="BG42", until="2025-Q2")
    world = World(framework(), [organisation("A"), stopped])
    world.add("A", "2025-Q3", sites=places("BG411"))
    world.add("C", "2025-Q2", sites=places(*["BG421"] * 4))
    assert world.total("sites", "2025-Q2").value == 4
    third = world.total("sites", "2025-Q3")
    assert (third.value, third.coverage) == (1, Coverage(1, 1))
    assert world.by("sites", "2025-Q3", "region") == {"BG41": 1, "BG42": 0}


def test_example_6_a_late_return():
    world = World(framework())
    world.add("A", "2025-Q3", sites=places("BG411"))
    assert world.total("sites", "2025-Q2").state is State.MISSING
    world.add("B", "2025-Q2", sites=places(*["BG412"] * 6))
    assert world.total("sites", "2025-Q2").value == 6
    third = world.total("sites", "2025-Q3")
    assert (third.value, third.carried) == (7, {"B": q("2025-Q2")})


def test_example_7_nothing_to_report_is_a_zero_and_ends_carrying():
    world = World(framework())
    world.add("C", "2024-Q4", sites=places("BG421"))
    world.add("C", "2025-Q1", sites=NOTHING)
    found = world.total("sites", "2025-Q1", organisation="C")
    assert (found.state, found.value, found.carried) == (State.VALUE, 0, {})
    assert found.coverage == Coverage(1, 1)


def rate(successful, enrolled):
    return reported({"successful": {"women": successful, "men": 0}, "enrolled": {"women": enrolled, "men": 0}})


def test_example_8_ratio():
    world = World(framework(), [organisation(code) for code in "ABCD"])
    world.add("A", "2025-Q1", training=rate(15, 20))
    world.add("B", "2025-Q1", training=rate(4, 5))
    world.add("C", "2025-Q2", training=rate(8, 15))
    for _ in range(2):
        found = world.total("success", ytd("2025-Q2"))
        assert (found.value, found.numerator, found.denominator, found.n) == (Fraction("0.675"), 27, 40, 40)
        world.add("D", "2025-Q1", training=rate(0, 0))
    alone = world.total("success", ytd("2025-Q2"), organisation="D")
    assert (alone.state, alone.value, alone.denominator) == (State.NOT_AVAILABLE, None, 0)


def test_example_9_weighted_mean():
    world = World(framework())
    world.add("A", "2025-Q1", satisfaction=reported({"score": "4.5", "answered": 10}, keys=["client"]))
    world.add("B", "2025-Q1", satisfaction=reported({"score": "3.0", "answered": 30}, keys=["client"]))
    world.add("C", "2025-Q1", satisfaction=reported({}, keys=["client"]))
    found = world.total("satisfaction", "2025-Q1")
    assert (found.value, found.n, found.coverage) == (Fraction("3.375"), 40, Coverage(2, 3))


def test_example_10_rating_of_a_stock_register():
    world = World(framework())
    world.add("A", "2025-Q1", innovations=reported({"impact": "2"}, {"impact": "4"}))
    world.add("A", "2025-Q2", innovations=reported({"impact": "3"}, {"impact": "4"}))
    world.add("B", "2025-Q1", innovations=reported({"impact": "1"}))
    for window in ("2025-Q2", ytd("2025-Q2")):
        found = world.ask("impact", window, by=("rating",))
        assert (found[0].value, found[0].n) == (Fraction(8, 3), 3)
        assert {m.slice["rating"]: m.n for m in found[1:]} == {"0": 0, "1": 1, "2": 0, "3": 1, "4": 1}


def test_example_11_findings_acted_upon():
    world = World(framework())
    world.add("A", "2025-Q1", findings=reported(*[{"acted_upon": False}] * 10))
    world.add("A", "2025-Q3", findings=reported(*[{"acted_upon": True}] * 8, *[{"acted_upon": False}] * 4))
    assert world.total("acted", "2025-Q1").value == 0
    assert world.total("acted", "2025-Q3").value == Fraction(2, 3)
    assert world.total("acted", Window.since(q("2023-Q1"), q("2025-Q3"))).value == Fraction(2, 3)


def grant(amount, source="national", currency="EUR", signed="2025-11-30", kind="money"):
    return {
        "source": source,
        "kind": kind,
        "signed": signed,
        "amount": {"amount": amount, "currency": currency},
    }


def test_example_12_money():
    world = World(framework())
    world.add("A", "2025-Q4", funding=reported(grant("1000.00", currency="BGN")))
    world.add("B", "2025-Q4", funding=reported(*[grant("0.30", currency="BGN")] * 3))
    assert world.total("funding", "2025-Q4", organisation="A").value == Fraction("511.29")
    assert world.total("funding", "2025-Q4", organisation="B").value == Fraction("0.45")
    assert world.framework.money.rate("BGN", date(2026, 2, 1)) is None


def test_example_13_leverage():
    world = World(framework(), [organisation("A"), organisation("K", role="centre")])
    world.add(
        "A",
        "2025-Q2",
        funding=reported(
            grant("120000", "national"),
            grant("80000", "foundation"),
            grant("30000", "local", kind="in_kind"),
            grant("90000", "foundation", kind="pledge"),
        ),
    )
    year = Window.year(2025)
    assert world.total("leverage", year).state is State.NOT_AVAILABLE
    world.add("K", "2025-Q1", own_support=reported({"amount": {"amount": "50000", "currency": "EUR"}}))
    assert world.total("leverage", year).value == 4
    assert world.by("leverage", year, "capital") == {"public": Fraction("2.4"), "private": Fraction("1.6")}
    assert world.total("leverage", "2025-Q2").state is State.NOT_AVAILABLE
    assert world.total("leverage", Window.since(q("2023-Q1"), q("2025-Q4"))).value == 4
    world.add("K", "2026-Q1", own_support=NOTHING)
    world.add("A", "2026-Q1", funding=reported(grant("10")))
    assert world.total("leverage", Window.year(2026)).state is State.NOT_AVAILABLE


def test_example_14_revision():
    world = World(framework())
    former = world.add("C", "2025-Q1", training=reported(course(8)))
    revised = world.add("C", "2025-Q1", training=reported(course(9)))
    everything = list(world.reports)
    world.drop(revised)
    assert world.total("trained", "2025-Q1").value == 8
    world.reports = everything
    world.drop(former)
    assert world.total("trained", "2025-Q1").value == 9


def test_example_15_roll_up():
    world = World(framework())
    amounts = {"national": "100", "local": "20", "esf": "50", "foundation": "30"}
    world.add("A", "2025-Q4", funding=reported(*(grant(amount, source) for source, amount in amounts.items())))
    assert world.by("funding", "2025-Q4", "capital") == {"public": 170, "private": 30}
    assert world.by("funding", "2025-Q4", "source") == {source: int(amount) for source, amount in amounts.items()}
    assert world.total("funding", "2025-Q4").value == 200


def test_example_16_a_filter_that_an_indicator_lacks():
    world = World(framework())
    people = {"women": 10, "men": 5}
    world.add("A", "2025-Q1", improved=reported({"assessed": people, "better": people}))
    (found,) = world.ask("improved", "2025-Q1", where={"theme": "poverty"})
    assert (found.state, found.value, found.lacks) == (State.NOT_COLLECTED, None, "theme")
    assert found.standing.status is Status.NO_DATA
