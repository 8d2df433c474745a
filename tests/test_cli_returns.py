"""`kpi import` and `kpi measure` as a contract with other programs: fields, types, revisions, windows."""

import csv
import io
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment

from filling import CENTRE, SECOND, Kpi, copied, fill, keys, marks, sheets

TODAY = date.today()  # noqa: DTZ011 (the command's own day is the machine's)
ORGANISATIONS = "code,name,nature\nC1,Club un,club\nS1,École,school\nV1,Commune,council\n"
FIELDS = [
    *("indicator", "window", "slice", "value", "state", "numerator", "denominator", "n"),
    *("reported", "expected_returns", "carried", "expected"),
    *("judged_window", "judged_value", "judged_expected", "target", "achievement", "status"),
]


def operations(*adults, river="suze"):
    return {
        "operations": [
            {
                "title": f"Opération {number}",
                "day": "12.04.2025",
                "river": river,
                "volunteers.under16": 3,
                "volunteers.adult": count,
                "volunteers.unknown": 0,
            }
            for number, count in enumerate(adults)
        ]
    }


@pytest.fixture(scope="module")
def kpi(tmp_path_factory):
    """A store with two approved returns of 2025-Q2 and one that waits."""
    home = Kpi(tmp_path_factory.mktemp("returns"))
    home.begin(ORGANISATIONS)
    home.approve(home.filled("C1", "2025-Q2", operations(5, 7)), home.filled("S1", "2025-Q2", operations(10)))
    home.ok("import", home.filled("V1", "2025-Q2", operations(100)))
    return home


@pytest.fixture
def home(kpi, tmp_path):
    """A copy of that store, to change."""
    return copied(kpi, tmp_path)


def codes(told):
    return [problem["code"] for problem in told["problems"]]


# Importing


def test_a_faulty_return_is_told_cell_by_cell_and_not_stored(home):
    wrong = {"operations": [operations(5)["operations"][0] | {"day": "soon", "river": "Sûze"}]}
    file = home.filled("C1", "2025-Q3", wrong)
    done = home.run("import", file, "--format", "json", "--marked", home.folder / "new" / "marked")
    (told,) = done.json
    assert done.code == 1
    assert list(told) == ["file", "organisation", "quarter", "stored", "revision", "rows", "problems"]
    assert told | {"problems": 0} == {
        "file": str(file),
        "organisation": "C1",
        "quarter": "2025-Q3",
        "stored": False,
        "revision": None,
        "rows": 1,
        "problems": 0,
    }
    assert {frozenset(problem) for problem in told["problems"]} == {
        frozenset({"code", "severity", "sheet", "cell", "message"})
    }
    places = {(problem["sheet"], problem["cell"]) for problem in told["problems"] if problem["severity"] == "error"}
    copy = load_workbook(home.folder / "new" / "marked" / file.name)
    sheet = sheets(copy)["operations"]
    where = keys(sheet)
    first = next(row for mark, row in marks(sheet) if mark == "kpi:rows") + 1
    assert places == {(sheet.title, sheet.cell(first, where[key]).coordinate) for key in ("day", "river")}
    assert all(isinstance(copy[title][cell].comment, Comment) for title, cell in places)
    assert sheet.cell(first, where["river"]).value == "Sûze"
    assert home.figures("--quarter", "2025-Q3", "--provisional")["OPE"] is None
    said = home.run("import", file, "--dry-run")
    assert (said.code, said.out.count(": error: ")) == (1, 2)
    assert re.search(r"!\w+\d+: .*Sûze.*Suze", said.out)


