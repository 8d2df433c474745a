"""The rows of a form's sheet as they came back: a register's, or a grid's pre-printed ones found by mark or label."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kpi.framework.model import Form, FormKind, Framework
from kpi.intake import layout
from kpi.intake.head import Head
from kpi.intake.raw import Scalar
from kpi.intake.reader import SheetCells
from kpi.intake.words import is_blank, plain
from kpi.language import pick
from kpi.quarter import Quarter


@dataclass(frozen=True, slots=True)
class Printed:
    """How a form's rows are named: marks, keys, former keys and labels in any language → category."""

    form: Form
    names: Mapping[str, str]

    @classmethod
    def of(cls, framework: Framework, form: Form, quarter: Quarter) -> "Printed":
        """Gather the names of a grid's rows; a register's have none."""
        names: dict[str, str] = {}
        for key, category in layout.rows(framework, form, quarter).items():
            if category is not None:
                for old in (key, *category.was):
                    names[layout.ROW_MARK + old] = key
                    names.setdefault(plain(old), key)
        for key, category in layout.rows(framework, form, quarter).items():
            if category is not None:
                names |= {plain(pick(category.label, language)): key for language in framework.languages}
        return cls(form, names)

    def label_columns(self, sheet: SheetCells, head: Head) -> frozenset[int]:
        """Find the column in which a grid's rows are named: where most names stand, else most texts in front."""
        if self.form.kind is FormKind.REGISTER:
            return frozenset()
        taken = {*head.columns.values(), *head.beside}
        first = min(head.columns.values())
        count: Counter[int] = Counter()
        for row, cells in sheet.rows.items():
            for column, value in cells.items():
                if row >= head.first_row and column not in taken and _is_label(value):
                    count[column] += 2 * (self._category(value) is not None) + (column < first)
        return frozenset(column for column, hits in count.most_common(1) if hits)

    def rows(self, sheet: SheetCells, head: Head) -> Iterator[tuple[int, str | None]]:
        """Give the rows below the head with their categories; an unknown name stands as its own category."""
        labels = self.label_columns(sheet, head) if self.form.rows else frozenset()
        for row in sorted(row for row in sheet.rows if row >= head.first_row):
            cells = sheet.rows[row]
            if self.form.rows is None:
                yield row, None
                continue
            marks = [value for value in cells.values() if str(value).startswith(layout.ROW_MARK)]
            words = [*marks, *(cells[column] for column in sorted(labels) if column in cells)]
            known = [category for word in words if (category := self._category(word)) is not None]
            unknown = str(words[-1]).strip().removeprefix(layout.ROW_MARK) if words else ""
            yield row, known[0] if known else unknown

    def _category(self, value: Scalar) -> str | None:
        text = str(value)
        return self.names.get(text) or self.names.get(plain(text))


def _is_label(value: Scalar) -> bool:
    return isinstance(value, str) and not is_blank(value) and not value.startswith(layout.MARK)
