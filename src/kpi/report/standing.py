"""Where every indicator stands: a table a level."""

from collections.abc import Iterator

from kpi.language import pick, tr, whole
from kpi.present import judged
from kpi.present.levels import carried_forward, in_order
from kpi.present.restated import said as restated_said
from kpi.present.sheet import assumed
from kpi.present.words import of, unit
from kpi.problems import N_
from kpi.report.answers import Answers
from kpi.report.content import Block, Cell, Chapter, Paragraph, Table
from kpi.report.wording import label, of_what, plain, returns, target, verdict

_HEADS = (N_("Indicator"), N_("Value"), N_("Status"), N_("Expected by now"), N_("Target"), N_("Returns"))
_WIDTHS = (30, 16, 17, 14, 11, 12)


def chapters(answers: Answers) -> Iterator[Chapter]:
    """Give the chapter of the status tables."""
    yield Chapter(tr(N_("Where the indicators stand"), answers.language), list(_blocks(answers)))


def _blocks(answers: Answers) -> Iterator[Block]:
    framework, said = answers.framework, answers.language
    yield Paragraph(tr(_HOW, said), "note")
    yield from of_what(answers)
    for level, entry in framework.levels.items():
        rows = [
            _row(answers, key, supporting=supporting)
            for key, supporting in in_order(framework, level)
            if key in answers.now
        ]
        if rows:
            heads = [tr(head, said) for head in _HEADS]
            note = pick(entry.help, said) if entry.help else ""
            yield Table(pick(entry.label, said), heads, rows, _WIDTHS, frozenset({1, 3, 4, 5}), note)
    if any(not framework.indicators[key].confirmed for key in answers.now):
        yield Paragraph(f"* {assumed(framework, said)}", "note")


_HOW = N_(
    "The status compares what was measured with what was expected by now; a year's flow is judged on its year to date. "
    "Returns: how many of the expected ones are approved. Below the coverage that the rules ask for, or before the "
    "due date, a figure is provisional and not judged."
)


def _row(answers: Answers, key: str, *, supporting: bool) -> tuple[Cell, ...]:
    framework, said, now = answers.framework, answers.language, answers.now[key]
    value = plain(framework, now, said)
    if now.value is not None and (named := unit(framework, key, said, now.value)):
        value = f"{value} {named}"
    if key in answers.restated:
        value = f"{value} (↻ {restated_said(framework, answers.restated[key], said)})"
    compared = judged.against(framework, now, said)
    if compared and now.standing.achievement is not None:  # then the status says over which window
        compared = whole(N_("measured: {value}"), said, value=of(framework, key, now.standing.actual, said))
    due = judged.due(framework, now, said)
    there = "; ".join(each for each in (returns(answers, now), carried_forward(now.coverage, said)) if each)
    name = label(framework, key, said)
    return (
        f"↳ {name}" if supporting else name,
        value,
        verdict(framework, now, said),
        f"{due} ({compared})" if compared else due,
        target(framework, now, said),
        there,
    )
