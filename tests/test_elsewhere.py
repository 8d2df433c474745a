"""Signing in by another service's word: the whole way over HTTP, with a real provider on this machine."""

import logging
import os
import re
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
import uvicorn
from oidc_provider_mock import User, run_server_in_thread
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from kpi.access import Role
from kpi.people import change, invite, list_people
from kpi.sessions import who_holds
from kpi.settings import Settings, is_kept_private, missing
from kpi.web import elsewhere
from kpi.web.door import middleware, routes
from showing import environment, filled

SECRET = "a secret that is shared"  # noqa: S105 (of a provider for tests)
ANA = {"email": "Ana@example.org", "email_verified": True, "name": "Ana", "role": "administrator", "roles": ["manager"]}


@contextmanager
def serving():
    """Serve the door, with a page behind it; give its address."""

    def behind(request):
        return PlainTextResponse("page")

    application = Starlette(
        routes=[*routes(), Route("/", behind), Route("/indicator", behind)], middleware=middleware()
    )
    server = uvicorn.Server(uvicorn.Config(application, host="127.0.0.1", port=0, log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.02)
        yield f"http://localhost:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def provider():
    """A provider that knows Ana."""
    with run_server_in_thread() as server:
        address = f"http://localhost:{server.server_port}"
        yield address


@pytest.fixture
def opened(tmp_path, monkeypatch, provider):
    variables = {
        **environment(tmp_path),
        "KPI_OIDC_ISSUER": provider,
        "KPI_OIDC_CLIENT_ID": "kpi",
        "KPI_OIDC_CLIENT_SECRET": SECRET,
        "KPI_OIDC_NAME": "the Centre's directory",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    elsewhere._made.cache_clear()
    known(provider, "ana", **ANA)
    found = filled(tmp_path)
    yield found
    found.engine.dispose()


@pytest.fixture
def here(opened):
    with serving() as address:
        yield address


@pytest.fixture
def visitor():
    with httpx2.Client(
        follow_redirects=True, headers={"accept": "text/html", "accept-language": "en"}, timeout=20
    ) as client:
        yield client


def known(provider, subject, **claims):
    """Let the provider say this of somebody from now on."""
    httpx2.put(f"{provider}/users/{subject}", json=claims).raise_for_status()


def invited(opened, role=Role.VIEWER, email="ana@example.org"):
    organisations = ["SDA"] if role is Role.REPORTER else []
    now = datetime.now(UTC)
    return invite(opened, email=email, name="Ana", role=role, organisations=organisations, at=now)[0]


def signed_in(visitor, here, subject="ana", path="/sign-in/elsewhere"):
    """Go there, say who one is, come back; give where that ends."""
    form = visitor.get(here + path)
    assert "authorize" in str(form.url), form.text
    return visitor.post(str(form.url), data={"sub": subject})


def holder(opened, visitor):
    return who_holds(opened, token=visitor.cookies.get("kpi_session"), at=datetime.now(UTC))


def test_the_whole_way(opened, here, visitor):
    account = invited(opened)
    page = visitor.get(here + "/indicator?x=1")
    assert "Sign in with the Centre&#x27;s directory" in page.text
    link = re.search(r'<a href="(/sign-in/elsewhere[^"]*)"', page.text)[1].replace("&amp;", "&")
    done = signed_in(visitor, here, path=link)
    assert (done.status_code, done.text) == (200, "page")
    assert str(done.url) == here + "/indicator?x=1"
    assert holder(opened, visitor).id == account.id
    assert "kpi_elsewhere" not in visitor.cookies


def test_what_is_asked_is_asked_once_and_for_us_alone(here, visitor):
    answer = visitor.get(here + "/sign-in/elsewhere", follow_redirects=False)
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["redirect_uri"] == [here + "/sign-in/elsewhere/back"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["response_type"] == ["code"]
    assert all(len(asked[name][0]) >= 20 for name in ("state", "nonce", "code_challenge"))
    again = parse_qs(
        urlsplit(visitor.get(here + "/sign-in/elsewhere", follow_redirects=False).headers["location"]).query
    )
    assert all(again[name] != asked[name] for name in ("state", "nonce", "code_challenge"))
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Max-Age=600"} <= {part.strip() for part in cookie.split(";")}
    for hidden in (asked["state"][0], asked["nonce"][0], SECRET):
        assert hidden not in cookie
        assert hidden == asked["state"][0] or hidden == asked["nonce"][0] or hidden not in answer.headers["location"]


def test_the_public_address_is_the_one_to_come_back_to(here, visitor, monkeypatch):
    monkeypatch.setenv("KPI_PUBLIC_URL", "https://kpi.example.org")
    answer = visitor.get(here + "/sign-in/elsewhere", follow_redirects=False)
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["redirect_uri"] == ["https://kpi.example.org/sign-in/elsewhere/back"]
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-kpi_elsewhere=")
    assert "Secure" in cookie


def test_the_role_is_the_stores_whatever_the_service_says(opened, here, visitor):
    invited(opened, Role.REPORTER)
    signed_in(visitor, here)
    person = holder(opened, visitor)
    assert (person.role, person.organisations) == (Role.REPORTER, {"SDA"})


def test_it_may_come_back_to_another_process(opened, here, visitor):
    invited(opened)
    form = visitor.get(here + "/sign-in/elsewhere")
    back = visitor.post(str(form.url), data={"sub": "ana"}, follow_redirects=False).headers["location"]
    elsewhere._made.cache_clear()
    with serving() as other:
        assert back.startswith(here)
        assert visitor.get(back.replace(here, other)).text == "page"
    assert holder(opened, visitor) is not None


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "stranger@example.org", "email_verified": True},
        {"email": "ana@example.org", "email_verified": False},
        {"email": "ana@example.org", "email_verified": "true"},
        {"email": "ana@example.org"},
        {"email_verified": True},
        {},
    ],
)
def test_somebody_unknown_gets_a_polite_page_and_nothing_else(opened, here, visitor, provider, claims):
    invited(opened)
    known(provider, "stranger", **claims)
    done = signed_in(visitor, here, "stranger")
    assert done.status_code == 403
    assert "You are not known here yet." in done.text
    assert "kpi_session" not in visitor.cookies
    assert not {"code", "state"} & parse_qs(urlsplit(str(done.url)).query).keys()
    assert visitor.get(here + "/", headers={"accept": "*/*"}).status_code == 401
    assert len(list_people(opened)) == 1


