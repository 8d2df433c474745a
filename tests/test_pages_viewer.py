"""The pages as a funder meets them: published windows only, small counts as such, nothing in the place of a nought."""

import html
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import showing
from kpi.access import Role
from kpi.organisations import list_organisations
from looking import look_at, page_of, said
from showing import NOW, RSE, START, filled, signed_in

ROOT = Path(__file__).parent.parent
YEAR = {"quarter": "2025-Q4", "window": "year", "lang": "en"}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """As in `showing`, with a third organisation where 2 women and 1 man completed a course."""
    folder = tmp_path_factory.mktemp("funders")
    opened = filled(folder)
    third = replace(RSE, code="VID", attributes={**RSE.attributes, "seat": "BG311", "type": "academia"})
    list_organisations(opened, [third], by="one", at=NOW)
    showing._store(opened, third, START, showing._content("BG311", (2, 1, 0), []))
    return folder, signed_in(opened, Role.VIEWER), signed_in(opened, Role.MANAGER)


@pytest.fixture
def look(store, monkeypatch):
    folder, viewer, manager = store

    def opened(*, page=None, manages=False, **parameters):
        token = manager if manages else viewer
        return look_at(monkeypatch, folder, token, page_of(page) if page else None, **parameters)

    return opened


def rows(at) -> dict[str, str]:
    """What the rows of the breakdowns say, by their names."""
    text = "\n".join(one.proto.body for one in at.get("html"))
    found = re.findall(r'<tr[^>]*><th scope="row">([^<]*)</th>(.*?)</tr>', text)
    return {html.unescape(name): html.unescape(re.sub(r"<[^>]+>", " ", rest)).strip() for name, rest in found}


def test_a_small_count_is_shown_as_small_and_what_would_tell_it_as_hidden(look):
    shown = rows(look(page="indicator", indicator="O6", **YEAR))
    assert shown["Northwestern"] == "<5"
    assert shown["Vidin"] == shown["Montana"] == "hidden"  # a small figure is not broken down
    assert "hidden" in {shown["North Central"], shown["Southwestern"]}
    assert shown["Online"] == "0"
    assert shown["Women"].startswith("182")
    assert rows(look(page="indicator", indicator="O6", manages=True, **YEAR))["Northwestern"].startswith("3 ")


def test_what_stands_for_a_hidden_figure_is_explained(look):
    at = look(page="indicator", indicator="O6", **YEAR)
    assert "“<5”: from 1 to 4. “Hidden”: too few to be shown" in said(at)
    assert "By organisation" not in said(at)


def test_in_bulgarian_nothing_is_left_in_english(look):
    text = said(look(page="indicator", indicator="O6", **(YEAR | {"lang": "bg"})))
    assert "скрито" in text
    assert "hidden" not in text.lower()


def test_a_filter_by_region_gives_the_small_count_no_number(look):
    text = said(look(page="indicator", indicator="O6", where__region="BG31", **YEAR))
    assert "2025: <5." in text


@pytest.mark.parametrize("file", ["overview", "indicators", "gender", "funding", "compare"])
def test_of_two_filters_it_is_said_that_their_figures_are_not_published(look, file):
    both = {"where__region": "BG31", "where__theme": "poverty"}
    text = said(look(page=file, **both, **YEAR))
    assert "What is chosen here is not published." in text
    assert "Nothing is reported for this period yet." not in text
    assert "What is chosen here is not published." not in said(look(page=file, manages=True, **both, **YEAR))


def test_a_published_year_is_compared_with_published_years_alone(look, monkeypatch):
    for module in ("opened", "looking", "asked", "pickers", "comparing"):
        monkeypatch.setattr(f"kpi.web.{module}.today", lambda: date(2026, 11, 27))
    running = {"quarter": "2026-Q3", "window": "year_to_date", "lang": "en"}
    at = look(page="compare", across="region", **running)
    assert at.selectbox(key="pick.against").options == ["2025", "2024", "2023"]
    text = said(at)
    assert "Beneath each figure: its change against 2025. What adds up over time is not held" in text
    text = said(look(page="compare", across="region", against="2024", **running))
    assert "Beneath each figure: its change against 2024." in text


def test_what_is_compared_stands_in_words_beside_the_figure(look):
    second = {"quarter": "2025-Q2", "window": "quarter", "lang": "en", "manages": True}
    assert "90 people −3 against Q1 2025" in said(look(page="indicator", indicator="O6", **second))
    to_date = {"quarter": "2025-Q3", "window": "year_to_date", "against": "2024", "lang": "en", "manages": True}
    assert "against" not in said(look(page="indicator", indicator="O6", **to_date)).partition("Status")[0]


def test_the_first_published_year_is_compared_with_nothing(look):
    at = look(page="overview", **(YEAR | {"quarter": "2023-Q4"}))
    assert "pick.against" not in [one.key for one in at.selectbox]


def test_another_window_leads_to_the_published_one_and_says_so(look):
    at = look(quarter="2025-Q3", window="quarter", lang="en")
    assert "Figures are published by year" in said(at) + " ".join(each.value for each in at.warning)
    assert at.query_params["quarter"] in ("2025-Q4", ["2025-Q4"])
    assert [each.key for each in at.selectbox if each.key == "pick.window"] == []


def test_the_returns_behind_a_figure_do_not_say_what_each_adds(look):
    text = said(look(page="indicator", indicator="O6", **YEAR))
    assert "not published" in text
    assert "Sofia Association" in text
