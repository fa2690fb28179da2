"""Writes the few DER shapes (ITU-T X.690) that signatures and time-stamp tokens are made of, straight to bytes.

Decides encoding only. An object tree of an ASN.1 library costs ten times as much per signature, and here every byte
that is signed is the byte that was written.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

NULL = b"\x05\x00"


def tlv(tag: int, content: bytes) -> bytes:
    """Return tag, definite length and content; `tag` is one whole identifier octet."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def sequence(*items: bytes) -> bytes:
    """Return a SEQUENCE of already encoded items."""
    return tlv(0x30, b"".join(items))


def set_of(*items: bytes) -> bytes:
    """Return a SET OF with its items in the ascending order DER asks for."""
    return tlv(0x31, b"".join(sorted(items)))


def integer(value: int) -> bytes:
    """Return an INTEGER of minimal length (a needless leading zero is refused by strict readers)."""
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def octets(value: bytes) -> bytes:
    """Return an OCTET STRING."""
    return tlv(0x04, value)


@lru_cache(maxsize=64)
def oid(dotted: str) -> bytes:
    """Return an OBJECT IDENTIFIER from its dotted form; arcs may be of any size."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    return tlv(0x06, b"".join(_base128(arc) for arc in (first * 40 + second, *rest)))


def explicit(number: int, content: bytes) -> bytes:
    """Return `content` (an encoded value) inside the constructed context tag [number]."""
    return tlv(0xA0 | number, content)


def implicit(number: int, encoded: bytes) -> bytes:
    """Return a constructed value whose own tag is replaced by the context tag [number]."""
    return bytes((0xA0 | number,)) + encoded[1:]


def generalized_time(moment: datetime) -> bytes:
    """Return a GeneralizedTime in UTC with milliseconds, without trailing zeros in the fraction (X.690, 11.7)."""
    utc = moment.astimezone(UTC)
    fraction = f"{utc.microsecond // 1000:03d}".rstrip("0")
    return tlv(0x18, f"{utc:%Y%m%d%H%M%S}{'.' if fraction else ''}{fraction}Z".encode("ascii"))


def _base128(arc: int) -> bytes:
    groups = [arc & 0x7F]
    while arc := arc >> 7:
        groups.append(arc & 0x7F | 0x80)
    return bytes(reversed(groups))