def test_the_same_problem_of_many_cells_is_said_once_and_kept_of_each(home):
    one = operations(5)["operations"][0]
    rows = [one | {"title": f"Opération {number}", "river": "Sûze"} for number in range(400)]
    rows[7] |= {"day": "soon"}
    file = home.filled("C1", "2025-Q3", {"operations": [one | {"day": "12.07.2025"} | row for row in rows]})
    done = home.run("import", file, "--lang", "en")
    told = [line.removeprefix(f"{file}: ") for line in done.out.splitlines()]
    wrong = [line for line in told if "“Sûze” is not on the list" in line]
    assert len(wrong) == 1
    assert re.match(r"error: Opérations de nettoyage!([A-Z])(\d+), \1\d+, \1\d+ and 397 more cells: “Sûze”", wrong[0])
    assert "Did you mean “Suze”?" in wrong[0]
    (alone,) = [line for line in told if "“soon” is not a date" in line]
    assert re.match(r"error: Opérations de nettoyage![A-Z]\d+: “soon”", alone)
    (kept,) = home.run("import", file, "--format", "json").json
    assert len([one for one in kept["problems"] if one["code"] == "cell.unknown_choice"]) == 400
    assert len({one["cell"] for one in kept["problems"]}) == 401


def test_a_trial_says_what_would_change_and_stores_nothing(home):
    file = home.filled("C1", "2025-Q2", operations(5, 7, 9))
    done = home.ok("import", file, "--dry-run")
    assert "would be stored" in done.out
    (told,) = home.ok("import", file, "--dry-run", "--format", "json").json
    assert (told["stored"], told["revision"], told["problems"]) == (False, None, [])
    assert home.figures("--quarter", "2025-Q2", "--provisional")["OPE"] == "4"


def test_the_same_file_and_the_same_content_are_known(home):
    file = home.folder / "C1-2025-Q2.xlsx"
    (told,) = home.approve(file)
    assert (told["stored"], codes(told)) == (False, ["return.same_file"])
    again = home.folder / "saved again.xlsx"
    load_workbook(file).save(again)
    assert again.read_bytes() != file.read_bytes()
    (told,) = home.approve(again)
    assert (told["stored"], codes(told)) == (False, ["return.same_content"])
    assert told["problems"][0]["severity"] == "warning"


def test_a_correction_is_a_new_revision_and_every_figure_changes(home):
    before = home.figures("--quarter", "2025-Q2")
    assert (before["OPE"], before["VOL"]) == ("3", "31")  # 3 + 5, 3 + 7 and 3 + 10
    file = home.filled("C1", "2025-Q2", operations(5, 17))
    (told,) = home.ok("import", file, "--format", "json").json
    assert (told["stored"], told["revision"]) == (True, 2)
    assert home.figures("--quarter", "2025-Q2")["VOL"] == "31"  # until somebody approves it
    assert home.figures("--quarter", "2025-Q2", "--provisional")["VOL"] == "144"  # 41, and 103 that wait as well
    third = home.filled("C1", "2025-Q2", operations(5, 27))
    (told,) = home.approve(third)
    assert told["revision"] == 3
    assert home.figures("--quarter", "2025-Q2")["VOL"] == "51"
    assert home.figures("--ytd", "2025-Q4")["VOL"] == "51"
    rows = home.ok("records", "--form", "operations", "--org", "C1", "--format", "csv").out
    assert [row["revision"] for row in csv.DictReader(io.StringIO(rows))] == ["3", "3"]


def test_a_file_that_was_replaced_undoes_nothing(home):
    first = home.folder / "C1-2025-Q2.xlsx"
    kept = first.read_bytes()
    home.approve(home.filled("C1", "2025-Q2", operations(5, 17)))
    first.write_bytes(kept)  # the corrected workbook has the name of the first
    for options in ((), ("--dry-run",)):
        (told,) = home.ok("import", first, *options, "--format", "json").json
        assert (told["stored"], told["revision"], codes(told)) == (False, None, ["return.former_file"])
        assert "as revision 1 of Club un, 2e trimestre 2025; revision 2 stands now" in told["problems"][0]["message"]
    (told,) = home.approve(first)
    assert (told["stored"], codes(told)) == (False, ["return.former_file"])
    assert home.figures("--quarter", "2025-Q2")["VOL"] == "41"
    anew = home.folder / "anew.xlsx"
    load_workbook(first).save(anew)
    (told,) = home.approve(anew)
    assert (told["stored"], told["revision"], codes(told)) == (True, 3, ["return.former_content"])
    assert told["problems"][0]["severity"] == "warning"
    assert home.figures("--quarter", "2025-Q2")["VOL"] == "31"


