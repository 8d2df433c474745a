"""Texts, numbers, dates and messages in a person's language.

English is what the source says. Every other language has a catalogue in
``locale/<language>/LC_MESSAGES/kpi.po``, read as it is: there is nothing to compile. A language without a
catalogue falls back to English for the program's own words; the framework's words are always its own.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_compact_currency, format_currency, format_decimal, format_percent, get_decimal_symbol
from babel.units import format_unit

from kpi.problems import N_, Own, Problem, SaidError
from kpi.quarter import NotAQuarterError, Quarter, Window, WindowKind

#: A text in every language of the framework, by language code.
Text = Mapping[str, str]

#: Where a value that ends in a full stop, as Bulgarian dates do, ends a sentence.
_TWO_STOPS = re.compile(r"(?<!\.)\.\.(?!\.)")

LOCALES = Path(__file__).parent / "locale"
_LONGEST_QUOTE = 80
_LONGEST_LIST = 40
_LETTER_THEN_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)")
_BRACES = re.compile(r"\{(\w+)\}")
#: Numbers beyond this power of ten are written as they came: nobody reads their digits.
_LARGEST_POWER = 20
_EXACT = Context(prec=60)
_MOST_DECIMALS = 6
_USUAL_DECIMALS = 2


@lru_cache
def catalogue(language: str) -> Mapping[str, str]:
    """Give the translations of the program's own texts: English → `language`."""
    path = LOCALES / language / "LC_MESSAGES" / "kpi.po"
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    return {
        message.id: message.string
        for message in messages
        if message.id and isinstance(message.id, str) and isinstance(message.string, str) and not message.fuzzy
        if message.string
    }


@lru_cache
def locale(language: str) -> Locale:
    """Give the forms of numbers and dates; English ones (day before month) where the language is unknown."""
    try:
        return Locale.parse("en_GB" if language == "en" else language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def tr(text: str, language: str, /, **values: object) -> str:
    """Say one of the program's own texts in a language, with values put into its braces.

    A brace without a value stays as it is, and braces within values are plain text.
    """
    return _filled(text, {name: partial(worded, value, language) for name, value in values.items()}, language)


def whole(text: str, language: str, /, **values: object) -> str:
    """Say as `tr` does, but quote texts whole, however long they are: paths, sentences."""
    plain = {name: value for name, value in values.items() if isinstance(value, str) and not isinstance(value, Own)}
    words = {name: partial(str, value) for name, value in plain.items()}
    words |= {name: partial(worded, value, language) for name, value in values.items() if name not in plain}
    return _filled(text, words, language)


def _filled(text: str, words: Mapping[str, Callable[[], str]], language: str) -> str:
    said = catalogue(language).get(text, text)
    return _BRACES.sub(lambda brace: words[brace[1]]() if brace[1] in words else brace[0], said)


def pick(text: Text, language: str) -> str:
    """Say one of the framework's texts in a language, else in the framework's first one."""
    return text.get(language) or next(iter(text.values()), "")


def language_name(language: str, spoken: str) -> str:
    """Name a language in another."""
    return str(locale(spoken).languages.get(language, language))


def message(problem: Problem, language: str) -> str:
    """Say what is wrong, what was found, and what is expected."""
    return " ".join(sentence for sentence in sentences(problem, language) if sentence)


def sentences(problem: Problem, language: str) -> tuple[str, str]:
    """Say, one by one, what is wrong and was found, and what is expected; the second may be empty."""
    values = {"found": "", **problem.values}
    told = [tr(text, language, **values) if text else "" for text in (problem.fault.text, problem.fault.expected)]
    return _TWO_STOPS.sub(".", told[0]), _TWO_STOPS.sub(".", told[1])


def said(error: Exception, language: str) -> str:
    """Say what stopped us. Errors that are none of the program's own say it in their own words."""
    match error:
        case SaidError():
            return whole(error.text, language, **error.values)
        case NotAQuarterError():
            return whole(N_("“{found}” is not a quarter; write it like 2026-Q3"), language, found=error.text)
        case _:
            return str(error)


def worded(value: object, language: str) -> str:
    """Put any value into words for a sentence; a long quotation is shortened."""
    match value:
        case None:
            return ""
        case Own():
            return tr(value, language, **value.values)
        case str():
            return value if len(value) <= _LONGEST_QUOTE else value[: _LONGEST_QUOTE - 1] + "…"
        case bool():
            return tr(N_("yes"), language) if value else tr(N_("no"), language)
        case int() | Decimal() | Fraction() | float():
            return number(value, language, _decimals_of(value))
        case Quarter():
            return quarter_name(value, language)
        case datetime():
            return moment(value, language)
        case date():
            return day(value, language)
        case _:
            return _several(value, language)


def _several(value: object, language: str) -> str:
    """Put a text in several languages, a list, or anything else into words."""
    if isinstance(value, Mapping):
        return worded(str(pick(value, language)), language)
    if isinstance(value, Iterable) and not isinstance(value, bytes | bytearray | type):
        said = [worded(one, language) for one in islice(value, _LONGEST_LIST + 1)]
        return ", ".join(said[:_LONGEST_LIST]) + ("…" if len(said) > _LONGEST_LIST else "")
    return worded(str(value), language)


def _decimals_of(value: float | Decimal | Fraction) -> int | None:
    """Give how many decimals a quoted number needs to be quoted as it is; none: the usual number."""
    if isinstance(value, int | Fraction):
        return None
    exponent = Decimal(str(value)).as_tuple().exponent
    return min(-exponent, _MOST_DECIMALS) if isinstance(exponent, int) and exponent < -_USUAL_DECIMALS else None


def decimal(value: float | Decimal | Fraction, decimals: int) -> Decimal:
    """Round half up to so many decimals, exactly. What is no number (NaN, infinity) stays as it is."""
    unit = Decimal(1).scaleb(-decimals)
    if isinstance(value, Fraction):
        scaled = value * 10**decimals
        sign = -1 if scaled < 0 else 1
        whole = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
        return Decimal(sign * whole).scaleb(-decimals, _EXACT)
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return exact.quantize(unit, ROUND_HALF_UP, _EXACT) if _is_writable(exact) else exact


def _is_writable(value: float | Decimal | Fraction) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and value.adjusted() < _LARGEST_POWER
    return bool(abs(value) < 10**_LARGEST_POWER)


def number(value: float | Decimal | Fraction, language: str, decimals: int | None = None) -> str:
    """Write a number with the language's separators: ``1 234 567,89`` in Bulgarian.

    Without `decimals` a whole number has none, any other two. What has too many digits to be read, and
    what is no number, is written as it is.
    """
    if not _is_writable(value):
        return worded(str(Decimal(round(value)) if isinstance(value, int | Fraction) else value), language)
    if decimals is None:
        decimals = 0 if value == int(value) else _USUAL_DECIMALS
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(decimal(value, decimals), format=pattern, locale=locale(language)))


