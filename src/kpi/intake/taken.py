"""A workbook taken over into a draft: each row of the file finds the one that it was, and what stands behind it stays.

Rows of a file have no id. Those that say the very same are the same; then those with the same key; of the rest, those
that are most alike, at least by half and in something that tells rows apart (a name, a day, an amount): a choice or a
number that many rows share does not do.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

from kpi.framework.model import ColumnType, FormKind, Framework
from kpi.intake.cells import text_of
from kpi.intake.fields import fields
from kpi.intake.raw import RawForm, RawReturn, Scalar
from kpi.intake.typed import Typed, TypedForm, TypedRow, blank, new_row_id, on_printed
from kpi.intake.words import is_blank, state_of
from kpi.quarter import Quarter
from kpi.records import text_key

_TELLING = frozenset({ColumnType.TEXT, ColumnType.LINK, ColumnType.REF, ColumnType.DATE, ColumnType.MONEY})
#: So many pairs of rows are looked at for likeness, in one form: hundreds of rows corrected at once.
_MOST_PAIRS = 250_000

#: What stands in a row: field and text.
_Said = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A row whose evidence a file has no row for. `position` counts from 1."""

    form: str
    position: int
    row: TypedRow


def of_raw(framework: Framework, raw_return: RawReturn, before: Typed) -> Typed:
    """Take over what a workbook holds; notes, and the ids and evidence of rows that are still there, are kept."""
    return {
        key: _of_raw_form(framework, raw_return, key, form, before.get(key, TypedForm()))
        for key, form in raw_return.forms.items()
        if key in framework.forms
    }


def left_behind(before: Typed, after: Typed) -> list[LeftBehind]:
    """Give the rows whose evidence stands behind no row any more."""
    return [
        LeftBehind(key, position, row)
        for key, form in after.items()
        for position, row in enumerate(before.get(key, TypedForm()).rows, 1)
        if row.evidence and ((now := form.row(row.id)) is None or now.evidence != row.evidence)
    ]


def _of_raw_form(framework: Framework, raw_return: RawReturn, key: str, form: RawForm, before: TypedForm) -> TypedForm:
    is_grid = framework.forms[key].kind is FormKind.GRID
    rows = [
        TypedRow(
            (raw_row.key or "only") if is_grid else new_row_id(),
            {name: cell.value for name, cell in raw_row.cells.items() if not is_blank(cell.value)},
            raw_row.key,
        )
        for raw_row in form.rows
    ]
    was = (
        {number: same for number, row in enumerate(rows) if (same := before.row(row.id))}
        if is_grid
        else _counterparts(framework, key, raw_return.quarter, before.rows, rows)
    )
    kept = [
        replace(row, id=was[number].id, evidence=was[number].evidence) if number in was else row
        for number, row in enumerate(rows)
    ]
    said = form.state.value
    state = state_of(str(said), framework.languages) if not is_blank(said) else None
    return TypedForm(
        state.value if state else "" if is_blank(said) else str(said),
        on_printed(blank(framework, key, raw_return.quarter).rows, tuple(kept)),
        before.note,
    )


def _counterparts(
    framework: Framework, key: str, quarter: Quarter, before: Sequence[TypedRow], after: Sequence[TypedRow]
) -> Mapping[int, TypedRow]:
    """Give, by the number of a row in the file, the row of the draft that it is."""
    form = framework.forms[key]
    found = [one for one in fields(framework, form, quarter) if not one.is_currency]
    telling = {one.key for one in found if one.column.type in _TELLING}
    pairs = _Pairs([_said(row) for row in before], [_said(row) for row in after])
    pairs.same(pairs.old, pairs.new)
    if form.key is not None:
        pairs.same([_key(row, form.key) for row in before], [_key(row, form.key) for row in after])
    pairs.alike(telling, form.key)
    return {number: before[was] for number, was in pairs.found.items()}


def _said(row: TypedRow) -> _Said:
    return frozenset((name, _text(value)) for name, value in row.cells.items() if not is_blank(value))


def _key(row: TypedRow, column: str) -> str:
    return _text(row.cells.get(column))


def _text(value: Scalar) -> str:
    return str(value) if isinstance(value, bool) else text_key(text_of(value))


class _Pairs:
    """The rows that were there and those of the file; `found` holds the pairs so far, the file's row first."""

    def __init__(self, old: Sequence[_Said], new: Sequence[_Said]) -> None:
        self.old, self.new = old, new
        self.found: dict[int, int] = {}
        self._taken: set[int] = set()

    def same(self, old: Sequence[Hashable], new: Sequence[Hashable]) -> None:
        """Pair the rows with the same name, each with one, in their order; an empty name is none.

        Where some of several went or came, those that stayed in their place are paired first.
        """
        known: dict[Hashable, tuple[list[int], list[int]]] = {}
        for side, names in enumerate((old, new)):
            for number in self._left(side):
                if names[number]:
                    known.setdefault(names[number], ([], []))[side].append(number)
        for were, are in known.values():
            if len(were) != len(are):
                for number in sorted({*were} & {*are}):
                    self._pair(number, number)
            for was, now in zip(self._of(0, were), self._of(1, are), strict=False):
                self._pair(was, now)

    def alike(self, telling: Collection[str], key: str | None) -> None:
        """Pair what is left by likeness, the most alike first, then in their order."""
        old, new = self._left(0), self._left(1)
        if len(old) * len(new) > _MOST_PAIRS:
            return
        were = {was: _without(self.old[was], key) for was in old}
        are = {now: _without(self.new[now], key) for now in new}
        found = [
            (-len(both), was, now)
            for was in old
            for now in new
            if (both := were[was] & are[now])
            and (
                (2 * len(both) >= min(len(were[was]), len(are[now])) and any(name in telling for name, _ in both))
                or (key is not None and were[was] == are[now])
            )
        ]
        for _, was, now in sorted(found):
            if was not in self._taken and now not in self.found:
                self._pair(was, now)

    def _left(self, side: int) -> list[int]:
        return self._of(side, range(len((self.old, self.new)[side])))

    def _of(self, side: int, numbers: Sequence[int]) -> list[int]:
        done: Collection[int] = (self._taken, self.found)[side]
        return [number for number in numbers if number not in done]

    def _pair(self, was: int, now: int) -> None:
        self.found[now] = was
        self._taken.add(was)


def _without(said: _Said, key: str | None) -> _Said:
    return frozenset(one for one in said if one[0] != key)
