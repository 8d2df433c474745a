"""The log on its page: who may open it, what its filters give, and that nothing in it runs."""

import re
from datetime import UTC, date, datetime
from html import unescape
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access import Person, Role
from kpi.audit import Event
from kpi.follow_up import add_note
from kpi.framework.load import load_file
from kpi.locks import extend, lock
from kpi.present.log import log_table
from kpi.quarter import Quarter
from kpi.store import events
from kpi.store.engine import writing
from kpi.web.pages import listed
from showing import NOW, ROOT, environment, filled, hold, signed_in

FRAMEWORK = load_file(ROOT / "indicators.yaml").framework
SCRIPT = "import runpy\nrunpy.run_path({path!r})\n"


@pytest.fixture
def opened(tmp_path, monkeypatch):
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    found = filled(tmp_path)
    with writing(found.engine) as session:
        events.append(
            session,
            at=NOW,
            actor="Бо <script>",
            action="return.approved",
            subject="return/SDA/2025-Q3/1",
            before={"state": "submitted"},
            after={"state": "approved", "content_sha256": "a" * 64},
        )
    return found


@pytest.fixture(params=[Role.ADMINISTRATOR, Role.MANAGER])
def seen(request, opened, monkeypatch):
    hold(monkeypatch, signed_in(opened, request.param))
    test = AppTest.from_string(SCRIPT.format(path=str(ROOT / "pages" / "log.py")), default_timeout=60)
    test.query_params["lang"] = "en"
    return test.run()


def shown(seen):
    assert not seen.exception
    return " ".join(one.proto.body for one in seen.get("html"))


def test_the_newest_link_stands_first_with_before_and_after_and_its_hash_to_copy(seen, opened):
    text = shown(seen)
    assert "return approved" in text
    assert "submitted, waits for approval → approved" in text
    assert "return SDA, Q3 2025, revision 1" in text
    assert "return/SDA/2025-Q3/1" in text
    assert "aaaaaaaaaaaa…" in text
    assert "Бо &lt;script&gt;" in text
    assert "<script>" not in text
    with writing(opened.engine) as session:
        assert seen.code[0].value == events.head(session)


def test_filters_narrow_the_log(seen):
    seen.selectbox(key="log.organisation").select("SDA").run()
    seen.selectbox(key="log.quarter").select("2025-Q3").run()
    text = shown(seen)
    assert "return/SDA/2025-Q3/1" in text
    assert "organisation/RSE" not in text
    seen.selectbox(key="log.action").select("return.approved").run()
    assert "submitted, waits for approval → approved" in shown(seen)


def test_a_quarter_that_an_address_asks_for_in_vain_is_told(seen):
    seen.query_params["quarter"] = "nonsense"
    assert "The address asks for “nonsense”, which is not known here." in shown(seen.run())


def test_it_is_listed_for_the_core_team_and_administrators(opened):
    def pages(role):
        return [entry.file for _, entry in listed(Person("A", role, organisations=frozenset({"SDA"})))]

    assert "log" in pages(Role.MANAGER)
    assert "log" in pages(Role.ADMINISTRATOR)
    assert "log" not in pages(Role.REPORTER)
    assert "log" not in pages(Role.VIEWER)


def test_whatever_a_link_says_is_text():
    hostile = "<img src=x onerror=alert(1)>"
    link = Event(1, datetime(2026, 1, 1, tzinfo=UTC), hostile, hostile, hostile, None, {hostile: [hostile]}, "a", "b")
    assert "<img" not in log_table([link], FRAMEWORK, "en")
    assert "<img" not in log_table([Event(1, link.at, "a", "b", "c", hostile, hostile, "a", "b")], FRAMEWORK, "bg")
    told = {"state": [hostile], "text": hostile, "by_form": {hostile: hostile}, "oddity": hostile, "due": hostile}
    assert "<img" not in log_table([Event(1, link.at, "a", "b", "return/c", told, None, "a", "b")], FRAMEWORK, "en")


def _link(action, subject, before, after):
    return Event(1, datetime(2026, 1, 1, tzinfo=UTC), "Mia", action, subject, before, after, "a" * 64, "b" * 64)


