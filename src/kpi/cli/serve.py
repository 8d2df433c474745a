"""`kpi serve`, `kpi demo`: the pages, on this machine or for others."""

import errno
import os
import runpy
import socket
import sys
import threading
import time
import webbrowser
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn

from kpi.cast import LOCAL
from kpi.cli.common import FAULTY, CalledWronglyError, bar, installation, now, out, say, settings, speak, spoken
from kpi.cli.store import init, person
from kpi.demo import SampleFaultyError, SampleMissingError, StoreNotEmptyError, load
from kpi.figures import overview
from kpi.language import said
from kpi.problems import N_
from kpi.sessions import can_anybody_sign_in
from kpi.settings import LOCALHOST, OFF, ON, PORT, Settings, is_kept_private, missing, unclear

APP = Path(__file__).resolve().parents[3] / "app.py"
_TRIED = 50
_UPLOAD_MB = 20

#: What the server is told, whatever a configuration file says: it shows no tracebacks and phones nobody.
OPTIONS: dict[str, Any] = {
    "server.headless": True,
    "server.fileWatcherType": "none",
    "server.maxUploadSize": _UPLOAD_MB,
    "server.enableStaticServing": False,
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "runner.postScriptGC": False,
    "logger.hideWelcomeMessage": True,
}


def serve(
    *,
    address: Annotated[
        str,
        typer.Option(
            "--address",
            help=N_(
                "Where to listen: on this machine alone or, once people can sign in, for others too, like 0.0.0.0."
            ),
        ),
    ] = LOCALHOST,
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, help=N_("Where to listen; else the next free one."))
    ] = PORT,
) -> None:
    """Serve the pages, until Ctrl+C."""
    run(address, port, browse=False)


def demo(
    *,
    only_load: Annotated[
        bool, typer.Option("--load", help=N_("Fill an empty store with sample data and stop."))
    ] = False,
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, help=N_("Where to listen; else the next free one."))
    ] = PORT,
) -> None:
    """Fill an empty store with sample data, then serve the pages on this machine."""
    init()
    _fill(required=only_load)
    if not only_load:
        run(LOCALHOST, port, browse=True)


