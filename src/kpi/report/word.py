"""A report as a Word document, to be pasted from into somebody's own form: plain headings, tables and pictures."""

import io
from collections.abc import Callable, Sequence

from docx.document import Document as Documented
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table as Drawn
from docx.table import _Cell
from docx.text.paragraph import Paragraph as Lines
from docx.text.run import Run

from kpi.language import pick, tr
from kpi.problems import N_
from kpi.report import drawings
from kpi.report.content import (
    Badge,
    Bars,
    Block,
    Card,
    Cards,
    Cell,
    Content,
    Course,
    Entries,
    Fact,
    Facts,
    Map,
    Paragraph,
    Points,
    Story,
    Table,
)
from kpi.report.typography import bound, printable
from kpi.report.word_style import QUIET, TONES, WIDTH, begin, bookmarked, field, kept_whole, shade, styled

_ACROSS = 3


class _Writer:
    """A document that is being written, in the language of its content."""

    def __init__(self, content: Content) -> None:
        self.content, self.language = content, content.language
        self.document: Documented = begin(content)
        self._styles = {style.name: style.style_id for style in self.document.styles}

    def text(self, text: str) -> str:
        """Give a text as it may stand in the document."""
        return bound(printable(text), self.language)

    def lines(self, text: str, style: str | None = None) -> Lines:
        """Add a paragraph; its style by its id: looked up by name, hundreds of them would take seconds."""
        lines = self.document.add_paragraph(self.text(text))
        if style is not None:
            lines._p.style = self._styles[style]  # noqa: SLF001 (there is no other way to it)
        return lines

    def table(self, rows: int, widths: Sequence[int]) -> Drawn:
        """Add a table as wide as the page, its columns in shares."""
        made: Drawn = self.document.add_table(rows, len(widths))
        made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        whole = sum(widths)
        for column, width in zip(made.columns, widths, strict=True):
            column.width = Mm(WIDTH * width / whole)
        for row in made.rows:
            kept_whole(row)
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Mm(WIDTH * width / whole)
        return made

    def put(self, cell: _Cell, said: Cell, *, bold: bool = False, quiet: bool = False) -> None:
        """Put a text or a verdict into a cell."""
        lines = styled(cell)
        if isinstance(said, Badge):
            self.badge(lines, said)
            return
        run = lines.add_run(self.text(said))
        run.bold = bold or None
        if quiet:
            run.font.color.rgb = QUIET

    def badge(self, lines: Lines, one: Badge) -> None:
        """Write a verdict: sign, word, what stands beneath."""
        run = lines.add_run(f"{one.sign} {self.text(one.word)}")
        run.bold, run.font.color.rgb = True, TONES[one.tone]
        if one.note:
            lines.add_run().add_break()
            self.small(lines, one.note)

    def small(self, lines: Lines, text: str) -> Run:
        """Write what stands beside something."""
        run = lines.add_run(self.text(text))
        run.font.size, run.font.color.rgb = Pt(8), QUIET
        return run


def written(content: Content) -> bytes:
    """Write the document."""
    writer = _Writer(content)
    _cover(writer)
    _contents(writer)
    for number, chapter in enumerate(content.chapters):
        bookmarked(writer.document.add_heading(writer.text(chapter.title), 1), number, _mark(number))
        for block in chapter.blocks:
            _block(writer, block)
        for section in chapter.sections:
            named = f"{section.key} {section.title}" if section.key else section.title
            writer.document.add_heading(writer.text(named), 2)
            for block in section.blocks:
                _block(writer, block)
    buffer = io.BytesIO()
    writer.document.save(buffer)
    return buffer.getvalue()


def _cover(writer: _Writer) -> None:
    content, paid = writer.content, writer.content.framework.programme.cofunding
    writer.lines(content.programme, "Subtitle")
    writer.lines(content.title, "Title")
    writer.lines(content.window, "Subtitle")
    for limit in (*content.limits, *content.marks):
        writer.lines(limit).runs[0].bold = True
    table = writer.table(len(content.about), (30, 70))
    for row, (name, text) in zip(table.rows, content.about, strict=True):
        writer.put(row.cells[0], name, quiet=True)
        writer.put(row.cells[1], text)
    if paid:
        writer.lines("")
        writer.lines(pick(paid, writer.language))
    writer.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _contents(writer: _Writer) -> None:
    """Give the chapters with their pages, which the program that opens it works out."""
    writer.lines(tr(N_("Contents"), writer.language), "Contents")
    for number, chapter in enumerate(writer.content.chapters):
        field(writer.lines(f"{chapter.title}\t", "TOC 1"), f"PAGEREF {_mark(number)} \\h")


def _mark(number: int) -> str:
    """Name the place of a chapter."""
    return f"_Toc{number:08}"


def _block(writer: _Writer, block: Block) -> None:
    kinds: dict[type, Callable[..., None]] = {
        Paragraph: _paragraph,
        Points: _points,
        Facts: _facts,
        Cards: _cards,
        Table: _table,
        Entries: _entries,
        Bars: _bars,
        Course: _course,
        Map: _map,
        Story: _story,
    }
    kinds[type(block)](writer, block)


