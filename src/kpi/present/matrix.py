"""Indicators beside each other: a row each, a column for everything compared; the better, the stronger its colour.

The colour is scaled within a row and always stands behind a number; where there is no number, words say why.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from kpi.framework.model import Better, Framework
from kpi.language import pick, quarter_short, tr, whole
from kpi.leveraged import is_flow
from kpi.measure.model import Measurement, State, Status
from kpi.measure.progress import is_provisional
from kpi.present.beside import alike
from kpi.present.levels import in_order
from kpi.present.places import adds
from kpi.present.status import SIGNS, word
from kpi.present.table import Cell, Number, Table
from kpi.present.words import listed, of, state, title
from kpi.problems import N_

#: How many strengths the colour has; the style sheet knows them as ``k-heat-1`` … ``k-heat-5``.
STRENGTHS = 5
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Matrix:
    """Indicators × columns; or of one indicator its `rows`, by their names, under their `head`.

    `columns` are the names of what is compared, by key; `whole` holds each indicator's figure over all of them (none
    where the columns are periods), `cells` its figures by column: one that is absent was not asked for. `before` and
    `whole_before` hold the same of the window that figures are compared with, as far as there is one.
    """

    columns: Mapping[str, str]
    whole: Mapping[str, Measurement]
    cells: Mapping[str, Mapping[str, Measurement]]
    whole_before: Mapping[str, Measurement] = field(default_factory=dict)
    before: Mapping[str, Mapping[str, Measurement]] = field(default_factory=dict)
    rows: Mapping[str, str] = field(default_factory=dict)
    head: str = ""

    def part(self, keys: Sequence[str]) -> "Matrix":
        """Give the same with some of the columns."""
        return replace(self, columns={key: self.columns[key] for key in keys})

    def only(self, keys: Sequence[str]) -> "Matrix":
        """Give the same as if these columns were all that is compared; what is no column's stays."""
        return replace(
            self,
            columns={key: name for key, name in self.columns.items() if key in keys},
            cells={
                indicator: {key: one for key, one in row.items() if not key or key in keys}
                for indicator, row in self.cells.items()
            },
        )


def ranked(framework: Framework, indicator: str, found: Mapping[str, Measurement]) -> dict[str, Fraction]:
    """Give the values of a row that can be said to be better or worse than others: those that are final.

    Of what adds up over time, those of the longest time only: a part of a year is no worse than a whole one.
    """
    final = {key: one for key, one in found.items() if one.value is not None and not is_provisional(framework, one)}
    if is_flow(framework, indicator):
        starts = framework.programme.starts
        longest = max((one.window for one in final.values()), key=lambda it: sum(q >= starts for q in it), default=None)
        final = {
            key: one
            for key, one in final.items()
            if longest is not None and alike(framework, one.window, longest, running=False)
        }
    return {key: one.value for key, one in final.items() if one.value is not None}


def strengths(framework: Framework, indicator: str, found: Mapping[str, Measurement]) -> dict[str, int]:
    """Give how strong the colour of each figure in a row is: the best alone `STRENGTHS`; nothing where all are alike.

    What adds up is scaled from 0, other figures from the least. What is not `ranked` has none.
    """
    values = ranked(framework, indicator, found)
    if len(set(values.values())) <= 1:
        return {}
    high = max(values.values())
    low = min(values.values())
    best = low if (down := framework.indicators[indicator].better is Better.LOWER) else high
    if adds(framework, indicator):
        low = min(low, Fraction(0))
    return {
        key: 1
        + int((STRENGTHS - 1) * ((high - value if down else value - low) / ((high - best) if down else (high - low))))
        for key, value in values.items()
    }


def scaled(framework: Framework, found: Matrix) -> dict[str, dict[str, int]]:
    """Give how strong the colour of each figure is: each row by itself, the rows of one indicator on one scale."""
    cells = {
        row: {column: each[column] for column in found.columns if column in each} for row, each in found.cells.items()
    }
    if not found.rows:
        return {row: strengths(framework, row, each) for row, each in cells.items()}
    together = {(row, column): one for row, each in cells.items() for column, one in each.items()}
    indicator = next(one.indicator for one in together.values())
    strong = strengths(framework, indicator, {f"{at}": one for at, one in together.items()})
    return {
        row: {column: strong[f"{row, column}"] for column in each if f"{row, column}" in strong}
        for row, each in cells.items()
    }


def leaders(framework: Framework, found: Matrix) -> tuple[Counter[str], int]:
    """Count in how many rows each column is best, alone or with others, and how many rows say which one is."""
    ahead: Counter[str] = Counter()
    rows = 0
    for key, cells in found.cells.items():
        values = ranked(framework, key, {column: one for column, one in cells.items() if column in found.columns})
        if len(set(values.values())) <= 1:
            continue
        rows += 1
        down = framework.indicators[key].better is Better.LOWER
        best = min(values.values()) if down else max(values.values())
        ahead.update(column for column, value in values.items() if value == best)
    return ahead, rows


