"""A Word document that is being written: what every block of a report needs of it."""

from collections.abc import Sequence

from docx.document import Document as Documented
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.shared import Mm, Pt
from docx.table import Table as Drawn
from docx.table import _Cell
from docx.text.paragraph import Paragraph as Lines
from docx.text.run import Run

from kpi.report.content import Badge, Cell, Content
from kpi.report.typography import bound, printable, too_long
from kpi.report.word_style import CELL, QUIET, TONES, WIDTH, begin, kept_whole, parted, speaks, styled


class Writer:
    """A document that is being written, in the language of its content."""

    def __init__(self, content: Content) -> None:
        self.content, self.language = content, content.language
        self.document: Documented = begin(content)
        self._styles = {style.name: style.style_id for style in self.document.styles}

    def text(self, text: str) -> str:
        """Give a text as it may stand in the document."""
        return bound(printable(text), self.language)

    def run(self, lines: Lines, text: str) -> Run:
        """Go on with a text, marked where it is in another language than the document."""
        kept = self.text(text)
        run: Run = lines.add_run(kept)
        if too_long(kept) and lines._p.style == CELL:  # noqa: SLF001 (there is no other way to it)
            parted(lines)
        other = self.content.other(text)
        if other:
            speaks(run, other)
        return run

    def lines(self, text: str, style: str | None = None) -> Lines:
        """Add a paragraph; its style by its id: looked up by name, hundreds of them would take seconds."""
        lines: Lines = self.document.add_paragraph()
        self.run(lines, text)
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
        run = self.run(lines, said)
        run.bold = bold or None
        if quiet:
            run.font.color.rgb = QUIET

    def badge(self, lines: Lines, one: Badge) -> None:
        """Write a verdict: sign, word, what stands beneath."""
        run = lines.add_run(f"{one.sign}\N{NO-BREAK SPACE}{self.text(one.word)}")
        run.bold, run.font.color.rgb = True, TONES[one.tone]
        if one.note:
            lines.add_run().add_break()
            self.small(lines, one.note)

    def small(self, lines: Lines, text: str) -> Run:
        """Write what stands beside something."""
        run = self.run(lines, text)
        run.font.size, run.font.color.rgb = Pt(8), QUIET
        return run
