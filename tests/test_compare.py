"""The page that compares: every number as it is measured, the better the stronger, taken away as CSV and Excel."""

import csv
import html
import io
import re
from collections import Counter
from datetime import date
from fractions import Fraction

import pytest
from openpyxl import load_workbook

from kpi import figures
from kpi.access import OPERATOR, Role
from kpi.framework.indicator import Better
from kpi.framework.load import load_file
from kpi.installation import open_installation
from kpi.measure.model import ORGANISATION, Coverage, Measurement, Standing, State, Status
from kpi.measure.needs import Question
from kpi.present import matrix, spreadsheet
from kpi.present.matrix import Matrix
from kpi.present.table import Number, Table
from kpi.present.words import of, state
from kpi.quarter import Quarter, Window
from kpi.settings import Settings
from kpi.web import address
from looking import said, source
from showing import HOSTILE, ROOT, environment, filled
from test_pages import Q3, look  # noqa: F401 (a fixture)

COMPARE = str(ROOT / "pages/compare.py")
WHEN = Window.quarter(Quarter(2025, 3))
TODAY = date(2026, 11, 27)
F = Fraction


@pytest.fixture(scope="module")
def framework():
    return load_file(ROOT / "indicators.yaml").framework


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compared")
    filled(folder).engine.dispose()
    return folder


def measured(key, value, window=WHEN, coverage=Coverage(1, 1), **more):  # noqa: B008 (frozen)
    is_none = isinstance(value, State)
    return Measurement(
        key,
        window,
        {},
        value if is_none else State.VALUE,
        coverage,
        Standing(Status.NO_TARGET, window),
        value=None if is_none else F(value),
        **more,
    )


def row(key, **values):
    return {column: measured(key, value) for column, value in values.items()}


def test_the_best_alone_is_strongest_and_what_adds_up_begins_at_nothing(framework):
    assert matrix.strengths(framework, "O6", row("O6", a=100, b=99, c=50, d=0)) == {"a": 5, "b": 4, "c": 3, "d": 1}
    assert matrix.strengths(framework, "P1", row("P1", a=F(26, 10), b=F(25, 10), c=F(24, 10))) == {
        "a": 5,
        "b": 3,
        "c": 1,
    }


def test_where_less_is_better_the_least_is_strongest(framework):
    one = framework.indicators["O6"].model_copy(update={"better": Better.LOWER})
    turned = framework.model_copy(update={"indicators": {**framework.indicators, "O6": one}})
    assert matrix.strengths(turned, "O6", row("O6", a=100, b=60, c=20)) == {"a": 1, "b": 3, "c": 5}


@pytest.mark.parametrize("values", [{"a": 3, "b": 3}, {"a": 3, "b": State.MISSING}, {"a": State.HIDDEN}])
def test_nothing_is_coloured_where_there_is_nothing_to_tell_apart(framework, values):
    assert matrix.strengths(framework, "O6", row("O6", **values)) == {}


def test_what_is_not_final_is_neither_best_nor_worst(framework):
    running, lacking = measured("R1", 9, running=True), measured("R1", 1, coverage=Coverage(3, 4))
    cells = {"R1": {**row("R1", a=3, b=2), "c": running, "d": lacking}}
    assert matrix.strengths(framework, "R1", cells["R1"]) == {"a": 5, "b": 3}
    found = Matrix({key: key for key in "abcd"}, {"R1": running}, cells)
    assert matrix.leaders(framework, found) == (Counter("a"), 1)
    in_time = Matrix({key: key for key in "bc"}, {}, cells, before={"R1": row("R1", c=2)})
    assert matrix.findings(framework, in_time, "en", in_time=True) == []
    table = matrix.table(framework, found, "x", "en")
    assert (table.heads[-1], table.rows[0][-1]) == ("Provisional", "All; c; d")
    assert matrix.table(framework, found.part("ab"), "x", "en").rows[0][-1] == "All"
    assert len(matrix.table(framework, in_time.part("b"), "x", "en").heads) == 4


