"""A whole return: raw cells in, content and everything that is wrong with it out."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kpi.framework.model import Form, FormKind, Framework
from kpi.intake.cells import Scope, text_of
from kpi.intake.check_row import check_row
from kpi.intake.choices import choices_for
from kpi.intake.fields import fields
from kpi.intake.numbers import shown
from kpi.intake.raw import RawForm, RawReturn, RawRow
from kpi.intake.rows import Layout, is_blank_row, place_in
from kpi.intake.words import is_blank, state_of
from kpi.problems import N_, Fault, Place, Problem, Severity
from kpi.records import FormState, Record, ReportedForm, ReturnContent, text_key

FORM_ABSENT = Fault(
    "form.absent", N_("“{form}” is not in this return."), N_("Fill it in, or say that there is nothing to report.")
)
FORM_UNKNOWN = Fault("form.unknown", N_("There is no form “{found}”."), N_("Download a new template."))
FORM_NOT_ASKED = Fault(
    "form.not_asked",
    N_("“{form}” is not asked of this organisation, but it is filled in."),
    N_("Clear it; if it should be asked, tell the Centre."),
)
FORM_NOT_DUE = Fault(
    "form.not_due", N_("“{form}” is not due for {quarter}, but it is filled in."), N_("Report it when it is due.")
)
FORM_NEEDLESS = Fault(
    "form.needless", N_("“{form}” is not asked for here; it is left aside."), severity=Severity.WARNING
)
NO_STATE = Fault(
    "form.no_state",
    N_("“{form}” is empty."),
    N_("Fill it in, or say at its top that there is nothing to report or that it is not applicable."),
)
UNKNOWN_STATE = Fault(
    "form.unknown_state",
    N_("“{found}” is not one of the answers offered at the top of “{form}”."),
    N_("Choose: reported, nothing to report, or not applicable."),
)
ROWS_DESPITE_STATE = Fault(
    "form.rows_despite_state",
    N_("“{form}” says “{found}”, but {count} of its rows are filled in."),
    N_("Clear the rows, or choose “reported” at its top."),
)
REPORTED_EMPTY = Fault(
    "form.reported_empty",
    N_("“{form}” says that it is reported, but nothing is filled in."),
    N_("Fill it in, or choose “nothing to report” or “not applicable” at its top."),
)
ONE_ROW = Fault("form.one_row", N_("“{form}” has one row, and this is another."), N_("Leave one row only."))
DUPLICATE_KEY = Fault(
    "row.duplicate_key",
    N_("“{found}” stands in more than one row of “{form}”."),
    N_("Give each row a name of its own, or join the rows."),
)
DUPLICATE_ROW = Fault(
    "row.duplicate_row", N_("The row “{found}” of “{form}” is there more than once."), N_("Leave it once only.")
)
UNKNOWN_ROW = Fault(
    "row.unknown_row", N_("“{found}” is not a row of “{form}” for {quarter}."), N_("Keep to the rows of the template.")
)
ROW_EMPTY = Fault(
    "row.empty", N_("The row “{row}” of “{form}” is empty."), N_("Fill it in, with 0 where there was nothing.")
)


@dataclass(frozen=True)
class Checked:
    """What could be understood, and everything that is wrong.

    Where there are errors among the problems, the content is what remains after them: good for a
    preview, never for the store.
    """

    content: ReturnContent
    problems: tuple[Problem, ...]


def check(
    framework: Framework,
    raw: RawReturn,
    *,
    attributes: Mapping[str, str],
    approved: Mapping[str, Sequence[Record]] | None = None,
) -> Checked:
    """Check a return of an organisation with these attributes against the framework.

    `approved` are the organisation's last approved rows, by form: with them columns that others fill in are compared.
    Problems come form by form, in the order of the sheet.
    """
    asked = framework.asked_forms(attributes, raw.quarter)
    registers = {key: _keys(form, raw.forms[key]) for key, form in asked.items() if form.key and key in raw.forms}
    scope = Scope(framework, raw.quarter, choices_for(framework, raw.quarter), registers)
    problems = list(_not_asked(framework, raw, asked))
    content: dict[str, ReportedForm] = {}
    for key, form in asked.items():
        if key in raw.forms:
            layout = replace(
                Layout.of(key, form, tuple(fields(framework, form, raw.quarter))),
                left=form.left_to_others(attributes, raw.quarter),
                approved=None if approved is None else {one.key or "": one.cells for one in approved.get(key, ())},
            )
            content[key], found = _form(scope, layout, raw.forms[key])
            problems.extend(found)
        else:
            content[key] = ReportedForm(FormState.MISSING)
            problems.append(FORM_ABSENT.at(Place(form=key), form=form.label))
    return Checked(ReturnContent(content), tuple(problems))


def _keys(form: Form, raw: RawForm) -> dict[str, str]:
    """Give a register's rows as refs point to them: key → as written."""
    written = (text_of(row.cells[form.key].value) for row in raw.rows if form.key and form.key in row.cells)
    return {text_key(text): text for text in sorted(written, reverse=True) if text}


