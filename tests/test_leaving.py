"""What actually leaves the house, file by file: nobody can compute from all of it what is hidden in it."""

import itertools
from datetime import UTC, date, datetime

import pytest

from filled import CENTRE, framework
from kpi import figures
from kpi.access import OPERATOR
from kpi.installation import Installation
from kpi.quarter import Quarter
from leaving import nobody_computes
from made_up import fill_store

TODAY, AT = date(2026, 5, 15), datetime(2026, 5, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize("seed", [3, 11])
def test_nobody_computes_what_is_hidden_in_files_of_random_data(sqlite_store, seed):
    here = Installation(framework(CENTRE), CENTRE.read_text(encoding="utf-8"), sqlite_store, OPERATOR)
    fill_store(here, seed, organisations=5, first=Quarter(2025, 2), quarters=4, plausible=True)
    assert len(nobody_computes(here, today=TODAY, at=AT)) > 1000


@pytest.mark.parametrize("day", [date(2024, 2, 1), TODAY, date(2026, 11, 20), date(2027, 1, 30), date(2027, 2, 1)])
def test_no_published_window_overlaps_another(day):
    """The difference of two windows of one year would be a quarter: there is one window a year."""
    windows = figures.published_windows(framework(CENTRE), day)
    assert windows
    for one, other in itertools.pairwise(windows):
        assert one.last < other.first
        assert one.last.year < other.first.year
