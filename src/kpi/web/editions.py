"""The list of published reports, and how one is published: what the page of reports calls."""

import os
from urllib.parse import quote

import streamlit as st

from kpi import editions
from kpi.access import Deed
from kpi.areas import maps_of
from kpi.editions import Edition, EditionFile
from kpi.framework.model import Framework
from kpi.language import moment as worded
from kpi.language import pick, tr, whole
from kpi.present.html import Html, el, join, table
from kpi.present.words import period, title
from kpi.problems import N_, SaidError
from kpi.report.content import AUDIENCES, Audience, Request
from kpi.report.editions import row
from kpi.report.files import NAMES, Format
from kpi.settings import Settings
from kpi.web import telling
from kpi.web.opened import moment, today
from kpi.web.person import allowed, installation, language, own_name

AREA = "editions"
_HEADS = (N_("Period"), N_("For whom"), N_("Edition"), N_("Published"), N_("Files"))


def listing() -> None:
    """List what was published, the latest first; and what a chosen later edition says differently."""
    said, found = language(), editions.editions(installation(), today=today())
    telling.whether_done(AREA)
    if not found:
        st.html(el("p", tr(N_("No report has been published yet."), said), class_="k-note"))
        return
    framework = installation().framework
    head = el("thead", el("tr", *(el("th", tr(one, said), scope="col") for one in _HEADS)))
    rows = [_row(framework, one, said) for one in found]
    st.html(table(tr(N_("Published reports"), said), head, el("tbody", *rows), class_="k-table k-returns k-files"))
    kept = N_("What is published is kept as it is. Corrections come in a later edition, which says what is different.")
    st.html(el("p", tr(kept, said), class_="k-note"))
    later = [one for one in found if one.stored.number > 1 and one.is_open]
    if later:
        chosen = st.selectbox(
            tr(N_("What a later edition says differently"), said),
            later,
            index=None,
            format_func=lambda one: _name(framework, one, said),
            placeholder=tr(N_("Choose an edition"), said),
            key="pick.edition",
        )
        if chosen is not None:
            _changes(framework, chosen)


def _row(framework: Framework, one: Edition, said: str) -> Html:
    edition = one.stored
    by = edition.published_by.partition(" <")[0]
    cells = (
        tr(AUDIENCES[Audience(edition.audience)], said),
        number(one, said),
        join(worded(edition.published_at.astimezone(), said), el("span", by, class_="k-carried")),
        files(framework, one, said, "download/edition"),
    )
    labelled = zip(_HEADS[1:], cells, strict=True)
    return el(
        "tr",
        el("th", of_what(framework, one, said), scope="row"),
        *(el("td", cell, data_label=tr(head, said)) for head, cell in labelled),
    )


def number(one: Edition, said: str) -> Html:
    """Give an edition's number, and whether a later one took its place."""
    parts: list[str | None] = [str(one.stored.number)]
    if one.replaced_by is not None:
        text = whole(N_("replaced by edition {number}"), said, number=one.replaced_by)
        parts.append(el("span", text, class_="k-carried"))
    elif one.outdated:
        parts.append(el("span", tr(N_("later figures have taken its place"), said), class_="k-carried"))
    return join(*parts)


def of_what(framework: Framework, one: Edition, said: str) -> str:
    """Name what a report is a report of: its period, and what it is limited to."""
    limits = [
        pick(framework.dimensions[dimension].categories[category].label, said)
        for dimension, category in one.stored.limits.items()
        if dimension in framework.dimensions and category in framework.dimensions[dimension].categories
    ]
    return ", ".join([title(period(one.stored.window, said)), *limits])


def _name(framework: Framework, one: Edition, said: str) -> str:
    text = N_("{what} – {audience}, edition {number}")
    audience = tr(AUDIENCES[Audience(one.stored.audience)], said)
    return whole(text, said, what=of_what(framework, one, said), audience=audience, number=one.stored.number)


def files(framework: Framework, one: Edition, said: str, where: str) -> Html:
    """Lead to the files, which are `where`, language by language; what is not open says so. Behind stands the seal."""
    lines = []
    for code in sorted(framework.languages, key=lambda other: other != said):
        links: list[str] = []
        for each in sorted(one.stored.files, key=_in_order) if one.is_open else ():
            if each.language == code:
                there = f"{where}/{one.stored.id}/{quote(code)}/{quote(each.format)}"
                name = tr(NAMES[Format(each.format)], said) if each.format in set(Format) else each.format
                links += [el("a", name, href=there, download=""), " · "]
        if links:
            lines.append(el("span", own_name(code), ": ", *links[:-1], class_="k-line"))
    if not lines:
        lines.append(el("span", tr(N_("kept by the core team"), said), class_="k-carried"))
    return join(*lines, el("code", one.stored.sha256[:12], title=one.stored.sha256))


def _in_order(file: EditionFile) -> int:
    """Order files as the formats are; one that is written no more comes last."""
    formats = [form.value for form in Format]
    return formats.index(file.format) if file.format in formats else len(formats)


def _changes(framework: Framework, one: Edition) -> None:
    said, former = language(), allowed(Deed.SEE_UNDISCLOSED)
    found = editions.changes(installation(), edition_id=one.stored.id, today=today())
    if not found:
        st.html(el("p", tr(N_("All its figures read the same as in the edition before."), said), class_="k-note"))
        return
    heads = [N_("Indicator"), N_("Period"), N_("Part"), *([N_("Before")] if former else []), N_("Now")]
    head = el("thead", el("tr", *(el("th", tr(each, said), scope="col") for each in heads)))
    rows = [
        el("tr", *(el("td", cell, data_label=tr(name, said)) for name, cell in zip(heads, cells, strict=True)))
        for cells in (row(framework, each, said, former=former) for each in found)
    ]
    st.html(
        table(
            tr(N_("What a later edition says differently"), said), head, el("tbody", *rows), class_="k-table k-returns"
        )
    )
    if not former:
        why = N_("The former values are not repeated: the difference of two published numbers may be one person.")
        st.html(el("p", tr(why, said), class_="k-note"))


def publishing(request: Request) -> None:
    """Let the core team publish the report that is asked for, after a word on what that means; nobody else."""
    if not allowed(Deed.PUBLISH):
        return
    said = language()
    with st.popover(tr(N_("Publish…"), said), icon=":material/verified:"):
        what = N_(
            "The report is written in every language and format and kept as it is. Later corrections do not change it; "
            "a later edition says what is different."
        )
        st.html(el("p", tr(what, said)))
        if request.audience is Audience.FUNDER:
            seen = N_("Funders see it in their list at once, without small counts.")
            st.html(el("p", tr(seen, said)))
        if st.button(tr(N_("Publish for good"), said), type="primary", key="publish"):
            _publish(request)


def _publish(request: Request) -> None:
    said = language()
    bar = st.progress(0.0)

    def tell(text: str, done: float) -> None:
        bar.progress(min(done, 1.0), text=tr(text, said))

    try:
        maps = maps_of(installation().framework, Settings.from_environment(os.environ).framework)
        made = editions.publish(installation(), request, today=today(), at=moment(), maps=maps, progress=tell)
    except SaidError as fault:
        bar.empty()
        telling.wrong(fault)
        return
    telling.done(AREA, whole(N_("Edition {number} is published."), said, number=made.number))
