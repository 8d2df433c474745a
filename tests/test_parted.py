"""Parting returns by what their organisations are: nothing lost, nothing twice, and each return looked at once."""

from collections import Counter
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.measure.data import Data, split
from kpi.measure.model import ORGANISATION, Cell, FormReport, Organisation, Selection
from kpi.measure.needs import Answer, Need, Question, Scope
from kpi.measure.selection import narrow, parted
from kpi.quarter import Quarter, Window
from kpi.records import FormState
from measuring import framework, indicator

Q1, Q2 = Quarter(2025, 1), Quarter(2025, 2)
REGIONS = ("BG41", "BG42")


def organisations(count):
    return {
        str(n): Organisation(str(n), {"en": str(n)}, {"region": REGIONS[n % 2], "role": "centre"}, Q1)
        for n in range(count)
    }


class Counted(tuple):
    """A tuple that counts how often its members are given out."""

    __slots__ = ()
    given: ClassVar = Counter()

    def __iter__(self):
        for one in super().__iter__():
            Counted.given[id(self)] += 1
            yield one


def data_of(known, moved=()):
    """Every organisation reports 10 in the first and 1 in the second quarter; some have moved in between."""
    reports = Counted(
        FormReport(
            code,
            quarter,
            "sites",
            FormState.REPORTED,
            2 * int(code) + number,
            {"region": "BG42"} if number and code in moved else one.attributes,
        )
        for code, one in known.items()
        for number, quarter in enumerate((Q1, Q2))
    )
    keys = {(report.organisation, report.quarter): report.return_id for report in reports}
    cells = Counted(
        Cell("X.numerator", {}, 1 if quarter == Q2 else 10, 1, 0, code, quarter)
        for code in known
        for quarter in (Q1, Q2)
    )
    selection = Selection(reports, frozenset(keys), keys, {})
    return Data(Window.range(Q1, Q2), cells, {"X.numerator": selection}, {"X.numerator": frozenset(keys.values())})


def need_of(known, by, data):
    """The returns parted already where only what their organisations are is asked for."""
    kinds = {} if ORGANISATION in by else parted(data.selections["X.numerator"], known, lambda _, of: (of["region"],))
    scopes = {kind: Scope(data.window, {"X.numerator": found}) for kind, found in kinds.items()}
    return Need(Question("X", data.window, by=by), Scope(data.window, {}), None, known, scopes)


def fetched(data):
    """Give of a request what its returns said: they stand in the order of the cells."""
    by_return = {2 * int(cell.organisation) + (cell.quarter - Q1): cell for cell in data.cells}
    return lambda request: Answer([by_return[one] for one in sorted(request.returns)], request.returns)


@pytest.fixture(scope="module")
def small():
    return framework(indicators={"X": indicator({"count": "sites"}, by=["district"])})


def test_every_category_gets_what_was_its_own_at_the_time(small):
    known = organisations(4)
    data = data_of(known, moved={"0"})
    found = list(split(small, need_of(known, ("region",), data), data, ["region"], fetched(data)))
    totals = {kind["region"]: sum(cell.total for cell in part.cells) for kind, part in found}
    # Organisations 0 and 2 lie in BG41: 22, less the 1 that organisation 0 reported elsewhere.
    assert {"BG41": totals["BG41"], "BG42": totals["BG42"]} == {"BG41": 21, "BG42": 23}
    returns = {kind["region"]: part.selections["X.numerator"].returns for kind, part in found}
    assert (returns["BG41"], returns["BG42"]) == ({0, 4, 5}, {1, 2, 3, 6, 7})


@pytest.mark.parametrize("by", [(ORGANISATION,), ("region",), (ORGANISATION, "region")])
def test_each_return_and_cell_is_looked_at_as_often_whatever_the_number_of_slices(small, by):
    passes = []
    for count in (3, 60):
        known = organisations(count)
        data = data_of(known)
        fetch = fetched(data)
        Counted.given.clear()
        need = need_of(known, by, data)
        assert len(list(split(small, need, data, by, fetch))) >= (count if ORGANISATION in by else 2)
        passes.append(sum(Counted.given.values()) / count)
    assert passes[0] == passes[1] > 0


@st.composite
def selections(draw):
    known = organisations(4)
    pairs = draw(st.sets(st.tuples(st.sampled_from(sorted(known)), st.sampled_from([Q1, Q2])), max_size=8))
    reports = tuple(
        FormReport(code, quarter, "sites", FormState.REPORTED, n, {"region": draw(st.sampled_from(REGIONS))})
        for n, (code, quarter) in enumerate(sorted(pairs))
    )
    answered = {(report.organisation, report.quarter): report.return_id for report in reports}
    more = draw(st.sets(st.tuples(st.sampled_from(sorted(known)), st.sampled_from([Q1, Q2])), max_size=8))
    expected = frozenset(more)
    return known, Selection(reports, expected, {key: answered[key] for key in expected if key in answered}, {})


@given(selections())
def test_the_parts_are_the_whole(made):
    known, whole = made
    parts = parted(whole, known, lambda _, values: values["region"])
    assert Counter(one.return_id for each in parts.values() for one in each.reports) == Counter(
        report.return_id for report in whole.reports
    )
    assert Counter(key for each in parts.values() for key in each.expected) == Counter(whole.expected)
    assert {key: value for each in parts.values() for key, value in each.reporting.items()} == whole.reporting
    for region, each in parts.items():
        assert all(report.attributes["region"] == region for report in each.reports)
        silent = each.expected - each.reporting.keys()
        assert all(known[code].attributes["region"] == region for code, _ in silent)
        kept = narrow(whole, known, lambda _, values, region=region: values["region"] == region)
        assert kept == each
