"""The door: who is let in, and what everybody else learns, which is nothing."""

import itertools
import re
from datetime import UTC, datetime, timedelta

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from kpi.access import Role
from kpi.people import change, invite, list_people, reset, sha256_of
from kpi.sessions import sign_out, who_holds
from kpi.store import people
from kpi.store.engine import writing
from kpi.web.door import middleware, routes
from showing import environment, filled, mark_as_sample, signed_in

PATHS = ("/", "/overview", "/indicator", "/administration", "/_stcore/host-config", "/media/some.xlsx", "/not-there")
HERE = {"host": "localhost:8501"}
PASSWORD = "a calm river in May"  # noqa: S105 (of somebody made up)


@pytest.fixture
def opened(tmp_path, monkeypatch):
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    found = filled(tmp_path)
    yield found
    found.engine.dispose()


@pytest.fixture
def knock(opened):
    """Make a browser that stands before the door: of this machine, or from elsewhere."""
    numbers = itertools.count()

    def page(request):
        return PlainTextResponse("page")

    async def stream(socket):
        await socket.accept()
        await socket.send_text("stream")
        await socket.close()

    def made(client="127.0.0.1", host="localhost:8501", scheme="http"):
        pages = [Route(path, page) for path in PATHS if path != "/overview"]
        pages.append(Route("/said", lambda _: HTMLResponse('<!doctype html><html lang="en"><p>page</p></html>')))
        inside = [*routes(), WebSocketRoute("/_stcore/stream", stream), *pages]
        application = Starlette(routes=inside, middleware=middleware())
        return TestClient(
            application, base_url=f"{scheme}://{host}", client=(client, next(numbers)), follow_redirects=False
        )

    return made


def form_of(browser, path):
    """Open a page with a form and give what it hides."""
    answer = browser.get(path, headers={"accept": "text/html"})
    return dict(re.findall(r'name="(form|next)" value="([^"]*)"', answer.text))


def entered(browser, email, password, **more):
    return browser.post("/sign-in", data={**form_of(browser, "/sign-in"), "email": email, "password": password, **more})


def invited(opened, role=Role.MANAGER, email="ana@example.org", organisations=()):
    now = datetime.now(UTC)
    return invite(opened, email=email, name="Ana", role=role, organisations=organisations, at=now)


def test_health_is_answered_to_everybody(knock):
    assert knock().get("/health").json() == {"status": "ok"}


@pytest.mark.parametrize("path", PATHS)
def test_whoever_is_not_signed_in_learns_nothing(knock, path):
    browser = knock()
    answer = browser.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")
    plain = browser.get(path)
    assert (plain.status_code, plain.text) == (401, "Unauthorized")
    assert browser.post(path).status_code == 401
    assert browser.get(path, headers={"cookie": "kpi_session=made up"}).status_code == 401


def test_the_stream_of_the_pages_stays_closed(opened, knock):
    with pytest.raises(WebSocketDisconnect), knock().websocket_connect("/_stcore/stream", headers=HERE):
        pass
    cookie = f"kpi_session={signed_in(opened)}"
    with knock().websocket_connect("/_stcore/stream", headers={**HERE, "cookie": cookie}) as socket:
        assert socket.receive_text() == "stream"


def test_every_answer_keeps_the_page_to_itself(opened, knock):
    browser = knock()
    browser.cookies.set("kpi_session", signed_in(opened))
    for path, expected in (("/health", 200), ("/", 200), ("/never-heard-of", 404), ("/sign-in", 200)):
        answer = browser.get(path)
        assert answer.status_code == expected
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "unsafe-eval" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("host", ["elsewhere.example", "testserver", "localhost.elsewhere.example"])
def test_another_hosts_name_is_refused(knock, host):
    assert knock(host=host).get("/health").status_code == 400


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1", "[::1]:8501"])
def test_each_name_of_this_machine_is_answered(knock, host):
    assert knock(host=host).get("/health").status_code == 200


