"""The organisations of the sample world: the list that is imported, and how each reports."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from kpi.framework.model import Framework
from kpi.measure.model import Organisation
from kpi.quarter import Quarter, Window

HERE = Path(__file__).parent
LIST = HERE.parent / "organisations.csv"
ALL = Window.range(Quarter(2023, 3), Quarter(2026, 3))
#: The returns of these quarters are kept as files; those of older ones are made when they are needed.
KEPT = Window.range(Quarter(2025, 4), Quarter(2026, 3))


@dataclass(frozen=True)
class Member:
    """An organisation, and how it reports. `habit` is its way of typing dates or amounts, where it has one."""

    organisation: Organisation
    language: str
    people: float
    women: float
    rows: Mapping[str, float]
    groups: Mapping[str, float]
    not_applicable: Sequence[str] = ()
    habit: str = ""
    innovations: Sequence[Mapping[str, Any]] = field(default=(), repr=False)

    @property
    def code(self) -> str:
        """Its code."""
        return self.organisation.code

    @property
    def kind(self) -> str:
        """What type of organisation it is."""
        return self.organisation.attributes["type"]

    @property
    def seat(self) -> str:
        """The district of its seat."""
        return self.organisation.attributes["seat"]

    def asked(self, framework: Framework, form: str, quarter: Quarter) -> bool:
        """Tell whether it is asked for a form in a quarter."""
        return self.organisation.active_in(quarter) and form in framework.asked_forms(
            self.organisation.attributes, quarter
        )


def text(name: str) -> Any:  # noqa: ANN401 (what a YAML file holds)
    """Read one of the world's files."""
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


def members() -> dict[str, Member]:
    """Give the organisations by code."""
    profiles, innovations = text("profiles.yaml"), text("innovations.yaml")
    with LIST.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["code"]: Member(_organisation(row), **profiles[row["code"]], innovations=innovations.get(row["code"], ()))
        for row in rows
    }


def _organisation(row: Mapping[str, str]) -> Organisation:
    return Organisation(
        code=row["code"],
        name={"en": row["name.en"], "bg": row["name.bg"]},
        attributes={name: row[name] for name in ("type", "seat", "role")},
        active_from=Quarter.parse(row["active_from"]),
        active_until=Quarter.parse(row["active_until"]) if row["active_until"] else None,
    )
