"""What the browser holds for us, and under which names."""

import os

from kpi.settings import Settings

#: The role that is played in the demonstration.
ROLE = "kpi_role"
_SESSION = "kpi_session"


def is_secure() -> bool:
    """Tell whether people reach the pages by TLS, as the settings' public address says."""
    return Settings.from_environment(os.environ).is_secure


def session_cookie() -> str:
    """Name the cookie that holds the session's token; over TLS a name that no other host can set."""
    return named(_SESSION)


def named(name: str) -> str:
    """Give a cookie's name: over TLS one that browsers take only from this very host."""
    return f"__Host-{name}" if is_secure() else name
