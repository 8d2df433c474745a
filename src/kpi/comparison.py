"""Like for like: how a position changed among the organisations that stand in it both times.

A stock may grow because more organisations report it. This tells the growth itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kpi.figures import APPROVED, Basis, measured
from kpi.installation import Installation
from kpi.measure.model import ORGANISATION, Measurement, State
from kpi.measure.needs import Question
from kpi.quarter import Window


@dataclass(frozen=True, slots=True)
class LikeForLike:
    """An indicator's value at two windows' ends, of the same organisations only, in its unit."""

    organisations: int
    before: Fraction
    after: Fraction

    @property
    def change(self) -> Fraction:
        """The later value less the earlier one."""
        return self.after - self.before


def like_for_like(  # noqa: PLR0913 (a comparison is just these choices)
    installation: Installation,
    indicator: str,
    earlier: Window,
    later: Window,
    *,
    today: date,
    where: Mapping[str, str] | None = None,
    basis: Basis = APPROVED,
) -> LikeForLike | None:
    """Compare two windows over the organisations that have a value in both; none where there is no such one."""
    questions = [Question(indicator, window, by=(ORGANISATION,), where=where or {}) for window in (earlier, later)]
    then, now = (_by_organisation(found) for found in measured(installation, questions, today=today, basis=basis))
    same = then.keys() & now.keys()
    before, after = _together([then[code] for code in same]), _together([now[code] for code in same])
    if before is None or after is None:
        return None
    return LikeForLike(len(same), before, after)


def _by_organisation(found: list[Measurement]) -> dict[str, Measurement]:
    return {one.organisation: one for one in found[1:] if one.organisation and one.state is State.VALUE}


def _together(found: list[Measurement]) -> Fraction | None:
    """Add numerators and denominators; a ratio or mean is never averaged."""
    if not found:
        return None
    top = sum((one.numerator for one in found if one.numerator is not None), Fraction(0))
    if found[0].denominator is None:
        return top
    bottom = sum((one.denominator for one in found if one.denominator is not None), Fraction(0))
    return top / bottom if bottom else None
