import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.framework.load import load_text
from kpi.intake import check as check_module
from kpi.intake import check_days, check_given, check_money, check_row, limits
from kpi.intake.check import Checked, check
from kpi.intake.raw import RawCell, RawForm, RawReturn, RawRow, Scalar
from kpi.language import message
from kpi.problems import Fault, Place, Severity, errors
from kpi.quarter import Quarter
from kpi.records import NOT_APPLICABLE, FormState, Record

Q4 = Quarter(2025, 4)
CENTRE, PARTNER = {"role": "centre"}, {"role": "partner"}
YAML = """
programme:
  key: library
  name: Mobile library
  version: "1"
  languages: [en]
  starts: 2025-Q1
  contact: {name: The office}
money:
  currency: EUR
  rates:
    BGN:
      - {per_unit: 1.95583, until: 2025-12-31, source: the euro replaced the lev on 1 January 2026}
organisation:
  role: {label: Role, dimension: role}
dimensions:
  role:
    label: Role
    categories: {centre: {label: Centre}, partner: {label: Partner}}
  gender:
    label: Gender
    categories: {women: {label: women}, men: {label: men}, not_stated: {label: not stated, not_stated: true}}
  group:
    label: Group
    categories: {pupils: {label: Pupils}, elders: {label: Elders}, former: {label: Former, until: 2025-Q2}}
levels: {output: {label: Outputs}}
units: {people: {kind: count, label: people}}
forms:
  courses:
    label: Courses
    kind: register
    time: flow
    columns:
      title: {type: text, required: true, label: Title}
      enrolled: {type: count, spread: gender, label: Enrolled}
      passed: {type: count, spread: gender, at_most: enrolled, label: Passed}
  books:
    label: Books
    kind: register
    time: stock
    key: name
    columns:
      name: {type: text, required: true, label: Name}
      bought: {type: date, label: Bought}
  grants:
    label: Grants
    kind: register
    time: flow
    columns:
      signed: {type: date, required: true, label: Signed}
      amount: {type: money, required: true, dated: signed, label: Amount}
      share: {type: money, at_most: amount, label: Own share}
      book: {type: ref, form: books, label: Book}
  views:
    label: Views
    kind: grid
    time: flow
    rows: group
    columns:
      asked: {type: count, spread: gender, label: Asked}
      score: {type: decimal, minimum: 1, maximum: 5, spread: gender, weight: asked, label: Score}
      open: {type: yes_no, label: Open}
  seats:
    label: Seats
    kind: grid
    time: stock
    rows: group
    columns:
      seats: {type: count, required: true, label: Seats taken}
  visits:
    label: Visits
    kind: grid
    time: flow
    columns:
      visits: {type: count, label: Visits made}
      members: {type: count, spread: gender, label: Members}
      guests: {type: count, spread: gender, at_most: visits, label: Guests}
  yearly:
    label: Yearly
    kind: grid
    time: flow
    due: half_yearly
    columns:
      day: {type: date, label: Day}
      gift: {type: money, dated: day, label: Gift}
  own:
    label: Own support
    kind: register
    time: flow
    asked_of: {role: [centre]}
    columns:
      amount: {type: money, required: true, label: Support}
indicators:
  P:
    name: Visits
    level: output
    definition: Visits
    measure: {sum: visits.visits}
    unit: people
    collected: Form
    responsible: Office
    source: Own
"""
LOADED = load_text(YAML)
assert LOADED.framework is not None, [message(p, "en") for p in LOADED.problems]
FRAMEWORK = LOADED.framework
NOTHING = RawForm(RawCell("nothing to report", Place(sheet="S", cell="B3")))
SEATS = {"pupils": {"seats": 3}, "elders": {"seats": 0}}


def row(position: int, cells: Mapping[str, Scalar], key: str | None = None) -> RawRow:
    places = {name: Place(sheet="S", cell=f"{chr(65 + i)}{position + 9}") for i, name in enumerate(cells)}
    raw = {name: RawCell(value, places[name]) for name, value in cells.items()}
    return RawRow(position, raw, key, Place(sheet="S", cell=f"A{position + 9}"))


