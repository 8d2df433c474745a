"""How reports look and are read: contents, cells and heads in Word, pages of the PDF, the web page in a browser."""

import io
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from docx import Document
from docx.oxml.ns import qn

from kpi.report.content import Chapter, Points, Table
from kpi.report.files import Format, written
from kpi.report.typography import LONGEST, bound
from serving import browsing
from told import made, text_of_pdf, troubled

GRAVE = {"serious", "critical"}


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    opened = troubled(tmp_path_factory.mktemp("looks"))
    yield opened
    opened.engine.dispose()


@pytest.fixture(scope="module")
def files(here):
    known = {}

    def give(form, language):
        if (form, language) not in known:
            known[form, language] = written(made(here, language), form)
        return known[form, language]

    return give


def test_the_contents_of_a_word_document_lead_to_every_chapter_and_section(files):
    """They stand as they are, without a question when the document is opened, in a field that Word can update."""
    document = Document(io.BytesIO(files(Format.WORD, "bg")))
    heads = {
        mark.get(qn("w:name")): one.text for one in document.paragraphs for mark in one._p.iter(qn("w:bookmarkStart"))
    }
    lines = [one for one in document.paragraphs if one.style.name in {"TOC 1", "TOC 2"}]
    asked = [link.get(qn("w:anchor")) for line in lines for link in line._p.iter(qn("w:hyperlink"))]
    assert [heads[one] for one in asked] == [line.text for line in lines]
    listed = [one.text for one in document.paragraphs if one.style.name in {"Heading 1", "Heading 2"}]
    assert [line.text for line in lines] == listed
    assert [one.text for one in document.paragraphs if one.style.name == "Looked up"]
    fields = [mark.get(qn("w:fldCharType")) for mark in document.element.iter(qn("w:fldChar"))]
    assert fields == ["begin", "separate", "end"]
    assert next(document.element.iter(qn("w:instrText"))).text.split()[0] == "TOC"
    assert not [one for one in document.element.iter() if one.get(qn("w:dirty"))]


def test_words_in_cells_of_a_word_document_stay_whole_but_for_those_that_no_column_has_room_for(files):
    document = Document(io.BytesIO(files(Format.WORD, "bg")))
    hyphens = qn("w:suppressAutoHyphens")
    assert document.styles["Cell"].element.pPr.find(hyphens) is not None
    cells = [lines for table in document.tables for cell in table._cells for lines in cell.paragraphs]
    long = [any(len(word) > LONGEST for word in one.text.replace("\xa0", " ").split(" ")) for one in cells]
    assert [one._p.pPr.find(hyphens) is not None for one in cells] == long
    assert 0 < sum(long) < len(long)


def test_only_tables_with_heads_say_that_they_have_some(files):
    for table in Document(io.BytesIO(files(Format.WORD, "en"))).tables:
        heads = table._tbl.tblPr.find(qn("w:tblLook")).get(qn("w:firstRow")) == "1"
        assert heads or table.style.name != "Ruled"
        assert not heads or table.style.name != "Cards"


@pytest.mark.parametrize("count", [47, 48, 49, 98, 99])
def test_no_row_of_a_table_stands_alone_on_a_page_of_a_pdf(here, count):
    """However many rows there are: of a table that goes on, every page has two at least."""
    table = Table("", ["Row", "What"], [(f"row-{one}", "…") for one in range(count)], (1, 1))
    content = replace(made(here), chapters=[Chapter("Of many rows", [table])])
    rows = [page.count("row-") for page in text_of_pdf(written(content, Format.PDF)).split("\f")]
    assert sum(rows) == count
    assert min(each for each in rows if each) > 1


@pytest.mark.parametrize("follows", [True, False])
def test_a_short_annex_goes_on_beneath_the_one_before(here, follows):
    chapters = [
        Chapter("First", [Points(["first-line"])]),
        Chapter("Second", [Points(["second-line"])], follows=follows),
    ]
    pages = text_of_pdf(written(replace(made(here), chapters=chapters), Format.PDF)).split("\f")
    assert any("first-line" in page and "second-line" in page for page in pages) == follows
    assert [one.follows for one in made(here).chapters[-3:]] == [False, True, False]


def test_so_many_of_so_many_stand_on_one_line():
    assert bound("92 от 94", "bg") == "92\xa0от\xa094"
    assert bound("23 of 23", "en") == "23\xa0of\xa023"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_is_read_without_a_network_in_the_theme_of_its_reader(files, tmp_path, theme):
    """On a phone, too; whoever cannot see or point can use it; printed, it is light and its charts fit the paper."""
    path = tmp_path / "report.html"
    path.write_bytes(files(Format.HTML, "bg"))
    with browsing() as browser:
        page = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=theme, offline=True).new_page()
        said = []
        page.on("console", lambda one: said.append(one.text))
        page.on("pageerror", lambda one: said.append(str(one)))
        page.goto(path.as_uri())
        page.locator(".chart .main-svg").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]
        found = Axe().run(page).response["violations"]
        assert [one["id"] for one in found if one["impact"] in GRAVE] == []
        ground = "getComputedStyle(document.body).backgroundColor"
        assert (page.evaluate(ground) == "rgb(255, 255, 255)") == (theme == "light")
        page.emulate_media(media="print")
        assert page.evaluate(ground) == "rgb(255, 255, 255)"
        page.set_viewport_size({"width": 1400, "height": 900})
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        widths = "[...document.querySelectorAll('.chart .main-svg')].map(one => one.getBoundingClientRect().width)"
        assert 0 < max(page.evaluate(widths)) <= (210 - 2 * 14) * 96 / 25.4
        assert said == []
