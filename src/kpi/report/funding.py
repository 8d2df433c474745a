"""What was attracted from others: public and private, received, and set against the own support given."""

from collections.abc import Iterator, Mapping, Sequence

from kpi.framework.model import FundingPage
from kpi.language import pick, tr
from kpi.measure.model import WITHHELD, Measurement
from kpi.measure.values import allowed
from kpi.present.profile import withheld
from kpi.present.words import NOTHING, period, title
from kpi.problems import N_
from kpi.quarter import Window
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
    yield from (each for each in parted if each is not None)
    table = _by_year(answers, page)
    if table is not None:
        yield table
    yield Paragraph(" ".join(_notes(answers, page)), "note")


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
    """Give the amounts by year and since the start: what was attracted and its parts, then the others."""
    framework, said = answers.framework, answers.language
    if not answers.years:
        return None
    categories = framework.dimensions[page.capital].categories
    others = [key for key in (page.received, page.leverage, page.used) if key is not None and key in answers.now]
    heads = [
        tr(N_("Period"), said),
        pick(framework.indicators[page.attracted].label, said),
        *(pick(one.label, said) for one in categories.values()),
        *(pick(framework.indicators[key].label, said) for key in others),
    ]
    rows = [_row(answers, page, window, found, categories, others) for window, found in answers.years.items()]
    shown = [each for found in answers.years.values() for several in found.values() for each in several]
    note = withheld(framework, said) if any(each.state in WITHHELD for each in shown) else ""
    return Table(
        tr(N_("By year"), said), heads, rows, (20, *(16 for _ in heads[1:])), frozenset(range(1, len(heads))), note
    )


def _row(  # noqa: PLR0913, PLR0917 (a row is made of these)
    answers: Answers,
    page: FundingPage,
    window: Window,
    found: Mapping[str, Sequence[Measurement]],
    categories: Mapping[str, object],
    others: Sequence[str],
) -> tuple[Cell, ...]:
    framework, said = answers.framework, answers.language
    total, *slices = found[page.attracted]
    parts = {each.slice.get(page.capital): each for each in slices}
    return (
        title(period(window, said)),
        plain(framework, total, said),
        *(plain(framework, parts[one], said) if one in parts else NOTHING for one in categories),
        *(plain(framework, found[key][0], said) for key in others),
    )
