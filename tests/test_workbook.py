"""Filled workbooks are understood however they come back, and what is none is said to be none."""

import subprocess
from datetime import date, datetime
from io import BytesIO

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from filled import (
    CENTRE,
    Q2,
    SECOND,
    closed,
    codes,
    columns,
    enter,
    framework,
    opened,
    organisation,
    sheet_of,
    taken,
    values,
)
from kpi.framework.load import load_text
from kpi.intake import layout
from kpi.intake.check import check
from kpi.intake.identity import identify
from kpi.intake.layout import FIRST
from kpi.intake.raw import RawCell, RawForm, RawReturn, RawRow
from kpi.intake.reader import Book, SheetCells, read_book
from kpi.intake.template import template
from kpi.intake.workbook import understand
from kpi.language import message
from kpi.problems import errors
from kpi.quarter import Quarter
from kpi.records import FormState

OPERATION = {
    "title": "Rive droite",
    "day": date(2026, 5, 9),
    "river": "Birse",
    "volunteers.under16": 12,
    "volunteers.adult": 30,
    "volunteers.unknown": 0,
    "waste": 140.5,
}
SECTION = {"code": "B-7", "river": "Birse", "kept": "yes", "state.banks": "2 – Mixtes", "state.wildlife": "n/a"}
GIFT = {"received": date(2026, 4, 2), "amount": 250, "amount.currency": "CHF", "giver": "Ménage", "section": "B-7"}


@pytest.fixture(scope="module")
def second():
    return framework()


@pytest.fixture(scope="module")
def blank(second):
    return template(second, organisation=organisation(second), quarter=Q2, language="fr")


@pytest.fixture(scope="module")
def torn(second, blank):
    """The sheets of a template as read, for tearing them apart."""
    book, _ = read_book(blank, "return.xlsx")
    return second, book.sheets


@pytest.fixture
def book(blank):
    """A whole return, filled in."""
    made = opened(blank)
    enter(made, "operations", OPERATION, state="reported")
    enter(made, "sections", SECTION, state="reported")
    enter(made, "gifts", GIFT, state="reported")
    enter(
        made,
        "tests",
        {"taken": 10, "passed": 9},
        {"taken": 4, "passed": 1},
        {"taken": 0, "passed": 0},
        state="reported",
    )
    enter(made, "opinion", state="nothing to report")
    enter(made, "wardens", state="not applicable")
    return made


def without_mark(sheet, *, keys=True):
    """Take away the hidden marks of a sheet, as programs do that keep visible cells only."""
    for row in sheet.iter_rows(max_row=40, max_col=1):
        row[0].value = None
    if keys:
        for cell in sheet[layout.KEYS]:
            cell.value = None


def test_what_was_typed_comes_back_with_its_true_place(second, book):
    raw, problems = taken(second, closed(book))
    assert problems == []
    assert (raw.organisation, raw.quarter, raw.language) == ("C1", Q2, "fr")
    assert list(raw.forms) == list(second.forms)
    row = raw.forms["operations"].rows[0]
    assert values(raw, "operations") == [OPERATION]
    place = row.cells["volunteers.adult"].place
    assert (place.sheet, place.cell, place.form, place.row, place.field) == (
        "Opérations de nettoyage", "F9", "operations", 1, "volunteers.adult",
    )  # fmt: skip
    assert raw.forms["operations"].state.value == "reported"
    assert raw.forms["operations"].state.place.cell == "C3"
    assert [one.key for one in raw.forms["tests"].rows] == ["oxygen", "nitrate", "ph"]
    assert raw.forms["wardens"].rows == []


def test_the_check_takes_what_the_template_offered(second, book):
    raw, _ = taken(second, closed(book))
    checked = check(second, raw, attributes=organisation(second).attributes)
    assert checked.problems == ()
    assert checked.content.forms["opinion"].state is FormState.NOTHING
    assert checked.content.forms["wardens"].state is FormState.NOT_APPLICABLE
    assert checked.content.forms["sections"].records[0].cells == {
        "code": "B-7", "river": "birse", "kept": True, "state": {"banks": "b2", "wildlife": {"not_applicable": True}},
    }  # fmt: skip
    assert checked.content.forms["gifts"].records[0].cells["section"] == "b-7"


