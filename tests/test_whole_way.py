"""The whole way of a programme that shares nothing with the Centre's, through the command line alone.

Declare, collect in workbooks filled by other programs, measure: every number was computed by hand.
"""

import json
import sqlite3
from datetime import date, datetime
from io import BytesIO

import pandas as pd
import pytest
from openpyxl import load_workbook

from filling import Kpi, fill, keys, marks, saved, sheets

ORGANISATIONS = "code;name;nature\nC1;Les Martins-pêcheurs;Association\nS1;École du Pont;school\nV1;Commune;Commune\n"

CLUB = {
    "operations": [
        {
            "title": "Birse, premier tronçon",
            "day": datetime(2025, 4, 12),  # noqa: DTZ001 (a workbook's dates have no zone)
            "river": "Birse",
            "volunteers.under16": 10,
            "volunteers.adult": 20,
            "volunteers.unknown": 0,
            "waste": 120.5,
        },
        {
            "title": "=Allaine, du pont au moulin",  # a text that looks like a formula
            "day": "03.05.2025",
            "river": "Allaine",
            "volunteers.under16": "4",
            "volunteers.adult": 6.0,
            "volunteers.unknown": 2,
        },
    ],
    "sections": [
        {
            "code": "B1",
            "river": "Birse",
            "adopted": "01.05.2022",
            "kept": "yes",
            "state.banks": "2 – Mixtes",
            "state.wildlife": "3 – Abondante",
        },
        {
            "code": "A1",
            "river": "Allaine",
            "adopted": "01.03.2024",
            "kept": "no",
            "state.banks": 1,
            "state.wildlife": "Rare",
        },
    ],
    "gifts": [
        {"received": "05.05.2025", "amount": 100, "amount.currency": "CHF", "giver": "Ménage", "section": "b1"},
        {"received": "01.06.2025", "amount": "50,00", "amount.currency": "EUR", "giver": "Entreprise"},
    ],
    "tests": {
        "oxygen": {"taken": 10, "passed": 8},
        "nitrate": {"taken": 5, "passed": 5},
        "ph": {"taken": 5, "passed": 2},
    },
    "opinion": {
        "*": {
            "answers.under16": 10,
            "answers.adult": 20,
            "answers.unknown": 0,
            "score.under16": "8,5",
            "score.adult": 7,
            "score.unknown": "n/a",
        }
    },
    "wardens": {"*": {"active.under16": 3, "active.adult": 5, "active.unknown": 0, "alerts": 4}},
}
SCHOOL = {
    "sections": [
        {
            "code": "S-1",
            "river": "Suze",
            "adopted": "30.06.2023",
            "kept": "yes",
            "state.banks": "b3",
            "state.wildlife": "w2",
        }
    ],
    "tests": {
        "oxygen": {"taken": 2, "passed": 1},
        "nitrate": {"taken": 0, "passed": 0},
        "ph": {"taken": 0, "passed": 0},
    },
    "opinion": "not_applicable",
}
COUNCIL = {
    "operations": [
        {
            "title": "Le vieux canal",
            "day": "2025-06-28",
            "river": "Ancien canal",
            "volunteers.under16": 0,
            "volunteers.adult": 7,
            "volunteers.unknown": 1,
        }
    ],
    "tests": "not_applicable",
    "opinion": {
        "*": {
            "answers.under16": 0,
            "answers.adult": 5,
            "answers.unknown": 0,
            "score.under16": "n/a",
            "score.adult": 9,
            "score.unknown": "n/a",
        }
    },
    "wardens": {"*": {"active.under16": 0, "active.adult": 1, "active.unknown": 0, "alerts": 2}},
}


