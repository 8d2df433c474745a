"""The page on regions: the gap between areas, the map, and that every number is the one that is measured."""

import html
import json
import re
import shutil
from datetime import date
from fractions import Fraction

import pytest

import showing
from kpi import figures
from kpi.access import OPERATOR, Role
from kpi.areas import areas
from kpi.framework.indicator import Better
from kpi.framework.load import load_file
from kpi.installation import open_installation
from kpi.measure.gap import gap
from kpi.measure.model import Coverage, Measurement, Standing, State, Status
from kpi.measure.needs import Question
from kpi.present import area_map, gaps, places
from kpi.present.bars import Bar
from kpi.quarter import Quarter, Window
from kpi.records import FormState, Record, ReportedForm, ReturnContent
from kpi.settings import Settings
from looking import links, said, source
from showing import ROOT, environment, filled
from test_pages import Q3, look  # noqa: F401 (a fixture)

REGIONS = str(ROOT / "pages/regions.py")
COUNTED = {**Q3, "per": "counted"}
WHEN = Window.quarter(Quarter(2025, 3))
TODAY = date(2026, 11, 27)
F = Fraction


@pytest.fixture(scope="module")
def framework():
    return load_file(ROOT / "indicators.yaml").framework


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("regions")
    filled(folder).engine.dispose()
    return folder


def test_the_gap_is_between_the_best_and_the_worst_several_where_they_stand_alike():
    found = gap({"a": F(30), "b": F(10), "c": F(10)}, Better.HIGHER, adds=True)
    assert (found.best, found.worst, found.difference, found.ratio) == (("a",), ("b", "c"), 20, 3)


def test_where_less_is_better_the_least_is_best():
    found = gap({"a": F(30), "b": F(10)}, Better.LOWER, adds=True)
    assert (found.best, found.worst, found.ratio) == (("b",), ("a",), 3)


@pytest.mark.parametrize(("values", "adds"), [((4, 0), True), ((F(4, 5), F(2, 5)), False)])
def test_there_is_no_ratio_to_nothing_and_none_of_means(values, adds):
    found = gap(dict(zip("ab", map(F, values), strict=True)), Better.HIGHER, adds=adds)
    assert found.ratio is None
    assert found.difference == values[0] - values[1]


def test_one_area_is_no_gap():
    assert gap({"a": F(1)}, Better.HIGHER, adds=True) is None


def slices(key, values, dimension="region"):
    """Figures by area: a number, or the state of none."""
    return [
        Measurement(
            key,
            WHEN,
            {dimension: area},
            value if isinstance(value, State) else State.VALUE,
            Coverage(2, 2),
            Standing(Status.NO_TARGET, WHEN),
            value=None if isinstance(value, State) else F(value),
        )
        for area, value in values.items()
    ]


SOME = {"BG31": 20, "BG32": 0, "BG33": State.SMALL, "BG34": State.HIDDEN, "BG41": 60, "online": 7}


def ordered(framework, values=SOME, **more):
    map_ = areas(framework, ROOT / "indicators.yaml", "region")
    return map_, places.places(framework, slices("O6", values), "region", "en", on_map=map_.areas, **more)


def test_what_is_hidden_is_listed_as_hidden_and_never_compared(framework):
    _, found = ordered(framework)
    assert gaps.findings(found) == [
        "Most: Southwestern – 60 people. Least: North Central – 0 people.",
        "The difference is 60 people.",
    ]
    told = " ".join(gaps.unsaid(found))
    assert "Not shown, so not compared: Northeastern and Southeastern." in told
    assert "In no single place: Online – 7 people." in told
    rows = {row[0]: row[1] for row in places.table(found, "x").rows}
    assert (rows["Northeastern"].written, rows["Northeastern"].value) == ("<5", None)
    assert (rows["Southeastern"].written, rows["Southeastern"].value) == ("hidden", None)
    assert (rows["North Central"].written, rows["North Central"].value) == ("0", 0)


