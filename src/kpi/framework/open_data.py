"""What open data say of themselves: under which licence they are given, and under which names in IATI's register."""

from typing import Annotated, Literal

from pydantic import Field

from kpi.framework.base import Frozen, Words

#: What IATI takes a level of the results chain for: 1 output, 2 outcome, 3 impact, 9 other (its list *ResultType*).
ResultType = Literal["1", "2", "3", "9"]
#: An identifier of IATI holds none of the signs that mean something in its register.
Identifier = Annotated[str, Field(pattern=r"^[^\s/&|?]+$", max_length=100)]


class Licence(Frozen):
    """On which terms open data may be used."""

    name: Annotated[str, Field(pattern=r"^[-A-Za-z0-9._]+$")]
    """Its name in the list of open licences: ``CC-BY-4.0``."""
    label: Words
    """Its name, as people see it."""
    path: Annotated[str, Field(pattern=r"^https?://\S+$")]
    """The address of its text."""


class Organisation(Frozen):
    """An organisation as IATI knows it."""

    ref: Identifier
    """Its identifier: the register of organisations it stands in, and its number there."""
    type: Annotated[str, Field(pattern=r"^\d\d$")]
    """Its kind, from IATI's list *OrganisationType*: 15 other public sector, 22 national NGO, 60 foundation…"""
    label: Words
    """Its name, as people see it."""


class Iati(Frozen):
    """How the programme appears as an activity of the International Aid Transparency Initiative, version 2.03."""

    activity: Identifier
    """The activity's identifier: that of the reporting organisation, and a name of its own behind it."""
    reporting: Organisation
    """Who reports the activity."""
    participating: tuple[Organisation, ...] = ()
    """Who else takes part in carrying it out."""
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    """The country in which it takes place, by ISO 3166."""
    sector: Annotated[str, Field(pattern=r"^\d{5}$")]
    """What it is about: a code of five digits from the list of the OECD's Development Assistance Committee."""
    confirmed: bool = False
    """False while the identifiers are placeholders, under which nothing may be put into the register."""


class OpenData(Frozen):
    """What open data say of themselves."""

    licence: Licence
    """On which terms they may be used."""
    homepage: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    """Where people find the programme; absent where there is no such page."""
    iati: Iati | None = None
    """How the programme appears in IATI; absent where it does not."""
