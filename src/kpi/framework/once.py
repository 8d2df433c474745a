"""What is worked out from a framework alone is worked out once: a framework never changes."""

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from kpi.framework.model import Framework

_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")
#: Of so many frameworks answers are remembered.
_MOST = 16


def once(work: Callable[Concatenate[Framework, _Asked], _Answer]) -> Callable[Concatenate[Framework, _Asked], _Answer]:
    """Remember the answers of a pure function of a framework, those of the last few frameworks that it was asked of.

    What else is asked stands in the order of its arguments and can be hashed; nobody changes an answer.
    """
    kept: OrderedDict[int, tuple[Framework, dict[object, _Answer]]] = OrderedDict()  # held, it keeps its id

    @wraps(work)
    def remembered(framework: Framework, /, *asked: _Asked.args, **named: _Asked.kwargs) -> _Answer:
        held = kept.get(id(framework))
        if held is None:
            held = kept[id(framework)] = (framework, {})
            if len(kept) > _MOST:
                kept.popitem(last=False)
        known = held[1]
        if asked not in known:
            known[asked] = work(framework, *asked, **named)
        return known[asked]

    return remembered
