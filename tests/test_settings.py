from pathlib import Path

import pytest

from kpi import settings
from kpi.settings import Settings, unclear


def test_what_the_environment_names_is_taken(tmp_path):
    read = Settings.from_environment(
        {
            "KPI_DATABASE_URL": " postgresql://me:secret@db/kpi ",
            "KPI_FRAMEWORK": "other.yaml",
            "KPI_DATA_DIR": "/var/kpi",
        },
        cwd=tmp_path,
    )
    assert read.database_url == "postgresql://me:secret@db/kpi"
    assert (read.framework, read.data_dir) == (tmp_path / "other.yaml", Path("/var/kpi"))
    assert "secret" not in repr(read)


def test_the_store_lies_in_the_data_directory(tmp_path):
    read = Settings.from_environment({"KPI_DATA_DIR": "here", "KPI_DATABASE_URL": ""}, cwd=tmp_path)
    assert read.data_dir == tmp_path / "here"
    assert read.database_url == f"sqlite:///{tmp_path}/here/kpi.sqlite3"
    assert not read.data_dir.exists()


def test_the_framework_here_goes_before_the_projects_own(tmp_path):
    checkout = Path(settings.__file__).resolve().parents[2]
    assert Settings.from_environment({}, cwd=tmp_path).framework == checkout / "indicators.yaml"
    (tmp_path / "indicators.yaml").touch()
    assert Settings.from_environment({}, cwd=tmp_path).framework == tmp_path / "indicators.yaml"


def test_run_from_its_source_the_data_lie_in_the_projects_folder(tmp_path):
    checkout = Path(settings.__file__).resolve().parents[2]
    assert Settings.from_environment({}, cwd=tmp_path).data_dir == checkout / "data"


@pytest.mark.parametrize(
    ("system", "environ", "expected"),
    [
        ("linux", {"XDG_DATA_HOME": "/xdg"}, "/xdg/social-innovation-kpi"),
        ("linux", {}, "~/.local/share/social-innovation-kpi"),
        ("darwin", {}, "~/Library/Application Support/social-innovation-kpi"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/social-innovation-kpi"),
    ],
)
def test_installed_the_data_lie_where_the_system_keeps_them(monkeypatch, tmp_path, system, environ, expected):
    monkeypatch.setattr(settings, "_checkout", lambda: None)
    monkeypatch.setattr("sys.platform", system)
    read = Settings.from_environment(environ, cwd=tmp_path)
    assert read.data_dir == Path(expected).expanduser()
    assert read.framework == tmp_path / "indicators.yaml"


@pytest.mark.parametrize(
    ("said", "public", "unknown"),
    [
        *((word, True, None) for word in ("1", "true", "Yes", " ON ")),
        *((word, False, None) for word in ("", "0", "false", "No", "off")),
        *((word, False, word) for word in ("ture", "2", "да")),
    ],
)
def test_the_public_page_is_on_only_where_that_is_said_and_what_is_neither_is_told(said, public, unknown, tmp_path):
    environ = {"KPI_PUBLIC": said}
    assert Settings.from_environment(environ, cwd=tmp_path).public is public
    assert unclear(environ) == unknown
