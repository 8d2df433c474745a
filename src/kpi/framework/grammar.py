"""What the grammar says of a place in the file: which model, which field, which kind of value."""

from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from kpi.framework.found import Path
from kpi.framework.model import Framework
from kpi.language import Text

_MAPPINGS = (dict, Mapping)


def kinds(annotation: Any) -> Iterator[Any]:  # noqa: ANN401 (annotations have no common type)
    """Give what a value may be, without the dressing: the members of a union, what is annotated."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from kinds(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for member in get_args(annotation):
            yield from kinds(member)
    else:
        yield annotation


def is_text(annotation: Any) -> bool:  # noqa: ANN401 (annotations have no common type)
    """Tell whether a text in every language stands here (and not one of several kinds of value)."""
    return Text in (here := set(kinds(annotation))) and here <= {Text, NoneType}


def is_mapping(annotation: Any) -> bool:  # noqa: ANN401 (annotations have no common type)
    """Tell whether entries by key stand here."""
    return any(_origin(kind) in _MAPPINGS for kind in kinds(annotation))


def _origin(kind: Any) -> Any:  # noqa: ANN401 (annotations have no common type)
    origin = get_origin(kind)
    return dict if isinstance(origin, type) and issubclass(origin, Mapping) else origin


def models(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401 (annotations have no common type)
    """Give the models among what a value may be."""
    return [kind for kind in kinds(annotation) if isinstance(kind, type) and issubclass(kind, BaseModel)]


def names(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Give the keys that an entry may have, as the file writes them."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


def inside(annotation: Any, step: str | int) -> Any:  # noqa: ANN401 (annotations have no common type)
    """Give what may stand one step further; nothing where the grammar knows no such place."""
    for kind in kinds(annotation):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            field = names(kind).get(str(step))
            if field is not None:
                return field.annotation
        elif _origin(kind) is dict:
            return get_args(kind)[1]
        elif _origin(kind) is tuple:
            return get_args(kind)[0]
    return None


def annotation_at(path: Path) -> Any:  # noqa: ANN401 (annotations have no common type)
    """Give what may stand at a path; nothing where the grammar knows no such place."""
    annotation: Any = Framework
    for step in path:
        annotation = inside(annotation, step)
    return annotation


def field_at(path: Path) -> FieldInfo | None:
    """Give the field of a model that a path leads to; none for an entry by key or of a list."""
    above = models(annotation_at(path[:-1])) if path else []
    return names(above[0]).get(str(path[-1])) if above else None
