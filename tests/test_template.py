"""What stands in the template, and that it can be filled in as it says."""

import io
import re
import zipfile
from datetime import date

import pytest
from openpyxl.utils import get_column_letter, quote_sheetname

from filled import CENTRE, Q2, SECOND, columns, framework, opened, organisation, sheet_of
from kpi.framework.load import load_text
from kpi.intake import layout
from kpi.intake.fields import fields
from kpi.intake.layout import FIRST, LAST, sheet_titles, template_id
from kpi.intake.orientation import Orientation
from kpi.intake.template import template
from kpi.quarter import Quarter
from kpi.records import NOT_APPLICABLE, Record


@pytest.fixture(scope="module")
def second():
    return framework()


@pytest.fixture(scope="module")
def book(second):
    return opened(template(second, organisation=organisation(second), quarter=Q2, language="fr"))


def validations(sheet):
    return {str(one.sqref).split(":")[0]: one for one in sheet.data_validations.dataValidation}


def test_one_sheet_for_each_form_asked_between_start_and_definitions(book, second):
    labels = [form.label["fr"] for form in second.forms.values()]
    assert book.sheetnames == ["Start here", *labels, "Definitions", "_kpi"]
    assert book["_kpi"].sheet_state == "veryHidden"


def test_a_form_is_there_only_for_who_is_asked_and_when_it_is_due(second):
    council = organisation(second, nature="council")
    made = opened(template(second, organisation=council, quarter=Quarter(2026, 1), language="fr"))
    assert "Dons" not in made.sheetnames
    assert "Avis des participants" not in made.sheetnames
    assert "Opérations de nettoyage" in made.sheetnames


def test_the_hidden_sheet_says_what_the_workbook_was_made_for(book, second):
    told = {row[0].value: row[1].value for row in book["_kpi"].iter_rows(max_col=2) if row[0].value}
    assert told["framework"] == "rivieres-vivantes"
    assert told["version"] == "7"
    assert told["organisation"] == "C1"
    assert told["quarter"] == "2026-Q2"
    assert told["language"] == "fr"
    assert told["sheet:gifts"] == "Dons"
    assert told["template"] == template_id(second, second.forms, Q2)


def test_every_field_has_its_hidden_key_and_its_label(book, second):
    for key, form in second.forms.items():
        sheet = sheet_of(book, key)
        assert [one for one in columns(sheet) if not one.startswith("kpi:")] == [
            one.key for one in fields(second, form, Q2)
        ]
        assert sheet.row_dimensions[layout.KEYS].hidden
        assert sheet.column_dimensions["A"].hidden


def test_a_spread_column_has_one_merged_head_over_its_categories(book):
    sheet = sheet_of(book, "operations")
    where = columns(sheet)
    first, last = where["volunteers.under16"], where["volunteers.unknown"]
    assert sheet.cell(layout.GROUPS, first).value == "Bénévoles"
    assert [sheet.cell(layout.LABELS, column).value for column in range(first, last + 1)] == [
        "Moins de 16 ans",
        "16 ans et plus",
        "Non précisé",
    ]
    assert "E6:G6" in {str(one) for one in sheet.merged_cells.ranges}


def test_only_entry_cells_are_unlocked_and_sheets_are_protected_without_a_password(book, second):
    for key in second.forms:
        sheet = sheet_of(book, key)
        assert sheet.protection.sheet
        assert sheet.protection.password is None
        entries = {number for one, number in columns(sheet).items() if not one.startswith("kpi:")}
        for row in sheet.iter_rows(max_row=FIRST):
            for cell in row:
                is_state = cell.row == layout.STATE and 3 <= cell.column <= 5
                expected = is_state or (cell.row == FIRST and cell.column in entries)
                assert cell.protection.locked is not expected, (key, cell.coordinate)


def test_a_register_is_unlocked_by_column_and_validated_to_row_20000(book):
    sheet = sheet_of(book, "operations")
    assert sheet.column_dimensions["C"].protection.locked is False
    assert str(validations(sheet)["C9"].sqref) == f"C9:C{LAST}"
    assert sheet.max_row < 100


def test_a_grid_is_validated_over_its_printed_rows_only(book):
    sheet = sheet_of(book, "tests")
    assert [sheet.cell(row, 2).value for row in range(FIRST, FIRST + 3)] == ["Oxygène dissous", "Nitrates", "pH"]
    assert str(validations(sheet)["C9"].sqref) == "C9:C11"


