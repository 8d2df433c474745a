"""What a cell of the workbook accepts, said in the workbook's language: a hint, a validation and its messages.

A number's validation is a formula, because a cell that does not apply may say “n/a” instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from kpi.framework.model import Column, ColumnType
from kpi.intake import limits
from kpi.intake.fields import Field, fields
from kpi.intake.layout import FIRST, LAST, Sheets, field_columns, has_choices
from kpi.intake.words import NOT_APPLICABLE_LABEL
from kpi.problems import N_

_LONGEST_TITLE, _LONGEST_MESSAGE = 32, 255
_DAY_ZERO = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Spot:
    """A field's cells on its form's sheet: the first one of them, and what the lists are called."""

    sheets: Sheets
    form: str
    field: Field
    lists: Mapping[tuple[str, str], str]

    @property
    def column(self) -> Column:
        """The field's column."""
        return self.field.column

    @property
    def is_left(self) -> bool:
        """Tell whether the organisation leaves the column to others."""
        return self.field.column_key in self.sheets.left(self.form)

    @property
    def cell(self) -> str:
        """The first cell, as formulas that move along name it."""
        return self.beside(self.field.key)

    def beside(self, field: str) -> str:
        """Give the first cell of another field of the same form."""
        columns = field_columns(self.sheets.framework, self.sheets.framework.forms[self.form], self.sheets.quarter)
        return f"{get_column_letter(columns[field])}{FIRST}"

    @property
    def limit(self) -> str | None:
        """The cell that this one, or its spread together, may not exceed, where it is on the sheet."""
        if self.column.at_most is None or self.field.is_currency:
            return None
        alone = self.field.category_key is None or self.is_limited_together
        key = self.column.at_most + ("" if alone else f".{self.field.category_key}")
        try:
            return self.beside(key)
        except KeyError:
            return None

    @property
    def is_limited_together(self) -> bool:
        """Tell whether `limit` is that of all the categories of the column's spread together."""
        form, other = self.sheets.framework.forms[self.form], self.column.at_most
        return self.column.spread is not None and other is not None and form.columns[other].spread is None

    @property
    def compared(self) -> str:
        """What may not exceed `limit`, as a formula: the cell, or its spread added up."""
        if not self.is_limited_together:
            return self.cell
        laid_out = fields(self.sheets.framework, self.sheets.framework.forms[self.form], self.sheets.quarter)
        cells = [self.beside(one.key) for one in laid_out if one.column_key == self.field.column_key]
        return f"SUM({cells[0]}:{cells[-1]})"

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        """The least and the largest number that the cell takes."""
        return limits.bounds(self.column)

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day that the cell takes."""
        form = self.sheets.framework.forms[self.form]
        return limits.days_of(form, self.field.column_key, self.sheets.quarter)


def hint(spot: Spot) -> str:
    """Say in a few words what a cell takes, or who fills it in where others do."""
    if spot.is_left:
        who = spot.sheets.framework.labels_of(spot.column.given_by)
        return spot.sheets.tr(N_("filled in by: {who}"), who=who)
    return _takes(spot)


def _takes(spot: Spot) -> str:
    say, column = spot.sheets.tr, spot.column
    if spot.field.is_currency:
        return say(N_("choose"))
    match column.type:
        case ColumnType.COUNT:
            return _limits(spot, say(N_("whole number")))
        case ColumnType.DECIMAL:
            return _limits(spot, say(N_("number, to {decimals} decimals"), decimals=column.decimals))
        case ColumnType.MONEY:
            return _limits(spot, say(N_("amount")))
        case ColumnType.DATE:
            return say(N_("date"))
        case ColumnType.TEXT:
            return say(N_("text"))
        case ColumnType.LINK:
            return "https://…"
        case ColumnType.REF if column.form is not None and column.form in spot.sheets.titles:
            return say(N_("choose from “{sheet}”"), sheet=spot.sheets.titles[column.form])
        case ColumnType.REF:
            return say(N_("text"))
        case _:
            return say(N_("choose"))


def _limits(spot: Spot, text: str) -> str:
    column, say = spot.column, spot.sheets.tr
    least, most = spot.bounds
    parts = [text]
    if column.minimum is not None and column.maximum is not None:
        parts.append(say(N_("{least}–{most}"), least=least, most=most))
    elif column.maximum is not None:
        parts.append(say(N_("at most {limit}"), limit=most))
    elif column.minimum is not None and column.minimum != 0:
        parts.append(say(N_("at least {limit}"), limit=least))
    if spot.limit is not None and column.at_most is not None:
        other = spot.sheets.framework.forms[spot.form].columns[column.at_most]
        text = N_("together at most “{column}”") if spot.is_limited_together else N_("at most “{column}”")
        parts.append(say(text, column=other.label))
    return ", ".join(parts)


def validation(spot: Spot) -> DataValidation:
    """Make the validation of a field's cells, with what to write as its prompt."""
    made = _made(spot)
    made.allow_blank = True
    made.showInputMessage = made.showErrorMessage = True
    made.promptTitle = made.errorTitle = shortened(spot.field.label(spot.sheets.language), _LONGEST_TITLE)
    made.prompt = shortened(" ".join(_closed(text) for text in _prompt(spot) if text), _LONGEST_MESSAGE)
    made.error = shortened(_refusal(spot), _LONGEST_MESSAGE)
    return made


