"""A small installation for pages: two organisations, three quarters of 2025, numbers that can be checked by hand.

Courses: SDA has 50 women, 20 men and 5 not stated in each quarter, RSE 10 women and 5 men: 90 a quarter, 270 by
the third, where three quarters of 320, 240, are expected. Access: SDA says 7,000 people in the first quarter and
nothing later, so that it is carried; RSE 500 in each. RSE's fourth quarter is submitted and not approved.
"""

import contextlib
import shutil
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.context import ContextProxy

from kpi.access import OPERATOR, Role
from kpi.adoption import adopt
from kpi.installation import Installation, open_installation
from kpi.measure.facts import facts_of
from kpi.measure.model import Organisation
from kpi.organisations import list_organisations
from kpi.people import invite, list_people, sha256_of
from kpi.quarter import Quarter, Window
from kpi.records import FormState, Record, ReportedForm, ReturnContent
from kpi.settings import Settings
from kpi.store import editions, events, facts, files, frameworks, people, returns
from kpi.store.editions import PUBLISHED, StoredEdition
from kpi.store.engine import connect, writing
from kpi.store.migrations import migrate
from kpi.store.model import Channel, ReturnState

ROOT = Path(__file__).parent.parent
NOW = datetime(2025, 11, 3, 12, tzinfo=UTC)
START = Quarter(2025, 1)
HOSTILE = "RSE <b>Ruse</b> [x](javascript:alert(1))"

SDA = Organisation(
    "SDA",
    {"en": "Sofia Association", "bg": "Сдружение София"},
    {"type": "ngo", "seat": "BG411", "role": "centre"},
    START,
)
RSE = Organisation(
    "RSE",
    {"en": HOSTILE, "bg": "Община Русе"},
    {"type": "municipality", "seat": "BG323", "role": "partner"},
    START,
)


def environment(folder: Path) -> dict[str, str]:
    """The settings of an installation in a folder, with its own copy of the framework."""
    framework = folder / "indicators.yaml"
    if not framework.exists():
        shutil.copyfile(ROOT / "indicators.yaml", framework)
        shutil.copytree(ROOT / "geo", folder / "geo")
    return {"KPI_DATA_DIR": str(folder), "KPI_FRAMEWORK": str(framework), "KPI_DATABASE_URL": ""}


def ready(folder: Path) -> Installation:
    """An empty store."""
    settings = Settings.from_environment(environment(folder))
    migrate(connect(settings.database_url, create=True))
    adopt(open_installation(settings, who=OPERATOR, changed=True), by="one", at=NOW)
    return open_installation(settings, who=OPERATOR)


def filled(folder: Path) -> Installation:
    """The store that the module's first lines tell of."""
    opened = ready(folder)
    list_organisations(opened, [SDA, RSE], by="one", at=NOW)
    for number in (1, 2, 3):
        quarter = Quarter(2025, number)
        access = [("BG41", 3000, 4000)] if number == 1 else []
        _store(opened, SDA, quarter, _content("BG411", (50, 20, 5), access))
        _store(opened, RSE, quarter, _content("BG323", (10, 5, 0), [("BG32", 300, 200)]))
    _store(opened, RSE, Quarter(2025, 4), _content("BG323", (40, 0, 0), [("BG32", 300, 200)]), approved=False)
    return opened


def signed_in(opened: Installation, role: Role = Role.MANAGER, organisations: Collection[str] = ()) -> str:
    """Invite somebody and begin a session of theirs; give the token that their browser would hold.

    No password is chosen: what that takes is slow on purpose, and has tests of its own.
    """
    now = datetime.now(UTC)
    count = len(list_people(opened))
    account, token = invite(
        opened,
        email=f"{role.value}{count}@example.org",
        name=f"{role.value.title()} {count}",
        role=role,
        organisations=organisations,
        at=now,
    )
    with writing(opened.engine) as session:
        people.begin(session, token_sha256=sha256_of(token), person_id=account.id, at=now)
    return token


