"""Small counts are not told: which figures of the closed set funders and the public see, and which are hidden.

`disclose` hides small counts of people, ratios and means of too few, and the amounts of too few single persons, and
with them whatever would give them away (`kpi.measure.hiding`). Hidden is never 0.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kpi.framework.model import Framework, TargetBasis
from kpi.measure.hiding import Hiding, Reason
from kpi.measure.margins import Figure, Key, Margins, key_of, margins, parted
from kpi.measure.model import Measurement, State, Status
from kpi.measure.published import persons

#: As what a figure shows that is hidden for a reason: only of a small count it is told that it is small.
_SHOWN_AS = {Reason.SMALL: State.SMALL, Reason.FEW: State.HIDDEN, Reason.JOINT: State.HIDDEN}


@dataclass(frozen=True, slots=True)
class Disclosed:
    """The closed set: by key, the reason for which a figure is hidden, or none. What is not in it is not published.

    `clouded` are figures of running totals that cannot be judged: an earlier part of them is hidden.
    """

    figures: Mapping[Key, Reason | None]
    clouded: frozenset[Key] = frozenset()

    def reason(self, found: Measurement) -> Reason | None:
        """Give why a published figure is hidden; none where it is shown. Raise a `KeyError` for one not published."""
        return self.figures[key_of(found)]

    def masked(self, found: Measurement) -> Measurement:
        """Give what may be seen of a measurement."""
        if found.state is State.NOT_COLLECTED and found.organisation is None:
            return found  # the framework alone says so
        key = key_of(found)
        if found.organisation is not None or key not in self.figures:
            return without_numbers(found, State.NOT_PUBLISHED)
        reason = self.figures[key]
        if reason is not None:
            return without_numbers(found, _SHOWN_AS[reason])
        return _unjudged(found) if key in self.clouded else found


def without_numbers(found: Measurement, state: State) -> Measurement:
    """Take all numbers out of a measurement, those of its standing too; which returns there are may be known.

    Of what is not published it is not even told whether there is a target: all of it has no data.
    """
    bare = replace(_unjudged(found), state=state, value=None, numerator=None, denominator=None, n=None)
    if state is State.NOT_PUBLISHED:
        return replace(bare, standing=replace(bare.standing, status=Status.NO_DATA))
    return bare


def _unjudged(found: Measurement) -> Measurement:
    """Leave of a figure's standing what the framework alone says, whether there is a value or none."""
    standing = replace(
        found.standing,
        status=Status.NO_TARGET if found.standing.expected is None else Status.TOO_FEW,
        actual=None,
        achievement=None,
        above_plan=False,
        maintained=False,
    )
    return replace(found, standing=standing)


def disclose(
    framework: Framework,
    published: Iterable[Measurement],
    *,
    of_persons: Iterable[Measurement] = (),
    hidden_before: Collection[Key] = (),
) -> Disclosed:
    """Decide what is hidden in the closed set, from all its measurements together (`kpi.measure.published`).

    `of_persons` tell what of its sums of money is single persons'. `hidden_before` are figures that somebody holds a
    file of in which they are hidden: they stay so, or the two states together would tell them.
    """
    tables = margins(framework, published)
    reasons, secrets = _first(framework, tables, _few_amounts(framework, tables, of_persons))
    for key in tables.figures.keys() & set(hidden_before):
        reasons.setdefault(key, Reason.JOINT)
    hidden: dict[Key, Reason] = {}
    for those in parted(tables):
        theirs = {key: reason for key, reason in reasons.items() if key in those.figures}
        if theirs:
            hidden |= _in_their_order(those, theirs, secrets, framework.rules.small_counts_below)
    figures = {key: hidden.get(key) for key in tables.figures}
    return Disclosed(figures, _clouded(framework, figures))


