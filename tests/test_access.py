"""Who may do what: every service function for every role, whatever a page shows or hides.

Here the permissions are written down a second time, function by function. A service function that is not in this list
fails the tests: whoever adds one says here to whom it is open.
"""

import importlib
import inspect
import pkgutil
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

import kpi
from desk import ANN, BOB, MIA, Q1, Q2, Q3, TODAY, A, at_work, begun, moment, reported, settled, typed
from kpi import (
    adoption,
    amounts,
    audit,
    behind,
    calendar,
    comparison,
    coverage,
    demo,
    demo_desk,
    drafts,
    editions,
    evidence,
    figures,
    follow_up,
    incoming,
    influence,
    learning,
    locks,
    offline,
    organisations,
    people,
    portfolio,
    preview,
    proof,
    quality,
    receipts,
    registers,
    remarks,
    reminders,
    restated,
    retention,
    returns,
    review,
    stories,
    submission,
    typing_in,
    versions,
)
from kpi.access import NOBODY, OPERATOR, NotPermittedError, Person, Role
from kpi.draft import Looked
from kpi.figures import Basis
from kpi.installation import Installation
from kpi.intake.reader import Reader
from kpi.intake.typed import Attached
from kpi.mail import Security, Server
from kpi.measure.needs import Question
from kpi.open_data.dataset import gather, promised
from kpi.problems import SaidError
from kpi.quarter import Window
from kpi.records import ReturnContent
from kpi.registers import Entry
from kpi.report.content import Audience, Request
from kpi.store.chain import Sought
from kpi.store.engine import connect
from papers import PDF

#: Whoever may ask: a reporter for the organisation that it is about, and one for another.
ASKING = {
    "manager": MIA,
    "reporter": ANN,
    "reporter of another": BOB,
    "viewer": Person("Eve", Role.VIEWER, "eve@fund.example", 5),
    "administrator": Person("Ada", Role.ADMINISTRATOR, "ada@it.example", 6),
    "nobody": NOBODY,
}
SIGNED_IN = frozenset(ASKING) - {"nobody"}
MANAGER = frozenset({"manager"})
THEIRS = frozenset({"manager", "reporter"})
ADMINISTRATOR = frozenset({"administrator"})
LOG = MANAGER | ADMINISTRATOR
NONE: frozenset[str] = frozenset()

#: Functions that nobody has to be known for, each with the reason.
OPEN = {
    "sessions.holder_of": "whoever holds a link has not signed in yet",
    "sessions.enter_by_link": "as above",
    "sessions.sign_in": "it is the way in",
    "sessions.known_elsewhere": "as above",
    "sessions.who_holds": "it tells whose a token is to whoever has the token",
    "sessions.sign_out": "whoever has the token may give it up",
    "sessions.sign_out_everywhere": "it ends the sessions of whoever asks, and no other's",
    "sessions.can_anybody_sign_in": "the command asks before there is anybody; it tells yes or no",
    "cast.plays": "asked before it is known who looks; it tells whether the data are a sample",
    "cast.played": "as above: it gives a part in the sample, and only on this machine",
}
#: What is no service: rooms that ask services, and those that services are made of.
ROOMS = (
    "web",
    "cli",
    "store",
    "intake",
    "measure",
    "framework",
    "present",
    "report",
    "open_data",
    "locale",
    "__main__",
)

QUESTION = Question("T1", Window.quarter(Q1))
REASON = "So that it can be corrected."
FOR_EVER = retention.Rules(uploads_years=None, accounts_days=None)
NO_SERVER = Server("mail.example.org", 465, Security.TLS, "kpi@example.org")


@dataclass(frozen=True)
class Open:
    """To whom a function is open, and how it is called."""

    to: frozenset[str]
    call: Callable[[Installation, SimpleNamespace], object]


def _read(here, scene):
    """Read another's workbook: whoever may not gets nothing of it."""
    found = incoming.read(here, name="a.xlsx", file=scene.workbook, reader=Reader(), today=TODAY)
    if found.raw is None and found.organisation is None:
        raise NotPermittedError(here.who, None)
    return found


