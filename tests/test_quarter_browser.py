"""A reporter's whole quarter in a real browser, in Bulgarian: from the invitation to the receipt.

The workbook is filled in, corrected in LibreOffice and, at its end, typed on in the web's form.
"""

import io
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from openpyxl import load_workbook

from conftest import leave_out
from filling import enter, fill, saved, sheets
from kpi import drafts
from kpi.access import Role
from kpi.incoming import read, template_for
from kpi.installation import Installation
from kpi.intake.reader import Reader
from kpi.people import invite
from kpi.quarter import Quarter
from kpi.sessions import sign_out
from kpi.store import returns
from kpi.store.engine import reading
from kpi.store.model import ReturnState
from serving import PATIENCE, browsing, serving
from showing import filled, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.libreoffice, pytest.mark.xdist_group("browser")]

SOFFICE = shutil.which("soffice")
PASSWORD = "тиха река през май"  # noqa: S105 (of somebody made up)
QUARTER = Quarter.of(date.today()) + -1  # noqa: DTZ011 (the server's own day)
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
    with serving(tmp_path) as address:
        yield opened, address, token
    opened.engine.dispose()


@pytest.fixture
def page(width):
    with browsing() as browser:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale="bg-BG", accept_downloads=True, service_workers="block"
        )
        context.set_default_timeout(PATIENCE)
        yield context.new_page()


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


def wait_for(reached):
    until = time.monotonic() + 30
    while not reached():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.2)


@dataclass(frozen=True)
class Reporter:
    """Мария before her browser: each method is a step of her quarter."""

    opened: Installation
    address: str
    page: Any
    width: int
    folder: Path

    def go(self, path, **more):
        asked = urlencode({"lang": "bg", "org": "SDA", "quarter": str(QUARTER), **more})
        self.page.goto(f"{self.address}{path}?{asked}")

    def whole(self, selector):
        """Give what a page says; nothing of it stands beyond the edge."""
        self.page.wait_for_selector(selector)
        assert self.page.evaluate(_WIDEST) <= self.width
        return " ".join(self.page.locator(selector).first.inner_text().split())

    def draft(self):
        return drafts.draft_of(self.opened, organisation="SDA", quarter=QUARTER)

    def comes_in(self, token):
        """A password is chosen, and what is due is shown."""
        self.page.goto(f"{self.address}/invitation/{token}")
        self.page.fill("input[type=password]", PASSWORD)
        self.page.click("button[type=submit]")
        self.page.wait_for_selector(".k-due")
        assert self.page.inner_text(".k-title") == "Какво предстои"

    def takes_the_template(self):
        """In the right language, under a plain name."""
        self.go("/my_returns")
        assert "не е започнат" in self.whole(".k-due")
        empty, name = taken(self.page, "1. Изтеглете файла")
        assert name == f"SDA_{QUARTER}_bg.xlsx"
        return empty

    def uploads_with_mistakes(self, file):
        """Each is told with what was found; the marked copy has them too."""
        with_mistakes = self.folder / "SDA.xlsx"
        with_mistakes.write_bytes(file)
        self.drops(with_mistakes)
        told = self.whole(".stMain")
        assert "Трябва да се поправи, преди да бъде подаден" in told
        assert "„Бургаз“" in told
        assert "„десет“" in told
        marked, name = taken(self.page, "Изтеглете отбелязаното копие: червени клетки с бележка на всяка")
        assert name == f"SDA_{QUARTER}_bg_marked.xlsx"
        return marked

    def uploads_corrected(self, marked):
        """Corrected in the marked copy, saved by LibreOffice, kept as a draft."""
        book = load_workbook(io.BytesIO(marked))
        enter(sheets(book)["training"], [{**COURSE, "district": "Бургас", "successful.women": 10}])
        self.drops(in_libreoffice(saved(book), self.folder))
        assert self.whole(".k-verdict").endswith("Може да бъде подаден")
        self.page.get_by_role("button", name="Запази като чернова", exact=True).click()
        self.page.get_by_text("Записано като чернова.").wait_for()
        assert self.draft().typed["training"].rows[0].cells["successful.women"] == 10

    def drops(self, file):
        self.go("/upload")
        self.page.wait_for_selector("[data-testid=stFileUploaderDropzone]")
        self.page.set_input_files("input[type=file]", file)
        self.page.wait_for_selector(".k-verdict")

    def types_a_form(self):
        """Of eight people six are better off; each cell is kept as it is left."""
        self.go("/form", form="improved_status")
        said = self.page.locator(".st-key-openform [role=radiogroup]").first
        said.get_by_text("отчетено", exact=True).click()
        cells = self.page.locator(".st-key-openform input[type=text]")
        cells.nth(7).wait_for()
        typed = ("5", "3", "0", "0", "4", "2", "0", "0")
        for number, text in enumerate(typed):  # faster than anybody types: the page is drawn anew all the while
            cells.nth(number).fill(text)
            cells.nth(number).press("Tab")
        wait_for(lambda: len(self.typed()) == len(typed))
        assert tuple(self.typed().values()) == typed
        self.whole(".stMain")

    def typed(self):
        return self.draft().typed["improved_status"].rows[0].cells

    def submits(self):
        self.go("/my_returns")
        self.page.get_by_role("link", name="Проверка и подаване", exact=True).first.click()
        assert "Може да бъде подаден" in self.whole(".k-verdict")
        self.page.get_by_role("button", name="Подай", exact=True).click()
        self.page.get_by_text("Отчетът Ви е подаден. Благодарим!").wait_for()
        with reading(self.opened.engine) as session:
            (handed,) = returns.find(session, organisation="SDA", quarter=QUARTER, states=(ReturnState.SUBMITTED,))
        return handed

    def reads_the_receipt(self, handed):
        self.page.get_by_role("link", name="Разписка", exact=True).first.click()
        told = self.whole("main")
        assert "Мария" in told
        assert re.search(r"O6 .*? 13 лица", told)
        assert re.search(r"R6 .*? 75,0", told)  # six of eight
        assert handed.content_sha256 in told
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.width


