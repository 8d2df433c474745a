"""The command's help, and what it says where it is called wrongly, in both languages."""

import re

import pytest
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from kpi.cli import app, main
from kpi.language import catalogue

#: What is the same in every language: formats and products, values to type, keys.
SAME = {
    "manager",
    "reporter",
    "viewer",
    "administrator",
    "JSON",
    "Schema",
    "json",
    "CSV",
    "csv",
    "datapackage",
    "iati",
    "zip",
    "pdf",
    "docx",
    "html",
    "xlsx",
    "funder",
    "management",
    "public",
    "Excel",
    "table",
    "text",
    "Ctrl",
    "C",
    "kpi",
}
_TYPED = re.compile(r"--[a-z-]+|\bKPI_[A-Z_]+|\b\d{4}-Q\d\b")


def commands(command, path=()):
    """Give every command, with the words it is called by."""
    yield path, command
    if isinstance(command, TyperGroup):
        for name, one in command.commands.items():
            yield from commands(one, (*path, name))


COMMANDS = dict(commands(get_command(app)))
NAMES = {name for path in COMMANDS for name in path}


def texts(command):
    """Give all that a command declares as its help."""
    return [command.help, *(one.help for one in command.params)]


@pytest.fixture
def kpi(monkeypatch, capsys):
    """Call the command: what it wrote as a result, what beside it, and its exit code."""

    def called(language, *words):
        monkeypatch.setenv("KPI_LANG", language)
        monkeypatch.setattr("sys.argv", ["kpi", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return said.out, said.err, ended.value.code

    return called


def test_there_are_commands_within_commands_and_all_say_what_they_do():
    assert ("organisations", "import") in COMMANDS
    assert len(COMMANDS) > 13
    for command in COMMANDS.values():
        assert isinstance(command, TyperCommand | TyperGroup)
        assert all(texts(command))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_says_in_english_all_that_is_declared(kpi, path):
    out, err, code = kpi("en", *path, "--help")
    assert (err, code) == ("", 0)
    said = " ".join(out.split())
    assert said.startswith(" ".join(("Usage: kpi", *path, "[OPTIONS]")))
    assert "--help Show this message and exit." in said
    for text in texts(COMMANDS[path]):
        assert text in said


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_in_bulgarian_has_no_english_in_it(kpi, path):
    out, err, code = kpi("bg", *path, "--help")
    assert (err, code) == ("", 0)
    said = " ".join(out.split())
    for text in texts(COMMANDS[path]):
        assert text not in said
        assert catalogue("bg")[text] in said
    words = set(re.findall(r"[A-Za-z]+", _TYPED.sub("", said)))
    assert words <= SAME | NAMES, words - SAME - NAMES
    assert said.startswith(" ".join(("Употреба: kpi", *path, "[ОПЦИИ]")))


def test_what_holds_of_a_value_is_told_in_both_languages(kpi):
    english, bulgarian = (kpi(language, "serve", "--help")[0] for language in ("en", "bg"))
    assert "[by default 8501; 1–65535]" in " ".join(english.split())
    assert "[по подразбиране 8501; 1–65535]" in " ".join(bulgarian.split())
    english, bulgarian = (kpi(language, "import", "--help")[0] for language in ("en", "bg"))
    assert "FILE… Filled workbooks. [required]" in " ".join(english.split())
    assert "[else the variable KPI_IMPORTER]" in " ".join(english.split())
    assert "ФАЙЛ… Попълнени файлове на Excel. [задължително]" in " ".join(bulgarian.split())
    assert "[иначе от променливата KPI_IMPORTER]" in " ".join(bulgarian.split())
    english, bulgarian = (kpi(language, "measure", "--help")[0] for language in ("en", "bg"))
    assert "--as-of <YYYY-MM-DD> As it stood then." in " ".join(english.split())
    assert "--year <число> Календарна година." in " ".join(bulgarian.split())


@pytest.mark.parametrize(
    ("words", "english", "bulgarian"),
    [
        (
            "mesure",
            "there is no command “mesure”; did you mean “measure”? (see “kpi --help”)",
            "няма команда „mesure“; може би имате предвид „measure“? (вижте „kpi --help“)",
        ),
        (
            "organisations export",
            "there is no command “export”; did you mean “import”? (see “kpi organisations --help”)",
            "няма команда „export“; може би имате предвид „import“? (вижте „kpi organisations --help“)",
        ),
        (
            "measure --quater 2026-Q1",
            "there is no option “--quater”; did you mean “--quarter”? (see “kpi measure --help”)",
            "няма опция „--quater“; може би имате предвид „--quarter“? (вижте „kpi measure --help“)",
        ),
        (
            "schema -x",
            "there is no option “-x”; expected: --help (see “kpi schema --help”)",
            "няма опция „-x“; очаква се: --help (вижте „kpi schema --help“)",
        ),
        (
            "--zzz",
            "there is no option “--zzz”; expected: --help (see “kpi --help”)",
            "няма опция „--zzz“; очаква се: --help (вижте „kpi --help“)",
        ),
        (
            "measure --year",
            "the option --year needs a value (see “kpi measure --help”)",
            "опцията --year изисква стойност (вижте „kpi measure --help“)",
        ),
        (
            "demo --load=3",
            "the option --load takes no value (see “kpi demo --help”)",
            "опцията --load не приема стойност (вижте „kpi demo --help“)",
        ),
        (
            "template --org A --out b.xlsx",
            "the option --quarter is missing (see “kpi template --help”)",
            "липсва опцията --quarter (вижте „kpi template --help“)",
        ),
        (
            "import",
            "FILE… is missing (see “kpi import --help”)",
            "липсва ФАЙЛ… (вижте „kpi import --help“)",
        ),
        (
            "check one two 3",
            "“two 3” is more than the command takes (see “kpi check --help”)",
            "„two 3“ е в повече – командата не приема толкова аргументи (вижте „kpi check --help“)",
        ),
        (
            "measure --year 2O26",
            "--year: “2O26” is no whole number (see “kpi measure --help”)",
            "--year: „2O26“ не е цяло число (вижте „kpi measure --help“)",
        ),
        (
            "serve --port 65536",
            "--port: “65536” is no whole number from 1 to 65535 (see “kpi serve --help”)",
            "--port: „65536“ не е цяло число от 1 до 65535 (вижте „kpi serve --help“)",
        ),
        (
            "measure --as-of 30.09.2026",
            "--as-of: “30.09.2026” is no day; write it like 2026-09-30 (see “kpi measure --help”)",
            "--as-of: „30.09.2026“ не е дата; запишете я така: 2026-09-30 (вижте „kpi measure --help“)",
        ),
        ("--", "Missing command (see “kpi --help”)", "командата не се извиква така (вижте „kpi --help“)"),
    ],
)
def test_a_wrong_call_is_told_in_one_language(kpi, words, english, bulgarian):
    assert kpi("en", *words.split()) == ("", f"kpi: {english}\n", 2)
    assert kpi("bg", *words.split()) == ("", f"kpi: {bulgarian}\n", 2)


def test_what_was_typed_cannot_command_a_terminal(kpi):
    _, err, code = kpi("en", "schema", "\x1b[31mred\x07")
    assert code == 2
    assert "“\\x1b[31mred\\x07” is more than the command takes" in err


@pytest.mark.parametrize("path", [(), ("organisations",)])
@pytest.mark.parametrize("language", ["en", "bg"])
def test_without_a_command_the_help_is_shown(kpi, path, language):
    helped = kpi(language, *path, "--help")[0]
    assert kpi(language, *path) == ("", helped, 2)
