"""The log as a table for people: what was done in words, what it was before and after side by side."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kpi.audit import Event
from kpi.language import moment, tr
from kpi.present.html import Html, el
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
_SHORT = 12
_HASH = 64


def log_table(events: Iterable[Event], language: str) -> Html:
    """List links of the log."""
    heads = (N_("Number"), N_("When"), N_("Who"), N_("What"), N_("To what"), N_("Before → after"))
    head = el("thead", el("tr", *(el("th", tr(one, language), scope="col") for one in heads)))
    return el("table", head, el("tbody", *(_row(one, language, heads) for one in events)), class_="k-table k-returns")


def _row(one: Event, language: str, heads: Sequence[str]) -> Html:
    cells: tuple[str, ...] = (
        moment(one.at, language),
        one.actor,
        tr(NAMES.get(one.action, one.action), language),
        one.subject,
        _changes(one, language),
    )
    labelled = zip(heads[1:], cells, strict=True)
    return el(
        "tr",
        el("th", str(one.id), scope="row", title=one.hash),
        *(el("td", cell, data_label=tr(head, language)) for head, cell in labelled),
    )


def _changes(one: Event, language: str) -> Html:
    before, after = _fields(one.before), _fields(one.after)
    lines = [
        el("li", el("code", name), " ", *_change(before.get(name), after.get(name)))
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name)
    ]
    if not lines:
        return Html("")
    count = tr(N_("{count} value(s)"), language, count=len(lines))
    return el("details", el("summary", count), el("ul", *lines))


def _change(before: str | None, after: str | None) -> Iterator[str]:
    if before is not None:
        yield before
    if before is not None or after is not None:
        yield " → " if before is not None else ""
    yield "—" if after is None else after


def _fields(value: object) -> dict[str, str]:
    """Give what a link says, value by value."""
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return {
            (f"{name}.{part}" if part else str(name)): _short(inner)
            for name, one in value.items()
            for part, inner in (one.items() if isinstance(one, Mapping) and one else [("", one)])
        }
    return {"": _short(value)}


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    is_hash = len(text) == _HASH and set(text) <= set("0123456789abcdef")
    return f"{text[:_SHORT]}…" if is_hash else text
