"""Which windows there are reports of."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from kpi import figures
from kpi.framework.model import Framework
from kpi.problems import N_, SaidError
from kpi.quarter import Quarter, Window, WindowKind
from kpi.report.content import Audience, Request


class BeforeProgrammeError(SaidError):
    """A window lies wholly before the programme."""

    text = N_("The period is over before the programme begins with {starts}: there is nothing to report.")

    def __init__(self, starts: Quarter) -> None:
        super().__init__(starts=starts)


class WindowNotBegunError(SaidError):
    """A window lies wholly ahead."""

    text = N_("The period begins only with {first}: there is nothing to report yet.")

    def __init__(self, first: Quarter) -> None:
        super().__init__(first=first)


class WindowNotPublishedError(SaidError):
    """Funders see whole years, and the running one to the last quarter that was due."""

    text = N_("figures are published for funders by year only; choose one of: {windows}")

    def __init__(self, windows: Sequence[Window]) -> None:
        super().__init__(windows=", ".join(map(str, windows)))


def reportable(framework: Framework, request: Request, today: date) -> Request:
    """Give what a report is made of where this is asked for: to funders, the window in which they see its year.

    Raises `BeforeProgrammeError`, `WindowNotBegunError`, `WindowNotPublishedError`.
    """
    window, starts = request.window, framework.programme.starts
    if window.last < starts:
        raise BeforeProgrammeError(starts)
    if window.first.starts > today:
        raise WindowNotBegunError(window.first)
    if request.audience is Audience.MANAGEMENT:
        return request
    return replace(request, window=_published(framework, window, today))


def _published(framework: Framework, window: Window, today: date) -> Window:
    windows = figures.published_windows(framework, today)
    for each in windows:
        yearly = window.kind in {WindowKind.YEAR, WindowKind.YEAR_TO_DATE} and window.last.year == each.last.year
        if (yearly and window.last >= each.last) or (each.first, each.last) == (window.first, window.last):
            return each
    raise WindowNotPublishedError(windows)
