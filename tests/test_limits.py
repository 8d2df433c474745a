"""What the sheet takes, the check takes: one limit told to both, and facts that stay far from 64 bits."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kpi.framework.load import load_text
from kpi.intake import layout, limits
from kpi.intake.cells import Scope, parse
from kpi.intake.check import check
from kpi.intake.choices import choices_for
from kpi.intake.fields import fields
from kpi.intake.raw import RawCell, RawForm, RawReturn, RawRow
from kpi.intake.validations import Spot, validation
from kpi.language import message
from kpi.measure.facts import facts_of
from kpi.measure.model import Organisation
from kpi.problems import Place, Problem
from kpi.quarter import Quarter

Q2 = Quarter(2026, 2)
YAML = """
programme:
  key: p
  name: Programme
  version: "1"
  languages: [en]
  starts: 2025-Q1
  contact: {name: Office}
money:
  currency: EUR
  rates:
    GBP: [{per_unit: 0.8, source: Bank}]
    USD: []
dimensions:
  marks:
    label: Marks
    categories: {low: {label: Low, value: -2.25}, high: {label: High, value: 1000000}}
levels: {output: {label: Outputs}}
units: {people: {kind: count, label: people}, points: {kind: rating, label: points}}
forms:
  work:
    label: Work
    kind: register
    time: flow
    columns:
      count: {type: count, label: Count}
      least: {type: count, minimum: -5, maximum: 5000000000, label: Least}
      few: {type: count, minimum: 2, maximum: 9, label: Few}
      decimal: {type: decimal, label: Decimal, weight: count}
      fine: {type: decimal, decimals: 6, label: Fine}
      below: {type: decimal, minimum: -99999999999, maximum: -0.5, label: Below}
      money: {type: money, dated: paid, label: Money}
      mark: {type: rating, scale: marks, weight: count, label: Mark}
      paid: {type: date, label: Paid}
      day: {type: date, label: Day}
      text: {type: text, label: Text}
      link: {type: link, label: Link}
indicators:
  D:
    {name: Mean, level: output, definition: Mean, measure: {mean: work.decimal}, unit: points,
     collected: Form, responsible: Office, source: Own}
  M:
    {name: Marks, level: output, definition: Marks, measure: {mean: work.mark}, unit: points,
     collected: Form, responsible: Office, source: Own}
