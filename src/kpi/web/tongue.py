"""The language that a page declares: screen readers pronounce it by that.

The server's page says that it is English, whatever it will show; here it is told the language that the reader will get.
Where they choose another one on the page, the shell declares that.
"""

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kpi.web.plain import language_of

_SAID, _HTML = b'<html lang="en"', b'<html lang="%s"'


class Tongue:
    """Let a page declare the reader's language: the address's, else the browser's, else the framework's first."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; the first piece of a page gets the language."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_page = False

        async def sent(message: Message) -> None:
            nonlocal is_page
            if message["type"] == "http.response.start":
                is_page = Headers(raw=message["headers"]).get("content-type", "").startswith("text/html")
            elif is_page and message["type"] == "http.response.body" and _SAID in message.get("body", b""):
                said = language_of(Request(scope)).encode()
                if len(said) == len(b"en"):  # the length that was announced stays right
                    message = {**message, "body": message["body"].replace(_SAID, _HTML % said, 1)}
            await send(message)

        await self._app(scope, receive, sent)
