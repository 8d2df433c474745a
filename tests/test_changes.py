"""What a trial says would change: only what reads differently, each kind of none by its name."""

from fractions import Fraction

import pytest

from filled import CENTRE, framework
from filling import Kpi
from kpi.measure.model import State
from kpi.measure.values import Value
from kpi.present.changes import differing
from kpi.preview import Figure
from kpi.quarter import Quarter

FRAMEWORK = framework(CENTRE)
Q1 = Quarter(2026, 1)


def valued(number):
    return Value(State.VALUE, None if number is None else Fraction(number))


def told(indicator, before, after, where=None, language="en"):
    return [
        (one.name, one.before, one.after)
        for one in differing(FRAMEWORK, [Figure(indicator, where, after, before, before, Q1)], language)
    ]


@pytest.mark.parametrize(
    ("indicator", "before", "after", "seen"),
    [
        ("R5", valued("1101.10"), valued("1101.20"), ("€1,101.10", "€1,101.20")),
        ("R5", valued("1101.10"), valued("1202.20"), ("€1,101", "€1,202")),
        ("R5", Value(State.MISSING), valued(0), ("not reported", "€0")),
        ("R5", Value(State.NOT_APPLICABLE), Value(State.MISSING), ("not applicable", "not reported")),
        ("R6", Value(State.NOT_AVAILABLE), Value(State.NOT_APPLICABLE), ("not available", "not applicable")),
        ("R6", valued("0.5"), Value(State.NOT_AVAILABLE), ("50.0%", "not available")),
    ],
)
def test_what_differs_is_written_so_that_it_is_seen(indicator, before, after, seen):
    label = FRAMEWORK.indicators[indicator].label["en"]
    assert told(indicator, before, after) == [(label, *seen)]


def test_what_reads_the_same_is_left_out():
    assert told("R6", valued("0.5"), valued("0.5001")) == []
    assert told("R5", valued("1101.1"), valued("1101.10")) == []


def test_a_slice_has_the_name_of_its_category():
    before, after = valued(1), valued(2)
    assert told("O6", before, after, ("gender", "women"), "bg") == [("– Жени", "1", "2")]


def test_a_trial_counts_what_it_shows(tmp_path):
    kpi = Kpi(tmp_path)
    kpi.begin("code,name,nature\nC1,Club un,club\n")
    gift = {"received": "12.04.2025", "amount.currency": "CHF", "giver": "household"}
    kpi.approve(kpi.filled("C1", "2025-Q2", {"gifts": [gift | {"amount": "100.10"}]}))
    corrected = {"gifts": [gift | {"amount": "60.15"}, gift | {"amount": "40"}]}
    first, *lines = kpi.ok("import", kpi.filled("C1", "2025-Q2", corrected), "--dry-run", "--lang", "en").out.split(
        "\n"
    )
    assert first.endswith("2 rows: would be stored; 2 figure(s) would change")
    seen = "CHF\N{NO-BREAK SPACE}100.10 → CHF\N{NO-BREAK SPACE}100.15"
    assert lines == [f"  DON Dons reçus: {seen}", f"  DON – Ménage: {seen}", ""]


def test_a_trial_is_silent_of_figures_that_have_no_number_before_nor_after(tmp_path):
    kpi = Kpi(tmp_path)
    kpi.begin("code,name,nature\nC1,Club un,club\n")
    gift = {"received": "12.04.2025", "amount.currency": "CHF", "giver": "household", "amount": "100"}
    some, none = {"taken": 4, "passed": 3}, {"taken": 0, "passed": 0}
    kpi.approve(kpi.filled("C1", "2025-Q1", {"tests": dict.fromkeys(("oxygen", "nitrate", "ph"), some)}))
    nothing = {"tests": dict.fromkeys(("oxygen", "nitrate", "ph"), none), "gifts": [gift]}
    trial = kpi.ok("import", kpi.filled("C1", "2025-Q2", nothing), "--dry-run", "--lang", "en").out
    first, *lines = trial.splitlines()
    assert first.endswith("would be stored; 6 figure(s) would change")
    assert [line.split()[0] for line in lines] == ["OPE", "VOL", "DON", "DON", "TRO", "ALE"]
    assert "not available" not in trial
