from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kpi.framework.load import load_text
from kpi.framework.model import ColumnType
from kpi.intake import numbers
from kpi.intake.amounts import Amount
from kpi.intake.cells import CellValue, Scope, parse
from kpi.intake.choices import choices_for
from kpi.intake.fields import fields
from kpi.intake.raw import RawCell, Scalar
from kpi.intake.words import NOT_APPLICABLE_LABEL, STATE_LABELS, state_of
from kpi.language import message, tr
from kpi.problems import Place, Problem
from kpi.quarter import Quarter
from kpi.records import NOT_APPLICABLE, FormState

QUARTER = Quarter(2025, 4)
YAML = """
programme:
  key: allotments
  name: {en: Allotments, bg: Градини}
  version: "1"
  languages: [en, bg]
  starts: 2025-Q1
  contact: {name: {en: The office, bg: Службата}}
money:
  currency: EUR
  rates:
    BGN:
      - per_unit: 1.95583
        until: 2025-12-31
        source: {en: the euro replaced the lev on 1 January 2026, bg: от 1 януари 2026 г. се плаща в евро}
dimensions:
  gender:
    label: {en: Gender, bg: Пол}
    categories:
      women: {label: {en: Women, bg: Жени}}
      men: {label: {en: Men, bg: Мъже}}
  soil:
    label: {en: Soil, bg: Почва}
    categories:
      clay: {label: {en: Heavy clay, bg: Тежка глина}}
      sand: {label: {en: Sand, bg: Пясък}, was: [gravel]}
      peat: {label: {en: Peat, bg: Торф}, until: 2025-Q3}
      loam: {label: {en: Mixed, bg: Смесена}}
      mixed: {label: {en: Rubble, bg: Строителни отпадъци}}
      none: {label: {en: Not applicable, bg: Неприложимо}}
  health:
    label: {en: Health, bg: Състояние}
    categories:
      poor: {value: 0, label: {en: Poor, bg: Лошо}, description: {en: Dry, bg: Сухо}}
      fair: {value: 1, label: {en: Fair, bg: Средно}, description: {en: So-so, bg: Горе-долу}}
      good: {value: 2, label: {en: Good, bg: Добро}, description: {en: Green, bg: Зелено}}
levels: {output: {label: {en: Outputs, bg: Резултати}}}
units: {people: {kind: count, label: {en: people, bg: души}}}
forms:
  plots:
    label: {en: Plots, bg: Парцели}
    kind: register
    time: stock
    key: name
    columns:
      name: {type: text, required: true, label: {en: Name, bg: Име}}
      page: {type: link, label: {en: Page, bg: Страница}}
      people: {type: count, label: {en: People, bg: Хора}}
      limited: {type: count, minimum: 2, maximum: 9, label: {en: Limited, bg: Ограничено}}
      area: {type: decimal, decimals: 3, minimum: -5, maximum: 5000, label: {en: Area, bg: Площ}}
      rent: {type: money, label: {en: Rent, bg: Наем}}
      soil: {type: choice, dimension: soil, label: {en: Soil, bg: Почва}}
      health: {type: rating, scale: health, label: {en: Health, bg: Състояние}}
      since: {type: date, label: {en: Since, bg: От}}
      fenced: {type: yes_no, label: {en: Fenced, bg: Ограден}}
      twin: {type: ref, form: plots, label: {en: Twin, bg: Близнак}}
indicators:
  P:
    name: {en: People, bg: Хора}
    level: output
    definition: {en: People, bg: Хора}
    measure: {sum: plots.people}
    unit: people
    collected: {en: Form, bg: Форма}
    responsible: {en: Office, bg: Служба}
    source: {en: Own, bg: Собствен}
"""
LOADED = load_text(YAML)
assert LOADED.framework is not None, [message(p, "en") for p in LOADED.problems]
FRAMEWORK = LOADED.framework
FIELDS = {field.key: field for field in fields(FRAMEWORK, FRAMEWORK.forms["plots"], QUARTER)}
PLACE = Place(sheet="Plots", cell="C7")


