"""Two hundred random lives of returns never come into a state that must not be."""

import shutil
from collections import Counter

import pytest

from life import Life

SEEDS, AT_ONCE, STEPS = 200, 20, 60


def lives(first, engine, emptied):
    """Let people live so many lives, each in an empty store; whatever they do, all holds."""
    did = Counter()
    for seed in range(first, first + AT_ONCE):
        emptied()
        life = Life(engine, seed)
        for _ in range(STEPS):
            life.step()
        life.at_the_end()
        did += life.did
    # These lives are lived: much is done, and much is refused.
    for deed in (
        "begin",
        "fill",
        "hand_in",
        "approve",
        "send_back",
        "lock",
        "reopen",
        "bring_in",
        "take_workbook",
        "change_the_list",
    ):
        assert did[f"{deed}: done"], (deed, did)
    assert did["begin: LockedError"] + did["bring_in: LockedError"] + did["approve: LockedError"], did
    assert did["begin: NotPermittedError"], did
    assert did["change_the_list: LockedFiguresError"], did


@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_whatever_people_do_all_holds(first, migrated_file, tmp_path, opened):
    file = tmp_path / "store.sqlite3"
    shutil.copyfile(migrated_file, file)
    engine = opened(f"sqlite:///{file}")

    def emptied():
        engine.dispose()  # what is learned of statements stays, so one engine is much faster than many
        for beside in ("-wal", "-shm"):
            (tmp_path / f"{file.name}{beside}").unlink(missing_ok=True)
        shutil.copyfile(migrated_file, file)

    lives(first, engine, emptied)


@pytest.mark.postgresql
@pytest.mark.parametrize("first", range(1000, 1000 + SEEDS, AT_ONCE))
def test_whatever_people_do_all_holds_on_postgresql_too(first, cluster, migrated_database, opened):
    name = cluster.create(migrated_database)
    try:
        lives(first, opened(cluster.url(name)), lambda: cluster.empty(name))
    finally:
        cluster.drop(name)
