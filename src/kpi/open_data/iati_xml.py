"""Pieces of IATI's XML: texts in several languages, and attributes."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from kpi.framework.model import Framework
from kpi.language import Text, pick

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Words:
    """Texts in every language of a framework, one of which is the `usual` one and goes without saying."""

    framework: Framework
    usual: str

    @property
    def languages(self) -> Sequence[str]:
        """The languages, the usual one first."""
        return sorted(self.framework.languages, key=lambda one: one != self.usual)

    def add(self, above: ET.Element, text: Text) -> None:
        """Write a text in every language."""
        for language in self.languages:
            narrative = ET.SubElement(above, "narrative")
            if language != self.usual:
                narrative.set(_LANG, language)
            narrative.text = pick(text, language)


def attributes(above: ET.Element, tag: str, **values: str) -> ET.Element:
    """Add an element with attributes; `iso_date` stands for ``iso-date``."""
    return ET.SubElement(above, tag, {name.replace("_", "-"): value for name, value in values.items()})


def narrated(above: ET.Element, tag: str, text: Text, words: Words) -> ET.Element:
    """Add an element with a text in every language."""
    element = ET.SubElement(above, tag)
    words.add(element, text)
    return element
