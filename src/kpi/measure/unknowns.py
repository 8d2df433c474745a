"""The numbers that published figures are made of: of which kind each is, and which of them are the same."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from kpi.framework.model import ColumnType, Framework, UnitKind
from kpi.measure.disaggregation import attributes, collected
from kpi.measure.facts import Part, Role
from kpi.measure.model import Coordinates, Measurement


@dataclass(frozen=True, slots=True)
class Unknown:
    """A number in its unit, the step between two of its values, whether it counts something, and people at that.

    `each` is how often it may count one and the same thing: of a thing's ratings by several aspects, all of them.
    """

    value: Fraction
    step: Fraction
    counts: bool
    people: bool
    each: int = 1


@dataclass(slots=True)
class Numbers:
    """Tells which numbers are the same: those that are equal and stand in one place."""

    unknowns: list[Unknown] = field(default_factory=list)
    _at: dict[tuple[object, ...], list[int]] = field(default_factory=lambda: defaultdict(list))
    _equal: Counter[tuple[object, ...]] = field(default_factory=Counter)

    def place(
        self, unknown: Unknown, where: Sequence[tuple[object, ...]], also: Sequence[tuple[object, ...]] = ()
    ) -> int:
        """Give a number's place among the unknowns: it stands `where`, and may be the one that stands in `also`."""
        met = (index for place in (*where, *also) for index in self._at[place])
        index = next((each for each in met if self.unknowns[each].value == unknown.value), len(self.unknowns))
        if index == len(self.unknowns):
            self.unknowns.append(unknown)
        elif unknown.people:
            self.unknowns[index] = replace(self.unknowns[index], people=True)
        for place in where:
            if index not in self._at[place]:
                self._at[place].append(index)
        return index

    def amount(self, found: Measurement, value: Fraction) -> tuple[object, ...]:
        """Give where an amount stands besides: it is any one that is equal, in whatever table of its window.

        All that a donor gave is all that came as a donation. In one table, equal ones are several.
        """
        window = found.window.last, found.window.first
        table = found.indicator, *window, frozenset(found.slice), value
        self._equal[table] += 1
        return "amount", *window, value, self._equal[table]


def kind(framework: Framework, part: Part) -> tuple[object, ...]:
    """Say what a part adds up, so that two indicators' parts of one kind are the same numbers."""
    column, way = part.column, "sum"
    if part.mean and part.column is not None:
        weight = framework.forms[part.form].columns[part.column].weight
        if part.role is Role.NUMERATOR:
            way = "weighted"
        elif weight is None:
            way = "given"
        else:
            column = weight
    return way, part.form, column, repr(sorted(part.where.items()))


def counts(framework: Framework, part: Part) -> bool:
    """Tell whether a part counts: rows, what a column counts, or the answers that a mean is taken of."""
    if part.column is None:
        return True
    columns = framework.forms[part.form].columns
    column = columns[part.column]
    if part.mean:
        weight = columns[column.weight] if column.weight else None
        return part.role is Role.DENOMINATOR and (weight is None or weight.type is ColumnType.COUNT)
    return column.type is ColumnType.COUNT


def of_one_thing(framework: Framework, part: Part, categories: Coordinates) -> int:
    """Say how many values of one row a mean may be taken of in a slice: as many as its column is spread over there."""
    column = framework.forms[part.form].columns[part.column] if part.column and part.mean else None
    if column is None or column.spread is None or column.weight is not None:
        return 1
    spread = framework.dimensions[column.spread].categories
    return max(1, sum(_is_in(framework, column.spread, key, categories) for key in spread))


def _is_in(framework: Framework, dimension: str, category: str, categories: Coordinates) -> bool:
    above = {each: framework.roll_up(dimension, category, each) for each in (dimension, *framework.above(dimension))}
    return all(categories.get(each, its) == its for each, its in above.items())


def is_amount(framework: Framework, part: Part) -> bool:
    """Tell whether a part adds up sums of money."""
    if part.column is None or part.mean:
        return False
    return framework.forms[part.form].columns[part.column].type is ColumnType.MONEY


def known(framework: Framework, part: Part, top: Part, categories: Coordinates) -> frozenset[tuple[str, str]]:
    """Keep the categories that a part is told apart by: a denominator may serve every category whole."""
    own, theirs = collected(framework, part), set(attributes(framework)).difference(collected(framework, top))
    return frozenset((dimension, each) for dimension, each in categories.items() if dimension in {*own, *theirs})


def within(framework: Framework, top: Part) -> tuple[Fraction, Fraction] | None:
    """Give between what a ratio or mean must lie."""
    if framework.units[framework.indicators[top.indicator].unit].kind is UnitKind.SHARE:
        return Fraction(0), Fraction(1)
    column = framework.forms[top.form].columns[top.column] if top.column and top.mean else None
    if column is None:
        return None
    if column.scale is not None:
        scales = [column.scale] if isinstance(column.scale, str) else list(column.scale.values())
        steps = [each.value for one in scales for each in framework.dimensions[one].categories.values()]
        points = [Fraction(step) for step in steps if step is not None]
        return min(points), max(points)
    if column.minimum is None or column.maximum is None:
        return None
    return Fraction(column.minimum), Fraction(column.maximum)
