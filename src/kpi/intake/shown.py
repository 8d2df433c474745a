"""What stands in a workbook's cells for people: the texts of its dropdowns, and recorded values in those words."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from kpi.framework.model import Category, ColumnType, Framework
from kpi.intake.cells import Scope, parse
from kpi.intake.fields import Field
from kpi.intake.raw import RawCell, Scalar
from kpi.intake.words import NO_LABEL, NOT_APPLICABLE_LABEL, YES_LABEL, plain
from kpi.language import pick, tr
from kpi.problems import Problem
from kpi.quarter import Quarter
from kpi.records import Record, is_not_applicable, text_key


def offered(framework: Framework, field: Field, quarter: Quarter, language: str) -> tuple[str, ...]:
    """Give what may be chosen in a cell for a quarter, as it is shown; nothing where no list closes the cell.

    A choice that need not be made can also be answered with “n/a”.
    """
    if field.is_currency:
        return framework.money.currencies if framework.money else ()
    column = field.column
    texts: tuple[str, ...]
    match column.type:
        case ColumnType.CHOICE if column.dimension:
            texts = tuple(_texts(framework.dimensions[column.dimension].current(quarter), language).values())
        case ColumnType.RATING if scale := column.scale_of(field.category_key):
            steps = framework.dimensions[scale].current(quarter).values()
            texts = tuple(pick(step.numbered, language) for step in steps)
        case ColumnType.YES_NO:
            texts = (tr(YES_LABEL, language), tr(NO_LABEL, language))
        case _:
            return ()
    return texts if column.required else (*texts, tr(NOT_APPLICABLE_LABEL, language))


def _texts(categories: Mapping[str, Category], language: str) -> dict[str, str]:
    """Word categories by their labels; those whose labels are the same say their key first."""
    labels = {key: pick(category.label, language) for key, category in categories.items()}
    alike = [plain(label) for label in labels.values()]
    return {key: f"{key} – {label}" if alike.count(plain(label)) > 1 else label for key, label in labels.items()}


def recorded(
    framework: Framework,
    field: Field,
    cells: Mapping[str, Any],
    language: str,
    *,
    others: Mapping[str, Sequence[Record]],
) -> Scalar:
    """Give a recorded value as it is shown in a cell: what a person would have chosen or typed.

    `others` are the records of the same return, by form: a ref shows the key that it points to as it is written there.
    """
    value = cells.get(field.column_key)
    if isinstance(value, Mapping) and field.category_key is not None and not is_not_applicable(value):
        value = value.get(field.category_key)
    if value is None:
        return None
    if is_not_applicable(value):
        return tr(NOT_APPLICABLE_LABEL, language)
    column = field.column
    match column.type:
        case ColumnType.MONEY:
            return _money(value, currency=field.is_currency)
        case ColumnType.DECIMAL:
            return Decimal(str(value))
        case ColumnType.COUNT:
            return int(value)
        case ColumnType.DATE:
            return date.fromisoformat(str(value))
        case ColumnType.YES_NO:
            return tr(YES_LABEL if value else NO_LABEL, language)
        case ColumnType.REF if column.form in framework.forms:
            return _pointed_to(str(value), framework.forms[column.form].key, others.get(column.form, ()))
        case _:
            return _category(framework, field, str(value), language)


def _category(framework: Framework, field: Field, key: str, language: str) -> str:
    """Word a choice or a rating; any other text is what it is."""
    column = field.column
    if column.type is ColumnType.CHOICE and column.dimension:
        return _texts(framework.dimensions[column.dimension].categories, language).get(key, key)
    scale = column.scale_of(field.category_key)
    step = framework.dimensions[scale].categories.get(key) if scale else None
    return pick(step.numbered, language) if step else key


def _money(value: Mapping[str, Any], *, currency: bool) -> Scalar:
    """Give one half of an amount; a spread one keeps its currency with every part."""
    if "amount" in value:
        return str(value["currency"]) if currency else Decimal(str(value["amount"]))
    parts = [part for part in value.values() if isinstance(part, Mapping) and "currency" in part]
    return str(parts[0]["currency"]) if parts else None


def _pointed_to(key: str, column: str | None, records: Sequence[Record]) -> str:
    for record in records:
        if column is not None and record.key == text_key(key) and column in record.cells:
            return str(record.cells[column])
    return key


def meant(scope: Scope, field: Field, value: Scalar, language: str) -> str | None:
    """Give what a cell's value means in the words that `offered` gives, whatever language it was typed in.

    Nothing where it means none of them.
    """
    found = parse(scope, field, RawCell(value))
    if found is None or isinstance(found, Problem):
        return None
    if is_not_applicable(found):
        return tr(NOT_APPLICABLE_LABEL, language)
    if field.is_currency:
        return str(found)
    held = found if field.category_key is None else {field.category_key: found}
    said = recorded(scope.framework, field, {field.column_key: held}, language, others={})
    return said if isinstance(said, str) else None
