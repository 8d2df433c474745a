"""A return's figures beside the last ones: what changes is shown, what reads as before is folded."""

import re
from fractions import Fraction

from filled import CENTRE, framework
from kpi.measure.model import State
from kpi.measure.values import Value
from kpi.present.preview import preview_table
from kpi.preview import Figure, Preview
from kpi.quarter import Quarter

CENTRES = framework(CENTRE)
Q2, Q3 = Quarter(2026, 2), Quarter(2026, 3)
COUNTED = ("O1", "O2", "O3", "O7", "K1", "K2")


def figure(indicator, now, before):
    values = [Value(State.MISSING) if one is None else Value(State.VALUE, Fraction(one)) for one in (now, before)]
    return Figure(indicator, None, values[0], Value(State.MISSING), values[1], Q2)


def shown(figures, **more):
    """The indicators that are shown at once, and those that are folded."""
    told = preview_table(CENTRES, Preview(None, figures), Q3, "en", **more)
    at_once, _, folded = told.partition("<details")
    return tuple(re.findall(r'class="k-key">(\w+)<', part) for part in (at_once, folded)), told


def test_what_reads_as_before_is_folded():
    figures = [figure("O6", 13, 75), figure("R1", None, 5), *(figure(key, 0, 0) for key in COUNTED)]
    (at_once, folded), told = shown(figures)
    assert (at_once, folded) == (["O6", "R1"], list(COUNTED))
    assert "Figures without a change: 6" in told


def test_what_is_unusual_is_never_folded_and_a_few_are_not_worth_it():
    (at_once, folded), _ = shown([figure(key, 0, 0) for key in COUNTED], unusual=["K2"])
    assert (at_once, folded) == (["K2"], list(COUNTED[:-1]))
    (at_once, folded), _ = shown([figure(key, 0, 0) for key in COUNTED[:3]])
    assert (at_once, folded) == (list(COUNTED[:3]), [])


def test_a_nought_where_nothing_was_said_is_a_change():
    (at_once, folded), _ = shown([figure(key, 0, None) for key in COUNTED])
    assert (at_once, folded) == (list(COUNTED), [])
