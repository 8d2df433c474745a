"""A small framework, and a world of returns in memory, for the tests of measuring."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kpi.framework.model import Framework
from kpi.measure.facts import facts_of
from kpi.measure.measure import measurements
from kpi.measure.model import Cell, Fact, FormReport, Measurement, Organisation
from kpi.measure.needs import Answer, Fetch, Question, Request, needs
from kpi.measure.selection import Selections
from kpi.quarter import Quarter, Window
from kpi.records import FormState, Record, ReportedForm, ReturnContent


def label(text="x"):
    return {"en": text}


def dimension(*keys, **more):
    """Build a dimension; a key written ``BG411:BG41`` rolls up to what stands after the colon."""
    categories = {}
    for key in keys:
        own, _, above = key.partition(":")
        categories[own] = {"label": label(own)} | ({"in": above} if above else {})
        if own == "not_stated":
            categories[own]["not_stated"] = True
    return {"label": label(), "categories": categories} | more


def indicator(measure_, *, unit="things", level="output", **more):
    texts = dict.fromkeys(("name", "definition", "collected", "responsible", "source"), label())
    return texts | {"level": level, "measure": measure_, "unit": unit} | more


def column(type_, **more):
    return {"type": type_, "label": label()} | more


def form(kind, time, columns, **more):
    return {"label": label(), "kind": kind, "time": time, "columns": columns} | more


SCALE = {"label": label(), "categories": {str(n): {"label": label(), "value": n} for n in range(5)}}

GENDERS = ("women", "men", "non_binary", "not_stated")

BASE = {
    "programme": {
        "key": "tests",
        "name": label(),
        "version": "1",
        "languages": ["en"],
        "starts": "2023-Q1",
        "contact": {"name": label()},
    },
    "money": {
        "currency": "EUR",
        "rates": {"BGN": [{"per_unit": "1.95583", "until": "2025-12-31", "source": label()}]},
    },
    "organisation": {
        "region": {"label": label(), "dimension": "region", "breakdown": True},
        "role": {"label": label(), "dimension": "role"},
    },
    "dimensions": {
        "gender": dimension(*GENDERS),
        "region": dimension("BG41", "BG42"),
        "district": dimension("BG411:BG41", "BG412:BG41", "BG421:BG42", rolls_up_to="region"),
        "theme": dimension("poverty", "health"),
        "role": dimension("centre", "partner"),
        "capital": dimension("public", "private"),
        "source": dimension(
            "national:public", "local:public", "esf:public", "foundation:private", rolls_up_to="capital"
        ),
        "group": dimension("client", "community"),
        "kind": dimension("money", "in_kind", "pledge"),
        "steps": SCALE,
    },
    "levels": {"output": {"label": label()}},
    "units": {
        "things": {"kind": "count", "label": label()},
        "eur": {"kind": "money", "label": label()},
        "share": {"kind": "share", "label": label()},
        "rating": {"kind": "rating", "label": label()},
        "times": {"kind": "number", "label": label()},
    },
    "forms": {
        "training": form(
            "register",
            "flow",
            {
                "course": column("text"),
                "theme": column("choice", dimension="theme"),
                "enrolled": column("count", spread="gender"),
                "successful": column("count", spread="gender"),
            },
        ),
        "sites": form("register", "stock", {"district": column("choice", dimension="district")}),
        "access": form("grid", "stock", {"people": column("count", spread="gender")}, rows="group"),
        "satisfaction": form(
            "grid", "flow", {"answered": column("count"), "score": column("decimal", weight="answered")}, rows="group"
        ),
        "innovations": form("register", "stock", {"impact": column("rating", scale="steps")}),
        "findings": form("register", "stock", {"acted_upon": column("yes_no")}),
        "funding": form(
            "register",
            "flow",
            {
                "source": column("choice", dimension="source"),
                "kind": column("choice", dimension="kind"),
                "signed": column("date"),
                "amount": column("money", dated="signed"),
            },
        ),
        "own_support": form("register", "flow", {"amount": column("money")}, asked_of={"role": ["centre"]}),
        "improved": form(
            "grid", "flow", {"assessed": column("count", spread="gender"), "better": column("count", spread="gender")}
        ),
    },
    "indicators": {
        "trained": indicator({"sum": "training.successful"}, by=["gender", "theme"], targets={2025: 320}),
        "success": indicator(
            {"ratio": {"of": {"sum": "training.successful"}, "to": {"sum": "training.enrolled"}}},
            unit="share",
            by=["gender"],
        ),
        "sites": indicator({"count": "sites"}, by=["district"]),
        "access": indicator({"sum": "access.people"}, by=["gender", "group"]),
        "satisfaction": indicator({"mean": "satisfaction.score"}, unit="rating", by=["group"]),
        "impact": indicator({"mean": "innovations.impact"}, unit="rating"),
        "acted": indicator(
            {
                "ratio": {
                    "of": {"count": "findings", "where": {"acted_upon": True}},
                    "to": {"count": "findings"},
                }
            },
            unit="share",
        ),
        "funding": indicator({"sum": "funding.amount", "where": {"kind": "money"}}, unit="eur", by=["source"]),
        "leverage": indicator(
            {
                "ratio": {
                    "of": {"sum": "funding.amount", "where": {"kind": "money"}},
                    "to": {"sum": "own_support.amount"},
                }
            },
            unit="times",
            by=["source"],
            windows=["year", "since_start"],
        ),
        "improved": indicator(
            {"ratio": {"of": {"sum": "improved.better"}, "to": {"sum": "improved.assessed"}}},
            unit="share",
            by=["gender"],
        ),
    },
}


def framework(**changes):
    """Build the small framework, with changes merged in.

    ``indicators={"trained": {...}}`` adds or replaces entries, and takes out those given as None.
    """
    merged = dict(BASE)
    for part, entries in changes.items():
        both = {**BASE.get(part, {}), **entries}
        merged[part] = {key: entry for key, entry in both.items() if entry is not None}
    return Framework.model_validate(merged)


def q(text):
    return Quarter.parse(text)


def reported(*rows, keys=()):
    """Build a form that was reported; `keys` are a grid's row categories."""
    records = [Record(at + 1, keys[at] if keys else None, row) for at, row in enumerate(rows)]
    return ReportedForm(FormState.REPORTED, records)


