"""How a signature lies in its file, byte by byte: what it covers, the gap it stands in, and that a revision ends there.

Decides which layouts are ours. A parser is lenient where bytes are concerned, and attacks live there: a gap wider than the
signature, bytes behind the padding, a signature dictionary lifted from another place, text in front of the header.
"""

from __future__ import annotations

from collections.abc import Sequence

from asn1crypto import cms
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from services.signing.adapters.engine.revisions import Revision

_PARTS = 4
_HEXADECIMAL = 2


def lies_well(document: bytes, signature: EmbeddedPdfSignature, ends: frozenset[int]) -> bool:
    """Return whether the signature covers a whole revision from the first byte, but for exactly itself and its padding.

    `ends`: where revisions of the file end.
    """
    bounds = [int(one) for one in signature.byte_range]
    if len(bounds) != _PARTS:
        return False
    start, gap, rest, length = bounds
    if start != 0 or not 0 < gap < rest or rest + length not in ends:
        return False
    content = bytes(signature.pkcs7_content)
    whole = rest - gap == len(content) * _HEXADECIMAL + 2 and document[gap : gap + 1] == b"<"
    return whole and document[rest - 1 : rest] == b">" and _is_alone(content) and _stands_here(document, gap, content)


def starts_well(document: bytes) -> bool:
    """Return whether the file begins with the header of a PDF: what stands before it, other programs may read."""
    return document.startswith(b"%PDF-")


def revision_ends(found: Sequence[Revision]) -> frozenset[int]:
    """Return where revisions end."""
    return frozenset(one.end for one in found)


def _is_alone(content: bytes) -> bool:
    """Whether nothing but zeros follows the message: hidden data would be covered by no signature."""
    message = cms.ContentInfo.load(content)
    return not content[len(message.dump()) :].strip(b"\x00")


def _stands_here(document: bytes, gap: int, content: bytes) -> bool:
    """Whether the gap holds this very signature, not a copy that is read from elsewhere."""
    return document[gap + 1 : gap + 1 + 2 * len(content)].lower() == content.hex().encode()
