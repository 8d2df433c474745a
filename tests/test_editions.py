"""Published reports: kept as they are, sealed, told apart from those that come after; to funders no more than that."""

import hashlib
import shutil
import sqlite3
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from desk import ANN, BEGIN, EVE, MIA, Q1, Q2, SMALL, TODAY, at_work, moment, settled
from kpi import editions, retention
from kpi.access import OPERATOR, NotPermittedError, Person, Role
from kpi.adoption import adopt
from kpi.editions import ChangedMeanwhileError, NotAsPublishedError, NothingApprovedError, changes, file_of, publish
from kpi.framework.load import load_file
from kpi.language import message
from kpi.locks import lock
from kpi.proof import verify
from kpi.quarter import Window
from kpi.report.content import Audience, Request
from kpi.report.files import Format
from kpi.report.window import WindowNotBegunError
from kpi.store import editions as stored
from kpi.store import events
from kpi.store.editions import NewFile
from kpi.store.engine import connect, reading, writing
from showing import an_edition

YTD = Window.year_to_date(Q2)
FUNDERS = Request(Window.year(2026), "en", Audience.FUNDER, {})
CORE = Request(YTD, "en", Audience.MANAGEMENT, {})


@pytest.fixture(scope="module")
def made(migrated_file, tmp_path_factory):
    """70 women in the first quarter, 20 in the second."""
    file = tmp_path_factory.mktemp("editions") / "store.sqlite3"
    shutil.copyfile(migrated_file, file)
    here = at_work(connect(f"sqlite:///{file}"))
    settled(here, ANN, "A", Q1, 70)
    settled(here, ANN, "A", Q2, 20)
    here.engine.dispose()
    return file, here


