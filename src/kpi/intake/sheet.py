"""The cells of one sheet, taken as they stand in its XML, in whatever order.

Runs in the reader's child process, standard library alone. openpyxl's reading mode is not used because it drops cells
and rows that are out of order, does not tell a formula without a value from an empty cell, and stops at faulty parts
that nobody here looks at (filters, properties, themes).

A value is a text, number or boolean as JSON has them, or ``[kind, text]`` with the kind ``date``, ``datetime``,
``error`` (what a formula ended in), ``formula`` (never calculated) or ``bad_date``.
"""

import math
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from kpi.intake.package import MAIN, MAX_TEXT, Book, Refused, Texts, unescaped

MAX_ROWS, MAX_COLUMNS = 25_000, 300
MAX_CELLS, MAX_CHARACTERS, MAX_MARKS = 500_000, 16_000_000, 2_000
EXCEL_ROWS, EXCEL_COLUMNS = 1_048_576, 16_384
DAY = 86_400
#: 31 December 9999, the last day that Excel knows.
LAST_SERIAL = 2_958_465
#: Excel counts a 29 February 1900, which never was; the days before it stand one further on.
FALSE_LEAP_DAY = 60
DAYS_TO_1904 = 1_462
SHEET, ROW, CELL = MAIN + "worksheet", MAIN + "row", MAIN + "c"
VALUE, FORMULA = MAIN + "v", MAIN + "f"
NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,3})?")
USUAL_NUMBER, LONGEST_NUMBER = 15, 40
QUOTED = 200

Value = str | int | float | bool | list[str]


class UnreadableError(ValueError):
    """A cell's value is none that a spreadsheet program writes."""


@dataclass
class Room:
    """What the whole workbook may still take up."""

    cells: int = MAX_CELLS
    characters: int = MAX_CHARACTERS
    marks: int = MAX_MARKS

    def take(self, value: Value) -> None:
        """Count one value; refuse the file where there is no more room."""
        self.cells -= 1
        if isinstance(value, str):
            self.characters -= len(value)
        elif isinstance(value, list):
            self.characters -= len(value[1])
            self.marks -= value[0] in {"error", "formula", "bad_date"}
        if self.cells < 0:
            raise Refused("file.too_many_cells", found=MAX_CELLS)
        if self.characters < 0:
            raise Refused("file.too_much_text")
        if self.marks < 0:
            raise Refused("file.too_many_errors", found=MAX_MARKS)


