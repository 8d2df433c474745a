"""What stands in a report: words and figures of one language for one audience, before they become a file.

A report is made of chapters, a chapter of blocks and sections; every format writes the same blocks, so that none of
them can say anything else than the others. All texts are plain: a format makes of them what it calls text.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from kpi.areas import Areas
from kpi.framework.model import Framework
from kpi.language import number
from kpi.measure.model import Measurement
from kpi.problems import N_
from kpi.quarter import Quarter, Window
from kpi.script import written_in

#: A figure as it was published: the fields of a measurement, as other programs read them.
Figure = Mapping[str, Any]


class Audience(StrEnum):
    """For whom a report is made."""

    MANAGEMENT = "management"
    """Everything that the core team sees."""
    FUNDER = "funder"
    """What funders and the public see: the closed set of figures, without the small ones."""


#: What the audiences are called.
AUDIENCES: Mapping[Audience, str] = {
    Audience.MANAGEMENT: N_("For the core team"),
    Audience.FUNDER: N_("For funders and the public"),
}


@dataclass(frozen=True, slots=True)
class Request:
    """Which report is asked for; `where` limits it to one category of each dimension."""

    window: Window
    language: str
    audience: Audience
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Made:
    """What a report was made of: when, by which framework, from how many approved returns, at which end of the log."""

    at: datetime
    framework_version: str
    framework_sha256: str
    returns: int
    log_head: str


@dataclass(frozen=True, slots=True)
class Badge:
    """A verdict: its sign, its word, its tone (``good``, ``risk``, ``bad``, ``none``), and what stands beneath it."""

    sign: str
    word: str
    tone: str
    note: str = ""


Cell = str | Badge


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some sentences; `tone`: ``lead`` (what matters most), ``note`` (beside it), or plain."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Points:
    """Sentences one by one, numbered or not."""

    items: Sequence[str]
    title: str = ""
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure with its name, its unit where it has one, and what stands beneath it."""

    name: str
    value: Cell
    note: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """The figures that matter most, side by side."""

    entries: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Card:
    """A headline figure: its name, value, verdict, and how it changed."""

    name: str
    value: str
    unit: str
    badge: Badge
    change: str = ""


@dataclass(frozen=True, slots=True)
class Cards:
    """The headline figures."""

    entries: Sequence[Card]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads; the first cell of a row names it, the columns in `right` hold numbers. `widths` are shares."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int]
    right: frozenset[int] = frozenset()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entries:
    """Terms and what is said of each, as in a definition."""

    entries: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class BarRow:
    """A category: its name, its value in words, its share, and how long its bar is (0 to 1; none: no number).

    `apart` stands for what lies in no category, such as “not stated”.
    """

    name: str
    written: str
    share: str
    part: float | None
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """A breakdown: a row a category."""

    title: str
    rows: Sequence[BarRow]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """An indicator's course as a chart: what was measured against what was expected.

    `judged`: the judged value at each quarter's end, else each quarter's (or year's) own. `alt` says what it shows.
    """

    title: str
    alt: str
    found: Sequence[Measurement]
    provisional: frozenset[Quarter]
    judged: bool


@dataclass(frozen=True, slots=True)
class Map:
    """Figures on a map: the darker, the more; each area's is written on it.

    `parts` are between 0 and 1, by category (none: no number), `written` what is said of each; `alt` says it all,
    `source` whose map it is.
    """

    title: str
    alt: str
    areas: Areas
    parts: Mapping[str, float | None]
    written: Mapping[str, str]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A story: whose it is and when, and, where it may not be published, a mark."""

    title: str
    text: str
    by: str
    mark: str = ""


Block = Paragraph | Points | Facts | Cards | Table | Entries | Bars | Course | Map | Story


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a chapter with a title of its own; `key` stands before it, an indicator's."""

    title: str
    blocks: Sequence[Block]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter: its blocks, then its sections.

    `listed`: they stand in the contents; `follows`: on paper it goes on where the chapter before it ends.
    """

    title: str
    blocks: Sequence[Block] = ()
    sections: Sequence[Section] = ()
    listed: bool = True
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """A figure that reads differently in a later edition, as it was published: `before` (none: not told), `after`."""

    indicator: str
    window: str
    slice: Mapping[str, str | None]
    before: Figure | None
    after: Figure | None


@dataclass(frozen=True, slots=True)
class Content:
    """A whole report.

    `limits` name the filters, `marks` say what every page must say. `figures` are all its figures as they were
    answered, `now` those of the whole, an indicator each. `changed` is what reads differently than in the edition
    before, where there was one.
    """

    framework: Framework
    request: Request
    title: str
    programme: str
    window: str
    limits: Sequence[str]
    marks: Sequence[str]
    made: Made
    about: Sequence[tuple[str, str | int]]
    chapters: Sequence[Chapter]
    figures: Sequence[Measurement]
    now: Sequence[Measurement]
    changed: Sequence[Changed] | None = None

    @property
    def about_in_words(self) -> list[tuple[str, str]]:
        """What it says of itself, numbers in the form of its language."""
        return [(name, one if isinstance(one, str) else number(one, self.language)) for name, one in self.about]

    @property
    def language(self) -> str:
        """The language that it is written in."""
        return self.request.language

    def other(self, text: str) -> str:
        """Tell in which other language a text is written; empty where it is the report's."""
        return written_in(text, self.language, self.framework.languages)

    def blocks(self) -> Iterator[Block]:
        """Give every block, in the order of the report."""
        for chapter in self.chapters:
            yield from chapter.blocks
            for section in chapter.sections:
                yield from section.blocks
