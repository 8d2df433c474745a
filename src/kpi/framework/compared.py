"""What is another thing in one framework than in the one before: what came, went, was renamed or changed.

This tells people what to expect of a series. What may change at all while data exist, `change` decides.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from kpi.framework.base import Lasting
from kpi.framework.change_indicators import made_of
from kpi.framework.changed import now_called
from kpi.framework.model import Framework, Indicator
from kpi.language import Text


class What(StrEnum):
    """What a change concerns."""

    INDICATOR = "indicator"
    DEFINITION = "definition"
    MEASURE = "measure"
    BASELINE = "baseline"
    TARGET = "target"
    SHARE_TARGET = "share_target"
    REVISION = "revision"
    TOLERANCE = "tolerance"
    FORM = "form"
    COLUMN = "column"
    DIMENSION = "dimension"
    CATEGORY = "category"
    RULE = "rule"


class How(StrEnum):
    """What became of it."""

    ADDED = "added"
    GONE = "gone"
    RENAMED = "renamed"
    ENDS = "ends"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """A change; `names` lead to it, the outermost first.

    `before` and `after` are what was and is said of it, where that is more than its being there: a label, a quarter, a
    number in the unit of the indicator `indicator`.
    """

    what: What
    how: How
    names: tuple[Text, ...]
    before: Text | str | None = None
    after: Text | str | None = None
    indicator: str | None = None


Entry = TypeVar("Entry", bound=Lasting)

#: What bears on figures of an entry, beside what is told by itself.
_BEARING: Mapping[What, tuple[str, ...]] = {
    What.INDICATOR: ("since", "level", "by", "unit", "target_basis", "phasing", "judge_from", "windows"),
    What.FORM: ("since", "asked_of", "due"),
    What.CATEGORY: ("since", "in_", "value", "not_stated", "personal"),
}


def changes(old: Framework, new: Framework) -> list[Change]:
    """Give all that differs and bears on figures, in the order of the file; names and definitions, too."""
    return [*_indicators(old, new), *_forms(old, new), *_dimensions(old, new), *_rules(old, new)]


def _family(
    what: What, within: tuple[Text, ...], old: Mapping[str, Entry], new: Mapping[str, Entry]
) -> Iterator[Change]:
    """Give what came into a family of entries, went, ends, or has another name."""
    there = {now_called(key, new): one for key, one in old.items()}
    for key, one in new.items():
        before, names = there.get(key), (*within, one.label)
        if before is None:
            yield Change(what, How.ADDED, names)
            continue
        if before.label != one.label:
            yield Change(what, How.RENAMED, names, before.label, one.label)
        if before.until != one.until:
            yield Change(what, How.ENDS, names, _quarter(before), _quarter(one))
        if any(getattr(before, name) != getattr(one, name) for name in _BEARING.get(what, ())):
            yield Change(what, How.CHANGED, names)
    for key, one in old.items():
        if now_called(key, new) is None:
            yield Change(what, How.GONE, (*within, one.label))


def _quarter(entry: Lasting) -> str | None:
    return str(entry.until) if entry.until is not None else None


def _indicators(old: Framework, new: Framework) -> Iterator[Change]:
    yield from _family(What.INDICATOR, (), old.indicators, new.indicators)
    for key, before in old.indicators.items():
        now = now_called(key, new.indicators)
        if now is not None:
            yield from _indicator(old, new, now, before, new.indicators[now])


def _indicator(old: Framework, new: Framework, key: str, before: Indicator, after: Indicator) -> Iterator[Change]:
    names = (after.label,)
    if before.definition != after.definition:
        yield Change(What.DEFINITION, How.CHANGED, names, before.definition, after.definition)
    if made_of(new, before) != made_of(new, after) or before.better is not after.better:
        yield Change(What.MEASURE, How.CHANGED, names)
    if before.baseline != after.baseline:
        was, is_ = (None if one.baseline is None else str(one.baseline.value) for one in (before, after))
        yield Change(What.BASELINE, How.CHANGED, names, was, is_, key)
    if before.tolerance != after.tolerance:
        was, is_ = (None if one.tolerance is None else str(one.tolerance) for one in (before, after))
        yield Change(What.TOLERANCE, How.CHANGED, names, was, is_, key)
    for year in sorted({*before.targets, *after.targets}):
        was, is_ = (str(one.targets[year]) if year in one.targets else None for one in (before, after))
        if was != is_:
            year_: Text = dict.fromkeys(old.languages, str(year))
            yield Change(What.TARGET, How.CHANGED, (*names, year_), was, is_, key)
    yield from _share_targets(new, names, before, after)
    known = {one.on for one in before.revisions}
    for one in after.revisions:
        if one.on not in known:
            yield Change(What.REVISION, How.ADDED, names, None, one.reason)


def _share_targets(new: Framework, names: tuple[Text, ...], before: Indicator, after: Indicator) -> Iterator[Change]:
    was, is_ = (
        {
            (dimension, now_called(key, new.dimensions[dimension].categories) or key, year): str(share)
            for dimension, categories in one.share_targets.items()
            if dimension in new.dimensions
            for key, targets in categories.items()
            for year, share in targets.items()
        }
        for one in (before, after)
    )
    for dimension, key, year in sorted({*was, *is_}):
        aim, there = (dimension, key, year), new.dimensions[dimension].categories
        if was.get(aim) != is_.get(aim) and key in there:
            year_: Text = dict.fromkeys(new.languages, str(year))
            yield Change(What.SHARE_TARGET, How.CHANGED, (*names, there[key].label, year_), was.get(aim), is_.get(aim))


def _forms(old: Framework, new: Framework) -> Iterator[Change]:
    yield from _family(What.FORM, (), old.forms, new.forms)
    for key, before in old.forms.items():
        now = now_called(key, new.forms)
        if now is not None:
            after = new.forms[now]
            yield from _family(What.COLUMN, (after.label,), before.columns, after.columns)


def _dimensions(old: Framework, new: Framework) -> Iterator[Change]:
    for key, one in new.dimensions.items():
        if all(now_called(name, new.dimensions) != key for name in old.dimensions):
            yield Change(What.DIMENSION, How.ADDED, (one.label,))
    for key, before in old.dimensions.items():
        now = now_called(key, new.dimensions)
        if now is None:
            yield Change(What.DIMENSION, How.GONE, (before.label,))
        else:
            after = new.dimensions[now]
            yield from _family(What.CATEGORY, (after.label,), before.categories, after.categories)


def _rules(old: Framework, new: Framework) -> Iterator[Change]:
    before, after = (_flat({**one.rules.model_dump(), **_of_programme(one)}) for one in (old, new))
    for name in {**after, **before}:
        if before.get(name) != after.get(name):
            said: Text = dict.fromkeys(new.languages, name)
            yield Change(What.RULE, How.CHANGED, (said,), before.get(name), after.get(name))


def _of_programme(framework: Framework) -> Mapping[str, object]:
    """Give what else bears on all figures: the first quarter, the pairs that are published, the rates."""
    programme, money = framework.programme, framework.money
    rates = {
        currency: ", ".join(f"{one.per_unit} ({one.since or ''} – {one.until or ''})" for one in several)
        for currency, several in (money.rates.items() if money else ())
    }
    crossed = ", ".join(" × ".join(pair) for pair in programme.published.crossed)
    return {"starts": str(programme.starts), "crossed": crossed, "rates": rates}


def _flat(rules: Mapping[str, object], within: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in rules.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{within}{name}.")
        else:
            found[f"{within}{name}"] = str(value)
    return found
