"""Signing in by another service's word, by OpenID Connect.

The service proves who somebody is; whether they may come in, and as what, the store alone says. What has to be
remembered between leaving and coming back the browser holds, sealed, for a few minutes, so that it may come back to any
process. The seal's key is derived from the secret shared with the service: there is no other secret to keep.
"""

import hashlib
import hmac
import logging
import os
import time
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth, StarletteOAuth2App
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jwk import OctKey
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kpi.language import tr
from kpi.present.html import Html, el
from kpi.problems import N_, SaidError
from kpi.sessions import Signed, UnknownPersonError, known_elsewhere
from kpi.settings import Provider, Settings, is_kept_private
from kpi.web.cookies import is_secure, named
from kpi.web.entrance import let_in, local, page, query_of
from kpi.web.opened import moment, opened
from kpi.web.plain import language_of

BEGIN, BACK, REFUSED = "/sign-in/elsewhere", "/sign-in/elsewhere/back", "/sign-in/elsewhere/refused"
OPEN = (BEGIN, BACK, REFUSED)

_LOG = logging.getLogger(__name__)
_COOKIE = "kpi_elsewhere"
#: There is so long to sign in elsewhere, in seconds.
_HELD = 600
#: The other service has so long to answer, in seconds.
_PATIENCE = 10.0
_DISCOVERY = "/.well-known/openid-configuration"
_SEAL = {"alg": "dir", "enc": "A256GCM"}

#: What may go wrong with what another service answers; it may answer anything.
_FAILED = (
    AuthlibBaseError,
    JoseError,
    httpx2.HTTPError,
    httpx2.InvalidURL,
    ValueError,
    TypeError,
    LookupError,
    RuntimeError,
)

#: Why nobody came in.
_REASONS: Mapping[str, str] = {
    "unknown": UnknownPersonError.text,
    "denied": N_("You did not sign in there, or did not agree to it. Nothing has changed."),
    "stale": N_("This sign-in had been open too long, or was begun in another window. Try again."),
    "failed": N_("The other service could not say who you are. Try again, or tell the administrator."),
    "unreachable": N_("The other service cannot be reached at the moment. Try again later."),
}


def provider() -> Provider | None:
    """Give the service that is asked; none where none is set up, or what it says could be changed on the way."""
    found = Settings.from_environment(os.environ).provider
    return found if found is not None and is_kept_private(found.issuer) else None


def button(request: Request) -> Html | None:
    """Offer to sign in there, where that is set up."""
    found = provider()
    if found is None:
        return None
    asked = {name: request.query_params[name] for name in ("next", "lang") if name in request.query_params}
    text = tr(N_("Sign in with {name}"), language_of(request), name=found.name)
    return el("a", text, href=f"{BEGIN}?{urlencode(asked)}" if asked else BEGIN, class_="button second")


async def begin(request: Request) -> Response:
    """Lead to the other service."""
    found = provider()
    if found is None:
        return Response(status_code=HTTPStatus.NOT_FOUND)
    held: dict[str, Any] = {}
    request.scope["session"] = held
    try:
        client = await _client(found)
        answer: Response = await client.authorize_redirect(request, _way_back(request))
    except _FAILED as fault:
        return _refuse(request, _why(fault))
    kept = {"held": held, "next": local(request.query_params.get("next")), "lang": request.query_params.get("lang")}
    answer.set_cookie(
        named(_COOKIE),
        _sealed(found, kept),
        max_age=_HELD,
        path="/",
        httponly=True,
        secure=is_secure(),
        samesite="lax",
    )
    return answer


async def back(request: Request) -> Response:
    """Take the other service's word for who somebody is, and let them in if they are known here."""
    found = provider()
    if found is None:
        return Response(status_code=HTTPStatus.NOT_FOUND)
    kept = _unsealed(found, request.cookies.get(named(_COOKIE), ""))
    if kept is None:
        return _refuse(request, "stale")
    request.scope["session"] = kept["held"]
    try:
        claims = await _claims(found, request)
    except _FAILED as fault:
        return _refuse(request, _why(fault), kept["lang"])
    try:
        entered = await run_in_threadpool(_enter, claims)
    except SaidError as fault:
        return _refuse(request, "unknown" if isinstance(fault, UnknownPersonError) else "failed", kept["lang"])
    return _forget(let_in(entered, local(kept["next"])))


async def refused(request: Request) -> Response:
    """Say why nobody came in."""
    return await run_in_threadpool(_refusal, request)


ROUTES = (Route(BEGIN, begin), Route(BACK, back), Route(REFUSED, refused))


