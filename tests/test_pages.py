"""The pages as people meet them, on a small store whose numbers can be checked by hand."""

import html
import re
from pathlib import Path

import pytest

from kpi.access import OPERATOR, Role
from kpi.adoption import adopt
from kpi.installation import open_installation
from kpi.quarter import Quarter
from kpi.settings import Settings
from kpi.web.opened import today
from looking import links, look_at, said, somebody, source
from showing import HOSTILE, NOW, environment, filled, mark_as_sample, ready

ROOT = Path(__file__).parent.parent
SHELL = str(ROOT / "src/kpi/web/shell.py")
INDICATOR, INDICATORS = (str(ROOT / f"pages/{name}.py") for name in ("indicator", "indicators"))
Q3 = {"quarter": "2025-Q3", "window": "quarter", "lang": "en"}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shown")
    filled(folder).engine.dispose()
    return folder


@pytest.fixture
def look(monkeypatch):
    """Open a page on an installation as somebody: ``look(folder, role=…, page=…, **parameters)``."""
    return lambda folder, role=Role.MANAGER, **asked: look_at(monkeypatch, folder, somebody(folder, role), **asked)


def row_of(at, key: str) -> str:
    """What the list says of an indicator."""
    found = re.search(rf'<tr[^>]*><th scope="row"><span class="k-key">{key}</span>.*?</tr>', source(at))
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


def test_the_list_shows_value_status_expectation_target_and_coverage(store, look):
    row = row_of(look(store, page=INDICATORS, **Q3), "O6")
    assert "90 people" in row
    # 90 people in the quarter; 270 of 240 expected in the year to date, which is what is judged.
    assert "on track year to date" in row
    assert "113%" in row
    assert "240 measured year to date: 270" in row
    assert "320 *" in row
    assert "2 of 2" in row


def test_the_arithmetic_is_one_click_from_the_status(store, look):
    row = row_of(look(store, page=INDICATORS, **Q3), "O6")
    assert "The year's target, 320, times the part of it due by the end of Q3 2025, 75%, gives 240 expected." in row
    assert "270 ÷ 240 = 113%" in row


def test_what_is_carried_and_provisional_says_so(store, look):
    row = row_of(look(store, page=INDICATORS, **Q3), "R1")
    assert "7,500 people" in row
    assert "provisional" in row
    assert "1 of 2" in row
    assert "1 carried forward" in row


@pytest.mark.parametrize(
    ("indicator", "quarter", "told"),
    [("O6", "2025-Q3", set()), ("R1", "2025-Q3", {"Hollow"}), ("O6", "2025-Q4", {"Hollow", "A gap"})],
)
def test_beneath_a_chart_only_the_marks_that_it_has_are_explained(store, look, indicator, quarter, told):
    text = said(look(store, page=INDICATOR, indicator=indicator, **{**Q3, "quarter": quarter}))
    marks = {"Hollow": "Hollow or hatched: provisional", "A gap": "A gap: not reported."}
    assert {mark for mark, sentence in marks.items() if sentence in text} == told


def test_a_filter_shows_the_filtered_value_or_that_there_is_none(store, look):
    at = look(store, page=INDICATORS, where__region="BG32", **Q3)
    assert "15 people" in row_of(at, "O6")
    assert "500 people" in row_of(at, "R1")
    assert "no target" in row_of(at, "O6")
    assert "not collected by region" in row_of(at, "K1")


def test_returns_that_a_filter_does_not_limit_are_said_to_be_of_the_whole_programme(store, look):
    def told(**where):
        return said(look(store, page=INDICATOR, indicator="O6", **where, **Q3))

    assert "of the whole programme" not in told()
    assert "Returns approved 2 of 2 of the whole programme" in told(where__region="BG32")
    assert "Returns approved: 2 of 2 expected (100%), of the whole programme." in told(where__region="BG32")
    # What an organisation is limits the returns, too.
    ngo = told(where__organisation_type="ngo")
    assert "Returns approved 1 of 1" in ngo
    assert "of the whole programme" not in ngo
    both = told(where__organisation_type="ngo", where__region="BG32")
    assert "Returns approved 1 of 1 of “Non-governmental organisation” in the whole programme" in both
    assert row_of(look(store, page=INDICATORS, where__region="BG32", **Q3), "O6").count("of the whole programme") == 2


def test_choosing_a_filter_changes_the_address_and_the_figures(store, look):
    at = look(store, page=INDICATORS, **Q3)
    at.selectbox(key="pick.where.region").select("BG41").run()
    assert at.query_params["where.region"] in ("BG41", ["BG41"])
    assert "75 people" in row_of(at, "O6")
    at.selectbox(key="pick.window").select("year_to_date").run()
    assert "225 people" in row_of(at, "O6")


