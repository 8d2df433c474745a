"""Figures in words, for people."""

from decimal import Decimal
from fractions import Fraction

from kpi.framework.model import UnitKind
from kpi.language import money, number, share


def figure(value: Fraction | Decimal | int | None, kind: UnitKind, language: str, *, currency: str = "EUR") -> str:
    """Write a value as its unit is written; a dash where there is none."""
    if value is None:
        return "–"
    match kind:
        case UnitKind.COUNT:
            return number(value, language, 0)
        case UnitKind.MONEY:
            return money(value, currency, language)
        case UnitKind.SHARE:
            return share(value, language)
        case UnitKind.RATING | UnitKind.NUMBER:
            return number(value, language, 2)