def _refusal(request: Request) -> Response:
    said = language_of(request)
    why = _REASONS.get(request.query_params.get("why", ""), _REASONS["failed"])
    return page(
        request,
        N_("You are not signed in"),
        el("p", tr(why, said), role="alert"),
        el("p", el("a", tr(N_("Back to the sign-in"), said), href="/sign-in" + query_of(request))),
        status=HTTPStatus.FORBIDDEN,
    )


def _refuse(request: Request, why: str, lang: str | None = None) -> Response:
    """Lead to where it is said why: at an address that holds nothing of the other service's answer."""
    asked = {"why": why, "lang": lang or request.query_params.get("lang") or language_of(request)}
    return _forget(RedirectResponse(f"{REFUSED}?{urlencode(asked)}", HTTPStatus.SEE_OTHER))


def _forget(answer: Response) -> Response:
    answer.delete_cookie(named(_COOKIE), path="/", secure=is_secure(), httponly=True, samesite="lax")
    return answer


def _why(fault: Exception) -> str:
    """Name what went wrong; the log says it more exactly, without anything that the other service sent."""
    code = getattr(fault, "error", None)
    _LOG.warning("signing in elsewhere failed: %s", type(fault).__name__)
    if isinstance(fault, httpx2.HTTPError):
        return "unreachable"
    return {"access_denied": "denied", "mismatching_state": "stale"}.get(str(code), "failed")


async def _claims(found: Provider, request: Request) -> Mapping[str, Any]:
    """Give what the other service says of somebody; raise one of `_FAILED` where that cannot be relied on."""
    client = await _client(found)
    metadata = await client.load_server_metadata()
    expected = {
        "iss": {"essential": True, "value": metadata["issuer"]},
        "aud": {"essential": True, "value": found.client_id},
        "sub": {"essential": True},
    }
    token = await client.authorize_access_token(request, claims_options=expected)  # type: ignore[no-untyped-call]  # its stub has no types
    claims: dict[str, Any] = dict(token["userinfo"])
    if "email" not in claims and "userinfo_endpoint" in metadata:
        more = await client.userinfo(token=token)
        if more["sub"] == claims["sub"]:
            claims = {**more, **claims}
    if not isinstance(claims["sub"], str) or not claims["sub"]:
        raise ValueError("no subject")
    return claims


def _enter(claims: Mapping[str, Any]) -> Signed:
    """Begin a session; raise a `SaidError` where there is none to begin."""
    found, email = opened(), claims.get("email")
    if found.installation is None:
        raise found.fault or SaidError
    verified = claims.get("email_verified") is True and isinstance(email, str)
    return known_elsewhere(
        found.installation,
        issuer=str(claims["iss"]),
        subject=str(claims["sub"]),
        email=email if verified else None,
        at=moment(),
    )


async def _client(found: Provider) -> StarletteOAuth2App:
    """Give what speaks with the service, once it has said of itself that it is the one that is meant."""
    client = _made(found.issuer, found.client_id, found.client_secret)
    metadata = await client.load_server_metadata()
    if str(metadata["issuer"]).rstrip("/") != found.issuer.rstrip("/"):
        raise ValueError("another issuer")
    return client


@lru_cache(maxsize=2)
def _made(issuer: str, client_id: str, client_secret: str) -> StarletteOAuth2App:
    made: StarletteOAuth2App = OAuth().register(
        "elsewhere",
        client_id=client_id,
        client_secret=client_secret,
        server_metadata_url=issuer.rstrip("/") + _DISCOVERY,
        client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256", "timeout": _PATIENCE},
    )
    return made


def _way_back(request: Request) -> str:
    """Give the address to which the other service leads back: the public one's, else the one that was asked."""
    public = Settings.from_environment(os.environ).public_url
    return f"{public or str(request.base_url).rstrip('/')}{BACK}"


def _key(found: Provider) -> OctKey:
    return OctKey.import_key(hmac.digest(found.client_secret.encode(), b"kpi: signing in elsewhere", hashlib.sha256))


def _sealed(found: Provider, kept: Mapping[str, Any]) -> str:
    return jwt.encode(_SEAL, {**kept, "exp": int(time.time()) + _HELD}, _key(found), registry=JWERegistry())


def _unsealed(found: Provider, text: str) -> dict[str, Any] | None:
    """Open what was sealed; none where it was not sealed here, or too long ago."""
    try:
        kept = jwt.decode(text, _key(found), registry=JWERegistry()).claims
    except (JoseError, ValueError):
        return None
    return kept if kept["exp"] > time.time() else None
