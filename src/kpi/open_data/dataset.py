"""What is published at a moment: the figures of the closed set, and what they were made from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from kpi import figures
from kpi.access import PUBLIC, Deed, allow
from kpi.areas import Areas
from kpi.framework.model import Framework
from kpi.installation import Installation
from kpi.measure.model import Measurement
from kpi.measure.published import questions
from kpi.problems import N_, SaidError
from kpi.quarter import Window


class NothingPublishedError(SaidError):
    """A window was asked for in which nothing is published."""

    text = N_("Nothing is published for {window}. Published are whole years, and the present one up to: {allowed}")

    def __init__(self, window: Window, allowed: Sequence[Window]) -> None:
        super().__init__(window=str(window), allowed=[str(one) for one in allowed])


@dataclass(frozen=True, slots=True)
class Made:
    """When a dataset was made, by which framework, and up to which link of the log."""

    at: datetime
    framework: str
    head: str
    is_sample: bool


@dataclass(frozen=True, slots=True)
class Dataset:
    """The published measurements of some windows, the earliest first; by indicator, window and breakdown.

    `places` are by dimension of areas the categories that are a place: “online” is none.
    """

    framework: Framework
    windows: tuple[Window, ...]
    measured: tuple[Measurement, ...]
    made: Made
    places: Mapping[str, Collection[str]] = field(default_factory=dict)


def windows_within(framework: Framework, today: date, asked: Window | None) -> tuple[Window, ...]:
    """Give the published windows that lie in the one asked for; all of them where none is.

    Raises `NothingPublishedError` where there are none.
    """
    every = figures.published_windows(framework, today)
    if asked is None:
        return every
    found = tuple(one for one in every if one.first in asked and one.last in asked)
    if not found:
        raise NothingPublishedError(asked, every)
    return found


def gather(
    installation: Installation,
    *,
    today: date,
    at: datetime,
    within: Window | None = None,
    maps: Mapping[str, Areas] | None = None,
) -> Dataset:
    """Gather what is published, whoever asks; `within` limits it to the windows that lie in one.

    `maps` are those of the framework (`kpi.areas.maps_of`).
    """
    allow(installation.who, Deed.SEE_FIGURES)
    asked = installation.asked_by(PUBLIC)
    framework = installation.framework
    windows = windows_within(framework, today, within)
    wanted = [one for one in questions(framework, today) if one.window in windows]
    there = figures.overview(asked)
    found: dict[object, Measurement] = {}
    for answer in figures.measured(asked, wanted, today=today):
        for one in answer:
            found.setdefault((one.indicator, one.window, frozenset(one.slice.items())), one)
    made = Made(at, installation.sha256, there.last_change, there.is_sample)
    return Dataset(framework, windows, tuple(found.values()), made, _places(framework, maps or {}))


def _places(framework: Framework, maps: Mapping[str, Areas]) -> Mapping[str, Collection[str]]:
    """Give the categories that have an area; where there is no map, all that say where."""
    page = framework.pages.regions
    dimensions = [] if page is None else [one for one in (page.dimension, page.finer) if one is not None]
    said = {
        each: [key for key, one in framework.dimensions[each].categories.items() if not one.not_stated]
        for each in dimensions
    }
    return {each: frozenset(maps[each].areas if each in maps else said[each]) for each in dimensions}


def promised(installation: Installation, *, today: date, at: datetime) -> Dataset:
    """Give a dataset without its figures: enough to say what there is."""
    there = figures.overview(installation)
    made = Made(at, installation.sha256, there.last_change, there.is_sample)
    return Dataset(installation.framework, windows_within(installation.framework, today, None), (), made)
