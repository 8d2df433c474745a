"""Figures in words and drawings: pure, so tested by what they hold."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from filled import CENTRE, SECOND, framework
from kpi import breakdowns
from kpi.figures import Contribution
from kpi.framework.model import ColumnType, Due, UnitKind
from kpi.language import message
from kpi.measure.model import UNSTATED, Coverage, Measurement, Organisation, Standing, State, Status
from kpi.measure.plan import aim_of, plan_at
from kpi.measure.values import Value
from kpi.present import (
    arithmetic,
    asking,
    beside,
    charts,
    charts_said,
    come_from,
    course,
    decisions,
    filtered,
    findings,
    portfolio,
    spread,
    status,
    words,
)
from kpi.present import judged as judging
from kpi.present.axis import end_of, rounded_steps, year_axis
from kpi.present.bars import Bar, bars
from kpi.present.cards import Shown, spark
from kpi.present.charts_said import marks_said
from kpi.present.desk import queue_table
from kpi.present.drawn import Drawn
from kpi.present.html import el, join
from kpi.present.labels import Place, Room
from kpi.present.link import indicator_link
from kpi.present.moved import Moved, compared
from kpi.present.profile import Parted, breakdown, drawn, facts, parted
from kpi.present.scene import Scene
from kpi.present.sheet import guidance, sheet
from kpi.present.sources import returns_table
from kpi.present.sparkline import sparkline
from kpi.present.split import Told
from kpi.quarter import Quarter, Window, WindowKind
from kpi.registers import Entry
from kpi.review import Waiting
from kpi.store.model import Channel, ReturnState, StoredReturn
from kpi.web.view import Against, View, read
from looking import links

Q3, TODAY = Quarter(2025, 3), date(2025, 11, 21)
TO_DATE = Quarter(2026, 3)
FRAMEWORK = framework(CENTRE)
PLAIN = Scene(FRAMEWORK, "en", {})
NO_BREAK = "\u00a0"


def measurement(key="O6", value=90, quarter=Q3, **standing):
    """A measurement of a quarter; of its standing what is given."""
    basis = Window.year_to_date(quarter)
    judged = Standing(standing.pop("status", Status.NO_TARGET), basis, **standing)
    number = None if value is None else Fraction(value)
    state = State.MISSING if value is None else State.VALUE
    return Measurement(key, Window.quarter(quarter), {}, state, Coverage(2, 2), judged, number, number)


# text


@given(some.text())
def test_text_never_becomes_markup(text):
    made = el("p", text, title=text)
    inside = made.removeprefix("<p").removesuffix("</p>")
    assert inside.count("<") == 0
    assert inside.count('"') == 2


def test_finished_pieces_are_kept_and_absent_ones_left_out():
    assert join("a<b", None, el("b", "c")) == "a&lt;b<b>c</b>"
    assert el("td", "1", class_="x", title=None, data_label="&") == '<td class="x" data-label="&amp;">1</td>'


def test_text_stays_together_where_a_line_must_not_end():
    """Numbers of quarters and Bulgarian comparatives, in what is shown only."""
    said = "Най-добре в 3. тримесечие, по-зле от 2. Общо 2021-2027, по-2"
    made = el("p", said, "в 3. трим.", title=said)
    assert el("td", data_label="3. трим.") == '<td data-label="3.\xa0трим."></td>'
    shown = "Най-\u2060добре в 3.\xa0тримесечие, по-\u2060зле от 2. Общо 2021-2027, по-2в 3.\xa0трим."
    assert made == f'<p title="{said}">{shown}</p>'
    assert el("p", el("b", "3. трим."), "до 5. ") == "<p><b>3.\xa0трим.</b>до 5. </p>"


def test_a_link_carries_the_view_on():
    link = urlsplit(indicator_link("O6", {"lang": "bg", "where.region": "BG41", "indicator": "P1"}))
    assert parse_qs(link.query) == {"lang": ["bg"], "where.region": ["BG41"], "indicator": ["O6"]}


@pytest.mark.parametrize(
    ("value", "language", "expected"),
    [
        ("0.6696", "en", "67%"),
        ("0.945", "en", "95%"),
        ("1.1451", "bg", "115%"),
        ("12", "en", "> 1,000%"),
        ("-0.2", "en", "-20%"),
        ("0.997", "bg", "99,7%"),
        ("0.0004", "en", "0.04%"),
        ("0", "en", "0%"),
        ("1", "en", "100%"),
        ("1.0004", "en", "100%"),
    ],
)
def test_a_part_of_a_whole_is_rounded_and_is_neither_all_nor_nothing_unless_it_is(value, language, expected):
    assert words.percent(Fraction(value), language) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0.9449", "94%"), ("0.946", "94.6%"), ("0.95", "95%"), ("0.95006", "95%"), ("0.599", "59.9%"), ("0.6", "60%")],
)
def test_an_achievement_is_never_rounded_over_a_cut(value, expected):
    assert words.achieved(FRAMEWORK, Fraction(value), "en") == expected


def test_differences_carry_their_sign_and_shares_differ_in_points():
    assert words.change(FRAMEWORK, "O6", Fraction(90), Fraction(100), "en") == "−10"
    assert words.change(FRAMEWORK, "O6", Fraction(100), Fraction(90), "en") == "+10"
    assert words.change(FRAMEWORK, "O6", Fraction(90), Fraction(90), "en") == "±0"
    assert words.change(FRAMEWORK, "R6", Fraction(3, 5), Fraction(11, 20), "en") == "+5.0 percentage points"


def test_a_difference_is_that_of_the_numbers_that_are_shown():
    low, high = Fraction("4.0949"), Fraction("4.1051")
    assert [words.of(FRAMEWORK, "O5", one, "bg") for one in (low, high)] == ["4,09", "4,11"]
    assert words.change(FRAMEWORK, "O5", low, high, "bg") == "−0,02"
    assert words.change(FRAMEWORK, "O5", Fraction("4.0951"), Fraction("4.1049"), "bg") == "±0,00"
    assert words.change(FRAMEWORK, "R6", Fraction("0.0344"), Fraction("0.0336"), "en", brief=True) == "±0.0 pp"


def test_a_value_carries_its_unit_once():
    assert words.with_unit(FRAMEWORK, "O6", Fraction(1412), "en") == "1,412 people"
    assert words.with_unit(FRAMEWORK, "R5", Fraction(1412), "en") == "€1,412"
    assert words.with_unit(FRAMEWORK, "R6", Fraction(1, 2), "en") == "50.0%"
    assert words.with_unit(FRAMEWORK, "O6", None, "en") == "–"
    assert [words.with_unit(FRAMEWORK, "R4", Fraction(one), "bg") for one in (0, 1, 2)] == [
        "0 решения",
        "1 решение",
        "2 решения",
    ]


def test_an_amount_is_in_the_frameworks_own_currency():
    other = framework(SECOND)
    money = next(key for key, one in other.indicators.items() if one.unit == "chf")
    assert "CHF" in words.of(other, money, Fraction(1200), "fr")


@pytest.mark.parametrize(
    ("name", "within"), [("Women", "women"), ("Жени", "жени"), ("EU funds", "EU funds"), ("ЕСФ+", "ЕСФ+"), ("", "")]
)
def test_within_a_sentence_a_name_begins_small_but_for_abbreviations(name, within):
    assert words.inside(name) == within


def test_in_bulgarian_the_watched_share_is_named_as_people_name_it():
    split = Told(replace(PLAIN, language="bg"), FRAMEWORK.pages.gender)
    assert split.watched == "Дял – жени"


def test_a_period_that_nobody_was_asked_for_is_not_called_unreported():
    asked = measurement(value=None)
    unasked = Measurement("O5", asked.window, {}, State.MISSING, Coverage(0, 0), asked.standing)
    assert words.state(asked, FRAMEWORK, "en") == "not reported"
    assert words.state(unasked, FRAMEWORK, "en") == "not asked for in this period"
    half_yearly = replace(unasked, indicator="R3", window=Window.quarter(Quarter(2026, 3)), running=True)
    assert words.state(half_yearly, FRAMEWORK, "en") == "not asked for in this period"


@pytest.mark.parametrize(("language", "said"), [("en", "not due yet"), ("bg", "още не се очаква")])
def test_of_a_period_that_is_not_over_what_is_asked_for_is_not_due_yet(language, said):
    asked = measurement("O2", value=None)
    early = Measurement("O2", asked.window, {}, State.MISSING, Coverage(0, 0), asked.standing, running=True)
    assert words.state(early, FRAMEWORK, language) == said
    over = replace(early, running=False)  # of an organisation that was not asked
    assert words.state(over, FRAMEWORK, "en") == "not asked for in this period"


def test_every_status_has_a_word_and_a_sign_of_its_own():
    assert set(status.WORDS) == set(status.SIGNS) == set(Status)
    assert len(set(status.SIGNS.values())) == len(Status)
    assert len(set(status.WORDS.values())) == len(Status)


# sentences


def test_the_overview_counts_verdicts_and_names_the_worst():
    shown = {
        "O6": Shown(measurement("O6", 1, status=Status.ON_TRACK, achievement=Fraction(1)), None, ()),
        "O7": Shown(measurement("O7", 1, status=Status.OFF_TRACK, achievement=Fraction(1, 5)), None, ()),
        "K1": Shown(measurement("K1", 1, status=Status.AT_RISK, achievement=Fraction(7, 10)), None, ()),
        "K2": Shown(measurement("K2", None, status=Status.NO_DATA), None, ()),
        "O6a": Shown(measurement("O6a", 1, status=Status.OFF_TRACK, achievement=Fraction(0)), None, ()),
    }
    assert findings.overview(FRAMEWORK, shown, "en") == [
        "1 of 4 main indicators are on track or have reached their target.",
        "At risk: 1.",
        "Off track: 1.",
        "Without a verdict: 1.",
        "Furthest behind the plan of the main indicators: Success stories (20%); Partnerships formed (70%).",
    ]


def test_the_overview_of_what_is_filtered_says_that_nothing_is_judged():
    filtered = [replace(measurement(key, value), slice={"theme": "poverty"}) for key, value in (("O6", 1), ("K1", 2))]
    empty = replace(measurement("O7", None, status=Status.NO_DATA), slice={"theme": "poverty"})
    shown = {found.indicator: Shown(found, None, ()) for found in (*filtered, empty)}
    (said,) = findings.overview(FRAMEWORK, shown, "en")
    assert said.startswith("Targets hold for the whole programme")


def test_what_cannot_be_counted_yet_is_not_ticked_off():
    to_do, none, unknown = (
        decisions.decisions([decisions.Decision(count, "Behind the plan", "actions", "no verdict yet")])
        for count in (2, 0, None)
    )
    assert ">2</span><small>no verdict yet" in to_do
    assert ">✓</span></a>" in none
    assert ">–</span><small>no verdict yet" in unknown


def test_of_what_is_filtered_its_part_of_the_whole_and_what_moved_most_are_said():
    def one(key, value, before, **of):
        now, then = (replace(measurement(key, each, when), **of) for each, when in ((value, Q3), (before, Q3 + -1)))
        return Shown(now, then, ())

    part = {key: one(key, *both, slice={"theme": "poverty"}) for key, both in {"O6": (30, 40), "R5": (50, 49)}.items()}
    part |= {"O5": one("O5", Fraction(4), Fraction(3), slice={"theme": "poverty"}), "O7": one("O7", None, None)}
    everything = {key: one(key, value, value) for key, value in {"O6": 90, "R5": 100, "O5": 4}.items()}
    assert list(filtered.findings(FRAMEWORK, part, everything, "en")) == [
        "3 of 4 indicators have a figure for what is chosen.",
        "Funding leveraged – €50, 50% of the whole; Capacity building – 30 people, 33% of the whole.",
        "Changed most: Stakeholder satisfaction, +1.00 against Q2 2025.",
    ]
    # Nothing but the count where nothing is there.
    empty = {key: one(key, None, None) for key in everything}
    assert list(filtered.findings(FRAMEWORK, empty, everything, "en")) == [
        "0 of 3 indicators have a figure for what is chosen."
    ]


def arithmetic_of(found, under=FRAMEWORK):
    key = found.indicator
    aim, plan = aim_of(under, key), plan_at(under.indicators[key], found.window.last.ends)
    return " ".join(arithmetic.judged(under, found, aim, plan, "en"))


def test_the_arithmetic_of_a_flow_shows_its_target_and_division():
    found = measurement(
        status=Status.AT_RISK,
        actual=Fraction(200),
        expected=Fraction(240),
        target=Decimal(320),
        baseline=Decimal(180),
        achievement=Fraction(5, 6),
    )
    said = arithmetic_of(found)
    assert "The year's target, 320, times the part of it due by the end of Q3 2025, 75%, gives 240 expected." in said
    assert "200 ÷ 240 = 83%" in said
    assert "At risk: from 95% achievement on track, from 60% at risk, below that off track." in said


def test_the_arithmetic_of_a_position_takes_the_baseline_off():
    found = measurement(
        "R1",
        7000,
        status=Status.OFF_TRACK,
        actual=Fraction(4500),
        expected=Fraction(6400),
        target=Decimal(6800),
        baseline=Decimal(4000),
        achievement=Fraction(500, 2400),
    )
    said = arithmetic_of(found)
    assert "4,000 (2023), 5,200 (2024), 6,800 (2025)" in said
    assert "(4,500 − 4,000) ÷ (6,400 − 4,000) ≈ 21%" in said


def test_a_kept_level_is_explained_by_its_tolerance():
    found = measurement(
        "K3",
        1,
        status=Status.AT_RISK,
        actual=Fraction(2, 3),
        expected=Fraction(3, 4),
        target=Decimal("0.75"),
        baseline=Decimal("0.7"),
        maintained=True,
    )
    assert "at most the tolerance of 5.0 percentage points is on track" in arithmetic_of(found)


def test_between_two_due_quarters_the_next_one_is_named():
    found = measurement("R6", 1, status=Status.PROVISIONAL, actual=Fraction(1, 2), expected=Fraction(1, 2))
    (key,) = FRAMEWORK.indicators["R6"].forms
    seldom = FRAMEWORK.forms[key].model_copy(update={"due": Due.HALF_YEARLY})
    under = FRAMEWORK.model_copy(update={"forms": {**FRAMEWORK.forms, key: seldom}})
    assert "not asked for in Q3 2025 but next in Q4 2025" in arithmetic_of(found, under)


def test_what_may_still_come_is_waited_for():
    found = measurement("O6", 1, status=Status.PROVISIONAL, actual=Fraction(1), expected=Fraction(240))
    assert "no verdict before 30 Oct 2025 has passed and 80% of the expected returns are approved" in arithmetic_of(
        found
    )


# drawings


@given(some.floats(0.0001, 1e12))
def test_axis_steps_are_few_and_reach_over_the_highest(highest):
    steps = rounded_steps(highest)
    assert steps[0] == 0
    assert steps[-1] >= highest * 0.99
    assert 2 <= len(steps) <= 7


def test_the_axis_of_a_mean_is_its_scale():
    drawn = Drawn(FRAMEWORK, "en")
    assert breakdowns.scale(FRAMEWORK, "O5") == (1, 5)  # the column's bounds
    assert breakdowns.scale(FRAMEWORK, "P1") == (0, 4)  # the steps of its scale
    assert breakdowns.scale(FRAMEWORK, "O6") is None
    axis = drawn.axis("O5", [Fraction(41, 10), Fraction(39, 10)])
    assert (axis["tickvals"], axis["ticktext"]) == ([1, 2, 3, 4, 5], ["1", "2", "3", "4", "5"])
    assert axis["range"] == [1, pytest.approx(5.08)]
    assert drawn.axis("O6", [Fraction(410)])["range"] == [0, 600]


def test_a_chart_writes_a_rating_as_the_page_does():
    assert Drawn(FRAMEWORK, "bg").short("O5", Fraction(41, 10)) == "4,10"


def test_a_bar_on_a_scale_begins_where_the_scale_does():
    row = bars("By", [Bar("One", Fraction(3))], str, "en", scale=(Fraction(1), Fraction(5)))
    assert "width:50.0%" in row
    assert "width:100.0%" in bars("By", [Bar("One", Fraction(3))], str, "en")


def test_means_of_organisations_spread_over_the_scale_where_single_answers_are_not_collected():
    def of(code, value):
        return replace(measurement("O5", 1), organisation=code, value=Fraction(value))

    found = spread.means(FRAMEWORK, "O5", [of("A", 5), of("B", 4), of("C", Fraction(399, 100))], "en")
    assert {row.name: row.value for row in found.rows if row.value} == {"3.5 to 4": 1, "4 to 4.5": 1, "4.5 to 5": 1}
    assert len(found.rows) == 8
    assert spread.means(FRAMEWORK, "O5", [of("A", 5)], "en") is None  # one is no spread
    assert spread.means_only(FRAMEWORK, "O5")
    assert not spread.means_only(FRAMEWORK, "P1")  # of these each step is counted
    assert not spread.means_only(FRAMEWORK, "O6")


def test_what_is_not_published_has_no_verdict():
    found = measurement("O6", 1, status=Status.NO_DATA)
    assert "no data" in (status.verdict(found, "en") or "")
    assert status.verdict(replace(found, state=State.NOT_PUBLISHED, value=None), "en") is None


def test_the_page_of_an_indicator_says_what_it_answers():
    aimed = asking.title(FRAMEWORK, "O5", "en")
    assert "Is it on track, and what is it made of?" in aimed
    assert "Those who use a service know best whether it is good" in aimed
    without = FRAMEWORK.indicators["O5"].model_copy(update={"targets": {}, "why": None})
    bare = FRAMEWORK.model_copy(update={"indicators": {**FRAMEWORK.indicators, "O5": without}})
    assert "How does it change" in asking.title(bare, "O5", "en")
    assert "<p" not in asking.title(bare, "O5", "en")


def test_from_an_indicator_ways_lead_to_its_level_and_to_those_it_supports_and_rests_on():
    view = {"lang": "en", "where.region": "BG41"}
    shown = asking.place(Scene(FRAMEWORK, "en", {**view, "indicator": "O6a"}), "O6a")
    assert links(shown) == {
        "All indicators": ("indicators", view),
        "Outputs and outcomes": ("indicators", {**view, "level": "output_outcome"}),
        "Successful participants in courses and other training": ("indicator", {**view, "indicator": "O6"}),
    }
    assert "Supports:" in shown
    rests = asking.place(PLAIN, "R5")
    there = [query["indicator"] for page, query in links(rests).values() if page == "indicator"]
    assert there == ["R5a", "R5b", "R5c"]
    assert "Supporting:" in rests
    assert not {"Supports:", "Supporting:"} & set(re.findall(r"\w+:", asking.place(PLAIN, "O7")))


def test_the_definition_of_a_supporting_indicator_leads_to_the_main_one():
    name = "O6 – Successful participants in courses and other training"
    assert links(sheet(PLAIN, "O6a", ())) == {name: ("indicator", {"indicator": "O6"})}


def test_axis_steps_are_round():
    assert rounded_steps(410) == [0, 200, 400, 600]
    assert rounded_steps(0.62) == [0, 0.2, 0.4, 0.6, 0.8]


def test_a_sparkline_leaves_gaps():
    drawing = unquote(sparkline([Fraction(1), Fraction(2), None, Fraction(4), Fraction(5)], "Trend: up") or "")
    assert drawing.count("<polyline") == 2
    assert 'alt="Trend: up"' in drawing


def test_one_value_is_no_trend():
    assert sparkline([None, Fraction(3)], "") is None


def yearly(*values, **standing):
    """An indicator's years, the last one as far as it has come."""
    windows = [*(Window.year(2026 - index) for index in range(len(values) - 1, 0, -1)), Window.year_to_date(TO_DATE)]
    return [
        replace(measurement("O6", value, window.last, actual=Fraction(value), **standing), window=window)
        for value, window in zip(values, windows, strict=True)
    ]