_WIDEST = "Math.max(...[...document.querySelectorAll('.stMain, main')].map(one => one.scrollWidth), 0)"


def test_a_whole_quarter(served, page, width, tmp_path):
    opened, address, token = served
    maria = Reporter(opened, address, page, width, tmp_path)
    maria.comes_in(token)
    empty = maria.takes_the_template()
    marked = maria.uploads_with_mistakes(fill(empty, {"training": [COURSE]}, rest="няма за отчитане"))
    maria.uploads_corrected(marked)
    maria.types_a_form()
    maria.reads_the_receipt(maria.submits())


@pytest.mark.parametrize(
    ("path", "presses"), [("/submit", ["Подай"]), ("/my_returns", ["Отхвърляне на черновата …", "Отхвърли"])]
)
def test_after_signing_out_nothing_is_done_from_an_open_tab(served, page, path, presses):
    opened, address, _ = served
    today, of = date.today(), {"organisation": "SDA", "quarter": QUARTER}  # noqa: DTZ011 (the server's own day)
    with Reader() as reader:
        file = fill(template_for(opened, **of, language="bg"), {})
        came = read(opened, name="SDA.xlsx", file=file, reader=reader, today=today)
    before = drafts.take_workbook(opened, came, today=today, at=datetime.now(UTC))
    token = signed_in(opened, Role.REPORTER, ["SDA"])
    page.context.add_cookies([{"name": "kpi_session", "value": token, "url": address}])
    page.goto(f"{address}{path}?lang=bg&org=SDA&quarter={QUARTER}")
    *first, last = [page.get_by_role("button", name=press, exact=True) for press in presses]
    for press in first:
        press.click()
    last.wait_for()
    sign_out(opened, token=token)
    last.click()
    page.wait_for_selector(".k-state")
    page.wait_for_selector(".k-forms, .k-due", state="detached")
    assert drafts.draft_of(opened, **of) == before
