"""What the returns in a store say, row by row, read as docs/data.md describes them; see `recompute`."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

import yaml

NOT_APPLICABLE = {"not_applicable": True}
UNSTATED = "@not_stated"
#: The framework that came into force last.
IN_FORCE = """SELECT yaml FROM framework WHERE sha256 =
    (SELECT json_extract(after, '$.sha256') FROM event WHERE subject = 'framework' ORDER BY id DESC LIMIT 1)"""


def ordinal(text: str) -> int:
    """2026-Q3 is 2026 * 4 + 2."""
    year, _, number = str(text).partition("-Q")
    return int(year) * 4 + int(number) - 1


def ends(quarter: int) -> date:
    """The last day of a quarter."""
    year, number = divmod(quarter + 1, 4)
    return date(year, number * 3 + 1, 1) - timedelta(days=1)


def is_valid(thing: dict, quarter: int) -> bool:
    """Whether something with from and until is there in a quarter."""
    first, last = thing.get("from"), thing.get("until")
    return (first is None or ordinal(first) <= quarter) and (last is None or quarter <= ordinal(last))


def half_up(number: Fraction, decimals: int) -> Fraction:
    return Fraction((number * 10**decimals + Fraction(1, 2)).__floor__(), 10**decimals)


def texts(value: Any) -> Any:
    """Keys are texts, also where YAML reads a number."""
    if isinstance(value, dict):
        return {str(key): texts(each) for key, each in value.items()}
    return [texts(each) for each in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class Part:
    """The numerator or the denominator of an indicator."""

    indicator: str
    form: str
    column: str | None
    where: dict
    weigh: str | None = None
    """For a mean: count the values with their weights, or the weights themselves."""
    beside: "Part | None" = None

    def __hash__(self) -> int:
        return hash((self.indicator, self.form, self.column, self.weigh, str(self.where)))


@dataclass(frozen=True)
class Return:
    """A return that counts."""

    id: int
    organisation: str
    quarter: int
    attributes: dict
    states: dict
    rows: dict


@dataclass(frozen=True)
class Said:
    """One value of one row; `number` is none where it does not apply, `row` none where the whole form says it."""

    number: Fraction | None
    counted: int = 1
    row: tuple | None = None
    spread: str | None = None
    step: str | None = None


@dataclass(eq=False)
class Returns:
    """The returns that count in a store, by the framework in force."""

    path: str

    def __post_init__(self) -> None:
        db = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
        (in_force,) = db.execute(IN_FORCE).fetchone()
        self.framework = texts(yaml.safe_load(in_force))
        self.organisations = {
            code: (self.attributes_now(json.loads(attributes)), first, last)
            for code, attributes, first, last in db.execute(
                "SELECT code, attributes, active_from, active_until FROM organisation ORDER BY code"
            )
        }
        self.returns = []
        for id_, code, quarter, attributes in db.execute(
            "SELECT r.id, o.code, r.quarter, r.attributes FROM returns r"
            " JOIN organisation o ON o.id = r.organisation_id WHERE r.current ORDER BY r.quarter, o.code"
        ):
            states, rows = {}, {}
            for form, state in db.execute("SELECT form, state FROM return_form WHERE return_id = ?", (id_,)):
                states[self.form_now(form)] = state
            for form, key, cells in db.execute(
                "SELECT form, key, cells FROM record WHERE return_id = ? ORDER BY form, position", (id_,)
            ):
                rows.setdefault(self.form_now(form), []).append((key, json.loads(cells)))
            self.returns.append(Return(id_, code, quarter, self.attributes_now(json.loads(attributes)), states, rows))
        db.close()
        self.by_id = {each.id: each for each in self.returns}

    # The framework

    def form_now(self, key: str) -> str:
        return next((now for now, form in self.framework["forms"].items() if key in form.get("was", ())), key)

    def attributes_now(self, stored: dict) -> dict:
        found = {}
        for key, category in stored.items():
            known = self.framework.get("organisation", {})
            now = next((name for name, each in known.items() if key in each.get("was", ())), key)
            found[now] = self.category_now(known[now]["dimension"], category)
        return found

    def categories(self, dimension: str) -> dict:
        return self.framework["dimensions"][dimension]["categories"]

    def category_now(self, dimension: str, key: str) -> str:
        known = self.categories(dimension)
        return key if key in known else next(now for now, each in known.items() if key in each.get("was", ()))

    def above(self, dimension: str) -> Iterator[str]:
        while (dimension := self.framework["dimensions"][dimension].get("rolls_up_to")) is not None:
            yield dimension

    def rolled(self, dimension: str, key: str, to: str) -> str:
        key = self.category_now(dimension, key)
        while dimension != to:
            key = self.categories(dimension)[key]["in"]
            dimension = self.framework["dimensions"][dimension]["rolls_up_to"]
        return key

    def unstated(self, dimension: str) -> str:
        known = self.categories(dimension) if dimension in self.framework["dimensions"] else {}
        return next((key for key, each in known.items() if each.get("not_stated")), UNSTATED)

    def columns(self, form: str) -> dict:
        return self.framework["forms"][form]["columns"]

    def parts(self, indicator: str) -> list[Part]:
        measure = self.framework["indicators"][indicator]["measure"]
        if "ratio" in measure:
            of, to = (self.term(indicator, measure["ratio"][each]) for each in ("of", "to"))
            if of.column and to.column and of.form == to.form:
                of, to = (
                    Part(indicator, one.form, one.column, one.where, beside=other)
                    for one, other in ((of, to), (to, of))
                )
            return [of, to]
        if "mean" in measure:
            form, _, column = measure["mean"].partition(".")
            return [Part(indicator, form, column, measure.get("where", {}), way) for way in ("value", "weight")]
        return [self.term(indicator, measure)]

    @staticmethod
    def term(indicator: str, term: dict) -> Part:
        form, _, column = (term.get("count") or term["sum"]).partition(".")
        return Part(indicator, form, column or None, term.get("where", {}))

    # What a return says of a part

    def cell(self, form: str, column: str, cells: dict) -> Any:
        names = [column, *self.columns(form)[column].get("was", ())]
        return next((cells[name] for name in names if name in cells), None)

    def by_category(self, form: str, column: str, cells: dict) -> dict:
        value, spread = self.cell(form, column, cells), self.columns(form)[column].get("spread")
        if value is None:
            return {}
        if value == NOT_APPLICABLE or spread is None:
            return {None: value}
        return {self.category_now(spread, key): each for key, each in value.items()}

    def scale(self, form: str, column: str, spread: str | None) -> str | None:
        scale = self.columns(form)[column].get("scale")
        return scale.get(spread) if isinstance(scale, dict) else scale

    def meets(self, form: str, quarter: int, cells: dict, where: dict) -> bool:
        for column, wanted in where.items():
            value = self.cell(form, column, cells)
            if value is None or value == NOT_APPLICABLE:
                return False
            if isinstance(wanted, bool):
                good = value is wanted
            elif isinstance(wanted, dict):
                last = ends(quarter)
                good = date.fromisoformat(value) <= last.replace(year=last.year - wanted["years_ago"])
            else:
                dimension = self.columns(form)[column].get("dimension") or self.scale(form, column, None)
                keys = wanted if isinstance(wanted, list) else [wanted]
                good = self.category_now(dimension, value) in {self.category_now(dimension, key) for key in keys}
            if not good:
                return False
        return True

    def number(self, at: tuple[str, str, str | None], value: Any, cells: dict, quarter: int) -> Fraction:
        """Give a value as a number, by form, column and category of its spread."""
        form, column, spread = at
        of = self.columns(form)[column]
        match of["type"]:
            case "money":
                return self.in_main_currency(form, of, value, cells, quarter)
            case "rating":
                scale = self.scale(form, column, spread)
                return Fraction(str(self.categories(scale)[self.category_now(scale, value)]["value"]))
            case "decimal":
                return half_up(Fraction(value), of.get("decimals", 2))
            case _:
                return Fraction(value)

    def in_main_currency(self, form: str, column: dict, value: dict, cells: dict, quarter: int) -> Fraction:
        money = self.framework["money"]
        if value["currency"] == money["currency"]:
            return half_up(Fraction(value["amount"]), 2)
        dated = self.cell(form, column["dated"], cells) if "dated" in column else None
        day = ends(quarter) if dated in (None, NOT_APPLICABLE) else date.fromisoformat(dated)
        (rate,) = (
            Fraction(str(each["per_unit"]))
            for each in money["rates"][value["currency"]]
            if each.get("from", date.min) <= day <= each.get("until", date.max)
        )
        return half_up(Fraction(value["amount"]) / rate, 2)

    @cache  # noqa: B019 (a store lives as long as its script)
    def _said(self, part: Part, return_id: int) -> tuple[Said, ...]:
        found = self.by_id[return_id]
        state = found.states.get(part.form, "missing")
        if not is_valid(self.framework["indicators"][part.indicator], found.quarter):
            return ()
        if state == "not_applicable":
            return (Said(None),)
        if state == "nothing_to_report":
            return (Said(Fraction(0), 0),)
        rows = found.rows.get(part.form, ()) if state == "reported" else ()
        meeting = [row for row in rows if self.meets(part.form, found.quarter, row[1], part.where)]
        if rows and not meeting:
            return (Said(Fraction(0), 0),)
        return tuple(said for row in meeting for said in self.row_says(part, row, found.quarter))

    def said(self, part: Part, found: Return) -> tuple[Said, ...]:
        return self._said(part, found.id)

    def row_says(self, part: Part, row: tuple, quarter: int) -> Iterator[Said]:
        form, cells = part.form, row[1]
        if part.column is None:
            yield Said(Fraction(1), 1, row)
            return
        columns, other = self.columns(form), None
        if part.weigh:
            other = columns[part.column].get("weight")
        elif part.beside and self.meets(form, quarter, cells, part.beside.where):
            other = part.beside.column
        others = self.by_category(form, other, cells) if other else {}
        alike = other is not None and columns[other].get("spread") == columns[part.column].get("spread")
        for spread, value in self.by_category(form, part.column, cells).items():
            theirs = [each for key, each in others.items() if not alike or spread is None or key in (spread, None)]
            if other and not theirs:
                continue
            if value == NOT_APPLICABLE or NOT_APPLICABLE in theirs:
                yield Said(None, 1, row, spread)
                continue
            number = self.number((form, part.column, spread), value, cells, quarter)
            if part.weigh:
                weights = (
                    [self.number((form, other, spread), each, cells, quarter) for each in theirs] if other else [1]
                )
                number = number * sum(weights) if part.weigh == "value" else Fraction(sum(weights))
            step = None
            if columns[part.column]["type"] == "rating":
                step = self.category_now(self.scale(form, part.column, spread), value)
            yield Said(number, 1, row, spread, step)
