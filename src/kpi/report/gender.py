"""Every figure by gender; the share that is watched year by year, and by region."""

from collections.abc import Iterator, Mapping, Sequence

from kpi.framework.model import GenderPage
from kpi.language import pick, tr, whole
from kpi.measure.model import Measurement, State
from kpi.present import words
from kpi.present.scene import Scene
from kpi.present.split import Told
from kpi.present.split_across import in_numbers
from kpi.present.split_said import AT_LEAST
from kpi.present.withheld import withheld
from kpi.present.words import NOTHING, period, title
from kpi.problems import N_
from kpi.report.answers import Answers
from kpi.report.content import Block, Cell, Chapter, Paragraph, Table
from kpi.report.wording import badge, label, plain, with_unit
from kpi.splits import Split, adds_up, crossed, split

_YEARS = 5


def chapters(answers: Answers) -> Iterator[Chapter]:
    """Give the chapter, where the framework asks for one and something is known by gender."""
    page, said = answers.framework.pages.gender, answers.language
    if page is None:
        return
    keys = [key for key in answers.by if _tells(answers.by[key].get(page.dimension, ()))]
    if keys:
        yield Chapter(
            pick(answers.framework.dimensions[page.dimension].label, said), list(_blocks(answers, page, keys))
        )


def _tells(slices: object) -> bool:
    none = {State.MISSING, State.NOT_COLLECTED, State.NOT_PUBLISHED, State.NOT_APPLICABLE}
    return isinstance(slices, list | tuple) and any(each.state not in none for each in slices)


def _blocks(answers: Answers, page: GenderPage, keys: list[str]) -> Iterator[Block]:
    framework, said = answers.framework, answers.language
    known = framework.dimensions[page.dimension]
    if known.help:
        yield Paragraph(pick(known.help, said), "note")
    categories = [key for key, each in known.categories.items() if each.valid_in(answers.window.last)]
    unlike = {each.slice[page.dimension] for key in keys for each in answers.by[key][page.dimension]}
    categories += sorted(unlike - set(categories))
    watched = pick(known.categories[page.share_of].label, said)
    heads = [
        tr(N_("Indicator"), said),
        *(
            pick(known.categories[one].label, said) if one in known.categories else tr(N_("not stated"), said)
            for one in categories
        ),
        whole(N_("Share: {category}"), said, category=words.inside(watched)),
    ]
    within = Told(Scene(framework, said, {}), page)
    rows = [_row(answers, within, key, categories) for key in keys]
    widths = (36, *(11 for _ in categories), 20)
    numbers = frozenset(range(1, len(heads)))
    yield Table(tr(N_("All figures by gender"), said), heads, rows, widths, numbers, _note(answers, within, keys))
    yield from (table for table in (_by_year(answers, within), _by_region(answers, within)) if table is not None)


def _by_year(answers: Answers, within: Told) -> Table | None:
    """Give the watched share of what adds up, year by year; of the last ones, for which there is room."""
    found = {
        window: {key: split(within.framework, within.page, answer) for key, answer in several.items()}
        for window, several in list(answers.split.items())[-_YEARS:]
    }
    heads = [title(period(window, answers.language)) for window in found]
    rows = {
        label(within.framework, key, answers.language): [several.get(key) for several in found.values()]
        for key in answers.by
        if any(key in several and several[key].is_shown for several in found.values())
    }
    begun = words.begun(within.framework, list(found), answers.language)
    return _shares(within, N_("{share}, year by year"), within.say(N_("Indicator")), heads, rows, begun)


def _by_region(answers: Answers, within: Told) -> Table | None:
    """Give the watched share of what adds up, region by region."""
    framework, page, said = within.framework, within.framework.pages.regions, answers.language
    if page is None:
        return None
    by = {
        key: crossed(framework, within.page, page.dimension, answer, answers.by[key][page.dimension])
        for key, answer in answers.split_by_region.items()
    }
    shown = [key for key, found in by.items() if any(one.is_shown for one in found.values())]
    regions = framework.dimensions[page.dimension]
    rows = {
        pick(one.label, said): [by[key].get(region) for key in shown]
        for region, one in regions.categories.items()
        if any(region in by[key] and by[key][region].says_something for key in shown)
    }
    heads = [label(framework, key, said) for key in shown]
    return _shares(within, N_("{share}, by region"), pick(regions.label, said), heads, rows, [])


def _shares(  # noqa: PLR0913, PLR0917 (a table is made of these)
    within: Told,
    name: str,
    first: str,
    heads: Sequence[str],
    rows: Mapping[str, Sequence[Split | None]],
    notes: Sequence[str],
) -> Table | None:
    if not rows:
        return None
    shown = [one for several in rows.values() for one in several if one is not None]
    at_least = any(one.least is not None for one in shown)
    told = [
        *notes,
        *([within.say(AT_LEAST)] if at_least else []),
        *withheld(within.framework, (each for one in shown for each in one.parts.values()), within.scene.language),
    ]
    cells = [(named, *(in_numbers(within, one).written for one in several)) for named, several in rows.items()]
    widths = (36, *(64 // len(heads) for _ in heads))
    numbers = frozenset(range(1, len(heads) + 1))
    return Table(within.say(name, share=within.watched), [first, *heads], cells, widths, numbers, " ".join(told))


def _note(answers: Answers, within: Told, keys: list[str]) -> str:
    said, page = answers.language, within.page
    notes = [tr(N_("Shares are of those stated, of counts only; rates and ratings stand by themselves."), said)]
    splits = [split(within.framework, page, [answers.now[key], *answers.by[key][page.dimension]]) for key in keys]
    if any(one.least is not None for one in splits):
        notes.append(within.say(AT_LEAST))
    notes += withheld(answers.framework, (each for key in keys for each in answers.by[key][page.dimension]), said)
    return " ".join(notes)


def _row(answers: Answers, within: Told, key: str, categories: list[str]) -> tuple[Cell, ...]:
    framework, said, found = answers.framework, answers.language, answers.by[key][within.page.dimension]
    slices = {each.slice[within.page.dimension]: each for each in found}
    return (
        with_unit(framework, key, label(framework, key, said), said),
        *(plain(framework, slices[one], said) if one in slices else NOTHING for one in categories),
        _share(answers, within, key, found),
    )


def _share(answers: Answers, within: Told, key: str, slices: Sequence[Measurement]) -> Cell:
    """Give the watched category's share of those stated, judged where a share is aimed at; of counts and sums only."""
    page, said = within.page, answers.language
    if not adds_up(within.framework, key) or any(each.state is State.NOT_COLLECTED for each in slices):
        return NOTHING
    found = split(within.framework, page, [answers.now[key], *slices])
    written = within.share_of(found)
    for each in answers.shares.get(key, ()) if found.share is not None else ():
        basis = each.standing.basis
        judged = (basis.first, basis.last) == (answers.window.first, answers.window.last)
        if judged and (each.dimension, each.category) == (page.dimension, page.share_of):
            return badge(each.standing, said, written)
    return written
