"""The pages in a real browser: what only a browser can tell."""

import contextlib
import time
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import TimeoutError as NotInTimeError

from kpi import drafts
from kpi.access import OPERATOR, PERMITTED, Role
from kpi.installation import open_installation
from kpi.quarter import Quarter
from kpi.sessions import sign_out
from kpi.settings import Settings
from kpi.typing_in import type_cell
from kpi.web.pages import PAGES
from reporter import ANA, COURSE, DAY, FAULTY, Q3, handed_in, moment, taken, workbook
from serving import IDLE, PATIENCE, browsing, serving
from showing import NOW, environment, filled, signed_in
from test_funding import filled as with_contracts
from told import text_of_pdf

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

NOT_OPEN = "This file is not open to you any more. Sign in again, or load the page again."
VIEW = "window=quarter&quarter=2025-Q3"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A served installation: its address, the session of somebody of the core team, and its folder."""
    folder = tmp_path_factory.mktemp("served")
    opened = filled(folder)
    token = signed_in(opened)
    opened.engine.dispose()
    with serving(folder) as address:
        yield address, token, folder


@pytest.fixture(scope="module")
def chromium():
    with browsing() as browser:
        yield browser


@pytest.fixture
def visit(chromium, served):
    """Open a page: ``visit(path, width=…, locale=…)``; it fails on anything asked of another host."""
    (address, first, _), contexts, elsewhere, refused = served, [], [], []

    def opened(path, *, token=first, host=address, shown=".k-note", width=1440, locale="en-GB", scheme="light"):  # noqa: PLR0913 (a window has these)
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, locale=locale, color_scheme=scheme, service_workers="block"
        )
        contexts.append(context)
        context.add_cookies([{"name": "kpi_session", "value": token, "url": host}])
        page = context.new_page()
        page.on("request", lambda asked: asked.url.startswith((host, "data:", "blob:")) or elsewhere.append(asked.url))
        page.on("console", lambda told: "Content Security" in told.text and refused.append(told.text))
        page.goto(host + path)
        page.wait_for_selector(shown, timeout=PATIENCE)
        page.wait_for_timeout(500)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not elsewhere
    assert not refused


@pytest.mark.parametrize(
    "path", [f"/?{VIEW}", f"/indicators?{VIEW}", f"/indicator?indicator=O6&{VIEW}", f"/indicator?indicator=P1&{VIEW}"]
)
@pytest.mark.parametrize("locale", ["en-GB", "bg-BG"])
def test_nothing_stands_beyond_the_edge_of_a_phone(visit, path, locale):
    page = visit(path, width=390, locale=locale)
    # A wide table is moved within its own frame.
    beyond = """
        [...document.querySelectorAll('.stMain *')]
        .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.k-scroll > *'))
        .map(one => one.outerHTML.slice(0, 120))
    """
    assert page.evaluate(beyond) == []
    # The heads of tables that are lists on a phone are there for whoever has them read out.
    cut = """
        [...document.querySelectorAll('.stHtml td, .stHtml th, .stHtml dd, .stHtml .k-number')]
        .filter(one => one.scrollWidth > one.clientWidth + 1 && !one.closest('.k-scroll')
                       && getComputedStyle(one).display !== 'inline' && getComputedStyle(one).position !== 'absolute'
                       && getComputedStyle(one.closest('thead') || one).position !== 'absolute')
        .map(one => one.innerText)
    """
    assert page.evaluate(cut) == []


#: Texts in tables and cards that stand beyond their cell, and numbers and words that go on in the next line.
TORN = r"""
    () => {
        const wrong = [], walk = document.createTreeWalker(document.querySelector('.stMain'), NodeFilter.SHOW_TEXT);
        const lines = range => [...range.getClientRects()].filter(one => one.width > .5);
        while (walk.nextNode()) {
            const node = walk.currentNode, around = node.parentElement;
            const cell = around.closest('.stHtml :is(td, th, .k-card)');
            if (!cell || around.closest('.k-scroll, .k-unseen, .k-steps, .k-proof')) continue;
            if (!around.checkVisibility()) continue;
            if (getComputedStyle(cell.closest('thead') || cell).position === 'absolute') continue;
            const range = document.createRange(), box = cell.getBoundingClientRect();
            range.selectNodeContents(node);
            if (lines(range).some(one => one.right > box.right + 1 || one.left < box.left - 1))
                wrong.push('beyond its cell: ' + node.data);
            for (const part of node.data.matchAll(/[−+±]?\d(?:[\d.,\u00a0\u202f]*\d)?(?:\u00a0[€%])?|\p{L}+/gu)) {
                range.setStart(node, part.index);
                range.setEnd(node, part.index + part[0].length);
                if (new Set(lines(range).map(one => Math.round(one.top))).size > 1) wrong.push('torn: ' + part[0]);
            }
        }
        return wrong;
    }
