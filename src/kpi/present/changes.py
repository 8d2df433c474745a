"""What storing a return would change, as people see it: only figures that read differently afterwards."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kpi.framework.model import Framework, UnitKind
from kpi.language import money, pick
from kpi.measure.values import Value
from kpi.present.words import currency_of, kind_of, none, of
from kpi.preview import Figure, says


@dataclass(frozen=True, slots=True)
class Differing:
    """A figure that would read differently: its indicator, its name or its category's, before and after."""

    indicator: str
    name: str
    before: str
    after: str


def differing(framework: Framework, figures: Iterable[Figure], language: str) -> list[Differing]:
    """Keep the figures whose change can be seen; amounts are written to the cent where only cents differ.

    Where neither before nor after anything is said, nothing changes.
    """
    return list(_differing(framework, figures, language))


def _differing(framework: Framework, figures: Iterable[Figure], language: str) -> Iterator[Differing]:
    for one in figures:
        if not says(one.revised) and not says(one.now):
            continue
        for cents in (False, True):
            before, after = (
                _written(framework, one.indicator, value, language, cents=cents) for value in (one.revised, one.now)
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


def _name(framework: Framework, figure: Figure, language: str) -> str:
    if figure.slice is None:
        return pick(framework.indicators[figure.indicator].label, language)
    dimension, category = figure.slice
    categories = framework.dimensions[dimension].categories
    return f"– {pick(categories[category].label, language) if category in categories else category}"
