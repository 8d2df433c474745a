"""How far numbers can be told from what ties them together: each one's least and largest possible value.

Solved as linear programmes (HiGHS). The true values are one solution, so every further solution shows how far a number
may lie from the truth.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor

import highspy
import numpy as np

from kpi.measure.unknowns import Unknown

#: How exact the solver is taken to be.
_CLOSE = 1e-6
#: Of what does not count, the least distance between the bounds: as a part of the true value, or in its unit of what is
#: hidden only beside something else.
_APART, _BESIDE = 0.1, 1.0
#: Nothing is larger than so many times everything together, and some more: it keeps the programmes bounded.
_LARGEST, _MORE = 10.0, 1000.0


@dataclass(frozen=True, slots=True)
class Row:
    """Σ coefficient · number lies from `least` to `largest`."""

    numbers: tuple[int, ...]
    coefficients: tuple[float, ...]
    least: float
    largest: float


@dataclass
class Intervals:
    """The possible values of numbers between their bounds and under rows; asked one by one, solved when need be.

    `bounds` gives each number's least and largest by rule; `unknowns` what they truly are. `found` are the least and
    largest values seen so far: what is possible stays possible when more is hidden.
    """

    unknowns: Sequence[Unknown]
    bounds: Mapping[int, tuple[float, float]]
    rows: Sequence[Row]
    found: dict[int, tuple[float, float]]
    _solver: highspy.Highs | None = field(init=False, default=None)
    _asked: set[tuple[int, int]] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        for one in self.bounds:
            self.found.setdefault(one, (float(self.unknowns[one].value),) * 2)

    def is_open(self, number: int, *, well: bool = True) -> bool:
        """Tell whether a number could be another one: if it counts, another whole one, else one (`well`) apart."""
        for sense in (1, -1):
            if self._apart(number, well=well):
                return True
            if (number, sense) not in self._asked:
                self._asked.add((number, sense))
                self._solve(number, sense)
        return self._apart(number, well=well)

    def _apart(self, number: int, *, well: bool) -> bool:
        least, largest = self.found[number]
        unknown = self.unknowns[number]
        if unknown.counts:
            return floor(largest + _CLOSE) > ceil(least - _CLOSE)
        needed = max(float(unknown.step), _APART * float(unknown.value))
        needed = needed if well else min(needed, _BESIDE)
        return largest - least >= needed * (1 - _CLOSE)

    def _solve(self, number: int, sense: int) -> None:
        """Look for the least (sense 1) or largest (−1) value; every number of a solution widens what is possible."""
        order = list(self.bounds)
        solver = self._solver = self._solver or self._programme(order)
        at = order.index(number)
        solver.changeColCost(at, float(sense))
        solver.run()
        solved = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        values = solver.getSolution().col_value if solved else []
        solver.changeColCost(at, 0.0)  # any change makes the solver forget its answer
        for one, value in zip(order, values, strict=solved):
            least, largest = self.found[one]
            self.found[one] = min(least, value), max(largest, value)

    def _programme(self, order: Sequence[int]) -> highspy.Highs:
        solver = highspy.Highs()  # type: ignore[no-untyped-call] # its stub leaves the constructor untyped
        for name, value in (("output_flag", False), ("threads", 1), ("presolve", "off")):
            solver.setOptionValue(name, value)
        most = _LARGEST * float(sum(self.unknowns[one].value for one in order)) + _MORE
        least = np.array([self.bounds[one][0] for one in order])
        largest = np.array([min(self.bounds[one][1], most) for one in order])
        solver.addVars(len(order), least, largest)
        place = {one: at for at, one in enumerate(order)}
        for row in self.rows:
            columns = np.array([place[one] for one in row.numbers], dtype=np.int32)
            solver.addRow(row.least, row.largest, len(columns), columns, np.array(row.coefficients))
        return solver
