"""Open data: valid by the tools of their standards, the very figures that funders see, and nothing besides."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from frictionless import validate
from lxml import etree

import showing
import standards
from filling import Kpi
from kpi import figures
from kpi.access import NOBODY, NotPermittedError, Person, Role
from kpi.areas import maps_of
from kpi.framework.model import TargetBasis
from kpi.language import money
from kpi.measure.model import WITHHELD, State
from kpi.measure.needs import Question
from kpi.open_data.dataset import NothingPublishedError, gather
from kpi.open_data.files import FORMATS, formats, written
from kpi.open_data.package import package, zipped
from kpi.organisations import list_organisations
from kpi.present.machine import plain
from kpi.quarter import Quarter, Window
from kpi.records import FormState, Record, ReportedForm, ReturnContent
from showing import NOW, ROOT, RSE, START, filled

TODAY = date(2025, 11, 3)
AT = datetime(2025, 11, 3, 12, 30, tzinfo=UTC)
TO_DATE = Window.year_to_date(Quarter(2025, 3))
MANAGER = Person("Head", Role.MANAGER, "head@example.org", 8)
VIEWER = Person("Fund", Role.VIEWER, "fund@example.org", 7)
LANGUAGES = ("en", "bg")


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """As in `showing`, with a third organisation where 2 women and 4 men completed a course in the first quarter.

    It attracted 400,000 EUR in 2024, and 600,000 in 2025.
    """
    found = filled(tmp_path_factory.mktemp("open"))
    attributes = {**RSE.attributes, "seat": "BG311", "type": "academia"}
    third = replace(RSE, code="VID", attributes=attributes, active_from=Quarter(2024, 1))
    list_organisations(found, [third], by="one", at=NOW)
    content = showing._content("BG311", (2, 4, 0), [("BG31", 3, 9)])
    showing._store(found, third, START, replace(content, forms={**content.forms, **contract("600000", "2025-02-03")}))
    showing._store(found, third, Quarter(2024, 2), ReturnContent(contract("400000", "2024-05-06")))
    return found


def contract(amount, signed_on):
    cells = {
        "contract": "C-1",
        "signed_on": signed_on,
        "amount": {"amount": amount, "currency": "EUR"},
        "source": "national_budget",
        "funder": "Ministry",
        "instrument": "grant",
        "theme": "poverty",
        "district": "BG311",
        "programme": "easi",
    }
    return {"funding": ReportedForm(FormState.REPORTED, (Record(1, None, cells),))}


@pytest.fixture(scope="module")
def dataset(opened):
    maps = maps_of(opened.framework, ROOT / "indicators.yaml")
    return gather(opened.asked_by(MANAGER), today=TODAY, at=AT, maps=maps)


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def iati(dataset, language="en"):
    return etree.ElementTree(etree.fromstring(written(dataset, "iati", language)))


# What is in them


def test_every_figure_is_the_one_that_a_funder_is_told(opened, dataset):
    found = rows_of(written(dataset, "csv", "en"))
    assert len(found) == len({(row["indicator"], row["window"], row["slice"]) for row in found}) > 500
    asked = opened.asked_by(VIEWER)
    for by in [(), ("gender",), ("region",), ("gender", "region")]:
        questions = [Question(key, TO_DATE, by=by) for key in ("O6", "O6a", "R1", "R5")]
        for answer in figures.measured(asked, questions, today=TODAY):
            for one in answer:
                if one.state is State.NOT_COLLECTED:
                    continue
                where = "; ".join(f"{dimension}={category}" for dimension, category in one.slice.items()) or "total"
                where = where.replace("@not_stated", "_not_told")
                (row,) = [
                    row
                    for row in found
                    if (row["indicator"], row["window"], row["slice"]) == (one.indicator, str(TO_DATE), where)
                ]
                told = {
                    name: "" if value is None else str(value) for name, value in plain(opened.framework, one).items()
                }
                assert {name: row[name] for name in told if name != "slice"} == {
                    name: value for name, value in told.items() if name != "slice"
                }


def test_whoever_asks_gets_the_same_as_everybody(opened, dataset):
    maps = maps_of(opened.framework, ROOT / "indicators.yaml")
    assert gather(opened.asked_by(VIEWER), today=TODAY, at=AT, maps=maps) == dataset
    with pytest.raises(NotPermittedError):
        gather(opened.asked_by(NOBODY), today=TODAY, at=AT)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_data_make_the_same_bytes(dataset, form, language):
    assert written(dataset, form, language) == written(dataset, form, language)


def test_what_is_hidden_says_so_and_is_never_nought(dataset):
    hidden = [row for row in rows_of(written(dataset, "csv", "en")) if row["state"] in {"small", "hidden"}]
    assert {row["state"] for row in hidden} == {"small", "hidden"}
    for row in hidden:
        assert {row[name] for name in ("value", "numerator", "denominator", "n", "achievement", "judged_value")} == {""}
    nought = [row for row in rows_of(written(dataset, "csv", "en")) if row["value"] == "0"]
    assert nought
    assert {row["state"] for row in nought} == {"value"}


def test_windows_can_be_chosen_among_those_that_are_published(opened):
    year = gather(opened, today=date(2026, 5, 3), at=AT, within=Window.year(2025))
    assert [str(one) for one in year.windows] == ["2025"]
    assert {str(one.window) for one in year.measured} == {"2025"}
    with pytest.raises(NothingPublishedError):
        gather(opened, today=TODAY, at=AT, within=Window.quarter(Quarter(2025, 2)))


@pytest.mark.parametrize("key", ["R5", "O6", "R1"])
def test_a_row_says_by_itself_over_what_it_is_judged(opened, dataset, key):
    """Of running totals the value is the year's, what is held against the target everything since the start."""
    found = [
        row for row in rows_of(written(dataset, "csv", "en")) if (row["indicator"], row["slice"]) == (key, "total")
    ]
    starts = opened.framework.programme.starts
    basis = {"R5": f"{starts}/2025-Q3", "O6": "2025-Q1/2025-Q3", "R1": "2025-Q3"}[key]
    row = next(row for row in found if row["window"] == str(TO_DATE))
    assert row["judged_window"] == basis
    adds_up = [Decimal(each["value"]) for each in found if each["value"]]
    assert Decimal(row["judged_value"]) == (sum(adds_up) if key == "R5" else Decimal(row["value"]))


