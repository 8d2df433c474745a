"""The return of an organisation's quarter on the web: its forms in a list, one of them open.

What is typed is kept at every cell that is left. The whole stands in a fragment, so that leaving a cell draws no more
than that; who looks is asked anew each time.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from kpi import drafts
from kpi.calendar import Standing
from kpi.draft import Looked
from kpi.framework.model import FormKind
from kpi.intake.orientation import Orientation
from kpi.language import pick, quarter_name, tr, whole
from kpi.language import said as in_words
from kpi.locks import LockedError, list_locks
from kpi.present import reviewed
from kpi.present.filling import about, clock, reason, saved, standing
from kpi.present.html import Html, el, join
from kpi.problems import N_, SaidError, errors
from kpi.quarter import Quarter
from kpi.records import FormState
from kpi.typing_in import last_said
from kpi.web import form_aside, reporting
from kpi.web.form_cell import mark_faulty
from kpi.web.form_grid import grid
from kpi.web.form_open import Open, is_gone, keep, know, others, slot, tell
from kpi.web.form_register import gone, listed, open_row, record
from kpi.web.label import escaped
from kpi.web.opened import moment, today
from kpi.web.person import installation, language
from kpi.web.pickers import follow_language
from kpi.web.reporting import Reporting
from kpi.web.shown import anew, kept, showing, widget

_HERE = Path(__file__)
_BEGIN = "form.begin"
_LATELY = 30 * 60


def show(found: Reporting) -> None:
    """Show the draft of an organisation's quarter, to be typed into; where there is none, offer to begin it."""
    for name in ("reporting.css", "form.css"):
        st.html(_HERE.with_name(name))
    draft = drafts.draft_of(installation(), organisation=found.organisation.code, quarter=found.quarter)
    if draft is None:
        _offer(found)
        return
    _body(found, drafts.beside(installation(), draft), last_said(installation(), draft))


def _offer(found: Reporting) -> None:
    """Offer to begin the return, or say why it cannot be begun here."""
    said, quarter = language(), quarter_name(found.quarter, language())
    tell(_BEGIN)
    match found.asked.standing:
        case Standing.SUBMITTED:
            text = N_("The return for {quarter} is submitted and waits for approval. To change it, withdraw it first.")
        case Standing.RETURNED:
            text = N_("The return for {quarter} was sent back. A correction begins with what you had reported.")
        case Standing.APPROVED:
            text = N_("The return for {quarter} is approved. A correction begins with what was approved.")
        case _ if drafts.goes_on(installation(), organisation=found.organisation.code, quarter=found.quarter):
            text = N_(
                "The return for {quarter} is not begun yet. Lists that go on are filled in already, as last approved."
            )
        case _:
            text = N_(
                "The return for {quarter} is not begun yet. It begins empty: "
                "nothing of your organisation's lists was approved before."
            )
    why = reviewed.reasons(installation().framework, found.asked.reasons, said)
    st.html(join(el("p", tr(text, said, quarter=quarter), class_="k-findings"), why))
    locks = (one for one in list_locks(installation()) if one.quarter == found.quarter and one.reopened_at is None)
    locked = next(locks, None)
    if locked is not None:
        st.html(el("p", in_words(LockedError(locked), said), class_="k-nothing", role="status"))
    if locked is not None or found.asked.standing is Standing.SUBMITTED:
        st.html(el("p", _link("my_returns", found.organisation.code, found.quarter, N_("To my returns"))))
        return
    label = N_("Begin") if found.asked.standing is Standing.NOT_BEGUN else N_("Begin a correction")
    st.button(escaped(tr(label, said)), type="primary", on_click=_begun, args=(found.organisation.code, found.quarter))


def _begun(organisation: str, quarter: Quarter) -> None:
    begin = partial(
        drafts.begin, organisation=organisation, quarter=quarter, language=language(), today=today(), at=moment()
    )
    keep(_BEGIN, "", begin)


