"""`kpi measure`: the figures, for a person or for another program."""

import json
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kpi.cli.as_csv import write_csv
from kpi.cli.common import CalledWronglyError, a_format, a_known, a_quarter, a_year, installation, out, spoken, today
from kpi.figures import Basis, default_quarter, measured, overview
from kpi.framework.model import Framework
from kpi.language import pick, tr, window_name
from kpi.measure.model import ORGANISATION, RATING, UNSTATED, Measurement
from kpi.measure.needs import Question
from kpi.present.machine import plain
from kpi.present.status import VERDICTS, word
from kpi.present.words import of, state
from kpi.problems import N_, Own
from kpi.quarter import Quarter, Window

#: Slices that are no dimension of a framework.
RESERVED = (ORGANISATION, RATING)
#: How they may be written more plainly.
_PLAIN = {ORGANISATION.removeprefix("@"): ORGANISATION}
#: The width of a table that goes into a file or another program.
_WIDE = 200
_FIELDS = (
    "indicator",
    "window",
    "slice",
    "value",
    "state",
    "numerator",
    "denominator",
    "n",
    "reported",
    "expected_returns",
    "carried",
    "expected",
    "judged_window",
    "judged_value",
    "judged_expected",
    "target",
    "achievement",
    "status",
)


def measure(  # noqa: PLR0913, PLR0917 (these are the command's options)
    quarter: Annotated[str | None, typer.Option("--quarter", help=N_("One quarter, like 2026-Q3."))] = None,
    year: Annotated[int | None, typer.Option("--year", help=N_("A calendar year."))] = None,
    ytd: Annotated[str | None, typer.Option("--ytd", help=N_("The year to the end of a quarter."))] = None,
    since: Annotated[str | None, typer.Option("--since", help=N_("The first of several quarters."))] = None,
    until: Annotated[str | None, typer.Option("--until", help=N_("The last of several quarters."))] = None,
    indicator: Annotated[list[str] | None, typer.Option("--indicator", help=N_("Only these, one or more."))] = None,
    by: Annotated[list[str] | None, typer.Option("--by", help=N_("Break down by these together."))] = None,
    where: Annotated[list[str] | None, typer.Option("--where", help=N_("Only DIMENSION=CATEGORY."))] = None,
    org: Annotated[str | None, typer.Option("--org", help=N_("Only this organisation."))] = None,
    *,
    provisional: Annotated[bool, typer.Option("--provisional", help=N_("Count submitted returns too."))] = False,
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", metavar=N_("YYYY-MM-DD"), formats=["%Y-%m-%d"], help=N_("As it stood then.")),
    ] = None,
    form: Annotated[str, typer.Option("--format", help=N_("table, json or csv"))] = "table",
) -> None:
    """Measure indicators in a window; by default the last quarter whose due date has passed."""
    a_format(form, _WRITERS)
    day = as_of.date() if as_of else today()
    asked = asked_window(quarter=quarter, year=year, ytd=ytd, since=since, until=until)
    opened = installation()
    framework = opened.framework
    window = asked(framework, day)
    keys = _split(indicator) or list(framework.indicators)
    for key in keys:
        a_known(N_("indicator"), key, framework.indicators)
    dimensions = tuple(dict.fromkeys(_PLAIN.get(each, each) for each in _split(by)))
    for dimension in dimensions:
        a_known(N_("dimension"), dimension, [*framework.dimensions, *RESERVED])
    limits = asked_limits(framework, where or [])
    if org is not None:
        a_known(N_("organisation"), org, [each.code for each in overview(opened).organisations])
    questions = [Question(key, window, dimensions, limits, org) for key in keys]
    moment = datetime.combine(day, time.max).astimezone(UTC) if as_of else None
    found = measured(opened, questions, today=day, basis=Basis(provisional=provisional, as_of=moment))
    _WRITERS[form](framework, [measurement for answer in found for measurement in answer])


def _split(texts: Sequence[str] | None) -> list[str]:
    return [part.strip() for text in texts or [] for part in text.split(",") if part.strip()]


