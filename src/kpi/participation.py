"""Who takes part in a quarter: an organisation that is known, in its time, once the quarter has begun."""

from datetime import date

from sqlmodel import Session

from kpi import recall
from kpi.framework.model import Framework
from kpi.measure.model import Organisation
from kpi.problems import N_, Fault, Own, Place, Problem, SaidError
from kpi.quarter import Quarter

NOT_REPORTING = Fault(
    "return.not_reporting",
    N_("{organisation} does not report for {quarter}."),
    N_("It takes part from {first}{last}."),
)
NOT_BEGUN = Fault(
    "return.not_begun",
    N_("{quarter} has not begun yet."),
    N_("Look at the quarter on the first sheet; download the workbook of the right one."),
)


class UnknownOrganisationError(SaidError):
    """There is no organisation with this code in the store."""

    text = N_("There is no organisation with the code “{code}”.")

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code=code)


class NotReportingError(SaidError):
    """The organisation takes no part in the quarter."""

    text = N_("{organisation} does not report for {quarter}: it takes part from {first}{last}.")

    def __init__(self, organisation: Organisation, quarter: Quarter) -> None:
        self.organisation, self.quarter = organisation, quarter
        super().__init__(organisation=organisation.code, quarter=quarter, **_time_of(organisation))


class NotBegunError(SaidError):
    """The quarter lies ahead."""

    text = N_("{quarter} has not begun yet: it can be reported from {day} on.")

    def __init__(self, quarter: Quarter) -> None:
        super().__init__(quarter=quarter, day=quarter.starts)


def known(session: Session, framework: Framework, code: str) -> Organisation:
    """Give the organisation with a code; raise `UnknownOrganisationError` where there is none."""
    found = recall.organisation(session, framework, code=code)
    if found is None:
        raise UnknownOrganisationError(code)
    return found


def taking_part(session: Session, framework: Framework, code: str, quarter: Quarter, today: date) -> Organisation:
    """Give the organisation with a code that reports for a quarter.

    Nothing is taken for a quarter that lies ahead, so nothing is given out: the rows of the quarter before are not
    known yet, and what is filled in could not be handed in.

    Raises `UnknownOrganisationError`, `NotReportingError`, `NotBegunError`.
    """
    found = known(session, framework, code)
    if not found.active_in(quarter):
        raise NotReportingError(found, quarter)
    if quarter.starts > today:
        raise NotBegunError(quarter)
    return found


def untimely(organisation: Organisation, quarter: Quarter, today: date) -> list[Problem]:
    """Say why a file cannot be taken for a quarter: a mistyped year would lie unnoticed until it comes."""
    problems = []
    if not organisation.active_in(quarter):
        values = {"organisation": organisation.name, "quarter": quarter, **_time_of(organisation)}
        problems.append(NOT_REPORTING.at(Place(), **values))
    if quarter.starts > today:
        problems.append(NOT_BEGUN.at(Place(), quarter=quarter))
    return problems


def _time_of(organisation: Organisation) -> dict[str, object]:
    until = organisation.active_until
    return {"first": organisation.active_from, "last": Own(N_(" to {until}"), until=until) if until else ""}
