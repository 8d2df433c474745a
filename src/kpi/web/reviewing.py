"""A return as its reviewer reads it: what is odd, what is different, all that it says."""

import pandas as pd
import streamlit as st

from kpi.audit import history_of
from kpi.figures import StoredRecord
from kpi.language import pick, quarter_name, tr, whole
from kpi.present import reviewed as present
from kpi.present.compared import changes as changes_of
from kpi.present.html import el
from kpi.present.preview import preview_table
from kpi.present.returned import form_state
from kpi.present.sources import rows_table
from kpi.present.words import title
from kpi.problems import N_
from kpi.quality import of_return
from kpi.remarks import NoSuchReturnError
from kpi.review import Reviewed, reviewed
from kpi.web import states, tab, telling
from kpi.web.address import number
from kpi.web.desk import go, params
from kpi.web.person import installation, language
from kpi.web.view import NOT_KNOWN


def asked() -> Reviewed | None:
    """Give the return that the address names; where there is none, say so."""
    text, against = params().get("return", ""), params().get("against", "")
    if not text:
        there = tr(N_("Choose a return on the page “Returns”."), language())
        st.html(el("h1", tr(N_("Which return is to be decided?"), language()), class_="k-title"))
        st.html(el("p", there, class_="k-nothing", role="status"))
        return None
    try:
        found = reviewed(installation(), return_id=number(text), against=number(against) or None)
    except NoSuchReturnError as fault:
        telling.wrong(fault)
        return None
    if against and (found.against is None or str(found.against.revision) != against):
        states.not_known([NOT_KNOWN.at(found=against)])
    return found


def head(found: Reviewed) -> None:
    """Show whose return it is, how it came in, and what to know before one decides."""
    said, framework = language(), installation().framework
    tab.name(tab.of_return(found.organisation.code, found.head.quarter), tr(N_("Review of a return"), said))
    name = f"{pick(found.organisation.name, said)}, {quarter_name(found.head.quarter, said)}"
    st.html(el("h1", name, class_="k-title"))
    st.html(present.facts(installation().framework, found, said))
    marks = present.flags(found, said)
    if marks is not None:
        st.html(marks)
    asked_for = N_("What was to be corrected, when the revision before was sent back")
    for reasons in (
        present.reasons(framework, found.asked_for, said, head=asked_for),
        present.reasons(framework, found.said.reasons, said),
    ):
        if reasons is not None:
            st.html(reasons)
    notes = present.notes(framework, found.said.notes, said)
    if notes is not None:
        st.html(el("h2", tr(N_("What the organisation notes"), said)))
        st.html(notes)
    if found.said.explanations:
        st.html(el("h2", tr(N_("What was remarked, and how it was explained"), said)))
        st.html(present.explanations(framework, found.said.explanations, said))


def figures(found: Reviewed) -> None:
    """Show what is odd, and the figures beside those of another revision and of the time before."""
    said, framework = language(), installation().framework
    odd = of_return(installation(), found.head.id)
    if odd:
        st.html(el("h2", tr(N_("Look at these first"), said)))
        st.html(present.oddities(framework, odd, said))
    st.html(el("h2", tr(N_("Indicators"), said)))
    unusual = {one.oddity.subject for one in odd}
    st.html(preview_table(framework, found.figures, found.head.quarter, said, unusual=unusual))


def changes(found: Reviewed) -> None:
    """Show what is said differently than in an earlier revision, row by row."""
    said = language()
    if found.against is None:
        return
    st.html(el("h2", tr(N_("What is different"), said)))
    names = {str(one.revision): present.revision_name(one, said) for one in reversed(found.earlier)}
    if len(names) > 1:
        key = "review.against"
        st.session_state[key] = str(found.against.revision)
        st.selectbox(
            tr(N_("Compared with"), said),
            list(names),
            key=key,
            format_func=lambda one: names.get(one, one),
            on_change=_compared,
            width=420,
        )
    else:
        text = whole(N_("Compared with: {revision}"), said, revision=next(iter(names.values())))
        st.html(el("p", text, class_="k-note"))
    st.html(changes_of(installation().framework, found, said))


def _compared() -> None:
    go(against=st.session_state["review.against"])


def rows(found: Reviewed) -> None:
    """Show all rows, form by form."""
    said, framework = language(), installation().framework
    st.html(el("h2", tr(N_("All that it says"), said)))
    there = [
        StoredRecord(
            found.head.id,
            found.head.organisation,
            found.head.quarter,
            found.head.revision,
            key,
            one.position,
            one.key,
            one.cells,
        )
        for key, form in found.content.forms.items()
        for one in form.records
    ]
    without: dict[str, list[str]] = {}
    for key, form in found.content.forms.items():
        if key not in framework.forms:
            continue
        label, count = pick(framework.forms[key].label, said), len(form.records)
        if not count:
            without.setdefault(title(form_state(form.state, said)), []).append(label)
            continue
        with st.expander(whole(N_("{form} (rows: {count})"), said, form=label, count=count)):
            columns = rows_table(framework, key, found.head.quarter, there, said)
            st.dataframe(pd.DataFrame(columns), hide_index=True, width="stretch", key=f"review.rows.{key}")
    for state, labels in without.items():
        st.html(el("p", el("strong", state, ": "), ", ".join(labels)))
    behind = present.evidence(framework, found, said)
    if behind is not None:
        st.html(el("h2", tr(N_("Evidence"), said)))
        st.html(behind)


def history(found: Reviewed) -> None:
    """Show what was done with this return in all its revisions, and with its quarter."""
    here, said = installation(), language()
    links = history_of(here, return_id=found.head.id)
    with st.expander(whole(N_("History (events: {count})"), said, count=len(links))):
        st.html(present.history(here.framework, links, said))
