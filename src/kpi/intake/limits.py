"""What a cell can hold, told once: the sheet refuses by it, and so does the check.

Facts are kept and added up as whole numbers of 64 bits: cents, or a decimal times 10 to the power of its decimals. No
value that enters them is beyond `LARGEST_FACT`, so that nine million of the largest can be added up.
"""

from datetime import date
from decimal import Decimal

from kpi.framework.model import Column, ColumnType, Form
from kpi.quarter import Quarter

LARGEST_COUNT = 10**9
#: The most that one cell, or one cell times its weight, adds to a fact.
LARGEST_FACT = 10**12
LONGEST_TEXT = 32_767
LONGEST_LINK = 2_000

_FIRST_DAY = date(1950, 1, 1)
_YEARS_AHEAD = 20


def largest(column: Column) -> Decimal:
    """Give the largest number that a column of numbers or amounts can hold, whatever its `maximum`.

    That is a thousand million, of decimals with many digits less; of money ten thousand million.
    """
    keeps = Decimal(LARGEST_FACT).scaleb(-column.scaled_by)
    return keeps if column.type is ColumnType.MONEY else min(Decimal(LARGEST_COUNT), keeps)


def bounds(column: Column) -> tuple[Decimal, Decimal]:
    """Give the least and the largest number that a cell of a column takes; only decimals go below 0."""
    most = largest(column)
    least = -most if column.type is ColumnType.DECIMAL else Decimal(0)
    if column.minimum is not None:
        least = max(least, column.minimum)
    return least, most if column.maximum is None else min(most, column.maximum)


def days(quarter: Quarter) -> tuple[date, date]:
    """Give the first and the last day that can be meant in a return: what lies 20 years ahead is taken for a slip."""
    return _FIRST_DAY, date(quarter.year + _YEARS_AHEAD, 12, 31)


def days_of(form: Form, column_key: str, quarter: Quarter) -> tuple[date, date]:
    """Give the first and the last day that a date cell takes: what has happened does not lie ahead."""
    first, last = days(quarter)
    return first, quarter.ends if form.says_when(column_key) else last
