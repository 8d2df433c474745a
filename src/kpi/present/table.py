"""A table that can be read on a page and taken away as CSV: what stands in the place of a chart, or beneath it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from kpi.harmless import csv_of
from kpi.present.html import Html, el, table
from kpi.present.words import NOTHING
from kpi.script import alphabetical

_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is shown, and its exact value for whoever goes on reckoning; `written` says why there is none."""

    written: str
    value: Fraction | Decimal | int | None = None


Cell = str | Number


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts and numbers under heads; the first cell of a row names it."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    def html(self, *, under: int | None = None, own: Callable[[str], str] = str) -> Html:
        """Give the table for a page; a column of numbers stands to the right.

        The texts of the column `under` stand beneath those of the first, so that a phone has room for the others.
        What people wrote is shown as `own` gives it.
        """
        right = [self.rows != () and any(isinstance(row[at], Number) for row in self.rows) for at in self._columns()]
        shown = [at for at in self._columns() if at != under]

        def beneath(cells: Sequence[Cell], at: int) -> Html | None:
            text = _shown(cells[under]) if under is not None and not at else NOTHING
            return el("small", text, class_="k-beneath") if text != NOTHING else None

        top = [
            el("th", self.heads[at], beneath(self.heads, at), scope="col", class_="k-right" if right[at] else None)
            for at in shown
        ]
        body = [
            el(
                "tr",
                *(
                    el(
                        "td" if at else "th",
                        own(_shown(row[at])),
                        beneath(row, at),
                        scope=None if at else "row",
                        class_="k-right" if right[at] else None,
                    )
                    for at in shown
                ),
            )
            for row in self.rows
        ]
        return el(
            "div",
            table(self.title, el("thead", el("tr", *top)), el("tbody", *body), class_="k-table k-plain"),
            class_="k-scroll",
            tabindex="0",
            role="region",
            aria_label=self.title,
        )

    def arranged(self, at: int, language: str, *, falling: bool) -> "Table":
        """Sort the rows by a column, numbers by their exact value; those without one come last."""

        def key(row: Sequence[Cell]) -> tuple[Fraction, tuple[bool, str]]:
            cell = row[at]
            if isinstance(cell, Number):
                return Fraction(cell.value or 0), (False, "")
            return Fraction(0), alphabetical(cell, language)

        def is_known(row: Sequence[Cell]) -> bool:
            cell = row[at]
            return not isinstance(cell, Number) or cell.value is not None

        known = sorted(filter(is_known, self.rows), key=key, reverse=falling)
        return replace(self, rows=[*known, *(row for row in self.rows if not is_known(row))])

    def csv(self) -> str:
        """Write the table as CSV: numbers with a point and nothing else, what is not shown in words, none as none."""
        return csv_of(self.heads, ([_plain(cell) for cell in row] for row in self.rows))

    def _columns(self) -> range:
        return range(len(self.heads))


def _shown(cell: Cell) -> str:
    return (cell.written if isinstance(cell, Number) else cell) or NOTHING


def in_words(cell: Cell) -> str:
    """Give what a cell without a number says; the dash that stands for nothing is for eyes alone."""
    text = cell if isinstance(cell, str) else cell.written
    return "" if text == NOTHING else text


def _plain(cell: Cell) -> str:
    if isinstance(cell, str) or cell.value is None:
        return in_words(cell)
    exact = Fraction(cell.value)
    if exact.denominator == 1:
        return str(exact.numerator)
    return f"{round(Decimal(exact.numerator) / Decimal(exact.denominator), _DECIMALS).normalize():f}"
