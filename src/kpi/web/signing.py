"""The way in and out: plain pages that need no script, served beside the dashboard's own."""

import secrets
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

from babel import negotiate_locale
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from kpi import cast
from kpi.installation import Installation
from kpi.language import pick, tr
from kpi.people import INVITATION
from kpi.present.html import Html, el, join
from kpi.problems import N_, SaidError
from kpi.sessions import SHORTEST, Signed, enter_by_link, holder_of, sign_in, sign_out
from kpi.web.cookies import ROLE, is_secure, named, session_cookie
from kpi.web.opened import moment, opened
from kpi.web.person import languages, own_name

OPEN = ("/sign-in", "/sign-out")

_STYLE = Path(__file__).with_name("signing.css")
_FORM = "kpi_form"
_MOST_BYTES = 20_000


async def sign_in_page(request: Request) -> Response:
    """Ask for the address and the password."""
    return await run_in_threadpool(_ask, request)


async def signed_in(request: Request) -> Response:
    """Take the address and the password, and let in whoever they belong to."""
    form = await _form(request)
    if form is None:
        return await run_in_threadpool(_ask, request, N_("This page had been open too long. Try again."))
    return await run_in_threadpool(_enter, request, form)


async def signed_out(request: Request) -> Response:
    """End the session of whoever comes from a page of our own; ask whoever comes from elsewhere."""
    if request.method == "GET" and request.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        return _page(request, N_("Sign out"), el("form", _button(request, N_("Sign out")), method="post"))
    return await run_in_threadpool(_leave, request)


async def invitation_page(request: Request) -> Response:
    """Let the holder of a link choose a password."""
    return await run_in_threadpool(_ask_password, request)


async def invitation_taken(request: Request) -> Response:
    """Take the chosen password, and let its owner in."""
    form = await _form(request)
    if form is None:
        return await run_in_threadpool(_ask_password, request, N_("This page had been open too long. Try again."))
    return await run_in_threadpool(_take_password, request, form)


async def play(request: Request) -> Response:
    """Take a role in the demonstration; anywhere else there is none to take."""
    found, client = opened().installation, request.client.host if request.client else None
    local = cast.is_local(request.headers.get("host"), client)
    if found is None or not local or not await run_in_threadpool(cast.plays, found):
        return Response(status_code=HTTPStatus.NOT_FOUND)
    answer = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    answer.set_cookie(ROLE, request.path_params["role"], httponly=True, samesite="lax")
    return answer


ROUTES = (
    Route("/sign-in", sign_in_page),
    Route("/sign-in", signed_in, methods=["POST"]),
    Route("/sign-out", signed_out, methods=["GET", "POST"]),
    Route(f"{INVITATION}{{token}}", invitation_page),
    Route(f"{INVITATION}{{token}}", invitation_taken, methods=["POST"]),
    Route("/play/{role}", play),
)


def _ask(request: Request, wrong: str | None = None, **values: object) -> Response:
    said_ = _language(request)
    fields = (
        _field(N_("E-mail address"), said_, name="email", type="email", autocomplete="username"),
        _field(N_("Password"), said_, name="password", type="password", autocomplete="current-password"),
        el("input", type="hidden", name="next", value=_local(request.query_params.get("next"))),
    )
    no_password = tr(N_("No password yet, or forgotten? Ask your administrator for a link."), said_)
    return _page(
        request,
        N_("Sign in"),
        _wrong(wrong, said_, **values),
        el("form", *fields, _button(request, N_("Sign in")), method="post", action="/sign-in" + _query(request)),
        el("p", no_password, class_="note"),
    )


def _enter(request: Request, form: FormData) -> Response:
    address = request.client.host if request.client else ""
    email, password = str(form.get("email", "")), str(form.get("password", ""))
    return _let_in(
        request,
        lambda found: sign_in(found, email=email, password=password, address=address, at=moment()),
        lambda fault: _ask(request, fault.text, **fault.values),
        to=_local(str(form.get("next", ""))),
    )


def _leave(request: Request) -> Response:
    found, token = opened().installation, request.cookies.get(session_cookie())
    if found is not None and token:
        sign_out(found, token=token)
    answer = RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
    for name in (session_cookie(), ROLE):
        answer.delete_cookie(name, path="/", secure=is_secure(), httponly=True, samesite="lax")
    return answer