def test_only_what_has_a_target_is_judged(dataset):
    for row in rows_of(written(dataset, "csv", "en")):
        judged = {name for name in ("judged_window", "judged_value", "judged_expected", "target") if row[name]}
        assert not judged or row["slice"] == "total"
        assert bool(row["judged_window"]) == bool(row["judged_expected"] or row["target"])


def test_json_says_what_the_csv_says(dataset):
    told = json.loads(written(dataset, "json", "bg"))
    assert told["sample"] is False
    assert told["log_head"] == dataset.made.head
    rows = rows_of(written(dataset, "csv", "bg"))
    assert len(told["measurements"]) == len(rows)
    for row, other in zip(told["measurements"], rows, strict=True):
        for name, value in row.items():
            if isinstance(value, int | float):
                assert Decimal(str(value)) == Decimal(other[name]), (name, other)
            else:
                assert (value or "") == other[name]
    assert {type(row["value"]) for row in told["measurements"]} == {int, float, type(None)}
    assert {type(row["reported"]) for row in told["measurements"]} == {int}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_says_whose_it_is_and_under_which_licence(dataset, language):
    framework = dataset.framework
    name, licence = framework.programme.name[language], framework.open_data.licence
    for row in rows_of(written(dataset, "csv", language)):
        assert row["licence"] == licence.path
        assert row["source"].startswith(name)
        assert licence.label[language] in row["source"]
    for told in (
        json.loads(written(dataset, "json", language)),
        json.loads(package(dataset, language)["datapackage.json"]),
    ):
        assert told["licenses"] == [
            {"name": licence.name, "title": licence.label[language], "path": licence.path},
        ]
        assert {one["role"]: one["title"] for one in told["contributors"]} == {
            "publisher": name,
            "maintainer": framework.programme.contact.name[language],
        }
        assert told["citation"] == rows_of(written(dataset, "csv", language))[0]["source"]
        assert told["temporal"] == {"start": str(dataset.windows[0].first.starts), "end": "2025-09-30"}
        assert told["sources"]
    (terms,) = iati(dataset, language).xpath("//iati-activity/description[@type='4']/narrative[not(@xml:lang)]/text()")
    assert terms == f"{told['citation']} ({licence.path})"


def test_the_homepage_is_the_publishers(dataset):
    terms = dataset.framework.open_data.model_copy(update={"homepage": "https://centre.example"})
    framework = dataset.framework.model_copy(update={"open_data": terms})
    told = json.loads(package(replace(dataset, framework=framework), "en")["datapackage.json"])
    assert (told["homepage"], told["contributors"][0]["path"]) == ("https://centre.example", "https://centre.example")
    assert "homepage" not in json.loads(package(dataset, "en")["datapackage.json"])