"""


@pytest.fixture(scope="module")
def paid(tmp_path_factory):
    """A served installation with contracts: its address, and the session of somebody of the core team."""
    folder = tmp_path_factory.mktemp("paid")
    opened = with_contracts(folder)
    token = signed_in(opened)
    opened.engine.dispose()
    with serving(folder) as address:
        yield address, token


@pytest.mark.parametrize("path", ["", "indicators", "gender", "compare", "funding"])
def test_numbers_and_words_stay_whole_and_in_their_cell_on_every_screen(visit, request, path):
    host, token = request.getfixturevalue("paid" if path == "funding" else "served")[:2]
    page = visit(f"/{path}?{VIEW}", host=host, token=token, locale="bg-BG", shown=".stMain h1")
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=PATIENCE)
    page.wait_for_selector(".stHtml td", state="attached", timeout=PATIENCE)
    found = {}
    for width in (1440, 1110, 1024, 768):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)
        found[width] = page.evaluate(TORN)
        assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= width
    assert not any(found.values()), found


def test_on_paper_no_heading_stands_alone_at_the_foot_of_a_page(visit):
    page = visit(f"/?{VIEW}", shown=".stMain h1")
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=PATIENCE)
    page.wait_for_selector(".k-brief", state="attached", timeout=PATIENCE)
    heads = {*page.locator(".stMain h2").all_inner_texts(), *page.locator(".k-brief caption span").all_inner_texts()}
    alone = set()
    for height in range(180, 300, 10):
        sheets = text_of_pdf(page.pdf(width="210mm", height=f"{height}mm")).split("\f")
        feet = [lines[-1].strip() for sheet in sheets if (lines := sheet.strip().splitlines())]
        alone |= {(height, foot) for foot in feet if foot in heads}
    assert len(heads) > 4
    assert not alone


def test_the_browsers_language_comes_first(visit):
    assert "Върви ли програмата по план?" in visit(f"/?{VIEW}", locale="bg-BG").inner_text(".k-title")
    assert "Is the programme on track?" in visit(f"/?{VIEW}", locale="en-GB").inner_text(".k-title")


def test_a_page_declares_the_language_that_is_chosen(visit):
    page = visit(f"/?{VIEW}&where.region=BG32", locale="en-GB")
    page.locator("button[lang=bg]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("html[lang=bg]", state="attached", timeout=PATIENCE)
    page.wait_for_selector(".k-title:has-text('Върви ли програмата по план?')", timeout=PATIENCE)
    assert "where.region=BG32" in page.url
    page.wait_for_selector("button[lang=en]:has-text('English')", timeout=PATIENCE)


@pytest.mark.parametrize(
    ("path", "called"),
    [
        (f"/?{VIEW}", "Overview"),
        (f"/indicator?indicator=O6&{VIEW}", "O6 Successful participants in courses and other training"),
        ("/form?org=SDA&quarter=2025-Q3", "SDA, Q3 2025 · Fill in on the web"),
        ("/review?return=1", "SDA, Q1 2025 · Review of a return"),
    ],
)
def test_a_tab_says_what_is_looked_at(visit, path, called):
    page = visit(path, shown=".stMain h1")
    named = f"{called} · Competence Centre for Social Innovations, Bulgaria"
    page.wait_for_function("name => document.title === name", arg=named, timeout=PATIENCE)


def test_the_overview_is_found_by_its_name_too(visit):
    page = visit(f"/overview?{VIEW}&where.region=BG32")
    assert "Is the programme on track?" in page.inner_text(".k-title")
    assert "where.region=BG32" in page.url
    assert "/overview" not in page.url
    assert page.get_by_text("Page not found").count() == 0


def test_a_click_on_a_headline_leads_to_its_indicator_in_the_same_view(visit):
    page = visit(f"/?{VIEW}&where.region=BG32")
    page.click(".k-card:has-text('Capacity building')")
    page.wait_for_selector(".k-computed", timeout=PATIENCE)
    assert "indicator=O6" in page.url
    assert "where.region=BG32" in page.url
    assert "Q3 2025: 15 people" in page.inner_text(".k-findings")


def test_how_a_status_came_about_opens_by_keyboard(visit):
    page = visit(f"/indicators?{VIEW}")
    row = page.locator("tr", has=page.locator(".k-key", has_text="O6").first).first
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    assert "270 ÷ 240 = 113%" in row.inner_text()


def test_a_head_of_the_list_sorts_it_and_its_address_says_so(visit):
    page = visit(f"/indicators?{VIEW}")
    page.click("thead a:has-text('Achievement')")
    page.wait_for_selector("th[aria-sort=ascending]", timeout=PATIENCE)
    assert "sort=achievement" in page.url
    page.click("thead a:has-text('Achievement')")
    page.wait_for_selector("th[aria-sort=descending]", timeout=PATIENCE)
    assert "sort=-achievement" in page.url


def test_a_part_of_an_indicators_page_is_reached_by_its_name(visit):
    page = visit(f"/indicator?indicator=O6&{VIEW}")
    page.wait_for_selector("#definition", timeout=PATIENCE)
    page.click(".k-ways a:has-text('Definition')")
    page.wait_for_timeout(500)
    assert 0 <= page.evaluate("document.querySelector('#definition').getBoundingClientRect().top") < 600
    assert "indicator=O6" in page.url


@pytest.mark.parametrize("width", [390, 1440])
def test_what_a_page_is_limited_to_stays_in_sight_and_each_limit_is_taken_away_by_itself(visit, width):
    page = visit(f"/indicator?indicator=O6&{VIEW}&where.region=BG32&provisional=1", width=width, shown=".k-limits")
    page.wait_for_selector("#definition", timeout=PATIENCE)
    page.locator(".k-ways a", has_text="Definition").click()
    page.wait_for_function("document.querySelector('.stMain').scrollTop > 900", timeout=PATIENCE)
    seen = """() => ['.k-limits', '#definition'].flatMap(one => {
        const {left, top, bottom} = document.querySelector(one).getBoundingClientRect()
        const there = document.elementFromPoint(left + 9, (top + bottom) / 2)
        return [top, bottom, !!there?.closest(one)]
    })"""

    def in_sight():
        top, bottom, uncovered, *definition = page.evaluate(seen)
        return uncovered and top < 80 and bottom - top < 40 and definition[0] >= bottom - 1

    at_rest(page, in_sight)
    assert not barriers(page, ".stMain")
    assert "North" in page.inner_text(".k-limits")
    page.get_by_role("link", name="Without what is not yet approved").click()
    page.wait_for_url(lambda url: "provisional" not in url, timeout=PATIENCE)
    page.wait_for_selector(".k-limits", timeout=PATIENCE)
    assert {"where.region": ["BG32"], "indicator": ["O6"], "quarter": ["2025-Q3"]}.items() <= parsed(page).items()
    page.get_by_role("link", name="Without North").click()
    page.wait_for_url(lambda url: "where." not in url, timeout=PATIENCE)
    page.wait_for_selector(".k-title", timeout=PATIENCE)
    page.wait_for_selector(IDLE, timeout=PATIENCE)
    assert page.locator(".k-limits").count() == 0
    assert parsed(page)["indicator"] == ["O6"]


def test_a_filter_is_taken_away_from_what_was_chosen_since_the_page_was_drawn(visit):
    page = visit(f"/gender?{VIEW}&where.region=BG32", shown=".k-limits")
    page.wait_for_selector(IDLE, timeout=PATIENCE)

    def is_chosen():
        """Choose another one; a list that opens while the page is still being drawn closes again."""
        if "indicator=" not in page.url:
            page.get_by_role("combobox", name="Indicator").click()
            with contextlib.suppress(NotInTimeError):
                page.get_by_role("option").last.click(timeout=5000)
                page.wait_for_url("**indicator=**", timeout=5000)
        return "indicator=" in page.url

    at_rest(page, is_chosen)
    page.wait_for_selector(IDLE, timeout=PATIENCE)
    chosen = parsed(page)["indicator"]
    page.get_by_role("link", name="Without filters").click()
    page.wait_for_url(lambda url: "where." not in url, timeout=PATIENCE)
    assert parsed(page)["indicator"] == chosen


def parsed(page):
    """What the address of a page asks for."""
    return parse_qs(urlsplit(page.url).query)


@pytest.fixture(scope="module")
def people(served):
    """Sign somebody in for each role that a page can need; give their tokens."""
    opened = open_installation(Settings.from_environment(environment(served[2])), who=OPERATOR)
    yield {role: signed_in(opened, role) for role in (Role.MANAGER, Role.VIEWER, Role.ADMINISTRATOR)}
    opened.engine.dispose()


#: What the standards ask for, and what is known to serve beyond them.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"], "resultTypes": ["violations"]}
SERIOUS = {"serious", "critical"}
ENTRIES = [entry for entries in PAGES.values() for entry in entries if not entry.aside]


@pytest.mark.parametrize(("scheme", "locale"), [("light", "bg-BG"), ("dark", "en-GB")])
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.file)
def test_a_page_serves_whoever_cannot_see_or_point(visit, people, entry, scheme, locale):
    role = next(one for one in people if not entry.deeds or any(one in PERMITTED[deed] for deed in entry.deeds))
    page = visit(f"/{entry.file}?{VIEW}", token=people[role], shown=".stMain h1", scheme=scheme, locale=locale)
    assert not barriers(page)


def barriers(page, within=None):
    """What keeps somebody out of a page as it stands, or out of what lies `within` it."""
    page.wait_for_selector(IDLE, timeout=PATIENCE)
    found = Axe().run(page, within, options=RULES).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found if one["impact"] in SERIOUS for node in one["nodes"]]


@pytest.fixture(scope="module")
def at_the_desk(tmp_path_factory):
    """A served installation with a faulty draft, one just begun, and a return that waits; pages, somebody's session."""
    folder = tmp_path_factory.mktemp("desk")
    opened = filled(folder)
    ana = opened.asked_by(ANA)
    waiting = handed_in(ana, taken(ana, COURSE))
    taken(ana, FAULTY, quarter=Q3)
    drafts.begin(opened, organisation="RSE", quarter=Q3, language="bg", today=DAY, at=moment())
    token = signed_in(opened)
    opened.engine.dispose()
    with serving(folder) as address:
        yield address, token, {"submit": "org=SDA&quarter=2025-Q3", "review": f"return={waiting.id}"}


