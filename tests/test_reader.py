import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, from_excel

import hostile
from conftest import leave_out
from kpi.intake import reader as module
from kpi.intake.guard import MAX_BYTES, MAX_PARTS, guard
from kpi.intake.package import MAX_UNPACKED, date_format, unescaped
from kpi.intake.reader import Book, Reader, SheetCells, read_book
from kpi.intake.reader_child import MAX_MEMORY, MAX_SHEETS, read
from kpi.intake.sheet import MAX_COLUMNS, MAX_ROWS, letters, moment
from kpi.intake.unreadable import FAULTS
from kpi.language import message

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="process signals and limits as Linux has them")


@pytest.fixture(scope="module")
def reader():
    with Reader() as one:
        yield one


def at(text: str) -> datetime:
    """A moment as a cell holds it: without a time zone."""
    return datetime.fromisoformat(text)


def saved(book: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def book_of(reader: Reader, content: bytes) -> Book:
    book, problems = reader.read(content, "return.xlsx")
    assert problems == []
    assert book is not None
    return book


def sheet_of(reader: Reader, content: bytes) -> SheetCells:
    (sheet,) = book_of(reader, content).sheets
    return sheet


def cells_of(reader: Reader, parts: hostile.Parts) -> dict:
    return dict(sheet_of(reader, hostile.package(parts)).rows)


def codes(problems) -> set[str]:
    return {problem.code for problem in problems}


# What is wrong is said.


@pytest.mark.parametrize("name", hostile.HOSTILE)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_hostile_file_yields_its_problem(reader, name):
    make, expected = hostile.HOSTILE[name]
    book, problems = reader.read(make(), "return.xlsx")
    found = codes(problems)
    assert found & ({expected} if isinstance(expected, str) else set(expected))
    assert all(problem.place.file == "return.xlsx" for problem in problems)
    assert (book is None) == any(code.startswith("file.") for code in found)
    for problem in problems:
        assert "{" not in message(problem, "en")


def test_the_reader_goes_on_after_each_of_them(reader):
    assert sheet_of(reader, hostile.package()).rows == {1: {1: 1}}


def test_a_hidden_fault_of_one_sheet_leaves_the_other(reader):
    sheets = '<sheet name="Good" sheetId="1" r:id="rId1"/><sheet name="Lost" sheetId="2" r:id="rId9"/>'
    book, problems = reader.read(hostile.package({"xl/workbook.xml": hostile.workbook(sheets)}), "return.xlsx")
    assert [(problem.code, problem.place.sheet) for problem in problems] == [("sheet.damaged", "Lost")]
    assert book is not None
    assert [sheet.title for sheet in book.sheets] == ["Good", "Lost"]
    assert book.sheets[0].rows == {1: {1: 1}}


def test_all_faulty_cells_are_named_at_once(reader):
    rows = '<row r="3"><c r="B3"><v>NaN</v></c><c r="C3"><v>4</v></c><c r="D3" t="b"><v>x</v></c></row>'
    book, problems = reader.read(hostile.package({hostile.SHEET1: hostile.sheet(rows)}), "return.xlsx")
    assert [(problem.code, problem.place.sheet, problem.place.cell) for problem in problems] == [
        ("cell.unreadable", "Data", "B3"),
        ("cell.unreadable", "Data", "D3"),
    ]
    assert book is not None
    assert book.sheets[0].rows == {3: {3: 4}}


def test_what_stands_outside_the_limits_is_told_with_its_cell(reader):
    rows = f'<row r="{MAX_ROWS}"><c><v>1</v></c></row><row r="{MAX_ROWS + 1}"><c><v>2</v></c><c><v>3</v></c></row>'
    book, problems = reader.read(hostile.package({hostile.SHEET1: hostile.sheet(rows)}), "return.xlsx")
    assert [(problem.code, problem.place.cell) for problem in problems] == [("sheet.too_large", f"A{MAX_ROWS + 1}")]
    assert book is not None
    assert book.sheets[0].rows == {MAX_ROWS: {1: 1}}


def test_empty_formatted_cells_outside_the_limits_are_no_fault(reader):
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row><row r="1048576" s="1"><c r="A1048576" s="1"/></row>'
    )
    assert cells_of(reader, {hostile.SHEET1: hostile.sheet(rows)}) == {1: {1: 1}}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=2_000), start=st.sampled_from([b"", b"PK\x03\x04", hostile.OLE, b"PK\x05\x06", b"<"]))
