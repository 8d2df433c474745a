"""The pages on which returns are reviewed, by clicking through them as the core team does."""

import html
import re
from datetime import date
from itertools import count

import pytest
from streamlit.testing.v1 import AppTest

from kpi import locks, remarks, review
from kpi.access import Person, Role
from kpi.measure.needs import Question
from kpi.quarter import Quarter, Window
from kpi.restated import restated
from kpi.returns import ReturnState, approve
from kpi.store import events, returns
from kpi.store.engine import reading, writing
from looking import links
from showing import NOW, ROOT, RSE, START, environment, filled, hold, signed_in
from showing import _content as content
from showing import _store as add

SHELL = str(ROOT / "src/kpi/web/shell.py")
RETURNS, REVIEW, INDICATOR, MY_RETURNS = (
    str(ROOT / f"pages/{name}.py") for name in ("returns", "review", "indicator", "my_returns")
)
Q1, Q2, Q4 = START, Quarter(2025, 2), Quarter(2025, 4)
_steps = count(1)


@pytest.fixture
def opened(tmp_path, monkeypatch):
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    found = filled(tmp_path)
    yield found
    found.engine.dispose()


@pytest.fixture
def look(opened, monkeypatch):
    """Open a page as somebody: ``look(page, role, **parameters)``."""
    tokens = {}

    def shown(page, role=Role.MANAGER, organisations=(), /, **parameters):
        who = role, tuple(organisations)
        if who not in tokens:
            tokens[who] = signed_in(opened, role, organisations)
        hold(monkeypatch, tokens[who])
        at = AppTest.from_file(SHELL, default_timeout=120)
        at.query_params["lang"] = parameters.pop("lang", "en")
        at.run()
        at.switch_page(page)
        for name, value in parameters.items():
            at.query_params[name] = value
        at.run()
        assert not at.exception, at.exception
        return at

    return shown


def source(at):
    return "\n".join(one.proto.body for one in at.get("html"))


def said(at):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", source(at))).split())


def press(at, key):
    at.button(key=key).click().run()
    assert not at.exception, at.exception


def heads(opened, **narrowed):
    with reading(opened.engine) as session:
        return returns.find(session, **narrowed)


def waiting(opened):
    (found,) = heads(opened, quarter=Q4)
    return found


def log(opened, action):
    with reading(opened.engine) as session:
        return [one for one in events.history(session) if one.action == action]


def correction(opened, quarter, women):
    """Another return of RSE waits, in the place of the approved one."""
    add(opened, RSE, quarter, content("BG323", (women, 5, 0), []), approved=False)
    return heads(opened, organisation="RSE", quarter=quarter)[-1]


def test_the_queue_leads_to_the_returns_and_says_what_to_know(look, opened):
    correction(opened, Q2, 12)
    told = look(RETURNS)
    assert f"/review?lang=en&amp;return={waiting(opened).id}" in source(told)
    assert "corrects an approved return" in said(told)
    assert "javascript:alert" in said(told)  # a name is text
    assert "<b>Ruse</b>" not in source(told)


def test_several_are_approved_each_by_itself_and_told_one_by_one(look, opened):
    first, second = waiting(opened), correction(opened, Q2, 12)
    at = look(RETURNS)
    at.multiselect(key="desk.several").set_value([first.id, second.id]).run()
    locks.lock(opened, quarter=Q2, reason="Meanwhile", at=NOW)
    press(at, "desk.approve")
    states = {one.id: one.state for one in heads(opened)}
    assert (states[first.id], states[second.id]) == (ReturnState.APPROVED, ReturnState.SUBMITTED)
    assert "Q4 2025: approved" in said(at)
    assert "Q2 2025 is locked: Meanwhile." in said(at)


def test_the_board_shows_who_is_how_far_and_can_be_limited(look, opened):
    add(opened, RSE, Quarter(2025, 4) + 1, content("BG323", (1, 1, 0), []), approved=False)
    at = look(RETURNS, part="board", last="2026-Q1", quarters="8")
    whole = said(at)
    assert "Sofia Association" in whole
    assert "▼ late" in whole
    assert "◔ waits" in whole
    assert links(source(at), "k-only")["Sofia Association"] == ("compare", {"lang": "en", "columns": "SDA"})
    assert "2 of 2" in whole  # both are approved in each of the first three quarters
    at = look(RETURNS, part="board", last="2026-Q1", quarters="4", standing="submitted")
    assert "Sofia Association" not in said(at)
    assert "javascript:alert" in said(at)


def test_what_the_address_asks_for_and_there_is_not_is_told(look):
    at = look(RETURNS, part="board", last="2031-Q9", quarters="5", standing="lost")
    for strange in ("2031-Q9", "5", "lost"):
        assert f"asks for “{strange}”, which is not known here" in said(at)
    assert "“nowhere”" in said(look(RETURNS, part="nowhere"))
    for number in ("0", "99999", "x", "9" * 30):
        assert "There is no return with the number" in said(look(REVIEW, **{"return": number}))
    assert "Choose a return" in said(look(REVIEW))


