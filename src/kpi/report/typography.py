"""What belongs together stays on one line."""

import re

_NUMBER_AND_UNIT = re.compile(r"(?<=\d) (?=[^\W\d_])")
#: Bulgarian's words of one letter never end a line.
_ONE_LETTER = re.compile(r"(?<!\w)([АВИКОСУавикосу]) (?=\w)")
#: What no file of XML can hold.
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_KEPT = "\N{NO-BREAK SPACE}"


def bound(text: str, language: str) -> str:
    """Keep a number with its unit, and a word of one letter with the next where the language asks for it."""
    kept = _NUMBER_AND_UNIT.sub(_KEPT, text)
    return _ONE_LETTER.sub(rf"\1{_KEPT}", kept) if language == "bg" else kept


def printable(text: str) -> str:
    """Leave out what no office file can hold."""
    return _NOT_IN_XML.sub("", text)