def test_a_trend_names_its_windows_as_they_are_and_rings_the_year_that_is_not_over():
    course = yearly(11, 25, 31)
    drawing = unquote(spark(PLAIN, Shown(course[-1], None, course)) or "")
    assert 'alt="Trend: 11 people (2024), 31 people (2026 to the end of Q3)"' in drawing
    assert 'fill="none" stroke="#3b82c4" stroke-width="1.6"' in drawing
    over = unquote(spark(PLAIN, Shown(course[1], None, course[:2])) or "")
    assert 'alt="Trend: 11 people (2024), 25 people (2025)"' in over
    assert 'stroke-width="1.6"' not in over
    waiting = replace(PLAIN, params={"provisional": "1"})
    assert 'stroke-width="1.6"' in unquote(spark(waiting, Shown(course[1], None, course[:2])) or "")


def test_what_was_judged_stands_beside_the_verdict_where_it_is_not_the_figure_itself():
    by_itself = measurement("R4", 10, status=Status.OFF_TRACK, actual=Fraction(10), expected=Fraction(9))
    by_itself = replace(by_itself, expected=Fraction(9))
    assert "k-basis" not in judging.stands(PLAIN, by_itself)
    apart = measurement("R4", 10, status=Status.OFF_TRACK, actual=Fraction(1), expected=Fraction(3))
    assert "year to date: 1 policy decision</small>" in judging.stands(PLAIN, apart)


