"""Columns that only some organisations fill in: locked for the others, who are told what they changed in them."""

from dataclasses import replace
from io import BytesIO

import jsonschema
import pytest
import yaml
from openpyxl import load_workbook

from filled import SECOND, codes, columns, enter, opened, organisation, sheet_of, taken
from filling import Kpi, keys, saved, sheets
from kpi import recall
from kpi.framework.change import changes_refused, used_by
from kpi.framework.load import load_text
from kpi.framework.schema import json_schema
from kpi.intake import layout
from kpi.intake.check import check
from kpi.intake.layout import FIRST, LAST
from kpi.intake.marked import marked_copy
from kpi.intake.raw import RawCell, RawForm, RawReturn, RawRow
from kpi.intake.template import template
from kpi.intake.workbook_style import CAUTION, LOCKED
from kpi.language import message
from kpi.problems import Severity
from kpi.quarter import Quarter
from kpi.records import NOT_APPLICABLE, Record

Q2 = Quarter(2025, 2)
PLAIN = SECOND.read_text(encoding="utf-8")
#: The second framework, in which the council alone says how a section is.
TEXT = PLAIN.replace("type: rating, spread: aspect,", "type: rating, spread: aspect, given_by: {nature: [council]},")
FRAMEWORK = load_text(TEXT).framework
CLUB = organisation(FRAMEWORK)
COUNCIL = organisation(FRAMEWORK, "V1", nature="council")
SECTION = {"code": "B1", "river": "Birse", "kept": "yes"}
APPROVED = {
    "sections": [
        Record(1, "b1", {"code": "B1", "river": "birse", "kept": True, "state": {"banks": "b2", "wildlife": "w3"}}),
        Record(2, "a1", {"code": "A1", "river": "allaine", "kept": False}),
    ]
}
RATED = {"state.banks": "2 – Mixtes", "state.wildlife": "3 – Abondante"}


def given(*rows, approved=APPROVED, of=CLUB):
    """Check a return of nothing but sections; give what is told of them."""
    cells = [{key: RawCell(value) for key, value in row.items()} for row in rows]
    asked = dict.fromkeys(FRAMEWORK.asked_forms(of.attributes, Q2), RawForm(RawCell("nothing to report")))
    sections = RawForm(RawCell("reported"), [RawRow(number, row) for number, row in enumerate(cells, 1)])
    raw = RawReturn(of.code, Q2, "fr", asked | {"sections": sections})
    return check(FRAMEWORK, raw, attributes=of.attributes, approved=approved)


def told(*rows, **how):
    return [
        (problem.place.row, problem.place.field, message(problem, "en")) for problem in given(*rows, **how).problems
    ]


WHO = "This is given by: Commune. Put back what stood there; if the change is right, the reviewer will see it."


def test_what_stands_as_it_was_approved_is_told_to_nobody():
    assert told(SECTION | RATED) == []
    assert told(SECTION | {"code": " b1 ", "state.banks": 2, "state.wildlife": "w3"}) == []
    assert told({"code": "A1", "river": "Allaine", "kept": "yes"}) == []


def test_a_changed_value_is_told_with_what_stood_and_what_is_found():
    assert told(SECTION | RATED | {"state.banks": "3 – Naturelles"}) == [
        (1, "state.banks", f"“État: Berges” was 2 – Mixtes when last approved; now it is 3 – Naturelles. {WHO}")
    ]
    assert told(SECTION | RATED | {"state.wildlife": "n/a"}) == [
        (1, "state.wildlife", f"“État: Faune” was 3 – Abondante when last approved; now it is n/a. {WHO}")
    ]


def test_a_value_in_a_row_that_had_none_and_one_that_is_gone_are_told():
    new = {"code": "C7", "river": "Suze", "kept": "yes", "state.banks": 1}
    assert told(new) == [
        (1, "state.banks", f"“État: Berges” was empty when last approved; now it is 1 – Bétonnées. {WHO}")
    ]
    assert [one[:2] for one in told(SECTION)] == [(1, "state.banks"), (1, "state.wildlife")]
    assert told(SECTION)[1][2].startswith("“État: Faune” was 3 – Abondante when last approved; now it is empty.")