def test_no_bytes_whatever_make_it_fail(reader, content, start):
    book, problems = reader.read(start + content, "x.xlsx")
    assert book is None
    assert problems


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 4_000), byte=st.integers(0, 255), cut=st.integers(0, 3))
def test_a_workbook_with_wrong_bytes_is_read_or_refused(reader, at, byte, cut):
    content = bytearray(hostile.package())
    at %= len(content)
    content[at : at + 1 + cut] = bytes([byte])
    book, problems = reader.read(bytes(content), "x.xlsx")
    assert book is not None or problems


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_xml_with_wrong_characters_is_read_or_refused_within_the_child(data):
    name = data.draw(st.sampled_from(sorted(hostile.SOUND)))
    text = bytearray(str(hostile.SOUND[name]).encode())
    for at in data.draw(st.lists(st.integers(0, len(text) - 1), max_size=4)):
        text[at : at + 1] = data.draw(st.binary(max_size=3))
    answer = read(hostile.package({name: bytes(text)}))
    assert answer["sheets"] or answer["problems"]
    assert {str(problem["code"]) for problem in answer["problems"]} <= set(FAULTS)
    json.dumps(answer).encode()


# What is read is what stands there.

SIMPLE = st.one_of(
    st.integers(-(10**15), 10**15),
    # openpyxl writes fifteen digits or so, as Excel does.
    st.floats(-1e15, 1e15).map(lambda number: float(f"{number:.15g}")),
    st.booleans(),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=40).filter(
        lambda text: not text.startswith(("=", "#")) and "_x" not in text
    ),
    st.dates(date(1900, 3, 1), date(9999, 12, 30)),
    st.datetimes(at("1950-01-01"), at("2100-01-01")).map(lambda when: when.replace(second=7, microsecond=0)),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.dictionaries(st.tuples(st.integers(1, 60), st.integers(1, 40)), SIMPLE, min_size=1, max_size=25))
def test_values_written_are_values_read(reader, cells):
    book = openpyxl.Workbook()
    for (row, column), value in cells.items():
        book.active.cell(row, column, value)
    rows = sheet_of(reader, saved(book)).rows
    found = {(row, column): value for row, values in rows.items() for column, value in values.items()}
    assert found == cells
    assert all(type(found[place]) is type(value) for place, value in cells.items() if not isinstance(value, float))


def test_whole_and_broken_numbers_stay_apart(reader):
    rows = "<row><c><v>1100</v></c><c><v>1100.0</v></c><c><v>-3</v></c><c><v>1.5E3</v></c><c><v> 7 </v></c></row>"
    values = cells_of(reader, {hostile.SHEET1: hostile.sheet(rows)})[1]
    assert [(type(value), value) for value in values.values()] == [
        (int, 1100),
        (float, 1100.0),
        (int, -3),
        (float, 1500.0),
        (int, 7),
    ]


def test_texts_keep_every_character(reader):
    strings = (
        "<si><t xml:space='preserve'>  spaces \n kept  </t></si>"
        "<si><r><rPr><b/></rPr><t>rich</t></r><r><t> text</t></r><rPh sb='0' eb='1'><t>aid</t></rPh></si>"
        "<si><t>a_x000D_b_x005F_x000D_c_x0007_</t></si><si><t/></si>"
    )
    rows = "<row>" + "".join(f'<c t="s"><v>{number}</v></c>' for number in range(4)) + "</row>"
    parts = {
        "xl/sharedStrings.xml": f'<sst xmlns="{hostile.MAIN}">{strings}</sst>',
        hostile.SHEET1: hostile.sheet(rows),
    }
    assert cells_of(reader, parts) == {1: {1: "  spaces \n kept  ", 2: "rich text", 3: "a\rb_x000D_c_x0007_"}}