@pytest.mark.parametrize(
    ("link", "language", "said"),
    [
        (
            _link(
                "return.returned",
                "return/SDA/2025-Q3/2",
                {"state": "submitted"},
                {"state": "returned", "reason": None, "by_form": {"training": "Who?"}},
            ),
            "en",
            [
                "state: submitted, waits for approval → returned for correction",
                "Courses and training: Who?",
                "return SDA, Q3 2025, revision 2",
            ],
        ),
        (
            _link("return.extended", "return/SDA/2025-Q3", None, {"until": "2025-11-20", "reason": "Наводнение"}),
            "bg",
            ["краен срок: 20.11.2025 г.", "причина: Наводнение", "отчет SDA, 3. трим. 2025"],
        ),
        (
            _link(
                "person.changed", "person/3", {"role": "viewer", "enabled": True}, {"role": "manager", "enabled": False}
            ),
            "bg",
            ["роля: Финансираща организация → Основен екип", "може да влиза: да → не"],
        ),
        (
            _link(
                "organisation.changed",
                "organisation/SDA",
                {"attributes": {"type": "ngo"}},
                {"attributes": {"type": "company"}},
            ),
            "en",
            ["Type of organisation: Non-governmental organisation → Company"],
        ),
        (
            _link(
                "oddity.resolved", "return/SDA/2025-Q3", None, {"oddity": "odd.jump/O6/1a2b", "outcome": "explained"}
            ),
            "en",
            ["Unlike its own history: Successful", "outcome: explained"],
        ),
        (
            _link("quarter.locked", "quarter/2025-Q3", None, {"reason": "Reported"}),
            "en",
            ["reason: Reported", "quarter Q3 2025"],
        ),
    ],
    ids=lambda one: one.action if isinstance(one, Event) else "",
)
def test_what_changed_is_said_in_words(link, language, said):
    text = " ".join(re.sub(r"<[^>]+>", "", log_table([link], FRAMEWORK, language)).split())
    for one in said:
        assert one in text


def test_what_is_long_is_folded_and_whole_when_opened():
    text = "long " * 200
    found = log_table([_link("return.commented", "return/SDA/2025-Q3/1", None, {"text": text})], FRAMEWORK, "en")
    summary = re.search(r"<summary>(.*?)</summary>", found)[1]
    assert summary.endswith("…")
    assert len(summary) < 200
    assert text in found


def test_from_a_figure_one_comes_to_all_that_was_done_behind_it(opened, monkeypatch):
    mia = opened.asked_by(Person("Mia", Role.MANAGER, "mia@core.example"))
    quarter = Quarter(2025, 3)
    extend(mia, organisation="SDA", quarter=quarter, until=date(2026, 2, 1), reason="Flood", at=NOW)
    extend(mia, organisation="SDA", quarter=Quarter(2025, 1), until=date(2026, 2, 1), reason="Elsewhere", at=NOW)
    lock(mia, quarter=quarter, reason="Reported on", at=NOW)
    add_note(mia, indicator="O6", day=NOW.date(), text="A second hall", at=NOW)
    add_note(mia, indicator="R1", day=NOW.date(), text="Another figure", at=NOW)
    hold(monkeypatch, signed_in(opened, Role.MANAGER))
    page = AppTest.from_string(SCRIPT.format(path=str(ROOT / "pages" / "indicator.py")), default_timeout=60)
    page.query_params.update(lang="en", indicator="O6", window="quarter", quarter="2025-Q3")
    (way,) = set(re.findall(r'href="log\?([^"]+)"', shown(page.run())))
    seen = AppTest.from_string(SCRIPT.format(path=str(ROOT / "pages" / "log.py")), default_timeout=60)
    seen.query_params.update(dict(parse_qsl(unescape(way))))
    text = shown(seen.run())
    assert "Only what lies behind O6" in text
    for told in ("Flood", "Reported on", "A second hall", "return approved", "framework in force", "organisation/RSE"):
        assert told in text, told
    for other in ("Elsewhere", "Another figure", "return/SDA/2025-Q1/1"):
        assert other not in text, other


def test_the_log_of_a_return_holds_the_locks_of_its_quarter(seen, opened):
    lock(opened, quarter=Quarter(2025, 3), reason="Reported on", at=NOW)
    seen.selectbox(key="log.organisation").select("SDA").run()
    seen.selectbox(key="log.quarter").select("2025-Q3").run()
    text = shown(seen)
    assert "Reported on" in text
    assert "return/RSE/2025-Q3/1" not in text


def test_older_links_are_shown_when_asked_for(seen, opened):
    with writing(opened.engine) as session:
        for number in range(60):
            events.append(session, at=NOW, actor="Bo", action="file.removed", subject=f"file/{number}")
    assert "file/5<" not in shown(seen.run())
    seen.button(key="log.older").click().run()
    assert "file/5<" in shown(seen)


def test_what_people_wrote_is_read_out_in_their_language():
    told = {"text": "Анексът е от октомври.", "reason": "Long " + "and longer " * 30}
    link = Event(1, NOW, "Основен екип", "return.commented", "return/SDA/2025-Q3/1", None, told, "a", "b")
    page = log_table([link], FRAMEWORK, "en")
    for text in ("Основен екип", "Анексът е от октомври."):
        assert f'<span lang="bg">{text}</span>' in page
    assert '<span lang="en">' not in page
    page = log_table([link], FRAMEWORK, "bg")
    assert '<span lang="bg">' not in page
    assert '<span lang="en">Long and longer' in page