@pytest.mark.parametrize("language", ["bg", "en"])
def test_every_choice_that_the_centres_template_offers_is_taken_by_the_check(language):
    centre = framework(CENTRE)
    club = organisation(centre)
    made = opened(template(centre, organisation=club, quarter=Quarter(2026, 4), language=language))
    asked = centre.asked_forms(club.attributes, Quarter(2026, 4))
    for key in asked:
        sheet = sheet_of(made, key)
        lists = {
            str(one.sqref).split(":")[0]: one.formula1
            for one in sheet.data_validations.dataValidation
            if one.formula1.startswith("'_kpi'")
        }
        for field, column in columns(sheet).items():
            where = lists.get(sheet.cell(FIRST, column).coordinate)
            if where and not field.startswith("kpi:"):
                offered = [one.value for row in made["_kpi"][where.split("!")[1].replace("$", "")] for one in row]
                for number, text in enumerate(offered, FIRST):
                    sheet.cell(number, column).value = text
    raw, problems = taken(centre, closed(made))
    assert problems == []
    found = check(centre, raw, attributes=club.attributes).problems
    unread = [
        one
        for one in found
        if one.code.startswith("cell.") and one.code not in {"cell.required", "cell.spread_incomplete"}
    ]
    assert [(one.code, one.place.form, one.place.field) for one in unread] == []


def test_blank_rows_between_are_skipped_and_positions_count_the_rest(second, blank):
    made = opened(blank)
    enter(made, "operations", None, OPERATION, None, {"title": "  "}, OPERATION | {"title": "B"})
    raw, problems = taken(second, closed(made))
    assert problems == []
    assert [(one.position, one.place.cell) for one in raw.forms["operations"].rows] == [(1, "B10"), (2, "B13")]


def test_five_thousand_pasted_rows(second, blank):
    made = opened(blank)
    enter(made, "operations", *(OPERATION | {"title": f"n° {number}"} for number in range(5000)), state="reported")
    raw, problems = taken(second, closed(made))
    assert problems == []
    assert len(raw.forms["operations"].rows) == 5000
    assert raw.forms["operations"].rows[-1].cells["title"].value == "n° 4999"
    assert raw.forms["operations"].rows[-1].cells["title"].place.cell == "B5008"


def test_columns_may_stand_in_any_order(second, book):
    sheet = sheet_of(book, "operations")
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    last = sheet.max_column
    turned = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=layout.KEYS, max_row=FIRST, min_col=2)]
    for number, row in enumerate(turned, layout.KEYS):
        for column, value in enumerate(reversed(row), 2):
            sheet.cell(number, column).value = value
            sheet.cell(number, column).number_format = "yyyy-mm-dd" if isinstance(value, date) else "General"
    raw, problems = taken(second, closed(book))
    assert problems == []
    assert values(raw, "operations") == [OPERATION]
    assert raw.forms["operations"].rows[0].cells["title"].place.cell == f"{sheet.cell(1, last).column_letter}9"


def test_without_its_hidden_keys_a_sheet_is_found_by_its_title_and_columns_by_label(second, book):
    for form in ("operations", "sections", "gifts", "tests"):
        without_mark(sheet_of(book, form))
    raw, problems = taken(second, closed(book))
    assert problems == []
    assert values(raw, "operations") == [OPERATION]
    assert values(raw, "sections") == [SECTION]
    assert values(raw, "gifts") == [GIFT]
    assert [(one.key, one.cells["passed"].value) for one in raw.forms["tests"].rows] == [
        ("oxygen", 9), ("nitrate", 1), ("ph", 0),
    ]  # fmt: skip
    assert raw.forms["tests"].state.value == "reported"


def test_a_renamed_sheet_is_found_by_its_mark_then_by_its_columns(second, book):
    sheet_of(book, "operations").title = "Feuille 1"
    gifts = sheet_of(book, "gifts")
    gifts.title = "Feuille 2"
    without_mark(gifts, keys=False)
    raw, problems = taken(second, closed(book))
    assert problems == []
    assert values(raw, "operations") == [OPERATION]
    assert raw.forms["operations"].rows[0].place.sheet == "Feuille 1"
    assert values(raw, "gifts") == [GIFT]


