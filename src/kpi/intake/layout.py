"""Where everything stands in the workbook: the one layout of the template, its reading and the marked copy.

Positions are only for writing. Whatever is read back is found by its *mark* (a hidden text such as
``kpi:keys``), then by its label, never by its position.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kpi.framework.model import Category, Column, ColumnType, Form, FormKind, Framework
from kpi.framework.spreadsheet import RESERVED_NAMES, sheet_name
from kpi.intake.fields import Field, fields
from kpi.language import pick, tr
from kpi.measure.model import Organisation
from kpi.problems import N_
from kpi.quarter import Quarter

#: The rows of a form's sheet.
TITLE, HELP, STATE, NOTE, KEYS, GROUPS, LABELS, HINTS, FIRST = range(1, 10)
#: The last row of a register that is validated.
LAST = 20_000
#: The columns of a form's sheet: hidden marks, then the labels of a grid's rows or a register's first field.
MARKS, ROW_LABELS = 1, 2

MARK = "kpi:"
FORM_MARK, STATE_MARK, KEYS_MARK, LAST_HEAD_MARK, ROW_MARK = (
    f"{MARK}{name}" for name in ("form:", "state", "keys", "rows", "row:")
)
IDENTITY_MARK, ORIENTATION_MARK = f"{MARK}identity", f"{MARK}orientation"
#: The key under which a grid without a dimension keeps its only row.
SINGLE = "*"

HIDDEN_SHEET = "_kpi"
START_SHEET, DEFINITIONS_SHEET, CORRECT_SHEET = N_("Start here"), N_("Definitions"), N_("To correct")
STATE_LABEL = N_("This form is")
ORGANISATION_LABEL, QUARTER_LABEL = N_("Organisation code"), N_("Quarter code")
AMOUNT, CURRENCY = N_("Amount"), N_("Currency")
LAST_VALUE, BASELINE, TARGET = N_("Last value"), N_("Programme baseline"), N_("Programme target")
ORIENTATION_LABELS = (LAST_VALUE, BASELINE, TARGET)


@dataclass(frozen=True, slots=True)
class Group:
    """The cells of one column of a form: one, or one for each category, and the currency of money."""

    column_key: str
    column: Column
    fields: tuple[Field, ...]


def groups(framework: Framework, form: Form, quarter: Quarter) -> Iterator[Group]:
    """Give the columns of a form with their cells, in their order."""
    laid_out: dict[str, list[Field]] = {}
    for field in fields(framework, form, quarter):
        laid_out.setdefault(field.column_key, []).append(field)
    for key, cells in laid_out.items():
        yield Group(key, cells[0].column, tuple(cells))


def sub_label(field: Field, language: str) -> str:
    """Name a cell below its column's label: its category, or what part of an amount it is."""
    if field.is_currency:
        return tr(CURRENCY, language)
    return pick(field.category.label, language) if field.category else tr(AMOUNT, language)


def rows(framework: Framework, form: Form, quarter: Quarter) -> dict[str, Category | None]:
    """Give a grid's pre-printed rows: category → what it is; a single one without a category; none for a register."""
    if form.kind is FormKind.REGISTER:
        return {}
    return dict(framework.dimensions[form.rows].current(quarter)) if form.rows else {SINGLE: None}


def first_field_column(form: Form) -> int:
    """Give the column of a form's first cell: a grid has its rows' labels before it."""
    return ROW_LABELS + (form.kind is FormKind.GRID)


def field_columns(framework: Framework, form: Form, quarter: Quarter) -> dict[str, int]:
    """Give the column in which the template puts each field."""
    laid_out = fields(framework, form, quarter)
    return {field.key: number for number, field in enumerate(laid_out, first_field_column(form))}


def sheet_titles(forms: Mapping[str, Form], language: str) -> dict[str, str]:
    """Give each form the title of its sheet: its label, made fit for a spreadsheet and unlike any other."""
    taken = {tr(title, language).casefold() for title in (START_SHEET, DEFINITIONS_SHEET, CORRECT_SHEET)}
    taken |= {HIDDEN_SHEET, *RESERVED_NAMES}
    titles: dict[str, str] = {}
    for key, form in forms.items():
        label = pick(form.label, language)
        if not sheet_name(label):
            label = key
        title, number = sheet_name(label), 2
        while title.casefold() in taken:
            title, number = sheet_name(label, f" ({number})"), number + 1
        taken.add(title.casefold())
        titles[key] = title
    return titles


def template_id(framework: Framework, forms: Iterable[str], quarter: Quarter) -> str:
    """Give the layout of exactly these forms a name: the same sheets, columns and rows give the same one."""
    layout = [
        [
            key,
            framework.forms[key].kind.value,
            [[field.key, field.column.type.value] for field in fields(framework, framework.forms[key], quarter)],
            list(rows(framework, framework.forms[key], quarter)),
        ]
        for key in forms
    ]
    written = json.dumps([framework.programme.key, layout], ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Sheets:
    """What a workbook is made for, and the titles of its forms' sheets."""

    framework: Framework
    organisation: Organisation
    quarter: Quarter
    language: str
    titles: Mapping[str, str]

    @classmethod
    def plan(cls, framework: Framework, organisation: Organisation, quarter: Quarter, language: str) -> "Sheets":
        """Plan one sheet for each form that the organisation is asked for."""
        asked = framework.asked_forms(organisation.attributes, quarter)
        return cls(framework, organisation, quarter, language, sheet_titles(asked, language))

    @property
    def forms(self) -> dict[str, Form]:
        """The forms that are asked for, in their order."""
        return {key: self.framework.forms[key] for key in self.titles}

    @property
    def template_id(self) -> str:
        """The name of this workbook's layout."""
        return template_id(self.framework, self.titles, self.quarter)

    def left(self, form: str) -> frozenset[str]:
        """Give the columns of a form that the organisation leaves to others."""
        return self.framework.forms[form].left_to_others(self.organisation.attributes, self.quarter)

    def tr(self, text: str, **values: object) -> str:
        """Say one of the program's own texts in the workbook's language."""
        return tr(text, self.language, **values)

    def pick(self, text: Mapping[str, str] | None) -> str:
        """Say one of the framework's texts in the workbook's language."""
        return pick(text, self.language) if text else ""


def has_choices(field: Field) -> bool:
    """Tell whether a cell is filled in from a closed list."""
    return field.is_currency or field.column.type in (ColumnType.CHOICE, ColumnType.RATING, ColumnType.YES_NO)


def spoken(framework: Framework) -> tuple[str, ...]:
    """Give the languages in which the program's own words may stand in a workbook: English is the last resort."""
    return framework.languages if "en" in framework.languages else (*framework.languages, "en")