@dataclass
class Cells:
    """Takes in a sheet's XML events; afterwards `rows` holds row → column → value, and `problems` what was wrong."""

    book: Book
    room: Room
    rows: dict[int, dict[int, Value]] = field(default_factory=dict)
    problems: list[dict[str, object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin before the first tag."""
        self._texts = Texts()
        #: Takes in the text between tags.
        self.characters = self._texts.characters
        self._columns: dict[str, int] = {}
        self._row, self._row_name, self._column = 0, "0", 0
        self._kind: str | None = "n"
        self._style: str | None = None
        self._value: str | None = None
        self._formula: str | None = None
        self._depth = 0
        self._beyond = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """A tag opens."""
        if tag == CELL:
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s")
            self._value = self._formula = None
            if self._texts.pieces:
                self._texts.take()
            self._column = self._place(attributes.get("r"))
        elif tag in {VALUE, FORMULA}:
            if self._texts.pieces:
                self._texts.take()
            self._texts.wanted = True
        elif tag == ROW:
            self._row = _row_number(attributes.get("r"), self._row + 1)
            self._row_name, self._column = str(self._row), 0
        elif self._depth == 0 and tag != SHEET:
            raise Refused("sheet.damaged")
        else:
            self._texts.start(tag, attributes)
        self._depth += 1

    def end(self, tag: str) -> None:
        """A tag closes."""
        self._depth -= 1
        if tag == VALUE:
            self._value, self._texts.wanted = self._texts.take(), False
        elif tag == FORMULA:
            self._formula, self._texts.wanted = self._texts.take(), False
        elif tag == CELL:
            # Most cells of a formatted sheet are empty.
            if self._value is not None or self._formula is not None or self._kind == "inlineStr":
                self._finish()
        else:
            self._texts.end(tag)

    def _place(self, reference: str | None) -> int:
        """Give the column of a cell, by its reference or as the next one."""
        if reference is None:
            return self._column + 1
        name = reference.rstrip("0123456789")
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = _column_number(name.upper())
        if column == 0 or reference[len(name) :] != self._row_name:
            raise Refused("sheet.damaged", cell=_plain(reference))
        return column

    def _finish(self) -> None:
        try:
            value = self._read()
        except UnreadableError:
            self._complain("cell.unreadable", found=_plain(self._value or ""))
            return
        if value is None or value == "":
            return
        if isinstance(value, str) and len(value) > MAX_TEXT:
            self._complain("cell.too_long", found=len(value))
            return
        if self._row > MAX_ROWS or self._column > MAX_COLUMNS:
            if not self._beyond:
                self._complain("sheet.too_large", rows=MAX_ROWS, columns=letters(MAX_COLUMNS))
            self._beyond = True
            return
        row = self.rows.setdefault(self._row, {})
        if self._row == 0 or self._column in row:
            raise Refused("sheet.damaged", cell=self._cell())
        self.room.take(value)
        row[self._column] = value

    def _read(self) -> Value | None:
        """Give the cell's value; None where it has none."""
        kind, value = self._kind, self._value
        if kind == "inlineStr":
            return unescaped(self._texts.take())
        if self._formula is not None and self._uncalculated(kind, value):
            return ["formula", "=" + self._formula[:QUOTED]]
        if value is None or (value == "" and kind != "str"):
            return None
        match kind:
            case "n":
                return self._number(value)
            case "s":
                return self._shared(value)
            case "str":
                return unescaped(value)
            case "b" if value in {"0", "1", "true", "false"}:
                return value in {"1", "true"}
            case "e":
                return ["error", value[:QUOTED]]
            case "d":
                return _iso(value)
        raise UnreadableError

    def _uncalculated(self, kind: str | None, value: str | None) -> bool:
        if value is None or value == "":
            return value is None or kind != "str"
        # A 0 in a workbook that asks to be calculated first may be no result at all: never take it for a zero.
        return self.book.stale and kind == "n" and value.strip() in {"0", "0.0"}

    def _number(self, text: str) -> Value:
        if len(text) <= USUAL_NUMBER and text.isdecimal() and text.isascii():
            number: float = int(text)
        else:
            number = _unusual_number(text.strip())
        duration = self.book.dates.get(self._style or "0")
        return number if duration is None else moment(number, duration=duration, from_1904=self.book.from_1904)

    def _shared(self, text: str) -> str:
        try:
            position = int(text[:QUOTED])
            if position < 0:
                raise UnreadableError
            return self.book.strings[position]
        except (IndexError, ValueError):
            raise UnreadableError from None

    def _complain(self, code: str, **found: object) -> None:
        self.room.marks -= 1
        if self.room.marks < 0:
            raise Refused("file.too_many_errors", found=MAX_MARKS)
        self.problems.append({"code": code, "cell": self._cell(), **found})

    def _cell(self) -> str:
        return f"{letters(self._column)}{self._row}"


def moment(number: float, *, duration: bool, from_1904: bool) -> Value:
    """Read a day number as Excel counts them, from 1900 or from 1904.

    Returns:
        ``["date", …]``, ``["datetime", …]`` to the second, a text ``h:mm:ss`` for a duration or a time without a day,
        or ``["bad_date", the number]`` where there is no such day.
    """
    if (duration and abs(number) <= LAST_SERIAL) or 0 < number < 1:
        seconds = round(abs(number) * DAY)
        return f"{'-' if number < 0 else ''}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if duration or not (0 if from_1904 else 1) <= number < LAST_SERIAL + 1 - (DAYS_TO_1904 if from_1904 else 0):
        return ["bad_date", str(number)]
    if from_1904:
        start = datetime(1904, 1, 1, tzinfo=UTC)
    else:
        start = datetime(1899, 12, 31 if number < FALSE_LEAP_DAY else 30, tzinfo=UTC)
    try:
        return _dated(start + timedelta(seconds=round(number * DAY)))
    except OverflowError:
        return ["bad_date", str(number)]


def _unusual_number(text: str) -> float:
    if len(text) > LONGEST_NUMBER or not NUMBER.fullmatch(text):
        raise UnreadableError
    number = int(text) if text.lstrip("+-").isdecimal() else float(text)
    if not math.isfinite(number):
        raise UnreadableError
    return number


def letters(column: int) -> str:
    """Name a column: 1 → A, 28 → AB."""
    name = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _column_number(name: str) -> int:
    """Give a column's number, 0 where there is none of that name."""
    if not re.fullmatch("[A-Z]{1,3}", name):
        return 0
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number if number <= EXCEL_COLUMNS else 0


def _row_number(name: str | None, following: int) -> int:
    number = following if name is None else int(name) if re.fullmatch("[0-9]{1,7}", name) else 0
    if not 1 <= number <= EXCEL_ROWS:
        raise Refused("sheet.damaged", cell=_plain(name or str(following)))
    return number


def _iso(text: str) -> Value:
    """Read a date, a date with a time, or a time without a day, written out."""
    text = text.strip()[:QUOTED]
    with suppress(ValueError):
        return _dated(datetime.fromisoformat(text))
    try:
        when = time.fromisoformat(text)
    except ValueError:
        raise UnreadableError from None
    return f"{when.hour}:{when.minute:02}:{when.second:02}"


def _dated(when: datetime) -> Value:
    when = when.replace(tzinfo=None)
    if when.time() == datetime.min.time():
        return ["date", when.date().isoformat()]
    return ["datetime", when.isoformat(timespec="seconds")]


def _plain(text: str) -> str:
    """Give a text short and printable, to be quoted."""
    return "".join(character if character.isprintable() else "?" for character in text[:60])
