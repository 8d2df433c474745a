"""What stands around every chart: its title, its table, its ways out as CSV and PNG, and how it was computed."""

from collections.abc import Callable, Iterable, Sequence

import plotly.graph_objects as go
import streamlit as st

from kpi.language import tr
from kpi.present import words
from kpi.present.html import Html, el
from kpi.present.table import Table
from kpi.problems import N_
from kpi.quarter import Window
from kpi.web.person import installation, language, theirs

#: The texts of the drawing library itself that a reader can meet.
_OF_THE_LIBRARY = (
    N_("Download plot as a PNG"),
    N_("Download plot"),
    N_("Taking snapshot - this may take a few seconds"),
)


def chart(  # noqa: PLR0913 (all that a reader is offered with it)
    figure: go.Figure,
    table: Table,
    *,
    key: str,
    alt: str,
    computed: Sequence[str],
    title: bool = True,
) -> None:
    """Draw a chart under the title of its table; `alt` says what it shows for whoever cannot see it.

    `key` is unique on the page, and names the files. `computed` are sentences on how the figures were made.
    """
    with st.container(gap=None, key=f"frame.{key}"):
        if title:
            st.html(el("p", table.title, class_="k-chart-title"))
        st.plotly_chart(figure, config=_config(key), alt=alt, key=f"chart.{key}")
        beneath(table, key=key, computed=computed)


def beneath(
    table: Table,
    *,
    key: str,
    computed: Sequence[str],
    shown: Html | None = None,
    workbook: Callable[[], bytes] | None = None,
) -> None:
    """Offer a drawing's figures as a table and as CSV, and say how they were made.

    Where the table itself is the drawing, `shown` stands open in its place; `workbook` makes it an Excel workbook.
    Only what is a list of rows, as they were reported, has nothing to say of how it was `computed`.
    """
    said = language()
    if shown is not None:
        st.html(shown)
    with st.container(horizontal=True, gap="small", vertical_alignment="top", key=f"tools.{key}"):
        if shown is None:
            st.html(_folded(tr(N_("As a table"), said), table.html()), width="content")
        if computed:
            steps = el("ul", *(el("li", step) for step in computed), class_="k-steps")
            st.html(_folded(tr(N_("How is this computed?"), said), steps), width="content")
        download(table, key=key)
        if workbook is not None:
            st.download_button(
                "Excel",
                theirs(workbook),
                file_name=f"{key}.xlsx",
                mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                key=f"xlsx.{key}",
                type="tertiary",
                on_click="ignore",
                help=tr(N_("Download these figures as an Excel workbook"), said),
            )


def hollow() -> None:
    """Say what the marks of a course mean that are not filled, and what a gap in it means."""
    text = N_("Hollow or hatched: provisional, because returns are missing or may still come. A gap: not reported.")
    st.html(el("p", tr(text, language()), class_="k-legend"))


def ring(*, there: bool) -> None:
    """Say what the ring at the end of small trends means, where `there` is one."""
    if there:
        text = N_("A ring at the end of a trend: that year is not over, and stands as far as it has come.")
        st.html(el("p", tr(text, language()), class_="k-legend"))


def begun(windows: Iterable[Window]) -> None:
    """Say beneath what is shown by years that the first one is not a whole one, where the programme began within it."""
    text = words.begun(installation().framework, windows, language())
    if text is not None:
        st.html(el("p", text, class_="k-legend"))


def download(table: Table, *, key: str) -> None:
    """Offer a table as CSV."""
    st.download_button(
        "CSV",
        theirs(lambda: table.csv().encode("utf-8-sig")),  # made when it is asked for
        file_name=f"{key}.csv",
        mime="text/csv",
        key=f"csv.{key}",
        type="tertiary",
        on_click="ignore",
        help=tr(N_("Download these figures for a spreadsheet"), language()),
    )


def _folded(name: str, inner: Html) -> Html:
    return el("details", el("summary", name), inner, class_="k-fold")


def _config(key: str) -> dict[str, object]:
    """Tell the drawing library what it may do: give a picture, in the reader's words; no zoom by accident."""
    said = language()
    texts = {text: tr(text, said) for text in _OF_THE_LIBRARY}
    return {
        "displayModeBar": True,
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"filename": key, "scale": 2},
        "scrollZoom": False,
        "doubleClick": False,
        "showTips": False,
        "locale": said,
        "locales": {said: {"dictionary": texts, "format": {}}},
    }