def test_a_verdict_on_what_nobody_approved_is_said_to_be_preliminary_and_has_no_colour():
    found = measurement(status=Status.ON_TRACK, actual=Fraction(90), expected=Fraction(90))
    shown = judging.stands(replace(PLAIN, params={"provisional": "1"}), found)
    assert "k-badge k-none" in shown
    assert "preliminary" in shown
    assert "k-badge k-good" in judging.stands(PLAIN, found)


@pytest.mark.parametrize("why", [State.NOT_AVAILABLE, State.NOT_COLLECTED, State.NOT_PUBLISHED])
def test_no_verdict_stands_where_the_state_has_said_why_there_is_no_figure(why):
    silent = replace(measurement(value=None, status=Status.NO_DATA), state=why)
    assert judging.stands(PLAIN, silent) is None
    assert judging.stands(PLAIN, measurement(value=None, status=Status.NO_DATA)) is not None


def test_a_level_to_be_kept_is_said_to_be_so_where_others_have_an_achievement():
    kept = measurement("K3", 1, status=Status.AT_RISK, actual=Fraction(1), expected=Fraction(1), maintained=True)
    assert "<dt>Achievement</dt><dd><small>a level to be kept</small>" in facts(FRAMEWORK, kept, "en")


def test_a_trend_of_what_only_years_have_names_the_years_that_it_is_judged_on():
    course = [
        replace(measurement("R5b", None, Quarter(2026, number)), standing=standing)
        for number in (2, 3)
        for standing in [Standing(Status.NO_DATA, Window.year_to_date(Quarter(2026, number)), actual=Fraction(number))]
    ]
    drawing = unquote(spark(PLAIN, Shown(course[-1], None, course)) or "")
    assert 'alt="Trend: 2.00 times (2026 to the end of Q2), 3.00 times (2026 to the end of Q3)"' in drawing


