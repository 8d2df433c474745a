"""A JSON Schema of the framework's file, by which an editor completes, explains and checks."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from kpi.framework.model import Framework


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of a framework's file; its descriptions are the grammar's own.

    It knows the shape of every entry. What only shows when entries are seen together (names that must exist,
    languages that must be there) is for `kpi.framework.load`.
    """
    schema = Framework.model_json_schema(by_alias=True)
    return {"$schema": GenerateJsonSchema.schema_dialect, **schema}
