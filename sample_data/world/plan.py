"""How much happens when: the numbers that the world adds up to, quarter by quarter.

They are sized to the framework's targets so that every kind of standing occurs: some indicators are ahead of their
plan, most keep to it, some are at risk, some far behind, and the response rate of surveys falls.
"""

from collections.abc import Sequence

from kpi.quarter import Quarter
from world.members import ALL

QUARTERS = tuple(ALL)


def _by_quarter(*values: float) -> dict[Quarter, float]:
    return dict(zip(QUARTERS, values, strict=True))


def _whole(*values: int) -> dict[Quarter, int]:
    return dict(zip(QUARTERS, values, strict=True))


def _thousands(*values: int) -> dict[Quarter, int]:
    return {quarter: 1000 * value for quarter, value in zip(QUARTERS, values, strict=True)}


def _half_years(*values: float) -> dict[Quarter, float]:
    return dict(zip((one for one in QUARTERS if one.number in {2, 4}), values, strict=True))


#: People, at the quarter's end or in it.
ACCESS = _whole(3820, 4020, 4290, 4560, 4830, 5150, 5480, 5900, 6330, 6870, 7260, 7700, 8190)
UNDERSERVED = _whole(880, 905, 985, 1070, 1150, 1240, 1310, 1400, 1480, 1560, 1610, 1690, 1760)
INVOLVED = _whole(150, 170, 190, 240, 230, 260, 250, 300, 280, 320, 310, 350, 320)
SUCCESSFUL = _whole(45, 55, 50, 62, 48, 80, 66, 78, 60, 96, 98, 122, 98)
SUCCESS_RATE = _by_quarter(0.78, 0.78, 0.79, 0.79, 0.80, 0.80, 0.80, 0.81, 0.81, 0.81, 0.81, 0.815, 0.82)
SCORE = _by_quarter(3.78, 3.80, 3.82, 3.84, 3.88, 3.92, 3.95, 3.98, 4.00, 4.03, 4.06, 4.10, 4.12)
RESPONSE = _by_quarter(0.43, 0.44, 0.45, 0.46, 0.46, 0.47, 0.46, 0.45, 0.44, 0.43, 0.42, 0.40, 0.39)
ASSESSED = _whole(50, 60, 60, 70, 70, 80, 80, 90, 90, 100, 100, 115, 105)
IMPROVED = _by_quarter(0.44, 0.45, 0.46, 0.48, 0.50, 0.51, 0.52, 0.53, 0.55, 0.56, 0.58, 0.60, 0.61)
ACTED_UPON = _half_years(0.40, 0.46, 0.50, 0.54, 0.57, 0.60)

#: Rows of the registers in the quarter.
COURSES = _whole(4, 5, 4, 5, 4, 6, 5, 6, 5, 7, 7, 8, 7)
SUPPORTED = _whole(5, 6, 4, 6, 4, 7, 6, 8, 6, 9, 9, 12, 10)
ACTS = _whole(2, 3, 2, 3, 2, 3, 3, 3, 2, 3, 2, 3, 2)
POLICIES = _whole(1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0)
PARTNERS = _whole(4, 5, 3, 4, 3, 4, 4, 5, 4, 6, 7, 8, 7)
KNOWLEDGE = _whole(4, 7, 4, 5, 2, 7, 5, 7, 3, 8, 6, 8, 5)
STORIES = _whole(1, 1, 2, 2, 1, 2, 3, 3, 2, 3, 4, 4, 3)
RESOURCES = _whole(9, 10, 10, 11, 10, 13, 12, 13, 12, 14, 13, 14, 13)
CONTRACTS = _whole(3, 4, 4, 5, 4, 6, 5, 6, 5, 7, 6, 8, 7)
GRANTS = _whole(4, 4, 4, 5, 5, 5, 5, 5, 5, 6, 6, 6, 6)

#: EUR in the quarter.
RESOURCES_EUR = _thousands(20, 26, 24, 30, 26, 38, 32, 40, 34, 46, 40, 46, 40)
CONTRACTS_EUR = _thousands(60, 80, 75, 95, 80, 120, 110, 150, 120, 180, 190, 250, 215)
GRANTS_EUR = _thousands(30, 34, 36, 42, 40, 46, 44, 50, 46, 54, 52, 60, 55)

#: Mean ratings, 0 to 4, by kind: at the ends of 2023, 2024 and 2025 and in the last quarter.
_RATINGS: dict[str, Sequence[float]] = {
    "features": (2.00, 2.20, 2.42, 2.60),
    "mobilised": (1.80, 2.02, 2.22, 2.38),
    "management": (1.60, 1.78, 1.95, 2.05),
    "adaptation": (1.90, 2.20, 2.52, 2.80),
}
_STANDS_AT = (Quarter(2023, 4), Quarter(2024, 4), Quarter(2025, 4), Quarter(2026, 3))


def rating(kind: str, quarter: Quarter) -> float:
    """Give the mean rating of a kind, on straight lines between the years' ends."""
    values = _RATINGS[kind]
    if quarter <= _STANDS_AT[0]:
        return values[0]
    for (first, at_first), (last, at_last) in zip(
        zip(_STANDS_AT, values, strict=True), zip(_STANDS_AT[1:], values[1:], strict=False), strict=False
    ):
        if quarter <= last:
            return at_first + (at_last - at_first) * (quarter - first) / (last - first)
    return values[-1]
