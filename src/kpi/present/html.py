"""HTML that is safe by construction: text is escaped as it enters, only `Html` goes in as it is."""

from html import escape
from urllib.parse import quote

_EMPTY = frozenset({"br", "col", "hr", "img", "input", "meta"})


class Html(str):
    """A piece of finished HTML."""

    __slots__ = ()


def el(tag: str, *children: str | None, **attributes: str | None) -> Html:
    """Make an element. Children that are plain text are escaped, none are left out, and so are absent attributes.

    `class_` stands for ``class``, ``data_x`` for ``data-x``.
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in _EMPTY:
        return Html(f"<{tag}{written}>")
    return Html(f"<{tag}{written}>{join(*children)}</{tag}>")


def join(*children: str | None) -> Html:
    """Put pieces one after the other."""
    return Html("".join(child if isinstance(child, Html) else escape(child) for child in children if child is not None))


def image(svg: str, alt: str, class_: str) -> Html:
    """Embed a drawing as a picture with a text in its place."""
    return el("img", src=f"data:image/svg+xml,{quote(svg)}", alt=alt, class_=class_)
