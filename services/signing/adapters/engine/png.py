"""Reads a picture (PNG) that a stranger handed in: checked chunk by chunk before anything is decoded.

Decides what kind of file is read at all: one still picture of bounded size, every byte of it accounted for. Only what makes the
pixels is given to the decoder; texts, profiles and dates are left out. Leaves to `tracing` what is ink in it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from services.signing.adapters.engine.errors import EngineError

LARGEST_FILE = 256 * 1024
SIDE = (50, 4000)
MOST_PIXELS = 4_000_000
_MAGIC = b"\x89PNG\r\n\x1a\n"
_FRAMES = frozenset({b"acTL", b"fcTL", b"fdAT"})
_PIXELS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_CRITICAL = 0x20
"""The bit of a chunk's first letter that is not set where a reader must know the chunk (PNG 5.4)."""
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Of an interlaced picture (Adam7): first column and row, and the steps."""
_DEEP, _GREY, _PALETTE = 16, 0, 3


@dataclass(frozen=True, slots=True)
class _Head:
    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool

    def unpacked(self) -> int:
        """Return how many bytes the lines of the picture are, each with its filter's byte."""
        passes = _PASSES if self.interlaced else ((0, 0, 1, 1),)
        bits = self.depth * _CHANNELS[self.colour]
        total = 0
        for column, row, across, down in passes:
            wide, high = -(-(self.width - column) // across), -(-(self.height - row) // down)
            if wide > 0 and high > 0:
                total += high * (1 + (wide * bits + 7) // 8)
        return total


def greys(file: bytes) -> Image.Image:
    """Return the picture on white paper, in greys of eight bits.

    Raises EngineError `signing.picture_invalid` with a `reason`: `size`, `no_png`, `animated`, `trailing`, `damaged`.
    """
    if not file or len(file) > LARGEST_FILE:
        raise refused("size")
    if not file.startswith(_MAGIC):
        raise refused("no_png")
    chunks = list(_chunks(file))
    head = _head(chunks)
    if any(kind in _FRAMES for kind, _ in chunks):
        raise refused("animated")
    if head.colour == _PALETTE and not any(kind == b"PLTE" for kind, _ in chunks):
        raise refused("damaged")
    _require_pixels(b"".join(data for kind, data in chunks if kind == b"IDAT"), head.unpacked())
    kept = b"".join(_chunk(kind, data) for kind, data in chunks if kind in _PIXELS)
    try:
        with Image.open(BytesIO(_MAGIC + kept), formats=["PNG"]) as image:
            image.load()
            return _on_white(image, head)
    except (OSError, SyntaxError, ValueError) as wrong:
        raise refused("damaged") from wrong


def refused(reason: str) -> EngineError:
    """Return the refusal of a picture."""
    return EngineError("signing.picture_invalid", reason=reason)


def _chunks(file: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_MAGIC)
    while at < len(file):
        if len(file) - at < len(_chunk(b"IEND", b"")):
            raise refused("damaged")
        (length,) = struct.unpack_from(">I", file, at)
        kind, data = file[at + 4 : at + 8], file[at + 8 : at + 8 + length]
        if file[at : at + 12 + length] != _chunk(kind, data):  # too short, or its checksum is another
            raise refused("damaged")
        if not kind[0] & _CRITICAL and kind not in _PIXELS:
            raise refused("damaged")
        yield kind, data
        at += 12 + length
        if kind == b"IEND" and (data or at != len(file)):
            raise refused("trailing")
    if file[-8:-4] != b"IEND":
        raise refused("damaged")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _head(chunks: list[tuple[bytes, bytes]]) -> _Head:
    kinds = [kind for kind, _ in chunks]
    if kinds[0] != b"IHDR" or kinds.count(b"IHDR") != 1 or len(chunks[0][1]) != struct.calcsize(">IIBBBBB"):
        raise refused("damaged")
    width, height, depth, colour, packing, filtering, lacing = struct.unpack(">IIBBBBB", chunks[0][1])
    if depth not in _DEPTHS.get(colour, ()) or packing or filtering or lacing not in {0, 1}:
        raise refused("damaged")
    if not all(SIDE[0] <= side <= SIDE[1] for side in (width, height)) or width * height > MOST_PIXELS:
        raise refused("size")
    return _Head(width, height, depth, colour, bool(lacing))


def _require_pixels(packed: bytes, expected: int) -> None:
    """Raise EngineError unless this unpacks into exactly so many bytes: neither a bomb nor something hidden behind the pixels."""
    unpacking = zlib.decompressobj()
    try:
        length = len(unpacking.decompress(packed, expected + 1))
    except zlib.error as wrong:
        raise refused("damaged") from wrong
    if length != expected or not unpacking.eof or unpacking.unused_data:
        raise refused("damaged")


def _on_white(image: Image.Image, head: _Head) -> Image.Image:
    if head.depth == _DEEP and head.colour == _GREY:  # the library clips these instead of scaling them
        return image.convert("I").point(lambda value: value / 257).convert("L")
    drawn = image.convert("RGBA")
    paper = Image.new("RGBA", drawn.size, "white")
    paper.alpha_composite(drawn)
    return paper.convert("L")
