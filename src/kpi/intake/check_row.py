"""One row: its cells together. What must be filled in, what must fit, and what one cell says of another."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from kpi.framework.model import Column, ColumnType
from kpi.intake import limits
from kpi.intake.cells import Scope, parse
from kpi.intake.check_days import days_rule
from kpi.intake.check_given import given_rule
from kpi.intake.check_money import kept, money_rule, number_of, said_of
from kpi.intake.fields import Field
from kpi.intake.numbers import shown
from kpi.intake.raw import RawCell, RawRow
from kpi.intake.rows import Layout, Reading, place_in
from kpi.intake.words import is_blank
from kpi.measure.rows import scale_decimals
from kpi.problems import N_, Fault, Own, Problem
from kpi.records import Cells, is_not_applicable

REQUIRED = Fault("row.required", N_("“{column}” is empty."), N_("Fill it in."))
REQUIRED_APPLIES = Fault(
    "row.required_applies",
    N_("“{column}” cannot be “not applicable”."),
    N_("Fill it in; the row means nothing without it."),
)
SPREAD_INCOMPLETE = Fault(
    "row.spread_incomplete",
    N_("“{column}” is empty, though the cells beside it are filled in."),
    N_("Fill in every cell, {otherwise}, or leave all of them empty."),
)
WEIGHTED_MISSING = Fault(
    "row.weighted_missing",
    N_("“{column}” is not filled in although “{weight}” says {count}."),
    N_("Fill it in, or correct “{weight}”."),
)
WEIGHTED_BY_NOTHING = Fault(
    "row.weighted_by_nothing",
    N_("“{column}” is filled in although “{weight}” is 0."),
    N_("Clear it, or correct “{weight}”."),
)
WEIGHT_MISSING = Fault(
    "row.weight_missing",
    N_("“{column}” is filled in, but “{weight}” is empty."),
    N_("Fill in “{weight}”: without it the figure cannot be counted."),
)
WEIGHED_TOO_MUCH = Fault(
    "row.weighed_too_much",
    N_("“{column}”, {found}, times “{weight}”, {count}, is too large to be right."),
    N_("Correct one of the two: multiplied, they may give {limit} at most."),
)
MORE_THAN = Fault(
    "row.more_than",
    N_("“{column}” is {found}, more than “{other}”, which is {limit}."),
    N_("Correct one of the two."),
)
MORE_THAN_TOGETHER = Fault(
    "row.more_than_together",
    N_("“{column}” adds up to {found}, more than “{other}”, which is {limit}."),
    N_("Correct one of the cells that are added up, or “{other}”."),
)
UNKNOWN_FIELD = Fault(
    "row.unknown_field",
    N_("“{found}” stands in a column that this form does not have for {quarter}."),
    N_("Download a new template, and copy it to where it belongs."),
)


def check_row(scope: Scope, layout: Layout, row: RawRow) -> tuple[Cells, list[Problem]]:
    """Understand a row: its cells as they are kept, and everything that is wrong with it."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    faulty: set[str] = set()
    for field in layout.fields:
        found = parse(scope, field, row.cells.get(field.key, RawCell(None)))
        if isinstance(found, Problem):
            problems.append(replace(found, place=place_in(layout.key, row, field.key)))
            faulty.add(field.key)
        elif found is not None:
            values[field.key] = found
    reading = Reading(scope, layout, row, values, frozenset(faulty))
    for rule in _RULES:
        problems.extend(rule(reading))
    return _cells(reading), problems


def _cells(reading: Reading) -> Cells:
    cells: dict[str, Any] = {}
    for key, fields in reading.layout.columns.items():
        found = [(f, value) for f in fields if (value := kept(reading, f)) is not None]
        if found and fields[0].column.spread is not None:
            cells[key] = {field.category_key: value for field, value in found}
        elif found:
            cells[key] = found[0][1]
    return cells


def _unknown_fields(reading: Reading) -> Iterator[Problem]:
    known = {field.key for field in reading.layout.fields}
    for key, cell in reading.row.cells.items():
        if key not in known and not is_blank(cell.value):
            yield reading.at(UNKNOWN_FIELD, key, found=shown(cell.value), quarter=reading.scope.quarter)


def _is_required(layout: Layout, field: Field) -> bool:
    return (field.column.required and field.column.weight is None) or layout.form.key == field.column_key


def _required(reading: Reading) -> Iterator[Problem]:
    for fields in reading.layout.columns.values():
        for field in fields:
            if not _is_required(reading.layout, field) or field.key in reading.faulty:
                continue
            if field.key not in reading.values:
                yield reading.about(REQUIRED, field)
            elif is_not_applicable(reading.values[field.key]):
                yield reading.about(REQUIRED_APPLIES, field)


