"""Questions answered from the store, whoever asks: who may see which answers, `kpi.figures` decides.

A question becomes needs (`kpi.measure.measure`), the store answers them in as few queries as there are sets of
returns, and the pure part makes measurements of the answers. The day is always an argument.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlmodel import Session

from kpi import recall
from kpi.framework.model import Framework
from kpi.measure.facts import parts_of
from kpi.measure.measure import measurements
from kpi.measure.model import FormReport, Measurement, Selection
from kpi.measure.needs import Answer, Need, Question, Request, needs
from kpi.measure.together import Family, Layer, added_up, families, layer, layers
from kpi.quarter import Quarter, Window
from kpi.records import FormState
from kpi.store import facts
from kpi.store.model import Basis


class Said:
    """What the returns that count say of each form, read once for all questions."""

    def __init__(self, framework: Framework, session: Session, basis: Basis, questions: Iterable[Question]) -> None:
        self._framework = framework
        first = min(min(question.window.first, framework.programme.starts) for question in questions)
        self._by_form: dict[str, dict[int, FormReport]] = defaultdict(dict)
        self._silent: dict[int, FormReport] = {}
        since = first + -framework.rules.carried_quarters
        until = max(question.window.last for question in questions)
        for report in recall.reports(session, framework, basis=basis, since=since, until=until):
            self._by_form[report.form][report.return_id] = report
            self._silent[report.return_id] = replace(report, state=FormState.MISSING)

    def of(self, question: Question) -> list[FormReport]:
        """Give what every return says of the indicator's forms.

        A return without a form says that it is missing: that tells what its organisation was then.
        """
        forms = sorted({part.form for part in parts_of(self._framework, question.indicator)})
        return [
            self._by_form[form].get(return_id) or replace(silent, form=form)
            for form in forms
            for return_id, silent in self._silent.items()
        ]


def answered(
    session: Session, framework: Framework, questions: Sequence[Question], *, today: date, basis: Basis
) -> list[list[Measurement]]:
    """Answer questions from the store: for each its measurements, the total first."""
    if not questions:
        return []
    known = recall.organisations(session, framework)
    said = Said(framework, session, basis, questions)
    selected: dict[tuple[str, Window], Selection] = {}
    asked = [
        needs(framework, question, organisations=known, reports=said.of(question), today=today, selected=selected)
        for question in questions
    ]
    answers = _fetched(session, asked)
    return [measurements(framework, need, answers.__getitem__, today=today) for need in asked]


def _fetched(session: Session, asked: Sequence[Need]) -> dict[Request, Answer]:
    """Fetch all that is asked, quarter by quarter, and add it up for each window: few statements for many questions."""
    requests = list(dict.fromkeys(request for need in asked for request in need.requests))
    quarters = {report.return_id: report.quarter for need in asked for report in need.reports}
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
