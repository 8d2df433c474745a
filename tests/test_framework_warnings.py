"""What a framework should not say, though it may: told by `kpi check`, and no reason to refuse it."""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest

from filling import SECOND, Kpi
from kpi.framework.load import load_file, load_text
from kpi.framework.spreadsheet import is_read_as_empty
from kpi.intake.choices import choices_for
from kpi.language import message
from kpi.quarter import Quarter

CENTRE = Path(__file__).parent.parent / "indicators.yaml"


def test_whatever_pandas_takes_for_empty_is_known():
    taken = pd._libs.parsers.STR_NA_VALUES
    assert {"None", "NA", "null"} < taken
    assert all(map(is_read_as_empty, taken))
    kept = ["No budget", "Nothing", "Няма", "0"]
    assert not any(map(is_read_as_empty, kept))
    table = io.StringIO()
    csv.writer(table).writerows([["label"], *([label] for label in kept)])
    assert pd.read_csv(io.StringIO(table.getvalue()), dtype=str)["label"].tolist() == kept


@pytest.mark.parametrize("label", ["None", "NA", "null", '"n/a"'])
def test_a_label_that_is_lost_on_the_way_is_a_warning(label, tmp_path):
    text = SECOND.read_text(encoding="utf-8").replace("label: Anonyme", f"label: {label}")
    if label == "null":
        text = text.replace("label: null", 'label: "null"')
    loaded = load_text(text)
    assert loaded.framework is not None
    (problem,) = loaded.problems
    assert problem.code == "framework.read_as_empty"
    assert problem.place.line == next(n for n, line in enumerate(text.splitlines(), 1) if '"no": {' in line)
    assert f"“{label.strip(chr(34))}” is read as an empty cell" in message(problem, "en")
    file = tmp_path / "framework.yaml"
    file.write_text(text, encoding="utf-8")
    done = Kpi(tmp_path, file).ok("check")
    assert "is read as an empty cell" in done.err
    assert done.out.endswith("in fr; 1 warning(s)\n")


def test_the_centres_framework_loses_no_label_and_reads_the_one_it_had():
    loaded = load_file(CENTRE)
    assert loaded.problems == ()
    known = choices_for(loaded.framework, Quarter(2026, 3))["budget_funding"]
    assert known.named("None") == known.named("No public budget") == {"no_budget"}
