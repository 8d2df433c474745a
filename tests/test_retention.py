"""What has been kept for long enough goes, and nothing else; by default nothing does."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from desk import ANN, MIA, Q1, approved, at_work, begun, handed_in, moment, typed
from filling import CENTRE, Kpi
from kpi import drafts
from kpi import evidence as behind
from kpi.access import NotPermittedError, Person, Role
from kpi.audit import Sought, read_log
from kpi.people import change, list_people
from kpi.proof import verify
from kpi.quarter import Quarter
from kpi.retention import NoNumberError, Rules, rules_of, tidy, would_tidy
from kpi.returns import send_back
from kpi.sessions import who_holds
from kpi.settings import Settings
from kpi.store import files, people, returns
from kpi.store.engine import reading, writing
from kpi.store.files import FileRemovedError
from papers import PNG
from showing import NOW, environment, filled, signed_in

#: Returns of the sample were handed in and approved at NOW: 2025-11-03.
LATER = NOW.replace(year=2030)
YEARS, FOR_EVER = Rules(5, None), Rules(None, None)


@pytest.fixture
def installation(tmp_path):
    """Seven returns with a workbook each: six approved, the last (RSE, 2025-Q4) submitted."""
    return filled(tmp_path)


def names(done):
    return [file.name for file in done.files]


def kept_files(installation):
    with reading(installation.engine) as session:
        return [files.get(session, file_id=one).name for one in files.kept(session)]


def execute(installation, statement, **values):
    with writing(installation.engine) as session:
        session.execute(sa.text(statement), values)


def keep(installation, content):
    with writing(installation.engine) as session:
        return files.keep(session, name=f"{content}.pdf", content=content.encode(), media_type="application/pdf")


def evidence(installation, file_id, return_id):
    execute(
        installation,
        "INSERT INTO evidence (return_id, form, position, number, name, file_id) "
        "VALUES (:r, 'training', 1, 1, 'a', :f)",
        r=return_id,
        f=file_id,
    )


def test_without_a_setting_everything_is_kept(installation):
    done = tidy(installation, FOR_EVER, at=NOW.replace(year=2090))
    assert (done.files, done.accounts) == ([], [])
    assert len(kept_files(installation)) == 7
    assert rules_of(Settings.from_environment({})) == FOR_EVER


def test_workbooks_go_after_their_time_and_their_hash_stays(installation):
    before = verify(installation)
    assert names(would_tidy(installation, YEARS, at=LATER)) == []
    late = NOW.replace(year=2030) + timedelta(days=1)
    expected = [f"{code}_2025-Q{number}.xlsx" for number in (1, 2, 3) for code in ("SDA", "RSE")]
    assert names(would_tidy(installation, YEARS, at=late)) == expected
    assert len(kept_files(installation)) == 7, "looking removes nothing"
    assert names(tidy(installation, YEARS, at=late)) == expected
    assert kept_files(installation) == ["RSE_2025-Q4.xlsx"], "what is submitted still waits for somebody to look at it"
    assert names(tidy(installation, YEARS, at=late)) == []
    with reading(installation.engine) as session:
        (q1,) = returns.find(session, organisation="SDA", quarter=Quarter(2025, 1))
        head = files.get(session, file_id=q1.file_id)
        assert (head.content, len(head.sha256)) == (b"", 64)
        with pytest.raises(FileRemovedError, match=head.sha256):
            files.content(session, file_id=q1.file_id)
        size = session.execute(sa.text("SELECT sum(length(content)) FROM file")).scalar_one()
        (q4,) = returns.find(session, organisation="RSE", quarter=Quarter(2025, 4))
        assert size == len(files.get(session, file_id=q4.file_id).content)
    links = read_log(installation, sought=Sought(action="file.removed")).events
    assert {link.before["sha256"] for link in links} >= {head.sha256}
    assert len(links) == 6
    after = verify(installation)
    assert after.files == before.files - 6
    assert [one.code for one in after.problems] == [one.code for one in before.problems]


def test_the_same_file_is_kept_again_when_it_comes_again(installation):
    late = NOW.replace(year=2030) + timedelta(days=1)
    file_id = keep(installation, "letter")
    evidence(installation, file_id, 1)
    execute(installation, "UPDATE returns SET current = FALSE, superseded_at = approved_at WHERE id = 1")
    assert "letter.pdf" in names(tidy(installation, YEARS, at=late))
    assert keep(installation, "letter") == file_id
    with reading(installation.engine) as session:
        assert files.content(session, file_id=file_id).content == b"letter"


def test_evidence_stays_while_a_return_that_counts_rests_on_it(installation):
    late = NOW.replace(year=2030) + timedelta(days=1)
    counting, waiting, former = (keep(installation, name) for name in ("counting", "waiting", "former"))
    evidence(installation, counting, 1)
    evidence(installation, waiting, 7)
    evidence(installation, former, 3)
    execute(installation, "UPDATE returns SET current = FALSE, superseded_at = approved_at WHERE id = 3")
    removed = names(tidy(installation, YEARS, at=late))
    assert "former.pdf" in removed
    assert not {"counting.pdf", "waiting.pdf"} & set(removed)


def test_evidence_of_a_return_sent_back_stays_until_its_correction_is_handed_in(store):
    here = at_work(store)
    ann = here.asked_by(ANN)
    draft = typed(ann, begun(ann, "A", Q1), 7)
    where = {"draft_id": draft.id, "form": "training", "row": draft.typed["training"].rows[0].id}
    behind.keep(ann, **where, name="list.png", content=PNG, at=moment())
    waiting = handed_in(ann, drafts.draft(ann, draft_id=draft.id))
    words = {"reason": "Look", "by_form": {}, "by": MIA.signature, "at": moment()}
    send_back(here.asked_by(MIA), return_id=waiting.id, **words)
    drafts.give_up(ann, draft_id=begun(ann, "A", Q1).id, at=moment())
    later = moment().replace(year=2030)
    assert names(tidy(here, Rules(1, None), at=later)) == []
    again = begun(ann, "A", Q1)
    (kept,) = again.typed["training"].rows[0].evidence
    done = approved(here, handed_in(ann, typed(ann, again, 8)))
    found = behind.open_file(here.asked_by(MIA), file_id=kept.file, return_id=done.id)
    assert names(tidy(here, Rules(1, None), at=later)) == []
    assert verify(here).problems == []
    assert (found.name, found.content) == ("list.png", PNG)


def test_what_is_attached_in_an_open_draft_stays(installation):
    late = NOW.replace(year=2030) + timedelta(days=1)
    file_id = keep(installation, "attached")
    typed = {
        "state": "",
        "rows": [{"id": "a", "cells": {}, "evidence": [{"name": "a", "file": file_id, "link": None}]}],
    }
    execute(installation, "UPDATE returns SET state = 'draft', submitted_by = NULL, submitted_at = NULL WHERE id = 7")
    execute(
        installation,
        "UPDATE return_form SET typed = :typed WHERE return_id = 7 AND form = 'training'",
        typed=json.dumps(typed),
    )
    evidence(installation, keep(installation, "newer"), 3)
    execute(installation, "UPDATE returns SET current = FALSE, superseded_at = approved_at WHERE id = 3")
    removed = names(tidy(installation, YEARS, at=late))
    assert "newer.pdf" in removed
    assert "attached.pdf" not in removed


def test_what_no_return_ever_used_is_as_old_as_what_came_after_it(installation):
    orphan = keep(installation, "orphan")
    late = NOW.replace(year=2030) + timedelta(days=1)
    assert "orphan.pdf" not in names(would_tidy(installation, YEARS, at=late)), "nothing tells how old it is"
    evidence(installation, keep(installation, "later"), 3)
    execute(installation, "UPDATE returns SET current = FALSE, superseded_at = approved_at WHERE id = 3")
    assert {"orphan.pdf", "later.pdf"} <= set(names(tidy(installation, YEARS, at=late)))
    assert orphan


@pytest.fixture
def people_there(installation):
    """Ana was disabled at NOW, Bo is there."""
    for _ in range(2):
        signed_in(installation, Role.REPORTER, {"SDA"})
    ana, bo = sorted(list_people(installation), key=lambda one: one.id)
    with writing(installation.engine) as session:
        people.prove(session, person_id=ana.id, password="hash")  # noqa: S106 (nobody's)
    change(
        installation,
        person_id=ana.id,
        name=ana.name,
        role=Role.REPORTER,
        organisations={"SDA"},
        language="bg",
        enabled=False,
        at=NOW,
    )
    return ana, bo


def test_disabled_accounts_lose_their_names_after_their_time(installation, people_there):
    ana, bo = people_there
    rules = Rules(None, 90)
    assert tidy(installation, rules, at=NOW + timedelta(days=90)).accounts == []
    assert tidy(installation, rules, at=NOW + timedelta(days=91)).accounts == [ana.id]
    assert tidy(installation, rules, at=NOW + timedelta(days=92)).accounts == []
    now = {one.id: one for one in list_people(installation)}
    gone = now[ana.id]
    assert (gone.name, gone.email, gone.password, gone.organisations) == (
        f"#{ana.id}",
        f"{ana.id}@removed.invalid",
        None,
        frozenset(),
    )
    assert gone.disabled_at == NOW
    assert now[bo.id] == bo
    told = read_log(installation, sought=Sought(action="person.anonymised")).events
    assert [(one.subject, one.before, one.after) for one in told] == [(f"person/{ana.id}", None, {"days": 90})]


def test_the_log_still_says_who_did_it(installation, people_there):
    ana, _ = people_there
    before = list(read_log(installation, sought=Sought(parts=("person", str(ana.id)))).events)
    tidy(installation, Rules(None, 1), at=NOW + timedelta(days=9))
    after = read_log(installation, sought=Sought(parts=("person", str(ana.id)))).events
    assert list(after[1:]) == before
    assert before[-1].after["email"] == ana.email
    assert not [one.code for one in verify(installation).problems if one.code.startswith("audit.link")]


def test_sessions_links_and_attempts_that_serve_no_more_always_go(installation):
    token = signed_in(installation)
    begun = datetime.now(UTC)
    with writing(installation.engine) as session:
        people.attempted(session, address_sha256="a", email_sha256="b", at=begun, forget=begun - timedelta(days=1))
    done = tidy(installation, FOR_EVER, at=begun + timedelta(minutes=5))
    assert (done.sessions, done.links, done.attempts) == (0, 0, 0)
    assert who_holds(installation, token=token, at=begun + timedelta(minutes=6)) is not None
    done = tidy(installation, FOR_EVER, at=begun + timedelta(days=2))
    assert (done.sessions, done.links, done.attempts) == (1, 1, 1)
    with reading(installation.engine) as session:
        for table in ("session", "link", "attempt"):
            assert session.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one() == 0  # noqa: S608


@pytest.mark.parametrize(
    "wrong", [{"KPI_KEEP_UPLOADS_YEARS": text} for text in ("0", "-1", "five", "1.5", "9999", "٥")]
)
def test_a_setting_that_is_no_number_removes_nothing(wrong, tmp_path, installation):
    with pytest.raises(NoNumberError, match="KPI_KEEP_UPLOADS_YEARS has to be a whole number from 1 to 100"):
        rules_of(Settings.from_environment(wrong))
    kpi = Kpi(tmp_path, CENTRE, {**environment(tmp_path), **wrong})
    assert "whole number" in kpi.refused(2, "tidy")
    assert len(kept_files(installation)) == 7


def test_the_command(tmp_path, installation, monkeypatch):
    monkeypatch.setattr("kpi.cli.tidy.now", lambda: NOW.replace(year=2030) + timedelta(days=1))
    kpi = Kpi(
        tmp_path, CENTRE, {**environment(tmp_path), "KPI_KEEP_UPLOADS_YEARS": "5", "KPI_KEEP_ACCOUNTS_DAYS": "30"}
    )
    told = kpi.ok("tidy", "--dry-run").out
    assert "Would be removed: 6 file(s), 0 account(s)" in told
    assert len(kept_files(installation)) == 7
    assert "SDA_2025-Q1.xlsx" in told
    assert "Removed: 6 file(s)" in kpi.ok("tidy").out
    assert "Removed: 0 file(s)" in kpi.ok("tidy").out


def test_only_the_operator_tidies(installation):
    for role in (Role.MANAGER, Role.ADMINISTRATOR, Role.REPORTER):
        seen = installation.asked_by(Person("A", role))
        for ask in (would_tidy, tidy):
            with pytest.raises(NotPermittedError):
                ask(seen, YEARS, at=LATER)
    assert replace(YEARS, uploads_years=None) == FOR_EVER
