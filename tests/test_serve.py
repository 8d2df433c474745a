"""What stands in the way of serving, and what is served."""

import http.client
import os
import socket
import subprocess
import sys
import time

import pytest

from kpi.cli.common import CalledWronglyError
from kpi.cli.serve import free_port, run
from showing import ROOT, environment, filled, signed_in


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
