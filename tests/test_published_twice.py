"""Publishing in a real browser: a report, a correction, the report again; what was published first stays as it is."""

import contextlib
import io

import pytest
from openpyxl import load_workbook
from playwright.sync_api import TimeoutError as NotInTimeError

from kpi.quarter import Quarter
from serving import IDLE, PATIENCE, browsing, serving
from showing import SDA, _content, _store, filled, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

#: A report is written in every language and format.
LONG = 4 * PATIENCE


@pytest.fixture
def served(tmp_path):
    opened = filled(tmp_path)
    with serving(tmp_path) as address:
        yield opened, address
    opened.engine.dispose()


@pytest.fixture
def page(served):
    opened, address = served
    with browsing() as browser:
        context = browser.new_context(
            viewport={"width": 1440, "height": 900}, locale="en-GB", service_workers="block", accept_downloads=True
        )
        context.set_default_timeout(PATIENCE)
        context.add_cookies([{"name": "kpi_session", "value": signed_in(opened), "url": address}])
        page = context.new_page()
        page.goto(f"{address}/reports?window=year_to_date&quarter=2025-Q3&lang=en")
        yield page
        context.close()


def publish(page, number):
    page.get_by_role("button", name="Publish…").click()
    page.get_by_role("button", name="Publish for good").click()
    page.get_by_text(f"Edition {number} is published.").wait_for(timeout=LONG)


def file_of(page, edition, form="xlsx"):
    link = page.locator(f'a[href*="download/edition/{edition}/en/{form}"]')
    link.wait_for()
    answer = page.request.get(link.evaluate("one => one.href"))
    assert answer.ok
    return answer.body()


def choose_first(page, name):
    """Choose the first option of a picker; a list that opens while the page is still being drawn closes again."""
    option = page.get_by_role("option").first
    for _ in range(5):
        page.get_by_role("combobox", name=name).click()
        with contextlib.suppress(NotInTimeError):
            return option.click(timeout=5000)
    return option.click()


def test_what_was_published_stays_and_the_next_edition_says_what_changed(served, page):
    opened, _ = served
    publish(page, 1)
    first = {form: file_of(page, 1, form) for form in ("pdf", "docx", "xlsx", "html")}
    _store(opened, SDA, Quarter(2025, 1), _content("BG411", (60, 20, 5), [("BG41", 3000, 4000)]))
    page.reload()
    publish(page, 2)
    assert {form: file_of(page, 1, form) for form in first} == first
    changed = load_workbook(io.BytesIO(file_of(page, 2)))["Changed"]
    rows = [row for row in changed.iter_rows(values_only=True) if row[0].startswith("O6 ") and row[2] == "total"]
    assert [row[3:] for row in rows if row[1].startswith("2025 to")] == [(270, 280)]
    page.reload()
    page.wait_for_selector(IDLE)
    choose_first(page, "What a later edition says differently")
    told = page.locator("tr", has_text="O6 ").filter(has_text="total").filter(has_text="270")
    told.first.wait_for()
    assert "280" in told.first.inner_text()