def test_a_return_is_read_and_approved_and_the_next_one_comes(look, opened):
    first, second = waiting(opened), correction(opened, Q2, 12)
    at = look(REVIEW, **{"return": str(second.id)})
    whole = said(at)
    assert "Revision 2" in whole
    assert "Compared with: Revision 1" in whole
    assert "≠ changed" in whole
    assert "Women 10 → 12" in whole
    assert "in the place of those that were approved before" in whole
    press(at, "review.approve")
    assert heads(opened, organisation="RSE", quarter=Q2)[-1].current
    assert "Approved: RSE" in said(at)
    assert "This is the next one." in said(at)
    assert at.query_params["return"] == str(first.id)
    assert "Q4 2025" in said(at)
    assert "From then on its figures count. " in said(at)  # nothing of that quarter was approved before
    press(at, "review.approve")
    assert "Nothing else waits." in said(at)
    assert "review.approve" not in {one.key for one in at.button}
    assert [one.after["own_organisation"] for one in log(opened, "return.approved")] == [False, False]


def test_a_return_is_sent_back_with_a_reason_for_one_form_alone(look, opened):
    head = waiting(opened)
    at = look(REVIEW, **{"return": str(head.id)})
    at.multiselect(key=f"review.forms.{head.id}").set_value(["training"]).run()
    at.text_area(key=f"review.reason.{head.id}.training").set_value("Forty women?").run()
    press(at, "review.send_back")
    assert waiting(opened).state is ReturnState.RETURNED
    (event,) = log(opened, "return.returned")
    assert (event.after["reason"], event.after["by_form"]) == (None, {"training": "Forty women?"})


def test_a_return_is_sent_back_with_reasons_and_not_without(look, opened):
    head = waiting(opened)
    at = look(REVIEW, **{"return": str(head.id)})
    press(at, "review.send_back")
    assert "Give a reason" in said(at)
    assert waiting(opened).state is ReturnState.SUBMITTED
    at.multiselect(key=f"review.forms.{head.id}").set_value(["training"]).run()
    at.text_area(key=f"review.reason.{head.id}").set_value("Please <b>check</b>").run()
    press(at, "review.send_back")
    assert "or take the form out: " in said(at)  # a form that was chosen is not dropped unseen
    assert waiting(opened).state is ReturnState.SUBMITTED
    at.text_area(key=f"review.reason.{head.id}.training").set_value("Forty women?").run()
    press(at, "review.send_back")
    assert waiting(opened).state is ReturnState.RETURNED
    (event,) = log(opened, "return.returned")
    assert event.after == {
        "state": "returned",
        "reason": "Please <b>check</b>",
        "by_form": {"training": "Forty women?"},
    }
    assert "Please <b>check</b>" in said(at)
    assert "<b>check</b>" not in source(at)


def test_whoever_handed_it_in_cannot_approve_and_is_told_so(look, opened):
    head = waiting(opened)
    look(RETURNS)  # the account is made by the first look
    with writing(opened.engine) as session:
        row = session.get(returns.tables.Returns, head.id)
        row.submitted_by = "manager0 <manager0@example.org>".replace("manager0 <", "Manager 0 <")
        session.add(row)
    at = look(REVIEW, **{"return": str(head.id)})
    assert "You handed this return in." in said(at)
    assert "review.approve" not in {one.key for one in at.button}
    assert "review.send_back" in {one.key for one in at.button}
    assert "you handed it in: somebody else has to decide" in said(look(RETURNS))


def test_a_remark_is_added_to_a_row_and_seen(look, opened):
    head = waiting(opened)
    at = look(REVIEW, **{"return": str(head.id)})
    at.selectbox(key=f"review.place.{head.id}").set_value("training/1")
    at.text_area(key=f"review.text.{head.id}").set_value("Which hall?\n<i>really</i>")
    at.button(key=f"FormSubmitter:review.remark.{head.id}-Add the remark").click().run()
    assert not at.exception, at.exception
    assert "The remark is added." in said(at)
    assert "Which hall?" in said(at)
    assert "<i>really</i>" not in source(at)
    with reading(opened.engine) as session:
        (found,) = review.desk.comments(session, return_ids=[head.id])
    assert (found.form, found.position) == ("training", 1)


def test_whoever_reports_sees_the_remarks_and_answers(look, opened):
    head = waiting(opened)
    here = opened.asked_by(Person("Mia", Role.MANAGER, "mia@core.example"))
    remarks.comment(here, return_id=head.id, form="training", position=1, text="Which <u>hall</u>?", at=NOW)
    at = look(MY_RETURNS, Role.REPORTER, ["RSE"], org="RSE", quarter="2025-Q4")
    assert "Which <u>hall</u>?" in said(at)
    assert "<u>hall</u>" not in source(at)
    at.text_area(key=f"remarked.text.{head.id}").set_value("The old one")
    at.button(key=f"FormSubmitter:remarked.{head.id}-Send the answer").click().run()
    assert not at.exception, at.exception
    assert "The old one" in said(at)
    assert "The old one" in said(look(REVIEW, **{"return": str(head.id)}))