def scope() -> Scope:
    registers = {"plots": {"north bank": "North Bank", "south bank": "South bank"}}
    return Scope(FRAMEWORK, QUARTER, choices_for(FRAMEWORK, QUARTER), registers)


def read(field: str, value: Scalar) -> CellValue | str:
    """Give the value read, or the code of the problem, having said it in both languages."""
    found = parse(scope(), FIELDS[field], RawCell(value, PLACE))
    if not isinstance(found, Problem):
        return found
    assert found.place == PLACE
    assert found.fault.expected
    for language in FRAMEWORK.languages:
        assert "{" not in message(found, language).replace(str(value), "")
    return found.code


@pytest.mark.parametrize("field", sorted(FIELDS))
@pytest.mark.parametrize("empty", [None, "", "  ", "\u00a0", "\u200b", "\ufeff \n"])
def test_an_empty_cell_is_missing_and_never_zero(field, empty):
    assert read(field, empty) is None


@pytest.mark.parametrize("field", sorted(FIELDS.keys() - {"soil"}))
@pytest.mark.parametrize(
    "typed", ["n/a", "N/A", "na", "Н/П", "н.п.", "не е приложимо", " Неприложимо ", "not applicable"]
)
def test_not_applicable_is_a_value_of_its_own(field, typed):
    assert read(field, typed) == NOT_APPLICABLE


def test_a_category_that_says_not_applicable_goes_before_the_word():
    assert read("soil", "Not applicable") == "none"
    assert read("soil", "n/a") == NOT_APPLICABLE


@pytest.mark.parametrize("field", sorted(FIELDS))
@pytest.mark.parametrize("typed", ["-", "–", " — ", "--", "−"])
def test_a_dash_is_asked_about(field, typed):
    assert read(field, typed) == "cell.dash"


@pytest.mark.parametrize("field", sorted(FIELDS))
@pytest.mark.parametrize("typed", ["#REF!", "#N/A", "#DIV/0!", "#value!", "#NAME?"])
def test_the_result_of_a_broken_formula_is_no_value(field, typed):
    assert read(field, typed) == "cell.formula"


def test_a_formula_without_a_value_is_refused_but_stays_text_in_a_text():
    assert read("people", "=SUM(A1:A3)") == "cell.formula"
    assert read("page", '=HYPERLINK("https://example.org")') == "cell.formula"
    assert read("name", "=Plot 7") == "=Plot 7"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        (0, 0),
        (12, 12),
        (1100.0, 1100),
        (Decimal("1.1E+3"), 1100),
        (3.0000000000000004, 3),
        ("0", 0),
        ("12", 12),
        (" 12 ", 12),
        ("+12", 12),
        ("1 100", 1100),
        ("1\u00a0100", 1100),
        ("1\u202f100\u2009200", 1100200),
        ("1'100", 1100),
        ("1’100’000", 1100000),
        ("1.100.500", 1100500),
        ("1,100,500", 1100500),
        ("1 100,00", 1100),
        ("1.100,0", 1100),
        ("1,100.00", 1100),
        ("１２", 12),
        ("12 бр.", 12),
        ("12бр", 12),
        ("1 100 души", 1100),
        ("12 people", 12),
        ("007", 7),
        (999_999_999, 999_999_999),
    ],
)
def test_counts_that_have_one_reading(typed, value):
    assert read("people", typed) == value
    assert type(read("people", typed)) is int


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1.100", "cell.ambiguous_number"),
        ("1,100", "cell.ambiguous_number"),
        ("-1,100", "cell.ambiguous_number"),
        ("100.000", "cell.ambiguous_number"),
        ("1,100 бр.", "cell.ambiguous_number"),
        ("15/100", "cell.two_numbers"),
        ("15 / 100", "cell.two_numbers"),
        ("10-15", "cell.two_numbers"),
        ("10 – 15", "cell.two_numbers"),
        ("5+5", "cell.two_numbers"),
        ("5 и 3", "cell.two_numbers"),
        ("15 от 100", "cell.two_numbers"),
        ("15 of 100", "cell.two_numbers"),
        ("50%", "cell.percent"),
        ("50 %", "cell.percent"),
        ("12 хил.", "cell.not_written_out"),
        ("12k", "cell.not_written_out"),
        ("3 million", "cell.not_written_out"),
        ("twelve", "cell.not_a_number"),
        ("около 12", "cell.not_a_number"),
        ("12+", "cell.not_a_number"),
        ("12 34", "cell.not_a_number"),
        ("12\n345", "cell.not_a_number"),
        ("1  100", "cell.not_a_number"),
        ("0 100", "cell.not_a_number"),
        ("1,00,000", "cell.not_a_number"),
        ("1 100.200.300", "cell.not_a_number"),
        ("1.100,200,300", "cell.not_a_number"),
        ("1,1E+03", "cell.not_a_number"),
        ("5²", "cell.not_a_number"),
        ("½", "cell.not_a_number"),
        ("31.12.2025", "cell.not_a_number"),
        ("(500)", "cell.not_a_number"),
        ("12 лв.", "cell.not_a_number"),
        ("1" * 61, "cell.not_a_number"),
        ("1" * 5000, "cell.not_a_number"),
        ("1.5", "cell.not_whole"),
        (1.5, "cell.not_whole"),
        ("−5", "cell.below_minimum"),
        (-1, "cell.below_minimum"),
        (10**9 + 1, "cell.too_large"),
        (1e300, "cell.too_large"),
        (Decimal("1E+999999"), "cell.too_large"),
        (float("inf"), "cell.too_large"),
        (float("nan"), "cell.not_a_number"),
        (Decimal("sNaN"), "cell.not_a_number"),
        (True, "cell.not_a_number"),
        (False, "cell.not_a_number"),
        (date(2026, 5, 1), "cell.date_for_number"),
        (datetime(2026, 5, 1, tzinfo=UTC), "cell.date_for_number"),
    ],
)
def test_counts_that_are_asked_about(typed, code):
    assert read("people", typed) == code


