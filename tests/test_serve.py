"""What stands in the way of serving, and what is served."""

import http.client
import os
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from kpi.access import Role
from kpi.cli.common import CalledWronglyError
from kpi.cli.serve import free_port, run
from kpi.people import invite
from kpi.sessions import can_anybody_sign_in
from kpi.store import people
from kpi.store.engine import writing
from showing import ROOT, environment, filled, mark_as_sample, signed_in

ELSEWHERE = ["0.0.0.0", "192.168.1.5", "127.0.0.5", "::"]  # noqa: S104 (refused, that is the point)


@pytest.fixture
def alone(tmp_path, monkeypatch):
    """An installation that nobody can sign in to, without a public address."""
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    opened = filled(tmp_path)
    yield opened
    opened.engine.dispose()


@pytest.mark.parametrize("address", ELSEWHERE)
def test_without_a_public_address_only_this_machine_itself_is_served(alone, address):
    with pytest.raises(CalledWronglyError, match="KPI_PUBLIC_URL") as refused:
        run(address, 8501, browse=False)
    assert address in str(refused.value)


@pytest.mark.parametrize("address", ["example.org", "", "0.0.0.0.0", "localhost.example.org"])
def test_what_is_no_address_is_told(alone, monkeypatch, address):
    monkeypatch.setenv("KPI_PUBLIC_URL", "https://kpi.example.org")
    with pytest.raises(CalledWronglyError, match="is no address") as refused:
        run(address, 8501, browse=False)
    assert f"“{address}”" in str(refused.value)


def test_passwords_are_not_sent_in_the_open(alone, monkeypatch):
    monkeypatch.setenv("KPI_PUBLIC_URL", "http://kpi.example.org")
    with pytest.raises(CalledWronglyError, match="it has to begin with https://"):
        run(ELSEWHERE[0], 8501, browse=False)


def test_a_proxy_has_to_be_named_or_everybody_would_be_one_address(alone, monkeypatch):
    monkeypatch.setenv("KPI_PUBLIC_URL", "https://kpi.example.org")
    with pytest.raises(CalledWronglyError, match="KPI_PROXIES"):
        run(ELSEWHERE[0], 8501, browse=False)


def test_others_are_served_only_once_somebody_can_sign_in(alone, monkeypatch):
    monkeypatch.setenv("KPI_PUBLIC_URL", "https://kpi.example.org")
    monkeypatch.setenv("KPI_PROXIES", "127.0.0.1")
    now = datetime.now(UTC)
    with pytest.raises(CalledWronglyError, match="kpi user add"):
        run(ELSEWHERE[0], 8501, browse=False)
    account, _ = invite(alone, email="ana@example.org", name="Ana", role=Role.ADMINISTRATOR, at=now)
    assert can_anybody_sign_in(alone, elsewhere=False, at=now)
    assert not can_anybody_sign_in(alone, elsewhere=False, at=now + timedelta(days=1))
    assert can_anybody_sign_in(alone, elsewhere=True, at=now + timedelta(days=1))
    with writing(alone.engine) as session:
        people.change(
            session, person_id=account.id, name="Ana", role="viewer", language=None, organisations=(), disabled_at=now
        )
    assert not can_anybody_sign_in(alone, elsewhere=True, at=now)


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"KPI_OIDC_ISSUER": "https://x.example", "KPI_OIDC_CLIENT_ID": "kpi"}, "set KPI_OIDC_CLIENT_SECRET too"),
        (
            {"KPI_OIDC_ISSUER": "http://x.example", "KPI_OIDC_CLIENT_ID": "kpi", "KPI_OIDC_CLIENT_SECRET": "hidden"},
            "KPI_OIDC_ISSUER is “http://x.example”",
        ),
        ({"KPI_PUBLIC": "ture"}, "KPI_PUBLIC is “ture”. For a public page write one of 1, true, yes, on"),
    ],
)
def test_what_is_half_said_or_unclear_is_told(alone, monkeypatch, variables, told):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(CalledWronglyError) as refused:
        run("127.0.0.1", 8501, browse=False)
    assert told in str(refused.value)
    assert "hidden" not in str(refused.value)


def test_a_taken_port_gives_way_to_a_free_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port("127.0.0.1", port) > port


def kpi(*words, folder):
    command = [sys.executable, "-c", "from kpi.cli import main; main()", *words]
    return subprocess.run(
        command, env={**environment(folder), "PATH": ""}, capture_output=True, text=True, check=False, timeout=60
    )


