"""What may change in a framework while data exist.

Keys are for ever. `was:` renames an entry, `until:` retires it; another meaning or type is a new key with
`replaces:`. What no record uses may change freely, and so may what is no meaning: labels, help, targets, the
order of entries.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol, TypeVar

from kpi.framework.found import Found, Lines, Path, line_of
from kpi.framework.model import (
    AgeCondition,
    Category,
    Column,
    ColumnType,
    Condition,
    Dimension,
    Form,
    Framework,
    Indicator,
    Money,
    Term,
)
from kpi.framework.used import Used, UsedColumn, UsedForm, used_by
from kpi.problems import N_, Fault, Own, Place, Problem

__all__ = ["Used", "UsedColumn", "UsedForm", "changes_refused", "used_by"]

GONE = Fault(
    "framework.gone",
    N_("The {what} “{found}” is gone, though data are stored under this key."),
    N_("To end it, put it back with until: and its last quarter; if it has another key now, write was: [{key}] there."),
)
MEANS_OTHERWISE = Fault(
    "framework.means_otherwise",
    N_("{setting} of “{found}” was {before} and is now {after}, though data are stored under this key."),
    N_(
        "Put it back; for the new meaning add an entry with a key of its own and replaces: {key}, "
        "and end the old one with until:."
    ),
)
RATE_CHANGED = Fault(
    "framework.rate_changed",
    N_("A rate of {found} is gone or another, though amounts in this currency are stored."),
    N_("Keep the old rate with its days; close it with until: and add the new one."),
)


class _Named(Protocol):
    @property
    def was(self) -> tuple[str, ...]: ...


Entry = TypeVar("Entry", bound=_Named)


class _Pair(NamedTuple):
    """The frameworks before and after."""

    old: Framework
    new: Framework


def changes_refused(
    old: Framework, new: Framework, used: Used, *, lines: Lines | None = None, file: str | None = None
) -> list[Problem]:
    """Give every change that would orphan or falsify stored records.

    Args:
        old: the framework by which the records were checked last.
        new: the framework that is to replace it.
        used: what the records use.
        lines: of the new framework's file, for the problems' places; without them they have none.
        file: its name.
    """
    # Several columns may rest on one dimension: its change is told once.
    once = {(found.path, found.fault, str(found.values)): found for found in _changes(_Pair(old, new), used)}
    return [
        found.fault.at(Place(file=file, line=line_of(lines, found.path) if lines else None), **found.values)
        for found in once.values()
    ]


def now_called(name: str, family: Mapping[str, Entry]) -> str | None:
    """Give the key that an entry has now, by its key or a former one; none where it is gone."""
    if name in family:
        return name
    return next((key for key, entry in family.items() if name in entry.was), None)


def _changes(pair: _Pair, used: Used) -> Iterator[Found]:
    for name, of_form in used.forms.items():
        old_key, new_key = now_called(name, pair.old.forms), now_called(name, pair.new.forms)
        if new_key is None:
            yield _gone(("forms",), N_("form"), name)
        elif old_key is not None:
            yield from _form(pair, ("forms", new_key), pair.old.forms[old_key], pair.new.forms[new_key], of_form)
    yield from _money(pair, used)
    yield from _indicators(pair, used)


def _gone(path: Path, what: str, name: str) -> Found:
    return Found(path, GONE, {"what": Own(what), "found": name, "key": name})


def _differs(path: Path, setting: str, before: object, after: object) -> Found:
    return Found((*path, setting), MEANS_OTHERWISE, _values(setting, str(path[-1]), before, after))


def _values(setting: str, key: str, before: object, after: object) -> dict[str, object]:
    return {"setting": setting, "found": key, "key": key, "before": _said(before), "after": _said(after)}


def _said(value: object) -> object:
    return Own(N_("not set")) if value is None else str(value)


def _form(pair: _Pair, path: Path, old: Form, new: Form, used: UsedForm) -> Iterator[Found]:
    if old.kind is not new.kind:
        yield _differs(path, "kind", old.kind, new.kind)
    if old.time is not new.time:
        yield _differs(path, "time", old.time, new.time)
    if old.key != new.key and (old.key is None or now_called(old.key, new.columns) != new.key):
        yield _differs(path, "key", old.key, new.key)
    if not _same(pair.new.dimensions, old.rows, new.rows):
        yield _differs(path, "rows", old.rows, new.rows)
    elif old.rows is not None:
        yield from _categories(pair, old.rows, new.rows, used.rows)
    for name, of_column in used.columns.items():
        old_key, new_key = now_called(name, old.columns), now_called(name, new.columns)
        if new_key is None:
            yield _gone((*path, "columns"), N_("column"), name)
        elif old_key is not None:
            place = (*path, "columns", new_key)
            yield from _column(pair, place, old.columns[old_key], new.columns[new_key], of_column)


def _same(family: Mapping[str, _Named], before: str | None, after: str | None) -> bool:
    """Tell whether two names mean the same entry, which may have another key now."""
    return before == after or (before is not None and now_called(before, family) == after)


def _column(pair: _Pair, path: Path, old: Column, new: Column, used: UsedColumn) -> Iterator[Found]:
    if old.type is not new.type:
        yield _differs(path, "type", old.type, new.type)
        return
    if old.type is ColumnType.DECIMAL and old.decimals != new.decimals:
        yield _differs(path, "decimals", old.decimals, new.decimals)
    if not _same(pair.new.forms, old.form, new.form):
        yield _differs(path, "form", old.form, new.form)
    for setting, names in (("dimension", used.values), ("spread", used.spread)):
        before, after = getattr(old, setting), getattr(new, setting)
        if not _same(pair.new.dimensions, before, after):
            yield _differs(path, setting, before, after)
        elif before is not None:
            yield from _categories(pair, before, after, names)
    yield from _scales(pair, path, old, new, used)


def _scales(pair: _Pair, path: Path, old: Column, new: Column, used: UsedColumn) -> Iterator[Found]:
    """Check the scales of a rating, for each category over which it is spread."""
    spread = new.spread or ""
    for category in used.spread or {""}:
        now = category
        if spread in pair.new.dimensions:
            now = now_called(category, pair.new.dimensions[spread].categories) or category
        then = category
        if (old.spread or "") in pair.old.dimensions:
            then = now_called(category, pair.old.dimensions[old.spread or ""].categories) or category
        before, after = old.scale_of(then), new.scale_of(now)
        if not _same(pair.new.dimensions, before, after):
            yield _differs(path, "scale", before, after)
        elif before is not None:
            steps = pair.old.dimensions[before].categories
            yield from _categories(
                pair, before, after, frozenset(name for name in used.values if now_called(name, steps))
            )


def _categories(pair: _Pair, before: str, after: str | None, names: frozenset[str]) -> Iterator[Found]:
    """Check the categories of a dimension that records name."""
    old, new = pair.old.dimensions[before], pair.new.dimensions[after or before]
    path = ("dimensions", after or before, "categories")
    for name in sorted(names):
        old_key, new_key = now_called(name, old.categories), now_called(name, new.categories)
        if old_key is None:
            continue
        if new_key is None:
            yield _gone(path, N_("category"), name)
        else:
            then, now = old.categories[old_key], new.categories[new_key]
            yield from _category(pair, (*path, new_key), (old, then), (new, now))


def _category(
    pair: _Pair, path: Path, before: tuple[Dimension, Category], after: tuple[Dimension, Category]
) -> Iterator[Found]:
    (old, then), (new, now) = before, after
    if then.value != now.value:
        yield _differs(path, "value", then.value, now.value)
    if then.not_stated != now.not_stated:
        yield _differs(path, "not_stated", str(then.not_stated).lower(), str(now.not_stated).lower())
    if then.in_ is None or old.rolls_up_to is None:
        return
    # Rolling up where nothing rolled up before only adds figures; rolling up elsewhere changes those that were shown.
    above = pair.new.dimensions.get(new.rolls_up_to or "")
    if above is None or not _same(pair.new.dimensions, old.rolls_up_to, new.rolls_up_to):
        yield _differs(path, "rolls_up_to", old.rolls_up_to, new.rolls_up_to)
    elif not _same(above.categories, then.in_, now.in_):
        yield _differs(path, "in", then.in_, now.in_)


def _money(pair: _Pair, used: Used) -> Iterator[Found]:
    columns = (column for form in used.forms.values() for column in form.columns.values())
    currencies = {currency for column in columns for currency in column.currencies}
    old, new = pair.old.money, pair.new.money
    if not currencies or old is None:
        return
    if new is None or old.currency != new.currency:
        yield _differs(("money",), "currency", old.currency, new.currency if new else None)
        return
    for currency in sorted(currencies & set(old.rates)):
        if not _keeps_rates(old, new, currency):
            yield Found(("money", "rates", currency), RATE_CHANGED, {"found": currency})


def _keeps_rates(old: Money, new: Money, currency: str) -> bool:
    """Tell whether every old rate still stands; an open one may have been closed."""
    return all(
        any(
            rate.per_unit == now.per_unit
            and rate.since == now.since
            and (rate.until == now.until or (rate.until is None and now.until is not None))
            for now in new.rates.get(currency, ())
        )
        for rate in old.rates[currency]
    )


def _indicators(pair: _Pair, used: Used) -> Iterator[Found]:
    """Check that a series of figures that rests on records neither disappears nor changes its meaning."""
    stored = {now_called(name, pair.old.forms) for name in used.forms}
    for key, old in pair.old.indicators.items():
        if not stored & set(old.forms):
            continue
        now = now_called(key, pair.new.indicators)
        if now is None:
            yield _gone(("indicators",), N_("indicator"), key)
            continue
        new = pair.new.indicators[now]
        path = ("indicators", now)
        if old.better is not new.better:
            yield _differs(path, "better", old.better, new.better)
        if not all(_is_there(pair.new, term) for term in old.terms):
            continue  # the form or column is told to be gone, or nothing was ever stored in it
        before, after = _made_of(pair.new, old), _made_of(pair.new, new)
        if before != after:
            yield Found((*path, "measure"), MEANS_OTHERWISE, _values("measure", now, before, after))


def _is_there(framework: Framework, term: Term) -> bool:
    """Tell whether a framework still has the form and the column of a term."""
    form = now_called(term.form, framework.forms)
    return form is not None and (
        term.column is None or now_called(term.column, framework.forms[form].columns) is not None
    )


def _made_of(framework: Framework, indicator: Indicator) -> str:
    """Write a measure in one way only, in the keys that its forms, columns and categories have in a framework."""
    measure = indicator.measure
    way = "ratio" if measure.ratio else "mean" if measure.mean else "sum" if measure.sum else "count"
    return f"{way}: " + " / ".join(_term(framework, term) for term in indicator.terms)


def _term(framework: Framework, term: Term) -> str:
    form_key = now_called(term.form, framework.forms) or term.form
    columns = framework.forms[form_key].columns if form_key in framework.forms else {}
    column = f".{now_called(term.column, columns) or term.column}" if term.column else ""
    conditions = ((now_called(name, columns) or name, condition) for name, condition in term.where.items())
    where = sorted(f"{name}: {_condition(framework, columns.get(name), condition)}" for name, condition in conditions)
    return f"{form_key}{column}" + (f" where {', '.join(where)}" if where else "")


def _condition(framework: Framework, column: Column | None, condition: Condition) -> str:
    if isinstance(condition, bool):
        return str(condition).lower()
    if isinstance(condition, AgeCondition):
        return f"years_ago {condition.years_ago}"
    dimension = framework.dimensions.get((column.dimension or column.scale_of(None) or "") if column else "")
    categories = dimension.categories if dimension else {}
    names = (condition,) if isinstance(condition, str) else condition
    return " or ".join(sorted({now_called(name, categories) or name for name in names}))
