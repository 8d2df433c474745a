"""What a report tells of rows, to the core team alone; and what a filter leaves out of it."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

import showing
from kpi.access import OPERATOR
from kpi.organisations import list_organisations
from kpi.quarter import Quarter, Window
from kpi.records import FormState, Record, ReportedForm, ReturnContent
from kpi.report.content import Audience, Bars, Cards, Paragraph, Request, Table
from kpi.report.gather import gather
from showing import NOW, SDA, filled

TODAY, AT = date(2025, 11, 3), datetime(2025, 11, 3, 12, tzinfo=UTC)
YTD = Window.year_to_date(Quarter(2025, 3))
LAB = replace(SDA, code="LAB", name={"en": "Lab", "bg": "Лаборатория"})
PLACE = {"theme": "poverty", "district": "BG411"}


def reported(*rows):
    return ReportedForm(FormState.REPORTED, tuple(Record(at, None, row) for at, row in enumerate(rows, 1)))


def innovation(name, *steps):
    rated = dict(zip(("needs", "goals", "impact", "approach", "novelty"), steps, strict=False))
    return Record(1, name.casefold(), {"name": name, "challenge": "x", "operating": True, "features": rated, **PLACE})


def contract(name, amount, currency, innovation=None):
    day = {"signed_on": "2025-02-01", "funder": "F", "instrument": "grant", "programme": "easi", "source": "company"}
    return {
        "contract": name,
        "amount": {"amount": amount, "currency": currency},
        "innovation": innovation,
        **day,
        **PLACE,
    }


def act(title, day):
    return {"title": title, "date": day, "policy_kind": "adoption", "level": "local", "theme": "poverty"}


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    opened = filled(tmp_path_factory.mktemp("rows"))
    list_organisations(opened, [LAB], by="one", at=NOW)
    things = (innovation("Warm Bus", "2", "3", "2", "3", "4"), replace(innovation("Seed library"), position=2))
    forms = {
        "innovations": ReportedForm(FormState.REPORTED, things),
        "sites": reported({"name": "Depot", "innovation": "Warm Bus", "implementer": "ngo", "district": "BG411"}),
        "funding": reported(
            contract("One", "1000", "EUR", "WARM BUS"),
            contract("Two", "195.58", "BGN", "Warm Bus"),
            contract("Three", "7", "EUR"),
        ),
        "policy": reported(act("A plan <b>adopted</b>", "2025-02-03"), act("An earlier one", "2025-01-01")),
    }
    showing._store(opened, LAB, Quarter(2025, 1), ReturnContent(forms))
    yield opened
    opened.engine.dispose()


def made(here, audience=Audience.MANAGEMENT, **where):
    return gather(here.asked_by(OPERATOR), Request(YTD, "en", audience, where), today=TODAY, at=AT)


def chapter(content, title):
    return next((one for one in content.chapters if one.title == title), None)


def table_of(content, title):
    return next(block for block in chapter(content, title).blocks if isinstance(block, Table))


def test_the_portfolio_is_told_with_its_profile_and_what_refers_to_it(here):
    bus, seeds = sorted(table_of(made(here), "Innovations").rows, reverse=True)
    assert bus[:3] == ("Warm Bus", "Lab", "2 · 3 · 2 · 3 · 4 → 2.8")
    assert bus[3] == "Places of implementation: 1; Funding attracted: 2 (€1,100)"
    assert seeds == ("Seed library", "Lab", "not yet rated", "–")


def test_acts_of_the_period_are_told(here):
    rows = table_of(made(here), "Policy influence").rows
    assert [row[:2] for row in rows] == [("3 Feb 2025", "A plan <b>adopted</b>"), ("1 Jan 2025", "An earlier one")]
    assert all(row[3] == "Lab" for row in rows)


def test_how_many_more_there_are_stands_after_what_is_listed(here, monkeypatch):
    monkeypatch.setattr("kpi.report.portfolio._THINGS", 1)
    *_, table, more = chapter(made(here), "Innovations").blocks
    assert (len(table.rows), table.note, more.text) == (1, "", "Not listed here: 1 more.")


def test_where_sums_of_money_are_parted_it_is_said_that_they_are_rounded(here):
    blocks = chapter(made(here), "Funding").blocks
    assert any(isinstance(one, Bars) for one in blocks)
    assert blocks[-1].text.endswith("shown rounded: parts may differ from their sum by one.")


def test_funders_are_told_of_no_row(here):
    content = made(here, Audience.FUNDER)
    assert chapter(content, "Innovations") is chapter(content, "Policy influence") is None
    assert "Warm Bus" not in repr(content.chapters)
    assert "adopted</b>" not in repr(content.chapters)


def test_what_a_filter_does_not_apply_to_is_left_out_and_named_once(here):
    content = made(here, programme="easi")
    told = {one.indicator for one in content.figures}
    assert "O6" in told
    assert "R1" not in told
    summary = chapter(content, "Summary")
    (note,) = [one.text for one in summary.blocks if isinstance(one, Paragraph) and "R1 " in one.text]
    assert note.startswith("Not in this report, because they are not collected by programme or grant: P1 ")
    assert not [key for key in told if f"{key} " in note]
    (cards,) = [one for one in summary.blocks if isinstance(one, Cards)]
    assert cards.entries
    assert not [one for one in cards.entries if "not collected" in one.value]
    sections = {section.key for one in content.chapters for section in one.sections}
    assert sections == told
    assert {one.slice["programme"] for one in content.figures} == {"easi"}
    assert "not collected" not in repr([one for one in content.chapters if one is not summary])