def _ask_password(request: Request, wrong: str | None = None, **values: object) -> Response:
    said_, found = _language(request), opened().installation
    account = found and holder_of(found, token=request.path_params["token"], at=moment())
    if not account:
        dead = tr(N_("This link does not serve any more: each serves once, and for a day. Ask for a new one."), said_)
        return _page(request, N_("Choose a password"), el("p", dead), status=HTTPStatus.GONE)
    length = tr(
        N_("At least {shortest} characters; a few words in a row are easy to remember."), said_, shortest=SHORTEST
    )
    fields = (
        el("input", type="hidden", name="email", value=account.email, autocomplete="username"),
        _field(
            N_("New password"),
            said_,
            name="password",
            type="password",
            autocomplete="new-password",
            minlength=str(SHORTEST),
        ),
    )
    return _page(
        request,
        N_("Choose a password"),
        el("p", tr(N_("Welcome, {name}. You will sign in as {email}."), said_, name=account.name, email=account.email)),
        _wrong(wrong, said_, **values),
        el("form", *fields, el("p", length, class_="note"), _button(request, N_("Save and go on")), method="post"),
    )


def _take_password(request: Request, form: FormData) -> Response:
    token, password = request.path_params["token"], str(form.get("password", ""))
    return _let_in(
        request,
        lambda found: enter_by_link(found, token=token, password=password, at=moment()),
        lambda fault: _ask_password(request, fault.text, **fault.values),
    )


def _let_in(
    request: Request,
    enter: Callable[[Installation], Signed],
    refuse: Callable[[SaidError], Response],
    *,
    to: str = "/",
) -> Response:
    found = opened()
    if found.installation is None:
        return _page(request, N_("Sign in"), _wrong(N_("The data cannot be opened."), _language(request)))
    try:
        entered = enter(found.installation)
    except SaidError as fault:
        return refuse(fault)
    return let_in(entered, to)


def let_in(entered: Signed, to: str) -> Response:
    """Give the browser the session's token, and lead it on."""
    answer = RedirectResponse(to, HTTPStatus.SEE_OTHER)
    answer.set_cookie(session_cookie(), entered.token, path="/", httponly=True, secure=is_secure(), samesite="lax")
    return answer


async def _form(request: Request) -> FormData | None:
    """Read a form that one of our own pages sent; none where another's did."""
    if int(request.headers.get("content-length") or _MOST_BYTES + 1) > _MOST_BYTES:
        return None
    form = await request.form(max_files=0, max_fields=10, max_part_size=_MOST_BYTES)
    held, given = request.cookies.get(named(_FORM), ""), str(form.get("form", ""))
    return form if held and secrets.compare_digest(held.encode(), given.encode()) else None


def _page(request: Request, title: str, *body: Html | None, status: HTTPStatus = HTTPStatus.OK) -> Response:
    in_, found = _language(request), opened().installation
    name = pick(found.framework.programme.name, in_) if found else "KPI"
    style = Html(f"<style>{_STYLE.read_text(encoding='utf-8')}</style>")
    others = [
        el("a", own_name(code), href=f"?{urlencode({**request.query_params, 'lang': code})}", lang=code)
        for code in languages()
        if code != in_
    ]
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", f"{tr(title, in_)} – {name}"),
        style,
    )
    content = el(
        "main",
        el("p", name, class_="programme"),
        el("h1", tr(title, in_)),
        *body,
        el("nav", *others, aria_label=tr(N_("Language"), in_)),
    )
    answer = HTMLResponse(
        f"<!doctype html>{el('html', head, el('body', content), lang=in_)}",
        status,
        headers={"cache-control": "no-store"},
    )
    answer.set_cookie(named(_FORM), _held(request), path="/", httponly=True, secure=is_secure(), samesite="strict")
    return answer


def _button(request: Request, text: str) -> Html:
    return join(
        el("input", type="hidden", name="form", value=_held(request)),
        el("button", tr(text, _language(request)), type="submit"),
    )


def _held(request: Request) -> str:
    """Give what proves that a form is one of ours: the browser sends it back by the form and by a cookie."""
    if not hasattr(request.state, "form"):
        request.state.form = request.cookies.get(named(_FORM)) or secrets.token_urlsafe(16)
    return str(request.state.form)


def _field(label: str, in_: str, **attributes: str) -> Html:
    return el("label", el("span", tr(label, in_)), el("input", required="", **attributes))


def _wrong(text: str | None, in_: str, **values: object) -> Html | None:
    return el("p", tr(text, in_, **values), class_="wrong", role="alert") if text else None


def _language(request: Request) -> str:
    """Give the language of the page: the one asked for, else the browser's, else the framework's first."""
    offered = list(languages())
    wanted = [part.partition(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
    asked = request.query_params.get("lang")
    short = [one.partition("-")[0] for one in ([asked] if asked else []) + wanted if one]
    return negotiate_locale(short, offered) or offered[0]


def _query(request: Request) -> str:
    asked = request.query_params.get("lang")
    return f"?{urlencode({'lang': asked})}" if asked else ""


def _local(path: str | None) -> str:
    """Give a path of this very server; the first page for anything else."""
    fits = path and path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if path and fits else "/"
