"""`kpi check`, `kpi schema`, `kpi indicators`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from kpi import areas
from kpi.adoption import misfits_of
from kpi.cli.common import FAULTY, a_format, in_file, out, say, settings, speak, spoken
from kpi.framework.load import load_file
from kpi.framework.model import FormTime, Framework, Indicator
from kpi.framework.schema import json_schema
from kpi.installation import framework_of
from kpi.language import pick
from kpi.problems import N_


def check(
    file: Annotated[
        Path | None, typer.Argument(metavar=N_("FILE"), help=N_("The framework; by default the one in force."))
    ] = None,
    *,
    store: Annotated[
        bool, typer.Option("--store", help=N_("Also ask whether the data in the store still fit."))
    ] = False,
    lang: Annotated[str | None, typer.Option("--lang", help=N_("The language of the messages."))] = None,
) -> None:
    """Check a framework; every problem is a line “file:line: message”."""
    path = file or settings().framework
    loaded = load_file(path)
    beside = list(areas.check(loaded, path))
    for problem in (*loaded.problems, *beside):
        say(in_file(problem, lang or spoken()))
    if loaded.framework is None or beside:
        say(speak(N_("{path}: {count} problem(s)"), path=str(path), count=len(loaded.problems) + len(beside)))
        raise typer.Exit(FAULTY)
    if store:
        refused = misfits_of(settings(), loaded, file=str(path))
        for problem in refused:
            say(in_file(problem, lang or spoken()))
        if refused:
            raise typer.Exit(FAULTY)
    summary = (
        N_("{path}: {indicators} indicators and {forms} forms, in {languages}; {count} warning(s)")
        if loaded.problems
        else N_("{path}: {indicators} indicators and {forms} forms, in {languages}; no problems")
    )
    told = speak(
        summary,
        path=str(path),
        indicators=len(loaded.framework.indicators),
        forms=len(loaded.framework.forms),
        languages=loaded.framework.languages,
        count=len(loaded.problems),
    )
    out(told)


def schema() -> None:
    """Print a JSON Schema of the framework, by which an editor completes and checks."""
    out(json.dumps(json_schema(), ensure_ascii=False, indent=2))


def indicators(
    form: Annotated[str, typer.Option("--format", help=N_("table or json"))] = "table",
) -> None:
    """List the indicators."""
    a_format(form, ("table", "json"))
    framework, _ = framework_of(settings())
    language = spoken() if spoken() in framework.languages else framework.languages[0]
    rows = [_row(framework, key, indicator) for key, indicator in framework.indicators.items()]
    if form == "json":
        out(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for row in rows:
            out(f"{row['key']:<8}{row['level']:<18}{row['unit']:<14}{row[f'name_{language}']}")


def _row(framework: Framework, key: str, indicator: Indicator) -> dict[str, object]:
    times = {framework.forms[term.form].time for term in indicator.terms}
    # Other programs count on these two names whatever the framework speaks.
    languages = dict.fromkeys(["en", "bg", *framework.languages])
    names = {f"name_{language}": pick(indicator.label, language) for language in languages}
    return {
        "key": key,
        "level": indicator.level,
        **names,
        "unit": indicator.unit,
        "time": (FormTime.STOCK if FormTime.STOCK in times else FormTime.FLOW).value,
        "better": indicator.better.value,
        "by": list(indicator.by),
        "supports": indicator.supports,
        "source": pick(indicator.source, "en"),
    }
