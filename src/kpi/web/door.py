"""What stands before the pages: who is let in, the hosts that are answered, the headers that keep a page to itself.

Every path passes the guard, the pages' data stream and their files too: without a live session there is the way to sign
in, that the server is well, and nothing else.
"""

import os
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from anyio import to_thread
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from kpi import cast
from kpi.people import INVITATION
from kpi.problems import SaidError
from kpi.sessions import who_holds
from kpi.settings import Settings
from kpi.web import faults, public, signing
from kpi.web.cookies import session_cookie
from kpi.web.downloads import ROUTES, person_of
from kpi.web.hush import hush
from kpi.web.opened import moment, opened
from kpi.web.pages import HOMES, home
from kpi.web.tongue import Tongue

#: Scripts, styles, pictures and connections of our own only; no plug-ins, no frames around us, no eval.
POLICY = (
    "default-src 'self'; "
    "script-src 'self' 'unsafe-inline'; "
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; "
    "font-src 'self' data:; "
    "connect-src 'self'; "
    "worker-src 'self' blob:; "
    "object-src 'none'; "
    "base-uri 'self'; "
    "form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
#: Browsers that came by TLS once come by nothing else for a year.
_BY_TLS_ONLY = {"strict-transport-security": "max-age=31536000"}

#: What is answered without a session. The last is the server's own word that it is well.
_OPEN = ("/health", "/_stcore/health", *signing.OPEN)


class Headers:
    """Add the security headers to every answer."""

    def __init__(self, app: ASGIApp, *, more: dict[str, str]) -> None:
        self._app = app
        self._headers = {**HEADERS, **more}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; its answer gets the headers."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                named = {name.lower() for name, _ in message.get("headers", [])}
                more = [(k.encode(), v.encode()) for k, v in self._headers.items() if k.encode() not in named]
                message = {**message, "headers": [*message.get("headers", []), *more]}
            await send(message)

        await self._app(scope, receive, sent if scope["type"] == "http" else send)


class Guard:
    """Let nobody in without a live session."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or lead its sender to where one signs in."""
        if scope["type"] not in {"http", "websocket"} or is_open(scope["path"]):
            await self._app(scope, receive, send)
            return
        if scope["type"] == "websocket" and not is_of_ours(HTTPConnection(scope)):
            await send({"type": "websocket.close", "code": 1008})
            return
        try:
            known = await to_thread.run_sync(is_known, HTTPConnection(scope))
        except SaidError as fault:
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1011})
            else:
                await faults.unusable(Request(scope), fault)(scope, receive, send)
            return
        if known:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await _refusal(Request(scope))(scope, receive, send)


def is_open(path: str) -> bool:
    """Tell whether a path is answered without a session."""
    invited = path.startswith(INVITATION) and "/" not in path.removeprefix(INVITATION)
    return path in _OPEN or invited or public.is_open(path)


def is_of_ours(connection: HTTPConnection) -> bool:
    """Tell whether a stream is opened by a page of ours, or by no page at all."""
    origin = connection.headers.get("origin")
    if origin is None:
        return True
    try:
        page = urlsplit(origin)
    except ValueError:
        return False
    return page.netloc == connection.headers.get("host") or page.hostname in set(hosts()) - set(cast.LOCAL)


def hosts() -> list[str]:
    """Give the names by which the server is asked."""
    public = Settings.from_environment(os.environ).host
    return [*cast.LOCAL, *([public] if public else [])]


def is_known(connection: HTTPConnection) -> bool:
    """Tell whether a request comes from somebody who may look at anything at all.

    Raises a `SaidError` where the store cannot be asked.
    """
    found, client = opened(), connection.client.host if connection.client else None
    local = cast.is_local(connection.headers.get("host"), client)
    if found.installation is None:
        return local  # whoever runs the installation reads what is wrong with it; nobody else does
    if local and cast.plays(found.installation):
        return True
    token = connection.cookies.get(session_cookie())
    return who_holds(found.installation, token=token, at=moment()) is not None


def _refusal(request: Request) -> Response:
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        there = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        after = "" if there == "/" else f"?next={quote(there, safe='')}"
        return RedirectResponse(f"/sign-in{after}", HTTPStatus.SEE_OTHER)
    return PlainTextResponse("Unauthorized", HTTPStatus.UNAUTHORIZED)


async def health(_request: Request) -> JSONResponse:
    """Answer that the server is there."""
    return JSONResponse({"status": "ok"})


class FirstPage:
    """Lead to where somebody's first page stands, with the same view: it has no address of its own name."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or lead its sender to the first page."""
        name = scope.get("path", "").removeprefix("/")
        if scope["type"] == "http" and name in HOMES:
            request = Request(scope)
            if home(await to_thread.run_sync(person_of, request)) == name:
                query = request.url.query
                await RedirectResponse(f"/?{query}" if query else "/")(scope, receive, send)
                return
        await self._app(scope, receive, send)


def routes() -> list[BaseRoute]:
    """Give the routes beside the pages."""
    return [Route("/health", health), *signing.ROUTES, *ROUTES, *public.ROUTES]


def middleware() -> list[Middleware]:
    """Give what every request passes, the outermost first, as the settings say."""
    hush()
    settings = Settings.from_environment(os.environ)
    proxies = [Middleware(ProxyHeadersMiddleware, trusted_hosts=settings.proxies)] if settings.proxies else []
    return [
        *proxies,
        Middleware(TrustedHostMiddleware, allowed_hosts=hosts()),
        Middleware(Headers, more=_BY_TLS_ONLY if settings.is_secure else {}),
        Middleware(Guard),
        Middleware(FirstPage),
        Middleware(Tongue),
    ]
