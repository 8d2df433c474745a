"""Every figure by gender, in one table."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from kpi import breakdowns
from kpi.framework.model import GenderPage
from kpi.language import pick, share, tr, whole
from kpi.measure.model import WITHHELD, Measurement, State
from kpi.present.profile import withheld
from kpi.present.words import NOTHING
from kpi.problems import N_
from kpi.report.answers import Answers
from kpi.report.content import Block, Cell, Chapter, Paragraph, Table
from kpi.report.wording import badge, label, plain, with_unit


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
        whole(N_("Share: {category}"), said, category=watched),
    ]
    rows = [_row(answers, page, key, categories) for key in keys]
    widths = (36, *(11 for _ in categories), 20)
    numbers = frozenset(range(1, len(heads)))
    yield Table(tr(N_("All figures by gender"), said), heads, rows, widths, numbers, _note(answers, page, keys))


def _note(answers: Answers, page: GenderPage, keys: list[str]) -> str:
    said = answers.language
    notes = [tr(N_("Shares are of those stated, of counts only; rates and ratings stand by themselves."), said)]
    if any(each.state in WITHHELD for key in keys for each in answers.by[key][page.dimension]):
        notes.append(withheld(answers.framework, said))
    return " ".join(notes)


def _row(answers: Answers, page: GenderPage, key: str, categories: list[str]) -> tuple[Cell, ...]:
    framework, said = answers.framework, answers.language
    slices = {each.slice[page.dimension]: each for each in answers.by[key][page.dimension]}
    return (
        with_unit(framework, key, label(framework, key, said), said),
        *(plain(framework, slices[one], said) if one in slices else NOTHING for one in categories),
        _share(answers, page, key, slices),
    )


def _share(answers: Answers, page: GenderPage, key: str, slices: Mapping[str, Measurement]) -> Cell:
    """Give the watched category's share of those stated, judged where a share is aimed at; of counts and sums only."""
    said = answers.language
    if any(
        each.denominator is not None or each.state in WITHHELD or each.state is State.NOT_COLLECTED
        for each in slices.values()
    ):
        return NOTHING
    numbers: dict[str, Fraction | None] = {one: each.value for one, each in slices.items()}
    found = breakdowns.shares(answers.framework, page.dimension, numbers).get(page.share_of)
    if found is None:
        return NOTHING
    written = share(found, said)
    for each in answers.shares.get(key, ()):
        basis = each.standing.basis
        judged = (basis.first, basis.last) == (answers.window.first, answers.window.last)
        if judged and (each.dimension, each.category) == (page.dimension, page.share_of):
            return badge(each.standing, said, written)
    return written
