"""Figures as other programs read them: the same fields on the command line and in open data."""

from decimal import Decimal
from fractions import Fraction

from kpi.framework.model import Framework, UnitKind
from kpi.language import decimal
from kpi.measure.model import Measurement

_DECIMALS = 6


def written(value: Fraction | Decimal | int | None, kind: UnitKind | None = None) -> str | None:
    """Write a number for machines: cents for money, else as many decimals as it has, at most six."""
    if value is None:
        return None
    if kind is UnitKind.MONEY:
        return str(decimal(value, 2))
    text = str(decimal(value, _DECIMALS))
    return text.rstrip("0").rstrip(".")


def plain(framework: Framework, found: Measurement) -> dict[str, object]:
    """Give a measurement as other programs read it: the fields of one entry of the JSON, in their order."""
    kind = framework.units[framework.indicators[found.indicator].unit].kind
    of: dict[str, str | None] = dict(found.slice)
    if found.organisation is not None:
        of["organisation"] = found.organisation
    if found.lacks is not None:
        of.setdefault(found.lacks, None)  # it is no total either
    return {
        "indicator": found.indicator,
        "window": str(found.window),
        "slice": of or None,
        "value": written(found.value, kind),
        "state": found.state.value,
        "numerator": written(found.numerator, kind if found.denominator is None else None),
        "denominator": written(found.denominator),
        "n": written(found.n),
        "reported": found.coverage.reported,
        "expected_returns": found.coverage.expected,
        "carried": found.coverage.carried,
        "expected": written(found.expected, kind),
        **_judged(found, kind),
        "status": found.standing.status.value,
    }


def _judged(found: Measurement, kind: UnitKind) -> dict[str, str | None]:
    """Tell over which window a figure is judged, what stands against what in it, and what it comes to."""
    standing = found.standing
    has_target = standing.expected is not None or standing.target is not None
    return {
        "judged_window": _named(found) if has_target else None,
        "judged_value": written(standing.judged, kind) if has_target else None,
        "judged_expected": written(standing.expected, kind),
        "target": written(standing.target, kind),
        "achievement": written(standing.achievement),
    }


def _named(found: Measurement) -> str:
    """Name the window that is judged as the figure's own is named where they are the same quarters."""
    basis, own = found.standing.basis, found.window
    return str(own if (basis.first, basis.last) == (own.first, own.last) else basis)
