"""The cells of a register's rows in words: what people wrote stays text, only the web's own addresses become links."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kpi.framework.model import Category, Column, ColumnType, Framework
from kpi.intake.words import NO_LABEL, NOT_APPLICABLE_LABEL, YES_LABEL
from kpi.language import day, language_name, money, number, pick, tr, whole
from kpi.measure.rows import Rows
from kpi.present.html import Html, el, join
from kpi.present.words import quoted
from kpi.present.written import as_written
from kpi.problems import N_
from kpi.records import Record, is_not_applicable
from kpi.registers import Entry
from kpi.script import written_in

#: From so many letters on a text is folded where only its beginning is needed.
_LONG = 260


def label(framework: Framework, form: str, name: str, language: str) -> str:
    """Name a column."""
    return pick(framework.forms[form].columns[name].label, language)


def words(framework: Framework, entry: Entry, name: str, language: str) -> str:
    """Give a cell as text; nothing where it is empty."""
    column, cell = framework.forms[entry.form].columns[name], entry.cells.get(name)
    if cell is None:
        return ""
    if is_not_applicable(cell):
        return tr(NOT_APPLICABLE_LABEL, language)
    if column.spread is None or not isinstance(cell, Mapping):
        return _one(framework, entry, name, None, cell, language)
    known = framework.dimensions[column.spread].categories
    parts = [
        f"{pick(known[key].label, language) if key in known else key}: "
        f"{_one(framework, entry, name, key, part, language)}"
        for key, part in cell.items()
        if part is not None
    ]
    return " · ".join(parts)


def shown(framework: Framework, entry: Entry, name: str, language: str) -> str:
    """Give a cell for a page: an address as a link."""
    said = words(framework, entry, name, language)
    if framework.forms[entry.form].columns[name].type is ColumnType.LINK or is_address(said):
        return linked(said, said)
    return as_written(said, language, framework)


def linked(address: str, name: str) -> str:
    """Make a link of an address where it is one of the web; else give its name."""
    if not is_address(address):
        return name
    return el("a", name, href=address, target="_blank", rel="noopener noreferrer", class_="k-link")


def is_address(text: str) -> bool:
    """Tell whether a text is one address of the web and nothing else."""
    return text.startswith(("https://", "http://")) and not any(letter.isspace() for letter in text)


def long_text(framework: Framework, text: str, language: str) -> Html:
    """Show a text in its lines; a very long one opens when it is asked for, and one in another language says so."""
    other = written_in(text, language, framework.languages) or None
    note = whole(N_("({language}, as reported)"), language, language=language_name(other, language)) if other else None
    beneath = el("small", note, class_="k-quiet") if note else None
    if len(text) <= 3 * _LONG:
        return join(el("p", text, class_="k-told", lang=other), beneath or "")
    cut = text[:_LONG].rsplit(" ", 1)[0]
    begins = el("span", cut, "…", class_="k-told", lang=other)
    more = el("summary", begins, " ", el("u", tr(N_("Read on"), language)))
    return el("details", more, el("p", text, class_="k-told", lang=other), beneath, class_="k-long")


def searched(framework: Framework, entry: Entry, language: str) -> str:
    """Give all the words of a row, its organisation's name with them, as a search compares them."""
    columns = framework.forms[entry.form].columns
    said = (words(framework, entry, name, language) for name in columns)
    return " ".join([entry.organisation, *entry.name.values(), *said]).casefold()


def category(framework: Framework, column: Column, key: object) -> Category | None:
    """Give the category that a choice names."""
    known = framework.dimensions[column.dimension].categories if column.dimension else {}
    return known.get(key) if isinstance(key, str) else None


def ratings(
    framework: Framework, entry: Entry, name: str
) -> Iterator[tuple[Category | None, Sequence[Category], Category | None]]:
    """Give a rating's cells: the category of its spread, the steps of its scale, and the one that was given."""
    column, cell = framework.forms[entry.form].columns[name], entry.cells.get(name)
    spread = framework.dimensions[column.spread].categories if column.spread else {None: None}
    for key, one in spread.items():
        scale = column.scale_of(key)
        steps = framework.dimensions[scale].categories if scale else {}
        given = cell.get(key) if column.spread and isinstance(cell, Mapping) else cell
        yield one, tuple(steps.values()), steps.get(given) if isinstance(given, str) else None


def amount(framework: Framework, entry: Entry, name: str) -> Fraction | None:
    """Give an amount in the main currency; none where the cell holds none."""
    cell = entry.cells.get(name)
    if not isinstance(cell, Mapping) or "amount" not in cell:
        return None
    return _converted(framework, entry, name, cell)


def _converted(framework: Framework, entry: Entry, name: str, cell: Mapping[str, Any]) -> Fraction:
    rows = Rows(framework, framework.forms[entry.form], entry.quarter)
    return Fraction(rows.number(Record(entry.position, entry.key, entry.cells), name, cell, None), 100)


def _one(  # noqa: PLR0913, PLR0917 (a value is understood by all of these)
    framework: Framework,
    entry: Entry,
    name: str,
    spread: str | None,
    value: Any,  # noqa: ANN401 (a cell holds what its column's type says)
    language: str,
) -> str:
    column = framework.forms[entry.form].columns[name]
    match column.type:
        case ColumnType.MONEY if isinstance(value, Mapping) and "amount" in value:
            return _money(framework, entry, name, value, language)
        case ColumnType.DECIMAL | ColumnType.COUNT:
            return exact(Decimal(str(value)), language)
        case ColumnType.DATE:
            return day(date.fromisoformat(str(value)), language)
        case ColumnType.YES_NO:
            return tr(YES_LABEL if value else NO_LABEL, language)
        case ColumnType.CHOICE:
            found = category(framework, column, value)
            return pick(found.label, language) if found else str(value)
        case ColumnType.RATING:
            steps = framework.dimensions.get(column.scale_of(spread) or "")
            step = steps.categories.get(str(value)) if steps else None
            return pick(step.numbered, language) if step else str(value)
        case _:
            return str(value)


def _money(framework: Framework, entry: Entry, name: str, value: Mapping[str, Any], language: str) -> str:
    currency = str(value["currency"])
    written = money(Decimal(str(value["amount"])), currency, language, cents=True)
    main = framework.money.currency if framework.money else currency
    if currency == main:
        return written
    own = money(_converted(framework, entry, name, value), main, language, cents=True)
    return whole(N_("{amount} (= {converted})"), language, amount=written, converted=own)


def exact(value: Decimal, language: str) -> str:
    """Write a number with all the decimals that it has."""
    return number(value, language, max(0, -int(value.as_tuple().exponent)))


def name_of(framework: Framework, entry: Entry, language: str) -> str:
    """Name a row: by its key column, else by its first required text."""
    form = framework.forms[entry.form]
    texts = [name for name, one in form.columns.items() if one.type is ColumnType.TEXT]
    first = form.key or next((name for name in texts if form.columns[name].required), texts[0] if texts else None)
    said = words(framework, entry, first, language) if first else ""
    return said or quoted(pick(form.label, language), language)