def _not_asked(framework: Framework, raw: RawReturn, asked: Mapping[str, Form]) -> Iterator[Problem]:
    for key, form in raw.forms.items():
        if key in asked:
            continue
        place = replace(form.place, form=key)
        known = framework.forms.get(key)
        filled = any(not is_blank_row(row) for row in form.rows)
        if known is None:
            yield FORM_UNKNOWN.at(place, found=shown(key))
        elif not filled:
            yield FORM_NEEDLESS.at(place, form=known.label)
        elif known.due_in(raw.quarter):
            yield FORM_NOT_ASKED.at(place, form=known.label)
        else:
            yield FORM_NOT_DUE.at(place, form=known.label, quarter=raw.quarter)


def _form(scope: Scope, layout: Layout, raw: RawForm) -> tuple[ReportedForm, list[Problem]]:
    place = replace(raw.state.place if raw.state.place.cell else raw.place, form=layout.key)
    label, said = layout.form.label, shown(raw.state.value)
    rows = sorted((row for row in raw.rows if not is_blank_row(row)), key=lambda row: row.position)
    state = None
    problems: list[Problem] = []
    if not is_blank(raw.state.value):
        state = state_of(text_of(raw.state.value), scope.framework.languages)
        if state is None:
            problems.append(UNKNOWN_STATE.at(place, form=label, found=said))
    if not rows:
        if state is None and not problems:
            problems.append(NO_STATE.at(place, form=label))
        elif state is FormState.REPORTED:
            problems.append(REPORTED_EMPTY.at(place, form=label))
        return ReportedForm(state or FormState.MISSING), problems
    if state not in {None, FormState.REPORTED}:
        problems.append(ROWS_DESPITE_STATE.at(place, form=label, found=said, count=len(rows)))
    records, found = (_register if layout.form.kind is FormKind.REGISTER else _grid)(scope, layout, rows)
    if layout.form.kind is FormKind.GRID and layout.form.rows:
        found.extend(_empty_rows(scope, layout, raw, records))
    return ReportedForm(FormState.REPORTED, tuple(records)), problems + found


def _register(scope: Scope, layout: Layout, rows: Sequence[RawRow]) -> tuple[list[Record], list[Problem]]:
    records: list[Record] = []
    problems: list[Problem] = []
    key = layout.form.key
    for position, row in enumerate(rows, start=1):
        cells, found = check_row(scope, layout, row)
        name = cells.get(key) if key else None
        records.append(Record(position, text_key(name) if isinstance(name, str) else None, cells))
        problems.extend(found)
    times = Counter(record.key for record in records if record.key is not None)
    for record, row in zip(records, rows, strict=True):
        if key and record.key is not None and times[record.key] > 1:
            place = place_in(layout.key, row, key)
            problems.append(DUPLICATE_KEY.at(place, found=shown(record.cells[key]), form=layout.form.label))
    return records, problems


def _grid(scope: Scope, layout: Layout, rows: Sequence[RawRow]) -> tuple[list[Record], list[Problem]]:
    read: list[tuple[str | None, RawRow]] = []
    problems: list[Problem] = []
    for row in rows:
        key = _grid_key(scope, layout, row)
        if isinstance(key, Problem):
            problems.append(key)
        else:
            read.append((key, row))
    order = list(scope.choices[layout.form.rows].current) if layout.form.rows else []
    read.sort(key=lambda one: (order.index(one[0]) if one[0] else 0, one[1].position))
    times = Counter(key for key, _ in read)
    records: list[Record] = []
    for key, row in read:
        cells, found = check_row(scope, layout, row)
        records.append(Record(len(records) + 1, key, cells))
        problems.extend(found)
        if times[key] > 1:
            place = place_in(layout.key, row)
            if key and layout.form.rows:
                label = scope.choices[layout.form.rows].label(key)
                problems.append(DUPLICATE_ROW.at(place, found=label, form=layout.form.label))
            else:
                problems.append(ONE_ROW.at(place, form=layout.form.label))
    return records, problems


def _grid_key(scope: Scope, layout: Layout, row: RawRow) -> str | Problem | None:
    """Give the category of a grid's row; none for a grid of one row."""
    if layout.form.rows is None:
        return None
    choices = scope.choices[layout.form.rows]
    if row.key in choices.current:
        return row.key
    named = choices.named(row.key or "") & choices.current.keys()
    if len(named) == 1:
        return next(iter(named))
    place = place_in(layout.key, row)
    return UNKNOWN_ROW.at(place, found=shown(row.key or ""), form=layout.form.label, quarter=scope.quarter)


def _empty_rows(scope: Scope, layout: Layout, raw: RawForm, records: Sequence[Record]) -> Iterator[Problem]:
    """A grid's rows may be left empty, unless a column of it is required."""
    columns = layout.form.current(scope.quarter).values()
    if not layout.form.rows or not any(column.required and column.weight is None for column in columns):
        return
    choices = scope.choices[layout.form.rows]
    filled = {record.key for record in records}
    places = {row.key: place_in(layout.key, row) for row in raw.rows}
    for key in choices.current:
        if key not in filled:
            place = places.get(key, replace(raw.place, form=layout.key))
            yield ROW_EMPTY.at(place, row=choices.label(key), form=layout.form.label)
