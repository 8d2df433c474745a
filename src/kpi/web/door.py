"""What stands before the pages: a health route, the headers that keep a page to itself, the hosts that are answered."""

from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: The names of this machine itself: nobody else’s page may speak to it under another one.
HOSTS = ("127.0.0.1", "localhost", "[::1]")

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


class Headers:
    """Add the security headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; its answer gets the headers."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                named = {name.lower() for name, _ in message.get("headers", [])}
                more = [(k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in named]
                message = {**message, "headers": [*message.get("headers", []), *more]}
            await send(message)

        await self._app(scope, receive, sent if scope["type"] == "http" else send)


async def health(_request: Request) -> JSONResponse:
    """Answer that the server is there."""
    return JSONResponse({"status": "ok"})


async def first_page(request: Request) -> RedirectResponse:
    """Lead to where the first page stands, with the same view: it has no address of its own name."""
    query = request.url.query
    return RedirectResponse(f"/?{query}" if query else "/")


ROUTES = (Route("/health", health), Route("/overview", first_page))
MIDDLEWARE = (Middleware(TrustedHostMiddleware, allowed_hosts=list(HOSTS)), Middleware(Headers))
