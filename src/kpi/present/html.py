"""HTML that is safe by construction: text is escaped as it enters, only `Html` goes in as it is.

Text also stays together where a line must not end: after the full stop of an ordinal number (“3. тримесечие”), and
after the hyphen of a Bulgarian comparative (“по-добре”, “най-голям”).
"""

import re
from html import escape
from urllib.parse import quote

_EMPTY = frozenset({"br", "col", "hr", "img", "input", "meta"})
#: The attribute that style sheets show: the head of a cell's column, on a phone.
_SHOWN = "data_label"
_ORDINAL = re.compile(r"(?<=\d\.) (?=[^\W\d_])")
_COMPARED = re.compile(r"\b(по|най)-(?=[а-я])", re.IGNORECASE)
#: Unlike a hyphen that does not break it is in need of no glyph, and searching passes over it.
_NO_BREAK, _NO_BREAK_SPACE = "\N{WORD JOINER}", "\N{NO-BREAK SPACE}"


class Html(str):
    """A piece of finished HTML."""

    __slots__ = ()


def el(tag: str, *children: str | None, **attributes: str | None) -> Html:
    """Make an element. Children that are plain text are escaped, none are left out, and so are absent attributes.

    `class_` stands for ``class``, ``data_x`` for ``data-x``.
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_text(value) if name == _SHOWN else escape(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in _EMPTY:
        return Html(f"<{tag}{written}>")
    return Html(f"<{tag}{written}>{join(*children)}</{tag}>")


def table(name: str, *parts: Html, class_: str | None = None) -> Html:
    """Make a table. Every one has a name: whoever listens is told it, whoever sees reads it where it is a caption."""
    caption = name if isinstance(name, Html) else el("caption", name, class_="k-unseen")
    return el("table", caption, *parts, class_=class_)


def join(*children: str | None) -> Html:
    """Put pieces one after the other."""
    return Html("".join(child if isinstance(child, Html) else _text(child) for child in children if child is not None))


def beneath(*pieces: str | None) -> Html:
    """Put pieces beneath each other: a style sheet gives each a line, and without one a space parts them."""
    first, *others = [piece for piece in pieces if piece is not None] or [""]
    return join(first, *(part for piece in others for part in (" ", piece)))


def _text(plain: str) -> str:
    together = _ORDINAL.sub(lambda space: _NO_BREAK_SPACE if plain[space.end()].islower() else space[0], plain)
    return escape(_COMPARED.sub(rf"\g<0>{_NO_BREAK}", together))


def image(svg: str, alt: str, class_: str) -> Html:
    """Embed a drawing as a picture with a text in its place."""
    return el("img", src=f"data:image/svg+xml,{quote(svg)}", alt=alt, class_=class_)
