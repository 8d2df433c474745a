"""Answering questions from the store: what it leaves as it was."""

import gc
from datetime import date

import pytest

from filled import SECOND, framework
from kpi.access import OPERATOR
from kpi.answers import answered
from kpi.installation import Installation
from kpi.measure.needs import NotACategoryError, Question
from kpi.quarter import Quarter, Window
from kpi.store.engine import reading
from kpi.store.model import Basis
from made_up import fill_store

TODAY = date(2026, 7, 20)


def test_looking_for_cycles_goes_on_after_an_answer_and_after_none(sqlite_store):
    here = Installation(framework(), SECOND.read_text(encoding="utf-8"), sqlite_store, OPERATOR)
    fill_store(here, 1, organisations=2, first=Quarter(2026, 1), quarters=2)
    asked = [Question(key, Window.year(2026)) for key in here.framework.indicators]
    key, dimension = next((key, one.by[0]) for key, one in here.framework.indicators.items() if one.by)
    wrong = Question(key, Window.year(2026), where={dimension: "nobody"})
    with reading(sqlite_store) as session:
        assert len(answered(session, here.framework, asked, today=TODAY, basis=Basis())) == len(asked)
        assert gc.isenabled()
        with pytest.raises(NotACategoryError):
            answered(session, here.framework, [*asked, wrong], today=TODAY, basis=Basis())
        assert gc.isenabled()
