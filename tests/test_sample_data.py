"""The sample that the project brings: it fits the framework, says what it should, and can be made again."""

import csv
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from attacker import Attacker
from kpi.access import OPERATOR
from kpi.adoption import adopt
from kpi.framework.load import load_file
from kpi.incoming import read
from kpi.installation import Installation
from kpi.intake.check import check
from kpi.intake.organisations import organisations_from
from kpi.intake.reader import Reader
from kpi.intake.workbook import understand
from kpi.measure.disclosure import disclose
from kpi.measure.facts import facts_of
from kpi.measure.measure import measurements
from kpi.measure.model import FormReport, State
from kpi.measure.needs import needs
from kpi.measure.published import questions
from kpi.measure.selection import Selections
from kpi.organisations import list_organisations
from kpi.quarter import Quarter, Window
from kpi.records import FormState
from measuring import summed

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "sample_data"
LAST_FOUR = Window.range(Quarter(2025, 4), Quarter(2026, 3))
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FAULTY = [(row["file"], row["codes"].split()) for row in csv.DictReader((SAMPLE / "faulty/expected.csv").open())]


@pytest.fixture(scope="module")
def framework():
    return load_file(ROOT / "indicators.yaml").framework


@pytest.fixture(scope="module")
def listed(framework):
    content = (SAMPLE / "organisations.csv").read_bytes()
    found, problems = organisations_from(framework, "organisations.csv", content)
    assert problems == []
    return {one.code: one for one in found}


@pytest.fixture(scope="module")
def reader():
    with Reader() as one:
        yield one


def _content(framework, listed, reader, file):
    """Read and check a workbook of the sample; it has no fault, nor any warning."""
    book, problems = reader.read(file.read_bytes(), file.name)
    assert problems == []
    raw, problems = understand(framework, book, organisations=listed)
    assert problems == []
    checked = check(framework, raw, attributes=listed[raw.organisation].attributes)
    assert checked.problems == ()
    return raw, checked.content


@pytest.fixture(scope="module")
def returns(framework, listed, reader):
    """Every return kept here, by its file's name."""
    return {
        file.stem: _content(framework, listed, reader, file) for file in sorted((SAMPLE / "returns").glob("*.xlsx"))
    }


def test_the_organisations_are_of_all_types_in_all_regions(framework, listed):
    assert len(listed) == 24
    types = Counter(one.attributes["type"] for one in listed.values())
    assert types.keys() == framework.dimensions["organisation_type"].categories.keys()
    regions = {framework.roll_up("district", one.attributes["seat"], "region") for one in listed.values()}
    assert regions == {"BG31", "BG32", "BG33", "BG34", "BG41", "BG42"}
    assert [one.code for one in listed.values() if one.attributes["role"] == "centre"] == ["SDA"]
    assert {one.code for one in listed.values() if one.active_until} == {"KUH"}


def test_every_return_is_for_its_organisation_and_quarter(returns):
    for name, (raw, _) in returns.items():
        quarter, organisation, *_ = name.split("_")
        assert (str(raw.quarter), raw.organisation) == (quarter, organisation)
        assert raw.quarter in LAST_FOUR


def test_the_returns_of_the_last_four_quarters_are_all_there_but_for_the_missing(listed, returns):
    due = {f"{quarter}_{one.code}" for quarter in LAST_FOUR for one in listed.values() if one.active_in(quarter)}
    assert due - returns.keys() == {"2026-Q2_SAS", "2026-Q3_ROD"}
    assert returns.keys() - due == {"2025-Q4_OTV_2"}


def test_some_organisations_write_in_english_and_most_in_bulgarian(returns):
    languages = {raw.organisation: raw.language for raw, _ in returns.values()}
    assert {code for code, language in languages.items() if language == "en"} == {"MST", "KOD", "SFF", "TRS"}
    assert Counter(languages.values())["bg"] == 19


def test_each_return_says_that_it_is_a_sample(reader):
    for file in sorted((SAMPLE / "returns").glob("2026-Q3_*.xlsx")):
        book, _ = reader.read(file.read_bytes(), file.name)
        words = " ".join(str(value) for row in book.sheets[0].rows.values() for value in row.values())
        assert "ПРИМЕРНИ ДАННИ: " in words or "SAMPLE DATA: " in words, file.name


def test_the_pilots_stand_in_the_registers_with_their_solutions(returns):
    for name, number in (("Фестивал и открита сцена „Отпечатък“", 4), ("Бюро за информация", 6)):
        forms = returns["2026-Q3_SDA" if number == 4 else "2026-Q3_SOF"][1].forms
        pilots = [one for one in forms["innovations"].records if one.cells["name"].startswith(name)]
        assert len(pilots) == 1
        assert pilots[0].cells["operating"] is True
        told = [one.cells for one in forms["constraints"].records if one.cells["innovation"] == pilots[0].key]
        assert len(told) == number
        assert all(one["challenge"] and one["approach"] and one["solution"] for one in told)


