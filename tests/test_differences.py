"""What two revisions say differently, row by row."""

from kpi.differences import FormChange, Kind, differences
from kpi.records import FormState, Record, ReportedForm, ReturnContent


def said(*cells, key=None, state=FormState.REPORTED):
    rows = tuple(Record(number, key and one[key], one) for number, one in enumerate(cells, 1))
    return ReturnContent({"courses": ReportedForm(state, rows)})


def changes(before, after):
    found = differences(before, after)
    return [(row.kind.value, row.columns) for row in found["courses"].rows] if found else []


def test_what_says_the_same_in_another_order_is_not_different():
    one, other = {"name": "One", "n": 1}, {"name": "Other", "n": 1}
    assert differences(said(one, other), said(other, one)) == {}
    assert differences(said(one, one), said(one, one)) == {}
    assert changes(said(one, one), said(one)) == [("removed", ())]


def test_a_row_with_a_key_is_known_again_whatever_it_says():
    before, after = {"name": "One", "n": 1, "place": "here"}, {"name": "One", "n": 9, "place": "there"}
    assert changes(said(before, key="name"), said(after, key="name")) == [("changed", ("n", "place"))]
    assert changes(said(before, key="name"), said({**before, "name": "Two"}, key="name")) == [
        ("added", ()),
        ("removed", ()),
    ]


def test_a_nameless_row_is_known_again_by_most_of_what_it_says():
    before = {"name": "One", "day": "2026-01-01", "kind": "online", "n": 1}
    alike, like, other = (
        {**before, "n": 2},
        {**before, "n": 2, "kind": "hall"},
        {**before, "n": 2, "kind": "x", "day": "y"},
    )
    assert changes(said(before), said(alike)) == [("changed", ("n",))]
    assert changes(said(before), said(like)) == [("added", ()), ("removed", ())]  # half is not most
    assert changes(said(before), said(other)) == [("added", ()), ("removed", ())]
    assert changes(said(before, like), said(alike, like)) == [("changed", ("n",))]
    assert changes(said(before, {**before, "day": "z"}), said(alike)) == [("changed", ("n",)), ("removed", ())]


def test_very_many_rows_are_not_compared_each_with_each():
    many = [{"name": f"{number}", "day": "a", "kind": "b", "n": 1} for number in range(400)]
    found = differences(said(*many), said(*({**one, "n": 2} for one in many)))["courses"]
    assert {row.kind for row in found.rows} == {Kind.ADDED, Kind.REMOVED}
    assert len(found.rows) == 800


def test_what_is_said_of_the_form_as_a_whole_is_a_change_too():
    nothing = ReturnContent({"courses": ReportedForm(FormState.NOTHING)})
    assert differences(ReturnContent(), nothing) == {"courses": FormChange(FormState.MISSING, FormState.NOTHING, ())}
    ((row,),) = (differences(said({"n": 1}), nothing)["courses"].rows,)
    assert row.kind is Kind.REMOVED
