"""Every drawing can be taken away as a picture: of what the page shows, in the reader's language, of nothing else."""

import io
from dataclasses import replace

import plotly.graph_objects as go
import pytest
from lxml import etree
from PIL import Image

import showing
from kpi.access import Role
from kpi.organisations import list_organisations
from kpi.present.bars import Bar, bars
from kpi.present.html import Html, el, join
from kpi.report.markup import tree
from kpi.report.plotted import as_svg
from kpi.report.slide import Slide, as_png
from kpi.web import frame
from looking import look_at, page_of, source
from practising import practising
from showing import NOW, RSE, START, filled, signed_in

YEAR = {"quarter": "2025-Q4", "window": "year"}
#: Lists of rows as they were reported: there is nothing drawn.
ROWS = {
    "funding-amounts",
    "stories",
    "learning",
    "influence",
    "thing-adaptations",
    "O6-rows-numerator",
    "O5-rows-numerator",
    "O5-rows-denominator",
}
FIGURES = [
    ("overview", {}),
    ("indicators", {}),
    ("indicator", {"indicator": "O6"}),
    ("indicator", {"indicator": "O5"}),
    ("gender", {}),
    ("funding", {}),
    ("regions", {"indicator": "O6"}),
    ("compare", {}),
    ("compare", {"across": "@year"}),
]
PRACTICE = [
    ("portfolio", {}),
    ("portfolio", {"thing": "SDA/oven"}),
    ("learning", {}),
    ("stories", {}),
    ("influence", {}),
    ("funding", {}),
]
SLIDE = Slide("Title", ["Period: 2025"], ["A note"], "Source", "en")


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """A store of figures, with an organisation where 2 women and 1 man completed a course; and one of rows."""
    figures, rows = tmp_path_factory.mktemp("figures"), tmp_path_factory.mktemp("rows")
    opened = filled(figures)
    third = replace(RSE, code="VID", attributes={**RSE.attributes, "seat": "BG311", "type": "academia"})
    list_organisations(opened, [third], by="one", at=NOW)
    showing._store(opened, third, START, showing._content("BG311", (2, 1, 0), []))
    made = {"figures": (figures, opened), "rows": (rows, practising(rows))}
    return {
        name: (folder, {role: signed_in(opened, role) for role in (Role.MANAGER, Role.VIEWER)})
        for name, (folder, opened) in made.items()
    }


@pytest.fixture
def offered(stores, monkeypatch):
    """Open a page; give it with what its buttons make, by file, and the drawings that its pictures are made of."""

    def look(store, page, *, role=Role.MANAGER, **asked):
        files, drawings, (folder, tokens) = {}, {}, stores[store]
        offer, draw = frame._offered, frame.as_png

        def keep(kind, made, file, name, text):
            files[file] = made
            offer(kind, made, file, name, text)

        def drawn(slide, *several):
            drawings.setdefault(slide.title, []).extend(one for one in several if isinstance(one, Html))
            return draw(slide, *several)

        with monkeypatch.context() as watched:
            watched.setattr(frame, "_offered", keep)
            watched.setattr(frame, "as_png", drawn)
            at = look_at(watched, folder, tokens[role], page_of(page), **{**YEAR, **asked})
            pictures = {file: made() for file, made in files.items() if file.endswith(".png")}
        return at, files, pictures, drawings

    return look


@pytest.mark.parametrize("in_", ["en", "bg"])
@pytest.mark.parametrize(
    ("store", "name", "asked"),
    [*(("figures", *one) for one in FIGURES), *(("rows", *one) for one in PRACTICE)],
    ids=lambda one: "-".join(one.values()) if isinstance(one, dict) else one,
)
def test_beside_the_csv_of_a_drawing_there_is_its_picture(offered, store, name, asked, in_):
    at, files, pictures, drawings = offered(store, name, lang=in_, **asked)
    names = {file.removesuffix(".csv") for file in files if file.endswith(".csv")}
    reported = ROWS | {name for name in names if "-rows-" in name}
    assert {file.removesuffix(".png") for file in pictures} == names - reported
    for picture in pictures.values():
        with Image.open(io.BytesIO(picture)) as drawn:
            assert drawn.format == "PNG"
            assert drawn.width >= 1600
            assert 250 < drawn.height < 9000
            drawn.load()
            assert drawn.convert("L").getextrema() < (120, 256)  # something dark on white
    page_source = source(at)
    assert all(drawing in page_source for several in drawings.values() for drawing in several)


