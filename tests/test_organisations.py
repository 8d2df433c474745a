"""The list of organisations, from CSV and from Excel."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from filled import CENTRE, SECOND, framework
from filling import Kpi
from kpi.intake.organisations import organisations_from
from kpi.language import message
from kpi.measure.model import Organisation
from kpi.problems import errors
from kpi.quarter import Quarter

OF, BILINGUAL = framework(SECOND), framework(CENTRE)
START = Quarter(2025, 1)
CLUB = Organisation("C1", {"fr": "Club"}, {"nature": "club"}, START)


def csv(text, of=OF):
    return organisations_from(of, "list.csv", text.encode())


def excel(*rows, of=OF, hidden_first=False):
    book = Workbook()
    sheet = book.active
    if hidden_first:
        sheet.sheet_state = "hidden"
        sheet.append(["code", "nothing"])
        sheet = book.create_sheet("List")
    for row in rows:
        sheet.append(row)
    stream = BytesIO()
    book.save(stream)
    return organisations_from(of, "list.xlsx", stream.getvalue())


def codes(problems):
    return [(problem.code, problem.place.cell) for problem in problems]


@pytest.mark.parametrize(
    "text",
    [
        "code,name,nature\nC1,Club,club\n",
        "\ufeffcode;name;nature\r\nC1;Club;club\r\n",
        "nature\tNAME\tCode\nclub\t Club \tC1",
        "Nature,name.fr,code,active_from,active_until\nAssociation,Club,C1,,\n,,,,\n\n",
        'code,name,nature\n\n"C1","Club","ASSOCIATION"\n',
        "code,name_fr,nature\nC1,Club,club",
    ],
)
def test_spellings_of_one_list(text):
    assert csv(text) == ([CLUB], [])


def test_a_list_in_excel():
    rows = [["code", "name", "nature", "active_from", "active_until"], ["C1", "Club", "club", "2025-Q3", "2026-Q1"]]
    expected = Organisation("C1", {"fr": "Club"}, {"nature": "club"}, Quarter(2025, 3), Quarter(2026, 1))
    assert excel(*rows) == ([expected], [])
    assert excel(*rows, hidden_first=True) == ([expected], [])
    (number,), problems = excel(["code", "name", "nature"], [12, "Club", "club"])
    assert (number.code, problems) == ("12", [])


def test_names_in_several_languages():
    said = (
        "code,name.en,name.bg,type,seat,role\nA,Alpha,Алфа,ngo,BG411,partner\nB,Beta,,Община,София (столица),Център\n"
    )
    (alpha, beta), problems = csv(said, BILINGUAL)
    assert problems == []
    assert alpha.name == {"bg": "Алфа", "en": "Alpha"}
    assert beta.name == {"bg": "Beta", "en": "Beta"}
    assert beta.attributes == {"type": "municipality", "seat": "BG411", "role": "centre"}
    assert alpha.active_from == BILINGUAL.programme.starts


#: What an unquoted comma in a name does.
TWO_AT_ONCE = [("organisations.no_category", "C2"), ("organisations.no_heading", "D2")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [("organisations.no_rows", None)]),
        ("code,name,nature\n", [("organisations.no_rows", None)]),
        ("name,nature\nClub,club\n", [("organisations.no_column", "A1")]),
        ("code,name\nC1,Club\n", [("organisations.no_column", "A1")]),
        ("code,name,nature\nC1,Club,clib\n", [("organisations.no_category", "C2")]),
        ("code,name,nature\nC1,Club,\n", [("organisations.empty", "C2")]),
        ("code,name,nature\n,Club,club\n", [("organisations.empty", "A2")]),
        ("code,name,nature\nC1,,club\n", [("organisations.empty", "B2")]),
        ("code,nature\nC1,club\n", [("organisations.empty", "A2")]),
        ("code,name,nature\nC 1,Club,club\n", [("organisations.bad_code", "A2")]),
        (f"code,name,nature\n{'C' * 41},Club,club\n", [("organisations.bad_code", "A2")]),
        ("code,name,nature\n../C,Club,club\n", [("organisations.bad_code", "A2")]),
        ("code,name,nature\nC1,Club,club\n\nC1,Autre,club\n", [("organisations.twice", "A4")]),
        (
            "code,name,nature,active_from\nC1,Club,club,\nC1,Club,clib,2025-Q9\n,,club,\n",
            [
                ("organisations.twice", "A3"),
                ("organisations.no_category", "C3"),
                ("organisations.bad_quarter", "D3"),
                ("organisations.empty", "A4"),
                ("organisations.empty", "B4"),
            ],
        ),
        (
            "code,name,nature\nC1,Club,clib\nC1,Club,club\n",
            [("organisations.no_category", "C2"), ("organisations.twice", "A3")],
        ),
        ("code,name,nature,active_from\nC1,Club,club,2025\n", [("organisations.bad_quarter", "D2")]),
        (
            "code,name,nature,active_from,active_until\nC1,Club,club,2026-Q2,2026-Q1\n",
            [("organisations.backwards", "E2")],
        ),
        ("code,name,nature,code\nC1,Club,club,C2\n", [("organisations.column_twice", "D1")]),
        (
            "code,name,nature\nC1,Club, section sud,club\n",
            [("organisations.no_category", "C2"), ("organisations.no_heading", "D2")],
        ),
        ('code,name,nature\nC1,"Club,club\n', [("organisations.not_readable", None)]),
        ("code,name,nature\nC1,Cl\0ub,club\n", [("organisations.not_readable", None)]),
    ],
)
def test_what_is_wrong_is_told_at_its_cell(text, found):
    organisations, problems = csv(text)
    assert sorted(codes(errors(problems))) == sorted(found)
    assert [one.name["fr"] for one in organisations] in ([], ["Club"])


def test_an_empty_list_says_which_columns_it_should_have():
    _, (problem,) = csv("")
    assert "names the columns: code, name, name.fr, nature, active_from, active_until; each row" in message(
        problem, "en"
    )


def test_an_unknown_column_is_left_out_and_told():
    organisations, problems = csv("code,name,nature,telephone\nC1,Club,club,123\n")
    assert organisations == [CLUB]
    assert [(one.code, one.place.cell, one.severity) for one in problems] == [
        ("organisations.unknown_column", "D1", "warning")
    ]


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 no zip", b"\xd0\xcf\x11\xe0old", "Общинa".encode("cp1251"), b"%PDF-1.7"]
)
def test_what_is_no_list_is_refused(content):
    organisations, problems = organisations_from(OF, "list", content)
    assert organisations == []
    assert errors(problems)


def test_a_formula_that_was_never_calculated_is_told():
    organisations, problems = excel(["code", "name", "nature"], ["C1", '="Cl"&"ub"', "club"])
    assert organisations == []
    assert {problem.place.cell for problem in errors(problems)} == {"B2"}


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content):
    organisations, problems = organisations_from(OF, "list.csv", content if content[:2] != b"PK" else b"")
    assert organisations or problems


cell = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@given(st.lists(st.tuples(cell, cell, cell, cell), max_size=5))
def test_whatever_stands_in_the_cells_each_row_is_taken_or_told(rows):
    quoted = "\n".join(",".join('"' + text.replace('"', '""') + '"' for text in row) for row in rows)
    organisations, problems = csv("code,name,nature,active_from\nC1,Club,club,\n" + quoted)
    assert organisations[0] == CLUB
    filled = [row for row in rows if any(text.strip() for text in row)]
    assert len(organisations) - 1 + len({problem.place.line for problem in problems}) >= len(filled)


def test_taking_in_a_list_again(tmp_path):
    kpi = Kpi(tmp_path)
    kpi.begin("code,name,nature\nC1,Club,club\nS1,École,school\n")
    file = tmp_path / "more.csv"
    file.write_text("code,name,nature\nC1,Club alpin,club\nV1,Commune,council\n", encoding="utf-8")
    assert "1 " in kpi.ok("organisations", "import", file).out
    listed = {
        one["slice"]["organisation"] for one in kpi.measure("--year", 2025, "--by", "organisation") if one["slice"]
    }
    assert listed == {"C1", "S1", "V1"}  # nobody is removed
    file.write_text("code,name,nature\nX1,Nouveau,club\nX2,Faux,clob\n", encoding="utf-8")
    assert f"{file}:C3: " in kpi.refused(1, "organisations", "import", file)
    assert "there is no organisation “X1”" in kpi.refused(2, "measure", "--org", "X1")