@pytest.fixture
def here(made, tmp_path):
    file, opened = made
    shutil.copyfile(file, tmp_path / "store.sqlite3")
    engine = connect(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    yield replace(opened, engine=engine, who=MIA)
    engine.dispose()


def published(here, request=FUNDERS):
    return publish(here, request, today=TODAY, at=moment())


def corrected(here):
    """One woman more passed in the first quarter than was said before."""
    settled(here.asked_by(OPERATOR), ANN, "A", Q1, 71)


def content_of(here, edition, language="en", form="xlsx"):
    return file_of(here, edition_id=edition.id, language=language, form=form, today=TODAY).content


def cells_of(content):
    book = load_workbook(BytesIO(content))
    return [str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]


# What is published


def test_an_edition_keeps_every_format_and_language_and_what_it_was_made_of(here):
    edition = published(here)
    assert (edition.number, edition.window, edition.audience, edition.returns) == (1, YTD, "funder", 2)
    assert edition.framework_version == here.framework.programme.version
    assert edition.published_by == "Mia <mia@core.example>"
    languages = here.framework.languages
    assert {(one.language, one.format) for one in edition.files} == {(a, b.value) for a in languages for b in Format}
    for one in edition.files:
        kept = file_of(here, edition_id=edition.id, language=one.language, form=one.format, today=TODAY)
        assert hashlib.sha256(kept.content).hexdigest() == one.sha256
        assert (kept.name, kept.media_type) == (one.name, one.media_type)
    with reading(here.engine) as session:
        (link,) = events.history(session, subject=edition.subject)
    assert (link.action, link.actor, link.after["sha256"]) == (
        "edition.published",
        edition.published_by,
        edition.sha256,
    )
    assert link.previous_hash == edition.log_head


def test_whoever_waits_is_told_of_every_file(here):
    told = []
    publish(here, FUNDERS, today=TODAY, at=moment(), progress=lambda text, done: told.append((text, done)))
    assert [done for _, done in told] == sorted(done for _, done in told)
    assert told[-1][1] < 1
    assert len({done for _, done in told}) >= len(here.framework.languages) * len(Format)


def test_whoever_waits_is_told_how_far_it_is(here):
    said = []
    publish(here, FUNDERS, today=TODAY, at=moment(), progress=lambda _, done: said.append(done))
    assert said == sorted(said)
    assert len({round(done, 2) for done in said}) > 30
    assert 0.9 < said[-1] <= 1


def test_a_later_correction_does_not_change_it(here):
    edition = published(here)
    before = content_of(here, edition)
    corrected(here)
    assert editions.editions(here, today=TODAY)[0].stored == edition
    assert content_of(here, edition) == before


def test_the_next_edition_says_what_changed_figure_by_figure(here):
    published(here, CORE)
    second = published(here, CORE)
    assert changes(here, edition_id=second.id, today=TODAY) == []
    assert "Nothing: all figures read the same." in cells_of(content_of(here, second))
    assert "All its figures read the same now." in content_of(here, second, form="html").decode()
    corrected(here)
    third = published(here, CORE)
    assert third.number == 3
    found = changes(here, edition_id=third.id, today=TODAY)
    (total,) = [one for one in found if (one.indicator, one.window, one.slice) == ("T1", str(YTD), {})]
    assert (total.before["value"], total.after["value"]) == ("90", "91")
    touched = {tuple(one.slice.items()) for one in found if (one.indicator, one.window) == ("T1", str(YTD))}
    assert (("gender", "women"),) in touched
    assert (("gender", "men"),) not in touched
    assert "Changed since edition 2" in cells_of(content_of(here, third))
    sheet = load_workbook(BytesIO(content_of(here, third)))["Changed"]
    assert ("T1 People trained", "2026 to the end of Q2", "total", 90, 91) in sheet.iter_rows(values_only=True)
    assert "Gender: Women" in [cell.value for cell in sheet["C"]]
    assert "Changed since edition 2" in content_of(here, third, form="html").decode()


def test_what_was_renamed_is_the_same(here, tmp_path):
    published(here, CORE)
    corrected(here)
    second = published(here, CORE)
    told = [(one.window, one.after["value"]) for one in changes(here, edition_id=second.id, today=TODAY)]
    text = SMALL.read_text(encoding="utf-8").replace("  T1:\n", "  P1:\n    was: [T1]\n")
    text = text.replace("indicator: T1", "indicator: P1").replace("supports: T1", "supports: P1")
    text = text.replace("      women: {label", "      female: {was: [women], label").replace("women:", "female:")
    file = tmp_path / "renamed.yaml"
    file.write_text(text.replace("share_of: women", "share_of: female"), encoding="utf-8")
    loaded = load_file(file)
    now = replace(here, framework=loaded.framework, yaml=loaded.yaml)
    adopt(now.asked_by(OPERATOR), by="kpi", at=moment())
    assert [(one.window, one.after["value"]) for one in changes(now, edition_id=second.id, today=TODAY)] == told
    assert {one.indicator for one in changes(now, edition_id=second.id, today=TODAY)} >= {"P1"}
    assert changes(now, edition_id=published(now, CORE).id, today=TODAY) == []


def test_other_windows_audiences_and_limits_are_counted_by_themselves(here):
    requests = (FUNDERS, CORE, replace(CORE, window=Window.quarter(Q1)), replace(CORE, where={"type": "ngo"}), FUNDERS)
    assert [published(here, one).number for one in requests] == [1, 1, 1, 1, 2]


def test_nothing_is_published_of_data_that_changed_meanwhile(here, monkeypatch):
    gather, again = editions.gather_in, []

    def interrupted(*of, **more):
        content = gather(*of, **more)
        if not again:
            again.append(lock(here, quarter=Q1, reason="Reported onwards", at=moment()))
        return content

    monkeypatch.setattr(editions, "gather_in", interrupted)
    with pytest.raises(ChangedMeanwhileError):
        published(here)
    assert editions.editions(here, today=TODAY) == []
    assert published(here).number == 1


def test_an_empty_report_is_not_published(here):
    for ahead in (replace(CORE, window=Window.year(2027)), replace(FUNDERS, window=Window.year(2027))):
        with pytest.raises(WindowNotBegunError):
            published(here, ahead)
    with pytest.raises(NothingApprovedError):
        published(here, replace(CORE, window=Window.quarter(Q2 + 1)))
    assert editions.editions(here, today=TODAY) == []


# Who sees what of it


def test_only_the_core_team_publishes(here):
    for role in (Role.REPORTER, Role.VIEWER, Role.ADMINISTRATOR, Role.NOBODY):
        with pytest.raises(NotPermittedError):
            published(here.asked_by(Person("X", role)))
    assert published(here.asked_by(OPERATOR)).published_by == "kpi"


def test_funders_see_their_editions_and_take_away_the_latest(here):
    core, first, second = published(here, CORE), published(here), published(here)
    viewer = here.asked_by(EVE)
    seen = [(one.stored.id, one.replaced_by, one.is_open) for one in editions.editions(viewer, today=TODAY)]
    assert seen == [(second.id, None, True), (first.id, 2, False)]
    assert content_of(viewer, second, "bg")
    for closed in (core, first, replace(core, id=999)):
        with pytest.raises(KeyError):
            content_of(viewer, closed)
    for closed in (core, first):
        with pytest.raises(KeyError):
            changes(viewer, edition_id=closed.id, today=TODAY)
    assert all(content_of(here, one) for one in (core, first, second))


def test_of_a_year_to_date_funders_take_away_the_latest_only(here):
    """The one taken from the other would be what happened in between."""
    spring, viewer = replace(FUNDERS, window=Window.year_to_date(Q1)), here.asked_by(EVE)
    first = publish(here, spring, today=date(2026, 5, 20), at=moment())
    assert [one.is_open for one in editions.editions(viewer, today=date(2026, 5, 20))] == [True]
    second = published(here)
    found = [(one.stored.id, one.is_open) for one in editions.editions(viewer, today=TODAY)]
    assert found == [(second.id, True), (first.id, False)]
    with pytest.raises(KeyError):
        content_of(viewer, first)
    assert content_of(here, first)


def test_a_year_to_date_is_closed_once_the_published_figures_reach_further(here):
    """Funders see the first three quarters now: less the first two they would be the third alone."""
    first, viewer = published(here), here.asked_by(EVE)
    on = {day: editions.editions(viewer, today=day)[0] for day in (date(2026, 10, 30), date(2026, 10, 31))}
    assert [(one.is_open, one.outdated) for one in on.values()] == [(True, False), (False, True)]
    with pytest.raises(KeyError):
        file_of(viewer, edition_id=first.id, language="en", form="xlsx", today=date(2026, 10, 31))
    assert editions.editions(here, today=date(2026, 10, 31))[0].is_open


def test_reports_with_other_limits_stay_beside_each_other_while_they_tell_the_same(here):
    """Each funder has the report of their own programme; none is handed two versions of one number."""
    ngo, viewer = replace(FUNDERS, where={"type": "ngo"}), here.asked_by(EVE)
    whole, part = published(here), published(here, ngo)
    assert [one.is_open for one in editions.editions(viewer, today=TODAY)] == [True, True]
    corrected(here)
    again = published(here, ngo)
    found = {one.stored.id: (one.is_open, one.outdated) for one in editions.editions(viewer, today=TODAY)}
    assert found == {again.id: (True, False), part.id: (False, True), whole.id: (False, True)}
    with pytest.raises(KeyError):
        content_of(viewer, whole)
    assert content_of(here, whole)
    assert all(one.is_open for one in editions.editions(here, today=TODAY))


def test_funders_are_told_which_figures_changed_and_not_from_what(here):
    """One woman more: the difference of two published numbers is one person."""
    published(here)
    corrected(here)
    second, viewer = published(here), here.asked_by(EVE)
    told = changes(viewer, edition_id=second.id, today=TODAY)
    assert ("T1", "91") in {(one.indicator, one.after["value"]) for one in told}
    assert {one.before for one in told} == {None}
    cells = cells_of(content_of(viewer, second))
    assert "Changed since edition 1" in cells
    assert "91" in cells
    assert "90" not in cells


# That it stays


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE edition SET returns = 7", "is not what was published"),
        ("UPDATE edition SET figures = replace(figures, '\"90\"', '\"91\"')", "is not what was published"),
        ("UPDATE edition SET published_at = '2026-01-01 00:00:00.000000'", "is not what was published"),
        ("UPDATE edition SET published_by = 'Somebody'", "is not what was published"),
        ("UPDATE edition SET sha256 = 'abc'", "is not what was published"),
        ("UPDATE edition SET figures = 'no JSON'", "is not what was published"),
        ("UPDATE edition_file SET name = 'other.xlsx' WHERE language = 'en'", "is not what was published"),
        ("UPDATE edition_file SET file_id = (SELECT max(file_id) FROM edition_file)", "is not what was published"),
        ("DELETE FROM edition_file WHERE language = 'en'", "is not what was published"),
        ("DELETE FROM edition", "is in the log, and not in the store"),
        (
            "UPDATE file SET content = zeroblob(size) WHERE id IN (SELECT file_id FROM edition_file)",
            "(number 1) is not what was published",
        ),
        ("UPDATE edition SET id = 5", "the log knows nothing of its publication"),
    ],
)
def test_a_change_behind_the_programs_back_is_found(once_published, tmp_path, change, said):
    file, here = once_published
    shutil.copyfile(file, tmp_path / "store.sqlite3")
    with sqlite3.connect(tmp_path / "store.sqlite3") as connection:
        for name in ("edition", "edition_file"):
            for deed in ("update", "delete"):
                connection.execute(f"DROP TRIGGER {name}_no_{deed}")
        assert connection.execute(change).rowcount > 0
    engine = connect(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    found = [message(one, "en") for one in verify(replace(here, engine=engine)).problems]
    engine.dispose()
    assert any(said in one for one in found), found


def test_a_file_that_was_changed_is_not_given_out(once_published, tmp_path):
    file, here = once_published
    shutil.copyfile(file, tmp_path / "store.sqlite3")
    with sqlite3.connect(tmp_path / "store.sqlite3") as connection:
        of_pdf = "SELECT file_id, name FROM edition_file WHERE format = 'pdf' AND language = 'en'"
        ((file_id, name),) = connection.execute(of_pdf).fetchall()
        connection.execute("UPDATE file SET content = zeroblob(size) WHERE id = ?", (file_id,))
    engine = connect(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    changed = replace(here, engine=engine)
    (one,) = editions.editions(changed, today=TODAY)
    with pytest.raises(NotAsPublishedError, match=name):
        content_of(changed, one.stored, form="pdf")
    assert content_of(changed, one.stored, form="docx")
    engine.dispose()


@pytest.fixture(scope="module")
def once_published(made, tmp_path_factory):
    file, opened = made
    copied = tmp_path_factory.mktemp("published") / "store.sqlite3"
    shutil.copyfile(file, copied)
    here = replace(opened, engine=connect(f"sqlite:///{copied}"), who=MIA)
    publish(here, CORE, today=TODAY, at=moment())
    assert verify(here).problems == []
    here.engine.dispose()
    return copied, here


def test_its_files_are_kept_however_old_they_are(here):
    edition = published(here)
    rules = retention.Rules(uploads_years=1, accounts_days=None)
    retention.tidy(here.asked_by(OPERATOR), rules=rules, at=BEGIN + timedelta(days=4000))
    assert content_of(here, edition)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE edition SET number = 2",
        "DELETE FROM edition",
        "UPDATE edition_file SET name = 'x'",
        "DELETE FROM edition_file",
    ],
)
def test_the_database_itself_refuses_to_change_it(store, change):
    with writing(store) as session:
        edition = an_edition(
            session,
            figures=[{"indicator": "A", "value": "1.50"}],
            written=[NewFile("en", "xlsx", "a.xlsx", "application/x", b"bytes")],
        )
    with pytest.raises(DBAPIError, match="never changed or removed"), writing(store) as session:
        session.execute(text(change))
    with reading(store) as session:
        assert stored.find(session) == [edition]
        assert edition.window == Window.year(2025)
        (seal,) = stored.seals(session).values()
        assert seal.bears == seal.gives == edition.sha256
        assert stored.figures(session, edition_id=edition.id) == [{"indicator": "A", "value": "1.50"}]


def test_what_an_edition_for_funders_hides_is_known(store):
    shown = {"indicator": "A", "window": "2025", "slice": None, "state": "value", "value": "9"}
    small = {"indicator": "A", "window": "2025", "slice": {"gender": "women"}, "state": "small", "value": None}
    for audience in ("funder", "management"):
        with writing(store) as session:
            figures = [shown, small] if audience == "funder" else [{**shown, "state": "small"}]
            an_edition(session, audience=audience, figures=figures)
    with reading(store) as session:
        found = stored.hidden(session, audience="funder", states={"small", "hidden"})
    assert found == {("A", "2025", frozenset({("gender", "women")}))}
