"""One return by itself: what it says of every indicator, in all and by category."""

from collections.abc import Iterator

from kpi.framework.model import Framework
from kpi.measure.disaggregation import slices
from kpi.measure.facts import facts_of, parts_of
from kpi.measure.model import Cell
from kpi.measure.values import Value, value_of
from kpi.quarter import Quarter, Window
from kpi.records import ReturnContent

#: Whose value it is: the indicator, and the dimension and category, none for the total.
Key = tuple[str, tuple[str, str] | None]


def values_of(framework: Framework, quarter: Quarter, content: ReturnContent) -> dict[Key, Value]:
    """Measure a return: every indicator's total, then its slices by each of its dimensions, in their order."""
    cells: dict[str, list[Cell]] = {}
    for fact in facts_of(framework, quarter, content):
        cell = Cell(fact.part, fact.coordinates, fact.total, fact.n, fact.not_applicable)
        cells.setdefault(fact.part, []).append(cell)
    return {
        key: value_of(framework, key[0], held, reported=False, window=Window.quarter(quarter))
        for indicator in framework.indicators
        for key, held in _parted(framework, indicator, cells)
    }


def _parted(framework: Framework, indicator: str, cells: dict[str, list[Cell]]) -> Iterator[tuple[Key, list[Cell]]]:
    own = [cell for part in parts_of(framework, indicator) for cell in cells.get(part.key, ())]
    yield (indicator, None), own
    for dimension in framework.indicators[indicator].by:
        for category, held in slices(framework, indicator, dimension, own).items():
            yield (indicator, (dimension, category)), held
