"""Labels of widgets, which the server reads as Markdown: what people wrote stays text."""

import re

#: What may be read as Markdown: anywhere; around a word; before a word; at the beginning.
_MARKDOWN = re.compile(r"[\\`*\[\]<>~$]|(?<!\w)_|_(?!\w)|:(?=\S)|&(?=#?\w+;)|^[#+-]")
_NUMBERED = re.compile(r"^(\d+)([.)])")


def escaped(text: str) -> str:
    """Give a text as a label that, read as Markdown, says it as it is.

    The same label is read out as it is written, so that only what would be read as Markdown where it stands is marked:
    a hyphen within a word is none.
    """
    return _NUMBERED.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\g<0>", " ".join(text.split())))