def test_a_part_of_a_year_is_no_worse_than_a_whole_one_in_what_adds_up(framework):
    """The programme began within 2023; of 2025 three quarters are told of."""
    windows = [Window.year(2023), Window.year(2024), Window.year(2025), Window.year_to_date(Quarter(2026, 3))]

    def years(key):
        return {str(one): measured(key, value, one) for value, one in enumerate(windows, 1)}

    assert matrix.strengths(framework, "O6", years("O6")) == {"2024": 3, "2025": 5}
    assert matrix.strengths(framework, "R1", years("R1")) == {"2023": 2, "2024": 3, "2025": 4, str(windows[-1]): 5}


def test_who_is_ahead_is_counted_over_the_rows_that_say_it(framework):
    columns = {"a": "Alpha", "b": "Beta"}
    cells = {
        "O6": row("O6", a=3, b=2),
        "R1": row("R1", a=3, b=3),
        "P1": row("P1", a=2, b=State.MISSING),
        "O1": row("O1", a=5, b=2),
    }
    found = Matrix(columns, {key: measured(key, 9) for key in cells}, cells)
    assert matrix.leaders(framework, found) == (Counter({"a": 2}), 2)
    assert matrix.findings(framework, found, "en") == [
        "Most often ahead: Alpha – in 2 of 2 indicators.",
        "Not reported: 1 figures.",
    ]


def test_a_period_is_held_against_the_one_before_in_the_direction_that_is_better(framework):
    one = framework.indicators["O6"].model_copy(update={"better": Better.LOWER})
    turned = framework.model_copy(update={"indicators": {**framework.indicators, "O6": one}})
    cells = {key: row(key, a=9, b=2) for key in ("O6", "R1", "P1", "O1")}
    before = {
        "O6": row("O6", a=0, b=3),
        "R1": row("R1", a=0, b=3),
        "P1": row("P1", a=0, b=2),
        "O1": row("O1", a=0, b=State.MISSING),
    }
    found = Matrix({"a": "Q2", "b": "Q1 2026"}, {}, cells, before=before)
    assert matrix.moved(turned, found) == (1, 1, 3)
    assert matrix.findings(turned, found, "en", in_time=True)[0] == (
        "Q1 2026 against Q3 2025: better in 1 of 3 indicators, worse in 1."
    )


def test_the_workbook_holds_numbers_as_numbers_and_texts_as_texts():
    table = Table(
        "Q3: a/b [1]",
        ["Indicator", "=cmd|'/c calc'!A1"],
        [["=1+1", Number("1 234 €", F(123450, 100))], ["-x", Number("hidden")], ["+y", Number("66.7%", F(2, 3))]],
    )
    written = spreadsheet.workbook(table, ["#,##0.00", "0", "0.0%"], language="bg", frozen="B2")
    sheet = load_workbook(io.BytesIO(written)).active
    assert [[cell.value for cell in line] for line in sheet.iter_rows(min_row=2)] == [
        ["=1+1", 1234.5],
        ["-x", "hidden"],
        ["+y", 0.666667],
    ]
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} == {"s", "n"}
    assert sheet["B4"].number_format == "0.0%"
    assert sheet["B2"].number_format == "#,##0.00"
    assert sheet.freeze_panes == "B2"


def opened(store):
    return open_installation(Settings.from_environment(environment(store)), who=OPERATOR)


def row_of(at, key):
    """The texts of an indicator's row, without the marks and changes beside them."""
    found = re.search(rf'<tr[^>]*><th scope="row"><span class="k-key">{key}</span>.*?</tr>', source(at))
    cells = re.findall(r"<td[^>]*>(.*?)(?: ?<(?:small|abbr).*?)?</td>", found[0])
    return [html.unescape(re.sub(r"<[^>]+>", "", cell)) for cell in cells]


def as_written(framework, one):
    return state(one, framework, "en") if one.value is None else of(framework, one.indicator, one.value, "en")