def hold(monkeypatch: pytest.MonkeyPatch, token: str | None, **others: str) -> None:
    """Let the browser of a page under test hold a session's token."""
    held = {**({"kpi_session": token} if token else {}), **others}
    monkeypatch.setattr(ContextProxy, "cookies", held)


@contextlib.contextmanager
def work_of(opened: Installation) -> Iterator[list[int]]:
    """Count how much SQLite does, in hundreds of its steps."""
    connection = opened.engine.raw_connection().driver_connection  # goes back to the pool, which has this one only
    steps: list[int] = []
    connection.set_progress_handler(lambda: steps.append(1), 100)
    try:
        yield steps
    finally:
        connection.set_progress_handler(None, 100)


def an_edition(session, *, yaml: str = "a: 1", **said: Any) -> StoredEdition:
    """Store an edition of 2025 for funders without figures and files; `said` is what is otherwise."""
    audience = said.get("audience", "funder")
    usual = {
        "series": f"2025 {audience}",
        "window": Window.year(2025),
        "audience": audience,
        "limits": {},
        "framework_id": frameworks.remember(session, yaml=yaml),
        "framework_version": "1",
        "returns": 3,
        "log_head": "0" * 64,
        "figures": [],
        "written": [],
        "at": NOW,
        "by": "Mia <mia@core.example>",
    }
    return editions.add(session, **{**usual, **said})


def logged(session, edition: StoredEdition) -> StoredEdition:
    """Write into the log that an edition was published, with the seals of its files."""
    told = {f"{one.language}/{one.format}": one.sha256 for one in edition.files}
    link = {"at": edition.published_at, "actor": edition.published_by, "subject": edition.subject}
    events.append(session, **link, action=PUBLISHED, after={"files": told})
    return edition


def mark_as_sample(opened: Installation) -> None:
    """Mark a store as holding sample data."""
    with writing(opened.engine) as session:
        events.append(session, at=NOW, actor="one", action="sample.loaded", subject="store")


def _content(district: str, people: tuple[int, int, int], access: list[tuple[str, int, int]]) -> ReturnContent:
    women, men, silent = people
    successful = {"women": women, "men": men, "non_binary": 0, "not_stated": silent}
    course = {
        "course": "=1+1 <i>first aid</i>",
        "ended_on": "2025-02-01",
        "course_kind": "online",
        "theme": "poverty",
        "district": district,
        "programme": "easi",
        "enrolled": {**successful, "men": men + 10},
        "successful": successful,
    }
    forms = {"training": ReportedForm(FormState.REPORTED, (Record(1, None, course),))}
    if access:
        rows = [
            Record(index, region, {"people": {"women": w, "men": m, "non_binary": 0, "not_stated": 0}})
            for index, (region, w, m) in enumerate(access, 1)
        ]
        forms["access"] = ReportedForm(FormState.REPORTED, tuple(rows))
    return ReturnContent(forms)


def _store(
    opened: Installation, who: Organisation, quarter: Quarter, content: ReturnContent, *, approved: bool = True
) -> None:
    with writing(opened.engine) as session:
        stored = returns.add_revision(
            session,
            organisation=who.code,
            quarter=quarter,
            state=ReturnState.SUBMITTED,
            channel=Channel.IMPORT,
            language="en",
            framework_id=frameworks.remember(session, yaml=opened.yaml),
            file_id=files.keep(session, name=f"{who.code}_{quarter}.xlsx", content=f"{who}{quarter}".encode()),
            attributes=who.attributes,
            content=content,
            by="one",
            at=NOW,
        )
        derived = facts_of(opened.framework, quarter, content)
        facts.replace(session, return_id=stored.id, quarter=quarter, facts=derived)
        if approved:
            returns.approve(session, return_id=stored.id, by="another", at=NOW)
        events.append(session, at=NOW, actor="one", action="return.submitted", subject=f"{who.code}/{quarter}")
