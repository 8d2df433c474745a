"""The command `kpi`: how it answers wrong calls, and what is not as it should be; changes of the framework."""

import re
import sqlite3

import pytest

from filling import SECOND, Kpi, copied

ORGANISATIONS = "code,name,nature\nC1,Club un,club\nS1,École,school\nV1,Commune,council\n"
SUSE = {
    "title": "Suze",
    "day": "12.04.2025",
    "river": "suze",
    "volunteers.under16": 3,
    "volunteers.adult": 5,
    "volunteers.unknown": 0,
}


def operations(*adults):
    return {"operations": [SUSE | {"volunteers.adult": count} for count in adults]}


@pytest.fixture(scope="module")
def kpi(tmp_path_factory):
    """A store with two approved returns of 2025-Q2 and one that waits."""
    home = Kpi(tmp_path_factory.mktemp("cli"))
    home.begin(ORGANISATIONS)
    home.approve(home.filled("C1", "2025-Q2", operations(5, 7)), home.filled("S1", "2025-Q2", operations(10)))
    home.ok("import", home.filled("V1", "2025-Q2", operations(100)))
    return home


@pytest.fixture
def home(kpi, tmp_path):
    """A copy of that store, to change."""
    return copied(kpi, tmp_path)


# How it is called


@pytest.mark.parametrize(
    "words",
    [
        "measure --quarter 2026Q9",
        "measure --quarter 2026-Q2 --year 2026",
        "measure --year soon",
        "measure --year 99999",
        "measure --ytd 2026-Q5",
        "measure --since 2026-Q2 --until 2026-Q1",
        "measure --as-of yesterday",
        "measure --indicator VOLL",
        "measure --by agee",
        "measure --where age=under15",
        "measure --where age",
        "measure --where age=adult --where age=under16",
        "measure --org C2",
        "measure --format xml",
        "measure --colour blue",
        "records --form opperations",
        "records --org C2",
        "records --quarter second",
        "records --format xml",
        "template --org C1 --quarter 2025-Q2",
        "template --org C9 --quarter 2025-Q2 --out t.xlsx",
        "template --org C1 --quarter 2025-Q7 --out t.xlsx",
        "template --org C1 --quarter 2024-Q1 --out t.xlsx",
        "template --org C1 --quarter 2025-Q2 --lang bg --out t.xlsx",
        "template --org C1 --quarter 2025-Q2 --out no/such/folder/t.xlsx",
        "template --org C1 --quarter 2025-Q2 --out .",
        "import",
        "import no-such-file.xlsx",
        "import .",
        "import C1-2025-Q2.xlsx --lang xx",
        "import C1-2025-Q2.xlsx --format xml",
        "import C1-2025-Q2.xlsx --marked organisations.csv",
        "import C1-2025-Q2.xlsx --approve",
        "import C1-2025-Q2.xlsx --approve --approver Importer",
        "import C1-2025-Q2.xlsx --approve --approver  importer ",
        "organisations import no-such-list.csv",
        "indicators --format xml",
        "check no such",
        "nonsense",
        "",
    ],
)
def test_a_wrong_call_is_answered_in_a_sentence(kpi, words):
    done = kpi.run(*words.split(" ")) if words else kpi.run()
    assert (done.code, done.out) == (2, "")
    assert len(re.findall(r"\w+", done.err)) > 4
    assert not (kpi.folder / "t.xlsx").exists()


@pytest.mark.parametrize(("words", "code"), [("measure --quarter 2026Q9", 2), ("nonsense", 2), ("check none.yaml", 1)])
def test_a_process_of_its_own_answers_the_same(kpi, words, code):
    done = kpi.apart(*words.split())
    assert done == kpi.run(*words.split())
    assert done.code == code


def test_what_was_meant_is_offered(kpi):
    assert "did you mean “age”" in kpi.refused(2, "measure", "--by", "agee")
    assert "did you mean “under16”" in kpi.refused(2, "measure", "--where", "age=under15")