def test_submitted_returns_count_only_where_asked_and_are_marked(store, look):
    asked = {**Q3, "quarter": "2025-Q4"}
    at = look(store, page=INDICATORS, **asked)
    assert "40 people" not in row_of(at, "O6")
    assert "Preliminary" not in said(at)
    at.toggle(key="pick.provisional").set_value(True).run()
    assert "40 people" in row_of(at, "O6")
    assert "Preliminary: returns that are submitted and not yet approved count too." in said(at)


def test_the_language_is_the_one_chosen_and_stays_on_the_next_page(store, look):
    at = look(store, **{**Q3, "lang": "bg"})
    assert "Успешно завършили участници" in said(at)
    at.button(key="language.en").click().run()
    assert "Successful participants" in said(at)
    at.switch_page(INDICATOR).run()
    assert not at.exception
    assert '<span lang="en" aria-current="true">English</span>' in source(at)
    assert at.selectbox(key="pick.quarter").value == "2025-Q3"


def test_an_address_that_asks_for_what_is_not_known_is_told(store, look):
    at = look(
        store,
        quarter="2025-Q7",
        window="fortnight",
        lang="en",
        where__region="BG99",
        regoin="BG41",
        provisional="maybe",
    )
    for unknown in ("2025-Q7", "fortnight", "BG99", "regoin", "maybe"):
        assert f"The address asks for “{unknown}”, which is not known here." in said(at)


def test_the_indicator_page_breaks_down_and_follows_to_rows(store, look):
    at = look(store, page=INDICATOR, indicator="O6", **Q3)
    text = said(at)
    assert "Q3 2025: 90 people. 2025 to the end of Q3: 270, where 240 was expected – on track." in text
    # 60 women of 85 who are stated; 5 are not.
    assert "Women 60 70.6%" in text
    assert "Not stated 5 –" in text
    assert "Southwestern 75 83.3%" in text
    assert "Sofia Association 75" in text
    assert "RSE_2025-Q3.xlsx" in text
    at.selectbox(key="pick.return").select_index(0).run()
    assert not at.exception
    rows = at.dataframe[0].value
    # The table can be taken away as CSV: what a spreadsheet would run has an apostrophe before it.
    assert rows["Course"].tolist() == ["'=1+1 <i>first aid</i>"]
    assert rows["Successful: Women"].tolist() in (["10"], ["50"])


def test_what_is_still_to_come_is_said_of_what_is_approved_and_of_the_whole_programme_alone(store, look):
    asked = {"page": INDICATOR, "indicator": "O6", **Q3}
    told = "Still to come: 50 people in one quarter; so far 90 a quarter on average"
    assert told in said(look(store, **asked))
    assert "Still to come" not in said(look(store, where__region="BG41", **asked))
    assert "Still to come" not in said(look(store, provisional="1", **asked))
    assert "Still to come" not in said(look(store, **(asked | {"quarter": "2025-Q4"})))


def test_a_category_leads_to_the_same_page_limited_to_it(store, look):
    at = look(store, page=INDICATOR, indicator="O6", over="gender", where__region="BG41", **Q3)
    asked = {**Q3, "indicator": "O6", "where.region": "BG41"}
    ways = links(source(at), "k-only")
    assert ways["Non-governmental organisation"] == ("", {**asked, "over": "gender", "where.organisation_type": "ngo"})
    assert ways["North Central"] == ("", {**asked, "over": "gender", "where.region": "BG32"})
    assert not {"Women", "Ruse", "Not stated", "Southwestern"} & ways.keys()  # no filter, or the one that is set
    del asked["indicator"]
    assert ways["Sofia Association"] == ("compare", {**asked, "columns": "SDA"})
    assert 'title="Show only North Central"' in source(at)


def test_funders_are_led_where_their_filters_lead_and_to_no_organisation(store, look):
    at = look(store, Role.VIEWER, page=INDICATOR, indicator="O6", lang="en", quarter="2025-Q3", window="year_to_date")
    ways = links(source(at), "k-only")
    filters = {key.removeprefix("pick.") for one in at.selectbox if (key := one.key or "").startswith("pick.where.")}
    assert ways["Southwestern"][1]["where.region"] == "BG41"
    assert {name for _, asked in ways.values() for name in asked if name.startswith("where.")} <= filters
    assert {page for page, _ in ways.values()} == {""}
    assert len({asked["quarter"] for _, asked in ways.values()}) == 1