@pytest.fixture(scope="module")
def kpi(tmp_path_factory):
    """Three returns for 2025-Q2, and the club's for Q3: its sections only, one of them kept again."""
    home = Kpi(tmp_path_factory.mktemp("whole way"))
    home.ok("check")
    home.begin(ORGANISATIONS)
    told = home.approve(
        home.filled("C1", "2025-Q2", CLUB), home.filled("S1", "2025-Q2", SCHOOL), home.filled("V1", "2025-Q2", COUNCIL)
    )
    assert [(one["organisation"], one["quarter"], one["stored"], one["revision"]) for one in told] == [
        ("C1", "2025-Q2", True, 1),
        ("S1", "2025-Q2", True, 1),
        ("V1", "2025-Q2", True, 1),
    ]
    assert [one["rows"] for one in told] == [2 + 2 + 2 + 3 + 1 + 1, 1 + 3, 1 + 1 + 1]
    book = load_workbook(BytesIO(home.template("C1", "2025-Q3", "fr")))
    sheet = sheets(book)["sections"]
    first = next(row for mark, row in marks(sheet) if mark == "kpi:rows") + 1
    where = keys(sheet)
    assert [sheet.cell(first + at, where["code"]).value for at in range(3)] == ["B1", "A1", None]
    sheet.cell(first + 1, where["kept"]).value = "yes"
    for form, other in sheets(book).items():
        state = next(row for mark, row in marks(other) if mark == "kpi:state")
        other.cell(state, 3).value = "reported" if form == "sections" else "nothing_to_report"
    third = home.folder / "third.xlsx"
    third.write_bytes(saved(book))
    home.approve(third)
    return home


def test_a_quarter(kpi):
    assert kpi.figures("--quarter", "2025-Q2") == {
        "OPE": "3",
        "VOL": "50",  # 30 + 12 + 8
        "DON": "147.62",  # 100 and 50 / 1.05
        "TRO": "2",  # B1 and S-1
        "DUR": "1",  # both adopted two years ago, S-1 to the day
        "EAU": "0.727273",  # 16 / 22
        "ETA": "2",  # (2 + 3 + 1 + 1 + 3 + 2) / 6
        "AVI": "7.714286",  # (85 + 140 + 45) / 35
        "ALE": "6",
    }


def test_breakdowns_roll_up_and_add_up(kpi):
    def slices(indicator, *dimensions):
        named = [word for dimension in dimensions for word in ("--by", dimension)]
        found = kpi.measure("--quarter", "2025-Q2", "--indicator", indicator, *named)
        return {tuple(one["slice"].values()): one["value"] for one in found if one["slice"]}

    assert slices("VOL", "age") == {("under16",): "14", ("adult",): "33", ("unknown",): "3"}
    assert slices("OPE", "basin") == {("doubs",): "2", ("aar",): "1"}
    assert slices("DON", "giver") == {("household",): "100.00", ("firm",): "47.62", ("no",): "0.00"}
    assert slices("ETA", "aspect") == {("banks",): "2", ("wildlife",): "2"}
    steps = slices("ETA", "rating")
    assert steps == {(f"{scale}{step}",): str(step) for scale in "bw" for step in (1, 2, 3)}
    assert slices("VOL", "nature") == {("club",): "42", ("school",): "0", ("council",): "8"}
    both = slices("VOL", "age", "river")
    assert both["under16", "birse"] == "10"
    assert both["adult", "canal"] == "7"
    assert sum(int(value) for value in both.values()) == 50


def test_a_stock_is_carried_and_a_flow_is_not(kpi):
    (kept,) = kpi.measure("--quarter", "2025-Q3", "--indicator", "TRO")
    assert (kept["value"], kept["reported"], kept["expected_returns"], kept["carried"]) == ("3", 1, 3, 2)
    (done,) = kpi.measure("--quarter", "2025-Q3", "--indicator", "OPE")
    assert (done["value"], done["reported"], done["carried"], done["status"]) == ("0", 1, 0, "provisional")
    (far,) = kpi.measure("--quarter", "2026-Q3", "--indicator", "TRO")
    assert far["value"] == "2"  # the club's, four quarters old; the school's is too old


def test_windows(kpi):
    ways = [
        ["--ytd", "2025-Q3"],
        ["--year", 2025],
        ["--since", "2025-Q2", "--until", "2025-Q3"],
        ["--until", "2025-Q3"],
    ]
    found = [kpi.measure(*way, "--indicator", "VOL")[0] for way in ways]
    assert [one["value"] for one in found] == ["50"] * 4
    assert [one["window"] for one in found] == ["2025-Q1/2025-Q3", "2025", "2025-Q2/2025-Q3", "2025-Q1/2025-Q3"]
    assert [one["expected"] for one in found] == ["225", "300", "150", "225"]


def test_everything_is_derived_again_as_it_was(kpi):
    before = kpi.measure("--year", 2025, "--by", "river")
    kpi.ok("rebuild")
    with sqlite3.connect(kpi.store) as store:
        said = store.execute(
            "SELECT before, after FROM event WHERE action = 'facts.rebuilt' ORDER BY id DESC"
        ).fetchone()
    old, new = map(json.loads, said)
    assert old["sha256"] == new["sha256"]
    assert new["returns"] == 4
    assert kpi.measure("--year", 2025, "--by", "river") == before


