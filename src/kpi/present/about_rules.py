"""The rules of the programme in words, with its own numbers: what counts, what is judged, what is shown to whom."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from kpi.framework.model import Framework
from kpi.language import day, number, pick, share, tr, whole
from kpi.measure.model import Status
from kpi.present import status
from kpi.present.about import Section
from kpi.present.arithmetic import ACHIEVEMENT
from kpi.present.entries import exact
from kpi.present.html import Html, el, join
from kpi.present.words import dimension, listed, quoted, small, title
from kpi.problems import N_


def counting(framework: Framework, language: str) -> Section:
    """Say which returns count, and what adds up over time."""
    rules = framework.rules
    said = [
        tr(
            N_(
                "Only approved returns count. A return changes only by a new revision, which replaces it once approved."
            ),
            language,
        ),
        whole(
            N_(
                "Returns are due {days} days after the quarter's end. A figure is provisional before that, and while "
                "fewer than {share} of the expected returns are approved; it gets no colour then."
            ),
            language,
            days=rules.due_days,
            share=_share(rules.coverage, language),
        ),
        tr(
            N_(
                "Coverage is how many of the expected returns are there: those of all organisations that take part and "
                "are asked for the form."
            ),
            language,
        ),
        tr(N_("What happens in a quarter (a flow) is added up over the quarters of a period."), language),
        whole(
            N_(
                "What there is at a quarter's end (a position) is the last approved one of each organisation, at most "
                "{quarters} quarters old; an older one that stands in is marked with its quarter."
            ),
            language,
            quarters=rules.carried_quarters,
        ),
        tr(N_("Shares and means are never added: numerators and denominators are, and then divided."), language),
        tr(
            N_("Empty, zero and “not applicable” are three different things: nothing that is missing counts as 0."),
            language,
        ),
        tr(
            N_(
                "Periods: a quarter, a half-year, a year, a year to date, since the start, and any from–until. What is "
                "shown at first is the last quarter whose due date has passed."
            ),
            language,
        ),
    ]
    return Section("counting", tr(N_("What counts"), language), _list(said))


def judging(framework: Framework, language: str) -> Section:
    """Say what each status means, in the order in which they are tried."""
    rules = framework.rules
    cuts = {
        "on_track": _share(rules.cuts.on_track, language),
        "at_risk": _share(rules.cuts.at_risk, language),
        "above": _share(rules.cuts.above_plan, language),
        "coverage": _share(rules.coverage, language),
        "least": rules.judge_from,
    }
    meanings = {
        Status.NO_DATA: N_("There is no value to judge."),
        Status.NO_TARGET: N_("Targets hold for the whole programme and its target years; there is none for this."),
        Status.PROVISIONAL: N_("The due date has not passed, or fewer than {coverage} of the returns are approved."),
        Status.TOO_FEW: N_("A share or mean rests on fewer than {least} cases (or what the indicator says)."),
        Status.ACHIEVED: N_("The target is reached: of what adds up at any time, of anything else at the year's end."),
        Status.NOTHING_DUE: N_("Nothing is expected by now, and nothing is there."),
        Status.ON_TRACK: N_("As good as expected by now or better, or {on_track} of it and more."),
        Status.AT_RISK: N_("From {at_risk} to below {on_track} of what is expected by now."),
        Status.OFF_TRACK: N_("Below {at_risk} of what is expected by now."),
    }
    rows = [
        join(
            el(
                "dt",
                el("span", status.SIGNS[one], class_="k-sign", aria_hidden="true"),
                title(status.word(one, language)),
            ),
            el("dd", whole(text, language, **cuts)),
        )
        for one, text in meanings.items()
    ]
    said = [
        whole(N_("Above {above} of what is expected, “above plan” is added."), language, **cuts),
        tr(
            N_(
                "Expected by now: of what adds up in a year, the part of the year's target that has elapsed; of "
                "positions, shares and means, the straight line between the baseline and the targets at the years' "
                "ends; of running totals, the line between them."
            ),
            language,
        ),
        tr(ACHIEVEMENT, language),
        tr(
            N_(
                "Where the plan is to keep what there is, being short of it by at most the tolerance is on track, by "
                "at most twice the tolerance at risk."
            ),
            language,
        ),
        whole(
            N_(
                "A share of a category, such as women's, is one of those stated. There is no verdict on it where more "
                "than {share} are not stated."
            ),
            language,
            share=_share(rules.not_stated, language),
        ),
    ]
    return Section(
        "judging", tr(N_("How a status comes about"), language), join(el("dl", *rows, class_="k-sheet"), _list(said))
    )


def hiding(framework: Framework, language: str) -> Section:
    """Say what funders and the public see, and what is hidden from them."""
    rules = framework.rules
    crossed = [
        listed([dimension(framework, each, language) for each in pair], language)
        for pair in framework.programme.published.crossed
    ]
    said = [
        tr(
            N_(
                "Funders see a closed set of figures: years and the present year to date, in total and by one "
                "dimension at a time."
            ),
            language,
        ),
        whole(N_("Two dimensions together: {pairs}."), language, pairs="; ".join(crossed)) if crossed else "",
        whole(
            N_(
                "Counts of people from 1 to {most} are shown as “{small}”. Shares and means on fewer than {least} are "
                "hidden. Zero is always shown as 0."
            ),
            language,
            most=max(rules.small_counts_below - 1, 1),
            small=small(framework),
            least=rules.small_counts_below,
        )
        if rules.small_counts_below > 1
        else "",
        whole(
            N_("Sums of fewer than {count} amounts with a single person's among them are hidden, in whatever table."),
            language,
            count=rules.few_amounts_below,
        )
        if rules.few_amounts_below > 1
        else "",
        tr(N_("Further figures are hidden so that none of these can be worked out from the others."), language),
        tr(
            N_(
                "Rows of returns are open to the core team and to the organisation that reported them. Stories are "
                "told to everybody where there is consent to publish."
            ),
            language,
        ),
    ]
    return Section("hiding", tr(N_("What is not shown to everybody"), language), _list(said))


def money(framework: Framework, language: str) -> Section | None:
    """Say in which currency amounts are, and at which rates others become it."""
    if framework.money is None:
        return None
    said = [
        whole(
            N_(
                "All totals are in {currency}. The original amount and currency are kept; each amount is converted by "
                "itself, at the rate of its own day, and rounded to the cent."
            ),
            language,
            currency=framework.money.currency,
        )
    ]
    said += list(_rates(framework, language))
    return Section("money", tr(N_("Money"), language), _list(said))


def _rates(framework: Framework, language: str) -> Iterator[str]:
    if framework.money is None:
        return
    for currency, rates in framework.money.rates.items():
        for rate in rates:
            when = [
                whole(N_("from {day}"), language, day=day(rate.since, language)) if rate.since else "",
                whole(N_("until {day}"), language, day=day(rate.until, language)) if rate.until else "",
            ]
            held = " ".join(each for each in when if each)
            always = N_("{rate} {currency} for 1 {main}: {source}.")
            yield whole(
                N_("{rate} {currency} for 1 {main} {when}: {source}.") if held else always,
                language,
                rate=exact(rate.per_unit, language),
                currency=currency,
                main=framework.money.currency,
                when=held,
                source=pick(rate.source, language).rstrip("."),
            )


def asking(framework: Framework, language: str) -> Section:
    """Say what organisations are asked about though it is no error."""
    rules, jumps = framework.rules, framework.rules.jumps
    said = [
        whole(
            N_(
                "A figure unlike the organisation's own last {quarters} quarters: {factor} times as much or as little, "
                "or a share that lies {distance} away."
            ),
            language,
            quarters=jumps.quarters,
            factor=number(jumps.factor, language),
            distance=_share(jumps.distance, language),
        ),
        whole(
            N_("A position that has said exactly the same for {quarters} quarters."),
            language,
            quarters=rules.stale_quarters,
        )
        if rules.stale_quarters
        else "",
        whole(N_("More than {share} of people not stated."), language, share=_share(rules.not_stated, language)),
        *(
            whole(N_("Between forms: {check}."), language, check=quoted(pick(one.label, language), language))
            for one in framework.checks.values()
        ),
    ]
    return Section("asking", tr(N_("What organisations are asked about"), language), _list(said))


def _share(value: object, language: str) -> str:
    return share(Fraction(str(value)), language, 0)


def _list(said: Sequence[str]) -> Html:
    return el("ul", *(el("li", each) for each in said if each), class_="k-rules")
