"""What the charts of an indicator are drawn within: the framework, the reader's language; and their colours.

Colours are of the Okabe–Ito kind and mean the same everywhere: blue is what was measured, grey what was expected,
orange the targets.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kpi import breakdowns
from kpi.framework.model import Framework
from kpi.language import quarter_name, tr
from kpi.present.axis import value_axis
from kpi.present.words import of, period, short, tick, title
from kpi.quarter import Quarter, Window

MEASURED, EXPECTED, TARGET = "#3b82c4", "#8a8f98", "#d98200"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a chart is drawn within; `provisional` are the quarters whose figures are not final."""

    framework: Framework
    language: str
    provisional: frozenset[Quarter] = frozenset()

    def say(self, text: str) -> str:
        """Say one of the program's own texts."""
        return tr(text, self.language)

    def of(self, key: str, value: Fraction | Decimal | None) -> str:
        """Write a value in full."""
        return of(self.framework, key, value, self.language)

    def when(self, window: Window) -> str:
        """Name a quarter, or the longer time that a value is of."""
        return quarter_name(window.last, self.language) if len(window) == 1 else title(period(window, self.language))

    def short(self, key: str, value: Fraction | Decimal) -> str:
        """Write a value as short as it may be."""
        return short(self.framework, key, value, self.language)

    def axis(self, key: str, values: Sequence[Fraction]) -> dict[str, object]:
        """Give the axis of an indicator's values."""
        scale = breakdowns.scale(self.framework, key)
        return value_axis(values, lambda value: tick(self.framework, key, value, self.language), scale=scale)
