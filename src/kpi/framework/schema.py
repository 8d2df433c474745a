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
    return {"$schema": GenerateJsonSchema.schema_dialect, **_closed(schema)}


def _closed(schema: Any) -> Any:  # noqa: ANN401 (a JSON value)
    """Refuse keys that do not look like one: pydantic says only what holds for those that do."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(one) for name, one in schema.items()}
    if "patternProperties" in closed:
        closed.setdefault("additionalProperties", False)
    return closed