def test_a_number_too_long_to_be_written_is_refused_in_words():
    found = parse(scope(), FIELDS["people"], RawCell(10**20_000, PLACE))
    assert isinstance(found, Problem)
    assert found.code == "cell.too_large"
    assert "10¹⁸" in message(found, "en")


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [(2, 2), (9, 9), (1, "cell.below_minimum"), (10, "cell.above_maximum"), (-3, "cell.below_minimum")],
)
def test_declared_limits_hold(typed, outcome):
    assert read("limited", typed) == outcome


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [
        (4.25, "4.25"),
        (4.0, "4"),
        (4.5, "4.5"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "cell.too_many_decimals"),
        (1e-300, "0"),
        (100, "100"),
        ("4,25", "4.25"),
        ("4.250", "cell.ambiguous_number"),
        ("0.125", "0.125"),
        ("0,125", "0.125"),
        ("-0,5", "-0.5"),
        ("-0", "0"),
        ("1 234,5", "1234.5"),
        ("1234.567", "1234.567"),
        ("4,2567", "cell.too_many_decimals"),
        ("4,2500", "4.25"),
        ("0,1" + "0" * 40 + "1", "cell.too_many_decimals"),
        (4.3333333, "cell.too_many_decimals"),
        (-5, "-5"),
        (-5.001, "cell.below_minimum"),
        (5000.001, "cell.above_maximum"),
        ("50 %", "cell.percent"),
        (Decimal("1E-999999"), "0"),
        (Decimal("NaN"), "cell.not_a_number"),
    ],
)
def test_decimals(typed, outcome):
    assert read("area", typed) == outcome


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [
        (1000, Amount(Decimal(1000))),
        (1100.5, Amount(Decimal("1100.5"))),
        (0.1 + 0.2, Amount(Decimal("0.3"))),
        ("1 100,50", Amount(Decimal("1100.50"))),
        ("1.100,50 лв.", Amount(Decimal("1100.50"), "BGN")),
        ("1.100,50лв", Amount(Decimal("1100.50"), "BGN")),
        ("BGN 1,100.50", Amount(Decimal("1100.50"), "BGN")),
        ("€1,100.50", Amount(Decimal("1100.50"), "EUR")),
        ("€ 100 EUR", Amount(Decimal(100), "EUR")),
        ("100 евро", Amount(Decimal(100), "EUR")),
        ("100 eur", Amount(Decimal(100), "EUR")),
        ("0", Amount(Decimal(0))),
        ("1.100 лв.", "cell.ambiguous_number"),
        ("100 лв. 50", "cell.not_a_number"),
        ("€ 100 лв", "cell.not_a_number"),
        ("$100", "cell.unknown_currency"),
        ("100 CHF", "cell.unknown_currency"),
        ("12 бр.", "cell.not_a_number"),
        ("5 хил. лв.", "cell.not_a_number"),
        ("5 хил.", "cell.not_written_out"),
        ("100,-", "cell.not_a_number"),
        ("-5 лв.", "cell.below_minimum"),
        ("0,005 лв.", "cell.too_many_decimals"),
        (0.333, "cell.too_many_decimals"),
        (10_000_000_000.01, "cell.too_large"),
        (9_999_999_999.99, Amount(Decimal("9999999999.99"))),
        (True, "cell.not_a_number"),
    ],
)
def test_amounts(typed, outcome):
    assert read("rent", typed) == outcome


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [
        ("EUR", "EUR"),
        (" eur ", "EUR"),
        ("€", "EUR"),
        ("лв.", "BGN"),
        ("лева", "BGN"),
        ("USD", "cell.unknown_currency"),
        ("money", "cell.unknown_currency"),
        (1, "cell.unknown_currency"),
    ],
)
def test_currencies(typed, outcome):
    assert read("rent.currency", typed) == outcome


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [
        ("clay", "clay"),
        ("Heavy clay", "clay"),
        ("  HEAVY   clay ", "clay"),
        ("тежка глина", "clay"),
        ("clay – Heavy clay", "clay"),
        ("clay - Тежка глина", "clay"),
        ("gravel", "sand"),
        ("Peat", "cell.category_not_in_quarter"),
        ("Mixed", "cell.ambiguous_choice"),
        ("Heavy cley", "cell.unknown_choice"),
        ("Granite", "cell.unknown_choice"),
        ("x" * 40_000, "cell.unknown_choice"),
        (3, "cell.unknown_choice"),
        (True, "cell.unknown_choice"),
        (date(2025, 1, 1), "cell.unknown_choice"),
    ],
)
def test_choices(typed, outcome):
    assert read("soil", typed) == outcome


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [
        (0, "poor"),
        (2.0, "good"),
        ("2", "good"),
        ("2,0", "good"),
        ("Good", "good"),
        ("добро", "good"),
        ("2 – Добро", "good"),
        ("2. Good", "good"),
        (3, "cell.unknown_choice"),
        (1.5, "cell.unknown_choice"),
        ("Goood", "cell.unknown_choice"),
    ],
)
def test_ratings_by_step_or_label(typed, outcome):
    assert read("health", typed) == outcome


