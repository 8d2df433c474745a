"""The README's examples run as they are written, and what it points to is there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands() -> list[str]:
    blocks = re.findall(r"```bash\n(.*?)```", README, re.DOTALL)
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines() if line.startswith("kpi ")]


def test_the_examples_run_in_their_order(tmp_path):
    environment = {**os.environ, "KPI_DATA_DIR": str(tmp_path / "data"), "KPI_LANG": "en"}
    environment.pop("KPI_DATABASE_URL", None)
    environment.pop("KPI_FRAMEWORK", None)
    assert len(commands()) >= 8
    for command in (re.sub(r"--out (\S+)", rf"--out {tmp_path}/\1", one) for one in commands()):
        run = subprocess.run(
            [sys.executable, "-m", *_words(command)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert run.returncode == 0, f"{command}\n{run.stdout[-2000:]}\n{run.stderr[-2000:]}"


def _words(command: str) -> list[str]:
    return [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', command)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document):
    for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_guide_is_there_in_both_languages():
    guides = {path.name for path in (ROOT / "docs" / "guides").iterdir()}
    for name in ("reporter", "manager", "funder"):
        assert {f"{name}.en.md", f"{name}.bg.md"} <= guides
