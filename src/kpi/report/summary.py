"""The first page after the cover: what matters most."""

from collections.abc import Iterator

from kpi.language import pick, tr, whole
from kpi.measure.model import State, Status
from kpi.present import beside, findings
from kpi.present.cards import Shown
from kpi.present.judged import basis_said
from kpi.present.words import dimension, listed, of, state, unit
from kpi.problems import N_
from kpi.report.answers import Answers
from kpi.report.content import Block, Card, Cards, Chapter, Paragraph, Table
from kpi.report.wording import badge, label, left_out, verdict

_BEHIND = (Status.OFF_TRACK, Status.AT_RISK)
#: So many of them fit on the page.
_MOST = 6


def chapters(answers: Answers) -> Iterator[Chapter]:
    """Give the summary."""
    yield Chapter(tr(N_("Summary"), answers.language), list(_blocks(answers)))


def _blocks(answers: Answers) -> Iterator[Block]:
    framework, said = answers.framework, answers.language
    if framework.programme.description:
        yield Paragraph(pick(framework.programme.description, said))
    shown = {key: Shown(now, None, ()) for key, now in answers.now.items()}
    if any(now.state is State.VALUE for now in answers.now.values()):
        yield Paragraph(" ".join(findings.overview(framework, shown, said)), "lead")
    else:
        yield Paragraph(tr(N_("Nothing is reported for this period yet."), said), "lead")
    cards = [
        _card(answers, pick(one.label, said), one.indicator)
        for one in framework.headlines.values()
        if one.indicator in answers.now
    ]
    if cards:
        yield Cards(cards)
    yield from _behind(answers)
    if answers.left_out:
        names = ", ".join(label(framework, key, said) for key in answers.left_out)
        by = ", ".join(dimension(framework, each, said) for each in answers.request.where)
        text = N_("Not in this report, because they are not collected by {what}: {names}.")
        yield Paragraph(whole(text, said, what=by, names=names), "note")
    closed = _told_without_limits(answers)
    if closed:
        text = N_("With this report's limits figures by {what} are not published; the report without limits has them.")
        by = listed([dimension(framework, each, said) for each in closed], said)
        yield Paragraph(whole(text, said, what=by), "note")


def _told_without_limits(answers: Answers) -> list[str]:
    """Give the breakdowns with a chapter, or a table in one, of which nothing is published for what is asked for."""
    pages = answers.framework.pages
    asked = [page.dimension for page in (pages.gender, pages.regions) if page is not None]
    asked += [pages.funding.capital] if pages.funding is not None else []
    found = {one: [each for by in answers.by.values() for each in by.get(one, ())] for one in asked}
    return [one for one, parts in found.items() if parts and {each.state for each in parts} == {State.NOT_PUBLISHED}]


def _card(answers: Answers, name: str, key: str) -> Card:
    framework, said, now = answers.framework, answers.language, answers.now[key]
    changed = beside.said(framework, now, answers.before.get(key), said) or ""
    value = state(now, framework, said) if now.value is None else of(framework, key, now.value, said)
    named = "" if now.value is None else unit(framework, key, said, now.value)
    basis = basis_said(framework, now, said, brief=True)
    return Card(name, value, named, badge(now.standing, said, basis), changed)


def _behind(answers: Answers) -> Iterator[Block]:
    """List what is furthest behind, each with what is done about it, then say how many more there are."""
    said = answers.language
    late = [now for now in answers.now.values() if now.standing.status in _BEHIND]
    late.sort(key=lambda now: (_BEHIND.index(now.standing.status), now.standing.achievement or 0))
    if not late:
        return
    rows = []
    for now in late[:_MOST]:
        planned = [one.action for one in answers.actions if one.indicator == now.indicator and one.closed_at is None]
        action = "; ".join(planned) or tr(N_("none yet"), said)
        rows.append((label(answers.framework, now.indicator, said), verdict(answers.framework, now, said), action))
    heads = [tr(head, said) for head in (N_("Indicator"), N_("Status"), N_("What is done"))]
    yield Table(tr(N_("Off track or at risk"), said), heads, rows, (42, 22, 36))
    yield from left_out(len(late) - _MOST, said)
