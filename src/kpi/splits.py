"""Figures parted by the dimension of the gender page: each category, and the share of the one that is watched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpi import breakdowns
from kpi.framework.model import Framework, GenderPage
from kpi.measure.disaggregation import Share, share_of_stated, silent_categories
from kpi.measure.model import WITHHELD, Measurement, State
from kpi.quarter import Quarter


@dataclass(frozen=True, slots=True)
class Split:
    """A figure and its categories.

    `share` is the watched category's of those stated; none for ratios and means, which have none, and where a category
    is withheld. `least` is then what the share is at least: the watched category's part of all, where both are shown.
    """

    whole: Measurement | None
    parts: Mapping[str, Measurement]
    share: Share | None = None
    least: Fraction | None = None

    @property
    def says_something(self) -> bool:
        """Tell whether any category has a value, or one that is not shown."""
        return any(each.value or each.state in WITHHELD - {State.NOT_PUBLISHED} for each in self.parts.values())

    @property
    def is_shown(self) -> bool:
        """Tell whether any category has a value, be it 0, or one that is hidden."""
        return any(
            each.value is not None or each.state in WITHHELD - {State.NOT_PUBLISHED} for each in self.parts.values()
        )


def told(framework: Framework, page: GenderPage, quarter: Quarter) -> tuple[list[str], list[str], list[str]]:
    """Give the indicators in force by what the page can say of them: counts, ratios and means, neither."""
    counts: list[str] = []
    rates: list[str] = []
    neither: list[str] = []
    for key, one in framework.indicators.items():
        if one.valid_in(quarter):
            known = page.dimension in breakdowns.dimensions(framework, key)
            (neither if not known else counts if adds_up(framework, key) else rates).append(key)
    return counts, rates, neither


def adds_up(framework: Framework, indicator: str) -> bool:
    """Tell whether an indicator's categories add up to its whole, so that there are shares."""
    measure = framework.indicators[indicator].measure
    return measure.ratio is None and measure.mean is None


def split(framework: Framework, page: GenderPage, answer: Sequence[Measurement]) -> Split:
    """Part a figure; `answer` is its whole, then what it is by the page's dimension."""
    whole, *slices = answer
    return _split(framework, page, whole, {each.slice[page.dimension]: each for each in slices})


def crossed(
    framework: Framework,
    page: GenderPage,
    by: str,
    answer: Sequence[Measurement],
    wholes: Sequence[Measurement] = (),
) -> dict[str, Split]:
    """Part a figure in each category of another dimension; `answer` is it by both, `wholes` by the other alone."""
    whole = {each.slice[by]: each for each in wholes}
    found: dict[str, dict[str, Measurement]] = {}
    for each in answer[1:]:
        found.setdefault(each.slice[by], {})[each.slice[page.dimension]] = each
    return {category: _split(framework, page, whole.get(category), parts) for category, parts in found.items()}


def _split(
    framework: Framework, page: GenderPage, whole: Measurement | None, parts: Mapping[str, Measurement]
) -> Split:
    watched = parts.get(page.share_of)
    if watched is None or not adds_up(framework, watched.indicator):
        return Split(whole, parts)
    if any(each.state in WITHHELD for each in parts.values()):
        return Split(whole, parts, least=_least(whole, watched))
    if watched.value is None:
        return Split(whole, parts)
    numbers = {key: each.value for key, each in parts.items()}
    return Split(whole, parts, share_of_stated(framework, page.dimension, page.share_of, numbers))


def _least(whole: Measurement | None, watched: Measurement) -> Fraction | None:
    """Give the part of all, which is no more than the share of those stated; none where one of the two is withheld."""
    if whole is None or not whole.value or watched.value is None:
        return None
    return watched.value / whole.value


def against(framework: Framework, page: GenderPage, found: Split) -> str | None:
    """Give the category that a rate of the watched one is set against: the other one that rests on the most."""
    silent = silent_categories(framework, page.dimension)
    others = {
        key: each.n or Fraction(0)
        for key, each in found.parts.items()
        if key != page.share_of and key not in silent and each.value is not None
    }
    return max(others, key=lambda key: others[key]) if others else None
