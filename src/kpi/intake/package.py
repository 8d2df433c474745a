"""The package that a workbook is: its parts, what points to what, its texts, its date formats.

Runs in the reader's child process (`kpi.intake.reader_child`): standard library alone, and it raises whatever damage
makes it raise (`DAMAGE`); the child turns that into a problem.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from xml.parsers import expat

MAX_STRINGS, MAX_FORMATS = 700_000, 100_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_TEXT = 32_767

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main "
TEXT, PHONETIC, STRING = MAIN + "t", MAIN + "rPh", MAIN + "si"
NUMBER_FORMATS, CELL_FORMATS = MAIN + "numFmts", MAIN + "cellXfs"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.')
BRACKETED = re.compile(r"\[[^\]]*\]")
DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
DURATION = 46
#: What damaged bytes are known to raise.
DAMAGE = (
    expat.ExpatError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    LookupError,
    OverflowError,
)


class Refused(Exception):  # noqa: N818 (a decision about a file, named as one)
    """The file, or one of its sheets, is not read any further: the code says why."""

    def __init__(self, code: str, **found: object) -> None:
        super().__init__(code)
        self.problem: dict[str, object] = {"code": code, **found}


class Parts:
    """The parts of the package; all that is unpacked counts against one limit."""

    def __init__(self, content: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(content))
        self.entries = {
            entry.filename.replace("\\", "/").lstrip("/").lower(): entry for entry in self.archive.infolist()
        }
        self.unpacked = 0

    def parse(
        self,
        name: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        characters: Callable[[str], None] | None = None,
    ) -> None:
        """Send a part's XML to the handlers. A part that is not there raises LookupError."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text, parser.buffer_size = True, 1 << 16
        parser.StartDoctypeDeclHandler = _no_doctype
        parser.StartElementHandler = start
        parser.EndElementHandler, parser.CharacterDataHandler = end, characters
        with self.archive.open(self.entries[name.lower()]) as part:
            while chunk := part.read(1 << 18):
                self.unpacked += len(chunk)
                if self.unpacked > MAX_UNPACKED:
                    raise Refused("file.unpacks_too_large", limit=MAX_UNPACKED >> 20)
                parser.Parse(chunk)
            parser.Parse(b"", True)  # noqa: FBT003 (expat takes it by position only)

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """Give what a part points to: id → (the last word of the kind, the target's name)."""
        folder, base = posixpath.split(name)
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag.endswith(" Relationship") and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "").replace("\\", "/")
                full = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
                found[attributes.get("Id", "")] = attributes.get("Type", "").rsplit("/", 1)[-1], full

        relations = posixpath.join(folder, "_rels", f"{base}.rels")
        if relations.lower() in self.entries:
            self.parse(relations, start)
        return found


class Texts:
    """Gathers a text that may stand in pieces, without its reading aids (phonetic runs)."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length, self.wanted, self.phonetic = 0, False, False

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        """A tag opens."""
        if tag == TEXT:
            self.wanted = not self.phonetic
        elif tag == PHONETIC:
            self.phonetic = True

    def end(self, tag: str) -> None:
        """A tag closes."""
        if tag == TEXT:
            self.wanted = False
        elif tag == PHONETIC:
            self.phonetic = False

    def characters(self, data: str) -> None:
        """Text stands between tags; what is beyond any cell's length is not kept."""
        if self.wanted and self.length <= 8 * MAX_TEXT:
            self.pieces.append(data)
            self.length += len(data)

    def take(self) -> str:
        """Give the text so far, and begin a new one."""
        text = "".join(self.pieces)
        self.pieces, self.length = [], 0
        return text


class Book:
    """What the workbook's own part says, and the texts and formats that its cells point to."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.sheets: list[tuple[str, bool, str]] = []
        self.from_1904, self.stale, self.strict = False, False, False
        self.strings: list[str] = []
        self.dates: dict[str, bool] = {}
        tops = [target for kind, target in parts.relations("").values() if kind == "officeDocument"]
        if not tops:
            raise Refused("file.not_workbook")
        parts.parse(tops[0], self._workbook)
        if self.strict:
            raise Refused("file.strict")
        self.relations = parts.relations(tops[0])
        for kind, target in self.relations.values():
            if kind == "sharedStrings" and target.lower() in parts.entries:
                self._read_strings(target)
            if kind == "styles" and target.lower() in parts.entries:
                self._read_styles(target)

    def _workbook(self, tag: str, attributes: dict[str, str]) -> None:
        self.strict = self.strict or tag.startswith(STRICT)
        if tag == MAIN + "sheet":
            relation = attributes.get(f"{OFFICE} id", "")
            self.sheets.append((attributes.get("name", ""), attributes.get("state", "visible") != "visible", relation))
        elif tag == MAIN + "workbookPr" and attributes.get("date1904") in {"1", "true"}:
            self.from_1904 = True
        elif tag == MAIN + "calcPr":
            # Programs that write a formula without calculating it leave this wish, and some a 0 as its value.
            self.stale = attributes.get("fullCalcOnLoad") in {"1", "true"}

    def _read_strings(self, name: str) -> None:
        texts = Texts()

        def end(tag: str) -> None:
            texts.end(tag)
            if tag == STRING:
                self.strings.append(unescaped(texts.take()))
                if len(self.strings) > MAX_STRINGS:
                    raise Refused("file.too_much_text")

        self.parts.parse(name, texts.start, end, texts.characters)

    def _read_styles(self, name: str) -> None:
        codes: dict[str, str] = {}
        formats: list[str] = []
        # Conditional formats have number formats too, under numbers of their own.
        inside: set[str] = set()

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag in {NUMBER_FORMATS, CELL_FORMATS}:
                inside.add(tag)
            elif tag == MAIN + "numFmt" and NUMBER_FORMATS in inside:
                codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            elif tag == MAIN + "xf" and CELL_FORMATS in inside:
                formats.append(attributes.get("numFmtId", "0"))
                if len(formats) > MAX_FORMATS:
                    raise Refused("file.too_complex")

        def end(tag: str) -> None:
            inside.discard(tag)

        self.parts.parse(name, start, end)
        for position, number in enumerate(formats):
            builtin = number.isdecimal() and int(number[:6]) in DATE_FORMATS
            if number in codes:
                duration, is_date = date_format(codes[number])
            else:
                duration, is_date = number == str(DURATION), builtin
            if is_date:
                self.dates[str(position)] = duration


def unescaped(text: str) -> str:
    """Give a text as Excel shows it: ``_x000D_`` stands for a character that XML does not carry."""
    return ESCAPE.sub(_unescape, text) if "_x" in text else text


def date_format(code: str) -> tuple[bool, bool]:
    """Tell of a number format whether it shows a duration, and whether it shows a date or time at all."""
    shown = LITERAL.sub("", code.split(";", 1)[0]).lower()
    duration = re.search(r"\[(h+|m+|s+)\]", shown) is not None
    words = set(re.findall(r"[^\W\d_]", BRACKETED.sub("", shown)))
    return duration, duration or (bool(words & set("ymdhs")) and words <= set("ymdhsapegb"))


def _unescape(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    # Control characters and halves of a pair stay written out: no store and no page can hold them.
    return character if character in "\t\n\r" or character.isprintable() else match[0]


def _no_doctype(*_declaration: object) -> None:
    raise Refused("file.doctype")
