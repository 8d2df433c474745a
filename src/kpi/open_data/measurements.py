"""Measurements as rows: one a figure, with the window and slice that it stands for."""

from collections.abc import Mapping

from kpi.framework.model import Framework
from kpi.language import pick, tr
from kpi.measure.model import UNSTATED, Measurement, State, Status
from kpi.open_data.dataset import Dataset
from kpi.open_data.table import Field, Kind, Reference, Table
from kpi.open_data.terms import source
from kpi.present.machine import plain
from kpi.problems import N_

#: The key of what a dimension does not tell; no key of a framework begins with “_”.
NOT_TOLD = "_not_told"
#: What stands for the total where a slice is named.
TOTAL = "total"

_FIGURE = (
    Field("value", N_("The figure in its unit, a share as a fraction; empty where there is none to show"), Kind.NUMBER),
    Field(
        "state",
        N_(
            "Whether there is a value, or why none is shown: missing (nobody reported), not_applicable, not_available "
            "(nothing to divide by, or not in this window), small (from 1 to below the smallest count that is shown), "
            "hidden (it would give such a figure away)"
        ),
        needed=True,
        among=[one.value for one in State if one not in {State.NOT_PUBLISHED, State.NOT_COLLECTED}],
    ),
    Field("numerator", N_("What is divided, of a ratio or mean; of others the figure itself"), Kind.NUMBER),
    Field("denominator", N_("What it is divided by, of a ratio or mean"), Kind.NUMBER),
    Field("n", N_("How many values were added up; of a ratio or mean, what it is divided by"), Kind.NUMBER),
    Field("reported", N_("How many of the returns expected are in and approved"), Kind.WHOLE, needed=True),
    Field("expected_returns", N_("How many returns were expected"), Kind.WHOLE, needed=True),
    Field("carried", N_("How many organisations an older return stands in for"), Kind.WHOLE, needed=True),
    Field("expected", N_("What was expected of the figure in this window, as value is"), Kind.NUMBER),
    Field(
        "judged_window",
        N_(
            "The window that is judged: of what happens in a year the year to date, of a position its last quarter, "
            "of running totals everything since the start; empty where there is no target"
        ),
    ),
    Field("judged_value", N_("The figure over the window that is judged"), Kind.NUMBER),
    Field("judged_expected", N_("What was expected over the window that is judged, by its end"), Kind.NUMBER),
    Field(
        "target",
        N_("The target of the year, or the running total that is aimed at by its end; of the window that is judged"),
        Kind.NUMBER,
    ),
    Field(
        "achievement",
        N_("What was reached of what was expected over the window that is judged, as a fraction"),
        Kind.NUMBER,
    ),
    Field(
        "status",
        N_("How the figure stands against its target over the window that is judged"),
        needed=True,
        among=[one.value for one in Status],
    ),
)
_WHERE = (
    Field("indicator", N_("The indicator's key"), needed=True),
    Field("window", N_("The window's key: a year, or the quarters from–until"), needed=True),
    Field("slice", N_("Which part of the whole it is: “total”, or categories by dimension"), needed=True),
    Field("dimension", N_("The dimension of the slice; empty for the total")),
    Field("category", N_("Its category")),
    Field("second_dimension", N_("The second dimension, where two are crossed")),
    Field("second_category", N_("Its category")),
)
_NAMES = (
    Field("indicator_name", N_("The indicator's name"), needed=True),
    Field("level", N_("The name of the level of the results chain"), needed=True),
    Field("unit", N_("What the figure is counted in"), needed=True),
    Field("starts", N_("The first day of the window"), Kind.DAY, needed=True),
    Field("ends", N_("The last day of the window"), Kind.DAY, needed=True),
    Field("category_name", N_("The category's name")),
    Field("second_category_name", N_("The second category's name")),
)

_TERMS = (
    Field("source", N_("How the data are named by whoever uses them"), needed=True),
    Field("licence", N_("The address of the licence under which they may be used")),
)


def measurements(dataset: Dataset) -> Table:
    """Give every measurement as a row that refers to the other tables."""
    rows = [_row(dataset.framework, one) for one in dataset.measured]
    references = (
        Reference(("indicator",), "indicators", ("indicator",)),
        Reference(("window",), "windows", ("window",)),
        Reference(("dimension", "category"), "categories", ("dimension", "category")),
        Reference(("second_dimension", "second_category"), "categories", ("dimension", "category")),
    )
    key = ("indicator", "window", "slice")
    return Table("measurements", N_("Measurements"), (*_WHERE, *_FIGURE), key, rows, references)


def flat(dataset: Dataset, language: str, *, bears_terms: bool = False) -> Table:
    """Give every measurement as a row that says by itself what it is, in a language.

    Where it `bears_terms`, it says also whose it is and under which licence: for files that have no other place for it.
    """
    framework = dataset.framework
    rows = [{**_row(framework, one), **_named(framework, one, language)} for one in dataset.measured]
    terms: tuple[Field, ...] = ()
    if bears_terms:
        terms, made = _TERMS, dataset.made.at.astimezone().date()
        told = {"source": source(framework, made, language)}
        if framework.open_data is not None:
            told["licence"] = framework.open_data.licence.path
        rows = [{**row, **told} for row in rows]
    fields = (_WHERE[0], *_NAMES[:3], _WHERE[1], *_NAMES[3:5], *_WHERE[2:5], _NAMES[5], *_WHERE[5:], _NAMES[6])
    key = ("indicator", "window", "slice")
    return Table("measurements", N_("Measurements"), (*fields, *_FIGURE, *terms), key, rows)


def _row(framework: Framework, found: Measurement) -> Mapping[str, object]:
    slices = [(dimension, category_key(category)) for dimension, category in found.slice.items()]
    row = {**plain(framework, found), "slice": "; ".join(f"{key}={category}" for key, category in slices) or TOTAL}
    for which, (dimension, category) in zip(("", "second_"), slices, strict=False):
        row |= {f"{which}dimension": dimension, f"{which}category": category}
    return row


def _named(framework: Framework, found: Measurement, language: str) -> Mapping[str, object]:
    indicator = framework.indicators[found.indicator]
    names = [category_name(framework, *one, language) for one in found.slice.items()]
    return {
        "indicator_name": pick(indicator.label, language),
        "level": pick(framework.levels[indicator.level].label, language),
        "unit": pick(framework.units[indicator.unit].label, language),
        "starts": found.window.first.starts.isoformat(),
        "ends": found.window.last.ends.isoformat(),
        **dict(zip(("category_name", "second_category_name"), names, strict=False)),
    }


def category_key(category: str) -> str:
    """Give a category's key as it stands in open data."""
    return NOT_TOLD if category == UNSTATED else category


def category_name(framework: Framework, dimension: str, category: str, language: str) -> str:
    """Name a category of a slice."""
    if category not in framework.dimensions[dimension].categories:
        return tr(N_("not stated"), language)
    return pick(framework.dimensions[dimension].categories[category].label, language)


def untold(dataset: Dataset) -> list[str]:
    """Give the dimensions in which something is not told."""
    every = (pair for one in dataset.measured for pair in one.slice.items())
    return sorted({dimension for dimension, category in every if category == UNSTATED})
