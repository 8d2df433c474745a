"""Which returns can be summed together for many questions at once.

Questions over neighbouring windows want nearly the same returns: one quarter's sums serve each window that holds it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kpi.measure.model import Cell
from kpi.measure.needs import Request
from kpi.quarter import Quarter


@dataclass(frozen=True, slots=True)
class Family:
    """Requests over the same sets of returns, all by organisation or none."""

    sets: frozenset[frozenset[int]]
    by_organisation: bool
    requests: Sequence[Request]

    @property
    def parts(self) -> list[str]:
        """The parts that are wanted."""
        return sorted({request.part for request in self.requests})

    @property
    def by_quarter(self) -> bool:
        """Tell whether sums are needed by quarter: one set that is wanted whole is summed whole."""
        return len(self.sets) > 1 or any(request.by_quarter for request in self.requests)


def families(requests: Iterable[Request]) -> list[Family]:
    """Put together what is wanted over the same sets of returns."""
    by_part: dict[tuple[str, bool], list[Request]] = defaultdict(list)
    for request in requests:
        by_part[request.part, request.by_organisation].append(request)
    together: dict[tuple[frozenset[frozenset[int]], bool], list[Request]] = defaultdict(list)
    for (_, by_organisation), wanted in by_part.items():
        together[frozenset(request.returns for request in wanted), by_organisation] += wanted
    return [Family(sets, by_organisation, wanted) for (sets, by_organisation), wanted in together.items()]


def layers(sets: Collection[frozenset[int]], quarters: Mapping[int, Quarter]) -> list[frozenset[int]]:
    """Lay returns apart so that each set holds, of each layer and quarter, all returns or none.

    Of a flow that is one layer; of a stock, one for each length of time that positions are carried forward.
    `quarters` gives each return's.
    """
    homes: dict[int, set[int]] = defaultdict(set)
    for index, one in enumerate(sets):
        for return_id in one:
            homes[return_id].add(index)
    alike: dict[Quarter, dict[frozenset[int], set[int]]] = defaultdict(lambda: defaultdict(set))
    for return_id, home in homes.items():
        alike[quarters[return_id]][frozenset(home)].add(return_id)
    found: list[set[int]] = []
    for groups in alike.values():
        for index, group in enumerate(sorted(groups.values(), key=len, reverse=True)):
            if index == len(found):
                found.append(set())
            found[index] |= group
    return [frozenset(layer) for layer in found]


#: Coordinates as something that cells are found by.
_Place = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """The cells of a layer's returns, by part and quarter; which return stands for each quarter of it.

    Where nobody wants quarters apart, the cells are of all of them and the quarter is none.
    """

    cells: Mapping[tuple[str, Quarter | None], Sequence[tuple[_Place, Cell]]]
    standing_for: Mapping[Quarter | None, int]


def layer(returns: Iterable[int], quarters: Mapping[int, Quarter] | None, cells: Iterable[Cell]) -> Layer:
    """Order a layer's cells; without `quarters` they were summed over all of them."""
    ordered: dict[tuple[str, Quarter | None], list[tuple[_Place, Cell]]] = defaultdict(list)
    places: dict[_Place, _Place] = {}  # thousands of cells lie in few places
    for cell in cells:
        place = tuple(cell.coordinates.items())
        ordered[cell.part, cell.quarter].append((places.setdefault(place, place), cell))
    return Layer(ordered, {quarters[return_id] if quarters else None: return_id for return_id in returns})


def added_up(request: Request, held: Iterable[Layer]) -> list[Cell]:
    """Add up what a request wants from the layers of its family."""
    sums: dict[tuple[str | None, Quarter | None, _Place], list[int]] = {}
    for each in held:
        for quarter, return_id in each.standing_for.items():
            if return_id not in request.returns:
                continue
            for place, cell in each.cells.get((request.part, quarter), ()):
                key = (cell.organisation, cell.quarter if request.by_quarter else None, place)
                numbers = sums.setdefault(key, [0, 0, 0])
                numbers[0] += cell.total
                numbers[1] += cell.n
                numbers[2] += cell.not_applicable
    return [
        Cell(request.part, dict(place), total, n, not_applicable, organisation, quarter)
        for (organisation, quarter, place), (total, n, not_applicable) in sums.items()
    ]
