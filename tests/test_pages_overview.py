"""The overview and the list of indicators: what they say of a small store, to whom, and where it leads."""

import html
import re
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from kpi.access import Role
from kpi.coverage import reported
from kpi.figures import measured
from kpi.measure.model import Coverage
from kpi.measure.needs import Question
from kpi.present import words
from kpi.quarter import Quarter, Window
from looking import look_at, page_of, said, source
from showing import filled, signed_in

ROOT = Path(__file__).parent.parent
Q3 = {"quarter": "2025-Q3", "window": "quarter", "lang": "en"}


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    folder = tmp_path_factory.mktemp("overview")
    here = filled(folder)
    yield here, folder, {role: signed_in(here, role) for role in (Role.MANAGER, Role.VIEWER)}
    here.engine.dispose()


@pytest.fixture
def look(opened, monkeypatch):
    _, folder, tokens = opened

    def shown(page="overview", role=Role.MANAGER, **parameters):
        return look_at(monkeypatch, folder, tokens[role], page_of(page), **parameters)

    return shown


def keys(at) -> list[str]:
    """The indicators of the list, in its order."""
    return re.findall(r'<tr[^>]*><th scope="row"><span class="k-key">(\w+)</span>', source(at))


def link(at, text: str) -> tuple[str, dict[str, str]]:
    """Where a link leads: its path, and what its address asks for."""
    (href,) = {html.unescape(one) for one in re.findall(rf'<a href="([^"]*)"[^>]*>{re.escape(text)}', source(at))}
    parts = urlsplit(href)
    return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}


def test_the_findings_lead_to_what_they_tell_of(look):
    at = look(**Q3)
    path, params = link(at, "Without a verdict: ")
    assert (path, params["status"], params["supporting"]) == ("indicators", "none", "0")
    count = int(re.search(r"Without a verdict: (\d+)\.", said(at))[1])
    listed = look("indicators", **params)
    assert len(keys(listed)) == count
    assert f"Shown: {count} of" in said(listed)


def test_what_needs_a_decision_is_told_to_the_core_team_alone(look):
    text = said(look(**Q3))
    # The fourth quarter of RSE waits; that of SDA has not come, and is long due.
    assert re.search(r"Returns to approve 1 the longest wait, in days: \d+", text)
    assert re.search(r"Late returns \d+ RSE <b>Ruse</b> .*, Sofia Association", text)
    assert "Behind the plan, nothing planned" in text
    for_funders = said(look(role=Role.VIEWER, quarter="2025-Q4", window="year", lang="en"))
    for each in ("Returns to approve", "Late returns", "What needs a decision", "Missing:"):
        assert each not in for_funders


def test_who_is_late_is_one_press_from_the_overview(look):
    path, params = link(look(**Q3), "Late returns: ")
    assert (path, params["part"]) == ("returns", "board")


def test_coverage_counts_what_is_approved_of_what_is_expected(look, opened):
    here = opened[0]
    found = reported(here, Quarter(2025, 4))
    assert found.total == Coverage(0, 2)
    found = reported(here, Quarter(2025, 3))
    assert found.total == Coverage(2, 2)
    assert dict(found.kinds) == {"ngo": Coverage(1, 1), "municipality": Coverage(1, 1)}
    assert reported(here, Quarter(2024, 4)).total == Coverage(0, 0)
    text = said(look(quarter="2025-Q4", window="quarter", lang="en"))
    assert "Returns approved for Q4 2025: 0 of 2 (0%)." in text
    waits, late = "RSE <b>Ruse</b> [x](javascript:alert(1)) (waits for a decision)", "Sofia Association (late"
    assert f"Missing: {waits}; {late}, nothing begun)." in text
    assert "“Late” is something else than “missing”: it counts the last 4 quarters together" in text


