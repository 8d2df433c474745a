"""Reports as files: in every format and language the figures are those of the read service, and texts stay texts."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook

from filling import SECOND
from kpi import figures
from kpi.access import OPERATOR, Person, Role
from kpi.adoption import adopt
from kpi.installation import create_store, open_installation
from kpi.language import tr
from kpi.measure.needs import Question
from kpi.present.words import state, with_unit
from kpi.quarter import Quarter, Window
from kpi.report import done
from kpi.report.answers import ask
from kpi.report.content import Audience, Chapter, Paragraph, Points, Request, Section, Story, Table
from kpi.report.files import Format, UnknownFormatError, format_of, name_of, written
from kpi.report.typography import LONGEST, fitted
from kpi.settings import Settings
from made_up import fill_store
from told import (
    AT,
    TODAY,
    TRICKS,
    YTD,
    made,
    plain,
    read_page,
    text_of_page,
    text_of_pdf,
    text_of_word,
    troubled,
)

READERS = {Format.PDF: text_of_pdf, Format.WORD: text_of_word, Format.HTML: text_of_page}
BOTH = ("en", "bg")
HEADINGS = {f"h{level}" for level in range(1, 7)}


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    opened = troubled(tmp_path_factory.mktemp("files"))
    yield opened
    opened.engine.dispose()


@pytest.fixture(scope="module")
def files(here):
    """Every report there is, written once."""
    known = {}

    def give(form, language, audience=Audience.MANAGEMENT):
        key = (form, language, audience)
        if key not in known:
            known[key] = written(made(here, language, audience), form)
        return known[key]

    return give


def totals(here, audience):
    who = Person("Eve", Role.VIEWER if audience is Audience.FUNDER else Role.MANAGER)
    questions = [Question(key, YTD) for key in here.framework.indicators]
    return [answer[0] for answer in figures.measured(here.asked_by(who), questions, today=TODAY)]


def told(here, found, language):
    if found.value is None:
        return state(found, here.framework, language)
    return with_unit(here.framework, found.indicator, found.value, language)


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("form", list(READERS))
def test_every_figure_is_the_one_that_is_measured(here, files, form, language, audience):
    text = plain(READERS[form](files(form, language, audience)))
    missing = [
        (one.indicator, told(here, one, language))
        for one in totals(here, audience)
        if one.value is not None and plain(told(here, one, language)) not in text
    ]
    assert missing == []
    assert plain(str(here.framework.programme.version)) in text
    assert figures.overview(here).last_change in text.replace(" ", "")


@pytest.mark.parametrize("language", BOTH)
def test_the_status_table_of_a_page_says_what_is_measured(here, files, language):
    found = [row for row in read_page(files(Format.HTML, language)).rows if len(row) == 6]
    rows = {
        plain(row[0]).removeprefix("↳ ").split(" ")[0]: row for row in reversed(found)
    }  # the status tables come first
    for one in totals(here, Audience.MANAGEMENT):
        assert plain(rows[one.indicator][1]) == plain(told(here, one, language))


@pytest.mark.parametrize("language", BOTH)
def test_the_workbook_holds_numbers_as_numbers_and_no_formula(here, files, language):
    book = load_workbook(io.BytesIO(files(Format.EXCEL, language)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    tidy = book.worksheets[1]
    heads = [cell.value for cell in tidy[1]]
    assert len(heads) == len(set(heads))
    rows = list(tidy.iter_rows(min_row=2, values_only=True))
    whole = {row[0]: row for row in rows if row[4] == str(YTD) and row[6] is None}
    for one in totals(here, Audience.MANAGEMENT):
        found = whole[one.indicator]
        assert found[8] == (None if one.value is None else pytest.approx(float(one.value), abs=1e-6))
        assert found[9] == (state(one, here.framework, language) if one.value is None else None)
        assert found[13:16] == (one.coverage.reported, one.coverage.expected, one.coverage.carried)
    assert len(rows) == len(made(here, language).figures)
    about = [cells[1] for cells in book.worksheets[0].iter_rows(values_only=True)]
    assert made(here, language).made.returns in about
    said = list(book.worksheets[-1].iter_rows(values_only=True))
    tolerances = {key: one.tolerance for key, one in here.framework.indicators.items() if one.tolerance is not None}
    told = {row[0]: row[3] for row in said if row[2] == tr("Tolerance", language)}
    assert told == {key: pytest.approx(float(tolerance)) for key, tolerance in tolerances.items()}


def test_the_workbook_shows_every_number_whole(files):
    """A column too narrow for a number shows signs in its place."""
    for sheet in load_workbook(io.BytesIO(files(Format.EXCEL, "bg"))).worksheets[1:]:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, int | float):
                    shown = f"{cell.value:,.2f} EUR" if "EUR" in cell.number_format else f"{cell.value:g}"
                    assert sheet.column_dimensions[cell.column_letter].width > len(shown)


@pytest.mark.parametrize("form", list(READERS))
def test_texts_of_people_stay_texts(files, form):
    text = plain(READERS[form](files(form, "en"))).replace(" ", "")
    for trick in TRICKS:
        assert plain(trick).replace(" ", "") in text


def test_a_page_runs_nothing_but_its_own(files):
    content = files(Format.HTML, "en")
    tags = read_page(content).tags
    assert "b" not in tags
    assert tags.count("script") == 2 + content.count(b'type="application/json"')
    assert b"default-src &#x27;none&#x27;" in content


def test_stories_without_consent_are_told_to_nobody_outside(files):
    """The first of them has none."""
    for form, read in READERS.items():
        funder = plain(read(files(form, "en", Audience.FUNDER))).replace(" ", "")
        assert f"{TRICKS[0]}.".replace(" ", "") not in funder
        assert f"{TRICKS[1]}.".replace(" ", "") in funder


def test_a_file_is_named_for_what_it_holds(here):
    assert name_of(made(here, "bg", Audience.FUNDER), Format.PDF) == "ccsi-bg_2025-Q1_2025-Q3_funder_bg.pdf"
    assert format_of("Report.PDF") is Format.PDF
    with pytest.raises(UnknownFormatError):
        format_of("report.odt")


def test_the_same_report_is_the_same_file(here):
    again = made(here)
    assert again.made.at == AT
    for form in (Format.PDF, Format.HTML):
        assert written(again, form) == written(made(here), form)


@pytest.mark.parametrize("form", Format)
def test_whoever_waits_is_told_how_far_a_file_is(here, form):
    said = []
    content = made(here)
    written(content, form, lambda *told: said.append(told))
    parts = [done for _, done in said]
    assert parts == sorted(parts)
    assert (parts[0], parts[-1] <= 1) == (0, True)
    sections = sum(1 + len(chapter.sections) for chapter in content.chapters)
    assert len(said) >= (3 if form is Format.EXCEL else sections)
    assert ("The pages are being typeset …" in dict(said)) == (form is Format.PDF)


@pytest.mark.parametrize(
    ("audience", "window"),
    [
        (Audience.MANAGEMENT, YTD),
        (Audience.MANAGEMENT, Window.quarter(Quarter(2024, 1))),
        (Audience.FUNDER, YTD),
        (Audience.FUNDER, Window.year(2024)),
    ],
)
def test_there_is_nothing_beneath_no_heading(here, audience, window):
    """What was learned is told to the core team alone: funders have no chapter of it, nor a line in the contents."""
    content = made(here, "en", audience, window=window)
    assert all(chapter.blocks or chapter.sections for chapter in content.chapters)
    assert all(section.blocks for chapter in content.chapters for section in chapter.sections)
    listed = [
        getattr(block, name)
        for block in content.blocks()
        for name in ("items", "rows", "entries")
        if hasattr(block, name)
    ]
    assert all(listed)
    learned = "What was learned and adjusted" in {chapter.title for chapter in content.chapters}
    assert learned == (audience is Audience.MANAGEMENT)


def test_what_is_written_in_another_language_says_so(here):
    """For its hyphens, and for whoever has it read to them; what is in the report's own is left alone."""
    told = Story("Втори живот", "Ателие преработи дарени якета.", "Burgas Municipality")
    table = Table("", ["What was learned"], [["Малките места не кандидатстват."], ["Small ones do not apply."]], (1,))
    content = replace(made(here, "en"), chapters=[Chapter("Stories", (told, table))])
    page = written(content, Format.HTML).decode()
    assert page.count('<span lang="bg">') == len((told.title, told.text, table.rows[0][0]))
    body = Document(io.BytesIO(written(content, Format.WORD))).element.body
    spoken = {run.text: run.rPr.find(qn("w:lang")) for run in body.iter(qn("w:r")) if run.rPr is not None}
    assert spoken[told.text].get(qn("w:val")) == spoken[table.rows[0][0]].get(qn("w:val")) == "bg"
    assert spoken.get("Small ones do not apply.") is None
    assert plain(told.text) in plain(text_of_pdf(written(content, Format.PDF)))