def test_the_public_name_is_answered_by_tls_with_a_cookie_of_its_own(opened, knock, monkeypatch):
    monkeypatch.setenv("KPI_PUBLIC_URL", "https://kpi.example.org")
    browser = knock(host="kpi.example.org", scheme="https", client="203.0.113.9")
    account, link = invited(opened)
    taken = browser.post(f"/invitation/{link}", data={**form_of(browser, f"/invitation/{link}"), "password": PASSWORD})
    assert taken.status_code == 303
    cookie = next(one for one in taken.headers.get_list("set-cookie") if "kpi_session" in one)
    assert cookie.startswith("__Host-kpi_session=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
    assert browser.get("/").text == "page"
    assert "max-age=31536000" in browser.get("/").headers["strict-transport-security"]
    # A cookie under the plain name, as another host of the domain could set it, is not taken.
    token = taken.cookies["__Host-kpi_session"]
    other = knock(host="kpi.example.org", scheme="https")
    assert other.get("/", headers={"cookie": f"kpi_session={token}"}).status_code == 401
    assert account.email == "ana@example.org"


def test_an_invitation_leads_in_once_and_the_password_from_then_on(opened, knock):
    account, link = invited(opened)
    browser = knock()
    page = browser.get(f"/invitation/{link}", headers={"accept": "text/html", "accept-language": "bg-BG"})
    assert "Ana" in page.text
    assert 'lang="bg"' in page.text
    taken = browser.post(f"/invitation/{link}", data={**form_of(browser, f"/invitation/{link}"), "password": PASSWORD})
    assert (taken.status_code, taken.headers["location"]) == (303, "/")
    assert browser.get("/").text == "page"
    again = knock()
    assert again.get(f"/invitation/{link}").status_code == 410
    assert entered(again, account.email, "a wild river in May").status_code == 200
    assert again.get("/").status_code == 401
    assert entered(again, account.email.upper(), PASSWORD).headers["location"] == "/"
    assert again.get("/").text == "page"


def test_an_invitation_speaks_the_language_of_whoever_is_invited(opened, knock):
    account, link = invite(
        opened, email="ana@example.org", name="Ana", role=Role.VIEWER, language="bg", at=datetime.now(UTC)
    )
    english = {"accept": "text/html", "accept-language": "en-US"}
    page = knock().get(f"/invitation/{link}", headers=english)
    assert 'lang="bg"' in page.text
    assert "Избор на парола" in page.text
    assert not re.search("Choose|Save|characters", page.text)
    assert "Choose a password" in knock().get(f"/invitation/{link}x", headers=english).text
    assert "Choose a password" in knock().get(f"/invitation/{link}?lang=en", headers=english).text
    assert account.language == "bg"


def test_a_link_serves_for_a_day_and_a_newer_one_ends_it(opened, knock):
    yesterday = datetime.now(UTC) - timedelta(days=1, seconds=1)
    account, old = invite(opened, email="ana@example.org", name="Ana", role=Role.VIEWER, at=yesterday)
    late = knock().get(f"/invitation/{old}?lang=bg")
    assert late.status_code == 410
    assert "Ако вече сте избрали парола, влезте с нея" in late.text
    assert 'href="/sign-in?lang=bg"' in late.text
    second = reset(opened, person_id=account.id, at=datetime.now(UTC))
    third = reset(opened, person_id=account.id, at=datetime.now(UTC))
    assert knock().get(f"/invitation/{second}").status_code == 410
    assert knock().get(f"/invitation/{third}").status_code == 200


@pytest.mark.parametrize("password", ["short", "ANA@example.org", "", "x" * 201])
def test_a_weak_password_is_asked_for_again(opened, knock, password):
    _, link = invited(opened)
    browser = knock()
    answer = browser.post(f"/invitation/{link}", data={**form_of(browser, f"/invitation/{link}"), "password": password})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text
    assert browser.get(f"/invitation/{link}").status_code == 200


def test_a_password_too_short_is_told_of_in_the_pages_own_words(opened, knock):
    _, link = invited(opened)
    asked = knock().get(f"/invitation/{link}?lang=bg").text
    assert "minlength" not in asked  # a browser would say it in a language of its own


def test_after_a_wrong_password_the_address_need_not_be_typed_again(opened, knock):
    answer = entered(knock(), "ana&bo@example.org", "wrong wrong wrong")
    assert 'value="ana&amp;bo@example.org"' in answer.text
    assert "wrong wrong wrong" not in answer.text


def test_nothing_says_whether_there_is_an_account(opened, knock):
    account, link = invited(opened)
    browser = knock()
    browser.post(f"/invitation/{link}", data={**form_of(browser, f"/invitation/{link}"), "password": PASSWORD})
    there, not_there = (entered(knock(), email, "wrong wrong wrong") for email in (account.email, "bo@example.org"))
    hidden = r'value="[^"]*"'
    assert re.sub(hidden, "", there.text) == re.sub(hidden, "", not_there.text)


def test_a_form_of_another_site_is_not_taken(opened, knock):
    account, link = invited(opened)
    browser = knock()
    browser.post(f"/invitation/{link}", data={**form_of(browser, f"/invitation/{link}"), "password": PASSWORD})
    stranger = knock()
    answer = stranger.post("/sign-in", data={"email": account.email, "password": PASSWORD, "form": "made up"})
    assert answer.status_code == 200
    assert "kpi_session" not in answer.cookies


def test_guessing_is_slowed_down_where_it_comes_from_and_locks_nobody_else_out(opened, knock):
    account, link = invited(opened)
    knock().post(f"/invitation/{link}")
    owner = knock(client="203.0.113.7")
    owner.post(f"/invitation/{link}", data={**form_of(owner, f"/invitation/{link}"), "password": PASSWORD})
    for _ in range(5):
        entered(knock(client="203.0.113.66"), account.email, "a guess at random")
    stopped = entered(knock(client="203.0.113.66"), account.email, PASSWORD)
    assert "15" in stopped.text
    assert "kpi_session" not in stopped.cookies
    assert entered(knock(client="203.0.113.7"), account.email, PASSWORD).status_code == 303


@pytest.mark.parametrize("there", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example", "x\n"])
def test_signing_in_leads_nowhere_else(opened, knock, there):
    account, link = invited(opened)
    browser = knock()
    browser.post(f"/invitation/{link}", data={**form_of(browser, f"/invitation/{link}"), "password": PASSWORD})
    assert entered(knock(), account.email, PASSWORD, next=there).headers["location"] == "/"
    assert entered(knock(), account.email, PASSWORD, next="/indicator?x=1").headers["location"] == "/indicator?x=1"


def test_signing_out_ends_the_session_wherever_it_is_open(opened, knock):
    token = signed_in(opened)
    browser, other_tab = knock(), knock()
    for one in (browser, other_tab):
        one.cookies.set("kpi_session", token)
        assert one.get("/").text == "page"
    answer = browser.get("/sign-out", headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 303
    assert other_tab.get("/").status_code == 401
    assert who_holds(opened, token=token, at=datetime.now(UTC)) is None


def test_signing_out_everywhere_ends_all_sessions_of_that_person_and_of_nobody_else(opened, knock):
    now = datetime.now(UTC)
    here, other, elsewhere = signed_in(opened), signed_in(opened), "b" * 43
    with writing(opened.engine) as session:
        owner = who_holds(opened, token=here, at=now).id
        people.begin(session, token_sha256=sha256_of(elsewhere), person_id=owner, at=now)
    browser = knock()
    browser.cookies.set("kpi_session", here)
    browser.get("/sign-out?everywhere=1", headers={"sec-fetch-site": "same-origin"})
    held = [who_holds(opened, token=one, at=now) for one in (here, elsewhere, other)]
    assert [one is None for one in held] == [True, True, False]


def test_another_site_cannot_sign_somebody_out_by_a_link(opened, knock):
    token = signed_in(opened)
    browser = knock()
    browser.cookies.set("kpi_session", token)
    answer = browser.get("/sign-out", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 200
    assert "<form" in answer.text
    assert browser.get("/").text == "page"


def test_a_session_ends_when_its_account_is_closed_or_means_something_else(opened):
    now = datetime.now(UTC)
    for enabled, role, there in ((True, Role.VIEWER, True), (True, Role.MANAGER, False), (False, Role.VIEWER, False)):
        token = signed_in(opened, Role.VIEWER)
        account = max(list_people(opened), key=lambda one: one.id)
        changed = {"name": account.name, "organisations": (), "language": None}
        change(opened, person_id=account.id, role=role, enabled=enabled, at=now, **changed)
        assert (who_holds(opened, token=token, at=now) is not None) == there


def test_a_session_ends_by_itself(opened):
    token, now = signed_in(opened), datetime.now(UTC)
    assert who_holds(opened, token=token, at=now + timedelta(hours=1, minutes=59)) is not None
    assert who_holds(opened, token=token, at=now + timedelta(hours=3, minutes=58)) is not None
    assert who_holds(opened, token=token, at=now + timedelta(hours=6)) is None
    used, begun = signed_in(opened), datetime.now(UTC)
    for hours in range(1, 12):
        assert who_holds(opened, token=used, at=begun + timedelta(hours=hours)) is not None
    assert who_holds(opened, token=used, at=begun + timedelta(hours=12, minutes=1)) is None


def test_sample_data_may_be_looked_at_on_this_machine_by_its_own_name_only(opened, knock, monkeypatch):
    mark_as_sample(opened)
    assert knock().get("/").text == "page"
    assert knock(client="203.0.113.9").get("/").status_code == 401
    assert knock(host="kpi.example.org").get("/").status_code == 400
    played = knock().get("/play/viewer")
    assert (played.status_code, played.cookies["kpi_role"]) == (303, "viewer")
    assert knock(client="203.0.113.9").get("/play/viewer").status_code == 401


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1", "kpi.example.org"])
def test_where_there_is_a_public_address_nobody_plays_a_role(opened, knock, monkeypatch, host):
    mark_as_sample(opened)
    monkeypatch.setenv("KPI_PUBLIC_URL", "https://kpi.example.org")
    browser = knock(host=host)
    assert browser.get("/").status_code == 401
    assert browser.get("/play/manager").status_code == 401


def streamed(browser, origin, cookie):
    """Give what the pages' stream says to a page of this origin."""
    with browser.websocket_connect("/_stcore/stream", headers={**HERE, "cookie": cookie, "origin": origin}) as socket:
        return socket.receive_text()


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost:9999",
        "https://elsewhere.example",
        "null",
        "http://[",
        "https://kpi.example.org",
        "http://localhost.elsewhere.example:8501",
    ],
)
def test_no_other_sites_page_opens_the_stream(opened, knock, origin):
    with pytest.raises(WebSocketDisconnect):
        streamed(knock(), origin, f"kpi_session={signed_in(opened)}")


def test_the_stream_is_opened_by_pages_of_ours(opened, knock, monkeypatch):
    token = signed_in(opened)
    assert streamed(knock(), "http://localhost:8501", f"kpi_session={token}") == "stream"
    monkeypatch.setenv("KPI_PUBLIC_URL", "https://kpi.example.org")
    assert streamed(knock(), "https://kpi.example.org", f"__Host-kpi_session={token}") == "stream"


def test_nobody_plays_a_role_among_real_data(opened, knock):
    browser = knock()
    browser.cookies.set("kpi_role", "manager")
    assert browser.get("/").status_code == 401
    assert browser.get("/play/manager").status_code == 401
    browser.cookies.set("kpi_session", signed_in(opened, Role.VIEWER))
    assert browser.get("/play/manager").status_code == 404


def test_tokens_and_passwords_are_nowhere_in_the_store(opened, tmp_path, knock):
    _, link = invited(opened)
    browser = knock()
    browser.post(f"/invitation/{link}", data={**form_of(browser, f"/invitation/{link}"), "password": PASSWORD})
    token = browser.cookies["kpi_session"]
    with opened.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    content = b"".join(file.read_bytes() for file in tmp_path.glob("kpi.sqlite3*"))
    assert sign_out(opened, token=token) is None
    for secret in (link, token, PASSWORD):
        assert secret.encode() not in content


@pytest.mark.parametrize(
    ("asked", "browser", "declared"),
    [("", "bg-BG,en;q=0.8", "bg"), ("?lang=en", "bg-BG", "en"), ("?lang=bg", "en-GB", "bg"), ("?lang=xx", "en", "en")],
)
def test_a_page_declares_the_language_that_its_reader_will_get(opened, knock, asked, browser, declared):
    there = knock()
    there.cookies.set("kpi_session", signed_in(opened))
    answer = there.get(f"/said{asked}", headers={"accept-language": browser})
    assert answer.text == f'<!doctype html><html lang="{declared}"><p>page</p></html>'