def _in_their_order(
    those: Margins, reasons: Mapping[Key, Reason], secrets: frozenset[int], threshold: int
) -> dict[Key, Reason]:
    """Decide window after window, as they were published: no later one changes what is shown of those before it."""
    hidden: dict[Key, Reason] = {}
    loose: set[Key] = set()
    settled: frozenset[Key] = frozenset()
    for last, first in sorted({(key[2], key[1]) for key in those.figures}):
        figures = {key: figure for key, figure in those.figures.items() if (key[2], key[1]) <= (last, first)}
        numbers = {number for figure in figures.values() for number in figure.unknowns}
        so_far = replace(those, figures=figures, sums=[one for one in those.sums if numbers.issuperset(one.members)])
        own = {key: reason for key, reason in reasons.items() if key[1:3] == (first, last)}
        told = {key for key, figure in figures.items() if _nobody_reported(figure.found)} - hidden.keys() - own.keys()
        hiding = Hiding(so_far, threshold, hidden | own, secrets, settled | told, loose)
        hidden, loose = hiding.complete(), hiding.loose
        settled = frozenset(figures.keys() - hidden.keys())
    return hidden


def _nobody_reported(found: Measurement) -> bool:
    """Tell where the coverage, which everybody sees, says that there is nothing."""
    return found.state is State.MISSING and found.coverage.reported == found.coverage.carried == 0


def _first(framework: Framework, tables: Margins, few: Collection[int]) -> tuple[dict[Key, Reason], frozenset[int]]:
    """Give what is hidden for its own sake, and the numbers that may not be told because of it.

    `few` are sums of few amounts.
    """
    reasons: dict[Key, Reason] = {}
    secrets: set[int] = set()
    for key, figure in tables.figures.items():
        small = [number for number in figure.unknowns if _is_small(framework, tables, number)]
        if figure.denominator is None:
            if small and tables.unknowns[figure.numerator].people:
                reasons[key] = Reason.SMALL
        elif small:
            people = {number for number in small if tables.unknowns[number].people}
            if figure.denominator in small:
                reasons[key] = Reason.FEW
            elif people:
                reasons[key] = Reason.JOINT
            secrets |= people if key in reasons else set()
        if figure.numerator in few:
            reasons[key] = Reason.FEW
            secrets.add(figure.numerator)
    return reasons, frozenset(secrets)


def _is_small(framework: Framework, tables: Margins, number: int) -> bool:
    unknown = tables.unknowns[number]
    return unknown.counts and 0 < unknown.value < framework.rules.small_counts_below * unknown.each


def _few_amounts(framework: Framework, tables: Margins, of_persons: Iterable[Measurement]) -> frozenset[int]:
    """Find the sums of money that add up too few amounts, with a single person's among them, wherever they stand."""
    holding: set[Key] = set()
    for one in (*of_persons, *(figure.found for figure in tables.figures.values())):
        theirs = persons(framework, one.indicator).intersection(one.slice.items())
        if theirs and one.numerator:
            indicator, first, last, categories = key_of(one)
            holding |= {(indicator, first, last, categories), (indicator, first, last, categories - theirs)}
    return frozenset(
        figure.numerator
        for key, figure in tables.figures.items()
        if key in holding and figure.denominator is None and _is_of_few(framework, figure)
    )


def _is_of_few(framework: Framework, figure: Figure) -> bool:
    return (figure.found.n or 0) < framework.rules.few_amounts_below


def _clouded(framework: Framework, figures: Mapping[Key, Reason | None]) -> frozenset[Key]:
    """Find the totals whose running total would give a hidden earlier total away."""
    found: set[Key] = set()
    for indicator, declared in framework.indicators.items():
        if declared.target_basis is TargetBasis.CUMULATIVE:
            totals = [key for key in figures if key[0] == indicator and not key[3]]
            found |= _from_the_first_hidden(sorted(totals, key=lambda key: (key[2], key[1])), figures)
    return frozenset(found)


def _from_the_first_hidden(totals: Sequence[Key], figures: Mapping[Key, Reason | None]) -> set[Key]:
    first = next((at for at, key in enumerate(totals) if figures[key] is not None), len(totals))
    return set(totals[first:])
