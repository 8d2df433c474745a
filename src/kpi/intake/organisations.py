"""The list of reporting organisations, from CSV or Excel.

The first row names the columns: ``code``; ``name`` or, by language, ``name.en``; one column for each attribute of
the framework, by its key or label, holding a category's key or label; ``active_from`` and ``active_until`` as
quarters. Excel files are read in the sandbox, as returns are.
"""

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from kpi.framework.model import Attribute, Framework
from kpi.intake.cells import text_of
from kpi.intake.reader import SheetCells, read_book
from kpi.intake.sheet import letters
from kpi.intake.words import plain
from kpi.measure.model import Organisation
from kpi.problems import N_, Fault, Place, Problem, Severity
from kpi.quarter import NotAQuarterError, Quarter

_CODE, _NAME, _FROM, _UNTIL = "code", "name", "active_from", "active_until"
_LONGEST_CODE = 40
_LARGEST = 10 * 1024 * 1024

NOT_READABLE = Fault(
    "organisations.not_readable",
    N_("The list cannot be read."),
    N_("A CSV file in UTF-8 or an Excel workbook (.xlsx) is expected."),
)
NO_ROWS = Fault(
    "organisations.no_rows",
    N_("The list holds no organisations."),
    N_("The first row names the columns: {allowed}; each row after it is one organisation."),
)
NO_COLUMN = Fault(
    "organisations.no_column", N_("The column “{found}” is missing."), N_("The first row names the columns: {allowed}.")
)
UNKNOWN_COLUMN = Fault(
    "organisations.unknown_column",
    N_("The column “{found}” is not known and was left out."),
    N_("Known columns: {allowed}."),
    Severity.WARNING,
)
COLUMN_TWICE = Fault("organisations.column_twice", N_("Two columns say “{found}”."), N_("Keep one of them."))
NO_HEADING = Fault(
    "organisations.no_heading",
    N_("“{found}” stands in a column without a name."),
    N_("Name the column in the first row, or clear the cell. In a CSV file, put texts with commas into quotes."),
)
EMPTY = Fault("organisations.empty", N_("“{found}” is empty."), N_("Every organisation needs one."))
BAD_CODE = Fault(
    "organisations.bad_code",
    N_("“{found}” cannot be a code."),
    N_("Up to 40 letters, digits, dots, hyphens and underscores, without spaces."),
)
TWICE = Fault(
    "organisations.twice",
    N_("The code “{found}” stands in the list twice."),
    N_("Each organisation has a code of its own."),
)
NO_CATEGORY = Fault("organisations.no_category", N_("“{found}” is not known as “{what}”."), N_("Expected: {allowed}."))
BAD_QUARTER = Fault("organisations.bad_quarter", N_("“{found}” is not a quarter."), N_("Write it like 2026-Q3."))
BACKWARDS = Fault("organisations.backwards", N_("The last quarter, {found}, comes before the first, {first}."))


@dataclass(slots=True)
class _Row:
    """One row of the list: texts by column, and where each stands."""

    texts: dict[str, str]
    places: dict[str, Place]
    place: Place
    problems: list[Problem] = field(default_factory=list)

    def at(self, column: str) -> Place:
        return self.places.get(column, self.place)


def organisations_from(framework: Framework, name: str, content: bytes) -> tuple[list[Organisation], list[Problem]]:
    """Read a list of organisations; those that could be understood, and everything that is wrong."""
    table, problems = _excel(content, name) if content[:2] == b"PK" else _csv(content, name)
    if problems and not table:
        return [], problems
    columns = _columns(framework)
    if len(table) < 2:  # noqa: PLR2004 (a header and one organisation)
        return [], [*problems, NO_ROWS.at(Place(file=name), allowed=list(columns))]
    header, *rows = table
    known = {plain(spelling): key for key, spellings in columns.items() for spelling in (key, *spellings)}
    keys = {index: known.get(plain(text)) for index, (text, _) in header.items()}
    spoilt = {problem.place.cell for problem in problems if problem.place.cell}
    problems += _misnamed(header, keys, columns)
    missing = [key for key in _required(framework) if key not in keys.values()]
    if missing:
        place = next(iter(header.values()))[1]
        return [], [*problems, *(NO_COLUMN.at(place, found=key, allowed=list(columns)) for key in missing)]
    found: list[Organisation] = []
    codes: set[str] = set()
    for cells in rows:
        row = _row(cells, keys, name)
        unnamed = [cell for index, cell in cells.items() if cell[0] and not header.get(index, ("",))[0]]
        row.problems += [NO_HEADING.at(place, found=text) for text, place in unnamed]
        if not any(row.texts.values()) and not unnamed:
            continue
        organisation = _organisation(framework, row)
        code = row.texts.get(_CODE, "")
        if code in codes:
            row.problems.append(TWICE.at(row.at(_CODE), found=code))
        elif organisation is not None and not any(place.cell in spoilt for _, place in cells.values()):
            found.append(organisation)
        codes |= {code} - {""}
        problems += row.problems
    return found, problems


def organisation_of(framework: Framework, texts: Mapping[str, str]) -> tuple[Organisation | None, list[Problem]]:
    """Understand one organisation as a row of the list would say it, by column; a problem's field is its column."""
    said = {column: text.strip() for column, text in texts.items()}
    row = _Row(said, {column: Place(field=column) for column in _columns(framework)}, Place())
    return _organisation(framework, row), row.problems


