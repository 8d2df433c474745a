"""What an organisation changed in a column that others fill in: for the reviewer to see, not to keep the return out."""

from collections.abc import Iterator, Mapping

from kpi.intake.check_money import kept
from kpi.intake.fields import Field
from kpi.intake.rows import Reading
from kpi.intake.shown import recorded
from kpi.problems import N_, Fault, Own, Problem, Severity
from kpi.records import Cells, is_not_applicable, text_key

CHANGED = Fault(
    "row.given_by_others",
    N_("“{column}” was {stood} when last approved; now it is {found}."),
    N_("This is given by: {who}. Put back what stood there; if the change is right, the reviewer will see it."),
    Severity.WARNING,
)
EMPTY = N_("empty")


def given_rule(reading: Reading) -> Iterator[Problem]:
    """What others give stays as it was last approved; in a new row it stays empty."""
    layout = reading.layout
    if layout.approved is None or not layout.left:
        return
    stood = layout.approved.get(text_key(str(reading.values.get(layout.form.key or "", ""))), {})
    for key in layout.columns:
        for field in layout.columns[key] if key in layout.left else ():
            before, now = _stored(stood, field), kept(reading, field)
            if field.key not in reading.faulty and before != now:
                values = {"stood": _said(reading, field, before), "found": _said(reading, field, now)}
                who = reading.scope.framework.labels_of(field.column.given_by)
                yield reading.about(CHANGED, field, who=who, **values)


def _stored(cells: Cells, field: Field) -> object:
    """Give what a record holds in a field; none where it is empty."""
    value = cells.get(field.column_key)
    if field.category_key is not None and isinstance(value, Mapping) and not is_not_applicable(value):
        return value.get(field.category_key)
    return value


def _said(reading: Reading, field: Field, value: object) -> object:
    """Put a value as it is kept into the words of the sheet."""
    match value:
        case None:
            return Own(EMPTY)
        case {"amount": amount, "currency": currency}:
            return f"{amount} {currency}"
    framework = reading.scope.framework
    cells = {field.column_key: value if field.category_key is None else {field.category_key: value}}
    said = {one: recorded(framework, field, cells, one, others={}) for one in framework.languages}
    first = next(iter(said.values()))
    return said if isinstance(first, str) else first
