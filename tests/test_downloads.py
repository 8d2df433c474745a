"""What is taken away as a file, by whoever may; what there is not and what one may not have look the same."""

import hashlib
import io
import re
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from kpi import drafts, editions, offline
from kpi.access import OPERATOR, Role
from kpi.incoming import read
from kpi.installation import open_installation
from kpi.intake.reader import Reader
from kpi.language import day, quarter_name
from kpi.present.html import join
from kpi.quarter import Quarter
from kpi.receipts import receipt
from kpi.report.content import Audience
from kpi.settings import Settings
from kpi.store import returns
from kpi.store.editions import NewFile
from kpi.store.engine import reading, writing
from kpi.store.model import ReturnState
from kpi.web.door import middleware, routes
from reporter import ANA, COURSE, DAY, FAULTY, Q4, handed_in, moment, workbook
from showing import an_edition, environment, filled, logged, signed_in

TEMPLATE = "/download/template?org=SDA&quarter=2025-Q4&lang=bg"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("taken_away")
    found = filled(folder)
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
    """Give somebody's browser: ``browser(role, organisations)``; without a role, of nobody who is signed in."""

    def made(role=None, organisations=(), **headers):
        def page(request):
            return PlainTextResponse("page")

        inside = [*routes(), Route("/overview", page), Route("/my_returns", page), Route("/", page)]
        application = Starlette(routes=inside, middleware=middleware())
        found = TestClient(
            application,
            base_url="http://localhost:8501",
            client=("127.0.0.1", 5),
            follow_redirects=False,
            headers=headers,
        )
        if role:
            found.cookies.set("kpi_session", signed_in(opened, role, organisations))
        return found

    return made


def return_of(opened, organisation, state=ReturnState.APPROVED):
    with reading(opened.engine) as session:
        return returns.find(session, organisation=organisation, states=(state,))[-1]


def test_the_template_comes_under_a_plain_name_in_the_right_language(browser):
    answer = browser(Role.REPORTER, ["SDA"]).get(TEMPLATE)
    assert answer.status_code == 200
    assert 'filename="SDA_2025-Q4_bg.xlsx"' in answer.headers["content-disposition"]
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert load_workbook(io.BytesIO(answer.content)).properties.language == "bg"


def test_without_a_word_the_browsers_language_is_taken(browser):
    path = "/download/template?org=SDA&quarter=2025-Q4"
    for said, language in (("bg-BG,en;q=0.5", "bg"), ("en-GB", "en"), ("fi", "bg")):
        answer = browser(Role.REPORTER, ["SDA"], **{"accept-language": said}).get(path)
        assert f"_{language}.xlsx" in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    "path",
    [
        "/download/template?org=RSE&quarter=2025-Q4",
        "/download/template?org=NONE&quarter=2025-Q4",
        "/download/template?org=SDA",
        "/download/template?org=SDA&quarter=2025-Q9",
        "/download/template?quarter=%00&org=%27",
        "/download/template",
        "/download/workbook?org=RSE&quarter=2025-Q4",
        "/download/workbook?org=SDA&quarter=2024-Q1",
        "/download/marked?org=SDA&quarter=2024-Q1",
        "/download/marked?org=RSE&quarter=2025-Q4",
        "/download/file",
        "/download/file?return=-1",
        "/download/file?return=999999999999999999999999",
        "/download/file?return=1%3B",
        "/receipt/0",
        "/receipt/x",
        "/receipt/99999999999999",
    ],
)
def test_what_there_is_not_or_is_not_ones_own_gets_the_same_polite_page(browser, path):
    answer = browser(Role.REPORTER, ["SDA"], **{"accept-language": "bg"}).get(path)
    assert answer.status_code == 404
    assert "Тук няма нищо" in answer.text
    assert 'lang="bg"' in answer.text


def test_before_it_takes_part_an_organisation_has_no_template(browser):
    answer = browser(Role.REPORTER, ["SDA"]).get("/download/template?org=SDA&quarter=2020-Q1&lang=en")
    assert answer.status_code == 409
    assert "SDA does not report for Q1 2020" in answer.text


def test_a_quarter_that_lies_ahead_has_no_template_yet_and_is_said_to_have_none(browser):
    ahead = Quarter.of(date.today()) + 1  # noqa: DTZ011 (the server's own day)
    path = f"/download/template?org=SDA&quarter={ahead}&lang="
    answer = browser(Role.REPORTER, ["SDA"]).get(f"{path}bg")
    assert answer.status_code == 409
    said = f"{quarter_name(ahead, 'bg')} още не е започнало: може да се отчита от {day(ahead.starts, 'bg')}"
    assert join(said) in answer.text
    assert "has not begun yet" in browser(Role.REPORTER, ["SDA"]).get(f"{path}en").text
    assert browser(Role.REPORTER, ["SDA"]).get(f"/download/template?org=SDA&quarter={ahead + -1}").status_code == 200


@pytest.mark.parametrize("path", [TEMPLATE, "/download/file?return=1", "/receipt/1", "/download/marked", "/my_returns"])
def test_nobody_gets_anything_without_a_session(browser, path):
    answer = browser().get(path, headers={"accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=")
    assert browser().get(path).status_code == 401


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMINISTRATOR])
def test_whoever_reports_for_nobody_gets_nothing(opened, browser, role):
    own = return_of(opened, "SDA")
    there = browser(role)
    for path in (TEMPLATE, f"/download/file?return={own.id}", f"/receipt/{own.id}"):
        assert there.get(path).status_code == 404


