"""Cross-checks of forms and their columns."""

from collections.abc import Iterator, Mapping

from kpi.framework.found import (
    BACKWARDS,
    NEEDED,
    NEEDLESS,
    SCALE_GAPS,
    WRONG_TYPE,
    Found,
    Path,
    named,
)
from kpi.framework.model import Column, ColumnType, Form, FormKind, Framework
from kpi.problems import N_, Fault

_SHEET_NAME = 31
_SHEET_FORBIDDEN = frozenset("[]:*?/\\")
_NUMERIC = (ColumnType.COUNT, ColumnType.DECIMAL, ColumnType.MONEY)
_SPREADABLE = (*_NUMERIC, ColumnType.RATING)

SPREAD_DIFFERS = Fault("framework.spread_differs", N_("“{found}” is not spread over the same dimension."))
SHEET_NAME = Fault(
    "framework.sheet_name",
    N_("“{found}” cannot be the name of a sheet."),
    N_("At most 31 characters, none of [ ] : * ? / \\, different for each form."),
)


def forms(framework: Framework) -> Iterator[Found]:
    """Check every form: its names, whom it asks, its layout, its columns."""
    names: dict[tuple[str, str], str] = {}
    for key, form in framework.forms.items():
        path = ("forms", key)
        for language, label in form.label.items():
            if len(label) > _SHEET_NAME or _SHEET_FORBIDDEN & set(label) or (language, label.casefold()) in names:
                yield Found((*path, "label", language), SHEET_NAME, {"found": label})
            names[language, label.casefold()] = key
        for attribute, categories in form.asked_of.items():
            yield from named((*path, "asked_of", attribute), N_("attribute"), attribute, framework.organisation)
            dimension = framework.organisation.get(attribute)
            if dimension and dimension.dimension in framework.dimensions:
                known = framework.dimensions[dimension.dimension].categories
                for category in categories:
                    yield from named((*path, "asked_of", attribute), N_("category"), category, known)
        yield from _layout(framework, path, form)
        for name, column in form.columns.items():
            yield from _column(framework, (*path, "columns", name), form, column)


def _layout(framework: Framework, path: Path, form: Form) -> Iterator[Found]:
    if form.kind is FormKind.GRID:
        yield from named((*path, "rows"), N_("dimension"), form.rows, framework.dimensions)
        if form.key is not None:
            yield Found((*path, "key"), NEEDLESS, {"found": "key", "allowed": "kind: register"})
        return
    if form.rows is not None:
        yield Found((*path, "rows"), NEEDLESS, {"found": "rows", "allowed": "kind: grid"})
    yield from named((*path, "key"), N_("column"), form.key, form.columns)
    if form.key in form.columns and form.columns[form.key].type is not ColumnType.TEXT:
        column = form.columns[form.key]
        yield Found((*path, "key"), WRONG_TYPE, {"found": form.key, "type": column.type.value, "allowed": "text"})
    if form.key in form.columns and not form.columns[form.key].required:
        yield Found(("forms", path[1], "columns", form.key, "required"), NEEDED, {"found": "required: true"})


#: Which settings belong to which types of column.
_BELONGS: Mapping[str, tuple[ColumnType, ...]] = {
    "dimension": (ColumnType.CHOICE,),
    "scale": (ColumnType.RATING,),
    "spread": _SPREADABLE,
    "at_most": _NUMERIC,
    "minimum": _NUMERIC,
    "maximum": _NUMERIC,
    "weight": (ColumnType.DECIMAL, ColumnType.COUNT, ColumnType.RATING),
    "dated": (ColumnType.MONEY,),
    "form": (ColumnType.REF,),
}
_NEEDS = {ColumnType.CHOICE: "dimension", ColumnType.RATING: "scale", ColumnType.REF: "form"}


def _column(framework: Framework, path: Path, form: Form, column: Column) -> Iterator[Found]:
    for setting, types in _BELONGS.items():
        if getattr(column, setting) is not None and column.type not in types:
            allowed = [f"type: {one.value}" for one in types]
            yield Found((*path, setting), NEEDLESS, {"found": setting, "allowed": allowed})
    needed = _NEEDS.get(column.type)
    if needed and getattr(column, needed) is None:
        yield Found(path, NEEDED, {"found": needed})
    if column.type is ColumnType.MONEY and framework.money is None:
        yield Found(path, NEEDED, {"found": "money"})
    if column.minimum is not None and column.maximum is not None and column.maximum < column.minimum:
        yield Found((*path, "maximum"), BACKWARDS, {"found": column.maximum})
    yield from named((*path, "dimension"), N_("dimension"), column.dimension, framework.dimensions)
    yield from named((*path, "spread"), N_("dimension"), column.spread, framework.dimensions)
    yield from _scales(framework, path, column)
    yield from _beside(path, form, column)
    yield from named((*path, "form"), N_("form"), column.form, framework.forms)
    if column.form in framework.forms and framework.forms[column.form].key is None:
        yield Found((*path, "form"), NEEDED, {"found": f"forms.{column.form}.key"})


def _scales(framework: Framework, path: Path, column: Column) -> Iterator[Found]:
    scales = column.scale if isinstance(column.scale, Mapping) else {"": column.scale} if column.scale else {}
    for category, scale in scales.items():
        where = (*path, "scale", category) if category else (*path, "scale")
        yield from named(where, N_("dimension"), scale, framework.dimensions)
        if scale in framework.dimensions and not framework.dimensions[scale].is_scale:
            yield Found(where, SCALE_GAPS, {"found": scale})
    if isinstance(column.scale, Mapping):
        spread = framework.dimensions.get(column.spread or "")
        if spread is None:
            yield Found((*path, "scale"), NEEDED, {"found": "spread"})
            return
        for category in spread.categories:
            if category not in column.scale:
                yield Found((*path, "scale"), NEEDED, {"found": category})
        for category in column.scale:
            yield from named((*path, "scale", category), N_("category"), category, spread.categories)


def _beside(path: Path, form: Form, column: Column) -> Iterator[Found]:
    """Check the columns that a column names in its own row."""
    wanted = {"at_most": _NUMERIC, "weight": (ColumnType.COUNT,), "dated": (ColumnType.DATE,)}
    for setting, types in wanted.items():
        name = getattr(column, setting)
        yield from named((*path, setting), N_("column"), name, form.columns)
        other = form.columns.get(name or "")
        if other is None:
            continue
        if other.type not in types:
            allowed = [one.value for one in types]
            yield Found((*path, setting), WRONG_TYPE, {"found": name, "type": other.type.value, "allowed": allowed})
        if other.spread not in (None, column.spread) or (setting == "at_most" and other.spread != column.spread):
            yield Found((*path, setting), SPREAD_DIFFERS, {"found": name})
