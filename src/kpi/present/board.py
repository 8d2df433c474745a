"""The coverage board: who has reported, organisation by quarter; each square a sign and a word."""

from collections import Counter
from collections.abc import Callable, Sequence
from enum import StrEnum

from kpi.calendar import Standing
from kpi.language import day, pick, quarter_short, tr, whole
from kpi.measure.model import Organisation
from kpi.present.html import Html, el, table
from kpi.present.link import linked, only
from kpi.present.sources import by_name
from kpi.present.words import NOTHING
from kpi.problems import N_
from kpi.quarter import Quarter
from kpi.returns import StoredReturn
from kpi.review import Board, Square


class Cover(StrEnum):
    """What a square of the board says."""

    APPROVED = "approved"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    DRAFT = "draft"
    LATE = "late"
    DUE = "due"
    AHEAD = "ahead"


#: In the order in which they are counted.
COVERS = {
    Cover.APPROVED: N_("approved"),
    Cover.SUBMITTED: N_("waits for a decision"),
    Cover.RETURNED: N_("sent back"),
    Cover.DRAFT: N_("draft"),
    Cover.LATE: N_("late, nothing begun"),
    Cover.DUE: N_("due, nothing begun"),
    Cover.AHEAD: N_("not due yet"),
}
#: As they stand in the squares, where the column says the rest.
_SHORT = {
    Cover.SUBMITTED: N_("waits"),
    Cover.LATE: N_("late"),
    Cover.DUE: N_("due"),
    Cover.AHEAD: N_("ahead"),
}
_SIGNS = {
    Cover.APPROVED: "✓",
    Cover.SUBMITTED: "◔",
    Cover.RETURNED: "↩",
    Cover.DRAFT: "✎",
    Cover.LATE: "▼",
    Cover.DUE: "◷",
    Cover.AHEAD: "○",
}
_TONES = {Cover.APPROVED: "good", Cover.RETURNED: "bad", Cover.LATE: "bad", Cover.DRAFT: "risk", Cover.DUE: "risk"}
_BY_STANDING = {
    Standing.APPROVED: Cover.APPROVED,
    Standing.SUBMITTED: Cover.SUBMITTED,
    Standing.RETURNED: Cover.RETURNED,
    Standing.DRAFT: Cover.DRAFT,
}
_LOCKED, _EXTENDED = "▣", "⇢"


def cover(square: Square) -> Cover:
    """Say in one word how far an organisation's quarter is."""
    if square.standing in _BY_STANDING:
        return _BY_STANDING[square.standing]
    if square.is_late:
        return Cover.LATE
    return Cover.DUE if square.has_ended else Cover.AHEAD


def how_far(square: Square, language: str) -> str:
    """Say how far an organisation's quarter is and, where that is not all, that it is late or due later."""
    far = cover(square)
    said = [tr(COVERS[far], language)]
    if square.is_late and far is not Cover.LATE:
        said.append(tr(_SHORT[Cover.LATE], language))
    if square.is_extended:
        said.append(whole(N_("due by {day}"), language, day=day(square.due, language)))
    return ", ".join(said)


def counted(board: Board) -> Counter[Cover]:
    """Count the squares by what they say."""
    return Counter(cover(square) for row in board.squares.values() for square in row.values())


def choice(one: Cover, count: int, language: str) -> str:
    """Name what the board can be limited to, with how many squares say so."""
    return f"{_SIGNS[one]} {tr(COVERS[one], language)} ({count})"


def limited(board: Board, one: Cover | None) -> list[Organisation]:
    """Keep the organisations of which at least one quarter is so far."""
    if one is None:
        return list(board.organisations)
    return [each for each in board.organisations if one in map(cover, board.squares[each.code].values())]


