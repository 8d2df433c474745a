"""Compute figures from a store alone, as docs/data.md says, with nothing of the program that made it.

``recompute.py STORE TODAY FIRST LAST KIND`` prints every indicator's total in a window as JSON; quarters are written
``2026-Q3``, KIND is quarter, year_to_date, year, since_start or range.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache, cached_property
from typing import Any

from recompute_rows import NOT_APPLICABLE, UNSTATED, Part, Return, Returns, Said, ends, is_valid, ordinal

EVERY = {"quarterly": 1, "half_yearly": 2, "yearly": 4}


@dataclass(frozen=True)
class Chosen:
    """The returns that count for a form, and which returns were expected."""

    returns: tuple[Return, ...]
    expected: frozenset
    answers: dict = field(default_factory=dict)
    end: int | None = None


@dataclass(eq=False)
class Store(Returns):
    """A store, asked on a day."""

    today: date

    # Breakdowns

    def place(self, part: Part, dimension: str) -> tuple[str, str, str | None] | None:
        """Where a part's rows say their category of a dimension: the dimension there, how, in which column."""
        form = self.framework["forms"][part.form]
        spread = form["columns"][part.column].get("spread") if part.column else None
        places = [(spread, "spread", None)] if spread else []
        places += [(form["rows"], "row", None)] if "rows" in form else []
        places += [
            (column["dimension"], "column", key)
            for key, column in form["columns"].items()
            if column["type"] == "choice" and "spread" not in column
        ]
        for wanted in self.framework["indicators"][part.indicator].get("by", ()):
            if dimension != wanted and dimension not in self.above(wanted):
                continue
            exact = [place for place in places if place[0] == wanted]
            finer = [place for place in places if wanted in self.above(place[0])]
            if exact or finer:
                return (exact or finer)[0]
        return None

    def is_rating(self, part: Part) -> bool:
        return part.column is not None and self.columns(part.form)[part.column]["type"] == "rating"

    @cached_property
    def attributes(self) -> dict[str, tuple[str, str]]:
        """Dimensions that the organisations tell: → the attribute and its own dimension."""
        found: dict[str, tuple[str, str]] = {}
        for name, attribute in self.framework.get("organisation", {}).items():
            if attribute.get("breakdown"):
                for dimension in (attribute["dimension"], *self.above(attribute["dimension"])):
                    found.setdefault(dimension, (name, attribute["dimension"]))
        return found

    def tells(self, part: Part, dimension: str) -> bool:
        return self.place(part, dimension) is not None or (dimension == "rating" and self.is_rating(part))

    def is_collected(self, indicator: str, dimension: str) -> bool:
        return self.tells(self.parts(indicator)[0], dimension) or dimension in self.attributes

    def category(self, part: Part, said: Said, dimension: str) -> str:
        if dimension == "rating":
            return said.step or UNSTATED
        place = self.place(part, dimension)
        key = None
        if place is not None and said.row is not None:
            key = {"spread": said.spread, "row": said.row[0]}.get(place[1])
            if place[1] == "column":
                cell = self.cell(part.form, place[2], said.row[1])
                key = None if cell == NOT_APPLICABLE else cell
        return self.unstated(dimension) if key is None else self.rolled(place[0], key, dimension)

    # Which returns count, and coverage

    def active(self, code: str, quarter: int) -> bool:
        _, first, last = self.organisations[code]
        return first <= quarter and (last is None or quarter <= last)

    def attributes_then(self, code: str, quarter: int) -> dict:
        """What an organisation was in a quarter: its return tells; where none came, what it is now."""
        return self.kinds.get((code, quarter)) or self.organisations[code][0]

    @cached_property
    def kinds(self) -> dict[tuple[str, int], dict]:
        return {(each.organisation, each.quarter): each.attributes for each in self.returns}

    @cache  # noqa: B019 (as above)
    def choose(self, part: Part, first: int, last: int) -> Chosen:
        form = self.framework["forms"][part.form]
        indicator = self.framework["indicators"][part.indicator]
        asked = form.get("asked_of", {})

        def due(quarter: int) -> bool:
            return (
                quarter >= ordinal(self.framework["programme"]["starts"])
                and is_valid(form, quarter)
                and (quarter % 4 + 1) % EVERY[form.get("due", "quarterly")] == 0
                and ends(quarter) < self.today
            )

        def expected(quarter: int) -> set:
            return {
                (code, quarter)
                for code in self.organisations
                if self.active(code, quarter)
                and all(self.attributes_then(code, quarter).get(name) in keys for name, keys in asked.items())
                and is_valid(indicator, quarter)
            }

        speaking = [each for each in self.returns if each.states.get(part.form, "missing") != "missing"]
        if form["time"] == "flow":
            chosen = tuple(each for each in speaking if first <= each.quarter <= last)
            pairs = {pair for quarter in range(first, last + 1) if due(quarter) for pair in expected(quarter)}
            answers = {(each.organisation, each.quarter): each for each in chosen}
            return Chosen(chosen, frozenset(pairs), {pair: answers[pair] for pair in pairs if pair in answers})
        if not is_valid(form, last):
            return Chosen((), frozenset())
        oldest = last - self.framework.get("rules", {}).get("carried_quarters", 4)
        latest = {
            each.organisation: each
            for each in speaking
            if oldest <= each.quarter <= last and self.active(each.organisation, last)
        }
        when = next((quarter for quarter in range(last, last - 5, -1) if due(quarter)), None)
        pairs = {pair for pair in (expected(when) if when else ()) if self.active(pair[0], last)}
        answers = {pair: latest[pair[0]] for pair in pairs if pair[0] in latest and latest[pair[0]].quarter >= pair[1]}
        return Chosen(tuple(latest.values()), frozenset(pairs), answers, last)

    def kind(self, dimension: str, attributes: dict) -> str:
        name, own = self.attributes[dimension]
        return self.rolled(own, attributes[name], dimension) if name in attributes else self.unstated(dimension)

    def limited(self, chosen: Chosen, keep: Callable[[Return], bool]) -> Chosen:
        """Keep the organisations meant: as they were at each return, and as they are where none came."""
        expected = frozenset(
            (code, quarter)
            for code, quarter in chosen.expected
            if (
                keep(chosen.answers[code, quarter])
                if (code, quarter) in chosen.answers
                else keep(Return(0, code, quarter, self.attributes_then(code, quarter), {}, {}))
            )
        )
        returns = tuple(each for each in chosen.returns if keep(each))
        answers = {pair: each for pair, each in chosen.answers.items() if pair in expected}
        return Chosen(returns, expected, answers, chosen.end)

    def coverage(self, sides: list[tuple[Part, Chosen]]) -> dict[str, int]:
        expected = {pair for _, chosen in sides for pair in chosen.expected}
        reported = {
            pair
            for pair in expected
            if all(
                pair in chosen.answers and self.said(part, chosen.answers[pair])
                for part, chosen in sides
                if pair in chosen.expected
            )
        }
        by_form: dict[str, list[tuple[Part, Chosen]]] = {}
        for part, chosen in sides:
            by_form.setdefault(part.form, []).append((part, chosen))
        carried = {
            each.organisation
            for same in by_form.values()
            for each in same[0][1].returns
            if same[0][1].end is not None
            and each.quarter < same[0][1].end
            and all(self.said(part, each) for part, _ in same)
            and each.id not in {answer.id for answer in same[0][1].answers.values()}
        }
        return {"reported": len(reported), "expected_returns": len(expected), "carried": len(carried)}

    # Figures

    def figure(  # noqa: PLR0913, PLR0917 (what a figure depends on)
        self,
        indicator: str,
        first: int,
        last: int,
        kind: str,
        dimension: str | None = None,
        category: str | None = None,
    ) -> dict[str, Any]:
        """Give one figure: an indicator's total in a window, or one category's."""
        sides = [(part, self.choose(part, first, last)) for part in self.parts(indicator)]
        by_rows = dimension is not None and self.tells(sides[0][0], dimension)
        if dimension == "@organisation":
            sides = [(part, self.limited(each, lambda one: one.organisation == category)) for part, each in sides]
        elif dimension is not None and not by_rows:
            sides = [
                (part, self.limited(each, lambda one: self.kind(dimension, one.attributes) == category))
                for part, each in sides
            ]
        numbers = self.value(indicator, sides, (first, last, kind), dimension if by_rows else None, category)
        return numbers | self.coverage(sides)

    def value(self, indicator: str, sides: list, window: tuple, dimension: str | None, category: str | None) -> dict:
        none = dict.fromkeys(("value", "numerator", "denominator", "n"))
        first, last, kind = window
        windows = self.framework["indicators"][indicator].get("windows", ())
        whole_year = first % 4 == 0 and last == first + 3
        if windows and kind not in windows and not (whole_year and "year" in windows):
            return none | {"state": "not_available"}
        everything = [
            [(part, said) for each in chosen.returns for said in self.said(part, each)] for part, chosen in sides
        ]
        whole = [said for _, said in everything[0]]
        if not whole:
            return none | {"state": "missing"}
        if all(said.number is None for said in whole):
            return none | {"state": "not_applicable"}
        found = []
        for (part, _), pairs in zip(sides, everything, strict=True):
            mine = [said for _, said in pairs]
            if dimension is not None and self.tells(part, dimension):
                mine = [
                    said
                    for said in mine
                    if self.category(part, said, dimension) == category and self.counts(part, said, dimension)
                ]
            found.append(mine)
        if found[0] and all(said.number is None for said in found[0]):
            return none | {"state": "not_applicable"}
        top, *bottom = [sum((said.number for said in each if said.number is not None), Fraction(0)) for each in found]
        if not bottom:
            n = sum(said.counted for said in found[0] if said.number is not None)
            return {"state": "value", "value": top, "numerator": top, "denominator": None, "n": Fraction(n)}
        value = top / bottom[0] if bottom[0] else None
        state = "not_available" if value is None else "value"
        return {"state": state, "value": value, "numerator": top, "denominator": bottom[0], "n": bottom[0]}

    def categories_met(self, indicator: str, first: int, last: int, kind: str, dimension: str) -> set[str]:  # noqa: ARG002
        """The categories in which a figure has something."""
        part = self.parts(indicator)[0]
        if not self.tells(part, dimension):
            return set()
        everything = [said for each in self.choose(part, first, last).returns for said in self.said(part, each)]
        numbers = [said for said in everything if said.number is not None]
        return {self.category(part, said, dimension) for said in numbers if self.counts(part, said, dimension)}

    def counts(self, part: Part, said: Said, dimension: str) -> bool:
        """What is said of the whole form, 0 or not applicable, lies in no category."""
        return bool(said.number is not None and said.counted) or self.category(part, said, dimension) != self.unstated(
            dimension
        )


def main(path: str, today: str, first: str, last: str, kind: str) -> None:
    store = Store(path, date.fromisoformat(today))
    figures = {key: store.figure(key, ordinal(first), ordinal(last), kind) for key in store.framework["indicators"]}
    json.dump(figures, sys.stdout, indent=2, default=float)


if __name__ == "__main__":
    main(*sys.argv[1:])
