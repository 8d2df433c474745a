"""What may change in a framework while data exist.

Keys are for ever. `was:` renames an entry, `until:` retires it; another meaning or type is a new key with
`replaces:`. A baseline or target by which figures are judged changes by `revisions:`, never in place. What no record
uses may change freely, and so may what is no meaning: labels, help, the order of entries.
"""

from collections.abc import Iterator

from kpi.framework.change_indicators import indicators
from kpi.framework.change_money import money
from kpi.framework.changed import Pair, differs, gone, now_called, same
from kpi.framework.found import Found, Lines, Path, line_of
from kpi.framework.model import Category, Column, ColumnType, Dimension, Form, Framework
from kpi.framework.used import Amount, Used, UsedColumn, UsedForm, used_by
from kpi.problems import N_, Fault, Place, Problem

__all__ = ["Amount", "Used", "UsedColumn", "UsedForm", "changes_refused", "now_called", "used_by"]

ATTRIBUTE_GONE = Fault(
    "framework.gone",
    N_("The {what} “{found}” is gone, though data are stored under this key."),
    N_("To end it, put it back with required: false; if it has another key now, write was: [{key}] there."),
)


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
    once = {(found.path, found.fault, str(found.values)): found for found in _changes(Pair(old, new), used)}
    return [
        found.fault.at(Place(file=file, line=line_of(lines, found.path) if lines else None), **found.values)
        for found in once.values()
    ]


def _changes(pair: Pair, used: Used) -> Iterator[Found]:
    for name, of_form in used.forms.items():
        old_key, new_key = now_called(name, pair.old.forms), now_called(name, pair.new.forms)
        if new_key is None:
            yield gone(("forms",), N_("form"), name)
        elif old_key is not None:
            yield from _form(pair, ("forms", new_key), pair.old.forms[old_key], pair.new.forms[new_key], of_form)
    yield from _attributes(pair, used)
    yield from money(pair, used)
    yield from indicators(pair, used)


def _form(pair: Pair, path: Path, old: Form, new: Form, used: UsedForm) -> Iterator[Found]:
    if old.kind is not new.kind:
        yield differs(path, "kind", old.kind, new.kind)
    if old.time is not new.time:
        yield differs(path, "time", old.time, new.time)
    if old.key != new.key and (old.key is None or now_called(old.key, new.columns) != new.key):
        yield differs(path, "key", old.key, new.key)
    if not same(pair.new.dimensions, old.rows, new.rows):
        yield differs(path, "rows", old.rows, new.rows)
    elif old.rows is not None:
        yield from _categories(pair, old.rows, new.rows, used.rows)
    for name, of_column in used.columns.items():
        old_key, new_key = now_called(name, old.columns), now_called(name, new.columns)
        if new_key is None:
            yield gone((*path, "columns"), N_("column"), name)
        elif old_key is not None:
            place = (*path, "columns", new_key)
            yield from _column(pair, place, old.columns[old_key], new.columns[new_key], of_column)


def _attributes(pair: Pair, used: Used) -> Iterator[Found]:
    """Check what is told of organisations, now and with each of their returns."""
    for name, categories in used.attributes.items():
        old_key, new_key = now_called(name, pair.old.organisation), now_called(name, pair.new.organisation)
        if old_key is None:
            continue
        if new_key is None:
            yield gone(("organisation",), N_("attribute of the organisation"), name, ATTRIBUTE_GONE)
            continue
        before, after = pair.old.organisation[old_key].dimension, pair.new.organisation[new_key].dimension
        if not same(pair.new.dimensions, before, after):
            yield differs(("organisation", new_key), "dimension", before, after)
        else:
            yield from _categories(pair, before, after, categories)


def _column(pair: Pair, path: Path, old: Column, new: Column, used: UsedColumn) -> Iterator[Found]:
    if old.type is not new.type:
        yield differs(path, "type", old.type, new.type)
        return
    if old.type is ColumnType.DECIMAL and old.decimals != new.decimals:
        yield differs(path, "decimals", old.decimals, new.decimals)
    if not same(pair.new.forms, old.form, new.form):
        yield differs(path, "form", old.form, new.form)
    for setting, names in (("dimension", used.values), ("spread", used.spread)):
        before, after = getattr(old, setting), getattr(new, setting)
        if not same(pair.new.dimensions, before, after):
            yield differs(path, setting, before, after)
        elif before is not None:
            yield from _categories(pair, before, after, names)
    yield from _beside(pair, path, old, new, used)
    yield from _scales(pair, path, old, new, used)


def _beside(pair: Pair, path: Path, old: Column, new: Column, used: UsedColumn) -> Iterator[Found]:
    """Check the columns that say how much a value weighs, and at which day's rate an amount is converted."""
    columns = pair.new.forms[str(path[1])].columns
    if not same(columns, old.weight, new.weight):
        yield differs(path, "weight", old.weight, new.weight)
    # What is in the main currency is the same on every day.
    converted = pair.old.money is not None and used.currencies - {pair.old.money.currency}
    if converted and not same(columns, old.dated, new.dated):
        yield differs(path, "dated", old.dated, new.dated)


def _scales(pair: Pair, path: Path, old: Column, new: Column, used: UsedColumn) -> Iterator[Found]:
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
        if not same(pair.new.dimensions, before, after):
            yield differs(path, "scale", before, after)
        elif before is not None:
            steps = pair.old.dimensions[before].categories
            yield from _categories(
                pair, before, after, frozenset(name for name in used.values if now_called(name, steps))
            )


def _categories(pair: Pair, before: str, after: str | None, names: frozenset[str]) -> Iterator[Found]:
    """Check the categories of a dimension that records name."""
    old, new = pair.old.dimensions[before], pair.new.dimensions[after or before]
    path = ("dimensions", after or before, "categories")
    for name in sorted(names):
        old_key, new_key = now_called(name, old.categories), now_called(name, new.categories)
        if old_key is None:
            continue
        if new_key is None:
            yield gone(path, N_("category"), name)
        else:
            then, now = old.categories[old_key], new.categories[new_key]
            yield from _category(pair, (*path, new_key), (old, then), (new, now))


def _category(
    pair: Pair, path: Path, before: tuple[Dimension, Category], after: tuple[Dimension, Category]
) -> Iterator[Found]:
    (old, then), (new, now) = before, after
    if then.value != now.value:
        yield differs(path, "value", then.value, now.value)
    if then.not_stated != now.not_stated:
        yield differs(path, "not_stated", str(then.not_stated).lower(), str(now.not_stated).lower())
    if then.in_ is None or old.rolls_up_to is None:
        return
    # Rolling up where nothing rolled up before only adds figures; rolling up elsewhere changes those that were shown.
    above = pair.new.dimensions.get(new.rolls_up_to or "")
    if above is None or not same(pair.new.dimensions, old.rolls_up_to, new.rolls_up_to):
        yield differs(path, "rolls_up_to", old.rolls_up_to, new.rolls_up_to)
    elif not same(above.categories, then.in_, now.in_):
        yield differs(path, "in", then.in_, now.in_)
