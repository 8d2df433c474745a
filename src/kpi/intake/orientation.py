"""What stands beside a grid for orientation, locked: the last value, the baseline, the target."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from kpi.quarter import Quarter

#: A number or words by (category of the grid's row, key of the field or of the whole column). A row of None is the
#: grid's only row, or all of its rows together.
Beside = Mapping[tuple[str | None, str], str | int | Decimal]


@dataclass(frozen=True, slots=True)
class Orientation:
    """By form: what was reported last, where the indicators started, and what is aimed at.

    `last_quarter` is the quarter that the last values are of, `target_year` the year that the targets are for.
    """

    last: Mapping[str, Beside] = field(default_factory=dict)
    baseline: Mapping[str, Beside] = field(default_factory=dict)
    target: Mapping[str, Beside] = field(default_factory=dict)
    last_quarter: Quarter | None = None
    target_year: int | None = None


NO_ORIENTATION = Orientation()
