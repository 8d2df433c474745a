"""The head of a form's sheet as it came back: which column is which field, and where the rows begin.

A column is found by its hidden key, then by its label in any of the framework's languages. Its position says nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kpi.framework.model import Form, Framework
from kpi.intake import layout
from kpi.intake.fields import Field, fields
from kpi.intake.layout import Group
from kpi.intake.raw import Scalar
from kpi.intake.reader import SheetCells
from kpi.intake.validations import Spot, hint
from kpi.intake.words import is_blank, plain
from kpi.language import pick, tr
from kpi.measure.model import Organisation
from kpi.quarter import Quarter

#: A head is looked for in so many rows; ours takes eight.
_HEAD_ROWS = 40
_KEYS_AT_LEAST = 0.5
_LABELS_BELOW = 2


@dataclass(frozen=True, slots=True)
class Head:
    """What was found: field → column, the first row below the head, and what could not be placed.

    `unknown` are columns under a key that the form does not have (any more), with that key; `columns_twice` the
    fields that stand in more than one column; `beside` the columns for orientation.
    """

    columns: Mapping[str, int]
    first_row: int
    unknown: Mapping[int, str] = field(default_factory=dict)
    columns_twice: Mapping[str, Sequence[int]] = field(default_factory=dict)
    beside: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Names:
    """All the names under which a form's fields may be found, for one quarter."""

    fields: Mapping[str, Field]
    keys: Mapping[str, str]
    labels: Mapping[tuple[str, str], str]
    heads: frozenset[str]
    beside: frozenset[str]

    @classmethod
    def of(cls, framework: Framework, form_key: str, quarter: Quarter) -> "Names":
        """Gather keys, former keys and labels in every language of the framework."""
        form = framework.forms[form_key]
        here = {one.key: one for one in fields(framework, form, quarter)}
        keys: dict[str, str] = {}
        labels: dict[tuple[str, str], str] = {}
        heads: set[str] = set()
        for one in here.values():
            keys |= dict.fromkeys(_former_keys(one), one.key)
        for group in layout.groups(framework, form, quarter):
            for language in framework.languages:
                for above, below, key in _labels(group, language):
                    labels.setdefault((above, below), key)
                    heads |= {above, below}
        for language in framework.languages:
            heads |= _hints(framework, form_key, quarter, language)
            heads |= _row_heads(framework, form, language)
        keys |= {key: key for key in here}
        beside = {plain(tr(text, one)) for text in layout.ORIENTATION_LABELS for one in framework.languages}
        return cls(here, keys, labels, frozenset(heads - {""}), frozenset(beside))


def _former_keys(one: Field) -> Iterator[str]:
    """Give the keys that a field had under the former names of its column and category."""
    _, dot, ending = one.key.partition(".")
    endings = [ending, *(one.category.was if one.category else ())]
    for column in (one.column_key, *one.column.was):
        for last in endings:
            yield f"{column}{dot}{last}"


def _labels(group: Group, language: str) -> Iterator[tuple[str, str, str]]:
    """Give the ways in which a column's cells are labelled: above, below, key."""
    above = plain(pick(group.column.label, language))
    for one in group.fields:
        below = plain(layout.sub_label(one, language)) if len(group.fields) > 1 else ""
        yield above, below, one.key
        if below:
            yield plain(one.label(language)) if one.category else f"{above}: {below}", "", one.key


def _hints(framework: Framework, form_key: str, quarter: Quarter, language: str) -> set[str]:
    organisation = Organisation("", {}, {}, quarter)
    forms = {key: form for key, form in framework.forms.items() if form.valid_in(quarter)}
    sheets = layout.Sheets(framework, organisation, quarter, language, layout.sheet_titles(forms, language))
    form = framework.forms[form_key]
    return {plain(hint(Spot(sheets, form_key, one, {}))) for one in fields(framework, form, quarter)}


def _row_heads(framework: Framework, form: Form, language: str) -> set[str]:
    return {plain(pick(framework.dimensions[form.rows].label, language))} if form.rows else set()


def label_of(value: Scalar) -> str:
    """Give the form under which labels are compared, without the star of what must be filled in."""
    return plain(value.replace("*", " ")) if isinstance(value, str) else ""


def form_marked(sheet: SheetCells) -> str | None:
    """Give the form that a sheet's own mark names; none where it has none."""
    for row in sorted(sheet.rows)[:_HEAD_ROWS]:
        for value in sheet.rows[row].values():
            if isinstance(value, str) and value.startswith(layout.FORM_MARK):
                return value.removeprefix(layout.FORM_MARK)
    return None


