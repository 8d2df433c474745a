"""A report as a PDF, typeset: the content goes into the template as data, so that no text of it is ever markup."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import matplotlib as mpl
import typst

from kpi.language import pick, tr
from kpi.problems import N_
from kpi.report import drawings
from kpi.report.content import (
    Bars,
    Block,
    Cell,
    Chapter,
    Content,
    Course,
    Map,
    Points,
    Section,
    Story,
    Table,
)
from kpi.report.progress import Progress, by_block, silent, within
from kpi.report.typography import bound, fitted

_TEMPLATE = Path(__file__).with_name("report.typ")
_TEXT_FONT = "Libertinus Serif"
#: So many letters of a category's name stand on a line.
_LINE = 24
#: How much of the work is done where all is drawn, by the clock.
_DRAWN = 0.65


def written(content: Content, progress: Progress = silent) -> bytes:
    """Typeset the report: tagged, so that whoever cannot see its pages can read them (PDF/UA)."""
    tell = by_block(content, N_("The charts are being drawn …"), within(progress, 0, _DRAWN))
    data = json.dumps(_bound(_data(content, tell), content.language), ensure_ascii=False)
    progress(N_("The pages are being typeset …"), _DRAWN)
    compiler = typst.Compiler(_TEMPLATE.read_bytes(), font_paths=fonts(), sys_inputs={"data": data})
    made = compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=content.made.at.replace(microsecond=0))
    return made if isinstance(made, bytes) else b""


@lru_cache
def fonts() -> typst.Fonts:
    """Give the fonts that come with the libraries: text, signs, and something for every character there is."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(Path(mpl.get_data_path()) / "fonts" / "ttf")])


def _bound(value: Any, language: str) -> Any:  # noqa: ANN401 (any JSON)
    match value:
        case str() if not value.startswith("<?xml"):
            return bound(value, language)
        case list():
            return [_bound(one, language) for one in value]
        case dict():
            return {key: _bound(one, language) for key, one in value.items()}
        case _:
            return value


def _data(content: Content, tell: Callable[[Sequence[Block]], None]) -> dict[str, object]:
    said, paid = content.language, content.framework.programme.cofunding
    return {
        "lang": said,
        "title": content.title,
        "programme": content.programme,
        "window": content.window,
        "limits": list(content.limits),
        "marks": list(content.marks),
        "cofunding": pick(paid, said) if paid else "",
        "about": [list(one) for one in content.about_in_words],
        "contents": tr(N_("Contents"), said),
        "chapters": [_chapter(content, chapter, tell) for chapter in content.chapters],
    }


def _chapter(content: Content, chapter: Chapter, tell: Callable[[Sequence[Block]], None]) -> dict[str, object]:
    blocks = list(_blocks(content, chapter.blocks))
    tell(chapter.blocks)
    sections = [_section(content, section, tell) for section in chapter.sections]
    said: dict[str, object] = {"title": chapter.title, "blocks": blocks, "sections": sections}
    return said | {"listed": chapter.listed, "follows": chapter.follows}


def _section(content: Content, section: Section, tell: Callable[[Sequence[Block]], None]) -> dict[str, object]:
    blocks = list(_blocks(content, section.blocks))
    tell(section.blocks)
    return {"title": section.title, "key": section.key, "blocks": blocks}


def _blocks(content: Content, blocks: Sequence[Block]) -> Iterator[dict[str, object]]:
    """Give blocks as data; breakdowns, and maps, that follow one another stand in two columns."""
    for kind, several in groupby(blocks, lambda block: type(block) if isinstance(block, Bars | Map) else None):
        if kind is Bars:
            yield _columns([one for one in several if isinstance(one, Bars)])
        elif kind is Map:
            yield {"kind": "Maps", "maps": [_map(one) for one in several if isinstance(one, Map)]}
        else:
            yield from (_block(content, block) for block in several)


def _map(one: Map) -> dict[str, object]:
    svg = drawings.map_as_svg(one).replace("DejaVu Sans", _TEXT_FONT)
    return {"title": one.title, "alt": one.alt, "svg": svg, "source": one.source}


def _columns(found: Sequence[Bars]) -> dict[str, object]:
    """Put breakdowns into two columns of about one height: the longest first, each where there is most room."""
    columns: tuple[list[int], list[int]] = ([], [])
    heights = [0, 0]
    lengths = [3 + sum(1 + len(row.name) // _LINE for row in one.rows) for one in found]
    for number in sorted(range(len(found)), key=lambda number: -lengths[number]):
        shorter = heights.index(min(heights))
        columns[shorter].append(number)
        heights[shorter] += lengths[number]
    return {"kind": "Columns", "columns": [[_plain(found[one]) for one in sorted(several)] for several in columns]}


def _block(content: Content, block: Block) -> dict[str, object]:
    match block:
        case Course():
            chart = drawings.chart_of(content.framework, content.language, block)
            svg = drawings.as_svg(chart).replace("DejaVu Sans", _TEXT_FONT)
            return {"kind": "Picture", "title": block.title, "alt": block.alt, "svg": svg}
        case Table():
            rows = [[_said(content, cell) for cell in row] for row in block.rows]
            return dict(_plain(block)) | {"widths": fitted(block, content.language), "rows": rows}
        case Points():
            return dict(_plain(block)) | {"items": [_said(content, item) for item in block.items]}
        case Story():
            said = {"title": _said(content, block.title), "text": _said(content, block.text)}
            return dict(_plain(block)) | said
        case _:
            return dict(_plain(block))


def _said(content: Content, cell: Cell) -> Any:  # noqa: ANN401 (any value of the content)
    """Give a text as it is, with its language where that is another than the report's."""
    other = content.other(cell) if isinstance(cell, str) else ""
    return {"kind": "Said", "text": cell, "lang": other} if other else _plain(cell)


def _plain(value: Any) -> Any:  # noqa: ANN401 (any value of the content)
    """Give a value of the content as JSON; a class by its name, under ``kind``."""
    if is_dataclass(value) and not isinstance(value, type):
        said = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {"kind": type(value).__name__} | said
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
