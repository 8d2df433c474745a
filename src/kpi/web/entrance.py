"""What the plain pages of the way in are made of: they need no script, and their forms take from no other site."""

import secrets
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kpi.language import pick, tr
from kpi.present.html import Html, el, join
from kpi.sessions import Signed
from kpi.web import plain
from kpi.web.cookies import is_secure, named, session_cookie
from kpi.web.opened import opened
from kpi.web.plain import language_of

_STYLE = Path(__file__).with_name("signing.css")
_FORM = "kpi_form"
_MOST_BYTES = 20_000


def let_in(entered: Signed, to: str) -> Response:
    """Give the browser the session's token, and lead it on."""
    answer = RedirectResponse(to, HTTPStatus.SEE_OTHER)
    answer.set_cookie(session_cookie(), entered.token, path="/", httponly=True, secure=is_secure(), samesite="lax")
    return answer


async def form_of(request: Request) -> FormData | None:
    """Read a form that one of our own pages sent; none where another's did."""
    if int(request.headers.get("content-length") or _MOST_BYTES + 1) > _MOST_BYTES:
        return None
    form = await request.form(max_files=0, max_fields=10, max_part_size=_MOST_BYTES)
    held, given = request.cookies.get(named(_FORM), ""), str(form.get("form", ""))
    return form if held and secrets.compare_digest(held.encode(), given.encode()) else None


def page(
    request: Request, title: str, *body: Html | None, status: HTTPStatus = HTTPStatus.OK, own: str | None = None
) -> Response:
    """Make a page under a title that is worded here; `own` is the language of whoever it is for, where known."""
    in_, found = language_of(request, own), opened().installation
    name = pick(found.framework.programme.name, in_) if found else "KPI"
    worded = tr(title, in_)
    answer = plain.page(request, worded, el("h1", worded), *body, language=in_, name=name, status=status, style=_STYLE)
    answer.set_cookie(named(_FORM), _held(request), path="/", httponly=True, secure=is_secure(), samesite="strict")
    return answer


def button(request: Request, text: str, own: str | None = None) -> Html:
    """Make a form's button, with what proves that the form is one of ours."""
    return join(
        el("input", type="hidden", name="form", value=_held(request)),
        el("button", tr(text, language_of(request, own)), type="submit"),
    )


def _held(request: Request) -> str:
    """Give what proves that a form is one of ours: the browser sends it back by the form and by a cookie."""
    if not hasattr(request.state, "form"):
        request.state.form = request.cookies.get(named(_FORM)) or secrets.token_urlsafe(16)
    return str(request.state.form)


def field(label: str, in_: str, **attributes: str) -> Html:
    """Make a field that has to be filled in."""
    return el("label", el("span", tr(label, in_)), el("input", required="", **attributes))


def wrong(text: str | None, in_: str, **values: object) -> Html | None:
    """Say what is wrong, where something is."""
    return el("p", tr(text, in_, **values), class_="wrong", role="alert") if text else None


def query_of(request: Request) -> str:
    """Give what an address says of the language, for the next one."""
    asked = request.query_params.get("lang")
    return f"?{urlencode({'lang': asked})}" if asked else ""


def local(path: str | None) -> str:
    """Give a path of this very server; the first page for anything else."""
    fits = path and path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if path and fits else "/"