def test_it_is_a_warning_and_keeps_nothing_out():
    found = given(SECTION | RATED | {"state.banks": 1})
    assert codes(found.problems) == ["row.given_by_others"]
    assert found.problems[0].severity is Severity.WARNING
    assert found.content.forms["sections"].records[0].cells["state"] == {"banks": "b1", "wildlife": "w3"}
    assert "при последното одобрение: 2 – Mixtes; сега: 1 –" in message(found.problems[0], "bg")


def test_who_fills_it_in_is_told_nothing_and_has_to_be_complete():
    assert told(SECTION | {"state.banks": 1, "state.wildlife": 1}, of=COUNCIL) == []
    assert codes(given(SECTION | {"state.banks": 1}, of=COUNCIL).problems) == ["row.spread_incomplete"]


def test_an_organisation_of_which_that_is_not_known_does_not_fill_it_in():
    unknown = replace(CLUB, attributes={})
    assert codes(given(SECTION | {"state.banks": 1}, of=unknown).problems) == ["row.given_by_others"] * 2


def test_what_was_approved_is_compared_only_where_it_is_known():
    assert told(SECTION | {"state.banks": 1}, approved=None) == []
    assert [one[1] for one in told(SECTION | {"state.banks": 1}, approved={})] == ["state.banks"]


def test_a_cell_that_is_not_understood_is_told_once():
    assert codes(given(SECTION | RATED | {"state.banks": "superbe"}).problems) == ["cell.unknown_choice"]


def test_what_does_not_apply_stands_as_it_was():
    before = Record(1, "b1", {"code": "B1", "state": {"banks": dict(NOT_APPLICABLE), "wildlife": "w1"}})
    row = SECTION | {"state.banks": "n/a", "state.wildlife": 1}
    assert told(row, approved={"sections": [before]}) == []


def test_an_amount_is_compared_with_its_currency():
    text = PLAIN.replace(
        "      state: {label: État,",
        "      cost: {label: Coût, type: money, given_by: {nature: [council]}}\n      state: {label: État,",
    )
    framework = load_text(text).framework
    assert framework is not None
    forms = dict.fromkeys(framework.asked_forms(CLUB.attributes, Q2), RawForm(RawCell("nothing to report")))
    row = SECTION | {"cost": "12,50", "cost.currency": "EUR"}
    sections = RawForm(RawCell("reported"), [RawRow(1, {key: RawCell(value) for key, value in row.items()})])
    raw = RawReturn("C1", Q2, "fr", forms | {"sections": sections})

    def found(amount, currency):
        cells = {"code": "B1", "cost": {"amount": amount, "currency": currency}}
        approved = {"sections": [Record(1, "b1", cells)]}
        problems = check(framework, raw, attributes=CLUB.attributes, approved=approved).problems
        return [message(one, "en").partition(". ")[0] for one in problems]

    assert found("12.50", "EUR") == []
    assert found("12.50", "CHF") == ["“Coût” was 12.50 CHF when last approved; now it is 12.50 EUR"]


@pytest.fixture(scope="module")
def sheet():
    made = template(FRAMEWORK, organisation=CLUB, quarter=Q2, language="fr", prefill=APPROVED)
    return sheet_of(opened(made), "sections")


def test_its_cells_are_locked_and_hold_what_was_approved(sheet):
    where = {key: column for key, column in columns(sheet).items() if not key.startswith("kpi:")}
    number = where["state.banks"]
    assert [sheet.cell(FIRST + row, number).value for row in range(3)] == ["2 – Mixtes", None, None]
    for row in (FIRST, FIRST + 1, FIRST + 20):
        for key, column in where.items():
            assert sheet.cell(row, column).protection.locked is key.startswith("state."), (row, key)
    assert sheet.cell(FIRST, number).fill.start_color.rgb[-6:] == LOCKED
    letter = sheet.cell(FIRST, number).column_letter
    assert sheet.column_dimensions[letter].protection.locked
    assert sheet.column_dimensions["B"].protection.locked is False


