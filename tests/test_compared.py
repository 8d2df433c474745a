"""What became another thing between two frameworks is told: what came, went, was renamed, ends, or is aimed at."""

from pathlib import Path

import pytest

from kpi.framework.compared import How, What, changes
from kpi.framework.load import load_text

SMALL = (Path(__file__).parent / "data" / "frameworks" / "small.yaml").read_text(encoding="utf-8")


def told(*edits):
    text = SMALL
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    old, new = load_text(SMALL).framework, load_text(text).framework
    assert old is not None
    assert new is not None
    return [
        (one.what, one.how, " › ".join(name["en"] for name in one.names), one.before, one.after)
        for one in changes(old, new)
    ]


def test_the_same_framework_has_no_changes():
    assert told() == []
    assert told(("Irrevocable rate", "The irrevocable rate")) == []


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (
            ("    targets: {2024: 1000, 2025: 5000}", "    targets: {2024: 1000, 2025: 5000, 2026: 9000}"),
            (What.TARGET, How.CHANGED, "Funding attracted › 2026", None, "9000"),
        ),
        (
            ("{year: 2023, value: 100}", "{year: 2023, value: 90}"),
            (What.BASELINE, How.CHANGED, "People trained", "100", "90"),
        ),
        (
            ("      south: {label: {en: South, bg: Юг}}", "      south: {label: {en: South, bg: Юг}, until: 2026-Q2}"),
            (What.CATEGORY, How.ENDS, "Region › South", None, "2026-Q2"),
        ),
        (
            ("      south: {label: {en: South,", "      south: {label: {en: The South,"),
            (
                What.CATEGORY,
                How.RENAMED,
                "Region › The South",
                {"en": "South", "bg": "Юг"},
                {"en": "The South", "bg": "Юг"},
            ),
        ),
        (
            ("tolerance: 0.2", "tolerance: 0.3"),
            (What.TOLERANCE, How.CHANGED, "Quality of open projects", "0.2", "0.3"),
        ),
        (("coverage: 0.75", "coverage: 0.70"), (What.RULE, How.CHANGED, "coverage", "0.75", "0.70")),
        (
            ("{women: {2025: 0.5}}", "{women: {2025: 0.5, 2026: 0.6}}"),
            (What.SHARE_TARGET, How.CHANGED, "People trained › Women › 2026", None, "0.6"),
        ),
        (
            ("asked_of: {type: [ngo, town]}", "asked_of: {type: [ngo]}"),
            (What.FORM, How.CHANGED, "Training", None, None),
        ),
        (("starts: 2024-Q1", "starts: 2024-Q2"), (What.RULE, How.CHANGED, "starts", "2024-Q1", "2024-Q2")),
        (
            ("until: 2025-12-31", "until: 2026-12-31"),
            (What.RULE, How.CHANGED, "rates.BGN", "1.95583 ( – 2025-12-31)", "1.95583 ( – 2026-12-31)"),
        ),
        (
            ("{count: projects, where: {quality: [high]}}", "{count: projects}"),
            (What.MEASURE, How.CHANGED, "Good projects", None, None),
        ),
        (
            ("Everybody who passed.", "Everybody who passed the test."),
            (
                What.DEFINITION,
                How.CHANGED,
                "People trained",
                {"en": "Everybody who passed.", "bg": "Всички издържали."},
                {"en": "Everybody who passed the test.", "bg": "Всички издържали."},
            ),
        ),
        (
            (
                "      open: {label: {en: Open,",
                "      note: {label: {en: Note, bg: Бележка}, type: text}\n      open: {label: {en: Open,",
            ),
            (What.COLUMN, How.ADDED, "Projects › Note", None, None),
        ),
    ],
)
def test_each_change_is_told_once(edit, expected):
    assert told(edit) == [expected]


def test_what_has_another_key_is_the_same_thing():
    renamed = told(
        ("  Q2:\n", "  Q9:\n    was: [Q2]\n"),
        ("{en: Good projects,", "{en: The good projects,"),
    )
    assert [(what, how) for what, how, *_ in renamed] == [(What.INDICATOR, How.RENAMED)]


def test_what_went_and_what_came_are_two_changes():
    found = told(("  Q2:\n", "  Q9:\n"))
    assert [(what, how, name) for what, how, name, *_ in found] == [
        (What.INDICATOR, How.ADDED, "Good projects"),
        (What.INDICATOR, How.GONE, "Good projects"),
    ]
