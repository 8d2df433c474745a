"""Workbooks that went through LibreOffice say what they said before."""

import shutil
import subprocess
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from conftest import leave_out
from filled import CENTRE, framework
from filling import fill, sheets
from kpi.intake.check import check
from kpi.intake.marked import marked_copy
from kpi.intake.reader import Reader
from kpi.intake.template import template
from kpi.intake.workbook import understand
from kpi.language import pick
from kpi.measure.model import Organisation
from kpi.quarter import Quarter
from kpi.records import FormState

pytestmark = [pytest.mark.libreoffice, pytest.mark.xdist_group("libreoffice")]

Q4 = Quarter(2025, 4)
SEAT = {"type": "ngo", "seat": "BG411", "role": "centre"}
CENTRE_ITSELF = Organisation("SDA", {"en": "The Centre", "bg": "Центърът"}, SEAT, Quarter(2023, 3))
FORMATS = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "ods": "ods:calc8"}


def gender(column, *counts):
    keys = ("women", "men", "non_binary", "not_stated")
    return {f"{column}.{key}": count for key, count in zip(keys, counts, strict=True)}


def forms(of, language):
    """A return of every kind of cell, as a person types it in their language."""

    def said(dimension, key):
        return pick(of.dimensions[dimension].categories[key].label, language)

    yes, day = {"bg": ("да", "15.11.2025 г."), "en": ("Yes", "2025-11-15")}[language]
    step = said("scale_needs", "3")
    return {
        "innovations": [
            {
                "name": "Слънчоглед",
                "challenge": "Самотни възрастни хора – „невидими“ & забравени",
                "theme": said("theme", "poverty"),
                "district": said("district", "BG411"),
                "scaling": said("scaling", "out"),
                "budget_funding": said("budget_funding", "local"),
                "support_ended": datetime(2024, 2, 29),  # noqa: DTZ001 (a workbook's dates have no zone)
                "operating": yes,
                "features.needs": f"3 – {step}",
                **{f"features.{key}": 2 for key in ("goals", "impact", "approach", "novelty")},
                "mobilised.participation": "4",
                "mobilised.resources": 0,
                "management": "n/a",
            }
        ],
        "constraints": [{"innovation": "слънчоглед ", "challenge": "=SUM(A1) не е формула"}],
        "training": [
            None,
            {
                "course": "Курс\nна два реда",
                "ended_on": datetime(2025, 12, 31),  # noqa: DTZ001 (as above)
                "course_kind": said("course_kind", "blended"),
                "theme": said("theme", "labour_market"),
                "district": "BG411",
                "programme": said("programme", "human_resources"),
                **gender("enrolled", 10, 5, 0, 1),
                **gender("successful", 9, 5, 0, 1),
            },
        ],
        "funding": [
            {
                "contract": "№ 1",
                "signed_on": day,
                "amount": "1 100,50",
                "amount.currency": "BGN",
                "source": said("source", "esf_plus"),
                "funder": "Фонд",
                "instrument": said("instrument", "grant"),
                "theme": said("theme", "poverty"),
                "district": said("district", "BG411"),
                "programme": said("programme", "easi"),
                "innovation": "Слънчоглед",
            },
            {
                "contract": "00012",
                "signed_on": datetime(2025, 10, 1),  # noqa: DTZ001 (as above)
                "amount": 0.1 + 0.2,
                "amount.currency": "EUR",
                "source": said("source", "local_budget"),
                "funder": "Община",
                "instrument": said("instrument", "budget_allocation"),
                "theme": said("theme", "poverty"),
                "district": said("district", "BG411"),
                "programme": "easi",
            },
        ],
        "satisfaction": {
            "client": {"asked": 40, **gender("answered", 20, 10, 0, 0), "score.women": 4.25, "score.men": "3,5"},
            "community": {"asked": 0, **gender("answered", 0, 0, 0, 0)},
        },
        "access": {"BG41": gender("people", 120, 80, 1, 3)},
        "improved_status": "not_applicable",
    }


