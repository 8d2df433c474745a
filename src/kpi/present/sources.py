"""Where a figure comes from: the returns it is made of, and the rows of one of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from kpi.behind import Behind
from kpi.figures import Contribution, StoredRecord, StoredReturn
from kpi.framework.model import Category, Framework
from kpi.harmless import harmless
from kpi.intake.fields import Field, fields
from kpi.intake.raw import Scalar
from kpi.intake.shown import recorded
from kpi.language import day, number, pick, quarter_short, tr, whole
from kpi.measure.model import Organisation, State
from kpi.present.html import Html, el, table
from kpi.present.table import Cell, Number, Table
from kpi.present.words import NOTHING, of
from kpi.problems import N_
from kpi.quarter import Quarter
from kpi.records import Record
from kpi.script import alphabetical

_CHANNELS = {"workbook": N_("workbook"), "form": N_("web form"), "import": N_("import")}


def returns_table(  # noqa: PLR0913 (what a row says comes from all of these)
    framework: Framework,
    indicator: str,
    found: Sequence[Contribution],
    *,
    names: Mapping[str, Organisation],
    files: Mapping[int, str],
    language: str,
) -> Html:
    """List the returns behind a figure, the newest first, each with what it adds."""
    heads = (N_("Organisation"), N_("Quarter"), N_("Adds to the figure"), N_("Revision"), N_("Approved"), N_("File"))
    rows, carried = [], tr(N_("carried forward"), language)
    for each in in_order(found, names, language):
        source = each.source
        cells = (
            quarter_short(source.quarter, language) + (f" · {carried}" if each.carried else ""),
            _adds(framework, indicator, each, language),
            str(source.revision),
            _approved(source, language),
            files.get(source.file_id or 0, tr(_CHANNELS.get(source.channel.value, ""), language)),
        )
        rows.append(
            el(
                "tr",
                el("th", organisation(names, source.organisation, language), scope="row"),
                *(
                    el("td", cell, data_label=tr(head, language), class_="k-right" if head == heads[2] else None)
                    for head, cell in zip(heads[1:], cells, strict=True)
                ),
            )
        )
    top = [el("th", tr(head, language), scope="col", class_="k-right" if head == heads[2] else None) for head in heads]
    name = whole(N_("Returns that this figure is made of: {count}"), language, count=len(found))
    return table(name, el("thead", el("tr", *top)), el("tbody", *rows), class_="k-table k-returns")


def in_order(found: Iterable[Contribution], names: Mapping[str, Organisation], language: str) -> list[Contribution]:
    """Put returns in the order in which people look for them: the newest first, those of a quarter by name."""
    return sorted(
        found,
        key=lambda each: (
            -each.source.quarter.ordinal,
            alphabetical(organisation(names, each.source.organisation, language), language),
        ),
    )


def by_name(organisations: Iterable[Organisation], language: str) -> list[Organisation]:
    """Put organisations in alphabetical order."""
    return sorted(organisations, key=lambda one: alphabetical(pick(one.name, language), language))


def organisation(names: Mapping[str, Organisation], code: str, language: str) -> str:
    """Name an organisation; by its code where it is not in the list."""
    return pick(names[code].name, language) if code in names else code


def _adds(framework: Framework, indicator: str, each: Contribution, language: str) -> str:
    value = each.value
    if value.state is State.NOT_APPLICABLE:
        return tr(N_("not applicable"), language)
    if value.state is State.NOT_PUBLISHED:
        return tr(N_("not published"), language)
    if value.denominator is None:
        return of(framework, indicator, value.value, language)
    top, bottom = value.numerator, value.denominator
    return f"{_plain(top, language)} ÷ {_plain(bottom, language)}"


def _plain(value: Fraction | None, language: str) -> str:
    return NOTHING if value is None else number(value, language)


def _approved(source: StoredReturn, language: str) -> str:
    if source.state.value == "approved" and source.approved_at is not None:
        by = f" · {source.approved_by}" if source.approved_by else ""
        return f"{day(source.approved_at, language)}{by}"
    return tr(N_("submitted, not yet approved"), language)


def rows_table(
    framework: Framework, form: str, quarter: Quarter, found: Sequence[StoredRecord], language: str
) -> dict[str, list[str]]:
    """Give the rows of a form as columns of texts, by the label of each column; a grid's rows are named first.

    The table that shows them can be taken away as CSV: nothing in it is a formula.

    `found` are all rows of one return: a column may point to the rows of another form.
    """
    rows = _cells(framework, form, quarter, found, language)
    heads = dict.fromkeys(label for _, cells in rows for label in cells)
    first = _row_label(framework, form, language)
    texts = {label: [cell_text(cells.get(label), language) for _, cells in rows] for label in heads}
    return {
        label: [str(harmless(text)) for text in column]
        for label, column in texts.items()
        if any(column) or label == first
    }


def _cells(
    framework: Framework, form: str, quarter: Quarter, found: Sequence[StoredRecord], language: str
) -> list[tuple[StoredRecord, dict[str, Scalar]]]:
    """Give the rows of a form in one return, each with what stands in it, by the label of each column."""
    entry = framework.forms[form]
    beside: dict[str, list[Record]] = {}
    for row in found:
        beside.setdefault(row.form, []).append(Record(row.position, row.key, row.cells))
    named = list(fields(framework, entry, quarter))
    first, known = _row_label(framework, form, language), _row_names(framework, form)
    rows = []
    for row in found:
        if row.form != form:
            continue
        cells: dict[str, Scalar] = {}
        if first is not None:
            key = row.key or ""
            cells[first] = pick(known[key].label, language) if key in known else key
        for field in named:
            cells[field_label(field, language)] = recorded(framework, field, row.cells, language, others=beside)
        rows.append((row, cells))
    return rows


def _row_label(framework: Framework, form: str, language: str) -> str | None:
    rows = framework.forms[form].rows
    return None if rows is None else pick(framework.dimensions[rows].label, language)


def _row_names(framework: Framework, form: str) -> Mapping[str, Category]:
    rows = framework.forms[form].rows
    return {} if rows is None else framework.dimensions[rows].categories


def all_rows(
    framework: Framework, found: Behind, names: Mapping[str, Organisation], title: str, language: str
) -> Table:
    """Give all rows that a part of a figure is made of: whose each is, of which return, what it adds, what it says."""
    by_return: dict[int, list[StoredRecord]] = {}
    for row in found.others:
        by_return.setdefault(row.return_id, []).append(row)
    adds = {(row.return_id, row.position): each for row, each in zip(found.rows, found.adds, strict=True)}
    said = [
        (row, cells)
        for there in by_return.values()
        for row, cells in _cells(framework, found.part.form, there[0].quarter, there, language)
        if (row.return_id, row.position) in adds
    ]
    labels = [
        label
        for label in dict.fromkeys(label for _, cells in said for label in cells)
        if any(cells.get(label) not in {None, ""} for _, cells in said)
    ]
    heads = (N_("Organisation"), N_("Code"), N_("Quarter"), N_("Return"), N_("Row"), N_("Adds to the figure"))
    carried = tr(N_("carried forward"), language)
    rows: list[Sequence[Cell]] = []
    for row, cells in said:
        late = f" · {carried}" if row.return_id in found.carried else ""
        adds_ = adds[row.return_id, row.position]
        rows.append(
            [
                organisation(names, row.organisation, language),
                row.organisation,
                f"{row.quarter}{late}",
                Number(str(row.return_id), row.return_id),
                Number(str(row.position), row.position),
                Number(number(adds_, language), adds_),
                *(_cell(cells.get(label), language) for label in labels),
            ]
        )
    return Table(title, [*(tr(head, language) for head in heads), *labels], rows)


def _cell(value: Scalar, language: str) -> Cell:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Number(cell_text(value, language), value)
    return cell_text(value, language)


def field_label(field: Field, language: str) -> str:
    """Name a cell of a form's rows."""
    label = pick(field.column.label, language)
    if field.is_currency:
        named = tr(N_("currency"), language)
        return f"{label} ({named})"
    return f"{label}: {pick(field.category.label, language)}" if field.category else label


def cell_text(value: Scalar, language: str) -> str:
    """Write what stands in a cell."""
    match value:
        case None:
            return ""
        case str():
            return value
        case date():
            return day(value, language)
        case _:
            return number(value, language)