def test_its_head_says_who_fills_it_in(sheet):
    number = columns(sheet)["state.banks"]
    assert sheet.cell(layout.HINTS, number).value == "filled in by: Commune"
    cells = sheet.cell(layout.HINTS, number), sheet.cell(layout.HINTS, number + 1)
    assert f"{cells[0].coordinate}:{cells[1].coordinate}" in {str(one) for one in sheet.merged_cells.ranges}
    assert sheet.cell(layout.HINTS, columns(sheet)["kept"]).value == "choose"
    rule = next(
        one
        for one in sheet.data_validations.dataValidation
        if str(one.sqref).startswith(f"{cells[0].column_letter}{FIRST}:")
    )
    assert rule.prompt.startswith("Filled in by: Commune.")
    assert str(rule.sqref).endswith(f"{cells[0].column_letter}{LAST}")


def test_the_template_of_who_fills_it_in_is_as_it_would_be_without():
    made, plain = (
        sheet_of(opened(template(of, organisation=COUNCIL, quarter=Q2, language="fr")), "sections")
        for of in (FRAMEWORK, load_text(PLAIN).framework)
    )
    for row in made.iter_rows():
        for cell in row:
            other = plain[cell.coordinate]
            assert (cell.value, cell.style, cell.protection.locked) == (
                other.value,
                other.style,
                other.protection.locked,
            )


def test_definitions_say_who_fills_it_in():
    book = opened(template(FRAMEWORK, organisation=CLUB, quarter=Q2, language="fr"))
    texts = [cell.value for row in book["Definitions"].iter_rows() for cell in row if cell.value]
    assert "filled in by: Commune; Berges, Faune" in texts


def test_it_is_said_in_the_language_of_the_workbook():
    small = SECOND.with_name("small.yaml").read_text(encoding="utf-8")
    framework = load_text(small.replace("scale: steps}", "scale: steps, given_by: {type: [ngo, town]}}")).framework
    other = organisation(framework, type="other")
    hints = []
    for language in framework.languages:
        found = sheet_of(
            opened(template(framework, organisation=other, quarter=Quarter(2025, 1), language=language)), "projects"
        )
        hints.append(found.cell(layout.HINTS, columns(found)["quality"]).value)
    assert hints == ["filled in by: Association, Municipality", "попълва се от: Сдружение, Община"]


def test_in_a_marked_copy_what_is_told_can_be_put_right():
    book = opened(template(FRAMEWORK, organisation=CLUB, quarter=Q2, language="fr"))
    enter(book, "sections", SECTION | RATED | {"state.banks": "1 – Bétonnées"}, state="reported")
    raw, problems = taken(FRAMEWORK, saved(book))
    assert problems == []
    told = check(FRAMEWORK, raw, attributes=CLUB.attributes, approved=APPROVED).problems
    found = [problem for problem in told if problem.place.form == "sections"]
    assert codes(found) == ["row.given_by_others"]
    copy = sheet_of(opened(marked_copy(FRAMEWORK, CLUB, Q2, "fr", raw, found)), "sections")
    banks, wildlife = (copy.cell(FIRST, columns(copy)[f"state.{one}"]) for one in ("banks", "wildlife"))
    assert banks.fill.start_color.rgb[-6:] == CAUTION
    assert banks.protection.locked is False
    assert wildlife.protection.locked is True
    assert "was 2 – Mixtes when last approved" in banks.comment.text


def test_the_schema_knows_it_as_it_knows_who_is_asked():
    schema = json_schema()
    settings = schema["$defs"]["Column"]["properties"]["given_by"]
    asked = schema["$defs"]["Form"]["properties"]["asked_of"]
    assert {**settings, "description": "", "title": ""} == {**asked, "description": "", "title": ""}
    validator = jsonschema.Draft202012Validator(schema)
    programme = yaml.safe_load(TEXT)
    column = programme["forms"]["sections"]["columns"]["state"]

    def refused():
        return [fault.json_path for fault in validator.iter_errors(programme) if "given_by" in fault.json_path]

    assert refused() == []
    column["given_by"] = {"nature": "council"}
    assert refused() == ["$.forms.sections.columns.state.given_by.nature"]


