"""Where the labels of a chart stand: away from its lines, its marks and each other, on a phone as on a desk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

#: Of a drawing in points: how wide it is on a phone and on a desk, and how high.
_WIDTHS, _HEIGHT = (255.0, 1000.0), 270.0
#: So much margin is there at least to the right of it, and above.
_BESIDE, _ABOVE = 16.0, 20.0
#: How far a mark reaches to each side.
_MARK = 6.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a label may stand beside its point, in points.

    `right` is how far its nearer end lies to the right of the point, or to the left where it is `leftward`; one that is
    `centred` stands over or under it. `up` is how far its middle lies above. `said` tells the drawing library.
    """

    right: float
    up: float
    said: Mapping[str, object]
    leftward: bool = False
    centred: bool = False


@dataclass(slots=True)
class Room:
    """What a drawing holds already: its lines and the boxes of its marks and labels, once for each width."""

    x: tuple[float, float]
    y: tuple[float, float]
    lines: list[list[tuple[Point, Point]]] = field(default_factory=lambda: [[] for _ in _WIDTHS])
    boxes: list[list[tuple[float, float, float, float]]] = field(default_factory=lambda: [[] for _ in _WIDTHS])

    def line(self, points: Iterable[tuple[float, float | None]]) -> None:
        """Draw a line, with gaps where there is no value."""
        for (x0, y0), (x1, y1) in pairwise(points):
            if y0 is not None and y1 is not None:
                for at in range(len(_WIDTHS)):
                    self.lines[at].append((self._at(at, x0, y0), self._at(at, x1, y1)))

    def mark(self, x: float, y: float) -> None:
        """Draw a mark."""
        for at, boxes in enumerate(self.boxes):
            left, down = self._at(at, x, y)
            boxes.append((left - _MARK, down - _MARK, left + _MARK, down + _MARK))

    def put(self, point: Point, size: Point, places: Sequence[Place]) -> Place:
        """Put a label where it meets least, the earlier of the places where several are alike."""
        best = min(places, key=lambda place: self._met(point, size, place))
        for at, boxes in enumerate(self.boxes):
            boxes.append(self._box(at, point, size, best))
        return best

    def _met(self, point: Point, size: Point, place: Place) -> int:
        met = 0
        for at in range(len(_WIDTHS)):
            box = self._box(at, point, size, place)
            met += sum(_crosses(line, box) for line in self.lines[at])
            met += sum(_overlaps(other, box) for other in self.boxes[at])
            met += box[1] < 0 or box[2] > _WIDTHS[at] + _BESIDE or box[3] > _HEIGHT + _ABOVE
        return met

    def _box(self, at: int, point: Point, size: Point, place: Place) -> tuple[float, float, float, float]:
        (x, y), (wide, high) = self._at(at, *point), size
        left = x - wide / 2 if place.centred else x - place.right - wide if place.leftward else x + place.right
        return left, y + place.up - high / 2, left + wide, y + place.up + high / 2

    def _at(self, at: int, x: float, y: float) -> Point:
        (x0, x1), (y0, y1) = self.x, self.y
        return (x - x0) / (x1 - x0) * _WIDTHS[at], (y - y0) / (y1 - y0) * _HEIGHT


def _overlaps(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _crosses(line: tuple[Point, Point], box: tuple[float, float, float, float]) -> bool:
    """Tell whether a line goes through a box: what of it lies within each pair of sides has a part in common."""
    (x0, y0), (x1, y1) = line
    enters, leaves = 0.0, 1.0
    for start, way, low, high in ((x0, x1 - x0, box[0], box[2]), (y0, y1 - y0, box[1], box[3])):
        if way == 0:
            if not low < start < high:
                return False
            continue
        ends = sorted(((low - start) / way, (high - start) / way))
        enters, leaves = max(enters, ends[0]), min(leaves, ends[1])
    return enters < leaves