"""
LOADED = load_text(YAML)
assert LOADED.framework is not None, [message(problem, "en") for problem in LOADED.problems]
FRAMEWORK = LOADED.framework
FORM = FRAMEWORK.forms["work"]
FIELDS = {field.key: field for field in fields(FRAMEWORK, FORM, Q2)}
OFFICE = Organisation("A1", {"en": "Office"}, {}, Quarter(2025, 1))
SHEETS = layout.Sheets.plan(FRAMEWORK, OFFICE, Q2, "en")
NUMBERS = ("count", "least", "few", "decimal", "fine", "below", "money")


def spot(key):
    return Spot(SHEETS, "work", FIELDS[key], {})


def understood(key, value):
    scope = Scope(FRAMEWORK, Q2, choices_for(FRAMEWORK, Q2))
    return parse(scope, FIELDS[key], RawCell(value, Place(sheet="Work", cell="B9")))


def sheet_bounds(key):
    """Read the least, the largest and the decimals out of the formula that Excel gets."""
    made, cell = validation(spot(key)), spot(key).cell
    conditions = made.formula1.partition("AND(")[2].split("),OR(")[0].split(",")
    least = next(one for one in conditions if one.startswith(f"{cell}>="))
    largest = next(one for one in conditions if one.startswith(f"{cell}<="))
    decimals = made.formula1.partition(f"ROUND({cell},")[2].partition(")")[0]
    return Decimal(least.partition(">=")[2]), Decimal(largest.partition("<=")[2]), int(decimals)


@pytest.mark.parametrize("key", NUMBERS)
@given(data=st.data())
def test_a_number_that_the_sheet_takes_the_check_takes(key, data):
    least, largest, decimals = sheet_bounds(key)
    step = Decimal(1).scaleb(-decimals)
    typed = data.draw(
        st.sampled_from([least, largest]) | st.decimals(least, largest, allow_nan=False, places=decimals), label="typed"
    )
    number = typed.quantize(step, ROUND_HALF_UP)
    assume(least <= number <= largest)
    assert not isinstance(understood(key, number), Problem)


@pytest.mark.parametrize("key", NUMBERS)
def test_a_number_beyond_what_the_sheet_takes_the_check_refuses(key):
    least, largest, decimals = sheet_bounds(key)
    step = Decimal(1).scaleb(-decimals)
    for number, codes in [
        (least - step, {"cell.below_minimum"}),
        (largest + step, {"cell.above_maximum", "cell.too_large"}),
    ]:
        found = understood(key, number)
        assert isinstance(found, Problem)
        assert found.code in codes


def test_a_maximum_beyond_what_can_be_counted_is_cut():
    assert sheet_bounds("least") == (0, 10**9, 0)
    assert sheet_bounds("fine") == (-(10**6), 10**6, 6)
    assert sheet_bounds("money") == (0, 10**10, 2)
    assert sheet_bounds("below") == (-(10**9), Decimal("-0.5"), 2)


@pytest.mark.parametrize("key", ["paid", "day"])
@given(data=st.data())
def test_a_day_that_the_sheet_takes_the_check_takes(key, data):
    made = validation(spot(key))
    first, last = (date(1899, 12, 30) + timedelta(int(one)) for one in (made.formula1, made.formula2))
    day = data.draw(st.sampled_from([first, last]) | st.dates(first, last))
    assert understood(key, day) == day.isoformat()


def test_days_end_with_the_quarter_where_they_date_a_flows_money_and_later_elsewhere():
    assert spot("paid").days == (date(1950, 1, 1), date(2026, 6, 30))
    assert spot("day").days == (date(1950, 1, 1), date(2046, 12, 31))
    for day in (date(1949, 12, 31), date(2047, 1, 1)):
        assert understood("day", day).code == "cell.date_out_of_range"


@pytest.mark.parametrize("character", ["a", "я", "\N{GRINNING FACE}"])
def test_a_text_is_as_long_for_the_check_as_for_the_sheet(character):
    longest = int(validation(spot("text")).formula1)
    room = longest // (len(character.encode("utf-16-le")) // 2)
    assert understood("text", character * room) == character * room
    assert understood("text", character * (room + 1)).code == "cell.too_long"


def test_a_web_address_is_as_long_for_the_check_as_for_the_sheet():
    assert f"LEN({spot('link').cell})<={limits.LONGEST_LINK}" in validation(spot("link")).formula1
    longest = "https://example.org/".ljust(limits.LONGEST_LINK, "a")
    assert understood("link", longest) == longest
    assert understood("link", longest + "a").code == "cell.not_a_link"


def test_the_prompt_of_a_web_address_is_a_sentence():
    assert validation(spot("link")).prompt == "Web address that begins with https:// or http://."


def checked(*rows):
    cells = [{key: RawCell(value) for key, value in row.items()} for row in rows]
    form = RawForm(RawCell("reported"), [RawRow(number, one) for number, one in enumerate(cells, 1)])
    return check(FRAMEWORK, RawReturn("A1", Q2, "en", {"work": form}), attributes={})


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"count": 1000, "decimal": 10_000_000}, []),
        ({"count": 1000, "decimal": Decimal("10000000.01")}, ["row.weighed_too_much"]),
        ({"count": 999_999_999, "decimal": 1_000_000_000, "mark": "Low"}, ["row.weighed_too_much"]),
        ({"count": 10_000, "mark": "High"}, []),
        ({"count": 10_001, "mark": "High"}, ["row.weighed_too_much"]),
        ({"count": 1, "money": 8_000_000_000, "money.currency": "GBP"}, []),
        ({"count": 1, "money": 8_000_000_001, "money.currency": "GBP"}, ["cell.too_large"]),
        ({"count": 1, "money": 8, "money.currency": "USD"}, ["row.currency_without_rate"]),
    ],
)
def test_what_would_be_too_large_for_a_fact_is_refused_at_its_cell(row, expected):
    found = checked({"decimal": 1, "mark": "Low", **row})
    assert [problem.code for problem in found.problems] == expected


def test_a_currency_without_a_rate_is_told_without_an_empty_reason():
    found = checked({"money": 8, "money.currency": "USD"})
    said = message(found.problems[0], "en")
    assert said == (
        "There is no rate for USD yet, so an amount dated 30 Jun 2026 cannot be counted. Write the amount in EUR, GBP."
    )


def test_twenty_thousand_of_the_largest_rows_stay_far_from_64_bits():
    row = {"count": 10_000, "decimal": 1_000_000, "mark": "High"}
    found = checked(*[row] * 20_000)
    assert found.problems == ()
    totals = {fact.part: fact.total for fact in facts_of(FRAMEWORK, Q2, found.content) if "numerator" in fact.part}
    # 1,000,000.00 × 10,000 is 10¹² hundredths; so are the marks, which keep two decimals too.
    assert totals == {"D.numerator": 2 * 10**16, "M.numerator": 2 * 10**16}
    assert 400 * 2 * 10**16 < 2**63
