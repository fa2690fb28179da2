"""Reads the revisions of a signed PDF from its bytes: where each ends, its hash, and the raw signatures in it.

Decides what a revision is: every prefix of the file that ends with `%%EOF` and one end of line. An incremental update
never touches what stands before it, so the hashes recorded at each act tell later, from the file alone, whether
something was added, exchanged or cut off. Judging the signatures is `verification`'s business.
"""

from __future__ import annotations

import re
from binascii import Error as HexError
from binascii import unhexlify
from dataclasses import dataclass
from hashlib import sha256

from asn1crypto import cms

from services.common.kit.errors import Kind
from services.signing.adapters.engine.errors import EngineError

LARGEST_DOCUMENT = 32 * 1024 * 1024
_END = re.compile(rb"startxref\s+\d+\s+%%EOF(?:\r\n|\n|\r)?")
_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")


@dataclass(frozen=True, slots=True)
class Revision:
    """A prefix of the document that is a document itself."""

    end: int
    sha256: str


def checked(document: object, expected_sha256: str | None = None) -> bytes:
    """Return the document if it can be worked on.

    Raises EngineError `signing.document_damaged`, `.document_too_large`, or `.hash_mismatch` when it is not the one
    meant.
    """
    if not isinstance(document, bytes):
        raise EngineError("signing.document_damaged", reason="no_bytes")
    if len(document) > LARGEST_DOCUMENT:
        raise EngineError("signing.document_too_large", largest=LARGEST_DOCUMENT)
    if expected_sha256 is not None and sha256(document).hexdigest() != expected_sha256.lower():
        raise EngineError("signing.hash_mismatch", Kind.CONFLICT)
    if not document.startswith(b"%PDF-"):
        raise EngineError("signing.document_damaged", reason="no_pdf")
    return document


def revisions(document: bytes) -> tuple[Revision, ...]:
    """Return the revisions, oldest first. Bytes after the last one belong to none."""
    found = []
    running, done = sha256(), 0
    for match in _END.finditer(document):
        running.update(document[done : match.end()])
        done = match.end()
        found.append(Revision(done, running.copy().hexdigest()))
    return tuple(found)


def extendable(document: bytes) -> bytes:
    """Return the document if it ends where a revision ends, so that what is appended leaves a clean boundary behind.

    Raises EngineError `signing.document_damaged`.
    """
    found = revisions(document)
    if not found or found[-1].end != len(document) or not document.endswith((b"\n", b"\r")):
        raise EngineError("signing.document_damaged", reason="no_clean_end")
    return document


def embedded_messages(document: bytes) -> list[cms.SignedData]:
    """Return the CMS message of every signature and document time stamp, in the order of the file.

    Raises EngineError `signing.document_damaged` for a signature that cannot be read.
    """
    found = []
    for first, second, _ in (map(int, match.groups()) for match in _BYTE_RANGE.finditer(document)):
        try:
            content = cms.ContentInfo.load(unhexlify(document[first + 1 : second - 1]))["content"]
        except (ValueError, HexError, TypeError) as wrong:
            raise EngineError("signing.document_damaged", reason="signature") from wrong
        found.append(content)
    return found


def embedded_certificates(document: bytes) -> list[bytes]:
    """Return every certificate that signatures and their time stamps carry, each once, as DER."""
    seen: dict[bytes, None] = {}
    for message in embedded_messages(document):
        for certificate in message["certificates"]:
            seen[certificate.chosen.dump()] = None
        for token in signature_tokens(message):
            for certificate in token["certificates"]:
                seen[certificate.chosen.dump()] = None
    return list(seen)


def signature_tokens(message: cms.SignedData) -> list[cms.SignedData]:
    """Return the time-stamp tokens a signature carries among its unsigned attributes."""
    attributes = message["signer_infos"][0]["unsigned_attrs"]
    if not attributes:
        return []
    stamped = (one for one in attributes if one["type"].native == "signature_time_stamp_token")
    return [value["content"] for one in stamped for value in one["values"]]
