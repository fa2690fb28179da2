"""The captcha engine: draws digits (Pillow) or speaks them (espeak-ng), in a plain child process.

Decides how digits look and sound; which digits, for whom and how long is the domain's. The same process
speaks the prompts of face checks (`speech`). Runs nothing but these three jobs.
"""

from __future__ import annotations

import array
import io
import secrets
import subprocess
import sys
import wave
from collections.abc import Mapping

from services.common.kit.engine_child import EngineError, Job, Settings
from services.identity.adapters.speech import say

WIDTH, HEIGHT, GLYPH = 200, 72, 46
BACKGROUND = (250, 249, 245)
SPEAKING_SECONDS = 8.0
NOISE = 900
"""Amplitude of 32,767: heard as a hiss, digits stay plain."""
VOICES = {"zh": "cmn", "en": "en-us"}
_ZH = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
_DIGITS = frozenset("0123456789")
_random = secrets.SystemRandom()


def build(settings: Settings) -> Mapping[str, Job]:
    """Return the jobs. Pillow is loaded now, so that a process without it does not start."""
    del settings
    import PIL.Image

    return {"draw": draw, "speak": speak, "say": say} if PIL.Image else {}


def draw(digits: str) -> dict[str, object]:
    """Return `content`, a PNG: every digit turned and shifted by itself, lines across and dots over all."""
    from PIL import Image, ImageDraw, ImageFont

    _require_digits(digits)
    picture = Image.new("RGB", (WIDTH, HEIGHT), BACKGROUND)
    font = ImageFont.load_default(size=GLYPH)
    step = (WIDTH - 20) // len(digits)
    for place, digit in enumerate(digits):
        glyph = Image.new("L", (GLYPH, GLYPH + 12), 0)
        ImageDraw.Draw(glyph).text((GLYPH // 5, 0), digit, fill=255, font=font)
        turned = glyph.rotate(_random.uniform(-28, 28), expand=True, resample=Image.Resampling.BICUBIC)
        ink = Image.new("RGB", turned.size, _ink())
        picture.paste(ink, (10 + place * step + _random.randrange(-4, 5), _random.randrange(0, 10)), turned)
    pen = ImageDraw.Draw(picture)
    for _ in range(5):
        pen.line([_point(), _point(), _point()], fill=_ink(), width=2)
    for _ in range(260):
        pen.point(_point(), fill=_ink())
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return {"content": buffer.getvalue()}


def speak(digits: str, language: str) -> dict[str, object]:
    """Return `content`, a WAV of the digits one by one with pauses, a hiss over it. Refuses `identity.captcha_failed`."""
    _require_digits(digits)
    words = [_ZH[one] if language == "zh" else one for one in digits]
    command = ["espeak-ng", "-v", VOICES.get(language, "cmn"), "-s", "110", "-g", "30", "--stdout"]
    try:
        spoken = subprocess.run(  # noqa: S603 - a fixed command; the text goes in by a pipe
            command, input="。 ".join(words).encode(), capture_output=True, timeout=SPEAKING_SECONDS, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError) as silent:
        raise EngineError("identity.captcha_failed") from silent
    return {"content": _with_noise(spoken)}


def _with_noise(spoken: bytes) -> bytes:
    # espeak-ng writes to a pipe and cannot go back: its header promises more bytes than there are
    with wave.open(io.BytesIO(spoken)) as source:
        channels, width, rate = source.getnchannels(), source.getsampwidth(), source.getframerate()
        samples = array.array("h", source.readframes(source.getnframes())[: len(spoken) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    loud = array.array("h", (max(-32768, min(32767, one + _random.randrange(-NOISE, NOISE))) for one in samples))
    if sys.byteorder == "big":
        loud.byteswap()
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as target:
        target.setnchannels(channels)
        target.setsampwidth(width)
        target.setframerate(rate)
        target.writeframes(loud.tobytes())
    return buffer.getvalue()


def _require_digits(digits: str) -> None:
    if not 1 <= len(digits) <= 8 or not set(digits) <= _DIGITS:
        raise EngineError("identity.captcha_failed")


def _ink() -> tuple[int, int, int]:
    return (_random.randrange(20, 130), _random.randrange(20, 130), _random.randrange(20, 130))


def _point() -> tuple[int, int]:
    return (_random.randrange(WIDTH), _random.randrange(HEIGHT))
