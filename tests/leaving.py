"""Everything that leaves the house for funders and the public, read back from the files as somebody outside would."""

import csv
import html
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction

from lxml import etree

from attacker import HIDDEN, Attacker
from kpi import figures
from kpi.access import OPERATOR, PUBLIC
from kpi.framework.model import ColumnType, Framework, TargetBasis, UnitKind
from kpi.installation import Installation
from kpi.measure.disaggregation import available
from kpi.measure.facts import Part, parts_of
from kpi.measure.model import UNSTATED, WITHHELD, Coverage, Measurement, Standing, State, Status
from kpi.measure.needs import Question
from kpi.measure.published import questions
from kpi.open_data.dataset import Dataset, gather
from kpi.open_data.files import written
from kpi.present.words import of
from kpi.quarter import Quarter, Window
from kpi.report import gather as reports
from kpi.report.content import Audience, Request
from kpi.report.files import Format as ReportFormat
from kpi.report.files import written as written_report

#: Where a figure stands: its indicator, the ends of its window, its categories.
Place = tuple[str, Quarter, Quarter, frozenset[tuple[str, str]]]


def place_of(found: Measurement) -> Place:
    return found.indicator, found.window.first, found.window.last, frozenset(found.slice.items())


def read_back(rows: Iterable[Mapping[str, str]]) -> list[Measurement]:
    """Make measurements of the rows of a file: all that whoever has it knows."""
    return [_read_back(row) for row in rows]


def _read_back(row: Mapping[str, str]) -> Measurement:
    window = _window(row["window"])
    slices = {
        row[f"{which}dimension"]: row[f"{which}category"] for which in ("", "second_") if row[f"{which}dimension"]
    }
    return Measurement(
        row["indicator"],
        window,
        {key: UNSTATED if value == "_not_told" else value for key, value in slices.items()},
        State(row["state"]),
        Coverage(int(row["reported"]), int(row["expected_returns"]), int(row["carried"])),
        _standing(row, window),
        *(_number(row[name]) for name in ("value", "numerator", "denominator", "n", "expected")),
    )


def of_edition(rows: Iterable[Mapping[str, object]]) -> list[Measurement]:
    """Make measurements of the figures that a published report told."""
    return [
        Measurement(
            row["indicator"],
            window := _window(row["window"]),
            row["slice"] or {},
            State(row["state"]),
            Coverage(row["reported"], row["expected_returns"], row["carried"]),
            _standing(row, window),
            *(_number(row[name]) for name in ("value", "numerator", "denominator", "n", "expected")),
        )
        for row in rows
    ]


def _standing(row: Mapping[str, object], window: Window) -> Standing:
    """Read how a figure stands: all that is said of it beside its numbers."""
    basis = _window(row["judged_window"]) if row["judged_window"] else window
    told = {name: _number(row[key]) for name, key in (("actual", "judged_value"), ("expected", "judged_expected"))}
    return Standing(
        Status(row["status"]), basis, target=_number(row["target"]), achievement=_number(row["achievement"]), **told
    )


def _number(text: str | None) -> Fraction | None:
    return Fraction(text) if text else None


def _window(text: str) -> Window:
    if text.isdigit():
        return Window.year(int(text))
    first, _, last = text.partition("/")
    return Window.spanning(Quarter.parse(first), Quarter.parse(last or first), Quarter(1990, 1))


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def out_of(here: Installation, *, today: date, at: datetime) -> list[Measurement]:
    """Read back every file of open data, in which all say the same, and hold the report and the page against them."""
    dataset = gather(here.asked_by(PUBLIC), today=today, at=at)
    found = read_back(rows_of(written(dataset, "csv", "en")))
    with zipfile.ZipFile(io.BytesIO(written(dataset, "datapackage", "bg"))) as archive:
        assert read_back(rows_of(archive.read("data/measurements.csv"))) == found
    told = json.loads(written(dataset, "json", "en"))["measurements"]
    assert read_back({key: "" if value is None else str(value) for key, value in row.items()} for row in told) == found
    by_place = {place_of(one): one for one in found}
    assert len(by_place) == len(found)
    _in_iati(here.framework, dataset, by_place)
    for window in dataset.windows:
        _in_report(here, window, by_place, today=today, at=at)
    return found