def test_a_file_comes_back_byte_for_byte_to_its_own_and_to_the_core_team(opened, browser):
    own, other = return_of(opened, "SDA"), return_of(opened, "RSE")
    reporter = browser(Role.REPORTER, ["SDA"])
    answer = reporter.get(f"/download/file?return={own.id}")
    assert answer.status_code == 200
    assert hashlib.sha256(answer.content).hexdigest() == receipt(opened, return_id=own.id).file[1]
    assert reporter.get(f"/download/file?return={other.id}").status_code == 404
    assert browser(Role.MANAGER).get(f"/download/file?return={other.id}").status_code == 200


def test_the_receipt_says_it_all_in_either_language(opened, browser):
    own = return_of(opened, "SDA")
    there = browser(Role.REPORTER, ["SDA"])
    bulgarian, english = (there.get(f"/receipt/{own.id}?lang={language}").text for language in ("bg", "en"))
    assert own.content_sha256 in bulgarian
    assert receipt(opened, return_id=own.id).file[1] in bulgarian
    assert "Сдружение София (SDA)" in bulgarian
    assert "Sofia Association (SDA)" in english
    words = " ".join(re.sub(r"<[^>]+>", " ", english).split())
    assert "Successful participants" in words
    assert "75 people" in words  # 50 women, 20 men, 5 not stated
    assert "<script" not in english
    other = return_of(opened, "RSE")
    assert there.get(f"/receipt/{other.id}").status_code == 404
    hostile = browser(Role.MANAGER).get(f"/receipt/{other.id}?lang=en").text
    assert "<b>Ruse</b>" not in hostile
    assert "&lt;b&gt;Ruse" in hostile


def test_a_draft_goes_and_comes_as_a_workbook_and_its_mistakes_are_marked(opened, browser):
    ana = opened.asked_by(ANA)
    with Reader() as reader:
        came = read(ana, name="SDA.xlsx", file=workbook(ana, FAULTY), reader=reader, today=DAY)
        draft = offline.take_workbook(ana, came, today=DAY, at=moment())
        there = browser(Role.REPORTER, ["SDA"])
        for kind in ("workbook", "marked"):
            answer = there.get(f"/download/{kind}?org=SDA&quarter={Q4}&lang=en")
            assert answer.status_code == 200
            again = read(ana, name="SDA.xlsx", file=answer.content, reader=reader, today=DAY)
            assert again.content.sha256 == came.content.sha256
        book = load_workbook(io.BytesIO(answer.content))
        notes = [cell.comment.text for sheet in book for row in sheet.iter_rows() for cell in row if cell.comment]
        assert any("40" in one for one in notes)
    assert there.get(f"/receipt/{draft.id}?lang=en").status_code == 409
    assert "not submitted yet" in there.get(f"/receipt/{draft.id}?lang=en").text
    drafts.give_up(ana, draft_id=draft.id, at=datetime.now(UTC))


def test_each_is_led_to_their_own_first_page(browser):
    reporter, manager = browser(Role.REPORTER, ["SDA"]), browser(Role.MANAGER)
    assert reporter.get("/my_returns?org=SDA").headers["location"] == "/?org=SDA"
    assert reporter.get("/overview").text == "page"
    assert manager.get("/overview?lang=en").headers["location"] == "/?lang=en"
    assert manager.get("/my_returns").text == "page"


def test_a_receipt_tells_what_became_of_a_return(opened, browser):
    ana = opened.asked_by(ANA)
    with Reader() as reader:
        came = read(ana, name="SDA.xlsx", file=workbook(ana, COURSE), reader=reader, today=DAY)
    handed = handed_in(ana, offline.take_workbook(ana, came, today=DAY, at=moment()))
    there = browser(Role.REPORTER, ["SDA"])
    told = there.get(f"/receipt/{handed.id}?lang=en").text
    assert "submitted, waits for approval" in told
    assert "ana@sda.example" in told
    assert receipt(ana, return_id=handed.id).event.hash in told
    drafts.withdraw(ana, return_id=handed.id, at=moment())
    assert "withdrawn or replaced" in there.get(f"/receipt/{handed.id}?lang=en").text


def editions_of(found):
    """Keep a funders' edition, the one that replaces it, and one for the core team: three ids."""
    made = []
    with writing(found.engine) as session:
        for number, audience in enumerate((Audience.FUNDER, Audience.FUNDER, Audience.MANAGEMENT), start=1):
            files = [
                NewFile(said, "pdf", f"report_{said}.pdf", "application/pdf", f"%PDF {number} {said}".encode())
                for said in found.framework.languages
            ]
            edition = an_edition(session, yaml=found.yaml, audience=audience.value, written=files, at=moment())
            made.append(logged(session, edition).id)
    return made


def test_an_edition_is_taken_away_byte_for_byte_by_whoever_may(opened, browser):
    first, latest, core = editions_of(opened)
    paths = {one: [f"/download/edition/{one}/{said}/pdf" for said in ("bg", "en")] for one in (first, latest, core)}
    manager, viewer, reporter = browser(Role.MANAGER), browser(Role.VIEWER), browser(Role.REPORTER, ["SDA"])
    for one in (first, latest, core):
        for path in paths[one]:
            answer = manager.get(path)
            assert answer.status_code == 200
            assert answer.headers["content-type"] == "application/pdf"
            assert answer.headers["content-disposition"].startswith("attachment")
            *_, language, form = path.split("/")
            kept = editions.file_of(opened, edition_id=one, language=language, form=form, today=DAY)
            assert answer.content == kept.content
            assert answer.content.endswith(language.encode())
            for reader in (viewer, reporter):
                assert reader.get(path).status_code == (200 if one == latest else 404), path
            assert browser().get(path).status_code == 401
    for wrong in (f"{latest}/fi/pdf", f"{latest}/en/exe", f"{latest}/en/..%2F..", "0/en/pdf", "x/en/pdf", "-1/en/pdf"):
        assert manager.get(f"/download/edition/{wrong}").status_code == 404