def test_labels_in_another_language_of_the_framework_are_known():
    centre = framework(CENTRE)
    club = organisation(centre)
    made = opened(template(centre, organisation=club, quarter=Quarter(2026, 1), language="en"))
    key = next(
        key for key, form in centre.asked_forms(club.attributes, Quarter(2026, 1)).items() if form.kind == "register"
    )
    english, bulgarian = (
        sheet_of(made, key),
        opened(template(centre, organisation=club, quarter=Quarter(2026, 1), language="bg")),
    )
    other = sheet_of(bulgarian, key)
    for row in other.iter_rows(max_row=layout.HINTS):
        for cell in row:
            if cell.value is not None:
                english.cell(cell.row, cell.column).value = cell.value
    english.title = other.title
    without_mark(english)
    first = next(iter(columns(other)))
    assert first.startswith("kpi:")
    english.cell(FIRST, 2).value = "A"
    raw, problems = taken(centre, closed(made))
    assert problems == []
    assert len(raw.forms[key].rows) == 1


def test_a_column_of_ones_own_is_a_warning_and_an_empty_one_is_nothing(second, book):
    sheet = sheet_of(book, "operations")
    column = sheet.max_column + 2
    sheet.cell(layout.GROUPS, column).value = "Remarques"
    assert taken(second, closed(book))[1] == []
    sheet.cell(FIRST, column).value = "à vérifier"
    raw, problems = taken(second, closed(book))
    assert codes(problems) == ["workbook.unknown_column"]
    assert errors(problems) == []
    assert "Remarques" in message(problems[0], "fr")
    assert values(raw, "operations") == [OPERATION]


def test_a_missing_column_is_an_error_where_it_is_required_and_a_warning_where_not(second, book):
    sheet = sheet_of(book, "operations")
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    sheet.delete_cols(columns(sheet)["waste"])
    raw, problems = taken(second, closed(book))
    assert codes(problems) == ["workbook.optional_column_missing"]
    assert values(raw, "operations") == [{key: value for key, value in OPERATION.items() if key != "waste"}]
    sheet.delete_cols(columns(sheet)["river"])
    _, problems = taken(second, closed(book))
    assert set(codes(errors(problems))) == {"workbook.column_missing"}


def test_a_column_with_values_in_two_places_is_refused(second, book):
    sheet = sheet_of(book, "operations")
    column = sheet.max_column + 1
    sheet.cell(layout.KEYS, column).value = "title"
    raw, problems = taken(second, closed(book))
    assert problems == []
    sheet.cell(FIRST, column).value = "Rive gauche"
    raw, problems = taken(second, closed(book))
    assert codes(problems) == ["workbook.column_twice"]
    assert values(raw, "operations") == [OPERATION]


def test_a_form_on_two_filled_sheets_is_refused_and_an_empty_copy_is_nothing(second, book, blank):
    copy = book.copy_worksheet(sheet_of(book, "operations"))
    copy.title = "Copie"
    assert codes(taken(second, closed(book))[1]) == ["workbook.sheet_twice"]
    for row in copy.iter_rows(min_row=FIRST):
        for cell in row:
            cell.value = None
    raw, problems = taken(second, closed(book))
    assert problems == []
    assert values(raw, "operations") == [OPERATION]


def test_a_deleted_sheet_is_told_by_the_check(second, book):
    book.remove(sheet_of(book, "gifts"))
    raw, problems = taken(second, closed(book))
    assert problems == []
    checked = check(second, raw, attributes=organisation(second).attributes)
    assert codes(checked.problems) == ["form.absent"]


def test_a_sheet_that_lost_its_head_is_refused(second, book):
    sheet = sheet_of(book, "operations")
    sheet.delete_rows(layout.KEYS, 4)
    raw, problems = taken(second, closed(book))
    assert codes(problems) == ["workbook.no_columns"]
    assert "operations" not in raw.forms


def test_a_row_that_the_grid_does_not_have_is_told(second, book):
    sheet = sheet_of(book, "tests")
    sheet.cell(FIRST + 3, 2).value = "Plomb"
    sheet.cell(FIRST + 3, 3).value = 5
    raw, _ = taken(second, closed(book))
    assert [one.key for one in raw.forms["tests"].rows] == ["oxygen", "nitrate", "ph", "Plomb"]
    checked = check(second, raw, attributes=organisation(second).attributes)
    assert "row.unknown_row" in codes(checked.problems)


def test_a_formula_never_calculated_is_told_at_its_cell(second, book):
    sheet = sheet_of(book, "tests")
    sheet.cell(FIRST, 3).value = "=4+6"
    _, problems = taken(second, closed(book))
    assert [(one.place.sheet, one.place.cell, one.place.form, one.place.field) for one in problems] == [
        ("Analyses de l'eau", "C9", "tests", "taken")
    ]
    assert len(errors(problems)) == 1