def form(*rows: Mapping[str, Scalar], state: Scalar = "reported") -> RawForm:
    return RawForm(
        RawCell(state, Place(sheet="S", cell="B3")),
        [row(i, cells) for i, cells in enumerate(rows, 1)],
        Place(sheet="S"),
    )


def grid(rows: Mapping[str, Mapping[str, Scalar]], state: Scalar = "reported") -> RawForm:
    return RawForm(
        RawCell(state, Place(sheet="S", cell="B3")),
        [row(i, cells, key) for i, (key, cells) in enumerate(rows.items(), 1)],
        Place(sheet="S"),
    )


def checked(
    forms: Mapping[str, RawForm | None], *, quarter: Quarter = Q4, attributes: Mapping[str, str] = PARTNER
) -> Checked:
    """Check a return that says “nothing to report” wherever the test says nothing else."""
    asked = dict.fromkeys(FRAMEWORK.asked_forms(attributes, quarter), NOTHING)
    together = {key: raw for key, raw in {**asked, **forms}.items() if raw is not None}
    found = check(FRAMEWORK, RawReturn("A", quarter, "en", together), attributes=attributes)
    for problem in found.problems:
        said = message(problem, "en")
        assert problem.fault.text
        assert "  " not in said
        assert "None" not in said
        assert problem.place.form is not None
    return found


def codes(found: Checked) -> list[tuple[str, str | None, str | None]]:
    return [(problem.code, problem.place.field, problem.place.cell) for problem in found.problems]


def sixfold(*numbers: Scalar, of: tuple[str, ...] = ("enrolled", "passed")) -> dict[str, Scalar]:
    names = [f"{column}.{category}" for column in of for category in ("women", "men", "not_stated")]
    return dict(zip(names, numbers, strict=True))


def test_a_good_return_is_understood_whole():
    found = checked(
        {
            "courses": form({"title": " Reading ", **sixfold(12, "5", 0, 10, 5.0, "0")}),
            "books": form({"name": "Under  the Yoke", "bought": "1.2.2025"}),
            "grants": form(
                {"signed": date(2025, 11, 30), "amount": "1 000,00", "amount.currency": "лв.", "book": "UNDER THE yoke"}
            ),
            "views": grid({"elders": {**sixfold(2, 0, 1, "4,5", None, 3, of=("asked", "score")), "open": "yes"}}),
            "seats": grid(SEATS),
            "visits": form({"visits": "n/a"}),
        }
    )
    assert found.problems == ()
    forms = found.content.forms
    assert list(forms) == ["courses", "books", "grants", "views", "seats", "visits", "yearly"]
    assert forms["courses"].records == (
        Record(
            1,
            None,
            {
                "title": "Reading",
                "enrolled": {"women": 12, "men": 5, "not_stated": 0},
                "passed": {"women": 10, "men": 5, "not_stated": 0},
            },
        ),
    )
    assert forms["books"].records == (Record(1, "under the yoke", {"name": "Under  the Yoke", "bought": "2025-02-01"}),)
    assert forms["grants"].records == (
        Record(
            1,
            None,
            {"signed": "2025-11-30", "amount": {"amount": "1000.00", "currency": "BGN"}, "book": "under the yoke"},
        ),
    )
    assert forms["views"].records == (
        Record(
            1,
            "elders",
            {
                "asked": {"women": 2, "men": 0, "not_stated": 1},
                "score": {"women": "4.5", "not_stated": "3"},
                "open": True,
            },
        ),
    )
    assert forms["seats"].records == (Record(1, "pupils", {"seats": 3}), Record(2, "elders", {"seats": 0}))
    assert forms["visits"].records == (Record(1, None, {"visits": NOT_APPLICABLE}),)
    assert forms["yearly"].state is FormState.NOTHING
    assert json.loads(found.content.canonical())["books"]["state"] == "reported"


