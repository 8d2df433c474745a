"""Questions answered from the store, whoever asks: who may see which answers, `kpi.figures` decides.

A question becomes needs (`kpi.measure.measure`), the store answers them in as few queries as there are sets of
returns, and the pure part makes measurements of the answers. The day is always an argument.
"""

import gc
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from threading import Lock

from sqlmodel import Session

from kpi import recall
from kpi.framework.model import Framework
from kpi.measure.measure import measurements
from kpi.measure.model import Measurement
from kpi.measure.needs import Answer, Need, Question, Request, needs
from kpi.measure.plan import basis_window
from kpi.measure.selection import Selections
from kpi.measure.together import Family, Layer, added_up, families, layer, layers
from kpi.quarter import QUARTERS_A_YEAR, Quarter, Window
from kpi.store import facts
from kpi.store.model import Basis


class _Pause:
    """While anybody's answer is worked out, Python does not look for cycles among what is in memory.

    An answer is made of hundreds of thousands of small values without any, and looking through them again and again
    takes as long as working it out.
    """

    def __init__(self) -> None:
        self._inside, self._was_on, self._lock = 0, False, Lock()

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._was_on = gc.isenabled()
                gc.disable()
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside and self._was_on:
                gc.enable()


_PAUSED = _Pause()


def selections(
    session: Session, framework: Framework, questions: Iterable[Question], *, today: date, basis: Basis
) -> Selections:
    """Read what the returns say that may count, once for all questions; none from before they are asked about."""
    questions = list(questions)
    first = min(window.first for question in questions for window in _windows(framework, question))
    back = max(framework.rules.carried_quarters, QUARTERS_A_YEAR)  # what counts for a position, and is expected of it
    reports = recall.reports(
        session,
        framework,
        basis=basis,
        since=first + -back,
        until=max(question.window.last for question in questions),
    )
    known = recall.organisations(session, framework)
    return Selections(framework, organisations=known, reports=reports, today=today)


def _windows(framework: Framework, question: Question) -> tuple[Window, ...]:
    """Give the windows that a question rests on: its own, and the one that it is judged on."""
    judged = [basis_window(framework, question.indicator, question.window.last)] if question.is_total else []
    return (question.window, *judged)


def answered(
    session: Session, framework: Framework, questions: Sequence[Question], *, today: date, basis: Basis
) -> list[list[Measurement]]:
    """Answer questions from the store: for each its measurements, the total first."""
    if not questions:
        return []
    with _PAUSED:
        chosen = selections(session, framework, questions, today=today, basis=basis)
        asked = [needs(framework, question, chosen) for question in questions]
        answers = _fetched(session, asked)
        return [measurements(framework, need, answers.__getitem__, today=today) for need in asked]


def _fetched(session: Session, asked: Sequence[Need]) -> dict[Request, Answer]:
    """Fetch all that is asked, quarter by quarter, and add it up for each window: few statements for many questions."""
    requests = list(dict.fromkeys(request for need in asked for request in need.requests))
    selected = {id(each): each for need in asked for scope in need.scopes for each in scope.selections.values()}
    quarters = {report.return_id: report.quarter for each in selected.values() for report in each.reports}
    parts = {request.part for request in requests}
    reporting = facts.reporting(session, parts=parts, returns=quarters.keys())
    answers: dict[Request, Answer] = {}
    for family in families(requests):
        held = [_layer(session, family, those, quarters) for those in layers(family.sets, quarters)]
        for request in family.requests:
            answers[request] = Answer(added_up(request, held), reporting[request.part] & request.returns)
    return answers


def _layer(session: Session, family: Family, returns: frozenset[int], quarters: Mapping[int, Quarter]) -> Layer:
    cells = facts.cells(
        session,
        parts=family.parts,
        returns=returns,
        by_organisation=family.by_organisation,
        by_quarter=family.by_quarter,
    )
    return layer(returns, quarters if family.by_quarter else None, cells)
