"""Cross-checks of indicators: what they are made of, by what they break down, what they aim at."""

from collections.abc import Iterator

from kpi.framework.found import (
    BACKWARDS,
    NEEDLESS,
    OUT_OF_RANGE,
    WRONG_TYPE,
    Found,
    Path,
    named,
)
from kpi.framework.model import (
    AgeCondition,
    Column,
    ColumnType,
    FormTime,
    Framework,
    Indicator,
    TargetBasis,
    Term,
    UnitKind,
)
from kpi.problems import N_, Fault

_NUMERIC = (ColumnType.COUNT, ColumnType.DECIMAL, ColumnType.MONEY)

NOT_COLLECTED = Fault(
    "framework.not_collected", N_("{what} does not collect “{found}”."), N_("It collects: {allowed}.")
)
AMBIGUOUS = Fault(
    "framework.ambiguous",
    N_("“{found}” is collected by more than one column: {columns}."),
    N_("An indicator needs one."),
)
SELF_SUPPORT = Fault(
    "framework.self_support", N_("“{found}” is itself a supporting figure."), N_("Name a main indicator.")
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
        for name in (dimension, *framework.above(dimension)):
            found.setdefault(name, []).append(key)
    return found


def terms(indicator: Indicator) -> list[Term]:
    """Give the terms of an indicator's measure; a mean stands as the sum of its column."""
    measure = indicator.measure
    if measure.ratio is not None:
        return [measure.ratio.of, measure.ratio.to]
    if measure.mean is not None:
        return [Term(sum=measure.mean, where=measure.where)]
    return [Term(count=measure.count, sum=measure.sum, where=measure.where)]


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
        for place, term in _places(path, indicator):
            faults = list(_term(framework, place, term, mean=indicator.measure.mean is not None))
            yield from faults
            if not faults:
                yield from _breakdowns(framework, path, indicator, term)


def _places(path: Path, indicator: Indicator) -> list[tuple[Path, Term]]:
    if indicator.measure.ratio is not None:
        names = ((*path, "measure", "ratio", "of"), (*path, "measure", "ratio", "to"))
        return list(zip(names, terms(indicator), strict=True))
    return [((*path, "measure"), terms(indicator)[0])]


def _term(framework: Framework, path: Path, term: Term, *, mean: bool) -> Iterator[Found]:
    name = "count" if term.count else "mean" if mean else "sum"
    yield from named((*path, name), N_("form"), term.form, framework.forms)
    form = framework.forms.get(term.form)
    if form is None:
        return
    if term.column is not None:
        yield from named((*path, name), N_("column"), term.column, form.columns)
        column = form.columns.get(term.column)
        allowed = (*_NUMERIC, ColumnType.RATING) if mean else _NUMERIC
        if column is not None and column.type not in allowed:
            values = {"found": term.column, "type": column.type.value, "allowed": [one.value for one in allowed]}
            yield Found((*path, name), WRONG_TYPE, values)
    for key, condition in term.where.items():
        yield from named((*path, "where", key), N_("column"), key, form.columns)
        if key in form.columns:
            yield from _condition(framework, (*path, "where", key), key, form.columns[key], condition)


def _condition(framework: Framework, path: Path, key: str, column: Column, condition: object) -> Iterator[Found]:
    expected = (
        ColumnType.DATE
        if isinstance(condition, AgeCondition)
        else ColumnType.YES_NO
        if isinstance(condition, bool)
        else ColumnType.CHOICE
    )
    if column.type is not expected and not (column.type is ColumnType.RATING and expected is ColumnType.CHOICE):
        yield Found(path, WRONG_TYPE, {"found": key, "type": column.type.value, "allowed": expected.value})
    elif isinstance(condition, str | tuple):
        dimension = framework.dimensions.get(
            column.dimension or (column.scale if isinstance(column.scale, str) else "") or ""
        )
        for category in (condition,) if isinstance(condition, str) else condition:
            yield from named(path, N_("category"), category, dimension.categories if dimension else {})


def _breakdowns(framework: Framework, path: Path, indicator: Indicator, term: Term) -> Iterator[Found]:
    there = collected(framework, term.form, term.column)
    for index, dimension in enumerate(indicator.by):
        place = (*path, "by", index)
        unknown = list(named(place, N_("dimension"), dimension, framework.dimensions))
        yield from unknown
        if unknown:
            continue
        if dimension not in there:
            values = {"what": term.sum or term.count, "found": dimension, "allowed": list(there)}
            yield Found(place, NOT_COLLECTED, values)
        elif len(there[dimension]) > 1:
            yield Found(place, AMBIGUOUS, {"found": dimension, "columns": there[dimension]})


def plans(framework: Framework) -> Iterator[Found]:
    """Check baselines, targets, phasing and revisions."""
    for key, indicator in framework.indicators.items():
        path = ("indicators", key)
        unit = framework.units.get(indicator.unit)
        if unit and unit.kind is UnitKind.SHARE:
            for year, target in indicator.targets.items():
                if not 0 <= target <= 1:
                    yield Found((*path, "targets", str(year)), OUT_OF_RANGE, {"found": target, "allowed": "0–1"})
        if indicator.phasing is not None and (
            list(indicator.phasing) != sorted(indicator.phasing) or indicator.phasing[-1] != 1
        ):
            yield Found((*path, "phasing"), OUT_OF_RANGE, {"found": list(indicator.phasing), "allowed": "0 … 1"})
        if indicator.tolerance is not None and indicator.tolerance < 0:
            yield Found((*path, "tolerance"), OUT_OF_RANGE, {"found": indicator.tolerance, "allowed": "≥ 0"})
        days = [revision.on for revision in indicator.revisions]
        if days != sorted(days):
            yield Found((*path, "revisions"), BACKWARDS, {"found": days[-1]})
        form = framework.forms.get(terms(indicator)[0].form)
        if form and form.time is FormTime.STOCK and indicator.target_basis is TargetBasis.CUMULATIVE:
            allowed = f"time: {FormTime.FLOW.value}"
            yield Found((*path, "target_basis"), NEEDLESS, {"found": "cumulative", "allowed": allowed})
        yield from _share_targets(framework, path, indicator)


def _share_targets(framework: Framework, path: Path, indicator: Indicator) -> Iterator[Found]:
    for dimension, categories in indicator.share_targets.items():
        place = (*path, "share_targets", dimension)
        if dimension not in indicator.by:
            yield from named(place, N_("breakdown"), dimension, dict.fromkeys(indicator.by))
            continue
        for category, targets in categories.items():
            if dimension in framework.dimensions:
                known = framework.dimensions[dimension].categories
                yield from named((*place, category), N_("category"), category, known)
            for year, target in targets.items():
                if not 0 <= target <= 1:
                    yield Found((*place, category, str(year)), OUT_OF_RANGE, {"found": target, "allowed": "0–1"})