def test_all_rows_behind_a_figure_can_be_seen_and_taken_away(store, look):
    at = look(store, page=INDICATOR, indicator="O6", **{**Q3, "window": "year_to_date"})
    assert [one.proto.label for one in at.get("download_button") if "All rows" in one.proto.label]
    at.toggle(key="pick.all_rows").set_value(True).run()
    assert not at.exception
    assert "All rows that this figure is made of: Courses and training: 6" in said(at)
    rows = at.dataframe[0].value
    assert rows["Adds to the figure"].tolist().count("75") == 3
    assert set(rows["Quarter"]) == {"2025-Q1", "2025-Q2", "2025-Q3"}
    assert set(rows["Course"]) == {"'=1+1 <i>first aid</i>"}  # nothing in it is run by a spreadsheet


def test_funders_get_no_rows_behind_a_figure(store, look):
    at = look(store, Role.VIEWER, page=INDICATOR, indicator="O6", lang="en", quarter="2025-Q4")
    assert not [one for one in at.get("download_button") if "rows" in one.proto.label]
    assert "pick.all_rows" not in [one.key for one in at.toggle]


def test_years_and_half_years_are_chosen_as_such(store, look):
    at = look(store, quarter="2025-Q3", window="year", lang="en")
    chosen = at.selectbox(key="pick.quarter")
    assert {"2023", "2024", "2025", "2026"} <= set(chosen.options)
    assert not any("Q" in one for one in chosen.options)
    chosen.select("2024-Q4").run()
    assert (at.query_params["window"], at.query_params["quarter"]) == ("year", "2024-Q4")
    halves = look(store, quarter="2025-Q3", window="half_year", lang="en").selectbox(key="pick.quarter")
    assert halves.value == "2025-Q4"
    assert len(halves.options) == len(set(halves.options))
    assert not any("Q" in one for one in halves.options)


def test_women_are_measured_against_their_target_of_the_year_to_date(store, look):
    text = said(look(store, page=INDICATOR, indicator="O6", **Q3))
    assert "Share: women 70.6% ● on track" in text
    assert "target 50.0%" in text


def test_charts_hold_the_measured_values(store, look):
    at = look(store, page=INDICATOR, indicator="O6", **Q3)
    charts = at.get("plotly_chart")
    assert len(charts) == 2
    assert "270" in charts[0].proto.spec
    assert '"90' in charts[1].proto.spec or "90" in charts[1].proto.spec
    # To whoever cannot see them they say what they draw: the year to date, and each quarter's own.
    assert [one.proto.alt for one in charts] == [
        "Q1 2025: 90; Q2 2025: 180; Q3 2025: 270",
        "Q1 2025: 90; Q2 2025: 90; Q3 2025: 90",
    ]


def test_what_people_wrote_is_text_and_never_markup(store, look):
    at = look(store, page=INDICATOR, indicator="O6", **Q3)
    assert "<b>Ruse</b>" not in source(at)
    assert html.escape(HOSTILE) in source(at)
    assert HOSTILE not in "".join(one.value for one in at.markdown)


def test_every_indicator_has_a_page_in_every_language(store, look):
    at = look(store, page=INDICATOR, indicator="P1", **Q3)
    for key in at.selectbox(key="pick.indicator").options:
        for language in ("en", "bg"):
            at.query_params["indicator"] = key.partition(" ")[0]
            at.query_params["lang"] = language
            at.run()
            assert not at.exception, (key, language, at.exception)
            assert f'<span class="k-key">{key.partition(" ")[0]}</span>' in source(at)


@pytest.mark.parametrize("window", ["quarter", "half_year", "year", "year_to_date", "since_start", "range"])
def test_every_window_can_be_shown(store, look, window):
    at = look(store, page=INDICATORS, **{**Q3, "window": window, "from": "2025-Q2"})
    expected = {"quarter": 90, "half_year": 90, "year": 270, "year_to_date": 270, "since_start": 270, "range": 180}
    assert f"{expected[window]} people" in row_of(at, "O6")


def test_sample_data_are_marked_on_every_page(tmp_path, look):
    opened = filled(tmp_path)
    mark_as_sample(opened)
    for page in (None, INDICATORS, INDICATOR):
        assert "Sample data." in said(look(tmp_path, page=page, **Q3))


def test_a_real_store_is_not_called_a_sample(store, look):
    assert "Sample data." not in said(look(store, **Q3))


def test_nothing_reported_is_said(store, look):
    assert "Nothing is reported for this period yet." in said(look(store, quarter="2024-Q1", lang="en"))


def test_an_empty_store_says_what_to_do(tmp_path, look):
    ready(tmp_path)
    text = said(look(tmp_path, lang="en"))
    assert "Nobody reports here yet" in text
    assert "kpi organisations import" in text


def test_a_missing_store_says_what_to_do(tmp_path, look):
    text = said(look(tmp_path, lang="en"))
    assert "The data cannot be opened" in text
    assert "kpi init" in text