def test_a_file_that_was_replaced_before_it_was_approved_is_not_approved_either(home):
    first = home.folder / "V1-2025-Q2.xlsx"
    kept = first.read_bytes()
    home.ok("import", home.filled("V1", "2025-Q2", operations(50)))
    first.write_bytes(kept)
    (told,) = home.approve(first)
    assert (told["stored"], codes(told)) == (False, ["return.former_file"])
    assert home.figures("--quarter", "2025-Q2")["VOL"] == "31"


def test_as_of_a_day_figures_stand_as_they_stood(home):
    now = home.measure("--quarter", "2025-Q2", "--indicator", "VOL", "--as-of", TODAY)
    assert now[0]["value"] == "31"
    before = home.measure("--quarter", "2025-Q2", "--indicator", "VOL", "--as-of", TODAY - timedelta(days=1))
    assert (before[0]["value"], before[0]["state"], before[0]["reported"]) == (None, "missing", 0)


def test_several_files_each_with_its_own_answer(home):
    good, other = home.filled("S1", "2025-Q3", operations(1)), home.filled("C1", "2025-Q3", operations(2))
    none = home.folder / "none.xlsx"
    none.write_bytes(b"no workbook at all")
    folder = home.folder / "elsewhere"
    folder.mkdir()
    faulty = folder / good.name
    faulty.write_bytes(home.template("C1", "2025-Q4", "fr"))
    done = home.run("import", good, none, faulty, other, "--format", "json", "--marked", home.folder)
    assert done.code == 1
    assert [(one["stored"], one["organisation"]) for one in done.json] == [
        (True, "S1"),
        (False, None),
        (False, "C1"),
        (True, "C1"),
    ]
    assert all(one["problems"] for one in done.json[1:3])
    # The marked copy has not been written over the original of the same name.
    (copy,) = home.folder.glob(f"{good.stem} (*).xlsx")
    assert "C1" in {cell.value for row in load_workbook(copy).worksheets[0].iter_rows() for cell in row}
    # What waits is approved when it comes again; after that it is known, and nothing more.
    assert [(one["stored"], one["revision"], one["problems"]) for one in home.approve(good)] == [(True, 1, [])]
    assert home.approve(good)[0]["problems"][0]["code"] == "return.same_file"


def test_whose_return_it_is(home):
    template = home.template("C1", "2025-Q3", "fr")
    with_lost_organisation = home.folder / "gone.xlsx"
    with_lost_organisation.write_bytes(fill(template, operations(1)))
    elsewhere = Kpi(home.folder / "other")
    elsewhere.folder.mkdir()
    elsewhere.begin("code,name,nature\nX1,Autre,club\n")
    done = elsewhere.run("import", with_lost_organisation, "--format", "json")
    assert (done.code, codes(done.json[0])) == (1, ["workbook.unknown_organisation"])
    centre = Kpi(home.folder / "centre", CENTRE)
    centre.folder.mkdir()
    centre.begin("code,name,type,seat,role\nC1,One,ngo,BG411,centre\n")
    done = centre.run("import", with_lost_organisation, "--format", "json", "--lang", "en")
    assert (done.code, codes(done.json[0])) == (1, ["workbook.other_programme"])


def test_messages_in_either_language(tmp_path):
    centre = Kpi(tmp_path, CENTRE)
    centre.begin("code,name,type,seat,role\nC1,One,ngo,BG411,centre\n")
    file = tmp_path / "blank.xlsx"
    file.write_bytes(centre.template("C1", "2025-Q4", "bg"))
    said = {}
    for language in ("bg", "en"):
        (told,) = centre.run("import", file, "--format", "json", "--lang", language).json
        said[language] = told["problems"][0]["message"]
    assert re.search("[а-я]{4}", said["bg"])
    assert not re.search("[а-я]", said["en"])


