"""What files are: whole ones of each kind are known, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kpi.kinds import kind_of
from papers import (
    DOCX,
    JPEG,
    ODT,
    OFFICE,
    PDF,
    PNG,
    WORD,
    XLSX,
    chunk,
    open_text,
    packed,
    picture,
    with_part,
)

SIGNATURE = PNG[:8]


def office(kind: str, part: str = "/x.xml") -> bytes:
    types = f'<Types><Override PartName="{part}" ContentType="application/{kind}.main+xml"/></Types>'
    return packed(("[Content_Types].xml", types), ("x.xml", "<x/>"))


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (PDF, "pdf"),
        (PDF + b"\r\n" + bytes(200), "pdf"),  # some programs write a little more
        (PNG, "png"),
        (PNG + b"more", "png"),
        (JPEG, "jpg"),
        (picture("JPEG", progressive=True), "jpg"),
        (JPEG + bytes(5_000), "jpg"),  # cameras keep a second picture behind the first
        (JPEG[:2] + b"\xff" + JPEG[2:], "jpg"),  # any number of these may stand before a mark
        (DOCX, "docx"),
        (XLSX, "xlsx"),
        (office(f"{OFFICE}.presentationml.presentation"), "pptx"),
        (office(WORD, "/X.XML"), "docx"),
        (ODT, "odt"),
    ],
)
def test_a_file_is_what_is_in_it(content, ending):
    assert kind_of(content).ending == ending


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"MZ\x90\x00" + bytes(60),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b"#!/bin/sh\n",
        b"PK\x03\x04 but no archive",
        packed(("evil.exe", "MZ")),
        packed(("mimetype", "text/html"), ("content.xml", ""), ("META-INF/manifest.xml", "")),
        packed(("mimetype", "application/vnd.oasis.opendocument.text")),
        office("vnd.ms-word.document.macroEnabled"),
        office(WORD, "/absent.xml"),
        packed(("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<x/>")),
        with_part(DOCX, "word/vbaProject.bin"),
        with_part(DOCX, "word/embeddings/oleObject1.bin"),
        open_text(("Basic/script-lc.xml", "")),
    ],
)
def test_what_runs_or_is_unknown_is_no_kind(content):
    assert kind_of(content) is None


@pytest.mark.parametrize("content", [PDF, PNG, JPEG, DOCX, XLSX, ODT], ids=["pdf", "png", "jpg", "docx", "xlsx", "odt"])
def test_what_stops_in_the_middle_is_no_kind(content):
    # The last few bytes of a PDF are a line's end.
    assert [at for at in range(len(content) - 1) if kind_of(content[:at]) is not None] == []


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-",
        b"%PDF-1.7\n%%EOF",
        b"%PDF-1.7\nstartxref\n99999\n%%EOF",
        PDF + bytes(5_000),
        SIGNATURE + chunk(b"IEND", b""),
        PNG.replace(b"IDAT", b"idat"),
        PNG[:-16] + bytes([PNG[-16] ^ 1]) + PNG[-15:],
        b"\xff\xd8\xff\xe0" + bytes(40),
        b"\xff\xd8\xff\xd9",
        # The small picture that a camera keeps within the large one has an end of its own.
        JPEG[:2] + b"\xff\xe1" + (len(JPEG) + 2).to_bytes(2) + JPEG + JPEG[2:-2],
        DOCX.replace(b"word/document.xml", b"word/documens.xml"),
    ],
)
def test_a_beginning_an_end_or_a_frame_alone_are_no_file(content):
    assert kind_of(content) is None


def test_a_part_that_was_changed_on_the_way_is_noticed():
    at = DOCX.index(b"word/document.xml") + 40
    assert kind_of(DOCX[:at] + bytes([DOCX[at] ^ 0xFF]) + DOCX[at + 1 :]) is None


def test_what_would_be_far_larger_unpacked_is_not_unpacked():
    zeros = bytes(2**20)
    swollen = packed(*((f"{number}.bin", zeros) for number in range(200)))
    types = f'<Types><Override PartName="/0.bin" ContentType="application/{WORD}.main+xml"/></Types>'
    assert kind_of(with_part(swollen, "[Content_Types].xml", types)) is None


@given(some.binary(max_size=400))
def test_no_content_stops_the_recognition(content):
    for begun in (content, b"PK\x03\x04" + content, b"\xff\xd8\xff" + content, SIGNATURE + content):
        kind_of(begun)
    for whole in (ODT, PNG, JPEG, PDF):
        kind_of(whole[:60] + content + whole[60:])
