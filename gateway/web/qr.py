"""Draws a link as a QR code (GB/T 18284). Decides size and quiet zone; what the link says is the city's."""

from __future__ import annotations

import io

import segno

PNG, SVG = "image/png", "image/svg+xml"
MODULE = 8
"""Pixels of one module: a code of an ordinary link is some 300 pixels wide, enough for a poster's print at a hand's breadth."""
QUIET = 4
"""Modules of white around it, as the standard asks for."""


def draw(link: str, kind: str) -> bytes:
    """Return the picture, the same bytes for the same link. A quarter of the code may be soiled (level Q)."""
    code = segno.make_qr(link, error="q", boost_error=False)
    out = io.BytesIO()
    if kind == PNG:
        code.save(out, kind="png", scale=MODULE, border=QUIET)
    else:
        code.save(out, kind="svg", scale=MODULE, border=QUIET, light="#fff", xmldecl=False)
    return out.getvalue()