@pytest.mark.parametrize("across", ["region", ORGANISATION, "organisation_type"])
def test_every_number_is_the_one_that_is_measured(store, look, framework, across):  # noqa: F811
    here = opened(store)
    questions = [Question(key, WHEN, by=(across,)) for key in ("O6", "O6a", "R1")]
    wanted = figures.measured(here, questions, today=TODAY)
    here.engine.dispose()
    at = look(store, page=COMPARE, across=across, **Q3)
    for answer in wanted:
        total, *slices = answer
        shown = row_of(at, total.indicator)
        assert shown[0] == as_written(framework, total)
        assert sorted(shown[1:]) == sorted(as_written(framework, one) for one in slices)


def test_quarters_stand_beside_each_other_as_they_are_measured(store, look, framework):  # noqa: F811
    here = opened(store)
    windows = [Window.quarter(Quarter(2025, number)) for number in (1, 2, 3)]
    wanted = figures.measured(here, [Question("R1", window) for window in windows], today=TODAY)
    here.engine.dispose()
    at = look(store, page=COMPARE, across="@quarter", **Q3)
    assert row_of(at, "R1")[-3:] == [as_written(framework, one[0]) for one in wanted] == ["7,500", "7,500", "7,500"]
    assert row_of(at, "O6")[-3:] == ["90", "90", "90"]
    at = look(store, page=COMPARE, across="@year", **Q3)
    assert row_of(at, "O6")[-1] == "270"
    assert "The last year is not over" in said(at)
    assert "What adds up over time is coloured among whole years only." in said(at)


def test_of_a_longer_period_its_own_quarters_stand_there_and_what_is_taken_away_says_which(store, look):  # noqa: F811
    year = {"lang": "en", "window": "year", "quarter": "2025-Q4"}
    at = look(store, page=COMPARE, across="@quarter", where__region="BG32", **year)
    assert re.findall(r'<th scope="col"[^>]*>([^<]*)', source(at))[1:] == [f"Q{one} 2025" for one in (1, 2, 3, 4)]
    names = [one.label for one in at.get("download_button")]
    assert names[:2] == [
        f"{kind} *Indicators side by side – Quarters: Q1 2025 – Q4 2025 · North Central*" for kind in ("CSV", "Excel")
    ]


def one_over_time(at):
    """The rows of the table of one indicator: name → the texts of its cells and how strong their colour is."""
    rows = re.findall(r'<tr><th scope="row">([^<]*)</th>(.*?)</tr>', source(at))
    cells = r"<td[^>]*?(?:k-heat-(\d)[^>]*)?>([^<]*)"
    return {html.unescape(name): [(text.strip(), heat) for heat, text in re.findall(cells, row)] for name, row in rows}


def test_one_indicator_is_compared_over_time_by_organisation_on_one_scale(store, look, framework):  # noqa: F811
    at = look(store, page=COMPARE, across="@organisation", **Q3)
    at.selectbox(key="pick.indicator").select("O6").run()
    assert at.query_params["indicator"] in ("O6", ["O6"])
    assert re.findall(r'<th scope="col"[^>]*>([^<]*)', source(at))[0] == "Organisations"
    rows = one_over_time(at)
    assert list(rows) == [HOSTILE, "Sofia Association"]
    assert [one[-3:] for one in rows.values()] == [[("15", "1")] * 3, [("75", "5")] * 3]
    assert "Over the whole table: the stronger the colour, the better" in said(at)
    assert "Most often ahead" not in said(at)
    here = opened(store)
    wanted = figures.measured(here, [Question("O6", WHEN, by=("region",))], today=TODAY)[0][1:]
    here.engine.dispose()
    at = look(store, page=COMPARE, across="region", indicator="O6", **Q3)
    assert [one[-1][0] for one in one_over_time(at).values()] == [as_written(framework, one) for one in wanted]
    assert "K1" not in [one[:2] for one in at.selectbox(key="pick.indicator").options]
    at = look(store, page=COMPARE, across="@organisation", indicator="O6", columns="RSE", **Q3)
    assert list(one_over_time(at)) == [HOSTILE]
    at = look(store, Role.VIEWER, page=COMPARE, across="region", indicator="O6", quarter="2025-Q4", lang="en")
    assert re.findall(r'<th scope="col"[^>]*>([^<]*)', source(at))[1:] == ["2023", "2024", "2025"]


