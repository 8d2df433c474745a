"""Another programme's framework: the same pages say what it declares, and nothing of the first one's."""

import re
from pathlib import Path

import pytest

from kpi import breakdowns
from kpi.framework.load import load_file, load_text
from kpi.framework.model import Framework
from kpi.present import about, about_lists, about_rules, portfolio, rubric, thing
from kpi.present.entries import linked, long_text, name_of, words
from kpi.present.formula import formula
from kpi.present.scene import Scene
from kpi.quarter import Quarter
from kpi.registers import Entry

HERE = Path(__file__).parent
SECOND = (HERE / "data" / "frameworks" / "second.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def second() -> Framework:
    found = load_text(f"{SECOND}\npages:\n  portfolio: {{form: sections, profile: state}}\n")
    assert found.framework is not None, found.problems
    return found.framework


@pytest.fixture(scope="module")
def first() -> Framework:
    found = load_file(HERE.parent / "indicators.yaml").framework
    assert found is not None
    return found


def row(second, **cells):
    return Entry("GS", dict.fromkeys(second.languages, "Gardiens"), Quarter(2026, 1), "sections", "s1", 1, cells, 1)


def text(shown):
    return re.sub(r"<[^>]+>", " ", shown)


def test_a_register_of_another_programme_is_a_portfolio(second):
    page, language = second.pages.portfolio, second.languages[0]
    entry = row(second, code="S1 <b>", kept=True, adopted="2025-05-01")
    cards = portfolio.cards(Scene(second, language, {}), page, [entry])
    assert "S1 &lt;b&gt;" in cards
    assert "Gardiens" in cards
    table = portfolio.as_table(second, page, [entry], language)
    assert all(len(one) == len(table.heads) for one in table.rows)
    assert [one.value for one in rubric.rated(second, entry, ["state"], language)] == [None, None]
    assert name_of(second, entry, language) == "S1 <b>"
    assert thing.changes(second, [entry, row(second, code="S1", kept=False)], language) is not None


def test_what_the_figures_mean_is_told_of_another_programme(second):
    language = second.languages[0]
    by = {key: breakdowns.dimensions(second, key) for key in second.indicators}
    sections = [
        about.programme(second, language),
        *about.indicators(second, by, language),
        about_rules.counting(second, language),
        about_rules.judging(second, language),
        about_rules.hiding(second, language),
        about_rules.asking(second, language),
        about_lists.forms(second, language),
        about_lists.dimensions(second, language),
        about.sources(second, language),
    ]
    page = "".join(about.shown(one) for one in sections)
    for one in [*second.indicators.values(), *second.forms.values(), *second.dimensions.values()]:
        assert text(one.label[language].replace("'", "&#x27;")) in page
    assert "O6" not in text(page)


def test_formulas_say_what_is_counted_and_which_rows(first):
    assert formula(first, "P1", "en") == (
        "Mean of “Essential features” in “Innovations” (only where “Still operating”: yes)."
    )
    assert formula(first, "O5", "en") == (
        "Mean of “Average score” in “Satisfaction”, each weighed by “People who answered”."
    )
    assert formula(first, "R3", "en") == (
        "Number of rows in “Norms and standards” at the end of the period, each “Norm or standard” once in a return "
        "(only where “Stage”: Adopted or In practice)."
    )
    assert "at least 1 year(s) before the quarter's end" in formula(first, "K3", "en")
    assert formula(first, "R5b", "bg") == (
        "Сбор от „Договорена сума“ в „Привлечено финансиране“ ÷ сбор от „Сума“ в „Собствена подкрепа“."
    )


def test_only_addresses_of_the_web_become_links_and_long_texts_open_when_asked(first):
    assert linked("javascript:alert(1)", "x") == "x"
    assert linked("https://a.example/<b>", "<b>").startswith('<a href="https://a.example/&lt;b&gt;"')
    assert "<details" not in long_text(first, "short", "en")
    assert "<details" in long_text(first, "long " * 400, "en")
    told = long_text(first, "A course was held in Ruse.", "bg")
    assert 'lang="en"' in told
    assert "както е отчетено" in told
    assert "lang=" not in long_text(first, "A course was held in Ruse.", "en")
    entry = Entry(
        "A", {"en": "A"}, Quarter(2025, 1), "innovations", "x", 1, {"adaptation": {"not_applicable": True}}, 1
    )
    assert words(first, entry, "adaptation", "en") == "n/a"
    assert words(first, entry, "name", "en") == ""