#: One row of a table: column index → text and place.
_Cells = Mapping[int, tuple[str, Place]]


def _misnamed(header: _Cells, keys: Mapping[int, str | None], columns: Collection[str]) -> Iterator[Problem]:
    """Give what is wrong with the names of columns: not known, or there twice."""
    met: set[str] = set()
    for index, (text, place) in header.items():
        key = keys[index]
        if key is None and text:
            yield UNKNOWN_COLUMN.at(place, found=text, allowed=list(columns))
        elif key in met:
            yield COLUMN_TWICE.at(place, found=text)
        elif key is not None:
            met.add(key)


def _csv(content: bytes, name: str) -> tuple[list[_Cells], list[Problem]]:
    unreadable = [NOT_READABLE.at(Place(file=name))]
    if len(content) > _LARGEST or b"\0" in content:
        return [], unreadable
    try:
        text = content.decode("utf-8-sig")
        first = text.partition("\n")[0]
        delimiter = max(",;\t", key=first.count)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        lines = [(line, reader.line_num) for line in reader]
    except (UnicodeDecodeError, csv.Error):
        return [], unreadable
    return [
        {
            index: (cell.strip(), Place(file=name, line=number, cell=f"{letters(index + 1)}{row}"))
            for index, cell in enumerate(line)
        }
        for row, (line, number) in enumerate(lines, 1)
        if line
    ], []


def _excel(content: bytes, name: str) -> tuple[list[_Cells], list[Problem]]:
    book, problems = read_book(content, name)
    if book is None:
        return [], problems
    sheet = next((sheet for sheet in book.sheets if not sheet.hidden), None)
    if sheet is None:
        return [], problems
    return list(_rows(sheet, name)), [*problems, *sheet.marks.values()]


def _rows(sheet: SheetCells, name: str) -> Iterator[_Cells]:
    for number, row in sheet.rows.items():
        yield {
            index: (
                text_of(value).strip(),
                Place(file=name, line=number, sheet=sheet.title, cell=f"{letters(index)}{number}"),
            )
            for index, value in row.items()
        }


def _columns(framework: Framework) -> dict[str, tuple[str, ...]]:
    """Give the columns that a list may have, each with its other spellings."""
    names = {f"{_NAME}.{language}": (f"{_NAME}_{language}",) for language in framework.languages}
    attributes = {key: (*attribute.was, *attribute.label.values()) for key, attribute in framework.organisation.items()}
    return {_CODE: (), _NAME: (), **names, **attributes, _FROM: (), _UNTIL: ()}


def _required(framework: Framework) -> list[str]:
    return [_CODE, *(key for key, attribute in framework.organisation.items() if attribute.required)]


def _row(cells: _Cells, keys: Mapping[int, str | None], name: str) -> _Row:
    texts, places = {}, {}
    for index, (text, place) in cells.items():
        key = keys.get(index)
        if key is not None:
            texts[key], places[key] = text, place
    return _Row(texts, places, next((place for _, place in cells.values()), Place(file=name)))


def _organisation(framework: Framework, row: _Row) -> Organisation | None:
    code = row.texts.get(_CODE, "")
    if not code:
        row.problems.append(EMPTY.at(row.at(_CODE), found=_CODE))
    elif len(code) > _LONGEST_CODE or not all(sign.isalnum() or sign in ".-_" for sign in code):
        row.problems.append(BAD_CODE.at(row.at(_CODE), found=code))
    names = {
        language: row.texts.get(f"{_NAME}.{language}") or row.texts.get(_NAME, "") for language in framework.languages
    }
    fallback = next((text for text in names.values() if text), "")
    if not fallback:
        row.problems.append(EMPTY.at(row.at(_NAME), found=_NAME))
    attributes = {}
    for key, attribute in framework.organisation.items():
        category = _category(framework, attribute, row, key)
        if category is not None:
            attributes[key] = category
    first = _quarter(row, _FROM) or framework.programme.starts
    last = _quarter(row, _UNTIL)
    if last is not None and last < first:
        row.problems.append(BACKWARDS.at(row.at(_UNTIL), found=last, first=first))
    if row.problems:
        return None
    return Organisation(code, {language: text or fallback for language, text in names.items()}, attributes, first, last)


def _category(framework: Framework, attribute: Attribute, row: _Row, key: str) -> str | None:
    text = row.texts.get(key, "")
    if not text:
        if attribute.required:
            row.problems.append(EMPTY.at(row.at(key), found=attribute.label))
        return None
    categories = framework.dimensions[attribute.dimension].categories
    spelled = {
        plain(spelling): name
        for name, category in categories.items()
        for spelling in (*category.was, name, *category.label.values())
    }
    if plain(text) not in spelled:
        close = get_close_matches(plain(text), spelled, 3)
        allowed = [categories[spelled[one]].label for one in close] or [
            category.label for category in categories.values()
        ][:12]
        row.problems.append(NO_CATEGORY.at(row.at(key), found=text, what=attribute.label, allowed=allowed))
        return None
    return spelled[plain(text)]


def _quarter(row: _Row, column: str) -> Quarter | None:
    text = row.texts.get(column, "")
    if not text:
        return None
    try:
        return Quarter.parse(text)
    except NotAQuarterError:
        row.problems.append(BAD_QUARTER.at(row.at(column), found=text))
        return None
