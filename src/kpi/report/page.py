"""A report as one HTML file that needs nothing else: the charts of the pages, to be pointed at, and their tables."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from plotly.offline import get_plotlyjs

from kpi.language import pick, tr
from kpi.present import course
from kpi.present.drawn import Drawn
from kpi.present.html import Html, el, image, join, table
from kpi.problems import N_
from kpi.report import drawings
from kpi.report.content import (
    Badge,
    Bars,
    Block,
    Card,
    Cards,
    Cell,
    Chapter,
    Content,
    Course,
    Entries,
    Fact,
    Facts,
    Map,
    Paragraph,
    Points,
    Section,
    Story,
    Table,
)
from kpi.report.progress import Progress, by_block, silent
from kpi.report.typography import bound

_STYLE = Path(__file__).with_name("report.css")
#: Nothing is fetched and nothing sent, whatever stands in the file.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
_DRAW = """for (const one of document.querySelectorAll("script[type='application/json']")) {
  const chart = JSON.parse(one.textContent);
  Plotly.newPlot(one.dataset.of, chart.data, chart.layout, {displayModeBar: false, responsive: true});
}
const all = size => document.querySelectorAll(".chart").forEach(one => Plotly.relayout(one, size));
addEventListener("beforeprint", () => all({width: 680, height: 230}));
addEventListener("afterprint", () => all({width: null, height: 300, autosize: true}));"""


def written(content: Content, progress: Progress = silent) -> bytes:
    """Write the file."""
    tell = by_block(content, N_("The file is being written …"), progress)
    chapters = [_chapter(content, number, chapter, tell) for number, chapter in enumerate(content.chapters)]
    title = f"{content.title}: {content.window}"
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", title),
        el("style", Html(_STYLE.read_text(encoding="utf-8"))),
        el("script", Html(get_plotlyjs())),
    )
    main = el("main", _cover(content), _contents(content), *chapters, id="top")
    body = el("body", main, el("script", Html(_DRAW)))
    return f"<!DOCTYPE html>\n{el('html', head, body, lang=content.language)}".encode()


def _cover(content: Content) -> Html:
    said, paid = content.language, content.framework.programme.cofunding
    return el(
        "header",
        el("p", content.programme, class_="programme"),
        el("h1", content.title),
        el("p", content.window, class_="window"),
        *(el("p", limit, class_="limit") for limit in content.limits),
        *(el("p", mark, class_="mark") for mark in content.marks),
        el("dl", *(join(el("dt", name), el("dd", text)) for name, text in content.about_in_words)),
        el("p", pick(paid, said), class_="paid") if paid else None,
    )


def _contents(content: Content) -> Html:
    entries = []
    for number, chapter in enumerate(content.chapters):
        sections = chapter.sections if chapter.listed else ()
        inner = [
            el("li", el("a", *_key(section), section.title, href=f"#{_place(number, place)}"))
            for place, section in enumerate(sections)
        ]
        entries.append(el("li", el("a", chapter.title, href=f"#{_place(number)}"), el("ol", *inner) if inner else None))
    return el(
        "nav",
        el("h2", tr(N_("Contents"), content.language)),
        el("ol", *entries),
        aria_label=tr(N_("Contents"), content.language),
    )


def _place(chapter: int, section: int | None = None) -> str:
    return f"c{chapter}" if section is None else f"c{chapter}-{section}"


def _key(section: Section) -> tuple[Html, ...]:
    return (el("span", section.key, class_="key"), Html(" ")) if section.key else ()


def _chapter(content: Content, number: int, chapter: Chapter, tell: Callable[[Sequence[Block]], None]) -> Html:
    blocks = list(_blocks(content, chapter.blocks, _place(number)))
    tell(chapter.blocks)
    sections = []
    for place, section in enumerate(chapter.sections):
        made = _blocks(content, section.blocks, _place(number, place))
        heading = el("h3", *_key(section), section.title)
        sections.append(el("section", heading, *made, id=_place(number, place)))
        tell(section.blocks)
    return el("section", el("h2", chapter.title), *blocks, *sections, id=_place(number), class_="chapter")


def _blocks(content: Content, blocks: Sequence[Block], place: str) -> Iterator[Html]:
    """Give blocks; breakdowns, and maps, that follow one another stand side by side where there is room."""
    for together, several in groupby(enumerate(blocks), lambda one: isinstance(one[1], Bars | Map)):
        made = [_block(content, block, f"{place}-{number}") for number, block in several]
        yield from [el("div", *made, class_="beside")] if together else made


def _block(content: Content, block: Block, place: str) -> Html:  # noqa: C901 (a case a kind of block)
    match block:
        case Paragraph():
            return el("p", _bound(content, block.text), class_=block.tone or None)
        case Points():
            items = el("ol" if block.numbered else "ul", *(el("li", _bound(content, item)) for item in block.items))
            return el("div", el(_head(place), block.title) if block.title else None, items, class_="points")
        case Facts():
            return el("dl", *(_fact(content, each) for each in block.entries), class_="facts")
        case Cards():
            return el("div", *(_card(content, each) for each in block.entries), class_="cards")
        case Table():
            return _table(content, block)
        case Entries():
            pairs = (join(el("dt", name), el("dd", _bound(content, text))) for name, text in block.entries)
            return el("dl", *pairs, class_="entries")
        case Bars():
            return _bars(content, block)
        case Course():
            return _course(content, block, place)
        case Map():
            source = el("small", block.source) if block.source else None
            drawn = image(drawings.map_as_svg(block), block.alt, "map")
            return el("figure", el("figcaption", block.title), drawn, source)
        case Story():
            return _story(content, block, place)


def _head(place: str) -> str:
    """Tell the element of a heading within a block: no step is left out, in a section or where there is none."""
    return "h4" if place.count("-") > 1 else "h3"


def _bound(content: Content, text: str) -> str:
    other, said = content.other(text), bound(text, content.language)
    return el("span", said, lang=other) if other else said


def _badge(one: Badge) -> Html:
    sign = el("span", one.sign, class_="sign", aria_hidden="true")
    return el("span", sign, one.word, el("small", one.note) if one.note else None, class_=f"badge {one.tone}")


def _cell(content: Content, cell: Cell) -> str:
    return _badge(cell) if isinstance(cell, Badge) else _bound(content, cell)


def _fact(content: Content, one: Fact) -> Html:
    named = el("span", " ", one.unit, class_="unit") if one.unit else None
    note = el("small", _bound(content, one.note)) if one.note else None
    return el("div", el("dt", _bound(content, one.name)), el("dd", _cell(content, one.value), named, note))


def _card(content: Content, one: Card) -> Html:
    named = el("span", " ", one.unit, class_="unit") if one.unit else None
    return el(
        "div",
        el("p", one.name, class_="name"),
        el("p", el("strong", _bound(content, one.value)), named, class_="value"),
        el("p", _badge(one.badge)),
        el("p", _bound(content, one.change), class_="change") if one.change else None,
    )


def _table(content: Content, one: Table) -> Html:
    top = [el("th", head, scope="col", class_=_side(one, at)) for at, head in enumerate(one.heads)]
    body = [
        el(
            "tr",
            *(
                el("th", _cell(content, cell), scope="row")
                if at == 0
                else el("td", _cell(content, cell), class_=_side(one, at), data_label=one.heads[at])
                for at, cell in enumerate(row)
            ),
        )
        for row in one.rows
    ]
    caption = el("caption", el("strong", one.title), el("small", _bound(content, one.note)) if one.note else None)
    return table(caption, el("thead", el("tr", *top)), el("tbody", *body), class_="rows")


def _side(one: Table, column: int) -> str | None:
    return "right" if column in one.right else None


def _bars(content: Content, one: Bars) -> Html:
    shares = any(row.share for row in one.rows)
    rows = []
    for row in one.rows:
        drawn = None
        if row.part is not None:
            drawn = el("span", el("span", "", style=f"width:{row.part * 100:.1f}%"), class_="bar", aria_hidden="true")
        rows.append(
            el(
                "tr",
                el("th", row.name, scope="row"),
                el("td", drawn, class_="drawn"),
                el("td", _bound(content, row.written), class_="right"),
                el("td", row.share, class_="right share") if shares else None,
                class_="apart" if row.apart else None,
            )
        )
    note = el("small", _bound(content, one.note)) if one.note else None
    return table(el("caption", el("strong", one.title), note), el("tbody", *rows), class_="bars")


def _course(content: Content, one: Course, place: str) -> Html:
    """Give a chart to be pointed at, and its figures as a table."""
    chart = drawings.chart_of(content.framework, content.language, one)
    chart.update_layout(template="none", paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)", height=300)
    chart.update_layout(font={"family": "system-ui, sans-serif", "size": 12, "color": "#1e2a32"})
    data = Html((chart.to_json() or "").replace("<", "\\u003c"))
    drawn = Drawn(content.framework, content.language, one.provisional)
    table = (course.judged if one.judged else course.own)(drawn, one.title, one.found).html()
    return el(
        "figure",
        el("figcaption", one.title),
        el("div", "", id=f"chart-{place}", class_="chart", role="img", aria_label=one.alt),
        el("script", data, type="application/json", data_of=f"chart-{place}"),
        el("details", el("summary", tr(N_("As a table"), content.language)), table),
    )


def _story(content: Content, one: Story, place: str) -> Html:
    sign = el("span", "▼", class_="sign", aria_hidden="true")
    return el(
        "article",
        el(_head(place), _bound(content, one.title)),
        el("p", _bound(content, one.text)),
        el("p", el("small", one.by)),
        el("p", el("span", sign, one.mark, class_="badge bad")) if one.mark else None,
    )
