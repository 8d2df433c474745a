"""The server's door, and what stands in the way of serving."""

import asyncio
import http.client
import json
import os
import socket
import subprocess
import sys
import time

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from kpi.cli.common import CalledWronglyError
from kpi.cli.serve import free_port, run
from kpi.web.door import MIDDLEWARE, ROUTES
from showing import ROOT, environment, filled


@pytest.fixture
def door():
    """Ask the door for a path: the answer's status, headers and body."""
    page = Route("/page", lambda _: PlainTextResponse("page"))
    application = Starlette(routes=[*ROUTES, page], middleware=MIDDLEWARE)

    def ask(path, host="127.0.0.1:8501"):
        told = []

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            told.append(message)

        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "scheme": "http"}
        scope["headers"] = [(b"host", host.encode())]
        asyncio.run(application(scope, receive, send))
        headers = {name.decode(): value.decode() for name, value in told[0]["headers"]}
        return told[0]["status"], headers, b"".join(one.get("body", b"") for one in told)

    return ask


def test_health_is_answered(door):
    status, _, body = door("/health")
    assert status == 200
    assert json.loads(body) == {"status": "ok"}


def test_every_answer_keeps_the_page_to_itself(door):
    for path, expected in (("/health", 200), ("/page", 200), ("/not-there", 404)):
        status, headers, _ = door(path)
        assert status == expected
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe-eval" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"


def test_another_hosts_name_is_refused(door):
    assert door("/page", host="elsewhere.example")[0] == 400
    assert door("/page", host="testserver")[0] == 400


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_each_address_that_can_be_served_is_answered(door, host):
    assert door("/page", host=f"{host}:8501")[0] == 200
    assert door("/page", host=host)[0] == 200


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.5", "127.0.0.5", "::", "example.org", ""])  # noqa: S104 (refused, that is the point)
def test_only_this_machine_itself_is_served(address):
    with pytest.raises(CalledWronglyError) as refused:
        run(address, 8501, browse=False)
    assert address in str(refused.value)


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
    filled(folder).engine.dispose()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def ask(address):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("GET", address)
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
