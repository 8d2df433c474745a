"""Two frameworks beside each other: what an entry is called in each, and how a change that is refused is told."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol, TypeVar

from kpi.framework.found import Found, Path
from kpi.framework.model import Framework
from kpi.problems import N_, Fault, Own

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


class _Named(Protocol):
    @property
    def was(self) -> tuple[str, ...]: ...


Entry = TypeVar("Entry", bound=_Named)


class Pair(NamedTuple):
    """The frameworks before and after."""

    old: Framework
    new: Framework


def now_called(name: str, family: Mapping[str, Entry]) -> str | None:
    """Give the key that an entry has now, by its key or a former one; none where it is gone."""
    if name in family:
        return name
    return next((key for key, entry in family.items() if name in entry.was), None)


def same(family: Mapping[str, _Named], before: str | None, after: str | None) -> bool:
    """Tell whether two names mean the same entry, which may have another key now."""
    return before == after or (before is not None and now_called(before, family) == after)


def gone(path: Path, what: str, name: str, fault: Fault = GONE) -> Found:
    """Find that an entry is no longer there under this key nor as a former one; `what` is a marked text."""
    return Found(path, fault, {"what": Own(what), "found": name, "key": name})


def differs(path: Path, setting: str, before: object, after: object) -> Found:
    """Find that a setting of the entry at a path is another now."""
    return Found((*path, setting), MEANS_OTHERWISE, values(setting, str(path[-1]), before, after))


def values(setting: str, key: str, before: object, after: object) -> dict[str, object]:
    """Give the values that `MEANS_OTHERWISE` quotes."""
    return {"setting": setting, "found": key, "key": key, "before": _said(before), "after": _said(after)}


def _said(value: object) -> object:
    return Own(N_("not set")) if value is None else str(value)
