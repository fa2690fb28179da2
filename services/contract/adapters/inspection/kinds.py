"""What a file is, by its content alone. Names, endings and declared types are what the sender says, not what it is.

Decides the five kinds taken (JPEG, PNG, HEIC, WebP, PDF) and which files are two things at once. Leaves to `pictures`
and `pdfs` whether what follows the first bytes is whole.
"""

import struct
from enum import StrEnum

from services.common.kit.engine_child import EngineError

PDF_MARK = b"%PDF-"
PDF_SEARCHED = 1024
"""Readers accept a PDF that begins anywhere within so many bytes; that is how one file can be a picture and a PDF."""
_ZIP_END = b"PK\x05\x06"
_ZIP_TAIL = 65_557
_ZIP_COMMENT_LENGTH_AT = 20
_SCRIPT_SEARCHED = 512
_SCRIPT_MARKS = (b"<html", b"<script", b"<?php", b"<svg", b"#!/")
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
_OTHER_BRANDS = frozenset({b"avif", b"avis"})
"""Stored in the same kind of container, but with another codec."""


class FileKind(StrEnum):
    """Kinds of files people may upload, named by media type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    HEIC = "image/heic"
    WEBP = "image/webp"
    PDF = "application/pdf"


_SAME = {"image/heif": FileKind.HEIC, "image/jpg": FileKind.JPEG}
"""Other names clients give."""


def kind_of(data: bytes, declared: str) -> FileKind:
    """Return the kind. `declared` is the media type the sender gave, empty for none.

    Raises EngineError `contract.file_empty`, `contract.file_type` (not a kind taken, or not the one declared) and
    `contract.file_ambiguous` (also something else).
    """
    if not data:
        raise EngineError("contract.file_empty")
    found = _by_first_bytes(data)
    if found is None or (declared and _SAME.get(declared, declared) != found):
        raise EngineError("contract.file_type", declared=declared, found=found.value if found else "")
    if _is_also_something_else(data, found):
        raise EngineError("contract.file_ambiguous", found=found.value)
    return found


def _by_first_bytes(data: bytes) -> FileKind | None:
    if data.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return FileKind.WEBP
    if data.startswith(PDF_MARK):
        return FileKind.PDF
    if data[4:8] == b"ftyp":
        end = min(int.from_bytes(data[:4], "big"), 256)
        brands = {data[8:12], *(data[at : at + 4] for at in range(16, end, 4))}
        if brands & _HEIC_BRANDS and not brands & _OTHER_BRANDS:
            return FileKind.HEIC
    return None


def _is_also_something_else(data: bytes, kind: FileKind) -> bool:
    head = data[:PDF_SEARCHED]
    if kind is not FileKind.PDF and PDF_MARK in head:
        return True
    if any(mark in head[:_SCRIPT_SEARCHED].lower() for mark in _SCRIPT_MARKS):
        return True
    return _ends_as_zip(data)


def _ends_as_zip(data: bytes) -> bool:
    """Whether an archive's directory ends where the file ends, which is all an unpacker asks for."""
    tail = data[-_ZIP_TAIL:]
    at = tail.rfind(_ZIP_END)
    if at < 0 or len(tail) < at + _ZIP_COMMENT_LENGTH_AT + 2:
        return False
    (comment,) = struct.unpack_from("<H", tail, at + _ZIP_COMMENT_LENGTH_AT)
    return at + _ZIP_COMMENT_LENGTH_AT + 2 + int(comment) == len(tail)