def test_the_table_of_one_indicator_is_taken_away_by_the_names_of_its_rows(framework):
    cells = {"a": row("O6", x=1, y=3), "b": row("O6", x=5)}
    found = Matrix({"x": "Q1", "y": "Q2"}, {}, cells, rows={"b": "Beta", "a": "Alpha"}, head="Organisations")
    assert matrix.scaled(framework, found) == {"a": {"x": 1, "y": 3}, "b": {"x": 5}}
    lines = list(csv.reader(io.StringIO(matrix.table(framework, found, "x", "en").csv())))
    assert lines == [["Organisations", "Q1", "Q2"], ["Beta", "5", "not asked"], ["Alpha", "1", "3"]]


def test_what_is_not_collected_and_who_was_not_asked_is_said(store, look):  # noqa: F811
    assert row_of(look(store, page=COMPARE, across="region", **Q3), "K1")[1:] == ["Not collected by region"]
    at = look(store, page=COMPARE, across="@organisation", **Q3)
    assert html.escape(HOSTILE) in source(at)
    assert "<b>Ruse</b>" not in source(at)
    assert "Sofia Association" in said(at)


def test_what_holds_for_every_column_is_said_once(store, look):  # noqa: F811
    at = look(store, page=COMPARE, across="@organisation", **Q3)
    assert row_of(at, "R5b")[-1] == "Only by: year, since the start"


def test_the_choice_stands_in_the_address_and_a_filter_along_it_is_set_aside(store, look):  # noqa: F811
    at = look(store, page=COMPARE, **Q3)
    at.selectbox(key="pick.across").select("region").run()
    assert at.query_params["across"] in ("region", ["region"])
    assert row_of(at, "O6")[0] == "90"
    at = look(store, page=COMPARE, across="region", where__region="BG32", **Q3)
    assert "All are compared here, not only North Central." in said(at)
    assert row_of(at, "O6")[0] == "90"


def test_beneath_each_figure_stands_its_change_against_what_is_chosen(store, look):  # noqa: F811
    at = look(store, page=COMPARE, across="region", **Q3)
    assert "Beneath each figure: its change against Q2 2025." in said(at)
    assert beneath(at, "O6")[0] == "±0"
    assert at.selectbox(key="pick.against").value == "before"
    at = look(store, page=COMPARE, across="region", against="year_earlier", **Q3)
    assert "Beneath each figure: its change against Q3 2024." in said(at)
    assert beneath(at, "O6") == []  # nothing is known of it
    at = look(store, page=COMPARE, across="@quarter", **Q3)
    assert "its change against the period before" in said(at)
    assert beneath(at, "O6") == ["±0", "±0"]  # the first quarter has nothing before it


def beneath(at, key):
    """The changes in an indicator's row."""
    found = re.search(rf'<tr[^>]*><th scope="row"><span class="k-key">{key}</span>.*?</tr>', source(at))
    return [html.unescape(one) for one in re.findall(r"<small[^>]*>(.*?)</small>", found[0])]


def test_a_period_whose_returns_may_still_come_is_marked_and_not_judged(store, look, monkeypatch):  # noqa: F811
    """In the fourth quarter what was known in the third still stands; its returns are due by 30 January."""
    for module in ("asked", "comparing", "compared"):
        monkeypatch.setattr(f"kpi.web.{module}.today", lambda: date(2025, 11, 27))
    for across in ("@quarter", "@year", "@organisation", "region"):
        at = look(store, page=COMPARE, across=across, window="quarter", quarter="2025-Q4", lang="en")
        assert "Returns of Q4 2025 may come until 30 Jan 2026: until then" in said(at)
        assert "◔ provisional: returns are missing or may still come in" in said(at)
        row = re.search(r'<span class="k-key">R1</span>.*?</tr>', source(at))[0]
        open_ = [one for one in re.findall(r"<td[^>]*>.*?</td>", row) if '<abbr title="provisional"' in one]
        assert any("7,500" in one for one in open_)
        assert not any("k-heat" in one or "<small" in one for one in open_)
        assert ("The last year is not over" in said(at)) == (across == "@year")
    at = look(store, page=COMPARE, across="@quarter", **{**Q3, "quarter": "2025-Q1"})
    assert "◔" not in source(at)
    assert "may come until" not in said(at)


