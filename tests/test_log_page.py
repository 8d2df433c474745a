"""The log on its page: who may open it, what its filters give, and that nothing in it runs."""

from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access import Person, Role
from kpi.audit import Event
from kpi.present.log import log_table
from kpi.store import events
from kpi.store.engine import writing
from kpi.web.pages import listed
from showing import NOW, ROOT, environment, filled, hold, signed_in

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
    assert "submitted → approved" in text
    assert "aaaaaaaaaaaa…" in text
    assert "Бо &lt;script&gt;" in text
    assert "<script>" not in text
    with writing(opened.engine) as session:
        assert seen.code[0].value == events.head(session)


def test_filters_narrow_the_log(seen):
    seen.selectbox(key="log.organisation").select("SDA").run()
    seen.text_input(key="log.quarter").input("2025-Q3").run()
    text = shown(seen)
    assert "return/SDA/2025-Q3/1" in text
    assert "organisation/RSE" not in text
    seen.selectbox(key="log.action").select("return.approved").run()
    assert "submitted → approved" in shown(seen)
    seen.text_input(key="log.quarter").input("nonsense").run()
    assert "“nonsense” is not a quarter; write it like 2026-Q3." in shown(seen)
    assert "The log holds nothing of the kind." in shown(seen)


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
    assert "<img" not in log_table([link], "en")
    assert "<img" not in log_table([Event(1, link.at, "a", "b", "c", hostile, hostile, "a", "b")], "bg")
