"""What may change while data exist: each rule with the change that it refuses and the one that it wants instead."""

from pathlib import Path

import pytest

from kpi.framework.change import Used, changes_refused, now_called, used_by
from kpi.framework.load import load_text
from kpi.framework.used import UsedColumn
from kpi.language import message

# What pages rest on is another matter.
SMALL = (
    (Path(__file__).parent / "data" / "frameworks" / "small.yaml").read_text(encoding="utf-8").partition("\npages:")[0]
)

RECORDS = [
    (
        "training",
        None,
        {
            "course": "Accounting",
            "district": "bourgas",
            "enrolled": {"women": 3, "men": 2, "unknown": 0},
            "successful": {"women": 2, "men": {"not_applicable": True}, "unknown": 0},
        },
    ),
    (
        "funding",
        None,
        {
            "signed": "2025-03-01",
            "amount": {"amount": "100.00", "currency": "BGN"},
            "source": "name",
            "project": "garden",
        },
    ),
    ("projects", "garden", {"name": "Garden", "quality": "high", "hours": "2.5", "open": True}),
    ("opinion", "ngo", {"answers": {"women": 1, "men": 1, "unknown": 1}, "score": {"women": "4.00"}}),
]
USED = used_by(RECORDS)


def framework(*changes):
    """Give the small framework with some of its text changed."""
    text = SMALL
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    loaded = load_text(text)
    assert loaded.framework is not None, [message(problem, "en") for problem in loaded.problems]
    return loaded


OLD = framework().framework


def refused(*changes, used=USED):
    problems = changes_refused(OLD, framework(*changes).framework, used)
    assert all(message(problem, "en") and message(problem, "bg") for problem in problems)
    return [(problem.code.removeprefix("framework."), problem.values["found"]) for problem in problems]


def test_what_records_use_is_gathered():
    assert set(USED.forms) == {"training", "funding", "projects", "opinion"}
    training = USED.forms["training"].columns
    assert training["district"] == UsedColumn(values=frozenset({"bourgas"}))
    assert training["enrolled"] == UsedColumn(spread=frozenset({"women", "men", "unknown"}))
    assert training["successful"] == UsedColumn(spread=frozenset({"women", "men", "unknown"}))
    assert USED.forms["funding"].columns["amount"] == UsedColumn(currencies=frozenset({"BGN"}))
    assert USED.forms["opinion"].rows == {"ngo"}


def test_nothing_changed_and_nothing_used():
    assert refused() == []
    assert refused(used=Used()) == []


def test_what_is_no_meaning_may_change():
    assert (
        refused(
            ("en: Women", "en: Females"),
            ("targets: {2024: 200, 2025: 300}", "targets: {2024: 200, 2025: 300, 2026: 310}"),
            ("required: true}\n      enrolled", "help: {en: Where, bg: Къде}}\n      enrolled"),
            ("coverage: 0.75", "coverage: 0.9"),
            ("maximum: 5", "maximum: 10"),
        )
        == []
    )


def test_new_entries_may_come():
    assert (
        refused(
            ("      burgas:\n", "      varna: {label: {en: Varna, bg: Варна}, in: north}\n      burgas:\n"),
            ("      open: {", "      place: {label: {en: Place, bg: Място}, type: text}\n      open: {"),
        )
        == []
    )