def test_a_file_that_is_no_return(second):
    other = Workbook()
    other.active["A1"] = "Budget"
    other.active["B1"] = 12
    raw, problems = taken(second, closed(other))
    assert raw is None
    assert codes(problems) == ["workbook.not_a_return"]


def test_a_return_of_somebody_else_or_of_another_quarter_or_programme(second, blank):
    raw, problems = taken(second, blank, codes=("C2",))
    assert (raw, codes(problems)) == (None, ["workbook.unknown_organisation"])
    raw, problems = taken(second, blank, codes=("C1", "C2"), expected_organisation="C2")
    assert (raw, codes(problems)) == (None, ["workbook.other_organisation"])
    raw, problems = taken(second, blank, expected_quarter=Quarter(2026, 1))
    assert (raw, codes(problems)) == (None, ["workbook.other_quarter"])
    raw, problems = taken(framework(CENTRE), blank)
    assert (raw, codes(problems)) == (None, ["workbook.other_programme"])
    raw, problems = taken(second, blank, expected_organisation="C1", expected_quarter=Q2)
    assert (raw.organisation, problems) == ("C1", [])


def test_a_first_sheet_that_was_written_over_is_refused(second, book):
    start = book["Start here"]
    cell = next(one for row in start.iter_rows() for one in row if one.value == "2026-Q2")
    cell.value = "2026-Q3"
    raw, problems = taken(second, closed(book))
    assert (raw, codes(problems)) == (None, ["workbook.changed_identity"])


def test_without_the_hidden_sheet_start_here_still_names_the_return(second, book):
    del book["_kpi"]
    raw, problems = taken(second, closed(book))
    assert codes(problems) == ["workbook.hidden_sheet_gone"]
    assert errors(problems) == []
    assert values(raw, "operations") == [OPERATION]
    del book["Start here"]
    raw, problems = taken(second, closed(book))
    assert (raw, codes(problems)) == (None, ["workbook.not_a_return"])


def changed(*pairs):
    text = SECOND.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    loaded = load_text(text)
    assert loaded.framework is not None, loaded.problems
    return loaded.framework


def test_an_old_template_is_taken_with_a_warning_where_everything_still_maps(book):
    newer = changed(
        ('version: "7"', 'version: "8"'),
        ("waste: {label: Déchets (kg),", "litter: {label: Détritus (kg), was: [waste],"),
        ("adult: {label: 16 ans et plus}", "grown: {label: Seize ans et plus, was: [adult]}"),
    )
    raw, problems = taken(newer, closed(book))
    assert codes(problems) == ["workbook.old_template"]
    assert errors(problems) == []
    row = raw.forms["operations"].rows[0].cells
    assert (row["litter"].value, row["volunteers.grown"].value) == (140.5, 30)


def test_an_old_template_is_answered_with_a_new_one_where_a_required_column_is_lacking(book):
    newer = changed(
        ('version: "7"', 'version: "8"'),
        ("day: {label: Jour, type: date, required: true}",
         ("day: {label: Jour, type: date, required: true}\n"
         "      leader: {label: Responsable, type: text, required: true}")),
    )  # fmt: skip
    _, problems = taken(newer, closed(book))
    assert set(codes(errors(problems))) == {"workbook.outdated_template", "workbook.column_missing"}


def test_an_old_template_is_answered_with_a_new_one_where_a_filled_column_is_gone(book):
    newer = changed(
        ('version: "7"', 'version: "8"'),
        ("waste: {label: Déchets (kg), type: decimal, decimals: 1, minimum: 0, maximum: 50000}",
         "waste: {label: Déchets (kg), type: decimal, until: 2025-Q4}"),
    )  # fmt: skip
    _, problems = taken(newer, closed(book))
    assert set(codes(errors(problems))) == {"workbook.outdated_template", "workbook.retired_column"}


def test_pandas_writes_every_sheet_again(second, book):
    frames = pd.read_excel(BytesIO(closed(book)), sheet_name=None, header=None)
    for with_index in (False, True):
        stream = BytesIO()
        with pd.ExcelWriter(stream) as writer:
            for title, frame in frames.items():
                frame.to_excel(writer, sheet_name=title, index=with_index, header=with_index)
        raw, problems = taken(second, stream.getvalue())
        assert problems == []
        assert values(raw, "operations") == [OPERATION]
        assert [one.cells["passed"].value for one in raw.forms["tests"].rows] == [9, 1, 0]
        assert raw.forms["opinion"].state.value == "nothing to report"


