"""Renamed entries keep all that was reported under their former keys; what would lose or falsify data is refused."""

import json
import shutil
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from filling import SECOND, Kpi, marks, sheets
from kpi.access import OPERATOR
from kpi.figures import contributions, rows_behind
from kpi.framework.load import load_text
from kpi.installation import open_installation
from kpi.measure.needs import Question
from kpi.present.sources import rows_table
from kpi.quarter import Quarter, Window
from kpi.records import FormState, Record, ReportedForm, ReturnContent
from kpi.renamed import Renamed
from kpi.settings import Settings
from test_whole_way import CLUB, ORGANISATIONS, SCHOOL

Q2 = Quarter(2025, 2)

#: Amounts in EUR have one rate, and it is open: it may still be closed.
OPEN_RATE = """      - per_unit: 1.0500
        source: Cours fixé par le comité
"""
CLOSED_RATE = "      - per_unit: 1.0500\n        until: {}\n        source: Cours fixé par le comité\n"

#: Every kind of entry under another key, with the mentions of it.
RENAMES = [
    ("  sections:\n    label: Tronçons", "  stretches:\n    was: [sections]\n    label: Tronçons"),
    ("form: sections", "form: stretches"),
    ("count: sections", "count: stretches"),
    ("sections.state", "stretches.condition"),
    ("      state: {label: État", "      condition: {was: [state], label: État"),
    ("      kept: {", "      maintained: {was: [kept], "),
    ("kept: true", "maintained: true"),
    ("      banks: {label", "      shores: {was: [banks], label"),
    ("{banks: banks_scale", "{shores: banks_scale"),
    ("      b2: {label", "      mixed: {was: [b2], label"),
    ("      birse: {label", "      birs: {was: [birse], label"),
    ("      oxygen: {label", "      o2: {was: [oxygen], label"),
    ("  gifts:\n", "  donations:\n    was: [gifts]\n"),
    ("gifts.amount", "donations.amount"),
    (
        "  nature:\n    label: Nature\n    dimension: nature",
        "  sort:\n    was: [nature]\n    label: N\n    dimension: nature",
    ),
    ("      club: {label", "      association: {was: [club], label"),
    ("asked_of: {nature: [club, school]}", "asked_of: {sort: [association, school]}"),
]
#: Present keys as they were before.
FORMER = {"shores": "banks", "mixed": "b2", "birs": "birse", "o2": "oxygen", "association": "club"}
FORMS = {"stretches": "sections", "donations": "gifts"}


def changed(text, *changes):
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    return text


def first_text():
    text = SECOND.read_text(encoding="utf-8")
    begin, end = text.index("      - per_unit: 1.0500"), text.index("\norganisation:")
    return text[:begin] + OPEN_RATE + text[end:]


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    """The club's and the school's returns; nobody has any wardens, both say that there is nothing to report."""
    folder = tmp_path_factory.mktemp("renamed")
    framework = folder / "framework.yaml"
    framework.write_text(first_text(), encoding="utf-8")
    home = Kpi(folder, framework)
    home.begin(ORGANISATIONS)
    club = {form: rows for form, rows in CLUB.items() if form != "wardens"}
    home.approve(home.filled("C1", "2025-Q2", club), home.filled("S1", "2025-Q2", SCHOOL))
    return home


@pytest.fixture
def kpi(reported, tmp_path):
    """The same store, for a test that changes it."""
    shutil.copytree(reported.folder / "data", tmp_path / "data")
    framework = tmp_path / "framework.yaml"
    shutil.copyfile(reported.framework, framework)
    return Kpi(tmp_path, framework)


def figures(kpi):
    """All figures, by every dimension, with categories as they were called at first."""
    found = []
    for words in (
        [],
        ["--by", "river"],
        ["--by", "nature"],
        ["--by", "rating"],
        ["--by", "aspect"],
        ["--by", "parameter"],
    ):
        for one in kpi.measure("--quarter", "2025-Q2", *words):
            slices = {key: FORMER.get(value, value) for key, value in (one["slice"] or {}).items()}
            found.append(json.dumps({**one, "slice": slices}, sort_keys=True))
    return sorted(found)


def sheet_rows(kpi):
    """What people see in the rows of each sheet of the next quarter's workbook."""
    found = {}
    for form, sheet in sheets(load_workbook(BytesIO(kpi.template("C1", "2025-Q3", "fr")))).items():
        first = next(row for mark, row in marks(sheet) if mark == "kpi:rows")
        cells = [cell.value for row in sheet.iter_rows(min_row=first, max_row=first + 12, min_col=2) for cell in row]
        found[FORMS.get(form, form)] = cells
    return found


def provenance(kpi):
    """The tables of rows of the club's return, form by form, and what each return adds to the sections kept."""
    opened = open_installation(Settings.from_environment(kpi.variables), who=OPERATOR)
    rows = rows_behind(opened, organisation="C1", quarter=Q2)
    tables = {
        FORMS.get(form, form): rows_table(opened.framework, form, Q2, rows, "fr") for form in opened.framework.forms
    }
    added = contributions(opened, Question("TRO", Window.quarter(Q2)), today=date(2025, 9, 1))
    return tables, [(each.source.organisation, each.value) for each in added]


def rows_of(kpi, form):
    return [row["position"] for row in kpi.ok("records", "--form", form, "--format", "json").json]


