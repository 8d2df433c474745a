"""The closed set: the questions whose answers funders and the public see.

Every indicator, in one window a calendar year: the whole year once its last quarter was due, else the year to date at
the last quarter that was. Two windows of one year would give the difference between them away. In each window the
total, each dimension by itself (those above it and those of the organisations too), and the pairs that the framework
crosses. How ratings are distributed over their steps is not among them.
"""

from collections.abc import Iterator
from datetime import date

from kpi.framework.model import Framework
from kpi.framework.once import once
from kpi.measure.disaggregation import available
from kpi.measure.facts import parts_of
from kpi.measure.model import RATING
from kpi.measure.needs import Question
from kpi.measure.unknowns import is_amount
from kpi.quarter import QUARTERS_A_YEAR, Quarter, Window


def last_due(framework: Framework, today: date) -> Quarter | None:
    """Give the last quarter of the programme whose due date has passed; none before the first one's."""
    quarter = Quarter.of(today)
    while quarter.due(framework.rules.due_days) >= today:
        quarter += -1
    return quarter if quarter >= framework.programme.starts else None


def windows(framework: Framework, today: date) -> tuple[Window, ...]:
    """Give the windows that are published on a day, the earliest first."""
    last = last_due(framework, today)
    if last is None:
        return ()
    whole = range(framework.programme.starts.year, last.year)
    running = Window.year_to_date(last) if last.number < QUARTERS_A_YEAR else Window.year(last.year)
    return (*(Window.year(year) for year in whole), running)


def breakdowns(framework: Framework, indicator: str) -> Iterator[tuple[str, ...]]:
    """Give what an indicator is broken down by where it is published: nothing first, then the pairs last."""
    alone = [dimension for dimension in available(framework, indicator) if dimension != RATING]
    yield ()
    for dimension in alone:
        yield (dimension,)
    for one, other in framework.programme.published.crossed:
        if one in alone and other in alone:
            yield (one, other)


def questions(framework: Framework, today: date) -> list[Question]:
    """Give every question of the closed set: by indicator, window and breakdown, in this order."""
    return [
        Question(indicator, window, by=by)
        for indicator in framework.indicators
        for window in windows(framework, today)
        for by in breakdowns(framework, indicator)
    ]


@once
def persons(framework: Framework, indicator: str) -> frozenset[tuple[str, str]]:
    """Give the categories in which an indicator adds up the amounts of single persons, with their dimension."""
    asked = available(framework, indicator) if is_amount(framework, parts_of(framework, indicator)[0]) else ()
    known = [(dimension, framework.dimensions[dimension]) for dimension in asked if dimension in framework.dimensions]
    return frozenset((name, key) for name, found in known for key, one in found.categories.items() if one.personal)


def of_persons(framework: Framework, today: date) -> list[Question]:
    """Give the questions that tell which published sums of money hold amounts of single persons.

    Their answers are not in the closed set: they only say what is to be hidden in it.
    """
    return [
        Question(indicator, window, by=by, where={dimension: category})
        for indicator, declared in framework.indicators.items()
        for dimension, category in sorted(persons(framework, indicator))
        for window in windows(framework, today)
        for by in breakdowns(framework, indicator)
        if declared.measure.ratio is None and by and dimension not in by
    ]
