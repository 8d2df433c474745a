"""Records become facts: one return's totals for every part of every indicator, by slice.

A *part* is one of the numbers that an indicator is made of and that adds up: the numerator of any
measure, the denominator of a ratio, the weights of a mean.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kpi.framework.model import ColumnType, Condition, Framework, Term
from kpi.framework.once import once
from kpi.measure.model import NOT_APPLICABLE, RATING, Coordinates, Fact
from kpi.measure.rows import Rows, scale_decimals
from kpi.quarter import Quarter
from kpi.records import FormState, Record, ReportedForm, ReturnContent, is_not_applicable
from kpi.renamed import renamed


class Role(StrEnum):
    """Which number of its indicator a part is."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"


@dataclass(frozen=True, slots=True)
class Part:
    """A number that adds up, of one indicator and from one form.

    `scale` is how many decimals its totals keep. `column` is what is added up (None: rows are counted);
    `mean` says that each value counts with its weight, if any (numerator value·weight, denominator
    weight). `beside` is the other sum of a ratio over the same form: a row that leaves one of the
    two empty enters neither.
    """

    key: str
    indicator: str
    role: Role
    form: str
    scale: int
    column: str | None = None
    where: Mapping[str, Condition] = field(default_factory=dict)
    mean: bool = False
    beside: Term | None = None


@once
def parts_of(framework: Framework, indicator_key: str) -> tuple[Part, ...]:
    """Give the parts of an indicator: the numerator, then the denominator of a mean or ratio."""
    measure = framework.indicators[indicator_key].measure
    if measure.ratio is not None:
        of, to = measure.ratio.of, measure.ratio.to
        paired = of.column is not None and to.column is not None and of.form == to.form
        return (
            _term(framework, indicator_key, Role.NUMERATOR, of, to if paired else None),
            _term(framework, indicator_key, Role.DENOMINATOR, to, of if paired else None),
        )
    if measure.mean is None:
        term = Term(count=measure.count, sum=measure.sum, where=measure.where)
        return (_term(framework, indicator_key, Role.NUMERATOR, term),)
    form, _, column_key = measure.mean.partition(".")
    column = framework.column(measure.mean)
    weight = framework.forms[form].columns[column.weight].scaled_by if column.weight else 0
    scales = {Role.NUMERATOR: scale_decimals(framework, column) + weight, Role.DENOMINATOR: weight}
    return tuple(
        Part(f"{indicator_key}.{role}", indicator_key, role, form, scale, column_key, measure.where, mean=True)
        for role, scale in scales.items()
    )


def _term(framework: Framework, indicator: str, role: Role, term: Term, beside: Term | None = None) -> Part:
    scale = scale_decimals(framework, framework.column(term.sum)) if term.sum else 0
    return Part(f"{indicator}.{role}", indicator, role, term.form, scale, term.column, term.where, beside=beside)


@once
def parts(framework: Framework) -> Mapping[str, Part]:
    """Give all parts by their key, ``O6.numerator``, in the order of the indicators."""
    return {part.key: part for indicator in framework.indicators for part in parts_of(framework, indicator)}


class Source(StrEnum):
    """Where a row says to which category of a dimension it belongs."""

    SPREAD = "spread"
    ROW = "row"
    COLUMN = "column"


@dataclass(frozen=True, slots=True)
class Origin:
    """How a part comes by a coordinate: the dimension at which it is collected, and where it stands."""

    collected: str
    source: Source
    column: str | None = None


def origins(framework: Framework, part: Part) -> Mapping[str, Origin]:
    """Give the dimensions by which a part is kept, with their origin; what its form lacks is left out.

    A dimension of the indicator's `by` that merely rolls up another one from the same place is left out too:
    it is made from the finer one.
    """
    return _origins(framework, part.key)


@once
def _origins(framework: Framework, part_key: str) -> Mapping[str, Origin]:
    part = parts(framework)[part_key]
    form = framework.forms[part.form]
    places: list[Origin] = []
    spread = form.columns[part.column].spread if part.column else None
    if spread is not None:
        places.append(Origin(spread, Source.SPREAD))
    if form.rows is not None:
        places.append(Origin(form.rows, Source.ROW))
    places += [
        Origin(column.dimension, Source.COLUMN, key)
        for key, column in form.columns.items()
        if column.type is ColumnType.CHOICE and column.dimension is not None and column.spread is None
    ]
    found: dict[str, Origin] = {}
    for dimension in framework.indicators[part.indicator].by:
        exact = (place for place in places if place.collected == dimension)
        above = (place for place in places if dimension in framework.above(place.collected))
        place = next(exact, None) or next(above, None)
        if place is not None:
            found[dimension] = place
    return {
        dimension: place
        for dimension, place in found.items()
        if not any(other is place and dimension in framework.above(finer) for finer, other in found.items())
    }


@dataclass(frozen=True, slots=True)
class _Entry:
    """One value of a row: its category of the spread, its step of a scale; no total: not applicable."""

    total: int | None
    spread: str | None = None
    step: str | None = None


