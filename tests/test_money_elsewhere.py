"""The pages by gender and of funding under a framework that shares nothing with the Centre's: all comes from it."""

import html
import re
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from kpi.measure.model import Organisation
from kpi.organisations import list_organisations
from kpi.quarter import Quarter
from kpi.records import FormState, Record, ReportedForm, ReturnContent
from showing import NOW, _store, environment, hold, ready, signed_in

ROOT = Path(__file__).parent.parent
SHELL = str(ROOT / "src/kpi/web/shell.py")
CLUB = Organisation("CLB", {"fr": "Club du Doubs"}, {"nature": "club"}, Quarter(2025, 1))
PAGES = """
pages:
  gender: {dimension: age, share_of: under16}
  funding: {attracted: DON, capital: giver}
"""


def told():
    operation = {
        "title": "Berges",
        "day": "2025-08-02",
        "river": "birse",
        "volunteers": {"under16": 12, "adult": 20, "unknown": 8},
    }
    gifts = [
        {"received": "2025-07-04", "amount": {"amount": "100.00", "currency": "CHF"}, "giver": "firm"},
        {"received": "2025-07-05", "amount": {"amount": "10.10", "currency": "EUR"}, "giver": "household"},
    ]
    return ReturnContent(
        {
            "operations": ReportedForm(FormState.REPORTED, (Record(1, None, operation),)),
            "gifts": ReportedForm(FormState.REPORTED, tuple(Record(at, None, one) for at, one in enumerate(gifts, 1))),
        }
    )


@pytest.fixture
def look(tmp_path, monkeypatch):
    second = (ROOT / "tests/data/frameworks/second.yaml").read_text(encoding="utf-8")

    def opened(name, entries=PAGES):
        (tmp_path / "indicators.yaml").write_text(second + entries, encoding="utf-8")
        for key, value in environment(tmp_path).items():
            monkeypatch.setenv(key, value)
        st.cache_resource.clear()
        opened = ready(tmp_path)
        list_organisations(opened, [CLUB], by="one", at=NOW)
        _store(opened, CLUB, Quarter(2025, 3), told())
        hold(monkeypatch, signed_in(opened))
        opened.engine.dispose()
        at = AppTest.from_file(SHELL, default_timeout=60)
        at.query_params["quarter"], at.query_params["window"] = "2025-Q3", "quarter"
        at.switch_page(str(ROOT / "pages" / f"{name}.py"))
        at.run()
        assert not at.exception, at.exception
        return " ".join(
            html.unescape(re.sub(r"<[^>]+>", " ", one.proto.body)).replace("\xa0", " ").replace("\u202f", " ")
            for one in at.get("html")
        )

    return opened


def test_by_age_instead_of_gender(look):
    text = " ".join(look("gender").split())
    # 12 of the 32 who are stated; 8 of all 40 are not, more than a tenth: no verdict.
    assert "Bénévoles mobilisés personnes 12 20 8 ▲ 20,0 % 37,5 %" in text
    assert "More than 10 % are not stated" in text
    assert "20,0 % of all are not stated, too many for a verdict against the target of 40 %" in text


def test_gifts_instead_of_contracts(look):
    text = " ".join(look("funding").split())
    # 10.10 EUR at 1.05 for a franc: 9.619… francs.
    assert "110 CHF were attracted" in text
    assert "Entreprise 100 CHF" in text
    assert "EUR 1 10,10 € ÷ 1,05" in text
    assert "9,62 CHF" in text
    assert "Amounts one by one: 2" in text


def test_without_the_entries_there_are_no_pages(look):
    for name in ("gender", "funding"):
        assert "This page is not open to you" in look(name, entries="")
