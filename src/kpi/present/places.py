"""An indicator by area: the areas of a map, and what is in no single place; as counted, or for so many inhabitants."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpi import breakdowns
from kpi.framework.model import Better, Framework, UnitKind
from kpi.language import money, number, pick, tr, whole
from kpi.measure.gap import Gap, gap
from kpi.measure.model import UNSTATED, WITHHELD, Measurement
from kpi.present.bars import Bar
from kpi.present.link import Way
from kpi.present.profile import category
from kpi.present.table import Number, Table
from kpi.present.words import currency_of, kind_of, of, short, state, unit, with_unit
from kpi.problems import N_

#: For how many inhabitants a count is given; an amount is given for each one.
_PER = 100_000
#: A ranking of more rows is a long one.
_LONG = 12


@dataclass(frozen=True, slots=True)
class Place:
    """A category: its figure, and the value that is compared. `above` names the larger area that it lies in."""

    key: str
    name: str
    found: Measurement
    value: Fraction | None
    people: int | None = None
    above: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    """An indicator by the categories of a dimension of areas.

    `areas` are on the map, the best served first; `beside` are in no single place. `per`: for so many inhabitants,
    which holds for the areas only. `chosen` are those that the reader looks at.
    """

    framework: Framework
    indicator: str
    dimension: str
    language: str
    per: bool
    areas: tuple[Place, ...]
    beside: tuple[Place, ...]
    chosen: Collection[str] = ()

    @property
    def gap(self) -> Gap | None:
        """How far apart the areas are."""
        values = {one.key: one.value for one in self.areas if one.value is not None}
        return gap(values, self.framework.indicators[self.indicator].better, adds=adds(self.framework, self.indicator))

    def of(self, value: Fraction) -> str:
        """Write a compared value with its unit."""
        if not self.per:
            return with_unit(self.framework, self.indicator, value, self.language)
        return f"{self._rate(value)} {self.unit}"

    def short(self, value: Fraction) -> str:
        """Write a compared value as short as it may be."""
        return self._rate(value) if self.per else short(self.framework, self.indicator, value, self.language)

    def number(self, value: Fraction) -> str:
        """Write a compared value without its unit's name."""
        return self._rate(value) if self.per else of(self.framework, self.indicator, value, self.language)

    @property
    def unit(self) -> str:
        """Name what the compared values are in; empty where the number shows it itself."""
        own = unit(self.framework, self.indicator, self.language)
        if not self.per:
            return own
        if kind_of(self.framework, self.indicator) is UnitKind.MONEY:
            return tr(N_("per inhabitant"), self.language)
        return whole(N_("{unit} per {count} inhabitants"), self.language, unit=own, count=_PER).strip()

    def _rate(self, value: Fraction) -> str:
        if kind_of(self.framework, self.indicator) is UnitKind.MONEY:
            return money(value, currency_of(self.framework), self.language, cents=True)
        return number(value, self.language, 1)

    def said(self, one: Place) -> str:
        """Write a place's compared value with its unit, or why there is none."""
        return self.of(one.value) if one.value is not None else self.silence(one)

    def silence(self, one: Place) -> str:
        """Say why a place has no value to compare."""
        if one.found.value is not None:
            return tr(N_("number of inhabitants not given"), self.language)
        return state(one.found, self.framework, self.language)


def adds(framework: Framework, indicator: str) -> bool:
    """Tell whether an indicator's figures add up: counts and sums do, ratios and means do not."""
    measure = framework.indicators[indicator].measure
    return measure.ratio is None and measure.mean is None