def _entries(rows: Rows, part: Part, record: Record) -> Iterator[_Entry]:
    """Give what a row adds to a part; nothing where a cell is missing."""
    if part.column is None:
        yield _Entry(1)
        return
    other = _other_column(rows, part, record)
    beside = rows.values(record, other) if other else {}
    columns = rows.form.columns
    pairwise = other is not None and columns[other].spread == columns[part.column].spread
    for spread, value in rows.values(record, part.column).items():
        partner = [v for key, v in beside.items() if not pairwise or spread is None or key in {spread, None}]
        if other and not partner:
            continue
        if is_not_applicable(value) or any(map(is_not_applicable, partner)):
            yield _Entry(None, spread)
            continue
        total = rows.number(record, part.column, value, spread)
        if part.mean:
            weight = sum(rows.number(record, other, v, spread) for v in partner) if other else 1
            total = total * weight if part.role is Role.NUMERATOR else weight
        yield _Entry(total, spread, rows.step(part.column, value, spread))


def _other_column(rows: Rows, part: Part, record: Record) -> str | None:
    """Give the column that must be filled in as well: a mean's weight, or the other sum of a ratio."""
    if part.mean and part.column is not None:
        return rows.form.columns[part.column].weight
    if part.beside is None or not rows.matches(record, part.beside.where):
        return None
    return part.beside.column


def _coordinate(rows: Rows, dimension: str, origin: Origin, key: str | None) -> str | None:
    """Give a row's category of a dimension, rolled up where it is collected at a finer one."""
    if key is None:
        return None
    return rows.framework.roll_up(origin.collected, rows.category(origin.collected, key), dimension)


def _part_facts(rows: Rows, part: Part, reported: ReportedForm) -> list[Fact]:
    if reported.state is FormState.NOT_APPLICABLE:
        return [Fact(part.key, {NOT_APPLICABLE: "yes"}, 0, 0, not_applicable=1)]
    if reported.state is FormState.NOTHING:
        return [Fact(part.key, {}, 0, 0)]
    if reported.state is FormState.MISSING or not reported.records:
        return []
    matching = [record for record in reported.records if rows.matches(record, part.where)]
    if not matching:
        return [Fact(part.key, {}, 0, 0)]
    kept = origins(rows.framework, part)
    sums: dict[tuple[tuple[str, str], ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for record in matching:
        of_row = _row_coordinates(rows, kept, record)
        for entry in _entries(rows, part, record):
            sums_of = sums[_where_it_belongs(rows, kept, of_row, entry)]
            sums_of[0] += entry.total or 0
            sums_of[1] += entry.total is not None
            sums_of[2] += entry.total is None
    # All rows write their coordinates in the same order; sorting comes once, here.
    found = sorted((sorted(coordinates), numbers) for coordinates, numbers in sums.items())
    return [Fact(part.key, dict(coordinates), *numbers) for coordinates, numbers in found]


def of_row(framework: Framework, part: Part, quarter: Quarter, record: Record) -> list[Fact]:
    """Give what one row adds to a part, by where it belongs.

    That is nothing where it does not meet the part's conditions, or its indicator is not there in the quarter.
    """
    rows = Rows(framework, framework.forms[part.form], quarter)
    if not framework.indicators[part.indicator].valid_in(quarter) or not rows.matches(record, part.where):
        return []
    return _part_facts(rows, part, ReportedForm(FormState.REPORTED, (record,)))


def _row_coordinates(rows: Rows, kept: Mapping[str, Origin], record: Record) -> Coordinates:
    found = {}
    for dimension, origin in kept.items():
        key = record.key if origin.source is Source.ROW else None
        if origin.source is Source.COLUMN and origin.column is not None:
            cell = record.cells.get(origin.column)
            key = None if is_not_applicable(cell) else cell
        category = _coordinate(rows, dimension, origin, key)
        if category is not None:
            found[dimension] = category
    return found


def _where_it_belongs(
    rows: Rows, kept: Mapping[str, Origin], of_row: Coordinates, entry: _Entry
) -> tuple[tuple[str, str], ...]:
    coordinates = dict(of_row)
    for dimension, origin in kept.items():
        if origin.source is Source.SPREAD:
            category = _coordinate(rows, dimension, origin, entry.spread)
            if category is not None:
                coordinates[dimension] = category
    if entry.step is not None:
        coordinates[RATING] = entry.step
    if entry.total is None:
        coordinates[NOT_APPLICABLE] = "yes"
    return tuple(coordinates.items())


def facts_of(framework: Framework, quarter: Quarter, content: ReturnContent) -> list[Fact]:
    """Give all facts of one return, summed per part and coordinates, in one order only.

    *Nothing to report*, and rows of which none meets the conditions, are one fact of 0 without coordinates;
    *not applicable* is a fact of its own; a form or column that is missing gives no fact.
    What the content says under former keys is read under the present ones.
    """
    facts: list[Fact] = []
    content = renamed(framework).content(content)
    read: dict[str, tuple[Rows, ReportedForm | None]] = {}
    for part in parts(framework).values():
        if not framework.indicators[part.indicator].valid_in(quarter):
            continue
        if part.form not in read:
            form = framework.forms[part.form]
            read[part.form] = (Rows(framework, form, quarter), content.forms.get(part.form))
        rows, reported = read[part.form]
        if reported is not None:
            facts += _part_facts(rows, part, reported)
    return facts
