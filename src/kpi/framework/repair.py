"""Making the best of a faulty file, so that its other faults are found in the same pass.

What does not fit the grammar is told, then mended on the data where it is plain what was meant, else left out; the
rest is cross-checked. What a cross-check finds only because of something left out is no news, and is dropped.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from pydantic import ValidationError

from kpi.framework.found import ABSENCES, NONE_AT_ALL, Found, Path
from kpi.framework.grammar import annotation_at, field_at, is_mapping, is_text, models
from kpi.framework.misfits import HOW_MANY, Misfit, languages, misfit, value_at
from kpi.framework.model import Framework

_ROUNDS = 12
#: A file with more misfits than this in one pass is told of them first.
_MOST_MISFITS = 300
_PLACEHOLDER = "–"


@dataclass(slots=True)
class Repaired:
    """What could be made of the data.

    `framework` is none where too little could be read. `broken` are the paths at which something was left
    out or filled in, `renamed` the mended keys with what the file calls them, `gone` the keys of entries left out.
    """

    framework: Framework | None = None
    misfits: list[Misfit] = field(default_factory=list)
    broken: set[Path] = field(default_factory=set)
    renamed: dict[Path, Path] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def in_file(self, path: Path) -> Path:
        """Give the path under which the file has what stands at a path of the mended data."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.renamed:
                return self.in_file((*self.renamed[path[:length]], *path[length:]))
        return path

    def touches(self, path: Path) -> bool:
        """Tell whether something was left out or filled in at a path, above or below it."""
        return self._broken_above(path) or self._broken_below(path)

    def is_news(self, found: Found) -> bool:
        """Tell whether a cross-check's find says more than the misfits already do."""
        if not self.broken:
            return True
        if self._broken_above(found.path) or found.values.get("found") in self.gone:
            return False
        if found.fault is NONE_AT_ALL or (found.fault.code in ABSENCES and self._broken_below(found.path)):
            return False
        return found.fault.code != "framework.not_collected" or not self._broken_below(("forms",))

    def _broken_above(self, path: Path) -> bool:
        return any(path[:length] in self.broken for length in range(1, len(path) + 1))

    def _broken_below(self, path: Path) -> bool:
        return any(broken[: len(path)] == path for broken in self.broken)


def validated(data: dict[str, Any], lines: Mapping[Path, int]) -> Repaired:
    """Validate a file's data, mending them in place where they do not fit."""
    repaired = Repaired()
    paths = set(lines)
    for _ in range(_ROUNDS):
        only = languages(data)
        try:
            repaired.framework = Framework.model_validate(
                data, by_alias=True, by_name=False, context={"language": only[0] if len(only) == 1 else None}
            )
        except ValidationError as fault:
            told_of = islice(fault.errors(include_url=False), 2 * _MOST_MISFITS)
            misfits = [misfit(error, paths, data) for error in told_of]
        else:
            break
        told: set[Path] = {
            (*one.path[:-1], one.meant or "") for one in misfits if one.fault.code == "framework.unknown_key"
        }
        for one in misfits:
            if one.fault is HOW_MANY and any(_is_below(other.path, one.path) for other in misfits):
                continue  # what does not fit was not counted
            if one.path not in told and not repaired.touches(one.path):
                repaired.misfits.append(one)
            told.add(one.path)
        if len(misfits) > _MOST_MISFITS or not all(_mend(data, one, repaired, paths) for one in _each_once(misfits)):
            break
    return repaired


def _is_below(path: Path, above: Path) -> bool:
    return len(path) > len(above) and path[: len(above)] == above


def _each_once(misfits: list[Misfit]) -> Iterator[Misfit]:
    """Give the misfits by path, mistyped keys first: what they were meant to be is then no longer missing."""
    seen = set()
    for one in sorted(misfits, key=lambda one: one.meant is None):
        if one.path not in seen:
            seen.add(one.path)
            yield one


def _mend(data: dict[str, Any], one: Misfit, repaired: Repaired, paths: set[Path]) -> bool:
    """Mend one misfit; say whether that could be done."""
    path = one.path
    if not path:
        return False
    above = value_at(data, path[:-1])
    if one.fault.code == "framework.unknown_key":
        if not isinstance(above, dict) or path[-1] not in above:
            return True
        value = above.pop(path[-1])
        if one.meant and one.meant not in above:
            above[one.meant] = value
            new = (*path[:-1], one.meant)
            repaired.renamed[new] = path
            paths.update({(*new, *old[len(path) :]) for old in paths if old[: len(path)] == path})
        return True
    if one.missing and isinstance(above, dict) and path[-1] in above:
        return True
    if one.meant and isinstance(above, dict):
        above[path[-1]] = one.meant
        return True
    if one.meant and isinstance(above, list) and isinstance(path[-1], int):
        above[path[-1]] = one.meant
        return True
    return _fill_or_leave_out(data, path, repaired, paths)


def _fill_or_leave_out(data: dict[str, Any], path: Path, repaired: Repaired, paths: set[Path]) -> bool:
    """Fill in a placeholder, or leave out the smallest entry around a place that can be spared."""
    again = path in repaired.broken
    while path:
        above, described = value_at(data, path[:-1]), field_at(path)
        if isinstance(above, dict):
            if described is None and is_mapping(annotation_at(path[:-1])) and not models(annotation_at(path[:-1])):
                above.pop(path[-1], None)
                repaired.gone.add(str(path[-1]))
                repaired.broken.add(path)
                return True
            if described is not None and not described.is_required():
                above.pop(path[-1], None)
                repaired.gone.update(str(step) for step in path if len(path) == 1)
                repaired.broken.add(path)
                return True
            if described is not None and not again and (filler := _filler(path, data)) is not None:
                above[path[-1]] = filler
                repaired.broken.add(path)
                paths.add(path)
                return True
        path = path[:-1]
        again = path in repaired.broken
    return False


def _filler(path: Path, data: dict[str, Any]) -> object:
    """Give something that fits a place and says nothing; none where that cannot be had."""
    annotation = annotation_at(path)
    if is_text(annotation):
        return dict.fromkeys(languages(data), _PLACEHOLDER)
    if annotation is str:
        return _PLACEHOLDER
    return {} if is_mapping(annotation) else None
