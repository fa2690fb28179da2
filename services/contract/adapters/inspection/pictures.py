"""Makes a clean JPEG of an uploaded picture: decoded whole, turned upright, without anything but its pixels.

Decides how large a picture may be and how it is kept. Whoever opens the copy sees no place, device or time of the
original (EXIF), and nothing that was appended to or hidden in it.
"""

import io

import pillow_heif
from PIL import Image, ImageCms, ImageOps

from services.common.kit.engine_child import EngineError
from services.contract.adapters.inspection.kinds import FileKind

MOST_PIXELS = 64_000_000
"""A phone's largest pictures have 50 million; decoded, one takes three bytes of memory each."""
LONGEST_SIDE = 4096
"""Pixels kept: small print on an A4 page stays readable at 350 dots per inch."""
QUALITY = 88
WHITE = (255, 255, 255)
_FORMATS = {FileKind.JPEG: "JPEG", FileKind.PNG: "PNG", FileKind.WEBP: "WEBP", FileKind.HEIC: "HEIF"}
_MOVING = frozenset({FileKind.PNG, FileKind.WEBP})

pillow_heif.register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = MOST_PIXELS * 2
"""Pillow's own guard stands behind ours, which answers with a reason."""


def clean_picture(data: bytes, kind: FileKind) -> bytes:
    """Return the picture as JPEG, upright, in sRGB, at most `LONGEST_SIDE` long.

    Raises EngineError `contract.file_broken` (cut off or not decodable), `contract.file_too_complex` (too many pixels),
    `contract.file_type` (an animation).
    """
    try:
        with Image.open(io.BytesIO(data), formats=[_FORMATS[kind]]) as picture:
            _check(picture, kind)
            if kind is FileKind.JPEG:
                picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            picture.load()
            return jpeg(_upright(picture), LONGEST_SIDE)
    except (MemoryError, Image.DecompressionBombError) as wrong:
        raise EngineError("contract.file_too_complex", pixels=MOST_PIXELS) from wrong
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError) as wrong:
        raise EngineError("contract.file_broken") from wrong


def jpeg(picture: Image.Image, longest: int) -> bytes:
    """Return the pixels, and nothing else, as JPEG, made smaller where a side is longer than `longest`."""
    if picture.mode.startswith("I"):  # 16 bits of grey: Pillow would cut off all but the darkest shades
        picture = picture.convert("I").point(lambda shade: shade / 256).convert("L")
    picture.thumbnail((longest, longest), Image.Resampling.BICUBIC)
    bare = Image.new("RGB", picture.size, WHITE)
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        bare.paste(layered, mask=layered.getchannel("A"))
    else:
        bare.paste(picture.convert("RGB"))
    made = io.BytesIO()
    bare.save(made, "JPEG", quality=QUALITY)
    return made.getvalue()


def _check(picture: Image.Image, kind: FileKind) -> None:
    """Look at what the header promises, before a pixel is decoded."""
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise EngineError("contract.file_too_complex", pixels=MOST_PIXELS)
    if kind in _MOVING and getattr(picture, "n_frames", 1) > 1:
        raise EngineError("contract.file_type", declared="", found="animation")


def _upright(picture: Image.Image) -> Image.Image:
    turned = ImageOps.exif_transpose(picture)
    profile = picture.info.get("icc_profile")
    if not profile or turned.mode not in {"RGB", "CMYK", "L"}:
        return turned
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(turned, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except ImageCms.PyCMSError:
        return turned  # a profile nobody can read changes shades, not what is written there
    return converted or turned
