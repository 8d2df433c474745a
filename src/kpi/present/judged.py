"""On what an indicator was judged, where that is another window than the one its figure is of.

What happens in a quarter is judged on its year to date or since the start; a quarter's own expectation beside such a
verdict would contradict it.
"""

from fractions import Fraction

from kpi.framework.model import Framework
from kpi.language import tr, whole
from kpi.measure.model import Measurement, Status
from kpi.measure.values import allowed
from kpi.present.html import Html, beneath, el
from kpi.present.scene import Scene
from kpi.present.status import verdict
from kpi.present.words import of, window_kind_within, with_unit
from kpi.problems import N_


def apart(found: Measurement) -> bool:
    """Tell whether something else was judged than the figure itself; of a position, any window ends with the same."""
    standing = found.standing
    if standing.actual is None or standing.expected is None or standing.status is Status.NO_DATA:
        return False
    windows = (standing.basis.first, standing.basis.last) != (found.window.first, found.window.last)
    return windows and (standing.actual, standing.expected) != (found.value, found.expected)


def basis(found: Measurement, language: str) -> str | None:
    """Name the window on which the verdict is, where it is not on the figure itself."""
    return window_kind_within(found.standing.basis, language) if apart(found) else None


def basis_mark(framework: Framework, found: Measurement, language: str) -> Html | None:
    """Show in small print what was judged, and over which window."""
    said = basis_said(framework, found, language)
    return el("small", said, class_="k-basis") if said else None


def basis_said(framework: Framework, found: Measurement, language: str, *, brief: bool = False) -> str:
    """Say what was judged, and over which window, where that is not the figure itself; in `brief`, without its unit."""
    name = basis(found, language)
    if name is None:
        return ""
    write = of if brief else with_unit
    actual = write(framework, found.indicator, found.standing.actual, language)
    return whole(N_("{window}: {value}"), language, window=name, value=actual)


def stands(scene: Scene, found: Measurement) -> Html | None:
    """Show how a figure stands and, where that is not itself, what was judged."""
    badge = verdict(found, scene.language, preliminary=scene.preliminary)
    return None if badge is None else beneath(badge, basis_mark(scene.framework, found, scene.language))


def compared(framework: Framework, found: Measurement) -> tuple[Fraction | None, Fraction | None]:
    """Give what was judged and what was expected of it; none where the figure means nothing in the window."""
    if not allowed(framework.indicators[found.indicator], found.window):
        return None, None
    return found.standing.actual, found.standing.expected


def due(framework: Framework, found: Measurement, language: str) -> str:
    """Write what was expected where the figure was judged."""
    return of(framework, found.indicator, compared(framework, found)[1], language)


def against(framework: Framework, found: Measurement, language: str) -> str | None:
    """Say what was compared with that, and over which window, where it is not the figure itself."""
    if not apart(found):
        return None
    return whole(
        N_("measured {window}: {value}"),
        language,
        window=window_kind_within(found.standing.basis, language),
        value=of(framework, found.indicator, found.standing.actual, language),
    )


def how(language: str) -> str:
    """Say on what statuses rest, for whoever asks how a list of them was made."""
    text = N_(
        "What happens in a period is judged on the year to date, or since the start where its targets add up over the "
        "years. Where that is another window than the one shown, it stands beside the status."
    )
    return tr(text, language)
