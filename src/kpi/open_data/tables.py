"""The tables that say what measurements mean: indicators, dimensions and categories, windows, baselines, targets."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from kpi.framework.model import FormTime, Framework, Indicator, Revision, TargetBasis, Unit, UnitKind
from kpi.language import Text, pick
from kpi.open_data.dataset import Dataset
from kpi.open_data.measurements import NOT_TOLD, category_name, measurements, untold
from kpi.open_data.table import Field, Kind, Reference, Table
from kpi.present.machine import written
from kpi.present.words import period
from kpi.problems import N_

_INDICATOR = Field("indicator", N_("The indicator's key"), needed=True)
_NAME = Field("name", N_("Its name"), needed=True)
_YEAR = Field("year", N_("The year at whose end it stands"), Kind.WHOLE, needed=True)
_REVISION = Field(
    "revision", N_("0 for the original one, then counted; the last one of a year counts now"), Kind.WHOLE, needed=True
)
_SINCE = Field("in_force_from", N_("The day from which a revision holds; empty for the original one"), Kind.DAY)
_REASON = Field("reason", N_("Why it was revised"))
_OF_INDICATOR = Reference(("indicator",), "indicators", ("indicator",))


def tables(dataset: Dataset, language: str) -> tuple[Table, ...]:
    """Give all tables in a language, the measurements last."""
    return (
        _levels(dataset.framework, language),
        _units(dataset.framework, language),
        _indicators(dataset.framework, language),
        _dimensions(dataset.framework, language),
        _categories(dataset, language),
        _windows(dataset, language),
        _baselines(dataset.framework, language),
        _targets(dataset.framework, language),
        _share_targets(dataset.framework),
        measurements(dataset),
    )


def _levels(framework: Framework, language: str) -> Table:
    fields = (
        Field("level", N_("The level's key"), needed=True),
        _NAME,
        Field("help", N_("What belongs to it")),
        Field("iati", N_("What IATI takes it for: 1 output, 2 outcome, 3 impact, 9 other"), among=("1", "2", "3", "9")),
    )
    rows = [
        {"level": key, "name": pick(one.label, language), "help": _text(one.help, language), "iati": one.iati}
        for key, one in framework.levels.items()
    ]
    return Table("levels", N_("Levels of the results chain"), fields, ("level",), rows)


def _units(framework: Framework, language: str) -> Table:
    fields = (
        Field("unit", N_("The unit's key"), needed=True),
        _NAME,
        Field("kind", N_("How its numbers are meant"), needed=True, among=[one.value for one in UnitKind]),
        Field("currency", N_("The currency of amounts")),
        Field("people", N_("Whether people are counted: small counts of them are not shown"), Kind.TRUTH, needed=True),
    )
    rows = [
        {
            "unit": key,
            "name": pick(one.label, language),
            "kind": one.kind.value,
            "currency": _currency(framework, one),
            "people": one.people,
        }
        for key, one in framework.units.items()
    ]
    return Table("units", N_("Units"), fields, ("unit",), rows)


def _currency(framework: Framework, unit: Unit) -> str | None:
    return framework.money.currency if framework.money is not None and unit.kind is UnitKind.MONEY else None


def _indicators(framework: Framework, language: str) -> Table:
    fields = (
        _INDICATOR,
        _NAME,
        Field("definition", N_("What counts, and what does not"), needed=True),
        Field("level", N_("Its level of the results chain"), needed=True),
        Field("unit", N_("What it is counted in"), needed=True),
        Field("better", N_("Which way is up"), needed=True, among=("higher", "lower")),
        Field(
            "time",
            N_("flow: what happened in the window; stock: the position at its end"),
            needed=True,
            among=[one.value for one in FormTime],
        ),
        Field(
            "target_basis",
            N_("yearly: a target a year; cumulative: running totals since the programme's start"),
            needed=True,
            among=[one.value for one in TargetBasis],
        ),
        Field("supports", N_("The main indicator that it supports")),
        Field("replaces", N_("The earlier indicator that it replaces with another meaning")),
        Field("double_counting", N_("Whether the same person can be counted twice"), Kind.TRUTH, needed=True),
        Field("confirmed", N_("False while baseline, targets and scale are assumptions"), Kind.TRUTH, needed=True),
        Field("collected", N_("How it is collected"), needed=True),
        Field("source", N_("Where the indicator comes from"), needed=True),
    )
    rows = [_indicator(framework, key, one, language) for key, one in framework.indicators.items()]
    references = (
        Reference(("level",), "levels", ("level",)),
        Reference(("unit",), "units", ("unit",)),
        Reference(("supports",), "", ("indicator",)),
        Reference(("replaces",), "", ("indicator",)),
    )
    return Table("indicators", N_("Indicators"), fields, ("indicator",), rows, references)


def _indicator(framework: Framework, key: str, one: Indicator, language: str) -> Mapping[str, object]:
    return {
        "indicator": key,
        "name": pick(one.label, language),
        "definition": pick(one.definition, language),
        "level": one.level,
        "unit": one.unit,
        "better": one.better.value,
        "time": framework.forms[one.forms[0]].time.value,
        "target_basis": one.target_basis.value,
        "supports": one.supports,
        "replaces": one.replaces,
        "double_counting": one.double_counting,
        "confirmed": one.confirmed,
        "collected": pick(one.collected, language),
        "source": pick(one.source, language),
    }


def _dimensions(framework: Framework, language: str) -> Table:
    fields = (
        Field("dimension", N_("The dimension's key"), needed=True),
        _NAME,
        Field("rolls_up_to", N_("The dimension above it, to whose categories its own belong")),
    )
    rows = [
        {"dimension": key, "name": pick(one.label, language), "rolls_up_to": one.rolls_up_to}
        for key, one in framework.dimensions.items()
    ]
    above = Reference(("rolls_up_to",), "", ("dimension",))
    return Table("dimensions", N_("Dimensions"), fields, ("dimension",), rows, (above,))


def _categories(dataset: Dataset, language: str) -> Table:
    fields = (
        Field("dimension", N_("The dimension's key"), needed=True),
        Field("category", N_("The category's key; “_not_told” for what is not told"), needed=True),
        _NAME,
        Field("in", N_("The category of the dimension above to which it belongs")),
        Field("not_stated", N_("Whether it is the answer that is no answer"), Kind.TRUTH, needed=True),
        Field("from", N_("The first quarter for which it can be reported")),
        Field("until", N_("The last quarter for which it can be reported")),
        Field("number", N_("The number that a rating scale gives this step"), Kind.NUMBER),
    )
    framework = dataset.framework
    rows: list[Mapping[str, object]] = [
        {
            "dimension": dimension,
            "category": key,
            "name": pick(one.label, language),
            "in": one.in_,
            "not_stated": one.not_stated,
            "from": one.since,
            "until": one.until,
            "number": written(one.value),
        }
        for dimension, declared in framework.dimensions.items()
        for key, one in declared.categories.items()
    ]
    rows += [
        {
            "dimension": dimension,
            "category": NOT_TOLD,
            "name": category_name(framework, dimension, NOT_TOLD, language),
            "not_stated": True,
        }
        for dimension in untold(dataset)
    ]
    of_dimension = Reference(("dimension",), "dimensions", ("dimension",))
    return Table("categories", N_("Categories"), fields, ("dimension", "category"), rows, (of_dimension,))


def _windows(dataset: Dataset, language: str) -> Table:
    fields = (
        Field("window", N_("The window's key: a year, or the quarters from–until"), needed=True),
        _NAME,
        Field("starts", N_("The first day of the window"), Kind.DAY, needed=True),
        Field("ends", N_("The last day of the window"), Kind.DAY, needed=True),
        Field("complete", N_("Whether it is a whole year"), Kind.TRUTH, needed=True),
    )
    rows = [
        {
            "window": str(one),
            "name": period(one, language),
            "starts": one.first.starts.isoformat(),
            "ends": one.last.ends.isoformat(),
            "complete": str(one) == str(one.first.year),
        }
        for one in dataset.windows
    ]
    return Table("windows", N_("Windows"), fields, ("window",), rows)


def _baselines(framework: Framework, language: str) -> Table:
    fields = (
        _INDICATOR,
        _REVISION,
        _YEAR,
        Field("value", N_("Where the indicator stood, in its unit"), Kind.NUMBER, needed=True),
        _SINCE,
        _REASON,
    )
    rows = [
        {"indicator": key, "revision": revision, "year": one.year, "value": _value(framework, key, one.value), **why}
        for key, revision, changed, why in _revisions(framework, language)
        if (one := changed.baseline) is not None
    ]
    return Table("baselines", N_("Baselines"), fields, ("indicator", "revision"), rows, (_OF_INDICATOR,))


def _targets(framework: Framework, language: str) -> Table:
    fields = (
        _INDICATOR,
        _YEAR,
        _REVISION,
        Field("value", N_("What is aimed at, in the indicator's unit"), Kind.NUMBER, needed=True),
        _SINCE,
        _REASON,
    )
    rows = [
        {"indicator": key, "year": year, "revision": revision, "value": _value(framework, key, value), **why}
        for key, revision, changed, why in _revisions(framework, language)
        for year, value in changed.targets.items()
    ]
    return Table("targets", N_("Targets"), fields, ("indicator", "year", "revision"), rows, (_OF_INDICATOR,))


def _revisions(
    framework: Framework, language: str
) -> Iterator[tuple[str, int, Indicator | Revision, Mapping[str, object]]]:
    """Give every indicator as it was planned at first, then each revision: counted, with its day and reason."""
    for key, indicator in framework.indicators.items():
        yield key, 0, indicator, {}
        for number, revision in enumerate(indicator.revisions, 1):
            why = {"in_force_from": revision.on.isoformat(), "reason": pick(revision.reason, language)}
            yield key, number, revision, why


def _share_targets(framework: Framework) -> Table:
    fields = (
        _INDICATOR,
        Field("dimension", N_("The dimension's key"), needed=True),
        Field("category", N_("The category whose share is aimed at"), needed=True),
        _YEAR,
        Field("value", N_("The share of those stated, as a fraction"), Kind.NUMBER, needed=True),
    )
    rows = [
        {"indicator": key, "dimension": dimension, "category": category, "year": year, "value": written(value)}
        for key, indicator in framework.indicators.items()
        for dimension, aimed in indicator.share_targets.items()
        for category, years in aimed.items()
        for year, value in years.items()
    ]
    of_category = Reference(("dimension", "category"), "categories", ("dimension", "category"))
    key = ("indicator", "dimension", "category", "year")
    return Table("share_targets", N_("Targets for shares"), fields, key, rows, (_OF_INDICATOR, of_category))


def _value(framework: Framework, indicator: str, value: Decimal) -> str | None:
    return written(value, framework.units[framework.indicators[indicator].unit].kind)


def _text(text: Text | None, language: str) -> str | None:
    return pick(text, language) if text is not None else None
