"""The page that says what the store means: its code is run, its figures were computed by hand."""

import hashlib
import re
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from kpi.measure.model import Organisation
from kpi.quarter import Quarter
from kpi.records import NOT_APPLICABLE, FormState, Record, ReportedForm, ReturnContent
from kpi.store import events, frameworks, organisations, returns
from kpi.store.engine import writing
from kpi.store.model import Channel, ReturnState
from kpi.store.tables import Base

PAGE = Path(__file__).parents[1] / "docs" / "data.md"
FRAMEWORK = """
rules: {carried_quarters: 4}
money: {currency: EUR, rates: {BGN: [{per_unit: 1.95583, until: 2025-12-31}]}}
forms:
  training: {time: flow}
  satisfaction: {time: flow}
  funding: {time: flow}
  access: {time: stock}
"""
NOW = datetime(2026, 2, 1, tzinfo=UTC)
NOTHING = ReportedForm(FormState.NOTHING)


def training(women, men, **more):
    return {"training": reported({"successful": {"women": women, "men": men, **more}})}


def access(women):
    return {"access": reported({"people": {"women": women}})}


def reported(*rows):
    return ReportedForm(FormState.REPORTED, tuple(Record(i, None, cells) for i, cells in enumerate(rows, 1)))


def bgn(amount, day="2025-11-30"):
    return {"amount": {"amount": amount, "currency": "BGN"}, "signed": day}


# Three organisations in 2025; C takes part until Q2 only.
REPORTED = {
    ("A", 1): training(10, 5) | access(20),
    ("B", 1): training(4, 0) | access(5),
    ("C", 1): {"training": NOTHING, "access": reported({"people": {"women": 4}})},
    ("A", 2): training(0, 0)
    | {"satisfaction": reported({"score": {"women": "4.5"}, "answered": {"women": 10}})}
    | {"access": NOTHING},
    ("B", 2): {
        "satisfaction": reported(
            {"score": {"women": "3.0", "men": "5.0"}, "answered": {"women": 30, "men": NOT_APPLICABLE}}
        ),
        "access": ReportedForm(FormState.MISSING),
    },
    ("C", 2): training(3, 3, not_stated=2),
    ("A", 4): {
        "funding": reported(
            bgn("1000.00"),
            *[bgn("0.30")] * 3,
            {"amount": {"amount": "10.05", "currency": "EUR"}, "signed": "2025-12-31"},
            {"signed": "2025-12-31"},
        )
    },
}


@pytest.fixture
def page(sqlite_store):
    """The page's own functions, on a store with the returns above and two that must not count."""
    with writing(sqlite_store) as session:
        organisations.upsert(
            session,
            organisations=[
                Organisation(code, {"en": code}, {}, Quarter(2024, 1), Quarter(2025, 2) if code == "C" else None)
                for code in "ABC"
            ],
        )
        framework_id = frameworks.remember(session, yaml=FRAMEWORK)
        frameworks.remember(session, yaml="rules: {carried_quarters: 1}")  # in force before, and put back
        sha256 = hashlib.sha256(FRAMEWORK.encode()).hexdigest()
        events.append(
            session, at=NOW, actor="one", action="framework.adopted", subject="framework", after={"sha256": sha256}
        )

        def store(code, number, forms, *, approve=True):
            stored = returns.add_revision(
                session,
                organisation=code,
                quarter=Quarter(2025, number),
                state=ReturnState.SUBMITTED,
                channel=Channel.IMPORT,
                language="en",
                framework_id=framework_id,
                file_id=None,
                attributes={},
                content=ReturnContent(forms),
                by="one",
                at=NOW,
            )
            if approve:
                returns.approve(session, return_id=stored.id, by="another", at=NOW)

        store("A", 1, training(900, 900) | access(900))  # replaced below
        for (code, number), forms in REPORTED.items():
            store(code, number, forms)
        store("C", 2, training(800, 800), approve=False)
    names = {"STORE": sqlite_store.url.database}
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1]
    exec(compile(code, str(PAGE), "exec"), names)  # noqa: S102 (the page's code is what is tested)
    yield names
    names["db"].close()


Q1, Q2, Q3, Q4 = (Quarter(2025, number).ordinal for number in (1, 2, 3, 4))


def test_a_flow_adds_its_quarters(page):
    total = page["total"]
    assert [total("training", "successful", Q1, Q1), total("training", "successful", Q2, Q2)] == [19, 8]
    assert total("training", "successful", Q1, Q2) == 27
    assert [total("training", "successful", Q1, Q2, key) for key in ("women", "men", "not_stated")] == [17, 8, 2]


def test_a_stock_is_carried_by_form_for_four_quarters(page):
    total = page["total"]
    assert total("access", "people", Q1, Q1) == 20 + 5 + 4
    assert total("access", "people", Q2, Q2) == 0 + 5 + 4  # A: nothing to report; B carried
    assert total("access", "people", Q3, Q3) == 0 + 5  # C takes part no more
    assert total("access", "people", Q1 + 4, Q1 + 4) == 5
    assert total("access", "people", Q1 + 5, Q1 + 5) == 0


def test_a_mean_is_weighted(page):
    assert page["mean"]("satisfaction", "score", "answered", Q1, Q4) == Fraction(135, 40)


def test_money_is_converted_and_rounded_per_amount(page):
    assert page["money"]("funding", "amount", "signed", Q4, Q4) == Decimal("511.29") + Decimal("0.45") + Decimal(
        "10.05"
    )


def test_the_page_names_every_table_and_every_column_of_a_return():
    text = PAGE.read_text(encoding="utf-8")
    tables = re.findall(r"\*\*(\w+)\*\*", text)
    assert set(Base.metadata.tables) <= set(tables)
    assert [
        c.name for c in Base.metadata.tables["returns"].columns if c.name != "id" and f"`{c.name}`" not in text
    ] == []