def test_whoever_is_known_stays_known_when_the_address_changes(opened, here, visitor, provider):
    account = invited(opened)
    signed_in(visitor, here)
    known(provider, "ana", email="anna@example.org", email_verified=True)
    visitor.cookies.clear()
    signed_in(visitor, here)
    assert holder(opened, visitor).id == account.id


def test_whoever_gets_the_address_later_is_not_taken_for_who_had_it(opened, here, visitor, provider):
    invited(opened)
    signed_in(visitor, here)
    visitor.cookies.clear()
    known(provider, "another", **ANA)
    assert signed_in(visitor, here, "another").status_code == 403


def test_a_disabled_account_stays_closed(opened, here, visitor):
    account = invited(opened)
    signed_in(visitor, here)
    now = datetime.now(UTC)
    same = {"name": "Ana", "role": Role.VIEWER, "organisations": (), "language": None}
    change(opened, person_id=account.id, enabled=False, at=now, **same)
    visitor.cookies.clear()
    assert signed_in(visitor, here).status_code == 403
    assert holder(opened, visitor) is None


def test_an_answer_serves_once(opened, here, visitor):
    invited(opened)
    form = visitor.get(here + "/sign-in/elsewhere")
    sealed = visitor.cookies["kpi_elsewhere"]
    back = visitor.post(str(form.url), data={"sub": "ana"}, follow_redirects=False).headers["location"]
    assert visitor.get(back).text == "page"
    visitor.cookies.clear()
    again = visitor.get(back)
    assert again.status_code == 403
    assert "Try again" in again.text
    held = visitor.get(back, headers={"cookie": f"kpi_elsewhere={sealed}"})
    assert held.status_code == 403
    assert "kpi_session" not in visitor.cookies


def test_an_answer_to_somebody_elses_question_is_not_taken(opened, here, visitor):
    invited(opened)
    form = visitor.get(here + "/sign-in/elsewhere")
    back = visitor.post(str(form.url), data={"sub": "ana"}, follow_redirects=False).headers["location"]
    with httpx2.Client(follow_redirects=True, headers={"accept-language": "en"}, timeout=20) as victim:
        victim.get(here + "/sign-in/elsewhere", follow_redirects=False)
        done = victim.get(back)
        assert done.status_code == 403
        assert "was begun in another window" in done.text
        assert "kpi_session" not in victim.cookies


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x", "?code=x&state=y", "?error=x", "?error=access_denied"])
@pytest.mark.parametrize("sealed", [None, "", "made up", "a.b.c", "e30.e30.e30.e30.e30"])
def test_what_was_never_asked_for_is_no_answer(here, visitor, query, sealed):
    headers = {} if sealed is None else {"cookie": f"kpi_elsewhere={sealed}"}
    done = visitor.get(f"{here}/sign-in/elsewhere/back{query}", headers=headers)
    assert done.status_code == 403
    assert "Traceback" not in done.text
    assert "kpi_session" not in visitor.cookies


