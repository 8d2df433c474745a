"""Dimensions: closed lists of categories by which figures are broken down."""

from typing import Annotated

from pydantic import Field

from kpi.framework.base import Frozen, Key, Lasting, Number, Words
from kpi.language import Text
from kpi.quarter import Quarter


class Category(Lasting):
    """One member of a dimension."""

    description: Words | None = None
    """What belongs to it; of a rating scale's step, what it takes to reach it."""
    guidance: tuple[Words, ...] = ()
    """Points to look at, as a list."""
    in_: str | None = Field(default=None, alias="in")
    """The category of the dimension above (rolls_up_to) to which it belongs."""
    value: Number | None = None
    """The number that a rating scale gives this step."""
    not_stated: bool = False
    """True for the answer that is no answer: it counts in totals and is kept out of shares."""
    personal: bool = False
    """True where what lies in it comes from single persons: the amounts of a few of them are not published."""

    @property
    def numbered(self) -> Text:
        """Its name with the number that a scale gives it, where it has one: ``3 – Substantial``."""
        if self.value is None:
            return self.label
        number = f"{self.value.normalize():f}"
        return {language: f"{number} – {label}" for language, label in self.label.items()}


class Dimension(Frozen):
    """A closed list of categories, by which figures may be broken down."""

    label: Words
    """Its name, as people see it."""
    help: Words | None = None
    """What a person who chooses from it should know."""
    was: tuple[str, ...] = ()
    """Its former keys."""
    rolls_up_to: str | None = None
    """The dimension above it, to whose categories its own belong."""
    categories: Annotated[dict[Key, Category], Field(min_length=1)]
    """Its members by key, in the order in which they are shown."""

    @property
    def is_scale(self) -> bool:
        """Tell whether every category carries a number."""
        return all(category.value is not None for category in self.categories.values())

    def current(self, quarter: Quarter) -> dict[str, Category]:
        """Give the categories that may be reported for a quarter, in their order."""
        return {key: category for key, category in self.categories.items() if category.valid_in(quarter)}
