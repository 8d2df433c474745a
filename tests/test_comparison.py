"""Like for like, computed by hand: what changed among the organisations that stand in a position both times."""

from datetime import date
from fractions import Fraction

from kpi.comparison import LikeForLike, like_for_like
from kpi.figures import one
from kpi.measure.needs import Question
from kpi.quarter import Quarter, Window
from showing import filled

TODAY = date(2026, 11, 22)


def compared(opened, indicator, first, last, **limits):
    windows = (Window.quarter(Quarter(2025, first)), Window.quarter(Quarter(2025, last)))
    return like_for_like(opened, indicator, *windows, today=TODAY, **limits)


def test_a_carried_position_stands_both_times(tmp_path):
    # SDA's 7,000 are carried, RSE's 500 stay: nothing changed among the two.
    assert compared(filled(tmp_path), "R1", 1, 3) == LikeForLike(2, 7500, 7500)


def test_whoever_joins_is_no_growth(tmp_path):
    opened = filled(tmp_path)
    before = Window.quarter(Quarter(2024, 4))
    grown = one(opened, Question("R1", Window.quarter(Quarter(2025, 1))), today=TODAY)[0].value
    assert grown == 7500
    assert like_for_like(opened, "R1", before, Window.quarter(Quarter(2025, 1)), today=TODAY) is None


def test_a_ratio_is_set_together_from_its_terms(tmp_path):
    rate = Fraction(75 + 15, 85 + 25)
    assert compared(filled(tmp_path), "O6a", 1, 3) == LikeForLike(2, rate, rate)


def test_a_place_limits_it(tmp_path):
    assert compared(filled(tmp_path), "R1", 1, 3, where={"region": "BG32"}) == LikeForLike(2, 500, 500)
