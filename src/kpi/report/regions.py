"""Where things happen: the headline figures by region."""

from collections.abc import Iterator

from kpi.areas import Areas
from kpi.framework.model import RegionsPage
from kpi.language import pick, tr, whole
from kpi.measure.model import UNSTATED, State
from kpi.present.profile import category
from kpi.present.withheld import withheld
from kpi.present.words import NOTHING
from kpi.problems import N_
from kpi.report.answers import Answers
from kpi.report.content import Block, Chapter, Map, Paragraph, Table
from kpi.report.wording import plain, with_unit

#: So many columns of figures stand side by side.
_WIDE = 6
_NONE = frozenset({State.MISSING, State.NOT_COLLECTED, State.NOT_PUBLISHED, State.NOT_APPLICABLE})


def chapters(answers: Answers) -> Iterator[Chapter]:
    """Give the chapter, where the framework asks for one and something is known by region."""
    page, said = answers.framework.pages.regions, answers.language
    if page is None:
        return
    blocks = list(_blocks(answers, page))
    if blocks:
        yield Chapter(tr(N_("Regions"), said), blocks)


def _blocks(answers: Answers, page: RegionsPage) -> Iterator[Block]:
    framework, said = answers.framework, answers.language
    headlines = dict.fromkeys(one.indicator for one in framework.headlines.values())
    keys = [
        key
        for key in headlines or answers.now
        if any(each.state not in _NONE for each in answers.by.get(key, {}).get(page.dimension, ()))
    ]
    if not keys:
        return
    if framework.dimensions[page.dimension].help:
        yield Paragraph(pick(framework.dimensions[page.dimension].help or {}, said), "note")
    for start in range(0, len(keys), _WIDE):
        yield _table(answers, page, keys[start : start + _WIDE])
    if page.dimension in answers.maps:
        yield from (_map(answers, answers.maps[page.dimension], key) for key in keys)


def _map(answers: Answers, areas: Areas, key: str) -> Map:
    """Give a map of one figure; a withheld one stands in its area in words."""
    framework, said = answers.framework, answers.language
    found = {each.slice[areas.dimension]: each for each in answers.by[key][areas.dimension]}
    there = {one: found[one] for one in areas.areas if one in found}
    most = max((abs(each.value) for each in there.values() if each.value is not None), default=None) or 1
    parts = {one: None if each.value is None else float(abs(each.value) / most) for one, each in there.items()}
    written = {one: plain(framework, each, said) for one, each in there.items()}
    known = framework.dimensions[areas.dimension].categories
    alt = "; ".join(f"{category(known, one, said)}: {text}" for one, text in written.items())
    title = with_unit(framework, key, pick(framework.indicators[key].label, said), said)
    source = whole(N_("Map: {attribution}."), said, attribution=areas.attribution) if areas.attribution else ""
    return Map(title, alt, areas, parts, written, source)


def _table(answers: Answers, page: RegionsPage, keys: list[str]) -> Table:
    framework, said = answers.framework, answers.language
    known = framework.dimensions[page.dimension].categories
    slices = {key: {each.slice[page.dimension]: each for each in answers.by[key][page.dimension]} for key in keys}
    met = {one for several in slices.values() for one, each in several.items() if each.state not in _NONE}
    rows = [
        (
            category(known, one, said),
            *(plain(framework, slices[key][one], said) if one in slices[key] else NOTHING for key in keys),
        )
        for one in [*known, *sorted(met - set(known) - {UNSTATED}), UNSTATED]
        if one in met
    ]
    names = [with_unit(framework, key, pick(framework.indicators[key].label, said), said) for key in keys]
    hidden = withheld(framework, (each for several in slices.values() for each in several.values()), said)
    return Table(
        tr(N_("Headline figures by region"), said),
        [pick(framework.dimensions[page.dimension].label, said), *names],
        rows,
        (24, *(15 for _ in keys)),
        frozenset(range(1, len(keys) + 1)),
        " ".join(hidden),
    )