def test_choices_offer_the_labels_valid_in_the_quarter(book, second):
    def offered(made, cell):
        where = validations(sheet_of(made, "operations"))[cell].formula1
        return [one.value for row in made["_kpi"][where.split("!")[1].replace("$", "")] for one in row]

    assert offered(book, "D9") == ["Birse", "Suze", "Allaine", "Sorne"]
    earlier = opened(template(second, organisation=organisation(second), quarter=Quarter(2025, 2), language="fr"))
    assert offered(earlier, "D9") == ["Birse", "Suze", "Allaine", "Ancien canal"]


def test_a_count_takes_whole_numbers_up_to_the_column_that_limits_it(book):
    one = validations(sheet_of(book, "tests"))["D9"]
    assert one.type == "custom"
    assert "ROUND(D9,0)=D9" in one.formula1
    assert "IF(ISNUMBER(C9),C9," in one.formula1
    assert one.promptTitle == "Conformes"
    assert len(one.prompt) <= 255
    assert len(one.error) <= 255


def test_a_spread_is_limited_together_by_a_column_that_is_not_spread():
    answers = "      answers: {label: Réponses, type: count, spread: age}"
    limited = answers.replace("spread: age", "spread: age, at_most: asked")
    invited = "      asked: {label: Personnes invitées, type: count}"
    text = SECOND.read_text(encoding="utf-8").replace(answers, f"{invited}\n{limited}")
    made = load_text(text).framework
    sheet = sheet_of(opened(template(made, organisation=organisation(made), quarter=Q2, language="fr")), "opinion")
    letters = {key: get_column_letter(number) for key, number in columns(sheet).items()}
    asked = f"{letters['asked']}9"
    spread = [f"{letters[key]}9" for key in ("answers.under16", "answers.adult", "answers.unknown")]
    together = f"SUM({spread[0]}:{spread[-1]})"
    for cell in spread:
        formula = validations(sheet)[cell].formula1
        assert f"{together}<=IF(ISNUMBER({asked}),{asked},{together})" in formula


def test_a_ref_is_fed_from_the_key_column_of_the_other_sheet(book):
    one = validations(sheet_of(book, "gifts"))["F9"]
    assert one.type == "list"
    assert one.formula1.startswith("OFFSET('Tronçons suivis'!$B$9,0,0,")


def test_a_date_that_dates_money_lies_within_the_quarters_end(book):
    one = validations(sheet_of(book, "gifts"))["B9"]
    assert one.type == "date"
    assert int(one.formula2) == (date(2026, 6, 30) - date(1899, 12, 30)).days


def test_start_here_names_organisation_quarter_and_leads_to_every_sheet(book, second):
    start = book["Start here"]
    texts = {cell.value for row in start.iter_rows() for cell in row if cell.value}
    assert {"Rivières vivantes", "Club C1", "C1", "2026-Q2", "coordination@example.org"} <= texts
    links = {cell.hyperlink.location for row in start.iter_rows() for cell in row if cell.hyperlink}
    assert {f"{quote_sheetname(form.label['fr'])}!A1" for form in second.forms.values()} <= links


def test_definitions_tell_choices_steps_and_the_indicators_resting_on_the_forms(book, second):
    texts = [cell.value for row in book["Definitions"].iter_rows() for cell in row if cell.value]
    assert "Les berges sont végétalisées sur toute la longueur." in texts
    assert "Au plus 25 mg par litre." in texts
    for key, indicator in second.indicators.items():
        assert f"{key}. {indicator.label['fr']}" in texts


def test_prefilled_records_stand_as_a_person_would_have_entered_them(second):
    records = {
        "sections": [
            Record(
                1,
                "pont neuf",
                {
                    "code": "Pont Neuf",
                    "river": "birse",
                    "adopted": "2024-05-01",
                    "kept": True,
                    "state": {"banks": "b3", "wildlife": dict(NOT_APPLICABLE)},
                },
            ),
            Record(2, "=a1", {"code": "=A1", "river": "canal", "kept": False}),
        ]
    }
    made = template(second, organisation=organisation(second), quarter=Q2, language="fr", prefill=records)
    sheet = sheet_of(opened(made), "sections")
    assert [sheet.cell(FIRST, column).value for column in (2, 3, 5, 6, 7)] == [
        "Pont Neuf", "Birse", "yes", "3 – Naturelles", "n/a",
    ]  # fmt: skip
    assert sheet.cell(FIRST, 4).value.date() == date(2024, 5, 1)
    assert sheet.cell(FIRST + 1, 2).value == "=A1"
    assert sheet.cell(FIRST + 1, 2).data_type == "s"
    assert sheet.cell(FIRST + 1, 3).value == "Ancien canal"


