"""Texts, numbers, dates and sentences in English, Bulgarian and languages without a catalogue."""

import ast
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi import language as spoken
from kpi.language import (
    compact_money,
    day,
    decimal,
    message,
    moment,
    money,
    number,
    pick,
    quarter_name,
    quarter_short,
    share,
    size,
    tr,
    window_name,
    worded,
)
from kpi.problems import Fault, Own
from kpi.quarter import Quarter, Window
from kpi.script import alphabetical, written_in

NO_CATALOGUE = "xx"


def test_names_stand_in_the_alphabet_of_the_reader():
    names = ["Zora", "„Работа“", "Янтра", "2. училище", "Agency", "“Meaning”", "бряг", "", "Ателие"]
    bulgarian = sorted(names, key=lambda name: alphabetical(name, "bg"))
    assert bulgarian == ["", "2. училище", "Ателие", "бряг", "„Работа“", "Янтра", "Agency", "“Meaning”", "Zora"]
    english = sorted(names, key=lambda name: alphabetical(name, "en"))
    assert english == ["", "2. училище", "Agency", "“Meaning”", "Zora", "Ателие", "бряг", "„Работа“", "Янтра"]


def plain(text):
    """Make the spaces that do not break into plain ones."""
    return text.replace("\xa0", " ").replace("\u202f", " ")


@pytest.fixture
def catalogued(tmp_path, monkeypatch):
    """A language of its own, with two translations."""
    folder = tmp_path / "bg" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "kpi.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "There is no {what} “{found}”."\nmsgstr "Няма {what} „{found}“."\n\n'
        'msgid "column"\nmsgstr "колона"\n\n'
        'msgid "yes"\nmsgstr ""\n\n'
        '#, fuzzy\nmsgid "no"\nmsgstr "може би"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(spoken, "LOCALES", tmp_path)
    spoken.catalogue.cache_clear()
    yield
    spoken.catalogue.cache_clear()


@pytest.mark.parametrize(
    ("value", "decimals", "english", "bulgarian"),
    [
        (0, None, "0", "0"),
        (1234567, None, "1,234,567", "1 234 567"),
        (Decimal("1234567.89"), None, "1,234,567.89", "1 234 567,89"),
        (Decimal("12.5"), None, "12.50", "12,50"),
        (Decimal("12.00"), None, "12", "12"),
        (-1, None, "-1", "-1"),
        (Fraction(1, 3), None, "0.33", "0,33"),
        (Fraction(5, 2), 0, "3", "3"),
        (Fraction(-5, 2), 0, "-3", "-3"),
        (Decimal("0.125"), 2, "0.13", "0,13"),
        (Decimal("2.675"), 2, "2.68", "2,68"),
        (Fraction(10**12, 7), 1, "142,857,142,857.1", "142 857 142 857,1"),
    ],
)
def test_numbers(value, decimals, english, bulgarian):
    assert number(value, "en", decimals) == english
    assert plain(number(value, "bg", decimals)) == bulgarian
    assert number(value, NO_CATALOGUE, decimals) == english


@pytest.mark.parametrize(
    "value",
    [
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("-Infinity"),
        float("nan"),
        float("inf"),
        1e300,
        Decimal("1e999999999"),
        10**5000,
        Fraction(10**5000, 3),
    ],
    ids=["nan", "snan", "-inf", "float-nan", "float-inf", "1e300", "1e999999999", "10**5000", "10**5000/3"],
)
def test_numbers_that_nobody_can_read_are_written_as_they_are(value):
    assert number(value, "bg")
    assert len(worded(value, "en")) <= 80


