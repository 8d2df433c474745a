"""What people wrote, on a page in another language: it is marked, so that it is read out in its own."""

from kpi.framework.model import Framework
from kpi.present.html import Html, el, join
from kpi.script import written_in


def as_written(text: str, language: str, framework: Framework) -> str:
    """Give a text, within a mark of its language where its script shows that it is another than the page's."""
    other = written_in(text, language, framework.languages)
    return el("span", text, lang=other) if other and not isinstance(text, Html) else text


def within(sentence: str, text: str, language: str, framework: Framework) -> Html:
    """Give a sentence of the program's own that quotes a text, with the text as it was written."""
    before, quoted, after = sentence.partition(text)
    return join(before, as_written(quoted, language, framework), after)
