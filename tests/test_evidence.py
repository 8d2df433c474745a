"""Evidence: files known by what is in them, given back only to whoever may see the rows that they stand behind."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from filled import SECOND, framework, organisation
from kpi import drafts, evidence, typing_in
from kpi.access import OPERATOR, NotPermittedError, Person, Role
from kpi.adoption import adopt
from kpi.draft import DraftGoneError
from kpi.evidence import LARGEST, NotALinkError, TooLargeFileError, UnknownKindError, name_of
from kpi.framework.load import load_text
from kpi.installation import Installation
from kpi.kinds import kind_of
from kpi.organisations import list_organisations
from kpi.quarter import Quarter
from kpi.receipts import receipt
from kpi.remarks import comment
from kpi.returns import send_back
from kpi.review import reviewed
from kpi.store.engine import reading
from kpi.submission import submit_draft, warnings
from kpi.web import downloads
from kpi.web.opened import Opened
from papers import DOCX, JPEG, PDF, PNG, packed, pdf
from typed import type_row

Q1 = Quarter(2025, 1)
AT = datetime(2025, 4, 2, 9, tzinfo=UTC)
ROW = "0123456789ab"
OWN = Person("Maria", Role.REPORTER, "maria@example.org", 1, frozenset({"C1"}))
STRANGER = Person("Stranger", Role.REPORTER, "x@example.org", 3, frozenset({"C2"}))
MANAGER, VIEWER = Person("Manager", Role.MANAGER, id=4), Person("Viewer", Role.VIEWER, id=5)
ADMINISTRATOR = Person("Administrator", Role.ADMINISTRATOR, id=6)


@pytest.fixture
def installation(store):
    of = framework()
    found = Installation(of, SECOND.read_text(encoding="utf-8"), store, OPERATOR)
    adopt(found, by="Installer", at=AT)
    list_organisations(found, [organisation(of, "C1"), organisation(of, "C2")], by="Installer", at=AT)
    return found.asked_by(OWN)


@pytest.fixture
def draft(installation):
    made = drafts.begin(installation, organisation="C1", quarter=Q1, language="fr", today=date(2025, 4, 2), at=AT)
    cells = {"title": "Nettoyage", "day": "31.03.2025", "river": "Birse"}
    return type_row(installation, made, "operations", ROW, cells, at=AT)


def keep(installation, draft, name, content):
    return evidence.keep(installation, draft_id=draft.id, form="operations", row=ROW, name=name, content=content, at=AT)


def handed_in(installation, draft):
    """Hand a draft in; what it says nothing of does not apply."""
    for form in draft.typed.keys() - {"operations"}:
        draft = typing_in.say_state(installation, draft_id=draft.id, form=form, seen="", state="not_applicable", at=AT)
    looked = drafts.look(installation, draft)
    return submit_draft(
        installation,
        draft_id=draft.id,
        version=draft.head.version,
        touched_at=draft.touched_at,
        explanations={looked.name_of(one): "So it is." for one in warnings(looked)},
        at=AT,
    )


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", PDF[:-60], DOCX[: len(DOCX) // 2], packed(("evil.exe", "MZ"))])
def test_what_is_not_whole_or_of_no_known_kind_is_not_kept(content, installation, draft):
    with pytest.raises(UnknownKindError):
        keep(installation, draft, "invoice.pdf", content)
    assert drafts.draft_of(installation, organisation="C1", quarter=Q1).typed["operations"].row(ROW).evidence == ()


@pytest.mark.parametrize(
    ("name", "content", "called"),
    [
        ("Договор № 5.PDF", PDF, "Договор № 5.PDF"),
        ("photo.jpeg", JPEG, "photo.jpeg"),
        ("invoice.exe", PDF, "invoice.exe.pdf"),
        ("../../etc/passwd", PDF, "passwd.pdf"),
        ("C:\\temp\\a\u202efdp.exe", PDF, "a fdp.exe.pdf"),
        ('a"b\r\nc<d>.pdf', PDF, "a b c d.pdf"),
        (".pdf", PDF, "file.pdf"),
        ("x" * 500 + ".png", PNG, "x" * 120 + ".png"),
    ],
)
def test_a_name_is_made_harmless_and_ends_as_the_file_is(name, content, called):
    assert name_of(name, kind_of(content)) == called


def test_a_file_too_large_and_a_link_to_nowhere_are_refused(installation, draft):
    with pytest.raises(TooLargeFileError):
        keep(installation, draft, "large.pdf", PDF + bytes(LARGEST))
    for address in ("javascript:alert(1)", "file:///etc/passwd", "example.org", "https://", "data:text/html,x", ""):
        with pytest.raises(NotALinkError):
            evidence.link(installation, draft_id=draft.id, form="operations", row=ROW, address=address, at=AT)


def test_a_file_that_is_put_behind_nothing_is_not_kept_either(installation, draft):
    where = {"draft_id": draft.id, "form": "operations", "row": ROW, "at": AT}
    for number in range(20):
        evidence.link(installation, **where, address=f"https://example.org/{number}")

    def kept():
        with reading(installation.engine) as session:
            return session.exec(text("SELECT count(*) FROM file")).scalar_one()

    before = kept()
    with pytest.raises(typing_in.TooMuchError):
        evidence.keep(installation, **where, name="last.pdf", content=pdf("One too many"))
    assert kept() == before


def test_only_who_may_see_the_rows_gets_the_file_before_and_after_it_is_handed_in(installation, draft):
    there = keep(installation, draft, "protocol.pdf", PDF)
    again = keep(installation, draft, "copy.pdf", PDF)  # the same bytes are kept once
    first, second = again.typed["operations"].row(ROW).evidence
    assert first.file == second.file

    def everybody_asks():
        for who in (OWN, MANAGER, OPERATOR):
            found = evidence.open_file(installation.asked_by(who), file_id=first.file, return_id=draft.id)
            assert (found.name, found.media_type, found.content) == ("protocol.pdf", "application/pdf", PDF)
        for who in (STRANGER, VIEWER, ADMINISTRATOR):
            with pytest.raises(NotPermittedError):
                evidence.open_file(installation.asked_by(who), file_id=first.file, return_id=draft.id)
        for file_id, return_id in ((first.file + 1, draft.id), (first.file, draft.id + 1)):
            with pytest.raises(KeyError):
                evidence.open_file(installation, file_id=file_id, return_id=return_id)

    everybody_asks()
    handed_in(installation, there)
    everybody_asks()
    with pytest.raises(DraftGoneError):
        keep(installation, draft, "late.pdf", PDF)


def test_it_stands_behind_its_row_also_where_the_form_is_called_otherwise_now(installation, draft):
    number = handed_in(installation, keep(installation, draft, "protocol.pdf", PDF)).id
    core = installation.asked_by(MANAGER)
    comment(core, return_id=number, text="Which river?", form="operations", position=1, at=AT)
    why = {"operations": "The river is wrong."}
    send_back(core, return_id=number, reason="", by_form=why, by=MANAGER.signature, at=AT)
    yaml = installation.yaml.replace("operations:\n    label: Op", "actions:\n    was: [operations]\n    label: Op")
    yaml = yaml.replace("count: operations", "count: actions").replace("operations.", "actions.")
    now = replace(installation, framework=load_text(yaml).framework, yaml=yaml, who=MANAGER)
    for found in (receipt(now, return_id=number), reviewed(now, return_id=number)):
        assert [(one.form, one.position, one.name) for one in found.evidence] == [("actions", 1, "protocol.pdf")]
        assert "actions" in found.content.forms
    assert [one.form for one in reviewed(now, return_id=number).comments] == ["actions"]
    asked = {"organisation": "C1", "quarter": Q1, "language": "fr", "today": date(2025, 4, 2), "at": AT}
    again = drafts.begin(now.asked_by(OWN), **asked)
    assert again.reasons == {"actions": "The river is wrong."}
    (row,) = again.typed["actions"].rows
    assert row.cells["title"] == "Nettoyage"
    assert [one.name for one in row.evidence] == ["protocol.pdf"]


def test_what_was_kept_when_less_was_asked_of_a_file_is_still_handed_over(installation, draft, monkeypatch):
    monkeypatch.setattr(evidence, "kind_of", lambda _: kind_of(PDF))
    there = keep(installation, draft, "old.pdf", b"%PDF-1.4\n")
    monkeypatch.undo()
    file_id = there.typed["operations"].row(ROW).evidence[0].file
    found = evidence.open_file(installation, file_id=file_id, return_id=draft.id)
    assert (found.name, found.media_type, found.content) == ("old.pdf", "application/octet-stream", b"%PDF-1.4\n")


def test_it_is_handed_over_for_download_only(installation, draft, monkeypatch):
    there = keep(installation, draft, "Протокол.pdf", PDF)
    file_id = there.typed["operations"].row(ROW).evidence[0].file
    people = {"own": OWN, "stranger": STRANGER}
    monkeypatch.setattr(downloads, "opened", lambda: Opened(installation))
    monkeypatch.setattr(downloads, "person_of", lambda request: people[request.headers["x-who"]])
    with TestClient(Starlette(routes=list(downloads.ROUTES))) as client:
        answer = client.get(f"/evidence/{draft.id}/{file_id}", headers={"x-who": "own"})
        assert (answer.status_code, answer.content) == (200, PDF)
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["x-content-type-options"] == "nosniff"
        refused = client.get(f"/evidence/{draft.id}/{file_id}", headers={"x-who": "stranger"})
        absent = client.get(f"/evidence/{draft.id}/999", headers={"x-who": "own"})
        odd = client.get("/evidence/x/1e9", headers={"x-who": "own"})
        assert [one.status_code for one in (refused, absent, odd)] == [404] * 3