def test_what_was_sealed_under_another_secret_or_too_long_ago_is_not_opened(opened, monkeypatch):
    found = elsewhere.provider()
    sealed = elsewhere._sealed(found, {"held": {}})
    assert elsewhere._unsealed(found, sealed)["held"] == {}
    monkeypatch.setenv("KPI_OIDC_CLIENT_SECRET", "another secret")
    assert elsewhere._unsealed(elsewhere.provider(), sealed) is None
    monkeypatch.setattr(elsewhere, "_HELD", -1)
    assert elsewhere._unsealed(found, elsewhere._sealed(found, {"held": {}})) is None


def test_whoever_does_not_agree_is_told_in_their_language(here, visitor):
    form = visitor.get(here + "/sign-in/elsewhere?lang=bg")
    done = visitor.post(str(form.url), data={"action": "deny"})
    assert done.status_code == 403
    assert 'lang="bg"' in done.text
    assert "Не сте влезли" in done.text
    english = re.search(r'href="(\?[^"]*lang=en)"', done.text)[1].replace("&amp;", "&")
    assert "You are not signed in" in visitor.get(f"{here}/sign-in/elsewhere/refused{english}").text


def test_a_service_that_is_down_is_told_and_nothing_secret_with_it(here, visitor, monkeypatch, caplog):
    monkeypatch.setenv("KPI_OIDC_ISSUER", "http://localhost:9")
    with caplog.at_level(logging.DEBUG):
        done = visitor.get(here + "/sign-in/elsewhere")
    assert done.status_code == 403
    assert "cannot be reached at the moment" in done.text
    assert "ConnectError" in caplog.text
    assert SECRET not in caplog.text + done.text


def test_a_token_that_has_expired_lets_nobody_in(opened, here, visitor, monkeypatch):
    invited(opened)
    with run_server_in_thread(
        access_token_max_age=timedelta(minutes=-10), user_claims=[User(sub="ana", claims=ANA)]
    ) as late:
        monkeypatch.setenv("KPI_OIDC_ISSUER", f"http://localhost:{late.server_port}")
        done = signed_in(visitor, here)
    assert done.status_code == 403
    assert "could not say who you are" in done.text
    assert "kpi_session" not in visitor.cookies


def test_a_service_that_calls_itself_otherwise_is_not_taken(opened, here, visitor, provider, monkeypatch):
    monkeypatch.setenv("KPI_OIDC_ISSUER", provider.replace("localhost", "127.0.0.1") + "/.well-known/../")
    assert "could not say who you are" in visitor.get(here + "/sign-in/elsewhere").text


def test_the_email_may_come_from_the_second_answer_only(opened, here, visitor, monkeypatch):
    account = invited(opened)
    true = elsewhere.StarletteOAuth2App.parse_id_token

    async def short(self, *arguments, **options):
        said = await true(self, *arguments, **options)
        return {name: value for name, value in said.items() if not name.startswith("email")}

    monkeypatch.setattr(elsewhere.StarletteOAuth2App, "parse_id_token", short)
    signed_in(visitor, here)
    assert holder(opened, visitor).id == account.id


def test_where_none_is_set_up_there_is_no_way_there(opened, here, visitor, monkeypatch):
    monkeypatch.delenv("KPI_OIDC_CLIENT_ID")
    assert "Sign in with" not in visitor.get(here + "/sign-in").text
    for path in ("", "/back"):
        answer = visitor.get(f"{here}/sign-in/elsewhere{path}")
        assert (answer.status_code, answer.text) == (404, "")


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("https://login.example.org", True),
        ("http://login.example.org", False),
        ("http://localhost:8080", True),
        ("http://127.0.0.1", True),
        ("http://localhost.example.org", False),
        ("login.example.org", False),
        ("https://", False),
        ("ftp://localhost", False),
    ],
)
def test_what_others_could_change_on_the_way_is_not_asked(opened, monkeypatch, address, private):
    monkeypatch.setenv("KPI_OIDC_ISSUER", address)
    assert is_kept_private(address) is private
    assert (elsewhere.provider() is not None) is private


def test_the_secret_is_not_written_where_settings_are(opened, monkeypatch):
    found = Settings.from_environment(os.environ)
    assert found.provider.client_secret == SECRET
    assert SECRET not in repr(found)
    assert SECRET not in str(found)
    assert missing({"KPI_OIDC_ISSUER": "https://x.example"}) == ["KPI_OIDC_CLIENT_ID", "KPI_OIDC_CLIENT_SECRET"]
    assert missing({}) == []
