"""Repairs one fault of asn1crypto 1.5.1 that can stall a signature for a minute.

Its `dump()` takes every header that ends in the byte 0x80 for the indefinite form of BER, so an ordinary length such as
0x0580 makes it encode the whole tree anew: one size in 256, and exponential where signed attributes nest (upstream
issue 249). Decides nothing else; with a release that has the repair, applying it changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from asn1crypto import core

LONG_FORM = 0x80
_CLASSES = (core.Asn1Value, core.Primitive, core.Sequence, core.SequenceOf)


def is_indefinite(header: bytes) -> bool:
    """Tell whether a header, which may be several tags in a row (explicit tagging), ends in an indefinite length."""
    at, end = 0, len(header)
    while at < end:
        if header[at] & 0x1F == 0x1F:
            at += 1
            while at < end and header[at] & LONG_FORM:
                at += 1
        at += 1
        if at >= end:
            return False
        if header[at] == LONG_FORM:
            if at == end - 1:
                return True
            at += 1
            continue
        at += 1 + (header[at] & 0x7F if header[at] & LONG_FORM else 0)
    return False


def apply() -> None:
    """Repair the `dump` methods in this process. Safe to call again."""
    for cls in _CLASSES:
        original = cls.__dict__["dump"]
        if not hasattr(original, "__wrapped__"):
            cls.dump = _guard(original)


def _guard(original: Callable[..., bytes]) -> Callable[..., bytes]:
    @wraps(original)
    def dump(self: Any, force: bool = False) -> bytes:
        header = self._header
        if force or not header or header[-1] != LONG_FORM or is_indefinite(header):
            return original(self, force)
        # One further byte hides the definite length from the faulty test; it is cut out of the answer again.
        masked = header + b"\x00"
        self._header = masked
        try:
            encoded = original(self, force=False)
        finally:
            kept = self._header is masked
            if kept:
                self._header = header
        return header + encoded[len(masked) :] if kept else encoded

    return dump
