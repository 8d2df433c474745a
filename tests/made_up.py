"""Returns made up at random, of every kind of cell and state that a framework knows."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from kpi.adoption import adopt
from kpi.framework.model import Column, ColumnType, Form, FormKind, Framework
from kpi.incoming import Incoming
from kpi.installation import Installation
from kpi.intake.raw import RawReturn
from kpi.measure.model import Organisation
from kpi.organisations import list_organisations
from kpi.quarter import Quarter
from kpi.records import NOT_APPLICABLE, FormState, Record, ReportedForm, ReturnContent, text_key
from kpi.returns import submit

NOW = datetime(2026, 7, 10, tzinfo=UTC)
STATES = [FormState.REPORTED] * 12 + [FormState.NOTHING, FormState.NOT_APPLICABLE, FormState.MISSING]


class World:
    """Chance with a seed, and a framework to make things up for."""

    def __init__(self, framework: Framework, seed: int, *, plausible: bool = False) -> None:
        self.framework, self.plausible = framework, plausible
        self.chance = random.Random(seed)  # noqa: S311 (the same world each time, nothing secret)

    def organisations(self, count: int, first: Quarter) -> list[Organisation]:
        """Organisations of all kinds; some begin late, some stop early, some lack an attribute."""
        return [
            Organisation(
                f"O{number}",
                dict.fromkeys(self.framework.languages, f"Organisation {number}"),
                self.attributes(),
                first + self.chance.choice((-4, -4, -4, 0, 2)),
                self.chance.choice((None, None, None, first + 5)),
            )
            for number in range(count)
        ]

    def attributes(self) -> dict[str, str]:
        return {
            name: self.chance.choice(list(self.framework.dimensions[attribute.dimension].categories))
            for name, attribute in self.framework.organisation.items()
            if attribute.required or self.chance.random() < 0.8
        }

    def content(self, organisation: Organisation, quarter: Quarter) -> ReturnContent:
        asked = self.framework.asked_forms(organisation.attributes, quarter)
        return ReturnContent({key: self.form(form, quarter) for key, form in asked.items()})

    def form(self, form: Form, quarter: Quarter) -> ReportedForm:
        state = self.chance.choice(STATES)
        if state is not FormState.REPORTED:
            return ReportedForm(state)
        keys: list[str | None]
        if form.kind is FormKind.GRID:
            keys = list(self.framework.dimensions[form.rows].current(quarter)) if form.rows else [None]
        else:
            keys = [None] * self.chance.randint(1, 6)
        records = []
        for number, key in enumerate(keys, 1):
            cells = dict(self.cells(form, quarter, number))
            if self.plausible:
                self.limit(form, cells)
            named = text_key(cells[form.key]) if form.key else key
            records.append(Record(number, named, cells))
        return ReportedForm(state, tuple(records))

    def limit(self, form: Form, cells: dict[str, object]) -> None:
        """Let no count be more than the one that limits it: both are told together, or neither."""
        for key, column in form.columns.items():
            most, limit = cells.get(key), cells.get(column.at_most or "")
            if column.at_most is None or most is None:
                continue
            if isinstance(most, dict) and isinstance(limit, dict) and NOT_APPLICABLE not in (most, limit):
                cells[key] = {one: self.least(most[one], limit[one]) for one in most if one in limit}
                cells[column.at_most] = {one: limit[one] for one in limit if one in most}
            elif isinstance(most, int) and isinstance(limit, int):
                cells[key] = min(most, limit)
            else:
                del cells[key]

    def least(self, one: object, other: object) -> object:
        return min(one, other) if isinstance(one, int) and isinstance(other, int) else dict(NOT_APPLICABLE)

    def cells(self, form: Form, quarter: Quarter, number: int) -> Iterator[tuple[str, object]]:
        """Cells of a row; some columns are left empty or do not apply, some stand under a former key."""
        for key, column in form.current(quarter).items():
            luck = self.chance.random()
            name = self.chance.choice((key, *column.was))
            if key == form.key:
                yield key, f"Thing {number}"
            elif luck < 0.06 and not column.required:
                continue
            elif luck < 0.1:
                yield name, dict(NOT_APPLICABLE)
            elif column.spread is None:
                yield name, self.value(column, quarter, None)
            else:
                yield name, dict(self.spread(column, quarter))

    def spread(self, column: Column, quarter: Quarter) -> Iterator[tuple[str, object]]:
        for category, entry in self.framework.dimensions[column.spread or ""].current(quarter).items():
            luck = self.chance.random()
            if luck < 0.05 and column.weight:
                continue
            value = dict(NOT_APPLICABLE) if luck > 0.95 else self.value(column, quarter, category)
            yield self.chance.choice((category, *entry.was)), value

    def value(self, column: Column, quarter: Quarter, category: str | None) -> object:
        chance = self.chance
        day = quarter.starts + timedelta(days=chance.randrange(90))
        match column.type:
            case ColumnType.COUNT:
                return chance.choice((0, 1, chance.randrange(500)))
            case ColumnType.DECIMAL:
                return f"{chance.randrange(1000)}.{chance.randrange(10**column.decimals):0{max(column.decimals, 1)}}"
            case ColumnType.MONEY:
                accepted = [each for each in self.framework.money.currencies if self._held(each, quarter)]
                return {
                    "amount": f"{chance.randrange(10**6)}.{chance.randrange(100):02}",
                    "currency": chance.choice(accepted),
                }
            case ColumnType.CHOICE:
                known = self.framework.dimensions[column.dimension or ""].current(quarter)
                key = chance.choice(list(known))
                return chance.choice((key, *known[key].was))
            case ColumnType.RATING:
                return chance.choice(list(self.framework.dimensions[column.scale_of(category) or ""].categories))
            case ColumnType.DATE:
                return (day - timedelta(days=chance.choice((0, 0, 400, 800, 1500)))).isoformat()
            case ColumnType.YES_NO:
                return chance.random() < 0.6
            case ColumnType.REF:
                return "thing 1"
            case _:
                return f"Text {chance.randrange(1000)}"

    def _held(self, currency: str, quarter: Quarter) -> bool:
        """Whether a currency has a rate on each day that an amount of the quarter may be dated, also years back."""
        days = [quarter.ends, *(quarter.starts + timedelta(days=n) for n in (*range(90), *range(-1500, 90, 30)))]
        return all(self.framework.money.rate(currency, day) is not None for day in days)


def fill_store(  # noqa: PLR0913 (what a store is made of)
    installation: Installation,
    seed: int,
    *,
    organisations: int,
    first: Quarter,
    quarters: int,
    plausible: bool = False,
) -> None:
    """Put made-up returns into a store: late ones, missing ones, corrected ones, some that nobody approved."""
    world = World(installation.framework, seed, plausible=plausible)
    chance = world.chance
    known = world.organisations(organisations, first)
    # Another framework was in force for a moment, and then this one again.
    for framework in (installation, replace(installation, yaml=f"# Draft\n{installation.yaml}"), installation):
        adopt(framework, by="Importer", at=NOW)
    list_organisations(installation, known, by="Importer", at=NOW)
    sent = [(each, first + n) for each in known for n in range(quarters) if chance.random() < 0.75]
    sent += [pair for pair in sent if chance.random() < 0.35]
    chance.shuffle(sent)
    for number, (then, quarter) in enumerate(sent):
        if not then.active_in(quarter):
            continue
        incoming = Incoming(
            f"{number}.xlsx",
            f"file {number}".encode(),
            then,
            RawReturn(then.code, quarter, installation.framework.languages[0]),
            world.content(then, quarter),
        )
        approver = "Approver" if chance.random() < 0.9 else None
        submit(installation, incoming, by="Importer", at=NOW, approver=approver)
    # Since then, some are of another kind: what they were holds for what they reported.
    changed = [replace(each, attributes=world.attributes()) for each in known if chance.random() < 0.4]
    list_organisations(installation, changed, by="Importer", at=NOW)
