"""The formats of open data, and files in them."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kpi.framework.model import Framework
from kpi.harmless import csv_of
from kpi.open_data.dataset import Dataset
from kpi.open_data.iati import activities
from kpi.open_data.measurements import flat
from kpi.open_data.package import package, said, zipped
from kpi.open_data.table import Kind
from kpi.open_data.terms import about
from kpi.problems import N_
from kpi.quarter import Window


@dataclass(frozen=True, slots=True)
class Format:
    """A format: what people call it, what it is for, how a file of it is called and written."""

    label: str
    serves: str
    suffix: str
    media_type: str
    write: Callable[[Dataset, str], bytes]


def _csv(dataset: Dataset, language: str) -> bytes:
    table = flat(dataset, language, bears_terms=True)
    # The mark at the beginning lets spreadsheets see that it is UTF-8.
    return csv_of(table.names, table.cells()).encode("utf-8-sig")


def _json(dataset: Dataset, language: str) -> bytes:
    table = flat(dataset, language)
    told = {
        **about(dataset, language),
        "programme": dataset.framework.programme.key,
        "framework": dataset.framework.programme.version,
        "framework_sha256": dataset.made.framework,
        "log_head": dataset.made.head,
        "made": dataset.made.at.isoformat(timespec="seconds"),
        "sample": dataset.made.is_sample,
        "language": language,
        "description": " ".join(said(dataset, language)),
        "measurements": [
            {field.name: _number(row.get(field.name), field.kind) for field in table.fields} for row in table.rows
        ],
    }
    return f"{json.dumps(told, ensure_ascii=False, indent=1)}\n".encode()


def _number(value: object, kind: Kind) -> object:
    """Give a written number as JSON's own, with the very digits that are written; anything else as it is."""
    if kind is not Kind.NUMBER or value is None:
        return value
    exact = Decimal(str(value))
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _package(dataset: Dataset, language: str) -> bytes:
    return zipped(package(dataset, language))


FORMATS: Mapping[str, Format] = {
    "csv": Format(
        "CSV", N_("One table with everything, for a spreadsheet: a row for each figure."), "csv", "text/csv", _csv
    ),
    "datapackage": Format(
        "Data Package",
        N_("Tables with their description (Frictionless), for analysis: every field, key and relation is declared."),
        "zip",
        "application/zip",
        _package,
    ),
    "json": Format("JSON", N_("The same as the CSV, for programs."), "json", "application/json", _json),
    "iati": Format(
        "IATI 2.03",
        N_("Results as the International Aid Transparency Initiative asks for them, for its register."),
        "xml",
        "application/xml",
        activities,
    ),
}


def formats(framework: Framework) -> Mapping[str, Format]:
    """Give the formats that there are files in: one of which the framework says nothing is left out."""
    declared = framework.open_data
    leave_out = {"iati"} if declared is None or declared.iati is None else set()
    return {name: one for name, one in FORMATS.items() if name not in leave_out}


def written(dataset: Dataset, form: str, language: str) -> bytes:
    """Write a dataset in a format, with texts in a language; a `KeyError` for a format that there is not."""
    return formats(dataset.framework)[form].write(dataset, language)


def name_of(framework: Framework, windows: Sequence[Window], form: str, language: str) -> str:
    """Name a file: the programme, up to when the data reach, the language."""
    until = windows[-1].last if windows else framework.programme.starts
    return f"{framework.programme.key}_{until}_{language}.{FORMATS[form].suffix}"