# The Data Package


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_package_is_valid_by_the_tool_of_its_standard(dataset, language, tmp_path):
    (tmp_path / "data.zip").write_bytes(written(dataset, "datapackage", language))
    report = validate(tmp_path / "data.zip")
    assert report.valid, report.flatten(["taskNumber", "rowNumber", "type", "message"])
    assert len(report.tasks) == 10
    assert not report.warnings
    assert [task.warnings for task in report.tasks] == [[]] * 10


@pytest.mark.parametrize(
    ("file", "change", "kind"),
    [
        ("measurements", ("O6,2025-Q1/2025-Q3,total", "O6z,2025-Q1/2025-Q3,total"), "foreign-key"),
        ("measurements", ("gender=women,gender,women", "gender=women,gender,womb"), "foreign-key"),
        ("windows", ("2025-Q1/2025-Q3", "2024"), "foreign-key"),
        ("measurements", (",missing,", ",missed,"), "constraint-error"),
        ("indicators", ("\nO6,", "\nO7,"), "unique-error"),
        ("targets", (",2025,", ",soon,"), "type-error"),
    ],
)
def test_the_tool_finds_what_would_be_wrong(dataset, tmp_path, file, change, kind):
    files = package(dataset, "en")
    path = f"data/{file}.csv"
    assert change[0] in files[path].decode()
    files[path] = files[path].decode().replace(*change, 1).encode()
    (tmp_path / "data.zip").write_bytes(zipped(files))
    report = validate(tmp_path / "data.zip")
    assert kind in {each[0] for each in report.flatten(["type"])}


def test_baselines_and_targets_keep_what_they_were(dataset):
    with zipfile.ZipFile(io.BytesIO(written(dataset, "datapackage", "en"))) as archive:
        found = rows_of(archive.read("data/targets.csv"))
        described = json.loads(archive.read("datapackage.json"))
    those = [row for row in found if (row["indicator"], row["year"]) == ("R1", "2026")]
    assert [(row["revision"], row["value"], row["in_force_from"]) for row in those] == [
        ("0", "8000", ""),
        ("1", "8500", "2026-02-01"),
    ]
    assert those[1]["reason"].startswith("Services opened in 2025")
    assert described["licenses"][0]["name"] == "CC-BY-4.0"


def test_a_spreadsheet_runs_nothing_of_it(opened, dataset):
    told = dataset.framework.model_dump(mode="python", by_alias=True)
    told["indicators"]["O6"]["name"] = {"en": "=1+1", "bg": "@SUM(A1)"}
    hostile = replace(dataset, framework=type(dataset.framework).model_validate(told))
    for language, shown in (("en", "'=1+1"), ("bg", "'@SUM(A1)")):
        assert shown in {row["indicator_name"] for row in rows_of(written(hostile, "csv", language))}
        assert f"O6,{shown}," in package(hostile, language)["data/indicators.csv"].decode()


# IATI


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_activity_is_valid_by_the_schema_and_the_rules(dataset, language):
    assert standards.faults_of(iati(dataset, language)) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda root: root.remove(root.find("iati-activity")),
        lambda root: root.find(".//result").attrib.pop("type"),
        lambda root: root.find(".//period-end").set("iso-date", "soon"),
        lambda root: root.find(".//actual").attrib.pop("value"),
        lambda root: root.find(".//indicator").append(root.find(".//indicator/title")),
    ],
)
def test_schema_and_rules_find_what_would_be_wrong(dataset, spoil):
    document = iati(dataset)
    spoil(document.getroot())
    assert standards.faults_of(document) != []


def test_its_codes_stand_in_the_lists_of_the_standard(dataset):
    document = iati(dataset)
    for path, name in (
        ("//result/@type", "ResultType"),
        ("//indicator/@measure", "IndicatorMeasure"),
        ("//indicator/reference/@vocabulary", "IndicatorVocabulary"),
        ("//reporting-org/@type | //participating-org/@type", "OrganisationType"),
        ("//participating-org/@role", "OrganisationRole"),
        ("//activity-status/@code", "ActivityStatus"),
        ("//activity-date/@type", "ActivityDateType"),
        ("//recipient-country/@code", "Country"),
        ("//location-class/@code", "GeographicLocationClass"),
        ("//sector/@code", "Sector"),
        ("//contact-info/@type", "ContactType"),
        ("//iati-activity/@default-currency", "Currency"),
    ):
        assert set(document.xpath(path)) <= standards.codes(name), name
        assert document.xpath(path), path


