"""What can be said of a part of the programme, which has no targets: how much of the whole it is, how it moved."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from kpi.framework.model import Framework
from kpi.language import pick, whole
from kpi.measure.model import Measurement
from kpi.present.beside import against, comparable
from kpi.present.cards import Shown
from kpi.present.words import change, percent, with_unit
from kpi.problems import N_
from kpi.splits import adds_up

_NAMED = 3


def findings(
    framework: Framework, part: Mapping[str, Shown], all_: Mapping[str, Shown], language: str
) -> Iterator[str]:
    """Say how many of the main indicators have a figure, which headline figures are most of the whole, what moved most.

    `part` are the figures as filtered, `all_` those of the whole programme.
    """
    main = {key: one for key, one in part.items() if framework.indicators[key].supports is None}
    there = {key: one for key, one in main.items() if one.now.value is not None}
    text = N_("{there} of {all} indicators have a figure for what is chosen.")
    yield whole(text, language, there=len(there), all=len(main))
    heads = {one.indicator: pick(one.label, language) for one in framework.headlines.values() if one.indicator in there}
    parts = _parts(framework, {key: there[key].now for key in heads}, all_)
    named = "; ".join(
        whole(
            N_("{name} – {value}, {share} of the whole"),
            language,
            name=heads[key],
            value=with_unit(framework, key, there[key].now.value, language),
            share=percent(share, language),
        )
        for key, share in sorted(parts.items(), key=lambda one: -one[1])[:_NAMED]
    )
    if named:
        yield f"{named}."
    moved = {key: (now, before) for key in heads if (both := _moved(framework, there[key])) for now, before in [both]}
    most = max(moved, key=lambda key: abs(moved[key][0] / moved[key][1] - 1), default=None)
    if most is not None and (before := there[most].before) is not None:
        yield whole(
            N_("Changed most: {name}, {difference} {against}."),
            language,
            name=heads[most],
            difference=change(framework, most, *moved[most], language),
            against=against(there[most].now.window, before.window, language),
        )


def _parts(framework: Framework, there: Mapping[str, Measurement], all_: Mapping[str, Shown]) -> dict[str, Fraction]:
    """Give which part of the whole figures are, of those that add up to one."""
    return {
        key: one.value / total
        for key, one in there.items()
        if adds_up(framework, key) and key in all_ and one.value and (total := all_[key].now.value)
    }


def _moved(framework: Framework, one: Shown) -> tuple[Fraction, Fraction] | None:
    """Give a figure and what it was, where it moved and its change can be weighed against others."""
    now, before = one.now, one.before
    if before is None or now.value is None or not before.value or now.value == before.value:
        return None
    return (now.value, before.value) if comparable(framework, now, before) else None
