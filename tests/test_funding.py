"""The page of funding: sums that are the figures, cents exact, what is apart stays apart, rows where they are open."""

import html
import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import event

from kpi.access import NOBODY, NotPermittedError, Person, Role
from kpi.amounts import amounts
from kpi.figures import one, published_windows
from kpi.installation import open_installation
from kpi.leveraged import Sums, added_up, since_start, with_since_start
from kpi.measure.model import State, Status
from kpi.measure.needs import Question
from kpi.organisations import list_organisations
from kpi.present.amounts import Listed, data, table
from kpi.present.currencies import currencies
from kpi.present.givers import givers, name_key
from kpi.quarter import Quarter, Window
from kpi.records import FormState, Record, ReportedForm, ReturnContent
from kpi.settings import Settings
from looking import look_at, page_of, said, somebody
from showing import NOW, RSE, SDA, _store, environment, ready

ROOT = Path(__file__).parent.parent
SHELL, FUNDING = str(ROOT / "src/kpi/web/shell.py"), str(ROOT / "pages/funding.py")
TODAY = NOW.date()
MANAGER, VIEWER = Person("Mia", Role.MANAGER), Person("Eve", Role.VIEWER)
HOSTILE = "<b>Fund</b> [x](javascript:alert(1))"
SINCE = Window.since(Quarter(2023, 3), Quarter(2025, 3))


def contract(name, amount, currency, source, funder, **others):
    return {
        "contract": name,
        "signed_on": "2025-02-03",
        "amount": {"amount": amount, "currency": currency},
        "source": source,
        "funder": funder,
        "instrument": "grant",
        "theme": "poverty",
        "district": "BG411",
        "programme": "easi",
        **others,
    }


def told(*rows, **others):
    """A return with contracts, and with what else is given: form → rows."""
    forms = {
        form: ReportedForm(FormState.REPORTED, tuple(Record(at, None, each) for at, each in enumerate(cells, 1)))
        for form, cells in {"funding": rows, **others}.items()
    }
    return ReturnContent(forms)


def paid(amount, source):
    cell = {"amount": amount, "currency": "EUR"}
    return {"contract": "C-1", "received_on": "2025-03-01", "amount": cell, "source": source}


def filled(folder):
    opened = ready(folder)
    list_organisations(opened, [SDA, RSE], by="one", at=NOW)
    first = told(
        # 1,000.01 and 0.01 lev are 511.297…, 0.0051… euro: 511.30 and 0.01 each by itself.
        contract("C-1", "1000.01", "BGN", "esf_plus", "European Commission", evidence="https://example.org/c/1"),
        contract("C-2", "0.01", "BGN", "foundation", "Good  Soil", district="BG323"),
        contract("C-3", "200.00", "EUR", "foundation", "good soil", evidence="File 12, page 3"),
        receipts=[paid("100.25", "esf_plus")],
        own_support=[{"beneficiary": "A", "given_on": "2025-01-20", "amount": {"amount": "300.00", "currency": "EUR"}}],
        resources=[
            {
                "resource": "Hall",
                "used_on": "2025-03-31",
                "origin": "local",
                "resource_kind": "in_kind",
                "worth": {"amount": "40.00", "currency": "EUR"},
                "district": "BG411",
            }
        ],
    )
    _store(opened, SDA, Quarter(2025, 1), first)
    second = told(contract("C-4", "88.70", "EUR", "local_budget", HOSTILE, signed_on="2025-08-01", district="BG323"))
    _store(opened, RSE, Quarter(2025, 3), second)
    waits = told(contract("C-5", "5000.00", "EUR", "company", "Firm", signed_on="2025-10-01"))
    _store(opened, RSE, Quarter(2025, 4), waits, approved=False)
    return opened


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("funding")
    filled(folder).engine.dispose()
    return folder


@pytest.fixture
def here(store):
    opened = open_installation(Settings.from_environment(environment(store)), who=MANAGER)
    yield opened
    opened.engine.dispose()


