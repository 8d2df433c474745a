"""The command `kpi` as other programs call it, and its templates filled in as other programs fill them.

Workbooks are filled by the hidden marks that they carry. Commands run within the tests' process, which saves the
second that a new one needs to start; `Kpi.apart` runs them as they are.
"""

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir, closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from kpi.cli import main

TESTS = Path(__file__).parent
SECOND = TESTS / "data" / "frameworks" / "second.yaml"
CENTRE = TESTS.parent / "indicators.yaml"
#: Texts of the environment that would change what the command says.
_LOCALE = ("KPI_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "KPI_IMPORTER", "KPI_APPROVER")

#: What a form holds: its rows by field key (a grid's by the key of the row), or one word for its state.
Form = Sequence[Mapping[str, Any] | None] | Mapping[str, Mapping[str, Any]] | str


@dataclass(frozen=True)
class Done:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Kpi:
    """The command `kpi` with a store and a framework of its own, in a folder."""

    folder: Path
    framework: Path = SECOND
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def store(self) -> Path:
        return self.folder / "data" / "kpi.sqlite3"

    @property
    def variables(self) -> dict[str, str]:
        own = {"KPI_DATA_DIR": str(self.folder / "data"), "KPI_FRAMEWORK": str(self.framework), "KPI_DATABASE_URL": ""}
        kept = {name: value for name, value in os.environ.items() if name not in _LOCALE}
        return {**kept, **own, "KPI_IMPORTER": "Importer", "LANG": "C.UTF-8", **self.environment}

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """Begin a command and do not wait for it."""
        return subprocess.Popen(
            [sys.executable, "-m", "kpi", *map(str, arguments)],
            cwd=self.folder,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(self, *arguments: object) -> Done:
        """Run a command to its end, within this process; whatever happens, it shows no traceback."""
        out, err = (io.TextIOWrapper(BytesIO(), encoding="utf-8") for _ in range(2))
        with (
            patch.dict(os.environ, self.variables, clear=True),
            patch.object(sys, "argv", ["kpi", *map(str, arguments)]),
            chdir(self.folder),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                main()
            except SystemExit as ended:
                code = ended.code
        return _without_traceback(code, *map(_written, (out, err)))

    def apart(self, *arguments: object) -> Done:
        """Run a command to its end, in a process of its own."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=300)
        return _without_traceback(process.returncode, out, err)

    def ok(self, *arguments: object) -> Done:
        """Run a command that has to succeed."""
        done = self.run(*arguments)
        assert done.code == 0, (arguments, done)
        return done

    def refused(self, code: int, *arguments: object) -> str:
        """Run a command that has to fail with this code; give the sentence in which it says why."""
        done = self.run(*arguments)
        assert done.code == code, (arguments, done)
        assert done.err.strip(), "nothing is said"
        return done.err

    def begin(self, organisations: str) -> None:
        """Make the store, with a list of organisations in CSV."""
        self.ok("init")
        file = self.folder / "organisations.csv"
        file.write_text(organisations, encoding="utf-8")
        self.ok("organisations", "import", file)

    def template(self, organisation: str, quarter: str, language: str) -> bytes:
        file = self.folder / f"template-{organisation}-{quarter}-{language}.xlsx"
        self.ok("template", "--org", organisation, "--quarter", quarter, "--lang", language, "--out", file)
        return file.read_bytes()

    def filled(self, organisation: str, quarter: str, forms: Mapping[str, Form], language: str = "fr") -> Path:
        """Give a filled-in return as a file."""
        file = self.folder / f"{organisation}-{quarter}.xlsx"
        file.write_bytes(fill(self.template(organisation, quarter, language), forms))
        return file

    def approve(self, *files: Path) -> Any:
        """Import files and approve them; give what is told of each."""
        return self.ok("import", *files, "--approve", "--approver", "Approver", "--format", "json").json

    def measure(self, *arguments: object) -> list[dict[str, Any]]:
        return self.ok("measure", *arguments, "--format", "json").json

    def figures(self, *arguments: object) -> dict[str, Any]:
        """Give the value of each indicator's total."""
        return {one["indicator"]: one["value"] for one in self.measure(*arguments) if one["slice"] is None}


def copied(kpi: Kpi, folder: Path) -> Kpi:
    """Give the same store and files in another folder, to change."""
    for file in kpi.folder.iterdir():
        if file.is_file():
            shutil.copyfile(file, folder / file.name)
    copy = Kpi(folder, kpi.framework)
    copy.store.parent.mkdir()
    with closing(sqlite3.connect(kpi.store)) as old, closing(sqlite3.connect(copy.store)) as new:
        old.backup(new)
    return copy


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    return stream.buffer.getvalue().decode("utf-8")


def _without_traceback(code: int, out: str, err: str) -> Done:
    assert "Traceback" not in out + err, out + err
    assert "something unexpected" not in err, err
    return Done(code, out, err)


def fill(template: bytes, forms: Mapping[str, Form], *, rest: str = "nothing_to_report") -> bytes:
    """Fill in a template; forms that are not given say `rest`."""
    book = load_workbook(BytesIO(template))
    for form, sheet in sheets(book).items():
        enter(sheet, forms.get(form, rest))
    unknown = forms.keys() - sheets(book).keys()
    assert not unknown, f"the workbook has no sheet for {unknown}"
    return saved(book)


def saved(book: Workbook) -> bytes:
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def sheets(book: Workbook) -> dict[str, Worksheet]:
    """Give the sheets of a workbook's forms, by the form's key."""
    marked = ((sheet.cell(1, 1).value, sheet) for sheet in book.worksheets)
    return {
        mark.removeprefix("kpi:form:"): sheet
        for mark, sheet in marked
        if isinstance(mark, str) and mark.startswith("kpi:form:")
    }


def enter(sheet: Worksheet, form: Form) -> None:
    """Type a form's state or its rows; a row of None stays blank."""
    state = next(row for mark, row in marks(sheet) if mark == "kpi:state")
    if isinstance(form, str):
        sheet.cell(state, 3).value = form
        return
    sheet.cell(state, 3).value = "reported"
    columns = keys(sheet)
    first = next(row for mark, row in marks(sheet) if mark == "kpi:rows") + 1
    printed = {mark.removeprefix("kpi:row:"): row for mark, row in marks(sheet) if mark.startswith("kpi:row:")}
    rows = [(printed[key], row) for key, row in form.items()] if isinstance(form, Mapping) else enumerate(form, first)
    for number, row in rows:
        for key, value in (row or {}).items():
            cell = sheet.cell(number, columns[key])
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # also what begins with an equals sign


def keys(sheet: Worksheet) -> dict[str, int]:
    """Give the columns of a sheet's fields."""
    row = next(row for mark, row in marks(sheet) if mark == "kpi:keys")
    return {cell.value: cell.column for cell in sheet[row][1:] if cell.value}


def marks(sheet: Worksheet) -> Iterator[tuple[str, int]]:
    """Give the hidden marks of a sheet with their rows."""
    for row in range(1, sheet.max_row + 1):
        mark = sheet.cell(row, 1).value
        if isinstance(mark, str) and mark.startswith("kpi:"):
            yield mark, row
