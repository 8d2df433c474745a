"""The areas of a map, and how many people live in them: files that `indicators.yaml` names under ``pages.regions``.

A map is GeoJSON: a ``FeatureCollection`` of ``Polygon`` and ``MultiPolygon`` in degrees of longitude and latitude, the
`id` of each feature a category of the dimension. Categories without an area are no places on it. Names of files are
as seen from the framework's own file.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from math import cos, radians
from pathlib import Path

from kpi.framework.found import line_of, named
from kpi.framework.load import Loaded
from kpi.framework.model import Framework
from kpi.problems import N_, Fault, Own, Place, Problem, SaidError

Point = tuple[float, float]
#: Corners from the first to the first again.
Ring = tuple[Point, ...]
#: Its outline, then its holes.
Polygon = tuple[Ring, ...]

_LARGEST = 8 * 1024 * 1024
_CORNERS = 4
#: At which parts of its height an area is looked at for the place of its label.
_HALF = 0.5
_HEIGHTS = [_HALF + step / 20 for step in range(-7, 8)]
#: Half of how high a label is, as a part of its area's height.
_BAND = 0.12
_HEADS = ["category", "inhabitants"]
_NUMBER = re.compile("[1-9][0-9]{0,11}")

UNREADABLE = Fault(
    "areas.unreadable",
    N_("The file “{found}” cannot be read: {why}."),
    N_("Its name is as seen from the framework's file."),
)
NOT_GEOJSON = Fault(
    "areas.not_geojson",
    N_("“{found}” is no map: {why}."),
    N_("GeoJSON is expected: a FeatureCollection of Polygon and MultiPolygon, each with an id."),
)
TWICE = Fault("areas.twice", N_("“{found}” stands in “{file}” twice."), N_("Once is enough."))
NOT_A_LIST = Fault(
    "areas.not_a_list",
    N_("“{found}” is no list of inhabitants."),
    N_("CSV is expected, its first line: category,inhabitants."),
)
NO_NUMBER = Fault(
    "areas.no_number", N_("“{found}” is no number of inhabitants."), N_("A whole number above 0 is expected.")
)


class MapUnusableError(SaidError):
    """A file that the framework names cannot be used."""

    text = N_("The file “{file}” cannot be used. “kpi check” says why.")

    def __init__(self, file: str) -> None:
        super().__init__(file=file)


@dataclass(frozen=True, slots=True)
class Area:
    """One area: the category that it is of, and its polygons."""

    category: str
    polygons: Sequence[Polygon]

    @property
    def middle(self) -> Point:
        """Give where its label stands: amid its largest polygon, where there is most room from west to east."""
        largest = max((polygon[0] for polygon in self.polygons), key=lambda ring: abs(_twice(ring)))
        return next((found for band in (_BAND, 0) if (found := _widest(largest, band)) is not None), largest[0])


def _widest(ring: Ring, band: float) -> Point | None:
    """Give the middle of the widest stretch within a ring that is so high, twice `band` of the ring's own height."""
    south, north = min(y for _, y in ring), max(y for _, y in ring)
    there = []
    for step in _HEIGHTS:
        lines = [_across(ring, south + (north - south) * (step + by)) for by in (band, 0, -band)]
        for bounds in product(*lines):
            west, east = max(one for one, _ in bounds), min(one for _, one in bounds)
            if west < east:
                there.append((round(east - west, 6), -abs(step - _HALF), (west + east) / 2, step))
    if not there:
        return None
    *_, x, step = max(there)
    return x, south + (north - south) * step


def _across(ring: Ring, y: float) -> list[tuple[float, float]]:
    """Give the stretches of a line from west to east that lie within a ring."""
    crossed = sorted(
        x + (y - low) * (other - x) / (high - low)
        for (x, low), (other, high) in pairwise(ring)
        if (low <= y) != (high <= y)
    )
    return list(zip(crossed[::2], crossed[1::2], strict=False))


@dataclass(frozen=True, slots=True)
class Areas:
    """The areas of a dimension, by category; `attribution` says whose map it is, where its file does."""

    dimension: str
    areas: Mapping[str, Area]
    attribution: str = ""

    @property
    def stretch(self) -> float:
        """How much longer a degree of latitude is than one of longitude, in the map's middle."""
        heights = [y for area in self.areas.values() for polygon in area.polygons for _, y in polygon[0]]
        return 1 / cos(radians((min(heights) + max(heights)) / 2))


def areas(framework: Framework, beside: Path, dimension: str) -> Areas | None:
    """Read the map of a dimension; none where the framework names none. `beside` is the framework's file.

    Raises `MapUnusableError` where there is anything wrong with it.
    """
    page = framework.pages.regions
    name = page.maps.get(dimension) if page is not None else None
    if name is None:
        return None
    found, wrong = _map(framework, beside, dimension, name)
    if wrong or found is None:
        raise MapUnusableError(name)
    return found


def maps_of(framework: Framework, beside: Path) -> dict[str, Areas]:
    """Read the maps that a framework names; `beside` is its file. Raises `MapUnusableError`."""
    page = framework.pages.regions
    found = {dimension: areas(framework, beside, dimension) for dimension in (page.maps if page else ())}
    return {dimension: one for dimension, one in found.items() if one is not None}


