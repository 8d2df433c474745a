"""From every figure down to the returns that it is made of."""

from datetime import date
from fractions import Fraction

import pytest

from filled import CENTRE, SECOND, framework
from kpi.access import OPERATOR
from kpi.figures import contributions, measured
from kpi.installation import Installation
from kpi.measure.model import State
from kpi.measure.needs import Question
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