def test_levels_results_targets_and_figures(dataset):
    document = iati(dataset)
    assert document.xpath("//result/@type") == ["9", "1", "2"]
    (o6,) = document.xpath("//indicator[reference/@code='O6']")
    assert (o6.get("measure"), o6.get("ascending"), o6.get("aggregation-status")) == ("1", "1", "0")
    assert o6.find("baseline").attrib == {"year": "2023", "iso-date": "2023-12-31", "value": "180"}
    to_date = o6.xpath("period[period-start/@iso-date='2025-01-01'][period-end/@iso-date='2025-09-30']")[0]
    # 320 in the year, three quarters of it; 270 and the 6 of the third organisation.
    assert to_date.xpath("target/@value") == ["240"]
    assert to_date.xpath("actual[not(location)][not(dimension)]/@value") == ["276"]
    assert to_date.xpath("actual[dimension[@name='gender']/@value='women'][count(*)=2]/@value") == ["182"]
    assert to_date.xpath("actual[location/@ref='region.BG41'][not(dimension)]/@value") == ["225"]
    assert o6.xpath("period[period-end/@iso-date='2026-12-31']/target/@value") == ["400"]
    (rate,) = document.xpath("//indicator[reference/@code='O6a']")
    assert rate.get("measure") == "2"
    percent = float(rate.xpath("period/actual[not(location)][not(dimension)]/@value")[0])
    whole = next(one for one in dataset.measured if (one.indicator, dict(one.slice)) == ("O6a", {}) and one.value)
    assert percent == pytest.approx(float(whole.value) * 100)


def test_a_target_is_the_one_that_the_table_expects_and_says_what_running_totals_are_judged_on(dataset):
    document, found = iati(dataset), rows_of(written(dataset, "csv", "en"))
    judged = 0
    for row in (row for row in found if row["slice"] == "total" and row["expected"]):
        where = f"//indicator[reference/@code='{row['indicator']}']/period[period-start/@iso-date='{row['starts']}']"
        (period,) = document.xpath(f"{where}[period-end/@iso-date='{row['ends']}']")
        is_share = document.xpath(f"//indicator[reference/@code='{row['indicator']}']/@measure") == ["2"]
        target = Decimal(period.find("target").get("value")) / (100 if is_share else 1)
        assert abs(target - Decimal(row["expected"])) < Decimal("0.00001"), row
        told = " ".join(period.xpath("target/comment/narrative[not(@xml:lang)]/text()"))
        if row["indicator"] == "R5":
            due = money(Decimal(row["judged_expected"]), "EUR", "en")
            reached = row["judged_value"] and money(Decimal(row["judged_value"]), "EUR", "en")
            assert f"since the start: {due} expected by the period's end" in told
            assert not reached or f"{reached} reached." in told
            judged += bool(reached)
        else:
            since_start = dataset.framework.indicators[row["indicator"]].target_basis is TargetBasis.CUMULATIVE
            assert ("everything since the start" in told) == since_start
    assert judged == 2
    (planned,) = document.xpath("//indicator[reference/@code='R5']/period[period-end/@iso-date='2026-12-31']/target")
    target = next(each for each in dataset.framework.indicators["R5"].targets.items() if each[0] == 2026)[1]
    assert f"since the start: {money(target, 'EUR', 'en')} expected" in planned.xpath("comment/narrative/text()")[0]


def test_the_programme_has_begun_by_the_day_where_the_program_runs(dataset, place):
    """At half past ten in the evening in London the first day has begun three hours further east."""
    eve = dataset.framework.programme.starts.starts - timedelta(days=1)
    made = replace(dataset.made, at=datetime(eve.year, eve.month, eve.day, 22, 30, tzinfo=UTC))
    for zone, begun in (("UTC", "1"), ("UTC-3", "2")):
        place(zone)
        assert iati(replace(dataset, made=made)).xpath("//activity-date/@type") == [begun]


def test_places_that_are_referred_to_are_declared(dataset):
    document = iati(dataset)
    referred = set(document.xpath("//actual/location/@ref"))
    assert {"region.BG41", "district.BG411"} <= referred
    declared = document.xpath("//iati-activity/location/@ref")
    assert referred <= set(declared)
    assert len(declared) == 6 + 28


def test_what_is_no_place_is_a_dimension(dataset):
    document = iati(dataset)
    assert not [one for one in document.xpath("//location/@ref") if one.endswith((".online", ".nationwide"))]
    everywhere = next(one for one in dataset.measured if one.slice.get("region") == "online" and one.value is not None)
    (there,) = document.xpath(
        f"//indicator[reference/@code='{everywhere.indicator}']"
        f"/period[period-end/@iso-date='{everywhere.window.last.ends}'][period-start/@iso-date="
        f"'{everywhere.window.first.starts}']/actual[dimension[@name='region'][@value='online']][count(dimension)=1]"
    )
    assert there.xpath("comment/narrative[not(@xml:lang)]/text()") == ["Region: Online"]


