"""Labels of the web form: read as Markdown they say what they say, and read out they say the same."""

from html import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as some
from markdown_it import MarkdownIt

from kpi.web.label import escaped

_MARKDOWN = MarkdownIt("commonmark").enable("strikethrough")


@pytest.mark.parametrize(
    "text",
    [
        "Non-binary",
        "Adults (15–29), total",
        "Support: money & kind",
        "R&D 3.5 %",
        "snake_case",
        "65+",
        "Was it #1? Yes!",
    ],
)
def test_a_label_that_is_no_markdown_stays_as_it_is(text):
    assert escaped(text) == text


_SPECIAL = some.text(some.sampled_from(["a", "б", "1", " ", *"\\`*_{}[]()#+-.!|<>~$:&;=\"'"]), max_size=12)


@given(_SPECIAL)
@example("1. first")
@example("12) twelfth")
@example("[x](javascript:alert(1))")
@example("![x](https://example.org/x.png)")
@example("<b>bold</b> &amp; **strong** _so_ ~~no~~")
@example("- a")
def test_a_label_read_as_markdown_says_what_it_says(text):
    said = " ".join(text.split())
    read = _MARKDOWN.render(escaped(text)).strip().replace("&quot;", '"')
    assert read == (f"<p>{escape(said, quote=False)}</p>" if said else "")
