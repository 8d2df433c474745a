"""What the programme started from and aims at, beside the grids that ask for it."""

from decimal import Decimal

import pytest
from openpyxl.utils import get_column_letter

from filled import CENTRE, closed, codes, columns, enter, framework, opened, organisation, sheet_of, taken, values
from kpi.framework.indicator import Ratio, Term
from kpi.intake import layout
from kpi.intake.layout import FIRST
from kpi.intake.orientation import orientation
from kpi.intake.template import template
from kpi.quarter import Quarter

Q4 = Quarter(2026, 4)


@pytest.fixture(scope="module")
def centre():
    return framework(CENTRE)


def changed(of, key, **values):
    """The framework with one indicator changed."""
    return of.model_copy(update={"indicators": of.indicators | {key: of.indicators[key].model_copy(update=values)}})


def measured_by(of, key, ratio):
    return changed(of, key, measure=of.indicators[key].measure.model_copy(update={"ratio": ratio}))


def workbook(of, language):
    made = template(
        of, organisation=organisation(of), quarter=Q4, language=language, orientation=orientation(of, Q4, {})
    )
    return opened(made)


def beside(sheet):
    """What stands beside a grid: by block and label, the values of the rows from the first one on."""
    found, block = {}, None
    marked = [cell.column for cell in sheet[layout.KEYS] if cell.value == layout.ORIENTATION_MARK]
    for column in marked:
        block = sheet.cell(layout.GROUPS, column).value or block
        shown = [sheet.cell(row, column).value for row in range(FIRST, sheet.max_row + 1)]
        found[block, sheet.cell(layout.LABELS, column).value] = shown
    return found


def test_a_ratio_within_a_grid_stands_beside_it_and_not_as_one_of_its_columns(centre):
    found = orientation(centre, Q4, {})
    assert found.baseline["improved_status"] == {(None, "@R6"): Decimal("0.45")}
    assert found.target["improved_status"] == {(None, "@R6"): Decimal("0.60")}
    # The rate of response, beside the score that is a mean of the same grid's column.
    assert set(found.baseline["satisfaction"]) == {(None, "score"), (None, "@O5a")}


def test_a_ratio_of_a_register_or_of_two_forms_stands_nowhere(centre):
    found = orientation(centre, Q4, {})
    assert "innovations" not in {*found.baseline, *found.target}
    two = Ratio(of=Term(sum="improved_status.improved"), to=Term(sum="satisfaction.asked"))
    found = orientation(measured_by(centre, "R6", two), Q4, {})
    assert not {(None, "@R6")} & {key for one in (*found.baseline.values(), *found.target.values()) for key in one}


@pytest.mark.parametrize(
    ("language", "baseline", "target", "label"),
    [
        (
            "en",
            "Programme baseline",
            "Programme target",
            "Improved social and economic status\nshare: Improved ÷ Assessed",
        ),
        (
            "bg",
            "Базова стойност за програмата",
            "Целева стойност за програмата",
            "Подобрено социално и икономическо положение\nдял: С подобрено положение ÷ Оценени",
        ),
    ],
)
def test_a_share_says_of_what_it_is_in_the_workbooks_language(centre, language, baseline, target, label):
    sheet = sheet_of(workbook(centre, language), "improved_status")
    assert beside(sheet) == {(baseline, label): ["45%"], (target, label): ["60%"]}
    column = next(cell.column for cell in sheet[layout.KEYS] if cell.value == layout.ORIENTATION_MARK)
    assert sheet.cell(FIRST, column).protection.locked
    # One narrow column apart from what is filled in.
    assert column == max(at for key, at in columns(sheet).items() if not key.startswith(layout.MARK)) + 2
    assert sheet.column_dimensions[get_column_letter(column - 1)].width == 3


def test_in_a_grid_of_several_rows_it_stands_below_them_for_all_together(centre):
    sheet = sheet_of(workbook(centre, "en"), "satisfaction")
    shown = beside(sheet)
    ratio = "Survey respondents and response rate\nshare: People who answered ÷ People asked"
    assert shown["Programme baseline", ratio] == [None, None, "40%"]
    assert shown["Programme target", ratio] == [None, None, "55%"]
    assert shown["Programme baseline", "Average score"] == [None, None, 3.8]
    assert sheet.cell(FIRST + 2, layout.ROW_LABELS).value == "All together"


def test_a_share_is_written_exactly_and_another_ratio_as_the_number_it_is(centre):
    exact = centre.indicators["R6"].targets | {2026: Decimal("0.60125")}
    assert "60.125%" in str(beside(sheet_of(workbook(changed(centre, "R6", targets=exact), "en"), "improved_status")))
    times = changed(centre, "R6", unit="times")
    assert [0.45] in beside(sheet_of(workbook(times, "en"), "improved_status")).values()


def test_a_ratio_of_a_part_of_a_grid_does_not_name_its_columns(centre):
    part = Ratio(of=Term(sum="satisfaction.asked", where={"respondents": "clients"}), to=Term(sum="satisfaction.asked"))
    shown = beside(sheet_of(workbook(measured_by(centre, "O5a", part), "en"), "satisfaction"))
    assert ("Programme target", "Survey respondents and response rate, share") in shown


@pytest.mark.parametrize("language", ["en", "bg"])
def test_what_stands_beside_is_never_read_as_something_reported(centre, language):
    book = workbook(centre, language)
    row = {f"{column}.{who}": 1 for column in ("assessed", "improved") for who in ("women", "men", "non_binary")}
    row |= {"assessed.not_stated": 0, "improved.not_stated": 0}
    enter(book, "improved_status", row, state={"en": "reported", "bg": "отчетено"}[language])
    raw, problems = taken(centre, closed(book))
    assert values(raw, "improved_status") == [row]
    assert codes(problems) == []