def test_a_rename_changes_no_figure_row_prefill_or_provenance(kpi):
    before = figures(kpi), sheet_rows(kpi), provenance(kpi), rows_of(kpi, "sections"), rows_of(kpi, "gifts")
    assert any('"value": "147.62"' in one for one in before[0])
    assert "B1" in before[1]["sections"]
    assert before[2][0]["sections"]["Code"] == ["B1", "A1"]
    assert before[3] == [1, 2, 1]
    kpi.framework.write_text(changed(first_text(), *RENAMES), encoding="utf-8")
    kpi.ok("check", "--store")
    kpi.ok("rebuild")
    assert (
        figures(kpi),
        sheet_rows(kpi),
        provenance(kpi),
        rows_of(kpi, "stretches"),
        rows_of(kpi, "donations"),
    ) == before
    (row, *_) = kpi.ok("records", "--form", "stretches", "--org", "C1", "--format", "json").json
    assert row["form"] == "stretches"
    assert row["cells"]["condition"] == {"shores": "mixed", "wildlife": "w3"}
    assert row["cells"]["river"] == "birs"
    assert row["cells"]["maintained"] is True


def test_after_a_rename_the_same_return_is_known_and_its_preview_empty(kpi):
    kpi.framework.write_text(changed(first_text(), *RENAMES), encoding="utf-8")
    kpi.ok("rebuild")
    club = {"stretches": [], "donations": [], **CLUB}
    again = {
        **{form: rows for form, rows in club.items() if form not in {"sections", "gifts", "wardens"}},
        "stretches": [
            {
                {"kept": "maintained", "state.banks": "condition.shores", "state.wildlife": "condition.wildlife"}.get(
                    key, key
                ): value
                for key, value in row.items()
            }
            for row in CLUB["sections"]
        ],
        "donations": CLUB["gifts"],
        "tests": {{"oxygen": "o2"}.get(key, key): row for key, row in CLUB["tests"].items()},
    }
    (told,) = kpi.ok("import", kpi.filled("C1", "2025-Q2", again), "--format", "json").json
    assert [problem["code"] for problem in told["problems"]] == ["return.same_content"]
    assert not told["stored"]


WARDENS = first_text()[first_text().index("  wardens:") : first_text().index("\nindicators:")]
ALERTS = first_text()[first_text().index("  ALE:") :]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([(WARDENS, ""), (ALERTS, "")], "“wardens” is gone"),
        ([(", weight: answers", "")], "weight of “score” was answers and is now not set"),
        ([(", dated: received", "")], "dated of “amount” was received and is now not set"),
        ([(OPEN_RATE, CLOSED_RATE.format("2025-05-31"))], "An amount in EUR on 1 Jun 2025 is stored"),
        (
            [
                ("  nature:\n    label: Nature\n", "  sort:\n    label: Nature\n"),
                ("asked_of: {nature:", "asked_of: {sort:"),
            ],
            "attribute of the organisation “nature” is gone",
        ),
        (
            [
                (
                    "  nature:\n    label: Nature\n    dimension: nature",
                    "  nature:\n    label: Nature\n    dimension: river",
                ),
                ("    asked_of: {nature: [club, school]}\n", ""),
            ],
            "dimension of “nature” was nature and is now river",
        ),
        ([("      school: {label: École}\n", ""), ("[club, school]", "[club]")], "category “school” is gone"),
        ([("      council: {label: Commune}\n", "")], "category “council” is gone"),
    ],
)
def test_what_falsifies_is_refused(reported, tmp_path, changes, said):
    candidate = tmp_path / "changed.yaml"
    candidate.write_text(changed(first_text(), *changes), encoding="utf-8")
    reported.ok("check", candidate)
    told = reported.refused(1, "check", candidate, "--store")
    assert said in told, told
    assert f"{candidate}:" in told
    rebuilt = replace(reported, framework=candidate)
    assert said in rebuilt.refused(1, "rebuild")


@pytest.mark.parametrize(
    "changes",
    [
        [(OPEN_RATE, CLOSED_RATE.format("2025-06-01"))],
        [
            (
                OPEN_RATE,
                CLOSED_RATE.format("2025-05-31")
                + CLOSED_RATE.format("2025-12-31").replace("until", "from: 2025-06-01\n        until"),
            )
        ],
        [("weight: answers", "weight: replies"), ("      answers: {", "      replies: {was: [answers], ")],
        [("dated: received", "dated: came"), ("      received: {", "      came: {was: [received], ")],
    ],
)
def test_what_falsifies_nothing_is_accepted(reported, tmp_path, changes):
    candidate = tmp_path / "changed.yaml"
    candidate.write_text(changed(first_text(), *changes), encoding="utf-8")
    reported.ok("check", candidate, "--store")


def test_content_is_read_under_present_keys_and_nothing_else_changes():
    renamed = Renamed(load_text(changed(first_text(), *RENAMES)).framework)
    cells = {
        "code": "birse",
        "river": "birse",
        "state": {"banks": "b2"},
        "other": "b2",
        "kept": {"not_applicable": True},
    }
    content = ReturnContent(
        {
            "sections": ReportedForm(FormState.REPORTED, (Record(1, "birse", cells),)),
            "tests": ReportedForm(FormState.REPORTED, (Record(1, "oxygen", {"taken": 1}),)),
            "gone": ReportedForm(FormState.NOTHING),
        }
    )
    now = renamed.content(content)
    assert list(now.forms) == ["stretches", "tests", "gone"]
    assert now.forms["stretches"].records[0] == Record(
        1,
        "birse",
        {
            "code": "birse",
            "river": "birs",
            "condition": {"shores": "mixed"},
            "other": "b2",
            "maintained": {"not_applicable": True},
        },
    )
    assert now.forms["tests"].records[0].key == "o2"
    assert renamed.content(now) == now
    assert renamed.attributes({"nature": "club", "else": "club"}) == {"sort": "association", "else": "club"}
    assert renamed.attributes({"sort": "school", "nature": "club"}) == {"sort": "school"}
