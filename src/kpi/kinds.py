"""What a file is, by what is in it: one of the kinds that can be looked at without harm, and whole.

Documents without macros, and pictures. What stopped in the middle is none: a file is followed from its first byte to
where its kind says that it ends, as far as that takes no more than its framing; nothing is drawn or run.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: the ending of its name, and its media type."""

    ending: str
    media_type: str


_PDF, _PNG, _JPEG = Kind("pdf", "application/pdf"), Kind("png", "image/png"), Kind("jpg", "image/jpeg")
_OFFICE = "application/vnd.openxmlformats-officedocument."
#: What the main part of an Office document is called in the list of its parts.
_BY_MAIN_PART = {
    f"{_OFFICE}wordprocessingml.document": Kind("docx", f"{_OFFICE}wordprocessingml.document"),
    f"{_OFFICE}spreadsheetml.sheet": Kind("xlsx", f"{_OFFICE}spreadsheetml.sheet"),
    f"{_OFFICE}presentationml.presentation": Kind("pptx", f"{_OFFICE}presentationml.presentation"),
}
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_BY_MIMETYPE = {
    f"{_OPEN_DOCUMENT}{name}": Kind(ending, f"{_OPEN_DOCUMENT}{name}")
    for name, ending in (("text", "odt"), ("spreadsheet", "ods"), ("presentation", "odp"))
}
#: The kinds there are.
KINDS = (_PDF, _JPEG, _PNG, *_BY_MAIN_PART.values(), *_BY_MIMETYPE.values())

# A PDF ends by saying where the list of its objects is; some programs write a little after it.
_PDF_END, _PDF_TAIL = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF"), 2_048
_PNG_SIGNATURE, _PNG_FRAME = b"\x89PNG\r\n\x1a\n", 12
# Of a JPEG: what every mark begins with; the marks that stand alone, the one behind which the picture follows, its end.
_MARK, _JPEG_ALONE, _JPEG_SCAN, _JPEG_END = 0xFF, frozenset({0x01, *range(0xD0, 0xD8)}), 0xDA, b"\xff\xd9"
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MOST_ENTRIES, _LARGEST_LIST, _LARGEST_UNPACKED = 5_000, 1_000_000, 200_000_000
#: Parts of documents that run, or that bring other programs' files along.
_ALIVE = re.compile(r"vbaproject|activex|/embeddings/.*\.bin$|^basic/|^scripts/", re.IGNORECASE)
_OVERRIDE = re.compile(r"<(?:\w+:)?Override\b[^>]*>")
_ATTRIBUTE = re.compile(r'\b(PartName|ContentType)\s*=\s*"([^"]*)"')


def kind_of(content: bytes) -> Kind | None:
    """Tell what a file is by what is in it; nothing where it is none of the kinds, or not whole."""
    for beginning, kind, is_whole in _BY_BEGINNING:
        if content.startswith(beginning):
            return kind if is_whole(content) else None
    return _document(content) if content.startswith(b"PK\x03\x04") else None


def _is_whole_pdf(content: bytes) -> bool:
    ends = _PDF_END.findall(content[-_PDF_TAIL:])
    return bool(ends) and int(ends[-1]) < len(content)


def _is_whole_png(content: bytes) -> bool:
    """Go from chunk to chunk, each with its length before it and its checksum behind it, up to the last."""
    at, has_picture = len(_PNG_SIGNATURE), False
    while at + _PNG_FRAME <= len(content):
        length, name = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        end = at + _PNG_FRAME + length
        if end > len(content) or zlib.crc32(content[at + 4 : end - 4]) != int.from_bytes(content[end - 4 : end]):
            return False
        if name == b"IEND":
            return has_picture
        has_picture = has_picture or name == b"IDAT"
        at = end
    return False


def _is_whole_jpeg(content: bytes) -> bool:
    """Go from part to part up to the picture itself, and look for its end; cameras write more behind that."""
    at, has_size = 2, False
    while at + 4 <= len(content) and content[at] == _MARK:
        mark = content[at + 1]
        if mark == _MARK or mark in _JPEG_ALONE:
            at += 1 if mark == _MARK else 2
            continue
        if mark == _JPEG_SCAN:
            return has_size and content.find(_JPEG_END, at) != -1
        has_size = has_size or mark in _JPEG_SIZES
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return False


_BY_BEGINNING: tuple[tuple[bytes, Kind, Callable[[bytes], bool]], ...] = (
    (b"%PDF-", _PDF, _is_whole_pdf),
    (_PNG_SIGNATURE, _PNG, _is_whole_png),
    (b"\xff\xd8\xff", _JPEG, _is_whole_jpeg),
)


def _document(content: bytes) -> Kind | None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts = packed.namelist()
            if len(parts) > _MOST_ENTRIES or any(_ALIVE.search(part) for part in parts):
                return None
            kind = _kind_by_parts(packed, frozenset(parts))
            return kind if kind is not None and _is_whole_package(packed) else None
    except (zipfile.BadZipFile, KeyError, ValueError, RuntimeError, OSError, EOFError, zlib.error):
        return None


def _kind_by_parts(packed: zipfile.ZipFile, parts: frozenset[str]) -> Kind | None:
    """Tell what a package says it is, where it has what it says."""
    if "[Content_Types].xml" not in parts:
        kind = _BY_MIMETYPE.get(_part(packed, "mimetype").decode("ascii", "replace"))
        return kind if {"content.xml", "META-INF/manifest.xml"} <= parts else None
    listed = _part(packed, "[Content_Types].xml").decode("utf-8", "replace")
    main = [one for one in map(_attributes, _OVERRIDE.findall(listed)) if one["ContentType"].endswith(".main+xml")]
    if len(main) != 1 or main[0]["PartName"].lstrip("/").casefold() not in {one.casefold() for one in parts}:
        return None
    return _BY_MAIN_PART.get(main[0]["ContentType"].removesuffix(".main+xml"))


def _attributes(tag: str) -> Mapping[str, str]:
    return {"PartName": "", "ContentType": "", **dict(_ATTRIBUTE.findall(tag))}


def _is_whole_package(packed: zipfile.ZipFile) -> bool:
    """Unpack every part once and hold it against its checksum; what would be far larger unpacked is not unpacked."""
    entries = packed.infolist()
    if any(one.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for one in entries):
        return False
    return sum(one.file_size for one in entries) <= _LARGEST_UNPACKED and packed.testzip() is None


def _part(packed: zipfile.ZipFile, name: str) -> bytes:
    if packed.getinfo(name).compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise ValueError("documents are packed in one of two ways")
    with packed.open(name) as part:
        return part.read(_LARGEST_LIST)