def listed(here, indicator="R5", **others):
    return amounts(here, indicator, SINCE, **others)


def within(here):
    return Listed(here.framework, here.framework.pages.funding, "en", reviews=True)


def test_the_amounts_together_are_the_figure_to_the_cent(here):
    found = listed(here)
    total = one(here, Question("R5", SINCE), today=TODAY)[0]
    assert sum(each.value for each in found) == Decimal("800.01")
    assert total.value == Decimal("800.01")
    by = {each.row.cells["contract"]: each for each in found}
    assert by["C-1"].value == Decimal("511.30")
    assert by["C-1"].original == Decimal("1000.01")
    assert by["C-1"].rate == Decimal("1.95583")
    assert by["C-2"].value == Decimal("0.01")
    assert [each.row.cells["contract"] for each in found] == ["C-4", "C-3", "C-2", "C-1"]


@pytest.mark.parametrize(
    "where",
    [{"region": "BG32"}, {"source": "foundation"}, {"capital": "private"}, {"organisation_type": "municipality"}],
)
def test_a_filter_leaves_what_the_filtered_figure_is_made_of(here, where):
    question = Question("R5", SINCE, where=where)
    assert sum(each.value for each in listed(here, where=where)) == one(here, question, today=TODAY)[0].value


def test_rows_are_open_to_the_core_team_and_to_their_own_organisation(here):
    reporter = Person("Ann", Role.REPORTER, "ann@sda.example", 3, frozenset({"SDA"}))
    assert {each.row.organisation for each in listed(here.asked_by(reporter))} == {"SDA"}
    assert [each.row.cells["contract"] for each in listed(here.asked_by(reporter), where={"region": "BG32"})] == ["C-2"]
    for other in (VIEWER, Person("Ada", Role.ADMINISTRATOR), NOBODY):
        with pytest.raises(NotPermittedError):
            listed(here.asked_by(other))


def test_more_returns_need_no_more_statements(here):
    told = []
    event.listen(here.engine, "before_cursor_execute", lambda *given: told.append(given[2]))
    assert len(amounts(here, "R5", Window.quarter(Quarter(2025, 3)))) == 1
    few = len(told)
    assert len(listed(here)) == 4
    assert len(told) == 2 * few


def test_what_adds_up_no_money_of_a_register_has_no_amounts(here):
    assert listed(here, "O6") == []
    assert listed(here, "R1") == []


def test_who_gave_is_grouped_by_name_whatever_its_case_and_spaces(here):
    found = {each.name: (each.value, each.times, each.capital) for each in givers(within(here), listed(here))}
    assert found["good soil"] == (Decimal("200.01"), 2, "private")
    assert found[HOSTILE] == (Decimal("88.70"), 1, "public")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Фонд „Добра почва“", 'фонд  "Добра почва"'),
        ("Good Soil «Fund»", "good soil 'fund'"),
        ("Bank – Sofia", "Bank-Sofia"),
        ("City Trust.", "City Trust"),
    ],
)
def test_names_are_the_same_whatever_their_quotation_marks_and_dashes(one, other):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("Fund 1", "Fund 2"), ("Фонд", "Фондация"), ("A", "А"), ("?", "!")])
def test_names_of_other_words_are_two(one, other):
    assert name_key(one) != name_key(other)


def test_currencies_are_told_with_their_rate(here):
    rows = currencies(within(here), listed(here)).rows
    assert [(row[0], row[1].value, row[2].value, row[4].value) for row in rows] == [
        ("EUR", 2, Decimal("288.70"), Decimal("288.70")),
        ("BGN", 2, Decimal("1000.02"), Decimal("511.31")),
    ]


def test_what_people_wrote_is_text_and_an_address_a_link(here):
    shown = table(within(here), listed(here))
    assert "&lt;b&gt;Fund&lt;/b&gt;" in shown
    assert "<b>Fund" not in shown
    assert 'href="https://example.org/c/1"' in shown
    assert "File 12, page 3" in shown
    assert "BGN 1,000.01 ÷ 1.95583" in html.unescape(re.sub(r"<[^>]+>", "", shown)).replace("\xa0", " ")
    written = data(within(here), listed(here)).csv()
    assert "1000.01,BGN,1.95583,511.3" in written


