"""The results of IATI's XML: a result a level, an indicator each, its baseline, targets and figures by period."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from xml.etree import ElementTree as ET

from kpi.breakdowns import aim
from kpi.framework.model import Better, Framework, TargetBasis, UnitKind
from kpi.language import Text, pick, tr, whole
from kpi.measure.model import WITHHELD, Measurement
from kpi.measure.plan import expected, window_expected
from kpi.open_data.dataset import Dataset
from kpi.open_data.iati_xml import Words, attributes, narrated
from kpi.open_data.measurements import category_key, category_name
from kpi.present.machine import written
from kpi.present.words import dimension as dimension_name
from kpi.present.words import of, title
from kpi.problems import N_
from kpi.quarter import QUARTERS_A_YEAR, Quarter, Window

#: Codes of IATI's lists: a number, a percentage; the reporting organisation's own list of indicators.
_UNIT, _PERCENTAGE, _OWN = "1", "2", "99"
#: By dimension of areas, the categories that are a place.
Places = Mapping[str, Collection[str]]


def results(activity: ET.Element, dataset: Dataset, words: Words) -> None:
    """Write a result for each level that has indicators."""
    framework = dataset.framework
    by_indicator: dict[str, list[Measurement]] = defaultdict(list)
    for one in dataset.measured:
        by_indicator[one.indicator].append(one)
    for key, level in framework.levels.items():
        those = [name for name, indicator in framework.indicators.items() if indicator.level == key]
        if those:
            result = attributes(activity, "result", type=level.iati or "")
            narrated(result, "title", level.label, words)
            if level.help is not None:
                narrated(result, "description", level.help, words)
            for name in those:
                _indicator(result, dataset, name, by_indicator[name], words)


def _indicator(result: ET.Element, dataset: Dataset, key: str, measured: Sequence[Measurement], words: Words) -> None:
    framework = dataset.framework
    declared = framework.indicators[key]
    is_share = _kind(framework, key) is UnitKind.SHARE
    adds_up = declared.measure.ratio is None and declared.measure.mean is None and not declared.double_counting
    indicator = attributes(
        result,
        "indicator",
        measure=_PERCENTAGE if is_share else _UNIT,
        ascending=str(int(declared.better is Better.HIGHER)),
        aggregation_status=str(int(adds_up)),
    )
    narrated(indicator, "title", declared.label, words)
    narrated(indicator, "description", _description(key, measured, words), words)
    attributes(indicator, "reference", vocabulary=_OWN, code=key)
    _baseline(indicator, key, _now(dataset), words)
    by_window: dict[Window, list[Measurement]] = {window: [] for window in dataset.windows}
    for one in measured:
        by_window[one.window].append(one)
    for window, those in by_window.items():
        _period(indicator, window, those, words, dataset.places)
    _planned(indicator, dataset, key, words)


def _description(key: str, measured: Sequence[Measurement], words: Words) -> Text:
    """Give the definition, the unit, and that some parts are not shown, where they are not."""
    framework = words.framework
    declared = framework.indicators[key]
    found = {}
    for language in words.languages:
        unit = pick(framework.units[declared.unit].label, language)
        sentences = [pick(declared.definition, language), tr(N_("Unit: {unit}."), language, unit=unit)]
        if any(one.state in WITHHELD for one in measured):
            sentences.append(
                tr(N_("Some parts are not shown: they are small or would give small ones away."), language)
            )
        found[language] = " ".join(sentences)
    return found


def _baseline(indicator: ET.Element, key: str, quarter: Quarter, words: Words) -> None:
    framework = words.framework
    _, plan = aim(framework, key, quarter)
    if plan.baseline is not None:
        ends = Quarter(plan.baseline.year, QUARTERS_A_YEAR).ends
        value = _number(framework, key, plan.baseline.value)
        year = str(plan.baseline.year)
        baseline = attributes(indicator, "baseline", year=year, iso_date=ends.isoformat(), value=value)
        _why(baseline, key, quarter, words)


def _period(
    indicator: ET.Element, window: Window, measured: Sequence[Measurement], words: Words, places: Places
) -> None:
    """Write what was aimed at and reached in a window: the total, then the slices."""
    total = next((one for one in measured if not one.slice), None)
    shown = [one for one in measured if one.value is not None]
    if total is None or (total.expected is None and not shown):
        return
    framework, key = words.framework, total.indicator
    there = _dates(indicator, window)
    if total.expected is not None:
        target = attributes(there, "target", value=_number(framework, key, total.expected))
        running = _running(key, total.standing.expected, total.standing.actual, words)
        _why(target, key, window.last, words, year=window.last.year, first=running)
    for one in sorted(shown, key=lambda one: len(one.slice)):
        actual = attributes(there, "actual", value=_number(framework, key, one.value))
        _where(actual, one.slice, words, places)
        if not one.slice:
            text = N_("Returns that are in and approved: {reported} of {expected}.")
            counted = {"reported": one.coverage.reported, "expected": one.coverage.expected}
            narrated(actual, "comment", {each: tr(text, each, **counted) for each in words.languages}, words)


def _planned(indicator: ET.Element, dataset: Dataset, key: str, words: Words) -> None:
    """Write the targets of the years that are not over."""
    quarter = _now(dataset)
    how, plan = aim(dataset.framework, key, quarter)
    for year in sorted(plan.targets):
        window = Window.year(year)
        due = window_expected(how, plan, window)
        if window.last > quarter and due is not None:
            target = attributes(_dates(indicator, window), "target", value=_number(dataset.framework, key, due))
            running = _running(key, expected(how, plan, window.last), None, words)
            _why(target, key, quarter, words, year=year, first=running)


def _running(key: str, due: Fraction | None, reached: Fraction | None, words: Words) -> Text:
    """Say of an indicator with targets since the start what is judged: not what falls into the period alone."""
    framework = words.framework
    if due is None or framework.indicators[key].target_basis is not TargetBasis.CUMULATIVE:
        return {}
    text = N_("In this period alone. Judged is everything since the start: {due} expected by the period's end.")
    if reached is not None:
        text = N_(
            "In this period alone. Judged is everything since the start: "
            "{due} expected by the period's end, {reached} reached."
        )
    return {
        one: whole(text, one, due=of(framework, key, due, one), reached=of(framework, key, reached, one))
        for one in words.languages
    }


def _dates(indicator: ET.Element, window: Window) -> ET.Element:
    there = ET.SubElement(indicator, "period")
    attributes(there, "period-start", iso_date=window.first.starts.isoformat())
    attributes(there, "period-end", iso_date=window.last.ends.isoformat())
    return there


def _where(actual: ET.Element, slice_: Mapping[str, str], words: Words, places: Places) -> None:
    """Say of which part a figure is: places as locations, everything else as dimensions, by their keys and in words."""
    framework = words.framework
    located = {one: key for one, key in slice_.items() if key in places.get(one, ())}
    for one, key in located.items():
        attributes(actual, "location", ref=f"{one}.{key}")
    others = {one: key for one, key in slice_.items() if one not in located}
    for one, key in others.items():
        attributes(actual, "dimension", name=one, value=category_key(key))
    if others:
        named = {
            language: "; ".join(
                f"{title(dimension_name(framework, one, language))}: {category_name(framework, one, key, language)}"
                for one, key in others.items()
            )
            for language in words.languages
        }
        narrated(actual, "comment", named, words)


def _why(  # noqa: PLR0913 (of which element, of which year, by when, and what is said first)
    element: ET.Element, key: str, quarter: Quarter, words: Words, *, year: int | None = None, first: Text | None = None
) -> None:
    """Say of a year's target, or of the baseline, that it is an assumption, and why it was revised by a quarter.

    `first` is what is said of it before, where there is anything.
    """
    declared = words.framework.indicators[key]
    revised = [
        one
        for one in declared.revisions
        if one.on <= quarter.ends and (one.baseline is not None if year is None else year in one.targets)
    ]
    if declared.confirmed and not revised and not first:
        return
    told = {}
    for language in words.languages:
        assumed = [first[language]] if first else []
        assumed += [] if declared.confirmed else [tr(N_("An assumption, to be confirmed."), language)]
        text = N_("Revised on {day}: {reason}.")
        reasons = [(one.on, pick(one.reason, language).rstrip(".")) for one in revised]
        told[language] = " ".join(
            [*assumed, *(whole(text, language, day=day, reason=reason) for day, reason in reasons)]
        )
    narrated(element, "comment", told, words)


def _now(dataset: Dataset) -> Quarter:
    """Give the quarter up to which the data reach."""
    return dataset.windows[-1].last if dataset.windows else dataset.framework.programme.starts


def _kind(framework: Framework, key: str) -> UnitKind:
    return framework.units[framework.indicators[key].unit].kind


def _number(framework: Framework, key: str, value: Fraction | Decimal | None) -> str:
    """Write a number as IATI takes it: a share as a percentage."""
    kind = _kind(framework, key)
    return written(value * 100 if kind is UnitKind.SHARE and value is not None else value, kind) or ""
