"""The pages of rows, one by one, as people meet them: the portfolio, findings, stories, acts; and what figures mean."""

import html
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from kpi.access import OPERATOR, Role
from kpi.adoption import adopt
from kpi.figures import measured
from kpi.installation import open_installation
from kpi.measure.needs import Question
from kpi.present import run_by
from kpi.present.words import is_due, of
from kpi.quarter import Quarter, Window
from kpi.settings import Settings
from looking import look_at, page_of, said, source
from practising import GARDEN, OVEN, practising
from showing import NOW, RSE, environment, signed_in

ROOT = Path(__file__).parent.parent
SHELL = str(ROOT / "src/kpi/web/shell.py")
PAGES = ("portfolio", "learning", "stories", "influence", "about")
Q2 = {"quarter": "2025-Q2", "window": "quarter", "lang": "en"}
YEAR = {"quarter": "2025-Q4", "window": "year", "lang": "en"}
THING = "SDA/garden & <b>yard</b>"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("practice")
    opened = practising(folder)
    tokens = {
        "manager": signed_in(opened),
        "viewer": signed_in(opened, Role.VIEWER),
        "reporter": signed_in(opened, Role.REPORTER, [RSE.code]),
    }
    opened.engine.dispose()
    return folder, tokens


@pytest.fixture
def look(store, monkeypatch):
    """Open a page as somebody: ``look("stories", who="viewer", **parameters)``."""
    folder, tokens = store
    return lambda page, who="manager", **asked: look_at(monkeypatch, folder, tokens[who], page_of(page), **asked)


def names(at):
    return [html.unescape(one) for one in re.findall(r'<span class="k-card-name">(.*?)</span>', source(at))]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("in_", ["en", "bg"])
def test_what_people_wrote_stays_text_and_no_address_is_a_program(look, page, in_):
    at = look(page, **{**YEAR, "lang": in_, "window": "since_start"})
    text = source(at)
    assert "<img src=x" not in text
    assert 'href="javascript' not in text.lower()
    assert "<h1" in text
    if in_ == "bg":
        english = re.findall(r"\b(?:the|of|and|is|are|with)\b", re.sub(r"Found .*|A very long.*", "", said(at)))
        assert page != "about" or not english


def test_the_portfolio_says_how_many_and_shows_each_with_its_profile(look):
    at = look("portfolio", **Q2)
    assert "“Innovations”: 3 (+1 against Q1 2025). Organisations: 2. Still operating: yes 2, no 1." in said(at)
    assert names(at) == [GARDEN, OVEN, "Well"]
    assert "Challenges and social needs: 3; Goals and intentionality: 2;" in source(at)
    assert "On average rated highest" in said(at)
    # R5a counts those that operate and are paid for by a budget: two of the three.
    assert re.search(r"Innovations funded through national or local budgets 2 innovations", said(at))


def test_search_and_choices_narrow_the_list_and_stand_in_the_address(look):
    assert names(look("portfolio", search="GARDEN together", **Q2)) == []
    assert names(look("portfolio", search="garden tale", **Q2)) == [GARDEN]
    assert names(look("portfolio", only__operating="no", **Q2)) == [OVEN]
    assert names(look("portfolio", only__scaling="up", organisation="RSE", **Q2)) == []
    assert names(look("portfolio", where__region="BG32", **Q2)) == ["Well"]
    paid = look("portfolio", only__budget_funding="local,national,both", **Q2)  # what an indicator takes together
    assert set(names(paid)) == {GARDEN, OVEN, "Well"}
    assert "All but: No public budget" in paid.selectbox(key="narrow.only.budget_funding").options
    assert names(look("portfolio", only__budget_funding="no_budget", **Q2)) == []
    at = look("portfolio", **Q2)
    at.selectbox(key="narrow.only.operating").select("no").run()
    assert names(at) == [OVEN]
    assert at.query_params["only.operating"] in ("no", ["no"])
    at.text_input(key="narrow.search").set_value("nothing such").run()
    assert "Nothing fits what you search for." in said(at)


def test_what_cannot_be_told_or_is_not_there_is_said(look):
    assert "Not collected by programme" in said(look("portfolio", where__programme="easi", **Q2))
    assert "Nothing is reported for this period yet." in said(look("portfolio", quarter="2024-Q1", lang="en"))
    for asked in ({"only__scaling": "sideways"}, {"only__nothing": "x"}, {"thing": "SDA/none"}):
        assert "which is not known here" in said(look("portfolio", **asked, **Q2))