REVISION = """      - on: 2025-02-01
        reason: {en: More money, bg: Повече средства}
        targets: {2025: 350}
"""
LATER = """      - on: 2025-09-01
        reason: {en: Less money, bg: По-малко средства}
        baseline: {year: 2023, value: 90}
        targets: {2025: 320}
"""
CATEGORY = "      name: {label: {en: State, bg: Държава}}"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # A form: gone, renamed, ended, of another kind, time, key, rows.
        ([("  training:\n", "  courses:\n"), ("training.", "courses.")], [("gone", "training")]),
        (
            [("  training:\n", "  courses:\n    was: [training]\n"), ("training.", "courses.")],
            [],
        ),
        ([("    label: {en: Training,", "    until: 2026-Q4\n    label: {en: Training,")], []),
        (
            [("    kind: register\n    time: flow\n    asked_of", "    kind: grid\n    time: flow\n    asked_of")],
            [("means_otherwise", "training")],
        ),
        ([("    time: stock", "    time: flow")], [("means_otherwise", "projects")]),
        ([("    rows: type", "    rows: region")], [("means_otherwise", "opinion")]),
        (
            [
                ("    key: name\n", "    key: title\n"),
                ("      name: {label: {en: Name, bg: Име}", "      title: {was: [name], label: {en: Name, bg: Име}"),
            ],
            [],
        ),
        (
            [
                ("    key: name\n", "    key: code\n"),
                (
                    "      open: {",
                    "      code: {label: {en: Code, bg: Код}, type: text, required: true}\n      open: {",
                ),
            ],
            [("means_otherwise", "projects")],
        ),
        # A column: gone, renamed, of another type, spread, dimension, scale, precision.
        (
            [("      hours: {label: {en: Hours, bg: Часове}", "      time: {label: {en: Hours, bg: Часове}")],
            [("gone", "hours")],
        ),
        ([("      hours: {", "      time: {was: [hours], ")], []),
        ([("type: decimal, decimals: 1,", "type: count,")], [("means_otherwise", "hours")]),
        ([("type: decimal, decimals: 1,", "type: decimal, decimals: 2,")], [("means_otherwise", "hours")]),
        ([("Отговори}, type: count, spread: gender}", "Отговори}, type: count}")], [("means_otherwise", "answers")]),
        (
            [
                ("type: choice, dimension: source", "type: choice, dimension: region"),
                ("    by: [source]", "    by: [region]"),
            ],
            [("means_otherwise", "source")],
        ),
        (
            [
                ("  source:\n    label", "  origin:\n    was: [source]\n    label"),
                ("type: choice, dimension: source", "type: choice, dimension: origin"),
                ("    by: [source]", "    by: [origin]"),
            ],
            [],
        ),
        # A category: gone, renamed, ended, with another number, parent or standing.
        ([(CATEGORY, "      state: {label: {en: State, bg: Държава}}")], [("gone", "name")]),
        ([(CATEGORY, "      state: {was: [name], label: {en: State, bg: Държава}}")], []),
        ([(CATEGORY, "      name: {until: 2026-Q4, label: {en: State, bg: Държава}}")], []),
        ([("value: 4", "value: 3")], [("means_otherwise", "high")]),
        ([("value: 0", "value: 1")], []),
        ([(", not_stated: true", "")], [("means_otherwise", "unknown")]),
        ([("        in: south", "        in: north")], [("means_otherwise", "burgas")]),
        ([("in: north", "in: south")], []),
        (
            [
                ("      south:", "      meridian:\n        was: [south]\n        label: {en: South, bg: Юг}\n      x:"),
                ("      x: {label: {en: South, bg: Юг}}\n", ""),
                ("in: south", "in: meridian"),
            ],
            [],
        ),
        # A former key that records still hold.
        ([("        was: [bourgas]", "        was: [burgaz]")], [("gone", "bourgas")]),
        # A row of a grid.
        (
            [("      ngo: {label", "      association: {label"), ("[ngo, town]", "[association, town]")],
            [("gone", "ngo")],
        ),
        # What no record uses.
        ([("      label: {label: {en: Company, bg: Дружество}, until: 2026-Q4}\n", "")], []),
        (
            [
                ("      began: {label: {en: Began, bg: Начало}, type: date}\n", ""),
                ("        began: {years_ago: 1}\n", ""),
            ],
            [("means_otherwise", "Q1")],
        ),
        # Money.
        ([("  currency: EUR", "  currency: USD")], [("means_otherwise", "money")]),
        ([("1.95583", "1.95")], [("rate_changed", "BGN")]),
        ([("2025-12-31", "2025-06-30")], [("rate_changed", "BGN")]),
        # Indicators.
        ([("  Q2:\n", "  Q3:\n")], [("gone", "Q2")]),
        ([("  Q2:\n", "  Q3:\n    was: [Q2]\n")], []),
        ([("where: {quality: [high]}", "where: {quality: [high, low]}")], [("means_otherwise", "Q2")]),
        ([("where: {quality: [high]}", "where: {quality: high}")], []),
        (
            [("    measure: {sum: funding.amount}", "    better: lower\n    measure: {sum: funding.amount}")],
            [("means_otherwise", "F1")],
        ),
        ([("[high]", "[top]"), ("      high: {", "      top: {was: [high], ")], []),
        # Baselines and targets: changed, gone, written otherwise, for more years, of what nothing is stored for.
        ([("baseline: {year: 2023, value: 100}", "baseline: {year: 2023, value: 90}")], [("plan_changed", "T1")]),
        ([("baseline: {year: 2023, value: 100}", "baseline: {year: 2022, value: 100}")], [("plan_changed", "T1")]),
        ([("    baseline: {year: 2023, value: 100}\n", "")], [("plan_changed", "T1")]),
        ([("baseline: {year: 2023, value: 100}", "baseline: {year: 2023, value: 100.0}")], []),
        ([("{2024: 1000, 2025: 5000}", "{2024: 1000, 2025: 4000}")], [("plan_changed", "F1")]),
        ([("{2024: 1000, 2025: 5000}", "{2025: 4000}")], [("plan_changed", "F1"), ("plan_changed", "F1")]),
        ([("{2024: 1000, 2025: 5000}", "{2024: 1000, 2025: 5000, 2026: 9000}")], []),
        ([("{gender: {women: {2025: 0.5}}}", "{gender: {women: {2025: 0.4}}}")], [("plan_changed", "T1")]),
        ([("    share_targets: {gender: {women: {2025: 0.5}}}\n", "")], [("plan_changed", "T1")]),
        ([("{women: {2025: 0.5}}", "{women: {2025: 0.5, 2026: 0.6}, men: {2026: 0.4}}")], []),
        ([("{gender: {women:", "{gender: {females:"), ("      women: {", "      females: {was: [women], ")], []),
        # Revisions: another one, one that changed, one that is gone.
        ([(REVISION, f"{REVISION}{LATER}")], []),
        ([("targets: {2025: 350}", "targets: {2025: 340}")], [("revision_changed", "T1")]),
        ([("targets: {2025: 350}", "targets: {2025: 350, 2026: 360}")], [("revision_changed", "T1")]),
        ([("on: 2025-02-01", "on: 2025-03-01")], [("revision_changed", "T1")]),
        ([("en: More money", "en: More people")], [("revision_changed", "T1")]),
        ([(REVISION, LATER)], [("revision_changed", "T1")]),
        ([(f"    revisions:\n{REVISION}", "")], [("revision_changed", "T1")]),
    ],
)
def test_changes(changes, expected):
    assert refused(*changes) == expected