def decimal_symbol(language: str) -> str:
    """Give what stands before a number's decimals."""
    return str(get_decimal_symbol(locale(language)))


def share(value: Fraction | Decimal, language: str, decimals: int = 1) -> str:
    """Write a fraction as a percentage: ``67,5 %``."""
    pattern = locale(language).percent_formats[None].pattern.replace("#,##0", "#,##0." + "0" * decimals)
    return str(
        format_percent(decimal(value, decimals + 2), format=pattern if decimals else None, locale=locale(language))
    )


@lru_cache(maxsize=8192, typed=True)
def money(value: Fraction | Decimal | int, currency: str, language: str, *, cents: bool = False) -> str:
    """Write an amount with its currency: ``1 234 €``, to the cent where asked."""
    return _spaced(
        format_currency(
            decimal(value, 2 if cents else 0),
            currency,
            locale=locale(language),
            currency_digits=False,
            format=None if cents else _whole_currency(language),
        )
    )


def compact_money(value: Fraction | Decimal | int, currency: str, language: str) -> str:
    """Write a large amount short: ``1,2 млн. €``."""
    return _spaced(format_compact_currency(decimal(value, 0), currency, locale=locale(language), fraction_digits=1))


def _spaced(amount: str) -> str:
    """Part a currency's letters from the number after them: ``BGN 1,234`` beside ``€1,234``."""
    return _LETTER_THEN_DIGIT.sub("\N{NO-BREAK SPACE}", amount)


def _whole_currency(language: str) -> str:
    return str(locale(language).currency_formats["standard"].pattern.replace(".00", ""))


def size(value: int, language: str) -> str:
    """Write how large a file is, from its bytes: ``108,5 kB``."""
    unit, step = ("megabyte", 1024**2) if value >= 1024**2 else ("kilobyte", 1024)
    return str(format_unit(decimal(Fraction(value, step), 1), f"digital-{unit}", "short", locale=locale(language)))


def day(value: date, language: str) -> str:
    """Write a day: ``30.09.2026 г.`` or ``30 Sept 2026``; of a moment, the day that it was where the program runs."""
    here = value.astimezone() if isinstance(value, datetime) else value
    return str(format_date(here, format="medium", locale=locale(language)))


def moment(value: datetime, language: str) -> str:
    """Write a point in time, its day as `day` writes it: ``30.09.2026 г., 14:05``."""
    here = locale(language)
    pattern = f"{here.date_formats['medium'].pattern}, {here.time_formats['short'].pattern}"
    return str(format_datetime(value, format=pattern, locale=here))


def quarter_name(quarter: Quarter, language: str) -> str:
    """Name a quarter in full: ``3. тримесечие 2026`` or ``Q3 2026``."""
    pattern = "QQQ yyyy" if language == "en" else "QQQQ yyyy"
    return str(format_date(quarter.starts, format=pattern, locale=locale(language)))


def _within_year(quarter: Quarter, language: str) -> str:
    """Name a quarter where its year is said already: ``3. тримесечие`` or ``Q3``."""
    return str(format_date(quarter.starts, format="QQQ" if language == "en" else "QQQQ", locale=locale(language)))


def quarter_short(quarter: Quarter, language: str) -> str:
    """Name a quarter for an axis: ``3. трим. 2026`` or ``Q3 2026``."""
    return str(format_date(quarter.starts, format="QQQ yyyy", locale=locale(language)))


def quarter_within(quarter: Quarter, language: str) -> str:
    """Name a quarter for an axis or head where its year is said already: ``3. трим.`` or ``Q3``."""
    return str(format_date(quarter.starts, format="QQQ", locale=locale(language)))


def window_name(window: Window, language: str) -> str:
    """Name a window; a year to its end is the year."""
    match window.kind:
        case WindowKind.QUARTER:
            return quarter_name(window.last, language)
        case WindowKind.YEAR_TO_DATE if window.unfinished:
            text, last = N_("{year} to the end of {quarter}"), _within_year(window.last, language)
            return tr(text, language, year=str(window.last.year), quarter=last)
        case WindowKind.YEAR | WindowKind.YEAR_TO_DATE:
            return str(window.first.year)
        case WindowKind.SINCE_START:
            return tr(N_("since the start, to {quarter}"), language, quarter=window.last)
        case WindowKind.HALF_YEAR:
            half = N_("first half of {year}") if window.first.number == 1 else N_("second half of {year}")
            return tr(half, language, year=str(window.first.year))
        case WindowKind.RANGE:
            return f"{quarter_name(window.first, language)} – {quarter_name(window.last, language)}"
