"""What is different in a return, row by row, and what its rows are called."""

from collections.abc import Iterator, Sequence

from kpi.differences import FormChange, Kind, RowChange
from kpi.framework.model import Form, FormKind, Framework
from kpi.intake.fields import Field, fields
from kpi.intake.shown import recorded
from kpi.language import pick, tr, whole
from kpi.present.desk import flag
from kpi.present.html import Html, el, table
from kpi.present.returned import form_state
from kpi.present.sources import cell_text, field_label
from kpi.present.words import NOTHING
from kpi.present.written import as_written
from kpi.problems import N_
from kpi.quarter import Quarter
from kpi.records import Record, ReturnContent
from kpi.review import Reviewed

_KINDS = {Kind.ADDED: ("+", N_("new")), Kind.REMOVED: ("−", N_("gone")), Kind.CHANGED: ("≠", N_("changed"))}
_MOST_CELLS = 4
#: So many changed rows of a form are shown at once.
_AT_ONCE = 12


def changes(framework: Framework, found: Reviewed, language: str) -> Html:
    """Show form by form what is said differently than in the revision that it is compared with."""
    shown = [
        _form_changes(framework, key, change, found, language)
        for key, change in found.changes.items()
        if key in framework.forms
    ]
    if not shown:
        return el("p", tr(N_("Every row says the same."), language), class_="k-note")
    return el("div", *shown)


def _form_changes(framework: Framework, key: str, change: FormChange, found: Reviewed, language: str) -> Html:
    form = framework.forms[key]
    name, state = pick(form.label, language), None
    if change.before is not change.after:
        was, is_ = form_state(change.before, language), form_state(change.after, language)
        state = el("p", whole(N_("was “{before}”, is “{after}” now"), language, before=was, after=is_), class_="k-note")
    told = _Told(framework, form, found.head.quarter, found.content, language)
    rows = [told.row(one) for one in change.rows]
    more = el("summary", whole(N_("Show {count} more"), language, count=len(rows) - _AT_ONCE))
    folded = (
        el("details", more, _rows(name, rows[_AT_ONCE:], language), class_="k-fold") if len(rows) > _AT_ONCE else None
    )
    return el(
        "section",
        el("h3", name),
        state,
        _rows(name, rows[:_AT_ONCE], language) if rows else None,
        folded,
    )


def _rows(name: str, rows: Sequence[Html], language: str) -> Html:
    heads = [tr(head, language) for head in (N_("Row"), N_("What happened"), N_("Says"))]
    top = el("thead", el("tr", *(el("th", head, scope="col") for head in heads)))
    return table(name, top, el("tbody", *rows), class_="k-table k-returns k-changes")


class _Told:
    """What the rows of one form say, in words."""

    def __init__(
        self, framework: Framework, form: Form, quarter: Quarter, content: ReturnContent, language: str
    ) -> None:
        self._framework, self._form, self._language = framework, form, language
        self._fields: list[Field] = list(fields(framework, form, quarter))
        self._beside = {key: said.records for key, said in content.forms.items()}

    def row(self, change: RowChange) -> Html:
        sign, word = _KINDS[change.kind]
        record = change.after or change.before
        said = self._differing(change) if change.kind is Kind.CHANGED else self._whole(record)
        return el(
            "tr",
            el("th", self._own(self.name(record)), scope="row"),
            el("td", flag(sign, tr(word, self._language))),
            el("td", *said),
        )

    def name(self, record: Record | None) -> str:
        """Name a row by its category, its key, or what stands in it first."""
        if record is None:
            return NOTHING
        if self._form.kind is FormKind.GRID and self._form.rows is not None:
            known = self._framework.dimensions[self._form.rows].categories
            return pick(known[record.key].label, self._language) if record.key in known else record.key or NOTHING
        texts = (self._text(field, record) for field in self._fields)
        return next((text for text in texts if text), NOTHING)

    def _differing(self, change: RowChange) -> Iterator[Html]:
        for field in self._fields:
            if field.column_key not in change.columns:
                continue
            before, after = self._text(field, change.before), self._text(field, change.after)
            if before != after:
                yield el(
                    "div",
                    el("span", field_label(field, self._language), class_="k-cell-name"),
                    el("del", self._own(before or NOTHING)),
                    " → ",
                    el("ins", self._own(after or NOTHING)),
                )

    def _whole(self, record: Record | None) -> Iterator[Html]:
        told = [(field, self._text(field, record)) for field in self._fields]
        said = [(field, text) for field, text in told if text][1 : _MOST_CELLS + 1]
        for field, text in said:
            yield el("div", el("span", field_label(field, self._language), class_="k-cell-name"), self._own(text))

    def _own(self, text: str) -> str:
        return as_written(text, self._language, self._framework)

    def _text(self, field: Field, record: Record | None) -> str:
        if record is None:
            return ""
        value = recorded(self._framework, field, record.cells, self._language, others=self._beside)
        return cell_text(value, self._language)


def row_name(framework: Framework, found: Reviewed, form: str, position: int, language: str) -> str:
    """Name a row of the return."""
    return row_of(framework, found.head.quarter, found.content, (form, position), language)


def row_of(framework: Framework, quarter: Quarter, content: ReturnContent, at: tuple[str, int], language: str) -> str:
    """Name the row of a content that stands in a form at a position, counted from 1."""
    form, position = at
    told = _Told(framework, framework.forms[form], quarter, content, language)
    records = {one.position: one for one in content.forms[form].records}
    return f"{position}. {told.name(records.get(position))}"
