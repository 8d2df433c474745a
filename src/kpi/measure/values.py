"""Cells become a value: exact, in the indicator's unit, or one of the four kinds of none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpi.framework.model import Framework, Indicator
from kpi.measure.facts import Part, Role, parts_of
from kpi.measure.model import NOT_APPLICABLE, Cell, State
from kpi.quarter import Window


@dataclass(frozen=True, slots=True)
class Value:
    """A figure and what it is made of, in the indicator's unit; see `kpi.measure.model.Measurement`."""

    state: State
    value: Fraction | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    n: Fraction | None = None


def allowed(indicator: Indicator, window: Window) -> bool:
    """Tell whether the figure means anything in a window; a year to date that is complete is a year."""
    if not indicator.windows or window.kind in indicator.windows:
        return True
    year = Window.year(window.last.year)
    return "year" in indicator.windows and (window.first, window.last) == (year.first, year.last)


def _numbers(part: Part, cells: Iterable[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell.part == part.key and NOT_APPLICABLE not in cell.coordinates]


def is_reported(framework: Framework, indicator_key: str, cells: Iterable[Cell]) -> bool:
    """Tell whether anybody gave a number (or a zero) for the indicator's numerator."""
    return bool(_numbers(parts_of(framework, indicator_key)[0], cells))


def value_of(
    framework: Framework, indicator_key: str, cells: Sequence[Cell], *, reported: bool, window: Window
) -> Value:
    """Give an indicator's value from the cells of all its parts.

    `reported` says that the returns in question did report, so that where they have no cell here (in one
    slice), there is nothing: 0. A denominator of 0, and a window in which the figure means nothing, are
    *not available*.
    """
    if not allowed(framework.indicators[indicator_key], window):
        return Value(State.NOT_AVAILABLE)
    by_role = {part.role: part for part in parts_of(framework, indicator_key)}
    top = by_role[Role.NUMERATOR]
    counted = _numbers(top, cells)
    if not counted and any(cell.part == top.key for cell in cells):
        return Value(State.NOT_APPLICABLE)
    if not counted and not reported:
        return Value(State.MISSING)
    numerator = _descaled(top, counted)
    if Role.DENOMINATOR not in by_role:
        return Value(State.VALUE, numerator, numerator, None, Fraction(sum(cell.n for cell in counted)))
    bottom = by_role[Role.DENOMINATOR]
    denominator = _descaled(bottom, _numbers(bottom, cells))
    if denominator == 0:
        return Value(State.NOT_AVAILABLE, None, numerator, denominator, denominator)
    return Value(State.VALUE, numerator / denominator, numerator, denominator, denominator)


def _descaled(part: Part, cells: Iterable[Cell]) -> Fraction:
    return Fraction(sum(cell.total for cell in cells), 10**part.scale)
