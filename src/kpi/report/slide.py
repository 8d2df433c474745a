"""A drawing of a page as a picture for a slide: what the page shows, with what it needs to stand by itself."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import plotly.graph_objects as go
import typst

from kpi.present.html import Html, image, join
from kpi.report import plotted
from kpi.report.markup import tree
from kpi.report.pdf import fonts
from kpi.report.typography import bound

_TEMPLATE = Path(__file__).with_name("slide.typ")
#: Twice as many pixels as the template has points across: 1600.
_PIXELS_AN_INCH = 144

Drawing: TypeAlias = Html | go.Figure


@dataclass(frozen=True, slots=True)
class Slide:
    """What stands around a drawing: its title, period and filters above it, notes and its source below."""

    title: str
    about: Sequence[str]
    notes: Sequence[str]
    source: str
    language: str


def as_png(slide: Slide, *drawings: Drawing) -> bytes:
    """Draw drawings of a page, one beneath the other, from the very HTML and charts that the page shows."""
    drawing = join(*(one if isinstance(one, Html) else image(plotted.as_svg(one), "", "k-chart") for one in drawings))
    data = {
        "lang": slide.language,
        "title": slide.title,
        "about": list(slide.about),
        "notes": list(slide.notes),
        "source": slide.source,
        "drawing": tree(drawing, lambda text: bound(text, slide.language)),
    }
    compiler = typst.Compiler(
        _TEMPLATE.read_bytes(), font_paths=fonts(), sys_inputs={"data": json.dumps(data, ensure_ascii=False)}
    )
    made = compiler.compile(format="png", ppi=_PIXELS_AN_INCH)
    return made if isinstance(made, bytes) else b""
