"""What is worked out from a framework alone is worked out once: a framework never changes."""

import weakref
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from kpi.framework.model import Framework

_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


def once(work: Callable[Concatenate[Framework, _Asked], _Answer]) -> Callable[Concatenate[Framework, _Asked], _Answer]:
    """Remember the answers of a pure function of a framework for as long as that framework is there.

    What else is asked stands in the order of its arguments and can be hashed; nobody changes an answer.
    """
    kept: dict[int, dict[object, _Answer]] = {}

    @wraps(work)
    def remembered(framework: Framework, /, *asked: _Asked.args, **named: _Asked.kwargs) -> _Answer:
        of = id(framework)
        known = kept.get(of)
        if known is None:
            known = kept[of] = {}
            weakref.finalize(framework, kept.pop, of, None)
        if asked not in known:
            known[asked] = work(framework, *asked, **named)
        return known[asked]

    return remembered