def test_the_running_years_target_is_drawn_also_where_only_years_are_seen():
    found = yearly(180, 300, 250, expected=Fraction(300), target=Fraction(400))
    chart = charts.progress(Drawn(FRAMEWORK, "en"), found)
    (target,), (path,) = named(chart, "target"), named(chart, "expected")
    assert (target.x[-1], target.y[-1]) == (2027, 400)
    assert (path.x[-1], path.y[-1]) == (2027, 400)
    assert chart.layout.xaxis.range[1] > 2027


def trend(values, key="R1", expected=None):
    first = Quarter(2025, 1)
    found = []
    for index, value in enumerate(values):
        quarter = first + index
        standing = Standing(
            Status.ON_TRACK,
            Window.quarter(quarter),
            actual=None if value is None else Fraction(value),
            expected=None if expected is None else Fraction(expected),
        )
        one = measurement(key, value, quarter)
        found.append(Measurement(key, one.window, {}, one.state, Coverage(2, 2), standing, one.value, one.value))
    return found


def named(chart, name):
    return [each for each in chart.data if each.name == name]


def test_what_a_share_is_at_least_has_a_sign_of_its_own_in_its_trend():
    values, least = [Fraction(1, 2), None, Fraction(3, 5)], [None, Fraction(2, 5), None]
    drawing = unquote(sparkline(values, "Trend", least=least) or "")
    assert drawing.count("<polygon") == 1
    assert "28.0" not in drawing.partition("<polygon")[0]  # the lowest place is the bound's
    assert "<polygon" not in unquote(sparkline(values, "Trend") or "")


def test_labels_of_what_is_measured_and_aimed_at_keep_out_of_each_others_way():
    drawn, target = Drawn(FRAMEWORK, "en"), FRAMEWORK.indicators["R1"].targets[2025]
    for last, side in ((target - 600, -1), (target + 600, 1)):
        chart = charts.progress(drawn, trend([5000, 5100, 5200, last]))
        assert chart.layout.annotations[-1].yshift * side > 0
        assert named(chart, "target")[0].textposition[-1] == "middle right"


def test_a_label_stands_where_neither_a_line_nor_another_label_is():
    over, under = Place(6, 13, {}, leftward=True), Place(6, -13, {})
    room = Room((2024, 2028), (0, 100))
    room.line([(2024, 100.0), (2026, 50.0), (2028, 50.0)])
    assert room.put((2026, 50), (26, 13), (over, under)) is under  # a line comes down from the left
    beside = Place(6, -40, {})
    assert room.put((2026, 50), (26, 13), (under, beside)) is beside  # there stands a label already
    gap = Room((2024, 2028), (0, 100))
    gap.line([(2024, 100.0), (2025, None), (2026, 50.0)])
    assert gap.put((2026, 50), (26, 13), (over, under)) is over


