"""The JSON Schema of the framework's file accepts what the program accepts, and explains every entry."""

import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from kpi.framework.load import load_text
from kpi.framework.schema import json_schema

ROOT = Path(__file__).parents[1]
FRAMEWORKS = Path(__file__).parent / "data" / "frameworks"
SOUND = [FRAMEWORKS / "small.yaml", FRAMEWORKS / "second.yaml", ROOT / "indicators.yaml"]
SCHEMA = json_schema()


class EditorsLoader(yaml.SafeLoader):
    """Reads YAML as editors do (version 1.2): dates and “on” are text."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 (PyYAML's own way to say it)


EditorsLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))
EditorsLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(null|~|)$"), ["n", "~", ""])
EditorsLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?\d+$"), list("-0123456789"))
EditorsLoader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^-?\d+\.\d+$"), list("-0123456789"))


def as_json(value):
    if isinstance(value, dict):
        return {str(key): as_json(one) for key, one in value.items()}
    return [as_json(one) for one in value] if isinstance(value, list) else value


def faults(text):
    data = as_json(yaml.load(text, Loader=EditorsLoader))  # noqa: S506 (a safe loader of ours)
    return list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(data))


def test_it_is_a_schema_of_its_draft():
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.stem)
def test_sound_frameworks_fit(path):
    assert [fault.message for fault in faults(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "name",
    [
        "mistyped_key_in_column",
        "mistyped_section",
        "missing_key",
        "mistyped_kind",
        "not_a_quarter",
        "not_a_list",
        "bad_language",
        "bad_currency",
        "mistyped_condition",
        "bad_key",
    ],
)
def test_faults_of_form_are_seen_by_the_editor_too(name):
    text = (FRAMEWORKS / "faulty" / f"{name}.yaml").read_text(encoding="utf-8")
    assert load_text(text).framework is None
    assert faults(text)


def test_every_entry_and_every_key_is_explained():
    for name, entry in {"Framework": SCHEMA, **SCHEMA["$defs"]}.items():
        assert entry.get("description"), name
        for key, setting in entry.get("properties", {}).items():
            assert setting.get("description") or "$ref" in setting, f"{name}.{key}"


def test_keys_are_those_of_the_file():
    category = SCHEMA["$defs"]["Category"]["properties"]
    assert {"from", "until", "in", "label"} <= set(category)
    assert not {"since", "in_"} & set(category)
    assert "name" in SCHEMA["$defs"]["Indicator"]["properties"]


def test_a_text_is_written_bare_or_by_language():
    text = SCHEMA["$defs"]["Level"]["properties"]["label"]
    kinds = [kind["type"] for kind in text["oneOf"]]
    assert kinds == ["string", "object"]