@st.fragment
def _body(found: Reporting, around: Orientation, before: Mapping[str, Quarter]) -> None:
    follow_language()
    opened, said = installation(), language()
    try:
        draft = drafts.draft_of(opened, organisation=found.organisation.code, quarter=found.quarter)
    except SaidError as fault:  # what was open to them a moment ago is not any more
        st.html(el("p", in_words(fault, said), class_="k-wrong", role="alert"))
        return
    if draft is None:
        gone = tr(N_("This draft is no longer open: it was submitted or discarded meanwhile."), said)
        st.html(el("p", gone, class_="k-nothing", role="status"))
        st.html(el("p", _link("my_returns", found.organisation.code, found.quarter, N_("To my returns"))))
        return
    looked = drafts.look(opened, draft)
    wanted = reporting.params().get("form", "")
    key = wanted if wanted in draft.typed and wanted in opened.framework.forms else next(iter(draft.forms), "")
    if not key:
        st.html(el("p", tr(N_("No form is asked for this quarter."), said), class_="k-nothing", role="status"))
        return
    at = Open(looked, opened.framework, key, around, said)
    _head(at)
    with st.container(key="formpage"):
        _list(at)
        with st.container(key="openform"):
            _form(at, before)
    mark_faulty()


def _head(at: Open) -> None:
    """Say what is saved, how much is to be corrected, who else is at work; and lead on."""
    draft, said = at.draft, at.language
    now = moment().astimezone()
    reasons, told = _reasons(at), None
    if draft.touched_by and draft.touched_at and draft.touched_by != installation().who.signature:
        text = N_("{person} worked in this return too ({when}). You can go on: nobody's entries are overwritten.")
        lately = (now - draft.touched_at).total_seconds() < _LATELY
        when = clock(draft.touched_at.astimezone(), now, said)
        also = tr(text, said, person=draft.touched_by, when=when)
        told = el("p", also, class_="k-also" if lately else "k-note", role="status")
    slot(reason(reasons, said) if reasons else None, told)
    sign = saved(draft.touched_at.astimezone(), now, said) if draft.touched_at else None
    st.html(el("p", sign, " ", _summary(at.looked, said), class_="k-saved-line", role="status"))
    code, quarter = draft.organisation.code, draft.quarter
    st.html(
        el(
            "p",
            _link("submit", code, quarter, N_("Check and submit"), class_="k-button k-first"),
            _link("/download/workbook", code, quarter, N_("Go on in Excel"), class_="k-button"),
            _link("my_returns", code, quarter, N_("My returns"), class_="k-button"),
            class_="k-actions k-lead",
        )
    )


def _summary(looked: Looked, said: str) -> str:
    wrong = len(errors(looked.problems))
    if wrong:
        return tr(N_("To fill in or to correct before you can submit: {count}."), said, count=wrong)
    return tr(N_("Nothing is left to correct: you can submit."), said)


def _link(path: str, organisation: str, quarter: Quarter, label: str, class_: str | None = None) -> Html:
    href = reporting.link(path, organisation, quarter)
    return el("a", tr(label, language()), href=href, target="_self", class_=class_)


def _list(at: Open) -> None:
    """List the forms with how far each is: a list where there is room, a box on a phone."""
    keys = [key for key in at.draft.typed if key in at.framework.forms]
    names = {key: pick(at.framework.forms[key].label, at.language) for key in keys}
    how = {key: standing(at.looked, key) for key in keys}
    label = at.tr(N_("Forms"))
    with st.container(key="formlist"):
        name = _lists(at, "list", keys, ())
        st.radio(
            label,
            keys,
            index=keys.index(showing(name).text),
            format_func=lambda key: escaped(names[key]),
            captions=[how[key].words(at.language) for key in keys],
            key=name,
            on_change=_opened,
            args=(name, keys),
        )
    with st.container(key="formbox"):
        words = {key: f"{names[key]} – {how[key].words(at.language)}" for key in keys}
        name = _lists(at, "box", keys, tuple(words.values()))
        st.selectbox(
            label,
            keys,
            index=keys.index(showing(name).text),
            format_func=lambda key: words[key],
            key=name,
            filter_mode=None,
            on_change=_opened,
            args=(name, keys),
        )