def test_every_drawing_of_the_overview_can_be_taken_away_and_says_how_it_was_made(look):
    at = look(**Q3)
    keys = {one.key for one in at.get("download_button")}
    drawn = {"headlines", "status", "changed", "returns"}
    assert keys == {f"{form}.{name}" for name in drawn for form in ("csv", "png")}
    text = said(at)
    assert text.count("How is this computed?") == text.count("As a table") == len(drawn)
    assert "On track is what has at least 95% of what is expected by now, at risk what has at least 60%" in text
    assert "Expected is one return for Q3 2025 from every organisation that takes part" in text


def test_status_by_level_counts_every_main_indicator_once(look, opened):
    at = look(**Q3)
    table = re.search(r'<table class="[^"]*k-picture".*?</table>', source(at))[0]
    counted = [int(one) for one in re.findall(r'class="k-many[^"]*"[^>]*>(\d+)<', table)]
    assert sum(counted) == sum(one.supports is None for one in opened[0].framework.indicators.values())
    assert 'aria-label="O6 Successful participants in courses and other training: on track"' in table


def test_what_has_changed_is_said_in_numbers(look):
    text = said(look(**Q3))
    assert "What has changed against Q2 2025" in text
    # 180 of 160 expected by the second quarter, 270 of 240 by the third: as before.
    assert "O6" not in text[text.index("Judged differently") :].partition("As a table")[0]


def test_of_what_is_filtered_nothing_is_judged(look):
    text = said(look(where__region="BG32", **Q3))
    assert "Targets hold for the whole programme" in text
    for heading in ("Status by level", "What has changed", "Behind the plan, nothing planned 0"):
        assert heading not in text


def test_the_list_is_sorted_and_narrowed_by_its_address(look, opened):
    every = keys(look("indicators", **Q3))
    assert set(every) == set(opened[0].framework.indicators)
    names = [
        opened[0].framework.indicators[key].label["en"].casefold()
        for key in keys(look("indicators", sort="name", **Q3))
    ]
    assert names == sorted(names)
    backwards = [
        opened[0].framework.indicators[key].label["en"].casefold()
        for key in keys(look("indicators", sort="-name", **Q3))
    ]
    assert backwards == sorted(names, reverse=True)
    outcome = keys(look("indicators", level="output_outcome", supporting="0", **Q3))
    assert outcome == [
        key
        for key in every
        if opened[0].framework.indicators[key].level == "output_outcome"
        and opened[0].framework.indicators[key].supports is None
    ]
    assert keys(look("indicators", sort="status", **Q3))[-1] in {"O6", "O6a"}


def test_the_list_says_how_it_is_sorted_and_sorts_back_by_its_heads(look):
    at = look("indicators", sort="achievement", **Q3)
    assert 'aria-sort="ascending"' in source(at)
    path, params = link(at, "Achievement")
    assert (path, params["sort"]) == ("indicators", "-achievement")
    assert at.selectbox(key="pick.sort").value == "achievement"
    at.selectbox(key="pick.sort").select("coverage").run()
    assert at.query_params["sort"] in ("coverage", ["coverage"])


def test_what_a_list_is_asked_for_and_not_known_is_told(look):
    text = said(look("indicators", sort="size", level="heaven", status="fine", **Q3))
    for unknown in ("size", "heaven", "fine"):
        assert f"The address asks for “{unknown}”, which is not known here." in text


def test_a_list_without_any_indicator_says_so(look):
    assert "No indicator is like that in this period." in said(
        look("indicators", status="off_track", level="process", **Q3)
    )


def test_every_number_of_the_list_is_what_is_measured(look, opened):
    here, framework = opened[0], opened[0].framework
    window = Window.quarter(Quarter(2025, 3))
    questions = [Question(key, window) for key in framework.indicators]
    answers = {one[0].indicator: one[0] for one in measured(here, questions, today=date(2026, 11, 1))}
    page = source(look("indicators", **Q3))
    for key, found in answers.items():
        row = re.search(rf'<tr[^>]*><th scope="row"><span class="k-key">{key}</span>.*?</tr>', page)[0]
        text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", row)).split())
        if found.value is None:
            assert words.state(found, framework, "en") in text, key
        else:
            assert words.of(framework, key, found.value, "en") in text, key
        assert words.percent(found.standing.achievement, "en") in text, key