def test_rounding_is_half_up_and_exact():
    assert decimal(Fraction(1, 200), 2) == Decimal("0.01")
    assert decimal(Fraction(-1, 200), 2) == Decimal("-0.01")
    assert decimal(Decimal("1.005"), 2) == Decimal("1.01")
    assert decimal(0.1 + 0.2, 2) == Decimal("0.30")
    assert decimal(Fraction(10**30 + 1, 2), 0) == Decimal(10**30 // 2 + 1)


def test_shares():
    assert share(Fraction(27, 40), "en") == "67.5%"
    assert plain(share(Fraction(27, 40), "bg")) == "67,5%"
    assert share(Decimal("0.5"), "en", 0) == "50%"
    assert share(Fraction(2, 3), "en", 2) == "66.67%"
    assert share(Fraction(3, 2), NO_CATALOGUE) == "150.0%"


def test_how_large_a_file_is():
    assert [plain(size(value, "bg")) for value in (0, 512, 108_800, 3 * 1024**2)] == [
        "0 kB",
        "0,5 kB",
        "106,3 kB",
        "3 MB",
    ]
    assert size(108_800, "en") == "106.3 kB"


def test_money():
    assert money(1234, "EUR", "en") == "€1,234"
    assert plain(money(1234, "EUR", "bg")) == "1 234 €"
    assert money(Decimal("1234.5"), "EUR", "en", cents=True) == "€1,234.50"
    assert plain(money(Decimal("1234.5"), "EUR", "bg", cents=True)) == "1 234,50 €"
    assert plain(compact_money(1234567, "EUR", "bg")) == "1,2 млн. €"
    assert compact_money(1234567, "EUR", "en") == "€1.2M"


def test_a_currency_in_letters_stands_apart_from_its_number():
    assert money(Decimal(1709900), "BGN", "en", cents=True) == "BGN\xa01,709,900.00"
    assert money(-5, "CHF", "en") == "-CHF\xa05"
    assert compact_money(1709900, "BGN", "en") == "BGN\xa01.7M"
    assert money(1709900, "USD", "en") == "US$1,709,900"
    assert plain(money(1709900, "BGN", "bg")) == "1 709 900 лв."


def test_days_and_moments():
    assert day(date(2026, 9, 30), "en") == "30 Sept 2026"
    assert plain(day(date(2026, 9, 30), "bg")) == "30.09.2026 г."
    assert moment(datetime(2026, 9, 30, 14, 5, tzinfo=UTC), "en") == "30 Sept 2026, 14:05"
    assert "14:05" in moment(datetime(2026, 9, 30, 14, 5, tzinfo=UTC), "bg")


def test_a_moment_is_of_the_day_that_it_was_where_the_program_runs(place):
    late = datetime(2026, 9, 30, 22, 30, tzinfo=UTC)
    place("UTC-3")  # as Sofia in summer
    assert day(late, "en") == "1 Oct 2026"
    place("UTC+4")
    assert day(late, "en") == "30 Sept 2026"


def test_quarters():
    quarter = Quarter(2026, 3)
    assert quarter_name(quarter, "en") == quarter_short(quarter, "en") == "Q3 2026"
    assert quarter_name(quarter, "bg") == "3. тримесечие 2026"
    assert quarter_short(quarter, "bg") == "3. трим. 2026"
    assert quarter_name(quarter, "fr") == "3e trimestre 2026"
    assert "2026" in quarter_name(quarter, NO_CATALOGUE)


def test_windows():
    quarter = Quarter(2026, 3)
    assert window_name(Window.quarter(quarter), "bg") == "3. тримесечие 2026"
    assert window_name(Window.year(2026), "bg") == "2026"
    assert window_name(Window.half_year(quarter), "en") == "second half of 2026"
    assert window_name(Window.half_year(Quarter(2026, 2)), "en") == "first half of 2026"
    assert window_name(Window.year_to_date(quarter), "en") == "2026 to the end of Q3"
    assert window_name(Window.year_to_date(quarter), "bg") == "2026 г. до края на 3. тримесечие"
    assert window_name(Window.since(Quarter(2023, 3), quarter), "en") == "since the start, to Q3 2026"
    assert window_name(Window.range(Quarter(2025, 4), quarter), "bg") == "4. тримесечие 2025 – 3. тримесечие 2026"


def test_the_frameworks_texts_are_said_in_the_language_or_the_first_one():
    text = {"bg": "Пол", "en": "Gender"}
    assert pick(text, "en") == "Gender"
    assert pick(text, "fr") == "Пол"
    assert pick({}, "en") == ""


def test_values_are_put_into_words():
    assert worded(value=True, language="en") == "yes"
    assert worded(None, "en") == ""
    assert worded({"en": "Gender", "bg": "Пол"}, "bg") == "Пол"
    assert worded([1, None, {"en": "a"}, (2, 3)], "en") == "1, , a, 2, 3"
    assert worded(Decimal("1.95583"), "bg") == "1,95583"
    assert worded("x" * 200, "en") == "x" * 79 + "…"
    assert worded(range(100), "en").endswith("38, 39…")
    assert worded(Quarter(2026, 1), "en") == "Q1 2026"
    assert plain(worded(date(2026, 1, 2), "bg")) == "2.01.2026 г."


def test_own_words_are_translated_and_other_peoples_are_not(catalogued):
    fault = Fault("x", "There is no {what} “{found}”.")
    assert message(fault.at(what=Own("column"), found="column"), "bg") == "Няма колона „column“."
    assert message(fault.at(what=Own("column"), found="column"), "en") == "There is no column “column”."
    assert message(fault.at(what=Own("column"), found="column"), NO_CATALOGUE) == "There is no column “column”."


def test_what_is_not_surely_translated_stays_english(catalogued):
    assert tr("yes", "bg") == "yes"
    assert tr("no", "bg") == "no"


def test_a_message_says_what_is_wrong_and_what_is_expected():
    fault = Fault("x", "{found} is too much.", "At most {largest} are expected.")
    assert message(fault.at(found=1500, largest=1000), "en") == "1,500 is too much. At most 1,000 are expected."
    assert message(Fault("x", "Wrong.").at(), "en") == "Wrong."


def test_braces_in_values_are_text_and_any_name_may_be_a_value():
    fault = Fault("x", "{found}|{language}|{text}|{other}|{}|{0.a}|{")
    said = message(fault.at(found="{text} {", language="l", text="{found}"), "en")
    assert said == "{text} {|l|{found}|{other}|{}|{0.a}|{"


ANYTHING = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.decimals(),
        st.fractions(),
        st.text(),
        st.binary(max_size=9),
        st.dates(),
        st.datetimes(),
        st.builds(Quarter, st.integers(1900, 2200), st.integers(1, 4)),
        st.builds(object),
        st.sampled_from([int, Quarter, len]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)


@settings(deadline=None)
@given(ANYTHING, st.text(max_size=40), st.sampled_from(["en", "bg", "fr", "zz", "", "en_XX", "../x"]))
def test_a_message_never_fails_whatever_it_quotes(value, template, language):
    said = message(
        Fault("x", "{found} " + template, "{expected_value}").at(found=value, expected_value=value), language
    )
    assert isinstance(said, str)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=2))
