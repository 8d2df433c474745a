"""What can be wrong with a workbook as such, found while it is read."""

from collections.abc import Mapping

from kpi.intake.guard import DAMAGED, NOT_WORKBOOK, UNPACKS_TOO_LARGE
from kpi.problems import N_, Fault

TOOK_TOO_LONG = Fault(
    "file.took_too_long",
    N_("Reading the file took too long and was stopped."),
    N_("Copy the filled-in cells into a freshly downloaded template."),
)
TOO_MUCH_MEMORY = Fault(
    "file.too_much_memory",
    N_("Reading the file took too much memory and was stopped."),
    N_("Copy the filled-in cells into a freshly downloaded template."),
)
STOPPED = Fault(
    "file.reader_stopped",
    N_("The file could not be read: the reading ended unexpectedly."),
    N_("Try once more; if it happens again, copy the filled-in cells into a freshly downloaded template."),
)
FORMULA_ERROR = Fault(
    "cell.formula_error",
    N_("The formula in this cell ends in the error “{found}”."),
    N_("Mend the formula or type the value itself."),
)
NOT_CALCULATED = Fault(
    "cell.formula_not_calculated",
    N_("The formula in this cell has no value, because the file was never calculated: “{found}”."),
    N_("Open the file in Excel or LibreOffice, save it and send it again, or type the value itself."),
)
BAD_DATE = Fault(
    "cell.bad_date",
    N_("The cell is formatted as a date, but its value {found} is no day."),
    N_("Type the date again, such as 2026-09-30, or choose a number format for a number."),
)
#: What the child can find, by code.
FAULTS: Mapping[str, Fault] = {
    fault.code: fault
    for fault in (
        DAMAGED,
        NOT_WORKBOOK,
        UNPACKS_TOO_LARGE,
        TOO_MUCH_MEMORY,
        Fault(
            "file.strict",
            N_("The workbook was saved as “Strict Open XML Spreadsheet”, which is not read here."),
            N_("Save it as “Excel Workbook (.xlsx)”, the first in the list."),
        ),
        Fault(
            "file.doctype",
            N_("The file contains definitions that no spreadsheet program writes; for safety it was not read."),
            N_("Copy the filled-in cells into a freshly downloaded template."),
        ),
        Fault("file.no_sheets", N_("The workbook has no sheet with cells."), N_("Send the filled-in template.")),
        Fault(
            "file.too_many_sheets",
            N_("The workbook has {found} sheets; at most {limit} are accepted."),
            N_("Send the template without further sheets."),
        ),
        Fault(
            "file.sheet_titles",
            N_("A sheet has no name, a very long one, or the same as another: “{found}”."),
            N_("Give every sheet its name from the template."),
        ),
        Fault(
            "file.too_many_cells",
            N_("The workbook has more than {found} filled cells."),
            N_("Send the template without further sheets and data."),
        ),
        Fault(
            "file.too_much_text",
            N_("The workbook contains more text than is accepted."),
            N_("Send the template without further sheets and data."),
        ),
        Fault(
            "file.too_many_errors",
            N_("More than {found} cells hold errors, formulas without a value or values that cannot be read."),
            N_("Open the file in Excel, mend the formulas, save and send it again."),
        ),
        Fault(
            "file.too_complex",
            N_("The workbook has more cell formats than Excel allows."),
            N_("Copy the filled-in cells into a freshly downloaded template."),
        ),
        Fault(
            "sheet.damaged",
            N_("The sheet is damaged and could not be read to its end."),
            N_("Open the file in Excel, let Excel repair it, save and send it again."),
        ),
        Fault(
            "sheet.too_large",
            N_("There is something outside the part of the sheet that is read (row {rows}, column {columns})."),
            N_("Delete what stands in this cell and beyond."),
        ),
        Fault(
            "cell.unreadable",
            N_("The value of this cell cannot be read: “{found}”."),
            N_("Type the value again."),
        ),
        Fault(
            "cell.too_long",
            N_("The text in this cell has {found} characters, more than a cell can hold."),
            N_("Shorten the text."),
        ),
    )
}
#: What is wrong with a cell that is marked, by the mark.
MARKS: Mapping[str, Fault] = {"error": FORMULA_ERROR, "formula": NOT_CALCULATED, "bad_date": BAD_DATE}
