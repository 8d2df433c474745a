"""Files that an upload must survive, made in code: each with the code of a problem that it must yield.

`HOSTILE` maps a case's name to its maker and the code. `package` puts workbooks together part by part, so that a case
says only in what it differs from a sound one.
"""

import hashlib
import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from functools import partial

import openpyxl

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET1 = "xl/worksheets/sheet1.xml"

Maker = Callable[[], bytes]
Parts = Mapping[str, str | bytes | None]


def noise(seed: int, length: int) -> bytes:
    """Bytes without a pattern, the same every time."""
    return hashlib.shake_256(str(seed).encode()).digest(length)


def types(workbook: str = SHEET_TYPE, more: str = "") -> str:
    return (
        f'<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{workbook}"/>{more}</Types>'
    )


def relations(*targets: tuple[str, str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>' for key, kind, target in targets
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>'


def workbook(sheets: str = '<sheet name="Data" sheetId="1" r:id="rId1"/>', more: str = "") -> str:
    return (
        f'<?xml version="1.0"?><workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets>{more}</workbook>'
    )


def sheet(rows: str, more: str = "") -> str:
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}">{more}<sheetData>{rows}</sheetData></worksheet>'


def cell(inside: str, attributes: str = "") -> str:
    """A sheet with one cell, A1."""
    return sheet(f'<row r="1"><c r="A1" {attributes}>{inside}</c></row>')


SOUND: Parts = {
    "[Content_Types].xml": types(),
    "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
    "xl/workbook.xml": workbook(),
    "xl/_rels/workbook.xml.rels": relations(
        ("rId1", "worksheet", "worksheets/sheet1.xml"),
        ("rId2", "sharedStrings", "sharedStrings.xml"),
        ("rId3", "styles", "styles.xml"),
    ),
    SHEET1: sheet('<row r="1"><c r="A1"><v>1</v></c></row>'),
    "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>first</t></si><si><t>second</t></si></sst>',
    "xl/styles.xml": (
        f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    ),
}


def package(changes: Parts | None = None, *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A sound small workbook with some parts changed, added or (None) left out."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in {**SOUND, **(changes or {})}.items():
            if content is not None:
                archive.writestr(name, content)
    return target.getvalue()


def changed(name: str, content: str | bytes | None) -> Maker:
    return lambda: package({name: content})


def in_sheet(rows: str) -> Maker:
    return changed(SHEET1, sheet(rows))


def zipped(files: Mapping[str, bytes | str]) -> Maker:
    def make() -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return target.getvalue()

    return make


def real_workbook() -> bytes:
    book = openpyxl.Workbook()
    for number in range(200):
        book.active.append([number, f"text {number}", number / 7])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def laughs(target: str, root: str, inside: str) -> Maker:
    """Ten entities, each ten of the one before: a thousand million laughs."""
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return changed(
        target, f'<?xml version="1.0"?><!DOCTYPE {root} [{entities}]><{root} xmlns="{MAIN}">{inside}</{root}>'
    )


def one_long_entity() -> bytes:
    """Quadratic blow-up: a long entity, used often."""
    text = "x" * 100_000
    body = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"&e;" * 10_000}</t></is></c></row>'
    return package({SHEET1: f'<!DOCTYPE w [<!ENTITY e "{text}">]>' + sheet(body).partition("?>")[2]})


def external_entity() -> bytes:
    body = f'<sst xmlns="{MAIN}"><si><t>&e;</t></si></sst>'
    return package({"xl/sharedStrings.xml": f'<!DOCTYPE sst [<!ENTITY e SYSTEM "file:///etc/passwd">]>{body}'})


def late_doctype() -> bytes:
    """A DOCTYPE behind a comment that is longer than any look at the beginning."""
    text = f'<?xml version="1.0"?><!--{"-x" * 300_000}--><!DOCTYPE worksheet [<!ENTITY a "b">]>'
    return package({SHEET1: text + f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'})


def utf16_doctype() -> bytes:
    text = f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE w [<!ENTITY a "b">]><worksheet xmlns="{MAIN}"/>'
    return package({SHEET1: text.encode("utf-16")})


def bomb() -> bytes:
    """Small as a file, 150 MB unpacked."""
    head, tail = sheet("|").split("|")
    return package({SHEET1: head + " " * 150_000_000 + tail})


def many_small_bombs() -> bytes:
    return package({f"xl/media/{number}.bin": noise(number, 3_000) * 1_300 for number in range(60)})


def lying_size() -> bytes:
    """The list of contents says that the sheet is 100 bytes long; it unpacks to 60 MB."""
    content = bytearray(package({SHEET1: b" " * 60_000_000}))
    size = struct.pack("<I", 60_000_000)
    while (at := content.find(size)) >= 0:
        content[at : at + 4] = struct.pack("<I", 100)
    return bytes(content)


def overlapping() -> bytes:
    """Every entry of the list of contents points to the same 10 MB."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"\x00\x01" * 2_000_000)
        kernel = archive.infolist()[0]
        for number in range(1_000):
            entry = zipfile.ZipInfo(f"xl/{number}.xml")
            entry.compress_type, entry.CRC = kernel.compress_type, kernel.CRC
            entry.compress_size, entry.file_size, entry.header_offset = kernel.compress_size, kernel.file_size, 0
            archive.filelist.append(entry)
        archive._didModify = True
    return inner.getvalue()


def many_parts(count: int = 100_000) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}", b"")
    return target.getvalue()


def encrypted_entries() -> bytes:
    """Each entry flagged as needing a password."""
    content = bytearray(package())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(mark, at + 4)
    return bytes(content)


def twice(name: str) -> bytes:
    target = io.BytesIO(package())
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(name, sheet('<row r="1"><c r="A1"><v>2</v></c></row>'))
    return target.getvalue()


def broken_middle() -> bytes:
    content = bytearray(real_workbook())
    start = content.find(SHEET1.encode()) + 60
    content[start : start + 400] = bytes(400)
    return bytes(content)


def bad_checksum() -> bytes:
    """One digit of a stored sheet is another: only the checksum tells."""
    return package(compression=zipfile.ZIP_STORED).replace(b"<v>1</v>", b"<v>7</v>")


def deep(depth: int = 400_000) -> bytes:
    """Tags within tags; their names differ, so that it is no bomb."""
    names = noise(2, depth).hex(" ").split()
    return package({SHEET1: sheet(f'<row r="1"><c r="A1">{"".join(f"<a{name}>" for name in names)}</c></row>')})


def many_attributes(count: int = 400_000) -> bytes:
    attributes = " ".join(f'a{number}="1"' for number in range(count))
    return package({SHEET1: sheet(f'<row r="1" {attributes}><c r="A1" t="x"><v>1</v></c></row>')})


def huge_attribute(size: int = 150_000_000) -> bytes:
    """One attribute of 150 MB: expat looks at it again with each piece that arrives."""
    blocks = (noise(number, 20).hex() + "a" * 2_000 for number in range(size // 2_040))
    return package({SHEET1: sheet(f'<row r="1" spans="{"".join(blocks)}"/>')})


def many_strings(count: int = 1_000_000) -> bytes:
    strings = "".join(f"<si><t>{number * 7919:x}</t></si>" for number in range(count))
    return package({"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>'})


def many_styles(count: int = 1_000_000) -> bytes:
    formats = "".join(f'<xf numFmtId="{number}"/>' for number in range(count))
    return package({"xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs>{formats}</cellXfs></styleSheet>'})


def echo() -> bytes:
    """One long shared text, pointed to by twenty thousand cells: 650 MB of answer."""
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 20_001))
    text = f'<sst xmlns="{MAIN}"><si><t>{"ж" * 32_767}</t></si></sst>'
    return package({SHEET1: sheet(rows), "xl/sharedStrings.xml": text})


def many_cells(rows: int = 5_100, columns: int = 100) -> bytes:
    row = "<row>" + "<c><v>1</v></c>" * columns + "</row>"
    # Stored, so that it is the count that is refused, not how well it packs.
    return package({SHEET1: sheet(row * rows)}, compression=zipfile.ZIP_STORED)


def many_sheets(count: int = 300) -> bytes:
    sheets = "".join(f'<sheet name="S{number}" sheetId="{number + 1}" r:id="rId1"/>' for number in range(count))
    return package({"xl/workbook.xml": workbook(sheets)})


def million_sheets(count: int = 2_000_000) -> bytes:
    return package({"xl/workbook.xml": workbook("".join(f'<sheet name="{number:x}"/>' for number in range(count)))})


def same_sheet_over_and_over() -> bytes:
    """Sixty sheets that are one and the same 9 MB part."""
    sheets = "".join(f'<sheet name="S{number}" sheetId="{number + 1}" r:id="rId1"/>' for number in range(60))
    comments = f"<!--{noise(1, 500).hex()}-->" * 9_000
    return package({"xl/workbook.xml": workbook(sheets), SHEET1: sheet("", comments)})


def unsound_name(name: str) -> Maker:
    return lambda: package({name: "x"})


def protected(stream: str) -> Maker:
    """An OLE file with one stream besides its first sector, whose entry stands where entries stand."""
    return lambda: OLE + bytes(1_016) + stream.encode("utf-16-le") + bytes(1_000)


def strict() -> bytes:
    text = workbook().replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
    return package({"xl/workbook.xml": text.replace(OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships")})


def only_chart() -> bytes:
    return package(
        {
            "xl/_rels/workbook.xml.rels": relations(("rId1", "chartsheet", "chartsheets/sheet1.xml")),
            "xl/chartsheets/sheet1.xml": f'<chartsheet xmlns="{MAIN}"/>',
        }
    )


def number_cell(text: str, attributes: str = "") -> Maker:
    return changed(SHEET1, cell(f"<v>{text}</v>", attributes))


def truncated(part: float) -> bytes:
    content = real_workbook()
    return content[: int(len(content) * part)]


def two_titles() -> str:
    return workbook('<sheet name="Data" sheetId="1" r:id="rId1"/><sheet name="DATA" sheetId="2" r:id="rId1"/>')


def mac_sheet() -> bytes:
    return package({"xl/macrosheets/sheet1.xml": "<x/>"})


MACRO = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
BINARY = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
OFFICE_TYPE = "application/vnd.openxmlformats-officedocument"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)

#: Which limit such a file meets first depends on the machine.
EXHAUSTING = ("file.took_too_long", "file.too_much_memory", "file.reader_stopped")

HOSTILE: Mapping[str, tuple[Maker, str | tuple[str, ...]]] = {
    # Not a workbook at all
    "nothing": (lambda: b"", "file.empty"),
    "one byte": (lambda: b"\x00", "file.not_workbook"),
    "random bytes": (lambda: b"\x01" + noise(4, 5_000), "file.not_workbook"),
    "zeros": (lambda: bytes(100_000), "file.not_workbook"),
    "21 MB": (lambda: bytes(21 * 1024 * 1024), "file.too_large"),
    "a picture named xlsx": (lambda: PNG, "file.picture"),
    "a photograph": (lambda: b"\xff\xd8\xff\xe0" + bytes(100), "file.picture"),
    "a drawing": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file.picture"),
    "a PDF": (lambda: b"%PDF-1.7\n1 0 obj", "file.pdf"),
    "CSV": ("Курс;Записани\nДигитални умения;12\n".encode, "file.text"),
    "CSV in UTF-16": (lambda: "Курс\tЗаписани\n".encode("utf-16"), "file.text"),
    "CSV in windows-1251": (lambda: "Курс;Записани\n".encode("cp1251"), "file.text"),
    "spaces only": (lambda: b"  \n\n ", "file.text"),
    "a web page": (lambda: b"<!DOCTYPE html><html><body><table><tr><td>1</table>", "file.web_page"),
    "a piece of a web page": (lambda: b"<div class='x'><table><tr><td>1</table></div>", "file.web_page"),
    "XML that begins like a web page": (lambda: b"<stylesheet><table1/></stylesheet>", "file.xml_format"),
    "a table of HTML named xls": (lambda: b"\xef\xbb\xbf<table><tr><td>1</td></tr></table>", "file.web_page"),
    "Excel 2003 XML": (
        lambda: b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
        "file.xml_format",
    ),
    "RTF": (lambda: b"{\\rtf1 text}", "file.word"),
    "RAR": (lambda: b"Rar!\x1a\x07\x00" + bytes(50), "file.archive"),
    "gzip": (lambda: b"\x1f\x8b\x08" + bytes(50), "file.archive"),
    "protected by a password": (protected("EncryptedPackage"), "file.password"),
    "old xls": (protected("Workbook"), "file.old_format"),
    "old xls with its names in capitals": (protected("BOOK"), "file.old_format"),
    "old Word": (protected("WordDocument"), "file.word"),
    "old Word with a text about a workbook": (
        lambda: protected("WordDocument")() + "\n a Workbook\0".encode("utf-16-le"),
        "file.word",
    ),
    "old slides": (protected("PowerPoint Document"), "file.presentation"),
    "very old xls": (lambda: b"\x09\x08\x10\x00\x00\x05" + bytes(100), "file.old_format"),
    "some other OLE file": (protected("__properties_version1.0"), "file.password_or_old"),
    # Packages of another kind
    "an empty zip": (zipped({}), "file.archive"),
    "a zip of a workbook": (zipped({"return.xlsx": b"PK"}), "file.archive"),
    "Word": (zipped({"[Content_Types].xml": types(f"{OFFICE_TYPE}.wordprocessingml.document.main+xml")}), "file.word"),
    "slides": (
        zipped({"[Content_Types].xml": types(f"{OFFICE_TYPE}.presentationml.presentation.main+xml")}),
        "file.presentation",
    ),
    "ods": (zipped({"mimetype": "x", "content.xml": "<x/>", "META-INF/manifest.xml": "<x/>"}), "file.open_document"),
    "Numbers": (zipped({"Index/Document.iwa": b"x"}), "file.numbers"),
    "xlsb": (zipped({"[Content_Types].xml": types("x"), "xl/workbook.bin": b"x"}), "file.binary_format"),
    "xlsb as Excel writes it": (
        zipped({"[Content_Types].xml": types(BINARY), "xl/workbook.bin": b"x"}),
        "file.binary_format",
    ),
    "xlsb with its workbook elsewhere": (zipped({"[Content_Types].xml": types(BINARY)}), "file.binary_format"),
    "a macro project": (changed("xl/vbaProject.bin", b"x"), "file.macros"),
    "a macro project elsewhere": (changed("stuff/VBAPROJECT.BIN", b"x"), "file.macros"),
    "macro content type": (changed("[Content_Types].xml", types(MACRO)), "file.macros"),
    "macro content type in UTF-16": (changed("[Content_Types].xml", types(MACRO).encode("utf-16")), "file.macros"),
    "Excel 4 macros": (mac_sheet, "file.macros"),
    "no content types": (changed("[Content_Types].xml", None), "file.not_workbook"),
    "wrong content types": (changed("[Content_Types].xml", types("application/xml")), "file.not_workbook"),
    # Zip tricks
    "cut at half": (partial(truncated, 0.5), "file.damaged"),
    "cut at the end": (partial(truncated, 0.99), "file.damaged"),
    "only its first bytes": (lambda: b"PK\x03\x04", "file.damaged"),
    "zeros in the middle": (broken_middle, "sheet.damaged"),
    "wrong checksum": (bad_checksum, "sheet.damaged"),
    "a bomb": (bomb, "file.unpacks_too_large"),
    "many small bombs": (many_small_bombs, "file.unpacks_too_large"),
    "a size that lies": (lying_size, "sheet.damaged"),
    "overlapping parts": (overlapping, "file.unpacks_too_large"),
    "a hundred thousand parts": (many_parts, "file.too_many_parts"),
    "parts with a password": (encrypted_entries, "file.password"),
    "the same part twice": (partial(twice, SHEET1), "file.package"),
    "the same part in other case": (partial(twice, "XL/Worksheets/Sheet1.xml"), "file.package"),
    "a path upwards": (unsound_name("../../etc/cron.d/x"), "file.package"),
    "a path with a drive": (unsound_name("C:\\windows\\x"), "file.package"),
    "a name with an escape": (unsound_name("xl/\x1b[2J.xml"), "file.package"),
    "packed with bzip2": (partial(package, compression=zipfile.ZIP_BZIP2), "file.package"),
    "packed with LZMA": (partial(package, compression=zipfile.ZIP_LZMA), "file.package"),
    # XML tricks
    "two million sheets": (million_sheets, ("file.too_many_sheets", *EXHAUSTING)),
    "laughs in the texts": (laughs("xl/sharedStrings.xml", "sst", "<si><t>&a9;</t></si>"), "file.doctype"),
    "laughs in the workbook": (laughs("xl/workbook.xml", "workbook", "&a9;"), "file.doctype"),
    "laughs in the sheet": (laughs(SHEET1, "worksheet", "&a9;"), "file.doctype"),
    "laughs in the relations": (laughs("_rels/.rels", "Relationships", "&a9;"), "file.doctype"),
    "laughs in the styles": (laughs("xl/styles.xml", "styleSheet", "&a9;"), "file.doctype"),
    "a long entity often": (one_long_entity, "file.doctype"),
    "an entity from a file": (external_entity, "file.doctype"),
    "a late doctype": (late_doctype, "file.doctype"),
    "a doctype in UTF-16": (utf16_doctype, "file.doctype"),
    "four hundred thousand levels": (deep, "sheet.damaged"),
    "an attribute of 150 MB": (huge_attribute, EXHAUSTING),
    "too many attributes": (many_attributes, "cell.unreadable"),
    "a million texts": (many_strings, "file.too_much_text"),
    "a million styles": (many_styles, "file.too_complex"),
    "an echo": (echo, "file.too_much_text"),
    "510,000 cells": (many_cells, ("file.too_many_cells", *EXHAUSTING)),
    "300 sheets": (many_sheets, "file.too_many_sheets"),
    "one sheet sixty times": (same_sheet_over_and_over, "file.unpacks_too_large"),
    "an undefined entity": (number_cell("&nbsp;"), "sheet.damaged"),
    "an unknown encoding": (changed(SHEET1, b'<?xml version="1.0" encoding="x-none"?><worksheet/>'), "sheet.damaged"),
    "not UTF-8": (changed(SHEET1, sheet("<!--Ж-->").encode("cp1251")), "sheet.damaged"),
    "a control character": (number_cell("\x01"), "sheet.damaged"),
    # Parts that are missing, empty or wrong
    "no relations": (changed("_rels/.rels", None), "file.not_workbook"),
    "relations to nowhere": (
        changed("_rels/.rels", relations(("rId1", "officeDocument", "xl/none.xml"))),
        "file.damaged",
    ),
    "no workbook part": (changed("xl/workbook.xml", None), "file.damaged"),
    "an empty workbook part": (changed("xl/workbook.xml", ""), "file.damaged"),
    "a workbook of another language": (changed("xl/workbook.xml", "<html/>"), "file.no_sheets"),
    "no sheets": (changed("xl/workbook.xml", workbook("")), "file.no_sheets"),
    "only a chart": (only_chart, "file.no_sheets"),
    "strict": (strict, "file.strict"),
    "no sheet part": (changed(SHEET1, None), "sheet.damaged"),
    "an empty sheet part": (changed(SHEET1, ""), "sheet.damaged"),
    "a picture as a sheet": (changed(SHEET1, PNG), "sheet.damaged"),
    "HTML as a sheet": (changed(SHEET1, "<html><body/></html>"), "sheet.damaged"),
    "a sheet that stops": (changed(SHEET1, sheet('<row r="1"><c r="A1"><v>1')[:150]), "sheet.damaged"),
    "a relation that is not there": (changed("xl/_rels/workbook.xml.rels", relations()), "sheet.damaged"),
    "damaged relations": (changed("xl/_rels/workbook.xml.rels", "<Relationships"), "file.damaged"),
    "damaged texts": (changed("xl/sharedStrings.xml", "<sst><si>"), "file.damaged"),
    "damaged styles": (changed("xl/styles.xml", "no styles"), "file.damaged"),
    "two sheets of one name": (changed("xl/workbook.xml", two_titles()), "file.sheet_titles"),
    "a sheet without a name": (changed("xl/workbook.xml", workbook('<sheet r:id="rId1"/>')), "file.sheet_titles"),
    # Places that are none
    "row 0": (in_sheet('<row r="0"><c r="A0"><v>1</v></c></row>'), "sheet.damaged"),
    "row -5": (in_sheet('<row r="-5"><c r="A-5"><v>1</v></c></row>'), "sheet.damaged"),
    "row 2,000,000": (in_sheet('<row r="2000000"><c r="A2000000"><v>1</v></c></row>'), "sheet.damaged"),
    "row with a hundred digits": (in_sheet(f'<row r="{"9" * 100}"/>'), "sheet.damaged"),
    "column ZZZ": (in_sheet('<row r="1"><c r="ZZZ1"><v>1</v></c></row>'), "sheet.damaged"),
    "a reference without a number": (in_sheet('<row r="1"><c r="A"><v>1</v></c></row>'), "sheet.damaged"),
    "a reference that is text": (in_sheet('<row r="1"><c r="ЖЖ1"><v>1</v></c></row>'), "sheet.damaged"),
    "a cell in another row": (in_sheet('<row r="1"><c r="A7"><v>1</v></c></row>'), "sheet.damaged"),
    "a cell twice": (in_sheet('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'), "sheet.damaged"),
    "a row twice": (in_sheet('<row r="1"><c r="A1"><v>1</v></c></row>' * 2), "sheet.damaged"),
    "a cell outside a row": (in_sheet("<c><v>1</v></c>"), "sheet.damaged"),
    "the last row of all": (in_sheet('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), "sheet.too_large"),
    "the last column of all": (in_sheet('<row r="1"><c r="XFD1"><v>1</v></c></row>'), "sheet.too_large"),
    # Values that are none
    "NaN": (number_cell("NaN"), "cell.unreadable"),
    "infinity": (number_cell("inf"), "cell.unreadable"),
    "1e999": (number_cell("1e999"), "cell.unreadable"),
    "a number of a million digits": (lambda: package({SHEET1: cell(f"<v>{'7' * 1_000_000}</v>")}), "cell.unreadable"),
    "a number with underscores": (number_cell("1_000"), "cell.unreadable"),
    "a hexadecimal number": (number_cell("0x1F"), "cell.unreadable"),
    "digits of another script": (number_cell("١٢"), "cell.unreadable"),
    "a text that is not there": (number_cell("99", 't="s"'), "cell.unreadable"),
    "a text before the first": (number_cell("-1", 't="s"'), "cell.unreadable"),
    "a text of no number": (number_cell("first", 't="s"'), "cell.unreadable"),
    "a truth that is none": (number_cell("perhaps", 't="b"'), "cell.unreadable"),
    "a date that is none": (number_cell("2026-02-30", 't="d"'), "cell.unreadable"),
    "an unknown kind": (number_cell("1", 't="zz"'), "cell.unreadable"),
    "a text of 40,000": (
        lambda: package({SHEET1: cell(f"<is><t>{'x' * 40_000}</t></is>", 't="inlineStr"')}),
        "cell.too_long",
    ),
    "2,001 errors": (
        lambda: package({SHEET1: sheet('<row><c t="e"><v>#REF!</v></c></row>' * 2_001)}),
        "file.too_many_errors",
    ),
    "2,001 values that are none": (
        lambda: package({SHEET1: sheet("<row><c><v>NaN</v></c></row>" * 2_001)}),
        "file.too_many_errors",
    ),
}
