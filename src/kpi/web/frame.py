"""What stands around every drawing: its title, its table, its ways out as CSV and PNG, and how it was computed."""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial

import plotly.graph_objects as go
import streamlit as st

from kpi.language import day, pick, tr, whole
from kpi.measure.model import Measurement, State
from kpi.present import words
from kpi.present.html import Html, el
from kpi.present.table import Table
from kpi.present.words import period, unit
from kpi.present.written import as_written
from kpi.problems import N_
from kpi.quarter import Quarter, Window
from kpi.report.slide import Drawing, Slide, as_png
from kpi.web.label import escaped
from kpi.web.looking import view
from kpi.web.opened import today
from kpi.web.person import installation, language, now, theirs

Made = Callable[[], bytes]

_TYPES = {
    "csv": "text/csv",
    "png": "image/png",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: What the drawing library may do: nothing but draw. Its picture is made here, as all others.
_CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False, "showTips": False}


def chart(  # noqa: PLR0913 (all that a reader is offered with it)
    figure: go.Figure,
    table: Table,
    *,
    key: str,
    alt: str,
    computed: Sequence[str],
    title: bool = True,
    subject: str = "",
    picture: Sequence[Drawing] = (),
    notes: Sequence[str] = (),
) -> None:
    """Draw a chart under the title of its table; `alt` says what it shows for whoever cannot see it.

    `key` is unique on the page, and names the files. `computed` are sentences on how the figures were made. The
    `picture` is of the chart, where nothing else is given, with `notes` that the page says elsewhere.
    """
    with st.container(gap=None, key=f"frame.{key}"):
        if title:
            st.html(el("p", table.title, class_="k-chart-title"))
        st.plotly_chart(figure, config=_CONFIG, alt=alt, key=f"chart.{key}")
        slide = _slide(subject or table.title, notes, told=table.title if subject else "")
        _tools(table, key, computed, name=_name(table, subject), picture=partial(as_png, slide, *(picture or [figure])))


def beneath(  # noqa: PLR0913 (all that a reader is offered with it)
    table: Table,
    *,
    key: str,
    computed: Sequence[str],
    drawing: Html | None = None,
    is_table: bool = False,
    notes: Sequence[str] = (),
    subject: str = "",
    workbook: Made | None = None,
) -> None:
    """Draw a drawing with `notes` on it; offer its figures as a table, as CSV and as a picture; say how they were made.

    The drawing may be a table itself (`is_table`), which `workbook` makes an Excel workbook. The `subject` is what the
    picture is of, where the table's title does not say so by itself. Only what is a list of rows, as they were
    reported, has nothing to say of how it was `computed`; what has no `drawing` is no picture.
    """
    name, picture = _name(table, subject), None
    if drawing is not None:
        st.html(drawing)
        picture = partial(as_png, _slide(name, notes), drawing)
    legend(notes)
    _tools(table, key, computed, name=name, picture=picture, is_table=is_table, workbook=workbook)


def _name(table: Table, subject: str) -> str:
    return f"{subject}: {table.title}" if subject else table.title


def _tools(  # noqa: PLR0913 (all that a reader is offered)
    table: Table,
    key: str,
    computed: Sequence[str],
    *,
    name: str,
    picture: Made | None,
    is_table: bool = False,
    workbook: Made | None = None,
) -> None:
    """Offer what can be opened and taken away."""
    said = language()
    with st.container(horizontal=True, gap="small", vertical_alignment="top", key=f"tools.{key}"):
        if not is_table:
            as_own = partial(as_written, language=said, framework=installation().framework)
            st.html(_folded(tr(N_("As a table"), said), table.html(own=as_own)), width="content")
        if computed:
            steps = el("ul", *(el("li", step) for step in computed), class_="k-steps")
            st.html(_folded(tr(N_("How is this computed?"), said), steps), width="content")
        download(table, key=key, name=name)
        if workbook is not None:
            text = tr(N_("Download these figures as an Excel workbook"), said)
            _offered("Excel", theirs(workbook), f"{key}.xlsx", name, text)
        if picture is not None:
            text = tr(N_("Download this drawing as a picture, for a slide"), said)
            _offered("PNG", theirs(picture), f"{key}.png", name, text)


