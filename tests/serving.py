"""A served installation, and a browser before it: what the tests share that need both."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from conftest import leave_out
from showing import ROOT, environment

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: How long what a page shows is waited for, in milliseconds: a busy machine takes its time.
PATIENCE = 90_000
#: A page that is drawn to its end.
IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
_STARTED = 180


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve the installation in a folder; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-c", "from kpi.cli import main; main()", "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment(folder)}) as server:
        try:
            _answers(address, server)
            yield address
        finally:
            server.terminate()


def _answers(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _STARTED
    while True:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5):  # noqa: S310 (of our own server)
                return
        except OSError:
            assert server.poll() is None, "the server ended"
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.2)


@contextmanager
def browsing() -> Iterator[Any]:
    """Give a browser; leave the test out where there is none."""
    if CHROMIUM is None:
        leave_out("chromium is not installed")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
