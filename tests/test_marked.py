"""The marked copy shows every problem where it is, keeps what was typed, and can be sent again."""

import pytest

from filled import Q2, closed, enter, framework, opened, organisation, sheet_of, taken, values
from kpi.intake import layout
from kpi.intake.check import check
from kpi.intake.layout import FIRST
from kpi.intake.marked import marked_copy
from kpi.intake.template import template
from kpi.intake.workbook_style import CAUTION, FAULT
from kpi.language import message
from kpi.problems import Fault, Place, Severity

BAD = {
    "title": '=HYPERLINK("http://x")',
    "day": "demain",
    "river": "Danube",
    "volunteers.under16": 12,
    "waste": "beaucoup",
}
LOOK_AGAIN = Fault("test.look_again", "Is {found} right?", severity=Severity.WARNING)


@pytest.fixture(scope="module")
def second():
    return framework()


@pytest.fixture(scope="module")
def sent(second):
    """A return with faults, sent with its rows further down than the copy puts them."""
    made = opened(template(second, organisation=organisation(second), quarter=Q2, language="fr"))
    enter(made, "operations", None, None, BAD, state="reported")
    enter(made, "tests", {"taken": 3, "passed": 5}, state="peut-être")
    raw, problems = taken(second, closed(made))
    found = [*problems, *check(second, raw, attributes=organisation(second).attributes).problems]
    found.append(LOOK_AGAIN.at(Place(form="tests", row=1, field="taken"), found=3))
    return raw, found


@pytest.fixture(scope="module")
def copy(second, sent):
    return opened(marked_copy(second, organisation(second), Q2, "fr", *sent))


def colour(cell):
    return cell.fill.start_color.rgb[-6:]


def test_faulty_cells_are_red_with_the_message_as_a_note(copy, sent):
    sheet = sheet_of(copy, "operations")
    for column, field in ((3, "day"), (4, "river"), (8, "waste")):
        cell = sheet.cell(FIRST, column)
        said = [message(one, "fr") for one in sent[1] if one.place.form == "operations" and one.place.field == field]
        assert said
        assert colour(cell) == FAULT
        assert said[0] in cell.comment.text
    assert colour(sheet.cell(FIRST, 5)) != FAULT
    assert sheet.cell(FIRST, 5).comment is None


def test_values_stand_as_they_were_typed_and_never_as_formulas(copy):
    sheet = sheet_of(copy, "operations")
    assert [sheet.cell(FIRST, column).value for column in (2, 3, 4, 5, 8)] == list(BAD.values())
    assert sheet.cell(FIRST, 2).data_type == "s"


def test_a_problem_with_the_whole_form_is_marked_at_its_state(copy):
    state = sheet_of(copy, "tests").cell(layout.STATE, 3)
    assert state.value == "peut-être"
    assert colour(state) == FAULT
    assert sheet_of(copy, "gifts").cell(layout.STATE, 3).comment is not None


def test_a_warning_is_marked_otherwise(copy):
    assert colour(sheet_of(copy, "tests").cell(FIRST, 3)) == CAUTION


def test_the_second_sheet_lists_every_problem_errors_first_each_with_its_cell(copy, sent):
    assert copy.sheetnames[1] == "To correct"
    assert copy.active.title == "To correct"
    listing = copy["To correct"]
    told = [row[4].value for row in listing.iter_rows(min_row=4) if row[4].value]
    messages = [message(one, "fr") for one in sent[1]]
    assert sorted(text for text in told if text in messages) == sorted(messages)
    assert told[-1] == "Is 3 right?"
    links = {cell.hyperlink.location for row in listing.iter_rows() for cell in row if cell.hyperlink}
    assert "'Opérations de nettoyage'!D9" in links
    came_from = {row[5].value for row in listing.iter_rows(min_row=4)}
    assert "Opérations de nettoyage D11" in came_from


def test_the_copy_is_a_return_again(second, sent, copy):
    raw, problems = taken(second, closed(copy))
    assert problems == []
    assert values(raw, "operations") == values(sent[0], "operations")
    again = check(second, raw, attributes=organisation(second).attributes)
    before = [one for one in sent[1] if one.code != LOOK_AGAIN.code]
    assert sorted(one.code for one in again.problems) == sorted(one.code for one in before)


def test_thousands_of_problems_stay_a_file_that_opens(second, sent):
    made = opened(template(second, organisation=organisation(second), quarter=Q2, language="fr"))
    enter(made, "operations", *([BAD] * 4000), state="reported")
    raw, _ = taken(second, closed(made))
    found = check(second, raw, attributes=organisation(second).attributes).problems
    assert len(found) > 10_000
    book = opened(marked_copy(second, organisation(second), Q2, "fr", raw, found))
    listing = book["To correct"]
    assert listing.max_row < 6_000
    assert str(len(found) - 5_000)[:1] in str(listing.cell(listing.max_row, 2).value)
    assert sheet_of(book, "operations").cell(FIRST + 3999, 4).value == "Danube"