def _lists(at: Open, kind: str, keys: Sequence[str], words: tuple[str, ...]) -> str:
    """Give the name of a list of the forms in which the open one is marked."""
    place, made_of = f"forms.{kind}.{at.draft.id}", (at.language, *keys, *words)
    name = widget(place, at.key, at.key, made_of)
    if showing(name).text == at.key:
        return name
    anew(place)
    return widget(place, at.key, at.key, made_of)


def _reasons(at: Open) -> str:
    """Say why the revision before was sent back, and which forms have more to say of it."""
    forms = [pick(form.label, at.language) for key, form in at.draft.forms.items() if key in at.draft.reasons]
    parts = whole(N_("To be corrected: {forms}"), at.language, forms=", ".join(forms)) if forms else ""
    return "\n".join(filter(None, (at.draft.reasons.get(None), parts)))


def _opened(name: str, offered: Sequence[str]) -> None:
    wanted = st.session_state[name]
    if wanted in offered and wanted != showing(name).text:
        kept(name, wanted)
        reporting.go(form=wanted, row=None)


def _form(at: Open, before: Mapping[str, Quarter]) -> None:
    """Draw the open form."""
    name, how = el("h2", pick(at.form.label, at.language)), el("p", standing(at.looked, at.key).html(at.language))
    row = open_row(at) if at.form.kind is FormKind.REGISTER else None
    know(at, *(one.id for one in at.typed.rows))
    st.html(el("header", name, how, None if row else el("p", form_aside.told(at), class_="k-note")))
    news = st.container()
    if why := at.draft.reasons.get(at.key):
        st.html(reason(why, at.language))
    if at.key not in at.draft.forms:
        text = N_("This form is not asked of you for this quarter. What stands in it has to be taken out.")
        st.html(el("p", at.tr(text), class_="k-nothing", role="status"))
    if row is not None:
        (gone if is_gone(at, row.id) else record)(at, row)
        _others(at, news)
        return
    form_aside.state(at)
    slot(about(at.problems(None), at.language))
    is_blank = all(row.is_blank for row in at.typed.rows)
    if is_blank and at.typed.state in {FormState.NOTHING, FormState.NOT_APPLICABLE}:
        st.html(
            el(
                "p",
                at.tr(N_("There is nothing to fill in. If there is after all, choose “reported”.")),
                class_="k-note",
            )
        )
    else:
        with st.container():  # one place, whatever it offers
            if at.key in before:
                form_aside.copying(at, before[at.key], is_blank=is_blank)
        (grid if at.form.kind is FormKind.GRID else listed)(at)
    form_aside.notes(at)
    _others(at, news)
    _onwards(at)


def _others(at: Open, where: DeltaGenerator) -> None:
    place, text = f"{at.draft.id}.{at.key}", at.tr(N_("Others changed this form meanwhile."))
    others(where, text, place, f"cell.{place}", f"state.{place}", f"note.{place}", f"note.{at.draft.id}")


def _onwards(at: Open) -> None:
    """Lead on to the next form that is not done, else to the next one."""
    keys = list(at.draft.forms)
    later = keys[keys.index(at.key) + 1 :] if at.key in keys else keys
    open_ones = [key for key in (*later, *keys) if key != at.key and not standing(at.looked, key).is_done]
    onto = next(iter(open_ones), next(iter(later), None))
    if onto is not None:
        name = pick(at.framework.forms[onto].label, at.language)
        st.button(
            escaped(at.tr(N_("Next: {form}"), form=name)),
            key="forms.next",
            icon=":material/arrow_forward:",
            on_click=reporting.go,
            kwargs={"form": onto, "row": None},
        )
