"""What everybody gets alike and takes seconds to make: kept until what it is made from changes."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from kpi import figures
from kpi.installation import Installation
from kpi.web.opened import today

_Made = TypeVar("_Made", str, bytes)
_MOST = 40
_kept: OrderedDict[tuple[str, ...], str | bytes] = OrderedDict()
_one_at_a_time = Lock()


def kept(found: Installation, *what: str, make: Callable[[], _Made]) -> _Made:
    """Give what was made before, as long as store, framework and published windows are the same; else make it."""
    windows = figures.published_windows(found.framework, today())
    head = figures.overview(found).last_change
    key = (str(found.engine.url), found.sha256, head, str(windows[-1:]), *what)
    with _one_at_a_time:
        if key not in _kept:
            _kept[key] = make()
            while len(_kept) > _MOST:
                _kept.popitem(last=False)
        there: _Made = _kept[key]  # type: ignore[assignment] # under one key always the same kind
        return there