def test_in_ones_own_organisation_an_approval_takes_a_second_thought(look, opened):
    head = waiting(opened)
    assert "your own organisation" in said(look(RETURNS, Role.MANAGER, ["RSE"]))
    at = look(REVIEW, Role.MANAGER, ["RSE"], **{"return": str(head.id)})
    assert at.button(key="review.approve").disabled
    at.checkbox(key=f"review.own.{head.id}").check().run()
    press(at, "review.approve")
    (event,) = log(opened, "return.approved")
    assert event.after["own_organisation"] is True


def test_what_was_handed_in_for_others_says_so(look, opened):
    with writing(opened.engine) as session:
        events.append(
            session,
            at=NOW,
            actor="one",
            action="return.submitted",
            subject="return/RSE/2025-Q4/1",
            after={"on_behalf": True},
        )
    assert "handed in on behalf of the organisation" in said(look(REVIEW, **{"return": str(waiting(opened).id)}))


def test_a_locked_quarter_says_that_nothing_is_decided(look, opened):
    locks.lock(opened, quarter=Q4, reason="Reported", at=NOW)
    at = look(REVIEW, **{"return": str(waiting(opened).id)})
    assert "The quarter is locked. Reopen it" in said(at)
    assert not {"review.approve", "review.send_back"} & {one.key for one in at.button}
    assert "the quarter is locked: nothing is decided" in said(look(RETURNS))


def test_quarters_are_locked_and_reopened_with_reasons(look, opened):
    at = look(RETURNS, part="settle")
    at.selectbox(key="lock.quarter.0").set_value(Q4).run()
    assert "2 returns of this quarter are not approved, 1 of them wait" in said(at)
    press(at, "lock.do")
    assert "Give a reason" in said(at)
    at.text_area(key="lock.reason.0").set_value("Reported to the ministry").run()
    press(at, "lock.do")
    assert "Q4 2025 is locked." in said(at)
    assert "Reported to the ministry" in said(at)
    at.selectbox(key="lock.quarter.1").set_value(Q4).run()
    at.text_area(key="lock.reason.1").set_value("RSE was late").run()
    press(at, "lock.do")
    assert "Q4 2025 is reopened." in said(at)
    (lock,) = locks.list_locks(opened)
    assert (lock.quarter, lock.reason, lock.reopened_reason) == (Q4, "Reported to the ministry", "RSE was late")


def test_an_extension_is_granted_and_listed(look, opened):
    at = look(RETURNS, part="settle")
    at.selectbox(key="extend.organisation.0").set_value("RSE").run()
    at.selectbox(key="extend.quarter.0").set_value(Q4).run()
    at.date_input(key=f"extend.until.0.{Q4}").set_value(date(2026, 3, 1)).run()
    at.text_area(key="extend.reason.0").set_value("Illness").run()
    press(at, "extend.do")
    assert [(one.organisation, one.quarter, one.until, one.reason) for one in locks.extensions(opened)] == [
        ("RSE", Q4, date(2026, 3, 1), "Illness")
    ]
    assert "Illness" in said(at)


def test_a_restated_figure_is_marked_with_what_it_was(look, opened):
    locks.lock(opened, quarter=Q1, reason="Reported", at=NOW)
    assert "↻ restated" not in said(look(INDICATOR, indicator="O6", quarter="2025-Q1", window="quarter"))
    locks.reopen(opened, quarter=Q1, reason="RSE erred", at=later())
    head = correction(opened, Q1, 30)
    approve(opened, return_id=head.id, by="another", at=later())
    (found,) = restated(opened, [Question("O6", Window.quarter(Q1))], today=date(2025, 12, 1))
    assert [(one.former.value, one.now.value) for one in found] == [(90, 110)]
    at = look(INDICATOR, indicator="O6", quarter="2025-Q1", window="quarter")
    assert "restated; was 90" in said(at)
    assert "90 when it was locked on" in said(at)
    assert "RSE erred" in said(at)
    overview = look(str(ROOT / "pages/overview.py"), quarter="2025-Q1", window="quarter")
    assert "restated; was 90" in said(overview)
    assert "преизчислено; беше 90" in said(
        look(INDICATOR, indicator="O6", quarter="2025-Q1", window="quarter", lang="bg")
    )
    for_funders = said(look(INDICATOR, Role.VIEWER, indicator="O6", quarter="2025-Q4", window="year"))
    assert "was 90" not in for_funders
    assert "↻ restated" in for_funders


def later():
    return NOW.replace(minute=next(_steps))


@pytest.mark.parametrize("role", [Role.REPORTER, Role.VIEWER, Role.ADMINISTRATOR])
def test_only_the_core_team_has_these_pages(opened, monkeypatch, role):
    token = signed_in(opened, role, ["RSE"] if role is Role.REPORTER else [])
    hold(monkeypatch, token)
    at = AppTest.from_file(SHELL, default_timeout=120)
    at.query_params["lang"] = "en"
    at.run()
    for page in (RETURNS, REVIEW):
        with pytest.raises(ValueError, match="Could not find a navigation page"):
            at.switch_page(page)