def test_text_within_a_cell_and_calculated_text(reader):
    rows = (
        '<row><c t="inlineStr"><is><t>one</t></is></c><c t="inlineStr"><is><r><t>t</t></r><r><t>wo</t></r></is></c>'
        '<c t="str"><f>A1&amp;"x"</f><v>onex</v></c><c t="str"><f>""</f><v></v></c><c t="d"><v>2026-09-30</v></c></row>'
    )
    sheet = sheet_of(reader, hostile.package({hostile.SHEET1: hostile.sheet(rows)}))
    assert sheet.rows == {1: {1: "one", 2: "two", 3: "onex", 5: date(2026, 9, 30)}}
    assert sheet.marks == {}


def test_rows_and_cells_out_of_order_are_all_there(reader):
    rows = (
        '<row r="5"><c r="C5"><v>53</v></c><c r="A5"><v>51</v></c></row>'
        '<row r="2"><c r="B2"><v>22</v></c><c><v>23</v></c></row><row><c><v>31</v></c></row>'
    )
    found = cells_of(reader, {hostile.SHEET1: hostile.sheet(rows, '<dimension ref="A1:A1"/>')})
    assert found == {2: {2: 22, 3: 23}, 3: {1: 31}, 5: {1: 51, 3: 53}}
    assert list(found) == [2, 3, 5]


def test_a_declared_dimension_is_not_believed(reader):
    for lie in ("A1", "A1:XFD1048576", "nonsense", "A9:A1"):
        more = f'<dimension ref="{lie}"/>'
        parts = {hostile.SHEET1: hostile.sheet('<row r="4"><c r="B4"><v>1</v></c></row>', more)}
        assert cells_of(reader, parts) == {4: {2: 1}}


def test_prefixed_and_utf_16_xml_is_read(reader):
    body = '<x:sheetData><x:row r="1"><x:c r="A1"><x:v>5</x:v></x:c></x:row></x:sheetData>'
    prefixed = f'<?xml version="1.0" encoding="UTF-16"?><x:worksheet xmlns:x="{hostile.MAIN}">{body}</x:worksheet>'
    assert cells_of(reader, {hostile.SHEET1: prefixed.encode("utf-16")}) == {1: {1: 5}}


def test_faulty_parts_that_hold_no_cells_do_not_matter(reader):
    parts = {
        "docProps/core.xml": "no xml",
        "docProps/custom.xml": "<x",
        "xl/theme/theme1.xml": "",
        "xl/comments1.xml": "<comments>",
        "xl/externalLinks/externalLink1.xml": "<!DOCTYPE x>",
        hostile.SHEET1: hostile.sheet('<row r="1"><c r="A1"><f>[1]Data!A1</f><v>8</v></c></row>'),
    }
    assert cells_of(reader, parts) == {1: {1: 8}}


def test_absolute_targets_backslashes_and_other_case_are_found(reader):
    parts = {
        "xl/_rels/workbook.xml.rels": hostile.relations(("rId1", "worksheet", "/xl/worksheets/Sheet1.xml")),
        hostile.SHEET1: None,
        "xl\\worksheets\\sheet1.xml": hostile.cell("<v>6</v>"),
    }
    assert cells_of(reader, parts) == {1: {1: 6}}


def test_references_in_small_letters_are_references(reader):
    rows = '<row r="1"><c r="a1"><v>1</v></c><c r="aB1"><v>2</v></c></row>'
    assert cells_of(reader, {hostile.SHEET1: hostile.sheet(rows)}) == {1: {1: 1, 28: 2}}


def test_a_sheet_that_points_nowhere_is_no_sheet(reader):
    sheets = '<sheet name="Data" sheetId="1" r:id="rId1"/><sheet name="Module" sheetId="2" state="veryHidden" r:id=""/>'
    parts = {"xl/workbook.xml": hostile.workbook(sheets)}
    assert [sheet.title for sheet in book_of(reader, hostile.package(parts)).sheets] == ["Data"]


