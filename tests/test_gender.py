"""The page by gender: shares of those stated, verdicts, what silence and small numbers hide, for every role."""

import html
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from kpi.access import OPERATOR, Person, Role
from kpi.figures import measured, one
from kpi.framework.load import load_file
from kpi.installation import open_installation
from kpi.measure.model import State
from kpi.measure.needs import Question
from kpi.present import split as split_table
from kpi.present import split_course, split_said
from kpi.present.scene import Scene
from kpi.present.split import Line, Told
from kpi.quarter import Quarter, Window
from kpi.settings import Settings
from kpi.splits import crossed, split, told
from kpi.web import pages
from looking import look_at, page_of, said, somebody
from showing import NOW, environment, filled

ROOT = Path(__file__).parent.parent
SHELL, GENDER = str(ROOT / "src/kpi/web/shell.py"), str(ROOT / "pages/gender.py")
TODAY = NOW.date()
Q3 = {"quarter": "2025-Q3", "window": "quarter", "lang": "en"}
VIEWER = Person("Eve", Role.VIEWER)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gender")
    filled(folder).engine.dispose()
    return folder


@pytest.fixture
def here(store):
    opened = open_installation(Settings.from_environment(environment(store)), who=OPERATOR)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def look(monkeypatch, store):
    def opened(role=Role.MANAGER, **parameters):
        token = somebody(store, role, ["SDA"] if role is Role.REPORTER else [])
        return look_at(monkeypatch, store, token, page_of("gender"), **parameters)

    return opened


def by(here, key, window, *dimensions, **where):
    return one(here, Question(key, window, by=("gender", *dimensions), where=where), today=TODAY)


def test_the_share_is_of_those_stated_and_is_what_measure_says(here):
    page = here.framework.pages.gender
    found = split(here.framework, page, by(here, "O6", Window.quarter(Quarter(2025, 3))))
    # 50 and 10 women, 20 and 5 men; 5 are not stated.
    assert found.share.share == Fraction(60, 85)
    assert found.share.stated == 85
    assert found.share.not_stated_share == Fraction(5, 90)
    assert found.share.judged
    assert {key: each.value for key, each in found.parts.items()} == {
        "women": 60,
        "men": 25,
        "non_binary": 0,
        "not_stated": 5,
    }


def test_a_share_is_crossed_with_any_other_dimension(here):
    page = here.framework.pages.gender
    answer = by(here, "O6", Window.quarter(Quarter(2025, 3)), "region")
    found = crossed(here.framework, page, "region", answer)
    assert found["BG41"].share.share == Fraction(50, 70)
    assert found["BG32"].share.share == Fraction(10, 15)
    assert found["BG31"].share.share is None
    assert not found["BG31"].says_something


def test_rates_have_no_share(here):
    found = split(here.framework, here.framework.pages.gender, by(here, "O6a", Window.quarter(Quarter(2025, 3))))
    assert found.share is None
    assert found.parts["men"].value == Fraction(25, 45)
    assert found.parts["women"].value == 1


def test_where_a_number_is_withheld_the_share_is_at_least_the_part_of_all(here):
    page = here.framework.pages.gender
    whole, *slices = by(here, "O6", Window.quarter(Quarter(2025, 3)))
    masked = [
        replace(each, state=State.SMALL, value=None) if each.slice["gender"] == "not_stated" else each
        for each in slices
    ]
    found = split(here.framework, page, [whole, *masked])
    assert found.share is None
    assert found.least == Fraction(60, 90)
    watched_too = [replace(each, state=State.HIDDEN, value=None) for each in masked]
    assert split(here.framework, page, [whole, *watched_too]).least is None


def test_in_the_course_of_a_share_what_it_was_at_least_has_a_mark_of_its_own(here):
    page, course = here.framework.pages.gender, []
    for number, states in ((2, {}), (3, {"not_stated": State.SMALL})):
        window = Window.quarter(Quarter(2025, number))
        whole, *slices = by(here, "O6", window)
        masked = [
            replace(each, state=states[each.slice["gender"]], value=None) if each.slice["gender"] in states else each
            for each in slices
        ]
        course.append((window, split(here.framework, page, [whole, *masked])))
    drawn = split_course.share_course(Told(Scene(here.framework, "en", {}), page), course, {}, set())
    _, line, bounds = drawn.data
    assert (line.y[1], bounds.y[0]) == (None, None)
    assert bounds.y[1] == pytest.approx(60 / 90)
    assert bounds.marker.symbol == "triangle-up-open"
    assert drawn.layout.annotations[-1].text == "<b>≥ 66.7%</b>"


def test_every_indicator_is_told_of_once(here):
    counts, rates, neither = told(here.framework, here.framework.pages.gender, Quarter(2025, 3))
    assert sorted([*counts, *rates, *neither]) == sorted(here.framework.indicators)
    assert "O6" in counts
    assert "O6a" in rates
    assert "K1" in neither