def test_a_misspelt_choice_is_answered_with_what_was_meant_and_the_list():
    found = parse(scope(), FIELDS["health"], RawCell("Goood", PLACE))
    assert isinstance(found, Problem)
    said = message(found, "en")
    assert "Goood" in said
    assert "“2 – Good”" in said
    assert "0 – Poor, 1 – Fair, 2 – Good" in said


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [
        (date(2025, 12, 31), "2025-12-31"),
        (datetime(2025, 12, 31, tzinfo=UTC), "2025-12-31"),
        ("2025-12-31", "2025-12-31"),
        ("2025-12-31 00:00:00", "2025-12-31"),
        ("2025-12-31T00:00:00", "2025-12-31"),
        ("31.12.2025", "2025-12-31"),
        ("31.12.2025 г.", "2025-12-31"),
        ("5.6.2025", "2025-06-05"),
        ("31/12/2025", "2025-12-31"),
        ("12/31/2025", "2025-12-31"),
        ("31-12-2025", "2025-12-31"),
        ("05/05/2025", "2025-05-05"),
        ("2025/12/31", "2025-12-31"),
        ("31 декември 2025 г.", "2025-12-31"),
        ("1 March 2025", "2025-03-01"),
        ("1. mars 2025", "cell.not_a_date"),
        ("31 февруари 2025", "cell.not_a_date"),
        ("05/06/2025", "cell.ambiguous_date"),
        ("5-6-2025", "cell.ambiguous_date"),
        ("31.12.25", "cell.short_year"),
        ("31.02.2025", "cell.not_a_date"),
        ("12.31.2025", "cell.not_a_date"),
        ("2025-13-01", "cell.not_a_date"),
        ("soon", "cell.not_a_date"),
        ("x" * 41, "cell.not_a_date"),
        (True, "cell.not_a_date"),
        (46022, "cell.number_for_date"),
        (2025.0, "cell.number_for_date"),
        ("31.12.1925", "cell.date_out_of_range"),
        (date(1, 1, 1), "cell.date_out_of_range"),
        (date(9999, 12, 31), "cell.date_out_of_range"),
        (date(2045, 12, 31), "2045-12-31"),
        (date(2046, 1, 1), "cell.date_out_of_range"),
    ],
)
def test_dates(typed, outcome):
    assert read("since", typed) == outcome


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [
        *((word, True) for word in (True, 1, 1.0, "1", "yes", "Y", "TRUE", "да", "ДА", "✓", "✔")),
        *((word, False) for word in (False, 0, "0", "no", "N", "false", "не", "НЕ", "✗")),
        *((word, "cell.not_yes_or_no") for word in ("x", "maybe", 2, date(2025, 1, 1), "да/не")),
    ],
)
def test_yes_and_no(typed, outcome):
    assert read("fenced", typed) is outcome or read("fenced", typed) == outcome


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [
        (" Plot 7 ", "Plot 7"),
        ("И\u0306", "Й"),
        ("one\r\ntwo", "one\ntwo"),
        (2025, "2025"),
        (2025.0, "2025"),
        (date(2025, 1, 2), "2025-01-02"),
        ("\ufeffPlot", "Plot"),
        ("+359 2 123", "+359 2 123"),
        ("a" * 32_767, "a" * 32_767),
        ("a" * 32_768, "cell.too_long"),
        ("bell\x07", "cell.control_characters"),
        ("half\ud800", "cell.control_characters"),
        (True, "cell.not_text"),
        (float("nan"), "cell.not_text"),
    ],
)
def test_texts(typed, outcome):
    assert read("name", typed) == outcome