def board_table(
    board: Board,
    organisations: Sequence[Organisation],
    language: str,
    *,
    to: Callable[[StoredReturn], str],
    alone: Callable[[str], str | None],
) -> Html:
    """Show the board.

    `to` gives the address of a return that was handed in, `alone` that of what is known of an organisation.
    """
    heads = [el("th", tr(N_("Organisation"), language), scope="col")]
    heads += [_head(board, quarter, language) for quarter in board.quarters]
    rows = [
        el(
            "tr",
            el("th", _named(one, alone(one.code), language), " ", el("span", one.code, class_="k-key"), scope="row"),
            *(_square(board.squares[one.code].get(quarter), quarter, language, to) for quarter in board.quarters),
        )
        for one in by_name(organisations, language)
    ]
    foot = el(
        "tr",
        el("th", tr(N_("Approved"), language), scope="row"),
        *(_approved(board, quarter, language) for quarter in board.quarters),
    )
    name = tr(N_("Who has reported"), language)
    parts = (el("thead", el("tr", *heads)), el("tbody", *rows), el("tfoot", foot))
    return el(
        "div",
        table(name, *parts, class_="k-table k-board"),
        class_="k-scroll",
        tabindex="0",
        role="region",
        aria_label=name,
    )


def _named(one: Organisation, to: str | None, language: str) -> Html | str:
    name = pick(one.name, language)
    return linked(name, only(name, to, language))


def _head(board: Board, quarter: Quarter, language: str) -> Html:
    locked = None
    if quarter in board.locked:
        sign = el("span", _LOCKED, class_="k-sign", aria_hidden="true")
        locked = el("span", sign, tr(N_("locked"), language), class_="k-small")
    return el("th", quarter_short(quarter, language), locked, scope="col")


def _square(square: Square | None, quarter: Quarter, language: str, to: Callable[[StoredReturn], str]) -> Html:
    label = quarter_short(quarter, language)
    if square is None:
        takes_no_part = tr(N_("takes no part"), language)
        return el("td", el("span", NOTHING, title=takes_no_part, aria_label=takes_no_part), data_label=label)
    said = cover(square)
    badge: Html = el(
        "span",
        el("span", _SIGNS[said], class_="k-sign", aria_hidden="true"),
        tr(_SHORT.get(said, COVERS[said]), language),
        class_=f"k-badge k-{_TONES.get(said, 'none')}",
    )
    if square.newest is not None:
        badge = el("a", badge, href=to(square.newest), target="_self")
    return el("td", badge, *_besides(square, said, language), data_label=label)


def _besides(square: Square, said: Cover, language: str) -> list[Html]:
    """Say what else there is about it: that it is late all the same, and an extension that still matters."""
    told = []
    if square.counts and said is not Cover.APPROVED:
        sign = el("span", _SIGNS[Cover.APPROVED], class_="k-sign", aria_hidden="true")
        told.append(el("span", sign, tr(N_("an approved one counts"), language), class_="k-small"))
    if square.is_late and said is not Cover.LATE:
        sign = el("span", "▼", class_="k-sign", aria_hidden="true")
        told.append(el("span", sign, tr(N_("late"), language), class_="k-small k-bad"))
    if square.is_extended and said is not Cover.APPROVED:
        sign = el("span", _EXTENDED, class_="k-sign", aria_hidden="true")
        until = whole(N_("until {day}"), language, day=day(square.due, language))
        told.append(el("span", sign, until, class_="k-small"))
    return told


def _approved(board: Board, quarter: Quarter, language: str) -> Html:
    squares = [row[quarter] for row in board.squares.values() if quarter in row]
    done = sum(one.counts for one in squares)
    text = whole(N_("{reported} of {expected}"), language, reported=done, expected=len(squares))
    locked = f" {_LOCKED}" if quarter in board.locked else ""  # where there is no head above it
    return el("td", text, data_label=f"{quarter_short(quarter, language)}{locked}")


def legend(language: str) -> Html:
    """Say what the signs of the board mean."""
    told = [(_SIGNS[one], tr(text, language)) for one, text in COVERS.items()]
    told += [(_EXTENDED, tr(N_("has until a later day"), language)), (_LOCKED, tr(N_("quarter is locked"), language))]
    return el(
        "ul",
        *(el("li", el("span", sign, class_="k-sign", aria_hidden="true"), text) for sign, text in told),
        class_="k-signs",
    )