def test_a_process_of_its_own_says_the_same(kpi):
    for words in ("measure --year 2025 --by river --format json", "records --format csv", "indicators --format json"):
        done = kpi.apart(*words.split())
        assert done == kpi.ok(*words.split())
        assert done.code == 0


def test_rows_behind_a_figure(kpi):
    rows = kpi.ok("records", "--form", "gifts", "--org", "C1", "--quarter", "2025-Q2", "--format", "json").json
    assert [row["cells"]["amount"] for row in rows] == [
        {"amount": "100.00", "currency": "CHF"},
        {"amount": "50.00", "currency": "EUR"},
    ]
    assert rows[0] | {"cells": None} == {
        "organisation": "C1",
        "quarter": "2025-Q2",
        "revision": 1,
        "form": "gifts",
        "position": 1,
        "key": None,
        "cells": None,
    }


def test_indicators_are_told_in_the_language_there_is(kpi):
    told = kpi.ok("indicators", "--format", "json").json
    assert told[0]["key"] == "OPE"
    assert told[0]["name_fr"] == "Opérations de nettoyage"
    assert {(one["key"], one["time"]) for one in told if one["key"] in {"TRO", "VOL"}} == {
        ("TRO", "stock"),
        ("VOL", "flow"),
    }
    assert [one["supports"] for one in told if one["key"] == "DUR"] == ["TRO"]


@pytest.fixture
def taken(kpi):
    """Import a workbook as a trial, and give what is told of it: nothing is stored."""

    def take(content, name="again.xlsx"):
        file = kpi.folder / name
        file.write_bytes(content)
        return kpi.run("import", file, "--dry-run", "--format", "json").json[0]

    return take


def _another():
    """The club's return with other operations, none of whose titles a spreadsheet takes for a formula."""
    return CLUB | {"operations": [{**CLUB["operations"][0], "title": title} for title in ("Un", "Deux", "Trois")]}


def test_values_written_anew_by_pandas(kpi, taken):
    content = fill(kpi.template("C1", "2025-Q2", "fr"), _another())
    pages = pd.read_excel(BytesIO(content), sheet_name=None, header=None)
    stream = BytesIO()
    with pd.ExcelWriter(stream) as writer:
        for title, page in pages.items():
            page.to_excel(writer, sheet_name=title, header=False, index=False)
    told = taken(stream.getvalue())
    assert (told["organisation"], told["rows"]) == ("C1", 12)
    assert [one for one in told["problems"] if one["severity"] == "error"] == []


def test_columns_in_another_order_and_blank_rows_between(kpi, taken):
    spaced = [row for one in _another()["operations"] for row in (None, one, None, None)]
    content = fill(kpi.template("C1", "2025-Q2", "fr"), CLUB | {"operations": spaced})
    book = load_workbook(BytesIO(content))
    sheet = sheets(book)["operations"]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    first, last = 2, sheet.max_column
    for row in sheet.iter_rows(min_row=5, min_col=first, max_col=last):
        turned = [(cell.value, cell.number_format) for cell in reversed(row)]
        for cell, (value, shown) in zip(row, turned, strict=True):
            cell.value, cell.number_format = value, shown
    told = taken(saved(book))
    assert told["problems"] == []
    assert told["rows"] == 12


def test_five_thousand_rows_pasted_into_a_register(tmp_path):
    home = Kpi(tmp_path)
    home.begin(ORGANISATIONS)
    rivers = ("Birse", "Suze", "Allaine")
    rows = [
        {
            "title": f"Opération {number}",
            "day": date(2025, 2, 1 + number % 28),
            "river": rivers[number % 3],
            "volunteers.under16": number % 5,
            "volunteers.adult": 1,
            "volunteers.unknown": 0,
        }
        for number in range(5000)
    ]
    (told,) = home.approve(home.filled("C1", "2025-Q1", {"operations": rows}))
    assert (told["stored"], told["rows"], told["problems"]) == (True, 5000, [])
    found = home.measure("--quarter", "2025-Q1", "--indicator", "VOL,OPE", "--by", "river")
    values = {(one["indicator"], (one["slice"] or {}).get("river")): one["value"] for one in found}
    assert values["VOL", None] == "15000"  # 5000 adults, and 1000 times 0 + 1 + 2 + 3 + 4
    assert [values["OPE", river] for river in (None, "birse", "suze", "allaine")] == ["5000", "1667", "1667", "1666"]
