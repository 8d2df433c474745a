"""What a reviewer says of a return: remarks, approval, or back with reasons; then the next one."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from kpi.language import pick, quarter_short, tr, whole
from kpi.present import reviewed as present
from kpi.present.compared import row_name
from kpi.present.html import el, join
from kpi.problems import N_, SaidError
from kpi.remarks import StoredComment, comment
from kpi.returns import approve, send_back
from kpi.review import Reviewed, Waiting, queue
from kpi.web import telling
from kpi.web.desk import go, link
from kpi.web.opened import moment, today
from kpi.web.person import installation, language

_AREA = "review"
_LONGEST = 2_000
_WHOLE = ""


class FormReasonMissingError(SaidError):
    """A form is chosen as one to be corrected, without a word of what."""

    text = N_("Say what is to be corrected here, or take the form out: {forms}.")

    def __init__(self, forms: Sequence[str]) -> None:
        super().__init__(forms=", ".join(forms))


def way(found: Reviewed | None) -> None:
    """Lead back to the desk, and on to what waits next; say what was just done."""
    said = language()
    telling.whether_done(_AREA)
    waiting = [one for one in queue(installation(), today=today()) if found is None or one.head.id != found.head.id]
    back = el("a", tr(N_("← Returns"), said), href=f"/returns?lang={said}", target="_self")
    on = None
    if waiting:
        name = f"{pick(waiting[0].organisation.name, said)}, {quarter_short(waiting[0].head.quarter, said)}"
        text = whole(N_("Next of {count} that wait: {name} →"), said, count=len(waiting), name=name)
        on = el("a", text, href=link(waiting[0].head), target="_self")
    st.html(el("p", back, on, class_="k-way"))


def decide(found: Reviewed) -> None:
    """Let whoever looks approve the return or send it back; say plainly why they may not, where that is so."""
    said = language()
    if not found.waits:
        return
    st.html(el("h2", tr(N_("Decide"), said)))
    if found.lock is not None:
        _cannot(N_("The quarter is locked. Reopen it under “Locks and extensions” first; then decide."))
        return
    left, right = st.columns(2, border=True)
    with left:
        _approve(found)
    with right:
        _send_back(found)


def _cannot(text: str) -> None:
    st.html(el("p", tr(text, language()), class_="k-nothing", role="status"))


def _approve(found: Reviewed) -> None:
    said, here = language(), installation()
    title = el("h3", tr(N_("Approve"), said))
    if found.by_oneself:
        st.html(title)
        _cannot(N_("You handed this return in. Somebody else of the core team has to look at it and approve it."))
        return
    text = (
        N_("From then on its figures count, in the place of those that were approved before.")
        if found.is_correction
        else N_("From then on its figures count.")
    )
    st.html(join(title, el("p", tr(text, said), class_="k-note")))
    sure = True
    if found.own:
        text = N_("It is the return of your own organisation. I approve it all the same; the log will say so.")
        sure = st.checkbox(tr(text, said), key=f"review.own.{found.head.id}")
    wrong = st.empty()
    if st.button(tr(N_("Approve"), said), type="primary", disabled=not sure, key="review.approve"):
        _do(
            found,
            wrong,
            lambda: approve(here, return_id=found.head.id, by=here.who.signature, at=moment()),
            N_("Approved: {name}."),
        )


def _send_back(found: Reviewed) -> None:
    said, here, number = language(), installation(), found.head.id
    text = N_("Say what is to be corrected: as a whole, form by form, or both.")
    st.html(join(el("h3", tr(N_("Return for correction"), said)), el("p", tr(text, said), class_="k-note")))
    reason = st.text_area(tr(N_("As a whole"), said), max_chars=_LONGEST, key=f"review.reason.{number}")
    forms = {key: pick(form.label, said) for key, form in here.framework.forms.items() if key in found.content.forms}
    chosen = st.multiselect(
        tr(N_("In single forms"), said),
        list(forms),
        format_func=lambda key: forms.get(key, key),
        placeholder=tr(N_("Choose forms"), said),
        key=f"review.forms.{number}",
        select_all=False,
    )
    by_form = {key: st.text_area(forms[key], max_chars=_LONGEST, key=f"review.reason.{number}.{key}") for key in chosen}
    wrong = st.empty()
    if st.button(tr(N_("Return it"), said), key="review.send_back"):
        without = [forms[key] for key, text in by_form.items() if not text.strip()]
        if without:  # it would be lost that something is to be corrected there
            telling.wrong(FormReasonMissingError(without), wrong)
            return
        _do(
            found,
            wrong,
            lambda: send_back(
                here, return_id=number, reason=reason, by_form=by_form, by=here.who.signature, at=moment()
            ),
            N_("Returned for correction: {name}."),
        )


def _do(found: Reviewed, wrong: DeltaGenerator, do: Callable[[], object], done: str) -> None:
    """Decide, and go on to the return that waits next; where nothing waits, this one stays."""
    said = language()
    try:
        do()
    except SaidError as fault:
        telling.wrong(fault, wrong)
        return
    waiting = queue(installation(), today=today())
    later = _after(found, waiting)
    if later is not None:
        go(**{"return": str(later.head.id), "against": None})
    name = f"{pick(found.organisation.name, said)}, {quarter_short(found.head.quarter, said)}"
    told = whole(done, said, name=name)
    more = tr(N_("This is the next one."), said) if later is not None else tr(N_("Nothing else waits."), said)
    telling.done(_AREA, f"{told} {more}")


def _after(found: Reviewed, waiting: list[Waiting]) -> Waiting | None:
    """Give what waits next in the queue: the first that came in later, else the first at all."""
    at = found.head.submitted_at
    later = [one for one in waiting if at is not None and one.head.submitted_at and one.head.submitted_at >= at]
    return next(iter([*later, *waiting]), None)


def remarks(found: Reviewed) -> None:
    """Show the remarks on the return and its earlier revisions, and let the reader add one."""
    said, number = language(), found.head.id
    st.html(el("h2", tr(N_("Remarks"), said)))
    if found.comments:
        st.html(present.comments(installation().framework, found.comments, said, where=lambda one: _where(found, one)))
    else:
        text = N_("None yet. Whoever reports for the organisation sees them too, and can answer.")
        st.html(el("p", tr(text, said), class_="k-note"))
    places = _places(found)
    with st.form(key=f"review.remark.{number}", clear_on_submit=True, border=False):
        place = st.selectbox(
            tr(N_("On"), said), list(places), format_func=lambda one: places[one], key=f"review.place.{number}"
        )
        text = st.text_area(tr(N_("Remark"), said), max_chars=_LONGEST, key=f"review.text.{number}")
        wrong = st.empty()
        if st.form_submit_button(tr(N_("Add the remark"), said)):
            form, _, position = place.partition("/")
            try:
                comment(
                    installation(),
                    return_id=number,
                    text=text,
                    form=form or None,
                    position=int(position) if position else None,
                    at=moment(),
                )
            except SaidError as fault:
                telling.wrong(fault, wrong)
                return
            telling.done(_AREA, tr(N_("The remark is added."), said))


def _places(found: Reviewed) -> Mapping[str, str]:
    """Name what can be remarked upon: the whole, every form, every row."""
    said, framework = language(), installation().framework
    places = {_WHOLE: tr(N_("the whole return"), said)}
    for key, form in found.content.forms.items():
        if key in framework.forms:
            label = pick(framework.forms[key].label, said)
            places[key] = label
            for one in form.records:
                name = row_name(framework, found, key, one.position, said)
                places[f"{key}/{one.position}"] = f"{label}, {name}"
    return places


def _where(found: Reviewed, one: StoredComment) -> str | None:
    """Name the place of a remark; one on an earlier revision says so."""
    said, framework = language(), installation().framework
    parts = []
    if one.return_id != found.head.id:
        revision = next((str(each.revision) for each in found.revisions if each.id == one.return_id), "")
        parts.append(whole(N_("Revision {revision}"), said, revision=revision))
    if one.form in framework.forms:
        parts.append(pick(framework.forms[one.form].label, said))
        if one.position is not None and one.return_id == found.head.id:
            parts.append(row_name(framework, found, one.form, one.position, said))
        elif one.position is not None:
            parts.append(str(one.position))
    return ", ".join(parts) or None
