"""The page of reports: chosen, made, handed over; to each the report that is open to them, and to nobody another's."""

import html
import io
import re
from pathlib import Path

import pytest
import streamlit as st
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from kpi.access import Role
from kpi.report.content import Audience
from kpi.report.files import Format
from kpi.web import looking, pickers
from kpi.web import opened as clock
from showing import NOW, ROOT, environment, filled, hold, signed_in

SHELL, PAGE = str(ROOT / "src/kpi/web/shell.py"), str(ROOT / "pages/reports.py")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    opened = filled(tmp_path_factory.mktemp("reports"))
    yield opened
    opened.engine.dispose()


@pytest.fixture
def page(made, monkeypatch):
    """Give the page as somebody sees it, of the third quarter's end."""
    folder = made.engine.url.database.rpartition("/")[0]
    for name, value in environment(Path(folder)).items():
        monkeypatch.setenv(name, value)
    for module in (clock, pickers, looking):
        monkeypatch.setattr(module, "today", NOW.date)
    st.cache_resource.clear()

    def show(role, **parameters):
        hold(monkeypatch, signed_in(made, role))
        at = AppTest.from_file(SHELL, default_timeout=120)
        at.query_params["lang"] = "en"
        at.query_params["window"] = "year_to_date"
        at.query_params["quarter"] = "2025-Q3"
        for name, value in parameters.items():
            at.query_params[name] = value
        return at.switch_page(PAGE).run()

    return show


def said(at):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", one.proto.body)) for one in at.get("html"))


def test_a_report_is_made_and_offered_as_long_as_the_choices_stay(page):
    at = page(Role.MANAGER)
    assert not at.get("download_button")
    at.radio(key="report.format").set_value(Format.EXCEL).run()
    at.button(key="report.make").click().run()
    assert not at.exception
    assert "The report is ready" in said(at)
    assert "from 6 approved returns" in said(at)
    assert at.get("download_button")
    kept = at.session_state["report.made"]
    assert kept.request.audience is Audience.MANAGEMENT
    book = load_workbook(io.BytesIO(kept.file))
    assert 270 in [cell.value for cell in book.worksheets[1]["I"]]
    at.radio(key="report.format").set_value(Format.PDF).run()
    assert not at.get("download_button")


def test_a_funder_gets_what_is_published_and_is_asked_nothing_else(page):
    at = page(Role.VIEWER)
    assert not [one for one in at.radio if one.key == "report.audience"]
    at.radio(key="report.format").set_value(Format.EXCEL).run()
    at.button(key="report.make").click().run()
    assert at.session_state["report.made"].request.audience is Audience.FUNDER


def test_what_was_made_for_one_is_not_offered_to_another(page, made, monkeypatch):
    at = page(Role.MANAGER)
    at.radio(key="report.audience").set_value(Audience.FUNDER).run()
    at.radio(key="report.format").set_value(Format.EXCEL).run()
    at.button(key="report.make").click().run()
    assert at.get("download_button")
    hold(monkeypatch, signed_in(made, Role.VIEWER))
    at.run()
    assert not at.get("download_button")


def test_the_address_holds_all_that_is_chosen_and_shows_somebody_else_the_same(page):
    at = page(Role.MANAGER)
    at.radio(key="report.audience").set_value(Audience.FUNDER).run()
    at.radio(key="report.format").set_value(Format.EXCEL).run()
    at.selectbox(key="pick.in").set_value("bg").run()
    at.selectbox(key="pick.where.programme").set_value("easi").run()
    held = {name: value if isinstance(value, str) else value[0] for name, value in at.query_params.items()}
    assert {name: held[name] for name in ("audience", "format", "in", "where.programme", "lang", "quarter")} == {
        "audience": "funder", "format": "xlsx", "in": "bg", "where.programme": "easi", "lang": "en",
        "quarter": "2025-Q3",
    }  # fmt: skip
    other = page(Role.MANAGER, **held)
    assert other.radio(key="report.audience").value == Audience.FUNDER
    assert other.radio(key="report.format").value == Format.EXCEL
    assert other.selectbox(key="pick.in").value == "bg"
    assert other.selectbox(key="pick.where.programme").value == "easi"
    assert page(Role.VIEWER, **held).radio(key="report.format").value == Format.EXCEL
    assert "“doc”, which is not known here" in said(page(Role.MANAGER, format="doc"))


def test_of_what_has_not_begun_and_of_what_was_before_there_is_none(page):
    for quarter, why in (("2026-Q2", "begins only with Q2 2026"), ("2022-Q4", "over before the programme begins")):
        at = page(Role.MANAGER, window="quarter", quarter=quarter)
        assert why in said(at)
        assert not [one for one in at.button if one.key in {"report.make", "publish"}]


def test_a_grant_that_is_not_known_is_told(page):
    assert "“nobody”, which is not known here" in said(page(Role.MANAGER, **{"where.programme": "nobody"}))


def test_a_year_that_is_chosen_for_a_report_is_the_last_one_that_is_over(page):
    at = page(Role.MANAGER)  # in the third quarter of 2025
    at.selectbox(key="pick.window").set_value("year").run()
    assert at.selectbox(key="pick.quarter").value == "2024-Q4"
    at.selectbox(key="pick.quarter").set_value("2025-Q4").run()
    assert at.selectbox(key="pick.window").value == "year"
    assert at.selectbox(key="pick.quarter").value == "2025-Q4"
    asked = page(Role.MANAGER, quarter="2024-Q2")
    asked.selectbox(key="pick.window").set_value("year").run()
    assert asked.selectbox(key="pick.quarter").value == "2024-Q4"
