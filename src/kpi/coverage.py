"""How complete a quarter is: of how many returns expected how many are approved, by kind of organisation.

An organisation is expected in every quarter in which it takes part, as on the reviewer's board (`kpi.review`). What
kind it is, its return that counts tells; where there is none, the list.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from kpi import recall
from kpi.access import Deed, allow
from kpi.framework.model import Framework
from kpi.installation import Installation
from kpi.measure.model import Coverage
from kpi.quarter import Quarter
from kpi.renamed import Renamed
from kpi.store import returns as stored
from kpi.store.engine import reading
from kpi.store.model import ReturnState

__all__ = ["Reported", "reported"]


@dataclass(frozen=True, slots=True)
class Reported:
    """A quarter's returns: all of them, and by the categories of `dimension`, the organisations' own; none without."""

    quarter: Quarter
    total: Coverage
    dimension: str | None
    kinds: Mapping[str, Coverage]


def reported(installation: Installation, quarter: Quarter) -> Reported:
    """Count a quarter's approved returns: whoever sees figures may see what they rest on."""
    allow(installation.who, Deed.SEE_FIGURES)
    framework = installation.framework
    with reading(installation.engine) as session:
        there = [one for one in recall.organisations(session, framework) if one.active_in(quarter)]
        heads = stored.find(session, quarter=quarter, states=(ReturnState.APPROVED,))
    counting = {head.organisation: head.attributes for head in heads if head.current}
    renamed = Renamed(framework)
    attribute = _attribute(framework)
    expected: Counter[str] = Counter()
    done: Counter[str] = Counter()
    for one in there:
        then = renamed.attributes(counting.get(one.code, {})) or one.attributes
        kind = then.get(attribute or "", "")
        expected[kind] += 1
        done[kind] += one.code in counting
    kinds = {}
    if attribute is not None:
        known = framework.dimensions[framework.organisation[attribute].dimension].categories
        kinds = {kind: Coverage(done[kind], expected[kind]) for kind in known if expected[kind]}
    return Reported(
        quarter,
        Coverage(done.total(), expected.total()),
        framework.organisation[attribute].dimension if attribute else None,
        kinds,
    )


def _attribute(framework: Framework) -> str | None:
    """Give what tells organisations apart: the first of what figures may be broken down by."""
    return next((key for key, one in framework.organisation.items() if one.breakdown), None)
