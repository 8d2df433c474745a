"""The remarks on a return, for whoever reports it: to read, and to answer."""

import streamlit as st

from kpi.language import pick, tr, whole
from kpi.present.reviewed import comments as listed
from kpi.problems import N_, SaidError
from kpi.remarks import StoredComment, comment, comments
from kpi.returns import ReturnState, StoredReturn
from kpi.web import telling
from kpi.web.opened import moment
from kpi.web.person import installation, language

_LONGEST = 2_000
_AREA = "remarked"


def remarked(revisions: list[StoredReturn]) -> None:
    """Show what was remarked on an organisation's quarter, and let the reader answer; nothing where nothing was."""
    said, here = language(), installation()
    handed_in = [one for one in revisions if one.state is not ReturnState.DRAFT]
    found = [each for one in reversed(handed_in) for each in comments(here, return_id=one.id)]
    if not found:
        return
    newest = handed_in[0]
    with st.expander(whole(N_("Remarks: {count}"), said, count=len(found)), expanded=newest.superseded_at is None):
        telling.whether_done(f"{_AREA}.{newest.id}")
        st.html(listed(here.framework, found, said, where=_where))
        with st.form(key=f"remarked.{newest.id}", clear_on_submit=True, border=False):
            text = st.text_area(tr(N_("Answer"), said), max_chars=_LONGEST, key=f"remarked.text.{newest.id}")
            wrong = st.empty()
            if st.form_submit_button(tr(N_("Send the answer"), said)):
                try:
                    comment(here, return_id=newest.id, text=text, at=moment())
                except SaidError as fault:
                    telling.wrong(fault, wrong)
                    return
                telling.done(f"{_AREA}.{newest.id}", tr(N_("The answer is sent."), said))


def _where(one: StoredComment) -> str | None:
    """Name the form, and the row by its number."""
    forms, said = installation().framework.forms, language()
    if one.form not in forms:
        return None
    label = pick(forms[one.form].label, said)
    return label if one.position is None else whole(N_("{form}, row {row}"), said, form=label, row=one.position)
