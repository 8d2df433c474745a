"""The parts of the overview: findings, what needs a decision, what has changed, how complete the quarter is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from kpi import coverage, review
from kpi.access import Deed
from kpi.figures import default_quarter, returns_in
from kpi.language import day, pick, tr, whole
from kpi.present import decisions as present
from kpi.present import filtered, findings, indicators, judged, moved, picture, reported, status
from kpi.present.arithmetic import ACHIEVEMENT
from kpi.present.board import how_far
from kpi.present.cards import Shown, cards, ends_open
from kpi.present.decisions import Decision, some
from kpi.present.findings import Finding
from kpi.present.following import is_overdue
from kpi.present.html import Html, el, join
from kpi.present.levels import level_list
from kpi.present.link import indicator_link
from kpi.present.scene import Scene
from kpi.present.status import Group
from kpi.present.words import period, title
from kpi.problems import N_
from kpi.quarter import Quarter
from kpi.review import Board
from kpi.web import asked, following, frame, questions
from kpi.web.opened import today
from kpi.web.pages import told_by
from kpi.web.person import allowed, installation, language, who
from kpi.web.view import View

STYLE = Path(__file__).with_name("overview.css")
_QUARTERS = 4


def period_in_sight(scene: Scene, looking: View) -> None:
    """Name the period, and lead to the report of it."""
    text = tr(N_("Make a report of this period"), scene.language)
    link = el("a", text, href=f"reports?{urlencode(scene.params)}")
    st.html(el("p", title(period(looking.window, scene.language)), " · ", link, class_="k-period"))


def findings_of(scene: Scene, looking: View, shown: Mapping[str, Shown], *more: Html) -> None:
    """Say what the figures say, each sentence leading to what it tells of; how many stand how in one line.

    Of what is filtered they say which part of the whole it is.
    """
    part: list[str] = []
    if looking.where:
        whole_ = asked.shown(replace(looking, where={}))
        part = [" ".join(filtered.findings(scene.framework, shown, whole_, scene.language))]
    said = findings.found(scene.framework, shown, scene.language)
    counts = [_finding(scene, one) for one in said if "sort" not in one.to]
    rest = [_finding(scene, one) for one in said if "sort" in one.to]
    first = join(*(join(one, " ") for one in counts))
    st.html(findings.lines([*part, first, *rest, *more]))


def _finding(scene: Scene, one: Finding) -> Html:
    if not one.to:
        return el("span", one.text)
    return el("a", one.text, href=f"indicators?{urlencode({**scene.params, **one.to})}")


def besides(scene: Scene, looking: View, shown: Mapping[str, Shown]) -> list[Html]:
    """Say what is wanted to be known beside the verdicts: the funding attracted, the returns that are late."""
    sentences = []
    funding = scene.framework.pages.funding
    text = findings.attracted(scene.framework, shown, scene.language)
    if text is not None and funding is not None:
        page = told_by("funding", who())
        to = f"{page}?{urlencode(scene.params)}" if page else indicator_link(funding.attracted, scene.params)
        sentences.append(el("a", text, href=to))
    if allowed(Deed.REVIEW):
        late = _late(_board())
        text = N_("Late returns of the whole programme: {count}.") if looking.where else N_("Late returns: {count}.")
        text = whole(text, scene.language, count=len(late))
        if not late:
            text = tr(N_("No return is late."), scene.language)
        sentences.append(el("a", text, href=_to_board()))
    return sentences


def _board(last: Quarter | None = None) -> Board:
    """Give the board as it opens by itself, or that of a quarter."""
    here, day_, now = installation(), today(), Quarter.of(today())
    end = last or max(default_quarter(here.framework, day_), now + -1)
    count = _QUARTERS if last is None else 1
    return asked.kept(
        f"board {end} {count}",
        provisional=False,
        answer=lambda: review.board(here, last=end, count=count, today=day_),
    )


def _late(board: Board) -> list[tuple[str, Quarter]]:
    return [(code, quarter) for code, row in board.squares.items() for quarter, one in row.items() if one.is_late]


def _to_board() -> str:
    return f"returns?{urlencode({'lang': language(), 'part': 'board'})}"


def decisions(scene: Scene, looking: View) -> None:
    """Show what waits for the core team; to nobody else."""
    if not (allowed(Deed.REVIEW) and allowed(Deed.FOLLOW_UP)):
        return
    st.html(el("h2", tr(N_("What needs a decision"), scene.language)))
    _of_all(looking)
    st.html(present.decisions([*_returns(scene), _questions(scene, looking), *_actions(scene, looking)]))


def _of_all(looking: View) -> None:
    """Say that what follows is of the whole programme, where the figures around it are filtered."""
    if looking.where:
        text = N_("This is of the whole programme: the filters do not narrow it down.")
        st.html(el("p", tr(text, language()), class_="k-note"))


def _returns(scene: Scene) -> Sequence[Decision]:
    here, day_, said = installation(), today(), scene.language
    days = asked.kept("queue", provisional=False, answer=lambda: [one.days for one in review.queue(here, today=day_)])
    board = _board()
    late = _late(board)
    names = {one.code: pick(one.name, said) for one in board.organisations}
    longest = whole(N_("the longest wait, in days: {days}"), said, days=max(days, default=0))
    to = f"returns?{urlencode({'lang': said, 'part': 'waiting'})}"
    return [
        Decision(len(days), tr(N_("Returns to approve"), said), to, longest),
        Decision(
            len(late),
            tr(N_("Late returns"), said),
            _to_board(),
            some(list(dict.fromkeys(names[code] for code, _ in late)), said),
        ),
    ]


def _questions(scene: Scene, looking: View) -> Decision:
    found = questions.found_in(looking.window)
    name = tr(N_("Open questions about the data"), scene.language)
    if not found.open and not returns_in(installation(), looking.window):
        more = tr(N_("no approved return yet"), scene.language)
        return Decision(None, name, f"quality?{urlencode(scene.params)}", more)
    return Decision(len(found.open), name, f"quality?{urlencode(scene.params)}", period(looking.window, scene.language))


def _actions(scene: Scene, looking: View) -> Sequence[Decision]:
    said, to = scene.language, f"actions?{urlencode(scene.params)}"
    open_ = [one for one in following.actions() if one.closed_at is None]
    planned = {one.indicator for one in open_}
    # Targets hold for the whole programme, so the verdicts are those of what is not filtered.
    everything = asked.shown(replace(looking, where={}))
    behind = [
        key
        for key, one in everything.items()
        if status.group(one.now.standing.status) in {Group.AT_RISK, Group.OFF_TRACK} and key not in planned
    ]
    judged_ = any(one.now.standing.status in status.VERDICTS for one in everything.values())
    named = some(behind, said) if judged_ else tr(N_("no verdict yet"), said)
    if any(scene.framework.indicators[key].supports for key in behind):
        named = whole(N_("{names}, supporting indicators included"), said, names=named)
    overdue = [one for one in open_ if is_overdue(one, today())]
    first = min((one.due for one in overdue), default=today())
    return [
        Decision(len(behind) if judged_ else None, tr(N_("Behind the plan, nothing planned"), said), to, named),
        Decision(
            len(overdue),
            tr(N_("Overdue actions"), said),
            to,
            whole(N_("the oldest since {day}"), said, day=day(first, said)),
        ),
    ]


def headlines(scene: Scene, shown: Mapping[str, Shown]) -> None:
    """Show the headline figures."""
    said = scene.language
    name = tr(N_("Headline figures"), said)
    st.html(el("h2", name))
    keys = dict.fromkeys(one.indicator for one in scene.framework.headlines.values() if one.indicator in shown)
    ring = frame.trends(
        [each.window for key in keys for each in shown[key].trend],
        there=any(ends_open(scene, shown[key]) for key in keys),
    )
    how = [
        tr(N_("Each figure is an indicator's; its card leads to the arithmetic, step by step."), said),
        judged.how(said),
        tr(ACHIEVEMENT, said),
    ]
    table = indicators.as_table(scene, list(keys), shown, name)
    frame.beneath(table, key="headlines", computed=how, drawing=cards(scene, shown), notes=ring)


def standings(scene: Scene, shown: Mapping[str, Shown]) -> None:
    """Show how many indicators stand how, by level; of what is filtered there is nothing to show."""
    found = picture.standings(scene, {key: one for key, one in shown.items() if not one.now.slice})
    if not found:
        return
    st.html(el("h2", tr(N_("Status by level"), scene.language)))
    table, how = picture.as_table(scene, found), picture.how(scene)
    frame.beneath(table, key="status", computed=how, drawing=picture.picture(scene, found))


def changed(scene: Scene, shown: Mapping[str, Shown]) -> None:
    """Say what has changed since the window that is compared with."""
    found = moved.moved({key: one for key, one in shown.items() if not one.now.slice})
    before = moved.since(found)
    if before is None or all(one.now.value is None and one.before.value is None for one in found.values()):
        return
    said = scene.language
    st.html(el("h2", whole(N_("What has changed against {window}"), said, window=period(before, said))))
    how = N_(
        "Compared is the achievement: what was measured as a part of what was expected by then. "
        "“pp” are percentage points of it, of the rounded numbers."
    )
    drawing = el("div", *moved.changed(scene, found), class_="k-grid k-thirds")
    frame.beneath(moved.as_table(scene, found), key="changed", computed=[tr(how, said)], drawing=drawing)


def complete(scene: Scene, looking: View) -> None:
    """Say how many of a quarter's returns are in; to whoever reviews them also whose are missing."""
    here, said, last = installation(), scene.language, looking.window.last
    found = asked.kept(f"reported {last}", provisional=False, answer=lambda: coverage.reported(here, last))
    if not found.total.expected:
        return
    st.html(el("h2", tr(N_("How complete the figures are"), said)))
    _of_all(looking)
    st.html(el("p", reported.sentence(here.framework, found, said), class_="k-said"))
    if allowed(Deed.REVIEW):
        _missing(last)
    kinds = reported.kinds(here.framework, found, said)
    if kinds is not None:
        table = reported.as_table(here.framework, found, said)
        frame.beneath(table, key="returns", computed=reported.how(found, said), drawing=kinds)


