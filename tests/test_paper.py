"""Pages on paper: whole, light, and what a browser prints is what stands there."""

import re

import pytest

from serving import PATIENCE, browsing, serving
from showing import filled, signed_in
from told import text_of_pdf

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

VIEW = "window=quarter&quarter=2025-Q3"
#: Where everything drawn and every table stands in a page that is printed, in the sheet's own measure.
BEYOND = """
    [...document.querySelectorAll('.stMain :is(.stPlotlyChart, .stPlotlyChart svg, table, td, th, h1, h2, p, li)')]
    .filter(one => one.checkVisibility() && !one.closest('.k-unseen, details:not([open])'))
    .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map(one => one.outerHTML.slice(0, 120))
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("paper")
    opened = filled(folder)
    token = signed_in(opened)
    opened.engine.dispose()
    with serving(folder) as address:
        yield address, token


@pytest.fixture(params=["light", "dark"])
def printing(request, served):
    """Open a page in a theme and in a window of a desktop: ``printing(path)``."""
    address, token = served
    with browsing() as browser:
        context = browser.new_context(
            viewport={"width": 1440, "height": 900}, locale="bg-BG", color_scheme=request.param, service_workers="block"
        )
        context.add_cookies([{"name": "kpi_session", "value": token, "url": address}])

        def opened(path, shown):
            page = context.new_page()
            page.goto(f"{address}/{path}")
            page.wait_for_selector(shown, timeout=PATIENCE)
            page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=PATIENCE)
            return page

        yield opened
        context.close()


def on_the_sheet(page, *, across=False):
    """Lay a page out as A4 paper with its margins has it."""
    page.set_viewport_size({"width": 1047 if across else 703, "height": 900})
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")


@pytest.mark.parametrize(
    ("path", "shown", "across"),
    [
        (f"indicator?indicator=O6&{VIEW}", ".stPlotlyChart .main-svg", False),
        (f"regions?{VIEW}", ".stPlotlyChart .main-svg", False),
        (f"gender?{VIEW}", ".k-split", False),
        (f"?{VIEW}", ".k-brief", False),
        (f"indicators?{VIEW}", ".k-indicators", True),
        (f"compare?{VIEW}", ".k-heat", True),
    ],
)
def test_on_paper_a_page_is_as_broad_as_the_sheet_and_light(printing, path, shown, across):
    page = printing(path, shown)
    on_the_sheet(page, across=across)
    assert page.evaluate(BEYOND) == []
    light = "getComputedStyle(document.querySelector('{}')).{}"
    for part in ("body", ".stApp", ".stMain"):
        assert page.evaluate(light.format(part, "backgroundColor")) in {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
    assert page.evaluate(light.format(".stMain h1", "color")) == "rgb(29, 39, 51)"


def test_on_paper_the_last_quarter_of_a_chart_is_there(printing):
    page = printing(f"indicator?indicator=O6&{VIEW}", ".stPlotlyChart .main-svg")
    last = page.locator(".stPlotlyChart .annotation-text").last.text_content()
    content = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "12mm"))
    first, *_ = (sheet for sheet in text_of_pdf(content).split("\f") if "Във времето" in sheet)
    assert re.search(rf"(?<!\d){re.escape(last)}(?!\d)", first.split("Във времето")[1])


def test_on_paper_a_page_says_what_it_is_limited_to(printing):
    page = printing(f"indicators?{VIEW}&where.region=BG32", ".k-indicators")
    page.emulate_media(media="print")
    assert page.inner_text(".k-limits").strip() == "Район: Северен централен"


def test_on_paper_all_columns_that_are_compared_are_there(printing):
    page = printing(f"compare?across=type&{VIEW}", ".k-heat")
    heads = [one.split()[0] for one in page.locator(".k-heat thead th").all_inner_texts()]
    content = page.pdf(prefer_css_page_size=True)
    text = text_of_pdf(content)
    assert len(heads) > 3
    assert [head for head in heads if head not in text] == []
    width, height = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", content)[0]
    assert float(width) > float(height)
