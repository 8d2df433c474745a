"""Figures in words, for people."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import count

from kpi.framework.model import Framework, UnitKind
from kpi.language import compact_money, decimal, locale, money, number, pick, share, tr, whole, window_name
from kpi.measure.model import Coverage, Measurement, State
from kpi.problems import N_
from kpi.quarter import Quarter, Window, WindowKind

#: What stands where there is no number.
NOTHING = "–"
#: What marks everything that is made of figures which are not final, or of invented ones.
PRELIMINARY = N_("Preliminary: returns that are submitted and not yet approved count too.")
SAMPLE = N_("Sample data.")
INVENTED = N_("Organisations, people and amounts are invented; nothing here is a result of the programme.")
#: What stands beside sums of money and their parts.
ROUNDED = N_("Amounts are added to the cent and shown rounded: parts may differ from their sum by one.")
_LONG_MONEY = 1_000_000

_STATES = {
    State.MISSING: N_("not reported"),
    State.NOT_APPLICABLE: N_("not applicable"),
    State.NOT_AVAILABLE: N_("not available"),
    State.NOT_COLLECTED: N_("not collected"),
    State.HIDDEN: N_("hidden"),
    State.NOT_PUBLISHED: N_("not published"),
}

_WINDOWS = {
    "quarter": N_("quarter"),
    "half_year": N_("half-year"),
    "year": N_("year"),
    "year_to_date": N_("year to date"),
    "since_start": N_("since the start"),
    "range": N_("from–until"),
}


def quoted(text: str, language: str) -> str:
    """Put a text between the language's quotation marks."""
    return whole(N_("“{name}”"), language, name=text)


def short_share(value: Fraction | Decimal, language: str) -> str:
    """Write a share without decimals where it is a whole percentage."""
    return share(value, language, 0 if Fraction(value) * 100 == int(value * 100) else 1)


def of(framework: Framework, indicator: str, value: Fraction | Decimal | int | None, language: str) -> str:
    """Write a value of an indicator, without its unit's name (money and shares carry their sign); a dash for none."""
    if value is None:
        return NOTHING
    match kind_of(framework, indicator):
        case UnitKind.COUNT:
            # What is counted is whole; what is expected on a line between two targets need not be.
            return number(value, language, 0 if value == int(value) else 1)
        case UnitKind.MONEY:
            return money(value, currency_of(framework), language)
        case UnitKind.SHARE:
            return share(Fraction(value), language)
        case UnitKind.RATING | UnitKind.NUMBER:
            return number(value, language, 2)


def short(framework: Framework, indicator: str, value: Fraction | Decimal | int, language: str) -> str:
    """Write a value of an indicator for a chart: large amounts short."""
    kind = kind_of(framework, indicator)
    if kind is UnitKind.MONEY and abs(Fraction(value)) >= _LONG_MONEY:
        return compact_money(value, currency_of(framework), language)
    if kind is UnitKind.SHARE:
        return short_share(Fraction(value), language)
    return of(framework, indicator, value, language)


def tick(framework: Framework, indicator: str, value: Fraction | Decimal | int, language: str) -> str:
    """Write a round value on the axis of an indicator, with no more decimals than it has."""
    if kind_of(framework, indicator) in {UnitKind.RATING, UnitKind.NUMBER}:
        tenths = decimal(value, 2).normalize()
        return number(value, language, max(0, -int(tenths.as_tuple().exponent)))
    return short(framework, indicator, value, language)


def kind_of(framework: Framework, indicator: str) -> UnitKind:
    """Give the kind of an indicator's unit."""
    return framework.units[framework.indicators[indicator].unit].kind


def currency_of(framework: Framework) -> str:
    """Give the currency of all totals; a framework without one has no amounts either."""
    return framework.money.currency if framework.money else ""


def unit(framework: Framework, indicator: str, language: str, value: Fraction | Decimal | int | None = None) -> str:
    """Name the unit where the number itself does not show it; after a `value`, as it stands after that."""
    if kind_of(framework, indicator) in {UnitKind.MONEY, UnitKind.SHARE}:
        return ""
    entry = framework.units[framework.indicators[indicator].unit]
    return pick(entry.one if entry.one and value == 1 else entry.label, language)


