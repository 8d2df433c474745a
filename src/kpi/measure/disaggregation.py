"""Breaking figures down: by which dimensions, into which slices, rolled up; shares of those stated."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from kpi.framework.model import Category, ColumnType, Framework
from kpi.framework.once import once
from kpi.measure.facts import Part, origins, parts_of
from kpi.measure.model import NOT_APPLICABLE, RATING, UNSTATED, Cell, Coordinates
from kpi.quarter import Quarter


def _scales(framework: Framework, part: Part) -> tuple[str, ...]:
    """Give the scales of a part that adds up ratings."""
    column = framework.forms[part.form].columns[part.column] if part.column else None
    if column is None or column.type is not ColumnType.RATING or column.scale is None:
        return ()
    return (column.scale,) if isinstance(column.scale, str) else tuple(dict.fromkeys(column.scale.values()))


def collected(framework: Framework, part: Part) -> tuple[str, ...]:
    """Give the dimensions by which a part can be broken down, with those that they roll up to."""
    found: list[str] = []
    for dimension in origins(framework, part):
        found += [dimension, *framework.above(dimension)]
    if _scales(framework, part):
        found.append(RATING)
    return tuple(dict.fromkeys(found))


@once
def attributes(framework: Framework) -> Mapping[str, str]:
    """Give the dimensions that an organisation's attributes break figures down by, roll-ups too: → attribute."""
    found: dict[str, str] = {}
    for dimension, name in framework.breakdown_attributes.items():
        for each in (dimension, *framework.above(dimension)):
            found.setdefault(each, name)
    return found


def available(framework: Framework, indicator_key: str) -> tuple[str, ...]:
    """Give every dimension by which an indicator can be broken down: its own first, then the organisations'."""
    own = collected(framework, parts_of(framework, indicator_key)[0])
    return tuple(dict.fromkeys((*own, *attributes(framework))))


def category_of(framework: Framework, dimension: str, coordinates: Coordinates) -> str:
    """Give the category that coordinates lie in, rolled up.

    Where they do not tell, it is the dimension's category for *not stated*, or `UNSTATED`.
    """
    if dimension in coordinates:
        return coordinates[dimension]
    for kept, category in coordinates.items():
        if kept in framework.dimensions and dimension in framework.above(kept):
            above = framework.roll_up(kept, category, dimension)
            if above is not None:
                return above
    return _unstated(framework, dimension)


def _unstated(framework: Framework, dimension: str) -> str:
    known = framework.dimensions[dimension].categories if dimension in framework.dimensions else {}
    return next((key for key, category in known.items() if category.not_stated), UNSTATED)


def known_categories(framework: Framework, indicator_key: str, dimension: str) -> dict[str, Category]:
    """Give all categories that a figure may lie in, retired ones too, in their order; for `RATING`, the steps."""
    scales = _scales(framework, parts_of(framework, indicator_key)[0])
    if dimension in framework.dimensions:
        scales = (dimension,)
    return {key: each for scale in scales for key, each in framework.dimensions[scale].categories.items()}


def categories(framework: Framework, indicator_key: str, dimension: str, quarter: Quarter) -> dict[str, Category]:
    """Give the categories by which a figure is shown in a quarter: those that may be reported then."""
    known = known_categories(framework, indicator_key, dimension)
    return {key: category for key, category in known.items() if category.valid_in(quarter)}


def filtered(framework: Framework, indicator_key: str, cells: Iterable[Cell], where: Mapping[str, str]) -> list[Cell]:
    """Keep the cells in the categories of `where`; a part whose form lacks a dimension is kept whole.

    So a ratio's numerator can be filtered by what its denominator does not know: the leverage from public sources.
    """
    if not where:
        return list(cells)
    kept = {part.key: collected(framework, part) for part in parts_of(framework, indicator_key)}
    return [
        cell
        for cell in cells
        if all(
            dimension not in kept[cell.part] or category_of(framework, dimension, cell.coordinates) == category
            for dimension, category in where.items()
        )
    ]


def slices(
    framework: Framework, indicator_key: str, dimension: str, cells: Iterable[Cell], every: Iterable[str] = ()
) -> dict[str, list[Cell]]:
    """Part the cells by the categories of a dimension, rolled up: `every` category given, and those with cells.

    A zero without coordinates belongs to no category. A part whose form lacks the dimension goes to every category.
    """
    kept = {part.key: collected(framework, part) for part in parts_of(framework, indicator_key)}
    shared: list[Cell] = []
    own: dict[str, list[Cell]] = {category: [] for category in every}
    met: dict[str, list[Cell]] = {}
    for cell in cells:
        if dimension not in kept[cell.part]:
            shared.append(cell)
        elif _says_something(cell, framework, dimension):
            met.setdefault(category_of(framework, dimension, cell.coordinates), []).append(cell)
    known = framework.dimensions[dimension].categories if dimension in framework.dimensions else {}
    order = list(known)
    for category in sorted(met, key=lambda key: (order.index(key) if key in known else len(order), key)):
        own[category] = met[category]
    return {category: [*found, *shared] for category, found in own.items()}


def _says_something(cell: Cell, framework: Framework, dimension: str) -> bool:
    """Tell a cell that lies in a category from a zero, or a “not applicable”, said of the whole form."""
    if cell.total or (cell.n and NOT_APPLICABLE not in cell.coordinates):
        return True
    return category_of(framework, dimension, cell.coordinates) != _unstated(framework, dimension)


def silent_categories(framework: Framework, dimension: str) -> frozenset[str]:
    """Give the categories of a dimension that say nothing: a share is of those in the others, who are stated."""
    known = framework.dimensions[dimension].categories if dimension in framework.dimensions else {}
    return frozenset({UNSTATED, *(key for key, each in known.items() if each.not_stated)})


@dataclass(frozen=True, slots=True)
class Share:
    """A category's share of those stated.

    `share` and `not_stated_share` (of all) are none where there is nobody. `judged`: few enough are not stated
    for a verdict.
    """

    share: Fraction | None
    stated: Fraction
    not_stated: Fraction
    not_stated_share: Fraction | None
    judged: bool


def share_of_stated(
    framework: Framework, dimension: str, category: str, numbers: Mapping[str, Fraction | None]
) -> Share:
    """Give one category's share of those stated, from the numbers (count or sum) by category."""
    silent = silent_categories(framework, dimension)
    not_stated = sum((number for key, number in numbers.items() if number and key in silent), Fraction(0))
    stated = sum((number for key, number in numbers.items() if number and key not in silent), Fraction(0))
    everybody = stated + not_stated
    lacking = not_stated / everybody if everybody else None
    return Share(
        share=(numbers.get(category) or Fraction(0)) / stated if stated else None,
        stated=stated,
        not_stated=not_stated,
        not_stated_share=lacking,
        judged=lacking is not None and lacking <= Fraction(framework.rules.not_stated),
    )
