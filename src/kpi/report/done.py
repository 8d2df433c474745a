"""What is done about indicators that are behind: open actions, and those closed in the time of the report."""

from collections.abc import Iterator

from kpi.follow_up import StoredAction
from kpi.language import day, tr
from kpi.present.following import is_overdue
from kpi.present.words import NOTHING
from kpi.problems import N_
from kpi.report.answers import Answers
from kpi.report.content import Badge, Block, Cell, Chapter, Paragraph, Table
from kpi.report.wording import as_written, label


def chapters(answers: Answers) -> Iterator[Chapter]:
    """Give the chapter, where something is done or was."""
    said = answers.language
    open_ = [one for one in answers.actions if one.closed_at is None]
    closed = [one for one in answers.actions if one.closed_at is not None and one.quarter in answers.window]
    blocks: list[Block] = []
    if open_:
        heads = (N_("Indicator"), N_("Why it stands so"), N_("What is done"), N_("Who"), N_("Until"))
        rows = [_open(answers, one) for one in open_]
        blocks.append(
            Table(tr(N_("Open actions"), said), [tr(head, said) for head in heads], rows, (20, 25, 23, 17, 15))
        )
    if closed:
        heads = (N_("Indicator"), N_("What was done"), N_("What came of it"), N_("Who"), N_("Closed"))
        rows = [_closed(answers, one) for one in closed]
        blocks.append(
            Table(tr(N_("Closed actions"), said), [tr(head, said) for head in heads], rows, (20, 25, 23, 17, 15))
        )
    foreign = as_written(answers, [text for one in [*open_, *closed] for text in (one.explanation, one.action)])
    if foreign:
        blocks.insert(0, Paragraph(foreign, "note"))
    if blocks:
        yield Chapter(tr(N_("What is done about it"), said), blocks)


def _open(answers: Answers, one: StoredAction) -> tuple[Cell, ...]:
    said = answers.language
    due: Cell = day(one.due, said)
    if is_overdue(one, answers.today):
        due = Badge("▼", tr(N_("overdue"), said), "bad", day(one.due, said))
    return label(answers.framework, one.indicator, said), one.explanation, one.action, one.owner, due


def _closed(answers: Answers, one: StoredAction) -> tuple[Cell, ...]:
    said = answers.language
    closed = NOTHING if one.closed_at is None else day(one.closed_at, said)
    return label(answers.framework, one.indicator, said), one.action, one.outcome or NOTHING, one.owner, closed
