"""CSV that a spreadsheet can open without running anything.

A spreadsheet takes a text that begins with ``=``, ``+``, ``-`` or ``@`` for a formula, whatever quotes stand around it
in the file. Such texts get an apostrophe before them; numbers, negative ones too, stay numbers. JSON is read by
programs and stays as it is.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def harmless(value: object) -> object:
    """Give a value as it may stand in a cell of CSV."""
    if isinstance(value, str) and value.startswith(_BEGINS_A_FORMULA) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def csv_of(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table as CSV: a line of heads, then the rows."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([harmless(head) for head in heads])
    writer.writerows([harmless(value) for value in row] for row in rows)
    return written.getvalue()