def test_the_years_added_up_are_what_is_measured_since_the_start(here):
    years = [Window.year(2023), Window.year(2024), Window.year_to_date(Quarter(2025, 3))]
    since = since_start(here.framework, Quarter(2025, 3))
    whole = {year: one(here, Question("R5", year), today=TODAY)[0] for year in years}
    by = {
        year: {each.slice["source"]: each for each in one(here, Question("R5", year, by=("source",)), today=TODAY)[1:]}
        for year in years
    }
    sums = with_since_start(Sums("R5", whole, {"source": by}), years, since)
    total, *slices = one(here, Question("R5", since, by=("source",)), today=TODAY)
    assert sums.whole[since].value == total.value
    for each in slices:
        assert sums.part("source", each.slice["source"], since).value == (each.value or 0)


def test_a_hidden_year_hides_the_sum(here):
    year = one(here, Question("R5", Window.year_to_date(Quarter(2025, 3))), today=TODAY)[0]
    hidden = replace(year, state=State.HIDDEN, value=None)
    closed = replace(year, state=State.NOT_PUBLISHED, value=None)
    assert added_up([year, hidden], SINCE).state is State.HIDDEN
    assert added_up([year, hidden], SINCE).value is None
    assert added_up([closed, closed], SINCE).state is State.NOT_PUBLISHED
    assert added_up([year, year], SINCE).value == 2 * year.value


@pytest.fixture
def look(monkeypatch, store):
    def opened(role=Role.MANAGER, **parameters):
        token = somebody(store, role, ["SDA"] if role is Role.REPORTER else [])
        return look_at(monkeypatch, store, token, page_of("funding"), **parameters)

    return opened


Q3 = {"quarter": "2025-Q3", "window": "quarter", "lang": "en"}


def test_the_page_says_how_much_of_which_capital_from_whom_and_for_each_euro(look):
    at = look(**Q3)
    text = said(at)
    assert "Since the start €800 were attracted" in text
    assert "public capital €600 (75.0%); private capital €200 (25.0%)" in text
    assert "Q3 2025: €89" in text
    # “Of it” is of the sum since the start, not of the period.
    assert text.index("Of this: public") < text.index("of it have been received so far") < text.index("Q3 2025: €89")
    assert "€2.67 for each €1 of own support." in text
    assert "€800 ÷ €300" in text
    assert "only by: year, since the start" in text
    assert "Funds received €100" in text
    assert "It stands apart and is never added to what was attracted." in text
    assert "good soil (2) €200 25.0%" in text
    assert "Amounts one by one: 4" in text
    assert "Firm" not in text
    at.selectbox(key="amounts.capital").select("private").run()
    assert at.query_params["capital"] in ("private", ["private"])
    assert "Amounts one by one: 2" in said(at)


def test_every_part_of_a_stack_is_named_beside_it_whatever_the_last_column_has(look):
    specs = [json.loads(one.proto.spec) for one in look(**Q3).get("plotly_chart")]
    stacks = [one for one in specs if one["layout"].get("barmode") == "stack"]
    assert stacks
    for stack in stacks:
        named = " ".join(one["text"] for one in stack["layout"]["annotations"])
        parts = [trace for trace in stack["data"] if any(trace["y"])]
        assert all(trace["name"] in named for trace in parts)
        assert any(not trace["y"][-1] for trace in parts)


def test_a_ratio_that_is_not_collected_by_what_is_asked_for_says_only_that(look):
    text = said(look(where__region="BG41", **Q3))
    assert "not collected by region" in text
    assert "no ratio that could be judged" not in text


def test_every_drawing_says_how_it_was_made(look):
    at = look(**Q3)
    text, drawings = said(at), {one.key for one in at.get("download_button")} - {"csv.funding-amounts"}
    assert len(at.get("plotly_chart")) >= 2
    # The amounts themselves are as they were reported: nothing was computed.
    assert text.count("How is this computed?") == len([key for key in drawings if key.startswith("csv.")]) > 5
    assert "names that differ only in capitals, spaces, quotation marks" in text
    assert "Each amount is converted by itself" in text