def _in_iati(framework: Framework, dataset: Dataset, by_place: Mapping[Place, Measurement]) -> None:
    """Hold IATI's figures against the others: the same numbers, and none more."""
    document = etree.fromstring(written(dataset, "iati", "en"))
    given: dict[tuple[str, str, str], list[Fraction]] = {}
    for indicator in document.iter("indicator"):
        key = indicator.find("reference").get("code")
        for period in indicator.iter("period"):
            ends = (period.find("period-start").get("iso-date"), period.find("period-end").get("iso-date"))
            for actual in period.iter("actual"):
                given.setdefault((key, *ends), []).append(Fraction(actual.get("value")))
    for (key, starts, ends), numbers in given.items():
        times = 100 if framework.units[framework.indicators[key].unit].kind is UnitKind.SHARE else 1
        shown = [
            one.value
            for (indicator, first, last, _), one in by_place.items()
            if (indicator, first.starts.isoformat(), last.ends.isoformat()) == (key, starts, ends)
            and one.value is not None
        ]
        assert len(numbers) == len(shown)
        assert all(abs(a - b * times) < Fraction(1, 1000) for a, b in zip(sorted(numbers), sorted(shown), strict=True))


def _in_report(here: Installation, window: Window, by_place: Mapping[Place, Measurement], *, today, at) -> None:
    """Hold what a report for funders says against the files: it tells nothing that they hide or do not have."""
    content = reports.gather(here, Request(window, "en", Audience.FUNDER, {}), today=today, at=at)
    assert content.figures
    for one in content.figures:
        known = by_place.get(place_of(one))
        if known is None:
            assert one.state in {State.NOT_PUBLISHED, State.NOT_COLLECTED} or one.value is None, one
            assert (one.numerator, one.denominator, one.n) == (None, None, None)
        else:
            assert one.state is known.state
            assert (one.value is None) == (known.value is None)
            assert one.value is None or abs(one.value - known.value) < Fraction(1, 10**5)
        if one.state in WITHHELD:
            assert (one.value, one.numerator, one.denominator, one.n) == (None, None, None, None)
            assert says_nothing(one)


def says_nothing(one: Measurement) -> bool:
    """Tell whether how a hidden figure stands is what the framework alone says."""
    standing = one.standing
    judged = Status.NO_TARGET if standing.expected is None else Status.TOO_FEW
    if one.state is State.NOT_PUBLISHED:
        judged = Status.NO_DATA
    marks = (standing.actual, standing.achievement, standing.above_plan, standing.maintained)
    return standing.status is judged and marks == (None, None, False, False)


def held_back(here: Installation, found: Iterable[Measurement], *, today: date) -> None:
    """Hold what left the house against the truth: no small count, no mean or ratio of few, no amount of too few."""
    framework = here.framework
    rules = framework.rules
    asked = questions(framework, today)
    truth = {
        place_of(one): one for answer in figures.measured(here.asked_by(OPERATOR), asked, today=today) for one in answer
    }
    for one in found:
        true = truth[place_of(one)]
        unit = framework.units[framework.indicators[one.indicator].unit]
        top, *bottom = parts_of(framework, one.indicator)
        few = range(1, rules.small_counts_below)
        if unit.people and not bottom and true.value in few:
            assert one.state in WITHHELD, one
        if bottom and unit.people and true.denominator in few:
            assert one.state in WITHHELD, one
        if bottom and true.denominator in few and counts(framework, bottom[0]):
            assert one.state in WITHHELD, one
        assert one.state not in HIDDEN or says_nothing(one), one
        if one.state is State.VALUE:
            assert abs(one.value - true.value) < Fraction(1, 10**5)
        assert top.indicator == one.indicator
    amounts_held_back(here, found, truth, today=today)
    # A running total tells the years that it grew by.
    for key, declared in framework.indicators.items():
        if declared.target_basis is TargetBasis.CUMULATIVE:
            totals = sorted(
                (one for one in found if one.indicator == key and not one.slice), key=lambda one: one.window.last
            )
            hidden = False
            for one in totals:
                hidden = hidden or one.state in WITHHELD
                assert not (hidden and one.standing.achievement is not None), one