def test_a_faulty_framework_is_shown_with_its_lines(tmp_path, look):
    ready(tmp_path)
    framework = tmp_path / "indicators.yaml"
    framework.write_text(framework.read_text("utf-8").replace("    unit: people\n", "    unit: peple\n", 1), "utf-8")
    text = said(look(tmp_path, lang="en"))
    assert "The framework has errors" in text
    assert re.search(r"indicators\.yaml:\d+", text)
    assert "peple" in text


def test_figures_follow_the_store_at_once(tmp_path, look):
    opened = filled(tmp_path)
    at = look(tmp_path, page=INDICATORS, **Q3)
    assert "2 of 2" in row_of(at, "O6")
    from showing import Quarter, returns, writing  # noqa: PLC0415 (only this test approves)

    with writing(opened.engine) as session:
        waiting = returns.find(session, quarter=Quarter(2025, 4))[0]
        returns.approve(session, return_id=waiting.id, by="another", at=NOW)
        from kpi.store import events  # noqa: PLC0415 (as above)

        events.append(session, at=NOW, actor="another", action="return.approved", subject="RSE")
    at.query_params["quarter"] = "2025-Q4"
    at.run()
    assert "40 people" in row_of(at, "O6")


@pytest.mark.parametrize("window", ["quarter", "half_year", "year", "year_to_date", "since_start", "range"])
@pytest.mark.parametrize("quarter", ["1900-Q1", "1901-Q1", "2200-Q4"])
def test_a_quarter_far_off_is_told_and_the_usual_one_shown(store, look, window, quarter):
    for page in (None, INDICATORS, INDICATOR):
        at = look(store, page=page, quarter=quarter, window=window, lang="en")
        assert "There are no figures for Q" in said(at)
        assert at.selectbox(key="pick.quarter").value != quarter


def test_a_quarter_that_has_not_begun_is_told_and_a_year_that_goes_on_is_not(store, look):
    now = Quarter.of(today())
    for window in ("quarter", "since_start"):
        for page in (None, INDICATORS, INDICATOR):
            at = look(store, page=page, quarter=str(now + 2), window=window, lang="en")
            text = said(at)
            assert "has not begun. No organisation reports for it yet. Show Q" in text
            # Nothing is told as a result: neither figures nor verdicts, nor what would be missing.
            assert not re.search(r"indicators are on track|●|Missing|Returns approved", text)
            assert not at.get("plotly_chart")
    assert "has not begun" not in said(look(store, quarter=str(now), window="year", lang="en"))


def test_an_indicator_that_is_not_in_force_leaves_the_others_standing(tmp_path, look):
    filled(tmp_path)
    framework = tmp_path / "indicators.yaml"
    text = framework.read_text("utf-8")
    headline = re.search(r"^headlines:\n(?:.*\n)*?.*indicator: (\w+)", text, re.MULTILINE)[1]
    other = "O6"
    for key in {headline, other}:
        text, changed = re.subn(rf"^(  {key}:\n)", r"\1    until: 2025-Q1\n", text, count=1, flags=re.MULTILINE)
        assert changed
    framework.write_text(text, "utf-8")
    settings = Settings.from_environment(environment(tmp_path))
    adopt(open_installation(settings, who=OPERATOR, changed=True), by="one", at=NOW)
    at = look(tmp_path, **Q3)
    assert 'class="k-card-name"' in source(at)
    assert f'<span class="k-key">{headline}</span>' not in source(at)
    assert f'<span class="k-key">{other}</span>' not in source(at)
    for key in (headline, other):
        assert f'<span class="k-key">{key}</span>' in source(look(tmp_path, page=INDICATOR, indicator=key, **Q3))
    assert f'<span class="k-key">{other}</span>' in source(look(tmp_path, quarter="2025-Q1", lang="en"))


def test_the_names_are_read_once_whatever_the_number_of_returns(store, look, monkeypatch):
    from kpi.web import person  # noqa: PLC0415 (only this test counts)

    asked = []
    true = person.overview
    monkeypatch.setattr(person, "overview", lambda found: asked.append(found) or true(found))
    at = look(store, page=INDICATOR, indicator="O6", **Q3)
    asked.clear()
    at.run()
    assert len(at.selectbox(key="pick.return").options) > 1
    assert len(asked) == 1


@pytest.mark.parametrize("file", [None, INDICATOR])
def test_every_table_names_its_columns_and_its_rows(store, look, file):
    tables = re.findall(r"<table.*?</table>", source(look(store, page=file, indicator="O6", **Q3)), re.DOTALL)
    assert len(tables) > 3
    assert [one for one in tables if 'scope="col"' not in one or 'scope="row"' not in one] == []