@pytest.mark.parametrize(("scheme", "locale"), [("light", "bg-BG"), ("dark", "en-GB")])
@pytest.mark.parametrize("name", [entry.file for entries in PAGES.values() for entry in entries if entry.aside])
def test_a_page_that_is_reached_by_links_only_serves_them_too(visit, at_the_desk, name, scheme, locale):
    address, token, asked = at_the_desk
    page = visit(f"/{name}?{asked[name]}", host=address, token=token, shown=".k-table", scheme=scheme, locale=locale)
    assert not barriers(page)


def test_a_draft_is_looked_at_whole_on_a_phone(visit, at_the_desk):
    address, token, _ = at_the_desk
    page = visit(
        "/submit?org=RSE&quarter=2025-Q3", host=address, token=token, shown=".k-forms", width=390, locale="bg-BG"
    )
    beyond = """
        [...document.querySelectorAll('.stMain .stHtml *')]
        .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.k-scroll > *'))
        .map(one => one.outerHTML.slice(0, 120))
    """
    assert page.evaluate(beyond) == []


COVERS = "one => [getComputedStyle(one).fontSize, getComputedStyle(one, '::after').content]"


def is_covered(page, selector, words):
    """Wait until Streamlit's own words are not seen, and these in their place."""

    def there():
        size, said = page.locator(selector).first.evaluate(COVERS)
        return size == "0px" and words in said

    at_rest(page, there)


