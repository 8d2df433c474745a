"""How a figure came about, in words and with its own numbers, down to the test that decided its status.

The numbers are those that were measured; nothing is reckoned here but what a sentence needs to show a division.
"""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from kpi.framework.model import Better, FormTime, Framework, Measure, Term
from kpi.language import number, pick, share, tr, whole
from kpi.measure.model import Measurement, Standing, State, Status
from kpi.measure.plan import Accumulation, Aim, Plan
from kpi.present import status
from kpi.present.levels import covers
from kpi.present.words import (
    NOTHING,
    achieved,
    at_end,
    covered,
    distance,
    of,
    percent,
    period,
    quoted,
    state,
    title,
    with_unit,
)
from kpi.problems import N_
from kpi.quarter import QUARTERS_A_YEAR, Quarter

#: What is divided by what where something is judged.
ACHIEVEMENT = N_(
    "Achievement is what is there ÷ what is expected; where there is a baseline to start from, both are taken from it "
    "first."
)


def measured(framework: Framework, found: Measurement, language: str) -> list[str]:
    """Say what the value is made of."""
    sentences = [_made(framework, found, language)]
    if found.coverage.expected:
        sentences.append(returns(framework, found, language))
    if found.carried:
        sentences.append(
            whole(
                N_("{count} organisations have not reported for {quarter}; their last position stands in."),
                language,
                count=len(found.carried),
                quarter=found.window.last,
            )
        )
    return sentences


def returns(framework: Framework, found: Measurement, language: str) -> str:
    """Say how many of the expected returns are in and, where the figure is of a part, of what they are."""
    of_what, reported = covers(framework, found, language), found.coverage
    text = N_("Returns approved: {reported} of {expected} expected ({share}).")
    if of_what:
        text = N_("Returns approved: {reported} of {expected} expected ({share}), {of_what}.")
    return whole(
        text,
        language,
        reported=reported.reported,
        expected=reported.expected,
        share=covered(framework, reported, language),
        of_what=of_what,
    )


def _made(framework: Framework, found: Measurement, language: str) -> str:
    measure = framework.indicators[found.indicator].measure
    when = period(found.window, language)
    if found.state is not State.VALUE:
        return whole(N_("{window}: {state}."), language, window=title(when), state=state(found, framework, language))
    value = with_unit(framework, found.indicator, found.value, language)
    if measure.ratio is not None or measure.mean is not None:
        return whole(
            N_("{window}: {numerator} ÷ {denominator} = {value}. Numerator: {of}. Denominator: {to}."),
            language,
            window=title(when),
            numerator=_plain(found.numerator, language),
            denominator=_plain(found.denominator, language),
            value=value,
            of=_term(framework, _top(measure), language) if measure.ratio else _rated(framework, measure, language),
            to=_term(framework, measure.ratio.to, language)
            if measure.ratio
            else _weights(framework, measure, language),
        )
    return whole(
        N_("{window}: {value} = {of}."),
        language,
        window=title(when),
        value=value,
        of=_term(framework, _top(measure), language),
    )


def _top(measure: Measure) -> Term:
    return measure.ratio.of if measure.ratio else Term(count=measure.count, sum=measure.sum, where=measure.where)


def _term(framework: Framework, term: Term, language: str) -> str:
    form = framework.forms[term.form]
    if term.column is None:
        said = whole(N_("the rows of “{form}”"), language, form=pick(form.label, language))
    else:
        column = pick(form.columns[term.column].label, language)
        said = whole(N_("“{column}” in “{form}”, added up"), language, column=column, form=pick(form.label, language))
    if not term.where:
        return said
    columns = ", ".join(quoted(pick(form.columns[key].label, language), language) for key in term.where)
    fitting = whole(N_("(only the rows that fit by {columns})"), language, columns=columns)
    return f"{said} {fitting}"


def _rated(framework: Framework, measure: Measure, language: str) -> str:
    column = framework.column(measure.mean or "")
    form = framework.forms[(measure.mean or "").partition(".")[0]]
    text = N_("“{column}” times its weight, added up") if column.weight else N_("“{column}”, added up")
    said = whole(text, language, column=pick(column.label, language))
    return f"{said} ({pick(form.label, language)})"


def _weights(framework: Framework, measure: Measure, language: str) -> str:
    column = framework.column(measure.mean or "")
    if not column.weight:
        return tr(N_("how many values there are"), language)
    form = framework.forms[(measure.mean or "").partition(".")[0]]
    return whole(N_("“{column}”, added up"), language, column=pick(form.columns[column.weight].label, language))


def _plain(value: Fraction | None, language: str) -> str:
    return NOTHING if value is None else number(value, language)


def judged(framework: Framework, found: Measurement, aim: Aim, plan: Plan, language: str) -> list[str]:
    """Say how the value was judged: what was expected and why, what was achieved, which test decided."""
    standing = found.standing
    sentences = list(_path(framework, found, aim, plan, language))
    if standing.actual is not None and standing.expected is not None:
        sentences.append(_compared(framework, found, aim, language))
    verdict = title(status.word(standing.status, language))
    return [*sentences, f"{verdict}: {_because(framework, found, aim, language)}"]


