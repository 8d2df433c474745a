"""Random people doing random things to returns, with what must hold after each of them.

What must hold is written down here a second time, from the rules alone: it is compared with what the store says, never
with what the services answer.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sqlalchemy import Engine
from sqlmodel import select

from desk import ADA, ANN, BEGIN, BOB, EVE, MAX, MIA, TODAY, at_work
from kpi import drafts, figures, locks, offline, remarks, typing_in
from kpi.access import OPERATOR, Deed, Person, Role, may
from kpi.adoption import rebuild
from kpi.draft import Draft
from kpi.incoming import Incoming
from kpi.installation import Installation
from kpi.intake import typed as typing
from kpi.intake.check import check
from kpi.measure.facts import facts_of
from kpi.measure.model import Organisation
from kpi.measure.needs import Question
from kpi.organisations import list_organisations
from kpi.problems import SaidError
from kpi.proof import verify
from kpi.quarter import Quarter, Window
from kpi.returns import approve, send_back, submit
from kpi.store import events, facts, returns, tables
from kpi.store import organisations as listed
from kpi.store.engine import reading
from kpi.store.model import Channel, ReturnState, StoredReturn
from kpi.submission import submit_draft, warnings
from typed import type_row

QUARTERS = (Quarter(2026, 1), Quarter(2026, 2))
PEOPLE = (ANN, ANN, BOB, BOB, MIA, MIA, MIA, MAX, MAX, MAX, EVE)
DRAFT, SUBMITTED, APPROVED, RETURNED = (
    ReturnState.DRAFT,
    ReturnState.SUBMITTED,
    ReturnState.APPROVED,
    ReturnState.RETURNED,
)

#: From which state a revision may come into which; what was put aside stays as it is.
ALLOWED = {
    (DRAFT, DRAFT),
    (DRAFT, SUBMITTED),
    (SUBMITTED, SUBMITTED),
    (SUBMITTED, APPROVED),
    (SUBMITTED, RETURNED),
    (APPROVED, APPROVED),
    (RETURNED, RETURNED),
}


@dataclass(frozen=True)
class Seen:
    """All that the store says of returns, at one moment."""

    heads: dict[int, StoredReturn]
    said: dict[int, object]
    typed: dict[int, object]
    beside: dict[int, object]
    locked: frozenset[Quarter]
    listed: tuple[Organisation, ...]
    links: int

    @property
    def stations(self) -> object:
        """How far every return is."""
        return {number: (one.state, one.current, one.superseded_at) for number, one in self.heads.items()}

    def of(self, quarter: Quarter) -> object:
        """Everything that belongs to one quarter."""
        mine = [number for number, head in self.heads.items() if head.quarter == quarter]
        here = [one for one in self.listed if one.active_in(quarter)]
        told = {self.heads[one].organisation for one in mine if self.heads[one].current}
        silent = [(one.code, one.attributes) for one in here if one.code not in told]
        return (
            [(self.heads[one], self.said[one], self.typed[one], self.beside[one]) for one in mine],
            [one.code for one in here],
            silent,
        )


@dataclass
class Life:
    """One installation, and what happens to it."""

    engine: Engine
    seed: int
    did: Counter[str] = field(default_factory=Counter)
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.here: Installation = at_work(self.engine)
        self.chance = random.Random(self.seed)  # noqa: S311 (the same life each time, nothing secret)
        self.at = BEGIN + timedelta(days=1)
        self.approved: dict[int, StoredReturn] = {}
        self.women: dict[int, int] = {}
        self.seen = self.look()

    # What happens

    def step(self) -> None:
        """Let somebody do something."""
        who = self.chance.choice(PEOPLE)
        act: Callable[[Installation], object] = self.chance.choice(
            (
                *(self.begin, self.begin, self.fill, self.fill, self.fill, self.hand_in, self.hand_in, self.hand_in),
                *(self.take_workbook, self.withdraw, self.give_up, self.note),
                *(self.approve, self.approve, self.approve, self.send_back, self.send_back, self.send_back),
                *(
                    self.lock,
                    self.reopen,
                    self.reopen,
                    self.reopen,
                    self.comment,
                    self.extend,
                    self.bring_in,
                    self.change_the_list,
                    self.rebuild,
                ),
            )
        )
        self.do(who, act)

    def do(self, who: Person, act: Callable[[Installation], object]) -> None:
        """Let somebody do this; whatever comes of it, look that all holds."""
        self.at += timedelta(minutes=1)
        try:
            act(self.here.asked_by(who))
            outcome = "done"
        except SaidError as refusal:
            outcome = type(refusal).__name__
        except KeyError:
            outcome = "nothing there"
        self.did[f"{act.__name__}: {outcome}"] += 1
        self.log.append(f"{who.name} {act.__name__}: {outcome}")
        before, self.seen = self.seen, self.look()
        self.check(before, who, done=outcome == "done")

    def place(self) -> tuple[str, Quarter]:
        return self.chance.choice("AB"), self.chance.choice(QUARTERS)

    def any_of(self, *states: ReturnState) -> StoredReturn:
        """A return in such a state, mostly one that stands; else any number."""
        found = [one for one in self.seen.heads.values() if one.state in states]
        standing = [one for one in found if one.superseded_at is None]
        chosen = standing if standing and self.chance.random() < 0.9 else found
        if not chosen:
            raise KeyError(states)
        return self.chance.choice(chosen)

    def draft(self, here: Installation) -> Draft:
        """An open draft, mostly one that whoever acts may work on."""
        open_ones = [one for one in self.seen.heads.values() if one.state is DRAFT and one.superseded_at is None]
        mine = [one for one in open_ones if may(here.who, Deed.REPORT, organisation=one.organisation)]
        code, quarter = self.place()
        if (mine or open_ones) and self.chance.random() < 0.9:
            chosen = self.chance.choice(mine or open_ones)
            code, quarter = chosen.organisation, chosen.quarter
        found = drafts.draft_of(here, organisation=code, quarter=quarter)
        if found is None:
            raise KeyError(code)
        return found

    def begin(self, here: Installation) -> None:
        code, quarter = self.place()
        drafts.begin(here, organisation=code, quarter=quarter, language="en", today=TODAY, at=self.at)

    def fill(self, here: Installation) -> None:
        """Type another number of women, now and then one that cannot be."""
        draft = self.draft(here)
        women = self.chance.choice(("0", "3", "12", "25", "40", "60", "-1", "many"))
        row = draft.typed["training"].rows[0].id if draft.typed["training"].rows else "r1"
        there = draft.typed["training"].row(row)
        cells = {"course": "First aid", "district": "Vidin"}
        cells |= {f"{one}.{who}": "0" for one in ("enrolled", "successful") for who in ("men", "unknown")}
        cells |= {"enrolled.women": women, "successful.women": women}
        seen = {key: typing.shown(there.cells.get(key) if there else None, "en") for key in cells}
        type_row(here, draft, "training", row, cells, seen=seen, at=self.at)
        for form, state in {
            "training": "reported",
            "funding": "nothing",
            "projects": "nothing",
            "opinion": "nothing",
        }.items():
            typing_in.say_state(
                here, draft_id=draft.id, form=form, seen=draft.typed[form].state, state=state, at=self.at
            )

    def note(self, here: Installation) -> None:
        typing_in.write_note(here, draft_id=self.draft(here).id, form=None, note=str(self.at), at=self.at)

    def hand_in(self, here: Installation) -> None:
        draft = self.draft(here)
        looked = drafts.look(here, draft)
        words = {looked.name_of(one): "It is so." for one in warnings(looked)}
        version = draft.head.version + (self.chance.random() < 0.05)
        submit_draft(
            here,
            draft_id=draft.id,
            version=version,
            touched_at=draft.touched_at,
            explanations=words,
            at=self.at,
        )

    def incoming(self, *, faulty: bool = False) -> Incoming:
        """A workbook as it was read."""
        code, quarter = self.place()
        women = "many" if faulty else self.chance.choice(("1", "12", "55"))
        typed = {
            key: typing.TypedForm("nothing", typing.blank(self.here.framework, key, quarter).rows)
            for key in ("funding", "projects", "opinion")
        }
        cells = {"course": "Nursing", "district": "Burgas"}
        cells |= {
            f"{one}.{who}": women if who == "women" else "0"
            for one in ("enrolled", "successful")
            for who in ("women", "men", "unknown")
        }
        typed["training"] = typing.TypedForm("reported", (typing.TypedRow("r1", cells),))
        raw = typing.raw(code, quarter, "en", typed)
        organisation = figures.overview(self.here).organisations[0 if code == "A" else 1]
        found = check(self.here.framework, raw, attributes=organisation.attributes)
        file = f"{code} {quarter} {women}".encode()
        return Incoming("return.xlsx", file, organisation, raw, found.content, None, found.problems)

    def take_workbook(self, here: Installation) -> None:
        incoming = self.incoming(faulty=self.chance.random() < 0.2)
        offline.take_workbook(here, incoming, today=TODAY, at=self.at)

    def withdraw(self, here: Installation) -> None:
        drafts.withdraw(here, return_id=self.any_of(SUBMITTED, APPROVED).id, at=self.at)

    def give_up(self, here: Installation) -> None:
        drafts.give_up(here, draft_id=self.any_of(DRAFT, SUBMITTED).id, at=self.at)

    def approve(self, here: Installation) -> None:
        waiting = self.any_of(*(SUBMITTED,) * 9, *self.chance.sample((APPROVED, RETURNED, DRAFT), 1))
        by = here.who if self.chance.random() < 0.95 else MIA
        approve(here, return_id=waiting.id, by=by.signature, at=self.at)

    def send_back(self, here: Installation) -> None:
        reason = self.chance.choice(("Look again", "Why?", " "))
        waiting = self.any_of(SUBMITTED)
        send_back(
            here,
            return_id=waiting.id,
            reason="" if reason == "Why?" else reason,
            by_form={"training": reason} if reason == "Why?" else {},
            by=here.who.signature,
            at=self.at,
        )

    def lock(self, here: Installation) -> None:
        locks.lock(here, quarter=self.chance.choice(QUARTERS), reason="Reported", at=self.at)

    def reopen(self, here: Installation) -> None:
        locks.reopen(here, quarter=self.chance.choice(QUARTERS), reason="An error", at=self.at)

    def extend(self, here: Installation) -> None:
        code, quarter = self.place()
        until = TODAY + timedelta(days=self.chance.randrange(-300, 60))
        locks.extend(here, organisation=code, quarter=quarter, until=until, reason="Flood", at=self.at)

    def comment(self, here: Installation) -> None:
        head = self.any_of(SUBMITTED, APPROVED, RETURNED)
        remarks.comment(here, return_id=head.id, text="Well", form=self.chance.choice((None, "training")), at=self.at)

    def bring_in(self, here: Installation) -> None:
        """Import a workbook and, mostly, approve it: as the command does, and now and then as somebody who may not."""
        whose = here if self.chance.random() < 0.3 else self.here.asked_by(OPERATOR)
        approver = self.chance.choice(("Second", "Second", "First", None))
        submit(whose, self.incoming(), by="First", at=self.at, approver=approver, channel=Channel.IMPORT)

    def change_the_list(self, here: Installation) -> None:
        """Let an organisation begin or cease to take part, or be another: as an administrator does, or who may not."""
        whose = here if self.chance.random() < 0.3 else self.here.asked_by(ADA)
        one = self.chance.choice(self.seen.listed)
        changed = replace(
            one,
            active_from=self.chance.choice((Quarter(2024, 1), *QUARTERS)),
            active_until=self.chance.choice((None, None, QUARTERS[-1])),
            attributes={"type": self.chance.choice(("ngo", "town"))},
        )
        list_organisations(whose, [changed], by=whose.who.signature, at=self.at)

    def rebuild(self, here: Installation) -> None:
        whose = here if self.chance.random() < 0.5 else self.here.asked_by(OPERATOR)
        with reading(self.engine) as session:
            before = facts.digest(session)
        rebuild(whose, by="kpi", at=self.at)
        with reading(self.engine) as session:
            assert facts.digest(session) == before

    # What must hold

    def look(self) -> Seen:
        with reading(self.engine) as session:
            heads = {one.id: one for one in returns.find(session)}
            contents = returns.contents(session, return_ids=heads)
            rows = session.exec(select(tables.Returns)).all()
            forms = session.exec(select(tables.ReturnForm)).all()
            locked = session.exec(select(tables.Lock)).all()
            return Seen(
                heads,
                {number: contents[number] for number in heads},
                {
                    number: {one.form: one.typed for one in forms if one.return_id == number and one.typed is not None}
                    for number in heads
                },
                {
                    row.id: (
                        row.drafted_by,
                        row.drafted_at,
                        row.note,
                        row.reason,
                        row.explanations,
                        sorted(
                            (one.form, one.state, one.note, one.reason) for one in forms if one.return_id == row.id
                        ).__repr__(),
                    )
                    for row in rows
                },
                frozenset(Quarter.from_ordinal(row.quarter) for row in locked if row.reopened_at is None),
                tuple(listed.all(session)),
                len(session.exec(select(tables.Event.id)).all()),
            )

    def check(self, before: Seen, who: Person, *, done: bool) -> None:
        told = f"seed {self.seed}: {'; '.join(self.log)}"
        now = self.seen
        if not done or who.role is Role.VIEWER:
            alike = replace(before, links=now.links) == now
            assert alike or (done and self.log[-1].split()[1].startswith(("bring_in", "change", "rebuild"))), told
        for quarter in before.locked & now.locked:
            assert before.of(quarter) == now.of(quarter), f"locked: {told}"
        if (before.stations, before.locked, before.listed) != (now.stations, now.locked, now.listed):
            assert now.links > before.links, f"nothing in the log: {told}"
        self._one_of_each(now, told)
        self._lives(before, now, told)
        self._approved(now, told)

    def _one_of_each(self, now: Seen, told: str) -> None:
        places: dict[tuple[str, Quarter], list[StoredReturn]] = {}
        for head in now.heads.values():
            places.setdefault((head.organisation, head.quarter), []).append(head)
        for several in places.values():
            assert sum(one.current for one in several) <= 1, told
            open_ones = [one for one in several if one.state in {DRAFT, SUBMITTED} and one.superseded_at is None]
            assert len(open_ones) <= 1, told
            assert [one.revision for one in several] == list(range(1, len(several) + 1)), told
            ever = [one for one in several if one.state is APPROVED]
            assert [one.current for one in ever] == [False] * (len(ever) - 1) + [True] * bool(ever), told
            assert all(open_one.revision > ever[-1].revision for open_one in open_ones if ever), told

    def _lives(self, before: Seen, now: Seen, told: str) -> None:
        assert before.heads.keys() <= now.heads.keys(), f"a return is gone: {told}"
        for number, head in now.heads.items():
            assert head.current == (head.state is APPROVED and head.superseded_at is None), told
            assert (head.state is DRAFT) == (head.submitted_at is None), told
            assert head.state is DRAFT or now.said[number].sha256 == head.content_sha256, told
            if head.state is APPROVED:
                assert head.submitted_by != head.approved_by, told
            old = before.heads.get(number)
            if old is None:
                assert head.state in {DRAFT, SUBMITTED, APPROVED}, told
                continue
            assert (old.state, head.state) in ALLOWED, told
            assert old.superseded_at in {None, head.superseded_at}, told
            if old.superseded_at is not None:
                assert old == head, f"what was put aside changed: {told}"
            if old.submitted_at is not None:
                assert (old.submitted_by, old.submitted_at, old.content_sha256, old.attributes) == (
                    head.submitted_by,
                    head.submitted_at,
                    head.content_sha256,
                    head.attributes,
                ), f"its author or content changed: {told}"
                assert before.said[number] == now.said[number], told

    def _approved(self, now: Seen, told: str) -> None:
        for number, head in now.heads.items():
            first = self.approved.get(number)
            if head.state is APPROVED and first is None:
                self.approved[number] = head
                (row,) = now.said[number].forms["training"].records
                self.women[number] = int(row.cells["successful"]["women"])
            elif first is not None:
                put_aside = replace(first, current=False, superseded_at=head.superseded_at, version=head.version)
                assert head in (first, put_aside), f"an approved return changed: {told}"

    def at_the_end(self) -> None:
        """Look at what is dear to look at: the chain, the facts, the figures."""
        told, now = f"seed {self.seed}: {'; '.join(self.log)}", self.seen
        assert verify(self.here).problems == [], told
        with reading(self.engine) as session:
            handed_in = [number for number, head in now.heads.items() if head.state is not DRAFT]
            kept = facts.derived(session, return_ids=list(now.heads))
            deeds = [(one.action, one.actor) for one in events.history(session)]
        for number, head in now.heads.items():
            derived = facts_of(self.here.framework, head.quarter, now.said[number]) if number in handed_in else []
            wanted = sorted(map(repr, facts.as_derived(head.quarter, derived)))
            assert sorted(map(repr, kept.get(number, ()))) == wanted, told
        managers = {one.signature for one in (MIA, MAX)} | {"Second"}
        assert {actor for action, actor in deeds if action in {"return.approved", "return.returned"}} <= managers, told
        assert EVE.signature not in {actor for _, actor in deeds}, told
        for quarter in QUARTERS:
            mine = [self.women[one.id] for one in now.heads.values() if one.current and one.quarter == quarter]
            (found,) = figures.one(self.here, Question("T1", Window.quarter(quarter)), today=TODAY)
            assert found.value == (sum(mine) if mine else None), told
