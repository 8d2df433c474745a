"""Somebody who wants to know what is hidden: has the framework and what is shown, and a solver; nothing else.

Built without the code that hides: from masked measurements alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import highspy
import numpy as np

from kpi.framework.model import Framework, Term, UnitKind
from kpi.measure.model import UNSTATED, Measurement, State, Status

#: A number: the term it adds up or its indicator's role, its quarters, its categories.
Name = tuple[object, ...]
HIDDEN = {State.SMALL, State.HIDDEN}
CLOSE = 1e-6


@dataclass
class Attacker:
    """Writes down what is shown as bounds and sums, and asks for the least and largest of what is not."""

    framework: Framework
    shown: Iterable[Measurement]
    floor: Mapping[Name, int] = field(default_factory=dict)
    bounds: dict[Name, tuple[float, float]] = field(default_factory=dict)
    rows: list[tuple[dict[Name, float], float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.figures = {self.key(m): m for m in self.shown}
        for m in self.figures.values():
            self._figure(m)
        for (indicator, first, last, dims), slices in self._tables().items():
            self._sums(indicator, first, last, dims, slices)
        self._solver = self._programme()

    @staticmethod
    def key(m: Measurement):
        return m.indicator, m.window.first, m.window.last, frozenset(m.slice.items())

    def names(self, m: Measurement) -> list[Name]:
        """Give the numbers that a figure is made of: a sum is the same number wherever it stands."""
        where = (m.window.first, m.window.last, frozenset(m.slice.items()))
        measure = self.framework.indicators[m.indicator].measure
        if measure.mean is not None:
            return [(m.indicator, "top", *where), (m.indicator, "bottom", *where)]
        terms = (measure.ratio.of, measure.ratio.to) if measure.ratio else (self._term(m.indicator),)
        return [(repr(term), *where) for term in terms]

    def _term(self, indicator: str) -> Term:
        return self.framework.indicators[indicator].terms[0]

    def _figure(self, m: Measurement) -> None:
        top, *bottom = self.names(m)
        small = self.framework.rules.small_counts_below - 1
        for name in (top, *bottom):
            self.bounds.setdefault(name, (self.floor.get(name, 0), np.inf))
        if m.state is State.SMALL:
            self._narrow(top, 1, small)
        elif m.state not in HIDDEN:
            if m.numerator is not None:
                self._narrow(top, float(m.numerator), float(m.numerator))
            if bottom and m.denominator is not None:
                self._narrow(bottom[0], float(m.denominator), float(m.denominator))
        elif bottom and self.framework.units[self.framework.indicators[m.indicator].unit].kind is UnitKind.SHARE:
            self.rows.append(({top: -1.0, bottom[0]: 1.0}, 0, np.inf))
        self._said_beside(m, *self.names(m))

    def _said_beside(self, m: Measurement, top: Name, bottom: Name | None = None) -> None:
        """Take what the other fields tell: a status, how many reported, what was judged, what was reached of it."""
        silent = m.coverage.reported == m.coverage.carried == 0
        if m.state in HIDDEN and (m.standing.status is Status.NO_DATA or silent):
            self._narrow(bottom or top, 0, 0)
        actual = m.standing.actual
        if actual is None and m.standing.achievement is not None and m.standing.expected is not None:
            actual = m.standing.achievement * m.standing.expected
        window = m.standing.basis
        if actual is not None and (window.first, window.last) == (m.window.first, m.window.last):
            told = actual
        else:
            told = m.value
        if told is not None and m.numerator is None:
            self.rows.append(
                ({top: 1.0} | ({bottom: -float(told)} if bottom else {}), *self._near(0 if bottom else told))
            )
        if actual is not None and bottom is None and len(window) > len(m.window):  # since the start
            years = [one for one in self.figures.values() if one.indicator == m.indicator and not one.slice]
            tops = [self.names(one)[0] for one in years if one.window.last <= m.window.last]
            self.bounds |= {name: (self.floor.get(name, 0), np.inf) for name in tops if name not in self.bounds}
            self.rows.append((dict.fromkeys(tops, 1.0), *self._near(actual)))

    @staticmethod
    def _near(value: Fraction | int) -> tuple[float, float]:
        return float(value) - CLOSE, float(value) + CLOSE

    def _narrow(self, name: Name, least: float, largest: float) -> None:
        low, high = self.bounds[name]
        self.bounds[name] = max(low, least), min(high, largest)

    def _tables(self):
        tables = defaultdict(list)
        for (indicator, first, last, categories), m in self.figures.items():
            tables[indicator, first, last, frozenset(d for d, _ in categories)].append(m)
        return tables

    def _sums(self, indicator, first, last, dims, slices) -> None:
        for dimension in dims:
            groups = defaultdict(list)
            up = self.framework.dimensions[dimension].rolls_up_to if dimension in self.framework.dimensions else None
            for m in slices:
                rest = frozenset(m.slice.items()) - {(dimension, m.slice[dimension])}
                groups[rest].append(m)
                category = self.framework.dimensions[dimension].categories.get(m.slice[dimension])
                if up is not None:
                    groups[rest | {(up, category.in_ if category else UNSTATED)}].append(m)
            for rest, parts in groups.items():
                whole = self.figures.get((indicator, first, last, rest))
                if whole is not None:
                    self._sum(whole, parts)

    def _sum(self, whole: Measurement, parts: list[Measurement]) -> None:
        for at, name in enumerate(self.names(whole)):
            below = [self.names(part)[at] for part in parts]
            ratio = self.framework.indicators[whole.indicator].measure.ratio
            if at == 1 and ratio is not None and self.serves_all(ratio.to, parts[0]):
                continue
            self.rows.append(({name: -1.0} | dict.fromkeys(below, 1.0), 0, 0))

    def serves_all(self, term: Term, part: Measurement) -> bool:
        """Tell whether a denominator knows nothing of a dimension: money given has no source."""
        form = self.framework.forms[term.form]
        known = {form.rows, *(c.dimension for c in form.columns.values()), *(c.spread for c in form.columns.values())}
        known |= {a.dimension for a in self.framework.organisation.values()}
        known |= {self.framework.dimensions[d].rolls_up_to for d in known if d}
        return not set(part.slice) <= known

    def _programme(self) -> highspy.Highs:
        self.order = {name: at for at, name in enumerate(self.bounds)}
        solver = highspy.Highs()
        solver.silent()
        least, largest = (np.array([b[side] for b in self.bounds.values()], dtype=float) for side in (0, 1))
        solver.addVars(len(self.order), least, np.minimum(largest, 1e8))
        for coefficients, low, high in self.rows:
            columns = np.array([self.order[name] for name in coefficients], dtype=np.int32)
            solver.addRow(low, high, len(columns), columns, np.array(list(coefficients.values())))
        return solver

    def interval(self, name: Name) -> tuple[float, float]:
        """Give the least and the largest that a number can be."""
        found = []
        for sense in (1.0, -1.0):
            self._solver.changeColCost(self.order[name], sense)
            self._solver.run()
            assert self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
            found.append(sense * self._solver.getInfo().objective_function_value)
            self._solver.changeColCost(self.order[name], 0.0)
        return found[0], found[1]

    def computed(self) -> list[Measurement]:
        """Give every hidden figure that can be told after all: of a ratio, both its numbers."""
        found = []
        for m in self.figures.values():
            if m.state in HIDDEN:
                intervals = [self.interval(name) for name in self.names(m)]
                if all(high - low < 1 - CLOSE for low, high in intervals):
                    found.append(m)
        return found