def of_draft(function, **words):
    """Call a function on the draft."""
    return lambda here, scene: function(here, draft_id=scene.draft.id, at=moment(), **words)


TRAINING = {"form": "training"}
#: Rows are open to whoever reports, those of their own.
ROWS = frozenset({"manager", "reporter", "reporter of another"})
OF_A = Entry("A", {"en": "Alpha"}, Q1, "projects", "well", 1, {"name": "Well"}, 1)
FUNCTIONS: dict[str, Open] = {
    "amounts.amounts": Open(ROWS, lambda here, _: amounts.amounts(here, "F1", Window.quarter(Q1))),
    "audit.read_log": Open(LOG, lambda here, _: audit.read_log(here, sought=Sought())),
    "audit.every": Open(LOG, lambda here, _: list(audit.every(here, sought=Sought()))),
    "audit.history_of": Open(
        THEIRS | ADMINISTRATOR, lambda here, scene: audit.history_of(here, return_id=scene.waiting.id)
    ),
    "audit.subjects": Open(LOG, lambda here, _: audit.subjects(here, returns=[("A", Q1)], indicator="T1")),
    "behind.behind": Open(ROWS, lambda here, _: behind.behind(here, QUESTION, today=TODAY)),
    "calendar.asked_of": Open(THEIRS, lambda here, _: calendar.asked_of(here, organisation="A", today=TODAY)),
    "comparison.like_for_like": Open(
        SIGNED_IN,
        lambda here, _: comparison.like_for_like(here, "T1", Window.quarter(Q1), Window.quarter(Q2), today=TODAY),
    ),
    "demo.load": Open(NONE, lambda here, _: demo.load(here, at=moment(), by=here.who.signature)),
    "demo_desk.do": Open(
        NONE,
        lambda here, _: demo_desk.do(
            here, demo_desk.Told(moment(), "lock", words={"quarter": "2026-Q2", "reason": "Reported"}), folder=Path()
        ),
    ),
    "drafts.draft_of": Open(THEIRS, lambda here, _: drafts.draft_of(here, organisation="A", quarter=Q3)),
    "drafts.draft": Open(THEIRS, lambda here, scene: drafts.draft(here, draft_id=scene.draft.id)),
    "drafts.goes_on": Open(THEIRS, lambda here, _: drafts.goes_on(here, organisation="A", quarter=Q3)),
    "drafts.begin": Open(THEIRS, lambda here, _: begun(here, "A", Q3)),
    "drafts.withdraw": Open(THEIRS, lambda here, scene: drafts.withdraw(here, return_id=scene.waiting.id, at=moment())),
    "drafts.give_up": Open(THEIRS, of_draft(drafts.give_up)),
    "drafts.look": Open(THEIRS, lambda here, scene: drafts.look(here, scene.draft)),
    "drafts.beside": Open(THEIRS, lambda here, scene: drafts.beside(here, scene.draft)),
    "offline.take_workbook": Open(
        THEIRS, lambda here, scene: offline.take_workbook(here, scene.incoming, today=TODAY, at=moment())
    ),
    "offline.workbook_of": Open(
        THEIRS, lambda here, _: offline.workbook_of(here, organisation="A", quarter=Q2, language="en")
    ),
    "offline.marked": Open(THEIRS, lambda here, scene: offline.marked(here, scene.draft, language="en")),
    "offline.workbook": Open(THEIRS, lambda here, scene: offline.workbook(here, scene.draft, language="en")),
    "editions.publish": Open(
        MANAGER,
        lambda here, _: editions.publish(
            here, Request(Window.quarter(Q1), "en", Audience.MANAGEMENT, {}), today=TODAY, at=moment()
        ),
    ),
    "editions.editions": Open(SIGNED_IN, lambda here, _: editions.editions(here, today=TODAY)),
    "editions.file_of": Open(
        SIGNED_IN, lambda here, _: editions.file_of(here, edition_id=1, language="en", form="pdf", today=TODAY)
    ),
    "editions.changes": Open(SIGNED_IN, lambda here, _: editions.changes(here, edition_id=1, today=TODAY)),
    "evidence.keep": Open(THEIRS, of_draft(evidence.keep, row="r1", name="list.pdf", content=PDF, **TRAINING)),
    "evidence.link": Open(THEIRS, of_draft(evidence.link, row="r1", address="https://a.example/list", **TRAINING)),
    "evidence.left_behind": Open(THEIRS, lambda here, scene: evidence.left_behind(here, scene.incoming)),
    "evidence.open_file": Open(
        THEIRS, lambda here, scene: evidence.open_file(here, file_id=1, return_id=scene.waiting.id)
    ),
    "coverage.reported": Open(SIGNED_IN, lambda here, _: coverage.reported(here, Q1)),
    "figures.overview": Open(SIGNED_IN, lambda here, _: figures.overview(here)),
    "figures.returns_in": Open(SIGNED_IN, lambda here, _: figures.returns_in(here, Window.quarter(Q1))),
    "figures.measured": Open(SIGNED_IN, lambda here, _: figures.measured(here, [QUESTION], today=TODAY)),
    "figures.one": Open(SIGNED_IN, lambda here, _: figures.one(here, QUESTION, today=TODAY)),
    "figures.contributions": Open(SIGNED_IN, lambda here, _: figures.contributions(here, QUESTION, today=TODAY)),
    "figures.rows_behind": Open(THEIRS, lambda here, _: figures.rows_behind(here, organisation="A")),
    "figures.share_standings": Open(SIGNED_IN, lambda here, _: figures.share_standings(here, "T1", Q1, today=TODAY)),
    "figures.file_names": Open(MANAGER, lambda here, scene: figures.file_names(here, [scene.waiting])),
    "follow_up.actions": Open(SIGNED_IN, lambda here, _: follow_up.actions(here)),
    "follow_up.open_action": Open(
        MANAGER,
        lambda here, _: follow_up.open_action(
            here,
            indicator="T1",
            quarter=Q1,
            explanation="Late",
            action="Hurry",
            owner="Mia",
            due=date(2026, 12, 1),
            at=moment(),
        ),
    ),
    "follow_up.close_action": Open(
        MANAGER, lambda here, _: follow_up.close_action(here, action_id=1, outcome="Done", at=moment())
    ),
    "follow_up.notes": Open(SIGNED_IN, lambda here, _: follow_up.notes(here)),
    "follow_up.add_note": Open(
        MANAGER, lambda here, _: follow_up.add_note(here, indicator="T1", day=TODAY, text="Snow", at=moment())
    ),
    "follow_up.remove_note": Open(MANAGER, lambda here, _: follow_up.remove_note(here, note_id=1, at=moment())),
    "incoming.template_for": Open(
        THEIRS, lambda here, _: incoming.template_for(here, organisation="A", quarter=Q3, language="en", today=TODAY)
    ),
    "incoming.read": Open(THEIRS, _read),
    "incoming.approved_rows": Open(THEIRS, lambda here, _: incoming.approved_rows(here, A, Q3)),
    "incoming.marked": Open(THEIRS, lambda here, scene: incoming.marked(here, scene.incoming, language="en")),
    "locks.list_locks": Open(SIGNED_IN, lambda here, _: locks.list_locks(here)),
    "locks.lock": Open(MANAGER, lambda here, _: locks.lock(here, quarter=Q1, reason=REASON, at=moment())),
    "locks.reopen": Open(MANAGER, lambda here, _: locks.reopen(here, quarter=Q1, reason=REASON, at=moment())),
    "locks.extensions": Open(MANAGER, lambda here, _: locks.extensions(here)),
    "locks.extend": Open(
        MANAGER,
        lambda here, _: locks.extend(
            here, organisation="A", quarter=Q3, until=date(2026, 12, 1), reason=REASON, at=moment()
        ),
    ),
    "organisations.all_organisations": Open(ADMINISTRATOR, lambda here, _: organisations.all_organisations(here)),
    "organisations.asked_for": Open(ADMINISTRATOR, lambda here, _: organisations.asked_for(here, Q3)),
    "organisations.list_organisations": Open(
        ADMINISTRATOR,
        lambda here, _: organisations.list_organisations(here, [A], by=here.who.signature, at=moment()),
    ),
    "organisations.add_organisation": Open(
        ADMINISTRATOR,
        lambda here, _: organisations.add_organisation(here, replace(A, code="C"), by=here.who.signature, at=moment()),
    ),
    "people.list_people": Open(ADMINISTRATOR, lambda here, _: people.list_people(here)),
    "people.invite": Open(
        ADMINISTRATOR,
        lambda here, _: people.invite(here, email="z@z.example", name="Zoe", role=Role.VIEWER, at=moment()),
    ),
    "people.change": Open(
        ADMINISTRATOR,
        lambda here, scene: people.change(
            here,
            person_id=scene.account.id,
            name="Zed",
            role=Role.VIEWER,
            organisations=(),
            language=None,
            enabled=True,
            at=moment(),
        ),
    ),
    "people.reset": Open(
        ADMINISTRATOR, lambda here, scene: people.reset(here, person_id=scene.account.id, at=moment())
    ),
    "preview.preview_of": Open(
        THEIRS,
        lambda here, scene: preview.preview_of(here, organisation="A", quarter=Q3, content=scene.incoming.content),
    ),
    "proof.verify": Open(LOG, lambda here, _: proof.verify(here)),
    "proof.compare_facts": Open(LOG, lambda here, _: proof.compare_facts(here)),
    "quality.quality": Open(THEIRS, lambda here, _: quality.quality(here, Window.quarter(Q1), organisation="A")),
    "quality.of_return": Open(THEIRS, lambda here, scene: quality.of_return(here, scene.waiting.id)),
    "quality.resolve": Open(
        MANAGER,
        lambda here, _: quality.resolve(
            here, organisation="A", quarter=Q1, oddity="x", outcome=quality.Outcome.EXPLAINED, text=REASON, at=moment()
        ),
    ),
    "receipts.receipt": Open(THEIRS, lambda here, scene: receipts.receipt(here, return_id=scene.waiting.id)),
    "receipts.file_of": Open(THEIRS, lambda here, scene: receipts.file_of(here, return_id=scene.waiting.id)),
    "reminders.due": Open(NONE, lambda here, _: reminders.due(here, today=TODAY, at=moment())),
    "reminders.letter": Open(NONE, lambda here, scene: reminders.letter(here, scene.reminder, address=None)),
    "reminders.send": Open(
        NONE, lambda here, _: reminders.send(here, NO_SERVER, today=TODAY, clock=moment, address=None)
    ),
    "remarks.comment": Open(
        THEIRS, lambda here, scene: remarks.comment(here, return_id=scene.waiting.id, text="Why?", at=moment())
    ),
    "remarks.comments": Open(THEIRS, lambda here, scene: remarks.comments(here, return_id=scene.waiting.id)),
    "restated.restated": Open(SIGNED_IN, lambda here, _: restated.restated(here, [QUESTION], today=TODAY)),
    "retention.tidy": Open(NONE, lambda here, _: retention.tidy(here, FOR_EVER, at=moment())),
    "retention.would_tidy": Open(NONE, lambda here, _: retention.would_tidy(here, FOR_EVER, at=moment())),
    "returns.submit": Open(
        THEIRS, lambda here, scene: returns.submit(here, scene.incoming, by=here.who.signature, at=moment())
    ),
    "returns.approve": Open(
        MANAGER,
        lambda here, scene: returns.approve(here, return_id=scene.waiting.id, by=here.who.signature, at=moment()),
    ),
    "returns.send_back": Open(
        MANAGER,
        lambda here, scene: returns.send_back(
            here, return_id=scene.waiting.id, reason=REASON, by_form={}, by=here.who.signature, at=moment()
        ),
    ),
    "adoption.adopt": Open(NONE, lambda here, _: adoption.adopt(here, by=here.who.signature, at=moment())),
    "adoption.rebuild": Open(NONE, lambda here, _: adoption.rebuild(here, by=here.who.signature, at=moment())),
    "review.queue": Open(MANAGER, lambda here, _: review.queue(here, today=TODAY)),
    "review.board": Open(MANAGER, lambda here, _: review.board(here, last=Q3, count=4, today=TODAY)),
    "review.reviewed": Open(MANAGER, lambda here, scene: review.reviewed(here, return_id=scene.waiting.id)),
    "stories.stories": Open(SIGNED_IN, lambda here, _: stories.stories(here, Window.quarter(Q1))),
    "submission.explain": Open(
        THEIRS,
        lambda here, scene: submission.explain(
            here, Looked(scene.draft, ReturnContent(), ()), {}, seen={}, at=moment()
        ),
    ),
    "submission.submit_draft": Open(
        THEIRS,
        lambda here, scene: submission.submit_draft(
            here,
            draft_id=scene.draft.id,
            version=scene.draft.head.version,
            touched_at=scene.draft.touched_at,
            explanations={},
            at=moment(),
        ),
    ),
    "typing_in.type_cell": Open(
        THEIRS, of_draft(typing_in.type_cell, row="r1", field_key="course", seen="First aid", text="Sewing", **TRAINING)
    ),
    "typing_in.say_state": Open(THEIRS, of_draft(typing_in.say_state, seen="reported", state="nothing", **TRAINING)),
    "typing_in.remove_row": Open(THEIRS, of_draft(typing_in.remove_row, row="r1", **TRAINING)),
    "typing_in.copy_last": Open(THEIRS, of_draft(typing_in.copy_last, form="projects")),
    "typing_in.last_said": Open(THEIRS, lambda here, scene: typing_in.last_said(here, scene.draft)),
    "typing_in.write_note": Open(THEIRS, of_draft(typing_in.write_note, note="It was cold.", **TRAINING)),
    "influence.acts": Open(ROWS, lambda here, _: influence.acts(here, Q1)),
    "learning.learned": Open(ROWS, lambda here, _: learning.learned(here, Window.quarter(Q1))),
    "portfolio.thing": Open(THEIRS, lambda here, _: portfolio.thing(here, OF_A, Window.quarter(Q1))),
    "registers.entries": Open(ROWS, lambda here, _: registers.entries(here, "projects", Window.quarter(Q1))),
    "registers.histories": Open(ROWS, lambda here, _: registers.histories(here, "projects")),
    "versions.versions": Open(SIGNED_IN, lambda here, _: versions.versions(here)),
    "typing_in.attach": Open(
        THEIRS,
        of_draft(typing_in.attach, row="r1", kept_by=lambda _: Attached("list", link="https://a.example"), **TRAINING),
    ),
    "typing_in.detach": Open(
        THEIRS, of_draft(typing_in.detach, row="r1", attached=Attached("list", link="https://a.example"), **TRAINING)
    ),
}

