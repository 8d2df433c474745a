"""What the environment says: which store, which framework, where the data are.

======================  ======================================================================================
variable                meaning, and what holds without it
======================  ======================================================================================
KPI_DATABASE_URL        the store, ``sqlite:///…`` or ``postgresql://…``; ``kpi.sqlite3`` in the data directory
KPI_FRAMEWORK           the framework's file; ``indicators.yaml`` here, else in the project's own folder
KPI_DATA_DIR            the data directory; ``data`` in the project's own folder, else the user's own
KPI_PUBLIC_URL          where people reach the pages, ``https://kpi.example.org``; none: this machine only
KPI_PUBLIC              1 (or true, yes, on): what is published is shown to everybody, at ``/public``; off
KPI_PROXIES             the addresses of proxies, with commas, whose word on where a request comes from is taken; none
KPI_OIDC_ISSUER         who else says who somebody is (OpenID Connect), ``https://login.example.org``; passwords alone
KPI_OIDC_CLIENT_ID      the name by which that service knows this installation
KPI_OIDC_CLIENT_SECRET  the secret shared with it
KPI_OIDC_NAME           what people call that service, for the button; the name of its host
KPI_LANG                the language of the commands' sentences (`kpi.cli.common.spoken`); the locale's, else English
KPI_SMTP_URL            ``smtps://user:password@mail.example.org`` or ``smtp+starttls://…`` (`kpi.mail`); no mail
KPI_SMTP_CA             a file with the certificates to trust for it; the system's own
KPI_MAIL_FROM           the address from which letters come, ``kpi@example.org``; no mail
KPI_KEEP_UPLOADS_YEARS  how many years uploaded files are kept (`kpi.retention`); for ever
KPI_KEEP_ACCOUNTS_DAYS  how many days after it was disabled an account keeps its name and address; for ever
======================  ======================================================================================

A variable that is set but empty counts as not set. Nothing is read or made at import.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

PROJECT = "social-innovation-kpi"
FRAMEWORK_FILE = "indicators.yaml"
STORE_FILE = "kpi.sqlite3"
#: Where the pages are unless another port or address is named.
LOCALHOST, PORT = "127.0.0.1", 8501
#: How a switch is turned on, and off.
ON, OFF = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
#: The variables without which the other service cannot be asked.
PROVIDER = ("KPI_OIDC_ISSUER", "KPI_OIDC_CLIENT_ID", "KPI_OIDC_CLIENT_SECRET")


@dataclass(frozen=True, slots=True)
class Provider:
    """Another service that says who somebody is, by OpenID Connect."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run. What may hold a password stays out of `repr`.

    What only some commands need is kept as it is written, and understood by them.
    """

    database_url: str = field(repr=False)
    framework: Path
    data_dir: Path
    public_url: str | None = None
    public: bool = False
    proxies: str | None = None
    provider: Provider | None = None
    smtp_url: str | None = field(default=None, repr=False)
    smtp_ca: Path | None = None
    mail_from: str | None = None
    keep_uploads_years: str | None = None
    keep_accounts_days: str | None = None

    @property
    def is_secure(self) -> bool:
        """Tell whether people reach the pages by TLS."""
        return (self.public_url or "").startswith("https://")

    @property
    def address(self) -> str:
        """Give the address under which people reach the pages: the public one, else this machine's own."""
        return self.public_url or f"http://{LOCALHOST}:{PORT}"

    @property
    def host(self) -> str | None:
        """Give the host's name of the public address."""
        return urlsplit(self.public_url).hostname if self.public_url else None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], *, cwd: Path | None = None) -> Self:
        """Read the settings; `cwd` is the working directory, by default the process's own.

        No folder or file is made, and nothing needs to exist yet.
        """
        here = cwd or Path.cwd()
        checkout = _checkout()
        data_dir = _path(environ.get("KPI_DATA_DIR"), here) or _data_dir(environ, checkout)
        framework = _path(environ.get("KPI_FRAMEWORK"), here) or _framework(here, checkout)
        url = environ.get("KPI_DATABASE_URL", "").strip() or f"sqlite:///{(data_dir / STORE_FILE).as_posix()}"
        public = environ.get("KPI_PUBLIC_URL", "").strip().rstrip("/") or None
        return cls(
            database_url=url,
            framework=framework,
            data_dir=data_dir,
            public_url=public,
            public=_switch(environ) in ON,
            proxies=_given(environ, "KPI_PROXIES"),
            provider=_provider(environ),
            smtp_url=_given(environ, "KPI_SMTP_URL"),
            smtp_ca=_path(environ.get("KPI_SMTP_CA"), here),
            mail_from=_given(environ, "KPI_MAIL_FROM"),
            keep_uploads_years=_given(environ, "KPI_KEEP_UPLOADS_YEARS"),
            keep_accounts_days=_given(environ, "KPI_KEEP_ACCOUNTS_DAYS"),
        )


def unclear(environ: Mapping[str, str]) -> str | None:
    """Give what KPI_PUBLIC says where that means neither on nor off: nothing is shown to everybody then."""
    return None if _switch(environ) in {*ON, *OFF, ""} else environ["KPI_PUBLIC"]


def _switch(environ: Mapping[str, str]) -> str:
    return environ.get("KPI_PUBLIC", "").strip().lower()


def _given(environ: Mapping[str, str], name: str) -> str | None:
    return environ.get(name, "").strip() or None


def _provider(environ: Mapping[str, str]) -> Provider | None:
    """Give the other service where all is said that is needed to ask it; `missing` tells what is not."""
    if missing(environ) or not _given(environ, PROVIDER[0]):
        return None
    issuer, client_id, secret = (environ[name].strip() for name in PROVIDER)
    return Provider(issuer, client_id, secret, _given(environ, "KPI_OIDC_NAME") or urlsplit(issuer).hostname or issuer)


def missing(environ: Mapping[str, str]) -> list[str]:
    """Name the variables of the other service that are not set though another of them is."""
    given = {name: _given(environ, name) is not None for name in PROVIDER}
    return [name for name, there in given.items() if not there] if any(given.values()) else []


def is_kept_private(address: str) -> bool:
    """Tell whether what goes to and from an address is read by nobody on the way: by TLS, or within this machine."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"localhost", LOCALHOST, "::1"})
    )


def _path(text: str | None, here: Path) -> Path | None:
    return here / Path(text.strip()).expanduser() if text and text.strip() else None


@cache
def _checkout() -> Path | None:
    """Give the project's own folder where the package runs from its source, else nothing."""
    root = Path(__file__).resolve().parents[2]
    return root if (root / "pyproject.toml").is_file() else None


def _framework(here: Path, checkout: Path | None) -> Path:
    beside = here / FRAMEWORK_FILE
    return beside if beside.is_file() or checkout is None else checkout / FRAMEWORK_FILE


def _data_dir(environ: Mapping[str, str], checkout: Path | None) -> Path:
    if checkout is not None and os.access(checkout, os.W_OK):
        return checkout / "data"
    if sys.platform == "win32":
        base = environ.get("LOCALAPPDATA")
        return (Path(base) if base else Path.home() / "AppData" / "Local") / PROJECT
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / PROJECT
    base = environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / PROJECT
