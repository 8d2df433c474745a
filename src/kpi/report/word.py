"""A report as a Word document, to be pasted from into somebody's own form: plain headings, tables and pictures."""

import io
from collections.abc import Callable, Sequence

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.shared import Mm, Pt
from docx.table import Table as Drawn
from docx.text.paragraph import Paragraph as Lines

from kpi.language import pick, tr
from kpi.problems import N_
from kpi.report import drawings
from kpi.report.content import (
    Badge,
    Bars,
    Block,
    Cards,
    Content,
    Course,
    Entries,
    Facts,
    Map,
    Paragraph,
    Points,
    Section,
    Story,
    Table,
)
from kpi.report.progress import Progress, by_block, silent
from kpi.report.typography import fitted, printable
from kpi.report.word_style import (
    LOOKED_UP,
    TONES,
    WIDTH,
    bookmarked,
    field,
    headless,
    kept_with_next,
    leading,
    repeated,
    shade,
    styled,
)
from kpi.report.word_writer import Writer

_ACROSS, _FACTS = 3, 5
#: A table of no more rows than this is not parted.
_SHORT = 16


def written(content: Content, progress: Progress = silent) -> bytes:
    """Write the document."""
    writer, tell = Writer(content), by_block(content, N_("The file is being written …"), progress)
    _cover(writer)
    _contents(writer)
    for number, chapter in enumerate(content.chapters):
        heading = writer.lines(chapter.title, "Heading 1")
        if chapter.follows:
            heading.paragraph_format.page_break_before = False
        bookmarked(heading, _mark(number))
        for block in chapter.blocks:
            _block(writer, block)
        tell(chapter.blocks)
        for place, section in enumerate(chapter.sections):
            heading = writer.lines(_named(section), "Heading 2" if chapter.listed else LOOKED_UP)
            bookmarked(heading, _mark(number, place))
            for block in section.blocks:
                _block(writer, block)
            tell(section.blocks)
    buffer = io.BytesIO()
    writer.document.save(buffer)
    return buffer.getvalue()


def _cover(writer: Writer) -> None:
    content, paid = writer.content, writer.content.framework.programme.cofunding
    writer.lines(content.programme, "Subtitle")
    writer.lines(content.title, "Title")
    writer.lines(content.window, "Subtitle")
    for limit in (*content.limits, *content.marks):
        writer.lines(limit).runs[0].bold = True
    table = writer.table(len(content.about_in_words), (24, 76))
    for row, (name, text) in zip(table.rows, content.about_in_words, strict=True):
        writer.put(row.cells[0], name, quiet=True)
        writer.put(row.cells[1], text)
    if paid:
        writer.lines("")
        writer.lines(pick(paid, writer.language))
    writer.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _contents(writer: Writer) -> None:
    """Give chapters and sections, each leading there: a list that Word updates when asked to, and then with pages.

    Until then it names no page. Which page a chapter is on, only the program that lays it out knows.
    """
    writer.lines(tr(N_("Contents"), writer.language), "Contents")
    entries = []
    for number, chapter in enumerate(writer.content.chapters):
        entries.append((chapter.title, 1, _mark(number)))
        for place, section in enumerate(chapter.sections if chapter.listed else ()):
            entries.append((_named(section), 2, _mark(number, place)))
    lines = []
    for text, level, mark in entries:
        lines.append(writer.lines(text, f"TOC {level}"))
        leading(lines[-1], mark)
    field(lines[0], lines[-1], 'TOC \\o "1-2" \\h \\z')


def _named(section: Section) -> str:
    return f"{section.key} {section.title}" if section.key else section.title


def _mark(chapter: int, section: int = -1) -> str:
    """Name the place of a chapter or a section."""
    return f"_Toc{1000 * chapter + section + 1:08}"


def _block(writer: Writer, block: Block) -> None:
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


def _paragraph(writer: Writer, one: Paragraph) -> None:
    lines = writer.lines(one.text, "Beside" if one.tone == "note" else None)
    if one.tone == "lead":
        lines.runs[0].font.size = Pt(12)
        lines.paragraph_format.keep_with_next = True


def _points(writer: Writer, one: Points) -> None:
    if one.title:
        writer.lines(one.title, "Named")
    for item in one.items:
        writer.lines(item, "List Number" if one.numbered else "List Bullet")


