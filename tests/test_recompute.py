"""Every figure is computed again from the store by a script that knows docs/data.md and nothing of the program."""

import ast
import json
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import recompute
import recompute_rows
from filled import CENTRE, SECOND, framework
from filling import Kpi
from kpi import figures
from kpi.access import OPERATOR
from kpi.adoption import adopt
from kpi.cli.figures import plain
from kpi.demo import load
from kpi.installation import Installation
from kpi.measure.disaggregation import available
from kpi.measure.needs import Question
from kpi.quarter import Quarter, Window
from kpi.store.engine import connect
from made_up import fill_store

TODAY = date(2026, 7, 15)
NUMBERS = ("value", "numerator", "denominator", "n")
COUNTS = ("reported", "expected_returns", "carried")


def told(number):
    """A figure to six decimals, as the command writes it."""
    if number is None:
        return None
    scaled = (abs(number) * 10**6 + Fraction(1, 2)).__floor__()
    return Decimal(scaled if number >= 0 else -scaled).scaleb(-6)


def agree(one, again):
    numbers = {name: one[name] and Decimal(one[name]) for name in NUMBERS}
    expected = {name: told(again[name]) for name in NUMBERS}
    assert (one["state"], numbers) == (again["state"], expected), one
    assert {name: one[name] for name in COUNTS} == {name: again[name] for name in COUNTS}, one


def questions(installation, again, last):
    """Every indicator in every window that ends with a quarter, in total and by each dimension that it has."""
    framework, year = installation.framework, last.year
    windows = [Window.quarter(last), Window.year_to_date(last), Window.since(framework.programme.starts, last)]
    windows += [Window.year(year)] if last.number == 4 else []
    windows += [Window.range(last + -2, last)]
    for key in framework.indicators:
        dimensions = [d for d in (*framework.dimensions, "rating") if again.is_collected(key, d)]
        assert {*dimensions} == {*available(framework, key)}
        for window in windows:
            yield from (Question(key, window, by) for by in [(), ("@organisation",), *((each,) for each in dimensions)])


def compare(installation, today, ends=None):
    """Compare all figures of a store at the ends of quarters, and give how many there were."""
    again = recompute.Store(installation.engine.url.database, today)
    quarters = sorted({Quarter.from_ordinal(each.quarter) for each in again.returns})
    count = 0
    for last in ends or [quarters[0] + n for n in range(quarters[-1] - quarters[0] + 3)]:
        asked = list(questions(installation, again, last))
        for question, answers in zip(asked, figures.measured(installation, asked, today=today), strict=True):
            count += compared(installation, again, question, answers)
    return count


def compared(installation, again, question, answers):
    """Compare one answer, as the command line writes it, and look for categories that it leaves out."""
    window = (question.window.first.ordinal, question.window.last.ordinal, question.window.kind.value)
    met = set()
    for one in (plain(installation.framework, each) for each in answers):
        by = category = None
        if one["slice"]:
            ((by, category),) = one["slice"].items()
            by = question.by[0]
            met.add(category)
        agree(one, again.figure(question.indicator, *window, by, category))
    for by in question.by:
        assert again.categories_met(question.indicator, *window, by) <= met
    return len(answers)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("file", [SECOND, CENTRE], ids=["second", "centre"])
def test_made_up_stores(sqlite_store, file, seed):
    installation = Installation(framework(file), file.read_text(encoding="utf-8"), sqlite_store, OPERATOR)
    fill_store(installation, seed, organisations=6, first=Quarter(2025, 2), quarters=5)
    assert compare(installation, TODAY) > 2000
    with sqlite3.connect(sqlite_store.url.database) as store:
        kept = dict(store.execute("SELECT state, count(*) FROM returns GROUP BY state"))
        corrected = store.execute("SELECT count(*) FROM returns WHERE state = 'approved' AND NOT current").fetchone()
    assert kept["submitted"] > 0
    assert corrected[0] > 0


def test_as_a_script_beside_the_command(tmp_path):
    kpi = Kpi(tmp_path)
    kpi.begin("code,name,nature\nA,A,club\nB,B,council\n")
    fill_store(
        Installation(
            framework(SECOND), SECOND.read_text(encoding="utf-8"), connect(f"sqlite:///{kpi.store}"), OPERATOR
        ),
        3,
        organisations=3,
        first=Quarter(2025, 1),
        quarters=4,
    )
    command = [sys.executable, recompute.__file__, str(kpi.store), "2026-07-15", "2025-Q1", "2025-Q4", "year"]
    again = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    found = kpi.measure("--year", 2025, "--as-of", "2026-07-15")
    assert len(found) == len(again) == 9
    for one in found:
        theirs = again[one["indicator"]]
        assert {name: one[name] for name in ("state", *COUNTS)} == {name: theirs[name] for name in ("state", *COUNTS)}
        for name in NUMBERS:
            assert (one[name] is None) == (theirs[name] is None)
            assert one[name] is None or float(one[name]) == pytest.approx(theirs[name], abs=1e-6)


def test_the_sample(sqlite_store):
    """The sample as it is loaded, at the ends of years and of the last quarters."""
    installation = Installation(framework(CENTRE), CENTRE.read_text(encoding="utf-8"), sqlite_store, OPERATOR)
    adopt(installation, by="Installer", at=datetime.now(UTC))
    load(installation, at=datetime.now(UTC), by="Installer")
    ends = [Quarter(2023, 4), Quarter(2025, 4), Quarter(2026, 3)]
    assert compare(installation, date(2026, 11, 15), ends) > 15_000


def test_the_script_knows_nothing_of_the_program():
    names = set()
    for file in (recompute.__file__, recompute_rows.__file__):
        tree = ast.parse(Path(file).read_text(encoding="utf-8"))
        names |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
        names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    standard = {name for name in names if name.split(".")[0] in sys.stdlib_module_names}
    assert names - standard == {"yaml", "recompute_rows"}