def test_it_may_come_and_go_while_data_exist():
    used = used_by([("sections", "b1", {"code": "B1", "state": {"banks": "b2", "wildlife": "w3"}})])
    plain = load_text(PLAIN).framework
    assert changes_refused(plain, FRAMEWORK, used) == []
    assert changes_refused(FRAMEWORK, plain, used) == []


@pytest.fixture
def kpi(tmp_path_factory):
    """The council's ratings of a club's section, entered by whoever approves its first return."""
    folder = tmp_path_factory.mktemp("given")
    (folder / "framework.yaml").write_text(TEXT, encoding="utf-8")
    home = Kpi(folder, folder / "framework.yaml")
    home.begin("code;name;nature\nC1;Les Martins-pêcheurs;Association\nV1;Commune;Commune\n")
    return home


def send(kpi, quarter, *rows, approve=True):
    """Fill in what differs in the sections of a template; give what is told of the return."""
    book = load_workbook(BytesIO(kpi.template("C1", quarter, "fr")))
    for form, page in sheets(book).items():
        page.cell(layout.STATE, layout.ROW_LABELS + 1).value = "reported" if form == "sections" else "nothing to report"
    page = sheets(book)["sections"]
    for number, row in enumerate(rows, FIRST):
        for key, value in row.items():
            page.cell(number, keys(page)[key]).value = value
    file = kpi.folder / f"{quarter}.xlsx"
    file.write_bytes(saved(book))
    how = ["--approve", "--approver", "Approver"] if approve else ["--dry-run"]
    (one,) = kpi.ok("import", file, *how, "--format", "json").json
    return one["stored"], [(each["severity"], each["code"], each["sheet"], each["cell"]) for each in one["problems"]]


def test_the_whole_way(kpi):
    banks, wildlife = (("warning", "row.given_by_others", "Tronçons suivis", cell) for cell in ("F9", "G9"))
    # Nothing is approved yet: each rating is told, and stored with the return that somebody approves.
    assert send(kpi, "2025-Q1", SECTION | RATED) == (True, [banks, wildlife])
    assert kpi.figures("--quarter", "2025-Q1")["ETA"] == "2.5"  # (2 + 3) / 2
    # The same again says the same: what stands is what was approved of this quarter. Saved in the same second, the
    # workbook is the very same file.
    (told,) = [one[1] for one in send(kpi, "2025-Q1", SECTION | RATED, approve=False)[1]]
    assert told in {"return.same_content", "return.same_file"}
    # The next template brings them along, locked; as they are, nothing is told.
    assert send(kpi, "2025-Q2", {"kept": "no"}) == (True, [])
    assert kpi.figures("--quarter", "2025-Q2")["ETA"] == "2.5"
    # One typed over is told, with its cell alone, and counts once it is approved.
    assert send(kpi, "2025-Q3", {"state.wildlife": "1 – Rare"}) == (True, [wildlife])
    assert kpi.figures("--quarter", "2025-Q3")["ETA"] == "1.5"
    # From then on that is what stands.
    assert send(kpi, "2025-Q4", {}, approve=False) == (False, [])
    # A return for an earlier quarter is held against what stood then.
    assert send(kpi, "2025-Q2", {"kept": "yes"}, approve=False) == (False, [])


def test_the_store_is_asked_for_nothing_where_no_column_is_left_to_others(kpi, monkeypatch):
    asked = []
    latest = recall.latest_forms

    def counted(*words, before, **others):
        asked.append((others["forms"], before))
        return latest(*words, before=before, **others)

    send(kpi, "2025-Q3", SECTION | RATED)
    send(kpi, "2025-Q4", {}, approve=False)
    monkeypatch.setattr(recall, "latest_forms", counted)
    (one,) = kpi.ok("import", kpi.folder / "2025-Q4.xlsx", "--dry-run", "--format", "json").json
    assert one["problems"] == []
    assert asked == [(["sections"], Quarter(2026, 1))]
    (kpi.folder / "framework.yaml").write_text(PLAIN, encoding="utf-8")
    kpi.ok("rebuild")
    asked.clear()
    kpi.ok("import", kpi.folder / "2025-Q4.xlsx", "--dry-run")
    assert asked == []
