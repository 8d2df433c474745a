"""Cross-checks of what all entries with a key share: their time, their names, their former keys."""

from collections.abc import Iterator, Mapping

from kpi.framework.found import BACKWARDS, TWICE_THE_SAME, Found, Path, named
from kpi.framework.model import Attribute, Dimension, Framework, Headline, Lasting
from kpi.problems import N_, Fault

IN_USE = Fault(
    "framework.in_use",
    N_("The former key “{found}” is in use for something else."),
    N_("A key means one thing for ever; choose a new one."),
)
REPLACES_ITSELF = Fault("framework.replaces_itself", N_("“{found}” cannot replace itself."))


def lasting(framework: Framework) -> Iterator[Found]:
    """Check the time and the former keys of every entry, and that people can tell entries apart."""
    yield from _former(("dimensions",), framework.dimensions)
    yield from _former(("organisation",), framework.organisation)
    families: list[tuple[Path, Mapping[str, Lasting], str]] = [
        (("forms",), framework.forms, "label"),
        (("indicators",), framework.indicators, "name"),
        (("checks",), framework.checks, "label"),
    ]
    families += [
        (("dimensions", key, "categories"), one.categories, "label") for key, one in framework.dimensions.items()
    ]
    families += [(("forms", key, "columns"), one.columns, "label") for key, one in framework.forms.items()]
    for path, family, label in families:
        yield from _former(path, family)
        if path != ("forms",):
            yield from same_labels(path, family, label)
        for key, entry in family.items():
            if entry.since and entry.until and entry.until < entry.since:
                yield Found((*path, key, "until"), BACKWARDS, {"found": entry.until, "first": entry.since})
            yield from named((*path, key, "replaces"), N_("entry"), entry.replaces, family)
            if entry.replaces == key:
                yield Found((*path, key, "replaces"), REPLACES_ITSELF, {"found": key})


def _former(
    path: Path, family: Mapping[str, Lasting] | Mapping[str, Dimension] | Mapping[str, Attribute]
) -> Iterator[Found]:
    taken = set(family)
    for key, entry in family.items():
        for index, old in enumerate(entry.was):
            if old in taken:
                yield Found((*path, key, "was", index), IN_USE, {"found": old})
            taken.add(old)


def same_labels(path: Path, family: Mapping[str, Lasting] | Mapping[str, Headline], label: str) -> Iterator[Found]:
    """Find entries of one list that people would see at the same time under the same name."""
    first: dict[tuple[str, str], list[str]] = {}
    for key, entry in family.items():
        for language, text in entry.label.items():
            others = first.setdefault((language, " ".join(text.split()).casefold()), [])
            same = next((other for other in others if _together(entry, family[other])), None)
            if same is not None and text.strip():
                yield Found((*path, key, label, language), TWICE_THE_SAME, {"found": text, "first": same})
            others.append(key)


def _together(one: Lasting | Headline, other: Lasting | Headline) -> bool:
    if not isinstance(one, Lasting) or not isinstance(other, Lasting):
        return True
    apart = (one.until and other.since and one.until < other.since) or (
        other.until and one.since and other.until < one.since
    )
    return not apart