def test_baseline_and_former_targets_that_are_drawn_are_named_with_their_values():
    drawn = Drawn(FRAMEWORK, "en")
    first = Quarter(2025, 1)
    found = [replace(one, window=Window.quarter(first + index)) for index, one in enumerate(trend([1, 2, 3, 4, 5, 6]))]
    said_ = marks_said(drawn, found)
    former, baseline = FRAMEWORK.indicators["R1"].targets[2026], FRAMEWORK.indicators["R1"].baseline
    assert said_ == [f"Hollow diamond: a target as it was before it was changed (2026: {drawn.of('R1', former)})."]
    early = [replace(one, window=Window.quarter(Quarter(baseline.year, 4) + at)) for at, one in enumerate(found)]
    assert marks_said(drawn, early)[0] == (
        f"Hollow square: the baseline ({baseline.year}: {drawn.of('R1', baseline.value)})."
    )


def test_the_line_of_progress_has_gaps_where_nothing_was_reported():
    drawn = Drawn(FRAMEWORK, "en", frozenset({Quarter(2025, 4)}))
    chart = charts.progress(drawn, trend([5000, None, 6000, 6100], expected=5500))
    line, points = named(chart, "measured")
    assert list(line.y) == [5000, None, 6000, 6100]
    assert line.connectgaps is False
    assert list(points.x) == [end_of(Quarter(2025, each)) for each in (1, 3, 4)]
    assert list(points.marker.symbol) == ["circle", "circle", "circle-open"]
    assert list(named(chart, "expected")[0].y) == [5500] * 4


def test_targets_in_force_and_former_ones_are_both_drawn():
    found = trend([7000] * 8)
    chart = charts.progress(Drawn(FRAMEWORK, "en"), found)
    assert list(named(chart, "target")[0].y) == [5200, 6800, 8500]
    assert list(named(chart, "former target")[0].y) == [8000]
    assert named(chart, "former target")[0].marker.symbol == "diamond-open"


def test_what_adds_up_within_a_year_begins_again_at_zero():
    quarters = [Quarter(2024, 3), Quarter(2024, 4), Quarter(2025, 1)]
    found = [
        measurement("O6", 10, quarter, actual=Fraction(actual), expected=Fraction(50))
        for quarter, actual in zip(quarters, (30, 40, 10), strict=True)
    ]
    line = named(charts.progress(Drawn(FRAMEWORK, "en"), found), "measured")[0]
    assert list(line.x) == [2024.5, 2024.5, 2024.75, 2025.0, 2025.0, 2025.0, 2025.25]
    assert list(line.y) == [None, 0, 30, 40, None, 0, 10]


def test_where_years_are_published_each_is_drawn_from_its_beginning_as_far_as_it_has_come():
    windows = [Window.year(2024), Window.year_to_date(Quarter(2025, 3))]
    found = [
        replace(measurement("O6", value, window.last, actual=Fraction(value), expected=Fraction(50)), window=window)
        for window, value in zip(windows, (40, 30), strict=True)
    ]
    drawn = Drawn(FRAMEWORK, "en")
    line = named(charts.progress(drawn, found), "measured")[0]
    assert list(line.x) == [2024.0, 2024.0, 2025.0, 2025.0, 2025.0, 2025.75]
    assert list(line.y) == [None, 0, 40, None, 0, 30]
    assert charts_said.summary(drawn, found, judged=True) == "2024: 40; 2025 to the end of Q3: 30"


def test_the_year_in_which_the_programme_began_is_drawn_from_then_on_and_said_to_be_no_whole_one():
    windows = [Window.year(2023), Window.year(2024)]
    found = [
        replace(measurement("O6", value, window.last, actual=Fraction(value), expected=Fraction(50)), window=window)
        for window, value in zip(windows, (40, 30), strict=True)
    ]
    chart = charts.progress(Drawn(FRAMEWORK, "en"), found)
    assert list(named(chart, "measured")[0].x) == [2023.5, 2023.5, 2024.0, 2024.0, 2024.0, 2025.0]
    assert chart.layout.xaxis.range[0] > 2023.25
    assert words.begun(FRAMEWORK, windows, "en") == ["2023 counts from Q3 2023 on, when the programme began."]
    (said,) = words.begun(FRAMEWORK, windows, "bg")
    assert said == "2023 г. се брои от 3. тримесечие 2023, когато започна програмата."
    assert not words.begun(FRAMEWORK, windows[1:], "en")
    assert not words.begun(FRAMEWORK, [Window.since(Quarter(2023, 3), Q3)], "en")


@pytest.mark.parametrize(
    ("first", "last", "named_at"),
    [
        (Quarter(2023, 3), Quarter(2025, 4), {"2023": 2023.5625, "2024": 2024.5, "2025": 2025.5}),
        (Quarter(2023, 4), Quarter(2025, 3), {"2024": 2024.5, "2025": 2025.6875}),
        (Quarter(2023, 4), Quarter(2024, 1), {"2023": 2023.8125, "2024": 2024.1875}),
        (Quarter(2025, 2), Quarter(2025, 3), {"2025": 2025.5}),
    ],
)
def test_a_whole_year_is_named_under_its_middle_others_near_the_end_of_the_axis(first, last, named_at):
    axis = year_axis(list(Window.range(first, last)))
    assert dict(zip(axis["ticktext"], axis["tickvals"], strict=True)) == named_at


def test_bars_begin_at_zero_and_say_their_last_value():
    drawn = Drawn(FRAMEWORK, "bg", frozenset({Quarter(2025, 2)}))
    chart = charts.by_period(drawn, trend([1200, 1500], key="R5"))
    assert chart.layout.yaxis.range[0] == 0
    assert list(chart.data[0].marker.pattern.shape) == ["", "/"]
    assert f"1{NO_BREAK}500{NO_BREAK}€" in chart.layout.annotations[0].text
    assert "1. тримесечие 2025" in charts_said.summary(drawn, trend([1200, 1500], key="R5"), judged=False)


def test_a_year_is_a_wider_bar_in_its_middle_and_named_as_what_it_is():
    years = [Window.year(2024), Window.year_to_date(Q3)]
    found = [replace(one, window=window) for one, window in zip(trend([1200, 1500], key="R5"), years, strict=True)]
    drawn = Drawn(FRAMEWORK, "en", frozenset({Q3}))
    bars = charts.by_period(drawn, found).data[0]
    assert list(bars.x) == [2024.5, 2025.375]
    assert all(
        x - width / 2 >= int(x) and x + width / 2 <= int(x) + 1 for x, width in zip(bars.x, bars.width, strict=True)
    )
    assert charts_said.own_title(drawn, found) == "Each year's own value, of the running one so far."
    assert [row[0] for row in course.own(drawn, "", found).rows] == ["2024", "2025 to the end of Q3 (provisional)"]


