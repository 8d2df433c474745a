"""What an uploaded workbook says it was made for."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kpi.intake import layout
from kpi.intake.raw import Scalar
from kpi.intake.reader import Book, SheetCells
from kpi.intake.words import plain
from kpi.language import tr

_HEAD_ROWS = 80
_CODE, _QUARTER = "organisation", "quarter"


@dataclass(frozen=True, slots=True)
class Identity:
    """What the hidden sheet says, word for word. `sheets` are its titles of the forms' sheets: title → form.

    Where the hidden sheet is gone, *Start here* still names the organisation and the quarter; the rest is then empty.
    """

    template_id: str
    framework_key: str
    framework_version: str
    organisation: str
    quarter: str
    language: str
    sheets: Mapping[str, str] = field(default_factory=dict)


def identify(book: Book) -> Identity | None:
    """Read the hidden sheet, whatever it is called by now and wherever its cells stand; none where it is gone."""
    for sheet in book.sheets:
        for row, column, value in _head(sheet):
            if value == layout.IDENTITY_MARK:
                told = _pairs(sheet, row, column)
                titles = {
                    title: name.removeprefix("sheet:") for name, title in told.items() if name.startswith("sheet:")
                }
                return Identity(
                    told.get("template", ""),
                    told.get("framework", ""),
                    told.get("version", ""),
                    told.get(_CODE, ""),
                    told.get(_QUARTER, ""),
                    told.get("language", ""),
                    titles,
                )
    return None


def visible(book: Book, languages: Iterable[str]) -> Identity | None:
    """Read what *Start here* shows of the organisation and the quarter; none where it shows not both."""
    languages = tuple(languages)
    labels = {
        plain(tr(label, language)): name
        for language in languages
        for name, label in ((_CODE, layout.ORGANISATION_LABEL), (_QUARTER, layout.QUARTER_LABEL))
    }
    for sheet in book.sheets:
        told: dict[str, str] = {}
        for row, column, value in _head(sheet):
            name = labels.get(plain(value)) if isinstance(value, str) else None
            beside = [sheet.rows[row][other] for other in sorted(sheet.rows[row]) if other > column]
            if name and beside:
                told[name] = text_of(beside[0])
        if len(told) == len((_CODE, _QUARTER)):
            language = next((one for one in languages if _speaks(sheet, one)), "")
            return Identity("", "", "", told[_CODE], told[_QUARTER], language)
    return None


def text_of(value: Scalar) -> str:
    """Give a cell as text; a whole number that came back with decimals without them."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _head(sheet: SheetCells) -> Iterator[tuple[int, int, Scalar]]:
    """Give the cells of a sheet's first rows."""
    for row in sorted(sheet.rows)[:_HEAD_ROWS]:
        for column in sorted(sheet.rows[row]):
            yield row, column, sheet.rows[row][column]


def _pairs(sheet: SheetCells, first: int, column: int) -> dict[str, str]:
    """Give the names in a column, from a row on, with what stands beside each."""
    return {
        text_of(sheet.rows[row].get(column)): text_of(sheet.rows[row].get(column + 1))
        for row in sorted(sheet.rows)
        if row >= first and column in sheet.rows[row]
    }


def _speaks(sheet: SheetCells, language: str) -> bool:
    title = plain(tr(layout.ORGANISATION_LABEL, language))
    return any(isinstance(value, str) and plain(value) == title for _, _, value in _head(sheet))