def legend(notes: Sequence[str]) -> None:
    """Say what is to be said of a drawing."""
    if notes:
        st.html(el("div", *(el("p", note, class_="k-legend") for note in notes)))


def hollow(found: Iterable[Measurement], provisional: Collection[Quarter]) -> list[str]:
    """Say what hollow or hatched marks of a course mean, and its gaps, where there are any.

    `provisional` are the quarters at whose ends figures are not final.
    """
    marks, gaps = False, False
    for one in found:
        drawn = one.value is not None or one.standing.actual is not None
        marks |= drawn and one.window.last in provisional
        gaps |= one.state is State.MISSING
    text = N_("Hollow or hatched: provisional, because returns are missing or may still come.")
    said = [*([text] if marks else []), *([N_("A gap: not reported.")] if gaps else [])]
    return [tr(text, language()) for text in said]


def ring(*, there: bool) -> list[str]:
    """Say what the ring at the end of small trends means, where `there` is one."""
    text = N_("A ring at the end of a trend: that year is not over, and stands as far as it has come.")
    if view()[0].provisional:
        text = N_("A ring at the end of a trend: the figure is preliminary.")
    return [tr(text, language())] if there else []


def trends(windows: Sequence[Window], *, there: bool) -> list[str]:
    """Say what is to be known of small trends over windows: of the ring, and from when on the first year counts."""
    return [*ring(there=there), *words.begun(installation().framework, windows, language())]


def of_indicator(key: str) -> str:
    """Name an indicator, with its unit, as what a drawing is of."""
    framework, said = installation().framework, language()
    name, named = pick(framework.indicators[key].label, said), unit(framework, key, said)
    return f"{name}, {named}" if named else name


def download(table: Table, *, key: str, name: str = "") -> None:
    """Offer a table as CSV."""
    made_later(lambda: table, key=key, name=name or table.title)


def made_later(make: Callable[[], Table], *, key: str, name: str) -> None:
    """Offer a table as CSV that is made at the click only."""
    text = tr(N_("Download these figures for a spreadsheet"), language())
    _offered("CSV", theirs(lambda: make().csv().encode("utf-8-sig")), f"{key}.csv", name, text)


def _offered(kind: str, made: Made, file: str, name: str, text: str) -> None:
    """Offer a file, made when it is asked for. Its kind is seen; read out is also of what it is."""
    key, _, form = file.rpartition(".")
    st.download_button(
        f"{kind} *{escaped(name)}*",
        made,
        file_name=file,
        mime=_TYPES[form],
        key=f"{form}.{key}",
        type="tertiary",
        on_click="ignore",
        help=text,
    )


def _slide(title: str, notes: Sequence[str], *, told: str = "") -> Slide:
    """Give what a drawing needs beside it where it leaves the page: the period, filters, whose figures these are."""
    framework, said, (looking, _) = installation().framework, language(), view()
    parts = [whole(N_("Period: {window}"), said, window=period(looking.window, said))]
    for by, category in looking.where.items():
        dimension = framework.dimensions[by]
        parts.append(f"{pick(dimension.label, said)}: {pick(dimension.categories[category].label, said)}")
    marks = [words.PRELIMINARY] if looking.provisional else []
    marks += [words.SAMPLE, words.INVENTED] if now().is_sample else []
    source = whole(
        N_("Source: {programme}, {day}"), said, programme=pick(framework.programme.name, said), day=day(today(), said)
    )
    marked = " ".join(tr(mark, said) for mark in marks)
    about = [" · ".join(parts), *([told] if told else [])]
    return Slide(title, about, [*notes, *([marked] if marked else [])], source, said)


def _folded(name: str, inner: Html) -> Html:
    return el("details", el("summary", name), inner, class_="k-fold")
