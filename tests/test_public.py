"""The public page: nothing where it is off; where it is on, what funders see, and the door stays as it is."""

import csv
import hashlib
import html
import io
import re
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

import showing
from kpi import figures
from kpi.access import OPERATOR, PUBLIC, Role
from kpi.installation import open_installation
from kpi.language import share
from kpi.measure.disclosure import without_numbers
from kpi.measure.model import State, Status
from kpi.measure.needs import Question
from kpi.open_data import dataset
from kpi.organisations import list_organisations
from kpi.present import published as page_of
from kpi.quarter import Window
from kpi.records import FormState, Record, ReportedForm, ReturnContent
from kpi.settings import Settings
from kpi.store.editions import NewFile
from kpi.store.engine import writing
from kpi.web.door import middleware, routes
from kpi.web.opened import today
from showing import NOW, RSE, SDA, START, an_edition, environment, filled, logged, signed_in

YEAR = "/public?window=2025"
PATHS = (
    "/",
    "/overview",
    "/indicator",
    "/open_data",
    "/publicly",
    "/public/",
    "/public/data",
    "/public/data/csv/more",
    "/public/edition/1",
    "/public/edition/1/en/pdf/more",
    "/download/open_data/csv",
    "/download/edition/1/en/pdf",
)


def story(title, *, consent):
    told = {"title": title, "summary": f"{title} <b>bold</b>", "theme": "poverty", "consent": consent}
    return Record(1, None, told)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """As in `showing`; two women and four men in Vidin, and two stories, one of which may be told."""
    folder = tmp_path_factory.mktemp("public")
    found = filled(folder)
    third = replace(RSE, code="VID", attributes={**RSE.attributes, "seat": "BG311", "type": "academia"})
    list_organisations(found, [third], by="one", at=NOW)
    forms = dict(showing._content("BG311", (2, 4, 0), []).forms)
    told = (story("A bus on Thursday", consent=True), replace(story("A secret", consent=False), position=2))
    forms["stories"] = ReportedForm(FormState.REPORTED, told)
    showing._store(found, third, START, ReturnContent(forms))
    found.engine.dispose()
    return folder


@pytest.fixture
def opened(folder, monkeypatch):
    for name, value in environment(folder).items():
        monkeypatch.setenv(name, value)
    found = open_installation(Settings.from_environment(environment(folder)), who=OPERATOR)
    yield found
    found.engine.dispose()


@pytest.fixture
def browser(opened):
    pages = [
        Route(path, lambda _: PlainTextResponse("page")) for path in ("/", "/overview", "/indicator", "/open_data")
    ]
    application = Starlette(routes=[*routes(), *pages], middleware=middleware())
    return TestClient(application, base_url="http://localhost:8501", client=("192.0.2.7", 5), follow_redirects=False)


@pytest.fixture
def on(monkeypatch):
    monkeypatch.setenv("KPI_PUBLIC", "1")


@pytest.mark.parametrize("setting", [None, "", "0", "no", "off", "ture"])
def test_where_it_is_not_switched_on_there_is_nothing(browser, opened, monkeypatch, setting):
    if setting is not None:
        monkeypatch.setenv("KPI_PUBLIC", setting)
    for path in ("/public", "/public/data/csv", "/public/edition/1/en/pdf", *PATHS):
        answer = browser.get(path, headers={"accept": "text/html"})
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in"), path
        assert browser.get(path).status_code == 401
    assert "/public" not in browser.get("/sign-in").text
    browser.cookies.set("kpi_session", signed_in(opened, Role.MANAGER))
    assert browser.get("/public").status_code == 404
    assert browser.get("/public/data/csv").status_code == 404


def test_switched_on_it_opens_itself_and_nothing_else(browser, opened, on):
    assert browser.get("/public").status_code == 200
    assert browser.get("/public/data/csv").status_code == 200
    for path in PATHS:
        assert browser.get(path).status_code == 401, path
        assert browser.get(path, headers={"accept": "text/html"}).status_code == 303
    assert browser.post("/public").status_code == 405
    assert browser.get("/public/data/xlsx").status_code == 404
    assert browser.get("/public/data/..%2F..%2Findicators.yaml").status_code == 401
    assert 'href="/public"' in browser.get("/sign-in").text
    browser.cookies.set("kpi_session", signed_in(opened, Role.MANAGER))
    assert browser.get("/public/data/csv/more").status_code == 404


