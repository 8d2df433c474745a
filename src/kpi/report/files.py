"""A report as a file: which formats there are, and each written from the one content."""

from collections.abc import Mapping
from enum import StrEnum
from importlib import import_module
from pathlib import PurePath

from kpi.problems import N_, SaidError
from kpi.report.content import Content
from kpi.report.progress import Progress, silent


class Format(StrEnum):
    """What a report can be written as; the value is the ending of its file's name."""

    PDF = "pdf"
    WORD = "docx"
    EXCEL = "xlsx"
    HTML = "html"


#: What the formats are called, and what their files are.
NAMES: Mapping[Format, str] = {
    Format.PDF: N_("PDF"),
    Format.WORD: N_("Word"),
    Format.EXCEL: N_("Excel"),
    Format.HTML: N_("Web page (HTML)"),
}
MEDIA_TYPES: Mapping[Format, str] = {
    Format.PDF: "application/pdf",
    Format.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.HTML: "text/html; charset=utf-8",
}
#: The modules that write them, loaded when needed: their libraries are large, and most commands need none.
_WRITERS: Mapping[Format, str] = {
    Format.PDF: "kpi.report.pdf",
    Format.WORD: "kpi.report.word",
    Format.EXCEL: "kpi.report.sheets",
    Format.HTML: "kpi.report.page",
}


#: How long a report is gathered, and written in each format, by the clock: what a bar goes by that tells how far it is.
GATHERING = 1.8
LASTS: Mapping[Format, float] = {Format.PDF: 3.3, Format.WORD: 4.6, Format.EXCEL: 0.7, Format.HTML: 0.9}


class UnknownFormatError(SaidError):
    """A file's name ends in no format of a report."""

    text = N_("“{found}” is no file that a report can be written to; its name must end with: {allowed}")

    def __init__(self, name: str) -> None:
        super().__init__(found=name, allowed=", ".join(f".{each.value}" for each in Format))


def format_of(name: str) -> Format:
    """Tell the format by the ending of a file's name; raise `UnknownFormatError`."""
    ending = PurePath(name).suffix.lower().removeprefix(".")
    if ending not in set(Format):
        raise UnknownFormatError(PurePath(name).name)
    return Format(ending)


def written(content: Content, form: Format, progress: Progress = silent) -> bytes:
    """Write a report."""
    progress(N_("The file is being written …"), 0.0)
    content_as_file: bytes = import_module(_WRITERS[form]).written(content, progress)
    return content_as_file


def begins(form: Format) -> float:
    """Tell how much of the work is done where a report has been gathered and is to be written."""
    return GATHERING / (GATHERING + LASTS[form])


def name_of(content: Content, form: Format) -> str:
    """Name a report's file: programme, window, filters, audience, language."""
    request, programme = content.request, content.framework.programme
    window = str(request.window).replace("/", "_")
    parts = (programme.key, window, *request.where.values(), request.audience.value, request.language)
    return f"{'_'.join(parts)}.{form.value}"