def places(  # noqa: PLR0913 (what is compared, where, how)
    framework: Framework,
    slices: Sequence[Measurement],
    dimension: str,
    language: str,
    *,
    on_map: Collection[str] | None = None,
    people: Mapping[str, int] | None = None,
    chosen: Collection[str] = (),
) -> Places:
    """Order an indicator's slices by a dimension of areas.

    `on_map` are the categories with an area; where there is no map, all that say where. `people` says how many live in
    each; with it, values are for so many inhabitants.
    """
    indicator = slices[0].indicator
    known = breakdowns.categories(framework, indicator, dimension)
    above = framework.dimensions[dimension].rolls_up_to
    upper = framework.dimensions[above].categories if above else {}
    silent = {UNSTATED, *(key for key, one in known.items() if one.not_stated)}
    placed, beside = [], []
    for found in slices:
        key = found.slice[dimension]
        own = known[key].in_ if key in known else None
        is_area = key in on_map if on_map is not None else key not in silent
        value, count = found.value, (people or {}).get(key)
        if people is not None and is_area and value is not None:
            value = _rate(framework, indicator, value, count) if count else None
        one = Place(
            key,
            category(known, key, language),
            found,
            value,
            count,
            pick(upper[own].label, language) if own in upper and is_area else "",
        )
        if is_area:
            placed.append(one)
        elif found.value or found.state in WITHHELD:
            beside.append(one)
    sign = 1 if framework.indicators[indicator].better is Better.LOWER else -1
    placed.sort(key=lambda one: (one.value is None, sign * (one.value or 0)))
    return Places(
        framework, indicator, dimension, language, people is not None, tuple(placed), tuple(beside), chosen=chosen
    )


def _rate(framework: Framework, indicator: str, value: Fraction, people: int) -> Fraction:
    return value / people if kind_of(framework, indicator) is UnitKind.MONEY else value * _PER / people


def ranking(found: Places, within: Callable[[Place], Way | None] = lambda _: None) -> list[Bar]:
    """Give the areas as bars, the best served first, then what is in no single place; both in the same unit only.

    `within` gives the way to what lies in an area.
    """
    rows = [
        Bar(
            f"▸ {one.name}" if one.key in found.chosen else one.name,
            one.value,
            note=found.silence(one),
            withheld=one.found.state in WITHHELD,
            way=within(one),
        )
        for one in found.areas
    ]
    if not found.per:
        rows += [
            Bar(one.name, one.value, note=found.silence(one), apart=True, withheld=one.found.state in WITHHELD)
            for one in found.beside
        ]
    return rows


def with_nothing(found: Places, rows: Sequence[Bar]) -> list[Bar]:
    """Give the rows of a long ranking that may be folded away: areas in which there is nothing, where that is worst."""
    if len(rows) <= _LONG or found.framework.indicators[found.indicator].better is Better.LOWER:
        return []
    return [one for one in rows if one.value == 0 and not one.apart]


def table(found: Places, title: str) -> Table:
    """Give all that is shown by area as a table: the exact figures, and what they rest on."""
    framework, said = found.framework, found.language
    own = unit(framework, found.indicator, said)
    value = tr(N_("Value"), said)
    heads = [pick(framework.dimensions[found.dimension].label, said)]
    above = framework.dimensions[found.dimension].rolls_up_to
    if above:
        heads.append(pick(framework.dimensions[above].label, said))
    heads.append(f"{value} ({own})" if own else value)
    if found.per:
        heads += [tr(N_("Inhabitants"), said), found.unit]
    if not adds(framework, found.indicator):
        heads.append(tr(N_("Cases"), said))
    rows = []
    for one in (*found.areas, *found.beside):
        is_area = one in found.areas
        row: list[str | Number] = [one.name]
        if above:
            row.append(one.above)
        row.append(_exact(framework, one.found, said))
        if found.per:
            row.append(Number(number(one.people, said) if one.people else "", one.people))
            rate = one.value if is_area else None
            row.append(Number(found.number(rate) if rate is not None else "", rate))
        if not adds(framework, found.indicator):
            row.append(Number("" if one.found.n is None else number(one.found.n, said), one.found.n))
        rows.append(row)
    return Table(title, heads, rows)


def _exact(framework: Framework, found: Measurement, language: str) -> Number:
    if found.value is None:
        return Number(state(found, framework, language))
    return Number(of(framework, found.indicator, found.value, language), found.value)
