"""The rows of a form as exact whole numbers, amounts in the main currency.

The rows have passed the check before, and hold present keys only (`kpi.renamed`); what cannot be read here stops the
work with an exception.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from kpi.framework.model import AgeCondition, Column, ColumnType, Condition, Form, Framework
from kpi.problems import N_, SaidError
from kpi.quarter import Quarter
from kpi.records import NOT_APPLICABLE, Record, is_not_applicable


class UnknownCategoryError(SaidError, LookupError):
    """A stored record names a category that the framework does not know, under no present or former key."""

    text = N_("A stored row says “{category}”, which is no category of “{dimension}”, nor was it ever renamed.")

    def __init__(self, dimension: str, category: str) -> None:
        super().__init__(dimension=dimension, category=category)


class NoRateError(SaidError, LookupError):
    """A stored amount is in a currency that the framework has no rate for on its day."""

    text = N_("An amount in {currency} on {day} is stored, but the framework has no rate for {currency} on that day.")

    def __init__(self, currency: str, day: date) -> None:
        super().__init__(currency=currency, day=day)


def scale_decimals(framework: Framework, column: Column) -> int:
    """Give how many decimals the values of a column keep, a rating's from the numbers of its steps."""
    if column.type is not ColumnType.RATING:
        return column.scaled_by
    scales = [column.scale] if isinstance(column.scale, str) else list((column.scale or {}).values())
    exponents = [
        int(category.value.as_tuple().exponent)
        for scale in scales
        for category in framework.dimensions[scale].categories.values()
        if category.value is not None
    ]
    return max([0, *(-exponent for exponent in exponents)])


def amounts(form: Form, record: Record, quarter: Quarter) -> Iterator[tuple[str, date]]:
    """Give the currency of every amount in a record, with the day whose rate it is converted at."""
    for key, column in form.columns.items():
        value = record.cells.get(key)
        if column.type is not ColumnType.MONEY or not isinstance(value, Mapping):
            continue
        for amount in (value,) if column.spread is None else value.values():
            if isinstance(amount, Mapping) and "currency" in amount:
                yield amount["currency"], day_of(column, record, quarter)


def day_of(column: Column, record: Record, quarter: Quarter) -> date:
    """Give the day on which an amount fell: the one its column is dated by, else the quarter's last."""
    dated = None if column.dated is None else record.cells.get(column.dated)
    return quarter.ends if dated is None or is_not_applicable(dated) else date.fromisoformat(dated)


def _rounded(number: Fraction) -> int:
    """Round half up, that is, away from zero."""
    whole = (abs(number) + Fraction(1, 2)).__floor__()
    return whole if number >= 0 else -whole


@dataclass(frozen=True)
class Rows:
    """How the rows of one form are read, for one quarter."""

    framework: Framework
    form: Form
    quarter: Quarter

    def category(self, dimension: str, key: str) -> str:
        """Give the key of a category; raise `UnknownCategoryError` for one that there is not."""
        if key not in self.framework.dimensions[dimension].categories:
            raise UnknownCategoryError(dimension, key)
        return key

    def values(self, record: Record, column_key: str) -> dict[str | None, Any]:
        """Give what a column of a record holds, by category of its spread (None where it has none).

        Missing cells are left out; what does not apply is `kpi.records.NOT_APPLICABLE`.
        """
        value = record.cells.get(column_key)
        spread = self.form.columns[column_key].spread
        if value is None:
            return {}
        if is_not_applicable(value):
            return {None: NOT_APPLICABLE}
        if spread is None:
            return {None: value}
        return {self.category(spread, key): part for key, part in value.items() if part is not None}

    def step(self, column_key: str, value: str, spread: str | None) -> str | None:
        """Give the key of a rating's step; none for a column that is no rating."""
        scale = self.form.columns[column_key].scale_of(spread)
        return None if scale is None else self.category(scale, value)

    def number(self, record: Record, column_key: str, value: Any, spread: str | None) -> int:  # noqa: ANN401 (a cell holds what its type says)
        """Give a value as a whole number scaled by `scale_decimals`, money in the main currency.

        Raise `NoRateError` for a currency without a rate on the amount's day.
        """
        column = self.form.columns[column_key]
        decimals = scale_decimals(self.framework, column) if column.type is ColumnType.RATING else column.scaled_by
        if column.type is ColumnType.MONEY:
            return self._cents(record, column, value)
        if column.type is ColumnType.RATING:
            scale, step = column.scale_of(spread), self.step(column_key, value, spread)
            points = self.framework.dimensions[scale].categories[step].value if scale and step else None
            return _rounded(Fraction(points or 0) * 10**decimals)
        if isinstance(value, int):
            return int(value * 10**decimals)
        return _rounded(Fraction(str(value)) * 10**decimals)

    def _cents(self, record: Record, column: Column, value: Mapping[str, str]) -> int:
        money = self.framework.money
        if money is None or value["currency"] == money.currency:
            return int((Decimal(value["amount"]) * 100).to_integral_value(ROUND_HALF_UP))
        day = day_of(column, record, self.quarter)
        rate = money.rate(value["currency"], day)
        if rate is None:
            raise NoRateError(value["currency"], day)
        # A quotient of decimals is exact only as a fraction; rounding comes once, per amount.
        return _rounded(Fraction(value["amount"]) * 100 / Fraction(rate))

    def matches(self, record: Record, where: Mapping[str, Condition]) -> bool:
        """Tell whether a record meets every condition; a cell that is missing or n/a meets none."""
        return all(self._meets(record, column, condition) for column, condition in where.items())

    def _meets(self, record: Record, column_key: str, condition: Condition) -> bool:
        value = record.cells.get(column_key)
        if value is None or is_not_applicable(value):
            return False
        if isinstance(condition, bool):
            return value is condition
        if isinstance(condition, AgeCondition):
            ends = self.quarter.ends
            return date.fromisoformat(value) <= ends.replace(year=ends.year - condition.years_ago)
        column = self.form.columns[column_key]
        wanted = (condition,) if isinstance(condition, str) else condition
        dimension = column.dimension or column.scale_of(None)
        if dimension is None:
            return value in wanted
        return self.category(dimension, value) in wanted
