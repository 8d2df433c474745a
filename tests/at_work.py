"""Somebody at work who is killed: a process that acts in a store until it is ended from outside.

Run as ``python at_work.py URL FILE``, it reads a seed and a day from each line that it is sent, splits off a process
that works in the store, and says that one's number. What is done is acknowledged in the
file: a line before each deed, and one after it, with the log as it is then and a digest of all that the store says.
"""

import hashlib
import json
import os
import sys
from datetime import timedelta
from pathlib import Path

from sqlmodel import select

from desk import ANN, BEGIN, BOB, MAX, MIA
from kpi.problems import SaidError
from kpi.store import tables
from kpi.store.engine import connect, reading
from life import Life, Seen

BROKEN = "broken"


class Busy(Life):
    """A life in which hardly anything is refused: whoever may does what can be done next."""

    def step(self) -> None:
        """Go on with one organisation's quarter."""
        place = code, quarter = self.place()
        standing = [
            one
            for one in self.seen.heads.values()
            if (one.organisation, one.quarter) == place and one.superseded_at is None
        ]
        state = max(standing, key=lambda one: one.revision).state if standing else None
        if quarter in self.seen.locked:
            who, acts = MIA, [self.reopen]
        elif state == "submitted":
            who = self.chance.choice((MIA, MAX))
            acts = [*[self.approve] * 4, self.send_back, self.comment, self.lock]
        elif state == "draft":
            who = ANN if code == "A" else BOB
            acts = [self.fill, self.fill, self.hand_in, self.hand_in, self.hand_in, self.take_workbook, self.note]
        else:
            who = ANN if code == "A" else BOB
            acts = [self.begin, self.take_workbook, self.bring_in]
        self.do(who, self.chance.choice(acts))


def digest(seen: Seen) -> str:
    """All that the store says of returns, in one word."""
    said = {
        str(number): [
            repr(head),
            seen.said[number].canonical(),
            seen.typed[number],
            repr(seen.beside[number]),
        ]
        for number, head in seen.heads.items()
    }
    text = json.dumps([said, sorted(map(str, seen.locked))], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def hashes(engine) -> list[str]:
    """The hashes of the log's links, in their order."""
    with reading(engine) as session:
        return list(session.exec(select(tables.Event.hash).order_by(tables.Event.id)))


def live(url: str, seed: int, day: int, told: Path) -> None:
    """Do one thing after the other, acknowledging each; until the end."""
    words = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)

    def say(*what: object) -> None:
        os.write(words, f"{json.dumps(what)}\n".encode())

    try:
        life = Busy(connect(url), seed)
        life.at = BEGIN + timedelta(days=day)
        while True:
            say("begins")
            life.step()
            there = hashes(life.engine)
            say("done", life.log[-1], len(there), there[-1], digest(life.seen))
    except SaidError as fault:  # the database was stopped
        say("stopped", str(fault))
    except BaseException as fault:
        say(BROKEN, repr(fault))
        raise


def main() -> None:
    """Split off one life after the other, for as long as there are lines to read."""
    url, told = sys.argv[1], Path(sys.argv[2])
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        seed, day = map(int, line.split())
        child = os.fork()
        if child == 0:
            live(url, seed, day, told)
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        os.waitpid(child, 0)
        sys.stdout.write("ended\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
