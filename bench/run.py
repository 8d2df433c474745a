"""Speed as ratios against the bare driver and the bare reader, each pair in one run.

Run with `make bench`. Absolute times say more about the machine than about the program, so each line compares the
program's way with the plainest way of doing the same, in turn, and quotes the median of the ratios.
"""

import gc
import io
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path

from centre import AT, ROOT, centre, submitted
from openpyxl import Workbook, load_workbook
from sqlalchemy import Engine

from kpi import quality
from kpi.access import OPERATOR
from kpi.areas import maps_of
from kpi.framework.load import load_file
from kpi.framework.model import Framework
from kpi.installation import Installation
from kpi.intake.reader import Reader
from kpi.measure.facts import facts_of
from kpi.measure.model import Fact, Organisation
from kpi.quarter import Quarter, Window
from kpi.records import FormState, Record, ReportedForm, ReturnContent
from kpi.report.content import Audience, Content, Request
from kpi.report.files import Format, written
from kpi.report.gather import gather
from kpi.store import facts, frameworks, migrations, organisations
from kpi.store.engine import connect, reading, writing

ROUNDS, LONG_ROUNDS = 5, 3
ORGANISATIONS, PARTS, SLICES = 265, 6, 8
START = Quarter(2017, 1)
SMALL = ROOT / "tests" / "data" / "frameworks" / "small.yaml"
_numbers = count()


def paired(name: str, ours: Callable[[], object], bare: Callable[[], object]) -> None:
    """Time both in turn and print the median ratio with its spread."""
    ratios = [one / other for one, other in in_turn(ours, bare, ROUNDS, time.perf_counter)]
    low, middle, high = min(ratios), statistics.median(ratios), max(ratios)
    print(f"{name:<74}{middle:6.2f} × the bare way ({low:.2f}–{high:.2f})", flush=True)


def measured(name: str, ours: Callable[[], object], yardstick: Callable[[], object]) -> None:
    """Print how much of a processor something takes, as a multiple of a yardstick and in seconds."""
    times = in_turn(ours, yardstick, LONG_ROUNDS, time.process_time)
    ratio, seconds = statistics.median(one / other for one, other in times), statistics.median(one for one, _ in times)
    print(f"{name:<74}{ratio:6.2f} × the yardstick ({seconds:.1f} s of a processor)", flush=True)


def in_turn(
    ours: Callable[[], object], other: Callable[[], object], rounds: int, clock: Callable[[], float]
) -> list[tuple[float, float]]:
    """Time both again and again."""
    return [(timed(ours, clock), timed(other, clock)) for _ in range(rounds)]


def timed(work: Callable[[], object], clock: Callable[[], float]) -> float:
    """Time something by itself: what was left lying before is cleared away first."""
    gc.collect()
    begin = clock()
    work()
    return clock() - begin


def workbook(rows: int) -> bytes:
    """Make a workbook of one sheet as a spreadsheet program would."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("data")
    for row in range(rows):
        sheet.append([f"text {row}", row, row / 4, "постоянен текст", None, row * 3])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def reading_workbooks() -> None:
    """Compare the guarded reader in its own process with openpyxl's reading mode in ours."""
    content = workbook(5000)
    with Reader() as reader:
        reader.read(content, "warm.xlsx")
        name = "read 5,000 rows, guarded, in a process of its own"
        paired(name, lambda: reader.read(content, "a.xlsx"), lambda: bare_rows(content))


def bare_rows(content: bytes) -> int:
    """Read a workbook's rows with openpyxl's reading mode."""
    sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).active
    return sum(1 for _ in sheet.iter_rows(values_only=True)) if sheet else 0


def a_return(number: int) -> list[Fact]:
    """Make one return's facts."""
    slices = [{"gender": f"g{one % 4}", "district": f"d{one // 4 + number % 7}"} for one in range(SLICES)]
    return [Fact(f"I{part}.numerator", of, number + part, 1) for part in range(PARTS) for of in slices]


def filled(path: Path, quarters: int) -> tuple[Engine, list[int]]:
    """Fill a store with so many quarters of 265 organisations; give it and the last quarter's returns."""
    engine = connect(f"sqlite:///{path}", create=True)
    migrations.migrate(engine)
    content = ReturnContent({"form": ReportedForm(FormState.REPORTED, [Record(1, None, {"n": 1})])})
    last: list[int] = []
    with writing(engine) as session:
        listed = [Organisation(f"O{n}", {"en": f"O{n}"}, {}, START) for n in range(ORGANISATIONS)]
        organisations.upsert(session, organisations=listed)
        framework_id = frameworks.remember(session, yaml="bench")
        for quarter in (START + ordinal for ordinal in range(quarters)):
            last = []
            for one in listed:
                derived = a_return(len(last))
                last.append(
                    submitted(session, one, quarter, content, derived, framework_id=framework_id, language="en")
                )
    return engine, last


def sums(engine: Engine, chosen: list[int]) -> int:
    """Sum all parts over some returns, as a page asks."""
    with reading(engine) as session:
        keys = [f"I{part}.numerator" for part in range(PARTS)]
        return len(facts.cells(session, parts=keys, returns=chosen))