def _fill(*, required: bool) -> None:
    """Load the sample; where the store holds other data, say so, and go on unless the sample was `required`."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    opened = installation()
    try:
        with bar(*columns) as shown:
            task = shown.add_task(speak(N_("Sample returns")), total=None)
            loaded = load(opened, at=now(), by=person(), progress=lambda count: shown.update(task, completed=count))
    except StoreNotEmptyError as fault:
        say(said(fault, spoken()))
        if required:
            raise typer.Exit(FAULTY) from fault
        say(speak(N_("The data that are there are shown.")))
    except (SampleMissingError, SampleFaultyError) as fault:
        say(said(fault, spoken()))
        raise typer.Exit(FAULTY) from fault
    else:
        fresh = N_("Sample data: {organisations} organisations and {returns} returns were loaded.")
        text = fresh if loaded.returns else N_("Sample data: all there already.")
        out(speak(text, organisations=loaded.organisations, returns=loaded.returns))


def run(address: str, port: int, *, browse: bool) -> None:
    """Check what the pages rest on, then serve them; raise what is wrong before the server starts."""
    configured = settings()
    _check_provider(configured)
    if (found := unclear(os.environ)) is not None:
        text = N_("KPI_PUBLIC is “{found}”. For a public page write one of {on}; for none, one of {off}.")
        raise CalledWronglyError(text, found=found, on=", ".join(ON), off=", ".join(OFF))
    if not _is_loopback(address):
        _check_open(address, configured)
    if not APP.is_file():
        say(
            speak(N_("The pages are not here: there is no {file}. They come with the project's source."), file=str(APP))
        )
        raise typer.Exit(FAULTY)
    if not overview(installation()).organisations:
        say(speak(N_("The store is empty: bring in organisations, or try “kpi demo --load”.")))
    chosen = free_port(address, port)
    if chosen != port:
        say(speak(N_("Port {port} is in use; {chosen} is taken instead."), port=str(port), chosen=str(chosen)))
    url = f"http://{f'[{address}]' if ':' in address else address}:{chosen}"
    out(speak(N_("The pages are at {url} – stop with Ctrl+C."), url=configured.public_url or url))
    sys.stdout.flush()
    if browse and _has_desktop():
        threading.Thread(target=_browse, args=(address, chosen, url), daemon=True).start()
    # The server looks for its configuration (the theme) beside the script that was started.
    sys.argv = [str(APP)]
    application = runpy.run_path(str(APP))["app"]
    # Streams are opened to pages of the public name, and nobody is asked what that might be.
    own = {"browser.serverAddress": configured.host} if configured.host else {}
    application.run(config={**OPTIONS, **own, "server.address": address, "server.port": chosen})


def _check_open(address: str, configured: Settings) -> None:
    """Raise `CalledWronglyError` where others could reach the pages though nobody can sign in to them safely."""
    try:
        ip_address(address)
    except ValueError as fault:
        text = N_("“{found}” is no address; give one as numbers, like 0.0.0.0, or leave it out")
        raise CalledWronglyError(text, found=address) from fault
    if configured.public_url is None:
        text = N_(
            "On {found} others reach the pages. Say in KPI_PUBLIC_URL under which address they do, like "
            "https://kpi.example.org; without it the pages are shown on {local} only."
        )
        raise CalledWronglyError(text, found=address, local=LOCALHOST)
    if not is_kept_private(configured.public_url):
        text = N_("KPI_PUBLIC_URL is “{found}”. Passwords are not sent in the open: it has to begin with https://.")
        raise CalledWronglyError(text, found=configured.public_url)
    if configured.proxies is None:
        text = N_(
            "Behind a proxy everybody would seem to come from its address, and a few wrong passwords would keep "
            "everybody out. Say in KPI_PROXIES which address it has; {local} where it runs on this machine."
        )
        raise CalledWronglyError(text, local=LOCALHOST)
    if not can_anybody_sign_in(installation(), elsewhere=configured.provider is not None, at=now()):
        text = N_(
            "Nobody can sign in yet. Invite the first person: kpi user add EMAIL --name NAME --role administrator"
        )
        raise CalledWronglyError(text)


def _check_provider(configured: Settings) -> None:
    """Raise `CalledWronglyError` where what is said of the other service does not suffice to ask it."""
    if lacking := missing(os.environ):
        text = N_("To sign in by another service, set {missing} too; to do without it, set none of these variables.")
        raise CalledWronglyError(text, missing=lacking)
    if configured.provider is not None and not is_kept_private(configured.provider.issuer):
        text = N_("KPI_OIDC_ISSUER is “{found}”. It has to begin with https://.")
        raise CalledWronglyError(text, found=configured.provider.issuer)


def _is_loopback(address: str) -> bool:
    """Tell whether an address is one that the door answers to."""
    return address in {host.strip("[]") for host in LOCAL}


def free_port(address: str, port: int) -> int:
    """Give the port, or the next one that nobody listens on."""
    for candidate in range(port, min(port + _TRIED, 65536)):
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as tried:
            if sys.platform != "win32":
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind((address, candidate))
            except OSError as fault:
                if fault.errno == errno.EADDRNOTAVAIL:
                    raise CalledWronglyError(N_("“{found}” is no address of this machine"), found=address) from fault
                continue
            return candidate
    raise CalledWronglyError(N_("no free port from {port} on; name another one with --port"), port=str(port))


def _has_desktop() -> bool:
    """Tell whether somebody sits before this machine: a browser opened elsewhere helps nobody."""
    if not sys.stdout.isatty() or os.environ.get("SSH_CONNECTION"):
        return False
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _browse(address: str, port: int, url: str) -> None:
    """Open the browser as soon as the server answers."""
    for _ in range(100):
        try:
            socket.create_connection((address, port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            webbrowser.open(url)
            return