def test_a_chart_is_only_said_to_show_what_it_shows():
    drawn = Drawn(FRAMEWORK, "en")
    aimed = [replace(one, expected=Fraction(1300)) for one in trend([1200, 1500], key="R5", expected=1300)]
    assert "the dash is what was expected" in charts_said.own_title(drawn, aimed)
    assert "against the expected path" in charts_said.progress_title(drawn, aimed)
    alone = trend([1200, 1500], key="R5")
    assert charts_said.own_title(drawn, alone) == "Each quarter's own value."
    assert charts_said.progress_title(drawn, alone) == "At each quarter's end."


def test_the_facts_of_a_window_in_which_a_figure_means_nothing_expect_nothing_of_it():
    basis = Window.since(Quarter(2023, 3), Q3)
    standing = Standing(Status.NO_DATA, basis, actual=Fraction("2.83"), expected=Fraction("2.88"), target=Decimal(3))
    quarter = replace(measurement("R5b", None), state=State.NOT_AVAILABLE, standing=standing)
    said = facts(FRAMEWORK, quarter, "en")
    assert "Expected" not in said
    assert "Target" not in said
    since = replace(measurement("R5b", "2.83"), window=basis, standing=replace(standing, status=Status.ON_TRACK))
    assert "<dt>Expected, since the start, to Q3 2025</dt><dd>2.88" in facts(FRAMEWORK, since, "en")
    assert "<dt>Очаквано, от началото до 3.\xa0тримесечие 2025</dt>" in facts(FRAMEWORK, since, "bg")
    assert "no value in this period, so nothing is judged" in arithmetic_of(quarter)


@pytest.mark.parametrize(
    ("language", "last", "actual", "told"),
    [
        ("en", 2, 200, "Still to come: 120 people in 2 quarters; so far 100 a quarter on average"),
        ("en", 3, 319, "Still to come: 1 person in one quarter; so far 106.3 a quarter on average"),
        ("bg", 2, 200, "Остава до целта: 120 лица за 2 тримесечия; досега средно по 100 на тримесечие"),
        ("bg", 3, 319, "Остава до целта: 1 лице за едно тримесечие; досега средно по 106,3 на тримесечие"),
    ],
)
def test_beneath_a_years_target_stands_what_is_still_to_come(language, last, actual, told):
    basis = Window.year_to_date(Quarter(2025, last))
    standing = Standing(Status.ON_TRACK, basis, actual=Fraction(actual), expected=Fraction(160), target=Decimal(320))
    found = replace(measurement("O6", actual), window=basis, standing=standing)
    assert told in facts(FRAMEWORK, found, language)
    assert told not in facts(FRAMEWORK, found, language, preliminary=True)
    hidden = replace(found, state=State.HIDDEN, value=None, standing=replace(standing, actual=None))
    assert told.split(":")[0] not in facts(FRAMEWORK, hidden, language)


def test_returns_behind_a_figure_are_listed_newest_first_and_by_name():
    names = {
        code: Organisation(code, {"en": name, "bg": name}, {}, Quarter(2023, 3))
        for code, name in {"A1": "Zeta", "B2": "Alpha", "C3": "Mu"}.items()
    }

    def contribution(code, quarter):
        source = StoredReturn(
            id=1,
            organisation=code,
            quarter=quarter,
            revision=1,
            state=ReturnState.APPROVED,
            current=True,
            channel=Channel.WORKBOOK,
            language="en",
            framework_id=1,
            file_id=None,
            attributes={},
            content_sha256="",
            version=1,
            submitted_at=None,
            submitted_by=None,
            approved_at=None,
            approved_by=None,
            superseded_at=None,
        )
        return Contribution(source, Value(State.VALUE, Fraction(1), Fraction(1)), carried=False)

    found = [contribution(code, quarter) for quarter in (Quarter(2025, 2), Q3) for code in names]
    table = returns_table(FRAMEWORK, "O6", found, names=names, files={}, language="en")
    listed = re.findall(r'<th scope="row">(\w+)</th><td[^>]*>(Q\d) 2025', table)
    assert listed == [(name, quarter) for quarter in ("Q3", "Q2") for name in ("Alpha", "Mu", "Zeta")]


def test_bars_in_tables_are_drawn_to_the_longest_and_say_why_there_is_none():
    rows = [
        Bar("A<b>", Fraction(40), Fraction(4, 5)),
        Bar("B", Fraction(10), Fraction(1, 5)),
        Bar("C", None, note="why"),
    ]
    table = bars("By", rows, str, "en")
    assert "width:100.0%" in table
    assert "width:25.0%" in table
    assert "A&lt;b&gt;" in table
    assert ">why</td>" in table


def sliced(dimension, **numbers):
    whole = measurement()
    return [
        Measurement(
            "O6", whole.window, {dimension: each}, State.VALUE, Coverage(1, 1), whole.standing, Fraction(number)
        )
        for each, number in numbers.items()
    ]


def test_shares_are_of_those_stated():
    slices = sliced("gender", women=60, men=25, non_binary=0, not_stated=5)
    table = breakdown(FRAMEWORK, "O6", "gender", slices, "en") or ""
    assert "70.6%" in table
    assert "29.4%" in table
    assert "Shares are of those stated." in table


def test_what_a_dimension_does_not_tell_is_named():
    assert "not stated" in (breakdown(FRAMEWORK, "O6", "region", sliced("region", **{UNSTATED: 3}), "en") or "")


# definition sheets, in a framework that shares nothing with the Centre's


@pytest.mark.parametrize("file", [CENTRE, SECOND])
def test_every_indicator_has_a_definition_sheet(file):
    known = framework(file)
    language = known.languages[0]
    for key, one in known.indicators.items():
        shown = sheet(Scene(known, language, {}), key, ())
        assert join(one.definition[language]) in shown
        for year in one.targets:
            assert f"{year}: " in shown


def test_scales_are_explained_step_by_step():
    shown = guidance(FRAMEWORK, ("scale_needs",), "en") or ""
    assert "4 – Full" in shown
    assert "No social challenge or need is named" in shown


# views


def test_a_view_is_read_back_as_it_was_written():
    params = {"window": "range", "quarter": "2026-Q2", "from": "2025-Q3", "where.theme": "poverty", "indicator": "R5"}
    view, problems = read(params, FRAMEWORK, Q3, TODAY)
    assert not problems
    assert (view.window.first, view.window.last, view.window.kind) == (Q3, Quarter(2026, 2), WindowKind.RANGE)
    assert view.params("bg") == {**params, "lang": "bg"}


