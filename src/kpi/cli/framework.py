"""`kpi check`, `kpi schema`, `kpi indicators`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from kpi.cli.common import FAULTY, CalledWronglyError, in_file, out, say, settings
from kpi.framework.check_indicators import terms
from kpi.framework.load import load_file
from kpi.framework.model import FormTime, Framework, Indicator
from kpi.framework.schema import json_schema
from kpi.installation import framework_of
from kpi.language import message, pick
from kpi.returns import misfits
from kpi.store.engine import connect, reading


def check(
    file: Annotated[Path | None, typer.Argument(help="The framework; by default the one in force.")] = None,
    *,
    store: Annotated[bool, typer.Option("--store", help="Also ask whether the data in the store still fit.")] = False,
    lang: Annotated[str, typer.Option("--lang", help="The language of the messages.")] = "en",
) -> None:
    """Check a framework; every problem is a line “file:line: message”."""
    path = file or settings().framework
    loaded = load_file(path)
    for problem in loaded.problems:
        say(in_file(problem, lang))
    if loaded.framework is None:
        say(f"{path}: {len(loaded.problems)} problem(s)")
        raise typer.Exit(FAULTY)
    if store and not _fits_store(path, loaded.framework, lang):
        raise typer.Exit(FAULTY)
    forms, figures = len(loaded.framework.forms), len(loaded.framework.indicators)
    out(f"{path}: {figures} indicators and {forms} forms, in {', '.join(loaded.framework.languages)}; no problems")


def _fits_store(path: Path, framework: Framework, lang: str) -> bool:
    """Say what the store's records would lose under a changed framework."""
    with reading(connect(settings().database_url)) as session:
        refused = misfits(session, framework)
    for problem in refused:
        say(f"{path}:{problem.place.line or 1}: {message(problem, lang)}")
    return not refused


def schema() -> None:
    """Print a JSON Schema of the framework, by which an editor completes and checks."""
    out(json.dumps(json_schema(), ensure_ascii=False, indent=2))


def indicators(
    form: Annotated[str, typer.Option("--format", help="table or json")] = "table",
) -> None:
    """List the indicators."""
    framework, _ = framework_of(settings())
    rows = [_row(framework, key, indicator) for key, indicator in framework.indicators.items()]
    if form == "json":
        out(json.dumps(rows, ensure_ascii=False, indent=2))
    elif form == "table":
        for row in rows:
            out(f"{row['key']:<8}{row['level']:<18}{row['unit']:<14}{row[f'name_{framework.languages[0]}']}")
    else:
        raise CalledWronglyError(f"“{form}” is no format; table and json are")


def _row(framework: Framework, key: str, indicator: Indicator) -> dict[str, object]:
    times = {framework.forms[term.form].time for term in terms(indicator)}
    names = {f"name_{language}": pick(indicator.label, language) for language in ("en", "bg")}
    names |= {f"name_{language}": pick(indicator.label, language) for language in framework.languages}
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
