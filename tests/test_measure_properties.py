"""What always holds of measuring, whatever was reported."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.measure.facts import facts_of
from kpi.measure.model import State
from kpi.quarter import Quarter, Window
from kpi.records import ReturnContent
from measuring import GENDERS, NOT_FOR_US, NOTHING, World, framework, q, reported, ytd

FRAMEWORK = framework()
YEAR = [f"2025-Q{number}" for number in (1, 2, 3, 4)]

counts = st.integers(0, 10**9)
people = st.fixed_dictionaries(dict.fromkeys(GENDERS, counts))
courses = st.fixed_dictionaries(
    {}, optional={"theme": st.sampled_from(["poverty", "health"]), "successful": people, "enrolled": people}
)
amounts = st.decimals(0, 10**10, places=2).map(str)
grants = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["money", "in_kind", "pledge"]),
        "amount": st.fixed_dictionaries({"amount": amounts, "currency": st.sampled_from(["EUR", "BGN"])}),
    },
    optional={"source": st.sampled_from(["national", "local", "esf", "foundation"])},
)
sites = st.fixed_dictionaries({}, optional={"district": st.sampled_from(["BG411", "BG412", "BG421"])})


def a_form(rows):
    some = st.lists(rows, min_size=1, max_size=4).map(lambda found: reported(*found))
    return st.one_of(some, st.just(NOTHING), st.just(NOT_FOR_US))


contents = st.fixed_dictionaries(
    {}, optional={"training": a_form(courses), "funding": a_form(grants), "sites": a_form(sites)}
)
returns = st.dictionaries(st.tuples(st.sampled_from("ABC"), st.sampled_from(YEAR)), contents, max_size=8)


def world_of(reports):
    world = World(FRAMEWORK)
    for (code, quarter), forms in reports:
        world.add(code, quarter, **forms)
    return world


def figures(world, key, window, **more):
    """Everything that a person would see, in comparable form."""
    return [
        (dict(m.slice), m.organisation, m.state, m.value, m.n, m.coverage, dict(m.carried), m.standing)
        for m in world.ask(key, window, **more)
    ]


KEYS = ("trained", "success", "funding", "sites")


@given(returns, st.randoms(use_true_random=False))
def test_the_order_of_returns_does_not_matter(made, random):
    shuffled = list(made.items())
    random.shuffle(shuffled)
    one, other = world_of(made.items()), world_of(shuffled)
    for key in KEYS:
        assert figures(one, key, ytd("2025-Q4")) == figures(other, key, ytd("2025-Q4"))


@given(st.lists(courses, min_size=1, max_size=6).flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_order_of_rows_does_not_matter(rows):
    one, other = (facts_of(FRAMEWORK, q("2025-Q1"), ReturnContent({"training": reported(*each)})) for each in rows)
    assert one == other


def adds_up(world, key, window, dimension):
    total, *slices = world.ask(key, window, by=(dimension,))
    if total.state is State.VALUE:
        assert sum((m.value for m in slices if m.state is State.VALUE), Fraction(0)) == total.value
        assert sum((m.n for m in slices if m.state is State.VALUE), Fraction(0)) == total.n
    else:
        # Of the organisations, some may not have reported where others said that it does not apply to them.
        assert {m.state for m in slices} <= {total.state, State.MISSING}


@given(returns)
def test_the_slices_of_one_dimension_add_up_to_the_total(made):
    world = world_of(made.items())
    for key, dimension in (
        ("trained", "gender"),
        ("trained", "theme"),
        ("trained", "region"),
        ("funding", "source"),
        ("funding", "capital"),
        ("sites", "district"),
        ("sites", "region"),
    ):
        adds_up(world, key, ytd("2025-Q4"), dimension)


@given(returns)
def test_a_ratios_terms_add_up_over_slices(made):
    total, *slices = world_of(made.items()).ask("success", ytd("2025-Q4"), by=("gender",))
    if total.denominator:
        for term in ("numerator", "denominator"):
            assert sum(getattr(m, term) or 0 for m in slices) == getattr(total, term)


@given(returns)
def test_crossed_slices_add_up_to_the_total(made):
    total, *slices = world_of(made.items()).ask("trained", ytd("2025-Q4"), by=("theme", "gender"))
    if total.state is State.VALUE:
        assert sum((m.value for m in slices if m.state is State.VALUE), Fraction(0)) == total.value


@given(returns)
def test_a_flows_year_is_the_sum_of_its_quarters(made):
    world = world_of(made.items())
    for key in ("trained", "funding"):
        year = world.total(key, Window.year(2025))
        quarters = [world.total(key, quarter) for quarter in YEAR]
        assert (year.value or 0) == sum(found.value or 0 for found in quarters)
        assert year.coverage.reported == sum(found.coverage.reported for found in quarters)
        assert year.coverage.expected == sum(found.coverage.expected for found in quarters)
        assert (year.value is None) == all(found.value is None for found in quarters)


@given(returns)
def test_the_whole_is_the_sum_of_its_organisations(made):
    world = world_of(made.items())
    for key in ("trained", "funding", "sites"):
        whole = world.total(key, ytd("2025-Q3"))
        alone = [world.total(key, ytd("2025-Q3"), organisation=code) for code in "ABC"]
        assert (whole.value or 0) == sum(found.value or 0 for found in alone)
        assert whole.coverage.reported == sum(found.coverage.reported for found in alone)


@given(returns, st.sampled_from("ABC"), st.sampled_from(YEAR), contents, contents)
def test_replacing_a_revision_is_never_having_had_the_old_one(made, code, quarter, old, new):
    others = [(key, forms) for key, forms in made.items() if key != (code, quarter)]
    replaced = world_of(others)
    former = replaced.add(code, quarter, **old)
    replaced.drop(former)
    replaced.add(code, quarter, **new)
    never = world_of([*others, ((code, quarter), new)])
    for key in KEYS:
        for by in ((), ("region",)):
            assert figures(replaced, key, ytd("2025-Q4"), by=by) == figures(never, key, ytd("2025-Q4"), by=by)


@given(returns)
def test_coverage_is_never_above_one(made):
    world = world_of(made.items())
    for key in KEYS:
        for quarter in YEAR:
            found = world.total(key, quarter).coverage
            assert 0 <= found.reported <= found.expected


@settings(max_examples=200)
@given(st.lists(amounts, min_size=1, max_size=8), st.sampled_from(["EUR", "BGN"]))
def test_money_is_rounded_per_amount_by_less_than_a_cent(written, currency):
    rows = [{"kind": "money", "amount": {"amount": amount, "currency": currency}} for amount in written]
    world = world_of([(("A", "2025-Q1"), {"funding": reported(*rows)})])
    exact = sum(Fraction(amount) for amount in written) / (Fraction("1.95583") if currency == "BGN" else 1)
    assert abs(world.total("funding", "2025-Q1").value - exact) <= len(written) * Fraction(1, 200)


@given(st.integers(0, 3), st.integers(0, 6))
def test_a_stock_stands_until_four_quarters_later(start, later):
    begun = Quarter(2024, 1) + start
    world = world_of([(("A", str(begun)), {"sites": reported({"district": "BG411"})})])
    found = world.total("sites", str(begun + later))
    assert (found.value == 1) == (later <= 4)
    assert found.carried == ({"A": begun} if 1 <= later <= 4 else {})
