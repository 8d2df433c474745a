"""Every fault of a framework is found at its line, alone: one file a fault, the line marked in the file."""

import re
from pathlib import Path

import pytest

from kpi.framework.load import load_file
from kpi.language import message

FRAMEWORKS = Path(__file__).parent / "data" / "frameworks"
FAULTY = sorted((FRAMEWORKS / "faulty").glob("*.yaml"))
MARK = re.compile(r"# fault: (.+)$")


def expected(path):
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    return sorted((number, code) for number, line in lines if (mark := MARK.search(line)) for code in mark[1].split())


@pytest.mark.parametrize("path", FAULTY, ids=lambda path: path.stem)
def test_a_fault_is_found_at_its_line_and_no_other(path):
    assert expected(path)
    loaded = load_file(path)
    told = [(problem.place.line, problem.code) for problem in loaded.problems]
    assert sorted(told) == expected(path), [message(problem, "en") for problem in loaded.problems]
    assert loaded.framework is None