def test_hidden_and_very_hidden_sheets_and_charts(reader):
    book = openpyxl.Workbook()
    book.active.title = "Обучения"
    for title, state in (("kept", "hidden"), ("deep", "veryHidden")):
        book.create_sheet(title).sheet_state = state
    book.create_chartsheet("chart")
    sheets = book_of(reader, saved(book)).sheets
    assert [(sheet.title, sheet.hidden) for sheet in sheets] == [("Обучения", False), ("kept", True), ("deep", True)]


def test_merged_cells_give_their_one_value(reader):
    book = openpyxl.Workbook()
    book.active["A1"] = "group"
    book.active.merge_cells("A1:D2")
    assert sheet_of(reader, saved(book)).rows == {1: {1: "group"}}


# Formulas and errors.


def test_a_formula_never_calculated_is_marked(reader):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B2"], book.active["C3"] = 4, "=A1*2", "#REF!"
    sheet = sheet_of(reader, saved(book))
    assert sheet.rows == {1: {1: 4}, 2: {2: "=A1*2"}, 3: {3: "#REF!"}}
    assert {place: mark.code for place, mark in sheet.marks.items()} == {
        (2, 2): "cell.formula_not_calculated",
        (3, 3): "cell.formula_error",
    }
    assert (sheet.marks[2, 2].place.sheet, sheet.marks[2, 2].place.cell) == ("Sheet", "B2")
    assert "=A1*2" in message(sheet.marks[2, 2], "en")


def test_a_zero_that_was_never_calculated_is_no_zero(reader):
    rows = "<row><c><f>A2</f><v>0</v></c><c><v>0</v></c><c><f>A3</f><v>5</v></c></row>"
    asks = hostile.workbook(more='<calcPr fullCalcOnLoad="1"/>')
    sheet = sheet_of(reader, hostile.package({hostile.SHEET1: hostile.sheet(rows), "xl/workbook.xml": asks}))
    assert sheet.rows == {1: {1: "=A2", 2: 0, 3: 5}}
    assert set(sheet.marks) == {(1, 1)}
    calculated = sheet_of(reader, hostile.package({hostile.SHEET1: hostile.sheet(rows)}))
    assert (calculated.rows, calculated.marks) == ({1: {1: 0, 2: 0, 3: 5}}, {})


# Dates.


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, ["date", "1900-01-01"]),
        (59, ["date", "1900-02-28"]),
        (61, ["date", "1900-03-01"]),
        (46_295, ["date", "2026-09-30"]),
        (46_295.5, ["datetime", "2026-09-30T12:00:00"]),
        (2_958_465, ["date", "9999-12-31"]),
        (0.25, "6:00:00"),
        (0, ["bad_date", "0"]),
        (-4, ["bad_date", "-4"]),
        (2_958_466, ["bad_date", "2958466"]),
        (2_958_465.999999999, ["bad_date", "2958465.999999999"]),
    ],
)
def test_day_numbers_since_1900(number, expected):
    assert moment(number, duration=False, from_1904=False) == expected


def test_durations_and_the_calendar_since_1904():
    assert moment(1.5, duration=True, from_1904=False) == "36:00:00"
    assert moment(-0.5, duration=True, from_1904=False) == "-12:00:00"
    assert moment(1e9, duration=True, from_1904=False) == ["bad_date", "1000000000.0"]
    assert moment(0, duration=False, from_1904=True) == ["date", "1904-01-01"]
    assert moment(44_833, duration=False, from_1904=True) == ["date", "2026-09-30"]


@given(st.integers(61, 2_958_465))
def test_days_are_as_openpyxl_counts_them(number):
    assert moment(number, duration=False, from_1904=False) == ["date", from_excel(number).date().isoformat()]
    if number <= 2_957_003:
        expected = from_excel(number, CALENDAR_MAC_1904).date().isoformat()
        assert moment(number, duration=False, from_1904=True) == ["date", expected]


