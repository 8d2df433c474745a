"""The way in and out: plain pages that need no script, served beside the dashboard's own."""

import os
from collections.abc import Callable
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kpi import cast
from kpi.installation import Installation
from kpi.language import tr
from kpi.people import INVITATION
from kpi.present.html import Html, el
from kpi.problems import N_, SaidError
from kpi.sessions import (
    SHORTEST,
    LinkDeadError,
    Signed,
    enter_by_link,
    holder_of,
    sign_in,
    sign_out,
    sign_out_everywhere,
    who_holds,
)
from kpi.settings import Settings
from kpi.web import elsewhere
from kpi.web.cookies import ROLE, is_secure, session_cookie
from kpi.web.entrance import button, field, form_of, let_in, local, page, query_of, wrong
from kpi.web.opened import moment, opened
from kpi.web.plain import language_of
from kpi.web.standing import EVERYWHERE

OPEN = ("/sign-in", "/sign-out", *elsewhere.OPEN)


async def sign_in_page(request: Request) -> Response:
    """Ask for the address and the password."""
    return await run_in_threadpool(_ask, request)


async def signed_in(request: Request) -> Response:
    """Take the address and the password, and let in whoever they belong to."""
    form = await form_of(request)
    if form is None:
        return await run_in_threadpool(_ask, request, N_("This page had been open too long. Try again."))
    return await run_in_threadpool(_enter, request, form)


async def signed_out(request: Request) -> Response:
    """End the session of whoever comes from a page of our own; ask whoever comes from elsewhere."""
    if request.method == "GET" and request.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        return page(request, N_("Sign out"), el("form", button(request, N_("Sign out")), method="post"))
    return await run_in_threadpool(_leave, request)


async def invitation_page(request: Request) -> Response:
    """Let the holder of a link choose a password."""
    return await run_in_threadpool(_ask_password, request)


async def invitation_taken(request: Request) -> Response:
    """Take the chosen password, and let its owner in."""
    form = await form_of(request)
    if form is None:
        return await run_in_threadpool(_ask_password, request, N_("This page had been open too long. Try again."))
    return await run_in_threadpool(_take_password, request, form)


async def play(request: Request) -> Response:
    """Take a role in the demonstration; anywhere else there is none to take."""
    found, client = opened().installation, request.client.host if request.client else None
    here = cast.is_local(request.headers.get("host"), client)
    if found is None or not here or not await run_in_threadpool(cast.plays, found):
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
    *elsewhere.ROUTES,
)


def _ask(request: Request, fault: str | None = None, email: str = "", **values: object) -> Response:
    said_ = language_of(request)
    fields = (
        field(N_("E-mail address"), said_, name="email", type="email", autocomplete="username", value=email),
        field(N_("Password"), said_, name="password", type="password", autocomplete="current-password"),
        el("input", type="hidden", name="next", value=local(request.query_params.get("next"))),
    )
    no_password = tr(N_("No password yet, or forgotten? Ask your administrator for a link."), said_)
    return page(
        request,
        N_("Sign in"),
        wrong(fault, said_, **values),
        el("form", *fields, button(request, N_("Sign in")), method="post", action="/sign-in" + query_of(request)),
        elsewhere.button(request),
        el("p", no_password, class_="note"),
        _published(request),
    )


def _published(request: Request) -> Html | None:
    """Lead to the public page, where there is one."""
    if not Settings.from_environment(os.environ).public:
        return None
    text = tr(N_("Published figures, without signing in"), language_of(request))
    return el("p", el("a", text, href=f"/public{query_of(request)}"))


def _enter(request: Request, form: FormData) -> Response:
    address = request.client.host if request.client else ""
    email, password = str(form.get("email", "")), str(form.get("password", ""))
    return _let_in(
        request,
        lambda found: sign_in(found, email=email, password=password, address=address, at=moment()),
        lambda told: _ask(request, told.text, email, **told.values),
        to=local(str(form.get("next", ""))),
    )


def _leave(request: Request) -> Response:
    found, token = opened().installation, request.cookies.get(session_cookie())
    if found is not None and token:
        if EVERYWHERE in request.query_params and (who := who_holds(found, token=token, at=moment())):
            sign_out_everywhere(found.asked_by(who))
        sign_out(found, token=token)
    answer = RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
    for name in (session_cookie(), ROLE):
        answer.delete_cookie(name, path="/", secure=is_secure(), httponly=True, samesite="lax")
    return answer


def _ask_password(request: Request, fault: str | None = None, **values: object) -> Response:
    found = opened().installation
    account = found and holder_of(found, token=request.path_params["token"], at=moment())
    own = account.language if account else None
    said_ = language_of(request, own)
    if not account:
        dead, onto = tr(LinkDeadError.text, said_), tr(N_("Sign in"), said_)
        way = el("p", el("a", onto, href="/sign-in" + query_of(request)))
        return page(request, N_("Choose a password"), el("p", dead), way, status=HTTPStatus.GONE)
    length = tr(
        N_("At least {shortest} characters; a few words in a row are easy to remember."), said_, shortest=SHORTEST
    )
    fields = (
        el("input", type="hidden", name="email", value=account.email, autocomplete="username"),
        field(
            N_("New password"),
            said_,
            name="password",
            type="password",
            autocomplete="new-password",
        ),
    )
    return page(
        request,
        N_("Choose a password"),
        el("p", tr(N_("Welcome, {name}. You will sign in as {email}."), said_, name=account.name, email=account.email)),
        wrong(fault, said_, **values),
        el("form", *fields, el("p", length, class_="note"), button(request, N_("Save and go on"), own), method="post"),
        own=own,
    )


def _take_password(request: Request, form: FormData) -> Response:
    token, password = request.path_params["token"], str(form.get("password", ""))
    return _let_in(
        request,
        lambda found: enter_by_link(found, token=token, password=password, at=moment()),
        lambda told: _ask_password(request, told.text, **told.values),
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
        return page(request, N_("Sign in"), wrong(N_("The data cannot be opened."), language_of(request)))
    try:
        entered = enter(found.installation)
    except SaidError as fault:
        return refuse(fault)
    return let_in(entered, to)
