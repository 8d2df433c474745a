"""What needs a decision: each a count in words, with the way to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from kpi.language import whole
from kpi.present.html import Html, el
from kpi.present.words import NOTHING
from kpi.problems import N_

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Decision:
    """Something of which there may be some: what it is called, where it is, and what more is to be said.

    There is no count where there is nothing yet that could be counted.
    """

    count: int | None
    name: str
    to: str
    more: str = ""


def decisions(found: Sequence[Decision]) -> Html:
    """Show them side by side; what there is none of is ticked off, and stays in its place."""
    return el("ul", *(_one(one) for one in found), class_="k-decisions")


def _one(one: Decision) -> Html:
    count = NOTHING if one.count is None else str(one.count) if one.count else "✓"
    return el(
        "li",
        el(
            "a",
            el("span", one.name),
            el("span", count, class_="k-many", aria_hidden=None if one.count else "true"),
            el("small", one.more) if one.more and one.count != 0 else None,
            href=one.to,
            class_=None if one.count else "k-nothing-there",
        ),
    )


def some(names: Sequence[str], language: str) -> str:
    """Name the first few, and count the others."""
    shown = ", ".join(names[:_NAMED])
    rest = len(names) - _NAMED
    return whole(N_("{names} and {count} more"), language, names=shown, count=rest) if rest > 0 else shown