def test_what_streamlit_says_in_english_is_covered_by_the_language_of_the_page(visit):
    page = visit("/nowhere?lang=bg", shown='[role="dialog"]')
    for part, words in (("h2", "Няма такава страница"), ("h2 + div > div", "Няма я или не е достъпна")):
        is_covered(page, f'[role="dialog"] > {part}', words)
    page.keyboard.press("Escape")
    is_covered(page, '[data-testid="stSkipToContent"]', '"Към съдържанието"')
    page = visit("/log?lang=bg", shown='[data-testid="stDateInput"]')
    for part, words in (("day", "дд"), ("month", "мм"), ("year", "гггг")):
        is_covered(page, f'[data-testid="stDateInput"] [data-type="{part}"]', f'"{words}"')
    page = visit(f"/indicator?indicator=O6&{VIEW}&lang=bg", shown=".k-computed")
    page.wait_for_selector(IDLE, timeout=PATIENCE)
    page.get_by_role("combobox", name="Индикатор").click()
    page.keyboard.type("няма такъв")
    is_covered(page, '[role="listbox"][data-empty="true"] span', '"Няма такова"')


def test_a_file_that_the_browser_does_not_even_send_is_told_of(visit, leaving, tmp_path):
    large = tmp_path / "large.xlsx"
    large.write_bytes(bytes(21 * 1024 * 1024))
    page = visit("/upload?lang=bg", token=leaving[1], shown="[data-testid=stFileUploaderDropzone]")
    page.set_input_files("input[type=file]", large)
    page.locator('[data-testid="stFileChip"][aria-invalid="true"]').wait_for()
    said = page.locator('[data-testid="stFileUploader"]').evaluate("one => getComputedStyle(one, '::after').content")
    assert "Този файл не е приет: по-голям е от 20 MB" in said


