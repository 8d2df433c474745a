"""Two hundred random lives of returns never come into a state that must not be."""

import shutil
from collections import Counter

import pytest

from life import Life

SEEDS, AT_ONCE, STEPS = 200, 20, 40


def lives(engine_of, seeds):
    did = Counter()
    for seed in seeds:
        life = Life(engine_of(seed), seed)
        for _ in range(STEPS):
            life.step()
        life.at_the_end()
        did += life.did
        life.engine.dispose()
    return did


@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_whatever_people_do_all_holds(first, migrated_file, tmp_path, opened):
    def engine_of(seed):
        file = tmp_path / f"{seed}.sqlite3"
        shutil.copyfile(migrated_file, file)
        return opened(f"sqlite:///{file}")

    did = lives(engine_of, range(first, first + AT_ONCE))
    # These lives are lived: much is done, and much is refused.
    for deed in ("begin", "fill", "hand_in", "approve", "send_back", "lock", "reopen", "bring_in", "take_workbook"):
        assert did[f"{deed}: done"], (deed, did)
    assert did["begin: LockedError"] + did["bring_in: LockedError"] + did["approve: LockedError"], did
    assert did["begin: NotPermittedError"], did


@pytest.mark.postgresql
@pytest.mark.parametrize("seed", range(1000, 1006))
def test_whatever_people_do_all_holds_on_postgresql_too(seed, cluster, migrated_database, opened):
    name = cluster.create(migrated_database)
    try:
        lives(lambda _: opened(cluster.url(name)), [seed])
    finally:
        cluster.drop(name)
