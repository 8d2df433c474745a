"""Little files of evidence, each whole and of its kind: what a program of that kind opens."""

import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from docx import Document
from openpyxl import Workbook
from PIL import Image

OFFICE = "vnd.openxmlformats-officedocument"
WORD = f"{OFFICE}.wordprocessingml.document"


def pdf(text: str = "List of participants") -> bytes:
    """A page with a line of text; the list of its objects says where each begins."""
    font = "/F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    drawn = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << {font} >> >> >>",
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
    )
    written, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n{one}\nendobj\n".encode()
    listed = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{listed}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return written + f"{end}startxref\n{len(written)}\n%%EOF\n".encode()


def picture(kind: str = "PNG", shade: int = 80, **more: object) -> bytes:
    """A small grey picture, as a PNG or a JPEG."""
    stream = BytesIO()
    Image.new("L", (8, 8), shade).save(stream, kind, **more)
    return stream.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    return len(content).to_bytes(4) + name + content + zlib.crc32(name + content).to_bytes(4)


def packed(*parts: tuple[str, str | bytes]) -> bytes:
    """A package of parts."""
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return stream.getvalue()


def document() -> bytes:
    """A Word document of one line."""
    stream, made = BytesIO(), Document()
    made.add_paragraph("List of participants")
    made.save(stream)
    return stream.getvalue()


def workbook() -> bytes:
    """An empty Excel workbook."""
    stream = BytesIO()
    Workbook().save(stream)
    return stream.getvalue()


def with_part(package: bytes, name: str, content: str = "") -> bytes:
    """A package with one more part."""
    stream = BytesIO(package)
    with ZipFile(stream, "a") as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def open_text(*more: tuple[str, str]) -> bytes:
    """A text document as LibreOffice puts it together."""
    kind = "application/vnd.oasis.opendocument.text"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body><office:text>'
        "<text:p>List of participants</text:p></office:text></office:body></office:document-content>"
    )
    return packed(("mimetype", kind), ("META-INF/manifest.xml", manifest), ("content.xml", content), *more)


PDF, PNG, JPEG = pdf(), picture(), picture("JPEG")
DOCX, XLSX, ODT = document(), workbook(), open_text()
