"""What was attracted from others: public and private, received, and set against the own support given."""

from collections.abc import Iterator, Mapping

from kpi.framework.model import FundingPage
from kpi.language import pick, tr
from kpi.measure.model import Measurement, State
from kpi.measure.values import allowed
from kpi.present.withheld import withheld
from kpi.present.words import NOTHING, ROUNDED, period, title
from kpi.problems import N_
from kpi.report.answers import Answers
from kpi.report.content import Block, Cell, Chapter, Fact, Facts, Paragraph, Table
from kpi.report.wording import broken_down, fact, plain, verdict


def chapters(answers: Answers) -> Iterator[Chapter]:
    """Give the chapter, where the framework asks for one."""
    page = answers.framework.pages.funding
    if page is not None and page.attracted in answers.now:
        yield Chapter(tr(N_("Funding"), answers.language), list(_blocks(answers, page)))


def _blocks(answers: Answers, page: FundingPage) -> Iterator[Block]:
    framework = answers.framework
    yield Facts(list(_facts(answers, page)))
    parted = [
        broken_down(answers, page.attracted, each)
        for each in answers.by[page.attracted]
        if each == page.capital or (each in framework.dimensions and page.capital in framework.above(each))
    ]
    shown = [each for each in parted if each is not None]
    yield from shown
    table = _by_year(answers, page)
    if table is not None:
        yield table
    rounded = [tr(ROUNDED, answers.language)] if shown else []
    notes = " ".join([*_notes(answers, page), *rounded])
    if notes:
        yield Paragraph(notes, "note")


def _facts(answers: Answers, page: FundingPage) -> Iterator[Fact]:
    framework, said = answers.framework, answers.language
    for key in (page.attracted, page.received, page.leverage, page.used):
        if key is not None and key in answers.now:
            now = _told(answers, key)
            name = pick(framework.indicators[key].label, said)
            if now.window != answers.window:
                name = f"{name}, {period(now.window, said)}"
            beneath = verdict(framework, now, said)
            note = f"{beneath.sign} {beneath.word}" + (f" · {beneath.note}" if beneath.note else "")
            yield fact(framework, name, now, said, note)


def _told(answers: Answers, key: str) -> Measurement:
    """Give a figure in the report's window; where it means nothing there, in the latest one in which it does."""
    now, framework = answers.now[key], answers.framework
    if allowed(framework.indicators[key], now.window):
        return now
    later = [
        found[key][0] for found in answers.years.values() if allowed(framework.indicators[key], found[key][0].window)
    ]
    return later[-1] if later else now


def _notes(answers: Answers, page: FundingPage) -> Iterator[str]:
    said = answers.language
    if page.received in answers.now:
        yield tr(
            N_("Contracted and received are two figures: what is signed in a period may arrive in later ones."), said
        )
    if page.used in answers.now:
        yield tr(N_("Resources used are shown apart and never added to what was attracted."), said)
    if page.leverage in answers.now:
        yield tr(N_("Leverage is told by calendar year and since the start, never for a quarter."), said)


def _by_year(answers: Answers, page: FundingPage) -> Table | None:
    """Give the amounts by year and since the start: what was attracted and its parts, then the others.

    What is published in none of the years has no column.
    """
    framework, said = answers.framework, answers.language
    if not answers.years:
        return None
    columns = {pick(framework.indicators[page.attracted].label, said): _course(answers, page.attracted)}
    for part, one in framework.dimensions[page.capital].categories.items():
        columns[pick(one.label, said)] = _course(answers, page.attracted, {page.capital: part})
    for key in (page.received, page.leverage, page.used):
        if key is not None and key in answers.now:
            columns[pick(framework.indicators[key].label, said)] = _course(answers, key)
    told = {
        name: found
        for name, found in columns.items()
        if any(each is not None and each.state is not State.NOT_PUBLISHED for each in found)
    }
    rows = [
        (title(period(window, said)), *(_written(answers, found[at]) for found in told.values()))
        for at, window in enumerate(answers.years)
    ]
    heads = [tr(N_("Period"), said), *told]
    note = withheld(framework, (each for found in told.values() for each in found if each is not None), said)
    widths, numbers = (20, *(16 for _ in told)), frozenset(range(1, len(heads)))
    return Table(tr(N_("By year"), said), heads, rows, widths, numbers, " ".join(note))


def _course(answers: Answers, key: str, of: Mapping[str, str] | None = None) -> list[Measurement | None]:
    """Give a figure year by year, the whole or one part `of` it."""
    where = {**answers.request.where, **(of or {})}
    return [next((each for each in found[key] if each.slice == where), None) for found in answers.years.values()]


def _written(answers: Answers, found: Measurement | None) -> Cell:
    return NOTHING if found is None else plain(answers.framework, found, answers.language)
