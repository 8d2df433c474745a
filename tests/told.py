"""A store whose people write what no format should take for its own, and reports of it read back as text."""

import io
import re
import shutil
import subprocess
from datetime import UTC, date, datetime
from html.parser import HTMLParser

from docx import Document

from conftest import leave_out
from kpi.access import OPERATOR
from kpi.follow_up import open_action
from kpi.measure.model import Organisation
from kpi.organisations import list_organisations
from kpi.quarter import Quarter, Window
from kpi.records import FormState, Record, ReportedForm, ReturnContent
from kpi.report.content import Audience, Request
from kpi.report.gather import gather
from showing import NOW, START, _store, filled

TODAY, AT = date(2025, 11, 3), datetime(2025, 11, 3, 12, tzinfo=UTC)
YTD = Window.year_to_date(Quarter(2025, 3))

#: Markup of every format that there is, and of spreadsheets; each is a text like any other.
TRICKS = (
    '=HYPERLINK("http://x.example","here")',
    "<script>alert(1)</script><b>bold</b>",
    "#panic() *strong* _weak_ $x^2$ @ref `raw` = Head",
    "+1 -2 @cmd \\ // /* 漢字 😀 */",
)
ORGANISATION = Organisation(
    "TRK",
    {"en": TRICKS[2], "bg": TRICKS[1]},
    {"type": "ngo", "seat": "BG421", "role": "partner"},
    START,
)


def troubled(folder):
    """The store of `showing.filled`, with stories, findings and an action that hold such texts."""
    opened = filled(folder)
    list_organisations(opened, [ORGANISATION], by="one", at=NOW)
    stories = tuple(
        Record(number, None, {"title": text, "summary": f"{text}.", "theme": "poverty", "consent": number > 1})
        for number, text in enumerate(TRICKS, 1)
    )
    findings = tuple(
        Record(number, None, {"finding": text, "adjustment": text, "acted_upon": True})
        for number, text in enumerate(TRICKS, 1)
    )
    content = {"stories": ReportedForm(FormState.REPORTED, stories)}
    content["findings"] = ReportedForm(FormState.REPORTED, findings)
    _store(opened, ORGANISATION, Quarter(2025, 3), ReturnContent(content))
    open_action(
        opened.asked_by(OPERATOR),
        indicator="O6",
        quarter=Quarter(2025, 3),
        explanation=TRICKS[1],
        action=TRICKS[2],
        owner=TRICKS[0],
        due=date(2026, 3, 1),
        at=NOW,
    )
    return opened


def made(opened, language="en", audience=Audience.MANAGEMENT, *, window=YTD, today=TODAY, **where):
    return gather(opened, Request(window, language, audience, where), today=today, at=AT)


def plain(text):
    """Take away what typography puts between letters, and where lines end."""
    return re.sub(r"\s+", " ", text.replace("\N{SOFT HYPHEN}", "").replace("\N{NO-BREAK SPACE}", " "))


def text_of_pdf(content):
    if shutil.which("pdftotext") is None:
        leave_out("there is no pdftotext (poppler-utils)")
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode()


def text_of_word(content):
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


class _Reader(HTMLParser):
    """The texts of a page, the names of its elements, and its tables by row."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.texts, self.tags, self.rows, self._within = [], [], [], []

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 (the reader hands them over)
        self.tags.append(tag)
        self._within.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        while self._within and self._within.pop() != tag:
            pass

    def handle_data(self, data):
        if not {"script", "style"} & set(self._within):
            self.texts.append(data)
            if {"td", "th"} & set(self._within) and self.rows:
                self.rows[-1][-1] += data


def read_page(content):
    reader = _Reader()
    reader.feed(content.decode())
    return reader


def text_of_page(content):
    return " ".join(read_page(content).texts)
