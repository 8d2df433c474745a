"""CSV that a spreadsheet can open without running anything.

A spreadsheet takes a text that begins with ``=``, ``+``, ``-`` or ``@`` for a formula, whatever quotes stand around it
in the file. Such texts get an apostrophe before them; numbers, negative ones too, stay numbers. So does what would
begin a cell were the file split elsewhere: where the comma separates decimals, spreadsheets split at semicolons. JSON
is read by programs and stays as it is.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
#: A cell may begin behind each of these, with or without quotes of its own.
_BEGINS_A_CELL = re.compile(r"""([;\t\r\n]["']*)(?=[=+\-@])""")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def harmless(value: object) -> object:
    """Give a value as it may stand in a cell of CSV."""
    if not isinstance(value, str) or _NUMBER.fullmatch(value):
        return value
    within = _BEGINS_A_CELL.sub(r"\1'", value)
    return f"'{within}" if value.startswith(_BEGINS_A_FORMULA) else within


def csv_of(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table as CSV: a line of heads, then the rows."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([harmless(head) for head in heads])
    writer.writerows([harmless(value) for value in row] for row in rows)
    return written.getvalue()
