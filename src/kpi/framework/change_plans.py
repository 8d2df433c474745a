"""What may change of an indicator's baseline, targets and revisions while its figures rest on stored records.

What was aimed at stays readable: a revision is added with its day and reason, and nothing is written over. New years
may always come.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from kpi.framework.changed import Pair, now_called
from kpi.framework.found import Found, Path
from kpi.framework.model import Baseline, Indicator, Revision
from kpi.problems import N_, Fault, Own

_REVISE = N_("Put it back, and write the new value under revisions:, with on (the day from which it holds) and reason.")
BASELINE_CHANGED = Fault(
    "framework.plan_changed",
    N_("The baseline of “{found}” was {before} and is now {after}, though data are stored for it."),
    _REVISE,
)
TARGET_CHANGED = Fault(
    "framework.plan_changed",
    N_("The target of “{found}” for {year} was {before} and is now {after}, though data are stored for it."),
    _REVISE,
)
SHARE_CHANGED = Fault(
    "framework.plan_changed",
    N_(
        "The share of {category} that “{found}” aims at for {year} was {before} and is now {after}, though data are "
        "stored for it."
    ),
    N_("Put it back: revisions: holds no shares. Another share may be given for a year that has none yet."),
)
REVISION_CHANGED = Fault(
    "framework.revision_changed",
    N_("The revision of “{found}” of {day} is gone or says something else now, though data are stored for it."),
    N_("Put it back as it was, and add a revision of a later day, with on and reason."),
)


def plans(pair: Pair, path: Path, old: Indicator, new: Indicator) -> Iterator[Found]:
    """Find what an indicator aimed at and no longer does; `path` is its own in the new framework."""
    key = str(path[-1])
    if old.baseline is not None and old.baseline != new.baseline:
        values = {"found": key, "before": _said(old.baseline), "after": _said(new.baseline)}
        yield Found((*path, "baseline"), BASELINE_CHANGED, values)
    for year, before, after in _changed(old.targets, new.targets):
        values = {"found": key, "year": str(year), "before": before, "after": after}
        yield Found((*path, "targets", str(year)), TARGET_CHANGED, values)
    yield from _shares(pair, path, old, new)
    now = {revision.on: revision for revision in new.revisions}
    places = {revision.on: index for index, revision in enumerate(new.revisions)}
    for revision in old.revisions:
        after_it = now.get(revision.on)
        if after_it is None or not _is_kept(revision, after_it):
            where = (*path, "revisions", places[revision.on]) if after_it else (*path, "revisions")
            yield Found(where, REVISION_CHANGED, {"found": key, "day": revision.on})


def _shares(pair: Pair, path: Path, old: Indicator, new: Indicator) -> Iterator[Found]:
    for dimension, categories in old.share_targets.items():
        above = now_called(dimension, pair.new.dimensions) or dimension
        known = pair.new.dimensions[above].categories if above in pair.new.dimensions else {}
        for category, targets in categories.items():
            name = now_called(category, known) or category
            for year, before, after in _changed(targets, new.share_targets.get(above, {}).get(name, {})):
                label = pair.old.dimensions[dimension].categories[category].label
                values = {"found": str(path[-1]), "category": label, "year": str(year), "before": before}
                place = (*path, "share_targets", above, name, str(year))
                yield Found(place, SHARE_CHANGED, {**values, "after": after})


def _changed(before: Mapping[int, Decimal], after: Mapping[int, Decimal]) -> Iterator[tuple[int, object, object]]:
    """Give the years whose target is gone or another now, with both."""
    for year, target in before.items():
        if after.get(year) != target:
            yield year, str(target), str(after[year]) if year in after else Own(N_("not set"))


def _is_kept(before: Revision, after: Revision) -> bool:
    """Tell whether a revision says what it said; a language that came or went changes nothing."""
    spoken = before.reason.keys() & after.reason.keys()
    said = all(before.reason[language] == after.reason[language] for language in spoken)
    return said and before.baseline == after.baseline and before.targets == after.targets


def _said(baseline: Baseline | None) -> object:
    return Own(N_("not set")) if baseline is None else f"{baseline.value} ({baseline.year})"
