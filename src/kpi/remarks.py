"""Remarks on returns, on their forms and on their records: reviewers and reporters ask and answer there."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from kpi import recall
from kpi.access import Deed, allow, may
from kpi.installation import Installation
from kpi.locks import reason_of
from kpi.problems import N_, SaidError
from kpi.records import ReturnContent
from kpi.returns import subject_of
from kpi.store import desk, events
from kpi.store import returns as stored
from kpi.store.desk import StoredComment
from kpi.store.engine import reading, writing
from kpi.store.model import ReturnState, StoredReturn

__all__ = ["NoSuchPlaceError", "NoSuchReturnError", "StoredComment", "comment", "comments", "handed_in"]


class NoSuchReturnError(SaidError):
    """There is no return under a number."""

    text = N_("There is no return with the number {number}, or it is still a draft.")


class NoSuchPlaceError(SaidError):
    """A remark names a form or a row that the return does not have."""

    text = N_("This return has no such form or row. Load the page again.")


def comment(  # noqa: PLR0913 (on what, what, when)
    installation: Installation,
    *,
    return_id: int,
    text: str,
    form: str | None = None,
    position: int | None = None,
    at: datetime,
) -> None:
    """Remark on a return, one of its forms or one of its records: reviewers, and whoever reports for it.

    Raises `kpi.locks.ReasonMissingError` where the remark says nothing, `NoSuchReturnError`, `NoSuchPlaceError`.
    """
    said = reason_of(text)
    with writing(installation.engine) as session:
        head = handed_in(session, return_id)
        if not may(installation.who, Deed.REVIEW):
            allow(installation.who, Deed.REPORT, organisation=head.organisation)
        _has_place(stored.content(session, return_id=return_id), form, position)
        desk.comment(
            session,
            return_id=return_id,
            form=form,
            position=position,
            text=said,
            by=installation.who.signature,
            at=at,
        )
        events.append(
            session,
            at=at,
            actor=installation.who.signature,
            action="return.commented",
            subject=subject_of(head),
            after={"form": form, "position": position, "text": said},
        )


def comments(installation: Installation, *, return_id: int) -> Sequence[StoredComment]:
    """Give the remarks on a return: to reviewers, and to whoever reports for it."""
    with reading(installation.engine) as session:
        head = handed_in(session, return_id)
        if not may(installation.who, Deed.REVIEW):
            allow(installation.who, Deed.REPORT, organisation=head.organisation)
        return recall.comments(session, installation.framework, returns=[return_id])


def _has_place(content: ReturnContent, form: str | None, position: int | None) -> None:
    if form is None and position is None:
        return
    found = content.forms.get(form or "")
    if found is None or (position is not None and position not in {one.position for one in found.records}):
        raise NoSuchPlaceError


def handed_in(session: Session, return_id: int) -> StoredReturn:
    """Give a return that was handed in; raise `NoSuchReturnError` where there is none."""
    try:
        head = stored.get(session, return_id=return_id)
    except KeyError as error:
        raise NoSuchReturnError(number=return_id) from error
    if head.state is ReturnState.DRAFT:
        raise NoSuchReturnError(number=return_id)
    return head
