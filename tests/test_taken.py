"""A workbook taken over into a draft: what stands behind a row goes where the row goes, and is told where it cannot."""

import random
from datetime import date
from decimal import Decimal

import pytest

from filled import CENTRE, SECOND, framework
from kpi.intake import typed as typing
from kpi.intake.taken import left_behind, of_raw
from kpi.intake.typed import Attached, TypedForm, TypedRow
from kpi.quarter import Quarter

Q2 = Quarter(2025, 2)
FRAMEWORKS = {path: framework(path) for path in (CENTRE, SECOND)}
SPRING = {"title": "Nettoyage", "day": date(2025, 5, 31), "river": "Birse", "volunteers.adult": 10, "waste": 12.5}
SUMMER = {"title": "Été", "day": date(2025, 6, 21), "river": "Birse", "volunteers.adult": 4, "waste": 3}


def row(number, cells, *, bears=True, key=None):
    return TypedRow(f"r{number}", cells, key, (Attached(f"{number}.pdf", file=number),) if bears else ())


def taken(form, before, file, *, path=SECOND):
    """What becomes of the draft's rows when the file says `file`: the evidence of each row, and what goes."""
    there = {form: TypedForm("reported", tuple(before))}
    said = typing.raw("C1", Q2, "fr", {form: TypedForm("reported", tuple(TypedRow("x", cells) for cells in file))})
    after = of_raw(FRAMEWORKS[path], said, there)
    was = {one.id: one for one in before}
    for one in after[form].rows:
        assert one.evidence == (was[one.id].evidence if one.id in was else ())
    assert len({one.id for one in after[form].rows}) == len(file)
    gone = [(one.position, one.row.id) for one in left_behind(there, after)]
    return [one.id if one.id in was else None for one in after[form].rows], gone


OPERATIONS = [row(1, SPRING), row(2, SUMMER)]


@pytest.mark.parametrize(
    ("file", "rows", "gone"),
    [
        ([SPRING, SUMMER], ["r1", "r2"], []),
        ([{**SPRING, "volunteers.adult": 11}, SUMMER], ["r1", "r2"], []),
        ([SUMMER, {**SPRING, "volunteers.adult": 11}], ["r2", "r1"], []),
        ([{**SUMMER, "title": "Fête"}, {**SPRING, "waste": Decimal("12.50")}], ["r2", "r1"], []),
        ([{**SUMMER, "day": "21.06.2025"}], ["r2"], [(1, "r1")]),
        (
            [{"title": "Hiver", "day": date(2025, 4, 1), "river": "Birse", "waste": 3}, SPRING],
            [None, "r1"],
            [(2, "r2")],
        ),
        ([], [], [(1, "r1"), (2, "r2")]),
    ],
)
def test_a_row_without_a_key_is_found_again_by_what_it_says(file, rows, gone):
    assert taken("operations", OPERATIONS, file) == (rows, gone)


def test_rows_that_say_the_same_keep_each_its_own():
    twins = [row(1, SPRING), row(2, SPRING)]
    assert taken("operations", twins, [SPRING, SPRING]) == (["r1", "r2"], [])
    assert taken("operations", twins, [{**SPRING, "waste": 13}, SPRING]) == (["r1", "r2"], [])
    assert taken("operations", twins, [SPRING]) == (["r1"], [(2, "r2")])
    changed = [{**SPRING, "waste": 13}, {**SPRING, "waste": 14}]
    assert taken("operations", twins, changed) == (["r1", "r2"], [])


def test_a_row_that_was_only_begun_is_found_when_it_is_filled_in():
    assert taken("operations", [row(1, {"title": "Nettoyage"})], [SUMMER, SPRING]) == ([None, "r1"], [])


B1 = {"code": "B1", "river": "Birse", "kept": "oui", "adopted": date(2020, 1, 1)}
B2 = {"code": "B2", "river": "Birse", "kept": "non"}


@pytest.mark.parametrize(
    ("file", "rows", "gone"),
    [
        ([{**B2, "river": "Rhin", "kept": "oui"}, {**B1, "code": " b1 "}], ["r2", "r1"], []),
        ([{**B1, "code": "B9"}, B2], ["r1", "r2"], []),
        ([{**B1, "code": "B9", "kept": "non"}, {**B2, "code": "B8"}], ["r1", "r2"], []),
        ([B1, {**B2, "code": "B8", "river": "Rhin"}], ["r1", None], [(2, "r2")]),
        ([B1, B1], ["r1", None], [(2, "r2")]),
    ],
)
def test_a_key_that_was_corrected_takes_along_what_stands_behind_its_row(file, rows, gone):
    assert taken("sections", [row(1, B1), row(2, B2)], file) == (rows, gone)


def test_the_row_of_a_grid_that_is_empty_in_the_file_is_told_of():
    of = FRAMEWORKS[SECOND]
    printed = typing.blank(of, "tests", Q2).rows
    there = {"tests": TypedForm(rows=(TypedRow(printed[0].id, {"taken": 4}, printed[0].key, OPERATIONS[0].evidence),))}
    said = {"tests": TypedForm(rows=(TypedRow(printed[0].id, {"taken": 5}, printed[0].key),))}
    after = of_raw(of, typing.raw("C1", Q2, "fr", said), there)
    assert (after["tests"].rows[0].evidence, left_behind(there, after)) == (OPERATIONS[0].evidence, [])
    after = of_raw(of, typing.raw("C1", Q2, "fr", {"tests": TypedForm()}), there)
    assert [one.row.id for one in left_behind(there, after)] == [printed[0].id]


def test_whatever_is_moved_and_corrected_nothing_stands_behind_another_row_unsaid():
    chance = random.Random(7)  # noqa: S311 (the same each time, nothing secret)
    for _ in range(200):
        before = [
            row(n, {**SPRING, "title": f"T{n}", "waste": n, "volunteers.adult": chance.randint(0, 3)})
            for n in range(chance.randint(1, 12))
        ]
        file = [(one.id, {**one.cells, chance.choice(["title", "waste", "river"]): "?"}) for one in before]
        chance.shuffle(file)
        left = file[: chance.randint(0, len(file))]
        ids, gone = taken("operations", before, [cells for _, cells in left])
        assert ids == [known for known, _ in left]
        assert {known for _, known in gone} == {one.id for one in before} - {known for known, _ in left}


def test_thousands_of_rows_that_all_changed_do_not_make_it_slow():
    before = [row(n, {**SPRING, "waste": n}) for n in range(5_000)]
    rows, gone = taken("operations", before, [{**one.cells, "title": "?", "river": "Rhin"} for one in before])
    assert len(gone) == rows.count(None) == 5_000