def with_unit(framework: Framework, indicator: str, value: Fraction | Decimal | int | None, language: str) -> str:
    """Write a value of an indicator with its unit."""
    written = of(framework, indicator, value, language)
    named = unit(framework, indicator, language, value)
    return f"{written} {named}" if named and value is not None else written


def change(  # noqa: PLR0913 (two values of something, in a language)
    framework: Framework, indicator: str, now: Fraction, before: Fraction, language: str, *, brief: bool = False
) -> str:
    """Write a difference with its sign; of shares, in percentage points, shortened where it is to be `brief`."""
    difference = between(framework, indicator, now, before)
    sign = "±" if difference == 0 else "+" if difference > 0 else "−"
    return f"{sign}{distance(framework, indicator, abs(difference), language, brief=brief)}"


def distance(
    framework: Framework, indicator: str, value: Fraction | Decimal, language: str, *, brief: bool = False
) -> str:
    """Write how far apart two values are; of shares, in percentage points."""
    if kind_of(framework, indicator) is UnitKind.SHARE:
        points = number(decimal(Fraction(value) * 100, 1), language, 1)
        named = tr(N_("pp") if brief else N_("percentage points"), language)
        return f"{points} {named}"
    return of(framework, indicator, value, language)


def between(framework: Framework, indicator: str, now: Fraction, before: Fraction) -> Fraction:
    """Give the difference of two values as they are written, so that whoever subtracts them finds the same."""
    return _as_written(framework, indicator, now) - _as_written(framework, indicator, before)


def _as_written(framework: Framework, indicator: str, value: Fraction) -> Fraction:
    """Give a value rounded as `of` writes it."""
    match kind_of(framework, indicator):
        case UnitKind.COUNT:
            return Fraction(decimal(value, 0 if value == int(value) else 1))
        case UnitKind.MONEY:
            return Fraction(decimal(value, 0))
        case UnitKind.SHARE:
            return Fraction(decimal(value, 3))
        case UnitKind.RATING | UnitKind.NUMBER:
            return Fraction(decimal(value, 2))


def percent(value: Fraction | Decimal | None, language: str, *cuts: Fraction | Decimal, decimals: int = 0) -> str:
    """Write a part of a whole as whole per cent, or with so many `decimals`; beyond 1,000 % only that it is.

    It is rounded as `rounded` does it.
    """
    if value is None:
        return NOTHING
    if Fraction(value) > 10:  # noqa: PLR2004 (what lies beyond says nothing more)
        return f"> {share(Fraction(10), language, 0)}"
    written = rounded(value, *cuts, decimals=decimals)
    return share(written, language, -int(written.as_tuple().exponent) - 2)


def rounded(value: Fraction | Decimal, *cuts: Fraction | Decimal, decimals: int = 0) -> Decimal:
    """Round a part of a whole half up to so many decimals of a per cent.

    It has as many more as it takes to be reached what is reached, of `cuts` and of all, and to be nothing only where
    there is nothing, so that the number never contradicts the verdict: 94.96 % is not 95 %.
    """
    exact, marks = Fraction(value), [Fraction(each) for each in (1, *cuts)]
    tried = (decimal(exact, each + 2) for each in count(decimals))
    return next(each for each in tried if _reached(Fraction(each), marks) == _reached(exact, marks))


def _reached(value: Fraction, marks: Sequence[Fraction]) -> tuple[bool, ...]:
    return value == 0, *(value >= mark for mark in marks)


def achieved(framework: Framework, value: Fraction | None, language: str) -> str:
    """Write how much of what was expected is there."""
    return percent(value, language, *cuts_of(framework))


def cuts_of(framework: Framework) -> Sequence[Decimal]:
    """Give where an achievement changes its status."""
    cuts = framework.rules.cuts
    return cuts.at_risk, cuts.on_track, cuts.above_plan


def covered(framework: Framework, found: Coverage, language: str) -> str:
    """Write which part of the expected returns is approved."""
    return percent(found.share, language, framework.rules.coverage)


def unstated(framework: Framework, value: Fraction | None, language: str) -> str:
    """Write of which part of all something is not stated."""
    return percent(value, language, framework.rules.not_stated, decimals=1)


