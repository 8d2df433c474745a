"""What whoever looks sees: read from the address, and written back to it."""

from collections.abc import Mapping
from dataclasses import replace

from kpi.access import Deed
from kpi.figures import default_quarter
from kpi.problems import N_, Fault, Problem
from kpi.web import address
from kpi.web.opened import today
from kpi.web.person import allowed, installation, language
from kpi.web.view import View, read

NOT_OPEN = Fault(
    "view.not_open",
    N_("What waits for approval is not open to you."),
    N_("Only approved figures are shown."),
)


def view() -> tuple[View, list[Problem]]:
    """Give what the reader looks at, and what the address asks for that is not known or not open to them."""
    framework = installation().framework
    day = today()
    found, problems = read(address.params(), framework, default_quarter(framework, day), day)
    if found.provisional and not allowed(Deed.SEE_WAITING):
        found = replace(found, provisional=False)
        problems.append(NOT_OPEN.at())
    return found, problems


def keep(found: View) -> Mapping[str, str]:
    """Put the view into the address, and keep it for the next page."""
    written = found.params(language())
    address.write(written)
    return written
