"""The days of a row: whether what it reports happened in the time reported."""

from collections.abc import Iterator
from datetime import date

from kpi.framework.model import FormTime
from kpi.intake.rows import Reading
from kpi.problems import N_, Fault, Problem, Severity

BEFORE_QUARTER = Fault(
    "row.date_before_quarter",
    N_("{found} lies before the time reported, which begins on {first}."),
    N_("Check whether it was reported for its own quarter: what happened belongs to the quarter of its date."),
    Severity.WARNING,
)
AFTER_QUARTER = Fault(
    "row.date_after_quarter",
    N_("{found} lies after the time reported, which ends on {last}."),
    N_("Correct the date; what happens later is reported then."),
)


def days_rule(reading: Reading) -> Iterator[Problem]:
    """What happened lies in the time reported; in a stock, which goes back as far as it likes, not after it."""
    form = reading.layout.form
    first, last = _begins(reading), reading.scope.quarter.ends
    for key in reading.layout.columns:
        written = reading.values.get(key)
        if not form.says_when(key) or not isinstance(written, str):
            continue
        day = date.fromisoformat(written)
        if day > last:
            yield reading.at(AFTER_QUARTER, key, found=day, last=last)
        elif day < first and form.time is FormTime.FLOW:
            yield reading.at(BEFORE_QUARTER, key, found=day, first=first)


def _begins(reading: Reading) -> date:
    """Give the first day that a flow form covers: a half-yearly one covers two quarters."""
    first = reading.scope.quarter
    while not reading.layout.form.due.in_quarter(first + -1):
        first += -1
    return first.starts
