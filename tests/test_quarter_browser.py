"""A reporter's whole quarter in a real browser, in Bulgarian: from the invitation to the receipt.

The workbook is filled in, corrected in LibreOffice and, at its end, typed on in the web's form.
"""

import io
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from conftest import leave_out
from filling import enter, fill, saved, sheets
from kpi import drafts
from kpi.access import Role
from kpi.people import invite
from kpi.quarter import Quarter
from kpi.store import returns
from kpi.store.engine import reading
from kpi.store.model import ReturnState
from showing import ROOT, environment, filled
from test_browser import ARGUMENTS, CHROMIUM

pytestmark = [pytest.mark.browser, pytest.mark.libreoffice, pytest.mark.xdist_group("browser")]

SOFFICE = shutil.which("soffice")
PASSWORD = "тиха река през май"  # noqa: S105 (of somebody made up)
QUARTER = Quarter.of(date.today()) + -1  # noqa: DTZ011 (the server's own day)
WAIT = 60_000
COURSE = {
    "course": "Първа помощ",
    "ended_on": QUARTER.ends,
    "course_kind": "Онлайн курс",
    "theme": "Борба с бедността",
    "district": "Бургаз",
    "programme": "Направление „Заетост и социални иновации“ (ЕСФ+)",
    "enrolled.women": 12,
    "enrolled.men": 3,
    "enrolled.non_binary": 0,
    "enrolled.not_stated": 0,
    "successful.women": "десет",
    "successful.men": 3,
    "successful.non_binary": 0,
    "successful.not_stated": 0,
}


@pytest.fixture(params=[1440, 390])
def width(request):
    return request.param


@pytest.fixture
def served(tmp_path):
    """A served installation and an invitation link to it."""
    opened = filled(tmp_path)
    _, token = invite(
        opened,
        email="maria@sda.example",
        name="Мария",
        role=Role.REPORTER,
        organisations=["SDA"],
        language="bg",
        at=datetime.now(UTC),
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from kpi.cli import main; main()", "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment(tmp_path)}) as server:
        try:
            for _ in range(300):
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2):
                        break
                except OSError:
                    assert server.poll() is None, "the server ended"
                    time.sleep(0.2)
            yield opened, f"http://127.0.0.1:{port}", token
        finally:
            server.terminate()
            opened.engine.dispose()


@pytest.fixture
def page(width):
    if CHROMIUM is None:
        leave_out("chromium is not installed")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale="bg-BG", accept_downloads=True, service_workers="block"
        )
        context.set_default_timeout(WAIT)
        yield context.new_page()
        browser.close()


def in_libreoffice(file, folder):
    """Open a workbook in LibreOffice and save it as it does."""
    if SOFFICE is None:
        leave_out("LibreOffice is not installed")
    source, out = folder / "corrected.xlsx", folder / "saved"
    source.write_bytes(file)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    kind = "xlsx:Calc MS Excel 2007 XML"
    command = [SOFFICE, profile, "--headless", "--convert-to", kind, "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return out / "corrected.xlsx"


def taken(page, name):
    """Click a link or button that gives a file; give the file."""
    with page.expect_download() as waited:
        page.get_by_text(name, exact=True).first.click()
    return waited.value.path().read_bytes(), waited.value.suggested_filename


def nothing_beyond_the_edge(page, width):
    wide = page.evaluate("Math.max(...[...document.querySelectorAll('.stMain')].map(one => one.scrollWidth), 0)")
    assert wide <= width


def dropped(page, address, file):
    page.goto(f"{address}/upload?lang=bg&org=SDA&quarter={QUARTER}")
    page.wait_for_selector("[data-testid=stFileUploaderDropzone]")
    page.set_input_files("input[type=file]", file)
    page.wait_for_selector(".k-verdict")


def test_a_whole_quarter(served, page, width, tmp_path):
    opened, address, token = served
    # The invitation: a password is chosen, and what is due is shown.
    page.goto(f"{address}/invitation/{token}")
    page.fill("input[type=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector(".k-due")
    page.goto(f"{address}/my_returns?lang=bg&org=SDA&quarter={QUARTER}")
    page.wait_for_selector(".k-due")
    assert "Какво предстои" in page.inner_text(".k-title")
    nothing_beyond_the_edge(page, width)
    card = page.locator(".k-due").first
    assert "не е започнат" in card.inner_text()
    # The template, in the right language, under a plain name.
    empty, name = taken(page, "1. Изтеглете файла")
    assert name == f"SDA_{QUARTER}_bg.xlsx"
    with_mistakes = tmp_path / name
    with_mistakes.write_bytes(fill(empty, {"training": [COURSE]}, rest="няма за отчитане"))
    # Uploaded with mistakes: each is told with its cell; the marked copy has them in red.
    dropped(page, address, with_mistakes)
    told = page.inner_text(".stMain")
    assert "Трябва да се поправи, преди да бъде подаден" in told
    assert "„Бургаз“" in told
    assert "„десет“" in told
    nothing_beyond_the_edge(page, width)
    marked, name = taken(page, "Изтеглете отбелязаното копие: червени клетки с бележка на всяка")
    assert name == f"SDA_{QUARTER}_bg_marked.xlsx"
    # Corrected in that copy, saved by LibreOffice, uploaded again, kept as a draft.
    book = load_workbook(io.BytesIO(marked))
    enter(sheets(book)["training"], [{**COURSE, "district": "Бургас", "successful.women": 10}])
    dropped(page, address, in_libreoffice(saved(book), tmp_path))
    assert "Може да бъде подаден" in page.inner_text(".k-verdict")
    page.get_by_role("button", name="Запази като чернова", exact=True).click()
    page.get_by_text("Записано като чернова.").wait_for()
    draft = drafts.draft_of(opened, organisation="SDA", quarter=QUARTER)
    assert draft.typed["training"].rows[0].cells["successful.women"] == 10
    # Handed in.
    page.get_by_role("link", name="Проверка и подаване", exact=True).first.click()
    page.wait_for_selector(".k-forms")
    nothing_beyond_the_edge(page, width)
    page.get_by_role("button", name="Подай", exact=True).click()
    page.get_by_text("Отчетът Ви е подаден. Благодарим!").wait_for()
    with reading(opened.engine) as session:
        (handed,) = returns.find(session, organisation="SDA", quarter=QUARTER, states=(ReturnState.SUBMITTED,))
    # The receipt.
    page.get_by_role("link", name="Разписка", exact=True).first.click()
    page.wait_for_selector("h1")
    receipt = " ".join(page.inner_text("main").split())
    assert "Разписка" in receipt
    assert "Мария" in receipt
    assert re.search(r"O6 .*? 13 лица", receipt)
    assert handed.content_sha256 in receipt
    assert page.evaluate("document.documentElement.scrollWidth") <= width