def test_a_spread_is_filled_in_whole_or_not_at_all():
    """Golden example 1: B reports 4 women, the men not filled in."""
    found = checked({"visits": form({"members.women": 4, "members.not_stated": 0})})
    assert codes(found) == [("row.spread_incomplete", "members.men", "A10")]
    assert "Members: men" in message(found.problems[0], "en")
    corrected = checked({"visits": form({"members.women": 4, "members.men": 0, "members.not_stated": 0})})
    assert corrected.problems == ()
    assert corrected.content.forms["visits"].records[0].cells == {"members": {"women": 4, "men": 0, "not_stated": 0}}


def test_every_empty_cell_of_a_spread_is_named_and_a_faulty_one_is_named_once():
    found = checked({"visits": form({"members.women": "many", "members.men": None})})
    assert codes(found) == [
        ("cell.not_a_number", "members.women", "A10"),
        ("row.spread_incomplete", "members.men", "B10"),
        ("row.spread_incomplete", "members.not_stated", "A10"),
    ]
    assert found.content.forms["visits"].records == (Record(1, None, {}),)


def test_where_0_is_no_nothing_a_half_filled_spread_asks_for_what_does_not_apply():
    columns = """
      points: {type: decimal, minimum: 1, maximum: 5, spread: gender, label: Points}
      mark: {type: rating, scale: marks, spread: gender, label: Mark}
      hours: {type: decimal, spread: gender, label: Hours}
      paid: {type: money, spread: gender, label: Paid}
"""
    scale = "  marks: {label: Mark, categories: {a: {label: Absent, value: 0}, b: {label: Full, value: 1}}}\n"
    yaml = YAML.replace("      members: {", columns[1:] + "      members: {").replace("levels:", scale + "levels:")
    made = load_text(yaml).framework
    assert made is not None
    for key, typed in {"points": 3, "mark": 0, "hours": 1.5, "paid": "5 EUR", "members": 1}.items():
        raw = RawReturn("A", Q4, "en", {"visits": form({f"{key}.women": typed, f"{key}.men": typed})})
        (found,) = [one for one in check(made, raw, attributes=PARTNER).problems if one.place.field is not None]
        assert (found.code, found.place.field) == ("row.spread_incomplete", f"{key}.not_stated")
        nothing = "n/a where it does not apply" if key in {"points", "mark"} else "0 where there were none"
        assert message(found, "en").endswith(f"Fill in every cell, with {nothing}, or leave all of them empty.")


def test_a_currency_that_is_gone_is_refused_and_until_when_it_held_is_told():
    """Golden example 12: 500 BGN dated 2026-02-01."""
    grant = {"signed": date(2026, 2, 1), "amount": 500, "amount.currency": "BGN"}
    found = checked({"grants": form(grant)}, quarter=Quarter(2026, 1))
    assert codes(found) == [("row.currency_not_on_day", "amount.currency", "C10")]
    said = message(found.problems[0], "en")
    assert "BGN" in said
    assert "it is accepted for dates up to 31 Dec 2025" in said
    assert "in EUR" in said
    before = checked({"grants": form({**grant, "signed": date(2025, 11, 30), "amount": "1000.00"})})
    assert before.problems == ()
    assert before.content.forms["grants"].records[0].cells["amount"] == {"amount": "1000.00", "currency": "BGN"}


def test_the_last_day_of_the_lev_is_still_a_day_of_the_lev():
    for day, accepted in [(date(2025, 12, 31), True), (date(2026, 1, 1), False)]:
        found = checked({"books": NOTHING, "grants": form({"signed": day, "amount": "1 лв."})}, quarter=Quarter.of(day))
        assert (not found.problems) is accepted