def test_a_chosen_file_is_named_in_full_and_its_size_is_in_the_readers_form(visit, leaving, tmp_path):
    long = tmp_path / "Отчет на сдружението за третото тримесечие, поправен.xlsx"
    long.write_bytes(bytes(108_800))
    page = visit("/upload?lang=bg", token=leaving[1], shown="[data-testid=stFileUploaderDropzone]")
    page.set_input_files("input[type=file]", long)
    page.locator(".k-file").wait_for()
    size, said = page.locator('[data-testid="stFileChipName"]').evaluate(COVERS)
    assert (size, said) == ("0px", f'"{long.name}"')
    assert "106,3 kB" in page.locator(".k-file").inner_text().replace("\xa0", " ")
    assert "106.3" not in page.locator(".stMain").inner_text()


@pytest.fixture
def leaving(served):
    """Sign somebody of the core team in; give their token, and what ends its session."""
    opened = open_installation(Settings.from_environment(environment(served[2])), who=OPERATOR)
    token = signed_in(opened)
    yield opened, token, lambda: sign_out(opened, token=token)
    opened.engine.dispose()


def test_after_signing_out_a_click_in_an_open_tab_shows_nothing(visit, leaving):
    _, token, leave = leaving
    page = visit(f"/indicator?indicator=O6&{VIEW}", token=token)
    page.wait_for_selector(".k-returns", state="attached", timeout=PATIENCE)
    leave()
    page.get_by_role("combobox", name="Region").click()
    page.get_by_role("option").nth(2).click()
    page.wait_for_selector(".k-state", timeout=PATIENCE)
    assert "You are signed out" in page.inner_text(".stMain")
    page.locator(".k-table, .k-facts, .k-bars, .stPlotlyChart").first.wait_for(state="detached", timeout=PATIENCE)
    assert "Sofia Association" not in page.inner_text("body")


