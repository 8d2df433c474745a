"""The categories of a dimension as people name them: by label in any language, by key, by both, by number."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

from kpi.framework.model import Category, Dimension, Framework
from kpi.intake.numbers import written
from kpi.intake.words import plain
from kpi.language import Text
from kpi.quarter import Quarter

_LISTED = 12
_LONGEST_HINT = 60
_HINTS = 300


@dataclass(slots=True)
class Hints:
    """How many more “did you mean” may be looked for, and those that were.

    They are for people. What a sheet repeats is looked for once, and different wrong texts for the first few hundred
    only, so that no content can make the check slow. With a hint or without, the fault keeps its code.
    """

    left: int = _HINTS
    found: dict[tuple[str, tuple[str, ...]], str | None] = field(default_factory=dict)

    def closest(self, typed: str, known: Iterable[str]) -> str | None:
        """Give the known text nearest to the typed one; none where nothing is near."""
        asked = (typed, tuple(known))
        if asked not in self.found:
            if not self.left or len(typed) > _LONGEST_HINT:
                return None
            self.left -= 1
            self.found[asked] = next(iter(get_close_matches(*asked, n=1, cutoff=0.72)), None)
        return self.found[asked]


@dataclass(frozen=True)
class Choices:
    """What may be chosen from a dimension for a quarter, and what could be once."""

    dimension: Dimension
    quarter: Quarter
    numbered: bool = False

    @cached_property
    def current(self) -> Mapping[str, Category]:
        """The categories that may be chosen, by key."""
        return self.dimension.current(self.quarter)

    @cached_property
    def _names(self) -> Mapping[str, frozenset[str]]:
        names: dict[str, set[str]] = {}
        for key, category in self.dimension.categories.items():
            for name in _names_of(key, category):
                names.setdefault(name, set()).add(key)
        return {name: frozenset(keys) for name, keys in names.items()}

    @cached_property
    def _current_names(self) -> tuple[str, ...]:
        return tuple(name for name, keys in self._names.items() if keys & self.current.keys())

    def named(self, typed: str) -> frozenset[str]:
        """Give the keys of the categories that a typed text names, of the current ones and the others."""
        return self._names.get(plain(typed), frozenset())

    def nearest(self, typed: str, hints: Hints) -> Text | None:
        """Give the label of the current category that was probably meant."""
        name = hints.closest(plain(typed), self._current_names)
        if name is None:
            return None
        return self.label(next(key for key in self.current if key in self._names[name]))

    def label(self, key: str) -> Text:
        """Give a category's label, with its number in front where people choose by number."""
        category = self.dimension.categories[key]
        return category.numbered if self.numbered else category.label

    @cached_property
    def listed(self) -> tuple[Text | str, ...]:
        """The labels to name in a message; a long list ends in an ellipsis."""
        labels: list[Text | str] = [self.label(key) for key in self.current]
        return tuple(labels) if len(labels) <= _LISTED else (*labels[:_LISTED], "…")


def _names_of(key: str, category: Category) -> Iterator[str]:
    marks = [key, *category.was]
    if category.value is not None:
        marks.append(written(category.value))
    yield from map(plain, marks)
    for label in category.label.values():
        yield plain(label)
        for mark in marks:
            yield plain(f"{mark} - {label}")
            yield plain(f"{mark} {label}")
            yield plain(f"{mark}. {label}")
            yield plain(f"{label} ({mark})")


def choices_for(framework: Framework, quarter: Quarter) -> dict[str, Choices]:
    """Give the choices of every dimension for a quarter."""
    scales = {scale for form in framework.forms.values() for c in form.columns.values() for scale in _scales(c.scale)}
    return {key: Choices(dimension, quarter, numbered=key in scales) for key, dimension in framework.dimensions.items()}


def _scales(scale: str | Mapping[str, str] | None) -> Collection[str]:
    if scale is None:
        return ()
    return (scale,) if isinstance(scale, str) else tuple(scale.values())