def test_what_was_typed_is_quoted_as_it_was_typed(kpi):
    assert "“0001-Q1” is not a quarter" in kpi.refused(2, "measure", "--quarter", "0001-Q1")
    assert "“abc” is no whole number" in kpi.refused(2, "measure", "--year", "abc")
    assert "“2026-13-01” is no day" in kpi.refused(2, "measure", "--as-of", "2026-13-01")


def test_who_takes_no_part_any_more_is_told_from_when_to_when(home):
    file = home.folder / "organisations.csv"
    file.write_text("code,name,nature,active_from,active_until\nC1,Club un,club,2025-Q1,2025-Q3\n", encoding="utf-8")
    home.ok("organisations", "import", file)
    said = home.refused(2, "template", "--org", "C1", "--quarter", "2026-Q1", "--out", "t.xlsx")
    assert "it takes part from Q1 2025 to Q3 2025." in said


def test_a_quarter_that_lies_ahead_has_no_workbook_yet(home):
    said = home.refused(2, "template", "--org", "C1", "--quarter", "2099-Q2", "--out", "t.xlsx")
    assert "Q2 2099 has not begun yet: it can be reported from 1 Apr 2099 on." in said


def test_nothing_is_stored_where_one_of_the_files_is_not_there(home):
    home.refused(2, "import", home.filled("C1", "2025-Q3", operations(1)), "missing.xlsx")
    assert home.figures("--quarter", "2025-Q3", "--provisional")["OPE"] is None


# What is not there, or not as it should be


@pytest.mark.parametrize("words", ["measure", "migrate", "rebuild", "records", "check --store", "import t.xlsx"])
def test_without_a_store_it_says_how_to_make_one(tmp_path, words):
    (tmp_path / "t.xlsx").write_bytes(b"PK")
    assert "kpi init" in Kpi(tmp_path).refused(1, *words.split())
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "not written as a database URL"),
        ("mysql://somebody@localhost/kpi", "mysql"),
        ("sqlite://", "name a file"),
        ("sqlite:///.", "cannot be opened"),
        ("sqlite:///organisations.csv", "not a database"),
        ("postgresql://somebody:secret@127.0.0.1:9/kpi", "does not answer"),
    ],
)
def test_a_store_that_cannot_be_is_told_without_its_password(kpi, url, said):
    home = Kpi(kpi.folder, environment={"KPI_DATABASE_URL": url})
    for words in (["measure"], ["init"]):
        told = home.refused(1, *words)
        assert said in told
        assert "secret" not in told


def test_a_store_of_another_version_is_told(home):
    with sqlite3.connect(home.store) as store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "newer version" in home.refused(1, "measure")
    with sqlite3.connect(home.store) as store:
        store.execute("DELETE FROM alembic_version")
    assert "kpi init" in home.refused(1, "measure")


def test_a_store_that_somebody_else_writes_to(home):
    with sqlite3.connect(home.store, isolation_level=None) as store:
        store.execute("BEGIN IMMEDIATE")
        home.ok("measure")  # reading goes on
        assert "somebody else is writing" in home.refused(1, "rebuild")


def test_a_store_that_cannot_be_written_to(home):
    before = home.store.read_bytes()
    home.store.with_name(f"{home.store.name}-wal").mkdir()  # not even root writes over a folder
    for words in ("rebuild", "measure", "import C1-2025-Q2.xlsx", "init"):
        assert "cannot be used" in home.refused(1, *words.split())
    assert home.store.read_bytes() == before


def test_a_framework_that_is_missing_or_faulty(home):
    faulty = home.folder / "faulty.yaml"
    faulty.write_text(SECOND.read_text(encoding="utf-8").replace("sum: gifts.amount", "sum: gifts.amuont"), "utf-8")
    line = 1 + faulty.read_text(encoding="utf-8").split("amuont")[0].count("\n")
    for file, said in ((home.folder / "none.yaml", "none.yaml:1: "), (faulty, f"faulty.yaml:{line}: ")):
        for words in (["check", file], ["measure"], ["import", "C1-2025-Q2.xlsx"]):
            assert said in Kpi(home.folder, file).refused(1, *words)
    assert "amount" in Kpi(home.folder, faulty).refused(1, "check")  # what was meant


