"""What a cross-check finds: a fault at a path of the framework, and the faults that several checks share."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from kpi.problems import N_, Fault

#: Where an entry stands: the keys and list positions that lead to it.
Path = tuple[str | int, ...]

NO_SUCH = Fault("framework.no_such", N_("There is no {what} “{found}”."), N_("One of these is expected: {allowed}."))
DID_YOU_MEAN = Fault("framework.no_such", N_("There is no {what} “{found}”."), N_("Did you mean “{meant}”?"))
NEEDLESS = Fault("framework.needless", N_("“{found}” has no meaning here."), N_("It belongs to: {allowed}."))
NEEDED = Fault("framework.needed", N_("“{found}” is needed here."))
SCALE_GAPS = Fault(
    "framework.scale_gaps", N_("“{found}” is no rating scale."), N_("Every category of a scale needs a value:.")
)
WRONG_TYPE = Fault("framework.wrong_type", N_("The column “{found}” has the type {type}."), N_("Expected: {allowed}."))
BACKWARDS = Fault("framework.backwards", N_("“{found}” comes before its beginning."))
OUT_OF_RANGE = Fault("framework.out_of_range", N_("{found} is out of range."), N_("Expected: {allowed}."))


@dataclass(frozen=True, slots=True)
class Found:
    """A fault at a path of the framework."""

    path: Path
    fault: Fault
    values: Mapping[str, object] = field(default_factory=dict)


def named(path: Path, what: str, name: str | None, among: Mapping[str, object]) -> Iterator[Found]:
    """Find a name that is not among those it may be; a near one is suggested."""
    if name is None or name in among:
        return
    close = get_close_matches(name, among, 1)
    if close:
        yield Found(path, DID_YOU_MEAN, {"what": what, "found": name, "meant": close[0]})
    else:
        yield Found(path, NO_SUCH, {"what": what, "found": name, "allowed": list(among)})