@given(
    some.dictionaries(
        some.sampled_from(["window", "quarter", "from", "indicator", "where.region", "wehre"]), some.text()
    )
)
def test_any_address_gives_a_view(params):
    view, problems = read(params, FRAMEWORK, Q3, TODAY)
    assert view.window.last >= view.window.first
    assert read(view.params("en"), FRAMEWORK, Q3, TODAY) == (view, [])
    assert all(problem.code in {"view.not_known", "view.beyond"} for problem in problems)


def test_each_parameter_that_no_page_has_is_told():
    asked = {"quarter": "2025-Q3", "quater": "2025-Q2", "where.regoin": "BG41", "where.gender": "women", "WHERE": ""}
    view, problems = read(asked, FRAMEWORK, Q3, TODAY)
    assert view.window == Window.quarter(Q3)
    assert [message(problem, "en") for problem in problems] == [
        f"The address asks for “{name}”, which is not known here. What is shown instead is named above."
        for name in ("quater", "where.regoin", "where.gender", "WHERE")
    ]


def test_what_the_server_itself_reads_from_an_address_is_known():
    own = {"embed": "true", "embed_options": "dark_theme", "EMBED": "true", "lang": "bg", "where.region": "BG41"}
    assert not read(own, FRAMEWORK, Q3, TODAY)[1]


@pytest.mark.parametrize("quarter", ["1900-Q1", "1901-Q1", "2021-Q2", "2027-Q1", "2200-Q4"])
@pytest.mark.parametrize("parameter", ["quarter", "from"])
def test_a_quarter_beyond_what_can_be_looked_at_is_refused(quarter, parameter):
    params = {"window": "range", "quarter": "2025-Q3", parameter: quarter}
    view, problems = read(params, FRAMEWORK, Q3, TODAY)
    assert view.window == Window.range(Quarter(2025, 1), Q3)
    assert [problem.code for problem in problems] == ["view.beyond"]
    assert "Q3 2021" in message(problems[0], "en")
    assert "Q4 2026" in message(problems[0], "en")


def test_windows_are_compared_with_the_one_before():
    assert Window.quarter(Q3).before == Window.quarter(Quarter(2025, 2))
    assert Window.year_to_date(Q3).before == Window.year_to_date(Quarter(2024, 3))
    assert Window.year(2025).before == Window.year(2024)
    assert Window.since(Quarter(2023, 3), Q3).before is None


@pytest.mark.parametrize(
    ("value", "written"), [(Fraction(37, 4), "9.3"), (Fraction(9), "9"), (Fraction(12345), "12,345")]
)
def test_a_count_that_is_expected_is_not_rounded_to_a_whole_one(value, written):
    counted = next(key for key in FRAMEWORK.indicators if words.kind_of(FRAMEWORK, key) is UnitKind.COUNT)
    assert words.of(FRAMEWORK, counted, value, "en") == written


# what has changed


def judged(key, status_, achievement, quarter=Q3):
    part = None if achievement is None else Fraction(achievement, 100)
    return measurement(key, 1, quarter, status=status_, achievement=part)


def test_what_is_judged_anew_is_told_from_what_goes_on_as_before():
    def anew(before, now):
        return Moved(judged("O6", now, 100), judged("O6", before, 100, Q3 + -1)).is_judged_anew

    assert anew(Status.ON_TRACK, Status.AT_RISK)
    assert anew(Status.PROVISIONAL, Status.ON_TRACK)
    assert anew(Status.ON_TRACK, Status.ACHIEVED)
    assert not anew(Status.ACHIEVED, Status.ON_TRACK)
    assert not anew(Status.NO_DATA, Status.NO_TARGET)
    assert not anew(Status.AT_RISK, Status.AT_RISK)


def test_points_are_those_of_the_numbers_that_are_shown():
    def points(before, now):
        one = measurement("O6", 1, achievement=before, status=Status.AT_RISK)
        other = measurement("O6", 1, achievement=now, status=Status.AT_RISK)
        return Moved(other, one).points(FRAMEWORK)

    assert points(Fraction(936, 1000), Fraction(105, 100)) == 11  # 94% and 105%
    assert points(Fraction(946, 1000), Fraction(105, 100)) == Decimal("10.4")  # 94.6% and 105%
    assert points(Fraction(1, 2), Fraction(1, 3)) == -17
    assert points(None, Fraction(1)) is None
    assert points(Fraction(11), Fraction(1)) is None  # more than ten times what was expected
    assert points(Fraction(-1, 4), Fraction(1, 4)) == 50


def test_since_the_start_the_verdict_is_compared_with_the_one_before_in_the_trend():
    year = replace(judged("O6", Status.AT_RISK, 90, Quarter(2024, 4)), window=Window.year(2024))
    now = judged("O6", Status.ON_TRACK, 100)
    assert compared(Shown(now, year, ())) is year
    assert compared(Shown(now, None, (year, now))) is year


def test_what_adds_up_is_compared_with_windows_alike_only_and_else_stands_beside_the_other():
    def at(key, value, window):
        return replace(judged(key, Status.ON_TRACK, value), window=window, value=Fraction(value))

    running, whole, earlier = Window.year_to_date(Quarter(2026, 3)), Window.year(2025), Window.year_to_date(Q3)
    assert beside.said(FRAMEWORK, at("O6", 90, running), at("O6", 80, earlier), "en") == "+10 against a year earlier"
    assert beside.said(FRAMEWORK, at("O6", 90, running), at("O6", 120, whole), "en") == "2025: 120"
    assert beside.said(FRAMEWORK, at("R1", 90, running), at("R1", 120, whole), "en") == "−30 against 2025"
    assert beside.said(FRAMEWORK, at("O6", 90, running), None, "en") is None
    # The programme began within 2023: it is no whole year.
    assert not beside.alike(FRAMEWORK, Window.year(2024), Window.year(2023), running=False)
    # Of a year that is not over, not all is there yet; a position is what it is.
    of_now = replace(at("O6", 90, Window.year(2026)), running=True)
    assert beside.said(FRAMEWORK, of_now, at("O6", 120, whole), "en") == "2025: 120"
    position = replace(at("R1", 90, Window.year(2026)), running=True)
    assert beside.said(FRAMEWORK, position, at("R1", 120, whole), "en") == "−30 against a year earlier"
    assert beside.counted(7, 4, (whole, Window.year(2024)), "en", compares=True) == "7 (+3 against a year earlier)"
    assert beside.counted(7, 12, (running, whole), "en", compares=False) == "7 (2025: 12)"


