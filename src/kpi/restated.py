"""Figures that are different now from what they were when their quarters were locked, with what they were.

A window is settled up to the last of its quarters that was ever locked, as of that quarter's first lock: that is when
its figures were reported onwards. Its former figure is made of what counted then, and of what counts now of later
quarters.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session

from kpi.access import Deed, allow, may
from kpi.answers import answered
from kpi.disclosed import disclosed
from kpi.installation import Installation
from kpi.measure.disclosure import Disclosed
from kpi.measure.model import Measurement
from kpi.measure.needs import Question
from kpi.quarter import Quarter, Window
from kpi.store import desk, reports
from kpi.store.engine import reading
from kpi.store.model import Basis

__all__ = ["Restated", "restated"]


@dataclass(frozen=True, slots=True)
class Restated:
    """A figure that was changed after it was settled.

    `former` is what it was when `until`, the last quarter of its window that was ever locked, was first locked, at
    `locked_at`; none to whom figures before disclosure control are not open, since the difference might tell of a few.
    """

    now: Measurement
    former: Measurement | None
    until: Quarter
    locked_at: datetime


@dataclass(frozen=True, slots=True)
class _Settled:
    """When quarters were first locked, and when a return for them was last approved."""

    locked: Mapping[Quarter, datetime] = field(default_factory=dict)
    approved: Mapping[Quarter, datetime] = field(default_factory=dict)

    def of(self, window: Window, since: Quarter) -> tuple[Quarter, datetime] | None:
        """Give up to where, and when, a window was settled; none where nothing of it was, or has changed since.

        What counts in it may go back to `since`.
        """
        until = max((quarter for quarter in self.locked if quarter in window), default=None)
        if until is None:
            return None
        at = self.locked[until]
        changed = any(since <= quarter <= until and when > at for quarter, when in self.approved.items())
        return (until, at) if changed else None


def restated(installation: Installation, questions: Sequence[Question], *, today: date) -> list[list[Restated]]:
    """Give, for each question, those of its figures that were settled and are others now; of approved returns only.

    Whoever may not see everything is told of the figures of the closed set that are shown, and of no other.
    """
    allow(installation.who, Deed.SEE_FIGURES)
    framework = installation.framework
    found: list[list[Restated]] = [[] for _ in questions]
    with reading(installation.engine) as session:
        settled = _settled(session)
        groups: dict[tuple[Quarter, datetime], list[int]] = defaultdict(list)
        for number, question in enumerate(questions):
            first = min(question.window.first, framework.programme.starts) + -framework.rules.carried_quarters
            when = settled.of(question.window, first)
            if when is not None:
                groups[when].append(number)
        is_open = not groups or may(installation.who, Deed.SEE_UNDISCLOSED)
        hidden = None if is_open else disclosed(session, installation, today=today)
        for (until, at), numbers in groups.items():
            asked = [questions[number] for number in numbers]
            now, then = (
                answered(session, framework, asked, today=today, basis=basis)
                for basis in (Basis(), Basis(as_of=at, as_of_until=until))
            )
            for number, ours, theirs in zip(numbers, now, then, strict=True):
                found[number] = _different(hidden, ours, theirs, until, at)
    return found


def _settled(session: Session) -> _Settled:
    first: dict[Quarter, datetime] = {}
    for lock in desk.locks(session):  # by quarter and time
        first.setdefault(lock.quarter, lock.locked_at)
    return _Settled(first, reports.last_approved(session) if first else {})


def _different(
    hidden: Disclosed | None, now: Sequence[Measurement], then: Sequence[Measurement], until: Quarter, at: datetime
) -> list[Restated]:
    """Compare what may be seen: where something is `hidden`, now and then are masked alike, so that no change shows."""
    ours, theirs = ([hidden.masked(one) if hidden else one for one in answer] for answer in (now, then))
    former = {_place(one): one for one in theirs}
    return [
        Restated(one, None if hidden else former[_place(one)], until, at)
        for one in ours
        if _place(one) in former and _said(one) != _said(former[_place(one)])
    ]


def _place(one: Measurement) -> tuple[object, ...]:
    return one.indicator, tuple(sorted(one.slice.items())), one.organisation


def _said(one: Measurement) -> tuple[object, ...]:
    return one.state, one.value
