"""Cross-checks of indicators: what they are made of, and by what they break down."""

from collections.abc import Iterator

from kpi.framework.found import REPEATED, WRONG_TYPE, Found, Path, named
from kpi.framework.model import (
    AgeCondition,
    Column,
    ColumnType,
    Framework,
    Indicator,
    Measure,
    Term,
    UnitKind,
)
from kpi.problems import N_, Fault

_NUMERIC = (ColumnType.COUNT, ColumnType.DECIMAL, ColumnType.MONEY)
_COUNTING = (UnitKind.COUNT, UnitKind.NUMBER)

NOT_COLLECTED = Fault(
    "framework.not_collected", N_("“{what}” does not collect “{found}”."), N_("It collects: {allowed}.")
)
COLLECTS_NOTHING = Fault(
    "framework.not_collected", N_("“{what}” does not collect “{found}”."), N_("It collects no dimension.")
)
AMBIGUOUS = Fault(
    "framework.ambiguous",
    N_("“{found}” is collected by more than one column: {columns}."),
    N_("An indicator can be broken down by it only where one column collects it."),
)
SELF_SUPPORT = Fault(
    "framework.self_support",
    N_("“{found}” is itself a figure that supports another."),
    N_("Name a main indicator."),
)
FORM_AND_COLUMN = Fault(
    "framework.form_and_column",
    N_("“{found}” does not name a column."),
    N_("Write form.column, with a column of “{form}”: {allowed}."),
)
FORM_ONLY = Fault(
    "framework.form_only", N_("Only rows can be counted, not “{found}”."), N_("Write {form}, or use sum: {found}.")
)
YES_OR_NO = Fault(
    "framework.yes_or_no",
    N_("The column “{found}” is answered with yes or no."),
    N_("Write true or false, without quotes."),
)
UNIT_DIFFERS = Fault(
    "framework.unit_differs",
    N_("The unit “{found}” does not suit this measure."),
    N_("A unit of one of these kinds is expected: {allowed}."),
)


def collected(framework: Framework, form_key: str, column_key: str | None) -> dict[str, list[str]]:
    """Give the dimensions that a form collects beside a column: dimension → the columns that carry it.

    A grid's rows stand under an empty column key. Dimensions above a collected one are there too.
    """
    form = framework.forms[form_key]
    found: dict[str, list[str]] = {}
    direct = [(column.dimension, key) for key, column in form.columns.items() if column.dimension]
    if form.rows:
        direct.append((form.rows, ""))
    if column_key is not None and (spread := form.columns[column_key].spread):
        direct.append((spread, column_key))
    for dimension, key in direct:
        if dimension in framework.dimensions:
            for name in (dimension, *_above(framework, dimension)):
                found.setdefault(name, []).append(key)
    return found


def _above(framework: Framework, dimension: str) -> list[str]:
    """Give the dimensions above one, as far as they are declared."""
    steps = [dimension]
    while (up := framework.dimensions[steps[-1]].rolls_up_to) in framework.dimensions and up not in steps:
        steps.append(str(up))
    return steps[1:]


def measures(framework: Framework) -> Iterator[Found]:
    """Check what every indicator is made of and by what it breaks down."""
    for key, indicator in framework.indicators.items():
        path = ("indicators", key)
        yield from named((*path, "level"), N_("level"), indicator.level, framework.levels)
        yield from named((*path, "unit"), N_("unit"), indicator.unit, framework.units)
        yield from named((*path, "supports"), N_("indicator"), indicator.supports, framework.indicators)
        above = framework.indicators.get(indicator.supports or "")
        if above is not None and above.supports is not None:
            yield Found((*path, "supports"), SELF_SUPPORT, {"found": indicator.supports})
        yield from _breakdowns(framework, path, indicator)
        sound = True
        for place, term in zip(_places(path, indicator.measure), indicator.terms, strict=True):
            faults = list(term_faults(framework, place, term))
            yield from faults
            sound = sound and not faults
            if not any(fault.path == place for fault in faults):
                yield from _collected(framework, path, indicator, term)
        if sound:
            yield from _unit(framework, path, indicator)


def _places(path: Path, measure: Measure) -> list[Path]:
    """Give where the terms of a measure name their form, in the order of `Indicator.terms`."""
    path = (*path, "measure")
    if measure.ratio is not None:
        of, to = measure.ratio.of, measure.ratio.to
        return [
            (*path, "ratio", name, "count" if term.count is not None else "sum")
            for name, term in (("of", of), ("to", to))
        ]
    return [(*path, "count" if measure.count is not None else "sum" if measure.sum is not None else "mean")]