def test_an_amount_without_a_date_column_is_judged_on_the_quarters_last_day():
    for quarter, expected in [(Q4, []), (Quarter(2026, 1), ["row.currency_not_on_day"])]:
        found = checked({"own": form({"amount": "5 лв."})}, quarter=quarter, attributes=CENTRE)
        assert [problem.code for problem in found.problems] == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"amount": 5}, [("row.currency_missing", "amount.currency")]),
        ({"amount": "5 EUR", "amount.currency": "EUR"}, []),
        ({"amount": "5 EUR", "amount.currency": "BGN"}, [("row.currency_contradicted", "amount")]),
        ({"amount": 5, "amount.currency": "USD"}, [("cell.unknown_currency", "amount.currency")]),
        ({"amount": 5, "amount.currency": "n/a"}, [("row.currency_missing", "amount.currency")]),
        ({"amount": "n/a"}, [("row.required_applies", "amount")]),
        ({"amount.currency": "EUR"}, [("row.required", "amount"), ("row.currency_alone", "amount.currency")]),
        ({"amount": 5, "amount.currency": "EUR", "share": 6, "share.currency": "EUR"}, [("row.more_than", "share")]),
        ({"amount": 5, "amount.currency": "EUR", "share": 9, "share.currency": "BGN"}, []),
        ({"amount": 5, "amount.currency": "EUR", "share": 10, "share.currency": "BGN"}, [("row.more_than", "share")]),
    ],
)
def test_the_currency_is_stated_once_and_never_guessed(cells, expected):
    found = checked({"grants": form({"signed": date(2025, 12, 1), **cells})})
    assert [(problem.code, problem.place.field) for problem in found.problems] == expected


def test_a_faulty_date_hides_no_other_problem_and_invents_none():
    found = checked({"grants": form({"signed": "soon", "amount": "5 BGN", "share": "6 BGN"})}, quarter=Quarter(2026, 1))
    assert [problem.code for problem in found.problems] == ["cell.not_a_date", "row.currency_not_on_day"]
    assert found.problems[1].place.field == "share"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 10, 1), []),
        (date(2025, 9, 30), [("row.date_before_quarter", Severity.WARNING)]),
        (date(2025, 12, 31), []),
        (date(2026, 1, 1), [("row.date_after_quarter", Severity.ERROR)]),
    ],
)
def test_a_flows_money_falls_in_the_quarter(day, expected):
    found = checked({"grants": form({"signed": day, "amount": "5 EUR"})})
    assert [(problem.code, problem.severity) for problem in found.problems] == expected


def test_a_half_yearly_flow_covers_two_quarters():
    for day, expected in [(date(2025, 7, 1), []), (date(2025, 6, 30), ["row.date_before_quarter"])]:
        found = checked({"yearly": form({"day": day, "gift": "5 EUR"})})
        assert [problem.code for problem in found.problems] == expected


@pytest.mark.parametrize("time", ["flow", "stock"])
@pytest.mark.parametrize(
    ("day", "flow", "stock"),
    [
        (date(2025, 12, 31), [], []),
        (date(2026, 1, 1), [("row.date_after_quarter", Severity.ERROR)], [("row.date_after_quarter", Severity.ERROR)]),
        (date(2025, 10, 1), [], []),
        (date(2025, 9, 30), [("row.date_before_quarter", Severity.WARNING)], []),
    ],
)
def test_what_happened_lies_in_the_time_reported_and_a_position_goes_back_further(time, day, flow, stock):
    yaml = YAML.replace("bought: {type: date, ", "bought: {type: date, happened: true, ")
    made = load_text(yaml.replace("time: stock", f"time: {time}", 1)).framework
    assert made is not None
    raw = RawReturn("A", Q4, "en", {"books": form({"name": "Vol de nuit", "bought": day})})
    found = check(made, raw, attributes=PARTNER).problems
    told = [(one.code, one.severity) for one in found if one.place.field == "bought"]
    assert told == (flow if time == "flow" else stock)
    assert limits.days_of(made.forms["books"], "bought", Q4) == (date(1950, 1, 1), Q4.ends)


def test_a_date_that_is_not_said_to_have_happened_may_lie_ahead():
    for day in (date(2031, 1, 1), date(1999, 1, 1)):
        assert not checked({"books": form({"name": "Emma", "bought": day})}).problems


