"""How far apart areas are: who is best served and who worst, of those that say something."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from kpi.framework.model import Better

_AT_LEAST = 2


@dataclass(frozen=True, slots=True)
class Gap:
    """The best served and the worst served, several where they stand alike, with their values.

    `ratio` is the greater value over the smaller: only of what adds up, and where the smaller is above 0. A share or
    a mean twice as high is not twice as much of anything.
    """

    best: tuple[str, ...]
    worst: tuple[str, ...]
    most: Fraction
    least: Fraction
    ratio: Fraction | None

    @property
    def difference(self) -> Fraction:
        """How far apart the two values are."""
        return abs(self.most - self.least)


def gap(values: Mapping[str, Fraction], better: Better, *, adds: bool) -> Gap | None:
    """Compare areas by their values; none where fewer than two have one. `adds`: counts and sums, not means."""
    if len(values) < _AT_LEAST:
        return None
    high, low = max(values.values()), min(values.values())
    most, least = (high, low) if better is Better.HIGHER else (low, high)
    return Gap(
        best=tuple(key for key, value in values.items() if value == most),
        worst=tuple(key for key, value in values.items() if value == least),
        most=most,
        least=least,
        ratio=high / low if adds and low > 0 else None,
    )
