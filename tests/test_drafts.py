"""Drafts: one content for form and workbook, kept cell by cell, never overwritten, and not lost with the server."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from filled import CENTRE, SECOND, framework, organisation
from kpi import drafts, incoming, offline, typing_in
from kpi.access import OPERATOR, NotPermittedError, Person, Role
from kpi.adoption import adopt
from kpi.draft import ChangedMeanwhileError, DraftGoneError
from kpi.framework.load import load_text
from kpi.installation import Installation
from kpi.intake import typed as typing
from kpi.intake.check import check
from kpi.intake.reader import Reader
from kpi.intake.typed import Attached
from kpi.organisations import list_organisations
from kpi.participation import NotBegunError
from kpi.problems import errors
from kpi.quarter import Quarter
from kpi.store.model import Channel
from kpi.typing_in import RowGoneError, TooMuchError, TypedMeanwhileError
from made_up import World
from test_renamed import FORMER, FORMS, RENAMES, changed
from typed import type_row

Q2 = Quarter(2025, 2)
AT = datetime(2025, 7, 2, 9, tzinfo=UTC)
BEFORE = datetime(2025, 7, 2, 8, tzinfo=UTC)
TODAY = date(2025, 7, 2)
ROW, OTHER = "0123456789ab", "ba9876543210"
MARIA = Person("Maria", Role.REPORTER, "maria@example.org", 1, frozenset({"C1"}))
PETER = Person("Peter", Role.REPORTER, "peter@example.org", 2, frozenset({"C1"}))
STRANGER = Person("Stranger", Role.REPORTER, "x@example.org", 3, frozenset({"C2"}))
FRAMEWORKS = {path: framework(path) for path in (CENTRE, SECOND)}


@pytest.fixture
def installation(store):
    """The second framework on each database, asked by somebody who reports for C1."""
    of = FRAMEWORKS[SECOND]
    found = Installation(of, SECOND.read_text(encoding="utf-8"), store, OPERATOR)
    adopt(found, by="Installer", at=AT)
    list_organisations(found, [organisation(of, "C1"), organisation(of, "C2")], by="Installer", at=AT)
    return found.asked_by(MARIA)


def begun(installation, quarter=Q2):
    return drafts.begin(installation, organisation="C1", quarter=quarter, language="fr", today=TODAY, at=AT)


def typed_in(installation, draft, form, row, **cells):
    cells = {name.replace("__", "."): text for name, text in cells.items()}
    return type_row(installation, draft, form, row, cells, at=AT)


def type_cell(installation, draft, field, *texts, form="operations"):
    """Type into a cell: what was seen there, and what stands there now."""
    seen, text = texts
    return typing_in.type_cell(
        installation, draft_id=draft.id, form=form, row=ROW, field_key=field, seen=seen, text=text, at=AT
    )


def filled_in(installation):
    """A draft with something of every kind of cell, some of it wrong."""
    draft = begun(installation)
    typed_in(installation, draft, "sections", ROW, code="=B1", river="Birse", kept="oui", state__banks="2 – Mixtes")
    typed_in(installation, draft, "operations", ROW, title="Nettoyage", day="31.05.2025", river="nulle part")
    typed_in(installation, draft, "operations", OTHER, title="Été", volunteers__adult="1 100", waste="12,5")
    typed_in(installation, draft, "gifts", ROW, received="2025-05-31", amount="1 100,50", amount__currency="CHF")
    typed_in(installation, draft, "gifts", ROW, giver="Anonyme", section="=b1")
    typed_in(installation, draft, "tests", "oxygen", taken="4", passed="5")
    typed_in(installation, draft, "opinion", "only", answers__adult="n/a")
    return typing_in.say_state(
        installation, draft_id=draft.id, form="wardens", seen="", state="nothing_to_report", at=AT
    )


def test_what_was_typed_stays_there_under_other_keys(installation):
    before = filled_in(installation).typed
    assert {row.key for row in before["tests"].rows} >= {"oxygen"}
    yaml = changed(installation.yaml, *RENAMES)
    now = replace(installation, framework=load_text(yaml).framework, yaml=yaml)
    adopt(now.asked_by(OPERATOR), by="Installer", at=AT)
    draft = drafts.draft_of(now, organisation="C1", quarter=Q2)
    assert {FORMS.get(key, key) for key in draft.typed} == before.keys()
    assert FORMS.keys() <= draft.typed.keys()
    kept = draft.typed["stretches"].row(ROW).cells
    assert kept == {"code": "=B1", "river": "Birse", "maintained": "oui", "condition.shores": "2 – Mixtes"}
    assert [FORMER.get(row.id, row.id) for row in draft.typed["tests"].rows] == [row.id for row in before["tests"].rows]
    assert not [one for one in drafts.look(now, draft).problems if one.code == "form.unknown"]
    where = {"draft_id": draft.id, "form": "stretches", "row": ROW, "field_key": "maintained"}
    again = typing_in.type_cell(now, **where, seen="oui", text="non", at=AT)
    assert again.typed["stretches"].row(ROW).cells == {**kept, "maintained": "non"}
    assert len(again.typed) == len(before)


@settings(max_examples=40, deadline=None)
@given(path=some.sampled_from(sorted(FRAMEWORKS)), seed=some.integers(0, 2**32), number=some.integers(0, 7))
def test_what_was_understood_typed_again_says_the_same(path, seed, number):
    of, quarter = FRAMEWORKS[path], Quarter(2025, 1) + number
    world = World(of, seed)
    who = organisation(of, "C1", **world.attributes())

    def understood(content, language):
        typed = typing.of_records(of, quarter, content, language)
        typed = {key: typing.from_json(typing.to_json(form)) for key, form in typed.items()}
        return check(of, typing.raw("C1", quarter, language, typed), attributes=who.attributes).content

    made_up = world.content(who, quarter)
    # What is made up holds former keys, and cells that a check refuses; a row of which nothing remains is no row.
    content = understood(understood(made_up, of.languages[0]), of.languages[0])
    assert content.rows >= made_up.rows // 2
    for language in of.languages:
        assert understood(content, language) == content
        assert understood(content, language).sha256 == content.sha256


def test_a_draft_goes_through_a_workbook_and_back_unchanged(installation, tmp_path):
    draft = filled_in(installation)
    attached = Attached("https://example.org", link="https://example.org")
    draft = typing_in.attach(
        installation, draft_id=draft.id, form="sections", row=ROW, kept_by=lambda _: attached, at=AT
    )
    draft = typing_in.write_note(installation, draft_id=draft.id, form="gifts", note="À voir", at=AT)
    looked = drafts.look(installation, draft)
    made = offline.workbook(installation, draft, language="fr")
    with Reader() as reader:
        came = incoming.read(installation, name="C1.xlsx", file=made, reader=reader, today=TODAY)
    assert came.content == looked.content
    assert came.content.sha256 == looked.content.sha256
    codes = [(one.code, one.place.form, one.place.field) for one in looked.problems]
    assert [(one.code, one.place.form, one.place.field) for one in came.problems] == codes
    assert "cell.unknown_choice" in {code for code, _, _ in codes}
    again = offline.take_workbook(installation, came, today=TODAY, at=AT)
    assert (again.id, again.head.channel) == (draft.id, Channel.WORKBOOK)
    assert drafts.look(installation, again).content == looked.content
    assert [row.id for row in again.typed["operations"].rows] != []
    # What a workbook has no room for stays: notes, and the evidence of rows that are still there.
    assert again.typed["gifts"].note == "À voir"
    assert again.typed["sections"].row(ROW).evidence == (attached,)
    typed = type_cell(installation, again, "code", "=B1", "B2", form="sections")
    assert typed.head.channel is Channel.FORM


def test_of_two_people_the_second_is_told_and_nothing_is_overwritten(installation):
    draft = begun(installation)
    second = installation.asked_by(PETER)
    type_cell(installation, draft, "title", None, "Mine")
    with pytest.raises(TypedMeanwhileError) as told:
        type_cell(second, draft, "title", "", "Theirs")
    assert (told.value.found, told.value.values["person"]) == ("Mine", MARIA.signature)
    typing_in.say_state(installation, draft_id=draft.id, form="gifts", seen="", state="reported", at=AT)
    with pytest.raises(TypedMeanwhileError):
        typing_in.say_state(second, draft_id=draft.id, form="gifts", seen="", state="not_applicable", at=AT)
    typing_in.write_note(installation, draft_id=draft.id, form=None, note="Mine", seen="", at=AT)
    with pytest.raises(TypedMeanwhileError):
        typing_in.write_note(second, draft_id=draft.id, form=None, note="Theirs", seen="", at=AT)
    there = drafts.draft_of(second, organisation="C1", quarter=Q2)
    assert there.typed["operations"].row(ROW).cells == {"title": "Mine"}
    assert (there.typed["gifts"].state, there.note, there.touched_by) == ("reported", "Mine", MARIA.signature)
    # Another cell of the same row is nobody else's.
    there = type_cell(second, draft, "day", "", "31.05.2025")
    assert there.typed["operations"].row(ROW).cells == {"title": "Mine", "day": "31.05.2025"}
    assert there.touched_by == PETER.signature


def test_nothing_that_somebody_else_typed_is_taken_away_unseen(installation):
    draft = begun(installation)
    seen = typed_in(installation, draft, "operations", ROW, title="Mine")
    row, form = seen.typed["operations"].row(ROW), seen.typed["wardens"]
    second = installation.asked_by(PETER)
    now = type_cell(second, draft, "day", "", "31.05.2025")
    for deed in (
        lambda: typing_in.remove_row(installation, draft_id=draft.id, form="operations", row=ROW, seen=row, at=AT),
        lambda: drafts.give_up(installation, draft_id=draft.id, seen=BEFORE, at=AT),
    ):
        with pytest.raises(ChangedMeanwhileError) as told:
            deed()
        assert told.value.values["person"] == PETER.signature
    typing_in.copy_last(installation, draft_id=draft.id, form="wardens", seen=form, at=AT)
    typed_in(second, draft, "wardens", "only", alerts="3")
    with pytest.raises(ChangedMeanwhileError):
        typing_in.copy_last(installation, draft_id=draft.id, form="wardens", seen=form, at=AT)
    there = drafts.draft(installation, draft_id=draft.id)
    assert there.typed["operations"] == now.typed["operations"]
    # Whoever typed last has not seen either what is typed in another window of theirs, and by others before.
    type_cell(installation, there, "day", "31.05.2025", "30.05.2025")
    for deed in (
        lambda: typing_in.remove_row(installation, draft_id=draft.id, form="operations", row=ROW, seen=row, at=AT),
        lambda: typing_in.copy_last(second, draft_id=draft.id, form="wardens", seen=form, at=AT),
        lambda: drafts.give_up(second, draft_id=draft.id, seen=BEFORE, at=AT),
    ):
        with pytest.raises(ChangedMeanwhileError):
            deed()
    there = drafts.draft(installation, draft_id=draft.id)
    now = there.typed["operations"].row(ROW)
    typing_in.remove_row(installation, draft_id=draft.id, form="operations", row=ROW, seen=now, at=AT)
    drafts.give_up(installation, draft_id=draft.id, seen=AT, at=AT)


def test_a_row_that_somebody_took_out_is_not_brought_back_by_typing_into_it(installation):
    draft = begun(installation)
    seen = typed_in(installation, draft, "operations", ROW, title="Mine")
    second = installation.asked_by(PETER)
    without = typing_in.remove_row(
        second, draft_id=draft.id, form="operations", row=ROW, seen=seen.typed["operations"].row(ROW), at=AT
    )
    link = Attached("https://example.org", link="https://example.org")
    for deed in (
        lambda: type_cell(installation, draft, "day", "", "31.05.2025"),  # an empty cell of a row that was there
        lambda: type_cell(installation, draft, "title", "Mine", "Ours"),
        lambda: typing_in.attach(
            installation, draft_id=draft.id, form="operations", row=ROW, kept_by=lambda _: link, at=AT
        ),
    ):
        with pytest.raises(RowGoneError):
            deed()
    assert drafts.draft(installation, draft_id=draft.id).typed == without.typed
    # A new row is begun by whoever saw none.
    again = type_cell(installation, draft, "day", None, "31.05.2025")
    assert again.typed["operations"].row(ROW).cells == {"day": "31.05.2025"}


def test_a_number_of_a_workbook_is_seen_as_people_write_it(installation):
    draft = begun(installation)
    form = typing.TypedForm(rows=(typing.TypedRow(ROW, {"waste": Decimal("12.5"), "day": date(2025, 5, 31)}),))
    assert typing.from_json(typing.to_json(form)) == form
    assert typing.shown(form.rows[0].cells["waste"], "fr") == "12,5"
    assert typing.shown(form.rows[0].cells["day"], "bg") == "31.05.2025\u202fг."
    assert draft.typed["operations"].rows == ()


def test_strangers_may_neither_look_nor_type(installation):
    draft = begun(installation)
    stranger = installation.asked_by(STRANGER)
    for refused in (
        lambda: drafts.draft_of(stranger, organisation="C1", quarter=Q2),
        lambda: drafts.look(stranger, draft),
        lambda: drafts.beside(stranger, draft),
        lambda: typing_in.last_said(stranger, draft),
        lambda: type_cell(stranger, draft, "title", "", "x"),
        lambda: typed_in(stranger, draft, "operations", ROW, title="x"),
        lambda: typing_in.remove_row(stranger, draft_id=draft.id, form="operations", row=ROW, at=AT),
        lambda: typing_in.copy_last(stranger, draft_id=draft.id, form="sections", at=AT),
        lambda: typing_in.write_note(stranger, draft_id=draft.id, form=None, note="x", at=AT),
        lambda: drafts.give_up(stranger, draft_id=draft.id, at=AT),
    ):
        with pytest.raises(NotPermittedError):
            refused()
    assert drafts.draft_of(installation, organisation="C1", quarter=Q2) == draft


def test_more_than_is_kept_is_refused_and_what_is_given_up_is_gone(installation):
    draft = begun(installation)
    with pytest.raises(TooMuchError):
        type_cell(installation, draft, "title", "", "x" * 5_001)
    with pytest.raises(TooMuchError):
        typing_in.write_note(installation, draft_id=draft.id, form=None, note="x" * 4_001, at=AT)
    drafts.give_up(installation, draft_id=draft.id, at=AT)
    with pytest.raises(DraftGoneError):
        type_cell(installation, draft, "title", "", "x")
    assert drafts.draft_of(installation, organisation="C1", quarter=Q2) is None
    assert begun(installation).head.revision == 2


def test_a_draft_lies_in_no_quarter_ahead(installation):
    with pytest.raises(NotBegunError):
        begun(installation, Quarter(2025, 4))


WRITER = """
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from kpi.access import OPERATOR
from kpi.framework.load import load_file
from kpi.installation import Installation
from kpi.store.engine import connect
from kpi.typing_in import type_cell
url, framework, draft = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
found = Installation(load_file(framework).framework, framework.read_text("utf-8"), connect(url), OPERATOR)
for number in range(100_000):
    seen = str(number - 1) if number else None
    type_cell(found, draft_id=draft, form="operations", row="0123456789ab", field_key="title", seen=seen,
              text=str(number), at=datetime.now(UTC))
    print(number, flush=True)
"""


def test_a_server_that_is_killed_has_kept_every_cell_that_it_said_was_kept(installation, store_url):
    draft = begun(installation)
    source = Path(__file__).parent.parent / "src"
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, store_url, str(SECOND), str(draft.id)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(source)},
    )
    for _ in range(40):
        assert process.stdout.readline()
    process.kill()
    told = process.stdout.read().split()
    process.wait()
    last = int(told[-1]) if told else 39
    there = drafts.draft_of(installation, organisation="C1", quarter=Q2)
    kept = int(str(there.typed["operations"].row(ROW).cells["title"]))
    assert kept in {last, last + 1}  # the last one may have been kept before it could be told
    assert not [one for one in errors(drafts.look(installation, there).problems) if one.code == "form.unknown_state"]
