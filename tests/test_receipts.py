"""Receipts and previews: what was handed in, and what it would change, in numbers reckoned by hand."""

import hashlib
import html
import re
from fractions import Fraction

import pytest

from kpi import evidence
from kpi.access import NotPermittedError
from kpi.present.receipt import receipt_page
from kpi.preview import preview_of
from kpi.receipts import NotHandedInError, file_of, receipt
from kpi.records import ReturnContent
from kpi.returns import Channel, approve
from kpi.store import events
from kpi.store.engine import reading
from papers import PDF
from reporter import (
    ANA,
    COURSE,
    EVE,
    MAX,
    MIA,
    ODD,
    Q4,
    RADA,
    _loaded,
    at_work,
    handed_in,
    moment,
    read,
    taken,
    workbook,
)
from typed import type_row


@pytest.fixture
def here(store):
    return at_work(store)


@pytest.fixture
def handed(here):
    ana = here.asked_by(ANA)
    return handed_in(ana, taken(ana, ODD))


def test_a_receipt_holds_what_was_handed_in_and_its_seals(here, handed):
    told = receipt(here.asked_by(ANA), return_id=handed.id)
    assert (told.revision, told.organisation.code) == (handed, "SDA")
    assert (told.revision.submitted_by, told.revision.channel) == (ANA.signature, Channel.WORKBOOK)
    assert len(told.forms["training"].records) == 1
    assert told.content.sha256 == handed.content_sha256
    # 10 women and 3 men of 12 and 3; nobody was asked for a mean, so there is none.
    assert told.figures["O6"].value == 13
    assert told.figures["O6a"].value == Fraction(13, 15)
    assert "O5" not in told.figures
    assert [one["explanation"] for one in told.explanations] == ["Свърши по-рано."]
    with reading(here.engine) as session:
        (link,) = [one for one in events.history(session) if one.action == "return.submitted"]
    assert told.event == link


def test_the_file_is_the_one_that_came_in(here):
    ana = here.asked_by(ANA)
    file = workbook(ana, COURSE)
    handed = handed_in(ana, taken(ana, COURSE))
    kept = file_of(ana, return_id=handed.id)
    assert receipt(ana, return_id=handed.id).file == (kept.name, kept.sha256)
    assert read(ana, kept.content).content.sha256 == read(ana, file).content.sha256


def test_the_organisation_and_the_core_team_read_it_and_nobody_else(here, handed):
    for who in (ANA, MIA):
        assert receipt(here.asked_by(who), return_id=handed.id).revision == handed
        assert file_of(here.asked_by(who), return_id=handed.id).name == "SDA.xlsx"
    for who in (RADA, EVE):
        for refused in (receipt, file_of):
            with pytest.raises(NotPermittedError):
                refused(here.asked_by(who), return_id=handed.id)


def plain(told, language="en"):
    _, page = receipt_page(_loaded().framework, told, "български", language)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_a_file_that_was_typed_into_afterwards_is_no_proof(here, handed):
    ana = here.asked_by(ANA)
    as_it_came = receipt(ana, return_id=handed.id)
    assert (as_it_came.proof, as_it_came.begun_from) == (as_it_came.file, None)
    assert "File (SHA-256)" in plain(as_it_came)
    assert "Begun from" not in plain(as_it_came)
    draft = taken(ana, {**COURSE, "ended_on": Q4.starts.replace(month=8)}, quarter=Q4 + -1)
    row = draft.typed["training"].rows[0].id
    where = {"draft_id": draft.id, "form": "training", "row": row}
    seen, cells = {"successful.women": "10"}, {"successful.women": "9"}
    typed = type_row(ana, draft, "training", row, cells, seen=seen, at=moment())
    for name, content in (("list.pdf", PDF), ("photo.pdf", PDF + b"2")):
        typed = evidence.keep(ana, **where, name=name, content=content, at=moment())
    typed = evidence.link(ana, **where, address="https://sda.example/course", at=moment())
    told = receipt(ana, return_id=handed_in(ana, typed).id)
    assert (told.proof, told.begun_from) == (None, "SDA.xlsx")
    assert [(one.form, one.position, one.name, one.sha256) for one in told.evidence] == [
        ("training", 1, "list.pdf", hashlib.sha256(PDF).hexdigest()),
        ("training", 1, "photo.pdf", hashlib.sha256(PDF + b"2").hexdigest()),
        ("training", 1, "https://sda.example/course", None),
    ]
    page = plain(told)
    before, _, seals = page.partition("By these numbers")
    assert "Begun from the file “SDA.xlsx”" in before
    assert "SDA.xlsx" not in seals
    assert told.file[1] not in page
    assert f"1. Първа помощ list.pdf {hashlib.sha256(PDF).hexdigest()}" in before
    assert "https://sda.example/course a link" in before


def test_a_draft_has_none_and_neither_has_what_there_is_not(here):
    ana = here.asked_by(ANA)
    draft = taken(ana, COURSE)
    with pytest.raises(NotHandedInError):
        receipt(ana, return_id=draft.id)
    for missing in (receipt, file_of):
        with pytest.raises(KeyError):
            missing(ana, return_id=10_000)


def test_a_preview_sets_figures_beside_the_revision_that_stands_and_the_quarter_before(here):
    ana = here.asked_by(ANA)
    before = {**COURSE, "ended_on": Q4.starts.replace(month=8), "successful.women": 4}
    settled(here, taken(ana, before, quarter=Q4 + -1))
    settled(here, taken(ana, COURSE))
    now = read(ana, workbook(ana, {**COURSE, "successful.women": 12})).content
    found = preview_of(ana, organisation="SDA", quarter=Q4, content=now)
    assert found.revision.quarter == Q4
    (total,) = [one for one in found.totals if one.indicator == "O6"]
    assert (total.now.value, total.revised.value, total.before.value) == (15, 13, 7)
    assert total.before_in == Q4 + -1
    assert total.is_changed
    by_gender = {
        one.slice[1]: one for one in found.figures if one.indicator == "O6" and one.slice and one.slice[0] == "gender"
    }
    assert (by_gender["women"].now.value, by_gender["women"].revised.value) == (12, 10)
    assert not by_gender["men"].is_changed


def settled(here, draft):
    handed = handed_in(here.asked_by(ANA), draft)
    return approve(here.asked_by(MAX), return_id=handed.id, by=MAX.signature, at=moment())


def test_nothing_said_is_nothing_to_preview(here):
    ana = here.asked_by(ANA)
    assert preview_of(ana, organisation="SDA", quarter=Q4, content=ReturnContent()).figures == []
    with pytest.raises(NotPermittedError):
        preview_of(ana, organisation="RSE", quarter=Q4, content=ReturnContent())
