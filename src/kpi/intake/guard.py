"""What can be told from an upload's bytes alone, before anything opens it as a workbook.

Nothing is unpacked here but the package's list of contents, which is small by the checks before it. Every kind of
wrong file has its own sentence, because “cannot be read” helps nobody to send the right one.
"""

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence

from kpi.problems import N_, Fault, Place, Problem

MEGABYTE = 1024 * 1024
MAX_BYTES = 20 * MEGABYTE
MAX_PARTS = 2_000
MAX_UNPACKED = 200 * MEGABYTE
#: Deflate packs at most about 1030 to 1; a sheet of repeated rows reaches perhaps 60 to 1.
MAX_RATIO = 200
#: Below this size a part may be packed as tightly as it likes.
RATIO_FROM = 4 * MEGABYTE
_CONTENT_TYPES = "[content_types].xml"
_BINARY = b"vnd.ms-excel.sheet.binary.macroenabled.main"
_LISTING_LIMIT = MEGABYTE
_SAVE_AS = N_("Open it in Excel or LibreOffice and save it as “Excel Workbook (.xlsx)”.")

EMPTY = Fault("file.empty", N_("The file is empty."), N_("Send the filled-in workbook again."))
TOO_LARGE = Fault(
    "file.too_large",
    N_("The file is {found} MB large; at most {limit} MB are accepted."),
    N_("Send the template itself, without pictures or further sheets."),
)
PASSWORD = Fault(
    "file.password",
    N_("The file is protected by a password to open it."),
    N_("Remove the password (File › Info › Protect Workbook) and save again."),
)
OLD_FORMAT = Fault("file.old_format", N_("This is a workbook in the old Excel format (.xls)."), _SAVE_AS)
PASSWORD_OR_OLD = Fault(
    "file.password_or_old",
    N_("The file is protected by a password or is in an old Office format."),
    N_("Remove the password, or save it as “Excel Workbook (.xlsx)”."),
)
BINARY_FORMAT = Fault("file.binary_format", N_("This is a binary Excel workbook (.xlsb)."), _SAVE_AS)
OPEN_DOCUMENT = Fault("file.open_document", N_("This is an OpenDocument file (.ods and the like)."), _SAVE_AS)
NUMBERS = Fault(
    "file.numbers", N_("This is an Apple Numbers or Pages file."), N_("Export it as Excel (File › Export To › Excel).")
)
XML_FORMAT = Fault("file.xml_format", N_("This is an XML file, not an Excel workbook."), _SAVE_AS)
TEXT = Fault(
    "file.text",
    N_("This is plain text (such as CSV), not an Excel workbook."),
    N_("Copy the values into the template and send that."),
)
WEB_PAGE = Fault(
    "file.web_page",
    N_("This is a web page, not an Excel workbook, whatever its name says."),
    N_("Download the workbook again, or open it in Excel and save it as “Excel Workbook (.xlsx)”."),
)
PDF = Fault("file.pdf", N_("This is a PDF."), N_("Send the Excel workbook it was made from."))
PICTURE = Fault("file.picture", N_("This is a picture."), N_("Send the Excel workbook itself."))
WORD = Fault("file.word", N_("This is a Word document."), N_("Send the Excel workbook itself."))
PRESENTATION = Fault("file.presentation", N_("This is a presentation."), N_("Send the Excel workbook itself."))
ARCHIVE = Fault(
    "file.archive",
    N_("This is an archive of files, not an Excel workbook."),
    N_("Unpack it and send the workbook inside."),
)
NOT_WORKBOOK = Fault(
    "file.not_workbook", N_("This is not an Excel workbook."), N_("Send the filled-in template (.xlsx).")
)
DAMAGED = Fault(
    "file.damaged",
    N_("The file is damaged or incomplete."),
    N_("Open it in Excel, let Excel repair it, save and send it again."),
)
PACKAGE = Fault(
    "file.package",
    N_("The inside of the file is not put together as Excel does it: “{found}”."),
    N_("Open it in Excel and save it under a new name."),
)
MACROS = Fault(
    "file.macros",
    N_("The workbook contains macros."),
    N_("Save it as “Excel Workbook (.xlsx)”, without macros."),
)
TOO_MANY_PARTS = Fault(
    "file.too_many_parts",
    N_("The file consists of {found} parts; at most {limit} are accepted."),
    N_("Send the template itself, without pictures or further sheets."),
)
UNPACKS_TOO_LARGE = Fault(
    "file.unpacks_too_large",
    N_("Unpacked, the file would be larger than the {limit} MB that are accepted, or it is packed suspiciously small."),
    N_("Copy the filled-in cells into a freshly downloaded template."),
)

