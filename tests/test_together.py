"""Sums fetched together for many questions are those that each question would have fetched alone."""

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from kpi.figures import contributions, measured
from kpi.measure.model import Cell, Fact, FormReport
from kpi.measure.needs import Question, Request
from kpi.measure.together import added_up, families, layer, layers
from kpi.organisations import list_organisations
from kpi.quarter import Quarter, Window
from kpi.records import FormState, ReportedForm, ReturnContent
from measuring import summed
from showing import NOW, SDA, _store, filled, ready, work_of

START = Quarter(2024, 1)
#: Return 7 is organisation 7 % 3's of the third quarter.
REPORTS = [FormReport(str(n % 3), START + n // 3, "form", FormState.REPORTED, n) for n in range(12)]
QUARTERS = {report.return_id: report.quarter for report in REPORTS}
OWNERS = {report.return_id: report.organisation for report in REPORTS}
SETS = st.frozensets(st.sampled_from(range(12)))
FACTS = st.dictionaries(
    st.sampled_from(range(12)),
    st.lists(
        st.builds(
            Fact,
            part=st.sampled_from(["a", "b"]),
            coordinates=st.sampled_from([{}, {"gender": "women"}, {"gender": "men", "region": "x"}]),
            total=st.integers(-5, 5),
            n=st.integers(0, 3),
            not_applicable=st.integers(0, 1),
        ),
        max_size=4,
    ),
)
REQUESTS = st.lists(
    st.builds(
        Request, part=st.sampled_from(["a", "b"]), returns=SETS, by_organisation=st.booleans(), by_quarter=st.booleans()
    ),
    max_size=8,
)


def cells_of(facts, family, returns):
    """What the store gives for a layer of a family."""
    asked = [Request(part, returns, family.by_organisation, family.by_quarter) for part in family.parts]
    return [cell for request in asked for cell in summed(facts, REPORTS)(request).cells]


def as_numbers(cells):
    return {
        (tuple(sorted(cell.coordinates.items())), cell.organisation, cell.quarter): (
            cell.total,
            cell.n,
            cell.not_applicable,
        )
        for cell in cells
    }


@given(FACTS, REQUESTS)
def test_what_is_fetched_together_is_what_each_would_fetch_alone(facts, requests):
    answered = Counter()
    for family in families(dict.fromkeys(requests)):
        held = [
            layer(those, QUARTERS if family.by_quarter else None, cells_of(facts, family, those))
            for those in layers(family.sets, QUARTERS)
        ]
        for request in family.requests:
            answered[request] += 1
            alone = summed(facts, REPORTS)(request).cells
            together = added_up(request, held)
            assert as_numbers(together) == as_numbers(alone)
            assert len(together) == len(alone)
    assert answered == Counter(dict.fromkeys(requests, 1))


@given(st.frozensets(SETS, max_size=6))
def test_a_set_holds_all_or_none_of_a_layers_quarter(sets):
    found = layers(sets, QUARTERS)
    assert sorted(one for each in found for one in each) == sorted(frozenset().union(*sets))
    for each in found:
        for quarter in set(QUARTERS.values()):
            those = {one for one in each if QUARTERS[one] == quarter}
            assert all(those <= wanted or not those & wanted for wanted in sets)


def test_windows_of_a_flow_are_one_layer_and_a_carried_stock_two():
    flow = {frozenset(n for n in range(12) if QUARTERS[n] in Window.range(START, START + k)) for k in range(4)}
    assert len(layers(flow, QUARTERS)) == 1
    # Organisation 0 does not report after the first quarter: its position stands in for the second.
    stock = {frozenset({0, 1, 2}), frozenset({0, 4, 5})}
    assert sorted(layers(stock, QUARTERS), key=len) == [frozenset({0}), frozenset({1, 2, 4, 5})]


def test_one_set_that_is_wanted_whole_is_summed_whole():
    one = Request("a", frozenset({0, 3}))
    (family,) = families([one])
    assert not family.by_quarter
    held = [layer({0, 3}, None, [Cell("a", {}, 9, 2)])]
    assert added_up(one, held) == [Cell("a", {}, 9, 2)]


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    found = filled(tmp_path_factory.mktemp("together"))
    yield found
    found.engine.dispose()


def test_more_windows_need_no_more_statements(opened):
    told = []
    event.listen(opened.engine, "before_cursor_execute", lambda *given: told.append(given[2]))
    counted = []
    for many in (3, 4, 5):
        told.clear()
        windows = [Window.quarter(Quarter(2025, number)) for number in range(1, many)]
        keys = [key for key, one in opened.framework.indicators.items() if one.valid_in(Quarter(2025, 1))]
        measured(opened, [Question(key, window) for key in keys for window in windows], today=date(2025, 11, 1))
        counted.append(len(told))
    assert counted[0] > 0
    # A stock that is carried on lies in a layer of its own, which is a few statements; nothing else is added.
    assert all(more - fewer <= 6 for fewer, more in pairwise(counted)), counted


def test_a_quarter_costs_the_same_however_long_the_history_is(tmp_path):
    opened = ready(tmp_path)
    early = replace(SDA, active_from=Quarter(2023, 3))
    list_organisations(opened, [early], by="one", at=NOW)
    nothing = ReturnContent(dict.fromkeys(opened.framework.forms, ReportedForm(FormState.NOTHING)))
    question = Question("R1", Window.quarter(Quarter(2025, 3)))
    spent = []
    for quarter in Window.range(early.active_from, Quarter(2025, 3)):
        _store(opened, early, quarter, nothing)
        asked = replace(question, window=Window.quarter(quarter))
        with work_of(opened) as steps:
            assert measured(opened, [asked], today=date(2025, 11, 1))[0][0].coverage.reported == 1
            (source,) = contributions(opened, asked, today=date(2025, 11, 1))
            assert source.source.quarter == quarter
        spent.append(len(steps))
    # Whatever stands in for a later quarter is four quarters old at most.
    assert spent[-1] < spent[4] * 1.2, spent