def rows_of(page):
    """Give what the page says of each indicator: its name, and the cells of its row."""
    rows = re.findall(r"<tr><th scope=\"row\"><details><summary>(.*?)</summary>.*?</th>(.*?)</tr>", page)
    return {name: [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td.*?</td>", cells)] for name, cells in rows}


def test_it_shows_the_figures_that_funders_see(browser, opened, on):
    page = browser.get(f"{YEAR}&lang=en").text
    rows = rows_of(page)
    assert set(rows) == {one.label["en"].replace("'", "&#x27;") for one in opened.framework.indicators.values()}
    assert rows["Successful participants in courses and other training"][0] == "276 people"
    # 182 of the 261 who said whether they are women or men.
    assert rows["Successful participants in courses and other training"][1] == "69.7%"
    # A rate has no parts that add up: no share of it is anybody's.
    (rate,) = [name for name in rows if "uccess rate" in name]
    assert rows[rate][1] == "–"
    assert 'data-label="Value"' in page
    assert "An assumption" not in page


def together(page):
    """Give where words stand next to each other with nothing but tags between them."""
    return re.findall(r"[\w.,%€](?:</?(?:span|strong|small|abbr)\b[^>]*>)+\w", page)


def test_its_words_do_not_run_together_whoever_lays_it_out(browser, opened, on):
    """Without a style sheet, and read aloud, a space parts what stands beneath each other."""
    for language in ("en", "bg"):
        page = browser.get(f"{YEAR}&lang={language}").text
        assert together(page) == []
        style = page[page.index("<style") : page.index("</style>")]
        assert re.search(r"\.k-basis\b[^{]*\{ display: block", style)


def test_names_of_tables_for_whoever_listens_are_not_shown(browser, opened, on):
    page = browser.get("/public?lang=en").text
    assert '<caption class="k-unseen">' in page
    assert ".k-unseen {" in page


def test_what_was_judged_does_not_run_into_what_stands_above_it(opened):
    framework = opened.framework
    total = figures.measured(opened, [Question("O6", Window.year(2025))], today=today())[0][0]
    since = Window.since(framework.programme.starts, START + 3)
    standing = replace(total.standing, status=Status.ON_TRACK, basis=since, actual=Fraction(7), expected=Fraction(9))
    totals = {key: replace(total, indicator=key, standing=standing) for key in framework.indicators}
    summary = page_of.Summary(framework, totals, {})
    for language in framework.languages:
        shown = f"{page_of.headlines(summary, language)}{page_of.levels(summary, language)}"
        assert "k-basis" in shown
        assert together(shown) == []


def test_a_share_beside_what_is_not_shown_is_told_as_in_reports(opened):
    framework, window = opened.framework, Window.year(2025)
    total, *parts = figures.measured(opened, [Question("O6", window, by=("gender",))], today=today())[0]
    rare = next(each for each in parts if each.slice["gender"] == "non_binary")
    masked = [without_numbers(each, State.SMALL) if each is rare else each for each in parts]
    totals = dict.fromkeys(framework.indicators, total)
    page = str(page_of.levels(page_of.Summary(framework, totals, {"O6": masked}), "en"))
    women = next(each.value for each in parts if each.slice["gender"] == "women")
    assert f"≥ {share(women / total.value, 'en')}" in page
    assert page.count("“≥” stands where") == 1


def test_small_counts_are_on_no_page_and_in_no_file(browser, opened, on):
    """Two women and four men in Vidin: nowhere, whatever is asked for."""
    found = csv.DictReader(io.StringIO(browser.get("/public/data/csv?lang=en").content.decode("utf-8-sig")))
    rows = {(row["indicator"], row["window"], row["slice"]): row for row in found}
    asked = opened.asked_by(PUBLIC)
    for by in (("gender",), ("region",), ("gender", "region")):
        for one in figures.one(asked, Question("O6", Window.year(2025), by=by), today=today())[1:]:
            where = "; ".join(f"{dimension}={category}" for dimension, category in one.slice.items())
            row = rows["O6", "2025", where.replace("@not_stated", "_not_told")]
            assert (row["state"], row["value"] == "") == (one.state.value, one.state is not State.VALUE)
    assert rows["O6", "2025", "gender=women; region=BG31"]["state"] == "small"


def test_only_stories_that_may_be_told_are(browser, on):
    page = browser.get(f"{YEAR}&lang=en").text
    assert "A bus on Thursday" in page
    assert "A secret" not in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert "<b>bold</b>" not in page


def test_in_both_languages(browser, on):
    english, bulgarian = (browser.get(f"{YEAR}&lang={language}").text for language in ("en", "bg"))
    assert '<html lang="en">' in english
    assert "Published figures" in english
    assert '<html lang="bg">' in bulgarian
    assert "Публикувани стойности" in bulgarian
    assert "276 лица" in bulgarian


def test_other_windows_than_the_published_ones_lead_to_the_latest(browser, on):
    latest = browser.get("/public?lang=en").text
    shown = re.search(r'aria-current="page"[^>]*>([^<]+)', latest)[1]
    for window in ("2025-Q2", "2019", "x", "'"):
        assert (
            re.search(r'aria-current="page"[^>]*>([^<]+)', browser.get(f"/public?window={window}&lang=en").text)[1]
            == shown
        )


def test_what_the_address_asks_for_in_vain_is_told(browser, on):
    assert "Nothing is published for" not in browser.get("/public?window=2025&lang=en").text
    said = html.unescape(browser.get("/public?window=2025-Q3&lang=en").text)
    assert "Nothing is published for “2025-Q3”. Shown is: 2026 to the end of Q3." in said
    said = html.unescape(browser.get("/public?lang=de").text)
    assert "„de“" in said
    assert "<b>" not in browser.get("/public?lang=<b>x</b>&window=<b>y</b>").text


@pytest.fixture(scope="module")
def published(folder):
    """One report for the core team; of two for funders the second replaces the first, their files a few bytes each."""
    found = open_installation(Settings.from_environment(environment(folder)), who=OPERATOR)
    with writing(found.engine) as session:
        made = [
            logged(
                session,
                an_edition(
                    session,
                    audience=audience,
                    written=[NewFile("en", "pdf", f"{audience}.pdf", "application/pdf", f"{audience} {at}".encode())],
                    at=at,
                ),
            )
            for audience, at in (("management", NOW), ("funder", NOW), ("funder", NOW + timedelta(days=40)))
        ]
    found.engine.dispose()
    return made


def test_reports_for_everybody_are_listed_and_handed_over_as_they_were_sealed(browser, on, published):
    core, first, second = published
    page = browser.get("/public?lang=en").text
    there = re.findall(r'href="(/public/edition/[^"]+)"', page)
    assert there == [f"/public/edition/{second.id}/en/pdf"]
    assert "replaced by edition 2" in page
    assert "mia@core" not in page.lower()
    answer = browser.get(there[0])
    assert answer.status_code == 200
    assert hashlib.sha256(answer.content).hexdigest() == second.files[0].sha256
    for closed in (core.id, first.id, 999, "x"):
        assert browser.get(f"/public/edition/{closed}/en/pdf").status_code == 404
    for wrong in ("bg/pdf", "en/docx"):
        assert browser.get(f"/public/edition/{second.id}/{wrong}").status_code == 404
    assert browser.get(f"/download/edition/{second.id}/en/pdf").status_code == 401


def test_where_it_is_off_no_report_is_handed_over(browser, opened, published):
    address = f"/public/edition/{published[2].id}/en/pdf"
    assert browser.get(address).status_code == 401
    browser.cookies.set("kpi_session", signed_in(opened, Role.MANAGER))
    assert browser.get(address).status_code == 404


def test_it_is_made_once_until_something_changes(browser, opened, on, monkeypatch):
    made = []
    gather = dataset.gather
    monkeypatch.setattr(dataset, "gather", lambda *of, **more: made.append(1) or gather(*of, **more))
    first = [browser.get("/public/data/json?lang=bg").content for _ in range(3)]
    assert first[0] == first[1] == first[2]
    assert len(made) <= 1
    assert "180 people" not in browser.get("/public?window=2026-Q1/2026-Q3&lang=en").text
    showing._store(opened, SDA, START + 6, showing._content("BG411", (90, 90, 0), []))
    assert browser.get("/public/data/json?lang=bg").content != first[0]
    assert "180 people" in browser.get("/public?window=2026-Q1/2026-Q3&lang=en").text


def test_a_framework_that_is_refused_shows_nobody_anything(browser, folder, on, monkeypatch, tmp_path):
    (tmp_path / "faulty.yaml").write_text("programme: {}\n", encoding="utf-8")
    monkeypatch.setenv("KPI_FRAMEWORK", str(tmp_path / "faulty.yaml"))
    answer = browser.get("/public")
    assert answer.status_code == 404
    assert "programme" not in answer.text.replace('class="programme"', "").replace(".programme", "")