@pytest.mark.parametrize(
    ("order", "there"),
    [
        ("", [GARDEN, OVEN, "Well"]),
        ("rated", ["Well", GARDEN, OVEN]),  # 2.4, 2.2, 2.0
        ("funding", [GARDEN, OVEN, "Well"]),  # what is not known stands last, by name
        ("newest", ["Well", GARDEN, OVEN]),  # the second quarter, the first
    ],
)
def test_the_portfolio_is_listed_in_the_order_of_its_address(look, order, there):
    at = look("portfolio", **({"order": order} if order else {}), **Q2)
    assert names(at) == there
    assert at.selectbox(key="narrow.order").value == order
    assert at.query_params.get("order", [""]) in (order, [order])
    assert all(
        "order=" + order in one for one in re.findall(r'href="(portfolio\?[^"]*thing=[^"]*)"', source(at)) if order
    )


def test_an_order_is_chosen_and_given_up(look):
    at = look("portfolio", **Q2)
    at.selectbox(key="narrow.order").select("newest").run()
    assert at.query_params["order"] in ("newest", ["newest"])
    assert names(at) == ["Well", GARDEN, OVEN]
    assert "On average rated highest" in said(at)
    at.selectbox(key="narrow.order").select("").run()
    assert "order" not in at.query_params
    assert "“random”, which is not known here" in said(look("portfolio", order="random", **Q2))


def test_one_of_the_portfolio_shows_its_ratings_then_and_now_and_what_refers_to_it(look):
    at = look("portfolio", thing=THING, **Q2)
    text = said(at)
    assert text.count(GARDEN) >= 1
    assert "3 – Substantial" in text
    assert "At first, in Q1 2025: 1 – Weak" in text
    assert "Challenges and social needs: 1 – Weak → 3 – Substantial" in text
    assert "Reported for the first time." in text
    assert "No water → Rain → A tank".replace("→ ", "") in text
    assert "Amount contracted: €100,000 in all." in text
    assert "BGN 195,583.00 (= €100,000.00)" in text.replace("\xa0", " ").replace("BGN195", "BGN 195")
    assert "Read on" in text


def test_one_of_the_portfolio_says_what_its_organisation_reports_beside_it_and_ascribes_nothing(look, store):
    at = look("portfolio", thing=THING, **Q2)
    text, page = said(at), html.unescape(source(at))
    assert "What Sofia Association reports beside it" in text
    assert "nothing of it is ascribed to this one" in text
    assert {"Open garden", "Quiet oven"} <= set(re.findall(r"<article[^>]*><h2>(.*?)</h2>", page))
    assert "Deep well" not in text
    leads = re.findall(r'href="(stories|learning)\?([^"]*)"', page)
    assert [(path, parse_qs(to)["organisation"]) for path, to in leads] == [("stories", ["SDA"]), ("learning", ["SDA"])]
    for path, to in leads:
        there = look(path, **{name: values[0] for name, values in parse_qs(to).items()})
        assert f"organisation's: {len(re.findall('<article', source(there)))}" in text
    here = open_installation(Settings.from_environment(environment(store[0])), who=OPERATOR)
    keys = run_by.results(here.framework, Quarter(2025, 2))
    questions = [Question(key, Window.quarter(Quarter(2025, 2)), organisation="SDA") for key in keys]
    found = [one[0] for one in measured(here, questions, today=NOW.date())]
    here.engine.dispose()
    assert any(one.value is not None for one in found)
    for one in found:
        row = re.search(rf'<span class="k-key">{one.indicator}</span>.*?</tr>', page)
        assert (row is not None) == is_due(one), one.indicator
        if row:
            written = of(here.framework, one.indicator, one.value, "en") if one.value is not None else "not "
            assert written in row[0]


def test_whoever_reports_sees_what_their_own_organisation_says_beside_its_things_alone(look):
    text = said(look("portfolio", "reporter", thing="RSE/well", **Q2))
    assert "Deep well" in text
    assert "Dug deeper" in text
    assert "Open garden" not in text
    assert "reports beside it" not in said(look("portfolio", "reporter", thing=THING, **Q2))


def test_two_of_the_portfolio_are_chosen_in_the_list_by_name_and_put_beside_each_other(look):
    at = look("portfolio", **Q2)
    pair = at.multiselect(key="pick.pair")
    assert [one.split(" · ")[0] for one in pair.options] == ["Garden & <b>yard</b>", "Oven", "Well"]
    pair.select("SDA/oven").run()
    assert "thing" not in at.query_params
    at.multiselect(key="pick.pair").select("RSE/well").run()
    assert {name: at.query_params[name] for name in ("thing", "beside")} == {
        "thing": "SDA/oven",
        "beside": "RSE/well",
    }
    assert "How they are rated" in said(at)
    others = [one.split(" · ")[0] for one in at.selectbox(key="pick.beside").options[1:]]
    assert others == ["Garden & <b>yard</b>", "Well"]


def test_two_of_the_portfolio_stand_beside_each_other(look):
    at = look("portfolio", thing=THING, beside="SDA/oven", **Q2)
    text = said(at)
    assert "How they are rated" in text
    assert "2 – Partial" in text
    at.selectbox(key="pick.beside").select("").run()
    assert "How it is rated" in said(at)


