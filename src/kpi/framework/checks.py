"""Cross-checks: whether the entries of a framework fit each other.

Each check is a small function in `CHECKS`; it yields what it found with the path of the entry, which `load` turns
into a line of the file.
"""

from collections.abc import Callable, Iterator, Mapping

from pydantic import BaseModel

from kpi.framework import check_forms, check_indicators
from kpi.framework.found import BACKWARDS, NEEDLESS, SCALE_GAPS, Found, Path, named
from kpi.framework.model import Category, Framework, Lasting
from kpi.problems import N_, Fault

#: Names of slices that no dimension may take: a rating's step is one.
_RESERVED = frozenset({"rating"})

NO_TEXT = Fault("framework.no_text", N_("The text “{key}” is missing in this language: {found}."))
UNKNOWN_LANGUAGE = Fault(
    "framework.unknown_language",
    N_("The language “{found}” is not among the programme's languages."),
    N_("Declared: {allowed}."),
)
CYCLE = Fault("framework.cycle", N_("“{found}” rolls up to itself."))
NO_PARENT = Fault(
    "framework.no_parent",
    N_("“{found}” does not say to which category it rolls up."),
    N_("Write in: with a category of “{above}”."),
)
IN_USE = Fault(
    "framework.in_use", N_("The former name “{found}” is in use again."), N_("A key means one thing for ever.")
)
RESERVED = Fault("framework.reserved", N_("“{found}” is a name of the program."), N_("Choose another key."))


#: Where an entry stands: the keys and list positions that lead to it.


def cross_check(framework: Framework) -> list[Found]:
    """Give everything that does not fit, in the order of the checks."""
    return [found for check in CHECKS for found in check(framework)]


def _walk(value: object, path: Path) -> Iterator[tuple[Path, str, object]]:
    """Give every value of the framework with its path and key."""
    if isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            key = info.alias or name
            inner = getattr(value, name)
            yield (*path, key), name, inner
            yield from _walk(inner, (*path, key))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield (*path, key), str(key), inner
            yield from _walk(inner, (*path, key))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield (*path, index), str(index), inner
            yield from _walk(inner, (*path, index))


_TEXT_FIELDS = frozenset(
    {
        "label",
        "name",
        "help",
        "description",
        "definition",
        "collected",
        "responsible",
        "source",
        "reason",
        "assumptions",
    }
)


def _texts(framework: Framework) -> Iterator[Found]:
    declared = framework.languages
    for path, name, value in _walk(framework, ()):
        is_guidance = len(path) > 1 and path[-2] == "guidance"
        if not isinstance(value, Mapping) or not (name in _TEXT_FIELDS or is_guidance):
            continue
        if path[-2:-1] in (("columns",), ("forms",), ("dimensions",), ("categories",), ("indicators",)):
            continue
        for language in declared:
            if not str(value.get(language, "")).strip():
                yield Found(path, NO_TEXT, {"key": str(path[-1]), "found": language})
        for language in value:
            if language not in declared:
                yield Found((*path, language), UNKNOWN_LANGUAGE, {"found": language, "allowed": list(declared)})


def _lasting(framework: Framework) -> Iterator[Found]:
    for path, _, value in _walk(framework, ()):
        if isinstance(value, Lasting) and value.since and value.until and value.until < value.since:
            yield Found((*path, "until"), BACKWARDS, {"found": value.until})
    families: list[tuple[Path, Mapping[str, Lasting]]] = [
        (("forms",), framework.forms),
        (("indicators",), framework.indicators),
    ]
    families += [(("dimensions", key, "categories"), one.categories) for key, one in framework.dimensions.items()]
    families += [(("forms", key, "columns"), one.columns) for key, one in framework.forms.items()]
    for path, family in families:
        former: set[str] = set(family)
        for key, entry in family.items():
            for old in entry.was:
                if old in former:
                    yield Found((*path, key, "was"), IN_USE, {"found": old})
                former.add(old)
            yield from named((*path, key, "replaces"), N_("entry"), entry.replaces, family)


def _dimensions(framework: Framework) -> Iterator[Found]:
    for key, dimension in framework.dimensions.items():
        path = ("dimensions", key)
        if key in _RESERVED:
            yield Found(path, RESERVED, {"found": key})
        above = dimension.rolls_up_to
        yield from named((*path, "rolls_up_to"), N_("dimension"), above, framework.dimensions)
        if above == key or (above in framework.dimensions and key in framework.above(above)):
            yield Found((*path, "rolls_up_to"), CYCLE, {"found": key})
        values = [category.value is not None for category in dimension.categories.values()]
        if any(values) and not all(values):
            yield Found(path, SCALE_GAPS, {"found": key})
        for name, category in dimension.categories.items():
            yield from _parent(framework, (*path, "categories", name), above, name, category)


def _parent(framework: Framework, path: Path, above: str | None, name: str, category: Category) -> Iterator[Found]:
    if above is None:
        if category.in_ is not None:
            yield Found((*path, "in"), NEEDLESS, {"found": "in", "allowed": "rolls_up_to"})
    elif category.in_ is None:
        yield Found(path, NO_PARENT, {"found": name, "above": above})
    elif above in framework.dimensions:
        yield from named((*path, "in"), N_("category"), category.in_, framework.dimensions[above].categories)


def _organisation(framework: Framework) -> Iterator[Found]:
    for name, attribute in framework.organisation.items():
        path = ("organisation", name, "dimension")
        yield from named(path, N_("dimension"), attribute.dimension, framework.dimensions)


def _headlines(framework: Framework) -> Iterator[Found]:
    for key, headline in framework.headlines.items():
        path = ("headlines", key, "indicator")
        yield from named(path, N_("indicator"), headline.indicator, framework.indicators)


CHECKS: tuple[Callable[[Framework], Iterator[Found]], ...] = (
    _texts,
    _lasting,
    _dimensions,
    _organisation,
    _headlines,
    check_forms.forms,
    check_indicators.measures,
    check_indicators.plans,
)