def test_many_columns_are_turned_over_and_keep_their_colours(store, look, monkeypatch):  # noqa: F811
    monkeypatch.setattr("kpi.web.columns.WIDE", 1)
    at = look(store, page=COMPARE, across="@organisation", **Q3)
    assert at.selectbox(key="pick.page").options == ["1–1 of 2", "2–2 of 2"]
    first = row_of(at, "O6")
    at.selectbox(key="pick.page").select("2").run()
    assert at.query_params["page"] in ("2", ["2"])
    assert sorted([first[1], row_of(at, "O6")[1]]) == ["15", "75"]
    assert source(at).count("k-heat-5") + source(at).count("k-heat-1") >= 1


def test_of_the_columns_some_can_be_chosen_and_only_they_are_spoken_of(store, look):  # noqa: F811
    at = look(store, page=COMPARE, across="region", **Q3)
    regions = at.multiselect(key="pick.columns")
    assert not regions.value
    regions.select("BG41").run()
    assert at.query_params["columns"] in ("BG41", ["BG41"])
    assert len(re.findall(r'<th scope="col"', source(at))) == 3
    assert "Most often ahead" not in said(at)
    at = look(store, page=COMPARE, across="region", columns="BG41,nowhere", **Q3)
    assert "“nowhere”, which is not known here" in said(at)
    assert at.multiselect(key="pick.columns").value == ["BG41"]
    at.selectbox(key="pick.across").select("theme").run()
    assert "columns" not in at.query_params
    assert "not known here" not in said(at)


def test_a_value_that_stands_in_for_a_missing_one_is_marked(store, look):  # noqa: F811
    """The Association's position of the first quarter stands in the third; Ruse has its own."""
    at = look(store, page=COMPARE, across="@organisation", **Q3)
    marks = re.findall(r'<td[^>]*>([^<]*)<abbr title="([^"]*)"[^>]*>†</abbr>', source(at))
    assert marks == [("7,500", "as of Q1 2025"), ("7,000", "as of Q1 2025")]
    note = "†: the last reported position stands in for one that is missing."
    assert note in said(at)
    at = look(store, page=COMPARE, across="@organisation", **{**Q3, "quarter": "2025-Q1"})
    assert "†" not in source(at)


def test_a_number_in_the_address_is_a_small_whole_one_or_none():
    asked = ["2", "012", "²", "٣", "9" * 5000, "-1", "1.5", "", None]
    assert [address.number(one) for one in asked] == [2, 12, 0, 0, 0, 0, 0, 0, 0]


def test_what_is_taken_away_holds_every_column(store, look, framework):  # noqa: F811
    here = opened(store)
    answers = figures.measured(here, [Question("O6", WHEN, by=("region",))], today=TODAY)[0]
    here.engine.dispose()
    cells = {"O6": {one.slice["region"]: one for one in answers[1:]}}
    columns = {key: key for key in cells["O6"]}
    table = matrix.table(framework, Matrix(columns, {"O6": answers[0]}, cells), "x", "en")
    lines = list(csv.reader(io.StringIO(table.csv())))
    assert lines[0][:4] == ["Indicator", "Name", "Unit", "All"]
    assert dict(zip(lines[0], lines[1], strict=True))["BG41"] == "75"
    assert lines[1][3] == "90"


def test_funders_compare_what_is_published_only(store, look):  # noqa: F811
    at = look(store, Role.VIEWER, page=COMPARE, across="@organisation", quarter="2025-Q4", lang="en")
    assert "“Organisations” cannot be compared here: your role sees published figures only" in said(at)
    assert "Sofia Association" not in said(at)
    assert not any(one in ("Organisations", "Quarters") for one in at.selectbox(key="pick.across").options)
    assert row_of(at, "O6")[0] == "270"
    assert "“@week”, which is not known here" in said(look(store, Role.VIEWER, page=COMPARE, across="@week", lang="en"))
    at = look(store, Role.VIEWER, page=COMPARE, across="@year", quarter="2025-Q4", lang="en")
    assert row_of(at, "O6")[-1] == "270"
