"""Cross-checks of forms and their columns."""

from collections.abc import Iterator, Mapping

from kpi.framework.found import NEEDED, NEEDLESS, OUT_OF_RANGE, SCALE_GAPS, WRONG_TYPE, Found, Path, named
from kpi.framework.model import Column, ColumnType, Form, FormKind, FormTime, Framework, Who
from kpi.framework.spreadsheet import is_sheet_name
from kpi.problems import N_, Fault

_NUMERIC = (ColumnType.COUNT, ColumnType.DECIMAL, ColumnType.MONEY)
_SPREADABLE = (*_NUMERIC, ColumnType.RATING)

SPREAD_DIFFERS = Fault(
    "framework.spread_differs",
    N_("“{found}” is not spread over the same dimension as “{key}”."),
    N_("Give both the same spread. Except for money, “{found}” may also have none."),
)
SHEET_NAME = Fault(
    "framework.sheet_name",
    N_("“{found}” cannot be the name of a sheet in Excel."),
    N_("At most 31 characters, none of [ ] : * ? / \\, no ' at either end, different for each form."),
)
ITSELF = Fault("framework.itself", N_("“{found}” names itself."), N_("Name another column."))
ASKED_OF_NOBODY = Fault(
    "framework.asked_of_nobody",
    N_("Nobody is asked for this form."),
    N_("Name the categories that are asked, or leave asked_of out to ask everybody."),
)
GIVEN_BY_NOBODY = Fault(
    "framework.given_by_nobody",
    N_("Nobody fills in this column."),
    N_("Name the categories that fill it in, or leave given_by out to let everybody do so."),
)
GIVEN_REQUIRED = Fault(
    "framework.given_required",
    N_("“{found}” must be filled in, but not everybody who is asked for the form may do so."),
    N_("Leave out either required: true or given_by."),
)
GIVEN_APART = Fault(
    "framework.given_apart",
    N_("“{found}” is not given by the same organisations as “{key}”, though neither is complete without the other."),
    N_("Give both the same given_by."),
)


def forms(framework: Framework) -> Iterator[Found]:
    """Check every form: its names, whom it asks, its layout, its columns."""
    names: set[tuple[str, str]] = set()
    for key, form in framework.forms.items():
        path = ("forms", key)
        for language, label in form.label.items():
            if not is_sheet_name(label) or (language, label.casefold()) in names:
                yield Found((*path, "label", language), SHEET_NAME, {"found": label})
            names.add((language, label.casefold()))
        yield from _who(framework, (*path, "asked_of"), form.asked_of, ASKED_OF_NOBODY)
        yield from _layout(framework, path, form)
        for name, column in form.columns.items():
            yield from _column(framework, (*path, "columns", name), form, column)


def _who(framework: Framework, path: Path, who: Who, nobody: Fault) -> Iterator[Found]:
    for attribute, categories in who.items():
        place = (*path, attribute)
        yield from named(place, N_("attribute of the organisation"), attribute, framework.organisation)
        if not categories:
            yield Found(place, nobody)
        known = framework.organisation.get(attribute)
        if known and known.dimension in framework.dimensions:
            among = framework.dimensions[known.dimension].categories
            for index, category in enumerate(categories):
                yield from named((*place, index), N_("category"), category, among)


def _layout(framework: Framework, path: Path, form: Form) -> Iterator[Found]:
    if form.kind is FormKind.GRID:
        yield from named((*path, "rows"), N_("dimension"), form.rows, framework.dimensions)
        if form.key is not None:
            yield Found((*path, "key"), NEEDLESS, {"found": "key", "allowed": "kind: register"})
        return
    if form.rows is not None:
        yield Found((*path, "rows"), NEEDLESS, {"found": "rows", "allowed": "kind: grid"})
    yield from named((*path, "key"), N_("column"), form.key, form.columns)
    column = form.columns.get(form.key or "")
    if column is None:
        return
    if column.type is not ColumnType.TEXT:
        yield Found((*path, "key"), WRONG_TYPE, {"found": form.key, "type": column.type.value, "allowed": "text"})
    if not column.required:
        yield Found((*path, "columns", str(form.key)), NEEDED, {"found": "required: true"})


