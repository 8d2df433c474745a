"""What else must be hidden so that nothing hidden can be computed back.

What whoever computes may know are these rules and everything that is shown:

- a count of people shown as small is from 1 to below the threshold; one hidden beside it is not below the threshold;
- a ratio or mean hidden as one of too few has a denominator from 1 to below the threshold;
- what a small total is parted in is hidden whole: it may be anything, 0 too; so are the parts of a small figure where
  it has so many of them that these alone would tell how large each is;
- sums hold within a dimension, up its roll-ups, and within pairs of dimensions that are crossed;
- nothing is less than 0, a share at most 1, a mean between the ends of its scale.

A number is safe when it could, by all this, be another one. As long as one is not, the smallest figure is hidden that
stands in a sum with it; at the very worst everything that hangs together is.

What was shown of earlier windows before a later one was published is known for good: it stays as it was, and the later
window alone is hidden from.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf

from kpi.measure.intervals import Intervals, Row
from kpi.measure.margins import Figure, Key, Margins, Sum, groups

#: A small figure of so many parts fewer than the threshold leaves little doubt about each: of four at most, three.
_NEARLY = 2


class Reason(StrEnum):
    """Why a figure is hidden."""

    SMALL = "small"
    """It counts people, and is smaller than the threshold."""
    FEW = "few"
    """It is a ratio or mean of too few, or the amount of too few single persons."""
    JOINT = "joint"
    """It would give away what is hidden elsewhere."""


@dataclass
class Hiding:
    """What is hidden so far. `secrets` are numbers that may not be told besides those of hidden counts and sums.

    `settled` are figures that are shown and stay so; of `loose` ones that are hidden it is not told how large they are.
    """

    margins: Margins
    threshold: int
    hidden: dict[Key, Reason]
    secrets: frozenset[int] = frozenset()
    settled: frozenset[Key] = frozenset()
    loose: set[Key] = field(default_factory=set)
    _known: set[int] = field(init=False)
    _shown_by: dict[int, list[Key]] = field(init=False)
    _sums_with: dict[int, list[Sum]] = field(init=False)
    _solved: dict[tuple[object, ...], Intervals] = field(init=False, default_factory=dict)
    _possible: dict[int, tuple[float, float]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._shown_by = defaultdict(list)
        for key, figure in self.margins.figures.items():
            for number in dict.fromkeys(figure.unknowns):
                self._shown_by[number].append(key)
        self._known = {number for key in self.settled for number in self.margins.figures[key].unknowns}
        self.secrets = self.secrets.intersection(self._shown_by) - self._known
        self._sums_with = defaultdict(list)
        for one in self.margins.sums:
            for number in one.members:
                self._sums_with[number].append(one)

    def complete(self) -> dict[Key, Reason]:
        """Hide until nothing can be computed back; give all that is hidden."""
        self._hide_below_small()
        self._close()
        while unsafe := self._unsafe():
            before = set(self.hidden)
            for numbers in unsafe:
                for number in numbers:
                    # What was hidden for the first may have helped the others, but not one that stands alone in a sum.
                    if number == numbers[0] or any(gaps <= 1 for gaps, _ in self._ways(number)):
                        self._hide_beside(number)
            self._close()
            if self.hidden.keys() == before:  # no part helps any more
                self._hide_all(number for numbers in unsafe for number in numbers)
                break
        return self.hidden

    def _is_small(self, key: Key, reason: Reason) -> bool:
        return reason is not Reason.JOINT and self.margins.unknowns[self._counted(key)].counts

    def _counted(self, key: Key) -> int:
        """Give the number by which a figure is small: how many it counts, or rests on."""
        figure = self.margins.figures[key]
        return figure.numerator if figure.denominator is None else figure.denominator

    def _would_tell(self, parts: Sequence[Key]) -> bool:
        """Tell whether the parts of a small figure say too much; a pair's are hidden only where they nearly fill it."""
        if all(len(categories) == 1 for *_, categories in parts):
            return True
        filled = sum(self.margins.unknowns[self._counted(part)].value > 0 for part in parts)
        return filled >= self.threshold - _NEARLY

    def _hide_below_small(self) -> None:
        """Hide, whatever they are, the parts of small figures; what is part of a nought as well is known anyway."""
        small = [key for key, reason in self.hidden.items() if self._is_small(key, reason)]
        parted = [parts for key in small for parts in self.margins.below.get(key, ()) if self._would_tell(parts)]
        waiting = [part for parts in parted for part in parts]
        while waiting:
            part = waiting.pop()
            if part not in self.loose:
                self.loose.add(part)
                waiting += self._parts(part)
        self.loose -= self.settled
        while known := {part for key in self._noughts() for part in self._parts(key)} & self.loose:
            self.loose -= known
        self.hidden.update((key, Reason.JOINT) for key in self.margins.figures if key in self.loose)

    def _parts(self, key: Key) -> list[Key]:
        return [part for parts in self.margins.below.get(key, ()) for part in parts]

    def _noughts(self) -> list[Key]:
        figures = self.margins.figures
        return [key for key in figures if key not in self.loose and not self.margins.unknowns[self._counted(key)].value]

    def _is_told(self, number: int) -> bool:
        return any(key not in self.hidden for key in self._shown_by[number])

    def _guarded(self) -> set[int]:
        """Give the numbers that no figure may tell and no sum may give away."""
        alone = {self.margins.figures[key].numerator for key in self.hidden if not self._is_ratio(key)}
        return (alone | self.secrets) - self._known

    def _is_ratio(self, key: Key) -> bool:
        return self.margins.figures[key].denominator is not None

    def _close(self) -> None:
        """Hide every figure that tells a guarded number itself; of a hidden ratio, not both numbers may be told."""
        while True:
            guarded = self._guarded()
            for key in self.hidden:
                figure = self.margins.figures[key]
                if all(self._is_told(number) for number in figure.unknowns):
                    guarded.add(figure.numerator)
            telling = {key for number in guarded for key in self._shown_by[number]} - self.hidden.keys() - self.settled
            if not telling:
                return
            self.hidden.update((key, Reason.JOINT) for key in self.margins.figures if key in telling)

    def _unsafe(self) -> list[list[int]]:
        """Give, of each group of linked numbers, those that can be computed, the easiest first."""
        found: dict[int, list[int]] = defaultdict(list)
        linked, figures = self._linked(), self.margins.figures
        own = [figures[key].unknowns for key, reason in self.hidden.items() if reason is not Reason.JOINT]
        few = {number for numbers in own for number in numbers}

        def is_open(number: int) -> bool:
            return number in linked and linked[number].is_open(number, well=number in few)

        guarded = self._guarded()
        for figure in (figures[key] for key in figures if key in self.hidden):
            given = [number for number in figure.unknowns if number in guarded and not is_open(number)]
            if not given and not any(is_open(number) for number in figure.unknowns):
                given = [number for number in figure.unknowns if not self._is_told(number)]
            for number in given:
                found[id(linked.get(number))].append(number)
        return [sorted(set(numbers), key=lambda number: (self._ways(number)[:1], number)) for numbers in found.values()]

    def _ways(self, number: int) -> list[tuple[int, int]]:
        """Give the sums from which a number may be computed and that tell something, those with fewest gaps first."""
        return sorted(
            (sum(not self._is_told(other) for other in one.members), at)
            for at, one in enumerate(self._sums_with[number])
            if self._telling(one.members)
        )

    def _telling(self, numbers: Iterable[int]) -> list[int]:
        """Keep the numbers that are told and could be hidden: 0 stays, and what is known for good."""
        told = (number for number in numbers if self._is_told(number) and number not in self._known)
        return [number for number in told if self.margins.unknowns[number].value > 0]

    def _linked(self) -> dict[int, Intervals]:
        """Group the numbers that are not told by what ties them together, each group with its intervals."""
        numbers = [number for number in self._shown_by if not self._is_told(number)]
        untold = set(numbers)
        ties: list[tuple[tuple[int, ...], Row]] = [
            *self._sums_as_rows(untold),
            *(tie for key in self.hidden for tie in self._as_rows(self.margins.figures[key], untold)),
        ]
        group_of = groups(numbers, (tied for tied, _ in ties))
        rows: dict[int, list[Row]] = defaultdict(list)
        for tied, row in ties:
            rows[group_of[tied[0]][0]].append(row)
        bounds = {number: self._bounds(number) for number in numbers}
        found: dict[int, Intervals] = {}
        for number in numbers:
            group = group_of[number]
            if group[0] == number:
                of_group = {one: bounds[one] for one in group}
                what = (*of_group.items(), *rows[number])
                if what not in self._solved:
                    self._solved[what] = Intervals(self.margins.unknowns, of_group, rows[number], self._possible)
                found.update(dict.fromkeys(group, self._solved[what]))
        return found

    def _sums_as_rows(self, untold: set[int]) -> Iterator[tuple[tuple[int, ...], Row]]:
        for one in self.margins.sums:
            open_ = tuple(dict.fromkeys(number for number in one.members if number in untold))
            if open_:
                told = -sum(self.margins.unknowns[part].value for part in one.parts if part not in untold)
                if one.whole not in untold:
                    told += self.margins.unknowns[one.whole].value
                signs = tuple(-1.0 if number == one.whole else 1.0 for number in open_)
                yield open_, Row(open_, signs, float(told), float(told))

    def _as_rows(self, figure: Figure, untold: set[int]) -> Iterator[tuple[tuple[int, ...], Row]]:
        """Say between what a hidden ratio or mean lies."""
        if figure.denominator is None or figure.within is None:
            return
        open_ = tuple(dict.fromkeys(number for number in figure.unknowns if number in untold))
        if not open_:
            return
        numerator, denominator = (self.margins.unknowns[number].value for number in figure.unknowns)
        for limit, (least, largest) in zip(figure.within, ((0.0, inf), (-inf, 0.0)), strict=True):
            told = float(
                (numerator if figure.numerator not in untold else 0)
                - limit * (denominator if figure.denominator not in untold else 0)
            )
            signs = tuple(1.0 if number == figure.numerator else -float(limit) for number in open_)
            yield open_, Row(open_, signs, least - told, largest - told)

    def _bounds(self, number: int) -> tuple[float, float]:
        """Give between what a number lies by the reasons for which its figures are hidden."""
        least, largest, unknown = 0.0, inf, self.margins.unknowns[number]
        for key in self._shown_by[number]:
            reason = self.hidden[key]
            if key in self.loose or self._counted(key) != number or not unknown.counts:
                continue
            few = self.threshold * unknown.each
            if reason is not Reason.JOINT:
                least, largest = max(least, 1.0), min(largest, few - 1.0)
            elif unknown.value >= few and (unknown.people or self._is_ratio(key)):
                least = max(least, float(few))
        return least, largest

    def _hide_beside(self, number: int) -> None:
        """Hide the figure that tells least among those in a sum with a number that can be computed."""
        reached, fresh = {number}, [number]
        beside = [self._sums_with[number][at].members for _, at in self._ways(number)[:1]]
        while fresh:
            telling = self._telling(sorted({other for members in beside for other in members}))
            if telling:
                chosen = min(telling, key=self._worth)
                self.hidden.update({key: Reason.JOINT for key in self._shown_by[chosen] if key not in self.hidden})
                return
            if self._is_nought(number):
                self._show(number)
                return
            around = {other for each in fresh for one in self._sums_with[each] for other in one.members}
            fresh = sorted(around - reached)
            reached |= around
            beside = [one.members for each in fresh for one in self._sums_with[each]]
        self._hide_all(reached)

    def _is_nought(self, number: int) -> bool:
        return all(not self.margins.unknowns[self._counted(key)].value for key in self._shown_by[number])

    def _show(self, number: int) -> None:
        """Show a nought below a small figure: what is shown says so anyway."""
        for key in self._shown_by[number]:
            self.hidden.pop(key, None)
            self.loose.discard(key)

    def _worth(self, number: int) -> tuple[object, ...]:
        """Say how much is lost by hiding a number: what would have to be hidden besides, then how much it says."""
        alone = sum(all(self._is_told(other) for other in one.members) for one in self._sums_with[number])
        whole = sum(one.whole == number for one in self._sums_with[number])
        return alone, whole, len(self._shown_by[number]), self.margins.unknowns[number].value, number

    def _hide_all(self, numbers: Iterable[int]) -> None:
        """Hide everything that hangs together with numbers, and tell nothing of how large it is."""
        waiting, reached = list(numbers), set[int]()
        while waiting:
            number = waiting.pop()
            if number in reached:
                continue
            reached.add(number)
            waiting += [other for one in self._sums_with[number] for other in one.members]
            for key in self._shown_by[number]:
                if key not in self.settled:
                    self.hidden[key] = Reason.JOINT
                    self.loose.add(key)
                waiting += self.margins.figures[key].unknowns
