"""Cross-checks of what indicators aim at: baselines, targets, phasing, revisions, shares."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise

from kpi.framework.found import NEEDED, NEEDLESS, OUT_OF_RANGE, Found, Path, named
from kpi.framework.model import (
    Baseline,
    ColumnType,
    FormTime,
    Framework,
    Indicator,
    TargetBasis,
    UnitKind,
)
from kpi.problems import N_, Fault

TARGET_TOO_EARLY = Fault(
    "framework.target_too_early",
    N_("The target for {found} is no later than the baseline of {baseline}."),
    N_("Targets begin in the year after the baseline."),
)
FALLING = Fault(
    "framework.falling",
    N_("The target for {found} is below that of the year before."),
    N_("With target_basis: cumulative, targets are running totals and never fall."),
)
OUT_OF_ORDER = Fault(
    "framework.backwards",
    N_("This revision, of {found}, does not come after the one above it, of {first}."),
    N_("Write revisions in the order of their dates."),
)
PHASING = Fault(
    "framework.phasing",
    N_("The phasing {found} is no cumulative share of a year."),
    N_("Four shares are expected, none smaller than the one before, the last 1."),
)


def plans(framework: Framework) -> Iterator[Found]:
    """Check baselines, targets, phasing, tolerance and revisions of every indicator."""
    for key, indicator in framework.indicators.items():
        path = ("indicators", key)
        yield from _plan(framework, path, indicator, indicator.baseline, indicator.targets)
        yield from _revisions(framework, path, indicator)
        yield from _flows(framework, path, indicator)
        if indicator.tolerance is not None and indicator.tolerance < 0:
            yield Found((*path, "tolerance"), OUT_OF_RANGE, {"found": str(indicator.tolerance), "allowed": "≥ 0"})
        yield from _share_targets(framework, path, indicator)


def _plan(
    framework: Framework, path: Path, indicator: Indicator, baseline: Baseline | None, targets: Mapping[int, Decimal]
) -> Iterator[Found]:
    """Check the baseline and targets written at `path`."""
    least, most = _bounds(framework, indicator)
    for place, value in _values(path, baseline, targets):
        if (least is not None and value < least) or (most is not None and value > most):
            allowed = f"{least} – {most}" if most is not None else f"≥ {least}"
            yield Found(place, OUT_OF_RANGE, {"found": str(value), "allowed": allowed})
    known = baseline or indicator.baseline
    for year in targets:
        if known is not None and year <= known.year:
            values = {"found": str(year), "baseline": str(known.year)}
            yield Found((*path, "targets", str(year)), TARGET_TOO_EARLY, values)
    if indicator.target_basis is TargetBasis.CUMULATIVE:
        years = sorted(targets)
        for earlier, later in pairwise(years):
            if targets[later] < targets[earlier]:
                yield Found((*path, "targets", str(later)), FALLING, {"found": str(later)})


def _values(path: Path, baseline: Baseline | None, targets: Mapping[int, Decimal]) -> Iterator[tuple[Path, Decimal]]:
    if baseline is not None:
        yield (*path, "baseline", "value"), baseline.value
    for year, target in targets.items():
        yield (*path, "targets", str(year)), target


def _bounds(framework: Framework, indicator: Indicator) -> tuple[Decimal | None, Decimal | None]:
    """Give the least and the most that an indicator can be."""
    unit = framework.units.get(indicator.unit)
    if unit is not None and unit.kind is UnitKind.SHARE:
        return Decimal(0), Decimal(1)
    form, _, name = (indicator.measure.mean or "").partition(".")
    column = framework.forms[form].columns.get(name) if form in framework.forms else None
    if column is not None and column.type is ColumnType.RATING and column.scale:
        scales = [column.scale] if isinstance(column.scale, str) else list(column.scale.values())
        steps = [
            category.value
            for scale in scales
            if scale in framework.dimensions
            for category in framework.dimensions[scale].categories.values()
        ]
        values = [step for step in steps if step is not None]
        return (min(values), max(values)) if values and len(values) == len(steps) else (None, None)
    if column is not None and column.type is not ColumnType.RATING:
        return column.minimum, column.maximum
    return (Decimal(0), None) if unit is not None and unit.kind is UnitKind.COUNT else (None, None)


def _revisions(framework: Framework, path: Path, indicator: Indicator) -> Iterator[Found]:
    baseline = indicator.baseline
    for index, revision in enumerate(indicator.revisions):
        place = (*path, "revisions", index)
        if revision.baseline is None and not revision.targets:
            yield Found(place, NEEDED, {"found": "targets"})
        baseline = revision.baseline or baseline
        yield from _plan(framework, place, indicator.model_copy(update={"baseline": baseline}), None, revision.targets)
        if revision.baseline is not None:
            yield from _plan(framework, place, indicator, revision.baseline, {})
        if index and revision.on <= indicator.revisions[index - 1].on:
            values = {"found": revision.on, "first": indicator.revisions[index - 1].on}
            yield Found((*place, "on"), OUT_OF_ORDER, values)


def _flows(framework: Framework, path: Path, indicator: Indicator) -> Iterator[Found]:
    """Check what only a flow may have: phasing, and cumulative targets."""
    form = framework.forms.get(indicator.terms[0].form)
    cumulative = indicator.target_basis is TargetBasis.CUMULATIVE
    flow = f"time: {FormTime.FLOW.value}"
    if form is not None and form.time is FormTime.STOCK and cumulative:
        yield Found((*path, "target_basis"), NEEDLESS, {"found": "cumulative", "allowed": flow})
    phasing = indicator.phasing
    if phasing is None:
        return
    adds_up = indicator.measure.count is not None or indicator.measure.sum is not None
    if form is not None and (form.time is FormTime.STOCK or cumulative or not adds_up):
        allowed = [flow, "count, sum", "target_basis: yearly"]
        yield Found((*path, "phasing"), NEEDLESS, {"found": "phasing", "allowed": allowed})
    if list(phasing) != sorted(phasing) or phasing[0] < 0 or phasing[-1] != 1:
        yield Found((*path, "phasing"), PHASING, {"found": [str(share) for share in phasing]})


def _share_targets(framework: Framework, path: Path, indicator: Indicator) -> Iterator[Found]:
    for dimension, categories in indicator.share_targets.items():
        place = (*path, "share_targets", dimension)
        if dimension not in indicator.by:
            if dimension in framework.dimensions and any(one not in framework.dimensions for one in indicator.by):
                continue  # it is `by` that is mistyped, and told there
            yield from named(place, N_("breakdown of this indicator (by)"), dimension, dict.fromkeys(indicator.by))
            continue
        for category, targets in categories.items():
            if dimension in framework.dimensions:
                known = framework.dimensions[dimension].categories
                yield from named((*place, category), N_("category"), category, known)
            for year, target in targets.items():
                if not 0 <= target <= 1:
                    values = {"found": str(target), "allowed": "0 – 1"}
                    yield Found((*place, category, str(year)), OUT_OF_RANGE, values)
