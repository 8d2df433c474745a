"""Whoever is killed while typing, handing in, deciding or uploading leaves all of what was done, and nothing half-done.

`KPI_TESTS_KILLS` says how often on each database; 200 takes some minutes.
"""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest

from at_work import BROKEN, digest, hashes
from conftest import Cluster, _server_programs, leave_out
from kpi.proof import compare_facts, verify
from kpi.store import events
from kpi.store.engine import connect, reading, writing
from kpi.store.migrations import migrate
from life import Life
from test_faults import again

KILLS = int(os.environ.get("KPI_TESTS_KILLS", "12"))
#: So many lives are lived in one store, before the next one begins in an empty one.
IN_ONE_STORE = 25
#: A life is ended within the time that so many deeds take.
DEEDS = 6


class AtWork:
    """A store, and people at work in it who are killed one after the other."""

    def __init__(self, url: str, folder: Path, seed: int) -> None:
        self.url, self.told, self.seed = url, folder / "told", seed
        self.chance = random.Random(seed)  # noqa: S311 (when to kill is no secret)
        self.life = Life(connect(url), seed)  # sets the store up, and looks at it
        self.known = hashes(self.life.engine)
        self.seen = Counter[str]()
        self.pace = 0.0
        self.process = subprocess.Popen(
            [sys.executable, "at_work.py", url, self.told],
            cwd=Path(__file__).parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        assert self.process.stdout.readline() == "ready\n"

    def close(self) -> None:
        self.process.communicate(timeout=60)
        self.life.engine.dispose()

    def one_life(self, day: int, *, stop=None) -> None:
        """Let somebody work, and end them at a random moment; `stop` ends the database under them instead."""
        self.told.unlink(missing_ok=True)
        self.process.stdin.write(f"{self.seed * 1000 + day} {day}\n")
        self.process.stdin.flush()
        number = int(self.process.stdout.readline())
        self._has_told(1)
        if not self.pace:
            began = time.monotonic()
            self._has_told(1 + 2 * DEEDS)
            self.pace = (time.monotonic() - began) / DEEDS
        time.sleep(self.chance.uniform(0, DEEDS * self.pace))
        if stop is not None:
            stop()
            time.sleep(self.pace)  # who was only waiting goes on with the database that was started again
        with contextlib.suppress(ProcessLookupError):  # who was in the midst of something has ended
            os.kill(number, signal.SIGKILL)
        assert self.process.stdout.readline() == "ended\n"
        self.look()

    def _has_told(self, lines: int) -> None:
        for _ in range(6000):
            if self.told.exists() and self.told.read_bytes().count(b"\n") >= lines:
                return
            time.sleep(0.01)
        pytest.fail("nobody works")

    def look(self) -> None:
        """Look that all is there that was acknowledged, and nothing by halves."""
        lines = self.told.read_text(encoding="utf-8").splitlines(keepends=True)
        words = [json.loads(line) for line in lines if line.endswith("\n")]
        assert words
        assert words[-1][0] != BROKEN, words[-1]
        with writing(self.life.engine):
            pass  # whoever was killed has let go of the store
        before, self.known = self.known, hashes(self.life.engine)
        self.life.seen = self.life.look()
        done = [one for one in words if one[0] == "done"]
        count, head = (done[-1][2], done[-1][3]) if done else (len(before), before[-1])
        assert self.known[: len(before)] == before
        assert len(self.known) >= count, "what was acknowledged is lost"
        assert self.known[count - 1] == head, "what was acknowledged is another"
        if done and words[-1][0] == "done":
            assert len(self.known) == count, "something was done that nobody did"
            assert digest(self.life.seen) == done[-1][4]
        self.seen["deeds"] += sum(not one[1].endswith(("Error", "nothing there")) for one in done)
        self.seen["in the midst of a deed"] += words[-1][0] == "begins"
        self.seen["stored, not acknowledged"] += len(self.known) > count
        self._nothing_twice()
        self.life._one_of_each(self.life.seen, f"seed {self.seed}")
        assert verify(self.life.here).problems == []
        assert compare_facts(self.life.here) == []

    def _nothing_twice(self) -> None:
        """Every deed has a minute of its own; so none is done twice, and none comes in two parts."""
        with reading(self.life.engine) as session:
            links = events.history(session)
        told = Counter((one.at, one.action, one.subject, json.dumps(one.after, sort_keys=True)) for one in links)
        assert max(told.values()) == 1


def worked(url_of, folder: Path, *, stop=None) -> Counter[str]:
    """Kill so many people at work, and give what was seen."""
    seen = Counter[str]()
    for number, first in enumerate(range(0, KILLS, IN_ONE_STORE)):
        work = AtWork(url_of(), folder, number)
        try:
            for day in range(1, min(IN_ONE_STORE, KILLS - first) + 1):
                work.one_life(day, stop=stop if stop is not None and day % 10 == 0 else None)
        finally:
            work.close()
        seen += work.seen
    print(f"\n{KILLS} times: {dict(seen)}")  # noqa: T201 (to be read with -s)
    assert seen["deeds"] > KILLS / 2
    assert seen["in the midst of a deed"] > KILLS / 4
    return seen


def test_whoever_is_killed_at_work_leaves_nothing_half_done(migrated_file, tmp_path):
    def url_of():
        shutil.copyfile(migrated_file, tmp_path / "store.sqlite3")
        for beside in ("-wal", "-shm"):
            (tmp_path / f"store.sqlite3{beside}").unlink(missing_ok=True)
        return f"sqlite:///{tmp_path / 'store.sqlite3'}"

    worked(url_of, tmp_path)


@pytest.mark.postgresql
def test_whoever_is_killed_and_a_database_that_is_stopped_on_postgresql(tmp_path):
    """Every tenth time it is the database that stops, at once, and is started again."""
    programs = _server_programs()
    if programs is None:
        leave_out("PostgreSQL's server programs (initdb, pg_ctl) are not installed")
    folder = Path(tempfile.mkdtemp(prefix="kpi-pg-", dir="/tmp"))
    server = Cluster(programs, folder)
    server.start()

    def url_of():
        url = server.url(server.create())
        engine = connect(url)
        migrate(engine)
        engine.dispose()
        return url

    def stop():
        server.stop()
        again(server)

    try:
        worked(url_of, tmp_path, stop=stop)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
