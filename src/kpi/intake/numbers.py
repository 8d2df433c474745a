"""Numbers as people type them: read where there is one reading, asked about where there are two.

``1 100,50``, ``1.100,50``, ``1,100.50`` and ``1'100.50`` have one reading each. ``1.100`` and ``1,100`` have two,
for the full stop and the comma group thousands in one country and begin the decimals in the next.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal

from kpi.intake.raw import Scalar
from kpi.intake.words import plain
from kpi.problems import N_, NOWHERE, Fault, Place, Problem

NOT_A_NUMBER = Fault(
    "cell.not_a_number",
    N_("“{found}” is not a number."),
    N_("Write the number alone, in digits, such as 1100."),
)
AMBIGUOUS_NUMBER = Fault(
    "cell.ambiguous_number",
    N_("“{found}” can be read in two ways."),
    N_("Write {whole}, without a separator, if that is what you mean; otherwise write {fraction}."),
)
TWO_NUMBERS = Fault(
    "cell.two_numbers",
    N_("“{found}” holds more than one number, and there is room for one."),
    N_("Write the one number that this column asks for; another number belongs in its own column."),
)
PERCENT = Fault(
    "cell.percent",
    N_("“{found}” is a percentage."),
    N_("Write the number itself; shares are worked out from it."),
)
NOT_WRITTEN_OUT = Fault(
    "cell.not_written_out",
    N_("“{found}” is a shortened number."),
    N_("Write it out in digits: 12000 rather than 12 thousand."),
)
DATE_FOR_NUMBER = Fault(
    "cell.date_for_number",
    N_("There is a date here, {found}, where a number belongs. Excel makes dates out of entries like 1.5 or 3/4."),
    N_("Format the cell as a number and type the number again."),
)
TOO_LARGE = Fault(
    "cell.too_large",
    N_("“{found}” is too large to be right."),
    N_("Write {limit} or less."),
)

_QUOTED = 80
_LONGEST = 60
_BEYOND = Decimal(10) ** 18
_SIGNIFICANT = 15

_ONE_SEPARATOR = re.compile(r"([0-9]+)([.,])([0-9]+)")
_GROUPED = re.compile(r"([1-9][0-9]{0,2}([ '.,])[0-9]{3}(?:\2[0-9]{3})*)(?:(?!\2)[.,]([0-9]+))?")
_WITH_UNIT = re.compile(r"(.*[0-9])\s*([^\W\d_]+)\.?")
_TWO = re.compile(r"[0-9]\s*(?:[/\\:;+*×xх&|-]|\b(?:and|of|to|or|и|от|до|или)\b)\s*[0-9]", re.IGNORECASE)
_UNITS = frozenset(
    "бр броя брой души човека човек лица участници people persons person pcs participants units".split()  # noqa: SIM905 (reads better)
)
_MULTIPLIERS = frozenset(
    "хил хиляди млн милион милиона млрд k к thousand m м mln mio million millions bn billion dozen дузини".split()  # noqa: SIM905 (reads better)
)
_CHARACTERS = {ord(c): "-" for c in "‐‑‒–—−﹣-"} | {ord(c): "'" for c in "’‘ʼ´`＇"} | {ord("，"): ",", ord("．"): "."}


def shown(value: Scalar) -> object:
    """Give a cell's value as a message may quote it: short, visible, and never a surprise to a formatter."""
    match value:
        case bool():
            return str(value).upper()
        case str():
            seen = "".join(c if c.isprintable() else "·" for c in value.strip()[: _QUOTED + 1])
            return seen if len(seen) <= _QUOTED else seen[:_QUOTED] + "…"
        case int() | float() | Decimal():
            number = exact(value)
            if number is None:
                return "NaN"
            # A text: a number would be rounded for the reader, and these digits may be what is wrong.
            return written(number) if -_BEYOND < number < _BEYOND else ("> 10¹⁸" if number > 0 else "< −10¹⁸")
        case _:
            return value


