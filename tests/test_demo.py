"""Loading the sample: the way of every return, at the moments of its story, into an empty store only.

Small samples are put together of workbooks that the project keeps; the whole one is loaded once.
"""

import json
import shutil
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kpi.access import OPERATOR
from kpi.adoption import adopt, rebuild
from kpi.demo import FOLDER, SampleFaultyError, SampleMissingError, StoreNotEmptyError, load
from kpi.figures import default_quarter, is_sample, measured
from kpi.follow_up import actions, notes
from kpi.framework.load import load_file
from kpi.installation import Installation
from kpi.locks import extensions, list_locks
from kpi.measure.model import Organisation, Status
from kpi.measure.needs import Question
from kpi.organisations import list_organisations
from kpi.proof import verify
from kpi.quality import Outcome, quality
from kpi.quarter import Quarter, Window
from kpi.restated import restated
from kpi.review import queue, reviewed
from kpi.store import chain, desk, events, facts, organisations
from kpi.store import returns as stored
from kpi.store.engine import connect, reading
from kpi.store.migrations import migrate
from kpi.store.model import Channel, ReturnState
from leaving import nobody_computes

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
YAML = Path(__file__).parent.parent / "indicators.yaml"
RETURNS = FOLDER / "returns"
#: A script of a sample that tells of these arrivals and then ends as it is told.
SCRIPT = """
import sys
print({lines!r}, end="")
sys.exit({ending!r})
"""


def _installation(store):
    loaded = load_file(YAML)
    made = Installation(loaded.framework, loaded.yaml, store, OPERATOR)
    adopt(made, by="one", at=NOW)
    return made


@pytest.fixture
def installation(sqlite_store):
    return _installation(sqlite_store)


def _arrival(file, submitted, approved, revision=1):
    quarter, organisation, *_ = file.stem.split("_")
    return {
        "file": str(file),
        "organisation": organisation,
        "quarter": quarter,
        "revision": revision,
        "submitted": f"{submitted}T09:00:00+00:00",
        "approved": f"{approved}T10:00:00+00:00" if approved else None,
    }


FIRST = _arrival(RETURNS / "2025-Q4_OTV.xlsx", "2026-01-28", "2026-02-04")
OTHER = _arrival(RETURNS / "2025-Q4_SAS.xlsx", "2026-01-30", None)
AGAIN = _arrival(RETURNS / "2025-Q4_OTV_2.xlsx", "2026-03-20", "2026-03-25", revision=2)


@pytest.fixture
def sample(tmp_path):
    """Make a small sample: ``sample(arrival, …, ending=…, desk=…)`` gives its folder."""

    def make(*arrivals, ending=0, desk=""):
        folder = tmp_path / "sample"
        folder.mkdir(exist_ok=True)
        shutil.copyfile(FOLDER / "organisations.csv", folder / "organisations.csv")
        lines = "".join(json.dumps(one) + "\n" for one in arrivals)
        (folder / "make.py").write_text(SCRIPT.format(lines=lines, ending=ending), encoding="utf-8")
        (folder / "desk.yaml").write_text(desk or "[]", encoding="utf-8")
        return folder

    return make


def _load(installation, folder=FOLDER, **more):
    return load(installation, at=NOW, by="one", folder=folder, **more)


def _all(installation):
    with reading(installation.engine) as session:
        return {(one.organisation, str(one.quarter), one.revision): one for one in stored.find(session)}


def _log(installation):
    with reading(installation.engine) as session:
        assert chain.follow(session).broken is None
        return events.history(session)