#: What is open to some only by what they ask for, though the function itself is open.
FURTHER = {
    "open data": Open(SIGNED_IN, lambda here, _: gather(here, today=TODAY, at=moment())),
    "what open data there are": Open(SIGNED_IN, lambda here, _: promised(here, today=TODAY, at=moment())),
    "figures of what waits": Open(
        MANAGER, lambda here, _: figures.measured(here, [QUESTION], today=TODAY, basis=Basis(provisional=True))
    ),
    "figures as of a day": Open(
        MANAGER, lambda here, _: figures.measured(here, [QUESTION], today=TODAY, basis=Basis(as_of=moment()))
    ),
    "what waits behind a figure": Open(
        MANAGER, lambda here, _: figures.contributions(here, QUESTION, today=TODAY, basis=Basis(provisional=True))
    ),
    "rows behind a figure that wait": Open(
        MANAGER, lambda here, _: behind.behind(here, QUESTION, today=TODAY, basis=Basis(provisional=True))
    ),
    "rows of a register that wait": Open(
        MANAGER,
        lambda here, _: registers.entries(here, "projects", Window.quarter(Q1), basis=Basis(provisional=True)),
    ),
    "what was said before of rows of A": Open(
        THEIRS, lambda here, _: registers.histories(here, "projects", organisation="A")
    ),
    "everybody's rows": Open(MANAGER, lambda here, _: figures.rows_behind(here)),
    "signing with another's name": Open(
        NONE, lambda here, scene: returns.approve(here, return_id=scene.waiting.id, by="Max <max@x>", at=moment())
    ),
    "submitting in another's name": Open(
        NONE, lambda here, scene: returns.submit(here, scene.incoming, by="Max <max@x>", at=moment())
    ),
    "listing in another's name": Open(
        NONE, lambda here, _: organisations.list_organisations(here, [A], by="Max <max@x>", at=moment())
    ),
}


