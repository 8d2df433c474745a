"""The page of reports: what is chosen, the report made while one watches, and handed over."""

import os
from dataclasses import dataclass

import streamlit as st

from kpi.access import Deed
from kpi.areas import MapUnusableError
from kpi.figures import published_windows
from kpi.framework.model import Framework
from kpi.language import decimal, moment, number, pick, said, tr, whole
from kpi.present.html import el
from kpi.present.words import period, title
from kpi.problems import N_, SaidError
from kpi.quarter import Window
from kpi.report.content import AUDIENCES, Audience, Content, Request
from kpi.report.files import MEDIA_TYPES, NAMES, WRITING, Format, name_of, written
from kpi.report.gather import gather, maps_of
from kpi.settings import Settings
from kpi.web import opened, states
from kpi.web.looking import view
from kpi.web.person import allowed, installation, language, languages, own_name, theirs, who
from kpi.web.pickers import window_bar

_MADE = "report.made"
_MILLION = 1_000_000
_SERVES = {
    Format.PDF: N_("to read, print and send"),
    Format.WORD: N_("to paste from into a form of your own"),
    Format.EXCEL: N_("every figure as a number, to reckon on with"),
    Format.HTML: N_("charts that answer when pointed at, in one file"),
}


@dataclass(frozen=True, slots=True)
class _Made:
    """A report that lies ready: for whom, of what, and the file."""

    whose: str
    request: Request
    form: Format
    content: Content
    file: bytes


def choices() -> tuple[Request, Format] | None:
    """Let the reader choose what the report is about, for whom, in which language and format; none: nothing is there.

    Whoever may not see everything gets the report for funders.
    """
    framework, spoken = installation().framework, language()
    audience = _audience(spoken)
    window = _window(framework, audience, spoken)
    if window is None:
        st.html(el("p", tr(N_("Nothing is published yet: no quarter has been due."), spoken), class_="k-nothing"))
        return None
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        where = _grant(framework, spoken)
        offered = languages()
        tongue = st.selectbox(
            tr(N_("Language of the report"), spoken),
            offered,
            index=offered.index(spoken),
            format_func=own_name,
            key="report.language",
            width=200,
        )
    form = st.radio(
        tr(N_("Format"), spoken),
        list(Format),
        format_func=lambda one: tr(NAMES[one], spoken),
        captions=[tr(_SERVES[one], spoken) for one in Format],
        key="report.format",
        horizontal=True,
    )
    return Request(window, tongue, audience, where), form or Format.PDF


def _audience(spoken: str) -> Audience:
    if not allowed(Deed.SEE_UNDISCLOSED):
        return Audience.FUNDER
    chosen = st.radio(
        tr(N_("For whom"), spoken),
        list(Audience),
        format_func=lambda one: tr(AUDIENCES[one], spoken),
        captions=[
            tr(N_("Everything, small counts and findings too"), spoken),
            tr(N_("What is published: small counts are hidden"), spoken),
        ],
        key="report.audience",
        horizontal=True,
    )
    return chosen or Audience.FUNDER


def _window(framework: Framework, audience: Audience, spoken: str) -> Window | None:
    """Let the reader choose the window: any, or one of those that are published; the one in view to begin with."""
    looking, problems = view()
    if audience is Audience.MANAGEMENT:
        window_bar(looking)
        states.not_known(problems)
        return looking.window
    windows = list(reversed(published_windows(framework, opened.today())))
    if not windows:
        return None
    now = next((at for at, each in enumerate(windows) if each.last.year == looking.window.last.year), 0)
    return st.selectbox(
        tr(N_("Period"), spoken),
        windows,
        index=now,
        format_func=lambda each: title(period(each, spoken)),
        key="report.window",
        width=320,
    )


def _grant(framework: Framework, spoken: str) -> dict[str, str]:
    """Let the reader limit the report to one of the programmes or grants, where the framework tells them."""
    dimension = framework.programme.grants
    if dimension is None:
        return {}
    entry = framework.dimensions[dimension]
    chosen = st.selectbox(
        pick(entry.label, spoken),
        ["", *entry.categories],
        format_func=lambda key: pick(entry.categories[key].label, spoken) if key else tr(N_("All"), spoken),
        key="report.grant",
        width=360,
    )
    return {dimension: chosen} if chosen else {}


def offer(request: Request, form: Format) -> None:
    """Make the report when asked, and offer it for download as long as the choices stay."""
    spoken = language()
    if st.button(tr(N_("Make the report"), spoken), type="primary", key="report.make"):
        _make(request, form, spoken)
    made = st.session_state.get(_MADE)
    if not isinstance(made, _Made) or (made.whose, made.request, made.form) != (_whose(), request, form):
        return
    size = number(decimal(len(made.file) / _MILLION, 1), spoken, 1)
    text = N_("The report is ready ({size} MB), as of {moment}, from {count} approved returns.")
    ready = whole(
        text,
        spoken,
        size=size,
        moment=moment(made.content.made.at.astimezone(), spoken),
        count=made.content.made.returns,
    )
    st.html(el("p", ready, class_="k-findings", role="status"))
    st.download_button(
        tr(N_("Download"), spoken),
        theirs(lambda: made.file),
        file_name=name_of(made.content, form),
        mime=MEDIA_TYPES[form],
        key="report.download",
        on_click="ignore",
        icon=":material/download:",
    )


def _whose() -> str:
    """Name who looks: what was made for one is not offered to another."""
    looks = who()
    return f"{looks.role.value} {looks.signature}"


def _make(request: Request, form: Format, spoken: str) -> None:
    """Make the report, and say how far it is; what stops it is said."""
    here, whose = installation(), _whose()
    bar = st.progress(0.0)

    def tell(text: str, done: float) -> None:
        bar.progress(done, text=tr(text, spoken))

    try:
        maps = maps_of(here.framework, Settings.from_environment(os.environ).framework)
    except MapUnusableError:  # “kpi check” says why; a report without maps is better than none
        maps = {}
    try:
        content = gather(here, request, today=opened.today(), at=opened.moment(), maps=maps, progress=tell)
    except SaidError as fault:
        bar.empty()
        st.html(el("div", title(said(fault, spoken)), class_="k-nothing", role="status"))
        return
    tell(N_("The file is being written …"), WRITING)
    st.session_state[_MADE] = _Made(whose, request, form, content, written(content, form))
    bar.empty()
