"""How a form is laid out in cells: the one layout of the workbook, the web form and the check."""

from collections.abc import Iterator
from dataclasses import dataclass

from kpi.framework.model import Category, Column, ColumnType, Form, Framework
from kpi.quarter import Quarter

CURRENCY = "currency"


@dataclass(frozen=True, slots=True)
class Field:
    """One cell of every row of a form.

    `key` is the hidden name by which it is found again: ``course``, ``enrolled.women``, ``amount.currency``.
    """

    key: str
    column_key: str
    column: Column
    category_key: str | None = None
    category: Category | None = None
    is_currency: bool = False

    def label(self, language: str) -> str:
        """Name it for a person: the column's label, with the category's where it is spread."""
        label = self.column.label[language]
        return f"{label}: {self.category.label[language]}" if self.category else label


def fields(framework: Framework, form: Form, quarter: Quarter) -> Iterator[Field]:
    """Give the cells of a form's row for a quarter, in their order."""
    for key, column in form.current(quarter).items():
        if column.spread is not None:
            for category_key, category in framework.dimensions[column.spread].current(quarter).items():
                yield Field(f"{key}.{category_key}", key, column, category_key, category)
        else:
            yield Field(key, key, column)
        if column.type is ColumnType.MONEY:
            yield Field(f"{key}.{CURRENCY}", key, column, is_currency=True)
