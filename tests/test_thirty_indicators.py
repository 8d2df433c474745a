"""A framework as a stranger would write it, with 30 indicators by sex and region: declared, collected, measured.

The file is made here, the returns are filled in from made-up numbers, and every figure is computed again
beside the program, from the same numbers.
"""

import random
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest

from filling import Kpi

SEXES, REGIONS = ("female", "male", "unknown"), ("north", "east", "south")
NUMBERS = range(1, 6)
QUARTERS = ("2024-Q3", "2024-Q4")
WHO = ("alpha", "beta", "gamma")

HEAD = """
programme:
  key: skills-for-all
  name: Skills for all
  version: "1"
  languages: [en]
  starts: 2024-Q1
  contact: {name: Secretariat, email: secretariat@example.org}
money: {currency: GBP}
dimensions:
  sex:
    label: Sex
    categories:
      female: {label: Female}
      male: {label: Male}
      unknown: {label: Not recorded, not_stated: true}
  region:
    label: Region
    categories:
      north: {label: North}
      east: {label: East}
      south: {label: South}
levels: {output: {label: Output}, outcome: {label: Outcome}}
units:
  people: {kind: count, label: people}
  events: {kind: count, label: events}
  pounds: {kind: money, label: GBP}
  share: {kind: share, label: share}
  score: {kind: number, label: points}
"""
GRID = """
  service_{n}:
    label: Service {n}
    kind: grid
    time: flow
    rows: region
    columns:
      persons: {{label: Persons served, type: count, spread: sex}}
      satisfied: {{label: Satisfied, type: count, spread: sex, at_most: persons}}
      score: {{label: Score, type: decimal, minimum: 0, maximum: 10, decimals: 1, spread: sex, weight: persons}}
"""
REGISTER = """
  activity_{n}:
    label: Activity {n}
    kind: register
    time: flow
    columns:
      title: {{label: Title, type: text, required: true}}
      region: {{label: Region, type: choice, dimension: region, required: true}}
      people: {{label: People, type: count, spread: sex, required: true}}
      cost: {{label: Cost, type: money, required: true}}
      done: {{label: Finished, type: yes_no, required: true}}
"""
INDICATOR = """
  {key}:
    name: {name}
    level: {level}
    definition: What it says.
    measure: {measure}
    by: [{by}]
    unit: {unit}
    collected: Quarterly return
    responsible: Secretariat
    source: Agreement, annex 2
"""


def written() -> str:
    """The framework's text: three indicators from each of five grids and five registers."""
    forms = [form.format(n=number) for form in (GRID, REGISTER) for number in NUMBERS]
    made = []
    for n in NUMBERS:
        both, ratio = (
            "sex, region",
            f"{{ratio: {{of: {{sum: service_{n}.satisfied}}, to: {{sum: service_{n}.persons}}}}}}",
        )
        finished = f"{{count: activity_{n}, where: {{done: true}}}}"
        made += [
            (f"S{n}", f"Persons served {n}", "output", f"{{sum: service_{n}.persons}}", both, "people"),
            (f"Q{n}", f"Share satisfied {n}", "outcome", ratio, both, "share"),
            (f"M{n}", f"Mean score {n}", "outcome", f"{{mean: service_{n}.score}}", both, "score"),
            (f"A{n}", f"People in activities {n}", "output", f"{{sum: activity_{n}.people}}", both, "people"),
            (f"F{n}", f"Finished activities {n}", "output", finished, "region", "events"),
            (f"C{n}", f"Cost of activities {n}", "output", f"{{sum: activity_{n}.cost}}", "region", "pounds"),
        ]
    names = ("key", "name", "level", "measure", "by", "unit")
    indicators = [INDICATOR.format(**dict(zip(names, one, strict=True))) for one in made]
    return f"{HEAD}forms:{''.join(forms)}indicators:{''.join(indicators)}"


def returned(chance: random.Random) -> dict:
    """One made-up return, as it is typed."""
    forms = {}
    for n in NUMBERS:
        grid, rows = {}, []
        for region in REGIONS:
            persons = [chance.randint(0, 30) for _ in SEXES]
            cells = {f"persons.{sex}": count for sex, count in zip(SEXES, persons, strict=True)}
            cells |= {f"satisfied.{sex}": chance.randint(0, cells[f"persons.{sex}"]) for sex in SEXES}
            # Nobody served gave no score: the cell stays empty.
            cells |= {f"score.{sex}": chance.randint(0, 100) / 10 for sex in SEXES if cells[f"persons.{sex}"]}
            grid[region] = cells
        for number in range(chance.randint(1, 4)):
            row = {f"people.{sex}": chance.randint(0, 9) for sex in SEXES}
            pounds = f"{chance.randint(1, 99999)}.{chance.randint(0, 99):02}"
            row |= {"title": f"Activity {number}", "region": chance.choice(REGIONS).title()}
            row |= {"cost": pounds, "cost.currency": "GBP", "done": chance.choice(("yes", "no"))}
            rows.append(row)
        forms |= {f"service_{n}": grid, f"activity_{n}": rows}
    return forms