def counts(framework: Framework, part: Part) -> bool:
    """Tell whether a part counts rows, or what a column counts."""
    columns = framework.forms[part.form].columns
    if part.column is None:
        return True
    column = columns[part.column]
    if part.mean:
        return column.weight is None or columns[column.weight].type is ColumnType.COUNT
    return column.type is ColumnType.COUNT


def amounts_held_back(here: Installation, found: Iterable[Measurement], truth, *, today: date) -> None:
    """Hold the sums of money against the truth: none shown is of a single person, or equal to a hidden one."""
    framework = here.framework
    sums = [one for one in found if is_amount(framework, one.indicator) and truth[place_of(one)].denominator is None]
    shown = {(one.window, one.value) for one in sums if one.value}
    for one in sums:
        true = truth[place_of(one)]
        assert one.state not in HIDDEN or not true.value or (one.window, true.value) not in shown, one
    single = [
        Question(one.indicator, one.window, where={**one.slice, dimension: category})
        for one in sums
        if one.value and truth[place_of(one)].n < framework.rules.few_amounts_below
        for dimension, category in personal(framework)
        if one.slice.get(dimension, category) == category and dimension in available(framework, one.indicator)
    ]
    for (answer,) in figures.measured(here.asked_by(OPERATOR), single, today=today):
        assert not answer.numerator, answer


def printed_nowhere(here: Installation, found: Iterable[Measurement], *, today: date, at: datetime) -> None:
    """Look through the reports that funders take away for hidden sums of money, written as all sums are."""
    sums = [one for one in found if is_amount(here.framework, one.indicator)]
    asked = [Question(one.indicator, one.window, where=one.slice) for one in sums]
    true = [answer[0] for answer in figures.measured(here.asked_by(OPERATOR), asked, today=today)]
    large = [
        (one, of(here.framework, one.indicator, its.numerator, "en"))
        for one, its in zip(sums, true, strict=True)
        if its.denominator is None and its.numerator and its.numerator > 10_000
    ]
    windows = dict.fromkeys(one.window for one in found)
    contents = [reports.gather(here, Request(each, "en", Audience.FUNDER, {}), today=today, at=at) for each in windows]
    pages = "".join(html.unescape(written_report(content, ReportFormat.HTML).decode()) for content in contents)
    assert {text in pages for one, text in large if one.state is State.VALUE} >= {True}
    assert not [text for one, text in large if one.state in HIDDEN and text in pages]
    assert [text for one, text in large if one.state in HIDDEN]


def is_amount(framework: Framework, indicator: str) -> bool:
    """Tell whether an indicator adds up sums of money."""
    term = framework.indicators[indicator].terms[0]
    column = framework.forms[term.form].columns[term.column] if term.column else None
    return column is not None and column.type is ColumnType.MONEY


def personal(framework: Framework) -> list[tuple[str, str]]:
    """Give the categories that are single persons."""
    every = framework.dimensions.items()
    return [(key, name) for key, found in every for name, one in found.categories.items() if one.personal]


def nobody_computes(here: Installation, *, today: date, at: datetime) -> list[Measurement]:
    """Take all that leaves the house, and fail where a hidden figure can be computed from it."""
    found = out_of(here, today=today, at=at)
    held_back(here, found, today=today)
    hidden = [one for one in found if one.state in HIDDEN]
    assert {one.state for one in hidden} == HIDDEN
    assert sum(one.state is State.VALUE for one in found) > len(hidden) / 4
    printed_nowhere(here, found, today=today, at=at)
    assert Attacker(here.framework, found).computed() == []
    return found