def test_returns_are_submitted_and_approved_when_the_story_says(store, sample):
    installation, told = _installation(store), []
    loaded = _load(installation, sample(FIRST, OTHER, AGAIN), progress=told.append)
    assert (loaded.organisations, loaded.returns, told) == (24, 3, [1, 2, 3])
    kept = _all(installation)
    first, other, again = kept["OTV", "2025-Q4", 1], kept["SAS", "2025-Q4", 1], kept["OTV", "2025-Q4", 2]
    assert [one.submitted_at.date() for one in (first, other, again)] == [
        date(2026, 1, 28),
        date(2026, 1, 30),
        date(2026, 3, 20),
    ]
    assert (first.submitted_by, first.approved_by) == ("Отчитаща се организация (OTV)", "Основен екип")
    assert (first.approved_at, first.superseded_at) == (datetime(2026, 2, 4, 10, tzinfo=UTC), again.approved_at)
    assert (other.state, other.approved_at) == (ReturnState.SUBMITTED, None)
    assert (again.state, again.current, first.current) == (ReturnState.APPROVED, True, False)


def test_the_log_tells_of_the_sample_first_and_of_the_returns_in_their_order(installation, sample):
    _load(installation, sample(FIRST, OTHER, AGAIN))
    log = _log(installation)
    actions = [event.action for event in log if event.subject == "store"]
    assert actions == ["sample.loaded", "sample.completed"]
    assert next(event.action for event in log if event.subject not in {"framework", "facts"}) == "sample.loaded"
    moments = [event.at for event in log if event.subject.startswith("return/")]
    assert len(moments) == 5
    assert moments == sorted(moments)


def test_every_organisation_hands_its_own_workbooks_in(installation, sample):
    _load(installation, sample(FIRST, OTHER, AGAIN))
    assert {one.channel for one in _all(installation).values()} == {Channel.WORKBOOK}
    handed_in = [event for event in _log(installation) if event.action == "return.submitted"]
    assert [event.after["on_behalf"] for event in handed_in] == [False] * 3


def test_a_store_knows_that_it_holds_a_sample(installation, sample):
    with reading(installation.engine) as session:
        assert not is_sample(session)
    _load(installation, sample(FIRST))
    with reading(installation.engine) as session:
        assert is_sample(session)


def test_a_second_load_changes_nothing(installation, sample):
    folder = sample(FIRST, AGAIN)
    _load(installation, folder)
    before = _log(installation)
    loaded = _load(installation, folder)
    assert (loaded.organisations, loaded.returns) == (0, 0)
    assert _log(installation) == before


def test_a_load_that_was_broken_off_is_finished(installation, sample):
    with pytest.raises(SampleFaultyError, match=r"make\.py"):
        _load(installation, sample(FIRST, OTHER, ending="out of breath"))
    assert _all(installation).keys() == {("OTV", "2025-Q4", 1), ("SAS", "2025-Q4", 1)}
    loaded = _load(installation, sample(FIRST, OTHER, AGAIN))
    assert (loaded.organisations, loaded.returns) == (0, 1)
    kept = _all(installation)
    assert kept["OTV", "2025-Q4", 2].state is ReturnState.APPROVED
    assert kept["SAS", "2025-Q4", 1].state is ReturnState.SUBMITTED
    assert len(kept) == 3


def test_approvals_that_were_not_reached_are_caught_up_with(installation, sample):
    with pytest.raises(SampleFaultyError):
        _load(installation, sample(FIRST, ending=1))
    assert _all(installation)["OTV", "2025-Q4", 1].state is ReturnState.SUBMITTED
    _load(installation, sample(FIRST))
    assert _all(installation)["OTV", "2025-Q4", 1].approved_at == datetime(2026, 2, 4, 10, tzinfo=UTC)


def test_nothing_is_put_among_other_data(installation, sample):
    own = Organisation("OWN", {"en": "Own", "bg": "Наша"}, {"type": "ngo", "seat": "BG411"}, Quarter(2026, 1))
    list_organisations(installation, [own], by="one", at=NOW)
    before = _log(installation)
    with pytest.raises(StoreNotEmptyError, match="already holds data"):
        _load(installation, sample(FIRST))
    assert _log(installation) == before
    with reading(installation.engine) as session:
        assert [one.code for one in organisations.all(session)] == ["OWN"]


