"""What storing a return would change, as people see it: only figures that read differently afterwards."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kpi.framework.model import Framework, UnitKind
from kpi.incoming import Change
from kpi.language import money, pick
from kpi.measure.values import Value
from kpi.present.words import currency_of, kind_of, none, of


@dataclass(frozen=True, slots=True)
class Differing:
    """A figure that would read differently: its indicator, its name or its category's, before and after."""

    indicator: str
    name: str
    before: str
    after: str


def differing(framework: Framework, changes: Iterable[Change], language: str) -> list[Differing]:
    """Keep the changes that can be seen; amounts are written to the cent where only cents differ."""
    return list(_differing(framework, changes, language))


def _differing(framework: Framework, changes: Iterable[Change], language: str) -> Iterator[Differing]:
    for one in changes:
        for cents in (False, True):
            before, after = (
                _written(framework, one.indicator, value, language, cents=cents) for value in (one.before, one.after)
            )
            if before != after:
                yield Differing(one.indicator, _name(framework, one, language), before, after)
                break


def _written(framework: Framework, indicator: str, value: Value, language: str, *, cents: bool) -> str:
    if value.value is None:
        return none(value.state, language)
    if cents and kind_of(framework, indicator) is UnitKind.MONEY:
        return money(value.value, currency_of(framework), language, cents=True)
    return of(framework, indicator, value.value, language)


def _name(framework: Framework, change: Change, language: str) -> str:
    if change.slice is None:
        return pick(framework.indicators[change.indicator].label, language)
    dimension, category = change.slice
    categories = framework.dimensions[dimension].categories
    return f"– {pick(categories[category].label, language) if category in categories else category}"
