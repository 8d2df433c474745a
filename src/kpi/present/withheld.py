"""What stands in the place of figures that are not shown, and why."""

from collections.abc import Iterable

from kpi.framework.model import Framework
from kpi.language import whole
from kpi.measure.model import Measurement, State
from kpi.present.words import small
from kpi.problems import N_

_WHY = {
    State.SMALL: N_("“{small}”: from 1 to {most}."),
    State.HIDDEN: N_(
        "“Hidden”: too few to be shown, or it would give away what is. It does not mean that there is nothing."
    ),
}


def withheld(framework: Framework, shown: Iterable[Measurement], language: str) -> list[str]:
    """Say of each sign that stands in the place of a figure among these what it means."""
    states = {each.state for each in shown}
    most = framework.rules.small_counts_below - 1
    return [whole(text, language, small=small(framework), most=most) for state, text in _WHY.items() if state in states]
