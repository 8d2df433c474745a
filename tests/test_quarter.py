"""Quarters and windows: hand-checked days, and what holds for all of them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.quarter import NotAQuarterError, Quarter, Window, WindowKind

QUARTERS = st.builds(Quarter, st.integers(1901, 2198), st.integers(1, 4))


@pytest.mark.parametrize(
    ("text", "year", "number"),
    [("2026-Q3", 2026, 3), ("2026Q3", 2026, 3), (" 2026-q1 ", 2026, 1), ("2026-Т4", 2026, 4), ("2026-T2", 2026, 2)],
)
def test_a_quarter_is_read_as_people_write_it(text, year, number):
    assert Quarter.parse(text) == Quarter(year, number)


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-Q5", "2026-Q0", "26-Q1", "Q3 2026", "2026-Q33", "1899-Q4", "2026 - Q3"]
)
def test_what_is_no_quarter_is_refused_and_quoted(text):
    with pytest.raises(NotAQuarterError, match="is not a quarter"):
        Quarter.parse(text)


def test_the_days_of_a_quarter():
    quarter = Quarter(2024, 1)
    assert (quarter.starts, quarter.ends) == (date(2024, 1, 1), date(2024, 3, 31))
    assert Quarter(2025, 4).ends == date(2025, 12, 31)
    assert Quarter(2026, 3).due(30) == date(2026, 10, 30)


@given(QUARTERS)
def test_what_is_written_is_read_again(quarter):
    assert Quarter.parse(str(quarter)) == quarter
    assert Quarter.from_ordinal(quarter.ordinal) == quarter


@given(QUARTERS)
def test_quarters_follow_each_other_without_a_gap(quarter):
    assert quarter.ends + timedelta(days=1) == (quarter + 1).starts
    assert 90 <= (quarter.ends - quarter.starts).days + 1 <= 92


@given(st.dates(date(1901, 1, 1), date(2198, 12, 31)))
def test_a_day_lies_in_its_quarter(day):
    quarter = Quarter.of(day)
    assert quarter.starts <= day <= quarter.ends


@given(QUARTERS, QUARTERS)
def test_differences_and_order_agree(one, other):
    assert other + (one - other) == one
    assert (one < other) == (one.starts < other.starts)
    assert (one < other) == (str(one) < str(other))


@given(QUARTERS)
def test_a_year_is_its_four_quarters_and_its_two_halves(quarter):
    year = Window.year(quarter.year)
    assert [one.number for one in year] == [1, 2, 3, 4]
    assert len(year) == 4
    assert quarter in year
    half = Window.half_year(quarter)
    assert quarter in half
    assert len(half) == 2
    assert half.first.number in (1, 3)
    assert all(one in year for one in half)


@given(QUARTERS)
def test_the_year_to_date_ends_with_the_quarter(quarter):
    window = Window.year_to_date(quarter)
    assert len(window) == quarter.number
    assert window.last == quarter
    assert quarter + 1 not in window


@given(QUARTERS, st.integers(0, 60))
def test_a_window_holds_both_its_ends_and_nothing_beyond(first, length):
    last = Quarter.from_ordinal(min(first.ordinal + length, Quarter(2199, 4).ordinal))
    window = Window.range(first, last)
    assert list(window) == sorted(window)
    assert len(list(window)) == len(window) == last - first + 1
    assert first in window
    assert last in window
    assert last + 1 not in window
    assert "2026-Q3" not in window


def test_a_window_does_not_end_before_it_begins():
    with pytest.raises(NotAQuarterError):
        Window.range(Quarter(2026, 2), Quarter(2026, 1))


def test_windows_of_the_same_quarters_differ_by_what_was_asked():
    quarter = Quarter(2026, 1)
    assert Window.quarter(quarter) != Window.year_to_date(quarter)
    assert Window.since(quarter, quarter).kind is WindowKind.SINCE_START


@pytest.mark.parametrize(
    ("window", "text"),
    [
        (Window.quarter(Quarter(2026, 3)), "2026-Q3"),
        (Window.year(2026), "2026"),
        (Window.year_to_date(Quarter(2026, 3)), "2026-Q1/2026-Q3"),
        (Window.half_year(Quarter(2026, 4)), "2026-Q3/2026-Q4"),
        (Window.since(Quarter(2023, 3), Quarter(2026, 3)), "2023-Q3/2026-Q3"),
    ],
)
def test_windows_are_written_for_machines(window, text):
    assert str(window) == text