def test_the_map_says_each_value_and_crosses_what_it_does_not_show(framework):
    map_, found = ordered(framework, chosen={"BG31"})
    drawn = area_map.drawn(map_, found)
    by_key = {trace.name: trace for trace in drawn.data if trace.name != "labels"}
    assert set(by_key) == {"BG31", "BG32", "BG33", "BG34", "BG41"}
    patterns = {key: trace.fillpattern.shape for key, trace in by_key.items()}
    assert patterns == {"BG31": None, "BG32": None, "BG33": "x", "BG34": "x", "BG41": None}
    assert by_key["BG33"].text == "Northeastern: <5"
    assert by_key["BG41"].text == "Southwestern: 60 people"
    assert by_key["BG31"].line.width > by_key["BG41"].line.width
    assert drawn.data[-3].name == "BG31"  # its edge above the others'
    labels = [text for trace in drawn.data if trace.name == "labels" for text in trace.text]
    assert {"Southwestern<br><b>60</b>", "Southeastern<br><b>hidden</b>", "North<br>Central<br><b>0</b>"} <= set(labels)
    assert not any(trace.type in {"choropleth", "scattergeo"} for trace in drawn.data)  # these fetch outlines


def test_hatched_means_provisional_and_nothing_else(framework):
    looks = "".join(path.read_text("utf-8") for path in (ROOT / "src/kpi/web").glob("*.css"))
    assert "repeating-linear-gradient(135deg" not in looks  # bars in tables are never provisional one by one
    map_, found = ordered(framework, {"BG31": State.MISSING})
    patterns = {each.name: each.fillpattern.shape for each in area_map.drawn(map_, found).data if each.name != "labels"}
    assert patterns["BG31"] == "."


def test_where_every_area_is_hidden_the_map_says_so(framework):
    map_, found = ordered(framework, dict.fromkeys(["BG31", "BG32", "BG33"], State.HIDDEN))
    assert gaps.findings(found) == ["Fewer than two areas have a figure that could be compared."]
    assert gaps.unsaid(found)[0].startswith("Not shown, so not compared: Northwestern, North Central and Northeastern.")
    drawn = area_map.drawn(map_, found)
    assert {trace.fillpattern.shape for trace in drawn.data if trace.name != "labels"} == {"x"}
    assert [bar.note for bar in places.ranking(found)] == ["hidden"] * 3


