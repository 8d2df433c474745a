"""Lines of text in a real browser: they end between words only, and what stands there is found by searching."""

import pytest

from kpi.present.html import el
from serving import browsing

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize("found", ["най-голям", "3. тримесечие", "по-малко"])
def test_a_line_does_not_end_within_a_name_or_a_comparative(found):
    """However narrow the text, each stands on one line, without a sign that the font lacks."""
    with browsing() as browser:
        page = browser.new_page()
        page.set_content(el("p", f"Дял: {found}.", style="width: 1px"))
        first, *others = page.evaluate(
            """() => {
                const node = document.querySelector("p").firstChild, range = document.createRange();
                return [...node.data.matchAll(/[^\\s\\u2060]/gu)].slice(4).map(({index}) => {
                    range.setStart(node, index); range.setEnd(node, index + 1);
                    return Math.round(range.getBoundingClientRect().top);
                });
            }"""
        )
        assert set(others) == {first}
        assert page.evaluate("text => window.find(text)", found)
