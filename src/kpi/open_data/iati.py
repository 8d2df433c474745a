"""IATI 2.03: the programme as an activity of the International Aid Transparency Initiative, with its results.

A figure that is not shown has no place in the standard, which asks for a number in every ``actual``: it is left out,
and its indicator's description says that there is such a one.
"""

from xml.etree import ElementTree as ET

from kpi.framework.model import Iati
from kpi.language import Text, tr
from kpi.open_data.dataset import Dataset
from kpi.open_data.iati_results import results
from kpi.open_data.iati_xml import Words, attributes, narrated
from kpi.open_data.package import said
from kpi.open_data.terms import source
from kpi.problems import N_

_VERSION = "2.03"
#: Codes of IATI's lists: an activity that goes on, one that began, whoever carries it out, the OECD's list of sectors,
#: an enquiry in general, an administrative region, a description of another kind.
_IMPLEMENTATION, _PLANNED, _STARTED, _IMPLEMENTING, _DAC, _GENERAL, _REGION = "2", "1", "2", "4", "1", "1", "1"
_OTHER = "4"


def activities(dataset: Dataset, language: str) -> bytes:
    """Write the dataset as IATI's XML, `language` being the one that goes without saying.

    Raises a `KeyError` where the framework does not say how it appears in IATI.
    """
    framework = dataset.framework
    if framework.open_data is None or framework.open_data.iati is None:
        raise KeyError(_VERSION)
    made = dataset.made.at.isoformat(timespec="seconds")
    root = ET.Element("iati-activities", {"version": _VERSION, "generated-datetime": made})
    activity = ET.SubElement(root, "iati-activity", {"last-updated-datetime": made, "hierarchy": "1"})
    activity.set("{http://www.w3.org/XML/1998/namespace}lang", language)
    if framework.money is not None:
        activity.set("default-currency", framework.money.currency)
    words = Words(framework, language)
    _about(activity, dataset, framework.open_data.iati, words)
    results(activity, dataset, words)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _about(activity: ET.Element, dataset: Dataset, declared: Iati, words: Words) -> None:
    """Write what stands before the results, in the order that the standard asks for."""
    programme = dataset.framework.programme
    ET.SubElement(activity, "iati-identifier").text = declared.activity
    reporting = attributes(activity, "reporting-org", ref=declared.reporting.ref, type=declared.reporting.type)
    words.add(reporting, declared.reporting.label)
    narrated(activity, "title", programme.name, words)
    narrated(activity, "description", _description(dataset, declared, words), words).set("type", "1")
    narrated(activity, "description", _terms(dataset, words), words).set("type", _OTHER)
    for one in (declared.reporting, *declared.participating):
        words.add(attributes(activity, "participating-org", role=_IMPLEMENTING, ref=one.ref, type=one.type), one.label)
    attributes(activity, "activity-status", code=_IMPLEMENTATION)
    starts = programme.starts.starts
    begun = _STARTED if starts <= dataset.made.at.astimezone().date() else _PLANNED
    attributes(activity, "activity-date", type=begun, iso_date=starts.isoformat())
    contact = attributes(activity, "contact-info", type=_GENERAL)
    narrated(contact, "department", programme.contact.name, words)
    if programme.contact.email is not None:
        ET.SubElement(contact, "email").text = programme.contact.email
    attributes(activity, "recipient-country", code=declared.country)
    _locations(activity, dataset, words)
    attributes(activity, "sector", vocabulary=_DAC, code=declared.sector)


def _description(dataset: Dataset, declared: Iati, words: Words) -> Text:
    placeholder = N_("The identifiers are placeholders: the programme is not registered under them.")
    more = {code: [] if declared.confirmed else [tr(placeholder, code)] for code in words.languages}
    return {code: " ".join([*said(dataset, code), *more[code]]) for code in words.languages}


def _terms(dataset: Dataset, words: Words) -> Text:
    """Say how the data are named by whoever uses them, and where their licence is found."""
    made, terms = dataset.made.at.astimezone().date(), dataset.framework.open_data
    address = f" ({terms.licence.path})" if terms is not None else ""
    return {code: f"{source(dataset.framework, made, code)}{address}" for code in words.languages}


def _locations(activity: ET.Element, dataset: Dataset, words: Words) -> None:
    """Declare the places that figures refer to."""
    for dimension, known in dataset.places.items():
        categories = words.framework.dimensions[dimension].categories.items()
        for key, category in ((key, one) for key, one in categories if key in known):
            location = attributes(activity, "location", ref=f"{dimension}.{key}")
            narrated(location, "name", category.label, words)
            attributes(location, "location-class", code=_REGION)