@pytest.mark.parametrize("typed", ["https://example.org/a?b=1#c", "http://пример.бг/страница"])
def test_links(typed):
    assert read("page", f" {typed} ") == typed


@pytest.mark.parametrize(
    "typed",
    [
        "www.example.org",
        "javascript:alert(1)",
        "ftp://example.org",
        "https://",
        "https://a b",
        "http://[::1",
        "file:///a",
        "x",
    ],
)
def test_what_is_no_link(typed):
    assert read("page", typed) == "cell.not_a_link"


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [
        ("North Bank", "north bank"),
        (" NORTH  bank", "north bank"),
        ("North Bnak", "cell.unknown_ref"),
        ("Mars", "cell.unknown_ref"),
        (7, "cell.unknown_ref"),
    ],
)
def test_refs(typed, outcome):
    assert read("twin", typed) == outcome


def test_a_ref_to_a_register_outside_the_return_is_taken_on_trust():
    outside = Scope(FRAMEWORK, QUARTER, choices_for(FRAMEWORK, QUARTER))
    assert parse(outside, FIELDS["twin"], RawCell("East  Bank")) == "east bank"


def test_hints_are_not_looked_for_without_end_and_the_fault_is_the_same_without_one():
    once = scope()
    once.hints.left = 1
    found = [parse(once, FIELDS["soil"], RawCell(typed)) for typed in ("Heavy cley", "Heavy cley", "Heavy clai")]
    told = [(one.code, "Did you mean" in message(one, "en")) for one in found if isinstance(one, Problem)]
    assert told == [("cell.unknown_choice", True), ("cell.unknown_choice", True), ("cell.unknown_choice", False)]


