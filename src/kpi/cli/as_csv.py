"""CSV on standard output."""

import sys
from collections.abc import Iterable, Mapping, Sequence

from kpi.harmless import csv_of


def write_csv(fields: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows to standard output, such that a spreadsheet runs nothing of them."""
    sys.stdout.write(csv_of(fields, ([row.get(name, "") for name in fields] for row in rows)))
