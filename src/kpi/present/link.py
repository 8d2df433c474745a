"""Addresses within the pages."""

from collections.abc import Mapping
from urllib.parse import urlencode


def indicator_link(key: str, params: Mapping[str, str]) -> str:
    """Give the address of an indicator's page with the same view as this one's."""
    return f"indicator?{urlencode({**params, 'indicator': key})}"