def shortened(text: str, length: int) -> str:
    """Cut a text to what a spreadsheet takes."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _closed(text: str) -> str:
    """Close a sentence that is not closed yet."""
    return text if text.endswith((".", "!", "?", "…")) else text + "."


def _made(spot: Spot) -> DataValidation:
    column, cell = spot.column, spot.cell
    if has_choices(spot.field):
        return DataValidation("list", formula1=spot.lists[spot.form, spot.field.key])
    match column.type:
        case ColumnType.COUNT | ColumnType.DECIMAL | ColumnType.MONEY:
            return DataValidation("custom", formula1=_number(spot))
        case ColumnType.DATE:
            first, last = spot.days
            return DataValidation("date", operator="between", formula1=_serial(first), formula2=_serial(last))
        case ColumnType.REF if column.form is not None and column.form in spot.sheets.titles:
            return DataValidation("list", formula1=_rows_above(spot, column.form), errorStyle="warning")
        case ColumnType.LINK:
            web = f'AND(LEN({cell})<={limits.LONGEST_LINK},OR(LEFT({cell},7)="http://",LEFT({cell},8)="https://"))'
            return DataValidation("custom", formula1=web, errorStyle="warning")
        case ColumnType.TEXT if spot.sheets.framework.forms[spot.form].key == spot.field.key:
            letter = cell.rstrip("0123456789")
            once = f"COUNTIF(${letter}${FIRST}:${letter}${LAST},{cell})=1"
            return DataValidation("custom", formula1=once, errorStyle="warning")
        case _:
            return DataValidation("textLength", operator="lessThanOrEqual", formula1=str(limits.LONGEST_TEXT))


def _serial(day: date) -> str:
    """Give a day as spreadsheets count them."""
    return str((day - _DAY_ZERO).days)


def _number(spot: Spot) -> str:
    """Write the formula: a number within its limits, or the words that it does not apply."""
    cell = spot.cell
    least, largest = spot.bounds
    decimals = spot.column.scaled_by
    conditions = [f"{cell}>={least:f}", f"{cell}<={largest:f}", f"ROUND({cell},{decimals})={cell}"]
    # Amounts in two currencies are compared by the check alone: it knows the rates.
    if spot.limit and spot.column.type is not ColumnType.MONEY:
        conditions.append(f"{spot.compared}<=IF(ISNUMBER({spot.limit}),{spot.limit},{spot.compared})")
    said = {"n/a", spot.sheets.tr(NOT_APPLICABLE_LABEL).lower()}
    words = ",".join(f'LOWER(TRIM({cell}))="{word}"' for word in sorted(said))
    return f"IF(ISNUMBER({cell}),AND({','.join(conditions)}),OR({words}))"


def _rows_above(spot: Spot, form: str) -> str:
    """Give the filled cells of the key column to which a ref points; an empty list would allow anything."""
    other = spot.sheets.framework.forms[form]
    columns = field_columns(spot.sheets.framework, other, spot.sheets.quarter)
    letter = get_column_letter(columns[other.key or ""])
    sheet = quote_sheetname(spot.sheets.titles[form])
    keys = f"{sheet}!${letter}${FIRST}:${letter}${LAST}"
    return f"OFFSET({sheet}!${letter}${FIRST},0,0,MAX(1,COUNTA({keys})),1)"


def _prompt(spot: Spot) -> list[str]:
    column, say = spot.column, spot.sheets.tr
    words = (
        say(N_("web address that begins with https:// or http://"))
        if column.type is ColumnType.LINK and not spot.is_left
        else hint(spot)
    )
    required = say(N_("Must be filled in")) if column.required else ""
    spread = say(N_("Fill in every cell of this group, or none; 0 where there was nobody or nothing"))
    return [
        words[:1].upper() + words[1:],
        required,
        spread if spot.field.category_key and column.weight is None and not spot.is_left else "",
        spot.sheets.pick(column.help),
    ]


def _refusal(spot: Spot) -> str:
    column, say = spot.column, spot.sheets.tr
    if has_choices(spot.field):
        return say(N_("Please choose from the list."))
    match column.type:
        case ColumnType.COUNT | ColumnType.DECIMAL | ColumnType.MONEY:
            return say(
                N_("This is expected here: {limits}. Write 0 for none, “{word}” where it does not apply."),
                limits=_takes(spot),
                word=say(NOT_APPLICABLE_LABEL),
            )
        case ColumnType.DATE:
            first, last = spot.days
            return say(
                N_("Write a date from {first} to {last}, such as {example}."),
                first=first,
                last=last,
                example=min(spot.sheets.quarter.ends, last).strftime("%d.%m.%Y"),
            )
        case ColumnType.LINK:
            return say(N_("Write a web address that begins with https:// or http://."))
        case ColumnType.REF:
            return say(N_("Please choose one that is listed on its own sheet; add it there first."))
        case _ if spot.sheets.framework.forms[spot.form].key == spot.field.key:
            return say(N_("This already stands in another row. Each row needs a text of its own here."))
        case _:
            return say(N_("This text is too long."))
