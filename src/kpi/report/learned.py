"""What organisations told: success stories, and what was learned and adjusted."""

from collections.abc import Iterator

from kpi.framework.model import LearningPage
from kpi.language import number, pick, quarter_name, tr
from kpi.present.sources import organisation
from kpi.present.words import NOTHING
from kpi.problems import N_
from kpi.report.answers import Answers
from kpi.report.content import Audience, Badge, Block, Chapter, Fact, Facts, Paragraph, Table
from kpi.report.content import Story as Told
from kpi.report.wording import as_written, fact, left_out, verdict
from kpi.stories import Story

#: A report is read, not looked up in: of more than these it says how many there are, the latest first.
_STORIES, _FINDINGS = 24, 60


def chapters(answers: Answers) -> Iterator[Chapter]:
    """Give both chapters, each where the framework asks for it and there is something to tell.

    What was learned is told to the core team alone: without it, all that a chapter could say to funders stands in the
    indicator's own section.
    """
    said = answers.language
    if answers.stories:
        text = N_("Told by the organisations; published with the consent of the people concerned.")
        foreign = as_written(answers, [one.text for one in answers.stories[:_STORIES]])
        shown: list[Block] = [Paragraph(f"{tr(text, said)} {foreign}".strip(), "note")]
        shown += [_story(one, said) for one in answers.stories[:_STORIES]]
        shown += left_out(len(answers.stories) - _STORIES, said)
        yield Chapter(tr(N_("Stories"), said), shown)
    page = answers.framework.pages.learning
    if page is not None and answers.request.audience is not Audience.FUNDER:
        blocks = list(_learned(answers, page))
        if blocks:
            yield Chapter(tr(N_("What was learned and adjusted"), said), blocks)


def _story(one: Story, language: str) -> Told:
    name = pick(one.name, language) or one.organisation
    mark = "" if one.consent else tr(N_("Without consent to publish: for the core team only"), language)
    return Told(one.title, one.text, f"{name}, {quarter_name(one.quarter, language)}", mark)


def _learned(answers: Answers, page: LearningPage) -> Iterator[Block]:
    framework, said = answers.framework, answers.language
    facts = []
    for key, now in answers.now.items():
        if page.form in framework.indicators[key].forms:
            badge = verdict(answers.framework, now, said)
            name = pick(framework.indicators[key].label, said)
            facts.append(fact(framework, name, now, said, f"{badge.sign} {badge.word}"))
            if now.numerator is not None and now.denominator is not None:
                facts.append(Fact(tr(N_("Findings recorded"), said), number(now.denominator, said)))
                facts.append(Fact(tr(N_("Acted upon"), said), number(now.numerator, said)))
    if facts:
        yield Facts(facts)
    if answers.findings:
        yield _table(answers, page)
        yield from left_out(len(answers.findings) - _FINDINGS, said)


def _table(answers: Answers, page: LearningPage) -> Table:
    said = answers.language
    yes, no = Badge("✓", tr(N_("yes"), said), "good"), Badge("○", tr(N_("not yet"), said), "none")
    rows = [
        (
            _text(row.cells.get(page.finding)),
            _text(row.cells.get(page.adjustment)),
            yes if row.cells.get(page.done) is True else no,
            organisation(answers.names, row.organisation, said),
        )
        for row in answers.findings[:_FINDINGS]
    ]
    note = as_written(answers, [text for row in rows for text in row[:2]])
    heads = (N_("What was learned"), N_("What was adjusted"), N_("Acted upon"), N_("Organisation"))
    title = tr(N_("Findings"), said)
    return Table(title, [tr(head, said) for head in heads], rows, (36, 32, 13, 19), note=note)


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else NOTHING