def test_a_funder_sees_verdicts_of_published_years_beside_each_other(look):
    text = said(look("overview", Role.VIEWER, lang="en"))
    assert "Status by level" in text
    assert "How complete the figures are" in text


def test_an_indicator_says_why_it_is_followed_and_how_good_its_figures_are(look):
    text = said(look("indicator", indicator="O6", **Q3))
    for each in (
        "Why it is followed Shows how many people leave with new skills",
        "How it is made ",
        "Frequency Each quarter, what happened in it",
        "Provisional while fewer than 80% of the expected returns are approved",
    ):
        assert each in text
    assert "Not judged on fewer than 20." in said(look("indicator", indicator="O6a", **Q3))


def test_what_changed_is_followed_to_whoever_changed_it(look):
    at = look("indicator", indicator="R1", quarter="2025-Q2", window="year_to_date", against="before", lang="en")
    assert "It changed most at" not in said(at)  # nothing is known of a year earlier
    at = look("indicator", indicator="O6", quarter="2025-Q2", window="range", **{"from": "2025-Q2"}, lang="en")
    assert "It changed most at" not in said(at)  # 90 as before
    at = look("indicator", indicator="O6", quarter="2025-Q4", window="quarter", provisional="1", lang="en")
    assert "Against Q3 2025, 90: −50. It changed most at Sofia Association (−75, not reported)." in said(at)


def test_every_breakdown_can_be_taken_away_and_says_how_it_was_made(look):
    at = look("indicator", indicator="O6", **Q3)
    files = {one.proto.id for one in at.get("download_button")}
    assert len(files) >= 2 + 5  # two charts; gender, kind of course, district, region, organisation and others
    assert "The rows add up to the whole." in said(at)
    assert "Shares and means do not add up to the whole." in said(look("indicator", indicator="O6a", **Q3))


def test_the_parts_of_an_indicator_have_addresses(look):
    page = source(look("indicator", indicator="O6", **Q3))
    links = re.findall(r'<a href="#(\w+)"', page)
    assert links
    for each in links:
        assert f'<h2 id="{each}">' in page


def test_what_is_expected_is_of_the_window_that_was_judged_and_the_window_is_named(look, opened):
    row = re.search(r'<span class="k-key">O6</span>.*?</tr>', source(look("indicators", **Q3)))[0]
    # 90 people in the quarter; 270 of 240 expected in the year to date, which is 113 %.
    expected = re.search(r'data-label="Expected by now"[^>]*>(.*?)</td>', row)[1]
    assert html.unescape(re.sub(r"<[^>]+>", " ", expected)).split() == ["240", "measured", "year", "to", "date:", "270"]
    whole = {**Q3, "window": "year_to_date"}
    row = re.search(r'<span class="k-key">O6</span>.*?</tr>', source(look("indicators", **whole)))[0]
    assert "measured year to date" not in row
    overview = source(look(**Q3))
    card = re.search(r"Capacity building.*?</a>", overview)[0]
    assert '<small class="k-basis">year to date: 270 people</small>' in card
    line = re.search(r'<tr><th scope="row"><span class="k-key">O6</span>.*?</tr>', overview)[0]
    assert '<small class="k-basis">year to date: 270 people</small>' in line
    assert "is judged on the year to date" in said(look(**Q3))
    assert "k-basis" not in source(look(**whole))


def test_the_overview_leads_to_the_report_of_what_is_in_sight(look):
    path, params = link(look(**{**Q3, "window": "year", "where__region": "BG41"}), "Make a report of this period")
    assert path == "reports"
    assert {name: params[name] for name in ("window", "quarter", "lang")} == {
        **Q3,
        "window": "year",
        "quarter": "2025-Q4",
    }
