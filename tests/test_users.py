"""`kpi user`: accounts made and changed from the command line."""

import sqlite3
from contextlib import closing

import pytest

from filling import Kpi

ORGANISATIONS = "code,name,nature\nC1,Club un,club\nS1,École,school\n"
ANA = ("ana@example.org", "--name", "Ana", "--role", "reporter", "--org", "C1", "--org", "S1")
ADMINISTRATOR = ("bo@example.org", "--name", "Bo", "--role", "administrator")


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    home = Kpi(tmp_path_factory.mktemp("users"))
    home.begin(ORGANISATIONS)
    return home


@pytest.fixture
def kpi(ready):
    """A store with two organisations and nobody in it."""
    with closing(sqlite3.connect(ready.store)) as store, store:
        for table in ("session", "link", "person_organisation", "person"):
            store.execute(f"DELETE FROM {table}")  # noqa: S608 (names of this very line)
    return ready


def people(kpi):
    return {one["email"]: one for one in kpi.ok("user", "list", "--format", "json").json}


def test_an_account_is_added_and_its_link_is_all_that_is_printed(kpi):
    done = kpi.ok("user", "add", *ANA, "--lang", "fr")
    assert done.out.startswith("http://127.0.0.1:8501/invitation/")
    assert len(done.out.split()) == 1
    assert "ana@example.org" in done.err
    assert "port 8501 of this machine" in done.err
    assert "set KPI_PUBLIC_URL" in done.err
    assert people(kpi)["ana@example.org"] == {
        "email": "ana@example.org",
        "name": "Ana",
        "role": "reporter",
        "organisations": ["C1", "S1"],
        "language": "fr",
        "state": "invited",
    }
    table = kpi.ok("user", "list").out
    assert table.splitlines()[1].split() == [
        "ana@example.org",
        "Ana",
        "Reporting",
        "organisation",
        "C1,",
        "S1",
        "fr",
        "invited",
    ]


def test_the_link_leads_to_the_public_address(kpi):
    public = Kpi(kpi.folder, environment={"KPI_PUBLIC_URL": "https://kpi.example.org/"})
    done = public.ok("user", "add", *ANA)
    assert done.out.startswith("https://kpi.example.org/invitation/")
    assert "KPI_PUBLIC_URL" not in done.err


def test_disabling_and_enabling(kpi):
    kpi.ok("user", "add", *ANA)
    assert kpi.ok("user", "disable", "ANA@example.org").out == "ana@example.org can no longer sign in.\n"
    assert people(kpi)["ana@example.org"]["state"] == "disabled"
    assert "Enable it first" in kpi.refused(2, "user", "reset", "ana@example.org")
    kpi.ok("user", "enable", "ana@example.org")
    assert people(kpi)["ana@example.org"]["state"] == "invited"
    assert people(kpi)["ana@example.org"]["organisations"] == ["C1", "S1"]


def test_a_new_link_is_another_one(kpi):
    first = kpi.ok("user", "add", *ANA).out
    second = kpi.ok("user", "reset", "ana@example.org").out
    assert second.startswith("http://127.0.0.1:8501/invitation/")
    assert first != second


def test_the_log_says_who_ran_the_command(kpi):
    kpi.ok("user", "add", *ANA)
    with closing(sqlite3.connect(kpi.store)) as store:
        actors = {actor for (actor,) in store.execute("SELECT actor FROM event WHERE action = 'person.invited'")}
    assert actors
    assert "kpi" not in actors


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "ana@example.org", "--name", "Ana"), "--role is missing"),
        (("add", "ana", "--name", "Ana", "--role", "viewer"), "“ana” is no e-mail address"),
        (("add", "ana@example.org", "--name", "Ana", "--role", "vewer"), "did you mean “viewer”"),
        (("add", "ana@example.org", "--name", "Ana", "--role", "operator"), "there is no role “operator”"),
        (("add", "ana@example.org", "--name", " ", "--role", "viewer"), "needs a name"),
        (("add", "ana@example.org", "--name", "Ana", "--role", "reporter"), "needs organisations"),
        (("add", "ana@example.org", "--name", "Ana", "--role", "viewer", "--org", "C1"), "no other's does"),
        (("add", *ANA, "--org", "C2"), "there is no organisation “C2”"),
        (("add", *ANA, "--lang", "xx"), "there is no language “xx”"),
        (("disable", "nobody@example.org"), "there is no account “nobody@example.org”"),
        (("disable", "bo@exmple.org"), "did you mean “bo@example.org”"),
        (("disable", "bo@example.org"), "the last administrator"),
        (("add", *ADMINISTRATOR), "already"),
        (("list", "--format", "xml"), "“xml” is no format"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_changes(kpi, words, told):
    kpi.ok("user", "add", *ADMINISTRATOR)
    before = people(kpi)
    assert told in kpi.refused(2, "user", *words)
    assert people(kpi) == before
