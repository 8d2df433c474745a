"""Addresses within the pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from kpi.language import whole
from kpi.present.html import Html, el
from kpi.problems import N_


@dataclass(frozen=True, slots=True)
class Way:
    """Where a name leads, and what is seen there."""

    to: str
    title: str


def indicator_link(key: str, params: Mapping[str, str]) -> str:
    """Give the address of an indicator's page with the same view as this one's."""
    return f"indicator?{urlencode({**params, 'indicator': key})}"


def only(name: str, to: str | None, language: str) -> Way | None:
    """Lead from a category's or an organisation's name to what there is of it alone, where that has an address."""
    return None if to is None else Way(to, whole(N_("Show only {category}"), language, category=name))


def linked(name: str, way: Way | None) -> Html | str:
    """Write a name, as a link where it leads somewhere."""
    return name if way is None else el("a", name, href=way.to, title=way.title, class_="k-only")
