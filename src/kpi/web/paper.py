"""What a page is on paper: its looks, and drawings as broad as the sheet.

The drawing library knows no paper: its drawings keep the width of the window. As a picture with a frame of that width
they can be scaled, which the browser is told when it is about to print, and told to forget afterwards.
"""

from pathlib import Path

from kpi.present.html import Html

STYLE = Path(__file__).with_name("paper.css")
#: A page whose table is broad lies on its side.
BROAD = Html("<style>@page { size: A4 landscape; margin: 10mm; }</style>")
SCRIPT = """
{
    const drawings = () => document.querySelectorAll('.stPlotlyChart .main-svg');
    window.onbeforeprint = () => drawings().forEach(one =>
        one.setAttribute('viewBox', `0 0 ${one.getAttribute('width')} ${one.getAttribute('height')}`));
    window.onafterprint = () => drawings().forEach(one => one.removeAttribute('viewBox'));
}
"""