def _whole_spreads(reading: Reading) -> Iterator[Problem]:
    for key, fields in reading.layout.columns.items():
        column = fields[0].column
        if column.spread is None or column.weight is not None or column.required or key in reading.layout.left:
            continue
        empty = [f for f in fields if f.key not in reading.values and f.key not in reading.faulty]
        if len(empty) < len(fields):
            otherwise = Own(_ZERO if _counts(column) else _INAPPLICABLE)
            yield from (reading.about(SPREAD_INCOMPLETE, field, otherwise=otherwise) for field in empty)


_ZERO, _INAPPLICABLE = N_("with 0 where there were none"), N_("with n/a where it does not apply")


def _counts(column: Column) -> bool:
    """Tell whether 0 says that there was nothing: it does so neither on a scale nor where it is too small."""
    return column.type is not ColumnType.RATING and limits.bounds(column)[0] <= 0


def _weights(reading: Reading) -> Iterator[Problem]:
    for fields in reading.layout.columns.values():
        weight = fields[0].column.weight
        if weight is None or weight not in reading.layout.columns:
            continue
        for field in fields:
            beside = _beside(reading, weight, field)
            if beside is not None and beside.key not in reading.faulty and field.key not in reading.faulty:
                yield from _weighted(reading, field, beside)


def _weighted(reading: Reading, field: Field, beside: Field) -> Iterator[Problem]:
    value, weight = reading.values.get(field.key), reading.values.get(beside.key)
    given = value is not None and not is_not_applicable(value)
    label = beside.column.label
    number = number_of(reading, beside)
    most = limits.LARGEST_FACT / Decimal(10) ** scale_decimals(reading.scope.framework, field.column)
    if number is not None and number > 0 and not given:
        yield reading.about(WEIGHTED_MISSING, field, weight=label, count=weight)
    elif number == 0 and given:
        yield reading.about(WEIGHTED_BY_NOTHING, field, weight=label)
    elif number is None and given:
        yield reading.about(WEIGHT_MISSING, field, weight=label)
    elif number is not None and given and abs(_points(reading, field) * number) > most:
        values = {"found": said_of(reading, field), "weight": label, "count": weight, "limit": most}
        yield reading.about(WEIGHED_TOO_MUCH, field, **values)


def _points(reading: Reading, field: Field) -> Decimal:
    """Give what a weighted cell says as a number: a rating its step's."""
    scale = field.column.scale_of(field.category_key)
    if scale is None:
        return number_of(reading, field) or Decimal(0)
    return reading.scope.framework.dimensions[scale].categories[reading.values[field.key]].value or Decimal(0)


def _beside(reading: Reading, column: str, field: Field) -> Field | None:
    """Give the cell of another column that stands beside one: of the same category, where it is spread."""
    fields = reading.layout.columns.get(column, ())
    if fields and fields[0].column.spread is None:
        return fields[0]
    return next((one for one in fields if one.category_key == field.category_key), None)


def _limits(reading: Reading) -> Iterator[Problem]:
    for fields in reading.layout.columns.values():
        other = fields[0].column.at_most
        if other is None:
            continue
        if fields[0].column.spread is not None and reading.layout.form.columns[other].spread is None:
            yield from _limit_together(reading, fields, other)
            continue
        for field in fields:
            beside = _beside(reading, other, field)
            if beside is None:
                continue
            value, limit = number_of(reading, field), number_of(reading, beside)
            if value is not None and limit is not None and value > limit:
                yield reading.about(
                    MORE_THAN,
                    field,
                    found=said_of(reading, field),
                    other=beside.column.label,
                    limit=said_of(reading, beside),
                )


def _limit_together(reading: Reading, fields: Sequence[Field], other: str) -> Iterator[Problem]:
    """Check what the categories add up to. It is told once, at the first cell that adds to it."""
    beside = _beside(reading, other, fields[0])
    limit = number_of(reading, beside) if beside is not None else None
    faulty = any(field.key in reading.faulty for field in fields)
    # A cell that is not understood can only add to the total, unless it may lie below 0.
    if beside is None or limit is None or (faulty and limits.bounds(fields[0].column)[0] < 0):
        return
    numbers = {field.key: number for field in fields if (number := number_of(reading, field)) is not None}
    total = sum(numbers.values(), Decimal(0))
    if numbers and total > limit:
        first = next((key for key, number in numbers.items() if number > 0), next(iter(numbers)))
        values = {"column": fields[0].column.label, "found": f"{total:f}", "other": beside.column.label}
        yield reading.at(MORE_THAN_TOGETHER, first, **values, limit=said_of(reading, beside))


_RULES: tuple[Callable[[Reading], Iterator[Problem]], ...] = (
    _unknown_fields,
    _required,
    _whole_spreads,
    money_rule,
    days_rule,
    _weights,
    _limits,
    given_rule,
)
