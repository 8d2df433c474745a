"""`kpi import` where a quarter is locked, or somebody may not approve: said plainly by file; the others go on."""

from datetime import UTC, datetime

import pytest

from filling import Kpi
from kpi import locks
from kpi.access import OPERATOR
from kpi.installation import open_installation
from kpi.quarter import Quarter
from kpi.settings import Settings
from test_cli_returns import ORGANISATIONS, operations

Q2, Q3 = Quarter(2025, 2), Quarter(2025, 3)


@pytest.fixture
def home(tmp_path):
    kpi = Kpi(tmp_path)
    kpi.begin(ORGANISATIONS)
    return kpi


def settle(kpi, act, quarter, reason):
    here = open_installation(Settings.from_environment(kpi.variables), who=OPERATOR)
    act(here, quarter=quarter, reason=reason, at=datetime.now(UTC))
    here.engine.dispose()


def test_a_locked_quarter_is_told_by_file_and_the_others_go_on(home):
    waits = home.filled("V1", "2025-Q2", operations(100))
    home.ok("import", waits)
    settle(home, locks.lock, Q2, "Rapport remis.")
    files = [home.filled("C1", "2025-Q2", operations(5)), waits, home.filled("C1", "2025-Q3", operations(6))]
    done = home.run("import", *files, "--approve", "--approver", "Second", "--format", "json")
    assert done.code == 1
    assert [(one["stored"], [each["code"] for each in one["problems"]]) for one in done.json] == [
        (False, ["return.locked"]),
        (False, ["return.locked", "return.same_file"]),
        (True, []),
    ]
    told = home.run("import", files[0], "--dry-run", "--lang", "en")
    assert told.code == 1
    assert "Q2 2025 is locked: Rapport remis. Ask the core team to reopen it" in told.out
    settle(home, locks.reopen, Q2, "Une erreur")
    done = home.ok("import", *files[:2], "--approve", "--approver", "Second", "--format", "json")
    assert [one["stored"] for one in done.json] == [True, True]


def test_whoever_imported_does_not_approve_and_the_others_go_on(home):
    waits = home.filled("V1", "2025-Q2", operations(100))
    home.ok("import", waits, "--importer", "Second")
    other = home.filled("C1", "2025-Q2", operations(5))
    done = home.run("import", waits, other, "--approve", "--approver", "Second", "--format", "json")
    assert done.code == 1
    assert [(one["stored"], [each["code"] for each in one["problems"]]) for one in done.json] == [
        (False, ["return.same_file", "return.refused"]),
        (True, []),
    ]
    assert (
        "somebody else has to approve it"
        in home.run("import", waits, "--approve", "--approver", "Second", "--lang", "en").out
    )


def test_a_list_that_bears_on_a_locked_quarter_is_refused_in_a_sentence(home, tmp_path):
    settle(home, locks.lock, Q2, "Rapport remis.")
    file = tmp_path / "more.csv"
    file.write_text("code,name,nature,active_from\nN1,Nouveau,club,2025-Q1\n", encoding="utf-8")
    assert "on figures of locked quarters (Q2 2025)" in home.refused(1, "organisations", "import", file)
    file.write_text("code,name,nature,active_from\nN1,Nouveau,club,2025-Q3\n", encoding="utf-8")
    home.ok("organisations", "import", file)