@pytest.mark.parametrize(
    "code",
    [
        "dd.mm.yyyy",
        "[$-402]d mmmm yyyy;@",
        'yyyy"г."',
        "h:mm",
        "[h]:mm",
        "General",
        "0.00",
        '#,##0.00 "лв. dmy"',
        "@",
        "[Red]0",
    ],
)
def test_date_formats_are_told_as_openpyxl_tells_them(code):
    assert date_format(code)[1] == is_date_format(code)


def test_words_in_a_format_make_no_date():
    assert date_format("Standard") == (False, False)
    assert date_format("#,##0 [$USD]") == (False, False)
    assert date_format(r"0\d") == (False, False)


def test_formats_of_conditional_formatting_are_none_of_the_cells(reader):
    styles = (
        '<numFmts><numFmt numFmtId="164" formatCode="dd.mm.yyyy"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="2"/></cellXfs>'
        '<dxfs><dxf><numFmt numFmtId="14" formatCode="0.00"/></dxf><dxf><numFmt numFmtId="164" formatCode="0"/></dxf>'
        '<dxf><numFmt numFmtId="2" formatCode="yyyy"/></dxf></dxfs>'
    )
    cells = "".join(f'<c s="{number}"><v>46295</v></c>' for number in range(4))
    parts = {
        "xl/styles.xml": f'<styleSheet xmlns="{hostile.MAIN}">{styles}</styleSheet>',
        hostile.SHEET1: hostile.sheet(f"<row>{cells}</row>"),
    }
    day = date(2026, 9, 30)
    assert cells_of(reader, parts) == {1: {1: 46_295, 2: day, 3: day, 4: 46_295}}


def test_days_and_times_written_out(reader):
    texts = ["2026-09-30", "2026-09-30T08:05:00", "2026-09-30T00:00:00Z", "08:05:09", "T23:44:51.894"]
    cells = "".join(f'<c t="d"><v>{text}</v></c>' for text in texts)
    day = date(2026, 9, 30)
    assert cells_of(reader, {hostile.SHEET1: hostile.sheet(f"<row>{cells}</row>")}) == {
        1: {1: day, 2: at("2026-09-30T08:05:00"), 3: day, 4: "8:05:09", 5: "23:44:51"}
    }


def test_a_date_before_all_days_is_marked(reader):
    sheet = sheet_of(reader, hostile.package({hostile.SHEET1: hostile.cell("<v>-4</v>", 's="1"')}))
    assert sheet.rows == {1: {1: "-4"}}
    assert sheet.marks[1, 1].code == "cell.bad_date"


def test_escapes_of_halves_stay_written_out():
    assert unescaped("_xD83D__xDE00_ _x0416_ _x00_") == "_xD83D__xDE00_ Ж _x00_"


@given(st.integers(1, 16_384))
def test_columns_are_named_as_excel_names_them(column):
    assert letters(column) == openpyxl.utils.get_column_letter(column)


# Other programs' files.


def test_a_workbook_from_pandas(reader):
    target = io.BytesIO()
    frame = pd.DataFrame(
        {"course": ["Дигитални умения", None], "women": [12, 0], "on": [pd.Timestamp(2026, 7, 1), pd.NaT]}
    )
    frame.to_excel(target, sheet_name="Курсове", index=False)
    assert sheet_of(reader, target.getvalue()).rows == {
        1: {1: "course", 2: "women", 3: "on"},
        2: {1: "Дигитални умения", 2: 12, 3: date(2026, 7, 1)},
        3: {2: 0},
    }