def test_dimensions_are_named_alike_in_every_language(dataset):
    named = [
        [(one.get("name"), one.get("value")) for one in iati(dataset, language).xpath("//actual/dimension")]
        for language in LANGUAGES
    ]
    assert named[0] == named[1]
    assert set(named[0]) <= {
        (dimension, key)
        for dimension, declared in dataset.framework.dimensions.items()
        for key in (*declared.categories, "_not_told")
    }
    told = iati(dataset, "bg").xpath("//actual[dimension/@value='women']/comment/narrative[not(@xml:lang)]/text()")
    assert any(one.endswith(": Жени") for one in told)


def test_what_is_hidden_is_left_out_and_told_in_a_sentence(dataset):
    document = iati(dataset)
    shown = [one for one in dataset.measured if one.value is not None]
    hidden = {one.indicator for one in dataset.measured if one.state in WITHHELD}
    assert len(document.xpath("//actual")) == len(shown)
    for indicator in document.xpath("//indicator"):
        (told,) = indicator.xpath("description/narrative[not(@xml:lang)]/text()")
        assert ("Some parts are not shown" in told) == (indicator.xpath("string(reference/@code)") in hidden)
        assert len(told) < 1000
    assert hidden


def test_a_target_says_that_it_is_an_assumption_and_why_it_was_revised(dataset):
    later = gather_of(dataset, date(2026, 5, 3))
    (r1,) = iati(later).xpath("//indicator[reference/@code='R1']")
    told = r1.xpath("period[period-end/@iso-date='2026-12-31']/target/comment/narrative[not(@xml:lang)]/text()")[0]
    assert told.startswith("An assumption, to be confirmed. Revised on ")
    assert "Services opened in 2025" in told


def gather_of(dataset, day):
    window = Window.year_to_date(Quarter(day.year, 1))
    return replace(dataset, windows=(*dataset.windows, window), measured=dataset.measured)


def test_without_a_word_on_iati_there_is_no_such_file(dataset):
    framework = dataset.framework.model_copy(update={"open_data": None})
    assert set(formats(framework)) == {"csv", "datapackage", "json"}
    silent = replace(dataset, framework=framework)
    with pytest.raises(KeyError):
        written(silent, "iati", "en")
    assert "licenses" not in json.loads(package(silent, "en")["datapackage.json"])


# The command, with another programme


@pytest.fixture(scope="module")
def kpi(tmp_path_factory):
    home = Kpi(tmp_path_factory.mktemp("export"))
    home.begin("code,name,nature\nC1,Club un,club\nS1,École,school\n")
    row = {"title": "Suze", "day": "12.04.2025", "river": "suze"}
    people = {"volunteers.under16": 3, "volunteers.adult": 25, "volunteers.unknown": 0}
    home.approve(home.filled("C1", "2025-Q2", {"operations": [row | people]}))
    return home


def test_the_command_writes_each_format(kpi):
    for form, name in (("csv", "a.csv"), ("json", "a.json"), ("datapackage", "a.zip"), ("iati", "a.xml")):
        assert kpi.ok("export", "--format", form, "--out", name).out.strip() == name
    found = rows_of((kpi.folder / "a.csv").read_bytes())
    (total,) = [row for row in found if (row["indicator"], row["window"], row["slice"]) == ("VOL", "2025", "total")]
    assert total["value"] == "28"
    assert validate(kpi.folder / "a.zip").valid
    document = etree.parse(kpi.folder / "a.xml")
    assert standards.faults_of(document) == []
    assert document.xpath("//iati-activity/@xml:lang") == ["fr"]


def test_a_package_goes_into_a_folder_too(kpi):
    kpi.ok("export", "--format", "datapackage", "--out", "open", "--year", "2025")
    assert validate(str(kpi.folder / "open" / "datapackage.json")).valid
    assert [row["window"] for row in rows_of((kpi.folder / "open/data/windows.csv").read_bytes())] == ["2025"]


def test_what_is_not_published_is_refused(kpi):
    said = kpi.refused(2, "export", "--format", "csv", "--out", "b.csv", "--quarter", "2025-Q2")
    assert "Nothing is published for 2025-Q2" in said
    assert not (kpi.folder / "b.csv").exists()
    assert "choose: csv" in kpi.refused(2, "export", "--format", "xlsx", "--out", "b.csv")
