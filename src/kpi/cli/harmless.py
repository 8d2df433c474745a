"""CSV that a spreadsheet can open without running anything.

A spreadsheet takes a text that begins with ``=``, ``+``, ``-`` or ``@`` for a formula, whatever quotes stand around it
in the file. Such texts get an apostrophe before them; numbers, negative ones too, stay numbers. JSON is read by
programs and stays as it is.
"""

import csv
import re
import sys
from collections.abc import Iterable, Mapping, Sequence

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def harmless(value: object) -> object:
    """Give a value as it may stand in a cell of CSV."""
    if isinstance(value, str) and value.startswith(_BEGINS_A_FORMULA) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def write_csv(fields: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows to standard output."""
    writer = csv.DictWriter(sys.stdout, fields, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: harmless(value) for name, value in row.items()})