def test_a_prefilled_row_is_as_high_as_its_text_and_still_grows_with_it(second):
    name = "Un quartier dont le nom ne tient pas sur une seule ligne de sa colonne"
    records = {
        "sections": [Record(1, name, {"code": name, "kept": True}), Record(2, "a", {"code": "A", "kept": True})],
    }
    made = template(second, organisation=organisation(second), quarter=Q2, language="fr", prefill=records)
    at = opened(made).sheetnames.index(sheet_of(opened(made), "sections").title) + 1
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        written = package.read(f"xl/worksheets/sheet{at}.xml").decode()
    heads = {int(number): rest for number, rest in re.findall(r'<row r="(\d+)"([^>]*)>', written)}
    assert float(re.search(r'ht="([\d.]+)"', heads[FIRST]).group(1)) > 30
    assert "customHeight" not in heads[FIRST]
    assert "ht=" not in heads[FIRST + 1]


def test_orientation_stands_beside_a_grid_locked_and_never_as_a_field(second):
    beside = Orientation(
        last={"tests": {("oxygen", "taken"): 12, ("ph", "taken"): 7}},
        target={"tests": {(None, "passed"): 300}},
        last_quarter=Quarter(2026, 1),
        target_year=2026,
    )
    made = template(second, organisation=organisation(second), quarter=Q2, language="fr", orientation=beside)
    sheet = sheet_of(opened(made), "tests")
    assert [sheet.cell(row, 6).value for row in (layout.GROUPS, FIRST, FIRST + 1, FIRST + 2)] == [
        "Last value",
        12,
        None,
        7,
    ]
    assert sheet.cell(FIRST + 3, 8).value == 300
    assert sheet.cell(FIRST, 6).protection.locked


def test_labels_that_two_choices_share_say_their_key_first(second):
    river = second.dimensions["river"]
    suze = river.categories["suze"].model_copy(update={"label": {"fr": "birse"}})
    alike = river.model_copy(update={"categories": {**river.categories, "suze": suze}})
    twins = second.model_copy(update={"dimensions": {**second.dimensions, "river": alike}})
    made = opened(template(twins, organisation=organisation(twins), quarter=Q2, language="fr"))
    texts = {cell.value for row in made["_kpi"].iter_rows() for cell in row}
    assert {"birse – Birse", "suze – birse", "Allaine"} <= texts


def test_sheet_titles_fit_a_spreadsheet_and_differ(second):
    long = "Une feuille au nom bien trop long [pour: un] tableur"
    form = second.forms["operations"].model_copy(update={"label": {"fr": long}})
    titles = sheet_titles({"a": form, "b": form, "c": form.model_copy(update={"label": {"fr": "definitions"}})}, "fr")
    assert len({title.casefold() for title in titles.values()}) == 3
    assert all(len(title) <= 31 and not re.search(r"[\[\]:*?/\\]", title) for title in titles.values())
    assert titles["c"].casefold() != "definitions"


def test_the_template_id_changes_with_columns_rows_and_forms_and_with_nothing_else(second):
    same = template_id(second, second.forms, Q2)
    assert template_id(framework(), framework().forms, Q2) == same
    assert template_id(second, [*second.forms][:-1], Q2) != same
    text = SECOND.read_text(encoding="utf-8")
    relabelled = load_text(text.replace("label: Prélèvements", "label: Échantillons")).framework
    assert template_id(relabelled, relabelled.forms, Q2) == same
    retyped = load_text(text.replace("label: Page web, type: link", "label: Page web, type: text"))
    assert template_id(retyped.framework, retyped.framework.forms, Q2) != same


@pytest.mark.parametrize("language", ["bg", "en"])
def test_the_centres_template_is_made_in_each_of_its_languages(language):
    centre = framework(CENTRE)
    made = template(centre, organisation=organisation(centre), quarter=Quarter(2026, 4), language=language)
    book = opened(made)
    titles = [
        form.label[language] for form in centre.asked_forms(organisation(centre).attributes, Quarter(2026, 4)).values()
    ]
    assert [title for title in book.sheetnames if title in titles] == titles
    assert book.properties.language == language
    assert len(made) < 300_000
