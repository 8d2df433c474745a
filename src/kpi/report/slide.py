"""A drawing of a page as a picture for a slide: what the page shows, with what it needs to stand by itself."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typst

from kpi.present.html import Html
from kpi.report.markup import tree
from kpi.report.pdf import fonts
from kpi.report.typography import bound

_TEMPLATE = Path(__file__).with_name("slide.typ")
#: Twice as many pixels as the template has points across: 1600.
_PIXELS_AN_INCH = 144


@dataclass(frozen=True, slots=True)
class Slide:
    """What stands around a drawing: its title, period and filters above it, notes and its source below."""

    title: str
    about: str
    notes: Sequence[str]
    source: str
    language: str


def as_png(slide: Slide, drawing: Html) -> bytes:
    """Draw a drawing of a page, from the very HTML that the page shows."""
    data = {
        "lang": slide.language,
        "title": slide.title,
        "about": slide.about,
        "notes": list(slide.notes),
        "source": slide.source,
        "drawing": tree(drawing, lambda text: bound(text, slide.language)),
    }
    compiler = typst.Compiler(
        _TEMPLATE.read_bytes(), font_paths=fonts(), sys_inputs={"data": json.dumps(data, ensure_ascii=False)}
    )
    made = compiler.compile(format="png", ppi=_PIXELS_AN_INCH)
    return made if isinstance(made, bytes) else b""
