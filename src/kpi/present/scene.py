"""What everything on a page is shown within: the framework, the reader's language, the address of the view."""

from collections.abc import Mapping
from dataclasses import dataclass

from kpi.framework.model import Framework


@dataclass(frozen=True, slots=True)
class Scene:
    """`params` are the page's query parameters, which its links carry on."""

    framework: Framework
    language: str
    params: Mapping[str, str]

    @property
    def preliminary(self) -> bool:
        """Tell whether returns count that nobody has approved."""
        return self.params.get("provisional") == "1"
