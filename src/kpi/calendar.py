"""What an organisation is asked for, quarter by quarter: due when, handed in or not, decided how."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kpi import recall
from kpi.access import Deed, allow
from kpi.framework.model import Form
from kpi.installation import Installation
from kpi.participation import known
from kpi.problems import N_
from kpi.quarter import Quarter, Window
from kpi.store import desk
from kpi.store import returns as stored
from kpi.store.engine import reading
from kpi.store.model import ReturnState, StoredReturn


class Standing(StrEnum):
    """How far a quarter's return is."""

    NOT_BEGUN = "not_begun"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"


#: What the standings are called.
STANDINGS = {
    Standing.NOT_BEGUN: N_("not begun"),
    Standing.DRAFT: N_("draft"),
    Standing.SUBMITTED: N_("submitted, waits for approval"),
    Standing.RETURNED: N_("returned for correction"),
    Standing.APPROVED: N_("approved"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One quarter of one organisation.

    `due` counts an extension; `days_left` counts to it, below 0 when it has passed; `revisions` are all, the newest
    first. `reasons` say why the newest was sent back, by form, and under none as a whole.
    """

    organisation: str
    quarter: Quarter
    due: date
    is_extended: bool
    days_left: int
    standing: Standing
    forms: Mapping[str, Form]
    revisions: Sequence[StoredReturn]
    reasons: Mapping[str | None, str]

    @property
    def newest(self) -> StoredReturn | None:
        """The newest revision."""
        return self.revisions[0] if self.revisions else None

    @property
    def is_running(self) -> bool:
        """Tell whether the quarter is not over yet."""
        return self.due - timedelta(days=self.days_left) <= self.quarter.ends

    @property
    def is_late(self) -> bool:
        """Tell whether it should have been handed in, and is not."""
        counts = any(one.current for one in self.revisions)
        return self.days_left < 0 and not counts and self.standing is not Standing.SUBMITTED


def asked_of(installation: Installation, *, organisation: str, today: date) -> list[Asked]:
    """Give the quarters that an organisation reports for, up to the one that runs, the newest first.

    Raises `kpi.participation.UnknownOrganisationError`.
    """
    allow(installation.who, Deed.REPORT, organisation=organisation)
    framework = installation.framework
    with reading(installation.engine) as session:
        found = known(session, framework, organisation)
        later = {one.quarter: one.until for one in desk.extensions(session, organisation=organisation)}
        all_of_it = stored.find(session, organisation=organisation)
        back = [one.id for one in all_of_it if _sent_back(one)]
        reasons = {each: recall.said(session, framework, return_id=each).reasons for each in back}
    by_quarter: dict[Quarter, list[StoredReturn]] = {}
    for one in all_of_it:
        by_quarter.setdefault(one.quarter, []).insert(0, one)
    first, last = max(found.active_from, framework.programme.starts), Quarter.of(today)
    quarters = {one for one in Window.range(min(first, last), last) if found.active_in(one)} | by_quarter.keys()
    asked = []
    for quarter in sorted(quarters, reverse=True):
        revisions = by_quarter.get(quarter, [])
        usual = quarter.due(framework.rules.due_days)
        due = max(usual, later.get(quarter, usual))
        returned = next((one for one in revisions if _sent_back(one)), None)
        asked.append(
            Asked(
                organisation,
                quarter,
                due,
                due > usual,
                (due - today).days,
                standing_of(revisions),
                framework.asked_forms(found.attributes, quarter),
                revisions,
                reasons.get(returned.id, {}) if returned and standing_of(revisions) in _TO_CORRECT else {},
            )
        )
    return asked


_TO_CORRECT = frozenset({Standing.RETURNED, Standing.DRAFT})


def _sent_back(revision: StoredReturn) -> bool:
    return revision.state is ReturnState.RETURNED


def standing_of(revisions: Sequence[StoredReturn]) -> Standing:
    """Tell how far a quarter is; `revisions` come newest first."""
    open_ones = [one for one in revisions if one.superseded_at is None]
    for state, standing in (
        (ReturnState.DRAFT, Standing.DRAFT),
        (ReturnState.SUBMITTED, Standing.SUBMITTED),
    ):
        if any(one.state is state for one in open_ones):
            return standing
    handed_in = [one for one in revisions if one.state is not ReturnState.DRAFT]
    if handed_in and _sent_back(handed_in[0]):
        return Standing.RETURNED
    if any(one.state is ReturnState.APPROVED for one in open_ones):
        return Standing.APPROVED
    return Standing.NOT_BEGUN
