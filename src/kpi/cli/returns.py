"""`kpi template`, `kpi import`, `kpi records`."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain, count
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from kpi.cli.as_csv import write_csv
from kpi.cli.common import (
    FAULTY,
    CalledWronglyError,
    a_folder,
    a_format,
    a_known,
    a_language,
    a_language_to_read,
    a_quarter,
    check_file,
    content_of,
    installation,
    now,
    out,
    say,
    speak,
    today,
    write_file,
)
from kpi.cli.store import person
from kpi.figures import overview, rows_behind
from kpi.incoming import Incoming, marked, read, template_for
from kpi.installation import Installation
from kpi.intake.reader import Reader
from kpi.language import message, tr, whole
from kpi.locks import LockedError
from kpi.present.changes import Differing, differing
from kpi.preview import preview_of
from kpi.problems import N_, Fault, Place, Severity, errors
from kpi.returns import (
    AlreadyStoredError,
    Channel,
    ReturnChangedError,
    SamePersonError,
    StoredReturn,
    submit,
    two_persons,
)
from kpi.returns import approve as approve_stored
from kpi.revisions import SAME_CONTENT, SAME_FILE

_MANY = 2


def template(
    org: Annotated[str, typer.Option("--org", help=N_("The organisation's code."))],
    quarter: Annotated[str, typer.Option("--quarter", help=N_("Like 2026-Q3."))],
    target: Annotated[Path, typer.Option("--out", help=N_("Where to write the workbook."))],
    *,
    lang: Annotated[str | None, typer.Option("--lang", help=N_("The workbook's language."))] = None,
) -> None:
    """Make an organisation's workbook for a quarter."""
    wanted = a_quarter(quarter)
    opened = installation()
    language = a_language(opened.framework, lang)
    content = template_for(opened, organisation=org, quarter=wanted, language=language, today=today())
    write_file(target, content)
    out(str(target))


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of one imported file."""

    file: str
    organisation: str | None
    quarter: str | None
    stored: bool
    revision: int | None
    rows: int
    problems: list[dict[str, str | None]]


def import_returns(  # noqa: PLR0913 (these are the command's options)
    files: Annotated[list[Path], typer.Argument(metavar=N_("FILE…"), help=N_("Filled workbooks."))],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=N_("Check and say what would change; store nothing."))
    ] = False,
    approve: Annotated[bool, typer.Option("--approve", help=N_("Also approve, in the approver's name."))] = False,
    importer: Annotated[str, typer.Option(help=N_("Who imports."), envvar="KPI_IMPORTER")] = "",
    approver: Annotated[str, typer.Option(help=N_("Who approves, another person."), envvar="KPI_APPROVER")] = "",
    lang: Annotated[str | None, typer.Option("--lang", help=N_("The language of the messages."))] = None,
    marked_dir: Annotated[
        Path | None, typer.Option("--marked", help=N_("A folder for marked copies of faulty ones."))
    ] = None,
    form: Annotated[str, typer.Option("--format", help=N_("text or json"))] = "text",
) -> None:
    """Check returns and store those without errors as submitted."""
    a_format(form, ("text", "json"))
    by = importer.strip() or person()
    second = _second(by, approver) if approve else None
    for path in files:
        check_file(path)  # before anything is stored
    opened = installation()
    language = a_language_to_read(opened.framework, lang)
    if marked_dir is not None:
        a_folder(marked_dir)
    copies = _copies(marked_dir, files) if marked_dir is not None else {}
    told: list[Told] = []
    try:
        with Reader() as reader:
            for path in _with_progress(files):
                incoming = _read(opened, path, reader)
                stored = None
                if not dry_run:
                    incoming, stored = _stored(opened, path, reader, incoming, by=by, approver=second)
                told.append(_told(path, incoming, stored.revision if stored else None, language))
                if form == "text":
                    _say(opened, told[-1], incoming, dry_run=dry_run, language=language)
                if errors(incoming.problems) and path in copies:
                    _write_marked(opened, incoming, copies[path], language)
    finally:  # whatever stops us, what was stored by then is told
        if form == "json":
            out(json.dumps([asdict(one) for one in told], ensure_ascii=False, indent=2))
    if any(problem["severity"] == Severity.ERROR.value for one in told for problem in one.problems):
        raise typer.Exit(FAULTY)


def _stored(  # noqa: PLR0913 (what came in, and in whose names)
    opened: Installation, path: Path, reader: Reader, incoming: Incoming, *, by: str, approver: str | None
) -> tuple[Incoming, StoredReturn | None]:
    """Store what may be stored; approve, where that is asked, what says the same and waits for it.

    What is refused for this return alone is told as its problem; the other files go on.
    """
    try:
        if incoming.may_be_stored:
            try:
                return incoming, submit(opened, incoming, by=by, at=now(), approver=approver, channel=Channel.IMPORT)
            except AlreadyStoredError:  # by somebody else, a moment ago: reading it again says so
                incoming = _read(opened, path, reader)
        if approver is None or incoming.known is None or not incoming.waits:
            return incoming, None
        approved = approve_stored(opened, return_id=incoming.known.id, by=approver, at=now())
    except (LockedError, ReturnChangedError, SamePersonError) as fault:
        refused = Fault("return.refused", fault.text).at(Place(), **fault.values)
        return replace(incoming, problems=(*incoming.problems, refused)), None
    problems = tuple(one for one in incoming.problems if one.fault not in (SAME_FILE, SAME_CONTENT))
    return replace(incoming, problems=problems), approved


def _read(opened: Installation, path: Path, reader: Reader) -> Incoming:
    return read(opened, name=path.name, file=content_of(path), reader=reader, today=today())


def _second(importer: str, approver: str) -> str:
    """Give the name of the approver, another one than the importer's."""
    if not approver.strip():
        text = N_("--approve needs --approver NAME (or KPI_APPROVER), another person than the importer")
        raise CalledWronglyError(text)
    two_persons(importer, approver)
    return approver.strip()