@pytest.mark.libreoffice
def test_a_workbook_saved_again_by_libreoffice(reader, tmp_path):
    if shutil.which("soffice") is None:
        leave_out("LibreOffice (soffice) is not installed")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Обучения"
    sheet.append(["  Курс „А“ ", 12, 0.1, True, date(2026, 9, 30), at("2026-09-30T12:30"), "=B1*2", "=1/0"])
    book.create_sheet("marks").sheet_state = "veryHidden"
    book["marks"]["A1"] = "id"
    (tmp_path / "in").mkdir()
    book.save(tmp_path / "in" / "return.xlsx")
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(tmp_path),
            str(tmp_path / "in" / "return.xlsx"),
        ],
        check=True,
        capture_output=True,
    )
    first, marks = book_of(reader, (tmp_path / "return.xlsx").read_bytes()).sheets
    assert (first.title, first.hidden, marks.title, marks.hidden) == ("Обучения", False, "marks", True)
    assert first.rows == {
        1: {
            1: "  Курс „А“ ",
            2: 12,
            3: 0.1,
            4: True,
            5: date(2026, 9, 30),
            6: at("2026-09-30T12:30"),
            7: 24,
            8: "#DIV/0!",
        }
    }
    assert {place: mark.code for place, mark in first.marks.items()} == {(1, 8): "cell.formula_error"}


def test_twenty_thousand_rows_of_twelve_columns(reader):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("register")
    for row in range(20_000):
        sheet.append([f"Курс {row}", "обучение", date(2026, 7, 1), row * 1.25, *([row % 7] * 8)])
    rows = sheet_of(reader, saved(book)).rows
    assert len(rows) == 20_000
    assert rows[20_000] == {1: "Курс 19999", 2: "обучение", 3: date(2026, 7, 1), 4: 24_998.75} | dict.fromkeys(
        range(5, 13), 0
    )


# The child and its limits.


@LINUX
def test_a_killed_child_costs_one_file():
    with Reader() as reader:
        assert reader.read(hostile.package(), "first.xlsx")[1] == []
        child = reader._child.pid
        os.kill(child, signal.SIGSTOP)
        killer = threading.Timer(0.2, os.kill, (child, signal.SIGKILL))
        killer.start()
        book, problems = reader.read(hostile.package(), "second.xlsx")
        killer.join()
        assert (book, codes(problems)) == (None, {"file.reader_stopped"})
        assert sheet_of(reader, hostile.package()).rows == {1: {1: 1}}
        assert reader._child.pid != child


@LINUX
def test_a_child_killed_between_files_costs_none():
    with Reader() as reader:
        reader.read(hostile.package(), "first.xlsx")
        reader._child.kill()
        psutil.wait_procs([psutil.Process(reader._child.pid)], timeout=5)
        assert sheet_of(reader, hostile.package()).rows == {1: {1: 1}}


@LINUX
def test_a_child_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(module, "MAX_SECONDS", 0.3)
    with Reader() as reader:
        child = reader._running().pid
        os.kill(child, signal.SIGSTOP)
        assert codes(reader.read(hostile.package(), "x.xlsx")[1]) == {"file.took_too_long"}
        assert not psutil.pid_exists(child)


@LINUX
def test_a_child_out_of_processor_time_took_too_long():
    with Reader() as reader:
        child = reader._running().pid
        os.kill(child, signal.SIGSTOP)
        ender = threading.Timer(0.2, lambda: (os.kill(child, signal.SIGXCPU), os.kill(child, signal.SIGCONT)))
        ender.start()
        assert codes(reader.read(hostile.package(), "x.xlsx")[1]) == {"file.took_too_long"}


@LINUX
def test_a_child_that_grows_is_ended(monkeypatch):
    monkeypatch.setattr(module, "MAX_MEMORY", 1)
    with Reader() as reader:
        os.kill(reader._running().pid, signal.SIGSTOP)
        assert codes(reader.read(hostile.package(), "x.xlsx")[1]) == {"file.too_much_memory"}


def test_an_answer_that_is_too_long_is_not_taken(monkeypatch):
    monkeypatch.setattr(module, "MAX_ANSWER", 10)
    assert codes(read_book(hostile.package(), "x.xlsx")[1]) == {"file.reader_stopped"}


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "no json",
        "[]",
        "{}",
        '{"problems": 3}',
        '{"problems": [{"code": "unheard of"}]}',
        '{"problems": [], "sheets": [{"title": "a", "hidden": false, "rows": [[1, [1]]]}]}',
        '{"problems": [], "sheets": [{"title": "a", "hidden": false, "rows": [[1, [1, ["date", "x"]]]]}]}',
        "[" * 100_000,
    ],
)
def test_an_answer_that_makes_no_sense_is_not_believed(monkeypatch, answer):
    monkeypatch.setattr(module, "_START", f"import sys; sys.stdin.buffer.read(8); print({answer!r}[:150000])")
    assert codes(read_book(hostile.package(), "x.xlsx")[1]) == {"file.reader_stopped"}