def content(of, file):
    with Reader() as reader:
        book, problems = reader.read(file, "return.xlsx")
    assert book is not None, problems
    raw, told = understand(of, book, organisations={"SDA": CENTRE_ITSELF})
    assert raw is not None, told
    checked = check(of, raw, attributes=CENTRE_ITSELF.attributes)
    return checked.content, [one.code for one in (*problems, *told, *checked.problems)]


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    """Convert files by LibreOffice without a screen, with a profile of its own."""
    program = shutil.which("soffice")
    if program is None:
        leave_out("LibreOffice (soffice) is not installed")
    profile = tmp_path_factory.mktemp("profile")

    def convert(files: list[Path], to: str) -> list[Path]:
        folder = tmp_path_factory.mktemp(to)
        command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
        command += ["--convert-to", FORMATS[to], "--outdir", str(folder), *map(str, files)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        made = [folder / f"{file.stem}.{to}" for file in files]
        assert all(file.is_file() for file in made), done.stdout + done.stderr
        return made

    return convert


@pytest.fixture(scope="module")
def returns(tmp_path_factory):
    """The Centre's filled-in return in each language, and what it says."""
    of, folder = framework(CENTRE), tmp_path_factory.mktemp("returns")
    found = {}
    for language in of.languages:
        blank = template(of, organisation=CENTRE_ITSELF, quarter=Q4, language=language)
        file = folder / f"{language}.xlsx"
        file.write_bytes(fill(blank, forms(of, language)))
        found[file] = content(of, file.read_bytes())
    return found


def test_the_returns_are_without_errors_and_say_what_was_typed(returns):
    for said, problems in returns.values():
        assert problems == []
        assert said.rows == 1 + 1 + 1 + 2 + 2 + 1
        cells = said.forms["innovations"].records[0].cells
        assert cells["features"] == {"needs": "3", "goals": "2", "impact": "2", "approach": "2", "novelty": "2"}
        assert cells["management"] == {"not_applicable": True}
        assert said.forms["constraints"].records[0].cells["challenge"] == "=SUM(A1) не е формула"
        first, second = (record.cells for record in said.forms["funding"].records)
        assert (first["amount"], first["signed_on"]) == ({"amount": "1100.50", "currency": "BGN"}, "2025-11-15")
        assert (second["amount"], second["contract"]) == ({"amount": "0.30", "currency": "EUR"}, "00012")
        assert said.forms["satisfaction"].records[0].cells["score"] == {"women": "4.25", "men": "3.5"}
        assert said.forms["improved_status"].state is FormState.NOT_APPLICABLE
    assert len({said.sha256 for said, _ in returns.values()}) == 1  # the language makes no difference


@pytest.mark.parametrize("way", [("xlsx",), ("ods", "xlsx")], ids="-".join)
def test_saved_by_libreoffice_a_return_says_the_same(converted, returns, way):
    files = list(returns)
    for to in way:
        files = converted(files, to)
    for before, after in zip(returns, files, strict=True):
        assert after.read_bytes() != before.read_bytes()
        assert content(framework(CENTRE), after.read_bytes()) == returns[before]


def test_a_marked_copy_opens_and_keeps_its_notes(converted, tmp_path):
    of = framework(CENTRE)
    wrong = forms(of, "bg") | {"training": [{"course": "Курс", **gender("enrolled", 1, 0, 0, 0)}]}
    file = fill(template(of, organisation=CENTRE_ITSELF, quarter=Q4, language="bg"), wrong)
    with Reader() as reader:
        book, _ = reader.read(file, "return.xlsx")
    raw, _ = understand(of, book, organisations={"SDA": CENTRE_ITSELF})
    problems = check(of, raw, attributes=CENTRE_ITSELF.attributes).problems
    assert problems
    copy = tmp_path / "marked.xlsx"
    copy.write_bytes(marked_copy(of, CENTRE_ITSELF, Q4, "bg", raw, problems))
    (after,) = converted([copy], "xlsx")
    notes = {
        (form, cell.coordinate)
        for form, sheet in sheets(load_workbook(BytesIO(after.read_bytes()))).items()
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }
    assert {(problem.place.form, problem.place.cell) for problem in problems} <= notes