def test_without_a_sample_nothing_happens(installation, tmp_path):
    before = _log(installation)
    with pytest.raises(SampleMissingError, match="nowhere"):
        _load(installation, tmp_path / "nowhere")
    assert _log(installation) == before


def test_a_faulty_workbook_fails_loudly(installation, sample):
    faulty = FOLDER / "faulty" / "more-successful-than-enrolled.xlsx"
    told = {**FIRST, "file": str(faulty), "organisation": "ISK", "quarter": "2026-Q2"}
    with pytest.raises(SampleFaultyError, match=r"row\.more_than"):
        _load(installation, sample(OTHER, told))
    assert _all(installation).keys() == {("SAS", "2025-Q4", 1)}


def test_a_workbook_of_another_organisation_than_told_fails_loudly(installation, sample):
    with pytest.raises(SampleFaultyError, match=r"workbook\.other_organisation"):
        _load(installation, sample({**FIRST, "organisation": "SAS"}))
    assert _all(installation) == {}


def test_a_list_that_does_not_fit_the_framework_fails_loudly(installation, sample):
    folder = sample(FIRST)
    (folder / "organisations.csv").write_text("code,name,type,seat,role\nX,X,circus,BG411,partner\n", encoding="utf-8")
    with pytest.raises(SampleFaultyError, match=r"organisations\.no_category"):
        _load(installation, folder)
    assert _all(installation) == {}


DESK = """
- {at: 2026-02-05 08:00:00, deed: lock, quarter: 2025-Q4, reason: Reported}
- {at: 2026-03-01 08:00:00, deed: reopen, quarter: 2025-Q4, reason: A digit}
- {at: 2026-04-01 08:00:00, deed: remark, by: OTV, organisation: OTV, quarter: 2025-Q4, form: access, row: 1, text: Now}
"""


def test_what_people_do_besides_is_done_in_its_turn_and_once(installation, sample):
    folder = sample(FIRST, OTHER, AGAIN, desk=DESK)
    _load(installation, folder)
    with reading(installation.engine) as session:
        (lock,) = desk.locks(session)
        again = _all(installation)["OTV", "2025-Q4", 2]
        (said,) = desk.comments(session, return_ids=[again.id])
    assert (lock.locked_at, lock.locked_by) == (datetime(2026, 2, 5, 8, tzinfo=UTC), "Основен екип")
    assert lock.reopened_at == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert (said.by, said.form, said.position) == ("Отчитаща се организация (OTV)", "access", 1)
    moments = [event.at for event in _log(installation) if event.subject.partition("/")[0] in {"return", "quarter"}]
    assert moments == sorted(moments)
    before = _log(installation)
    _load(installation, folder)
    assert _log(installation) == before


def test_a_load_broken_off_among_other_deeds_is_finished(installation, sample):
    with pytest.raises(SampleFaultyError, match=r"make\.py"):
        _load(installation, sample(FIRST, ending=1, desk=DESK.replace("2026-04-01", "2026-04-02")))
    _load(installation, sample(FIRST, AGAIN, desk=DESK))
    assert [event.action for event in _log(installation) if event.subject == "quarter/2025-Q4"] == [
        "quarter.locked",
        "quarter.reopened",
    ]


