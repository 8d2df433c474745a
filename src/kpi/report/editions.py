"""What an edition of a report says of itself: its number, and what reads differently than in the one before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from kpi.framework.model import Framework
from kpi.language import day, pick, tr, whole
from kpi.measure.model import UNSTATED, State
from kpi.present.words import NOTHING, none, of, period, small, title
from kpi.present.words import dimension as dimension_name
from kpi.problems import N_
from kpi.quarter import Quarter, Window
from kpi.report.content import Audience, Changed, Chapter, Content, Figure, Paragraph, Table

_COMPARED = ("value", "state")
_Place = tuple[str, str, tuple[tuple[str, str | None], ...]]


def apart(before: Sequence[Figure], after: Sequence[Figure]) -> Iterator[Changed]:
    """Compare the figures of two editions, in the order of the later one; then what is gone."""
    then, now = _by_place(before), _by_place(after)
    for place in [*now, *(one for one in then if one not in now)]:
        one, other = then.get(place), now.get(place)
        if one is None or other is None or any(one[name] != other[name] for name in _COMPARED):
            indicator, window, slices = place
            yield Changed(indicator, window, dict(slices), one, other)


def _by_place(figures: Sequence[Figure]) -> dict[_Place, Figure]:
    """Find figures by where they stand; what was not published told nothing."""
    told = (one for one in figures if one["state"] != State.NOT_PUBLISHED.value)
    return {(one["indicator"], one["window"], tuple(sorted((one["slice"] or {}).items()))): one for one in told}


def as_edition(content: Content, number: int, earlier: datetime | None, changed: Sequence[Changed]) -> Content:
    """Let a report say which edition it is and, where there was one before it, what is different since."""
    said = content.language
    about = [*content.about, (tr(N_("Edition"), said), number)]
    if earlier is None:
        return replace(content, about=about)
    chapter = _chapter(content, number - 1, earlier, changed)
    about.append((chapter.title, _counted(changed, said)))
    return replace(content, about=about, chapters=[*content.chapters, chapter], changed=changed)


def _counted(changed: Sequence[Changed], said: str) -> str:
    if not changed:
        return tr(N_("Nothing: all figures read the same."), said)
    return tr(N_("Figures that read differently: {count}."), said, count=len(changed))


def _chapter(content: Content, before: int, earlier: datetime, changed: Sequence[Changed]) -> Chapter:
    said = content.language
    title = whole(N_("Changed since edition {number}"), said, number=before)
    when = day(earlier.astimezone().date(), said)
    if not changed:
        same = N_("Edition {number} was published on {day}. All its figures read the same now.")
        return Chapter(title, [Paragraph(whole(same, said, number=before, day=when))])
    told = content.request.audience is Audience.MANAGEMENT
    text = N_("Edition {number} was published on {day}. Figures that read differently now: {count}.")
    why = N_("The former values are not repeated: the difference of two published numbers may be one person.")
    lead = [Paragraph(whole(text, said, number=before, day=when, count=len(changed)))]
    note = [] if told else [Paragraph(tr(why, said), "note")]
    table = Table(
        title="",
        heads=heads(said, former=told),
        rows=[row(content.framework, one, said, former=told) for one in changed],
        widths=[6, 3, 6, 3, 3] if told else [6, 3, 6, 3],
        right=frozenset({3, 4} if told else {3}),
    )
    return Chapter(title, [*lead, *note, table])


def heads(said: str, *, former: bool) -> list[str]:
    """Give what stands above figures that read differently, with their former values or without."""
    named = [N_("Indicator"), N_("Period"), N_("Part"), *([N_("Before")] if former else []), N_("Now")]
    return [tr(head, said) for head in named]


def row(framework: Framework, one: Changed, said: str, *, former: bool) -> list[str]:
    """Name a figure that reads differently, with its value now and, where it may be told, its former one."""
    values = [one.before, one.after] if former else [one.after]
    return [*place(framework, one, said), *(value(framework, each, said) for each in values)]


def place(framework: Framework, one: Changed, said: str) -> list[str]:
    """Name a figure: its indicator, its period, which part of the whole it is."""
    return [
        f"{one.indicator} {pick(framework.indicators[one.indicator].label, said)}"
        if one.indicator in framework.indicators
        else one.indicator,
        title(period(_window(framework, one.window), said)),
        part(framework, one.slice, said),
    ]


def _window(framework: Framework, written: str) -> Window:
    """Read a window as a published figure names it."""
    if written.isdigit():
        return Window.year(int(written))
    first, _, last = written.partition("/")
    return Window.spanning(Quarter.parse(first), Quarter.parse(last or first), framework.programme.starts)


def part(framework: Framework, slice_: Mapping[str, str | None], said: str) -> str:
    """Name the part of the whole that a figure is of: “online” is a region and a district."""
    names = []
    for dimension, category in slice_.items():
        known = framework.dimensions[dimension].categories if dimension in framework.dimensions else {}
        if category in known:
            name = pick(known[category].label, said)
        else:
            name = tr(N_("not stated"), said) if category == UNSTATED else str(category)
        names.append(f"{title(dimension_name(framework, dimension, said))}: {name}")
    return "; ".join(names) or tr(N_("total"), said)


def value(framework: Framework, figure: Figure | None, said: str) -> str:
    """Write a value as it was published, or why there was none to see."""
    if figure is None or figure["indicator"] not in framework.indicators:
        return NOTHING
    if figure["value"] is None:
        return small(framework) if figure["state"] == State.SMALL else none(State(figure["state"]), said)
    return of(framework, figure["indicator"], Fraction(figure["value"]), said)
