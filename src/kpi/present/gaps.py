"""The gap between areas, in sentences: who is best served, who worst, and what is not compared."""

from collections.abc import Sequence

from kpi.framework.model import UnitKind
from kpi.language import number, tr, whole
from kpi.measure.gap import Gap
from kpi.measure.model import WITHHELD
from kpi.present.places import Places, adds
from kpi.present.words import between, kind_of, listed, title
from kpi.present.words import distance as distance_of
from kpi.problems import N_

_NAMED = 4


def findings(found: Places) -> list[str]:
    """Say which areas are best and worst served and how far apart they are; as counted, where there is most and least.

    Where more people live more is counted, without anybody being served better.
    """
    said, apart = found.language, found.gap
    if apart is None:
        return [tr(N_("Fewer than two areas have a figure that could be compared."), said)]
    if apart.difference == 0:
        return [whole(N_("No area stands out: each has {value}."), said, value=found.of(apart.most))]
    best, worst = (_names(found, keys) for keys in (apart.best, apart.worst))
    more = adds(found.framework, found.indicator) and not found.per and apart.most > apart.least
    sentences = [
        whole(
            N_("Most: {best} – {most}. Least: {worst} – {least}.")
            if more
            else N_("Best served: {best} – {most}. Worst served: {worst} – {least}."),
            said,
            best=best,
            worst=worst,
            most=found.of(apart.most),
            least=found.of(apart.least),
        )
    ]
    far = distance(found, apart)
    if apart.ratio is None:
        sentences.append(whole(N_("The difference is {difference}."), said, difference=far))
    else:
        sentences.append(
            whole(
                N_("The higher figure is {ratio} times the lower one, {difference} more."),
                said,
                difference=far,
                ratio=number(apart.ratio, said, 1),
            )
        )
    return sentences


def before(found: Places, when: str) -> str | None:
    """Say how far apart the areas were at another time; nothing where there was nothing to compare."""
    apart = found.gap
    if apart is None:
        return None
    text = N_("{period}: the difference was {difference}.")
    return whole(text, found.language, period=title(when), difference=distance(found, apart))


def distance(found: Places, apart: Gap) -> str:
    """Write how far apart the best and the worst are; of shares, in percentage points."""
    if found.per:
        return found.of(apart.difference)
    far = between(found.framework, found.indicator, apart.most, apart.least)
    if kind_of(found.framework, found.indicator) is UnitKind.SHARE:
        return distance_of(found.framework, found.indicator, far, found.language)
    return found.of(far)


def unsaid(found: Places) -> list[str]:
    """Say which areas are not compared and why, and what is in no single place."""
    said = found.language
    hidden = [one.name for one in found.areas if one.found.state in WITHHELD]
    silent = [one for one in found.areas if one.value is None and one.found.state not in WITHHELD]
    sentences = []
    if hidden:
        text = N_("Not shown, so not compared: {names}. That does not mean that there is nothing.")
        sentences.append(whole(text, said, names=listed(hidden, said)))
    for why in dict.fromkeys(found.silence(one) for one in silent):
        names = [one.name for one in silent if found.silence(one) == why]
        sentences.append(whole(N_("Without a figure ({why}): {names}."), said, why=why, names=listed(names, said)))
    if found.beside:
        names = [f"{one.name} – {_whole(found, index)}" for index, one in enumerate(found.beside)]
        sentences.append(whole(N_("In no single place: {names}."), said, names=listed(names, said)))
    if adds(found.framework, found.indicator) and not found.per:
        text = N_("Figures as counted, not per inhabitant: where more people live, more may happen.")
        sentences.append(tr(text, said))
    return sentences


def steps(found: Places) -> list[str]:
    """Say how the gap was reckoned, with its own numbers."""
    said, apart = found.language, found.gap
    sentences = []
    if found.per:
        text = N_("Per inhabitant: the figure ÷ the inhabitants of the area in the list that the programme gives.")
        sentences.append(tr(text, said))
    if apart is not None and apart.difference:
        high, low = sorted((apart.most, apart.least), reverse=True)
        numbers = {"high": found.number(high), "low": found.number(low)}
        text = N_("Difference: {high} − {low} = {difference}.")
        sentences.append(whole(text, said, difference=distance(found, apart), **numbers))
        if apart.ratio is not None:
            text = N_("Ratio: {high} ÷ {low} = {ratio}.")
            sentences.append(whole(text, said, ratio=number(apart.ratio, said, 2), **numbers))
        elif not adds(found.framework, found.indicator):
            text = N_("No ratio: a share or mean twice as high is not twice as much.")
            sentences.append(tr(text, said))
    return sentences


def _whole(found: Places, index: int) -> str:
    """Write what is in no single place as counted: nobody lives there."""
    one = found.beside[index]
    return found.silence(one) if one.value is None else _counted(found).of(one.value)


def _counted(found: Places) -> Places:
    return Places(found.framework, found.indicator, found.dimension, found.language, False, (), ())  # noqa: FBT003


def _names(found: Places, keys: Sequence[str]) -> str:
    names = [one.name for one in found.areas if one.key in keys]
    if len(names) <= _NAMED:
        return listed(names, found.language)
    rest = whole(N_("{count} more"), found.language, count=len(names) - _NAMED + 1)
    return listed([*names[: _NAMED - 1], rest], found.language)
