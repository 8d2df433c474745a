"""What belongs together stays on one line."""

import re
from collections.abc import Sequence

from kpi.report.content import Badge, Cell, Table

_NUMBER_AND_UNIT = re.compile(r"(?<=\d) (?=[^\W\d_])")
#: So many of so many, as in “23 of 94”.
_OF = re.compile(r"(?<=\d[ \N{NO-BREAK SPACE}][^\W\d_]{2}) (?=\d)")
#: A short number does not leave the colon before it.
_COLON_AND_NUMBER = re.compile(r"(?<=[^\W\d_]:) (?=\d{1,3}(?:;|[.,](?!\d)|$))")
#: Bulgarian's words of one letter never end a line.
_ONE_LETTER = re.compile(r"(?<!\w)([АВИКОСУавикосу]) (?=\w)")
#: What no file of XML can hold.
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_KEPT = "\N{NO-BREAK SPACE}"
#: So many letters stand on a line of a table as wide as the page, and so many are lost at each column's edges.
_LINE, _EDGES, _BOLD = 90, 2, 1.15
#: A longer word than this may be broken.
LONGEST = 16


def bound(text: str, language: str) -> str:
    """Keep a number with its unit, its colon and the number that it is a part of.

    Where the language asks for it, keep a word of one letter with the next.
    """
    kept = _COLON_AND_NUMBER.sub(_KEPT, _OF.sub(_KEPT, _NUMBER_AND_UNIT.sub(_KEPT, text)))
    return _ONE_LETTER.sub(rf"\1{_KEPT}", kept) if language == "bg" else kept


def printable(text: str) -> str:
    """Leave out what no office file can hold."""
    return _NOT_IN_XML.sub("", text)


def too_long(text: str) -> bool:
    """Tell whether one of a text's words may be broken."""
    return any(len(word) > LONGEST for word in text.split())


def fitted(one: Table, language: str) -> list[int]:
    """Give the widths of a table's columns so that each has room for its longest word, in letters of a line."""
    needed = [_EDGES + min(_longest(one, column, language), LONGEST) for column in range(len(one.heads))]
    asked = [_LINE * each / sum(one.widths) for each in one.widths]
    lack = sum(max(0, least - width) for least, width in zip(needed, asked, strict=True))
    spare = sum(max(0, width - least) for least, width in zip(needed, asked, strict=True))
    taken = min(1, lack / spare) if spare else 0
    return [
        round(10 * (least if width < least else width - taken * (width - least)))
        for least, width in zip(needed, asked, strict=True)
    ]


def _longest(one: Table, column: int, language: str) -> float:
    """Give the length of a column's longest word; its head is set in bold."""
    below = (text for row in one.rows for text in _texts(row[column]))
    return max(_BOLD * _length(one.heads[column], language), *(_length(text, language) for text in below), 0)


def _length(text: str, language: str) -> int:
    return max(map(len, bound(text, language).split(" ")))


def _texts(cell: Cell) -> Sequence[str]:
    return (f"{cell.sign}{_KEPT}{cell.word}", cell.note) if isinstance(cell, Badge) else (cell,)