@pytest.mark.parametrize(
    "deed",
    [
        "{at: 2026-02-05 08:00:00, deed: dance}",
        "{at: 2026-02-05 08:00:00, deed: lock, quarter: 2025-Q4}",
        "{at: 2026-02-05 08:00:00, deed: note, indicator: none_such, day: 2026-02-01, text: Why}",
    ],
)
def test_a_deed_that_does_not_fit_fails_loudly(installation, sample, deed):
    with pytest.raises(SampleFaultyError, match=r"desk\.yaml: 2026-02-05"):
        _load(installation, sample(FIRST, desk=f"- {deed}"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The whole sample, loaded once."""
    engine = connect(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'kpi.sqlite3'}", create=True)
    migrate(engine)
    installation = _installation(engine)
    loaded = _load(installation)
    assert (loaded.organisations, loaded.returns) == (24, 299)
    yield installation
    engine.dispose()


@pytest.mark.xdist_group("whole_sample")
def test_the_whole_sample_tells_its_story(whole):
    kept = list(_all(whole).values())
    assert Counter(one.state for one in kept) == {
        ReturnState.APPROVED: 298,
        ReturnState.RETURNED: 1,
        ReturnState.SUBMITTED: 1,
    }
    assert {(one.organisation, str(one.quarter)) for one in kept if one.revision == 2} == {
        ("BGS", "2024-Q2"),
        ("OTV", "2025-Q4"),
        ("KOL", "2026-Q3"),
    }
    late = [one for one in kept if one.revision == 1 and (one.submitted_at.date() - one.quarter.due(30)).days > 7]
    assert len(late) == 4
    assert {one.quarter for one in kept} == set(Window.range(Quarter(2023, 3), Quarter(2026, 3)))
    log = [event for event in _log(whole) if event.subject.startswith("return/")]
    assert [event.at for event in log] == sorted(event.at for event in log)


@pytest.mark.xdist_group("whole_sample")
def test_the_whole_sample_shows_every_kind_of_standing(whole):
    quarter = default_quarter(whole.framework, date(2026, 11, 20))
    assert quarter == Quarter(2026, 3)
    questions = [Question(key, Window.year_to_date(quarter)) for key in whole.framework.indicators]
    answers = [answer[0] for answer in measured(whole, questions, today=date(2026, 11, 20))]
    statuses = {one.indicator: one.standing.status for one in answers}
    assert {Status.ACHIEVED, Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK} <= set(statuses.values())
    expected = {"K1": Status.ACHIEVED, "R1": Status.ON_TRACK, "R2": Status.AT_RISK, "R4": Status.OFF_TRACK}
    assert {key: statuses[key] for key in expected} == expected
    assert all(one.coverage.share is None or one.coverage.share >= whole.framework.rules.coverage for one in answers)


@pytest.mark.xdist_group("whole_sample")
def test_the_whole_sample_leaves_no_part_of_the_desk_empty(whole):
    today, since = date(2026, 11, 20), Window.range(Quarter(2023, 3), Quarter(2026, 3))
    found = actions(whole)
    assert {one.closed_at is None for one in found} == {True, False}
    assert any(one.due < today for one in found if one.closed_at is None)
    statuses = {Status.AT_RISK, Status.OFF_TRACK}
    for one in found:
        question = Question(one.indicator, Window.year_to_date(one.quarter))
        assert next(iter(measured(whole, [question], today=today)))[0].standing.status in statuses
    assert len(notes(whole)) > 1
    assert [(one.quarter, one.reopened_at is None) for one in list_locks(whole)] == [
        (Quarter(2025, 4), False),
        (Quarter(2025, 4), True),
    ]
    assert extensions(whole)
    asked = quality(whole, since)
    assert asked.open
    assert {one.outcome for one in asked.odd} > {None, Outcome.EXPLAINED}
    (waits,) = queue(whole, today=today)
    seen = reviewed(whole, return_id=waits.head.id)
    assert {bool(one.link) for one in seen.evidence} == {True, False}
    assert seen.comments
    assert seen.changes
    year = Question("R1", Window.year(2025))
    assert restated(whole, [year], today=today)
    assert verify(whole).problems == []


@pytest.mark.xdist_group("whole_sample")
def test_nobody_computes_what_is_hidden_in_files_of_the_whole_sample(whole):
    assert len(nobody_computes(whole, today=date(2026, 11, 20), at=NOW)) > 4000


@pytest.mark.xdist_group("whole_sample")
def test_the_figures_of_the_whole_sample_are_rebuilt_the_same(whole):
    with reading(whole.engine) as session:
        before = facts.digest(session)
    assert rebuild(whole, by="one", at=NOW) == 300
    with reading(whole.engine) as session:
        assert facts.digest(session) == before
