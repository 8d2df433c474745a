"""The annexes: how good the data are, what is assumed, what every figure means."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain

from kpi import breakdowns
from kpi.answered import Outcome, Quality
from kpi.framework.model import Framework
from kpi.language import number, pick, share, tr, whole
from kpi.measure.model import Measurement
from kpi.present.restated import said as restated_said
from kpi.present.sheet import assumed, definition
from kpi.present.withheld import withheld
from kpi.present.words import NOTHING, covered
from kpi.problems import N_
from kpi.report.answers import Answers
from kpi.report.content import Block, Chapter, Entries, Paragraph, Points, Section, Table
from kpi.report.wording import label, of_what, returns


def chapters(answers: Answers) -> Iterator[Chapter]:
    """Give the annexes."""
    said = answers.language
    yield Chapter(tr(N_("Annex: data quality"), said), list(_quality(answers)))
    yield Chapter(tr(N_("Annex: rules and assumptions"), said), list(_rules(answers)), follows=True)
    yield Chapter(tr(N_("Annex: definitions"), said), (), list(_definitions(answers)), listed=False)


def _quality(answers: Answers) -> Iterator[Block]:
    framework, said = answers.framework, answers.language
    text = N_(
        "Coverage is the share of the expected returns that are approved. A position that was not reported is carried "
        "forward from an earlier return, and marked. What is missing is never counted as zero."
    )
    yield Paragraph(tr(text, said), "note")
    yield from of_what(answers)
    heads = (N_("Indicator"), N_("Returns approved"), N_("Coverage"), N_("Carried forward"), N_("Restated"))
    rows = []
    for key, now in answers.now.items():
        restated = answers.restated.get(key)
        rows.append(
            (
                label(framework, key, said),
                returns(answers, now),
                covered(framework, now.coverage, said),
                number(now.coverage.carried, said),
                restated_said(framework, restated, said) if restated else NOTHING,
            )
        )
    yield Table(
        tr(N_("Coverage by indicator"), said),
        [tr(head, said) for head in heads],
        rows,
        (53, 12, 10, 12, 13),
        frozenset({1, 2, 3}),
    )
    if answers.quality is not None:
        yield _questions(answers.quality, said)
    if note := " ".join(withheld(framework, _figures(answers), said)):
        yield Paragraph(note, "note")


def _figures(answers: Answers) -> Iterator[Measurement]:
    """Give all figures that the chapters show in numbers."""
    yield from answers.now.values()
    for found in answers.by.values():
        yield from chain.from_iterable(found.values())
    for several in (*answers.years.values(), *answers.split.values(), answers.split_by_region):
        yield from chain.from_iterable(several.values())


def _questions(found: Quality, said: str) -> Table:
    """Count what is asked about the returns, by what became of it."""
    counted = Counter(one.outcome for one in found.odd)
    states = {
        N_("open: not answered yet"): counted[None],
        N_("open: said to be corrected, and still found"): counted[Outcome.FIXED],
        N_("explained"): counted[Outcome.EXPLAINED],
        N_("accepted as it is"): counted[Outcome.ACCEPTED],
    }
    text = N_("What the checks ask about the returns of this period, submitted and approved ({count} returns).")
    return Table(
        tr(N_("Questions about the data"), said),
        [tr(head, said) for head in (N_("State"), N_("Questions"))],
        [(tr(state, said), number(count, said)) for state, count in states.items()],
        (80, 20),
        frozenset({1}),
        tr(text, said, count=found.returns),
    )


def _rules(answers: Answers) -> Iterator[Block]:
    framework, said, rules = answers.framework, answers.language, answers.framework.rules
    if framework.programme.assumptions or any(not one.confirmed for one in framework.indicators.values()):
        yield Paragraph(assumed(framework, said))
    cuts = rules.cuts
    points = [
        whole(
            N_(
                "From {on_track} achievement on track, from {at_risk} at risk, below that off track; "
                "above {above} also above plan."
            ),
            said,
            on_track=_part(cuts.on_track, said),
            at_risk=_part(cuts.at_risk, said),
            above=_part(cuts.above_plan, said),
        ),
        whole(
            N_(
                "Below a coverage of {coverage} a figure is provisional; "
                "returns are due {days} days after the quarter's end."
            ),
            said,
            coverage=_part(rules.coverage, said),
            days=rules.due_days,
        ),
        whole(
            N_("A rate or rating on fewer than {cases} cases is not judged, unless its definition says otherwise."),
            said,
            cases=rules.judge_from,
        ),
        whole(
            N_("The last reported position stands in for a missing one for at most {quarters} quarters."),
            said,
            quarters=rules.carried_quarters,
        ),
        whole(
            N_(
                "For funders and the public, counts of people from 1 to {most} are not shown, "
                "nor what would give them away."
            ),
            said,
            most=rules.small_counts_below - 1,
        ),
    ]
    yield Points(points, tr(N_("Rules"), said))
    rates = list(_rates(framework, said))
    if rates:
        yield Points(rates, tr(N_("Currencies"), said))


def _part(value: Decimal, language: str) -> str:
    return share(value, language, 0)


def _rates(framework: Framework, language: str) -> Iterator[str]:
    money = framework.money
    for currency, several in (money.rates if money else {}).items():
        for rate in several:
            text = N_("{rate} {currency} for 1 {main}: {source}")
            yield whole(
                text,
                language,
                rate=number(rate.per_unit, language, 5),
                currency=currency,
                main=money.currency if money else "",
                source=pick(rate.source, language),
            )


def _definitions(answers: Answers) -> Iterator[Section]:
    framework, said = answers.framework, answers.language
    for key in answers.now:
        told = definition(framework, key, breakdowns.dimensions(framework, key), said)
        entries = [(one.name, f"{one.text} *" if one.assumed else one.text) for one in told]
        yield Section(pick(framework.indicators[key].label, said), [Entries(entries)], key)