@pytest.mark.libreoffice
def test_libreoffice_saves_it_again(second, book, tmp_path):
    (tmp_path / "in").mkdir()
    source = tmp_path / "in" / "return.xlsx"
    source.write_bytes(closed(book))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx",
         "--outdir", str(tmp_path), str(source)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    content = (tmp_path / "return.xlsx").read_bytes()
    raw, problems = taken(second, content)
    assert problems == []
    assert values(raw, "operations") == [OPERATION]
    again = opened(content)
    assert again["_kpi"].sheet_state == "hidden"
    sheet = sheet_of(again, "operations")
    assert sheet.protection.sheet
    assert {one.type for one in sheet.data_validations.dataValidation} >= {"custom", "date", "list"}
    checked = check(second, raw, attributes=organisation(second).attributes)
    assert checked.problems == ()


def test_identify_reads_the_hidden_sheet(second, blank):
    book, _ = read_book(blank, "return.xlsx")
    identity = identify(book)
    assert (identity.framework_key, identity.framework_version) == ("rivieres-vivantes", "7")
    assert (identity.organisation, identity.quarter, identity.language) == ("C1", "2026-Q2", "fr")
    assert identity.template_id == layout.template_id(second, second.forms, Q2)


anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.dates(),
    st.sampled_from(["kpi:keys", "kpi:rows", "kpi:row:ph", "kpi:form:gifts", "kpi:form:x", "title", "Jour", "Birse"]),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_happened_to_a_file_it_is_understood_or_refused(torn, data):
    second, sheets = torn
    made = []
    for sheet in sheets:
        rows = {row: dict(cells) for row, cells in sheet.rows.items()}
        for _ in range(data.draw(st.integers(0, 6))):
            row = data.draw(st.integers(1, 14))
            match data.draw(st.sampled_from(["drop", "put", "move", "swap"])):
                case "drop":
                    rows.pop(row, None)
                case "put":
                    rows.setdefault(row, {})[data.draw(st.integers(1, 12))] = data.draw(anything)
                case "move":
                    by = data.draw(st.integers(1, 3))
                    rows = {at: {column + by: value for column, value in cells.items()} for at, cells in rows.items()}
                case "swap":
                    rows[row], rows[row + 1] = rows.get(row + 1, {}), rows.get(row, {})
        made.append(SheetCells(data.draw(st.sampled_from([sheet.title, "Feuille", "Dons"])), sheet.hidden, rows))
    club = organisation(second)
    raw, problems = understand(second, Book(tuple(made)), organisations={"C1": club})
    assert raw is not None or errors(problems)
    for form in raw.forms.values() if raw else ():
        assert [row.position for row in form.rows] == list(range(1, len(form.rows) + 1))
        assert all(cell.place.cell for row in form.rows for cell in row.cells.values())


printable = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=40
).filter(lambda text: bool(text.strip()) and not text.startswith("kpi:"))
rows_typed = st.lists(
    st.fixed_dictionaries(
        {"title": printable},
        optional={
            "day": st.dates(date(1950, 1, 1), date(2090, 1, 1)),
            "river": st.sampled_from(["Birse", "=1+1", "+cmd", "@x", "-"]),
            "volunteers.adult": st.integers(-(10**9), 10**12),
            "waste": st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: round(value, 6)),
            "page": st.one_of(printable, st.booleans()),
        },
    ),
    max_size=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows_typed)
def test_what_goes_into_a_template_comes_out_of_it(second, rows):
    typed = [RawRow(n, {key: RawCell(value) for key, value in row.items()}) for n, row in enumerate(rows, 1)]
    fill = RawReturn("C1", Q2, "fr", {"operations": RawForm(RawCell("reported"), typed)})
    raw, problems = taken(
        second, template(second, organisation=organisation(second), quarter=Q2, language="fr", fill=fill)
    )
    assert problems == []

    def plain(value):
        return value.date() if isinstance(value, datetime) else value

    back = [{key: plain(value) for key, value in row.items()} for row in values(raw, "operations")]
    said = [row for row in rows if any(not isinstance(v, str) or v.strip() for v in row.values())]
    assert back == said