def _path(framework: Framework, found: Measurement, aim: Aim, plan: Plan, language: str) -> Iterator[str]:
    standing, indicator = found.standing, found.indicator
    quarter = standing.basis.last
    if standing.expected is None:
        return
    due = of(framework, indicator, standing.expected, language)
    if aim.accumulation is Accumulation.FLOW:
        elapsed = Fraction(aim.phasing[quarter.number - 1]) if aim.phasing else Fraction(quarter.number, 4)
        text = N_(
            "The year's target, {target}, times the part of it due by the {end}, {part}, gives {expected} expected."
        )
        yield whole(
            text,
            language,
            target=of(framework, indicator, standing.target, language),
            end=at_end(quarter, language),
            part=share(elapsed, language, 0),
            expected=due,
        )
        return
    points = [(year, value) for year, value in sorted(plan.targets.items())]
    if plan.baseline is not None:
        start = plan.baseline.year
        points = [(start, plan.baseline.value), *((year, value) for year, value in points if year > start)]
    line = ", ".join(f"{of(framework, indicator, value, language)} ({year})" for year, value in points)
    text = N_(
        "Baseline and targets at the ends of years: {line}. "
        "The straight line between them stands at {expected} at the {end}."
    )
    if plan.baseline is None:
        text = N_("Targets at the ends of years: {line}. The line between them stands at {expected} at the {end}.")
    yield whole(text, language, line=line, expected=due, end=at_end(quarter, language))


def _compared(framework: Framework, found: Measurement, aim: Aim, language: str) -> str:
    standing, indicator = found.standing, found.indicator
    actual, due = (
        of(framework, indicator, standing.actual, language),
        of(framework, indicator, standing.expected, language),
    )
    when = title(period(standing.basis, language))
    if standing.achievement is None:
        return whole(
            N_("{window}: {actual} measured, {expected} expected."), language, window=when, actual=actual, expected=due
        )
    reached = achieved(framework, standing.achievement, language)
    adding = aim.accumulation in {Accumulation.FLOW, Accumulation.CUMULATIVE}
    if adding or standing.baseline is None:
        top, bottom = (actual, due) if aim.better is Better.HIGHER else (due, actual)
        return whole(
            N_("Achievement, {window}: {top} ÷ {bottom} = {reached}."),
            language,
            window=period(standing.basis, language),
            top=top,
            bottom=bottom,
            reached=reached,
        )
    return whole(
        N_("Achievement, {window}: ({actual} − {baseline}) ÷ ({expected} − {baseline}) ≈ {reached}."),
        language,
        window=period(standing.basis, language),
        actual=actual,
        baseline=of(framework, indicator, standing.baseline, language),
        expected=due,
        reached=reached,
    )


def _because(framework: Framework, found: Measurement, aim: Aim, language: str) -> str:
    standing = found.standing
    match standing.status:
        case Status.NO_DATA if standing.actual is not None:
            return tr(N_("there is no value in this period, so nothing is judged."), language)
        case Status.NO_DATA:
            return tr(N_("there is no value to judge."), language)
        case Status.NO_TARGET:
            return tr(
                N_("targets hold for the whole programme and its target years; there is none for this."), language
            )
        case Status.PROVISIONAL if (asked := _next_asked(framework, found)) is not None:
            text = N_("its form is not asked for in {quarter} but next in {next}; no verdict before.")
            return whole(text, language, quarter=standing.basis.last, next=asked)
        case Status.PROVISIONAL:
            return whole(
                N_("no verdict before {due} has passed and {share} of the expected returns are approved."),
                language,
                due=standing.basis.last.due(aim.rules.due_days),
                share=percent(aim.rules.coverage, language),
            )
        case Status.TOO_FEW:
            return whole(
                N_("it rests on {n}; a verdict needs at least {least}."),
                language,
                n=_plain(found.n, language),
                least=aim.judge_from,
            )
        case Status.NOTHING_DUE:
            return tr(N_("nothing is expected by now, and nothing is there."), language)
        case _:
            return _test(framework, found, aim, language)


def _next_asked(framework: Framework, found: Measurement) -> Quarter | None:
    """Give the next quarter for which what happens in one is asked for; none where it is this one, or a stock."""
    quarter = found.standing.basis.last
    forms = [framework.forms[form] for form in framework.indicators[found.indicator].forms]
    flows = [form for form in forms if form.time is FormTime.FLOW]
    following = (quarter + ahead for ahead in range(QUARTERS_A_YEAR))
    asked = next((each for each in following if all(form.due.in_quarter(each) for form in flows)), quarter)
    return None if asked == quarter else asked


def _test(framework: Framework, found: Measurement, aim: Aim, language: str) -> str:
    """Name the test that decided a verdict."""
    standing, cuts = found.standing, aim.rules.cuts
    if standing.status is Status.ACHIEVED:
        target = of(framework, found.indicator, standing.target, language)
        return whole(N_("the target of {target} is reached."), language, target=target)
    if standing.maintained:
        return whole(
            N_(
                "the plan is to keep what there is; short of it by at most the tolerance of {tolerance} is on track, "
                "by at most twice as much at risk."
            ),
            language,
            tolerance=distance(framework, found.indicator, aim.tolerance or Decimal(0), language),
        )
    if standing.status is Status.ON_TRACK and _as_good(standing, aim):
        return tr(N_("the value is as good as expected, or better."), language)
    return whole(
        N_("from {on_track} achievement on track, from {at_risk} at risk, below that off track."),
        language,
        on_track=share(Fraction(cuts.on_track), language, 0),
        at_risk=share(Fraction(cuts.at_risk), language, 0),
    )


def _as_good(standing: Standing, aim: Aim) -> bool:
    if standing.actual is None or standing.expected is None:
        return False
    if aim.better is Better.HIGHER:
        return standing.actual >= standing.expected
    return standing.actual <= standing.expected
