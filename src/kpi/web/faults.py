"""What people see when something goes wrong that no page foresaw: a sentence in their language, and what to do."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from kpi.access import NotPermittedError
from kpi.installation import StoreError, StoreUnavailableError
from kpi.language import pick, said, tr, whole
from kpi.present.html import el
from kpi.problems import N_, SaidError
from kpi.web import plain, states
from kpi.web.opened import opened
from kpi.web.person import language

_UNEXPECTED = N_("Something unexpected went wrong.")
_NOTHING_HALF = N_("Nothing half-done was stored. Load the page again; what you saved before is still there.")
_AGAIN = N_("If it happens again, tell the administrator when it was and what you did.")


def shown(fault: Exception) -> bool:
    """Say on the page what stopped it; nothing else need be shown."""
    in_ = language()
    match fault:
        case StoreError():
            states.out_of_reach(why(fault, in_))
        case NotPermittedError():
            states.stopped(tr(N_("Not open to you"), in_), said(fault, in_))
        case SaidError():
            states.stopped(tr(_UNEXPECTED, in_), said(fault, in_), tr(_NOTHING_HALF, in_))
        case _:
            states.stopped(tr(_UNEXPECTED, in_), tr(_NOTHING_HALF, in_), tr(_AGAIN, in_))
    return True


def why(fault: StoreError, in_: str) -> str:
    """Say why the store cannot be used, without where it is: that is nobody's business who only uses it."""
    if isinstance(fault, StoreUnavailableError):
        return whole(N_("The data cannot be used just now: {why}."), in_, why=fault.values["why"])
    return tr(N_("The data cannot be used just now."), in_)


def unusable(request: Request, fault: Exception) -> Response:
    """Answer a request for which the store is needed, and cannot be used."""
    in_ = plain.language_of(request)
    told = why(fault, in_) if isinstance(fault, StoreError) else tr(N_("The data cannot be used just now."), in_)
    return _answer(request, told, tr(states.SEE_TO_IT, in_), HTTPStatus.SERVICE_UNAVAILABLE)


def unexpected(request: Request, fault: Exception) -> Response:
    """Answer a request in which something went wrong that nobody foresaw."""
    if isinstance(fault, SaidError):
        return unusable(request, fault)
    in_ = plain.language_of(request)
    return _answer(request, tr(_NOTHING_HALF, in_), tr(_AGAIN, in_), HTTPStatus.INTERNAL_SERVER_ERROR)


def _answer(request: Request, first: str, second: str, status: HTTPStatus) -> Response:
    if "text/html" not in request.headers.get("accept", ""):
        return PlainTextResponse(f"{first}\n{second}\n", status)
    in_, found = plain.language_of(request), opened().installation
    title = (
        tr(N_("The data cannot be opened"), in_) if status is HTTPStatus.SERVICE_UNAVAILABLE else tr(_UNEXPECTED, in_)
    )
    name = pick(found.framework.programme.name, in_) if found else "KPI"
    body = (el("h1", title), el("p", first), el("p", second))
    return plain.page(request, title, *body, language=in_, name=name, status=status)
