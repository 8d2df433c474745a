"""Store returns until killed; run by test_store.

``store_writer.py URL FIRST`` stores one return after the other from the FIRSTth quarter on, saying each when it is
committed. ``store_writer.py URL each`` makes one process after the other, the first of which kills itself before
its first statement, and so on until one comes to its end; that one's quarter is said with a “!”.
"""

import itertools
import os
import signal
import sys
from datetime import UTC, datetime

from sqlalchemy import event

from kpi.measure.model import Fact
from kpi.quarter import Quarter
from kpi.records import FormState, Record, ReportedForm, ReturnContent
from kpi.store import events, facts, files, returns
from kpi.store.engine import connect, writing
from kpi.store.model import Channel, ReturnState

ROWS = 400
START = Quarter(2000, 1)
NOW = datetime(2025, 7, 1, tzinfo=UTC)


def content(quarter):
    rows = tuple(Record(number, None, {"course": f"{quarter} {number}", "n": 1}) for number in range(1, ROWS + 1))
    return ReturnContent({"training": ReportedForm(FormState.REPORTED, rows)})


def store(engine, quarter):
    with writing(engine) as session:
        file_id = files.keep(session, name="a.xlsx", content=str(quarter).encode() * 20_000)
        stored = returns.add_revision(
            session,
            organisation="A",
            quarter=quarter,
            state=ReturnState.SUBMITTED,
            channel=Channel.IMPORT,
            language="en",
            framework_id=1,
            file_id=file_id,
            attributes={},
            content=content(quarter),
            by="one",
            at=NOW,
        )
        facts.replace(session, return_id=stored.id, quarter=quarter, facts=[Fact("X", {}, ROWS, ROWS)])
        returns.approve(session, return_id=stored.id, by="another", at=NOW)
        events.append(session, at=NOW, actor="one", action="stored", subject=str(quarter))


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def die_before(engine, statement):
    count = itertools.count(1)

    def reached(*_):
        if next(count) == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", reached)
    event.listen(engine, "after_cursor_execute", reached)
    event.listen(engine, "commit", reached)


def main(url, how):
    if how != "each":
        engine = connect(url)
        for number in itertools.count(int(how)):
            store(engine, START + number)
            say(START + number)
    for number in itertools.count(1):
        child = os.fork()
        if child == 0:
            engine = connect(url)
            die_before(engine, number)
            store(engine, START + number)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        ended = os.WIFEXITED(status)
        say(f"{START + number}{'!' if ended else ''}")
        if ended:
            sys.exit(os.WEXITSTATUS(status))


if __name__ == "__main__":
    main(*sys.argv[1:])