def find_head(sheet: SheetCells, names: Names) -> Head | None:
    """Find the columns and the first row; none where neither keys nor labels are there."""
    keys_row = _keys_row(sheet, names)
    by_key = _by_key(sheet.rows[keys_row], names) if keys_row is not None else {}
    labels_row, by_label = _by_label(sheet, names, keys_row)
    if not by_key and not by_label:
        return None
    columns: dict[str, int] = {}
    twice: dict[str, list[int]] = {}
    by_label = {column: key for column, key in by_label.items() if column not in by_key}
    for found in (by_key, by_label):
        present = set(columns)
        for column, key in found.items():
            if key in present and found is by_label:
                continue
            if columns.setdefault(key, column) != column:
                twice.setdefault(key, [columns[key]]).append(column)
    start = max(row for row in (keys_row, labels_row) if row is not None)
    first_row = _first_row(sheet, names, columns, start, keys_row if labels_row is None else min(start, labels_row))
    beside = _beside(sheet, names, keys_row, labels_row)
    unknown = {
        column: str(value)
        for column, value in (sheet.rows[keys_row] if keys_row is not None else {}).items()
        if column not in by_key and column not in beside and not str(value).startswith(layout.MARK)
        and by_label.get(column) is None and not is_blank(value)
    }  # fmt: skip
    return Head(columns, first_row, unknown, twice, frozenset(beside))


def _keys_row(sheet: SheetCells, names: Names) -> int | None:
    """Find the hidden row of keys: by its mark, else the first row in which half of the keys stand."""
    rows = sorted(sheet.rows)[:_HEAD_ROWS]
    for row in rows:
        if layout.KEYS_MARK in sheet.rows[row].values():
            return row
    for row in rows:
        if len(_by_key(sheet.rows[row], names)) > max(1, _KEYS_AT_LEAST * len(names.fields)):
            return row
    return None


def _by_key(cells: Mapping[int, Scalar], names: Names) -> dict[int, str]:
    return {column: names.keys[value] for column, value in sorted(cells.items())
            if isinstance(value, str) and value in names.keys}  # fmt: skip


def _by_label(sheet: SheetCells, names: Names, keys_row: int | None) -> tuple[int | None, dict[int, str]]:
    """Find the row of labels in which most fields are named, with the row below it for the parts of a group.

    It stands right below the keys, where there are keys: further down, a label is something that a person typed.
    """
    best: tuple[int | None, dict[int, str]] = (None, {})
    for row in sorted(sheet.rows)[:_HEAD_ROWS]:
        if keys_row is not None and not keys_row < row <= keys_row + _LABELS_BELOW:
            continue
        found = _labelled(sheet, names, row)
        if len(found) > len(best[1]):
            best = (row, found)
    return best


def _labelled(sheet: SheetCells, names: Names, row: int) -> dict[int, str]:
    """Read a row as labels: a group's label stands above the first of its columns, the parts below."""
    above_row, below_row = sheet.rows.get(row, {}), sheet.rows.get(row + 1, {})
    found: dict[int, str] = {}
    group = ""
    for column in sorted({*above_row, *below_row}):
        above, below = label_of(above_row.get(column)), label_of(below_row.get(column))
        group = above or group
        key = names.labels.get((above, "")) or names.labels.get((group, below)) if above or below else None
        if key:
            found[column] = key
    return found


def _first_row(sheet: SheetCells, names: Names, columns: Mapping[str, int], start: int, top: int | None) -> int:
    """Give the row after the head: after its last mark, else after the rows that hold nothing but its words."""
    marked = [
        row for row in sorted(sheet.rows)[:_HEAD_ROWS] if layout.LAST_HEAD_MARK in sheet.rows[row].values()
    ]  # fmt: skip
    if marked:
        return marked[0] + 1
    mapped, last = set(columns.values()), start
    for row in sorted(sheet.rows):
        if row > (top if top is not None else start) and any(column in mapped for column in sheet.rows[row]):
            if not _is_head(sheet.rows[row], names, mapped):
                break
            last = max(last, row)
    return last + 1


def _is_head(cells: Mapping[int, Scalar], names: Names, mapped: set[int]) -> bool:
    """Tell whether a row only repeats words of the head."""
    words = [value for column, value in cells.items() if column in mapped and not is_blank(value)]
    return bool(words) and all(label_of(word) in names.heads or word in names.keys for word in words)


def _beside(sheet: SheetCells, names: Names, keys_row: int | None, labels_row: int | None) -> set[int]:
    """Find the columns for orientation: by their mark, or below their label up to the next gap."""
    found = {column for column, value in sheet.rows.get(keys_row or 0, {}).items() if value == layout.ORIENTATION_MARK}
    heads = sheet.rows.get(labels_row or 0, {})
    below = {**sheet.rows.get((labels_row or 0) + 1, {})}
    for column, value in heads.items():
        if label_of(value) in names.beside:
            found.add(column)
            follower = column + 1
            while follower in below and follower not in heads:
                found.add(follower)
                follower += 1
    return found