NOTHING = ReportedForm(FormState.NOTHING)
NOT_FOR_US = ReportedForm(FormState.NOT_APPLICABLE)


def organisation(code, *, region="BG41", role="partner", since="2023-Q1", until=None):
    return Organisation(code, label(code), {"region": region, "role": role}, q(since), q(until) if until else None)


ABC = (organisation("A"), organisation("B"), organisation("C", region="BG42"))


def summed(facts: Mapping[int, Sequence[Fact]], reports: Iterable[FormReport]) -> Fetch:
    """Answer requests from facts in memory, by return."""
    owners = {report.return_id: (report.organisation, report.quarter) for report in reports}

    def fetch(request: Request) -> Answer:
        sums: dict[tuple[str | None, Quarter | None, tuple[tuple[str, str], ...]], list[int]]
        sums = defaultdict(lambda: [0, 0, 0])
        reporting = set()
        for return_id in request.returns:
            code, quarter = owners[return_id]
            for fact in facts.get(return_id, ()):
                if fact.part != request.part:
                    continue
                reporting.add(return_id)
                held = sums[
                    code if request.by_organisation else None,
                    quarter if request.by_quarter else None,
                    tuple(sorted(fact.coordinates.items())),
                ]
                for at, number in enumerate((fact.total, fact.n, fact.not_applicable)):
                    held[at] += number
        cells = [
            Cell(request.part, dict(coordinates), total, n, not_applicable, code, quarter)
            for (code, quarter, coordinates), (total, n, not_applicable) in sums.items()
        ]
        return Answer(cells, frozenset(reporting))

    return fetch


@dataclass
class World:
    """Returns that count, as if approved and stored."""

    framework: Framework
    organisations: Sequence[Organisation] = ABC
    reports: list[FormReport] = field(default_factory=list)
    facts: dict[int, list[Fact]] = field(default_factory=dict)

    def add(self, code: str, quarter: str, attributes: Mapping[str, str] | None = None, **forms: ReportedForm) -> int:
        """Take in a return and give its id."""
        return_id = len(self.facts) + 1
        self.facts[return_id] = facts_of(self.framework, q(quarter), ReturnContent(forms))
        self.reports += [
            FormReport(code, q(quarter), name, each.state, return_id, attributes or {}) for name, each in forms.items()
        ]
        return return_id

    def drop(self, return_id: int) -> None:
        """Let a return no longer count."""
        self.reports = [report for report in self.reports if report.return_id != return_id]

    def ask(self, key: str, window: Window | str, *, today: date | None = None, **more) -> list[Measurement]:
        """Measure; a window may be written as its one quarter."""
        asked = Window.quarter(q(window)) if isinstance(window, str) else window
        selections = Selections(self.framework, organisations=self.organisations, reports=self.reports, today=today)
        need = needs(self.framework, Question(key, asked, **more), selections)
        return measurements(self.framework, need, summed(self.facts, self.reports), today=today)

    def total(self, key: str, window: Window | str, **more) -> Measurement:
        """Measure the whole."""
        return self.ask(key, window, **more)[0]

    def by(self, key: str, window: Window | str, *dimensions: str, **more):
        """Measure slices: category (or categories) → value."""
        found = self.ask(key, window, by=dimensions, **more)[1:]
        return {
            tuple(m.slice[d] for d in dimensions) if len(dimensions) > 1 else m.slice[dimensions[0]]: m.value
            for m in found
        }


def ytd(quarter):
    return Window.year_to_date(q(quarter))
