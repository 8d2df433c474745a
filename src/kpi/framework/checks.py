"""Cross-checks: whether the entries of a framework fit each other.

Each check is a small function in `CHECKS`; it yields what it found with the path of the entry, which `load` turns
into a line of the file.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from kpi.framework import check_dimensions, check_forms, check_indicators, check_oddities, check_pages, check_plans
from kpi.framework.found import BACKWARDS, NEEDED, REPEATED, TWICE_THE_SAME, Found, Path, named
from kpi.framework.grammar import inside, is_text
from kpi.framework.lasting import lasting, same_labels
from kpi.framework.model import Framework, UnitKind
from kpi.language import Text
from kpi.problems import N_, Fault

NO_TEXT = Fault("framework.no_text", N_("The text “{key}” is missing in this language: {found}."))
UNKNOWN_LANGUAGE = Fault(
    "framework.unknown_language",
    N_("The language “{found}” is not among the programme's languages."),
    N_("Declared: {allowed}."),
)
OFTEN_UNKNOWN = Fault(
    "framework.unknown_language",
    N_("The language “{found}” is not among the programme's languages, but {count} texts are written in it."),
    N_("Declare it, or take these texts out."),
)
MAIN_CURRENCY = Fault(
    "framework.needless",
    N_("“{found}” is the main currency and needs no rate."),
    N_("Rates are for the other currencies."),
)
TWO_RATES = Fault(
    "framework.two_rates",
    N_("This rate of {found} falls together with an earlier one."),
    N_("On each day one rate holds: end the earlier one with until:, begin this one with from: the day after."),
)


#: In so many texts a language is no slip of the pen.
_OFTEN = 20


def cross_check(framework: Framework) -> Iterator[Found]:
    """Give everything that does not fit, in the order of the checks."""
    for check in CHECKS:
        yield from check(framework)


def _texts(framework: Framework) -> Iterator[Found]:
    declared = framework.languages
    unknown: dict[str, list[Path]] = {}
    for path, text in _texts_in(framework, Framework, ()):
        for language in declared:
            if not text.get(language, "").strip():
                name = next(str(step) for step in reversed(path) if isinstance(step, str))
                yield Found(path, NO_TEXT, {"key": name, "found": language})
        for language in text:
            if language not in declared:
                unknown.setdefault(language, []).append((*path, language))
    for language, paths in unknown.items():
        if len(paths) > _OFTEN:
            yield Found(("programme", "languages"), OFTEN_UNKNOWN, {"found": language, "count": len(paths)})
        else:
            values = {"found": language, "allowed": list(dict.fromkeys(declared))}
            yield from (Found(path, UNKNOWN_LANGUAGE, values) for path in paths)


def _texts_in(value: Any, annotation: Any, path: Path) -> Iterator[tuple[Path, Text]]:  # noqa: ANN401 (any entry)
    """Give every text of the framework with its path."""
    if value is None:
        return
    if is_text(annotation):
        yield path, value
    elif isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            yield from _texts_in(getattr(value, name), info.annotation, (*path, info.alias or name))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts_in(inner, inside(annotation, key), (*path, str(key)))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _texts_in(inner, inside(annotation, index), (*path, index))


def _programme(framework: Framework) -> Iterator[Found]:
    languages = framework.languages
    for index, language in enumerate(languages):
        if language in languages[:index]:
            yield Found(("programme", "languages", index), REPEATED, {"found": language})


def _organisation(framework: Framework) -> Iterator[Found]:
    broken_down: dict[str, str] = {}
    for name, attribute in framework.organisation.items():
        path = ("organisation", name)
        yield from named((*path, "dimension"), N_("dimension"), attribute.dimension, framework.dimensions)
        if attribute.breakdown and attribute.dimension in broken_down:
            values = {"found": attribute.dimension, "first": f"organisation.{broken_down[attribute.dimension]}"}
            yield Found((*path, "breakdown"), TWICE_THE_SAME, values)
        elif attribute.breakdown:
            broken_down[attribute.dimension] = name


def _filters(framework: Framework) -> Iterator[Found]:
    for index, dimension in enumerate(framework.programme.filters):
        yield from named(("programme", "filters", index), N_("dimension"), dimension, framework.dimensions)
    yield from named(("programme", "grants"), N_("dimension"), framework.programme.grants, framework.dimensions)


def _published(framework: Framework) -> Iterator[Found]:
    for index, pair in enumerate(framework.programme.published.crossed):
        path = ("programme", "published", "crossed", index)
        for place, dimension in enumerate(pair):
            yield from named((*path, place), N_("dimension"), dimension, framework.dimensions)
        if pair[0] == pair[1]:
            yield Found((*path, 1), REPEATED, {"found": pair[0]})


def _headlines(framework: Framework) -> Iterator[Found]:
    first: dict[str, str] = {}
    for key, headline in framework.headlines.items():
        path = ("headlines", key, "indicator")
        yield from named(path, N_("indicator"), headline.indicator, framework.indicators)
        if headline.indicator in first:
            values = {"found": headline.indicator, "first": f"headlines.{first[headline.indicator]}"}
            yield Found(path, TWICE_THE_SAME, values)
        first.setdefault(headline.indicator, key)
    yield from same_labels(("headlines",), framework.headlines, "name")


def _money(framework: Framework) -> Iterator[Found]:
    """Check that amounts have a currency, that no currency has two rates on one day, and the main one none."""
    if framework.money is None:
        for key, unit in framework.units.items():
            if unit.kind is UnitKind.MONEY:
                yield Found(("units", key, "kind"), NEEDED, {"found": "money"})
        return
    for currency, rates in framework.money.rates.items():
        path = ("money", "rates", currency)
        if currency == framework.money.currency:
            yield Found(path, MAIN_CURRENCY, {"found": currency})
        for index, rate in enumerate(rates):
            if rate.since and rate.until and rate.until < rate.since:
                yield Found((*path, index, "until"), BACKWARDS, {"found": rate.until, "first": rate.since})
            for earlier in rates[:index]:
                ends_before = earlier.until is not None and rate.since is not None and earlier.until < rate.since
                begins_after = rate.until is not None and earlier.since is not None and rate.until < earlier.since
                if not (ends_before or begins_after):
                    yield Found((*path, index), TWO_RATES, {"found": currency})


def _open_data(framework: Framework) -> Iterator[Found]:
    """Check that each level says what IATI takes it for, where the programme appears there."""
    if framework.open_data is not None and framework.open_data.iati is not None:
        for key, level in framework.levels.items():
            if level.iati is None:
                yield Found(("levels", key), NEEDED, {"found": "iati"})


CHECKS: tuple[Callable[[Framework], Iterator[Found]], ...] = (
    _texts,
    _programme,
    lasting,
    check_dimensions.dimensions,
    _organisation,
    _filters,
    _published,
    _headlines,
    _money,
    check_forms.forms,
    check_indicators.measures,
    check_plans.plans,
    check_oddities.oddities,
    check_pages.pages,
    _open_data,
)