def inhabitants(framework: Framework, beside: Path) -> Mapping[str, int]:
    """Read how many people live in each area, by category; empty where the framework names no list.

    Raises `MapUnusableError` where there is anything wrong with it.
    """
    page = framework.pages.regions
    if page is None or page.inhabitants is None:
        return {}
    found, wrong = _list(framework, beside, page.inhabitants)
    if wrong:
        raise MapUnusableError(page.inhabitants)
    return found


def check(loaded: Loaded, beside: Path) -> Iterator[Problem]:
    """Find all that is wrong with the files that a framework names, each at its line there or in the list itself."""
    framework = loaded.framework
    page = framework.pages.regions if framework is not None else None
    if framework is None or page is None:
        return
    for dimension, name in page.maps.items():
        place = Place(file=str(beside), line=line_of(loaded.lines, ("pages", "regions", "maps", dimension)))
        for fault, values in _map(framework, beside, dimension, name)[1]:
            yield fault.at(place, **values)
    if page.inhabitants is not None:
        place = Place(file=str(beside), line=line_of(loaded.lines, ("pages", "regions", "inhabitants")))
        for fault, values in _list(framework, beside, page.inhabitants)[1]:
            line = values.pop("line", None)
            own = Place(file=str(beside.parent / page.inhabitants), line=int(str(line))) if line else place
            yield fault.at(own, **values)


_Wrong = list[tuple[Fault, dict[str, object]]]


def _map(framework: Framework, beside: Path, dimension: str, name: str) -> tuple[Areas | None, _Wrong]:
    text, wrong = _text(beside, name)
    if text is None:
        return None, wrong
    try:
        data = json.loads(text)
        features = data["features"] if isinstance(data, dict) and data.get("type") == "FeatureCollection" else None
    except (ValueError, KeyError, RecursionError):
        features = None
    if not isinstance(features, list) or not features:
        return None, [(NOT_GEOJSON, {"found": name, "why": Own(N_("it holds no areas"))})]
    there: dict[str, Area] = {}
    for number, feature in enumerate(features, 1):
        try:
            category, polygons = _feature(feature)
        except (ValueError, KeyError, TypeError, OverflowError):
            why = Own(N_("its area number {number} has no outline or no id"), number=number)
            wrong.append((NOT_GEOJSON, {"found": name, "why": why}))
            continue
        wrong += _category(framework, (dimension,), category)
        if category in there:
            wrong.append((TWICE, {"found": category, "file": name}))
        there[category] = Area(category, polygons)
    said = data.get("attribution", "")
    return Areas(dimension, there, said if isinstance(said, str) else ""), wrong


def _feature(feature: Mapping[str, object]) -> tuple[str, Sequence[Polygon]]:
    """Give an area's id and polygons; raise `ValueError` or its like where it is none."""
    category, shape = feature["id"], feature["geometry"]
    if not isinstance(category, str) or not isinstance(shape, dict):
        raise TypeError
    kind, corners = shape["type"], shape["coordinates"]
    polygons = tuple(tuple(map(_ring, polygon)) for polygon in ([corners] if kind == "Polygon" else corners))
    if kind not in {"Polygon", "MultiPolygon"} or not polygons or not all(polygons):
        raise ValueError
    return category, polygons


def _ring(corners: Sequence[Sequence[float]]) -> Ring:
    ring = tuple((float(x), float(y)) for x, y, *_ in corners)
    around = all(abs(x) <= 180 and abs(y) <= 90 for x, y in ring)  # noqa: PLR2004 (degrees)
    if len(ring) < _CORNERS or ring[0] != ring[-1] or not around:
        raise ValueError
    return ring


def _list(framework: Framework, beside: Path, name: str) -> tuple[dict[str, int], _Wrong]:
    text, wrong = _text(beside, name)
    page = framework.pages.regions
    if text is None or page is None:
        return {}, wrong
    reader = csv.reader(io.StringIO(text))
    try:
        heads, rows = next(reader, None), [(row, reader.line_num) for row in reader if row]
    except csv.Error:  # a cell without an end
        heads, rows = None, []
    if heads != _HEADS:
        return {}, [(NOT_A_LIST, {"found": name})]
    there: dict[str, int] = {}
    known = [one for one in (page.dimension, page.finer) if one is not None]
    for row, at in rows:
        category, number = row[0].strip(), row[1].strip() if len(row) > 1 else ""
        line = {"line": at}
        wrong += [(fault, values | line) for fault, values in _category(framework, known, category)]
        if category in there:
            wrong.append((TWICE, {"found": category, "file": name, **line}))
        if _NUMBER.fullmatch(number):
            there[category] = int(number)
        else:
            wrong.append((NO_NUMBER, {"found": number, **line}))
    return there, wrong


def _category(framework: Framework, dimensions: Sequence[str], category: str) -> _Wrong:
    there = {key: None for one in dimensions for key in framework.dimensions[one].categories}
    return [(found.fault, dict(found.values)) for found in named((), N_("category"), category, there)]


def _text(beside: Path, name: str) -> tuple[str | None, _Wrong]:
    try:
        with (beside.parent / name).open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            return None, [(UNREADABLE, {"found": name, "why": Own(N_("it is too large"))})]
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        return None, [(UNREADABLE, {"found": name, "why": Own(N_("it is no text in UTF-8"))})]
    except OSError as fault:
        return None, [(UNREADABLE, {"found": name, "why": fault.strerror or type(fault).__name__})]
    except ValueError:
        return None, [(UNREADABLE, {"found": name, "why": Own(N_("this is no name of a file"))})]


def _twice(ring: Ring) -> float:
    """Give twice the size of what a ring encloses; below 0 where it runs clockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