def moved(framework: Framework, found: Matrix) -> tuple[int, int, int]:
    """Count in how many rows the last column is better than what it is compared with, worse, comparable at all."""
    better = worse = rows = 0
    *_, last = found.columns
    for key, cells in found.cells.items():
        there = {"now": cells.get(last), "then": found.before.get(key, {}).get(last)}
        values = ranked(framework, key, {name: one for name, one in there.items() if one is not None})
        if len(values) < len(there):
            continue
        then, now = values["then"], values["now"]
        sign = -1 if framework.indicators[key].better is Better.LOWER else 1
        rows += 1
        better += sign * now > sign * then
        worse += sign * now < sign * then
    return better, worse, rows


def findings(framework: Framework, found: Matrix, language: str, *, in_time: bool = False) -> list[str]:
    """Say who is ahead most often, and how many figures there are not.

    `in_time`: the columns are quarters; then, whether the last is better than the one that it is compared with.
    """
    ahead, rows = leaders(framework, found) if found.whole else (Counter[str](), 0)
    sentences = []
    if in_time:
        *_, last = found.columns
        better, worse, rows = moved(framework, found)
        before = next((row[last].window.last for row in found.before.values() if last in row), None)
        text = N_("{last} against {before}: better in {better} of {all} indicators, worse in {worse}.")
        if rows and before is not None:
            of_last = {"last": found.columns[last], "before": quarter_short(before, language)}
            sentences.append(whole(text, language, **of_last, better=better, worse=worse, all=rows))
    elif ahead:
        most = max(ahead.values())
        names = [found.columns[key] for key in found.columns if ahead[key] == most]
        if len(names) <= _NAMED:
            text = N_("Most often ahead: {names} – in {count} of {all} indicators.")
            sentences.append(whole(text, language, names=listed(names, language), count=most, all=rows))
    lacking = [
        one for cells in found.cells.values() for one in cells.values() if one.state in {State.MISSING, State.HIDDEN}
    ]
    for wanted, text in (
        (State.MISSING, N_("Not reported: {count} figures.")),
        (State.HIDDEN, N_("Hidden: {count} figures; that does not mean that there is nothing.")),
    ):
        count = sum(one.state is wanted for one in lacking)
        if count:
            sentences.append(whole(text, language, count=count))
    return sentences


def table(framework: Framework, found: Matrix, name: str, language: str) -> Table:
    """Give the whole as a table to take away: numbers exact, what is none in words, last which are provisional."""
    heads = [found.head] if found.rows else [tr(each, language) for each in (N_("Indicator"), N_("Name"), N_("Unit"))]
    if found.whole:
        heads.append(tr(N_("All"), language))
    heads += found.columns.values()
    rows = [list(_plain(framework, key, found, language)) for _, key, _ in ordered(framework, found)]
    if any(_provisional(framework, found)):
        heads.append(title(word(Status.PROVISIONAL, language)))
        named = _named_provisional(framework, found, language)
        rows = [[*row, named[key]] for (_, key, _), row in zip(ordered(framework, found), rows, strict=True)]
    return Table(name, heads, rows)


def _provisional(framework: Framework, found: Matrix) -> Iterator[Measurement]:
    """Give the figures in sight that are not final."""
    for key, cells in found.cells.items():
        there = [cells[one] for one in found.columns if one in cells]
        every = [found.whole[key], *there] if found.whole else there
        yield from (one for one in every if one.value is not None and is_provisional(framework, one))


def _named_provisional(framework: Framework, found: Matrix, language: str) -> dict[str, str]:
    """Name the columns of each row whose figures are not final."""
    named = {}
    for key, cells in found.cells.items():
        several = {tr(N_("All"), language): found.whole[key]} if found.whole else {}
        several |= {name: cells[column] for column, name in found.columns.items() if column in cells}
        there = {name: is_provisional(framework, one) for name, one in several.items() if one.value is not None}
        names = [name for name, provisional in there.items() if provisional]
        named[key] = tr(N_("every figure"), language) if len(names) == len(there) > 1 else "; ".join(names)
    return named


def provisional(framework: Framework, shown: Matrix, language: str) -> list[str]:
    """Say what the mark of a provisional figure means, where any in sight has it."""
    if not any(_provisional(framework, shown)):
        return []
    text = N_(
        "{mark} provisional: returns are missing or may still come in; "
        "such a figure is neither coloured nor held against another period."
    )
    return [whole(text, language, mark=SIGNS[Status.PROVISIONAL])]


def _plain(framework: Framework, key: str, found: Matrix, language: str) -> Iterator[Cell]:
    if found.rows:
        yield found.rows[key]
    else:
        one = framework.indicators[key]
        yield key
        yield pick(one.label, language)
        yield pick(framework.units[one.unit].label, language)
    if found.whole:
        yield _cell(framework, found.whole[key], language)
    for column in found.columns:
        there = found.cells[key].get(column)
        yield Number(unasked(language)) if there is None else _cell(framework, there, language)


def _cell(framework: Framework, found: Measurement, language: str) -> Number:
    if found.value is None:
        return Number(state(found, framework, language))
    return Number(of(framework, found.indicator, found.value, language), found.value)


def unasked(language: str) -> str:
    """Say that a figure was not asked for."""
    return tr(N_("not asked"), language)


def ordered(framework: Framework, found: Matrix) -> Iterator[tuple[str, str, bool]]:
    """Give the indicators in the order of their levels: level, key, whether it supports another; else the rows."""
    yield from (("", key, False) for key in found.rows)
    if found.rows:
        return
    for level in framework.levels:
        for key, supporting in in_order(framework, level):
            if key in found.cells:
                yield level, key, supporting
