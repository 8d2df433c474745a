"""The standards that open data must keep, as their own people wrote them: IATI's schema, code lists and rules."""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from lxml import etree

from conftest import leave_out


@cache
def folder() -> Path:
    """Find the standard's files; they come with a package of which no code is run."""
    found = find_spec("iati")
    if found is None or not found.submodule_search_locations:
        leave_out("the schemas of IATI are not installed (tests/standards.txt)")
    return Path(found.submodule_search_locations[0]) / "resources" / "standard" / "2-03"


@cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(folder() / "schemas" / "iati-activities-schema.xsd"))


@cache
def codes(name: str) -> set[str]:
    """Give the codes of a list."""
    return set(etree.parse(folder() / "codelists" / f"{name}.xml").xpath("//codelist-item/code/text()"))


def needed() -> list[tuple[str, list[str]]]:
    """Give the rules that something be there: where, and one of which paths."""
    rules = json.loads((folder() / "rulesets" / "standard_ruleset.json").read_text(encoding="utf-8"))
    return [
        (where, case["paths"])
        for where, rule in rules.items()
        for case in rule.get("atleast_one", {"cases": []})["cases"]
    ]


def faults_of(document: etree._ElementTree) -> list[str]:
    """Give everything that the schema, and the rules that something be there, find wrong."""
    schema().validate(document)
    found = [str(each) for each in schema().error_log]
    found += [
        f"{document.getpath(element)}: none of {paths}"
        for where, paths in needed()
        for element in document.xpath(where)
        if not any(element.xpath(path) for path in paths)
    ]
    return found
