"""The headline figures: name, value, trend, change, status."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpi.framework.model import Framework
from kpi.language import pick, tr, whole
from kpi.measure.model import Measurement
from kpi.present import judged, restated
from kpi.present.beside import changed
from kpi.present.html import Html, el
from kpi.present.link import indicator_link
from kpi.present.scene import Scene
from kpi.present.sparkline import sparkline, values_of
from kpi.present.words import INVENTED, SAMPLE, is_due, of, period, state, unit, with_unit
from kpi.problems import N_
from kpi.quarter import Window
from kpi.restated import Restated


@dataclass(frozen=True, slots=True)
class Shown:
    """All that an overview shows of an indicator: now, the window before, and the windows up to now.

    `restated` says that its figure was another one when it was settled.
    """

    now: Measurement
    before: Measurement | None
    trend: Sequence[Measurement]
    restated: Restated | None = None


def cards(scene: Scene, shown: Mapping[str, Shown]) -> Html:
    """Show every headline figure of the framework whose indicator is in `shown`: the others are not in force."""
    made = [
        _card(scene, pick(headline.label, scene.language), shown[headline.indicator])
        for headline in scene.framework.headlines.values()
        if headline.indicator in shown
    ]
    return el("div", *made, class_="k-cards")


def _card(scene: Scene, name: str, shown: Shown) -> Html:
    framework, language = scene.framework, scene.language
    return el(
        "a",
        el("span", name, class_="k-card-name"),
        el("span", value(framework, shown.now, language), spark(scene, shown), class_="k-card-main"),
        restated.mark(framework, shown.restated, language),
        el(
            "span",
            el("span", judged.stands(scene, shown.now)),
            _changed(framework, shown, language),
            class_="k-card-foot",
        ),
        href=indicator_link(shown.now.indicator, scene.params),
        class_="k-card",
    )


def value(framework: Framework, found: Measurement, language: str) -> Html:
    """Show a value with its unit, or why there is none."""
    if found.value is None:
        return el("span", state(found, framework, language), class_="k-none-said")
    named = unit(framework, found.indicator, language, found.value)
    return el(
        "span",
        el("span", of(framework, found.indicator, found.value, language), class_="k-number"),
        el("span", " ", named, class_="k-unit") if named else None,
        class_="k-value",
    )


def spark(scene: Scene, shown: Shown) -> Html | None:
    """Draw the windows up to now, with a sentence in the drawing's place that names them as they are."""
    framework, language = scene.framework, scene.language
    points = _points(shown)
    known = [(window, found) for window, found in points if found is not None]
    if not known:
        return None
    (first, start), (last, end) = known[0], known[-1]
    alt = whole(
        N_("Trend: {start} ({first}), {end} ({last})"),
        language,
        start=with_unit(framework, shown.now.indicator, start, language),
        first=period(first, language),
        end=with_unit(framework, shown.now.indicator, end, language),
        last=period(last, language),
    )
    return sparkline([found for _, found in points], alt, unfinished=last.unfinished or scene.preliminary)


def _points(shown: Shown) -> Sequence[tuple[Window, Fraction | None]]:
    due = [each for each in shown.trend if is_due(each)]
    own = [each.value for each in due]
    values = values_of(own, [each.standing.actual for each in due])
    windows = [each.window if values is own else each.standing.basis for each in due]
    return list(zip(windows, values, strict=True))


def ends_open(scene: Scene, shown: Shown) -> bool:
    """Tell whether the trend ends within a year that is not over, or with what is preliminary."""
    known = [window for window, found in _points(shown) if found is not None]
    return len(known) > 1 and (known[-1].unfinished or scene.preliminary)


def _changed(framework: Framework, shown: Shown, language: str) -> Html | None:
    found = changed(framework, shown.now, shown.before, language, brief=True)
    if found is None:
        return None
    difference, than = found
    return el("span", el("span", difference, " ", class_="k-change") if difference else None, than, class_="k-against")


def sample_banner(language: str) -> Html:
    """Say that the data are invented."""
    return el(
        "div",
        el("strong", tr(SAMPLE, language)),
        " ",
        tr(INVENTED, language),
        class_="k-sample",
        role="note",
    )
