"""In which language the commands speak."""

import subprocess
import sys
from pathlib import Path

import pytest

from kpi.cli.common import CalledWronglyError, a_format, a_known, a_language_to_read, spoken
from kpi.framework.load import load_file
from kpi.language import said
from kpi.problems import N_

_ALL = ("KPI_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture
def environment(monkeypatch):
    for name in _ALL:
        monkeypatch.delenv(name, raising=False)

    def given(**values):
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return given


@pytest.mark.parametrize(
    ("given", "language"),
    [
        ({}, "en"),
        ({"LANG": "bg_BG.UTF-8"}, "bg"),
        ({"LANG": "BG"}, "bg"),
        ({"LANG": "bgx_BG"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE"}, "en"),
        ({"LANG": "../bg"}, "en"),
        ({"LANG": "bg", "LC_ALL": "en_US"}, "en"),
        ({"LANG": "en_US", "LC_MESSAGES": "bg"}, "bg"),
        ({"LANG": "bg", "LC_ALL": ""}, "bg"),
        ({"LANG": "en_US", "LC_ALL": "C", "KPI_LANG": "bg"}, "bg"),
        ({"LANG": "bg", "KPI_LANG": "en"}, "en"),
    ],
)
def test_the_environment_names_the_language(environment, given, language):
    environment(**given)
    assert spoken() == language


def test_a_wrong_call_is_said_in_both_languages():
    with pytest.raises(CalledWronglyError) as caught:
        a_known(N_("dimension"), "gendr", ["gender", "region"])
    assert str(caught.value) == "there is no dimension “gendr”; did you mean “gender”?"
    assert said(caught.value, "bg") == "няма измерение „gendr“; може би имате предвид „gender“?"
    with pytest.raises(CalledWronglyError) as caught:
        a_known(N_("dimension"), "xyz", ["gender", "region"])
    assert str(caught.value) == "there is no dimension “xyz”; expected: gender, region"
    with pytest.raises(CalledWronglyError) as caught:
        a_known(N_("indicator"), "xyz", [])
    assert str(caught.value) == "there is no indicator “xyz”; there are none at all"
    with pytest.raises(CalledWronglyError) as caught:
        a_format("yaml", {"json": 1, "csv": 2})
    assert said(caught.value, "bg") == "„yaml“ не е формат; изберете: json, csv"


def test_messages_come_in_the_spoken_language_where_the_framework_has_it(environment):
    framework = load_file(Path(__file__).parent.parent / "indicators.yaml").framework
    environment(LANG="en_GB.UTF-8")
    assert a_language_to_read(framework, None) == "en"
    environment(LANG="bg_BG.UTF-8")
    assert a_language_to_read(framework, None) == "bg"
    assert a_language_to_read(framework, "en") == "en"
    only_bulgarian = framework.model_copy(
        update={"programme": framework.programme.model_copy(update={"languages": ("bg",)})}
    )
    environment(LANG="C")
    assert a_language_to_read(only_bulgarian, None) == "bg"
    assert a_language_to_read(only_bulgarian, "en") == "en"
    with pytest.raises(CalledWronglyError, match="“fr” is not spoken here; choose: bg, en"):
        a_language_to_read(only_bulgarian, "fr")


@pytest.mark.parametrize(("language", "says"), [("en", "There is no store at"), ("bg", "още няма хранилище")])
def test_a_command_names_a_long_path_whole(tmp_path, language, says):
    folder = tmp_path / ("long" * 25)
    command = [sys.executable, "-c", "from kpi.cli import main; main()", "measure"]
    done = subprocess.run(
        command,
        env={"KPI_LANG": language, "KPI_DATA_DIR": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1
    assert says in done.stderr
    assert str(folder / "kpi.sqlite3") in done.stderr