def summing(folder: Path) -> None:
    """Compare a quarter's sums with the plain SQL, and after ten years with after one."""
    engine, last = filled(folder / "ten.sqlite3", 40)
    young, first = filled(folder / "one.sqlite3", 4)
    plain = sqlite3.connect(folder / "ten.sqlite3")
    query = "SELECT part_id, slice_id, SUM(total), SUM(n) FROM fact WHERE quarter = ? GROUP BY part_id, slice_id"
    quarter = (START + 39).ordinal
    paired(
        "a quarter's sums of 265 organisations after ten years",
        lambda: sums(engine, last),
        lambda: plain.execute(query, (quarter,)).fetchall(),
    )
    paired("the same after ten years as after one", lambda: sums(engine, last), lambda: sums(young, first))


def a_course(number: int) -> ReturnContent:
    """Make what one return says: a course that is held by nobody else and as large as the last one."""
    people = {"women": 12 + number % 3, "men": 8, "unknown": 1}
    cells = {"course": f"Course {number}", "district": "vidin", "enrolled": people, "successful": people}
    nothing = {form: ReportedForm(FormState.NOTHING) for form in ("funding", "projects", "opinion")}
    return ReturnContent({"training": ReportedForm(FormState.REPORTED, [Record(1, None, cells)]), **nothing})


def reported(path: Path, framework: Framework, text: str, quarters: int) -> Installation:
    """Fill a store with so many quarters of 265 organisations' courses."""
    engine = connect(f"sqlite:///{path}", create=True)
    migrations.migrate(engine)
    with writing(engine) as session:
        listed = [Organisation(f"O{n}", {"en": f"O{n}"}, {"type": "ngo"}, START) for n in range(ORGANISATIONS)]
        organisations.upsert(session, organisations=listed)
        framework_id = frameworks.remember(session, yaml=text)
        for number in range(quarters * ORGANISATIONS):
            quarter, content = START + number // ORGANISATIONS, a_course(number)
            organisation, derived = listed[number % ORGANISATIONS], facts_of(framework, quarter, content)
            submitted(session, organisation, quarter, content, derived, framework_id=framework_id, language="en")
    return Installation(framework, text, engine, OPERATOR)


def asking(folder: Path) -> None:
    """Compare the questions that a quarter raises, asked for the first time, after ten years with after three."""
    loaded = load_file(SMALL)
    if loaded.framework is None:
        raise SystemExit(f"{SMALL} does not load")
    old = reported(folder / "asked ten.sqlite3", loaded.framework, loaded.yaml, 40)
    young = reported(folder / "asked three.sqlite3", loaded.framework, loaded.yaml, 12)

    def asked(installation: Installation, quarter: int) -> int:
        return quality.quality(fresh(installation), Window.quarter(START + quarter)).returns

    paired(
        "a quarter's questions of 265 organisations after ten years as after three",
        lambda: asked(old, 39),
        lambda: asked(young, 11),
    )

    def gathered(installation: Installation, year: int) -> int:
        request = Request(Window.year(year), "en", Audience.MANAGEMENT)
        return len(gather(fresh(installation), request, today=AT.date(), at=AT).figures)

    paired(
        "a year's report of 265 organisations after ten years as after three",
        lambda: gathered(old, START.year + 9),
        lambda: gathered(young, START.year + 2),
    )


def fresh(installation: Installation) -> Installation:
    """Give an installation of which nothing has been asked yet: what is kept in memory is kept by framework."""
    return replace(installation, yaml=f"{installation.yaml}\n# {next(_numbers)}\n")


def reporting(folder: Path) -> None:
    """Time the report of a year of 265 organisations, stage by stage, beside reading a workbook of 5,000 rows."""
    here, yardstick = centre(folder / "centre.sqlite3", ORGANISATIONS), partial(bare_rows, workbook(5000))
    maps = maps_of(here.framework, ROOT / "indicators.yaml")
    for audience in Audience:
        request = Request(Window.year(2025), "bg", audience)

        def gathered(request: Request = request) -> Content:
            return gather(fresh(here), request, today=AT.date(), at=AT, maps=maps)

        report = gathered()
        stages: dict[str, Callable[[], object]] = {"gathered": gathered}
        stages |= {form.name: partial(written, report, form) for form in Format}
        for name, stage in stages.items():
            measured(f"a year's report of 265 organisations, {audience.value}: {name}", stage, yardstick)


def storing(folder: Path) -> None:
    """Compare storing a year's facts with handing the driver the same rows."""
    engine, last = filled(folder / "store.sqlite3", 1)
    plain = sqlite3.connect(folder / "plain.sqlite3")
    plain.execute("CREATE TABLE fact (part INT, quarter INT, return INT, slice INT, total INT, n INT, na INT)")

    def ours() -> None:
        with writing(engine) as session:
            for return_id in last:
                facts.replace(session, return_id=return_id, quarter=START, facts=a_return(return_id))

    def bare() -> None:
        with plain:
            plain.execute("DELETE FROM fact")
            for return_id in last:
                rows = [
                    (0, START.ordinal, return_id, n, fact.total, 1, 0) for n, fact in enumerate(a_return(return_id))
                ]
                plain.executemany("INSERT INTO fact VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    paired("store the facts of 265 returns, one by one", ours, bare)


if __name__ == "__main__":
    reading_workbooks()
    with tempfile.TemporaryDirectory() as name:
        storing(Path(name))
        summing(Path(name))
        asking(Path(name))
        reporting(Path(name))
