"""What spreadsheets take: how they count characters, what a sheet may be called, what others read of them."""

import re

#: The most characters in a sheet's name.
LONGEST_NAME = 31
#: Excel keeps this name for itself.
RESERVED_NAMES = frozenset({"history"})

#: What pandas and R take for an empty cell, whatever was meant by it.
_READ_AS_EMPTY = frozenset(
    {"", "na", "n/a", "<na>", "#na", "#n/a", "#n/a n/a", "nan", "-nan", "null", "none"}
    | {"1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan"}
)
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def length(text: str) -> int:
    """Count characters as Excel does, which is as UTF-16 does: an emoji takes two."""
    return len(text) + sum(character > "\uffff" for character in text)


def is_read_as_empty(text: str) -> bool:
    """Tell whether programs that read a sheet for statistics lose this text, so that it should not be chosen."""
    return text.strip().casefold() in _READ_AS_EMPTY


def is_sheet_name(name: str) -> bool:
    """Tell whether a sheet may have this name, which must be unlike any other's besides."""
    return not (
        length(name) > LONGEST_NAME
        or _FORBIDDEN.search(name)
        or name.startswith("'")
        or name.endswith("'")
        or name.casefold() in RESERVED_NAMES
    )


def sheet_name(label: str, ending: str = "") -> str:
    """Make a label fit to be a sheet's name: what is forbidden left out, cut so that the `ending` has room.

    What is left may be empty, or reserved.
    """
    name = _FORBIDDEN.sub(" ", label).strip(" '")
    while length(name) + length(ending) > LONGEST_NAME:
        name = name[:-1]
    return name.rstrip(" '") + ending
