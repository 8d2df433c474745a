"""The cast of the demonstration: one person for each role, as whom anybody may look around in sample data.

They are no accounts. They are there only where the store holds sample data and the program is asked on this very
machine, by its own name; whoever asks from elsewhere has to sign in. Where there is a public address everybody has to:
behind a proxy on this machine, whoever comes from elsewhere may look as if they came from here.
"""

import os
from ipaddress import ip_address

from kpi.access import ROLE_NAMES, ROLES, Person, Role
from kpi.figures import is_sample
from kpi.framework.model import Framework
from kpi.installation import Installation
from kpi.language import tr
from kpi.settings import Settings
from kpi.store import organisations
from kpi.store.engine import reading

#: The names of this machine itself.
LOCAL = ("127.0.0.1", "localhost", "[::1]")
_NAMES = frozenset(name.strip("[]") for name in LOCAL)


def is_local(host: str | None, client: str | None) -> bool:
    """Tell whether a request comes from this machine and calls it by one of its own names; no other is made known."""
    public = Settings.from_environment(os.environ).host
    if public is not None and public not in _NAMES:
        return False
    name = (host or LOCAL[0]).rpartition(":")[0] if (host or "").rpartition(":")[2].isdigit() else host or LOCAL[0]
    if name.casefold() not in LOCAL:
        return False
    try:
        return client is None or ip_address(client).is_loopback
    except ValueError:
        return False


def name(framework: Framework, role: Role) -> str:
    """Name somebody of the cast after the role, in the programme's first language."""
    return tr(ROLE_NAMES[role], framework.languages[0])


def plays(installation: Installation) -> bool:
    """Tell whether the store holds sample data, so that there is somebody to play."""
    with reading(installation.engine) as session:
        return is_sample(session)


def played(installation: Installation, role: str | None) -> Person:
    """Give who is played: the core team, where nothing else was chosen."""
    chosen = Role(role) if role in {one.value for one in ROLES} else Role.MANAGER
    if chosen is not Role.REPORTER:
        return Person(name(installation.framework, chosen), chosen)
    with reading(installation.engine) as session:
        codes = [one.code for one in organisations.all(session) if one.active_until is None]
    return Person(name(installation.framework, chosen), chosen, organisations=frozenset(codes[:1]))
