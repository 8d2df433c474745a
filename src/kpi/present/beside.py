"""A figure beside what it was in the window that is compared with."""

from kpi.framework.model import Framework
from kpi.language import number, tr, whole
from kpi.leveraged import is_flow
from kpi.measure.model import Measurement
from kpi.present.words import change, of, period, title
from kpi.problems import N_
from kpi.quarter import QUARTERS_A_YEAR, Window, WindowKind

_YEARS = frozenset({WindowKind.YEAR, WindowKind.YEAR_TO_DATE})


def alike(framework: Framework, now: Window, then: Window, *, running: bool) -> bool:
    """Tell whether two windows hold as many of the programme's quarters, so that what happened in them compares.

    While the present one is `running`, not all that it holds is there.
    """
    starts = framework.programme.starts
    return not running and sum(one >= starts for one in now) == sum(one >= starts for one in then)


def comparable(framework: Framework, now: Measurement, then: Measurement) -> bool:
    """Tell whether the difference of two figures says something: what adds up over time needs windows alike."""
    return not is_flow(framework, now.indicator) or alike(framework, now.window, then.window, running=now.running)


def changed(
    framework: Framework, now: Measurement, then: Measurement | None, language: str, *, brief: bool = False
) -> tuple[str, str] | None:
    """Give a figure's difference, and from what it is counted; in place of both, of what does not compare, the other.

    None where there is nothing to compare.
    """
    if then is None or now.value is None or then.value is None:
        return None
    if not comparable(framework, now, then):
        return "", _other(then.window, of(framework, then.indicator, then.value, language), language)
    difference = change(framework, now.indicator, now.value, then.value, language, brief=brief)
    return difference, against(now.window, then.window, language)


def said(framework: Framework, now: Measurement, then: Measurement | None, language: str) -> str | None:
    """Say the same in one text."""
    found = changed(framework, now, then, language)
    return None if found is None else " ".join(filter(None, found))


def counted(now: int, then: int, windows: tuple[Window, Window], language: str, *, compares: bool) -> str:
    """Write how many there are and, in brackets, how many more than in the other window; else how many then."""
    if compares:
        sign = "±" if now == then else "+" if now > then else "−"
        beside = f"{sign}{number(abs(now - then), language)} {against(*windows, language)}"
    else:
        beside = _other(windows[1], number(then, language), language)
    return f"{number(now, language)} ({beside})"


def against(now: Window, then: Window, language: str) -> str:
    """Say what a change is counted from."""
    if {now.kind, then.kind} <= _YEARS and now.last - then.last == QUARTERS_A_YEAR:
        return tr(N_("against a year earlier"), language)
    return whole(N_("against {window}"), language, window=period(then, language))


def _other(window: Window, value: str, language: str) -> str:
    return whole(N_("{window}: {value}"), language, window=title(period(window, language)), value=value)