def test_the_sum_since_the_start_is_judged_by_itself_whatever_the_period_has(look, here):
    quarter = Quarter(2025, 4)
    judged = one(here, Question("R5", Window.since(SINCE.first, quarter)), today=TODAY)[0].standing
    assert judged.status is Status.PROVISIONAL
    assert one(here, Question("R5", Window.quarter(quarter)), today=TODAY)[0].standing.status is Status.NO_DATA
    text = said(look(window="quarter", quarter=str(quarter), lang="en"))
    assert text.count("provisional") >= 2
    assert "no data" not in text.partition("Where the money comes from")[0]


def test_amounts_of_the_period_alone_and_of_what_waits(look):
    assert "Amounts one by one: 1" in said(look(span="period", **Q3))
    waiting = said(look(quarter="2025-Q4", window="quarter", lang="en", provisional="1"))
    assert "Amounts one by one: 5" in waiting
    assert "Firm" in waiting


def test_a_filter_that_a_figure_lacks_is_told(look):
    text = said(look(where__region="BG32", **Q3))
    assert "Since the start €89 were attracted." in text
    assert "Funds received: not collected by region" in text
    assert "not collected by region" in text


def test_funders_see_sums_and_no_names(look, here):
    assert published_windows(here.framework, TODAY)[-1] == Window.year_to_date(Quarter(2025, 3))
    text = said(look(Role.VIEWER, lang="en"))
    assert "Since the start €800 were attracted" in text
    assert "€2.67 for each €1 of own support." in text
    assert "Since the start €800 €600 €200 €100 2.67" in text
    assert "Single amounts and the names of those who gave them are open to the core team" in text
    for secret in ("Good Soil", "good soil", "European Commission", "C-1", "javascript"):
        assert secret not in text


def test_a_reporter_sees_only_what_they_reported(look):
    text = said(look(Role.REPORTER, lang="en"))
    assert "Amounts one by one: 3" in text
    assert "C-4" not in text
    assert "javascript" not in text


@pytest.mark.parametrize("part", ["²", "9" * 5000, "0", "-1", "99"])
def test_a_part_of_the_list_that_there_is_not_shows_one_that_there_is(look, part):
    at = look(amounts=part, **Q3)
    assert "Amounts one by one:" in said(at)
    assert "C-3" in said(at)


@pytest.mark.parametrize("window", ["quarter", "half_year", "year", "year_to_date", "since_start", "range"])
def test_the_page_stands_in_every_window_and_both_languages(look, window):
    for lang in ("en", "bg"):
        text = said(look(window=window, quarter="2025-Q3", lang=lang))
        assert ("How much funding was attracted" if lang == "en" else "Колко финансиране е привлечено") in text


def test_the_period_stands_beside_the_one_that_it_is_compared_with(look):
    text = said(look(quarter="2025-Q3", window="half_year", lang="en"))
    assert re.search(r": €[\d,]+ \([+−]€[\d,]+ against [^)]{4,30}\)\.", text), text[300:900]


def test_before_anything_was_reported_the_page_says_so(look):
    assert "Nothing is reported for this period yet." in said(look(window="quarter", quarter="2023-Q3", lang="en"))


def test_an_address_that_asks_for_another_capital_is_told(look):
    assert "The address asks for “gold”, which is not known here." in said(look(capital="gold", **Q3))


def test_under_a_filter_funders_see_the_sums_that_are_published_and_what_is_not(look):
    at = look(Role.VIEWER, lang="en", where__region="BG32")
    text = said(at)
    assert "Since the start €89 were attracted." in text
    assert "Funds received: not collected by region" in text
    assert "Together with the filter chosen above, these breakdowns are not published: source of funds" in text
    assert "88.7" in at.get("plotly_chart")[0].proto.spec