def test_amounts_were_in_leva_until_the_euro_came(returns):
    currencies = {quarter: Counter() for quarter in LAST_FOUR}
    for raw, content in returns.values():
        for form, column in (("funding", "amount"), ("receipts", "amount"), ("resources", "worth")):
            for record in content.forms[form].records:
                currencies[raw.quarter][record.cells[column]["currency"]] += 1
    assert currencies[Quarter(2025, 4)]["BGN"] > currencies[Quarter(2025, 4)]["EUR"] > 0
    assert all(currencies[Quarter(2026, number)].keys() == {"EUR"} for number in (1, 2, 3))


def test_every_link_leads_nowhere(framework, returns):
    links = [
        cells[column]
        for _, content in returns.values()
        for key, form in content.forms.items()
        for cells in (record.cells for record in form.records)
        for column in cells
        if framework.forms[key].columns[column].type == "link"
    ]
    assert len(links) > 50
    assert all(link.startswith("https://example.org/") for link in links)


def test_one_organisation_says_that_forms_do_not_apply(returns):
    forms = returns["2026-Q3_SFF"][1].forms
    said = {key for key, form in forms.items() if form.state is FormState.NOT_APPLICABLE}
    assert said == {"adaptations", "sites", "resources"}


def test_a_correction_takes_back_a_digit_typed_twice(returns):
    first, second = (returns[name][1].forms["access"].records[0] for name in ("2025-Q4_OTV", "2025-Q4_OTV_2"))
    right, wrong = second.cells["people"]["women"], first.cells["people"]["women"]
    assert wrong == int(str(right)[0] + str(right))
    others = ("men", "non_binary", "not_stated")
    assert [first.cells["people"][one] for one in others] == [second.cells["people"][one] for one in others]


def _made_again(file):
    command = [sys.executable, SAMPLE / "make.py", "--one", file]
    subprocess.run(command, check=True, timeout=120)
    return file


def test_a_return_made_again_is_the_same(framework, listed, reader, returns, tmp_path):
    name = "2026-Q2_MST"
    once, twice = (_made_again(tmp_path / folder / f"{name}.xlsx") for folder in _folders(tmp_path))
    assert once.read_bytes() == twice.read_bytes()
    raw, content = _content(framework, listed, reader, once)
    assert (raw.language, content.canonical()) == (returns[name][0].language, returns[name][1].canonical())


def _folders(tmp_path):
    for name in ("once", "twice"):
        (tmp_path / name).mkdir()
        yield name


@pytest.fixture
def installation(framework, listed, sqlite_store):
    made = Installation(framework, (ROOT / "indicators.yaml").read_text(encoding="utf-8"), sqlite_store, OPERATOR)
    adopt(made, by="one", at=NOW)
    list_organisations(made, listed.values(), by="one", at=NOW)
    return made


def test_every_faulty_file_is_expected_to_be():
    assert {name for name, _ in FAULTY} == {file.name for file in (SAMPLE / "faulty").glob("*.xlsx")}
    assert len(FAULTY) > 40


@pytest.mark.parametrize(("name", "codes"), FAULTY, ids=[name.removesuffix(".xlsx") for name, _ in FAULTY])
def test_a_faulty_file_is_answered_with_its_fault_alone(installation, reader, name, codes):
    incoming = read(
        installation, name=name, file=(SAMPLE / "faulty" / name).read_bytes(), reader=reader, today=date(2026, 11, 1)
    )
    assert {problem.code for problem in incoming.problems} == set(codes)
    # What the Centre alone gives is told to whoever approves the return; it does not keep it out.
    assert incoming.may_be_stored is (codes == ["row.given_by_others"])


def _published(framework, listed, returns, today):
    """Measure the closed set from the returns kept here."""
    facts, reports = {}, []
    for number, name in enumerate(sorted(returns)):
        raw, content = returns[name]
        attributes = listed[raw.organisation].attributes
        facts[number] = facts_of(framework, raw.quarter, content)
        reports += [
            FormReport(raw.organisation, raw.quarter, form, each.state, number, attributes)
            for form, each in content.forms.items()
        ]
    fetch = summed(facts, reports)
    selections = Selections(framework, organisations=listed.values(), reports=reports, today=today)
    for question in questions(framework, today):
        need = needs(framework, question, selections)
        yield from measurements(framework, need, fetch, today=today)


def test_nobody_can_compute_what_is_hidden_from_funders(framework, listed, returns):
    kept = {name: one for name, one in returns.items() if name != "2025-Q4_OTV"}  # corrected by a second revision
    found = list(_published(framework, listed, kept, NOW.date()))
    hidden = disclose(framework, found)
    masked = [hidden.masked(each) for each in found]
    small = [one for one in masked if one.state is State.SMALL]
    assert {one.indicator for one in small} >= {"O6", "R1"}
    assert sum(one.state is State.VALUE for one in masked) > 1000
    assert Attacker(framework, masked).computed() == []