# The framework while data exist


def changed(home, old, new):
    """The store with a framework in which something was changed."""
    text = SECOND.read_text(encoding="utf-8")
    assert old in text
    file = home.folder / "changed.yaml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return Kpi(home.folder, file)


def test_a_harmless_change_waits_for_a_rebuild(home):
    revised = "revisions: [{on: 2025-06-01, reason: Moins de monde, targets: {2025: 200}}]"
    other = changed(home, "targets: {2025: 300, 2026: 400}", f"targets: {{2025: 300, 2026: 400}}\n    {revised}")
    other.ok("check", "--store")
    assert "kpi rebuild" in other.refused(1, "measure")
    other.ok("rebuild")
    assert other.measure("--year", 2025, "--indicator", "VOL")[0]["target"] == "200"
    assert "kpi rebuild" in home.refused(1, "measure")  # the former one is not in force now


def test_a_target_is_revised_never_written_over(home):
    other = changed(home, "targets: {2025: 300, 2026: 400}", "targets: {2025: 200, 2026: 400}")
    other.ok("check")
    for command in (["check", "--store"], ["rebuild"]):
        told = other.refused(1, *command)
        assert "The target of “VOL” for 2025 was 300 and is now 200" in told
        assert "revisions:" in told
    assert home.measure("--year", 2025, "--indicator", "VOL")[0]["target"] == "300"


def test_a_change_that_would_orphan_records_is_refused_at_its_line(home):
    other = changed(home, "      volunteers: {label: Bénévoles,", "      helpers: {label: Bénévoles,")
    text = other.framework.read_text(encoding="utf-8").replace("operations.volunteers", "operations.helpers")
    other.framework.write_text(text, encoding="utf-8")
    other.ok("check")
    told = other.refused(1, "check", "--store")
    assert re.search(r"changed.yaml:\d+: .*volunteers", told)
    assert "volunteers" in other.refused(1, "rebuild")
    assert home.figures("--quarter", "2025-Q2")["VOL"] == "31"
    renamed = changed(
        home, "      volunteers: {label: Bénévoles,", "      helpers: {label: Bénévoles, was: [volunteers],"
    )
    renamed.framework.write_text(
        renamed.framework.read_text(encoding="utf-8").replace("operations.volunteers", "operations.helpers"), "utf-8"
    )
    renamed.ok("check", "--store")
    renamed.ok("rebuild")
    assert renamed.figures("--quarter", "2025-Q2")["VOL"] == "31"


# Reports


def test_a_report_is_written_in_the_format_of_its_name(kpi, tmp_path):
    target = tmp_path / "report.xlsx"
    done = kpi.ok("report", "--quarter", "2025-Q2", "--where", "nature=club", "--lang", "FR", "--out", target)
    assert (done.out.strip(), done.err) == (str(target), "")
    assert target.read_bytes().startswith(b"PK")


def test_what_no_report_can_be_made_of_is_said(kpi, tmp_path):
    target = tmp_path / "report.pdf"
    assert "must end with: .pdf, .docx, .xlsx, .html" in kpi.refused(2, "report", "--out", tmp_path / "report.odt")
    funder = kpi.refused(2, "report", "--quarter", "2025-Q2", "--audience", "funder", "--out", target)
    assert "figures are published for funders by year only" in funder
    refused = kpi.refused(2, "report", "--audience", "everybody", "--out", target)
    assert "“everybody” is no audience; choose: management, funder, public" in refused
    assert kpi.refused(2, "report", "--quarter", "2025-Q2", "--audience", "public", "--out", target) == funder
    for ahead in (("report", "--out", target), ("editions", "publish", "--audience", "management")):
        assert "nothing to report yet" in kpi.refused(2, *ahead, "--year", "2098")
        assert "before the programme begins" in kpi.refused(2, *ahead, "--year", "1999")
    assert "grants:" in kpi.refused(2, "report", "--programme", "club", "--out", target)
    assert "grants:" in kpi.refused(2, "editions", "publish", "--programme", "club")
    assert not target.exists()
