"""A Data Package (Frictionless, version 1): tables as CSV, and `datapackage.json`, which says what is in them."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping

from kpi.harmless import csv_of
from kpi.language import pick, tr
from kpi.open_data.dataset import Dataset
from kpi.open_data.table import Field, Table
from kpi.open_data.tables import tables
from kpi.open_data.terms import about
from kpi.problems import N_

DESCRIPTION = "datapackage.json"
#: Files in an archive have a date that is always the same, so that the same data make the same archive.
_DATE = (1980, 1, 1, 0, 0, 0)


def package(dataset: Dataset, language: str) -> dict[str, bytes]:
    """Give the files of the package by their path, the description first; texts are in a language."""
    there = tables(dataset, language)
    files = {f"data/{table.name}.csv": csv_of(table.names, table.cells()).encode() for table in there}
    resources = [
        _resource(table, path, content, language) for table, (path, content) in zip(there, files.items(), strict=True)
    ]
    described = {**_about(dataset, language), "resources": resources}
    return {DESCRIPTION: _json(described), **files}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Put files into one archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, one in files.items():
            archive.writestr(zipfile.ZipInfo(path, _DATE), one, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def _json(value: object) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, indent=2)}\n".encode()


def _about(dataset: Dataset, language: str) -> dict[str, object]:
    programme = dataset.framework.programme
    return {
        "profile": "tabular-data-package",
        "name": programme.key.lower(),
        **about(dataset, language),
        "description": " ".join(said(dataset, language)),
        "version": programme.version,
        "created": dataset.made.at.isoformat(timespec="seconds"),
        "languages": [language],
        "framework_sha256": dataset.made.framework,
        "log_head": dataset.made.head,
        "sample": dataset.made.is_sample,
    }


def said(dataset: Dataset, language: str) -> Iterator[str]:
    """Say in sentences what the data are, and what stands in them for what is not shown."""
    framework = dataset.framework
    if dataset.made.is_sample:
        yield tr(N_("Sample data: none of it is real."), language)
    if framework.programme.description is not None:
        yield pick(framework.programme.description, language)
    text = N_(
        "Approved figures only. Counts of people from 1 to {most} are not shown, nor is what would give them away. "
        "What is not shown is never nought."
    )
    yield tr(text, language, most=framework.rules.small_counts_below - 1)
    if framework.programme.assumptions is not None:
        yield pick(framework.programme.assumptions, language)


def _resource(table: Table, path: str, content: bytes, language: str) -> dict[str, object]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": tr(table.title, language),
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {
            "fields": [_field(table, field, language) for field in table.fields],
            "missingValues": [""],
            "primaryKey": list(table.key),
            "foreignKeys": [
                {
                    "fields": list(one.fields),
                    "reference": {"resource": one.table, "fields": list(one.there)},
                }
                for one in table.references
            ],
        },
    }


def _field(table: Table, field: Field, language: str) -> dict[str, object]:
    constraints: dict[str, object] = {"required": True} if field.needed else {}
    if field.among:
        constraints["enum"] = list(field.among)
    if table.key == (field.name,):
        constraints["unique"] = True
    described = {"name": field.name, "type": field.kind.value, "description": tr(field.meaning, language)}
    return {**described, **({"constraints": constraints} if constraints else {})}
