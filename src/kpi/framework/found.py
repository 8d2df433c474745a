"""What a cross-check finds: a fault at a path of the framework, and the faults that several checks share."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from kpi.problems import N_, Fault, Own

#: Where an entry stands: the keys and list positions that lead to it.
Path = tuple[str | int, ...]
#: The line of a file (from 1) in which the entry of each path stands.
Lines = Mapping[Path, int]

#: Among more names than this none is suggested: looking would take too long.
_MOST_NAMES = 1000

NO_SUCH = Fault("framework.no_such", N_("There is no {what} “{found}”."), N_("These there are: {allowed}."))
NONE_AT_ALL = Fault("framework.no_such", N_("There is no {what} “{found}”."), N_("None is declared."))
DID_YOU_MEAN = Fault("framework.no_such", N_("There is no {what} “{found}”."), N_("Did you mean “{meant}”?"))
NEEDLESS = Fault("framework.needless", N_("“{found}” is used only with {allowed}."))
NEEDED = Fault("framework.needed", N_("“{found}” is needed here."))
SCALE_GAPS = Fault(
    "framework.scale_gaps", N_("“{found}” is no rating scale."), N_("Every category of a scale needs a number: value.")
)
WRONG_TYPE = Fault("framework.wrong_type", N_("The column “{found}” has the type {type}."), N_("Expected: {allowed}."))
BACKWARDS = Fault("framework.backwards", N_("It ends ({found}) before it begins ({first})."))
OUT_OF_RANGE = Fault("framework.out_of_range", N_("{found} is out of range."), N_("Expected: {allowed}."))
TWICE_THE_SAME = Fault(
    "framework.twice", N_("“{found}” stands here a second time."), N_("The first is {first}; keep them apart.")
)
REPEATED = Fault("framework.repeated", N_("“{found}” stands here twice."), N_("Once is enough."))

#: What is missing rather than wrong: no news about an entry of which a part could not be read.
ABSENCES = frozenset(
    {"framework.no_text", "framework.needed", "framework.scale_gaps", "framework.no_parent", "framework.not_collected"}
)


@dataclass(frozen=True, slots=True)
class Found:
    """A fault at a path of the framework."""

    path: Path
    fault: Fault
    values: Mapping[str, object] = field(default_factory=dict)


def near(name: str, among: Collection[str]) -> str | None:
    """Give the name that was probably meant; none where nothing comes close."""
    if len(among) > _MOST_NAMES or not name:
        return None
    folded = {one.casefold(): one for one in among}
    close = get_close_matches(name.casefold(), folded, 1, cutoff=0.65)
    return folded[close[0]] if close else None


def named(path: Path, what: str, name: str | None, among: Mapping[str, object]) -> Iterator[Found]:
    """Find a name that is not among those it may be; a near one is suggested."""
    if name is None or name in among:
        return
    meant = near(name, among)
    if meant:
        yield Found(path, DID_YOU_MEAN, {"what": Own(what), "found": name, "meant": meant})
    elif among:
        yield Found(path, NO_SUCH, {"what": Own(what), "found": name, "allowed": list(among)})
    else:
        yield Found(path, NONE_AT_ALL, {"what": Own(what), "found": name})


def line_of(lines: Lines, path: Path) -> int:
    """Give the line of a path, or of the nearest thing above it that has one."""
    while path not in lines and path:
        path = path[:-1]
    return lines.get(path, 1)
