"""A chapter a level, a section an indicator: where it stands, how it got there, what it is made of, what is done."""

from collections.abc import Iterator, Sequence

from kpi import breakdowns
from kpi.follow_up import StoredAction, StoredNote
from kpi.framework.model import Framework
from kpi.language import day, pick, share, tr, whole
from kpi.measure.values import allowed
from kpi.present import arithmetic, charts_said, findings, to_come
from kpi.present.drawn import Drawn
from kpi.present.judged import apart
from kpi.present.levels import carried_forward, counted, covers, in_order
from kpi.present.restated import said as restated_said
from kpi.present.words import NOTHING, covered, inside, is_due, of, period, title
from kpi.problems import N_
from kpi.report.answers import Answers
from kpi.report.content import Block, Chapter, Course, Fact, Facts, Paragraph, Points, Section
from kpi.report.wording import badge, broken_down, fact, target, verdict

#: A dimension with more categories than this is told by the one above it, where there is one.
_LONG = 14


def chapters(answers: Answers) -> Iterator[Chapter]:
    """Give the indicators of each level."""
    framework, said = answers.framework, answers.language
    for level, entry in framework.levels.items():
        keys = [key for key, _ in in_order(framework, level) if key in answers.now]
        if keys:
            help_ = [Paragraph(pick(entry.help, said), "note")] if entry.help else []
            parts = [
                Section(pick(framework.indicators[key].label, said), list(_blocks(answers, key)), key) for key in keys
            ]
            yield Chapter(pick(entry.label, said), help_, parts)


def _blocks(answers: Answers, key: str) -> Iterator[Block]:
    framework, said, now = answers.framework, answers.language, answers.now[key]
    yield Facts(list(_facts(answers, key)))
    yield Paragraph(findings.indicator(framework, now, said), "lead")
    course = _course(answers, key)
    if course is not None:
        yield course
    for dimension in _shown(framework, key, tuple(answers.by[key])):
        found = broken_down(answers, key, dimension)
        if found is not None:
            yield found
    if framework.indicators[key].double_counting:
        text = N_("The same person can be counted more than once: these are participations, not different people.")
        yield Paragraph(tr(text, said), "note")
    yield from _done(answers, key)
    aim, plan = breakdowns.aim(framework, key, now.window.last)
    steps = [*arithmetic.measured(framework, now, said), *arithmetic.judged(framework, now, aim, plan, said)]
    yield Points(steps, tr(N_("How this is computed"), said))


def _facts(answers: Answers, key: str) -> Iterator[Fact]:
    framework, said, now = answers.framework, answers.language, answers.now[key]
    standing = now.standing
    restated = answers.restated.get(key)
    beneath = f"↻ {restated_said(framework, restated, said)}" if restated else ""
    yield fact(framework, title(period(now.window, said)), now, said, beneath)
    yield Fact(tr(N_("Status"), said), verdict(framework, now, said))
    if allowed(framework.indicators[key], now.window):
        if standing.expected is not None:
            due, measured = tr(N_("Expected value"), said), ""
            if apart(now):
                due = whole(N_("Expected, {window}"), said, window=period(standing.basis, said))
                measured = whole(N_("measured: {value}"), said, value=of(framework, key, standing.actual, said))
            yield Fact(due, of(framework, key, standing.expected, said), measured)
        if standing.target is not None:
            rest = to_come.sentence(framework, now, said) or ""
            yield Fact(tr(N_("Target"), said), target(framework, now, said), rest)
    coverage = now.coverage
    part = "" if coverage.share is None else covered(framework, coverage, said)
    told = (part, covers(framework, now, said), carried_forward(coverage, said))
    notes = "; ".join(each for each in told if each)
    yield Fact(tr(N_("Returns approved"), said), counted(coverage, said), notes)
    for each in answers.shares.get(key, ()):
        label = pick(framework.dimensions[each.dimension].categories[each.category].label, said)
        value = NOTHING if each.share.share is None else share(each.share.share, said)
        aimed = NOTHING if each.standing.target is None else share(each.standing.target, said)
        note = whole(N_("{value}; target {target}"), said, value=value, target=aimed)
        yield Fact(whole(N_("Share: {category}"), said, category=inside(label)), badge(each.standing, said, note))


def _course(answers: Answers, key: str) -> Course | None:
    """Give the chart of what is judged, else of each period's own value; nothing where there is nothing to draw."""
    found, provisional = answers.course[key], answers.provisional[key]
    drawn = Drawn(answers.framework, answers.language, provisional)
    past = [each for each in found if each.window.last <= answers.window.last and is_due(each)]
    if any(each.standing.expected is not None or each.standing.actual is not None for each in found):
        alt = charts_said.summary(drawn, past, judged=True)
        return Course(charts_said.progress_title(drawn, found), alt, found, provisional, judged=True)
    if any(each.value is not None for each in past):
        alt = charts_said.summary(drawn, past, judged=False)
        return Course(charts_said.own_title(drawn, past), alt, past, provisional, judged=False)
    return None


def _shown(framework: Framework, key: str, dimensions: Sequence[str]) -> Iterator[str]:
    """Give the dimensions to show: a long one is left to the one that it rolls up to."""
    for dimension in dimensions:
        long = len(breakdowns.categories(framework, key, dimension)) > _LONG
        above = dimension in framework.dimensions and framework.dimensions[dimension].rolls_up_to
        if not (long and above in dimensions):
            yield dimension


def _done(answers: Answers, key: str) -> Iterator[Block]:
    """Give what was said of an indicator: why it stands so and what is done, and the notes on its course."""
    said = answers.language
    actions = [one for one in answers.actions if one.indicator == key and one.closed_at is None]
    if actions:
        yield Points([action(one, said) for one in actions], tr(N_("What is done about it"), said))
    first, last = (
        answers.course[key][0].window.first if answers.course[key] else answers.window.first,
        answers.window.last,
    )
    notes = [one for one in answers.notes if one.indicator == key and first.starts <= one.day <= last.ends]
    if notes:
        yield Points([_note(one, said) for one in notes], tr(N_("Notes on its course"), said))


def action(one: StoredAction, language: str) -> str:
    """Say why an indicator stands where it does, what is done about it, by whom and until when."""
    return whole(
        N_("{explanation} – {action} ({owner}, until {due})"),
        language,
        explanation=one.explanation.rstrip(". "),
        action=one.action.rstrip(". "),
        owner=one.owner,
        due=day(one.due, language),
    )


def _note(one: StoredNote, language: str) -> str:
    return f"{day(one.day, language)}: {one.text}"
