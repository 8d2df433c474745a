"""Success stories: those that may be published for everybody, all of them for the core team and for whose they are."""

from collections.abc import Mapping
from dataclasses import dataclass

from kpi.access import Deed, Person, allow, may
from kpi.framework.model import Framework
from kpi.installation import Installation
from kpi.language import Text
from kpi.quarter import Quarter, Window
from kpi.registers import Entry, counted
from kpi.store.engine import reading

__all__ = ["Story", "stories", "told"]


@dataclass(frozen=True, slots=True)
class Story:
    """A story as an organisation told it; `consent`: it may be published. `name` is the organisation's.

    `entry` is its row, with all that was said beside.
    """

    organisation: str
    name: Text
    quarter: Quarter
    title: str
    text: str
    consent: bool
    entry: Entry


def stories(installation: Installation, window: Window, *, where: Mapping[str, str] | None = None) -> list[Story]:
    """Give the approved stories of a window, the latest first; none where the framework knows of none.

    Whoever may not see an organisation's rows gets those with consent only. `where` limits them to a category of each
    dimension; a story that does not tell it is left out.
    """
    allow(installation.who, Deed.SEE_FIGURES)
    framework, page = installation.framework, installation.framework.pages.stories
    if page is None:
        return []
    with reading(installation.engine) as session:
        found = counted(session, framework, page.form, window, where=where or {})
    every = [
        Story(
            row.organisation,
            row.name,
            row.quarter,
            _text(row.cells.get(page.title)),
            _text(row.cells.get(page.text)),
            row.cells.get(page.consent) is True,
            row,
        )
        for row in found.entries
    ]
    open_ = [one for one in every if one.consent or _may_see_rows(installation.who, one.organisation)]
    return sorted(open_, key=lambda one: -one.quarter.ordinal)


def told(framework: Framework) -> tuple[str, ...]:
    """Give the columns that a story has beside its title, its text and its consent, in their order."""
    page = framework.pages.stories
    if page is None:
        return ()
    own = {page.title, page.text, page.consent}
    return tuple(key for key in framework.forms[page.form].columns if key not in own)


def _may_see_rows(who: Person, organisation: str) -> bool:
    return may(who, Deed.SEE_ROWS) or may(who, Deed.REPORT, organisation=organisation)


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""