def _facts(writer: Writer, one: Facts) -> None:
    """Lay figures side by side: their names in one row, their values in the next, so that they stand on one line."""
    across = min(len(one.entries), _FACTS)
    table = writer.table(2 * -(-len(one.entries) // across), (1,) * across)
    headless(table)
    for number, fact in enumerate(one.entries):
        named, put = (table.cell(2 * (number // across) + row, number % across) for row in (0, 1))
        writer.small(styled(named), fact.name)
        lines = styled(put)
        if isinstance(fact.value, Badge):
            writer.badge(lines, fact.value)
        else:
            _value(writer, lines, fact.value, fact.unit)
        if fact.note:
            lines.add_run().add_break()
            writer.small(lines, fact.note)
    _together(table, followed=True)
    writer.lines("", "Gap").paragraph_format.keep_with_next = True


def _value(writer: Writer, lines: Lines, value: str, unit: str) -> None:
    run = lines.add_run(writer.text(value))
    run.bold, run.font.size = True, Pt(13)
    if unit:
        writer.small(lines, f" {unit}")


def _cards(writer: Writer, one: Cards) -> None:
    table = writer.table(-(-len(one.entries) // _ACROSS), (1,) * _ACROSS)
    table.style = "Cards"
    headless(table)
    for number, card in enumerate(one.entries):
        cell = table.cell(number // _ACROSS, number % _ACROSS)
        shade(cell, "E9F0F4")
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
    writer.lines("", "Gap")


def _table(writer: Writer, one: Table) -> None:
    if one.title:
        writer.lines(one.title, "Named")
    if one.note:
        writer.lines(one.note, "Beside").paragraph_format.keep_with_next = True
    table = writer.table(1 + len(one.rows), fitted(one, writer.language))
    _heads(writer, table, one.heads)
    for row, said in zip(table.rows[1:], one.rows, strict=True):
        for cell, each in zip(row.cells, said, strict=True):
            writer.put(cell, each)
    for row in table.rows:
        for column in one.right:
            row.cells[column].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _together(table)
    writer.lines("", "Gap")


def _heads(writer: Writer, table: Drawn, heads: Sequence[str]) -> None:
    """Write the heads, which come again on every page that the table goes on to."""
    table.style = "Ruled"
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        writer.put(cell, head, bold=True)
        shade(cell, "E9F0F4")
    repeated(table.rows[0])


def _together(table: Drawn, *, followed: bool = False) -> None:
    """Let a short table stand on one page, and a long one begin with more than its heads."""
    rows = list(table.rows)
    kept = rows if followed else rows[:-1] if len(rows) <= _SHORT else rows[:2]
    for row in kept:
        kept_with_next(row)


def _entries(writer: Writer, one: Entries) -> None:
    table = writer.table(len(one.entries), (24, 76))
    for row, (name, text) in zip(table.rows, one.entries, strict=True):
        writer.put(row.cells[0], name, quiet=True)
        writer.put(row.cells[1], text)
    writer.lines("", "Gap")


def _bars(writer: Writer, one: Bars) -> None:
    shares = any(row.share for row in one.rows)
    said = writer.language
    heads = [one.title, tr(N_("Value"), said), *([tr(N_("Share"), said)] if shares else [])]
    rows = [(row.name, row.written, *([row.share] if shares else [])) for row in one.rows]
    widths = (56, 24, 20)[: len(heads)]
    table = writer.table(1 + len(rows), widths)
    _heads(writer, table, heads)
    for row, texts in zip(table.rows[1:], rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            writer.put(cell, text)
    for row in table.rows:
        for cell in row.cells[1:]:
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _together(table)
    writer.lines(one.note, "Beside" if one.note else "Gap")


def _course(writer: Writer, one: Course) -> None:
    chart = drawings.chart_of(writer.content.framework, writer.language, one)
    writer.lines(one.title, "Beside").paragraph_format.keep_with_next = True
    _picture(writer, drawings.as_png(chart), one.alt, WIDTH)


def _map(writer: Writer, one: Map) -> None:
    writer.lines(one.title, "Named")
    _picture(writer, drawings.map_as_png(one), one.alt, WIDTH * 0.6)
    if one.source:
        writer.document.paragraphs[-1].paragraph_format.keep_with_next = True
        writer.lines(one.source, "Beside")


def _picture(writer: Writer, content: bytes, alt: str, width: float) -> None:
    shape = writer.document.add_picture(io.BytesIO(content), Mm(width))
    properties = shape._inline.docPr  # noqa: SLF001 (there is no other way to it)
    properties.set("descr", printable(alt))


def _story(writer: Writer, one: Story) -> None:
    writer.lines(one.title, "Named")
    writer.lines(one.text)
    lines = writer.lines(one.by, "Beside")
    if one.mark:
        lines.add_run().add_break()
        run = lines.add_run(f"▼ {writer.text(one.mark)}")
        run.bold, run.font.color.rgb = True, TONES["bad"]
