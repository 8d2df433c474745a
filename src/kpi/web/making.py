"""The page of reports: what is chosen, the report made while one watches, and handed over."""

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from kpi.access import Deed
from kpi.areas import MapUnusableError, maps_of
from kpi.figures import published_windows
from kpi.framework.model import Framework
from kpi.language import decimal, moment, number, pick, said, tr, whole
from kpi.present.html import el
from kpi.present.words import period, title
from kpi.problems import N_, Problem, SaidError
from kpi.quarter import Window
from kpi.report.content import AUDIENCES, Audience, Content, Request
from kpi.report.files import MEDIA_TYPES, NAMES, Format, begins, name_of, written
from kpi.report.gather import gather
from kpi.report.progress import within
from kpi.report.window import reportable
from kpi.settings import Settings
from kpi.web import address, opened, states
from kpi.web.looking import view
from kpi.web.person import allowed, installation, language, languages, own_name, theirs, who
from kpi.web.pickers import choice, window_bar
from kpi.web.view import NOT_KNOWN, WHERE, View

_MADE = "report.made"
_MILLION = 1_000_000
_One = TypeVar("_One", Format, Audience)
_SHOWS: Mapping[Audience, str] = {
    Audience.MANAGEMENT: N_("Everything, small counts and findings too"),
    Audience.FUNDER: N_("What is published: small counts are hidden"),
}
_SERVES: Mapping[Format, str] = {
    Format.PDF: N_("to read, print and send"),
    Format.WORD: N_("to paste from into a form of your own"),
    Format.EXCEL: N_("every figure as a number, to reckon on with"),
    Format.HTML: N_("charts that answer when pointed at, in one file"),
}
#: What the address may say of a report beside its window, its grant (a filter) and its language.
_KNOWN: Mapping[str, Collection[str]] = {"audience": set(Audience), "format": set(Format)}


@dataclass(frozen=True, slots=True)
class _Made:
    """A report that lies ready: for whom, of what, and the file."""

    whose: str
    request: Request
    form: Format
    content: Content
    file: bytes


def choices() -> tuple[Request, Format] | None:
    """Let the reader choose what the report is about, for whom, in which language and format.

    None, and says why, where there is nothing to report.

    Whoever may not see everything gets the report for funders. All of it stands in the address.
    """
    framework, spoken = installation().framework, language()
    looking, problems = view()
    there = address.params()
    wanted = {name: _among(known, there.get(name), problems) for name, known in _KNOWN.items()}
    tongue = _among(languages(), there.get("in"), problems) or spoken
    audience = _audience(wanted["audience"], spoken)
    window = _window(framework, looking, audience, spoken)
    if window is None:
        st.html(el("p", tr(N_("Nothing is published yet: no quarter has been due."), spoken), class_="k-nothing"))
        return None
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        grant = _grant(framework, there, spoken, problems)
        choice("in", tr(N_("Language of the report"), spoken), languages(), tongue, own_name, width=200)
    form = _format(wanted["format"], spoken)
    own = {"audience": audience, "format": form, "in": tongue}
    kept = {name: one for name, one in own.items() if name != "audience" or allowed(Deed.SEE_UNDISCLOSED)}
    address.write({**looking.params(spoken), **grant, **kept})
    states.not_known(problems)
    where = {name.removeprefix(WHERE): one for name, one in grant.items()}
    try:
        return reportable(framework, Request(window, tongue, audience, where), opened.today()), form
    except SaidError as fault:
        _cannot(fault, spoken)
        return None


def _cannot(fault: SaidError, spoken: str) -> None:
    """Say why there is no report."""
    st.html(el("div", title(said(fault, spoken)), class_="k-nothing", role="status"))


def _among(known: Collection[str], text: str | None, problems: list[Problem]) -> str | None:
    if not text or text in known:
        return text or None
    problems.append(NOT_KNOWN.at(found=text))
    return None


def _radio(parameter: str, label: str, names: Mapping[_One, str], now: _One, captions: Mapping[_One, str]) -> None:
    """Let the reader choose what a parameter of the address says, all of it in sight."""
    key, spoken = f"report.{parameter}", language()
    st.session_state[key] = now
    st.radio(
        label,
        list(names),
        format_func=lambda one: tr(names[one], spoken),
        captions=[tr(captions[one], spoken) for one in names],
        key=key,
        horizontal=True,
        on_change=_chosen,
        args=(parameter,),
    )


def _chosen(parameter: str) -> None:
    address.choose(parameter, st.session_state[f"report.{parameter}"])


def _format(wanted: str | None, spoken: str) -> Format:
    form = Format(wanted) if wanted else Format.PDF
    _radio("format", tr(N_("Format"), spoken), NAMES, form, _SERVES)
    return form


def _audience(wanted: str | None, spoken: str) -> Audience:
    if not allowed(Deed.SEE_UNDISCLOSED):
        return Audience.FUNDER
    audience = Audience(wanted) if wanted else Audience.MANAGEMENT
    _radio("audience", tr(N_("For whom"), spoken), AUDIENCES, audience, _SHOWS)
    return audience


def _window(framework: Framework, looking: View, audience: Audience, spoken: str) -> Window | None:
    """Let the reader choose the window: any, or one of those that are published; the one in view to begin with."""
    if audience is Audience.MANAGEMENT:
        window_bar(looking, over=True)
        return looking.window
    windows = {str(each.last): each for each in reversed(published_windows(framework, opened.today()))}
    if not windows:
        return None
    now = next((last for last, each in windows.items() if each.last.year == looking.window.last.year), min(windows))
    choice(
        "quarter",
        tr(N_("Period"), spoken),
        list(windows),
        now,
        lambda last: title(period(windows[last], spoken)),
        width=320,
    )
    return windows[now]


def _grant(framework: Framework, there: Mapping[str, str], spoken: str, problems: list[Problem]) -> dict[str, str]:
    """Let the reader limit the report to one of the programmes or grants, where the framework tells them.

    Give the choice as a parameter of the address: the filter's of the other pages.
    """
    dimension = framework.programme.grants
    if dimension is None:
        return {}
    entry, parameter = framework.dimensions[dimension], f"{WHERE}{dimension}"
    now = there.get(parameter, "")
    if now not in entry.categories:
        if now and dimension not in framework.programme.filters:  # of a filter, the view has told it
            problems.append(NOT_KNOWN.at(found=now))
        now = ""
    choice(
        parameter,
        pick(entry.label, spoken),
        ["", *entry.categories],
        now,
        lambda key: pick(entry.categories[key].label, spoken) if key else tr(N_("All"), spoken),
        width=360,
    )
    return {parameter: now} if now else {}


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
        gathering = within(tell, 0, begins(form))
        content = gather(here, request, today=opened.today(), at=opened.moment(), maps=maps, progress=gathering)
    except SaidError as fault:
        bar.empty()
        _cannot(fault, spoken)
        return
    file = written(content, form, within(tell, begins(form), 1))
    st.session_state[_MADE] = _Made(whose, request, form, content, file)
    bar.empty()
