"""What stands around every page: its foot, and the guides it leads to."""

import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from kpi.access import ROLES, Role
from kpi.framework.load import load_file
from kpi.present.foot import foot
from kpi.quarter import Quarter
from kpi.web.door import middleware, routes
from kpi.web.opened import today
from looking import look_at, page_of, said, somebody, source
from showing import ROOT, environment, filled

FOOT = {
    "en": "Co-funded by the European Union Questions about the figures or a return: "
    "Monitoring and evaluation team of the Centre, monitoring@example.org",
    "bg": "Съфинансирано от Европейския съюз Въпроси за данните или отчетите: "
    "Екип „Мониторинг и оценка“ на Центъра, monitoring@example.org",
}


GUIDE = {"en": " · Guide", "bg": " · Ръководство"}
#: The guides of each role, by how their texts begin.
GUIDES = {
    Role.MANAGER: ("manager", "reporter", "funder"),
    Role.ADMINISTRATOR: ("manager", "reporter", "funder"),
    Role.REPORTER: ("reporter",),
    Role.VIEWER: ("funder",),
}
FOLDER = ROOT / "docs" / "guides"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("around")
    filled(folder).engine.dispose()
    return folder


@pytest.fixture
def look(store, monkeypatch):
    """Open a page as somebody: ``look(role, page=…, **parameters)``."""

    def looked(role=Role.MANAGER, **asked):
        return look_at(monkeypatch, store, somebody(store, role, ["SDA"] if role is Role.REPORTER else ()), **asked)

    return looked


def plain(text):
    """Take the tags out of a page's source."""
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", text, flags=re.DOTALL).split()).replace(" , ", ", ")


@pytest.mark.parametrize("language", FOOT)
def test_every_page_ends_with_who_pays_and_whom_to_ask(look, language):
    for role in ROLES:
        at = look(role, lang=language)
        assert plain(source(at)).endswith(FOOT[language] + GUIDE[language]), role
        assert f'href="guide?lang={language}"' in source(at)
        assert 'href="mailto:monitoring@example.org"' in source(at)


def test_a_page_that_ends_early_has_a_foot(look):
    at = look(page=page_of("indicator"), quarter=str(Quarter.of(today()) + 2), window="quarter", lang="en")
    assert "has not begun" in said(at)
    assert plain(source(at)).endswith(FOOT["en"] + GUIDE["en"])


def test_pages_without_script_have_the_same_foot(store, monkeypatch):
    for name, value in {**environment(store), "KPI_PUBLIC": "1"}.items():
        monkeypatch.setenv(name, value)
    browser = TestClient(Starlette(routes=routes(), middleware=middleware()), base_url="http://localhost:8501")
    for path in ("/public", "/sign-in"):
        for language, words in FOOT.items():
            assert plain(browser.get(f"{path}?lang={language}").text).endswith(words), path


def test_who_pays_is_left_out_where_it_is_not_said():
    framework = load_file(ROOT / "indicators.yaml").framework
    programme = framework.programme
    unpaid = programme.model_copy(
        update={"cofunding": None, "contact": programme.contact.model_copy(update={"email": None, "phone": "02 123"})}
    )
    assert plain(foot(framework.model_copy(update={"programme": unpaid}), "en")) == (
        "Questions about the figures or a return: Monitoring and evaluation team of the Centre, 02 123"
    )


@pytest.mark.parametrize("language", FOOT)
@pytest.mark.parametrize("role", GUIDES)
def test_everybody_reads_the_guide_of_their_role_in_their_language(look, role, language):
    at = look(role, page=page_of("guide"), lang=language)
    shown = "\n".join(one.value for one in at.markdown)
    for path in FOLDER.glob(f"*.{language}.md"):
        title, *lines = path.read_text(encoding="utf-8").splitlines()
        theirs = path.name.partition(".")[0] in GUIDES[role]
        assert (title.removeprefix("# ") in said(at)) is theirs
        assert all(line in shown for line in lines) is theirs


def test_a_guide_leads_nowhere_that_is_not_served():
    for path in FOLDER.iterdir():
        assert not re.search(r"\]\((?!https?:)", path.read_text(encoding="utf-8")), path.name


def test_what_is_due_leads_to_how_to_report(look):
    at = look(Role.REPORTER, page=page_of("my_returns"), lang="bg")
    assert '<a href="guide?lang=bg#reporter" target="_self">Как се отчита</a>' in source(at)


def test_a_page_that_is_not_limited_to_an_organisation_says_so(look):
    told = "This page is not limited to one organisation (SDA). All of them are shown."
    for page in ("overview", "indicators", "indicator", "gender"):
        assert told in said(look(page=page_of(page), organisation="SDA", lang="en")), page
    for page in ("portfolio", "stories", "quality"):
        assert "not limited" not in said(look(page=page_of(page), organisation="SDA", lang="en")), page
