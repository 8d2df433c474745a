"""The HTML of a drawing as a tree of plain data, for whatever draws it elsewhere than in a browser.

What a page folds away within a drawing comes unfolded, as a click would show it; what is there only to be heard is
left out.
"""

from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from urllib.parse import unquote

from kpi.present.html import Html

Node = dict[str, object]

_UNSEEN = "k-unseen"
_EMPTY = frozenset({"br", "col", "hr", "img"})
#: Of what opens for whoever asks, only that is shown which stands on it.
_ASKED_FOR = frozenset({"k-how", "k-long"})
_PICTURE = "data:image/svg+xml,"


class _Reader(HTMLParser):
    def __init__(self, said: Callable[[str], str]) -> None:
        super().__init__(convert_charrefs=True)
        self._said = said
        self.root: Node = {"tag": "", "is": [], "in": []}
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        node: Node = {"tag": tag, "is": told.get("class", "").split(), "in": []}
        node |= {name: float(text) for name, text in _measures(told.get("style", ""))}
        if "colspan" in told:
            node["span"] = int(told["colspan"])
        if told.get("src", "").startswith(_PICTURE):
            node["svg"] = unquote(told["src"].removeprefix(_PICTURE))
        _within(self._open[-1]).append(node)
        if tag not in _EMPTY:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _EMPTY:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        _within(self._open[-1]).append(self._said(data))


def tree(drawing: Html, said: Callable[[str], str] = str) -> Node:
    """Give the tree of a drawing: of an element its tag, what it ``is`` (its classes) and what is ``in`` it.

    Beside these stand the cells that it spans (``span``), its ``svg``, and what its style says of ``width``, ``left``
    and ``parts``. Texts are as they are `said`.
    """
    reader = _Reader(said)
    reader.feed(drawing)
    reader.close()
    return _seen(reader.root)


def _measures(style: str) -> list[tuple[str, str]]:
    parts = [one.partition(":") for one in style.split(";") if one]
    return [(name.strip().removeprefix("--k-"), text.strip().removesuffix("%")) for name, _, text in parts]


def _within(node: Node) -> list[Node | str]:
    found = node["in"]
    return found if isinstance(found, list) else []


def _seen(node: Node) -> Node:
    """Leave out what is not seen, and the ways to open what is folded."""
    inner = _within(node)
    if node["tag"] == "details":
        asked_for = not _ASKED_FOR.isdisjoint(_classes(node))
        inner = [one for one in inner if isinstance(one, dict) and (one["tag"] == "summary") is asked_for]
    shown: list[Node | str] = []
    for one in inner:
        if isinstance(one, str):
            shown.append(one)
        elif _UNSEEN not in _classes(one):
            _add(shown, _seen(one))
    return {**node, "in": shown}


def _add(shown: list[Node | str], one: Node) -> None:
    """Add a part; what was folded beneath a table goes on in its columns."""
    before, folded = shown[-1] if shown else "", _within(one)
    if one["tag"] == "details" and isinstance(before, dict) and before["tag"] == "table" and len(folded) == 1:
        below = folded[0]
        if isinstance(below, dict) and below["tag"] == "table":
            _within(before).extend(_within(below))
            return
    shown.append(one)


def _classes(node: Node) -> list[str]:
    found = node["is"]
    return found if isinstance(found, list) else []