def _paragraph(writer: _Writer, one: Paragraph) -> None:
    lines = writer.lines(one.text, "Beside" if one.tone == "note" else None)
    if one.tone == "lead":
        lines.runs[0].font.size = Pt(12)


def _points(writer: _Writer, one: Points) -> None:
    if one.title:
        writer.lines(one.title, "Named")
    for item in one.items:
        writer.lines(item, "List Number" if one.numbered else "List Bullet")


def _side_by_side(
    writer: _Writer, count: int, put: Callable[[_Cell, int], None], *, across: int, fill: bool = False
) -> None:
    """Lay out so many things in rows of `across`."""
    table = writer.table(-(-count // across), (1,) * across)
    for number in range(count):
        cell = table.cell(number // across, number % across)
        if fill:
            shade(cell, "E9F0F4")
        put(cell, number)
    writer.lines("", "Gap")


def _facts(writer: _Writer, one: Facts) -> None:
    def put(cell: _Cell, number: int) -> None:
        fact: Fact = one.entries[number]
        lines = styled(cell)
        writer.small(lines, fact.name).add_break()
        if isinstance(fact.value, Badge):
            writer.badge(lines, fact.value)
        else:
            _value(writer, lines, fact.value, fact.unit)
        if fact.note:
            lines.add_run().add_break()
            writer.small(lines, fact.note)

    _side_by_side(writer, len(one.entries), put, across=min(len(one.entries), 5))


def _value(writer: _Writer, lines: Lines, value: str, unit: str) -> None:
    run = lines.add_run(writer.text(value))
    run.bold, run.font.size = True, Pt(13)
    if unit:
        writer.small(lines, f" {unit}")


def _cards(writer: _Writer, one: Cards) -> None:
    def put(cell: _Cell, number: int) -> None:
        card: Card = one.entries[number]
        lines = styled(cell)
        run = lines.add_run(writer.text(card.name))
        run.bold = True
        run.add_break()
        _value(writer, lines, card.value, card.unit)
        lines.add_run().add_break()
        writer.badge(lines, card.badge)
        if card.change:
            lines.add_run().add_break()
            writer.small(lines, card.change)

    _side_by_side(writer, len(one.entries), put, across=_ACROSS, fill=True)


def _table(writer: _Writer, one: Table) -> None:
    writer.lines(one.title, "Named")
    if one.note:
        writer.lines(one.note, "Beside")
    table = writer.table(1 + len(one.rows), one.widths)
    table.style = "Ruled"
    for cell, head in zip(table.rows[0].cells, one.heads, strict=True):
        writer.put(cell, head, bold=True)
        shade(cell, "E9F0F4")
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)  # noqa: SLF001 (there is no other way to it)
    for row, said in zip(table.rows[1:], one.rows, strict=True):
        for cell, each in zip(row.cells, said, strict=True):
            writer.put(cell, each)
    for row in table.rows:
        for column in one.right:
            row.cells[column].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    writer.lines("", "Gap")


def _entries(writer: _Writer, one: Entries) -> None:
    table = writer.table(len(one.entries), (24, 76))
    for row, (name, text) in zip(table.rows, one.entries, strict=True):
        writer.put(row.cells[0], name, quiet=True)
        writer.put(row.cells[1], text)
    writer.lines("", "Gap")


def _bars(writer: _Writer, one: Bars) -> None:
    shares = any(row.share for row in one.rows)
    said = writer.language
    heads = [one.title, tr(N_("Value"), said), *([tr(N_("Share"), said)] if shares else [])]
    rows = [(row.name, row.written, *([row.share] if shares else [])) for row in one.rows]
    widths = (56, 24, 20)[: len(heads)]
    table = writer.table(1 + len(rows), widths)
    table.style = "Ruled"
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        writer.put(cell, head, bold=True)
    for row, texts in zip(table.rows[1:], rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            writer.put(cell, text)
    for row in table.rows:
        for cell in row.cells[1:]:
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    writer.lines(one.note, "Beside" if one.note else "Gap")


def _course(writer: _Writer, one: Course) -> None:
    chart = drawings.chart_of(writer.content.framework, writer.language, one)
    writer.lines(one.title, "Beside").paragraph_format.keep_with_next = True
    _picture(writer, drawings.as_png(chart), one.alt, WIDTH)


def _map(writer: _Writer, one: Map) -> None:
    writer.lines(one.title, "Named")
    _picture(writer, drawings.map_as_png(one), one.alt, WIDTH * 0.6)
    if one.areas.attribution:
        writer.lines(one.areas.attribution, "Beside")


def _picture(writer: _Writer, content: bytes, alt: str, width: float) -> None:
    shape = writer.document.add_picture(io.BytesIO(content), Mm(width))
    properties = shape._inline.docPr  # noqa: SLF001 (there is no other way to it)
    properties.set("descr", printable(alt))


def _story(writer: _Writer, one: Story) -> None:
    writer.lines(one.title, "Named")
    writer.lines(one.text)
    lines = writer.lines(one.by, "Beside")
    if one.mark:
        lines.add_run().add_break()
        run = lines.add_run(f"▼ {writer.text(one.mark)}")
        run.bold, run.font.color.rgb = True, TONES["bad"]