def _with_progress(files: list[Path]) -> Iterator[Path]:
    if len(files) < _MANY or not sys.stderr.isatty():
        yield from files
        return
    with Progress(console=Console(stderr=True), transient=True) as progress:
        yield from progress.track(files, description=speak(N_("returns")))


def _copies(folder: Path, files: Sequence[Path]) -> dict[Path, Path]:
    """Name each file's marked copy as its original, but never over one of the originals nor over another's copy."""
    taken = {file.resolve() for file in files}
    found: dict[Path, Path] = {}
    for file in files:
        names = (f"{file.stem}{number}.xlsx" for number in chain([""], (f" ({more})" for more in count(2))))
        found[file] = next(folder / name for name in names if (folder / name).resolve() not in taken)
        taken.add(found[file].resolve())
    return found


def _write_marked(opened: Installation, incoming: Incoming, target: Path, language: str) -> None:
    copy = marked(opened, incoming, language=language)
    if copy is not None:
        write_file(target, copy)
        say(speak(N_("marked copy: {path}"), path=str(target)))


def _told(path: Path, incoming: Incoming, revision: int | None, language: str) -> Told:
    return Told(
        file=str(path),
        organisation=incoming.raw.organisation if incoming.raw else None,
        quarter=str(incoming.quarter) if incoming.quarter else None,
        stored=revision is not None,
        revision=revision,
        rows=incoming.content.rows if incoming.content else 0,
        problems=[
            {
                "code": problem.code,
                "severity": problem.severity.value,
                "sheet": problem.place.sheet,
                "cell": problem.place.cell,
                "message": message(problem, language),
            }
            for problem in incoming.problems
        ],
    )


def _say(opened: Installation, told: Told, incoming: Incoming, *, dry_run: bool, language: str) -> None:
    for line in _in_lines(told.problems, language):
        out(f"{told.file}: {line}")
    what = f"{told.organisation or '?'} {told.quarter or '?'}"
    changes: list[Differing] = []
    if told.stored:
        text, number = N_("{file}: {what}, {rows} rows: stored as revision {number}"), told.revision
    elif dry_run and incoming.may_be_stored:
        changes = _changes(opened, incoming, language)
        text, number = N_("{file}: {what}, {rows} rows: would be stored; {number} figure(s) would change"), len(changes)
    elif incoming.raw is None:
        text, number = N_("{file}: not stored"), None
    else:
        text, number = N_("{file}: {what}, {rows} rows: not stored"), None
    out(whole(text, language, file=told.file, what=what, rows=told.rows, number=number))
    for change in changes:
        out(f"  {change.indicator} {change.name}: {change.before} → {change.after}")


def _changes(opened: Installation, incoming: Incoming, language: str) -> list[Differing]:
    """Give the figures that storing this would change."""
    if incoming.raw is None or incoming.content is None:
        return []
    of = incoming.raw
    found = preview_of(opened, organisation=of.organisation, quarter=of.quarter, content=incoming.content)
    return differing(opened.framework, found.figures, language)


#: How many cells with the same problem are named.
_CELLS = 3
_SEVERITIES = {Severity.ERROR.value: N_("error"), Severity.WARNING.value: N_("warning")}


def _in_lines(problems: Sequence[Mapping[str, str | None]], language: str) -> Iterator[str]:
    """Say each problem once; of many cells of a sheet that have the same one, the first are named."""
    cells: dict[tuple[str, str, str], list[str]] = {}
    for problem in problems:
        same = (str(problem["severity"]), problem["sheet"] or "", str(problem["message"]))
        cells.setdefault(same, []).append(problem["cell"] or "")
    for (severity, sheet, said), found in cells.items():
        named = ", ".join(filter(None, dict.fromkeys(found[:_CELLS])))
        place = "!".join(part for part in (sheet, named) if part)
        if len(found) > _CELLS:
            place = tr(N_("{place} and {count} more cells"), language, place=place, count=len(found) - _CELLS)
        yield f"{tr(_SEVERITIES[severity], language)}: {place + ': ' if place else ''}{said}"


def records(
    form_key: Annotated[str | None, typer.Option("--form", help=N_("Only this form."))] = None,
    org: Annotated[str | None, typer.Option("--org", help=N_("Only this organisation."))] = None,
    quarter: Annotated[str | None, typer.Option("--quarter", help=N_("Only this quarter."))] = None,
    form: Annotated[str, typer.Option("--format", help=N_("json or csv"))] = "json",
) -> None:
    """Give the rows behind the figures, as reported in the approved returns."""
    a_format(form, ("json", "csv"))
    when = a_quarter(quarter) if quarter else None
    opened = installation()
    if form_key is not None:
        a_known(N_("form"), form_key, opened.framework.forms)
    if org is not None:
        a_known(N_("organisation"), org, [each.code for each in overview(opened).organisations])
    rows = rows_behind(opened, form=form_key, organisation=org, quarter=when)
    plain = [
        {
            "organisation": row.organisation,
            "quarter": str(row.quarter),
            "revision": row.revision,
            "form": row.form,
            "position": row.position,
            "key": row.key,
            "cells": dict(row.cells),
        }
        for row in rows
    ]
    if form == "json":
        out(json.dumps(plain, ensure_ascii=False, indent=2))
    else:
        fields = ("organisation", "quarter", "revision", "form", "position", "key", "cells")
        write_csv(fields, ({**row, "cells": json.dumps(row["cells"], ensure_ascii=False)} for row in plain))
