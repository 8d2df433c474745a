"""What the pages and chapters that tell of one subject rest on: which dimension, which indicators, which form.

Each entry brings its page and its chapter of the report; without it there is neither.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from kpi.framework.base import Frozen, Key
from kpi.language import Text


class GenderPage(Frozen):
    """Every figure by gender."""

    dimension: str
    """The dimension that tells the gender."""
    share_of: str
    """The category whose share of those stated is watched."""


class FundingPage(Frozen):
    """What was attracted from others, and what it is set against."""

    attracted: str
    """The indicator that adds up what others contracted."""
    capital: str
    """The dimension that parts it into public and private."""
    funder: str | None = None
    """The text column of its form that names who gives the money."""
    received: str | None = None
    """The indicator that adds up what has arrived of it."""
    leverage: str | None = None
    """The indicator that sets it against the own support given."""
    used: str | None = None
    """The indicator of resources used, which is never added to it."""


class RegionsPage(Frozen):
    """Where things happen."""

    dimension: str
    """The dimension of the regions."""
    finer: str | None = None
    """The dimension of smaller areas, which rolls up to it."""
    maps: Mapping[Key, str] = Field(default_factory=dict)
    """By dimension, the GeoJSON file whose features have its categories for their `id`, as seen from this file."""
    inhabitants: str | None = None
    """The CSV file that says how many people live in each area (`category`, `inhabitants`), as seen from this file."""
    inhabitants_source: Text | None = None
    """Who counted them, and when: it stands beneath what is shown per inhabitant."""


class PortfolioPage(Frozen):
    """The things that the programme is about, one by one."""

    form: str
    """The register in which each has its row."""
    profile: str
    """Its rating that is spread over the dimensions of the rubric."""


class LearningPage(Frozen):
    """What was found out, and what was changed because of it."""

    form: str
    """The register of findings."""
    finding: str
    """The column that says what was found."""
    adjustment: str
    """The column that says what was changed."""
    done: str
    """The column that says whether it was acted upon."""


class StoriesPage(Frozen):
    """Success stories."""

    form: str
    """The register of stories."""
    title: str
    """The column with a story's title."""
    text: str
    """The column that tells it."""
    consent: str
    """The column that says whether everybody may read it: without a yes, its organisation and the core team do."""


class InfluencePage(Frozen):
    """Acts of others that were brought about, in the order in which they happened."""

    forms: Annotated[tuple[str, ...], Field(min_length=1)]
    """The registers in which they stand."""


class Pages(Frozen):
    """The subjects that have a page of their own."""

    gender: GenderPage | None = None
    """Every figure by gender."""
    funding: FundingPage | None = None
    """What was attracted from others."""
    regions: RegionsPage | None = None
    """Where things happen."""
    portfolio: PortfolioPage | None = None
    """The things that the programme is about."""
    learning: LearningPage | None = None
    """What was found out and changed."""
    stories: StoriesPage | None = None
    """Success stories."""
    influence: InfluencePage | None = None
    """Acts that were brought about."""
