"""An uploaded workbook understood: whose return it is, for which quarter, and what stands in its forms' cells.

Sheets, columns and rows are found by their hidden marks, then by their labels in any of the framework's languages,
never by their position. Values are taken as they stand; `kpi.intake.check` makes sense of them.
"""

from collections.abc import Iterable, Iterator, Mapping

from kpi.framework.model import Framework
from kpi.intake import layout
from kpi.intake.head import form_marked
from kpi.intake.identity import Identity
from kpi.intake.raw import RawForm, RawReturn
from kpi.intake.reader import Book, SheetCells
from kpi.intake.recognise import recognise
from kpi.intake.sheet_form import COLUMN_MISSING, NO_COLUMNS, RETIRED_COLUMN, Reading, is_filled, read_form
from kpi.intake.words import is_blank, plain
from kpi.language import pick
from kpi.measure.model import Organisation
from kpi.problems import N_, Fault, Place, Problem, Severity
from kpi.quarter import Quarter

_FEWEST_COLUMNS = 2

HIDDEN_SHEET_GONE = Fault(
    "workbook.hidden_sheet_gone",
    N_("The hidden sheet of the template is gone; organisation and quarter were read from the first sheet."),
    N_("Next time fill in the template itself, so that nothing can be mistaken."),
    Severity.WARNING,
)
OLD_TEMPLATE = Fault(
    "workbook.old_template",
    N_("This file was made from an older template (version {found}); everything in it could still be read."),
    N_("Download a new one next time; the present version is {version}."),
    Severity.WARNING,
)
OUTDATED_TEMPLATE = Fault(
    "workbook.outdated_template",
    N_("This file was made from an older template (version {found}), and not all of it fits any more."),
    N_("Download a new template (version {version}) and copy your entries into it."),
)
UNKNOWN_SHEET = Fault(
    "workbook.unknown_sheet",
    N_("The sheet “{found}” belongs to a form that is not asked for any more, and it is filled in."),
    N_("Download a new template and copy your entries into it."),
)
SHEET_TWICE = Fault(
    "workbook.sheet_twice",
    N_("More than one sheet holds “{form}”: {found}."),
    N_("Keep all rows on one sheet and delete the others."),
)


#: What shows that an old template no longer serves.
_OUTDATED = frozenset({COLUMN_MISSING.code, RETIRED_COLUMN.code, NO_COLUMNS.code, UNKNOWN_SHEET.code})


def understand(
    framework: Framework,
    book: Book,
    *,
    organisations: Mapping[str, Organisation],
    expected_organisation: str | None = None,
    expected_quarter: Quarter | None = None,
) -> tuple[RawReturn | None, list[Problem]]:
    """Recognise a return and take what stands in it; nothing where it is none, or not the one expected.

    `organisations` are all of the programme's, by code. The problems name sheets and cells as the person sees them.
    """
    whose, problems = recognise(
        framework,
        book,
        organisations=organisations,
        expected_organisation=expected_organisation,
        expected_quarter=expected_quarter,
    )
    if whose is None:
        return None, problems
    reading = Reading(framework, whose.quarter, whose.is_old)
    asked = framework.asked_forms(whose.organisation.attributes, whose.quarter)
    forms = dict(_forms(reading, book, whose.identity, asked))
    found, version = whose.identity.framework_version, framework.programme.version
    if not whose.is_whole:
        problems.append(HIDDEN_SHEET_GONE.at())
    elif whose.is_old:
        outdated = any(problem.code in _OUTDATED for problem in reading.problems)
        problems.append((OUTDATED_TEMPLATE if outdated else OLD_TEMPLATE).at(found=found, version=version))
    raw = RawReturn(whose.organisation.code, whose.quarter, whose.language, forms)
    return raw, [*problems, *reading.problems]


def _forms(reading: Reading, book: Book, identity: Identity, asked: Iterable[str]) -> Iterator[tuple[str, RawForm]]:
    """Read every form that has a sheet, in the order of the framework, asked for or not."""
    found, wanted = _sheets(reading, book, identity), frozenset(asked)
    for key, form in reading.framework.forms.items():
        sheets = found.get(key, [])
        filled = [sheet for sheet in sheets if is_filled(reading, key, sheet)]
        if len(filled) > 1:
            titles = [sheet.title for sheet in filled]
            reading.tell(SHEET_TWICE, Place(sheet=titles[-1], form=key), form=form.label, found=titles)
        if sheets:
            read = read_form(reading, key, (filled or sheets)[0], is_asked=key in wanted)
            if read is not None:
                yield key, read


def _sheets(reading: Reading, book: Book, identity: Identity) -> dict[str, list[SheetCells]]:
    """Give each form its sheets: by their own mark, by the hidden list of titles, by their label, by their columns."""
    framework = reading.framework
    current = {key: form for key, form in framework.forms.items() if form.valid_in(reading.quarter)}
    known = {old: key for key, form in current.items() for old in (key, *form.was)}
    titles: dict[str, str | None] = {}
    for language in framework.languages:
        titles |= {plain(pick(form.label, language)): key for key, form in current.items()}
        titles |= {plain(title): key for key, title in layout.sheet_titles(current, language).items()}
    titles |= {plain(title): known.get(form) for title, form in identity.sheets.items()}
    found: dict[str, list[SheetCells]] = {}
    for sheet in book.sheets:
        mark = form_marked(sheet)
        if mark is not None and mark not in known:
            if _has_values(sheet):
                reading.tell(UNKNOWN_SHEET, Place(sheet=sheet.title), found=sheet.title)
            continue
        key = known.get(mark or "") or titles.get(plain(sheet.title))
        key = key or (None if sheet.hidden else _by_columns(reading, sheet, current))
        if key:
            found.setdefault(key, []).append(sheet)
    return found


def _by_columns(reading: Reading, sheet: SheetCells, forms: Iterable[str]) -> str | None:
    """Recognise a renamed sheet without its mark: the form all of whose columns are there, the largest first."""
    sizes: dict[str, int] = {}
    for key in forms:
        head = reading.head(key, sheet)
        if head is not None and len(head.columns) == len(reading.names(key).fields) >= _FEWEST_COLUMNS:
            sizes[key] = len(head.columns)
    return max(sizes, key=lambda key: sizes[key], default=None)


def _has_values(sheet: SheetCells) -> bool:
    """Tell whether a sheet whose form is not known any more holds anything below its head."""
    start = next((row for row, cells in sheet.rows.items() if layout.LAST_HEAD_MARK in cells.values()), 0)
    return any(
        column > layout.ROW_LABELS and not is_blank(value)
        for row, cells in sheet.rows.items()
        if row > start
        for column, value in cells.items()
    )
