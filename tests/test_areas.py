"""The maps and lists that a framework names: read, and every fault told at its line; one file a fault."""

import json
from collections import Counter
from pathlib import Path

import pytest

from filling import Kpi
from kpi.areas import Area, Areas, MapUnusableError, areas, check, inhabitants
from kpi.framework.load import load_file
from kpi.language import message

ROOT = Path(__file__).parent.parent
HERE = Path(__file__).parent / "data" / "areas"
SMALL = Path(__file__).parent / "data" / "frameworks" / "small.yaml"
FAULTY = sorted((HERE / "faulty").iterdir())


def written(folder, *, map_file=None, list_file=None):
    """The small framework with a page on regions, in a folder."""
    lines = ["pages:", "  regions:", "    dimension: region", "    finer: district"]
    if map_file:
        lines += ["    maps:", f"      region: {map_file}"]
    if list_file:
        lines += [f"    inhabitants: {list_file}"]
    file = folder / "indicators.yaml"
    without = SMALL.read_text(encoding="utf-8").partition("\npages:")[0]
    file.write_text(without + "\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return file


def read(file):
    loaded = load_file(file)
    assert loaded.framework is not None, [message(one, "en") for one in loaded.problems]
    return loaded


@pytest.mark.parametrize("faulty", FAULTY, ids=lambda path: path.name)
def test_a_fault_of_a_file_is_told_at_its_line_and_the_file_is_not_used(tmp_path, faulty):
    is_map = faulty.suffix == ".geojson"
    file = written(tmp_path, **{"map_file" if is_map else "list_file": faulty})
    loaded = read(file)
    found = list(check(loaded, file))
    assert {one.code for one in found} == {faulty.name.partition("-")[0]}, [message(one, "en") for one in found]
    named = file if is_map or found[0].code == "areas.not_a_list" else faulty
    assert {one.place.file for one in found} == {str(named)}
    line = Path(found[0].place.file).read_text(encoding="utf-8").splitlines()[found[0].place.line - 1]
    assert str(faulty) in line or "north,2" in line or "north" in line or "XX99" in line
    for language in ("en", "bg"):
        assert "{" not in message(found[0], language)
    with pytest.raises(MapUnusableError):
        areas(loaded.framework, file, "region") if is_map else inhabitants(loaded.framework, file)


def test_a_file_that_is_not_there_is_told_at_the_line_that_names_it(tmp_path):
    file = written(tmp_path, map_file="map.geojson", list_file="people.csv")
    found = list(check(read(file), file))
    lines = file.read_text(encoding="utf-8").splitlines()
    assert [(one.code, lines[one.place.line - 1].strip()) for one in found] == [
        ("areas.unreadable", "region: map.geojson"),
        ("areas.unreadable", "inhabitants: people.csv"),
    ]


def test_a_list_with_a_quote_that_never_ends_is_no_list(tmp_path):
    listed = tmp_path / "people.csv"
    listed.write_text('category,inhabitants\n"north,2000\n' + "south,500\n" * 14_000, encoding="utf-8")
    file = written(tmp_path, list_file=listed)
    assert [one.code for one in check(read(file), file)] == ["areas.not_a_list"]


def test_kpi_check_refuses_a_framework_whose_map_is_wrong(tmp_path):
    told = Kpi(tmp_path, written(tmp_path, map_file="map.geojson")).refused(1, "check")
    assert "indicators.yaml:" in told
    assert "map.geojson" in told


def test_areas_and_their_inhabitants_are_read(tmp_path):
    file = written(tmp_path, map_file=HERE / "small.geojson", list_file=HERE / "inhabitants.csv")
    loaded = read(file)
    assert list(check(loaded, file)) == []
    found = areas(loaded.framework, file, "region")
    assert isinstance(found, Areas)
    assert found.attribution == "Nobody"
    north, south = found.areas["north"], found.areas["south"]
    assert (len(north.polygons), len(north.polygons[0])) == (1, 2)
    assert north.middle == pytest.approx((2, 52))
    assert [len(polygon) for polygon in south.polygons] == [1, 1]
    assert south.middle == pytest.approx((3, 49))  # of the larger one
    # A flag on a pole: amid the flag, not on the long line at its foot.
    flag = ((0, 0), (10, 0), (10, 1), (4, 1), (4, 10), (0, 10), (0, 0))
    x, y = Area("flag", [[flag]]).middle
    assert (x, 3 < y < 7) == (2, True)
    assert found.stretch == pytest.approx(1 / 0.6293, rel=1e-3)  # cos 51°
    assert inhabitants(loaded.framework, file) == {"north": 2000, "south": 500}
    assert areas(loaded.framework, file, "district") is None


def test_without_files_there_is_neither_map_nor_list():
    loaded = read(SMALL)
    assert areas(loaded.framework, SMALL, "region") is None
    assert inhabitants(loaded.framework, SMALL) == {}
    assert list(check(loaded, SMALL)) == []


@pytest.mark.parametrize("dimension", ["region", "district"])
def test_the_maps_that_come_with_the_project_hold_every_place(dimension):
    file = ROOT / "indicators.yaml"
    framework = read(file).framework
    found = areas(framework, file, dimension)
    placed = set(found.areas)
    without = set(framework.dimensions[dimension].categories) - placed
    assert without == {"nationwide", "online"}
    source = json.loads((ROOT / framework.pages.regions.maps[dimension]).read_text(encoding="utf-8"))
    assert found.attribution == source["attribution"] == "Natural Earth"


def test_the_inhabitants_that_come_with_the_project_add_up_in_regions():
    file = ROOT / "indicators.yaml"
    framework = read(file).framework
    people = inhabitants(framework, file)
    page = framework.pages.regions
    districts = framework.dimensions[page.finer].categories
    sums = Counter()
    for key, one in districts.items():
        sums[one.in_] += people.get(key, 0)
    assert {key: people[key] for key in framework.dimensions[page.dimension].categories if key in people} == {
        key: count for key, count in sums.items() if count
    }
    assert sum(sums.values()) == 6_519_789
