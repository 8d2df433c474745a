"""What may be the name of a sheet, and how a label becomes one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from kpi.framework.spreadsheet import is_sheet_name, length, sheet_name


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("Courses", True),
        ("a" * 31, True),
        ("a" * 32, False),
        ("\N{GRINNING FACE}" * 15, True),
        ("\N{GRINNING FACE}" * 16, False),
        ("One: two", False),
        ("One/two", False),
        ("Tab\there", False),
        ("'Quoted", False),
        ("Quoted'", False),
        ("Quo'ted", True),
        ("History", False),
    ],
)
def test_what_excel_takes_as_a_sheets_name(name, fits):
    assert is_sheet_name(name) is fits


def test_characters_are_counted_as_excel_does():
    assert length("Данни") == 5
    assert length("a\N{GRINNING FACE}") == 3


@given(st.text(max_size=60), st.sampled_from(["", " (2)", " (10)"]))
def test_any_label_becomes_a_name_that_fits_or_is_empty(label, ending):
    made = sheet_name(label, ending)
    assert made.endswith(ending)
    assert not made or made.casefold() == "history" or is_sheet_name(made)


@given(st.text("abc[]:*?/\\'", min_size=1, max_size=40))
def test_what_is_made_fit_is_taken_by_a_workbook(label):
    made = sheet_name(label)
    if made:
        assert Workbook().create_sheet(made).title == made