def state(found: Measurement, framework: Framework, language: str) -> str:
    """Say why there is no number."""
    if found.state is State.NOT_COLLECTED and found.lacks:
        return whole(
            N_("not collected by {dimension}"), language, dimension=dimension(framework, found.lacks, language)
        )
    windows = framework.indicators[found.indicator].windows
    if found.state is State.NOT_AVAILABLE and windows and found.window.kind.value not in windows:
        kinds = ", ".join(tr(_WINDOWS[each], language) for each in windows)
        return whole(N_("only by: {kinds}"), language, kinds=kinds)
    if found.state is State.SMALL:
        return small(framework)
    if not is_due(found):
        to_come = found.running and _is_asked_for(framework, found)
        return tr(N_("not due yet") if to_come else N_("not asked for in this period"), language)
    return none(found.state, language)


def none(state: State, language: str) -> str:
    """Name the kind of none that stands where there is no number."""
    return tr(_STATES.get(state, ""), language)


def small(framework: Framework) -> str:
    """Write what stands for a small count of people."""
    return f"<{framework.rules.small_counts_below}"


def is_due(found: Measurement) -> bool:
    """Tell whether anybody was asked for the figure: half-yearly forms leave every other quarter empty."""
    return found.value is not None or found.coverage.expected > 0 or found.state is not State.MISSING


def _is_asked_for(framework: Framework, found: Measurement) -> bool:
    """Tell whether a form that the figure rests on is asked for in a quarter of its window."""
    forms = [framework.forms[key] for key in framework.indicators[found.indicator].forms]
    quarters = [each for each in found.window if each >= framework.programme.starts]
    return any(form.due_in(each) for form in forms for each in quarters)


def dimension(framework: Framework, key: str, language: str) -> str:
    """Name a dimension, lower-cased as it stands inside a sentence."""
    if key not in framework.dimensions:
        return tr(_BESIDE.get(key, key), language)
    return inside(pick(framework.dimensions[key].label, language))


#: Breakdowns that are no dimension of the framework.
_BESIDE = {
    "rating": N_("step of the scale"),
    "@organisation": N_("organisation"),
}


def inside(text: str) -> str:
    """Begin a text with a small letter, as it stands inside a sentence; an abbreviation stays as it is."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def title(text: str) -> str:
    """Begin a text with a capital letter."""
    return text[:1].upper() + text[1:]


def window_kind(kind: str, language: str) -> str:
    """Name a kind of window, for a list."""
    return title(tr(_WINDOWS[kind], language))


def window_kind_within(window: Window, language: str) -> str:
    """Name a window's kind within a sentence: “year to date”."""
    return tr(_WINDOWS[window.kind.value], language)


def period(window: Window, language: str) -> str:
    """Name a window within a sentence."""
    return window_name(window, language)


def begun(framework: Framework, windows: Iterable[Window], language: str) -> list[str]:
    """Say that a year counts only from its middle on, where the programme began within one; else nothing."""
    starts = framework.programme.starts
    years = {
        one.last.year for one in windows if one.kind is not WindowKind.SINCE_START and one.first < starts <= one.last
    }
    text = N_("{year} counts from {quarter} on, when the programme began.")
    return [whole(text, language, year=str(max(years)), quarter=starts)] if years else []


def at_end(quarter: Quarter, language: str) -> str:
    """Name a quarter's end; a year's where it is one."""
    if quarter == Quarter(quarter.year, 4):
        return whole(N_("end of {year}"), language, year=str(quarter.year))
    return whole(N_("end of {quarter}"), language, quarter=quarter)


def listed(names: Sequence[str], language: str) -> str:
    """Join names as a sentence does."""
    if len(names) < 2:  # noqa: PLR2004 (one name needs no “and”)
        return "".join(names)
    joined = tr(N_("and"), language)
    return f"{', '.join(names[:-1])} {joined} {names[-1]}"


def separators(language: str) -> str:
    """Give the decimal and the thousands separator, as plotly takes them."""
    symbols = locale(language).number_symbols["latn"]
    return f"{symbols['decimal']}{symbols['group']}"
