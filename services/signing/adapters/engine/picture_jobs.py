"""The job of the processes that read pictures of handwriting: trace. They hold no key, no document and no font.

A process of its own, because people wait for its answer and files of strangers must not reach where keys are.
"""

from __future__ import annotations

import resource
from collections.abc import Callable, Mapping
from typing import Any

from services.signing.adapters.engine.png import greys, refused
from services.signing.adapters.engine.tracing import trace

MEMORY = 768 * 1024 * 1024
"""Bytes of address space; the largest picture that is read takes a sixth of it."""


def build(settings: Mapping[str, str | None]) -> dict[str, Callable[..., dict[str, Any]]]:
    """Return the jobs; `settings` hold nothing."""
    del settings
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    return {"trace": trace_picture}


def trace_picture(*, picture: object = None) -> dict[str, Any]:
    """Trace: `picture` (PNG) gives `trace` {width, height, outlines, thickness}, or None where there is no ink.

    Raises EngineError `signing.picture_invalid`.
    """
    if not isinstance(picture, bytes):
        raise refused("no_png")
    found = trace(greys(picture))
    if found is None:
        return {"trace": None}
    outlines = [[list(point) for point in loop] for loop in found.outlines]
    made = {"width": found.width, "height": found.height, "outlines": outlines, "thickness": found.thickness}
    return {"trace": made}
