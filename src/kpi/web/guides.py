"""The guides in `docs/guides`, each for those who work in one way: which are whose, and their text."""

from collections.abc import Mapping, Sequence

from kpi.access import Role
from kpi.web.pages import FOLDER

GUIDES = FOLDER.parent / "docs" / "guides"
#: Whoever works with all the others, or for them, has all guides, their own first.
_ALL = ("manager", "reporter", "funder")
_OF: Mapping[Role, Sequence[str]] = {Role.REPORTER: ("reporter",), Role.VIEWER: ("funder",)}


def of(role: Role) -> Sequence[str]:
    """Give the names of a role's guides."""
    return _OF.get(role, _ALL)


def read(guide: str, language: str) -> tuple[str, str]:
    """Give a guide's title and its text in Markdown; in English where there is none in the language."""
    file = GUIDES / f"{guide}.{language}.md"
    there = file if file.is_file() else GUIDES / f"{guide}.en.md"
    title, _, text = there.read_text(encoding="utf-8").partition("\n")
    # Beneath the page's own title a guide's is one of a part.
    return title.removeprefix("# "), text.replace("\n#", "\n##")