def exact(value: float | Decimal) -> Decimal | None:
    """Give a cell's number exactly, floats to the 15 significant digits that Excel keeps.

    None where it is no number (NaN). Anything beyond ±10¹⁸ comes back as ±10¹⁸ and anything nearer to zero
    than 10⁻¹⁸ as 0: both are refused or irrelevant, and exponents of any size must not cost time.
    """
    if isinstance(value, int):
        return Decimal(max(-(10**18), min(10**18, value)))
    number = value if isinstance(value, Decimal) else Decimal(format(value, f".{_SIGNIFICANT}g"))
    if number.is_nan():
        return None
    if not number or (number.is_finite() and number.adjusted() < -18):  # noqa: PLR2004 (as the docstring says)
        return Decimal(0)
    return max(-_BEYOND, min(_BEYOND, number))


def written(number: Decimal) -> str:
    """Write an exact decimal in one way only: no exponent, no closing zeros, no negative zero."""
    if not number:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def tidy(text: str) -> str:
    """Write a typed number with plain digits, spaces, apostrophes and minus signs, and nothing invisible."""
    characters = []
    for character in text.translate(_CHARACTERS):
        digit = unicodedata.decimal(character, None)
        if digit is not None:
            characters.append(str(digit))
        elif (category := unicodedata.category(character)) == "Zs":
            characters.append(" ")
        elif category != "Cf":
            characters.append(character)
    return "".join(characters).strip()


def read(value: Scalar, place: Place = NOWHERE) -> Decimal | Problem:
    """Read a cell's number, typed or kept as a number."""
    match value:
        case bool():
            return NOT_A_NUMBER.at(place, found=shown(value))
        case int() | float() | Decimal():
            number = exact(value)
            return NOT_A_NUMBER.at(place, found=shown(value)) if number is None else number
        case date():
            return DATE_FOR_NUMBER.at(place, found=value)
        case str():
            return read_text(value, place)
        case _:
            return NOT_A_NUMBER.at(place, found="")


def read_text(
    text: str, place: Place = NOWHERE, *, quoting: str | None = None, units: bool = True
) -> Decimal | Problem:
    """Read a typed number; `quoting` is the whole cell where the text is only its number.

    Words such as “people” may follow the number, unless `units` says that they may not.
    """
    found = shown(quoting if quoting is not None else text)
    if len(text) > _LONGEST:
        return NOT_A_NUMBER.at(place, found=found)
    body = tidy(text)
    if unit := _WITH_UNIT.fullmatch(body):
        word = plain(unit[2])
        if word in _MULTIPLIERS:
            return NOT_WRITTEN_OUT.at(place, found=found)
        if units and word in _UNITS:
            body = unit[1]
    sign = "-" if body.startswith("-") else ""
    digits = body[1:] if body[:1] in {"-", "+"} else body
    if digits.isdecimal():
        return Decimal(sign + digits)
    if one := _ONE_SEPARATOR.fullmatch(digits):
        whole, separator, fraction = one.groups()
        if len(fraction) == 3 and len(whole) <= 3 and not whole.startswith("0"):  # noqa: PLR2004 (a group of thousands)
            values = _two_readings(sign, whole, separator, fraction)
            return AMBIGUOUS_NUMBER.at(place, found=found, **values)
        return Decimal(f"{sign}{whole}.{fraction}")
    if grouped := _GROUPED.fullmatch(digits):
        whole = re.sub(r"[^0-9]", "", grouped[1])
        return Decimal(f"{sign}{whole}.{grouped[3] or 0}")
    return _unread(body).at(place, found=found)


def _two_readings(sign: str, whole: str, separator: str, fraction: str) -> dict[str, str]:
    """Write both readings so that each has only one: 1100, and 1.1 (never three decimals)."""
    decimals = fraction.rstrip("0") or "0"
    clear = decimals if len(decimals) < len(fraction) else fraction + "0"
    return {"whole": f"{sign}{whole}{fraction}", "fraction": f"{sign}{whole}{separator}{clear}"}


def _unread(body: str) -> Fault:
    if "%" in body or "‰" in body:
        return PERCENT
    return TWO_NUMBERS if _TWO.search(body) else NOT_A_NUMBER
