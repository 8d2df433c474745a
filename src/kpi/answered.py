"""What is odd in returns, with what was said of it: values, nothing else."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from kpi.measure.odd import Oddity
from kpi.problems import N_
from kpi.store.desk import StoredResolution
from kpi.store.model import StoredReturn


class Outcome(StrEnum):
    """What became of an oddity."""

    FIXED = "fixed"
    EXPLAINED = "explained"
    ACCEPTED = "accepted"


#: What the outcomes are called.
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.EXPLAINED: N_("explained"),
    Outcome.ACCEPTED: N_("accepted as it is"),
    Outcome.FIXED: N_("corrected"),
}


@dataclass(frozen=True, slots=True)
class Odd:
    """An oddity of a return, and all that was said of it, the last word last."""

    oddity: Oddity
    head: StoredReturn
    said: Sequence[StoredResolution] = ()

    @property
    def outcome(self) -> Outcome | None:
        """The last word on it."""
        return Outcome(self.said[-1].outcome) if self.said else None

    @property
    def is_open(self) -> bool:
        """Tell whether it still waits for an answer: what is said to be fixed does so while it is found."""
        return self.outcome in {None, Outcome.FIXED}


@dataclass(frozen=True, slots=True)
class Quality:
    """What is odd in some returns; `gone` is what was said of things that are no longer found."""

    odd: Sequence[Odd]
    gone: Sequence[StoredResolution]
    returns: int

    @property
    def open(self) -> list[Odd]:
        """What waits for an answer."""
        return [one for one in self.odd if one.is_open]

    @property
    def answered(self) -> list[Odd]:
        """What was explained, or accepted as it is."""
        return [one for one in self.odd if not one.is_open]

    def by_organisation(self) -> Counter[str]:
        """Count the open ones by organisation."""
        return Counter(one.head.organisation for one in self.open)

    def by_indicator(self) -> Counter[str]:
        """Count the open ones by every indicator whose figure they may touch."""
        return Counter(key for one in self.open for key in one.oddity.indicators)

    def of_indicator(self, key: str) -> "Quality":
        """Keep what may touch an indicator's figure."""
        return replace(self, odd=[one for one in self.odd if key in one.oddity.indicators], gone=())