def downloaded(page, name):
    """What a button of a page gives."""
    with page.expect_download(timeout=PATIENCE) as waited:
        page.get_by_role("button", name=name, exact=True).first.click()
    return Path(waited.value.path()).read_bytes()


def another_comes_in(page, opened, served):
    """Let somebody else sign in in the browser in which a page is open."""
    page.context.add_cookies([{"name": "kpi_session", "value": signed_in(opened), "url": served[0]}])


def test_when_another_signs_in_what_was_drawn_in_an_open_tab_is_not_given_out(visit, leaving, served):
    opened, token, leave = leaving
    page = visit(f"/indicator?indicator=O6&{VIEW}&lang=en", token=token)
    name = "Successful participants in courses and other training, people: Gender"
    files = [f"{kind} {name}" for kind in ("CSV", "PNG")]
    page.get_by_role("button", name=files[1], exact=True).wait_for(timeout=PATIENCE)
    assert downloaded(page, files[0]).count(b"\n") > 2
    assert downloaded(page, files[1]).startswith(b"\x89PNG")
    leave()
    another_comes_in(page, opened, served)
    assert {downloaded(page, one).decode("utf-8-sig") for one in files} == {NOT_OPEN}


def test_when_another_signs_in_no_copy_of_an_uploaded_file_is_given_out(visit, leaving, served, tmp_path):
    opened, token, leave = leaving
    faulty = tmp_path / "faulty.xlsx"
    faulty.write_bytes(workbook(opened, FAULTY))
    page = visit("/upload?lang=en", token=token, shown="[data-testid=stFileUploaderDropzone]")
    page.set_input_files("input[type=file]", faulty)
    assert downloaded(page, "Download the marked copy").startswith(b"PK")
    leave()
    another_comes_in(page, opened, served)
    assert downloaded(page, "Download the marked copy").decode("utf-8-sig") == NOT_OPEN


def test_after_signing_out_nothing_more_is_typed_into_an_open_form(visit, leaving):
    opened, token, leave = leaving
    quarter = Quarter(2025, 4)
    where = {"organisation": "SDA", "quarter": quarter}
    before = drafts.begin(opened, **where, language="en", today=date(2026, 1, 5), at=NOW)
    page = visit(f"/form?org=SDA&quarter={quarter}&lang=en", token=token, shown=".st-key-openform input")
    # Radio buttons, lists and cells stand in a fragment: it is drawn again by itself.
    leave()
    page.locator(".st-key-formlist label, .st-key-formlist [role=radio]").last.click()
    page.wait_for_selector(".k-state", timeout=PATIENCE)
    assert "You are signed out" in page.inner_text(".stMain")
    page.wait_for_selector(".st-key-openform input", state="detached", timeout=PATIENCE)
    after = drafts.draft_of(opened, **where)
    assert (after.head.version, after.touched_at) == (before.head.version, before.touched_at)


CELL = ".st-key-openform [class*=st-key-cell-] input[type=text]"
#: What stands in the cells, by the names that their places have.
SHOWN = """cells => Object.fromEntries(
    cells.map(one => [one.closest('[class*=st-key-cell-]').className.match(/cell-\\d+-[a-z_]+-(\\S+)/)[1], one.value])
)"""


@pytest.fixture
def typing(visit, leaving):
    """Open a form of a new draft: its page, and what it is for."""
    opened, token, _ = leaving
    where = {"organisation": "SDA", "quarter": Quarter(2025, 4)}

    def at(form):
        draft = drafts.begin(opened, **where, language="en", today=date(2026, 1, 5), at=NOW)
        page = visit(f"/form?org=SDA&quarter=2025-Q4&lang=en&form={form}", token=token, shown=CELL)
        page.wait_for_selector('.stApp[data-test-script-state="notRunning"]')
        return opened, draft, page

    yield at
    left = drafts.draft_of(opened, **where)
    if left is not None:
        drafts.give_up(opened, draft_id=left.id, at=NOW)


