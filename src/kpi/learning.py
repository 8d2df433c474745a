"""What was found out, and what was changed because of it: each finding with the quarters of both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi.figures import APPROVED, Basis
from kpi.framework.model import LearningPage
from kpi.installation import Installation
from kpi.quarter import Quarter, Window
from kpi.registers import Entry, entries, histories, whose

__all__ = ["Finding", "Learned", "learned"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding as it stands.

    `since` is the quarter of the return that first told it, `acted` that in which it was first said to be acted upon.
    """

    entry: Entry
    finding: str
    adjustment: str
    done: bool
    since: Quarter
    acted: Quarter | None


@dataclass(frozen=True, slots=True)
class Learned:
    """The findings that count, the open ones first, each group from the oldest on; `lacks` as of `kpi.registers`."""

    findings: Sequence[Finding]
    lacks: str | None = None


def learned(
    installation: Installation,
    window: Window,
    *,
    where: Mapping[str, str] | None = None,
    basis: Basis = APPROVED,
) -> Learned:
    """Give the findings that count at a window's end; none where the framework knows of none."""
    whose(installation.who)
    page = installation.framework.pages.learning
    if page is None:
        return Learned(())
    listed = entries(installation, page.form, window, where=where, basis=basis)
    said = histories(installation, page.form)
    found = [_finding(page, one, said.get((one.organisation, one.key or ""), ())) for one in listed.entries]
    found.sort(key=lambda one: (one.done, one.since, one.entry.organisation, one.entry.position))
    return Learned(found, listed.lacks)


def _finding(page: LearningPage, entry: Entry, history: Sequence[Entry]) -> Finding:
    before = [one for one in history if one.quarter <= entry.quarter]
    done = entry.cells.get(page.done) is True
    acted = next((one.quarter for one in before if one.cells.get(page.done) is True), entry.quarter)
    return Finding(
        entry,
        _text(entry.cells.get(page.finding)),
        _text(entry.cells.get(page.adjustment)),
        done,
        min([entry.quarter, *(one.quarter for one in before)]),
        acted if done else None,
    )


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""