def term_faults(framework: Framework, path: Path, term: Term) -> Iterator[Found]:
    """Check a term whose form is named at `path`."""
    written = term.count if term.count is not None else term.sum or ""
    form = framework.forms.get(term.form)
    if form is None:
        yield from named(path, N_("form"), term.form, framework.forms)
        return
    if term.count is not None and "." in term.count:
        yield Found(path, FORM_ONLY, {"found": written, "form": term.form})
    elif term.count is None and "." not in written:
        values = {"found": written, "form": term.form, "allowed": [*_numeric(form.columns)]}
        yield Found(path, FORM_AND_COLUMN, values)
    elif term.column is not None:
        yield from named(path, N_("column"), term.column, form.columns)
        column = form.columns.get(term.column)
        allowed = (*_NUMERIC, ColumnType.RATING) if path[-1] == "mean" else _NUMERIC
        if column is not None and column.type not in allowed:
            values = {"found": term.column, "type": column.type.value, "allowed": [one.value for one in allowed]}
            yield Found(path, WRONG_TYPE, values)
    for key, condition in term.where.items():
        place = (*path[:-1], "where", key)
        yield from named(place, N_("column"), key, form.columns)
        if key in form.columns:
            yield from _condition(framework, place, key, form.columns[key], condition)


def _numeric(columns: dict[str, Column]) -> Iterator[str]:
    return (key for key, column in columns.items() if column.type in _NUMERIC)


def _condition(framework: Framework, path: Path, key: str, column: Column, condition: object) -> Iterator[Found]:
    match condition:
        case bool():
            expected: tuple[ColumnType, ...] = (ColumnType.YES_NO,)
        case AgeCondition():
            expected = (ColumnType.DATE,)
        case _:
            expected = (ColumnType.CHOICE, ColumnType.RATING)
    if column.type is ColumnType.YES_NO and column.type not in expected:
        yield Found(path, YES_OR_NO, {"found": key})
        return
    # A rating laid out over several cells has no one step that could be asked for.
    if column.type not in expected or (column.type is ColumnType.RATING and column.spread):
        allowed = [one.value for one in expected]
        yield Found(path, WRONG_TYPE, {"found": key, "type": column.type.value, "allowed": allowed})
        return
    dimension = framework.dimensions.get(column.dimension or column.scale_of(None) or "")
    if dimension is None:
        return
    if isinstance(condition, str):
        yield from named(path, N_("category"), condition, dimension.categories)
    elif isinstance(condition, tuple):
        for index, category in enumerate(condition):
            yield from named((*path, index), N_("category"), category, dimension.categories)


def _breakdowns(framework: Framework, path: Path, indicator: Indicator) -> Iterator[Found]:
    for index, dimension in enumerate(indicator.by):
        place = (*path, "by", index)
        yield from named(place, N_("dimension"), dimension, framework.dimensions)
        if dimension in indicator.by[:index]:
            yield Found(place, REPEATED, {"found": dimension})


def _collected(framework: Framework, path: Path, indicator: Indicator, term: Term) -> Iterator[Found]:
    """Check that a term's form collects every dimension of the indicator, once.

    A denominator from another form may lack one: every slice is then set against the whole of it, as public and private
    capital are against the same own support. Within one form that would compare a part with what it is no part of.
    """
    if not dimensions_known(framework, term.form):
        return
    is_other_form = term.form != indicator.terms[0].form
    there = collected(framework, term.form, term.column)
    for index, dimension in enumerate(indicator.by):
        place = (*path, "by", index)
        if dimension not in framework.dimensions:
            continue
        if dimension not in there and is_other_form:
            continue
        if dimension not in there:
            values = {"what": term.sum or term.count, "found": dimension, "allowed": list(there)}
            yield Found(place, NOT_COLLECTED if there else COLLECTS_NOTHING, values)
        elif len(there[dimension]) > 1:
            columns = [key or "rows" for key in there[dimension]]
            yield Found(place, AMBIGUOUS, {"found": dimension, "columns": columns})


def dimensions_known(framework: Framework, form_key: str) -> bool:
    """Tell whether all dimensions that a form names are declared; else what it collects cannot be said."""
    form = framework.forms[form_key]
    names = [form.rows, *(name for column in form.columns.values() for name in (column.dimension, column.spread))]
    return all(name is None or name in framework.dimensions for name in names)


def _unit(framework: Framework, path: Path, indicator: Indicator) -> Iterator[Found]:
    unit = framework.units.get(indicator.unit)
    allowed = _kinds(framework, indicator)
    if unit is not None and unit.kind not in allowed:
        values = {"found": indicator.unit, "allowed": [kind.value for kind in allowed]}
        yield Found((*path, "unit"), UNIT_DIFFERS, values)


def _kinds(framework: Framework, indicator: Indicator) -> tuple[UnitKind, ...]:
    """Give the kinds of unit that suit a measure: rounding and judging go by them."""
    measure = indicator.measure
    if measure.count is not None:
        return _COUNTING
    if measure.ratio is not None:
        return (UnitKind.SHARE, UnitKind.NUMBER, UnitKind.MONEY)
    column = framework.column(measure.sum or measure.mean or "")
    if column.type is ColumnType.MONEY:
        return (UnitKind.MONEY,)
    if measure.mean is not None:
        return (UnitKind.RATING, UnitKind.NUMBER, UnitKind.SHARE)
    return _COUNTING if column.type is ColumnType.COUNT else (UnitKind.NUMBER,)
