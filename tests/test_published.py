"""Who may not see everything gets the closed set from the read service, whatever they ask."""

from dataclasses import replace
from datetime import date

import pytest

import showing
from kpi import comparison, disclosed
from kpi.access import OPERATOR, NotPermittedError, Person, Role
from kpi.figures import PROVISIONAL, contributions, measured, one, published_windows, rows_behind, share_standings
from kpi.framework.model import Framework
from kpi.measure.model import ORGANISATION, WITHHELD, State
from kpi.measure.needs import Question
from kpi.organisations import list_organisations
from kpi.quarter import Quarter, Window
from kpi.returns import approve
from kpi.review import queue
from kpi.store import editions, events, frameworks
from kpi.store.engine import writing
from showing import NOW, RSE, START, filled

TODAY = date(2025, 11, 3)
TO_DATE = Window.year_to_date(Quarter(2025, 3))
VIEWER = Person("Fund", Role.VIEWER, "fund@example.org", 7)
MANAGER = Person("Head", Role.MANAGER, "head@example.org", 8)


@pytest.fixture
def manager(tmp_path):
    """As in `showing`, with a third organisation where 2 women and 4 men completed a course in the first quarter."""
    opened = filled(tmp_path)
    third = replace(RSE, code="VID", attributes={**RSE.attributes, "seat": "BG311", "type": "academia"})
    list_organisations(opened, [third], by="one", at=NOW)
    showing._store(opened, third, START, showing._content("BG311", (2, 4, 0), []))
    return opened.asked_by(MANAGER)


@pytest.fixture
def viewer(manager):
    return manager.asked_by(VIEWER)


def look(installation, *by, window=TO_DATE, **where):
    return one(installation, Question("O6", window, by=by, where=where), today=TODAY)


def test_the_only_window_is_the_year_to_date(viewer):
    assert published_windows(viewer.framework, TODAY)[-1] == TO_DATE
    assert look(viewer)[0].value == 276
    for window in (Window.quarter(Quarter(2025, 3)), Window.year_to_date(Quarter(2025, 2)), Window.year(2025)):
        assert look(viewer, window=window)[0].state is State.NOT_PUBLISHED


def test_a_manager_sees_what_a_viewer_does_not(manager, viewer):
    def seen(installation):
        found = look(installation, "region", "gender")[1:]
        return {(m.slice["region"], m.slice["gender"]): m for m in found}

    all_, some = seen(manager), seen(viewer)
    assert (all_["BG31", "women"].value, some["BG31", "women"].state) == (2, State.SMALL)
    assert (all_["BG31", "men"].value, some["BG31", "men"].state) == (4, State.SMALL)
    assert all(m.state not in WITHHELD for m in all_.values())
    hidden = {key for key, m in some.items() if m.state is State.HIDDEN}
    assert {region for region, _ in hidden} & {"BG32", "BG41"}
    assert all(some[key].value is None for key in hidden)


def test_no_breakdown_beyond_the_set(viewer):
    assert {m.state for m in look(viewer, "theme", "gender")[1:]} == {State.NOT_PUBLISHED}
    assert {m.state for m in look(viewer, ORGANISATION)[1:]} == {State.NOT_PUBLISHED}
    assert one(viewer, Question("O6", TO_DATE, organisation="VID"), today=TODAY)[0].state is State.NOT_PUBLISHED
    earlier = Window.year(2024)
    assert comparison.like_for_like(viewer, "R1", earlier, TO_DATE, today=TODAY) is None


def test_the_returns_behind_are_named_without_what_each_adds(manager, viewer):
    question = Question("O6", TO_DATE, where={"region": "BG31"})
    assert [(one.source.organisation, one.value.value) for one in contributions(manager, question, today=TODAY)] == [
        ("VID", 6)
    ]
    found = contributions(viewer, question, today=TODAY)
    assert len(found) == 7
    assert {(one.value.state, one.value.value, one.value.n) for one in found} == {(State.NOT_PUBLISHED, None, None)}


def test_rows_and_what_waits_are_refused(viewer):
    with pytest.raises(NotPermittedError):
        rows_behind(viewer, organisation="VID")
    with pytest.raises(NotPermittedError):
        measured(viewer, [Question("O6", TO_DATE)], today=TODAY, basis=PROVISIONAL)


def test_a_share_is_told_only_where_all_of_it_is(manager, viewer):
    assert [each.category for each in share_standings(viewer, "O6", Quarter(2025, 3), today=TODAY)] == ["women"]
    assert share_standings(viewer, "O6", Quarter(2025, 2), today=TODAY) == []
    assert len(share_standings(manager, "O6", Quarter(2025, 2), today=TODAY)) == 1


@pytest.mark.parametrize(("indicator", "category"), [("O6", "women"), ("TRAINED", "women"), ("O6", "female")])
def test_what_a_published_report_hid_stays_hidden_also_under_another_key(viewer, indicator, category):
    figure = {"indicator": indicator, "window": str(TO_DATE), "slice": {"gender": category}, "state": "hidden"}
    assert {each.state for each in look(viewer, "gender")} == {State.VALUE}
    with writing(viewer.engine) as session:
        of_framework = frameworks.remember(session, yaml=viewer.yaml)
        said = {"framework_id": of_framework, "framework_version": "1", "returns": 1, "log_head": "0" * 64}
        published = {"series": "x", "window": TO_DATE, "audience": "funder", "limits": {}, "at": NOW, "by": "one"}
        editions.add(session, figures=[figure], written=[], **said, **published)
    told = viewer.framework.model_dump(by_alias=True)
    told["indicators"]["O6"]["was"], told["dimensions"]["gender"]["categories"]["women"]["was"] = (
        ["TRAINED"],
        ["female"],
    )
    now = replace(viewer, framework=Framework.model_validate(told), yaml=f"{viewer.yaml}\n# {indicator} {category}")
    found = {each.slice.get("gender"): each.state for each in look(now, "gender")}
    assert found["women"] is State.HIDDEN
    assert list(found.values()).count(State.HIDDEN) > 1, "or the others would tell it"


def test_what_was_worked_out_is_kept_until_a_figure_may_have_changed(viewer, manager, monkeypatch):
    counted = []
    monkeypatch.setattr(disclosed, "disclose", lambda *of, **more: counted.append(1) or real(*of, **more))
    look(viewer)
    look(viewer)
    showing.mark_as_sample(viewer)
    showing.signed_in(viewer.asked_by(OPERATOR))
    look(viewer)
    assert len(counted) == 1, "what people sign in to or write changes no figure"
    (waits,) = queue(manager, today=TODAY)
    approve(manager, return_id=waits.head.id, by=manager.who.signature, at=NOW)
    look(viewer)
    assert len(counted) == 2
    with writing(viewer.engine) as session:
        events.append(session, at=NOW, actor="one", action="something.new", subject="store")
    look(viewer)
    assert len(counted) == 3, "what nobody has thought of may have changed one"


real = disclosed.disclose
