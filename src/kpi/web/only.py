"""Where names of categories and organisations lead: to what there is of them alone."""

from collections.abc import Callable
from urllib.parse import urlencode

from kpi.access import Deed
from kpi.web import address
from kpi.web.person import allowed, installation, language
from kpi.web.view import WHERE, View


def category(dimension: str) -> Callable[[str], str | None]:
    """Give the address of the same page limited to a category of a dimension, all else kept.

    There is none where pages cannot be limited so, as the filters above them say, and where this one is already.
    """
    framework, here, name = installation().framework, address.params(), f"{WHERE}{dimension}"
    known = framework.dimensions[dimension].categories if dimension in framework.programme.filters else {}

    def to(key: str) -> str | None:
        return f"?{urlencode({**here, name: key})}" if key in known and here.get(name) != key else None

    return to


def organisation(view: View | None = None) -> Callable[[str], str | None]:
    """Give the address of all figures of one organisation, in a view; none for who may not see them one by one."""
    params = {"lang": language()} if view is None else view.params(language())
    params.pop("indicator", None)
    is_open = allowed(Deed.SEE_UNDISCLOSED)
    return lambda code: f"compare?{urlencode({**params, 'columns': code})}" if is_open else None
