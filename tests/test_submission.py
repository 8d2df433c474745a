"""Handing in: what is refused and why, what is handed in, taken back, sent back; by form and workbook alike."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from kpi import drafts, evidence, offline, typing_in
from kpi.access import NotPermittedError
from kpi.calendar import Standing, asked_of
from kpi.draft import ChangedMeanwhileError, DraftGoneError
from kpi.incoming import NOT_YOURS
from kpi.intake.typed import shown
from kpi.locks import ReasonMissingError
from kpi.problems import errors
from kpi.proof import verify
from kpi.receipts import receipt
from kpi.returns import AlreadyStoredError, Channel, ReturnChangedError, ReturnState, approve, send_back
from kpi.store import chain, events, facts, returns
from kpi.store import drafts as kept
from kpi.store.engine import reading, writing
from kpi.submission import FaultyError, UnexplainedError, explain, submit_draft, warnings
from kpi.typing_in import TypedMeanwhileError
from reporter import (
    ANA,
    COURSE,
    DAY,
    EVE,
    FAULTY,
    MAX,
    MIA,
    ODD,
    Q4,
    RADA,
    at_work,
    handed_in,
    moment,
    read,
    taken,
    workbook,
)


@pytest.fixture
def here(store):
    """The installation, as its operator sees it; on each database in turn."""
    return at_work(store)


@pytest.fixture
def ana(here):
    return here.asked_by(ANA)


def content(here, return_id):
    with reading(here.engine) as session:
        return returns.content(session, return_id=return_id)


def typed_in(here, organisation="SDA"):
    """The same return as `workbook` gives with one course, typed cell by cell on the web."""
    draft = drafts.begin(here, organisation=organisation, quarter=Q4, language="bg", today=DAY, at=moment())
    for field, value in COURSE.items():
        draft = typing_in.type_cell(
            here,
            draft_id=draft.id,
            form="training",
            row="one",
            field_key=field,
            seen=None,
            text=shown(value, "bg"),
            at=moment(),
        )
    for form, of in draft.typed.items():
        state = "reported" if form == "training" else "nothing_to_report"
        draft = typing_in.say_state(here, draft_id=draft.id, form=form, seen=of.state, state=state, at=moment())
    return draft


def test_a_draft_with_errors_is_not_handed_in(ana):
    draft = taken(ana, FAULTY)
    with pytest.raises(FaultyError) as refused:
        handed_in(ana, draft)
    assert {one.place.field for one in refused.value.problems} == {"successful.women", "district"}
    assert drafts.draft_of(ana, organisation="SDA", quarter=Q4) == draft


def test_what_is_odd_needs_a_word(ana):
    draft = taken(ana, ODD)
    looked = drafts.look(ana, draft)
    (odd,) = warnings(looked)
    for said in ({}, {looked.name_of(odd): "  "}, {"another/training/1/course": "So it is."}):
        with pytest.raises(UnexplainedError) as refused:
            handed_in(ana, draft, explanations=said)
        assert [looked.name_of(one) for one in refused.value.problems] == [looked.name_of(odd)]
    handed = handed_in(ana, draft, explanations={looked.name_of(odd): " Late to hear of it. "})
    (told,) = receipt(ana, return_id=handed.id).explanations
    assert told["explanation"] == "Late to hear of it."
    assert (told["form"], told["row"], told["field"]) == ("training", 1, "ended_on")


def test_words_of_explanation_are_kept_before_and_after_the_return_is_handed_in(ana):
    draft = taken(ana, ODD)
    looked = drafts.look(ana, draft)
    (odd,) = warnings(looked)
    words = {looked.name_of(odd): " Late to hear of it. ", "another/training/1/course": "nothing asks"}
    explain(ana, looked, words, seen={}, at=moment())
    there = drafts.draft(ana, draft_id=draft.id)
    assert there.explanations == {looked.name_of(odd): "Late to hear of it."}
    assert there.head.channel is draft.head.channel, "saying why is no other way in"
    handed = handed_in(ana, there, explanations=there.explanations)
    assert drafts.withdraw(ana, return_id=handed.id, at=moment()).explanations == there.explanations
    back = drafts.look(ana, drafts.draft_of(ana, organisation="SDA", quarter=Q4))
    explain(ana, back, {back.name_of(odd): " "}, seen=back.draft.explanations, at=moment())
    assert drafts.draft_of(ana, organisation="SDA", quarter=Q4).explanations == {}


def test_of_two_who_explain_the_second_is_told_and_nothing_is_overwritten(here, ana):
    seen = drafts.look(ana, taken(ana, ODD, {**ODD, "course": "Шев"}))
    mine, also = map(seen.name_of, warnings(seen))
    second = here.asked_by(MIA)
    explain(ana, seen, {mine: "Heard of it late."}, seen={}, at=moment())
    with pytest.raises(TypedMeanwhileError) as told:
        explain(second, seen, {mine: "ок"}, seen={mine: ""}, at=moment())
    assert (told.value.found, told.value.values["person"]) == ("Heard of it late.", ANA.signature)
    with pytest.raises(ReturnChangedError):
        handed_in(second, seen.draft, explanations={mine: "ок", also: "ок"})
    # Another remark is nobody else's; and the same words are no disagreement.
    explain(second, seen, {also: "It is so.", mine: "Heard of it late. "}, seen={}, at=moment())
    there = drafts.draft(ana, draft_id=seen.draft.id)
    assert there.explanations == {mine: "Heard of it late.", also: "It is so."}
    assert there.touched_by == MIA.signature


def test_what_others_explained_of_what_was_not_there_when_one_looked_stays(here, ana):
    seen = drafts.look(ana, taken(ana, ODD))
    (first,) = map(seen.name_of, warnings(seen))
    more = drafts.look(here.asked_by(MIA), taken(here.asked_by(MIA), ODD, {**ODD, "course": "Шев"}))
    other = next(one for one in map(more.name_of, warnings(more)) if one != first)
    explain(here.asked_by(MIA), more, {other: "It is so."}, seen={}, at=moment())
    explain(ana, seen, {first: "Heard of it late."}, seen={}, at=moment())
    there = drafts.draft(ana, draft_id=seen.draft.id).explanations
    assert there == {first: "Heard of it late.", other: "It is so."}


#: Three odd courses, the second of which says the same as the first but for its name.
THREE = [ODD, {**ODD, "course": "Шев"}, {**ODD, "course": "Готварство", "ended_on": date(2025, 9, 5)}]


def three_explained(ana):
    """A draft with three odd courses, each with a word of its own."""
    looked = drafts.look(ana, taken(ana, *THREE))
    explain(
        ana, looked, {looked.name_of(one): f"Word {one.place.row}" for one in warnings(looked)}, seen={}, at=moment()
    )
    return drafts.draft(ana, draft_id=looked.draft.id)


def words(ana, draft):
    """What is said of each course that something odd was found in."""
    looked, rows = drafts.look(ana, draft), draft.typed["training"].rows
    return {
        rows[one.place.row - 1].cells["course"]: draft.explanations.get(looked.name_of(one)) for one in warnings(looked)
    }


def test_an_explanation_goes_with_its_row_and_explains_no_other(ana):
    draft = three_explained(ana)
    assert words(ana, draft) == {"Първа помощ": "Word 1", "Шев": "Word 2", "Готварство": "Word 3"}
    first, where = draft.typed["training"].rows[0], {"draft_id": draft.id, "form": "training", "at": moment()}
    draft = typing_in.remove_row(ana, row=first.id, seen=first, **where)
    assert words(ana, draft) == {"Шев": "Word 2", "Готварство": "Word 3"}
    looked = drafts.look(ana, draft)
    explain(ana, looked, {looked.name_of(warnings(looked)[1]): ""}, seen=draft.explanations, at=moment())
    draft = drafts.draft(ana, draft_id=draft.id)
    assert words(ana, draft) == {"Шев": "Word 2", "Готварство": None}
    draft = typing_in.remove_row(ana, row=draft.typed["training"].rows[0].id, **where)
    with pytest.raises(UnexplainedError):
        handed_in(ana, draft, explanations=draft.explanations)


def test_an_explanation_follows_its_row_through_the_workbook(ana):
    draft = three_explained(ana)
    new, (first, second, third) = {**ODD, "course": "Плетене", "ended_on": date(2025, 9, 7)}, THREE
    file = workbook(ana, third, new, {**first, "enrolled.women": 11}, {**second, "ended_on": date(2025, 9, 21)})
    draft = offline.take_workbook(ana, read(ana, file), today=DAY, at=moment(), seen=draft.touched_at)
    # What was explained is the day that was found there: another day is another question.
    there = {"Готварство": "Word 3", "Плетене": None, "Първа помощ": "Word 1", "Шев": None}
    assert words(ana, draft) == there
    english = offline.workbook(ana, draft, language="en")
    draft = offline.take_workbook(ana, read(ana, english), today=DAY, at=moment())
    assert (draft.head.language, words(ana, draft)) == ("en", there)


def test_a_new_revision_keeps_the_explanations_of_what_still_stands(here, ana):
    draft = three_explained(ana)
    handed = handed_in(ana, draft, explanations=draft.explanations)
    assert [one["row"] for one in receipt(ana, return_id=handed.id).explanations] == [1, 2, 3]
    send_back(here.asked_by(MIA), return_id=handed.id, reason="Sure?", by_form={}, by=MIA.signature, at=moment())
    file = workbook(ana, {**THREE[2], "enrolled.men": 4}, {**THREE[1], "ended_on": date(2025, 10, 1)})
    draft = offline.take_workbook(ana, read(ana, file), today=DAY, at=moment())
    assert words(ana, draft) == {"Готварство": "Word 3"}
    again = handed_in(ana, draft, explanations=draft.explanations)
    (said,) = receipt(ana, return_id=again.id).explanations
    assert (said["row"], said["explanation"]) == (1, "Word 3")
    assert verify(here.asked_by(MIA)).problems == []


def test_a_draft_whose_explanations_were_kept_by_position_opens_and_asks_again(ana):
    draft = taken(ana, ODD)
    (odd,) = warnings(drafts.look(ana, draft))
    former = {"code": odd.code, "form": "training", "row": 1, "field": "ended_on", "explanation": "Late."}
    with writing(ana.engine) as session:
        kept.write_explanations(session, return_id=draft.id, explanations=[former])
    draft = drafts.draft(ana, draft_id=draft.id)
    assert words(ana, draft) == {ODD["course"]: None}
    explain(ana, drafts.look(ana, draft), {}, seen={}, at=moment())
    assert drafts.draft(ana, draft_id=draft.id).explanations == {}


def mended(file, course, **cells):
    """The file with other values in the row of a course, typed over as a person would; the rest as it is."""
    book = load_workbook(BytesIO(file))
    for sheet in book.worksheets:
        keys = {cell.value: cell.column for row in sheet.iter_rows(max_row=20) for cell in row}
        if "enrolled.women" in keys and "course_kind" in keys:
            (row,) = {cell.row for row in sheet.iter_rows() for cell in row if cell.value == course}
            for key, value in cells.items():
                sheet.cell(row, keys[key.replace("__", ".")]).value = value
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def with_evidence(ana, *courses):
    """A draft with a link behind each course."""
    draft = taken(ana, *courses)
    for number, row in enumerate(draft.typed["training"].rows, 1):
        where = {"draft_id": draft.id, "form": "training", "row": row.id}
        draft = evidence.link(ana, **where, address=f"https://a.example/{number}", at=moment())
    return draft


def behind(draft):
    return [[one.name for one in row.evidence] for row in draft.typed["training"].rows]


BOTH = [["https://a.example/1"], ["https://a.example/2"]]


def test_evidence_stays_behind_a_row_that_is_corrected_in_the_workbook(here, ana):
    draft = with_evidence(ana, COURSE, {**COURSE, "course": "Шев"})
    went_on = mended(offline.workbook(ana, draft, language="bg"), "Шев", enrolled__women=11)
    draft = offline.take_workbook(ana, read(ana, went_on), today=DAY, at=moment())
    assert (behind(draft), draft.typed["training"].rows[1].cells["enrolled.women"]) == (BOTH, 11)
    marked = mended(offline.marked(ana, draft, language="bg"), "Шев", enrolled__women=13, enrolled__men=4)
    draft = offline.take_workbook(ana, read(ana, marked), today=DAY, at=moment())
    assert behind(draft) == BOTH
    handed = handed_in(ana, draft)
    send_back(here.asked_by(MIA), return_id=handed.id, reason="14?", by_form={}, by=MIA.signature, at=moment())
    asked = {"organisation": "SDA", "quarter": Q4, "language": "bg"}
    came = read(ana, mended(offline.workbook_of(ana, **asked), "Шев", enrolled__women=14))
    assert behind(offline.take_workbook(ana, came, today=DAY, at=moment())) == BOTH


def test_two_rows_that_say_the_same_keep_their_evidence(ana):
    draft = with_evidence(ana, COURSE, COURSE)
    file = offline.workbook(ana, draft, language="bg")
    assert behind(offline.take_workbook(ana, read(ana, file), today=DAY, at=moment())) == BOTH


def test_evidence_that_a_file_has_no_row_for_is_told_before_it_goes(here, ana):
    draft = with_evidence(ana, COURSE, {**COURSE, "course": "Шев"})
    came = read(ana, workbook(ana, COURSE))
    (gone,) = evidence.left_behind(ana, came)
    assert (gone.form, gone.position, gone.row) == ("training", 2, draft.typed["training"].rows[1])
    handed = handed_in(ana, draft)
    send_back(here.asked_by(MIA), return_id=handed.id, reason="Both?", by_form={}, by=MIA.signature, at=moment())
    assert drafts.draft_of(ana, organisation="SDA", quarter=Q4) is None
    assert evidence.left_behind(ana, came) == [gone]


def test_a_draft_is_not_replaced_unseen(ana):
    file = read(ana, workbook(ana, COURSE))
    first = offline.take_workbook(ana, file, today=DAY, at=moment(), seen=None)
    typed = typing_in.write_note(ana, draft_id=first.id, form=None, note="a word", at=moment())
    for seen in (None, first.touched_at):
        with pytest.raises(ChangedMeanwhileError):
            offline.take_workbook(ana, file, today=DAY, at=moment(), seen=seen)
    assert drafts.draft(ana, draft_id=first.id).note == "a word"
    again = offline.take_workbook(ana, file, today=DAY, at=moment(), seen=typed.touched_at)
    assert again.id == first.id


def test_what_was_changed_since_it_was_seen_is_not_handed_in(ana):
    seen = taken(ana, COURSE)
    now = typing_in.write_note(ana, draft_id=seen.id, form=None, note="Wait.", at=moment())
    with pytest.raises(ReturnChangedError):
        handed_in(ana, seen)
    assert handed_in(ana, now).state is ReturnState.SUBMITTED
    with pytest.raises(DraftGoneError):
        handed_in(ana, now)


def test_the_form_and_the_workbook_give_the_same_return_but_for_its_channel(here):
    ana, rada = here.asked_by(ANA), here.asked_by(RADA)
    by_form = handed_in(ana, typed_in(ana))
    by_workbook = handed_in(rada, taken(rada, COURSE, organisation="RSE"))
    said, also = content(here, by_form.id), content(here, by_workbook.id)
    assert said.forms["training"] == also.forms["training"]
    shared = said.forms.keys() & also.forms.keys()
    assert {key: said.forms[key] for key in shared} == {key: also.forms[key] for key in shared}
    assert (by_form.channel, by_workbook.channel) == (Channel.FORM, Channel.WORKBOOK)
    # The very same organisation: taken back, said again by a workbook; the seal of the content is the same one.
    drafts.withdraw(ana, return_id=by_form.id, at=moment())
    again = handed_in(ana, taken(ana, COURSE))
    assert (again.content_sha256, again.channel) == (by_form.content_sha256, Channel.WORKBOOK)
    assert again.attributes == by_form.attributes
    assert again.framework_id == by_form.framework_id


def test_facts_and_the_log_come_with_it(here, ana):
    handed = handed_in(ana, taken(ana, COURSE))
    with reading(here.engine) as session:
        assert facts.digest(session) != ""
        told = events.history(session, subject=f"return/SDA/{Q4}/{handed.revision}")
        assert chain.follow(session).broken is None
    assert [one.action for one in told] == ["return.draft_begun", "return.submitted"]
    assert told[-1].actor == ANA.signature
    assert told[-1].after["content_sha256"] == content(here, handed.id).sha256


def test_the_same_again_is_not_stored_twice(here, ana):
    handed = handed_in(ana, taken(ana, COURSE))
    approve(here.asked_by(MIA), return_id=handed.id, by=MIA.signature, at=moment())
    draft = drafts.begin(ana, organisation="SDA", quarter=Q4, language="bg", today=DAY, at=moment())
    with pytest.raises(AlreadyStoredError):
        handed_in(ana, draft)


def test_a_file_that_was_typed_on_is_not_what_was_handed_in(ana):
    file = workbook(ana, COURSE)
    draft = offline.take_workbook(ana, read(ana, file), today=DAY, at=moment())
    row = draft.typed["training"].rows[0]
    seen = shown(row.cells["course"], "bg")
    where = {"draft_id": draft.id, "form": "training", "row": row.id, "field_key": "course"}
    handed_in(ana, typing_in.type_cell(ana, **where, seen=seen, text="Another name", at=moment()))
    again = read(ana, file)
    assert again.known is None
    assert again.may_be_stored


def test_a_withdrawn_return_is_a_draft_as_it_was_typed(here, ana):
    draft = taken(ana, COURSE)
    handed = handed_in(ana, draft)
    with pytest.raises(drafts.WaitsError):
        taken(ana, ODD)
    back = drafts.withdraw(ana, return_id=handed.id, at=moment())
    assert (back.typed, back.head.revision) == (draft.typed, handed.revision + 1)
    assert (back.head.channel, back.head.file_id) == (Channel.WORKBOOK, handed.file_id)
    with pytest.raises(ReturnChangedError):
        drafts.withdraw(ana, return_id=handed.id, at=moment())
    with pytest.raises(ReturnChangedError):
        approve(here.asked_by(MIA), return_id=handed.id, by=MIA.signature, at=moment())


def test_a_withdrawn_return_that_is_handed_in_untouched_came_in_its_file(ana):
    handed = handed_in(ana, taken(ana, COURSE))
    again = handed_in(ana, drafts.withdraw(ana, return_id=handed.id, at=moment()))
    first, second = receipt(ana, return_id=handed.id), receipt(ana, return_id=again.id)
    assert (second.proof, second.revision.channel) == (first.proof, Channel.WORKBOOK)
    back = drafts.withdraw(ana, return_id=again.id, at=moment())
    row = back.typed["training"].rows[0]
    where = {"draft_id": back.id, "form": "training", "row": row.id, "field_key": "course"}
    seen = shown(row.cells["course"], "bg")
    third = handed_in(ana, typing_in.type_cell(ana, **where, seen=seen, text="Another name", at=moment()))
    assert (third.channel, receipt(ana, return_id=third.id).proof) == (Channel.FORM, None)


def test_what_was_decided_on_is_not_withdrawn(here, ana):
    handed = handed_in(ana, taken(ana, COURSE))
    approve(here.asked_by(MIA), return_id=handed.id, by=MIA.signature, at=moment())
    with pytest.raises(ReturnChangedError):
        drafts.withdraw(ana, return_id=handed.id, at=moment())


def test_what_is_sent_back_comes_with_the_reasons_into_the_next_draft(here, ana):
    mia = here.asked_by(MIA)
    handed = handed_in(ana, taken(ana, COURSE))
    said = {"return_id": handed.id, "by": MIA.signature, "at": moment()}
    with pytest.raises(ReasonMissingError):
        send_back(mia, reason="  ", by_form={}, **said)
    with pytest.raises(ReasonMissingError):
        send_back(mia, reason="", by_form={"training": "  "}, **said)
    with pytest.raises(KeyError):
        send_back(mia, reason="Look again.", by_form={"no such form": "?"}, **said)
    with pytest.raises(NotPermittedError):
        send_back(ana, reason="Look again.", by_form={}, **said)
    back = send_back(mia, reason=" Look again. ", by_form={"training": "Who paid?", "access": " "}, **said)
    assert back.state is ReturnState.RETURNED
    (asked,) = [one for one in asked_of(ana, organisation="SDA", today=DAY) if one.quarter == Q4]
    assert asked.standing is Standing.RETURNED
    assert asked.reasons == {None: "Look again.", "training": "Who paid?"}
    draft = drafts.begin(ana, organisation="SDA", quarter=Q4, language="bg", today=DAY, at=moment())
    assert draft.reasons == {None: "Look again.", "training": "Who paid?"}
    assert draft.typed["training"].rows[0].cells["course"] == COURSE["course"]
    with pytest.raises(ReturnChangedError):
        send_back(mia, reason="Once more.", by_form={}, **said)
    with reading(here.engine) as session:
        told = events.history(session, subject=f"return/SDA/{Q4}/{handed.revision}")[-1]
    assert (told.action, told.after["reason"]) == ("return.returned", "Look again.")


def test_a_reason_for_one_form_is_enough(here, ana):
    handed = handed_in(ana, taken(ana, COURSE))
    mia = here.asked_by(MIA)
    send_back(mia, return_id=handed.id, reason=" ", by_form={"training": "Who paid?"}, by=MIA.signature, at=moment())
    (asked,) = [one for one in asked_of(ana, organisation="SDA", today=DAY) if one.quarter == Q4]
    assert asked.reasons == {"training": "Who paid?"}
    draft = drafts.begin(ana, organisation="SDA", quarter=Q4, language="bg", today=DAY, at=moment())
    assert draft.reasons == {"training": "Who paid?"}
    with reading(here.engine) as session:
        told = events.history(session, subject=f"return/SDA/{Q4}/{handed.revision}")[-1]
    assert (told.after["reason"], told.after["by_form"]) == (None, {"training": "Who paid?"})
    assert verify(mia).problems == []


def test_the_same_may_be_handed_in_again_after_it_was_sent_back(here, ana):
    handed = handed_in(ana, taken(ana, COURSE))
    mia = here.asked_by(MIA)
    send_back(mia, return_id=handed.id, reason="Sure?", by_form={}, by=MIA.signature, at=moment())
    draft = drafts.begin(ana, organisation="SDA", quarter=Q4, language="bg", today=DAY, at=moment())
    again = handed_in(ana, draft)
    assert (again.revision, again.content_sha256) == (handed.revision + 1, handed.content_sha256)


def test_a_discarded_draft_lets_stand_what_stood_before(here, ana):
    handed = handed_in(ana, taken(ana, COURSE))
    approve(here.asked_by(MIA), return_id=handed.id, by=MIA.signature, at=moment())
    draft = taken(ana, ODD)
    drafts.give_up(ana, draft_id=draft.id, at=moment())
    assert drafts.draft_of(ana, organisation="SDA", quarter=Q4) is None
    with pytest.raises(DraftGoneError):
        typing_in.write_note(ana, draft_id=draft.id, form=None, note="Too late.", at=moment())
    (asked,) = [one for one in asked_of(ana, organisation="SDA", today=DAY) if one.quarter == Q4]
    assert asked.standing is Standing.APPROVED


@pytest.mark.parametrize("who", [RADA, EVE])
def test_nobody_else_has_anything_to_do_with_it(here, ana, who):
    draft = taken(ana, COURSE)
    other = here.asked_by(who)
    if who is RADA:
        assert [one.code for one in read(other, workbook(here, COURSE)).problems] == [NOT_YOURS.code]
    for refused in (
        lambda: handed_in(other, draft),
        lambda: drafts.draft_of(other, organisation="SDA", quarter=Q4),
        lambda: drafts.draft(other, draft_id=draft.id),
        lambda: offline.workbook_of(other, organisation="SDA", quarter=Q4, language="bg"),
        lambda: offline.marked(other, draft, language="bg"),
        lambda: drafts.give_up(other, draft_id=draft.id, at=moment()),
        lambda: offline.take_workbook(other, read(ana, workbook(here, ODD)), today=DAY, at=moment()),
        lambda: submit_draft(other, draft_id=draft.id, version=0, touched_at=None, explanations={}, at=moment()),
    ):
        with pytest.raises(NotPermittedError):
            refused()
    handed = handed_in(ana, draft)
    with pytest.raises(NotPermittedError):
        drafts.withdraw(other, return_id=handed.id, at=moment())


def test_the_core_team_may_report_for_anybody_and_the_log_says_so(here):
    mia = here.asked_by(MIA)
    handed = handed_in(mia, taken(mia, COURSE))
    with reading(here.engine) as session:
        told = events.history(session, subject=f"return/SDA/{Q4}/{handed.revision}")[-1]
    assert told.after["on_behalf"] is True
    assert approve(here.asked_by(MAX), return_id=handed.id, by=MAX.signature, at=moment()).current


def test_a_faulty_workbook_is_a_draft_whose_marked_copy_comes_back_mended(ana):
    draft = taken(ana, FAULTY)
    assert len(errors(drafts.look(ana, draft).problems)) == 2
    copy = read(ana, offline.marked(ana, draft, language="bg"))
    assert {one.place.field for one in errors(copy.problems)} == {"successful.women", "district"}
    assert copy.raw.organisation == "SDA"
    assert copy.quarter == Q4


def test_the_workbook_of_what_was_said_so_far(ana):
    asked = {"organisation": "SDA", "quarter": Q4, "language": "en"}
    assert offline.workbook_of(ana, **asked) is None
    handed = handed_in(ana, taken(ana, COURSE))
    again = read(ana, offline.workbook_of(ana, **asked))
    assert again.content.sha256 == handed.content_sha256
    assert again.known == handed


def test_what_a_draft_says_beside_is_kept_when_it_is_handed_in(here, ana):
    draft = taken(ana, COURSE)
    draft = typing_in.write_note(ana, draft_id=draft.id, form="training", note="Two groups.", at=moment())
    draft = typing_in.write_note(ana, draft_id=draft.id, form=None, note="All told.", at=moment())
    handed = handed_in(ana, draft)
    with reading(here.engine) as session:
        assert kept.said(session, return_id=handed.id).notes == {None: "All told.", "training": "Two groups."}
    assert receipt(ana, return_id=handed.id).note == "All told."