_STARTS: Sequence[tuple[bytes, Fault]] = (
    (b"%PDF", PDF),
    (b"\x89PNG", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
    (b"GIF8", PICTURE),
    (b"BM", PICTURE),
    (b"II*\x00", PICTURE),
    (b"MM\x00*", PICTURE),
    (b"{\\rtf", WORD),
    (b"Rar!", ARCHIVE),
    (b"7z\xbc\xaf", ARCHIVE),
    (b"\x1f\x8b", ARCHIVE),
    (b"\x09\x00\x04\x00", OLD_FORMAT),
    (b"\x09\x02\x06\x00", OLD_FORMAT),
    (b"\x09\x04\x06\x00", OLD_FORMAT),
    (b"\x09\x08", OLD_FORMAT),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: What an OLE file is follows from the streams in it; which of several it is, from the first.
_STREAMS: Sequence[tuple[str, Fault]] = (
    ("EncryptedPackage", PASSWORD),
    ("Workbook", OLD_FORMAT),
    ("Book", OLD_FORMAT),
    ("WordDocument", WORD),
    ("PowerPoint Document", PRESENTATION),
)
_ENTRY_SIZE = 128
_ENTRY_MARK = b"PK\x01\x02"


def guard(content: bytes, name: str) -> list[Problem]:
    """Give what is wrong with an upload as a file; nothing, where it may be opened.

    Args:
        content: the bytes as uploaded.
        name: the file's name, for the person; what the file is follows from its bytes.
    """
    place = Place(file=name)
    if not content:
        return [EMPTY.at(place)]
    if len(content) > MAX_BYTES:
        return [TOO_LARGE.at(place, found=-(-len(content) // MEGABYTE), limit=MAX_BYTES // MEGABYTE)]
    if not content.startswith(b"PK"):
        return [_stranger(content).at(place)]
    # Counted before the list of contents is read, which would take its memory for each.
    if (parts := content.count(_ENTRY_MARK)) > MAX_PARTS:
        return [TOO_MANY_PARTS.at(place, found=parts, limit=MAX_PARTS)]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return list(_package(archive, place))
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, OverflowError):
        return [DAMAGED.at(place)]


def part_name(name: str) -> str:
    """Give the form of a part's name under which names are the same: some programs write backslashes."""
    return name.replace("\\", "/").lstrip("/").lower()


def _stranger(content: bytes) -> Fault:
    """Name what is not a package of parts at all."""
    if content.startswith(_OLE):
        return next((fault for name, fault in _STREAMS if _has_stream(content, name)), PASSWORD_OR_OLD)
    for start, fault in _STARTS:
        if content.startswith(start):
            return fault
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return PICTURE
    text = _as_text(content[:4096])
    if text is None:
        return NOT_WORKBOOK
    head = text.lstrip("\ufeff \t\r\n").lower()
    if re.match(r"<(!doctype html|html|head|body|table|meta|script|style|div)\b", head) or "<html" in head:
        return WEB_PAGE
    if head.startswith("<svg"):
        return PICTURE
    return XML_FORMAT if head.startswith("<") else TEXT


def _has_stream(content: bytes, name: str) -> bool:
    """Tell whether an OLE file lists a stream of this name, in capitals or not: entries stand at even distances."""
    written = re.escape(f"{name}\0".encode("utf-16-le"))
    return any(found.start() % _ENTRY_SIZE == 0 for found in re.finditer(written, content, re.IGNORECASE))


def _as_text(content: bytes) -> str | None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    # A control character other than space, tab, line and page ends is in no text.
    if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", content):
        return None
    return content.decode("utf-8", errors="replace")


def _package(archive: zipfile.ZipFile, place: Place) -> Iterator[Problem]:
    entries = archive.infolist()
    names = [part_name(entry.filename) for entry in entries]
    if (kind := _other_kind(archive, names)) is not None:
        yield kind.at(place)
        return
    if any(entry.flag_bits & 0x1 for entry in entries):
        yield PASSWORD.at(place)
        return
    strange = [_quotable(name) for name in names if not _is_plain(name)]
    strange += [_quotable(name) for name in (name for name, times in Counter(names).items() if times > 1)]
    strange += [
        _quotable(entry.filename)
        for entry in entries
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
    ]
    if strange:
        yield PACKAGE.at(place, found=strange[0])
        return
    unpacked = sum(entry.file_size for entry in entries)
    tight = any(
        entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1) for entry in entries
    )
    if unpacked > MAX_UNPACKED or tight:
        yield UNPACKS_TOO_LARGE.at(place, limit=MAX_UNPACKED // MEGABYTE)
        return
    yield from _content(archive, names, place)


def _content(archive: zipfile.ZipFile, names: Sequence[str], place: Place) -> Iterator[Problem]:
    """Look at what the package says of itself."""
    if _CONTENT_TYPES not in names:
        yield (NOT_WORKBOOK if any(name.startswith("xl/") for name in names) else ARCHIVE).at(place)
        return
    with archive.open(archive.infolist()[names.index(_CONTENT_TYPES)]) as part:
        # Zero bytes go, so that the words are found in UTF-16 too.
        listing = part.read(_LISTING_LIMIT).replace(b"\x00", b"").lower()
    is_workbook = re.search(rb"spreadsheetml\.(sheet|template)\.main\+xml", listing)
    # The binary format's own name has “macroEnabled” in it, whether there are macros or not.
    plain = listing.replace(_BINARY, b"")
    if "xl/workbook.bin" in names or (_BINARY in listing and not is_workbook):
        yield BINARY_FORMAT.at(place)
    elif b"macroenabled" in plain or b"vbaproject" in plain or any(_is_macro(name) for name in names):
        yield MACROS.at(place)
    elif b"wordprocessingml.document.main" in listing:
        yield WORD.at(place)
    elif b"presentationml.presentation.main" in listing:
        yield PRESENTATION.at(place)
    elif not is_workbook:
        yield NOT_WORKBOOK.at(place)


def _other_kind(archive: zipfile.ZipFile, names: Sequence[str]) -> Fault | None:
    if "meta-inf/manifest.xml" in names and "content.xml" in names:
        return OPEN_DOCUMENT
    if any(name.endswith(".iwa") for name in names):
        return NUMBERS
    if not archive.infolist():
        return ARCHIVE
    return None


def _is_plain(name: str) -> bool:
    """Tell whether a part's name stays inside the package."""
    return bool(name) and ".." not in name.split("/") and ":" not in name and name.isprintable()


def _is_macro(name: str) -> bool:
    return name.endswith("vbaproject.bin") or "/macrosheets/" in name


def _quotable(name: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in name[:80])
