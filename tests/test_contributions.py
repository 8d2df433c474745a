"""From every figure down to the returns that it is made of."""

import csv
import io
from datetime import date
from fractions import Fraction

import pytest

from filled import CENTRE, SECOND, framework
from kpi.access import OPERATOR, NotPermittedError, Person, Role
from kpi.behind import behind
from kpi.figures import PROVISIONAL, contributions, measured
from kpi.installation import Installation
from kpi.measure.model import State
from kpi.measure.needs import Question
from kpi.present.sources import all_rows
from kpi.present.table import Number
from kpi.quarter import Quarter, Window
from made_up import fill_store

TODAY = date(2026, 7, 15)


def added(numbers):
    return sum((number for number in numbers if number is not None), Fraction(0))


@pytest.mark.parametrize("file", [SECOND, CENTRE], ids=["second", "centre"])
def test_the_returns_behind_a_figure_add_up_to_it(sqlite_store, file):
    installation = Installation(framework(file), file.read_text(encoding="utf-8"), sqlite_store, OPERATOR)
    fill_store(installation, 5, organisations=4, first=Quarter(2025, 2), quarters=3)
    quarters = [Quarter(2024, 4), Quarter(2025, 3), Quarter(2025, 4)]
    questions = [
        Question(key, window)
        for key in installation.framework.indicators
        for quarter in quarters
        for window in (Window.quarter(quarter), Window.year_to_date(quarter))
    ]
    seen = set()
    for question, (total,) in zip(questions, measured(installation, questions, today=TODAY), strict=True):
        found = contributions(installation, question, today=TODAY)
        seen.add(total.state)
        assert bool(found) is (total.state is not State.MISSING) or total.state is State.NOT_AVAILABLE
        assert all(one.source.current for one in found)
        assert len({one.source.id for one in found}) == len(found)
        if total.state is State.VALUE:
            assert added(one.value.numerator for one in found) == total.numerator
            assert added(one.value.denominator for one in found) == (total.denominator or 0)
        carried = {one.source.organisation: one.source.quarter for one in found if one.carried}
        assert total.carried.items() <= carried.items()
    assert {State.VALUE, State.MISSING} <= seen


@pytest.mark.parametrize("file", [SECOND, CENTRE], ids=["second", "centre"])
def test_the_rows_behind_a_figure_add_up_to_it(sqlite_store, file):
    installation = Installation(framework(file), file.read_text(encoding="utf-8"), sqlite_store, OPERATOR)
    fill_store(installation, 5, organisations=4, first=Quarter(2025, 2), quarters=3)
    window, dimensions = Window.year_to_date(Quarter(2025, 4)), installation.framework.programme.filters
    categories = {by: next(iter(installation.framework.dimensions[by].categories)) for by in dimensions}
    limits = [{}, *({by: category} for by, category in categories.items())]
    questions = [Question(key, window, where=where) for key in installation.framework.indicators for where in limits]
    compared = 0
    for question, (total,) in zip(questions, measured(installation, questions, today=TODAY), strict=True):
        found = behind(installation, question, today=TODAY)
        if total.state is State.VALUE:
            compared += any(one.rows for one in found)
            numbers = [added(one.adds) for one in found]
            assert numbers == [total.numerator, total.denominator][: len(numbers)], question
    assert compared >= len(installation.framework.indicators)


def test_rows_are_for_those_who_may_see_them(sqlite_store):
    installation = Installation(framework(CENTRE), CENTRE.read_text(encoding="utf-8"), sqlite_store, OPERATOR)
    fill_store(installation, 5, organisations=6, first=Quarter(2025, 1), quarters=4)
    question = Question("R5", Window.year(2025))
    (every,) = behind(installation, question, today=TODAY)
    codes = {row.organisation for row in every.rows}
    assert len(codes) > 1
    one = min(codes)
    reporter = installation.asked_by(Person("R", Role.REPORTER, organisations=frozenset({one})))
    (own,) = behind(reporter, question, today=TODAY)
    assert [row for row in every.rows if row.organisation == one] == own.rows
    assert {row.organisation for row in own.others} <= {one}
    for role in (Role.VIEWER, Role.ADMINISTRATOR, Role.REPORTER):
        with pytest.raises(NotPermittedError):
            behind(installation.asked_by(Person("F", role)), question, today=TODAY)
    with pytest.raises(NotPermittedError):
        behind(reporter, question, today=TODAY, basis=PROVISIONAL)


def test_every_row_of_a_return_says_what_stands_in_it(sqlite_store):
    installation = Installation(framework(CENTRE), CENTRE.read_text(encoding="utf-8"), sqlite_store, OPERATOR)
    fill_store(installation, 5, organisations=6, first=Quarter(2025, 1), quarters=4)
    (found,) = behind(installation, Question("R5", Window.year(2025)), today=TODAY)
    assert len({row.return_id for row in found.rows}) < len(found.rows)  # some returns have several
    table = all_rows(installation.framework, found, {}, "R5", "en")
    assert len(table.rows) == len(found.rows)
    own = table.heads.index("Adds to the figure") + 1
    assert all(any(cell not in {"", Number("")} for cell in row[own:]) for row in table.rows)
    numbers = csv.reader(io.StringIO(table.csv()))
    assert sum(Fraction(row[own - 1]) for row in list(numbers)[1:]) == added(found.adds)