@LINUX
def test_the_child_sets_its_own_limits():
    with Reader() as reader:
        reader.read(hostile.package(), "x.xlsx")
        child = psutil.Process(reader._child.pid)
        assert child.rlimit(psutil.RLIMIT_AS) == (MAX_MEMORY, MAX_MEMORY)
        assert child.rlimit(psutil.RLIMIT_FSIZE) == (0, 0)
        assert child.rlimit(psutil.RLIMIT_CPU)[0] < 10


def test_the_child_needs_the_standard_library_alone():
    sources = str(Path(module.__file__).parents[2])
    say = "import sys; sys.path.append(sys.argv[1]); import kpi.intake.reader_child; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-I", "-S", "-c", say, sources], capture_output=True, check=True, text=True)
    tops = {name.partition(".")[0] for name in ran.stdout.split()}
    assert "xml" in tops
    assert tops - sys.stdlib_module_names - {"kpi", "__main__"} == set()


def test_no_child_is_left_behind():
    with Reader() as reader:
        reader.read(hostile.package(), "x.xlsx")
        child = reader._child.pid
    assert not psutil.pid_exists(child)


def test_a_worker_is_kept_for_the_next_file():
    with Reader() as reader:
        reader.read(hostile.package(), "x.xlsx")
        child = reader._child.pid
        reader.read(hostile.package({hostile.SHEET1: ""}), "y.xlsx")
        reader.read(hostile.package(), "z.xlsx")
        assert reader._child.pid == child


# The guard's limits.


def test_sound_packages_pass_the_guard():
    assert guard(hostile.package(), "return.xlsx") == []
    assert guard(hostile.real_workbook(), "return.xlsx") == []


def test_the_size_is_said_in_megabytes():
    (problem,) = guard(bytes(MAX_BYTES + 1), "return.xlsx")
    assert message(problem, "en").startswith("The file is 21 MB large; at most 20 MB")


def test_limits_of_the_package(reader):
    parts = {f"xl/media/{number}": "x" for number in range(MAX_PARTS - len(hostile.SOUND))}
    assert guard(hostile.package(parts), "return.xlsx") == []
    assert codes(guard(hostile.package({**parts, "one more": "x"}), "return.xlsx")) == {"file.too_many_parts"}
    assert MAX_UNPACKED > MAX_BYTES


def test_as_many_sheets_as_are_allowed(reader):
    book = openpyxl.Workbook()
    for number in range(MAX_SHEETS - 1):
        book.create_sheet(f"sheet {number}")
    assert len(book_of(reader, saved(book)).sheets) == MAX_SHEETS
    book.create_sheet("one more")
    assert codes(reader.read(saved(book), "x.xlsx")[1]) == {"file.too_many_sheets"}


def test_the_last_column_that_is_read(reader):
    rows = f'<row r="1"><c r="{letters(MAX_COLUMNS)}1"><v>1</v></c></row>'
    assert cells_of(reader, {hostile.SHEET1: hostile.sheet(rows)}) == {1: {MAX_COLUMNS: 1}}


def test_the_binary_formats_name_alone_makes_no_macros():
    more = f'<Default Extension="bin" ContentType="{hostile.BINARY}"/>'
    assert guard(hostile.package({"[Content_Types].xml": hostile.types(more=more)}), "return.xlsx") == []


def test_a_template_and_other_names_of_the_file_pass():
    template = hostile.types(hostile.SHEET_TYPE.replace("sheet.main", "template.main"))
    assert guard(hostile.package({"[Content_Types].xml": template}), "return.xltx") == []
    assert guard(hostile.package(), "return.xls") == []
    with zipfile.ZipFile(io.BytesIO(hostile.package())) as archive:
        assert archive.testzip() is None