def test_a_number_written_in_english_is_the_number(value):
    assert Decimal(number(value, "en", 2).replace(",", "")) == value


def test_no_text_of_the_program_stands_inside_another_string():
    """What is marked within an f-string is never found for the catalogues."""
    root = Path(__file__).parent.parent
    for path in (*(root / "src" / "kpi").rglob("*.py"), *(root / "pages").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                calls = [one for one in ast.walk(node) if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)]
                marked = [call for call in calls if call.func.id == "N_"]
                assert not marked, f"{path.name}:{node.lineno}"


def test_nothing_is_said_as_nothing():
    """The catalogue keeps its own head under the empty text."""
    assert tr("", "bg") == ""


def test_the_script_of_a_text_tells_its_language_where_it_is_another():
    both = ("en", "bg")
    assert written_in("Клуб „Без мрежа“", "en", both) == "bg"
    assert written_in("Code Together clubs", "bg", both) == "en"
    assert written_in("Клуб „Без мрежа“", "bg", both) == written_in("R5a 2026", "bg", both) == ""
    assert written_in("Клуб за култура към NGO Forum", "bg", both) == ""
    assert written_in("Клуб „Без мрежа“", "en", ("en", "fr")) == ""
    assert written_in("12 – 5 %", "en", both) == ""