def test_required_cells_and_limits_within_a_row():
    found = checked({"courses": form({**sixfold(10, 5, 0, 11, 5, 0)}, {"title": "n/a"})})
    assert codes(found) == [
        ("row.required", "title", "A10"),
        ("row.more_than", "passed.women", "D10"),
        ("row.required_applies", "title", "A11"),
    ]
    said = message(found.problems[1], "en")
    assert "“Passed: women” is 11, more than “Enrolled”, which is 10." in said


@pytest.mark.parametrize(
    ("visits", "guests", "expected"),
    [
        (10, (4, 5, 1), []),
        (10, (0, 8, 3), [("row.more_than_together", "guests.men")]),
        (0, (0, 0, 0), []),
        (None, (4, 5, 1), []),
        ("n/a", (4, 5, 1), []),
        (10, ("n/a", 11, 0), [("row.more_than_together", "guests.men")]),
        (10, ("many", 11, 0), [("cell.not_a_number", "guests.women"), ("row.more_than_together", "guests.men")]),
        (10, ("many", 10, 0), [("cell.not_a_number", "guests.women")]),
        ("many", (4, 5, 1), [("cell.not_a_number", "visits")]),
    ],
)
def test_what_is_not_spread_limits_the_whole_of_a_spread(visits, guests, expected):
    cells = dict(zip(("guests.women", "guests.men", "guests.not_stated"), guests, strict=True))
    found = checked({"visits": form({"visits": visits, **cells})})
    assert [(problem.code, problem.place.field) for problem in found.problems] == expected


def test_a_whole_that_is_too_large_is_said_with_its_total():
    (problem,) = checked(
        {"visits": form({"visits": 10, "guests.women": 4, "guests.men": 5, "guests.not_stated": 2})}
    ).problems
    assert "“Guests” adds up to 11, more than “Visits made”, which is 10." in message(problem, "en")
    assert "„Guests“ е общо 11 – повече от „Visits made“, където е 10." in message(problem, "bg")


@pytest.mark.parametrize(
    ("asked", "score", "expected"),
    [
        (3, 4.5, []),
        (0, None, []),
        (0, "n/a", []),
        (3, None, ["row.weighted_missing"]),
        (3, "n/a", ["row.weighted_missing"]),
        (0, 4, ["row.weighted_by_nothing"]),
        ("n/a", None, []),
        ("n/a", 4, ["row.weight_missing"]),
        (3, 6, ["cell.above_maximum"]),
        ("many", 4, ["cell.not_a_number"]),
    ],
)
def test_a_weighted_value_stands_where_its_weight_does(asked, score, expected):
    cells = sixfold(asked, 0, 0, score, None, None, of=("asked", "score"))
    found = checked({"views": grid({"pupils": cells})})
    assert [problem.code for problem in found.problems] == expected


def test_a_value_without_any_weight_is_refused():
    found = checked({"views": grid({"pupils": {"score.women": 4}})})
    assert codes(found) == [("row.weight_missing", "score.women", "A10")]


def test_wholly_empty_rows_of_a_grid_are_left_out_never_filled():
    found = checked({"views": grid({"pupils": {"open": None}, "elders": {"open": False}})})
    assert found.problems == ()
    assert found.content.forms["views"].records == (Record(1, "elders", {"open": False}),)


def test_the_rows_of_a_grid_with_a_required_column_are_all_required():
    found = checked({"seats": grid({"elders": {"seats": None}, "pupils": {"seats": 2}})})
    assert codes(found) == [("row.empty", None, "A10")]
    assert "“Elders” of “Seats”" in message(found.problems[0], "en")


def test_a_grids_rows_are_known_by_key_or_label_and_come_once():
    found = checked({"seats": grid({"Elders": {"seats": 1}, "pupils": {"seats": 2}, "former": {"seats": 3}})})
    assert codes(found) == [("row.unknown_row", None, "A12")]
    assert [record.key for record in found.content.forms["seats"].records] == ["pupils", "elders"]
    twice = checked({"seats": grid({**SEATS, "PUPILS": {"seats": 1}})})
    assert codes(twice) == [("row.duplicate_row", None, "A10"), ("row.duplicate_row", None, "A12")]


