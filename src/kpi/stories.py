"""Success stories: those that may be published for everybody, all of them for the core team."""

from collections.abc import Mapping
from dataclasses import dataclass

from kpi import recall
from kpi.access import Deed, allow, may
from kpi.framework.model import ColumnType, Framework
from kpi.installation import Installation
from kpi.language import Text
from kpi.measure.disaggregation import category_of
from kpi.measure.model import Organisation
from kpi.quarter import Quarter, Window
from kpi.store.engine import reading
from kpi.store.model import StoredRecord

__all__ = ["Story", "stories"]


@dataclass(frozen=True, slots=True)
class Story:
    """A story as an organisation told it; `consent`: it may be published. `name` is the organisation's."""

    organisation: str
    name: Text
    quarter: Quarter
    title: str
    text: str
    consent: bool


def stories(installation: Installation, window: Window, *, where: Mapping[str, str] | None = None) -> list[Story]:
    """Give the approved stories of a window, the latest first; none where the framework knows of none.

    Whoever may not see rows gets those with consent only. `where` limits them to a category of each dimension; a story
    that does not tell it is left out.
    """
    allow(installation.who, Deed.SEE_FIGURES)
    framework, page = installation.framework, installation.framework.pages.stories
    if page is None:
        return []
    with reading(installation.engine) as session:
        known = {one.code: one for one in recall.organisations(session, framework)}
        rows = recall.rows(session, framework, form=page.form)
    found = [
        Story(
            row.organisation,
            known[row.organisation].name if row.organisation in known else {},
            row.quarter,
            _text(row.cells.get(page.title)),
            _text(row.cells.get(page.text)),
            row.cells.get(page.consent) is True,
        )
        for row in rows
        if row.quarter in window and _lies_in(framework, row, known.get(row.organisation), where or {})
    ]
    everything = may(installation.who, Deed.SEE_ROWS)
    return sorted((one for one in found if everything or one.consent), key=lambda one: -one.quarter.ordinal)


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""


def _lies_in(framework: Framework, row: StoredRecord, whose: Organisation | None, where: Mapping[str, str]) -> bool:
    told = _told(framework, row)
    for dimension, name in framework.breakdown_attributes.items():
        if whose is not None and name in whose.attributes:
            told.setdefault(dimension, whose.attributes[name])
    return all(category_of(framework, dimension, told) == category for dimension, category in where.items())


def _told(framework: Framework, row: StoredRecord) -> dict[str, str]:
    """Give where a row lies, as its choices tell."""
    told: dict[str, str] = {}
    for name, column in framework.forms[row.form].columns.items():
        said = row.cells.get(name)
        if column.type is ColumnType.CHOICE and column.dimension is not None and isinstance(said, str):
            told.setdefault(column.dimension, said)
    return told
