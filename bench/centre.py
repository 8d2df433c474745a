"""The Centre's own framework with 265 organisations: the sample world, each of its organisations several times."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session

from kpi.access import OPERATOR
from kpi.framework.load import load_file
from kpi.framework.model import ColumnType, Framework
from kpi.installation import Installation
from kpi.intake.check import check
from kpi.measure.facts import facts_of
from kpi.measure.model import Fact, Organisation
from kpi.quarter import Quarter
from kpi.records import ReportedForm, ReturnContent
from kpi.store import facts, frameworks, migrations, organisations, returns
from kpi.store.engine import connect, writing
from kpi.store.model import Channel, ReturnState

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "sample_data"))
from world.build import World, told, world  # noqa: E402 (it lies beside the sample)

AT = datetime(2026, 11, 1, tzinfo=UTC)
_Returns = dict[Quarter, ReturnContent]


def submitted(  # noqa: PLR0913 (what a return is)
    session: Session,
    organisation: Organisation,
    quarter: Quarter,
    content: ReturnContent,
    derived: Sequence[Fact],
    *,
    framework_id: int,
    language: str,
) -> int:
    """Store a return that is submitted, with its facts; give its id."""
    stored = returns.add_revision(
        session,
        organisation=organisation.code,
        quarter=quarter,
        state=ReturnState.SUBMITTED,
        channel=Channel.IMPORT,
        language=language,
        framework_id=framework_id,
        file_id=None,
        attributes=organisation.attributes,
        content=content,
        by="bench",
        at=AT,
    )
    facts.replace(session, return_id=stored.id, quarter=quarter, facts=derived)
    return stored.id


def centre(path: Path, count: int) -> Installation:
    """Fill a store with so many organisations' returns since the programme's start, all of them approved."""
    loaded = load_file(ROOT / "indicators.yaml")
    if loaded.framework is None:
        raise SystemExit("indicators.yaml does not load")
    framework = loaded.framework
    engine = connect(f"sqlite:///{path}", create=True)
    migrations.migrate(engine)
    everybody = list(_everybody(world(framework), count))
    with writing(engine) as session:
        organisations.upsert(session, organisations=[one for one, _ in everybody])
        framework_id = frameworks.remember(session, yaml=loaded.yaml)
        for organisation, quarter, content in ((one, *each) for one, said in everybody for each in said.items()):
            derived = facts_of(framework, quarter, content)
            made = submitted(session, organisation, quarter, content, derived, framework_id=framework_id, language="bg")
            returns.approve(session, return_id=made, by="another", at=AT)
    return Installation(framework, loaded.yaml, engine, OPERATOR)


def _everybody(made: World, count: int) -> Iterator[tuple[Organisation, _Returns]]:
    """Give the organisations of the world again and again, each time under another code and in other districts."""
    said: dict[str, _Returns] = {code: {} for code in made.members}
    for arrival in made.arrivals:  # of several revisions the last one holds
        attributes = made.members[arrival.organisation].organisation.attributes
        checked = check(made.framework, told(made, arrival), attributes=attributes)
        said[arrival.organisation][arrival.quarter] = checked.content
    for number in range(count):
        turn, at = divmod(number, len(said))
        code = list(said)[at]
        organisation = replace(made.members[code].organisation, code=f"{code}{turn}")
        yield organisation, {quarter: _again(made.framework, one, turn) for quarter, one in said[code].items()}


def _again(framework: Framework, content: ReturnContent, turn: int) -> ReturnContent:
    return ReturnContent({key: _form(framework, key, form, turn) for key, form in content.forms.items()})


def _form(framework: Framework, key: str, reported: ReportedForm, turn: int) -> ReportedForm:
    """Say the same of so many districts further, and call what has no name that others refer to otherwise."""
    page, form = framework.pages.regions, framework.forms[key]
    finer = page and (page.finer or page.dimension)
    places = list(framework.dimensions[finer].categories) if finer else []
    placed = [name for name, one in form.columns.items() if finer and one.dimension == finer]
    names = [name for name, one in form.columns.items() if one.type is ColumnType.TEXT and form.key is None]

    def again(name: str, value: object) -> object:
        if name in placed and value in places:
            return places[(places.index(str(value)) + turn) % len(places)]
        return f"{value} {turn}" if name in names and turn and isinstance(value, str) else value

    records = (
        replace(one, cells={name: again(name, value) for name, value in one.cells.items()}) for one in reported.records
    )
    return replace(reported, records=tuple(records))
