"""Turns bytes a stranger sent into an upright RGB picture of bounded size, or refuses them.

Decides what is decoded at all; leaves what is on the picture to `detection`. Refusals: identity.image_too_large
(bytes or pixels), identity.image_unreadable (not a JPEG or PNG, cut off, or broken inside).
"""

import io
import warnings
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from services.common.kit.engine_child import EngineError

Pixels: TypeAlias = npt.NDArray[np.uint8]
"""Height x width x 3, RGB."""

MAX_BYTES = 3 * 1024 * 1024
MAX_PIXELS = 25_000_000
"""A 140 kB PNG can hold 144 megapixels; a phone's ordinary photo holds 12 to 24."""

LONG_SIDE = 960
"""Longest side the detectors see. A bigger picture costs CPU and finds no further face of useful width."""


@dataclass(frozen=True)
class Picture:
    """One decoded picture: `native` as sent (upright), `pixels` reduced to LONG_SIDE, `reduction` = native / reduced."""

    native: Pixels
    pixels: Pixels
    reduction: float


def decode(data: bytes) -> Picture:
    """Decode a JPEG or PNG, turn it upright by its EXIF orientation and reduce it to LONG_SIDE."""
    if len(data) > MAX_BYTES:
        raise EngineError("identity.image_too_large", max_bytes=MAX_BYTES)
    upright = _open(data)
    native = np.ascontiguousarray(upright, dtype=np.uint8)
    reduction = max(1.0, max(upright.size) / LONG_SIDE)
    if reduction == 1.0:
        return Picture(native, native, reduction)
    size = (round(upright.width / reduction), round(upright.height / reduction))
    reduced = upright.resize(size, Image.Resampling.BOX if reduction > 2 else Image.Resampling.BILINEAR)
    return Picture(native, np.ascontiguousarray(reduced, dtype=np.uint8), reduction)


def enlarge(pixels: Pixels, factor: float) -> Pixels:
    """Enlarge smoothly; for chip portraits (102 x 126), in which the detector finds no face at their own size."""
    picture = Image.fromarray(pixels)
    size = (round(picture.width * factor), round(picture.height * factor))
    return np.ascontiguousarray(picture.resize(size, Image.Resampling.BICUBIC), dtype=np.uint8)


def _open(data: bytes) -> Image.Image:
    """Open with both size guards: the header's pixel count is checked before a single row is decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
            if picture.width * picture.height > MAX_PIXELS:
                raise EngineError("identity.image_too_large", max_pixels=MAX_PIXELS)
            return ImageOps.exif_transpose(picture).convert("RGB")
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise EngineError("identity.image_too_large", max_pixels=MAX_PIXELS) from None
    except (OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, OverflowError, ArithmeticError):
        # Pillow's decoders answer broken files with any of these; none of them says more than "unreadable".
        raise EngineError("identity.image_unreadable") from None