def test_an_ambiguous_number_is_answered_with_two_clear_ways_to_write_it():
    for typed, whole, fraction in [("1.100", "1100", "1.1"), ("1,125", "1125", "1,1250"), ("2,000", "2000", "2,0")]:
        found = numbers.read_text(typed)
        assert isinstance(found, Problem)
        assert (found.values["whole"], found.values["fraction"]) == (whole, fraction)
        assert numbers.read_text(whole) == Decimal(whole)
        assert numbers.read_text(fraction) == Decimal(typed.replace(",", "."))


@pytest.mark.parametrize(
    ("typed", "state"),
    [
        ("Nothing to report", FormState.NOTHING),
        ("няма какво да се отчете", FormState.NOTHING),
        ("nothing_to_report", FormState.NOTHING),
        ("REPORTED", FormState.REPORTED),
        ("отчетено", FormState.REPORTED),
        ("н/п", FormState.NOT_APPLICABLE),
        ("not applicable", FormState.NOT_APPLICABLE),
        ("missing", None),
        ("perhaps", None),
    ],
)
def test_states(typed, state):
    assert state_of(typed, ("en", "bg")) is state


def test_what_the_template_offers_is_read_back():
    for language in ("en", "bg", "fr"):
        for state, label in STATE_LABELS.items():
            assert state_of(tr(label, language), (language,)) is state
        assert read("people", tr(NOT_APPLICABLE_LABEL, language)) == NOT_APPLICABLE


def grouped(number: Decimal, decimals: int, group: str, point: str) -> str:
    return f"{number:,.{decimals}f}".replace(",", "\0").replace(".", point).replace("\0", group)


@given(
    st.decimals(min_value=-(10**12), max_value=10**12, places=6),
    st.integers(min_value=0, max_value=6),
    st.sampled_from(
        [(" ", ","), ("\u00a0", ","), ("\u202f", ","), (".", ","), (",", "."), ("'", "."), ("", ","), ("", ".")]
    ),
)
@example(Decimal("1.1"), 3, ("", ","))
@example(Decimal(1100), 0, (".", ","))
def test_a_number_in_any_style_is_read_back_or_asked_about_never_misread(number, decimals, style):
    number = round(number, decimals)
    found = numbers.read_text(grouped(number, decimals, *style))
    if isinstance(found, Problem):
        assert found.code == "cell.ambiguous_number"
        readings = {Decimal(str(found.values[one]).replace(",", ".")) for one in ("whole", "fraction")}
        assert number in readings
    else:
        assert found == number


@given(st.floats(min_value=0, max_value=10**9, allow_nan=False).map(lambda x: round(x, 2)))
def test_a_float_of_cents_is_the_cents_that_were_typed(number):
    assert read("rent", number) == Amount(Decimal(str(number)))


@given(
    st.dates(min_value=date(1950, 1, 1), max_value=date(2045, 12, 31)),
    st.sampled_from(["%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y"]),
)
def test_a_date_in_any_style_is_read_back_or_asked_about_never_misread(day, style):
    typed = day.strftime(style)
    outcome = read("since", typed)
    if outcome == "cell.ambiguous_date":
        assert "/" in typed
        assert day.day <= 12
    else:
        assert outcome == day.isoformat()


scalars = st.one_of(
    st.none(),
    st.text(max_size=80),
    st.text(alphabet="0123456789 .,-'/%€лвn/aбр:+", max_size=20),
    st.integers(),
    st.floats(),
    st.decimals(allow_nan=True, allow_infinity=True),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.datetimes(timezones=st.just(UTC)),
)


@given(st.sampled_from(sorted(FIELDS)), scalars)
@example("since", datetime.combine(date.max, time.max) - timedelta(microseconds=1))
@example("people", Decimal("-Infinity"))
def test_no_cell_can_stop_the_check(field, value):
    try:
        found = parse(scope(), FIELDS[field], RawCell(value, PLACE))
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as fault:  # pragma: no cover
        pytest.fail(f"{field}: {value!r}: {fault!r}")
    if isinstance(found, Problem):
        assert message(found, "bg")


def test_every_type_of_column_is_read():
    assert {field.column.type for field in FIELDS.values()} == set(ColumnType)