def test_serving_without_a_store_says_what_to_do(tmp_path):
    done = kpi("serve", folder=tmp_path)
    assert done.returncode == 1
    assert "kpi init" in done.stderr
    assert "Traceback" not in done.stderr


def test_sample_data_are_never_put_among_others(tmp_path):
    filled(tmp_path).engine.dispose()
    done = kpi("demo", "--load", folder=tmp_path)
    assert done.returncode == 1
    assert "already holds data" in done.stderr


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Ask a served installation for an address, over HTTP: the answer's status, and where else it leads."""
    folder = tmp_path_factory.mktemp("served")
    opened = filled(folder)
    token = signed_in(opened)
    opened.engine.dispose()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def ask(address):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("GET", address, headers={"cookie": f"kpi_session={token}"})
            answer = connection.getresponse()
            return answer.status, answer.getheader("location")
        finally:
            connection.close()

    command = [sys.executable, "-c", "from kpi.cli import main; main()", "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment(folder)}) as server:
        try:
            for _ in range(150):
                try:
                    ask("/health")
                    break
                except OSError:
                    assert server.poll() is None, "the server ended"
                    time.sleep(0.2)
            yield ask
        finally:
            server.terminate()


@pytest.mark.parametrize(
    ("typed", "leads"),
    [
        ("/overview", "/"),
        ("/overview?", "/"),
        ("/overview?lang=bg&where.region=BG41", "/?lang=bg&where.region=BG41"),
        ("/overview?indicator=%D0%9A1%0A", "/?indicator=%D0%9A1%0A"),
        ("/overview?next=//elsewhere.example/", "/?next=//elsewhere.example/"),
    ],
)
def test_the_overviews_name_leads_to_the_first_page_with_the_same_view(served, typed, leads):
    assert served(typed) == (307, leads)


def test_where_the_overviews_name_leads_there_is_a_page(served):
    assert served("/?lang=bg") == (200, None)


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    """Serve sample data to others: ask ``public(address, host=…)`` for the answer's head, from this machine."""
    folder = tmp_path_factory.mktemp("public")
    opened = filled(folder)
    mark_as_sample(opened)
    token = signed_in(opened)
    opened.engine.dispose()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def ask(address, host="kpi.example.org", token=token, **headers):
        cookie = {"cookie": f"__Host-kpi_session={token}"} if token else {}
        with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
            head = {"Host": host, "Connection": "close", **cookie, **headers}
            written = "".join(f"{name}: {value}\r\n" for name, value in head.items())
            line.sendall(f"GET {address} HTTP/1.1\r\n{written}\r\n".encode())
            return line.makefile("rb").readline().decode().split()[1]

    command = [sys.executable, "-c", "from kpi.cli import main; main()", "serve", "--port", str(port)]
    variables = {
        **os.environ,
        **environment(folder),
        "KPI_PUBLIC_URL": "https://kpi.example.org",
        "KPI_PROXIES": "127.0.0.1",
    }
    with subprocess.Popen([*command, "--address", ELSEWHERE[0]], cwd=ROOT, env=variables) as server:
        try:
            for _ in range(150):
                try:
                    ask("/health")
                    break
                except OSError:
                    assert server.poll() is None, "the server ended"
                    time.sleep(0.2)
            yield ask
        finally:
            server.terminate()


def test_others_sign_in_under_the_public_name(public):
    assert public("/health", token=None) == "200"
    assert public("/sign-in", token=None) == "200"
    assert public("/", token=None) == "401"
    assert public("/") == "200"
    assert public("/health", host="elsewhere.example") == "400"


@pytest.mark.parametrize("host", ["kpi.example.org", "localhost", "127.0.0.1"])
def test_others_never_meet_the_samples_switch_between_roles(public, host):
    for address in ("/", "/play/manager", "/_stcore/host-config", "/administration"):
        assert public(address, host=host, token=None, Cookie="kpi_role=manager") == "401"


def test_the_stream_is_opened_under_the_public_name(public):
    wanted = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Protocol": "streamlit",
    }
    assert public("/_stcore/stream", Origin="https://kpi.example.org", **wanted) == "101"
    assert public("/_stcore/stream", Origin="https://elsewhere.example", **wanted) == "403"
    assert public("/_stcore/stream", token=None, Origin="https://kpi.example.org", **wanted) == "403"
