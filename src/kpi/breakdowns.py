"""What an indicator can be broken down by and is made from, and how it is judged: what the framework alone tells.

The read service for whoever shows figures; the figures themselves come from `kpi.figures`.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from kpi.framework.model import Category, Framework
from kpi.measure.disaggregation import available, collected, known_categories, silent_categories
from kpi.measure.facts import parts_of
from kpi.measure.model import RATING
from kpi.measure.plan import Aim, Plan, aim_of, plan_at
from kpi.quarter import Quarter


def dimensions(framework: Framework, indicator: str) -> tuple[str, ...]:
    """Give every dimension that an indicator can be broken down by: its own first, then the organisations'."""
    return available(framework, indicator)


def categories(framework: Framework, indicator: str, dimension: str) -> dict[str, Category]:
    """Give the categories of a dimension in their order; for ratings, the steps of the scales."""
    return known_categories(framework, indicator, dimension)


def scale(framework: Framework, indicator: str) -> tuple[Fraction, Fraction] | None:
    """Give the least and the greatest value that a mean can have: its scale's, or its column's; none for others."""
    mean = framework.indicators[indicator].measure.mean
    if mean is None:
        return None
    steps = [one.value for one in categories(framework, indicator, RATING).values() if one.value is not None]
    column = framework.column(mean)
    low, high = (min(steps), max(steps)) if steps else (column.minimum, column.maximum)
    return None if low is None or high is None or low >= high else (Fraction(low), Fraction(high))


def shares(framework: Framework, dimension: str, numbers: Mapping[str, Fraction | None]) -> dict[str, Fraction | None]:
    """Give each category's share of those stated; none for what is not stated."""
    silent = silent_categories(framework, dimension)
    stated = sum((number for key, number in numbers.items() if number and key not in silent), Fraction(0))
    return {
        key: number / stated if number is not None and stated and key not in silent else None
        for key, number in numbers.items()
    }


def by_organisations(framework: Framework, indicator: str, dimensions: Iterable[str]) -> list[str]:
    """Keep the dimensions that only tell what organisations are: a filter by these limits the coverage, too."""
    own = collected(framework, parts_of(framework, indicator)[0])
    return [dimension for dimension in dimensions if dimension not in own]


def forms(framework: Framework, indicator: str) -> tuple[str, ...]:
    """Give the forms that an indicator is made from."""
    return tuple(dict.fromkeys(part.form for part in parts_of(framework, indicator)))


def explained(framework: Framework, indicator: str) -> tuple[str, ...]:
    """Give the dimensions whose categories say what an indicator means: those it is broken down by, and its scales."""
    scales: list[str] = []
    for part in parts_of(framework, indicator):
        column = framework.forms[part.form].columns[part.column] if part.column else None
        if column is not None and column.scale is not None:
            scales += [column.scale] if isinstance(column.scale, str) else column.scale.values()
    own = [each for each in available(framework, indicator) if each in framework.dimensions]
    return tuple(dict.fromkeys((*scales, *own)))


def aim(framework: Framework, indicator: str, quarter: Quarter) -> tuple[Aim, Plan]:
    """Give how an indicator is judged at a quarter's end, and the baseline and targets in force then."""
    return aim_of(framework, indicator), plan_at(framework.indicators[indicator], quarter.ends)
