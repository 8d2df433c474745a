"""When a figure is unlike an organisation's own history; pure."""

from collections.abc import Sequence
from fractions import Fraction
from statistics import median

from kpi.framework.model import ColumnType, Framework, UnitKind
from kpi.measure.facts import parts_of
from kpi.measure.model import State
from kpi.measure.values import Value

_RELATIVE = {UnitKind.SHARE, UnitKind.RATING}


def unlike(framework: Framework, indicator: str, now: Value, history: Sequence[Value]) -> list[Fraction] | None:
    """Give the values of a history that a figure is unlike; none where it is like them, or cannot be compared.

    The rules are `kpi.framework.programme.Jumps`. An empty history is unlike nothing.
    """
    kind = framework.units[framework.indicators[indicator].unit].kind
    if now.value is None or not _counts(framework, kind, now):
        return None
    known = [one.value for one in history if one.value is not None and _counts(framework, kind, one)]
    return known if known and _differ(framework, indicator, now.value, median(known)) else None


def _counts(framework: Framework, kind: UnitKind, value: Value) -> bool:
    """Tell whether a value can be compared: a share or rating of a few cases swings by itself.

    Money comes at times: a quarter without any is neither odd, nor does it make others so.
    """
    if value.state is not State.VALUE:
        return False
    if kind is UnitKind.MONEY:
        return bool(value.value)
    return kind not in _RELATIVE or (value.n or 0) >= framework.rules.jumps.cases


def _differ(framework: Framework, indicator: str, value: Fraction, middle: Fraction) -> bool:
    rules, kind = framework.rules.jumps, framework.units[framework.indicators[indicator].unit].kind
    if kind in _RELATIVE:
        span = _scale(framework, indicator)
        return span is not None and abs(value - middle) >= Fraction(rules.distance) * span
    smallest = {UnitKind.COUNT: rules.smallest, UnitKind.MONEY: rules.smallest_amount}.get(kind)
    floor = Fraction(smallest) if smallest is not None else Fraction(0)
    low, high = sorted((max(value, floor), max(middle, floor)))
    return low > 0 and high >= Fraction(rules.factor) * low


def _scale(framework: Framework, indicator: str) -> Fraction | None:
    """Give how far apart a rating's ends lie; 1 for a share, none where the column does not say."""
    part = parts_of(framework, indicator)[0]
    if framework.units[framework.indicators[indicator].unit].kind is UnitKind.SHARE:
        return Fraction(1)
    column = framework.forms[part.form].columns[part.column or ""] if part.column else None
    if column is None:
        return None
    if column.type is ColumnType.RATING:
        scales = [column.scale] if isinstance(column.scale, str) else list((column.scale or {}).values())
        steps = [
            category.value
            for scale in scales
            for category in framework.dimensions[scale].categories.values()
            if category.value is not None
        ]
        return Fraction(max(steps) - min(steps)) if steps else None
    if column.minimum is None or column.maximum is None:
        return None
    return Fraction(column.maximum - column.minimum)
