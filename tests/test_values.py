"""Cells become values: exact, or one of four kinds of none."""

from fractions import Fraction

import pytest

from kpi.measure.model import NOT_APPLICABLE, Cell, State
from kpi.measure.values import Value, allowed, value_of
from kpi.quarter import Window
from measuring import framework, q

QUARTER = Window.quarter(q("2025-Q1"))
YEAR = Window.year(2025)


def cell(part, total, n=1, **coordinates):
    return Cell(part, coordinates, total, n)


def n_a(part):
    return Cell(part, {NOT_APPLICABLE: "yes"}, 0, 0, 1)


def value(key, *cells, reported=False, window=QUARTER):
    return value_of(framework(), key, cells, reported=reported, window=window)


def test_a_sum_adds_its_cells_and_counts_what_it_rests_on():
    found = value("trained", cell("trained.numerator", 7, 2, gender="women"), cell("trained.numerator", 5, 3))
    assert found == Value(State.VALUE, Fraction(12), Fraction(12), None, Fraction(5))


def test_money_is_in_euro():
    assert value("funding", cell("funding.numerator", 12345)).value == Fraction("123.45")


def test_a_mean_is_descaled_by_both_its_parts():
    found = value("satisfaction", cell("satisfaction.numerator", 3400), cell("satisfaction.denominator", 8))
    assert (found.value, found.numerator, found.denominator, found.n) == (Fraction("4.25"), 34, 8, 8)


def test_a_ratio_of_money_to_money():
    cells = cell("leverage.numerator", 100), cell("leverage.denominator", 300)
    assert value("leverage", *cells, window=YEAR).value == Fraction(1, 3)


@pytest.mark.parametrize("key", ["trained", "satisfaction", "success"])
def test_no_cells_are_missing(key):
    assert value(key) == Value(State.MISSING)


def test_a_slice_without_cells_of_what_was_reported_is_zero():
    assert value("trained", reported=True) == Value(State.VALUE, Fraction(0), Fraction(0), None, Fraction(0))


@pytest.mark.parametrize("key", ["satisfaction", "success"])
def test_a_slice_without_cells_of_a_mean_or_ratio_is_not_available(key):
    assert value(key, reported=True).state is State.NOT_AVAILABLE


def test_a_ratios_numerator_is_zero_where_the_slice_has_only_the_denominator():
    assert value("success", cell("success.denominator", 4), reported=True).value == 0


def test_a_denominator_of_zero_is_not_available():
    found = value("success", cell("success.numerator", 0), cell("success.denominator", 0))
    assert (found.state, found.value, found.numerator, found.n) == (State.NOT_AVAILABLE, None, 0, 0)


def test_without_any_numerator_a_ratio_is_missing():
    assert value("leverage", cell("leverage.denominator", 100), window=YEAR).state is State.MISSING


def test_without_any_denominator_a_ratio_is_not_available():
    assert value("leverage", cell("leverage.numerator", 100), window=YEAR).state is State.NOT_AVAILABLE


def test_only_not_applicable_is_not_applicable():
    assert value("trained", n_a("trained.numerator")).state is State.NOT_APPLICABLE
    assert value("trained", n_a("trained.numerator"), reported=True).state is State.NOT_APPLICABLE


def test_one_zero_beside_not_applicable_is_a_value():
    zero = Cell("trained.numerator", {}, 0, 0)
    assert value("trained", n_a("trained.numerator"), zero).value == 0


@pytest.mark.parametrize(
    ("window", "meaningful"),
    [
        (QUARTER, False),
        (YEAR, True),
        (Window.year_to_date(q("2025-Q4")), True),
        (Window.year_to_date(q("2025-Q3")), False),
        (Window.since(q("2023-Q1"), q("2025-Q3")), True),
        (Window.range(q("2024-Q1"), q("2025-Q4")), False),
        (Window.half_year(q("2025-Q3")), False),
    ],
    ids=str,
)
def test_windows_in_which_a_figure_means_something(window, meaningful):
    made = framework()
    assert allowed(made.indicators["leverage"], window) is meaningful
    assert allowed(made.indicators["trained"], window)
    cells = cell("leverage.numerator", 100), cell("leverage.denominator", 100)
    assert value("leverage", *cells, window=window).state is (State.VALUE if meaningful else State.NOT_AVAILABLE)


def test_sums_beyond_the_precision_of_floats_are_exact():
    big = 2**53
    assert value("trained", cell("trained.numerator", big), cell("trained.numerator", 1)).value == big + 1