def test_the_page_says_number_share_target_verdict_and_years(look):
    text = said(look(**Q3))
    assert (
        "Women are 70.6% of “Successful participants in courses and other training” "
        "(2025 to the end of Q3), above the target of 50% – on track." in text
    )
    assert (
        "60 25 0 5 5.6% 70.6% ±0.0 percentage points against Q2 2025 ● on track above plan "
        "2025 to the end of Q3: 70.6%; target 50%" in text
    )
    assert "70.6% 180 of 255" in text
    # Men: 25 of 45, women: 60 of 60; a verdict needs twenty.
    assert "100.0% n = 60 55.6% n = 45" in text
    assert "+44.4 percentage points against Men" in text
    assert "Not collected by gender P1" in text


def test_the_findings_are_a_few_sentences_and_what_is_no_number_is_said_once(look):
    source = "\n".join(one.proto.body for one in look(**Q3).get("html"))
    findings = re.search(r'<div class="k-findings">(.*?)</div>', source, re.DOTALL)[1]
    assert 1 <= len(re.findall(r"[.](?: |</p>)", findings)) <= 4
    assert "Success rate" not in findings
    # Nobody who is non-binary was enrolled: no column of cells that say so.
    rates = re.search(r"<table(?:(?!</table>).)*\+44\.4.*?</table>", source, re.DOTALL)[0]
    assert "Non-binary" not in rates
    assert "No value of: Non-binary." in html.unescape(source)


def test_one_indicator_closely_by_every_other_dimension(look):
    at = look(indicator="O6", **Q3)
    text = said(at)
    assert "Southwestern 71.4% 50 of 70" in text
    assert "Online course 70.6% 60 of 85" in text
    assert "Combating poverty 70.6% 60 of 85" in text
    assert "0.7058" in at.get("plotly_chart")[0].proto.spec
    assert at.selectbox(key="pick.indicator").value == "O6"


def test_an_indicator_without_gender_says_so_and_another_is_shown(look):
    at = look(indicator="K1", **Q3)
    assert "“Partnerships formed” is not collected by gender; another one is shown." in said(at)
    assert at.selectbox(key="pick.indicator").value == "O6"


def test_a_filter_that_an_indicator_lacks_is_told(look):
    text = said(look(where__theme="poverty", **Q3))
    # Those with gender that lack themes, together in one sentence.
    assert "Not collected by theme: Volunteers and community participants; People with access to quality social" in text
    assert text.count("ollected by theme") == 2  # counts and rates
    assert "Targets hold for the whole programme" in text
    assert "60 25 0 5 5.6% 70.6% ±0.0 percentage points against Q2 2025 –" in text


def test_more_silence_than_the_rule_leaves_no_verdict(here):
    page = here.framework.pages.gender
    whole, *slices = by(here, "O6", Window.year_to_date(Quarter(2025, 3)))
    silent = [replace(each, value=Fraction(60)) if each.slice["gender"] == "not_stated" else each for each in slices]
    found = split(here.framework, page, [whole, *silent])
    assert not found.share.judged
    within = Told(Scene(here.framework, "en", {}), page)
    text = " ".join(split_said.findings(within, [Line("O6", found)], [], narrowed=False))
    # 60 of 180 + 75 + 60.
    assert "More than 10% are not stated, so that the share says little and is not judged: Successful" in text
    assert "(19.0%)" in text
    assert "▲ 19.0%" in html.unescape(re.sub(r"<[^>]+>", "", split_table.counts(within, [Line("O6", found)])))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REPORTER, Role.ADMINISTRATOR])
def test_others_see_what_is_published(look, here, role):
    text = said(look(role, lang="en"))
    answer = measured(
        here.asked_by(VIEWER), [Question("O6", Window.year_to_date(Quarter(2025, 3)), by=("gender",))], today=TODAY
    )[0]
    women = next(each for each in answer if each.slice.get("gender") == "women")
    assert women.value == 180
    assert " 180 " in text
    assert "By gender and, at the same time, by" in text
    assert "not published" in text


@pytest.mark.parametrize("window", ["quarter", "half_year", "year", "year_to_date", "since_start", "range"])
def test_the_page_stands_in_every_window_and_both_languages(look, window):
    for lang in ("en", "bg"):
        at = look(window=window, quarter="2025-Q3", lang=lang)
        assert ("Whom do we reach" if lang == "en" else "До кого достигаме") in said(at)


def test_a_framework_without_the_entry_has_no_page():
    second = load_file(ROOT / "tests/data/frameworks/second.yaml").framework
    assert second.pages.gender is None
    entry = next(each for entries in pages.PAGES.values() for each in entries if each.file == "gender")
    assert entry.subject == "gender"


def test_closely_too_it_is_said_that_a_filter_is_not_collected(look):
    assert "Not collected by theme" in said(look(indicator="R1", where__theme="poverty", **Q3))
