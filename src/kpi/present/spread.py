"""How ratings spread: over the steps of their scale or, where returns give means only, those means over the scale."""

from collections.abc import Sequence
from fractions import Fraction

from kpi import breakdowns
from kpi.framework.model import Framework
from kpi.language import tr, whole
from kpi.measure.model import RATING, Measurement
from kpi.present.bars import Bar
from kpi.present.profile import Parted, category
from kpi.present.words import tick
from kpi.problems import N_

#: Into so many bands a scale is cut for means.
_BANDS = 8


def ratings(framework: Framework, key: str, slices: Sequence[Measurement], language: str) -> Parted | None:
    """Give how ratings spread over the steps of their scale; nothing where none was given."""
    known = breakdowns.categories(framework, key, RATING)
    given = {each.slice[RATING]: each.denominator for each in slices}
    everybody = sum((number for number in given.values() if number), Fraction(0))
    if not everybody:
        return None
    rows = [
        Bar(category(known, step, language), number, number / everybody if number is not None else None)
        for step, number in given.items()
    ]
    return Parted(tr(N_("How the ratings spread"), language), rows)


def means(framework: Framework, key: str, slices: Sequence[Measurement], language: str) -> Parted | None:
    """Give how many organisations have their own mean in each part of the scale; nothing where fewer than two have."""
    scale = breakdowns.scale(framework, key)
    found = [each.value for each in slices if each.organisation is not None and each.value is not None]
    if scale is None or len(found) <= 1 or not means_only(framework, key):
        return None
    low, high = scale
    wide = (high - low) / _BANDS
    counts = [0] * _BANDS
    for value in found:
        counts[min(int((value - low) / wide), _BANDS - 1)] += 1
    rows = [
        Bar(_band(framework, key, low + at * wide, wide, language), Fraction(count), Fraction(count, len(found)))
        for at, count in enumerate(counts)
    ]
    note = tr(N_("Organisations, each by its own mean; a value on a border counts above it."), language)
    return Parted(tr(N_("How the organisations' means spread"), language), rows, note)


def _band(framework: Framework, key: str, low: Fraction, wide: Fraction, language: str) -> str:
    ends = (tick(framework, key, end, language) for end in (low, low + wide))
    return whole(N_("{low} to {high}"), language, **dict(zip(("low", "high"), ends, strict=True)))


def means_only(framework: Framework, key: str) -> bool:
    """Tell whether returns give means on a scale, and not how many answered with which of its steps."""
    return breakdowns.scale(framework, key) is not None and RATING not in breakdowns.dimensions(framework, key)


def counted(language: str) -> str:
    """Say how the rows of a spread are made."""
    text = N_("Each row counts what falls on its part of the scale; its share is of all that was counted.")
    return tr(text, language)


def unknown(language: str) -> str:
    """Say why it is not known how single answers spread."""
    text = N_("Returns give the mean of the answers and their number; how single answers spread is not collected.")
    return tr(text, language)