def test_a_grid_of_one_row_has_one_row():
    found = checked({"visits": form({"visits": 1}, {"visits": 2})})
    assert codes(found) == [("form.one_row", None, "A10"), ("form.one_row", None, "A11")]


def test_a_registers_keys_are_its_own_and_every_twin_is_named():
    found = checked({"books": form({"name": "Atlas"}, {"name": "Bible"}, {"name": " ATLAS"})})
    assert codes(found) == [("row.duplicate_key", "name", "A10"), ("row.duplicate_key", "name", "A12")]


def test_a_ref_points_into_the_same_return():
    grant = {"signed": date(2025, 12, 1), "amount": "5 EUR"}
    books = form({"name": "Atlas"})
    found = checked({"books": books, "grants": form({**grant, "book": "Atlsa"}, {**grant, "book": "Koran"})})
    assert [problem.code for problem in found.problems] == ["cell.unknown_ref", "cell.unknown_ref"]
    assert "“Atlas”" in message(found.problems[0], "en")
    assert [problem.code for problem in checked({"grants": form({**grant, "book": "Atlas"})}).problems] == [
        "cell.unknown_ref"
    ]


@pytest.mark.parametrize(
    ("raw", "expected", "state"),
    [
        (form(state=None), ["form.no_state"], FormState.MISSING),
        (form({"visits": None}, state=" "), ["form.no_state"], FormState.MISSING),
        (form(state="reported"), ["form.reported_empty"], FormState.REPORTED),
        (form({"visits": ""}, state="reported"), ["form.reported_empty"], FormState.REPORTED),
        (form(state="Nothing to report"), [], FormState.NOTHING),
        (form(state="неприложимо"), [], FormState.NOT_APPLICABLE),
        (form(state="perhaps"), ["form.unknown_state"], FormState.MISSING),
        (form(state=7), ["form.unknown_state"], FormState.MISSING),
        (form({"visits": 0}, state=None), [], FormState.REPORTED),
        (form({"visits": 0}, state="perhaps"), ["form.unknown_state"], FormState.REPORTED),
        (form({"visits": 0}, state="nothing to report"), ["form.rows_despite_state"], FormState.REPORTED),
        (form({"visits": 0}, state="n/a"), ["form.rows_despite_state"], FormState.REPORTED),
        (None, ["form.absent"], FormState.MISSING),
    ],
)
def test_one_cell_says_how_a_form_stands(raw, expected, state):
    found = checked({"visits": raw})
    assert [problem.code for problem in found.problems] == expected
    assert found.content.forms["visits"].state is state
    assert all(problem.place.cell == "B3" for problem in found.problems if raw is not None)


def test_what_is_not_asked_is_refused_when_filled_in_and_mentioned_when_empty():
    filled = form({"amount": "5 EUR"})
    assert [p.code for p in checked({"own": filled}).problems] == ["form.not_asked"]
    assert errors(checked({"own": NOTHING}).problems) == []
    assert [p.code for p in checked({"own": NOTHING}).problems] == ["form.needless"]
    assert checked({"own": filled}, attributes=CENTRE).problems == ()
    late = checked({"yearly": form({"gift": "5 EUR"})}, quarter=Quarter(2025, 3))
    assert [p.code for p in late.problems] == ["form.not_due"]
    assert [p.code for p in checked({"dragons": NOTHING}).problems] == ["form.unknown"]
    assert "own" not in checked({"own": filled}).content.forms


def test_a_cell_in_no_column_is_not_lost_silently():
    found = checked({"visits": form({"visits": 1, "retired": 7, "blank": None})})
    assert codes(found) == [("row.unknown_field", "retired", "B10")]


def test_a_currency_alone_is_no_row():
    found = checked({"grants": form({"amount.currency": "EUR"}, state="nothing to report")})
    assert found.problems == ()


