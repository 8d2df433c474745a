"""What stands beside a grid for orientation, locked: the last value, the baseline, the target."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from kpi.framework.model import ColumnType, Form, FormKind, Framework, Indicator
from kpi.intake.fields import fields
from kpi.measure.plan import aim_of, plan_at, target_at
from kpi.quarter import Quarter
from kpi.records import ReportedForm

_NUMBERS = (ColumnType.COUNT, ColumnType.DECIMAL)

#: Before the key of an indicator that rests on several columns of a grid: no column's key begins so.
INDICATOR = "@"

#: A number or words by (category of the grid's row, key of the field, of the whole column, or of an indicator after
#: `INDICATOR`). A row of None is the grid's only row, or all of its rows together.
Beside = Mapping[tuple[str | None, str], str | int | Decimal]


@dataclass(frozen=True, slots=True)
class Orientation:
    """By form: what was reported last, where the indicators started, and what is aimed at.

    `last_quarter` is the quarter that the last values are of, `target_year` the year that the targets are for.
    """

    last: Mapping[str, Beside] = field(default_factory=dict)
    baseline: Mapping[str, Beside] = field(default_factory=dict)
    target: Mapping[str, Beside] = field(default_factory=dict)
    last_quarter: Quarter | None = None
    target_year: int | None = None


NO_ORIENTATION = Orientation()


def orientation(
    framework: Framework, quarter: Quarter, before: Mapping[str, tuple[Quarter, ReportedForm]]
) -> Orientation:
    """Say what stands beside the grids of a quarter's workbook.

    `before` holds, by form, what the organisation reported last. Baselines and targets are the whole programme's, of
    the indicators that add up or average a column of the grid, or are a ratio within it.
    """
    grids = {key: form for key, form in framework.forms.items() if form.kind is FormKind.GRID}
    baseline: dict[str, dict[tuple[str | None, str], Decimal]] = {}
    target: dict[str, dict[tuple[str | None, str], Decimal]] = {}
    for key, indicator in framework.indicators.items():
        form, beside = indicator.terms[0].form, _stands_for(key, indicator)
        if form not in grids or beside is None:
            continue
        plan = plan_at(indicator, quarter.ends)
        if plan.baseline is not None:
            baseline.setdefault(form, {})[None, beside] = plan.baseline.value
        aimed = target_at(aim_of(framework, key), plan, quarter)
        if aimed is not None:
            target.setdefault(form, {})[None, beside] = aimed
    said = {key: (of, form) for key, (of, form) in before.items() if key in grids and form.records}
    latest = max((of for of, _ in said.values()), default=None)
    last = {key: _last(framework, grids[key], form, quarter) for key, (of, form) in said.items() if of == latest}
    return Orientation(last, baseline, target, latest, quarter.year)


def _stands_for(key: str, indicator: Indicator) -> str | None:
    """Give the key under which an indicator stands beside its grid: its column's, or a ratio's own; None: not at all.

    A ratio of two forms belongs beside neither of them.
    """
    if indicator.measure.ratio is not None:
        return f"{INDICATOR}{key}" if len(indicator.forms) == 1 else None
    term = indicator.terms[0]
    return None if term.where else term.column


def _last(framework: Framework, form: Form, said: ReportedForm, quarter: Quarter) -> Beside:
    """Give the last values of a grid's cells; what was not applicable or not filled in stays empty."""
    found: dict[tuple[str | None, str], Decimal] = {}
    for record in said.records:
        for field_ in fields(framework, form, quarter):
            value = record.cells.get(field_.column_key)
            if field_.category_key is not None and isinstance(value, Mapping):
                value = value.get(field_.category_key)
            if isinstance(value, int | str) and not isinstance(value, bool) and field_.column.type in _NUMBERS:
                found[record.key, field_.key] = Decimal(value)
    return found