def test_a_funder_s_picture_holds_no_hidden_figure(offered):
    _, _, pictures, drawings = offered("figures", "indicator", role=Role.VIEWER, lang="en", indicator="O6")
    assert pictures
    rows = _by_name(drawings)
    assert rows["Northwestern"] == ["<5"]
    assert rows["Vidin"] == rows["Montana"] == ["hidden"]
    *_, seen = offered("figures", "indicator", lang="en", indicator="O6")
    assert _by_name(seen)["Northwestern"][1] == "3"
    assert "too few to be shown" in str(drawings)  # why it is hidden is said


def _by_name(drawings):
    """The texts of the rows of pictures, by the first."""
    every = [drawing for several in drawings.values() for drawing in several]
    return {cells[0]: cells[1:] for drawing in every for cells in _rows(tree(drawing))}


def _rows(node):
    """The texts of the cells of every row."""
    if node["tag"] == "tr":
        yield [_text(cell) for cell in node["in"]]
    for one in node["in"]:
        if isinstance(one, dict):
            yield from _rows(one)


def _text(node):
    return node if isinstance(node, str) else "".join(_text(one) for one in node["in"])


@pytest.mark.parametrize("in_", ["en", "bg"])
def test_a_file_is_read_out_with_what_it_is_of(offered, in_):
    at, *_ = offered("figures", "indicator", lang=in_, indicator="O6")
    names = [one.label for one in at.get("download_button")]
    assert len(names) == len(set(names))
    region = {"en": "Successful participants in courses and other training", "bg": "Успешно завършили участници"}[in_]
    assert any(name.startswith(f"CSV *{region}") for name in names)
    assert any(name.startswith(f"PNG *{region}") for name in names)


def test_what_is_folded_is_drawn_and_what_is_only_heard_is_not():
    drawing = bars("By place", [Bar("A", 3)], str, "en", folded=[Bar("B", 0), Bar("C", None, note="hidden")])
    assert [cells[0] for cells in _rows(tree(drawing))] == ["", "A", "B", "C"]
    assert "Show" not in _text(tree(drawing))
    assert "Category" not in _text(tree(drawing))


def test_what_people_wrote_is_a_text_in_a_picture():
    harm = '#panic("no") $x$ *bold* \\ " <b> https://example.org #{'
    made = as_png(replace(SLIDE, title=harm, notes=[harm], source=harm), el("p", harm))
    with Image.open(io.BytesIO(made)) as drawn:
        assert drawn.size[0] == 1600


def test_a_table_that_is_too_wide_is_drawn_whole():
    """Nothing reaches into the margin, however many columns there are."""
    heads = el("tr", *(el("th", f"Организация-с-дълго-име-{at}") for at in range(14)))
    row = el("tr", *(el("td", "1 000 000 €", class_="k-right") for _ in range(14)))
    drawing = el("table", el("thead", heads), el("tbody", row), class_="k-table")
    with Image.open(io.BytesIO(as_png(SLIDE, drawing))) as drawn:
        edge = drawn.convert("L").crop((drawn.width - 40, 0, drawn.width, drawn.height))
        assert edge.getextrema() == (255, 255)


def test_a_chart_is_drawn_from_the_figure_that_the_page_draws():
    chart = go.Figure(layout={"height": 200})
    chart.add_bar(x=[1, 2], y=[3, 4], width=[0.5, 0.5], marker={"color": "#3b82c4", "pattern": {"shape": ["", "/"]}})
    chart.add_bar(x=[1, 2], y=[1, None], width=[0.5, 0.5], marker={"color": "#009e73", "pattern": {"shape": ["", ""]}})
    chart.add_scatter(x=[1, None, 2], y=[2, None, 3], mode="lines", line={"color": "#8a8f98", "dash": "dot"})
    chart.update_xaxes(range=[0, 3], tickvals=[1], ticktext=["2025<br>to Q2"])
    chart.update_yaxes(range=[2, 6], tickvals=[2, 6], ticktext=["2", "6 <&>"])
    chart.add_annotation(x=1, xref="paper", y=4, text="<b>4</b> &lt;5", showarrow=False, font={"color": "#d98200"})
    drawn = etree.fromstring(as_svg(chart).encode())
    texts = ["".join(one.itertext()) for one in drawn.iter("{*}text")]
    assert texts == ["2", "6 <&>", "2025to Q2", "4 <5"]
    bars = [one for one in drawn.iter("{*}rect") if one.get("stroke")]
    assert [one.get("fill") for one in bars] == ["#3b82c4", "url(#p0)", "#009e73"]
    assert float(bars[2].get("y")) < float(bars[0].get("y"))  # upon the other
    assert all(one.getparent().get("clip-path") for one in bars)
    assert len(list(drawn.iter("{*}polyline"))) == 2  # a gap
    assert as_png(SLIDE, chart).startswith(b"\x89PNG")


def test_a_picture_of_nothing_but_texts_is_one():
    assert as_png(SLIDE, join(Html(""), el("p", "Text"))).startswith(b"\x89PNG")
