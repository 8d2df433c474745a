"""Cross-checks of dimensions: their roll-ups, their scales, the names they may not take."""

from collections.abc import Iterator

from kpi.framework.found import NEEDLESS, OUT_OF_RANGE, SCALE_GAPS, TWICE_THE_SAME, Found, Path, named
from kpi.framework.model import Category, Dimension, Framework
from kpi.framework.spreadsheet import is_read_as_empty
from kpi.problems import N_, Fault, Own, Severity

#: A rating's step is a slice of this name, beside the dimensions.
_RESERVED = frozenset({"rating"})
#: What a spread cell may not be called: records and field names use these words themselves.
_RESERVED_CATEGORIES = frozenset({"currency", "amount", "not_applicable"})

#: What a step's number may be, so that ratings add up exactly.
_LARGEST_STEP, _STEP_DECIMALS = 1_000_000, 6

CYCLE = Fault("framework.cycle", N_("“{found}” rolls up to itself."), N_("Take out one of the steps: {steps}."))
NO_PARENT = Fault(
    "framework.no_parent",
    N_("“{found}” does not say to which category it rolls up."),
    N_("Write in: with a category of “{above}”."),
)
READ_AS_EMPTY = Fault(
    "framework.read_as_empty",
    N_("“{found}” is read as an empty cell by programs for statistics: whoever fills in workbooks with them loses it."),
    N_("Choose another label; was: [{former}] beside it lets older workbooks be read."),
    Severity.WARNING,
)
RESERVED = Fault("framework.reserved", N_("“{found}” is a name of the program itself."), N_("Choose another key."))


def dimensions(framework: Framework) -> Iterator[Found]:
    """Check every dimension and its categories."""
    spreads = {column.spread for form in framework.forms.values() for column in form.columns.values()}
    for key, dimension in framework.dimensions.items():
        path = ("dimensions", key)
        if key in _RESERVED:
            yield Found(path, RESERVED, {"found": key})
        above = dimension.rolls_up_to
        yield from named((*path, "rolls_up_to"), N_("dimension"), above, framework.dimensions)
        steps = _steps_up(framework, key)
        if steps[-1] == key and len(steps) > 1:
            yield Found((*path, "rolls_up_to"), CYCLE, {"found": key, "steps": " → ".join(steps)})
        yield from _scale(path, key, dimension)
        for name, category in dimension.categories.items():
            yield from _parent(framework, (*path, "categories", name), above, name, category)
            if key in spreads and name in _RESERVED_CATEGORIES:
                yield Found((*path, "categories", name), RESERVED, {"found": name})
            for language, label in category.label.items():
                if label.strip() and is_read_as_empty(label):
                    where = (*path, "categories", name, "label", language)
                    yield Found(where, READ_AS_EMPTY, {"found": label, "former": label})


def _steps_up(framework: Framework, key: str) -> list[str]:
    """Give a dimension and those it rolls up to; a cycle ends where it closes."""
    steps = [key]
    while (up := framework.dimensions[steps[-1]].rolls_up_to) in framework.dimensions and up is not None:
        closed = up in steps
        steps.append(up)
        if closed:
            break
    return steps


def _scale(path: Path, key: str, dimension: Dimension) -> Iterator[Found]:
    values = {name: category.value for name, category in dimension.categories.items() if category.value is not None}
    if values and len(values) < len(dimension.categories):
        yield Found(path, SCALE_GAPS, {"found": key})
    within = Own(
        N_("at most {largest}, with at most {decimals} decimals"), largest=_LARGEST_STEP, decimals=_STEP_DECIMALS
    )
    first: dict[object, str] = {}
    for name, value in values.items():
        if value in first:
            yield Found((*path, "categories", name, "value"), TWICE_THE_SAME, {"found": value, "first": first[value]})
        first.setdefault(value, name)
        if abs(value) > _LARGEST_STEP or value != round(value, _STEP_DECIMALS):
            yield Found((*path, "categories", name, "value"), OUT_OF_RANGE, {"found": str(value), "allowed": within})


def _parent(framework: Framework, path: Path, above: str | None, name: str, category: Category) -> Iterator[Found]:
    if above is None:
        if category.in_ is not None:
            allowed = Own(N_("a category of a dimension with rolls_up_to"))
            yield Found((*path, "in"), NEEDLESS, {"found": "in", "allowed": allowed})
    elif category.in_ is None:
        yield Found(path, NO_PARENT, {"found": name, "above": above})
    elif above in framework.dimensions:
        yield from named((*path, "in"), N_("category"), category.in_, framework.dimensions[above].categories)