def test_a_window_is_compared_with_each_other_once_and_a_published_one_with_published_ones():
    starts = Quarter(2023, 3)
    years = {2024: Window.year(2024), 2023: Window.year(2023)}
    assert View(Window.quarter(Q3)).comparable(starts) == {
        Against.BEFORE: Window.quarter(Quarter(2025, 2)),
        Against.YEAR_EARLIER: Window.quarter(Quarter(2024, 3)),
    }
    to_date = View(Window.year_to_date(Q3), against=2023)
    assert to_date.comparable(starts) == {Against.BEFORE: Window.year_to_date(Quarter(2024, 3)), **years}
    assert to_date.earlier == Window.year(2023)
    assert replace(to_date, window=Window.quarter(Q3)).earlier == Window.quarter(Quarter(2025, 2))
    assert View(Window.since(starts, Q3)).comparable(starts) == {}
    published = replace(to_date, published=[years[2023], years[2024]])
    assert published.comparable(starts) == years
    assert published.earlier == years[2023]
    assert replace(published, against=2019).earlier == replace(published, against=Against.BEFORE).earlier == years[2024]
    assert replace(published, published=[]).earlier is None


def test_a_year_to_compare_with_is_read_and_what_is_none_is_told():
    view, problems = read({"window": "year_to_date", "against": "2024"}, FRAMEWORK, Q3, TODAY)
    assert (view.against, problems) == (2024, [])
    assert view.params("en")["against"] == "2024"
    view, problems = read({"against": "²024"}, FRAMEWORK, Q3, TODAY)
    assert view.against is Against.BEFORE
    assert [one.values["found"] for one in problems] == ["²024"]


def test_a_long_breakdown_folds_away_what_has_nothing_and_the_rest_of_a_ranking():
    rows = [Bar(f"Row {number}", Fraction(max(0, number - 4))) for number in range(30)]
    few = drawn(Parted("By", rows[:9]), str, "en")
    shown, _, folded = few.partition("<details")
    assert "Row 8" in shown
    assert "Row 0" not in shown
    assert "Row 0" in folded
    assert "Show 5 more with nothing" in folded
    shown, _, folded = drawn(Parted("By", rows, ranked=True), str, "en").partition("<details")
    assert shown.count("<tr>") + shown.count("<tr class") >= 10
    assert "Row 29" in folded  # a ranking keeps the order that it was given
    shown, _, folded = drawn(Parted("By", rows), str, "en").partition("<details")
    assert "Row 29" in shown
    assert "Row 5" in folded
    assert "<details" not in drawn(Parted("By", rows[:6]), str, "en")


def test_only_what_adds_up_is_followed_to_whoever_changed_it():
    def parts(**values):
        return [replace(measurement("O6", value), organisation=code) for code, value in values.items()]

    def said(now, before, there, then, key="O6"):
        return come_from.sentence(
            FRAMEWORK,
            replace(now, indicator=key),
            replace(before, indicator=key),
            parts=there,
            earlier=then,
            names={},
            language="en",
        )

    now, before = measurement("O6", 90), measurement("O6", 120, Q3 + -1)
    text = said(now, before, parts(A=50, B=40, C=None), parts(A=60, B=30, C=30))
    assert text == "Against Q2 2025, 120: −30. It changed most at C (−30, not reported); A (−10)."
    text = said(before, now, parts(A=80, B=40), parts(A=90, B=None))
    assert "It changed most at B (+40, not reported before)." in text
    assert said(now, now, parts(A=90), parts(A=90)) is None
    assert said(now, before, parts(A=90), parts(A=120), key="O6a") is None
    withheld = [replace(one, state=State.HIDDEN) for one in parts(A=90)]
    assert said(now, before, withheld, parts(A=120)) is None


_SMALL = "“<5”: from 1 to 4."
_HIDDEN = "“Hidden”: too few to be shown, or it would give away what is. It does not mean that there is nothing."


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ({"women": State.SMALL}, _SMALL),
        ({"men": State.HIDDEN}, _HIDDEN),
        ({"women": State.SMALL, "men": State.HIDDEN}, f"{_SMALL} {_HIDDEN}"),
        ({"men": State.NOT_PUBLISHED}, ""),
        ({}, ""),
    ],
)
def test_of_signs_for_figures_that_are_not_shown_those_are_explained_that_are_there(states, told):
    slices = [replace(measurement("O6", 9), slice={"gender": one}) for one in ("women", "men", "non_binary")]
    found = [
        replace(one, value=None, state=states[one.slice["gender"]]) if one.slice["gender"] in states else one
        for one in slices
    ]
    assert parted(FRAMEWORK, "O6", "gender", found, "en").note == told


@pytest.mark.parametrize(("language", "marks"), [("en", [' lang="bg"', ""]), ("bg", ["", ' lang="en"'])])
def test_on_a_card_what_people_wrote_in_another_language_is_marked(language, marks):
    page = FRAMEWORK.pages.portfolio
    form = FRAMEWORK.forms[page.form]
    beside = next(key for key, one in form.columns.items() if one.type is ColumnType.TEXT and key != form.key)
    cells = {form.key: "Градина за всички", beside: "A garden that everybody works in"}
    entry = Entry("A", {"en": "Alpha", "bg": "Алфа"}, Q3, page.form, "garden", 1, cells, 1)
    card = portfolio.cards(replace(PLAIN, language=language), page, [entry])
    assert f'<span class="k-card-name"{marks[0]}>Градина' in card
    assert f'<span class="k-thing-told"{marks[1]}>A garden' in card


def test_whoever_signed_in_another_script_is_marked_in_what_waits():
    role = "Отчитащ служител (SDA)"
    head = StoredReturn(
        id=1,
        organisation="SDA",
        quarter=Q3,
        revision=1,
        state=ReturnState.SUBMITTED,
        current=True,
        channel=Channel.WORKBOOK,
        language="bg",
        framework_id=1,
        file_id=None,
        attributes={},
        content_sha256="",
        version=1,
        submitted_at=datetime(2025, 10, 5, 9, tzinfo=UTC),
        submitted_by=role,
        approved_at=None,
        approved_by=None,
        superseded_at=None,
    )
    whose = Organisation("SDA", {"en": "Agency", "bg": "Агенция"}, {}, Q3)
    no = dict.fromkeys(("is_correction", "was_sent_back", "own", "by_oneself", "locked"), False)
    waiting = [Waiting(head, whose, days=3, explanations=0, **no)]
    assert f' by <span lang="bg">{role}</span>' in queue_table(FRAMEWORK, waiting, "en", to=lambda _: "there")
    assert f" {role}</td>" in queue_table(FRAMEWORK, waiting, "bg", to=lambda _: "there")