def services():
    """Give every public function that is asked of an installation, by module and name."""
    for found in pkgutil.iter_modules(kpi.__path__):
        if found.name in ROOMS:
            continue
        module = importlib.import_module(f"kpi.{found.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            first = next(iter(inspect.signature(function).parameters.values()), None)
            is_own = function.__module__ == module.__name__ and not name.startswith("_")
            if is_own and first is not None and first.annotation is Installation:
                yield f"{found.name}.{name}"


@pytest.fixture(scope="module")
def made(migrated_file, tmp_path_factory):
    """A store with an approved return of A, one that waits, and a draft."""
    file = tmp_path_factory.mktemp("access") / "store.sqlite3"
    shutil.copyfile(migrated_file, file)
    here = at_work(connect(f"sqlite:///{file}"))
    settled(here, ANN, "A", Q1, 7)
    waiting = reported(here, ANN, "A", Q2, 8)
    theirs = here.asked_by(ANN)
    draft = typed(theirs, begun(theirs, "A", Q3), 9)
    workbook = offline.workbook(theirs, draft, language="en")
    reader = Reader()
    read = incoming.read(theirs, name="a.xlsx", file=workbook, reader=reader, today=TODAY)
    account, _ = people.invite(here, email="y@y.example", name="Yan", role=Role.VIEWER, at=moment())
    here.engine.dispose()
    asked = calendar.asked_of(here, organisation="A", today=TODAY)[0]
    there = SimpleNamespace(waiting=waiting, draft=draft, workbook=workbook, incoming=read, account=account)
    there.reminder = reminders.Reminder(account, A, asked, next(iter(reminders.Stage)), 1)
    return file, here, there


@pytest.fixture
def scene(made, tmp_path):
    """A copy of that store, to do something to, and what there is in it."""
    file, here, there = made
    shutil.copyfile(file, tmp_path / "store.sqlite3")
    engine = connect(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    yield replace(here, engine=engine), there
    engine.dispose()


def refused(opened, scene, who):
    """Tell whether somebody is refused. What is wrong with the call otherwise does not matter here."""
    here, there = scene
    try:
        opened.call(here.asked_by(who), there)
    except NotPermittedError:
        return True
    except (SaidError, KeyError, ValueError):
        return False
    return False


def test_every_service_function_is_in_the_list():
    assert sorted(services()) == sorted({*FUNCTIONS, *OPEN})


@pytest.mark.parametrize("name", [*FUNCTIONS, *FURTHER])
def test_each_function_is_open_to_these_and_to_nobody_else(scene, name):
    opened = {**FUNCTIONS, **FURTHER}[name]
    # First everybody who is refused: that leaves the store as it is for those who are not.
    found = {asking: refused(opened, scene, who) for asking, who in ASKING.items() if asking not in opened.to}
    assert all(found.values()), found
    for asking in sorted(opened.to):
        assert not refused(opened, scene, ASKING[asking]), asking


def test_whoever_is_refused_leaves_nothing_behind(scene):
    here, _ = scene
    with here.engine.connect() as connection:
        before = connection.exec_driver_sql("SELECT count(*), max(hash) FROM event").one()
    for name, opened in {**FUNCTIONS, **FURTHER}.items():
        assert refused(opened, scene, NOBODY), name
    with here.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*), max(hash) FROM event").one() == before


def test_the_scene_is_one_in_which_all_of_it_can_be_done(scene):
    here, there = scene
    assert there.incoming.content is not None
    for name in (
        "figures.one",
        "drafts.look",
        "receipts.receipt",
        "returns.approve",
        "people.reset",
        "review.reviewed",
    ):
        FUNCTIONS[name].call(here.asked_by(replace(OPERATOR, name="Max")), there)
