"""What is done about indicators: who may say it, what is kept of it, how it is shown."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import plotly.graph_objects as go
import pytest

from kpi import follow_up
from kpi.access import OPERATOR, NotPermittedError, Person, Role
from kpi.adoption import adopt
from kpi.follow_up import ActionGoneError, StoredAction, StoredNote
from kpi.framework.load import load_text
from kpi.installation import open_installation
from kpi.language import said
from kpi.locks import ReasonMissingError
from kpi.present import following
from kpi.present.marks import mark, place_of
from kpi.present.scene import Scene
from kpi.quarter import Quarter, Window
from kpi.settings import Settings
from kpi.store import events
from kpi.store.engine import reading
from showing import environment

AT = datetime(2026, 2, 3, 12, tzinfo=UTC)
Q4 = Quarter(2025, 4)
MANAGER = Person("Mara", Role.MANAGER, "m@example.org")
READERS = [Person("V", Role.VIEWER), Person("R", Role.REPORTER, organisations=frozenset({"SDA"}))]
SMALL = load_text((Path(__file__).parent / "data/frameworks/small.yaml").read_text(encoding="utf-8")).framework


@pytest.fixture
def opened(store, store_url, tmp_path):
    """An installation on each database in turn."""
    settings = Settings.from_environment({**environment(tmp_path), "KPI_DATABASE_URL": store_url})
    adopt(open_installation(settings, who=OPERATOR, changed=True), by="one", at=AT)
    found = open_installation(settings, who=MANAGER)
    yield found
    found.engine.dispose()


def plan(opened, indicator="O6", due=date(2026, 3, 1), **more):
    texts = {"explanation": "Two trainers left", "action": "Two new ones", "owner": "Ana"} | more
    return follow_up.open_action(opened, indicator=indicator, quarter=Q4, due=due, at=AT, **texts)


def history(opened, indicator="O6"):
    with reading(opened.engine) as session:
        return events.history(session, subject=f"indicator/{indicator}")


def test_no_action_is_late_before_it_began(opened):
    with pytest.raises(follow_up.PastDueError) as refusal:
        plan(opened, due=AT.date() - timedelta(days=1))
    assert "has passed" in said(refusal.value, "en")
    assert "вече е минал" in said(refusal.value, "bg")
    assert follow_up.actions(opened) == []
    plan(opened, due=AT.date())
    assert len(follow_up.actions(opened)) == 1


def test_an_action_is_opened_listed_by_its_day_and_closed_with_its_outcome(opened):
    late = plan(opened, due=date(2026, 5, 1))
    early = plan(opened, "R1", due=date(2026, 4, 1))
    assert [one.id for one in follow_up.actions(opened)] == [early, late]
    assert [one.id for one in follow_up.actions(opened, indicator="O6")] == [late]
    follow_up.close_action(opened, action_id=late, outcome=" Found ", at=AT)
    assert [one.id for one in follow_up.actions(opened, only_open=True)] == [early]
    (closed,) = follow_up.actions(opened, indicator="O6")
    assert (closed.outcome, closed.closed_by, closed.closed_at) == ("Found", "Mara <m@example.org>", AT)
    assert (closed.quarter, closed.explanation, closed.owner) == (Q4, "Two trainers left", "Ana")


def test_both_ends_of_an_action_are_events(opened):
    number = plan(opened)
    follow_up.close_action(opened, action_id=number, outcome="Found", at=AT)
    first, last = history(opened)
    assert (first.action, first.actor, first.after["action"]) == (
        "action.opened",
        "Mara <m@example.org>",
        "Two new ones",
    )
    assert (last.action, last.after) == ("action.closed", {"id": number, "outcome": "Found"})


def test_an_action_is_closed_once(opened):
    number = plan(opened)
    follow_up.close_action(opened, action_id=number, outcome="Found", at=AT)
    with pytest.raises(ActionGoneError):
        follow_up.close_action(opened, action_id=number, outcome="Again", at=AT)
    with pytest.raises(ActionGoneError):
        follow_up.close_action(opened, action_id=number + 1, outcome="Nothing", at=AT)
    assert len(history(opened)) == 2


@pytest.mark.parametrize("empty", ["explanation", "action", "owner"])
def test_an_action_says_why_what_and_who(opened, empty):
    with pytest.raises(ReasonMissingError):
        plan(opened, **{empty: " \n"})
    assert follow_up.actions(opened) == []
    assert history(opened) == []


def test_notes_stand_by_day_and_what_was_removed_stays_in_the_log(opened):
    later = follow_up.add_note(opened, indicator="O6", day=date(2025, 9, 1), text="New platform", at=AT)
    sooner = follow_up.add_note(opened, indicator="O6", day=date(2025, 3, 1), text="Strike", at=AT)
    assert [one.id for one in follow_up.notes(opened, indicator="O6")] == [sooner, later]
    follow_up.remove_note(opened, note_id=sooner, at=AT)
    assert [one.id for one in follow_up.notes(opened)] == [later]
    assert history(opened)[-1].before == {"id": sooner, "day": "2025-03-01", "text": "Strike"}
    with pytest.raises(ActionGoneError):
        follow_up.remove_note(opened, note_id=sooner, at=AT)
    with pytest.raises(ReasonMissingError):
        follow_up.add_note(opened, indicator="O6", day=date(2025, 3, 1), text="", at=AT)


def test_what_is_done_stays_with_an_indicator_that_has_another_key_now(opened):
    planned = plan(opened)
    noted = follow_up.add_note(opened, indicator="O6", day=date(2026, 1, 5), text="Two left", at=AT)
    before = opened.framework.indicators
    now = {("O9" if key == "O6" else key): one for key, one in before.items()}
    now["O9"] = before["O6"].model_copy(update={"was": ("O6",)})
    later = replace(opened, framework=opened.framework.model_copy(update={"indicators": now}))
    for found in (follow_up.actions(later), follow_up.actions(later, indicator="O9")):
        assert [(one.id, one.indicator) for one in found] == [(planned, "O9")]
    for found in (follow_up.notes(later), follow_up.notes(later, indicator="O9")):
        assert [(one.id, one.indicator) for one in found] == [(noted, "O9")]
    assert follow_up.actions(later, indicator="R1") == follow_up.notes(later, indicator="R1") == []


def test_nothing_is_said_of_what_is_no_indicator(opened):
    with pytest.raises(KeyError):
        plan(opened, "X9")
    with pytest.raises(KeyError):
        follow_up.add_note(opened, indicator="X9", day=date(2026, 1, 5), text="Two left", at=AT)
    assert follow_up.actions(opened) == follow_up.notes(opened) == []


@pytest.mark.parametrize("who", READERS)
def test_whoever_sees_figures_reads_what_is_done_and_writes_nothing(opened, who):
    number = plan(opened)
    note = follow_up.add_note(opened, indicator="O6", day=date(2025, 3, 1), text="Strike", at=AT)
    theirs = opened.asked_by(who)
    assert [one.id for one in follow_up.actions(theirs)] == [number]
    assert [one.id for one in follow_up.notes(theirs)] == [note]
    with pytest.raises(NotPermittedError):
        plan(theirs)
    with pytest.raises(NotPermittedError):
        follow_up.close_action(theirs, action_id=number, outcome="Found", at=AT)
    with pytest.raises(NotPermittedError):
        follow_up.add_note(theirs, indicator="O6", day=date(2025, 3, 1), text="Strike", at=AT)
    with pytest.raises(NotPermittedError):
        follow_up.remove_note(theirs, note_id=note, at=AT)


def action(due, *, closed=False, action_="Two new ones"):
    return StoredAction(
        1, "T1", Q4, "Two left", action_, "Ana", due, AT, "Mara <m@example.org>",
        AT if closed else None, "Mara" if closed else None, "Found" if closed else None,
    )  # fmt: skip


TODAY = date(2026, 3, 1)
SCENE = Scene(SMALL, "en", {"lang": "en"})


@pytest.mark.parametrize(
    ("due", "closed", "late"),
    [(date(2026, 3, 1), False, False), (date(2026, 2, 28), False, True), (date(2026, 2, 28), True, False)],
)
def test_an_action_is_overdue_after_its_day_while_it_is_open(due, closed, late):
    one = action(due, closed=closed)
    assert following.is_overdue(one, TODAY) is late
    assert ("overdue" in following.actions_table(SCENE, [one], TODAY, name="Actions")) is late


def test_what_people_wrote_is_no_html_and_nobodys_address_is_shown():
    table = following.actions_table(SCENE, [action(TODAY, action_="<b>x</b>")], TODAY, name="Actions")
    assert "<b>x</b>" not in table
    assert "&lt;b&gt;x" in table
    assert "m@example.org" not in table
    assert "Mara" in table


def test_changed_targets_are_a_log_with_what_stood_there_before():
    log = following.changes(SMALL, ["T1", "T2"], SCENE)
    assert "target 2025: 300 → 350" in log
    assert "More money" in log
    assert following.changes(SMALL, ["T2"], SCENE) is None


@pytest.mark.parametrize(
    ("day", "place"),
    [(date(2026, 1, 1), 2026.0), (date(2025, 7, 2), 2025 + 182 / 365), (date(2024, 7, 1), 2024 + 182 / 366)],
)
def test_a_day_has_its_place_on_the_axis_of_years(day, place):
    assert place_of(day) == place


def marked(*days, text="x"):
    chart = go.Figure()
    found = [StoredNote(number, "T1", day, text, "Mara", AT) for number, day in enumerate(days, 1)]
    mark(chart, found, list(Window.year(2025)), "en")
    return chart


def test_notes_are_marked_by_their_number_at_their_day():
    chart = marked(date(2025, 1, 1), date(2025, 7, 2))
    assert [(one.text, one.x) for one in chart.layout.annotations] == [
        ("<b>1</b>", 2025.0),
        ("<b>2</b>", 2025 + 182 / 365),
    ]
    assert [one.x0 for one in chart.layout.shapes] == [2025.0, 2025 + 182 / 365]


def test_notes_close_together_stand_one_below_the_other_and_others_keep_their_numbers():
    chart = marked(date(2024, 6, 1), date(2025, 3, 1), date(2025, 3, 10), date(2025, 9, 1), date(2026, 1, 1))
    assert [(one.text, one.yshift) for one in chart.layout.annotations] == [
        ("<b>2</b>", 0),
        ("<b>3</b>", -20),
        ("<b>4</b>", 0),
    ]


def test_a_notes_text_is_no_markup_on_the_chart():
    (only,) = marked(date(2025, 3, 1), text="<a href='x'>y</a>" + "z" * 100).layout.annotations
    assert "<a" not in only.hovertext
    assert only.hovertext.endswith("…")
