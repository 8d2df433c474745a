"""Figures for pages, kept until the store, the framework or the day changes.

The key holds who may see them (the basis) and everything the answer depends on; the values are frozen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import streamlit as st

from kpi import breakdowns, figures
from kpi.figures import APPROVED, PROVISIONAL, Contribution, ShareStanding, StoredRecord
from kpi.framework.model import Framework
from kpi.installation import Installation
from kpi.language import tr
from kpi.measure.model import ORGANISATION, Measurement
from kpi.measure.needs import Question
from kpi.measure.plan import Aim, Plan
from kpi.present.cards import Shown
from kpi.problems import N_
from kpi.quarter import Quarter, Window
from kpi.web.opened import installation, now, today
from kpi.web.person import language
from kpi.web.view import View, before

_TREND = 8

Answers = Sequence[Sequence[Measurement]]


def measured(questions: Sequence[Question], *, provisional: bool) -> Answers:
    """Answer questions, from memory where nothing has changed."""
    found = installation()
    version = (found.sha256, now().last_change, str(found.engine.url))
    with st.spinner(tr(N_("The figures are being added up …"), language())):
        return _measured(found, version, repr(questions), questions, today(), provisional)


@st.cache_resource(show_spinner=False, max_entries=400)
def _measured(
    _installation: Installation,
    version: tuple[str, ...],  # noqa: ARG001 (a part of the key)
    asked: str,  # noqa: ARG001 (a part of the key)
    _questions: Sequence[Question],
    day: date,
    provisional: bool,  # noqa: FBT001 (a part of the key)
) -> Answers:
    basis = PROVISIONAL if provisional else APPROVED
    return figures.measured(_installation, _questions, today=day, basis=basis)


def shown(view: View) -> Mapping[str, Shown]:
    """Gather what an overview shows of every indicator that is in force."""
    framework = installation().framework
    keys = [key for key, one in framework.indicators.items() if one.valid_in(view.window.last)]
    earlier = before(view.window)
    windows = [view.window, *([earlier] if earlier else []), *map(Window.quarter, _quarters(framework, view))]
    questions = [Question(key, window, where=view.where) for key in keys for window in windows]
    answers = [found[0] for found in measured(questions, provisional=view.provisional)]
    gathered = {}
    for index, key in enumerate(keys):
        now_, *rest = answers[index * len(windows) : (index + 1) * len(windows)]
        gathered[key] = Shown(now_, rest[0] if earlier else None, tuple(rest[1:] if earlier else rest))
    return gathered


def _quarters(framework: Framework, view: View) -> list[Quarter]:
    first = max(view.window.last + -(_TREND - 1), min(framework.programme.starts, view.window.last))
    return list(Window.range(first, view.window.last))


def aims(keys: Sequence[str], quarter: Quarter) -> Mapping[str, tuple[Aim, Plan]]:
    """Give how indicators are judged at a quarter's end."""
    framework = installation().framework
    return {key: breakdowns.aim(framework, key, quarter) for key in keys}


@dataclass(frozen=True, slots=True)
class Profile:
    """All the figures of one indicator's page.

    `trend` goes from the start to the end of the window's year; quarters yet to come have only their path.
    """

    now: Measurement
    by: Mapping[str, Sequence[Measurement]]
    trend: Sequence[Measurement]
    provisional: frozenset[Quarter]


def profile(view: View, key: str) -> Profile:
    """Gather the figures of an indicator's page."""
    framework = installation().framework
    dimensions = [*breakdowns.dimensions(framework, key), ORGANISATION]
    first = min(framework.programme.starts, view.window.last)
    quarters = list(Window.range(first, Quarter(view.window.last.year, 4)))
    questions = [
        Question(key, view.window, where=view.where),
        *(Question(key, view.window, by=(each,), where=view.where) for each in dimensions),
        *(Question(key, Window.quarter(quarter), where=view.where) for quarter in quarters),
    ]
    total, *rest = measured(questions, provisional=view.provisional)
    trend = [_known_by(found[0], view.window.last) for found in rest[len(dimensions) :]]
    return Profile(
        total[0],
        {each: found[1:] for each, found in zip(dimensions, rest, strict=False)},
        trend,
        frozenset(each.window.last for each in trend if figures.is_provisional(framework, each, today())),
    )


def _known_by(found: Measurement, last: Quarter) -> Measurement:
    """Keep only the path of a quarter after the one that is looked at."""
    if found.window.last <= last:
        return found
    return replace(found, value=None, standing=replace(found.standing, actual=None))


def share_standings(view: View, key: str) -> Sequence[ShareStanding]:
    """Judge the shares that an indicator has targets for; targets hold for the whole programme only."""
    if view.where:
        return ()
    basis = PROVISIONAL if view.provisional else APPROVED
    return figures.share_standings(installation(), key, view.window.last, today=today(), basis=basis)


def sources(view: View, key: str) -> tuple[Sequence[Contribution], Mapping[int, str]]:
    """Give the returns behind an indicator's figure, and the names of their files."""
    basis = PROVISIONAL if view.provisional else APPROVED
    question = Question(key, view.window, where=view.where)
    found = figures.contributions(installation(), question, today=today(), basis=basis)
    return found, figures.file_names(installation(), [one.source for one in found])


def rows(view: View, organisation: str, quarter: Quarter) -> Sequence[StoredRecord]:
    """Give all rows of the return that counts for an organisation and quarter."""
    basis = PROVISIONAL if view.provisional else APPROVED
    return figures.rows_behind(installation(), organisation=organisation, quarter=quarter, basis=basis)
