"""How a report looks in Word: the styles, the page, the running lines, and the few things that have no method."""

from docx import Document
from docx.document import Document as Documented
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.text.parfmt import CT_PPr
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from kpi.language import locale
from kpi.report.content import Content

ACCENT, QUIET = RGBColor(0x1F, 0x56, 0x73), RGBColor(0x55, 0x61, 0x6A)
TONES = {
    "good": RGBColor(0x17, 0x69, 0x4A),
    "risk": RGBColor(0xA2, 0x4F, 0x00),
    "bad": RGBColor(0xA8, 0x20, 0x1A),
    "none": QUIET,
}
#: The width of what stands between the margins, in millimetres.
WIDTH = 170
_MARGIN = 20
_FONT = "Calibri"
#: The style of what stands in cells: words stay whole.
CELL = "Cell"
#: Headings for looking up, which contents leave out.
LOOKED_UP = "Looked up"
#: What stands after the hyphens in a paragraph's properties.
_AFTER_HYPHENS = tuple(
    f"w:{name}" for name in ("kinsoku", "spacing", "ind", "contextualSpacing", "jc", "outlineLvl", "rPr", "sectPr")
)
_RULED = """<w:style {} w:type="table" w:customStyle="1" w:styleId="Ruled"><w:name w:val="Ruled"/>
<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>
<w:top w:val="single" w:sz="8" w:color="1F5673"/><w:bottom w:val="single" w:sz="4" w:color="C9D1D6"/>
<w:insideH w:val="single" w:sz="4" w:color="C9D1D6"/></w:tblBorders>
<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>"""
#: Filled cells with some white between them.
_CARDS = """<w:style {} w:type="table" w:customStyle="1" w:styleId="Cards"><w:name w:val="Cards"/>
<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>
<w:insideH w:val="single" w:sz="48" w:color="FFFFFF"/><w:insideV w:val="single" w:sz="48" w:color="FFFFFF"/>
</w:tblBorders></w:tblPr></w:style>"""


def begin(content: Content) -> Documented:
    """Begin a document: its language, styles, page and running lines."""
    document = Document()
    _styles(document, content.language)
    document.settings.element.find(qn("w:defaultTabStop")).addnext(OxmlElement("w:autoHyphenation"))
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(_MARGIN)
    section.top_margin = section.bottom_margin = Mm(22)
    section.different_first_page_header_footer = True
    section.header.paragraphs[0].text = f"{content.title} · {content.window}"
    section.header.paragraphs[0].style = "Beside"
    below = section.footer.paragraphs[0]
    below.text, below.style = " · ".join((content.programme, *content.marks, "")), "Beside"
    page = OxmlElement("w:fldSimple")
    page.set(qn("w:instr"), "PAGE")
    below._p.append(page)  # noqa: SLF001 (there is no other way to it)
    properties = document.core_properties
    properties.title, properties.author = f"{content.title}: {content.window}", content.programme
    properties.language, properties.comments = content.language, ""
    properties.created = properties.modified = content.made.at.replace(tzinfo=None, microsecond=0)
    return document