def test_a_template_of_an_older_form_is_taken_where_it_still_fits(home):
    old = home.filled("C1", "2025-Q4", operations(4))
    text = SECOND.read_text(encoding="utf-8")
    more = text.replace("      page: {label: Page web, type: link}", "      note: {label: Note, type: text}")
    needed = text.replace(
        "      page: {label: Page web, type: link}", "      note: {label: N, type: text, required: true}"
    )
    for name, new, stored in (("needed", needed, False), ("more", more, True)):
        file = home.folder / f"{name}.yaml"
        file.write_text(new, encoding="utf-8")
        other = Kpi(home.folder, file)
        other.ok("rebuild")
        done = other.run("import", old, "--format", "json")
        assert (done.code, done.json[0]["stored"]) == ((0, True) if stored else (1, False)), done
        assert done.json[0]["problems"]  # says that the template is an old one


# Measuring


def test_measurements_have_these_fields_and_types(kpi):
    found = kpi.measure("--quarter", "2025-Q2", "--by", "age")
    for one in found:
        assert list(one) == FIELDS
        assert one["state"] in {"value", "missing", "not_applicable", "not_available", "not_collected"}
        assert one["slice"] is None or isinstance(one["slice"], dict)
        for name in (
            *FIELDS[3:4],
            *FIELDS[5:8],
            "expected",
            "judged_value",
            "judged_expected",
            "target",
            "achievement",
        ):
            assert one[name] is None or str(Decimal(one[name])) == one[name], one
        for name in ("reported", "expected_returns", "carried"):
            assert isinstance(one[name], int)
    by_key = {one["indicator"]: one for one in found if one["slice"] is None}
    assert by_key["DON"] | {"expected": 0, "judged_expected": 0, "status": 0} == {
        "indicator": "DON",
        "window": "2025-Q2",
        "slice": None,
        "value": "0.00",
        "state": "value",
        "numerator": "0.00",
        "denominator": None,
        "n": "0",
        "reported": 2,
        "expected_returns": 2,
        "carried": 0,
        "expected": 0,
        "judged_window": "2025-Q1/2025-Q2",
        "judged_value": "0.00",
        "judged_expected": 0,
        "target": "8000.00",
        "achievement": None,
        "status": 0,
    }
    assert (by_key["EAU"]["state"], by_key["EAU"]["value"], by_key["EAU"]["denominator"]) == (
        "not_available",
        None,
        "0",
    )
    lacking = [one for one in found if one["indicator"] == "DON" and one["state"] == "not_collected"]
    assert [one["value"] for one in lacking] == [None]


def test_two_dimensions_filters_and_one_organisation(kpi):
    found = kpi.measure("--quarter", "2025-Q2", "--indicator", "VOL", "--by", "basin", "--by", "age")
    crossed = {tuple(one["slice"].items()): one["value"] for one in found if one["slice"]}
    assert crossed[("basin", "aar"), ("age", "adult")] == "22"
    assert crossed[("basin", "doubs"), ("age", "adult")] == "0"
    (adults,) = kpi.measure("--quarter", "2025-Q2", "--indicator", "VOL", "--where", "age=adult")
    assert (adults["value"], adults["slice"], adults["status"]) == ("22", {"age": "adult"}, "no_target")
    (clubs,) = kpi.measure("--quarter", "2025-Q2", "--indicator", "VOL", "--where", "nature=club")
    assert (clubs["value"], clubs["reported"], clubs["expected_returns"]) == ("18", 1, 1)
    (school,) = kpi.measure("--quarter", "2025-Q2", "--indicator", "VOL", "--org", "S1")
    assert (school["value"], school["slice"]) == ("13", {"organisation": "S1"})
    found = kpi.measure("--quarter", "2025-Q2", "--indicator", "VOL", "--by", "organisation", "--provisional")
    assert {one["slice"]["organisation"]: one["value"] for one in found if one["slice"]} == {
        "C1": "18",
        "S1": "13",
        "V1": "103",
    }


