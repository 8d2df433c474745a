"""Sample data for trying the program out: they come in as workbooks, the way of every return.

The folder ``sample_data`` of the project holds the list of organisations, the workbooks of the last four quarters, and
a script that makes the older ones and says when each return was submitted and approved. The script runs beside this
program; each workbook is read, checked, submitted and approved at the moments it tells of. What people do besides is
told in ``desk.yaml`` (`kpi.demo_desk`).
"""

import heapq
import json
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import count
from multiprocessing import get_context
from pathlib import Path

from kpi.access import OPERATOR, Deed, allow
from kpi.demo_desk import FILE, Told, deeds, do, reporter, team
from kpi.figures import SAMPLE, STORE, is_sample
from kpi.framework.load import load_file
from kpi.incoming import Incoming, read
from kpi.installation import Installation
from kpi.intake.organisations import organisations_from
from kpi.intake.reader import Reader
from kpi.language import message
from kpi.organisations import list_organisations
from kpi.problems import N_, Problem, SaidError, errors
from kpi.quarter import Quarter
from kpi.returns import approve, submit
from kpi.store import events, organisations
from kpi.store import returns as stored
from kpi.store.engine import connect, reading, writing

#: The folder of the sample in the project's own folder.
FOLDER = Path(__file__).resolve().parents[2] / "sample_data"
#: What the log says of a store that holds sample data, from before the first of them, and when all are in.
COMPLETED = "sample.completed"
_AHEAD = 6
_TOLD = 3
_FRAMEWORK = "framework.yaml"

#: Is told how many returns are in.
Progress = Callable[[int], None]


class SampleMissingError(SaidError):
    """There is no sample here: the program does not run from the project's own folder."""

    text = N_("The sample data are not here: there is no {folder}. They come with the project's source.")

    def __init__(self, folder: Path) -> None:
        super().__init__(folder=str(folder))


class StoreNotEmptyError(SaidError):
    """The store holds data that are no sample; nothing is put among them."""

    text = N_(
        "The store already holds data. Sample data are only loaded into an empty store: "
        "point KPI_DATABASE_URL at another one."
    )