def _styles(document: Documented, language: str) -> None:
    styles = document.styles
    for default in styles.element.iter(qn("w:lang")):
        default.set(qn("w:val"), _spoken(language))
    for drawn in (_RULED, _CARDS):
        styles.element.append(parse_xml(drawn.format(nsdecls("w"))))
    _look(styles["Normal"], size=10.5, after=6)
    for level, size in ((1, 20.0), (2, 14.0)):
        _look(styles[f"Heading {level}"], size=size, before=18, after=8, color=ACCENT, bold=True)
    styles["Heading 1"].paragraph_format.page_break_before = True
    looked_up = styles.add_style(LOOKED_UP, WD_STYLE_TYPE.PARAGRAPH)
    looked_up.base_style = styles["Heading 2"]
    looked_up.font.size = Pt(12)
    _look(styles["Title"], size=32, before=60, after=6, color=ACCENT, bold=True)
    _look(styles["Subtitle"], size=16, after=12, color=QUIET)
    styles["Subtitle"].font.italic = False
    for name in ("List Bullet", "List Number"):
        _look(styles[name], size=9, after=2, color=QUIET)
    for name, size, after, color in (
        ("Beside", 8.5, 4, QUIET),
        (CELL, 8.5, 2, None),
        ("Gap", 4, 0, None),
        ("TOC 1", 10, 1, ACCENT),
        ("TOC 2", 9, 0, ACCENT),
    ):
        _look(styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH), size=size, after=after, color=color)
    for name, indent in (("TOC 1", 0), ("TOC 2", 6)):
        asked = styles[name].paragraph_format
        asked.tab_stops.add_tab_stop(Mm(WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        asked.left_indent, asked.space_before = Mm(indent), Pt(0 if indent else 3)
    styles["TOC 1"].font.bold = True
    for name, size in (("Named", 11), ("Contents", 20)):
        added = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _look(added, size=size, before=10, after=4, bold=True, color=ACCENT if name == "Contents" else None)
        added.paragraph_format.keep_with_next = True
    for name in ("Title", "Subtitle", "Heading 1", "Heading 2", "Named", "Contents", "TOC 1", "TOC 2", CELL):
        _whole(styles[name].element.get_or_add_pPr())


def _look(  # noqa: PLR0913 (a style has these)
    style: ParagraphStyle,
    *,
    size: float,
    before: float = 0,
    after: float = 0,
    color: RGBColor | None = None,
    bold: bool | None = None,
) -> None:
    font = style.font
    font.name, font.size, font.bold = _FONT, Pt(size), bold
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:cs"), _FONT)
    if color is not None:
        font.color.rgb = color
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def _whole(properties: CT_PPr) -> None:
    """Let words stay whole, whatever the document does with others."""
    properties.insert_element_before(OxmlElement("w:suppressAutoHyphens"), *_AFTER_HYPHENS)


def parted(lines: Paragraph) -> None:
    """Let the words of a cell be parted after all: one of them is longer than columns have room for."""
    properties = lines._p.get_or_add_pPr()  # noqa: SLF001 (there is no other way to it)
    if properties.find(qn("w:suppressAutoHyphens")) is None:
        allowed = OxmlElement("w:suppressAutoHyphens")
        allowed.set(qn("w:val"), "0")
        properties.insert_element_before(allowed, *_AFTER_HYPHENS)


def headless(table: Table) -> None:
    """Say that a table only lays things out: its first row and column are no heads."""
    look = table._tbl.tblPr.find(qn("w:tblLook"))  # noqa: SLF001 (there is no other way to it)
    for name, value in (("val", "0400"), ("firstRow", "0"), ("firstColumn", "0")):
        look.set(qn(f"w:{name}"), value)


def styled(cell: _Cell) -> Paragraph:
    """Give a new cell's paragraph in the style of cells; looked up by name, thousands of them would take seconds."""
    lines: Paragraph = cell.paragraphs[0]
    lines._p.style = CELL  # noqa: SLF001 (there is no other way to it)
    return lines


def shade(cell: _Cell, colour: str) -> None:
    """Fill a cell."""
    cell._tc.get_or_add_tcPr().append(  # noqa: SLF001 (there is no other way to it)
        parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{colour}"/>')
    )


def bookmarked(lines: Paragraph, name: str) -> None:
    """Give a paragraph a name that contents can lead to; it ends in digits, by which it is told from others."""
    for kind in ("bookmarkStart", "bookmarkEnd"):
        mark = OxmlElement(f"w:{kind}")
        mark.set(qn("w:id"), str(int(name.removeprefix("_Toc"))))
        if kind == "bookmarkStart":
            mark.set(qn("w:name"), name)
        lines._p.append(mark)  # noqa: SLF001 (there is no other way to it)


def leading(line: Paragraph, name: str) -> None:
    """Let the words of a paragraph lead to the place of that name."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), name)
    for run in line.runs:
        link.append(run._r)  # noqa: SLF001 (there is no other way to it)
    line._p.append(link)  # noqa: SLF001 (there is no other way to it)


def repeated(row: _Row) -> None:
    """Let a row come again on every page that its table goes on to."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 (there is no other way to it)


def kept_whole(row: _Row) -> None:
    """Let a row of a table stand on one page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 (there is no other way to it)


def speaks(run: Run, language: str) -> None:
    """Say in which language a text is: for its hyphens, its spelling, and whoever has it read to them."""
    mark = OxmlElement("w:lang")
    mark.set(qn("w:val"), _spoken(language))
    run._r.get_or_add_rPr().append(mark)  # noqa: SLF001 (there is no other way to it)


def _spoken(language: str) -> str:
    return str(locale(language)).replace("_", "-")


def kept_with_next(row: _Row) -> None:
    """Let a row stand on the page of what follows it."""
    for lines in row._tr.iter(qn("w:p")):  # noqa: SLF001 (there is no other way to it)
        lines.get_or_add_pPr().get_or_add_keepNext()


def field(first: Paragraph, last: Paragraph, instruction: str) -> None:
    """Put paragraphs into a field: they stand as they are until somebody asks Word to work it out anew."""
    says = OxmlElement("w:instrText")
    says.set(qn("xml:space"), "preserve")
    says.text = f" {instruction} "
    before = first._p.get_or_add_pPr()  # noqa: SLF001 (there is no other way to it)
    for mark in (_mark("separate"), says, _mark("begin")):
        before.addnext(_run(mark))
    last._p.append(_run(_mark("end")))  # noqa: SLF001 (there is no other way to it)


def _mark(kind: str) -> BaseOxmlElement:
    mark: BaseOxmlElement = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    return mark


def _run(inner: BaseOxmlElement) -> BaseOxmlElement:
    run: BaseOxmlElement = OxmlElement("w:r")
    run.append(inner)
    return run