def asked_limits(framework: Framework, texts: Sequence[str]) -> dict[str, str]:
    """Read DIMENSION=CATEGORY, once each dimension."""
    found: dict[str, str] = {}
    for text in texts:
        dimension, separator, category = (part.strip() for part in text.partition("="))
        if not separator:
            raise CalledWronglyError(N_("“{found}” is not written as DIMENSION=CATEGORY"), found=text)
        a_known(N_("dimension"), dimension, [*framework.dimensions, RATING])
        if dimension in framework.dimensions:
            kind = Own(N_("category of {dimension}"), dimension=dimension)
            a_known(kind, category, [*framework.dimensions[dimension].categories, UNSTATED])
        if found.setdefault(dimension, category) != category:
            raise CalledWronglyError(N_("“{found}” can be limited to one category at a time"), found=dimension)
    return found


def asked_window(
    *, quarter: str | None, year: int | None, ytd: str | None, since: str | None, until: str | None
) -> Callable[[Framework, date], Window]:
    """Read the window that is asked for; where it begins or ends of itself, the framework and the day tell."""
    if sum(way is not None for way in (quarter, year, ytd, since or until)) > 1:
        raise CalledWronglyError(N_("name one window: --quarter, --year, --ytd, or --since with --until"))
    if year is not None:
        whole = Window.year(a_year(year))
        return lambda *_: whole
    if ytd is not None:
        to_date = Window.year_to_date(a_quarter(ytd))
        return lambda *_: to_date
    if since is not None or until is not None:
        first, last = a_quarter(since) if since else None, a_quarter(until) if until else None
        return lambda framework, day: _spanning(framework, day, first, last)
    one = a_quarter(quarter) if quarter is not None else None
    return lambda framework, day: Window.quarter(one or default_quarter(framework, day))


def _spanning(framework: Framework, day: date, first: Quarter | None, last: Quarter | None) -> Window:
    first, last = first or framework.programme.starts, last or default_quarter(framework, day)
    if last < first:
        raise CalledWronglyError(N_("{last} comes before {first}"), last=str(last), first=str(first))
    return Window.spanning(first, last, framework.programme.starts)


def _json(framework: Framework, found: Sequence[Measurement]) -> None:
    out(json.dumps([plain(framework, one) for one in found], ensure_ascii=False, indent=2))


def _csv(framework: Framework, found: Sequence[Measurement]) -> None:
    rows = (plain(framework, one) for one in found)
    write_csv(_FIELDS, ({**row, "slice": _slice(row["slice"])} for row in rows))


def _table(framework: Framework, found: Sequence[Measurement]) -> None:
    table = Table(box=None, pad_edge=False)
    language = spoken() if spoken() in framework.languages else framework.languages[0]
    table.add_column(tr(N_("indicator"), spoken()))
    table.add_column(tr(N_("name"), spoken()), max_width=60, no_wrap=True)
    table.add_column(tr(N_("breakdown"), spoken()))
    for heading in (N_("value"), N_("expected"), N_("target"), N_("returns")):
        table.add_column(tr(heading, spoken()), justify="right")
    table.add_column(tr(N_("status"), spoken()))
    for one in found:
        key = one.indicator
        cells = [
            key,
            pick(framework.indicators[key].label, language),
            _slice(plain(framework, one)["slice"]),
            state(one, framework, spoken()) if one.value is None else of(framework, key, one.value, spoken()),
            "" if one.expected is None else of(framework, key, one.expected, spoken()),
            "" if one.standing.target is None else of(framework, key, one.standing.target, spoken()),
            f"{one.coverage.reported}/{one.coverage.expected}",
            _verdict(one),
        ]
        table.add_row(*map(Text, cells))
    Console(file=sys.stdout, width=None if sys.stdout.isatty() else _WIDE).print(table)


def _verdict(found: Measurement) -> str:
    """Name the status and, where it rests on another window than the value, that window."""
    basis = found.standing.basis
    named = word(found.standing.status, spoken())
    if found.standing.status not in VERDICTS or (basis.first, basis.last) == (found.window.first, found.window.last):
        return named
    return f"{named} ({window_name(basis, spoken())})"


def _slice(of: object) -> str:
    return "; ".join(f"{key}={value or ''}" for key, value in of.items()) if isinstance(of, dict) else ""


_WRITERS: dict[str, Callable[[Framework, Sequence[Measurement]], None]] = {"table": _table, "json": _json, "csv": _csv}