#: Which settings belong to which types of column.
_BELONGS: Mapping[str, tuple[ColumnType, ...]] = {
    "dimension": (ColumnType.CHOICE,),
    "scale": (ColumnType.RATING,),
    "spread": _SPREADABLE,
    "at_most": _NUMERIC,
    "minimum": _NUMERIC,
    "maximum": _NUMERIC,
    "decimals": (ColumnType.DECIMAL,),
    "weight": (ColumnType.DECIMAL, ColumnType.COUNT, ColumnType.RATING),
    "dated": (ColumnType.MONEY,),
    "happened": (ColumnType.DATE,),
    "form": (ColumnType.REF,),
}
_NEEDS = {ColumnType.CHOICE: "dimension", ColumnType.RATING: "scale", ColumnType.REF: "form"}


def _column(framework: Framework, path: Path, form: Form, column: Column) -> Iterator[Found]:
    for setting, types in _BELONGS.items():
        # A setting that is written out means something even where it says what holds anyway.
        if setting in column.model_fields_set and getattr(column, setting) is not None and column.type not in types:
            allowed = [f"type: {one.value}" for one in types]
            yield Found((*path, setting), NEEDLESS, {"found": setting, "allowed": allowed})
    needed = _NEEDS.get(column.type)
    if needed and getattr(column, needed) is None:
        yield Found(path, NEEDED, {"found": needed})
    if column.type is ColumnType.MONEY and framework.money is None:
        yield Found((*path, "type"), NEEDED, {"found": "money"})
    if column.minimum is not None and column.maximum is not None and column.maximum < column.minimum:
        values = {"found": str(column.maximum), "allowed": f"≥ {column.minimum}"}
        yield Found((*path, "maximum"), OUT_OF_RANGE, values)
    yield from named((*path, "dimension"), N_("dimension"), column.dimension, framework.dimensions)
    yield from named((*path, "spread"), N_("dimension"), column.spread, framework.dimensions)
    yield from _scales(framework, path, column)
    yield from _beside(path, form, column)
    yield from _given(framework, path, form, column)
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
            if column.spread is None:
                yield Found((*path, "scale"), NEEDED, {"found": "spread"})
            return
        for category in spread.categories:
            if category not in column.scale:
                yield Found((*path, "scale"), NEEDED, {"found": category})
        for category in column.scale:
            yield from named((*path, "scale", category), N_("category"), category, spread.categories)


def _beside(path: Path, form: Form, column: Column) -> Iterator[Found]:
    """Check the columns that a column names in its own row."""
    # An amount can only be compared with an amount, a number with a number.
    alike = (ColumnType.MONEY,) if column.type is ColumnType.MONEY else (ColumnType.COUNT, ColumnType.DECIMAL)
    wanted = {"at_most": alike, "weight": (ColumnType.COUNT,), "dated": (ColumnType.DATE,)}
    key = str(path[-1])
    for setting, types in wanted.items():
        name = getattr(column, setting)
        place = (*path, setting)
        yield from named(place, N_("column"), name, form.columns)
        other = form.columns.get(name or "")
        if other is None:
            continue
        if name == key:
            yield Found(place, ITSELF, {"found": name})
        elif other.type not in types:
            allowed = [one.value for one in types]
            yield Found(place, WRONG_TYPE, {"found": name, "type": other.type.value, "allowed": allowed})
        # What is not spread goes with every category, or limits them together; amounts have no total before conversion.
        elif other.spread != column.spread and (other.spread is not None or column.type is ColumnType.MONEY):
            yield Found(place, SPREAD_DIFFERS, {"found": name, "key": key})


def _given(framework: Framework, path: Path, form: Form, column: Column) -> Iterator[Found]:
    """Check who fills a column in. What others gave has to stay: in rows that are known again and go on."""
    yield from _who(framework, (*path, "given_by"), column.given_by, GIVEN_BY_NOBODY)
    if column.given_by and (form.key is None or form.kind is not FormKind.REGISTER or form.time is not FormTime.STOCK):
        allowed = ["kind: register", "time: stock", "key"]
        yield Found((*path, "given_by"), NEEDLESS, {"found": "given_by", "allowed": allowed})
    if column.given_by and column.required:
        yield Found((*path, "given_by"), GIVEN_REQUIRED, {"found": path[-1]})
    for setting in ("weight", "dated"):
        name = getattr(column, setting)
        if name in form.columns and form.columns[name].given_by != column.given_by:
            yield Found((*path, setting), GIVEN_APART, {"found": name, "key": path[-1]})
