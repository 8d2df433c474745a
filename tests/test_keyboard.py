"""Everything works by keyboard: each control is reached, in the order in which it stands, and one sees where one is."""

from pathlib import Path

import pytest

from serving import IDLE, PATIENCE, browsing, serving
from showing import filled, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

VIEW = "window=quarter&quarter=2025-Q3&lang=en"
#: Where the keyboard is: what it is, whether a ring is drawn around it, and how far down the page it stands.
WHERE = """() => {
    const one = document.activeElement
    if (!one || one === document.body) return null
    one.dataset.reached = '1'
    const ringed = [one, one.closest('[role=group]'), one.closest('label')].filter(Boolean).some(each => {
        const look = getComputedStyle(each)
        return look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2
    })
    const main = document.querySelector('.stMain')
    const inside = main.contains(one) && one !== main
    const name = one.getAttribute('aria-label') || one.innerText || ''
    return [name.trim().slice(0, 60), ringed, inside ? one.getBoundingClientRect().top + main.scrollTop : null]
}"""
#: What can be used and was not reached: what is folded away opens first, what a list opens with is its field.
LEFT = """() => [...document.querySelectorAll('.stMain :is(a[href], button, input, textarea, summary, [tabindex])')]
    .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.disabled && one.tabIndex >= 0)
    .filter(one => one.getClientRects().length && !one.dataset.reached)
    .filter(one => !one.closest('details:not([open]) > :not(summary)'))
    .map(one => one.outerHTML.slice(0, 100))"""


@pytest.fixture(scope="module")
def chromium():
    with browsing() as browser:
        yield browser


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    opened = filled(folder)
    token = signed_in(opened)
    opened.engine.dispose()
    with serving(folder) as address:
        yield address, token


@pytest.fixture
def visit(chromium, served):
    address, token = served
    contexts = []

    def opened(path, scheme="light"):
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        context.add_cookies([{"name": "kpi_session", "value": token, "url": address}])
        page = context.new_page()
        page.goto(address + path)
        page.wait_for_selector(".k-title", timeout=PATIENCE)
        page.wait_for_selector(IDLE, timeout=PATIENCE)
        page.wait_for_timeout(1500)
        return page

    yield opened
    for context in contexts:
        context.close()


def walk(page, most=400):
    """Press Tab until the page has been left; give where one was."""
    found = []
    for _ in range(most):
        page.keyboard.press("Tab")
        page.wait_for_timeout(15)
        here = page.evaluate(WHERE)
        if here is None:
            return found
        found.append(here)
    raise AssertionError(f"{most} times Tab, and no end: {found[-3:]}")


@pytest.mark.parametrize(
    "name", ["overview", "indicators", "indicator", "gender", "funding", "regions", "compare", "stories"]
)
def test_every_control_is_reached_and_is_seen_to_be(visit, name):
    page = visit(f"/{name}?{VIEW}", "dark" if name == "gender" else "light")
    found = walk(page)
    assert [name for name, ringed, _ in found if not ringed] == []
    assert page.evaluate(LEFT) == []


def test_the_filters_come_before_what_they_filter_and_tools_after_their_chart(visit):
    names = [name.split("\n")[0] for name, *_ in walk(visit(f"/regions?{VIEW}"))]
    in_order = [
        "Indicator",
        "Period",
        "Quarter",
        "Region",
        "As a table",
        "How is this computed?",
        "CSV",
        "PNG",
    ]
    places = [names.index(name) for name in in_order]
    assert places == sorted(places), names


def test_a_period_is_chosen_and_a_chart_taken_away_without_a_mouse(visit):
    page = visit(f"/indicator?indicator=O6&{VIEW}")

    def go(to):
        for _ in range(80):
            page.keyboard.press("Tab")
            page.wait_for_timeout(15)
            if (page.evaluate(WHERE) or [""])[0].startswith(to):
                return
        raise AssertionError(f"“{to}” is not reached")

    go("Period")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**window=year**", timeout=PATIENCE)
    page.wait_for_selector(IDLE, timeout=PATIENCE)
    go("As a table")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open")
    go("CSV")
    with page.expect_download(timeout=PATIENCE) as table:
        page.keyboard.press("Enter")
    assert table.value.suggested_filename == "O6-progress.csv"
    written = Path(table.value.path()).read_bytes()
    assert written.startswith(b"\xef\xbb\xbfTo the end of,measured,expected,Status")
    assert b"270" in written
    go("PNG")
    with page.expect_download(timeout=PATIENCE) as picture:
        page.keyboard.press("Enter")
    assert picture.value.suggested_filename == "O6-progress.png"
    assert Path(picture.value.path()).read_bytes().startswith(b"\x89PNG")