def cells_of(opened, draft, form):
    """What the store holds of a form, by the same names."""
    rows = drafts.draft(opened, draft_id=draft.id).typed[form].rows
    return {f"{row.id}-{key.replace('.', '-')}": str(value) for row in rows for key, value in row.cells.items()}


def at_rest(page, reached):
    """Wait until something is so and the page is drawn."""
    until = time.monotonic() + 90
    while not reached():
        assert time.monotonic() < until, "it never came"
        page.wait_for_timeout(200)
    page.wait_for_selector('.stApp[data-test-script-state="notRunning"]', timeout=PATIENCE)


@pytest.mark.parametrize(("form", "cells"), [("improved_status", 8), ("underserved", 24), ("satisfaction", 18)])
def test_what_is_typed_faster_than_the_page_is_drawn_is_kept_and_shown(typing, form, cells):
    """Each cell that is left draws the page anew, while the next ones are typed: nothing moves, nothing is undone."""
    opened, draft, page = typing(form)
    at_rest(page, lambda: page.locator(CELL).count() == cells)
    names = list(page.locator(CELL).evaluate_all(SHOWN))
    typed = {name: str(10 + number % 7 * 11) for number, name in enumerate(names[:16])}
    page.locator(CELL).first.click()
    for text in typed.values():
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    at_rest(page, lambda: len(cells_of(opened, draft, form)) == len(typed))
    assert cells_of(opened, draft, form) == typed
    shown = page.locator(CELL).evaluate_all(SHOWN)
    assert {name: text for name, text in shown.items() if text} == typed


def test_what_is_typed_after_the_session_ended_can_be_copied_and_the_way_leads_back(typing, leaving):
    _, _, leave = leaving
    _, _, page = typing("improved_status")
    leave()
    page.locator(CELL).first.fill("4321")
    page.keyboard.press("Tab")
    page.wait_for_selector(".k-state", timeout=PATIENCE)
    assert "4321" in page.inner_text(".k-state")
    back = parse_qs(urlsplit(page.locator(".k-state a").get_attribute("href")).query)["next"][0]
    assert back.startswith("/form?")
    assert "org=SDA" in back


def test_what_is_being_typed_stays_when_another_language_is_chosen(typing):
    _, _, page = typing("improved_status")
    at_rest(page, lambda: page.locator(CELL).count() == 8)
    page.locator(CELL).first.fill("about 7")
    page.get_by_role("button", name="Български").click()
    page.wait_for_selector("html[lang=bg]", state="attached", timeout=PATIENCE)
    at_rest(page, lambda: page.locator(CELL).first.input_value() == "about 7")
    page.reload()
    page.wait_for_selector(CELL, timeout=PATIENCE)
    assert page.locator(CELL).first.input_value() == "about 7"


def test_what_somebody_else_changes_does_not_move_what_is_typed(typing):
    """Neither is theirs overwritten, nor does the page put it under the hands of whoever types."""
    opened, draft, page = typing("improved_status")
    mine, theirs = page.locator(CELL).nth(0), page.locator(CELL).nth(1)
    name = list(page.locator(CELL).evaluate_all(SHOWN))[1]
    field = name.removeprefix("only-").replace("-", ".")
    type_cell(opened, draft_id=draft.id, form="improved_status", row="only", field_key=field, seen="", text="7", at=NOW)
    mine.click()
    page.keyboard.type("5")
    page.keyboard.press("Tab")
    page.keyboard.type("1")  # begun before the page is drawn anew, and gone on with afterwards
    page.get_by_text("It now says: “7”.").wait_for(timeout=PATIENCE)
    page.keyboard.type("2")
    assert theirs.input_value() == "12"
    page.keyboard.press("Tab")
    page.get_by_text("You had typed: 12").wait_for(timeout=PATIENCE)
    assert cells_of(opened, draft, "improved_status")[name] == "7"
    assert theirs.input_value() == "7"