def _missing(last: Quarter) -> None:
    """Name whose return of a quarter is missing and how far it is; say why others are late, and some of these not."""
    said, board, late = language(), _board(last), _late(_board())
    squares = [(pick(one.name, said), board.squares[one.code][last]) for one in board.organisations]
    missing = [(name, how_far(square, said)) for name, square in squares if not square.counts]
    if missing:
        by = {far: some([name for name, one in missing if one == far], said) for _, far in missing}
        names_ = "; ".join(f"{names} ({far})" for far, names in by.items())
        due = last.due(installation().framework.rules.due_days)
        text = whole(N_("Missing: {names}."), said, names=names_)
        if today() <= due:
            text = whole(N_("Not in yet, due by {day}: {names}."), said, day=day(due, said), names=names_)
        st.html(el("p", el("a", text, href=_to_board()), class_="k-note"))
    if len(missing) != len(late) or any(quarter != last for _, quarter in late):
        text = whole(
            N_(
                "“Late” is something else than “missing”: it counts the last {count} quarters together, and neither "
                "what waits for approval nor what has a later due day."
            ),
            said,
            count=_QUARTERS,
        )
        st.html(el("p", text, class_="k-note"))


def by_level(scene: Scene, shown: Mapping[str, Shown]) -> None:
    """List the indicators, level by level."""
    st.html(el("h2", tr(N_("Indicators by level"), scene.language)))
    for level in scene.framework.levels:
        table = level_list(scene, level, shown)
        if table is not None:
            st.html(table)
    frame.legend(
        frame.trends(
            [each.window for one in shown.values() for each in one.trend],
            there=any(ends_open(scene, one) for one in shown.values()),
        )
    )


def every(scene: Scene) -> None:
    """Lead to the list of all indicators."""
    text = tr(N_("All indicators, also the supporting ones, with targets and how each was judged"), scene.language)
    st.html(el("p", el("a", text, href=f"indicators?{urlencode(scene.params)}"), class_="k-note"))
