"""The published figures as somebody sees them who wants to know more: numbers, and the sums that tie them.

Each figure is one number, or (a ratio, a mean) made of two. The same number may stand in several figures: those who
completed a course are a figure themselves and the numerator of the success rate. A number that is necessarily the same
is one *unknown* here, so that no figure gives away what another one hides.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from kpi.framework.model import Framework
from kpi.measure import unknowns
from kpi.measure.disaggregation import category_of
from kpi.measure.facts import Part, parts_of
from kpi.measure.model import Measurement, State
from kpi.measure.unknowns import Numbers, Unknown
from kpi.quarter import Quarter

#: Where a figure stands: its indicator, the first and last quarter of its window, its categories.
Key = tuple[str, Quarter, Quarter, frozenset[tuple[str, str]]]


def key_of(found: Measurement) -> Key:
    """Give where a figure stands; windows of the same quarters are the same."""
    return found.indicator, found.window.first, found.window.last, frozenset(found.slice.items())


@dataclass(frozen=True, slots=True)
class Figure:
    """A published figure and the numbers that it gives away, by their place among the unknowns.

    `within` are the least and the largest that numerator / denominator can be, where that is known.
    """

    found: Measurement
    numerator: int
    denominator: int | None = None
    within: tuple[Fraction, Fraction] | None = None

    @property
    def unknowns(self) -> tuple[int, ...]:
        """The numbers that it gives away."""
        return (self.numerator,) if self.denominator is None else (self.numerator, self.denominator)


@dataclass(frozen=True, slots=True)
class Sum:
    """That a number is the sum of others."""

    whole: int
    parts: tuple[int, ...]

    @property
    def members(self) -> tuple[int, ...]:
        """All numbers in it."""
        return (self.whole, *self.parts)


@dataclass(frozen=True, slots=True)
class Margins:
    """All published figures in their order, their numbers, and the sums.

    `below` gives the figures that one is parted in, as often as there are dimensions to do so.
    """

    figures: Mapping[Key, Figure]
    unknowns: Sequence[Unknown]
    sums: Sequence[Sum]
    below: Mapping[Key, Sequence[Sequence[Key]]]


def margins(framework: Framework, published: Iterable[Measurement]) -> Margins:
    """Order the measurements of the closed set, whatever order they come in; one that is answered twice counts once."""
    found: dict[Key, Measurement] = {}
    for each in published:
        found.setdefault(key_of(each), each)
    ends = sorted({(each.window.last, each.window.first) for each in found.values()})
    before = dict(zip(ends[1:], ends, strict=False))
    numbers = Numbers()
    order = {indicator: at for at, indicator in enumerate(framework.indicators)}

    def place(key: Key) -> tuple[object, ...]:
        indicator, first, last, categories = key
        return order[indicator], last, first, len(categories), sorted(categories)

    figures = {
        key: _figure(framework, found[key], numbers, before.get((key[2], key[1]))) for key in sorted(found, key=place)
    }
    families = _families(framework, figures)
    below: dict[Key, list[Sequence[Key]]] = defaultdict(list)
    for whole, parts in families:
        below[whole].append(parts)
    return Margins(figures, numbers.unknowns, _sums(figures, numbers.unknowns, families), below)


def _figure(
    framework: Framework, found: Measurement, numbers: Numbers, before: tuple[Quarter, Quarter] | None
) -> Figure:
    """Make a figure of a measurement. What does not apply, and what nobody reported, adds nothing to any sum."""
    top, *rest = parts_of(framework, found.indicator)

    def number(part: Part, value: Fraction | None) -> int:
        of, known = unknowns.kind(framework, part), unknowns.known(framework, part, top, found.slice)
        where: list[tuple[object, ...]] = [(of, found.window.last, found.window.first, known)]
        if value and unknowns.is_amount(framework, part):
            where.append(numbers.amount(found, value))
        also = [(of, *before, known)] if found.carried and value and before is not None else []
        counts = unknowns.counts(framework, part)
        people = counts and framework.units[framework.indicators[found.indicator].unit].people
        each = unknowns.of_one_thing(framework, part, found.slice)
        unknown = Unknown(value or Fraction(0), Fraction(1, 10**part.scale), counts, people, each)
        return numbers.place(unknown, where, also)

    numerator = number(top, found.numerator)
    if not rest or (found.denominator is None and found.state is not State.VALUE):
        return Figure(found, numerator)
    within = unknowns.within(framework, top)
    if within is not None and found.value is not None and not within[0] <= found.value <= within[1]:
        within = None  # the data do not keep to it, and nothing can be concluded from it
    return Figure(found, numerator, number(rest[0], found.denominator), within)


def _families(framework: Framework, figures: Mapping[Key, Figure]) -> list[tuple[Key, list[Key]]]:
    """Give each figure with those that it is parted in by a dimension, as often as there are such dimensions."""
    found: dict[tuple[Key, str, frozenset[str]], list[Key]] = defaultdict(list)
    for key in figures:
        indicator, first, last, categories = key
        for dimension, category in sorted(categories):
            rest = categories - {(dimension, category)}
            wholes = [rest]
            above = framework.dimensions[dimension].rolls_up_to if dimension in framework.dimensions else None
            if above is not None and all(other != above for other, _ in rest):
                stated = {dimension: category} if category in framework.dimensions[dimension].categories else {}
                wholes.append(rest | {(above, category_of(framework, above, stated))})
            for whole in wholes:
                if (indicator, first, last, whole) in figures:
                    dimensions = frozenset(each for each, _ in categories)
                    found[(indicator, first, last, whole), dimension, dimensions].append(key)
    return [(whole, parts) for (whole, _, _), parts in found.items()]


def _sums(
    figures: Mapping[Key, Figure], unknowns: Sequence[Unknown], families: Iterable[tuple[Key, list[Key]]]
) -> list[Sum]:
    """Give the sums of numerators and of denominators, each once; one that does not hold helps nobody."""
    found: dict[tuple[int, frozenset[int]], Sum] = {}
    for whole, parts in families:
        for of in (_numerator, _denominator):
            total, each = of(figures[whole]), [of(figures[part]) for part in parts]
            members = [one for one in each if one is not None]
            if total is None or total in members:
                continue
            if unknowns[total].value == sum(unknowns[one].value for one in members):
                found.setdefault((total, frozenset(members)), Sum(total, tuple(members)))
    return list(found.values())


def _numerator(figure: Figure) -> int | None:
    return figure.numerator


def _denominator(figure: Figure) -> int | None:
    return figure.denominator


def groups(numbers: Iterable[int], ties: Iterable[tuple[int, ...]]) -> Mapping[int, list[int]]:
    """Group numbers that are tied; every member leads to its group, in ascending order."""
    group = {number: [number] for number in numbers}
    for first, *others in ties:
        for other in others:
            one, two = sorted((group[first], group[other]), key=len)
            if one is not two:
                two += one
                group.update(dict.fromkeys(one, two))
    for members in {id(each): each for each in group.values()}.values():
        members.sort()
    return group


def parted(whole: Margins) -> Iterator[Margins]:
    """Part what has no number and no sum in common."""
    figures, sums = defaultdict[int, dict[Key, Figure]](dict), defaultdict[int, list[Sum]](list)
    ties = [*(figure.unknowns for figure in whole.figures.values()), *(each.members for each in whole.sums)]
    for key, below in whole.below.items():
        ties += [(whole.figures[key].numerator, whole.figures[part].numerator) for parts in below for part in parts]
    group = groups(range(len(whole.unknowns)), ties)
    for key, figure in whole.figures.items():
        figures[group[figure.numerator][0]][key] = figure
    for each in whole.sums:
        sums[group[each.whole][0]].append(each)
    for first, those in figures.items():
        yield replace(whole, figures=those, sums=sums[first])
