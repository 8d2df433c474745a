"""The log as a table for people: what was done in words, what it was before and after side by side."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from kpi.audit import Event
from kpi.framework.model import Framework
from kpi.language import moment, tr
from kpi.present.html import Html, el, join, table
from kpi.present.logged import changes, sealed, subject
from kpi.present.written import as_written
from kpi.problems import N_

#: What the log calls it, in words. What is not here stands as the log says it.
NAMES: Mapping[str, str] = {
    "return.submitted": N_("return submitted"),
    "return.approved": N_("return approved"),
    "return.returned": N_("return sent back"),
    "return.withdrawn": N_("return withdrawn"),
    "return.draft_begun": N_("draft begun"),
    "return.draft_discarded": N_("draft discarded"),
    "return.commented": N_("remark made"),
    "oddity.resolved": N_("remark on the data settled"),
    "return.extended": N_("extension granted"),
    "action.opened": N_("action agreed"),
    "action.closed": N_("action closed"),
    "note.added": N_("note added"),
    "note.removed": N_("note removed"),
    "organisation.added": N_("organisation added"),
    "organisation.changed": N_("organisation changed"),
    "person.invited": N_("person invited"),
    "person.changed": N_("account changed"),
    "person.link_given": N_("link given"),
    "person.password_chosen": N_("password chosen"),
    "person.known_elsewhere": N_("known by another service"),
    "person.anonymised": N_("account anonymised"),
    "quarter.locked": N_("quarter locked"),
    "quarter.reopened": N_("quarter reopened"),
    "file.removed": N_("file removed"),
    "edition.published": N_("report published"),
    "framework.adopted": N_("framework in force"),
    "facts.rebuilt": N_("figures derived again"),
    "sample.loaded": N_("sample data begun"),
    "sample.completed": N_("sample data complete"),
}


def log_table(events: Iterable[Event], framework: Framework, language: str) -> Html:
    """List links of the log."""
    heads = (N_("Number"), N_("When"), N_("Who"), N_("What"), N_("To what"), N_("Before → after"))
    head = el("thead", el("tr", *(el("th", tr(one, language), scope="col") for one in heads)))
    rows = (_row(one, framework, language, heads) for one in events)
    return table(
        tr(N_("Who did what, and when?"), language),
        head,
        el("tbody", *rows),
        class_="k-table k-returns k-log k-whole-log",
    )


def name(action: str, language: str) -> str:
    """Say what was done."""
    return tr(NAMES[action], language) if action in NAMES else action


def _when(at: datetime, language: str) -> str:
    try:
        return moment(at.astimezone(), language)
    except OverflowError:  # whoever tampers may leave behind a day before all days
        return str(at)


def _row(one: Event, framework: Framework, language: str, heads: Sequence[str]) -> Html:
    cells: tuple[str, ...] = (
        _when(one.at, language),
        as_written(one.actor, language, framework),
        name(one.action, language),
        subject(one, framework, language),
        join(changes(one, framework, language), sealed(one, framework, language)),
    )
    labelled = zip(heads[1:], cells, strict=True)
    return el(
        "tr",
        el("th", str(one.id), scope="row"),
        *(el("td", cell, data_label=tr(head, language)) for head, cell in labelled),
    )
