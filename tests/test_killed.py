"""An import that is killed leaves all of a return or none of it; imported again, it is stored or known."""

import random
import time
from datetime import UTC, date, datetime

import pytest

from filled import SECOND, framework, organisation
from filling import Kpi, fill
from kpi.access import OPERATOR
from kpi.adoption import adopt
from kpi.installation import Installation
from kpi.intake.template import template
from kpi.measure.facts import facts_of
from kpi.organisations import list_organisations
from kpi.quarter import Quarter
from kpi.records import FormState
from kpi.store import chain, events, facts, returns
from kpi.store.engine import reading
from kpi.store.model import ReturnState

Q1 = Quarter(2025, 1)
ROWS = 300
TIMES = 15
NOW = datetime(2025, 4, 1, tzinfo=UTC)


def operations(code):
    return [
        {
            "title": f"{code} {number}",
            "day": date(2025, 1, 1 + number % 31),
            "river": "birse",
            "volunteers.under16": 1,
            "volunteers.adult": 2,
            "volunteers.unknown": 0,
        }
        for number in range(ROWS)
    ]


@pytest.fixture
def installation(store):
    """A store that lists as many organisations as there will be imports."""
    of = framework()
    found = Installation(of, SECOND.read_text(encoding="utf-8"), store, OPERATOR)
    adopt(found, by="Installer", at=NOW)
    list_organisations(found, [organisation(of, f"C{number}") for number in range(TIMES + 1)], by="Installer", at=NOW)
    return found


def whole(installation, stored) -> bool:
    """Tell whether everything that belongs to a stored return is there."""
    with reading(installation.engine) as session:
        content = returns.content(session, return_id=stored.id)
        links = events.history(session, subject=f"return/{stored.organisation}/{stored.quarter}/1")
        derived = [one for one in facts.all(session) if one.organisation == stored.organisation]
    return (
        (stored.revision, stored.state, stored.current) == (1, ReturnState.APPROVED, True)
        and content.sha256 == stored.content_sha256
        and len(content.forms["operations"].records) == ROWS
        and content.forms["gifts"].state is FormState.NOTHING
        and [link.action for link in links] == ["return.submitted", "return.approved"]
        and len(derived) == len(facts_of(installation.framework, Q1, content))
    )


def stored_returns(installation):
    with reading(installation.engine) as session:
        assert chain.follow(session).broken is None
        return {one.organisation: one for one in returns.find(session)}


def test_a_killed_import_leaves_all_or_nothing(installation, store_url, tmp_path):
    kpi = Kpi(tmp_path, environment={"KPI_DATABASE_URL": store_url})
    files = []
    for number in range(TIMES + 1):
        code = f"C{number}"
        blank = template(
            installation.framework,
            organisation=organisation(installation.framework, code),
            quarter=Q1,
            language="fr",
        )
        files.append(tmp_path / f"{code}.xlsx")
        files[-1].write_bytes(fill(blank, {"operations": operations(code)}))
    began = time.monotonic()
    assert kpi.apart("import", files[0], "--approve", "--approver", "Approver").code == 0
    usual = time.monotonic() - began
    chance, seen = random.Random(9), set()  # noqa: S311 (when to kill is no secret)
    for number in range(1, TIMES + 1):
        process = kpi.start("import", files[number], "--approve", "--approver", "Approver")
        # Most of the time goes into starting up and reading; storing comes at the end.
        time.sleep(usual * (0.1 if number == 1 else chance.uniform(0.55, 1.05)))
        process.kill()
        process.communicate()
        there = stored_returns(installation)
        assert there.keys() <= {f"C{each}" for each in range(number + 1)}
        assert f"C{number}" in there or process.returncode != 0
        assert all(whole(installation, one) for one in there.values())
        seen.add((process.returncode, f"C{number}" in there))
    assert (-9, False) in seen
    before = stored_returns(installation).keys()
    again = kpi.ok("import", *files, "--approve", "--approver", "Approver", "--format", "json").json
    for one in again:
        known = one["organisation"] in before
        assert one["stored"] is not known
        assert [problem["code"] for problem in one["problems"]] == (["return.same_file"] if known else [])
    there = stored_returns(installation)
    assert len(there) == TIMES + 1
    assert all(whole(installation, one) for one in there.values())