def test_several_values_may_follow_an_option_or_repeat_it(kpi):
    def asked(*options):
        return [(one["indicator"], one["slice"]) for one in kpi.measure("--quarter", "2025-Q2", *options)]

    both = asked("--indicator", "OPE", "VOL")
    assert both == [("OPE", None), ("VOL", None)]
    assert both == asked("--indicator", "OPE", "--indicator", "VOL") == asked("--indicator", "OPE,VOL")
    assert both == asked("--indicator=OPE", "VOL")
    assert asked("--indicator", "OPE", "DON", "--indicator", "VOL", "--format", "json") == [
        ("OPE", None),
        ("DON", None),
        ("VOL", None),
    ]
    crossed = asked("--indicator", "VOL", "--by", "age", "river")
    assert crossed == asked("--indicator", "VOL", "--by", "age", "--by", "river")
    assert {"age": "adult", "river": "suze"} in [slice_ for _, slice_ in crossed]
    (one,) = asked("--indicator", "VOL", "--where", "age=adult", "river=suze")
    assert one == ("VOL", {"age": "adult", "river": "suze"})
    assert "“VOLL”" in kpi.refused(2, "measure", "--indicator", "OPE", "VOLL")
    assert "“2025-Q3” is more" in kpi.refused(2, "measure", "--quarter", "2025-Q2", "2025-Q3")
    assert "needs a value" in kpi.refused(2, "measure", "--indicator")


def test_windows_without_a_word(kpi):
    (usual,) = kpi.measure("--indicator", "OPE")
    # Returns are due within 20 days: the quarter before the one in which the day 21 days ago lay.
    lay = TODAY - timedelta(days=21)
    last = lay.year * 4 + (lay.month - 1) // 3 - 1
    assert usual["window"] == f"{last // 4}-Q{last % 4 + 1}"
    (since,) = kpi.measure("--indicator", "OPE", "--since", "2025-Q1")
    assert since["window"] == f"2025-Q1/{usual['window']}"
    assert since["value"] == "3"


def test_the_same_figures_as_csv_and_as_a_table(kpi):
    found = kpi.measure("--quarter", "2025-Q2", "--indicator", "VOL", "--by", "age")
    out = kpi.ok("measure", "--quarter", "2025-Q2", "--indicator", "VOL", "--by", "age", "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(out)))
    assert list(rows[0]) == FIELDS
    assert [(row["value"], row["slice"]) for row in rows] == [
        (one["value"], "; ".join(f"{key}={value}" for key, value in (one["slice"] or {}).items())) for one in found
    ]
    table = kpi.ok("measure", "--quarter", "2025-Q2", "--indicator", "VOL").out
    assert re.search(r"VOL .*31 .*75 .*300 .*2/3", table.replace("\n", " "))


def test_indicators_have_these_fields(tmp_path):
    centre = Kpi(tmp_path, CENTRE)
    found = centre.ok("indicators", "--format", "json").json
    wanted = {"key", "level", "name_en", "name_bg", "unit", "time", "better", "by", "supports", "source"}
    assert all(wanted <= one.keys() for one in found)
    assert all(re.search("[а-я]", one["name_bg"]) and not re.search("[а-я]", one["name_en"]) for one in found)
    times = {one["key"]: one["time"] for one in found}
    assert set(times.values()) == {"flow", "stock"}
    assert {one["better"] for one in found} <= {"higher", "lower"}
    assert all(isinstance(one["by"], list) and isinstance(one["source"], str) for one in found)


def test_the_schema_is_one_that_the_framework_meets(tmp_path):
    schema = Kpi(tmp_path).ok("schema").json
    assert schema["type"] == "object"
    assert {"programme", "forms", "indicators"} <= schema["properties"].keys()


def test_what_the_reader_has_read_enough_of(kpi):
    process = kpi.start("measure", "--quarter", "2025-Q2", "--by", "age", "--format", "json")
    process.stdout.close()
    assert "Traceback" not in process.stderr.read()
    assert process.wait() in {0, 1}
