"""Three people before their browsers, in Bulgarian: Мария reports, Мила decides, Ева looks at what is published.

Each method is a step that one of them takes; what a page shows is waited for, never time.
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

from openpyxl import load_workbook

from conftest import leave_out
from filling import enter, saved, sheets
from kpi import drafts
from kpi.access import Role
from kpi.installation import Installation
from kpi.language import quarter_name
from kpi.people import invite
from kpi.present.html import join
from kpi.quarter import Quarter
from kpi.store import returns
from kpi.store.engine import reading
from kpi.store.model import ReturnState

SOFFICE = shutil.which("soffice")
PASSWORD = "тиха река през май"  # noqa: S105 (of somebody made up)
QUARTER = Quarter.of(date.today()) + -1  # noqa: DTZ011 (the server's own day)
NAMED = quarter_name(QUARTER, "bg")
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
_WIDEST = "Math.max(...[...document.querySelectorAll('.stMain, main')].map(one => one.scrollWidth), 0)"


def invited(opened: Installation, name: str, role: Role, *organisations: str) -> str:
    """Invite somebody; give the token of their link."""
    _, token = invite(
        opened,
        email=f"{role.value}@three.example",
        name=name,
        role=role,
        organisations=organisations,
        language="bg",
        at=datetime.now(UTC),
    )
    return token


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
    until = time.monotonic() + 90
    while not reached():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.2)


@dataclass(frozen=True)
class Somebody:
    """A person before a browser of their own."""

    opened: Installation
    address: str
    page: Any
    width: int

    def comes_in(self, token):
        """A password is chosen by the link, and one is in."""
        self.page.goto(f"{self.address}/invitation/{token}")
        self.page.fill("input[type=password]", PASSWORD)
        self.page.click("button[type=submit]")
        self.page.wait_for_selector(".k-title")

    def go(self, path, **asked):
        self.page.goto(f"{self.address}{path}?{urlencode({'lang': 'bg', **asked})}")

    def whole(self, selector, *, says=""):
        """Give what a page says, once it says something; nothing of it stands beyond the edge."""
        self.page.locator(selector, has_text=says).first.wait_for()
        assert self.page.evaluate(_WIDEST) <= self.width
        return " ".join(self.page.locator(selector, has_text=says).first.inner_text().split())

    def sees_restated(self):
        """Give the mark of a figure that was another when its quarter was locked."""
        self.go("/indicator", indicator="O6", window="year_to_date", quarter=str(QUARTER))
        return self.whole(".k-restated")

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()


@dataclass(frozen=True)
class Reporter(Somebody):
    """Мария: her quarter, from the invitation to the receipt, and what comes back to her."""

    folder: Path = Path()

    def go(self, path, **more):
        super().go(path, org="SDA", quarter=str(QUARTER), **more)

    def draft(self):
        return drafts.draft_of(self.opened, organisation="SDA", quarter=QUARTER)

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
        marked, name = taken(self.page, "Изтеглете отбелязаното копие")
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

    def reads_why_it_came_back(self, *reasons):
        """On the card of the quarter, and beside the form concerned."""
        self.go("/my_returns")
        told = self.whole(".k-due", says="върнат")
        for reason in reasons:
            assert reason in told

    def corrects(self, cells, *, reason=None):
        """What is typed on the web takes the place of what was reported."""
        self.go("/form", form="training")
        self.press("Започнете корекция")
        self.page.locator(".st-key-openform [class*=st-key-listed] button").first.click()
        if reason is not None:
            self.whole(".st-key-openform .k-reason", says=reason)
        (row,) = self.draft().typed["training"].rows
        for field, text in cells.items():
            name = f"cell-{self.draft().id}-training-{row.id}-{field.replace('.', '-')}"
            cell = self.page.locator(f".st-key-{name} input")
            cell.fill(text)
            cell.press("Tab")
        wait_for(lambda: cells.items() <= self.draft().typed["training"].rows[0].cells.items())

    def reads_that_it_is_locked(self, reason):
        self.go("/my_returns")
        assert reason in self.whole(".k-due", says="Тримесечието е заключено")
        self.go("/form", form="training")
        assert reason in self.whole(".k-nothing", says="е заключено")
        assert not self.page.get_by_role("button", name="Започнете корекция").count()


@dataclass(frozen=True)
class Manager(Somebody):
    """Мила of the core team: she decides, and settles quarters."""

    def opens_what_waits(self):
        self.go("/returns")
        self.page.locator("tr", has_text="Сдружение София").locator("a").first.click()
        assert NAMED in self.whole(".k-title", says=NAMED)

    def sends_back(self, reason, of_training):
        """With a reason for the whole, and one for the form concerned."""
        self.opens_what_waits()
        self.whole(".stMain", says="13 лица")
        self.page.get_by_label("Общо", exact=True).fill(reason)
        self.page.get_by_label("По отделни формуляри", exact=True).click()
        self.page.keyboard.type("Курсове")
        self.page.get_by_role("option", name="Курсове и обучения", exact=True).click()
        self.page.keyboard.press("Escape")
        self.page.get_by_role("textbox", name="Курсове и обучения", exact=True).fill(of_training)
        self.press("Връщане")
        self.whole(".k-done", says="Върнат за корекция")

    def approves(self, *differences):
        """After a look at what is different from what was said before."""
        self.opens_what_waits()
        told = self.whole(".stMain", says="Какво е различно") if differences else ""
        for difference in differences:
            assert difference in told
        self.press("Одобряване")
        self.whole(".k-done", says="Одобрен")

    def locks(self, reason):
        self.settles("Причина: защо се заключва?", reason, f"Заключване на {NAMED}", f"{NAMED} е заключено.")

    def reopens(self, reason):
        self.settles("Причина: защо се отключва?", reason, f"Отключване на {NAMED}", f"{NAMED} е отключено.")

    def settles(self, why, reason, press, told):
        self.go("/returns", part="settle")
        self.page.get_by_text("Заключване или отключване на тримесечие", exact=True).click()
        self.page.get_by_label(why, exact=True).fill(reason)
        self.press(press)
        self.whole(".k-done", says=told)
        self.whole(".stMain", says=join(reason))


@dataclass(frozen=True)
class Viewer(Somebody):
    """Ева of a fund: she sees what is published, and nothing else."""

    def sees(self, total):
        """The total for the year so far, by gender too; small numbers of people are hidden."""
        self.go("/indicator", indicator="O6", window="year_to_date", quarter=str(QUARTER))
        self.whole(".k-findings", says=total)
        of_gender = {name: self.page.locator("tr", has_text=name).first for name in ("Жени", "Мъже")}
        of_gender["Мъже"].get_by_text("<5", exact=True).wait_for()
        of_gender["Жени"].get_by_text("скрито", exact=True).wait_for()
