"""The course of an indicator as a table: what its charts show, quarter by quarter."""

from collections.abc import Sequence

from kpi.language import quarter_name, tr
from kpi.measure.model import Measurement
from kpi.present.drawn import Drawn
from kpi.present.status import word
from kpi.present.table import Number, Table
from kpi.present.words import state
from kpi.problems import N_
from kpi.quarter import Quarter


def judged(drawn: Drawn, title: str, found: Sequence[Measurement]) -> Table:
    """Give the judged value at each quarter's end, with what was expected and the verdict."""
    heads = (N_("To the end of"), N_("measured"), N_("expected"), N_("Status"))
    rows = [
        (
            _named(drawn, quarter_name(each.window.last, drawn.language), each.window.last),
            Number(drawn.of(each.indicator, each.standing.actual), each.standing.actual),
            Number(drawn.of(each.indicator, each.standing.expected), each.standing.expected),
            "" if each.standing.actual is None else word(each.standing.status, drawn.language),
        )
        for each in found
    ]
    return Table(title, [tr(head, drawn.language) for head in heads], rows)


def own(drawn: Drawn, title: str, found: Sequence[Measurement]) -> Table:
    """Give each quarter's own value, or each year's, with what was expected of it."""
    longer = any(len(each.window) > 1 for each in found)
    heads = (N_("Period") if longer else N_("Quarter"), N_("measured"), N_("expected"))
    rows = [
        (
            _named(drawn, drawn.when(each.window), each.window.last),
            Number(_value(drawn, each), each.value),
            Number(drawn.of(each.indicator, each.expected), each.expected),
        )
        for each in found
    ]
    return Table(title, [tr(head, drawn.language) for head in heads], rows)


def _value(drawn: Drawn, each: Measurement) -> str:
    if each.value is None:
        return state(each, drawn.framework, drawn.language)
    return drawn.of(each.indicator, each.value)


def _named(drawn: Drawn, name: str, quarter: Quarter) -> str:
    provisional = tr(N_("provisional"), drawn.language)
    return f"{name} ({provisional})" if quarter in drawn.provisional else name