def test_headings_of_a_page_leave_out_no_step(files):
    for audience in Audience:
        levels = [int(tag[1]) for tag in read_page(files(Format.HTML, "en", audience)).tags if tag in HEADINGS]
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_words_of_a_table_stay_whole_and_its_heads_come_again(here, files):
    """Each column has room for its longest word, on the page that a table goes on to as well."""
    for block in made(here, "bg").blocks():
        if isinstance(block, Table):
            widths = fitted(block, "bg")
            for column, head in enumerate(block.heads):
                texts = [head, *(row[column] for row in block.rows if isinstance(row[column], str))]
                longest = max(len(word) for text in texts for word in text.split())
                assert 90 * widths[column] / sum(widths) >= min(longest, LONGEST)
    tables = [one for one in Document(io.BytesIO(files(Format.WORD, "bg"))).tables if one.style.name == "Ruled"]
    assert tables
    assert all(one.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for one in tables)


def test_another_programme_makes_its_report_without_code(tmp_path):
    environment = {"KPI_DATA_DIR": str(tmp_path), "KPI_FRAMEWORK": str(SECOND), "KPI_DATABASE_URL": ""}
    settings = Settings.from_environment(environment)
    create_store(settings)
    adopt(open_installation(settings, who=OPERATOR, changed=True), by="one", at=AT)
    opened = open_installation(settings, who=OPERATOR)
    fill_store(opened, 7, organisations=6, first=Quarter(2025, 1), quarters=4)
    for audience in Audience:
        content = made(opened, "fr", audience, window=Window.year(2025), today=date(2026, 3, 1))
        assert any(one.value is not None for one in content.now)
        for form, read in READERS.items():
            text = plain(read(written(content, form)))
            for one in content.now:
                assert one.value is None or plain(told(opened, one, "fr")) in text
            assert "Rivières vivantes" in text
        assert written(content, Format.EXCEL).startswith(b"PK")
    opened.engine.dispose()


@pytest.mark.parametrize(("lines", "pages"), [(10, 1), (61, 1), (90, 2)])
def test_no_page_of_a_pdf_is_made_for_a_few_lines(here, lines, pages):
    """What would spill a little is set tighter; what spills more stays as it is, and goes on."""
    points = Points([f"Line {number}" for number in range(lines)], "How this is computed")
    before = Section("Before", [Paragraph("Something")])
    content = replace(made(here, "en"), chapters=[Chapter("Chapter", (), [before, Section("Long", [points])])])
    read = [plain(page) for page in text_of_pdf(written(content, Format.PDF)).split("\f")]
    assert sum(" Line " in f" {page} " for page in read) == pages


def test_an_action_was_closed_on_the_day_where_the_program_runs(here, place):
    place("UTC-3")
    answers = ask(here, Request(YTD, "en", Audience.MANAGEMENT), today=TODAY, maps={}, progress=lambda *_: None)
    closed = replace(answers.actions[0], closed_at=datetime(2025, 9, 30, 22, 30, tzinfo=UTC), closed_by="Mia")
    (chapter,) = done.chapters(replace(answers, actions=[closed]))
    assert chapter.blocks[0].rows[0][-1] == "1 Oct 2025"
