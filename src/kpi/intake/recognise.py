"""Whose return an uploaded workbook is, and for which quarter; or why it is none that can be taken."""

from collections.abc import Mapping
from dataclasses import dataclass

from kpi.framework.model import Framework
from kpi.intake import layout
from kpi.intake.identity import Identity, identify, visible
from kpi.intake.reader import Book
from kpi.measure.model import Organisation
from kpi.problems import N_, Fault, Problem
from kpi.quarter import NotAQuarterError, Quarter

NOT_A_RETURN = Fault(
    "workbook.not_a_return",
    N_("This file is not a return: it does not say which organisation and quarter it was made for."),
    N_("Download the template for your organisation and quarter, and fill that in."),
)

OTHER_PROGRAMME = Fault(
    "workbook.other_programme",
    N_("This return was made for another programme, “{found}”."),
    N_("Upload one made for “{programme}”."),
)

UNKNOWN_ORGANISATION = Fault(
    "workbook.unknown_organisation",
    N_("The organisation “{found}” is not on the programme's list."),
    N_("Download a new template for your organisation, or ask the programme's team to add it."),
)

OTHER_ORGANISATION = Fault(
    "workbook.other_organisation",
    N_("This return was made for another organisation, {found}."),
    N_("Upload the return of {organisation}."),
)

NOT_A_QUARTER = Fault(
    "workbook.not_a_quarter",
    N_("“{found}”, for which this return was made, is not a quarter."),
    N_("Download a new template for the quarter that you report."),
)

OTHER_QUARTER = Fault(
    "workbook.other_quarter",
    N_("This return was made for another quarter, {found}."),
    N_("Upload the return for {quarter}; copy nothing from one quarter's file into another's."),
)

CHANGED_IDENTITY = Fault(
    "workbook.changed_identity",
    N_("The first sheet says {found}, but the file was made for {organisation}, {quarter}."),
    N_("Download the template made for the organisation and quarter that you report."),
)


@dataclass(frozen=True, slots=True)
class Recognised:
    """A return of a known organisation for a quarter.

    `language` is one of the framework's. `is_whole` tells that the hidden sheet was there, `is_old` that the template
    was made from another version of the framework or with other forms, columns or rows.
    """

    identity: Identity
    organisation: Organisation
    quarter: Quarter
    language: str
    is_whole: bool
    is_old: bool


def recognise(
    framework: Framework,
    book: Book,
    *,
    organisations: Mapping[str, Organisation],
    expected_organisation: str | None = None,
    expected_quarter: Quarter | None = None,
) -> tuple[Recognised | None, list[Problem]]:
    """Say whose return a workbook is; nothing where it is none, or not the one expected."""
    told = identify(book)
    shown = visible(book, layout.spoken(framework))
    identity = told or shown
    if identity is None:
        return None, [NOT_A_RETURN.at()]
    if told is not None and told.framework_key != framework.programme.key:
        return None, [OTHER_PROGRAMME.at(found=told.framework_key, programme=framework.programme.name)]
    quarter, problems = _whose(identity, organisations, expected_organisation, expected_quarter)
    if told and shown and (shown.organisation, shown.quarter) != (told.organisation, told.quarter):
        found = f"{shown.organisation}, {shown.quarter}"
        problems.append(CHANGED_IDENTITY.at(found=found, organisation=told.organisation, quarter=told.quarter))
    if quarter is None or problems:
        return None, problems
    organisation = organisations[identity.organisation]
    language = identity.language if identity.language in framework.languages else framework.languages[0]
    asked = framework.asked_forms(organisation.attributes, quarter)
    made_now = (framework.programme.version, layout.template_id(framework, asked, quarter))
    is_old = told is not None and (told.framework_version, told.template_id) != made_now
    return Recognised(identity, organisation, quarter, language, told is not None, is_old), []


def _whose(
    identity: Identity,
    organisations: Mapping[str, Organisation],
    expected_organisation: str | None,
    expected_quarter: Quarter | None,
) -> tuple[Quarter | None, list[Problem]]:
    """Check that the return is of a known organisation and of the expected one and quarter."""
    problems = []
    if identity.organisation not in organisations:
        problems.append(UNKNOWN_ORGANISATION.at(found=identity.organisation))
    elif expected_organisation not in (None, identity.organisation):
        expected = organisations.get(expected_organisation or "")
        problems.append(
            OTHER_ORGANISATION.at(
                found=organisations[identity.organisation].name,
                organisation=expected.name if expected else expected_organisation,
            )
        )
    try:
        quarter = Quarter.parse(identity.quarter)
    except NotAQuarterError:
        return None, [*problems, NOT_A_QUARTER.at(found=identity.quarter)]
    if expected_quarter not in (None, quarter):
        problems.append(OTHER_QUARTER.at(found=quarter, quarter=expected_quarter))
    return quarter, problems