def test_every_change_is_free_while_nothing_is_stored():
    changes = [("  training:\n", "  courses:\n"), ("training.", "courses."), ("value: 4", "value: 3")]
    assert refused(*changes, used=Used()) == []


def test_a_closed_rate_may_be_followed_by_another():
    older = SMALL.replace("        until: 2025-12-31\n", "")
    old = load_text(older).framework
    new = framework().framework
    assert changes_refused(old, new, USED) == []
    assert [problem.code for problem in changes_refused(new, old, USED)] == ["framework.rate_changed"]


def test_all_refusals_come_at_once_at_their_lines():
    loaded = framework(("value: 4", "value: 3"), ("    time: stock", "    time: flow"))
    problems = changes_refused(OLD, loaded.framework, USED, lines=loaded.lines, file="new.yaml")
    lines = loaded.yaml.splitlines()
    assert [lines[problem.place.line - 1].strip() for problem in problems] == [
        "time: flow",
        "high: {label: {en: High, bg: Висока}, value: 3}",
    ]
    assert {problem.place.file for problem in problems} == {"new.yaml"}


def test_a_refusal_says_what_to_write_instead():
    renamed, changed = framework((CATEGORY, "")), framework(("value: 4", "value: 3"))
    (gone,) = changes_refused(OLD, renamed.framework, USED)
    assert "until:" in message(gone, "en")
    assert "was: [name]" in message(gone, "en")
    (other,) = changes_refused(OLD, changed.framework, USED)
    assert "replaces: high" in message(other, "en")
    assert "was 4 and is now 3" in message(other, "en")


def test_a_target_written_over_is_told_at_its_line_with_the_way_to_revise_it():
    loaded = framework(("{2024: 1000, 2025: 5000}", "{2024: 1000, 2025: 4000}"))
    (problem,) = changes_refused(OLD, loaded.framework, USED, lines=loaded.lines)
    assert "2025: 4000" in loaded.yaml.splitlines()[problem.place.line - 1]
    said = message(problem, "en")
    assert "The target of “F1” for 2025 was 5000 and is now 4000" in said
    assert "revisions:, with on (the day from which it holds) and reason" in said


def test_targets_of_what_nothing_is_stored_for_may_change():
    funding = Used({"funding": USED.forms["funding"]})
    assert refused(("value: 100}", "value: 90}"), ("targets: {2025: 350}", "targets: {2025: 340}"), used=funding) == []


def test_names_are_found_by_their_key_first():
    family = OLD.dimensions["district"].categories
    assert now_called("burgas", family) == "burgas"
    assert now_called("bourgas", family) == "burgas"
    assert now_called("ruse", family) is None
