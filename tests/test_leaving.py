"""What actually leaves the house, file by file: nobody can compute from all of it what is hidden in it."""

import itertools
from datetime import UTC, date, datetime

import pytest

from attacker import HIDDEN, Attacker
from desk import SMALL
from filled import CENTRE, framework
from kpi import figures
from kpi.access import OPERATOR, PUBLIC
from kpi.editions import publish
from kpi.incoming import Incoming
from kpi.installation import Installation
from kpi.intake.raw import RawReturn
from kpi.measure.model import State
from kpi.measure.published import questions
from kpi.quarter import Quarter, Window
from kpi.report.content import Audience, Request
from kpi.returns import submit
from kpi.store import editions, organisations, returns
from kpi.store.engine import reading
from leaving import nobody_computes, of_edition, place_of
from made_up import World, fill_store

TODAY, AT = date(2026, 5, 15), datetime(2026, 5, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize("seed", [3, 11])
def test_nobody_computes_what_is_hidden_in_files_of_random_data(sqlite_store, seed):
    here = Installation(framework(CENTRE), CENTRE.read_text(encoding="utf-8"), sqlite_store, OPERATOR)
    fill_store(here, seed, organisations=5, first=Quarter(2025, 2), quarters=4, plausible=True)
    assert len(nobody_computes(here, today=TODAY, at=AT)) > 1000


def test_nobody_computes_what_is_hidden_in_an_edition_or_in_the_next_one(sqlite_store):
    """Published, corrected, published again: what the first hid the second hides too, and neither can be solved."""
    here = Installation(framework(SMALL), SMALL.read_text(encoding="utf-8"), sqlite_store, OPERATOR)
    fill_store(here, 5, organisations=4, first=Quarter(2025, 1), quarters=4, plausible=True)
    first = published(here)
    correct(here, 17)
    second = published(here)
    assert sum(one != first[place] for place, one in second.items()) > 20
    for told in (first, second):
        assert {one.state for one in told.values()} >= {State.VALUE, State.HIDDEN}
        assert Attacker(here.framework, told.values()).computed() == []
    hidden = {place for place, one in first.items() if one.state in HIDDEN}
    assert hidden
    assert {second[place].state for place in hidden} <= HIDDEN
    asked = questions(here.framework, TODAY)
    now = [one for answer in figures.measured(here.asked_by(PUBLIC), asked, today=TODAY) for one in answer]
    assert {place_of(one) for one in now if one.state in HIDDEN} >= hidden


def published(here):
    """Publish a report and give the figures it told, by their place."""
    edition = publish(here, Request(Window.year(2025), "en", Audience.FUNDER, {}), today=TODAY, at=AT)
    with reading(here.engine) as session:
        told = of_edition(editions.figures(session, edition_id=edition.id))
    return {place_of(one): one for one in told if one.state not in {State.NOT_PUBLISHED, State.NOT_COLLECTED}}


def correct(here, seed):
    """Replace every second return by one that says something else."""
    world = World(here.framework, seed, plausible=True)
    with reading(here.engine) as session:
        known, held = organisations.all(session), returns.find(session, standing=True)
    by_code = {one.code: one for one in known}
    for number, one in enumerate(held):
        if number % 2:
            raw = RawReturn(one.organisation, one.quarter, here.framework.languages[0])
            who = by_code[one.organisation]
            said = world.content(who, one.quarter)
            incoming = Incoming(f"again {number}.xlsx", f"again {number}".encode(), who, raw, said)
            submit(here, incoming, by="Importer", at=AT, approver="Approver")


@pytest.mark.parametrize("day", [date(2024, 2, 1), TODAY, date(2026, 11, 20), date(2027, 1, 30), date(2027, 2, 1)])
def test_no_published_window_overlaps_another(day):
    """The difference of two windows of one year would be a quarter: there is one window a year."""
    windows = figures.published_windows(framework(CENTRE), day)
    assert windows
    for one, other in itertools.pairwise(windows):
        assert one.last < other.first
        assert one.last.year < other.first.year