def test_findings_stand_open_ones_first_and_their_share_is_the_indicators(look):
    text = said(look("learning", **YEAR))
    assert "Acted upon: 2 of 3 findings (66.7%). Open: 1, the oldest since Q2 2025." in text
    assert "66.7% " in text.split("In figures")[1].split("Open: 1")[0]
    assert text.index("Open: 1 ") < text.rindex("Acted upon: 2 ")
    assert "recorded Q2 2025, acted upon Q4 2025" in text
    assert "No adjustment yet." in text
    assert "SDA" not in said(look("learning", who="reporter", **YEAR))


def test_without_consent_a_story_is_read_by_the_core_team_and_by_whose_it_is(look):
    year = YEAR
    assert "Quiet oven" not in said(look("stories", who="viewer", **year))
    assert "Open garden" in said(look("stories", who="viewer", **year))
    own = said(look("stories", who="reporter", **year))
    assert "Deep well" in own
    assert "Quiet oven" not in own
    everything = said(look("stories", **year))
    assert "Stories: 3. Organisations: 2. Without consent, and so not for publication: 2." in everything
    assert "3 stories" in everything


def test_a_story_leads_to_what_its_organisation_runs_for_whoever_may_see_that(look):
    assert "“Innovations” of this organisation: 2" in said(look("stories", **YEAR))
    at = look("stories", where__theme="poverty", **YEAR)
    assert "portfolio?lang=en&amp;window=year&amp;quarter=2025-Q4&amp;organisation=SDA" in source(at)
    assert "of this organisation" not in said(look("stories", who="viewer", **YEAR))


def test_acts_stand_in_the_order_of_their_days_with_what_proves_them(look):
    text = said(look("influence", **Q2))
    assert "Acts up to Q2 2025: 2; in the chosen period (Q2 2025): 1 (±0 against Q1 2025)." in text
    assert text.index("Norm of gardens") < text.index("Plan for gardens")
    assert "Evidence: Decision 1" in text
    assert "Q2 2025 Proposed → Q4 2025 Adopted" in said(look("influence", **YEAR))
    assert "Plan for gardens" not in said(look("influence", register="incorporations", **YEAR))
    assert "“Norms and standards” is left out: not collected by theme." in said(
        look("influence", where__theme="poverty", **YEAR)
    )
    text = said(look("influence", where__programme="easi", **YEAR))
    assert text.count("is left out: not collected by programme or grant.") == 3
    assert "Nothing fits what you search for" not in text  # nothing was searched for
    text = said(look("portfolio", where__region="BG33", where__organisation_type="bank", **YEAR))
    assert "Nothing fits what you search for." in text
    assert "Nothing is reported for this period yet." not in text  # but elsewhere


def test_whoever_reports_is_told_that_the_figures_are_everybodys(look):
    text = said(look("portfolio", who="reporter", **YEAR))
    assert "What is listed is your own organisation's." in text
    assert names(look("portfolio", who="reporter", **YEAR)) == ["Well"]


def test_what_the_figures_mean_is_told_for_every_indicator_form_and_rule(look, store):
    at = look("about", who="viewer", **YEAR)
    framework = open_installation(Settings.from_environment(environment(store[0])), who=OPERATOR).framework
    text = source(at)
    for key, one in framework.indicators.items():
        assert f'id="indicator-{key}"' in text
        assert html.escape(one.definition["en"]) in text
    anchors = re.findall(r'href="#([^"]+)"', text)
    assert anchors
    assert all(f'id="{one}"' in text for one in anchors)
    assert (
        "Number of rows in “Findings and adjustments” at the end of the period (only where “Acted upon”: yes)"
        in said(at)
    )
    assert "Number of rows in “Places of implementation” at the end of the period, each “Place” once" in said(at)
    assert "From 60% to below 95% of what is expected by now." in said(at)
    assert "1.95583 BGN for 1 EUR until 31 Dec 2025" in said(at)
    assert "The first one kept here." in said(at)


def test_a_changed_framework_is_compared_with_the_one_before(store, look):
    folder, _ = store
    file = folder / "indicators.yaml"
    before = file.read_text(encoding="utf-8")
    changed = before.replace("targets: {2024: 1300, 2025: 1800", "targets: {2028: 3300, 2024: 1300, 2025: 1800")
    changed = changed.replace('version: "2026.1"', 'version: "2026.2"')
    assert changed != before
    file.write_text(changed, encoding="utf-8")
    opened = open_installation(Settings.from_environment(environment(folder)), who=OPERATOR, changed=True)
    adopt(opened, by="one", at=NOW + timedelta(days=1))
    opened.engine.dispose()
    text = said(look("about", **YEAR))
    assert "Version 2026.2, in force since 4 Nov 2025" in text
    assert "› 2028” : changed: – → 3,300" in text