class SampleFaultyError(SaidError):
    """A part of the sample was refused; this is a fault of the sample or of the framework, not of the person."""

    text = N_("The sample data do not fit: {what}: {why}")

    def __init__(self, what: str, problems: Sequence[Problem] = (), *, why: str = "") -> None:
        told = "; ".join(f"{problem.code}: {message(problem, 'en')}" for problem in problems[:_TOLD])
        super().__init__(what=what, why=told or why)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded; both are 0 where everything was there already."""

    organisations: int
    returns: int


@dataclass(frozen=True, slots=True)
class _Arrival:
    """One revision of one return, as the script tells of it."""

    file: Path
    organisation: str
    quarter: Quarter
    revision: int
    submitted: datetime
    approved: datetime | None


@dataclass(slots=True)
class _Loading:
    """A load under way: what is stored by now, and what is still to be done beside it, the earliest first."""

    installation: Installation
    stored: dict[tuple[str, Quarter, int], int]
    later: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def put_off(self, at: datetime, deed: Callable[[datetime], None]) -> None:
        """Keep something for a moment to come; what is kept for the same one is done in the order of asking."""
        heapq.heappush(self.later, (at, next(self.numbers), deed))

    def catch_up(self, moment: datetime) -> None:
        """Do what was to be done up to a moment."""
        while self.later and self.later[0][0] <= moment:
            at, _, deed = heapq.heappop(self.later)
            deed(at)


def load(
    installation: Installation, *, at: datetime, by: str, folder: Path = FOLDER, progress: Progress = lambda _: None
) -> Loaded:
    """Fill an empty store with the sample; finish a load that was broken off; do nothing where all is there.

    Args:
        installation: the framework and a store that is ready.
        at: now, for the log; the returns themselves have the moments of their story.
        by: who loads.
        folder: where the sample is.
        progress: told the number of returns stored, each time.

    Raises:
        SampleMissingError: there is no sample in the folder.
        StoreNotEmptyError: the store holds data that are no sample.
        SampleFaultyError: a workbook of the sample has an error under this framework; what came before it is stored.
    """
    allow(installation.who, Deed.RUN_STORE)
    script, listed = folder / "make.py", folder / "organisations.csv"
    if not script.is_file() or not listed.is_file():
        raise SampleMissingError(folder)
    if not _begin(installation, at=at, by=by):
        return Loaded(0, 0)
    known, problems = organisations_from(installation.framework, listed.name, listed.read_bytes())
    if errors(problems):
        raise SampleFaultyError(listed.name, errors(problems))
    added = list_organisations(installation, known, by=by, at=at).added
    before = _stored(installation)
    loading = _Loading(installation, before)
    for deed in deeds(folder):
        loading.put_off(deed.at, partial(_do, installation, deed, folder))
    taken = 0
    with tempfile.TemporaryDirectory(prefix="kpi-sample-") as folder_of_older:
        older = Path(folder_of_older)
        (older / _FRAMEWORK).write_text(installation.yaml, encoding="utf-8")
        with _made(script, older) as arrivals, _readers(older / _FRAMEWORK, installation) as readers:
            for arrival, incoming in _read_ahead(loading, arrivals, readers):
                loading.catch_up(arrival.submitted)
                taken += _take(loading, arrival, incoming)
                progress(len(loading.stored))
    loading.catch_up(datetime.max.replace(tzinfo=UTC))
    with writing(installation.engine) as session:
        events.append(session, at=at, actor=by, action=COMPLETED, subject=STORE, after={"returns": len(loading.stored)})
    return Loaded(len(added), taken)


def _begin(installation: Installation, *, at: datetime, by: str) -> bool:
    """Mark the store as one of sample data before there are any; false where they are all there."""
    with writing(installation.engine) as session:
        if is_sample(session):
            return all(event.action != COMPLETED for event in events.history(session, subject=STORE))
        if organisations.all(session) or stored.find(session):
            raise StoreNotEmptyError
        events.append(session, at=at, actor=by, action=SAMPLE, subject=STORE)
        return True


def _stored(installation: Installation) -> dict[tuple[str, Quarter, int], int]:
    with reading(installation.engine) as session:
        return {(one.organisation, one.quarter, one.revision): one.id for one in stored.find(session)}


@contextmanager
def _made(script: Path, folder: Path) -> Iterator[Iterator[_Arrival]]:
    """Run the script that makes the older workbooks; give the arrivals as it tells of them."""
    heard = folder / "errors.txt"
    # The command is this very Python with a script of the project; nothing in it comes from elsewhere.
    command = [sys.executable, str(script), "--framework", str(folder / _FRAMEWORK), "--older", str(folder)]
    with (
        heard.open("w", encoding="utf-8") as errors_of,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors_of, text=True, encoding="utf-8") as making,  # noqa: S603 (as the line above says)
    ):
        try:
            yield map(_arrival, making.stdout or ())
        except BaseException:
            making.kill()
            raise
    if making.returncode:
        last = heard.read_text(encoding="utf-8").strip().rpartition("\n")[2]
        raise SampleFaultyError(script.name, why=last or str(making.returncode))


def _arrival(line: str) -> _Arrival:
    told = json.loads(line)
    return _Arrival(
        Path(told["file"]),
        told["organisation"],
        Quarter.parse(told["quarter"]),
        told["revision"],
        datetime.fromisoformat(told["submitted"]),
        datetime.fromisoformat(told["approved"]) if told["approved"] else None,
    )


def _readers(framework: Path, installation: Installation) -> Executor:
    """Start a process that reads and checks: half of the work, beside the storing."""
    # Only short arguments: a process that dies before it has read long ones would be waited for in vain.
    url = installation.engine.url.render_as_string(hide_password=False)
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_open_there, initargs=(framework, url))


#: What the reading process works with; empty in every other one.
_there: list[tuple[Installation, Reader]] = []


def _open_there(framework: Path, url: str) -> None:
    loaded = load_file(framework)
    if loaded.framework is not None:
        _there.append((Installation(loaded.framework, loaded.yaml, connect(url), OPERATOR), Reader()))


def _read_there(arrival: _Arrival) -> Incoming:
    installation, reader = _there[0]
    return read(
        installation,
        name=arrival.file.name,
        file=arrival.file.read_bytes(),
        reader=reader,
        organisation=arrival.organisation,
        quarter=arrival.quarter,
        today=arrival.submitted.date(),
    )


def _read_ahead(
    loading: _Loading, arrivals: Iterable[_Arrival], readers: Executor
) -> Iterator[tuple[_Arrival, Incoming | None]]:
    """Read a few workbooks ahead while others are stored; what is stored already is not read again."""
    waiting: deque[tuple[_Arrival, Future[Incoming] | None]] = deque()
    try:
        for arrival in arrivals:
            known = (arrival.organisation, arrival.quarter, arrival.revision) in loading.stored
            waiting.append((arrival, None if known else readers.submit(_read_there, arrival)))
            if len(waiting) > _AHEAD:
                first, coming = waiting.popleft()
                yield first, coming.result() if coming else None
        for first, coming in waiting:
            yield first, coming.result() if coming else None
    except BrokenProcessPool as fault:
        raise SampleFaultyError("kpi.demo", why=str(fault)) from fault


def _take(loading: _Loading, arrival: _Arrival, incoming: Incoming | None) -> int:
    """Store one return, as its organisation submitted it; give how many were stored."""
    whose = (arrival.organisation, arrival.quarter, arrival.revision)
    if incoming is not None:
        if not incoming.may_be_stored:
            raise SampleFaultyError(incoming.name, errors(incoming.problems) or incoming.problems)
        who = reporter(loading.installation.framework, arrival.organisation)
        revision = submit(replace(loading.installation, who=who), incoming, by=who.signature, at=arrival.submitted)
        loading.stored[whose] = revision.id
    if arrival.approved is not None:
        loading.put_off(arrival.approved, partial(_approve, loading.installation, loading.stored[whose]))
    return int(incoming is not None)


def _approve(installation: Installation, return_id: int, at: datetime) -> None:
    with reading(installation.engine) as session:
        waits = stored.get(session, return_id=return_id).approved_at is None
    if waits:
        approve(installation, return_id=return_id, by=team(installation.framework).signature, at=at)


def _do(installation: Installation, deed: Told, folder: Path, at: datetime) -> None:
    try:
        do(installation, deed, folder=folder)
    except (SaidError, KeyError, TypeError, ValueError, IndexError, StopIteration, OSError) as fault:
        raise SampleFaultyError(FILE, why=f"{at}, {deed.deed}: {fault!r}") from fault