@pytest.mark.parametrize("shades", [area_map._SHADES, area_map._SHADES[::-1]], ids=["light", "dark"])
def test_labels_can_be_read_on_every_shade(framework, shades):
    for value in range(1, 101):
        _, found = ordered(framework, {"BG31": value, "BG32": 100})
        shade = area_map._shade(found, next(one for one in found.areas if one.key == "BG31"), shades)
        ink = tuple(bytes.fromhex(area_map._readable(shade)[1:]))
        light, dark = sorted((area_map._brightness(shade), area_map._brightness(ink)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, value


def test_in_a_long_ranking_areas_with_nothing_are_folded_away_where_that_is_worst(framework):
    rows = [Bar(f"Area {number}", Fraction(max(0, 3 - number))) for number in range(14)]
    _, found = ordered(framework)
    assert [one.name for one in places.with_nothing(found, rows)] == [f"Area {number}" for number in range(3, 14)]
    assert places.with_nothing(found, rows[:12]) == []
    online = Bar("Online", Fraction(0), apart=True)
    assert online not in places.with_nothing(found, [*rows, online])


def test_per_inhabitant_compares_the_areas_that_have_a_number_of_inhabitants(framework):
    people = {"BG31": 1_000_000, "BG32": 500_000, "BG33": 500_000, "BG34": 500_000}
    _, found = ordered(framework, people=people)
    assert gaps.findings(found)[0] == (
        "Best served: Northwestern – 2.0 people per 100,000 inhabitants. "
        "Worst served: North Central – 0.0 people per 100,000 inhabitants."
    )
    assert "Without a figure (number of inhabitants not given): Southwestern." in gaps.unsaid(found)
    rows = {row[0]: row for row in places.table(found, "x").rows}
    assert [cell.value for cell in rows["Northwestern"][1:]] == [20, 1_000_000, 2]
    assert rows["Online"][1].value == 7
    assert [bar.name for bar in places.ranking(found)][-1] != "Online"


def test_an_amount_is_given_for_each_inhabitant(framework):
    values = slices("R5", {"BG31": 1_000_000, "BG32": 500_000})
    found = places.places(framework, values, "region", "en", people={"BG31": 400_000, "BG32": 100_000})
    assert gaps.findings(found)[0].startswith("Best served: North Central – €5.00 per inhabitant.")
    assert "Ratio: €5.00 ÷ €2.50 = 2.00." in gaps.steps(found)


def test_shares_differ_by_percentage_points(framework):
    values = slices("O6a", {"BG31": F(4, 5), "BG32": F(2, 5)})
    found = places.places(framework, values, "region", "en")
    assert gaps.findings(found)[1] == "The difference is 40.0 percentage points."
    assert any(step.startswith("No ratio") for step in gaps.steps(found))


def test_the_page_says_who_is_worst_served_as_it_is_measured(store, look):  # noqa: F811
    at = look(store, page=REGIONS, indicator="O6", **COUNTED)
    text = said(at)
    assert "Most: Southwestern – 75 people." in text
    assert "Least: Northwestern, Northeastern, Southeastern and South Central – 0 people." in text
    assert "The difference is 75 people." in text
    assert "Returns approved: 2 of 2 expected (100%)." in text
    at = look(store, page=REGIONS, indicator="O6", areas="district", **COUNTED)
    assert "Most: Sofia (capital) – 75 people. Least: Vidin, Montana, Vratsa and 23 more – 0" in said(at)


@pytest.mark.parametrize(("key", "by"), [("O6", "region"), ("O6", "district"), ("R1", "region"), ("O6a", "district")])
def test_every_number_is_the_one_that_is_measured(store, look, key, by):  # noqa: F811
    opened = open_installation(Settings.from_environment(environment(store)), who=OPERATOR)
    _, *wanted = figures.one(opened, Question(key, WHEN, by=(by,)), today=TODAY)
    opened.engine.dispose()
    at = look(store, page=REGIONS, indicator=key, areas="" if by == "region" else by, **Q3)
    found = next(one.proto.body for one in at.get("html") if "k-plain" in one.proto.body)
    known = load_file(ROOT / "indicators.yaml").framework.dimensions[by].categories
    shown = places.places(load_file(ROOT / "indicators.yaml").framework, wanted, by, "en")
    for one in (*shown.areas, *shown.beside):
        name = html.escape(known[one.key].label["en"])
        row = found.partition(f">{name}</th>")[2].partition("</tr>")[0]
        if row or one.value:
            assert f">{html.escape(places._exact(shown.framework, one.found, 'en').written)}<" in row, (name, row)


def test_it_begins_with_the_first_headline_that_counts_people_by_region(store, look):  # noqa: F811
    at = look(store, page=REGIONS, **Q3)
    assert at.selectbox(key="pick.indicator").value == "R1"
    assert not any(one.startswith("K1") for one in at.selectbox(key="pick.indicator").options)


def test_a_filter_by_region_marks_it_and_compares_all(store, look):  # noqa: F811
    at = look(store, page=REGIONS, indicator="O6", where__region="BG32", **COUNTED)
    text = said(at)
    assert "All areas are compared here; North Central is marked." in text
    assert "Most: Southwestern – 75 people." in text
    assert "▸ North Central" in text


def test_a_region_leads_to_its_districts_which_are_marked(store, look):  # noqa: F811
    at = look(store, page=REGIONS, indicator="O6", where__organisation_type="municipality", **Q3)
    ways = links(source(at), "k-only")
    kept = {**Q3, "indicator": "O6", "where.organisation_type": "municipality"}
    assert ways["North Central"] == ("", {**kept, "areas": "district", "where.region": "BG32"})
    assert "Online" not in ways
    at = look(store, page=REGIONS, indicator="O6", areas="district", where__region="BG32", **Q3)
    assert "All areas are compared here; those in North Central are marked." in said(at)
    assert "▸ Ruse" in said(at)
    assert "▸ Sofia" not in said(at)
    assert not links(source(at), "k-only")


def test_what_is_counted_by_district_is_sorted_as_the_address_says(tmp_path, look):  # noqa: F811
    opened = filled(tmp_path)
    places = [("Depot", "BG323"), ("Library", "BG411"), ("Centre", "BG411")]
    rows = [
        Record(at, name.casefold(), {"name": name, "innovation": "Bus", "implementer": "ngo", "district": district})
        for at, (name, district) in enumerate(places, 1)
    ]
    forms = {"sites": ReportedForm(FormState.REPORTED, tuple(rows))}
    showing._store(opened, showing.SDA, Quarter(2025, 4), ReturnContent(forms))
    opened.engine.dispose()
    asked = {"page": REGIONS, "indicator": "O6", "window": "quarter", "quarter": "2025-Q4", "lang": "en"}

    def districts(at):
        table = source(at).split("How many there are, by district")[1]
        found = re.findall(r'<th scope="row">([^<]+)<.*?<td class="k-right">(.*?)</td>', table)
        return {html.unescape(name): int(count) for name, count in found}

    usual = districts(look(tmp_path, **asked))
    assert len(usual) > 28
    at = look(tmp_path, places="O1", **asked)
    assert list(districts(at).items())[:3] == [("Sofia (capital)", 2), ("Ruse", 1), ("Vidin", 0)]
    assert at.selectbox(key="pick.places").value == "O1"
    at.selectbox(key="pick.places").select("@name").run()
    assert at.query_params["places"] in ("@name", ["@name"])
    assert list(districts(at)) == sorted(usual)
    assert list(districts(look(tmp_path, places="-@name", **asked))) == sorted(usual, reverse=True)
    assert "“O6”, which is not known here" in said(look(tmp_path, places="O6", **asked))


def test_what_an_address_asks_for_in_vain_is_told(store, look):  # noqa: F811
    at = look(store, page=REGIONS, indicator="K1", areas="planets", per="acre", **Q3)
    assert "“Partnerships formed" in said(at)
    assert "is not collected by region. Another indicator is shown instead." in said(at)
    for unknown in ("planets", "acre"):
        assert f"“{unknown}”, which is not known here" in said(at)
    at = look(store, page=REGIONS, indicator="R1", areas="district", **Q3)
    assert "is not collected by district. The larger areas are shown instead." in said(at)


def test_without_its_map_the_page_says_the_same_in_a_table(tmp_path, look):  # noqa: F811
    filled(tmp_path).engine.dispose()
    shutil.rmtree(tmp_path / "geo")
    at = look(tmp_path, page=REGIONS, indicator="O6", **Q3)
    assert "The file “geo/bg-regions.geojson” cannot be used." in said(at)
    assert "Most: Southwestern – 75 people." in said(at)
    assert "k-bars" in source(at)


def test_nothing_reported_is_said(store, look):  # noqa: F811
    assert "Nothing is reported for this period yet." in said(
        look(store, page=REGIONS, indicator="O6", quarter="2024-Q1", lang="en")
    )


def test_figures_per_inhabitant_are_offered_where_their_numbers_are_given(tmp_path, look):  # noqa: F811
    environment(tmp_path)
    framework = tmp_path / "indicators.yaml"
    text = framework.read_text(encoding="utf-8")
    named = text.replace("    inhabitants: geo/bg-inhabitants.csv\n", "    inhabitants: people.csv\n", 1)
    assert named != text
    framework.write_text(named, encoding="utf-8")
    lines = ["category,inhabitants", "BG41,1000000", "BG32,100000", "BG31,500000"]
    (tmp_path / "people.csv").write_text("\n".join(lines), encoding="utf-8")
    filled(tmp_path).engine.dispose()
    # People are so many of those who live there: 15 of 100,000, 75 of a million.
    at = look(tmp_path, page=REGIONS, indicator="O6", **Q3)
    assert "Best served: North Central – 15.0 people per 100,000 inhabitants." in said(at)
    assert "Without a figure (number of inhabitants not given)" in said(at)
    assert "Inhabitants: National Statistical Institute, census 2021" in said(at)
    assert "As counted, not per inhabitant." in said(at)  # the course of each area
    assert "per" not in at.query_params
    at.selectbox(key="pick.per").select("counted").run()
    assert at.query_params["per"] in ("counted", ["counted"])
    assert "Most: Southwestern – 75 people." in said(at)
    assert "Inhabitants:" not in said(at)
    # Amounts of money are as they were counted, until somebody asks.
    assert look(tmp_path, page=REGIONS, indicator="R5", **Q3).selectbox(key="pick.per").value == "counted"
    assert "pick.per" not in [one.key for one in look(tmp_path, page=REGIONS, indicator="O6a", **Q3).selectbox]


def test_the_gap_is_told_of_the_time_that_is_compared_with(store, look):  # noqa: F811
    at = look(store, page=REGIONS, indicator="R1", where__region="BG41", **{**COUNTED, "quarter": "2025-Q2"})
    assert "Q1 2025: the difference was 7,000 people." in said(at)
    assert "the difference was" not in said(
        look(store, page=REGIONS, indicator="R1", **{**COUNTED, "window": "since_start"})
    )


def test_the_course_of_each_region_is_drawn_on_one_scale(store, look):  # noqa: F811
    at = look(store, page=REGIONS, indicator="O6", **Q3)
    spec = json.loads(at.get("plotly_chart")[1].proto.spec)
    by_name = {trace["name"]: trace["y"] for trace in spec["data"]}
    # Areas in which nothing happened have their course, too; what is in no single place has none without anything.
    assert len(by_name) == 6
    assert by_name["Northwestern"][-3:] == [0, 0, 0]
    assert by_name["Southwestern"][-3:] == [75, 75, 75]
    assert not {"Nationwide", "Online"} & set(by_name)
    ranges = {json.dumps(axis["range"]) for name, axis in spec["layout"].items() if name.startswith("yaxis")}
    assert len(ranges) == 1


def test_the_course_follows_the_areas_that_are_chosen(store, look):  # noqa: F811
    at = look(store, page=REGIONS, indicator="O6", where__region="BG32", **Q3)
    traces = json.loads(at.get("plotly_chart")[1].proto.spec)["data"]
    inks = {trace["name"]: trace["line"]["color"] for trace in traces}
    assert inks.pop("North Central") not in inks.values()
    at = look(store, page=REGIONS, indicator="O6", areas="district", where__region="BG32", **Q3)
    traces = json.loads(at.get("plotly_chart")[1].proto.spec)["data"]
    assert {trace["name"] for trace in traces} == {"Veliko Tarnovo", "Gabrovo", "Ruse", "Razgrad", "Silistra"}
    assert "each area in “North Central”" in said(at)
    at = look(store, page=REGIONS, indicator="O6", areas="district", **Q3)
    traces = json.loads(at.get("plotly_chart")[1].proto.spec)["data"]
    assert {trace["name"] for trace in traces} == {"Ruse", "Sofia (capital)"}
    assert "Nothing in any of these periods: Vidin, Montana" in said(at)


def test_funders_see_no_more_of_regions_than_is_published(store, look):  # noqa: F811
    at = look(store, Role.VIEWER, page=REGIONS, indicator="O6", per="counted", quarter="2025-Q4", lang="en")
    text = said(at)
    assert "Most: Southwestern – 225 people" in text
    assert "pick.window" not in [one.key for one in at.selectbox]