class Sums:
    """What was typed, added up by form, measure, sex and region."""

    def __init__(self, returns) -> None:
        self.at = defaultdict(Fraction)
        for forms, n in product(returns, NUMBERS):
            for region, row in forms[f"service_{n}"].items():
                for sex in SEXES:
                    persons = row[f"persons.{sex}"]
                    self.at["S", n, sex, region] += persons
                    self.at["Q", n, sex, region] += row[f"satisfied.{sex}"]
                    self.at["M", n, sex, region] += Fraction(str(row.get(f"score.{sex}", 0))) * persons
            for row in forms[f"activity_{n}"]:
                region = row["region"].lower()
                for sex in SEXES:
                    self.at["A", n, sex, region] += row[f"people.{sex}"]
                self.at["F", n, None, region] += row["done"] == "yes"
                self.at["C", n, None, region] += Fraction(row["cost"])

    def value(self, kind, n, sex=None, region=None) -> Fraction | None:
        def total(what):
            return sum(
                (
                    number
                    for (each, which, of, where), number in self.at.items()
                    if (each, which) == (what, n) and sex in {None, of} and region in {None, where}
                ),
                Fraction(0),
            )

        if kind not in "QM":
            return total(kind)
        return total(kind) / total("S") if total("S") else None


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """The programme with two quarters of three organisations, one of them missing."""
    folder = tmp_path_factory.mktemp("stranger")
    framework = folder / "skills.yaml"
    framework.write_text(written(), encoding="utf-8")
    kpi = Kpi(folder, framework)
    assert "30 indicators" in kpi.ok("check").out
    kpi.begin("code,name\n" + "".join(f"{code},{code.title()} trust\n" for code in WHO))
    chance = random.Random(20240930)  # noqa: S311 (the same numbers each time, nothing secret)
    typed = {pair: returned(chance) for pair in product(WHO, QUARTERS) if pair != ("gamma", "2024-Q4")}
    files = [kpi.filled(code, quarter, forms, "en") for (code, quarter), forms in typed.items()]
    told = kpi.approve(*files)
    assert [(one["stored"], one["problems"]) for one in told] == [(True, [])] * 5
    return kpi, typed


def agree(found, value) -> bool:
    return found is None if value is None else abs(Decimal(found) - Decimal(str(float(value)))) < Decimal("0.000001")


@pytest.mark.parametrize("window", [("--quarter", "2024-Q3"), ("--quarter", "2024-Q4"), ("--year", "2024")])
def test_every_indicator_by_sex_and_region_is_what_was_typed(measured, window):
    kpi, typed = measured
    sums = Sums([forms for (_, quarter), forms in typed.items() if window[1] in quarter])
    found = kpi.measure(*window, "--by", "sex,region")
    assert len({one["indicator"] for one in found}) == 30
    for one in found:
        kind, n, of = one["indicator"][0], int(one["indicator"][1]), one["slice"] or {}
        if one["state"] == "not_collected":
            assert kind in "FC"  # by region only
            continue
        assert agree(one["value"], sums.value(kind, n, of.get("sex"), of.get("region"))), one
    assert sum(one["slice"] is not None and one["state"] != "not_collected" for one in found) == 20 * 9


def test_by_one_dimension_and_within_a_category(measured):
    kpi, typed = measured
    sums = Sums(typed.values())
    for one in kpi.measure("--year", 2024, "--by", "region"):
        kind, n, of = one["indicator"][0], int(one["indicator"][1]), one["slice"] or {}
        assert agree(one["value"], sums.value(kind, n, region=of.get("region"))), one
    for one in kpi.measure("--year", 2024, "--where", "sex=female", "--where", "region=east"):
        kind, n = one["indicator"][0], int(one["indicator"][1])
        if kind in "FC":
            assert (one["state"], one["value"]) == ("not_collected", None)
        else:
            assert agree(one["value"], sums.value(kind, n, "female", "east")), one


def test_coverage_and_one_organisation(measured):
    kpi, typed = measured
    for one in kpi.measure("--quarter", "2024-Q4"):
        assert (one["reported"], one["expected_returns"], one["status"]) == (2, 3, "no_target")
    sums = Sums([typed["beta", "2024-Q3"], typed["beta", "2024-Q4"]])
    for one in kpi.measure("--year", 2024, "--org", "beta"):
        assert one["slice"] == {"organisation": "beta"}
        assert agree(one["value"], sums.value(one["indicator"][0], int(one["indicator"][1]))), one