def test_all_problems_come_at_once():
    found = checked({"courses": form({"title": ""}, {"passed.women": "x"}), "seats": None, "visits": form(state=None)})
    assert {problem.code for problem in found.problems} == {
        "row.required",
        "cell.not_a_number",
        "row.spread_incomplete",
        "form.absent",
        "form.no_state",
    }


def test_every_fault_has_a_code_and_a_way_out():
    found = [
        fault
        for module in (check_module, check_days, check_given, check_money, check_row)
        for fault in vars(module).values()
        if isinstance(fault, Fault)
    ]
    assert len({fault.code for fault in found}) == len(found)
    assert all(fault.expected for fault in found if fault.severity is Severity.ERROR)


def test_thousands_of_bad_rows_each_get_their_problem():
    rows = [{"title": f"T{i}", **sixfold(1, 1, 1, "x", 1, 2)} for i in range(2_000)]
    found = checked({"courses": form(*rows)})
    assert len(found.problems) == 4_000


anything: st.SearchStrategy[Scalar] = st.one_of(
    st.none(),
    st.sampled_from(
        ["n/a", "1 лв.", "5 EUR", "1.100", "1.2.2025", "да", "Atlas", "reported", "nothing to report", "-", "=A1"]
    ),
    st.text(max_size=12),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
)
FIELD_NAMES = sorted(
    {
        name
        for one in FRAMEWORK.forms.values()
        for key, column in one.columns.items()
        for name in ([key, f"{key}.currency"] + [f"{key}.{g}" for g in ("women", "men", "not_stated")])
    }
)
raw_rows = st.builds(
    row,
    st.integers(min_value=1, max_value=10**6),
    st.dictionaries(st.sampled_from(FIELD_NAMES) | st.text(max_size=5), anything, max_size=8),
    st.sampled_from(["pupils", "elders", "former", None]) | st.text(max_size=5),
)
raw_forms = st.builds(
    RawForm, st.builds(RawCell, anything), st.lists(raw_rows, max_size=4, unique_by=lambda one: one.position)
)
raw_returns = st.builds(
    RawReturn,
    st.text(max_size=3),
    st.builds(Quarter, st.integers(2025, 2027), st.integers(1, 4)),
    st.sampled_from(["en", "bg"]),
    st.dictionaries(st.sampled_from(sorted(FRAMEWORK.forms)) | st.text(max_size=3), raw_forms, max_size=8),
)


@given(raw_returns, st.sampled_from([CENTRE, PARTNER, {}]))
def test_nothing_that_comes_in_can_stop_the_check(raw, attributes):
    found = check(FRAMEWORK, raw, attributes=attributes)
    assert found.content.sha256
    assert set(found.content.forms) == set(FRAMEWORK.asked_forms(attributes, raw.quarter))
    for problem in found.problems:
        assert message(problem, "bg")
    json.dumps(json.loads(found.content.canonical()), allow_nan=False)


@given(raw_returns, st.randoms(use_true_random=False))
def test_the_order_in_which_rows_arrive_does_not_matter(raw: RawReturn, random: Random):
    shuffled = {key: replace(one, rows=random.sample(one.rows, len(one.rows))) for key, one in raw.forms.items()}
    one = check(FRAMEWORK, raw, attributes=CENTRE)
    other = check(FRAMEWORK, replace(raw, forms=shuffled), attributes=CENTRE)
    assert [(p.code, p.place, message(p, "en")) for p in one.problems] == [
        (p.code, p.place, message(p, "en")) for p in other.problems
    ]
    assert one.content == other.content


@given(raw_returns)
def test_a_return_without_errors_says_something_of_every_form(raw):
    found = check(FRAMEWORK, raw, attributes=PARTNER)
    if not errors(found.problems):
        assert all(one.state is not FormState.MISSING for one in found.content.forms.values())
    else:
        assert all(problem.code and message(problem, "en") for problem in errors(found.problems))
